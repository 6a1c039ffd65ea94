/* The report as an object: schema 1, spoolwatch(8). */
#include <stdlib.h>

#include "incident/doors.h"
#include "incident/report.h"
#include "words/failures.h"
#include "words/refusals.h"

typedef unsigned long long ull;

static void member(FILE *to, const char *name)
{
	fprintf(to, ",\"%s\":", name);
}

static void say_number(FILE *to, const char *name, uint64_t n)
{
	member(to, name);
	fprintf(to, "%llu", (ull)n);
}

/* Seconds since the epoch. */
static void say_moment(FILE *to, const char *name, int64_t time)
{
	member(to, name);
	if (time > 0)
		fprintf(to, "%lld", (long long)time);
	else
		fputs("null", to);
}

static void say_text(FILE *to, const char *name, struct sw_raw text)
{
	member(to, name);
	say_json(to, text);
}

static void say_label(FILE *to, const char *name, const struct sw_label *l)
{
	say_text(to, name, raw_from(l->s, l->n));
}

/* A number of the log's. */
static void say_known(FILE *to, const struct report *p, const char *name, uint64_t n)
{
	member(to, name);
	if (report_is_known(p, n))
		fprintf(to, "%llu", (ull)n);
	else
		fputs("null", to);
}

static void say_address(FILE *to, const char *name, struct sw_raw key)
{
	const struct sw_label l = words_address(key);

	fprintf(to, "{\"%s\":", name);
	say_json(to, raw_from(l.s, l.n));
}

/* Rows of a table as a list, each begun and ended by `say`. */
typedef void (*say_row_fn)(FILE *to, const struct topk_row *row);

static void say_rows(FILE *to, const char *name, struct topk *table, size_t rows, say_row_fn say)
{
	size_t n;
	const struct topk_row **list = report_rank(table, &n);

	member(to, name);
	fputc('[', to);
	for (size_t i = 0; i < n && i < rows; i++) {
		fputs(i > 0 ? "," : "", to);
		say(to, list[i]);
	}
	fputc(']', to);
	free(list);
}

static void say_failed(FILE *to, const struct topk_row *row)
{
	const struct past_failure *f = row->value;

	say_address(to, "address", row->name);
	say_number(to, "failures", row->count);
	say_moment(to, "first", f->first);
	say_moment(to, "last", f->last);
	fputc('}', to);
}

static void say_use(FILE *to, const struct past_use *u)
{
	say_number(to, "messages", u->messages);
	say_number(to, "logins", u->logins);
	say_moment(to, "first", u->first);
	say_moment(to, "last", u->last);
}

static void say_from(FILE *to, const struct topk_row *row)
{
	const struct past_use *u = row->value;

	say_address(to, "address", row->name);
	say_text(to, "name", raw_from(u->host, u->host_n));
	say_use(to, u);
	say_number(to, "failures_before", u->before);
	fputc('}', to);
}

static void say_network(FILE *to, const struct topk_row *row)
{
	const struct sw_label name = report_network(row->name);

	fputs("{\"network\":", to);
	say_json(to, raw_from(name.s, name.n));
	say_use(to, row->value);
	fputc('}', to);
}

static void say_named(FILE *to, const struct topk_row *row, const char *name, const char *number)
{
	fprintf(to, "{\"%s\":", name);
	say_json(to, row->name);
	say_number(to, number, row->count);
	fputc('}', to);
}

static void say_sender(FILE *to, const struct topk_row *row)
{
	say_named(to, row, "sender", "messages");
}

static void say_domain(FILE *to, const struct topk_row *row)
{
	say_named(to, row, "domain", "recipients");
}

static void say_client(FILE *to, const struct topk_row *row)
{
	say_named(to, row, "address", "messages");
}

static void say_refused(FILE *to, const struct topk_row *row)
{
	const struct past_refused *r = row->value;
	const struct sw_label words = sw_label_from(raw_from(r->words, r->words_n));

	fputs("{\"receiver\":", to);
	say_json(to, raw_skip(row->name, 1));
	say_text(to, "kind", raw_of(words_refusals_kind((enum refusal)(row->name.p[0] - '0'))));
	say_number(to, "recipients", row->count);
	member(to, "at_connect");
	fputs(r->at_connect ? "true" : "false", to);
	say_label(to, "words", &words);
	say_moment(to, "last", r->last);
	fputc('}', to);
}

