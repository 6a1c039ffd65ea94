/* complain: what the admin should know of this run; what runs and settings both say. */
#include "munin/run.h"

void sw_munin_complain(struct sw_munin *m, const struct sw_fault *what)
{
	for (size_t i = 0; i < m->complaints; i++)
		if (strcmp(m->complaint[i].s, what->text.s) == 0)
			return;
	if (m->complaints == COMPLAINTS_MAX)
		return;
	m->complaint[m->complaints++] = what->text;
	fprintf(m->err, "%s%s: %s\n", m->err_prefix, m->plugin->name, what->text.s);
}
