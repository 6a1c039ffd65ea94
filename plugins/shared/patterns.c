#include "shared/patterns.h"

int shared_patterns(struct munin *m, const char *name, struct patterns **ret, struct fault *why)
{
	struct fault cause = { 0 };
	int rc = patterns_from(munin_text(m, name), ret, &cause);

	if (rc == 0)
		return 0;
	fault_wrap(why, &cause, "env.%s: ", name);
	munin_complain(m, why);
	return rc;
}
