#include "incident/evidence.h"

#include <stdio.h>
#include <time.h>

#include "base/rank.h"
#include "incident/origin.h"

/* Bytes of what is kept of runs before; addresses that are told. */
enum { BEFORE = 120, TOLD = 3 };

typedef unsigned long long ull;

void evidence_begin(struct evidence *e, struct hash_key key, const char *before)
{
	const struct sw_label l = label_kept(before);
	struct sw_fault ignored = { 0 };

	*e = (struct evidence){ .before = label_short(&l, BEFORE) };
	(void)!topk_new(EVIDENCE_ADDRESSES, ORIGIN_CLIENT, 1, key, &e->address, &ignored);
}

void evidence_end(struct evidence *e)
{
	topk_free(e->address);
	e->address = NULL;
}

void evidence_add(struct evidence *e, const char *id, const struct sw_queue_file *f)
{
	char buf[ORIGIN_CLIENT];
	struct sw_raw client;

	e->messages++;
	if (!f)
		return;
	e->looked++;
	client = origin_client(f, buf);
	e->recipients += f->rcpt_todo + f->rcpt_done;
	if (f->arrival_time > 0 && (e->first == 0 || f->arrival_time < e->first))
		e->first = f->arrival_time;
	if (f->arrival_time > e->last)
		e->last = f->arrival_time;
	if (client.n > 0 && e->address)
		topk_count(e->address, client, 1);
	if (e->samples < EVIDENCE_SAMPLE && strlen(id) < JOURNAL_ID)
		snprintf(e->sample[e->samples++], JOURNAL_ID, "%s", id);
}

static void add_time(struct sw_label *l, const char *words, int64_t time)
{
	const time_t t = (time_t)time;
	char text[32];
	struct tm tm;

	if (time > 0 && localtime_r(&t, &tm) &&
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &tm) > 0)
		sw_label_print(l, "%s%s", words, text);
}

static bool is_more(const void *one, const void *other)
{
	const struct topk_row *a = *(const struct topk_row *const *)one;
	const struct topk_row *b = *(const struct topk_row *const *)other;

	return a->count != b->count ? a->count > b->count : raw_order(a->name, b->name) < 0;
}

static void add_addresses(struct sw_label *l, struct topk *table, bool more)
{
	const struct topk_row *top[TOLD];
	const size_t rows = table ? topk_rows(table) : 0;
	size_t n = 0;

	for (size_t i = 0; i < rows; i++) {
		const struct topk_row *row = topk_row(table, i);

		n = rank_add(top, n, TOLD, sizeof(top[0]), &row, is_more);
	}
	if (rows > 0)
		sw_label_print(l, ", from %s%zu address%s: ",
			       more || topk_evicted(table) ? "at least " : "", rows,
			       rows == 1 ? "" : "es");
	for (size_t i = 0; i < n; i++) {
		sw_label_print(l, i > 0 ? ", %llu " : "%llu ", (ull)top[i]->count);
		sw_label_add(l, top[i]->name);
	}
}

void evidence_text(const struct evidence *e, char ret[JOURNAL_NAME])
{
	const bool more = e->looked < e->messages;
	struct sw_label l = e->before;

	if (l.n > 0)
		sw_label_print(&l, ", then ");
	sw_label_print(&l, "%llu messages to %s%llu recipients", (ull)e->messages,
		       more ? "at least " : "", (ull)e->recipients);
	add_time(&l, " of ", e->first);
	if (e->last > e->first)
		add_time(&l, " to ", e->last);
	add_addresses(&l, e->address, more);
	for (size_t i = 0; i < e->samples; i++)
		sw_label_print(&l, i == 0 ? ", as %s" : " %s", e->sample[i]);
	l = label_short(&l, JOURNAL_NAME - 1);
	snprintf(ret, JOURNAL_NAME, "%.*s", JOURNAL_NAME - 1, l.s);
}
