#include "parts/share.h"

#include <limits.h>

#include "base/print.h"
#include "os/reach.h"

void share_open(struct share *s, struct sw_munin *m, const char *name)
{
	const struct sw_host *h = sw_munin_host(m);
	const char *directory = host_env(h, "MUNIN_PLUGSTATE");
	char path[PATH_MAX];
	bool fits = directory && print_text(path, sizeof(path), "%s/%s.shared", directory, name) <
					 (int)sizeof(path);

	share_begin(s, h, fits && reach_is_sure(h, path) ? path : NULL);
}
