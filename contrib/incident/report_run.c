/* The verb report. */
#include <stdlib.h>

#include "incident/report.h"

struct outcome {
	const struct run *run;
	bool saves; /* --save */
	char path[REPORT_PATH];
	struct sw_fault unsaved; /* code not 0: why it is not kept */
};

static void say_saved_json(FILE *to, const void *ctx)
{
	const struct outcome *o = ctx;

	if (!o->saves)
		return;
	fputs(",\"saved\":", to);
	if (o->unsaved.code) {
		fputs("null,\"not_saved\":", to);
		say_json(to, raw_from(o->unsaved.text.s, o->unsaved.text.n));
	} else {
		say_json(to, raw_of(o->path));
	}
}

static void say_saved(const struct outcome *o)
{
	if (o->unsaved.code) {
		printf("\nThis report is all that there is: it could not be kept (%s)\n",
		       o->unsaved.text.s);
		fprintf(stderr, "spoolwatch: report: it stands on standard output alone: %s\n",
			o->unsaved.text.s);
	} else {
		fputs("\nKept in ", stdout);
		say_shell(stdout, raw_of(o->path));
		putchar('\n');
	}
}

static int say(const struct report *p, struct outcome *o)
{
	/* what no file keeps is said whole */
	const size_t rows = o->unsaved.code	   ? (size_t)REPORT_ALL_ROWS
			    : o->run->options->top ? o->run->options->top
						   : (size_t)REPORT_ROWS;
	struct sw_label sentence;
	size_t not_known = 0;

	if (o->run->options->json) {
		report_say_json(stdout, p, o->unsaved.code ? (size_t)REPORT_ALL_ROWS : rows,
				say_saved_json, o);
		putchar('\n');
	} else {
		report_say(stdout, p, rows);
	}
	while (report_not_known(p, not_known, &sentence)) {
		fprintf(stderr, "spoolwatch: report: %s\n", sentence.s);
		not_known++;
	}
	if (o->saves && !o->run->options->json)
		say_saved(o);
	return not_known > 0 || o->unsaved.code ? EXIT_PARTLY : EXIT_DONE;
}

int report_run(struct run *r)
{
	struct outcome o = { .run = r, .saves = r->options->save };
	struct sw_fault why = { 0 };
	struct report *p;
	int rc;

	if (r->options->day)
		return report_day_run(r);
	if (r->options->by != BY_ACCOUNT && r->options->by != BY_UID) {
		fputs("spoolwatch: report takes an account or --uid\n", stderr);
		return EXIT_USAGE;
	}
	rc = report_read(r, &p, &why);
	if (rc < 0)
		return run_fail(r, &why);
	if (o.saves)
		(void)!report_save(p, r->options->save, o.path, &o.unsaved);
	rc = say(p, &o);
	report_free(p);
	return rc;
}
