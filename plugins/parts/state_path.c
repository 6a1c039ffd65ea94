#include "parts/state_path.h"

#include <errno.h>

#include "os/reach.h"

const char *state_path(struct sw_munin *m, const char *path, struct sw_fault *why)
{
	const struct sw_host *h = sw_munin_host(m);

	if (!path)
		path = host_env(h, "MUNIN_STATEFILE");
	if (!path || reach_is_sure(h, path))
		return path;
	sw_fault(why, EREMOTE, "%s may be on a network, and not answer: not opened", path);
	return NULL;
}
