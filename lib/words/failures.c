#include "words/failures.h"

#include "postfix/account.h"
#include "words/share.h"
#include "words/source.h"

enum { DAY = 86400, LISTED = 8 };

struct sw_label words_address(struct sw_raw key)
{
	struct network_address address = { { 0 } };
	char buf[NETWORK_TEXT];

	memcpy(address.byte, key.p, key.n < sizeof(address.byte) ? key.n : sizeof(address.byte));
	return sw_label_from(network_text(&address, buf));
}

static void plural(struct sw_label *text, uint64_t n, const char *one)
{
	sw_label_print(text, "%llu %s%s", (unsigned long long)n, one, n == 1 ? "" : "s");
}

struct sw_label words_break_in(const struct sw_host *h, const struct break_in *one)
{
	struct sw_label text = account_name(h, raw_from(one->name, one->name_n));
	struct sw_label from =
		words_address(raw_from((const char *)one->address.byte, sizeof(one->address.byte)));

	sw_label_print(&text, " from ");
	sw_label_append(&text, &from);
	if (one->networks > 1) {
		sw_label_print(&text, " and ");
		plural(&text, one->networks - 1, "more new network");
	}
	sw_label_print(&text, " after ");
	plural(&text, one->failures, "failure");
	if (one->accounts > 0)
		sw_label_print(&text, " for %u%s account%s", one->accounts,
			       one->accounts == BREAK_IN_GUESSES ? " or more" : "",
			       one->accounts == 1 ? "" : "s");
	words_since(&text, one->since, h->now);
	return text;
}

struct sw_label words_break_ins(const struct failures *f, int64_t end)
{
	const struct break_in *list[LISTED];
	struct sw_label text = label_new();
	size_t n = break_in_last(&f->kept->in, end, list, LISTED);

	for (size_t i = 0; i < n; i++) {
		struct sw_label one = words_break_in(f->host, list[i]);

		if (!words_then(&text, &one))
			break;
	}
	return text;
}

struct sw_label words_failures_known(const struct failures *f, unsigned minutes, const char *link)
{
	struct sw_label text =
		sw_label_printed("only %u of the last 24 hours are known", minutes / 60);
	struct sw_label why = words_source_doubt(&f->hole, f->host->now, link);

	sw_label_print(&text, ": ");
	if (f->hole.doubt != LOG_FINE)
		sw_label_append(&text, &why);
	else
		sw_label_print(&text, "there was no time to read more");
	return text;
}

struct sw_label words_failures_silent(const struct failures *f)
{
	struct sw_label text = sw_label_printed("nobody says whose logins fail: ");

	if (f->dovecot_why.code)
		sw_label_append(&text, &f->dovecot_why.text);
	else
		sw_label_print(
			&text,
			"this Postfix does not (3.5.22, 3.6.12, 3.7.8, 3.8.3 and 3.9 do): set "
			"auth_verbose = yes in Dovecot, and let it write to the same log or "
			"name its own (env.dovecot_log)");
	return text;
}

struct sw_label words_failures_doubt(const struct failures *f, unsigned minute, const char *link)
{
	int64_t begin = f->start + 60 * ((int64_t)minute + 1) - DAY;
	unsigned known = failures_known_of_day(f, minute);

	if ((f->kept->silent >= begin && f->kept->named < begin) || f->kept->blind >= begin)
		return words_failures_silent(f);
	if (f->dovecot_why.code && f->where.dovecot)
		return f->dovecot_why.text;
	return known < FAILURES_DAY ? words_failures_known(f, known, link) : label_new();
}
