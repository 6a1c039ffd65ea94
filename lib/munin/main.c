/* main: what only a whole program may do to its process; all else of a run is munin.c. */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "munin/munin.h"
#include "os/reach.h"
#include "os/zone.h"

extern char **environ;

int sw_munin_main(const struct sw_munin_plugin *plugin, int argc, char **argv)
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
	/* tables have room for thousands, of which most hosts touch a page: not 2 MB at a time */
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	if (host_open(&h, (const char *const *)environ, &why) < 0) {
		fprintf(stderr, "%s: %s\n", plugin->name, why.text.s);
		return 2;
	}
	zone_take(&h);
	reach_begin(&h);
	status = munin_run(plugin, argc, argv, &h, stdout, stderr);
	reach_end(&h);
	host_close(&h);
	return status;
}
