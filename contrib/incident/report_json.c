/* The report as an object: schema 1, spoolwatch(8). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "incident/doors.h"
#include "incident/report.h"
#include "incident/report_json.h"
#include "words/failures.h"

typedef unsigned long long ull;

void json_member(FILE *to, const char *name)
{
	fprintf(to, ",\"%s\":", name);
}

void json_number(FILE *to, const char *name, uint64_t n)
{
	json_member(to, name);
	fprintf(to, "%llu", (ull)n);
}

void json_moment(FILE *to, const char *name, int64_t time)
{
	json_member(to, name);
	if (time > 0)
		fprintf(to, "%lld", (long long)time);
	else
		fputs("null", to);
}

void json_text(FILE *to, const char *name, struct sw_raw text)
{
	json_member(to, name);
	say_json(to, text);
}

void json_label(FILE *to, const char *name, const struct sw_label *l)
{
	json_text(to, name, raw_from(l->s, l->n));
}

/* A number of the log's. */
static void say_known(FILE *to, const struct report *p, const char *name, uint64_t n)
{
	json_member(to, name);
	if (report_is_known(p, n))
		fprintf(to, "%llu", (ull)n);
	else
		fputs("null", to);
}

void json_address(FILE *to, const char *name, struct sw_raw key)
{
	const struct sw_label l = words_address(key);

	fprintf(to, "{\"%s\":", name);
	say_json(to, raw_from(l.s, l.n));
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
	json_moment(to, "time", p->run->host->now);
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
	json_moment(to, "since", past->since);
	json_moment(to, "known_since", past->known_since);
	json_number(to, "minutes", PAST_MINUTES);
	json_number(to, "known", past->known);
	fprintf(to, ",\"whole\":%s}", report_log_is_whole(p) ? "true" : "false");
}

static void say_broken(FILE *to, const struct report *p)
{
	const struct break_in *b = &p->past.broken;
	const struct sw_raw key = raw_from((const char *)b->address.byte, sizeof(b->address.byte));

	json_member(to, "broken_in");
	if (!b->account) {
		fputs("null", to);
		return;
	}
	json_address(to, "address", key);
	json_moment(to, "first", b->first);
	json_number(to, "failures", b->failures);
	json_moment(to, "failures_since", b->since);
	json_number(to, "networks", b->networks);
	json_number(to, "accounts", b->accounts);
	fputc('}', to);
}

static void say_numbers(FILE *to, const struct report *p)
{
	const struct past *past = &p->past;
	const struct {
		const char *name;
		uint64_t n;
	} numbers[] = {
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

	if (past->failures == 0 && past->silent > 0)
		fputs(",\"failures\":null", to);
	else
		say_known(to, p, "failures", past->failures);
	say_known(to, p, "failures_of_nobody", past->silent);
	for (size_t i = 0; i < SW_COUNT(numbers); i++)
		say_known(to, p, numbers[i].name, numbers[i].n);
	json_moment(to, "first_failure", past->failed_first);
	json_moment(to, "last_failure", past->failed_last);
	json_moment(to, "first_message", past->first);
	json_moment(to, "last_message", past->last);
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
	json_number(to, "queued", q->messages);
	fputs(",\"queues\":{", to);
	for (size_t i = 0; i < QUEUED_QUEUES; i++) {
		fprintf(to, "%s\"%s\":", i > 0 ? "," : "", queued_queues[i]);
		if (q->whole[i] || q->queue[i] > 0)
			fprintf(to, "%llu", (ull)q->queue[i]);
		else
			fputs("null", to);
	}
	fputc('}', to);
	json_number(to, "queued_recipients", q->recipients);
	json_number(to, "already_delivered", q->delivered);
	json_number(to, "bounces_queued", q->bounces);
	json_moment(to, "oldest_queued", q->oldest);
	json_moment(to, "newest_queued", q->newest);
}

static void say_journal(FILE *to, const struct report *p)
{
	const struct journal_record *r = &p->journal;

	if (!r->key)
		return;
	json_moment(to, "held_since", r->since / 1000000000);
	json_number(to, "deleted", r->deleted);
	json_text(to, "deleted_evidence", raw_of(r->evidence));
}

static void say_queued_message(FILE *to, const struct queued_message *m)
{
	fputs("{\"id\":", to);
	say_json(to, raw_of(m->id));
	json_text(to, "queue", raw_of(queued_queues[m->queue]));
	json_moment(to, "arrived", m->arrived);
	json_label(to, "client", &m->client);
	json_label(to, "sender", &m->sender);
	json_label(to, "recipient", &m->recipient);
	json_number(to, "recipients", m->recipients);
	json_label(to, "from", &m->from);
	json_label(to, "subject", &m->subject);
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
		const struct sw_raw key = { (const char *)m->address.byte,
					    sizeof(m->address.byte) };
		const struct sw_label client = words_address(key);

		fputs(i > 0 ? ",{\"id\":" : "{\"id\":", to);
		say_json(to, raw_of(m->id));
		json_moment(to, "arrived", m->time);
		if (m->has_address)
			json_label(to, "client", &client);
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

	json_member(to, name);
	fputc('[', to);
	for (size_t i = 0; goes_on; i++) {
		char *text = NULL;
		size_t n = 0;
		FILE *line = open_memstream(&text, &n);
		bool written = line != NULL;

		goes_on = line && fn(line, p, i);
		if (line)
			written = say_close(line, &text);
		if (!written)
			fprintf(stderr, "spoolwatch: %s of the report: %s\n", name,
				strerror(ENOMEM));
		goes_on &= written;
		if (goes_on) {
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

	json_member(to, "not_known");
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
	say_journal(to, p);
	say_sample(to, p, rows);
	json_rows(to, p, rows);
	say_commands(to, p, "commands", report_say_command);
	say_commands(to, p, "doors", door);
	if (more)
		more(to, ctx);
	fputc('}', to);
}
