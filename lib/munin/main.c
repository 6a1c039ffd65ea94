/* main: what only a whole program may do to its process; all else of a run is munin.c. */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "munin/munin.h"
#include "os/io.h"
#include "os/reach.h"
#include "os/zone.h"

extern char **environ;

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
	if (!io_stands()) {
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
