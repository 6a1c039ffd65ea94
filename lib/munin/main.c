/* main: what only a whole program may do to its process; all else of a run is munin.c. */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "munin/munin.h"
#include "os/reach.h"
#include "os/zone.h"

extern char **environ;

/*
 * Where 0, 1 or 2 is closed, no file of ours must become it: the list would be written into it.
 * False: it would. What stands in for it can't be written to, so that this fails.
 */
static bool takes_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
			return false;
	return true;
}

/* What a parent hands down: ignored signals, a mask for new files. */
static void take_process(void)
{
	/* a reader that went away, a file that may not grow: errors, to be said, no silent death */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGCHLD, SIG_DFL); /* who ignores it never hears how a child ended */
	umask(022);		  /* modes are said where files are made: 0600, 0644 */
	setvbuf(stdout, NULL, _IONBF, 0);
	/* tables have room for thousands, of which most hosts touch a page: not 2 MB at a time */
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
}

int sw_munin_main(const struct sw_munin_plugin *plugin, int argc, char **argv)
{
	struct sw_fault why = { 0 };
	struct sw_host h;
	int status;

	take_process();
	if (!takes_descriptors()) {
		fprintf(stderr, "%s: one of the descriptors 0 to 2 is closed\n", plugin->name);
		return 2;
	}
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
