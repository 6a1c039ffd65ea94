/* main: the only one of every plugin. A test has its own, and the linker leaves this one out. */
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "munin/munin.h"

extern const struct sw_munin_plugin plugin;
extern char **environ;

int main(int argc, char **argv)
{
	struct sw_fault why = { 0 };
	struct sw_host h;
	int status;
	int fd;

	/* where 0, 1 or 2 is closed, no file of ours must become it; and writing to it must fail */
	while ((fd = open("/dev/null", O_RDONLY)) >= 0 && fd <= 2)
		;
	if (fd > 2)
		close(fd);
	/* a reader that went away is a write error, to be reported, not a silent death */
	signal(SIGPIPE, SIG_IGN);
	if (host_open(&h, (const char *const *)environ, &why) < 0) {
		fprintf(stderr, "%s: %s\n", plugin.name, why.text.s);
		return 2;
	}
	status = munin_run(&plugin, argc, argv, &h, stdout, stderr);
	host_close(&h);
	return status;
}