static void say_script(FILE *to, const struct topk_row *row)
{
	const size_t blank = raw_find(row->name, ' ');

	fputs("{\"script\":", to);
	say_json(to, raw_skip(row->name, blank + 1));
	fprintf(to, ",\"uid\":%.*s", (int)blank, row->name.p);
	say_number(to, "messages", row->count);
	fputc('}', to);
}

/* --- parts */

static void say_select(FILE *to, const struct report *p)
{
	const struct select *s = &p->select;

	fprintf(to,
		"{\"schema\":1,\"verb\":\"report\",\"select\":{\"%s\":", options_by_name[s->by]);
	if (s->by == BY_UID)
		fprintf(to, "%llu", (ull)s->uid);
	else
		say_json(to, s->asked);
	for (size_t i = 0; i < s->spellings; i++) {
		fputs(i == 0 ? ",\"spellings\":[" : ",", to);
		say_json(to, s->spelling[i]);
	}
	fputs(s->spellings > 0 ? "]}" : "}", to);
	say_moment(to, "time", p->run->host->now);
}

static void say_log(FILE *to, const struct report *p)
{
	const struct past *past = &p->past;
	const struct log_report *r = &past->report;

	fputs(",\"log\":{\"source\":", to);
	if (r->chosen < r->candidates)
		say_json(to, raw_from(r->candidate[r->chosen].where.s,
				      r->candidate[r->chosen].where.n));
	else
		fputs("null", to);
	say_moment(to, "since", past->since);
	say_moment(to, "known_since", past->known_since);
	say_number(to, "minutes", PAST_MINUTES);
	say_number(to, "known", past->known);
	fprintf(to, ",\"whole\":%s}", report_log_is_whole(p) ? "true" : "false");
}

static void say_broken(FILE *to, const struct report *p)
{
	const struct break_in *b = &p->past.broken;

	member(to, "broken_in");
	if (!b->account) {
		fputs("null", to);
		return;
	}
	say_address(to, "address",
		    raw_from((const char *)b->address.byte, sizeof(b->address.byte)));
	say_moment(to, "first", b->first);
	say_number(to, "failures", b->failures);
	say_moment(to, "failures_since", b->since);
	say_number(to, "networks", b->networks);
	say_number(to, "accounts", b->accounts);
	fputc('}', to);
}

static void say_numbers(FILE *to, const struct report *p)
{
	const struct past *past = &p->past;
	const struct {
		const char *name;
		uint64_t n;
	} numbers[] = {
		{ "failures", past->failures },
		{ "accepted", past->messages },
		{ "recipients", past->recipients },
		{ "delivered", past->sent },
		{ "delivered_outside", past->sent_outside },
		{ "bounced", past->bounced },
		{ "deferred", past->waiting },
		{ "outside", past->outside },
		{ "bounces_caused", past->returned },
		{ "addresses", topk_rows(past->used) },
		{ "networks", topk_rows(p->network) },
	};

	for (size_t i = 0; i < SW_COUNT(numbers); i++)
		say_known(to, p, numbers[i].name, numbers[i].n);
	say_moment(to, "first_failure", past->failed_first);
	say_moment(to, "last_failure", past->failed_last);
	say_moment(to, "first_message", past->first);
	say_moment(to, "last_message", past->last);
}

static void say_queues(FILE *to, const struct report *p)
{
	const struct queued *q = &p->queued;
	const bool known = !p->no_queue.code && (q->messages > 0 || queued_is_whole(q));

	if (!known) {
		fputs(",\"queued\":null,\"queues\":null,\"queued_recipients\":null"
		      ",\"already_delivered\":null,\"bounces_queued\":null",
		      to);
		return;
	}
	say_number(to, "queued", q->messages);
	fputs(",\"queues\":{", to);
	for (size_t i = 0; i < QUEUED_QUEUES; i++) {
		fprintf(to, "%s\"%s\":", i > 0 ? "," : "", queued_queues[i]);
		if (q->whole[i] || q->queue[i] > 0)
			fprintf(to, "%llu", (ull)q->queue[i]);
		else
			fputs("null", to);
	}
	fputc('}', to);
	say_number(to, "queued_recipients", q->recipients);
	say_number(to, "already_delivered", q->delivered);
	say_number(to, "bounces_queued", q->bounces);
	say_moment(to, "oldest_queued", q->oldest);
	say_moment(to, "newest_queued", q->newest);
}

