#include "incident/others.h"

#include "incident/say.h"

enum { OTHERS = 8 };

/* Those that -c would choose; false when it has chosen. */
static bool list_of(const struct run *r, struct spool *spool, struct sw_raw *ret)
{
	struct sw_fault ignored = { 0 };

	return !r->options->config_directory && spool_instances(spool, ret, &ignored) == 0;
}

struct sw_label others_of(const struct run *r, struct spool *spool)
{
	struct sw_label text = label_new();
	struct sw_raw rest;
	struct sw_raw directory;
	size_t n = 0;

	if (!list_of(r, spool, &rest))
		return text;
	while (spool_next_instance(&rest, &directory) && n++ < OTHERS) {
		sw_label_print(&text, n == 1 ? "other instances of Postfix, with queues of their "
					       "own, are not looked at: -c "
					     : ", -c ");
		sw_label_add_name(&text, directory);
	}
	if (n > OTHERS)
		sw_label_print(&text, " and more");
	return text;
}

void others_json(const struct run *r, struct spool *spool)
{
	struct sw_raw rest;
	struct sw_raw directory;
	size_t n = 0;

	if (!list_of(r, spool, &rest))
		return;
	while (spool_next_instance(&rest, &directory)) {
		fputs(n++ ? "," : ",\"other_instances\":[", stdout);
		say_json(stdout, directory);
	}
	fputs(n > 0 ? "]" : "", stdout);
}

void others_note(const struct run *r)
{
	const struct spool_where where = { .config_directory = r->options->config_directory };
	struct sw_fault ignored = { 0 };
	struct spool spool;

	if (spool_open(r->host, &where, &spool, &ignored) == 0) {
		struct sw_label text = others_of(r, &spool);

		fflush(stdout); /* first what was done, wherever both are written */
		if (text.n > 0)
			fprintf(stderr, "spoolwatch: %s: %s\n", r->verb->name, text.s);
	}
	spool_close(&spool);
}
