/* The report as text. */

#include "incident/doors.h"
#include "incident/report.h"
#include "postfix/account.h"
#include "words/failures.h"
#include "words/refusals.h"

/* The words of others, cut. */
enum { WORDS = 200 };

typedef unsigned long long ull;

/* A number of the log's. */
static void say_known(FILE *to, const struct report *p, uint64_t n)
{
	if (report_is_known(p, n))
		fprintf(to, "%llu", (ull)n);
	else
		fputs("not known", to);
}

static void say_more(FILE *to, size_t n, size_t rows)
{
	if (n > rows)
		fprintf(to, "    and %zu more (--top %zu)\n", n - rows, n);
}

/* --- since when */

static void say_head(FILE *to, const struct report *p)
{
	const struct past *past = &p->past;
	const struct select *s = &p->select;
	struct sw_label name = label_new();
	char key[ACCOUNT_KEY];

	if (s->by == BY_UID)
		name = account_name(p->run->host, account_uid(s->uid, key));
	else
		sw_label_add_name(&name, s->asked);
	fprintf(to, "%s %s, ", s->by == BY_UID ? "Local user" : "Account", name.s);
	say_time(to, p->run->host->now);
	for (size_t i = 0; i < s->spellings; i++) {
		fputs(i == 0 ? "\nalso spelled " : ", ", to);
		say_name(to, s->spelling[i]);
	}
	if (s->more_spellings)
		fputs(" and more", to);
	fputs("\nThe log", to);
	if (past->report.chosen < past->report.candidates)
		fprintf(to, ", %s,", past->report.candidate[past->report.chosen].where.s);
	if (past->known_since > 0) {
		fputs(" is known since ", to);
		say_time(to, past->known_since);
		if (past->known < 1440)
			fprintf(to, ", %.1f hours", past->known / 60.0);
		else if (past->known < PAST_MINUTES)
			fprintf(to, ", %.1f of %d days", past->known / 1440.0, PAST_DAYS);
	} else {
		fputs(" is not known", to);
	}
	fputs("; the queues, as they are now\n", to);
}

static void say_failed_rows(FILE *to, const struct report *p, size_t rows)
{
	size_t n;
	const struct topk_row **list = report_rank(p, p->past.failed, &n);

	if (n > 0)
		fprintf(to, "  failed logins by address (%zu):\n", n);
	for (size_t i = 0; i < n && i < rows; i++) {
		const struct past_failure *f = list[i]->value;

		fprintf(to, "%8llu  %s  ", (ull)list[i]->count, words_address(list[i]->name).s);
		say_span(to, f->first, f->last);
		fputc('\n', to);
	}
	say_more(to, n, rows);
}

static void say_break_in(FILE *to, const struct report *p)
{
	const struct past *past = &p->past;

	if (past->messages == 0 && past->failures == 0 && topk_rows(past->used) == 0 &&
	    p->queued.messages == 0 && report_is_known(p, 0)) {
		fputs("  nothing is known of it; who sends is named by: spoolwatch report --day, "
		      "spoolwatch who\n",
		      to);
	} else if (past->broken.account) {
		fprintf(to, "  broken into: %s; used from there since ",
			words_break_in(p->run->host, &past->broken).s);
		say_time(to, past->broken.first);
		fputc('\n', to);
	} else if (report_is_known(p, 0) && past->silent == 0) {
		fputs("  no guessing that succeeded is seen in this log: then a password was "
		      "phished, or\n  taken from elsewhere, or it is the owner's own mail\n",
		      to);
	}
}

static void say_since(FILE *to, const struct report *p, size_t rows)
{
	const struct past *past = &p->past;

	fputs("\nSince when\n", to);
	if (p->select.by == BY_ACCOUNT) {
		say_break_in(to, p);
		fputs("  failed logins: ", to);
		if (past->failures == 0 && past->silent > 0)
			fprintf(to, "not known, of %llu nobody says whose they are",
				(ull)past->silent);
		else
			say_known(to, p, past->failures);
		if (past->failures > 0) {
			fputs(", ", to);
			say_span(to, past->failed_first, past->failed_last);
		}
		fputc('\n', to);
	}
	if (past->messages > 0) {
		fputs("  messages: ", to);
		say_span(to, past->first, past->last);
		fputc('\n', to);
	}
	if (p->queued.messages > 0) {
		fputs("  of those in the queues the oldest arrived ", to);
		say_time(to, p->queued.oldest);
		fputc('\n', to);
	}
	say_failed_rows(to, p, rows);
}

/* --- from where */