static void say_queued_message(FILE *to, const struct queued_message *m)
{
	fputs("{\"id\":", to);
	say_json(to, raw_of(m->id));
	say_text(to, "queue", raw_of(queued_queues[m->queue]));
	say_moment(to, "arrived", m->arrived);
	say_label(to, "client", &m->client);
	say_label(to, "sender", &m->sender);
	say_label(to, "recipient", &m->recipient);
	say_number(to, "recipients", m->recipients);
	say_label(to, "from", &m->from);
	say_label(to, "subject", &m->subject);
	fputc('}', to);
}

/* Of the queues; of the log where they have none. */
static void say_sample(FILE *to, const struct report *p, size_t rows)
{
	const struct queued *q = &p->queued;
	const struct past *past = &p->past;

	fputs(",\"sample\":[", to);
	for (size_t i = 0; i < q->samples && i < rows; i++) {
		fputs(i > 0 ? "," : "", to);
		say_queued_message(to, q->sample[i]);
	}
	for (size_t i = 0; q->samples == 0 && i < past->samples && i < rows; i++) {
		const struct past_message *m = &past->sample[i];

		fputs(i > 0 ? ",{\"id\":" : "{\"id\":", to);
		say_json(to, raw_of(m->id));
		say_moment(to, "arrived", m->time);
		if (m->has_address) {
			const struct sw_label l = words_address(
				raw_from((const char *)m->address.byte, sizeof(m->address.byte)));

			say_label(to, "client", &l);
		}
		fputc('}', to);
	}
	fputc(']', to);
}

typedef bool (*command_fn)(FILE *to, const struct report *p, size_t i);

static bool door(FILE *to, const struct report *p, size_t i)
{
	return p->select.by == BY_ACCOUNT && doors_say_command(to, i, p->select.asked);
}

static void say_commands(FILE *to, const struct report *p, const char *name, command_fn fn)
{
	bool goes_on = true;

	member(to, name);
	fputc('[', to);
	for (size_t i = 0; goes_on; i++) {
		char *text = NULL;
		size_t n = 0;
		FILE *line = open_memstream(&text, &n);

		goes_on = line && fn(line, p, i);
		if (line && fclose(line) == 0 && goes_on) {
			fputs(i > 0 ? "," : "", to);
			say_json(to, raw_from(text, n));
		}
		free(text);
	}
	fputc(']', to);
}

static void say_not_known(FILE *to, const struct report *p)
{
	struct sw_label sentence;

	member(to, "not_known");
	fputc('[', to);
	for (size_t i = 0; report_not_known(p, i, &sentence); i++) {
		fputs(i > 0 ? "," : "", to);
		say_json(to, raw_from(sentence.s, sentence.n));
	}
	fputc(']', to);
}

void report_say_json(FILE *to, const struct report *p, size_t rows, report_more_fn more,
		     const void *ctx)
{
	say_select(to, p);
	say_log(to, p);
	say_not_known(to, p);
	say_broken(to, p);
	say_numbers(to, p);
	say_queues(to, p);
	say_rows(to, "failed_from", p->past.failed, rows, say_failed);
	say_rows(to, "from", p->past.used, rows, say_from);
	say_rows(to, "from_networks", p->network, rows, say_network);
	say_rows(to, "senders", p->past.sender, rows, say_sender);
	say_rows(to, "domains", p->past.domain, rows, say_domain);
	say_rows(to, "queued_from", p->queued.client, rows, say_client);
	say_rows(to, "refused_by", p->past.refused, rows, say_refused);
	say_sample(to, p, rows);
	say_rows(to, "scripts", p->queued.script, rows, say_script);
	say_commands(to, p, "commands", report_say_command);
	say_commands(to, p, "doors", door);
	if (more)
		more(to, ctx);
	fputc('}', to);
}
