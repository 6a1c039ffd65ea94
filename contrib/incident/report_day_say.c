/* The lines of report --day, and its object. */
#include "incident/report_day.h"
#include "postfix/account.h"
#include "words/failures.h"
#include "words/source.h"

enum { ROWS = 20 };

typedef unsigned long long ull;

/* Where hours are missing a 0 is none. */
static bool is_known(const struct days *d, const struct day_count *c)
{
	return c->n > 0 || (c->sure && d->whole);
}

static bool is_exact(const struct days *d, const struct day_count *c)
{
	return c->sure && !c->more && d->whole;
}

static void say_count(const struct days *d, const struct day_count *c)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu%s", (ull)c->n, is_exact(d, c) ? "" : "+");
	printf(" %9s", is_known(d, c) ? text : "?");
}

static void say_row(const struct days *d, const struct day_row *row)
{
	for (unsigned i = 0; i < DAY_KINDS; i++)
		say_count(d, &row->count[i]);
	if (row->failures > 0 || (d->whole && d->silent == 0))
		printf(" %9llu", (ull)row->failures);
	else
		printf(" %9s", "?");
	if (row->queued > 0 || !d->no_queue.code)
		printf(" %9llu", (ull)row->queued);
	else
		printf(" %9s", "?");
	printf("  %s", row->name.s);
	if (row->broken) {
		const struct sw_label how = words_break_in(d->run->host, row->broken);
		const struct sw_label name = account_name(
			d->run->host, raw_from(row->broken->name, row->broken->name_n));

		printf(", broken into%s", how.s + name.n);
	}
	putchar('\n');
}

static void say_all(const struct days *d)
{
	const size_t most = d->run->options->top ? d->run->options->top : ROWS;

	fputs("The last day, until ", stdout);
	say_time(stdout, d->run->host->now);
	printf(", of whose %.1f hours the log tells %.1f\n", d->minutes / 60.0, d->known / 60.0);
	printf(" %9s %9s %9s %9s %9s %9s  %s\n", "messages", "networks", "senders", "outside",
	       "failures", "queued", "account");
	for (size_t i = 0; i < d->rows && i < most; i++)
		say_row(d, &d->row[i]);
	if (d->rows > most)
		printf("and %zu more (--top %zu)\n", d->rows - most, d->rows);
	if (d->nobodys > 0)
		printf("In the queues of no account: %llu (spoolwatch who)\n", (ull)d->nobodys);
}

static void say_json_number(const char *name, uint64_t n, bool known)
{
	if (known)
		printf(",\"%s\":%llu", name, (ull)n);
	else
		printf(",\"%s\":null", name);
}

static void say_json_row(const struct days *d, const struct day_row *row)
{
	static const char *const names[DAY_KINDS] = { "messages", "networks", "senders",
						      "outside" };
	const bool is_uid = account_kind(row->key) == SW_ACCOUNT_UID;
	bool exact = d->known == d->minutes;

	fputs("{\"name\":", stdout);
	say_json(stdout, is_uid ? raw_from(row->name.s, row->name.n) : row->key);
	printf(",\"kind\":\"%s\"", is_uid ? "uid" : "account");
	for (unsigned i = 0; i < DAY_KINDS; i++) {
		say_json_number(names[i], row->count[i].n, is_known(d, &row->count[i]));
		exact &= is_exact(d, &row->count[i]);
	}
	say_json_number("failures_before", row->failures,
			row->failures > 0 || (d->whole && d->silent == 0));
	say_json_number("queued", row->queued, row->queued > 0 || !d->no_queue.code);
	fputs(",\"broken_in\":", stdout);
	if (row->broken) {
		const struct sw_label from =
			words_address(raw_from((const char *)row->broken->address.byte,
					       sizeof(row->broken->address.byte)));

		say_json(stdout, raw_from(from.s, from.n));
	} else {
		fputs("null", stdout);
	}
	printf(",\"exact\":%s}", exact ? "true" : "false");
}

static void say_json_all(const struct days *d)
{
	const size_t most = d->run->options->top ? d->run->options->top : d->rows;

	printf("{\"schema\":1,\"verb\":\"report\",\"day\":true,\"time\":%lld,\"since\":%lld"
	       ",\"minutes\":%u,\"known\":%u,\"total\":%zu,\"rows\":[",
	       (long long)d->run->host->now, (long long)day_time(d->end - DAY_BUCKETS), d->minutes,
	       d->known, d->rows);
	for (size_t i = 0; i < d->rows && i < most; i++) {
		fputs(i > 0 ? "," : "", stdout);
		say_json_row(d, &d->row[i]);
	}
	puts("]}");
}

int report_day_say(const struct days *d)
{
	int rc = EXIT_DONE;

	if (d->run->options->json)
		say_json_all(d);
	else
		say_all(d);
	if (!d->whole) {
		const struct sw_label l = words_source_doubt(&d->hole, d->run->host->now, NULL);

		fprintf(stderr, "spoolwatch: report: not all of the log is known: %s\n", l.s);
		rc = EXIT_PARTLY;
	}
	if (d->logins.dovecot_why.code && (d->logins.where.dovecot || d->silent > 0)) {
		fprintf(stderr,
			"spoolwatch: report: not all that Dovecot itself logs is known: %s\n",
			d->logins.dovecot_why.text.s);
		rc = EXIT_PARTLY;
	}
	if (d->no_queue.code) {
		fprintf(stderr, "spoolwatch: report: %s\n", d->no_queue.text.s);
		rc = EXIT_PARTLY;
	}
	return rc;
}
