#include "os/zone.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void zone_take(const struct sw_host *h)
{
	char root[PATH_MAX] = ""; /* a relative path would be one below libc's own zones */
	char zone[PATH_MAX + 32];

	if (host_env(h, "TZ") || (h->copied && !realpath(h->root_path, root)))
		return;
	snprintf(zone, sizeof(zone), ":%s/etc/localtime", root);
	if (!h->copied || access(zone + 1, R_OK) == 0)
		setenv("TZ", zone, 1); /* also spares mktime() a stat(2) a call */
}
