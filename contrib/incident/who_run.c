/* The verb who: a sample at once where a person waits, then the exact answer in its place. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/num.h"
#include "incident/run.h"
#include "incident/say.h"
#include "incident/who.h"
#include "postfix/account.h"

enum { SAMPLE = 1000, SAMPLE_ROWS = 10, ROWS = 20 };

struct watch {
	struct say_progress progress;
	uint64_t of;
};

static void seen(uint64_t n, void *ctx)
{
	struct watch *w = ctx;

	say_progress(&w->progress, "looked at", n, w->of);
}

/* Returns how many lines it printed. */
static int sample(const struct run *r, int spool, uint64_t *messages)
{
	struct sw_queue_owners owners;
	struct sw_queue_owner top[SAMPLE_ROWS];
	struct sw_fault ignored = { 0 };
	int lines = 0;

	if (sw_queue_owners_read(r->host, spool, SAMPLE, &owners, &ignored) == 0) {
		size_t n = sw_queue_owners_top(&owners, SW_QUEUE_OWNERS_ALL, top, SAMPLE_ROWS);

		*messages = owners.messages;
		if (!owners.exact) {
			printf("by a sample of %llu of %llu messages, all are looked at now:\n",
			       (unsigned long long)owners.looked,
			       (unsigned long long)owners.messages);
			for (size_t i = 0; i < n; i++)
				printf("%10.0f  %s +-%.0f%%\n", top[i].messages, top[i].name.s,
				       100 * top[i].error);
			lines = (int)n + 1;
		}
	}
	sw_queue_owners_free(&owners);
	fflush(stdout);
	return lines;
}

static struct sw_label name_of(const struct sw_host *h, enum options_by by,
			       const struct who_row *row)
{
	char key[ACCOUNT_KEY];
	struct sw_label name = label_new();
	uint64_t uid = 0;

	switch (row->kind) {
	case WHO_UID:
		return num_from(row->name, &uid) ? account_name(h, account_uid(uid, key)) : name;
	case WHO_CLIENT:
		return account_name(h, account_client(row->name, key));
	case WHO_LOCAL:
		return account_name(h, account_local(key));
	case WHO_NONE:
		sw_label_print(&name, "no %s", options_by_name[by]);
		return name;
	case WHO_NAMED:
		break;
	}
	if (by == BY_UID && num_from(row->name, &uid))
		return account_name(h, account_uid(uid, key));
	if (by == BY_SENDER && row->name.n == 0)
		sw_label_print(&name, "[] the null sender, of bounces");
	else if (by == BY_REASON)
		sw_label_add(&name, row->name);
	else
		sw_label_add_name(&name, row->name);
	return name;
}

static const char *kind_of(enum options_by by, enum who_kind kind)
{
	switch (kind) {
	case WHO_UID:
		return "uid";
	case WHO_CLIENT:
		return "client";
	case WHO_LOCAL:
		return "local";
	case WHO_NONE:
		return "none";
	case WHO_NAMED:
		break;
	}
	return options_by_name[by];
}

static void say_all(const struct run *r, const struct who *w, const struct who_row *row, size_t n)
{
	size_t most = r->options->top ? r->options->top : ROWS;

	printf("%s%10llu  messages in all%s\n", say_colour(r->host, SAY_STRONG),
	       (unsigned long long)w->total, say_colour(r->host, SAY_PLAIN));
	for (size_t i = 0; i < n && i < most; i++)
		printf("%10llu  %s\n", (unsigned long long)row[i].messages,
		       name_of(r->host, w->by, &row[i]).s);
	if (n > most)
		printf("%10s  and %zu more (--top %zu)\n", "", n - most, n);
}

static void say_json_all(const struct run *r, const struct who *w, const struct who_row *row,
			 size_t n, bool exact)
{
	size_t most = r->options->top ? r->options->top : n;

	printf("{\"schema\":1,\"by\":\"%s\",\"total\":%llu,\"exact\":%s,\"rows\":[",
	       options_by_name[w->by], (unsigned long long)w->total, exact ? "true" : "false");
	for (size_t i = 0; i < n && i < most; i++) {
		struct sw_label name = name_of(r->host, w->by, &row[i]);

		fputs(i > 0 ? ",{\"name\":" : "{\"name\":", stdout);
		if (row[i].kind == WHO_NONE)
			fputs("null", stdout);
		else
			say_json(stdout,
				 row[i].kind == WHO_NAMED ? row[i].name : raw_from(name.s, name.n));
		printf(",\"messages\":%llu,\"kind\":\"%s\"}", (unsigned long long)row[i].messages,
		       kind_of(w->by, row[i].kind));
	}
	puts("]}");
}

static int say(const struct run *r, struct who *w, int sampled)
{
	struct sw_fault why = { 0 };
	struct who_row *rows = NULL;
	int64_t n = who_rows(w, &rows, &why);
	bool exact = w->unreadable == 0 && !w->broken.code && topk_evicted(w->table) == 0;

	if (n < 0)
		return run_fail(r, &why);
	if (sampled > 0)
		printf("\033[%dA\033[J", sampled);
	if (r->options->json)
		say_json_all(r, w, rows, (size_t)n, exact);
	else
		say_all(r, w, rows, (size_t)n);
	free(rows);
	if (w->unreadable > 0)
		fprintf(stderr, "spoolwatch: who: %llu queue files could not be read: %s\n",
			(unsigned long long)w->unreadable, w->first.text.s);
	if (w->broken.code)
		fprintf(stderr, "spoolwatch: who: %s\n", w->broken.text.s);
	return exact ? EXIT_DONE : EXIT_PARTLY;
}

int who_run(struct run *r)
{
	struct watch watch = { .of = 0 };
	struct sw_fault why = { 0 };
	struct spool spool;
	struct who *w = calloc(1, sizeof(*w));
	int sampled = 0;
	int rc = w ? run_spool(r, &spool, &why) : sw_fault_errno(&why, ENOMEM, "look");

	if (!w)
		return run_fail(r, &why);
	if (rc == 0) {
		w->host = r->host;
		w->spool = spool_directory(&spool, &why);
		w->by = r->options->by;
		w->utf8 = true;
		w->seen = seen;
		w->ctx = &watch;
		if (!r->options->json && isatty(STDOUT_FILENO))
			sampled = sample(r, w->spool, &watch.of);
		say_progress_begin(&watch.progress);
		rc = who_read(w, &why);
		say_progress_end(&watch.progress);
	}
	rc = rc < 0 ? run_fail(r, &why) : say(r, w, sampled);
	who_free(w);
	free(w);
	spool_close(&spool);
	return rc;
}
