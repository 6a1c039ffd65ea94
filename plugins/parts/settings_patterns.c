#include "parts/settings_patterns.h"

int settings_patterns(struct sw_munin *m, const char *name, struct patterns **ret,
		      struct sw_fault *why)
{
	struct sw_fault cause = { 0 };
	int rc = patterns_from(sw_munin_text(m, name), ret, &cause);

	if (rc == 0)
		return 0;
	fault_wrap(why, &cause, "env.%s: ", name);
	sw_munin_complain(m, why);
	return rc;
}
