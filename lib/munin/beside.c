/* beside: lines of fetch that every master passes over, for a reader of our own. */
#include "munin/run.h"

bool munin_has_beside(const struct sw_munin *m)
{
	return m->is_fetch;
}

void munin_beside(struct sw_munin *m, const struct sw_label *line)
{
	if (m->is_fetch)
		out_print(&m->beside, "#%s\n", line->s);
}
