/* What the screen says of accounts, and of those that were broken into. */
#include "incident/say.h"
#include "incident/screen.h"
#include "postfix/account.h"
#include "words/failures.h"

enum { NAME_COLUMNS = 38, RATE = 20 };

/* What is in doubt may be more; of none in doubt nothing is known. `about`: "~" or "". */
static void say_number(const char *about, double n, int digits, bool known)
{
	char text[48];

	if (known || n > 0)
		snprintf(text, sizeof(text), "%s%.*f%s", about, digits, n, known ? "" : "+");
	else
		snprintf(text, sizeof(text), "?");
	printf("%10s", text);
}

static void say_account(const struct screen_accounts *a, const struct screen_queues *q,
			const struct sw_host *h, const struct screen_account *row)
{
	struct sw_label name = account_name(h, row->key);
	double rate = (double)row->now / SCREEN_MINUTES;
	bool rate_known = a->no_rate.n == 0;

	name = name.n > NAME_COLUMNS ? label_short(&name, NAME_COLUMNS) : name;
	printf("  %-*s", NAME_COLUMNS, name.s);
	fputs(rate > RATE ? say_colour(h, SAY_ALARM) : "", stdout);
	say_number("", rate, 1, rate_known);
	fputs(rate > RATE ? say_colour(h, SAY_PLAIN) : "", stdout);
	say_number("", (double)row->day, 0, a->no_day.n == 0);
	say_number(q->owners.exact ? "" : "~", row->queued, 0, !screen_queues_doubt(q));
	say_number("", (double)row->addresses, 0, rate_known);
	putchar('\n');
}

static void say_doubts(const struct screen_accounts *a, const struct screen_queues *q)
{
	const struct sw_label *queued = screen_queues_doubt(q);

	if (a->no_rate.n > 0)
		screen_unknown("a minute", &a->no_rate);
	if (a->no_day.n > 0)
		screen_unknown("24 h", &a->no_day);
	if (queued)
		screen_unknown("queued", queued);
	else if (!q->owners.exact)
		printf("  queued: by a sample of %llu of %llu, exactly: spoolwatch who\n",
		       (unsigned long long)q->owners.looked,
		       (unsigned long long)q->owners.messages);
}

void screen_accounts_say(const struct screen_accounts *a, const struct screen_queues *q,
			 const struct sw_host *h)
{
	screen_head(h, "Accounts");
	if (a->n > 0)
		printf("  %-*s%10s%10s%10s%10s\n", NAME_COLUMNS, "", "a minute", "24 h", "queued",
		       "addresses");
	else if (a->no_rate.n == 0)
		printf("  nobody sent within %d minutes\n", SCREEN_MINUTES);
	for (size_t i = 0; i < a->n; i++)
		say_account(a, q, h, &a->row[i]);
	say_doubts(a, q);
	if (a->blocked.n > 0) {
		printf("  %s", say_colour(h, SAY_ALARM));
		say_wrapped(a->blocked.s, 2, 4);
		fputs(say_colour(h, SAY_PLAIN), stdout);
	}
}

static void say_json_number(const char *key, double n, int digits, bool known)
{
	if (known || n > 0)
		printf(",\"%s\":%.*f", key, digits, n);
	else
		printf(",\"%s\":null", key);
}

static const char *kind_of(struct sw_raw key)
{
	switch (account_kind(key)) {
	case SW_ACCOUNT_UID:
		return "uid";
	case SW_ACCOUNT_CLIENT:
		return "client";
	case SW_ACCOUNT_LOCAL:
		return "local";
	case SW_ACCOUNT_LOGIN:
		break;
	}
	return "account";
}

/* As who tells it: a login as it is, another by words. */
static void say_json_name(const struct sw_host *h, struct sw_raw key)
{
	struct sw_label name = account_name(h, key);

	say_json(stdout, account_kind(key) == SW_ACCOUNT_LOGIN ? key : raw_from(name.s, name.n));
}

void screen_accounts_json(const struct screen_accounts *a, const struct screen_queues *q,
			  const struct sw_host *h)
{
	bool rate_known = a->no_rate.n == 0;

	fputs(",\"accounts\":[", stdout);
	for (size_t i = 0; i < a->n; i++) {
		const struct screen_account *row = &a->row[i];

		fputs(i > 0 ? ",{\"name\":" : "{\"name\":", stdout);
		say_json_name(h, row->key);
		printf(",\"kind\":\"%s\"", kind_of(row->key));
		say_json_number("rate", (double)row->now / SCREEN_MINUTES, 1, rate_known);
		say_json_number("day", (double)row->day, 0, a->no_day.n == 0);
		say_json_number("queued", row->queued, 0, !screen_queues_doubt(q));
		say_json_number("addresses", (double)row->addresses, 0, rate_known);
		putchar('}');
	}
	printf("],\"queued_exact\":%s",
	       !screen_queues_doubt(q) && q->owners.exact ? "true" : "false");
	if (!rate_known)
		screen_json_unknown("rate_unknown", &a->no_rate);
	if (a->no_day.n > 0)
		screen_json_unknown("day_unknown", &a->no_day);
	if (a->blocked.n > 0)
		screen_json_unknown("no_mail_queued", &a->blocked);
}

void screen_broken_say(const struct screen_accounts *a, const struct sw_host *h, size_t top)
{
	screen_head(h, "Broken into within a day");
	for (size_t i = 0; i < a->broken_n && i < top; i++) {
		struct sw_label text = words_break_in(h, a->broken[i]);

		fputs("  ", stdout);
		say_wrapped(text.s, 2, 4);
	}
	if (a->no_break_in.n > 0)
		screen_unknown(a->broken_n > 0 ? "others" : "whether one was", &a->no_break_in);
	else if (a->broken_n == 0)
		puts("  none");
}

void screen_broken_json(const struct screen_accounts *a)
{
	fputs(",\"broken_in\":[", stdout);
	for (size_t i = 0; i < a->broken_n; i++) {
		const struct break_in *one = a->broken[i];
		struct sw_label address = words_address(
			raw_from((const char *)one->address.byte, sizeof(one->address.byte)));

		fputs(i > 0 ? ",{\"name\":" : "{\"name\":", stdout);
		say_json(stdout, raw_from(one->name, one->name_n));
		fputs(",\"address\":", stdout);
		say_json(stdout, raw_of(address.s));
		printf(",\"failures\":%u,\"since\":%lld,\"time\":%lld}", one->failures,
		       (long long)one->since, (long long)one->first);
	}
	putchar(']');
	if (a->no_break_in.n > 0)
		screen_json_unknown("broken_in_unknown", &a->no_break_in);
}
