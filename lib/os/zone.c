#include "os/zone.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/print.h"

/* Set for the machine itself, too: it spares mktime() a stat(2) a call. */
static char own[] = "TZ=:/etc/localtime";

static void take_copied(const char *root_path)
{
	char root[PATH_MAX]; /* a relative path would be one below libc's own zones */
	char zone[PATH_MAX + 32];

	if (!realpath(root_path, root))
		return;
	print_text(zone, sizeof(zone), ":%s/etc/localtime", root);
	if (access(zone + 1, R_OK) == 0)
		setenv("TZ", zone, 1);
}

void zone_take(const struct sw_host *h)
{
	if (host_env(h, "TZ"))
		return;
	if (h->copied)
		take_copied(h->root_path);
	else
		putenv(own);
}
