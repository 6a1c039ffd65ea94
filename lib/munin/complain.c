/* complain: what the admin should know of this run; what runs and settings both say. */
#include <unistd.h>

#include "base/hash.h"
#include "munin/run.h"

static void count_one_more(struct sw_munin *m, const struct sw_label *text)
{
	uint64_t hash = hash_bytes(m->host->secret, raw_from(text->s, text->n));

	for (size_t i = 0; i < m->more_n; i++)
		if (m->more[i] == hash)
			return;
	if (m->more_n < MORE_MAX)
		m->more[m->more_n++] = hash;
}

void sw_munin_complain(struct sw_munin *m, const struct sw_fault *what)
{
	for (size_t i = 0; i < m->complaints; i++)
		if (strcmp(m->complaint[i].s, what->text.s) == 0)
			return;
	if (m->complaints == COMPLAINTS_MAX) {
		count_one_more(m, &what->text);
		return;
	}
	m->complaint[m->complaints++] = what->text;
	fprintf(m->err, "%s%s: %s\n", m->err_prefix, m->plugin->name, what->text.s);
}

struct sw_label complain_more(const struct sw_munin *m)
{
	if (m->more_n == 0)
		return label_new();
	return sw_label_printed("and %zu%s more", m->more_n, m->more_n == MORE_MAX ? " or" : "");
}

void munin_note(struct sw_munin *m, const struct sw_label *note)
{
	m->note = *note;
	/* munin-run by hand: a node's log would hold it every five minutes */
	if (note->n > 0 && fileno(m->err) >= 0 && isatty(fileno(m->err)))
		fprintf(m->err, "%s: %s\n", m->plugin->name, note->s);
}