static void say_use(FILE *to, const struct topk_row *row, const char *where)
{
	const struct past_use *u = row->value;

	fprintf(to, "%8llu  %s", (ull)u->messages, where);
	if (u->host_n > 0 && !raw_is(raw_from(u->host, u->host_n), "unknown")) {
		fputs(" (", to);
		say_name(to, raw_from(u->host, u->host_n));
		fputc(')', to);
	}
	fputs("  ", to);
	say_span(to, u->first, u->last);
	if (u->logins > 0)
		fprintf(to, ", logins by IMAP and the like: %llu", (ull)u->logins);
	if (u->before > 0) {
		fprintf(to, ", after %llu failed logins since ", (ull)u->before);
		say_time(to, u->since);
	}
	fputc('\n', to);
}

static void say_uses(FILE *to, const struct report *p, struct topk *table, bool networks,
		     size_t rows)
{
	size_t n;
	const struct topk_row **list = report_rank(p, table, &n);

	for (size_t i = 0; i < n && i < rows; i++)
		say_use(to, list[i],
			networks ? report_network(list[i]->name).s
				 : words_address(list[i]->name).s);
	say_more(to, n, rows);
}

static void say_from(FILE *to, const struct report *p, size_t rows)
{
	const size_t addresses = topk_rows(p->past.used);
	const size_t networks = topk_rows(p->network);

	if (p->select.by == BY_UID)
		return;
	fputs("\nFrom where (messages, when)\n", to);
	if (addresses == 0) {
		fprintf(to, "  %s\n", report_is_known(p, 0) ? "nowhere, in this log" : "not known");
		return;
	}
	fprintf(to, "  by address (%s%zu):\n", topk_evicted(p->past.used) > 0 ? "at least " : "",
		addresses);
	say_uses(to, p, p->past.used, false, rows);
	if (networks == addresses)
		return;
	fprintf(to, "  by network (%zu):\n", networks);
	say_uses(to, p, p->network, true, rows);
}

/* --- messages */

static void say_names(FILE *to, const struct report *p, struct topk *table, const char *what,
		      size_t rows)
{
	size_t n;
	const struct topk_row **list = report_rank(p, table, &n);

	if (n > 0)
		fprintf(to, "  %s%s (%zu):\n", what, topk_evicted(table) > 0 ? ", at least" : "",
			n);
	for (size_t i = 0; i < n && i < rows; i++) {
		fprintf(to, "%8llu  ", (ull)list[i]->count);
		if (list[i]->name.n > 0)
			say_name(to, list[i]->name);
		else
			fputs("none", to);
		fputc('\n', to);
	}
	say_more(to, n, rows);
}

static void say_queues(FILE *to, const struct report *p)
{
	const struct queued *q = &p->queued;
	const char *between = " (";

	fputs("  in the queues now: ", to);
	if (p->no_queue.code || (q->messages == 0 && !queued_is_whole(q))) {
		fputs("not known\n", to);
		return;
	}
	fprintf(to, "%s%llu", queued_is_whole(q) ? "" : "at least ", (ull)q->messages);
	for (size_t i = 0; i < QUEUED_QUEUES; i++) {
		if (q->queue[i] == 0)
			continue;
		fprintf(to, "%s%s %llu", between, queued_queues[i], (ull)q->queue[i]);
		between = ", ";
	}
	fputs(q->messages > 0 ? ")" : "", to);
	if (q->messages > 0)
		fprintf(to, ", with %llu recipients to be tried", (ull)q->recipients);
	if (q->delivered > 0)
		fprintf(to, "; %llu delivered already", (ull)q->delivered);
	if (q->bounces > 0)
		fprintf(to, "; %llu bounces because of it", (ull)q->bounces);
	fputc('\n', to);
}

/* What we did before. */
static void say_journal(FILE *to, const struct report *p)
{
	const struct journal_record *r = &p->journal;
	const struct sw_label evidence = label_kept(r->evidence);

	if (r->since > 0) {
		fputs("  held since ", to);
		say_time(to, r->since / 1000000000);
		fputs(" (by spoolwatch)\n", to);
	}
	if (r->deleted > 0)
		fprintf(to, "  deleted by spoolwatch: %llu; %s\n", (ull)r->deleted, evidence.s);
}

