/* complain: what the admin should know of this run; what runs and settings both say. */
#include <unistd.h>

#include "base/hash.h"
#include "munin/run.h"

/* Any label, the name of a field and of a plugin before it. */
enum { LINE = 2048 };

/*
 * May this text of the admin's be shown to him as it is? In a log all that prints may; in a note
 * what is no syntax to the pages and the datafile that graph_info goes through.
 */
static bool is_plain(struct sw_raw text, enum reader reader)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < ' ' || text.p[i] > '~' ||
		    (reader == READER_NOTE && strchr("#\\<>&\"'`", text.p[i])))
			return false;
	return true;
}

/* Text of the admin's that stands, encoded, where `text` begins; the longest. */
struct quoted {
	const char *text;
	enum reader reader;
	size_t n; /* bytes of it, as it is encoded; 0: none was found */
	struct sw_raw plain;
};

static void try(struct quoted *q, struct sw_raw own)
{
	struct sw_label encoded = sw_label_from(own);

	if (encoded.n <= q->n || encoded.cut || strncmp(q->text, encoded.s, encoded.n) != 0 ||
	    !is_plain(own, q->reader))
		return;
	q->n = encoded.n;
	q->plain = own;
}

/* The values of the environment whole, and the words in them: lists of paths and patterns. */
static void try_settings(const struct sw_munin *m, struct quoted *q)
{
	for (const char *const *e = m->host->env; e && *e; e++) {
		struct sw_raw entry = raw_of(*e);
		size_t equal = raw_find(entry, '=');
		struct sw_raw value = raw_trim(raw_skip(entry, equal + (equal < entry.n)));
		struct sw_raw word;

		try(q, value);
		while (raw_word(&value, " \t", &word))
			try(q, word);
	}
	try(q, raw_of(m->called_raw));
}

void complain_print(const struct sw_munin *m, const char *text, enum reader reader, struct out *out)
{
	const char *from = text;

	while (strchr(text, '%')) { /* else nothing of it is encoded */
		struct quoted q = { .text = text, .reader = reader };

		try_settings(m, &q);
		if (q.n > 0) {
			out_put(out, from, (size_t)(text - from));
			out_put(out, q.plain.p, q.plain.n);
			from = text + q.n;
		}
		text += q.n > 0 ? q.n : 1;
	}
	out_put(out, from, strlen(from));
}

void complain_say(const struct sw_munin *m, const char *field, const char *text)
{
	char room[LINE]; /* one line is one write(2), and needs no memory */
	struct out line = { .text = room, .room = sizeof(room), .fixed = true };

	out_print(&line, "%s%s: %s%s", m->err_prefix, m->plugin->name, field, *field ? ": " : "");
	complain_print(m, text, READER_LOG, &line);
	out_put(&line, "\n", 1);
	(void)!out_write(&line, m->err); /* where stderr is gone nobody can be told */
}

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
	complain_say(m, "", what->text.s);
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
		complain_say(m, "", note->s);
}