static void say_messages(FILE *to, const struct report *p, size_t rows)
{
	const struct past *past = &p->past;
	const struct {
		const char *what;
		uint64_t n;
	} numbers[] = {
		{ "  accepted: ", past->messages },
		{ ", for recipients: ", past->recipients },
		{ "\n  delivered: ", past->sent },
		{ ", of them outside: ", past->sent_outside },
		{ "\n  bounced: ", past->bounced },
		{ ", deferred still: ", past->waiting },
		{ "\n  recipients outside: ", past->outside },
		{ "\n  bounces sent because of it: ", past->returned },
	};

	fputs("\nMessages\n", to);
	for (size_t i = 0; i < SW_COUNT(numbers); i++) {
		fputs(numbers[i].what, to);
		say_known(to, p, numbers[i].n);
	}
	fputc('\n', to);
	say_queues(to, p);
	say_journal(to, p);
	say_names(to, p, past->sender, "by envelope sender", rows);
	say_names(to, p, past->domain, "recipients outside, by domain", rows);
	say_names(to, p, p->queued.client, "in the queues, by client", rows);
}

static void say_refused(FILE *to, const struct report *p, size_t rows)
{
	size_t n;
	const struct topk_row **list = report_rank(p, p->past.refused, &n);

	if (n > 0)
		fputs("\nRefused by (recipients)\n", to);
	for (size_t i = 0; i < n && i < rows; i++) {
		const struct past_refused *r = list[i]->value;
		const enum refusal kind = (enum refusal)(list[i]->name.p[0] - '0');
		struct sw_label words = sw_label_from(raw_from(r->words, r->words_n));

		fprintf(to, "%8llu  %s, %s%s: %s\n", (ull)list[i]->count,
			words_refusals_receiver_name(raw_skip(list[i]->name, 1)).s,
			words_refusals_kind(kind),
			r->at_connect ? ", at connect (no account's doing)" : "",
			label_short(&words, WORDS).s);
	}
	say_more(to, n, rows);
}

/* --- samples */

static void say_sample(FILE *to, const struct report *p, size_t rows)
{
	const struct queued *q = &p->queued;
	const struct past *past = &p->past;

	if (q->samples > 0)
		fputs("\nSome of its messages in the queues (postcat -q ID)\n", to);
	for (size_t i = 0; i < q->samples && i < rows; i++) {
		const struct queued_message *m = q->sample[i];

		fprintf(to, "  %s %s ", m->id, queued_queues[m->queue]);
		say_time(to, m->arrived);
		if (m->client.n > 0)
			fprintf(to, " client %s", m->client.s);
		fprintf(to, " sender %s", m->sender.s);
		if (m->recipient.n > 0)
			fprintf(to, " to %s", m->recipient.s);
		if (m->recipients > 1)
			fprintf(to, " and %llu more", (ull)(m->recipients - 1));
		fprintf(to, "\n    From: %s\n    Subject: %s\n", m->from.s, m->subject.s);
	}
	if (q->samples > 0 || past->samples == 0)
		return;
	fputs("\nSome of its messages in the log\n", to);
	for (size_t i = 0; i < past->samples && i < rows; i++) {
		const struct past_message *m = &past->sample[i];

		fprintf(to, "  %s ", m->id);
		say_time(to, m->time);
		if (m->has_address)
			fprintf(to, " client %s",
				words_address(raw_from((const char *)m->address.byte,
						       sizeof(m->address.byte)))
					.s);
		fputc('\n', to);
	}
}

static void say_scripts(FILE *to, const struct report *p, size_t rows)
{
	size_t n;
	const struct topk_row **list = report_rank(p, p->queued.script, &n);

	if (n > 0)
		fputs("\nScripts that its messages name (whose file, name)\n", to);
	for (size_t i = 0; i < n && i < rows; i++) {
		const size_t blank = raw_find(list[i]->name, ' ');

		fprintf(to, "%8llu  uid %.*s ", (ull)list[i]->count, (int)blank, list[i]->name.p);
		say_name(to, raw_skip(list[i]->name, blank + 1));
		fputc('\n', to);
	}
	say_more(to, n, rows);
}

void report_say(FILE *to, const struct report *p, size_t rows)
{
	struct sw_label sentence;

	say_head(to, p);
	for (size_t i = 0; report_not_known(p, i, &sentence); i++)
		fprintf(to, "%s\n", sentence.s);
	say_since(to, p, rows);
	say_from(to, p, rows);
	say_messages(to, p, rows);
	say_refused(to, p, rows);
	say_sample(to, p, rows);
	say_scripts(to, p, rows);
	fputs("\nWhat contains it\n", to);
	for (size_t i = 0; report_say_command(to, p, i); i++)
		fputc('\n', to);
	if (p->select.by == BY_ACCOUNT)
		doors_say(to, p->select.asked);
}
