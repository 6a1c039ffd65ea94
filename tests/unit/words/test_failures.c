#include "words/failures.h"
#include "test.h"

enum { NOW = 1795701030 /* 2026-11-26T13:50:30Z */ };

static struct break_in one_of(const char *name, const char *from)
{
	struct break_in one = { .account = 1, .first = NOW - 3600, .last = NOW - 60, .failures = 412 };

	assert_true(network_address(raw_of(from), &one.address));
	one.name_n = (uint32_t)strlen(name);
	memcpy(one.name, name, one.name_n);
	return one;
}

static void who_broke_in_is_one_sentence(void **state)
{
	static const struct {
		const char *name, *from;
		uint32_t failures, accounts, networks;
		int64_t ago;
		const char *want;
	} rows[] = {
		{ "email@ourdomain.com", "94.251.111.121", 412, 0, 0, 38430, "email@ourdomain.com from 94.251.111.121 after 412 failures since 03:10" },
		{ "bob", "3fff:a::9", 1, 0, 0, 38430, "bob from 3fff:a::9 after 1 failure since 03:10" },
		{ "bob", "192.0.2.9", 5, 0, 0, 3 * 86400, "bob from 192.0.2.9 after 5 failures since Nov 23 13:50" },
		{ "bob", "192.0.2.9", 225, 0, 3, 38430, "bob from 192.0.2.9 and 2 more new networks after 225 failures since 03:10" },
		{ "bob", "192.0.2.9", 225, 0, 2, 38430, "bob from 192.0.2.9 and 1 more new network after 225 failures since 03:10" },
		{ "bob", "192.0.2.9", 225, 0, 1, 38430, "bob from 192.0.2.9 after 225 failures since 03:10" },
		{ "bob", "192.0.2.9", 7, 5, 0, 38430, "bob from 192.0.2.9 after 7 failures for 5 accounts since 03:10" },
		{ "bob", "192.0.2.9", 7, 1, 0, 38430, "bob from 192.0.2.9 after 7 failures for 1 account since 03:10" },
		{ "bob", "192.0.2.9", 70, BREAK_IN_GUESSES, 0, 38430, "bob from 192.0.2.9 after 70 failures for 16 or more accounts since 03:10" },
		{ "$(reboot);'\"<b>", "192.0.2.9", 5, 0, 0, 38430, "[%24(reboot)%3B%27%22%3Cb%3E] from 192.0.2.9 after 5 failures since 03:10" },
		{ "bob from 1.2.3.4 after", "192.0.2.9", 5, 0, 0, 38430, "[bob from 1.2.3.4 after] from 192.0.2.9 after 5 failures since 03:10" },
	};
	struct sw_host h = { .now = NOW };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct break_in one = one_of(rows[i].name, rows[i].from);

		one.failures = rows[i].failures;
		one.accounts = rows[i].accounts;
		one.networks = rows[i].networks;
		one.since = NOW - rows[i].ago;
		want_text(rows[i].name, words_break_in(&h, &one).s, rows[i].want);
	}
}

static void the_last_comes_first_and_whole(void **state)
{
	static struct failures_kept kept;
	struct sw_host h = { .now = NOW };
	struct failures f = { .host = &h, .kept = &kept };
	struct sw_label text;

	(void)state;
	want_text("nobody", words_break_ins(&f, NOW).s, "");
	for (unsigned i = 0; i < 20; i++) {
		char name[16];

		snprintf(name, sizeof(name), "user%u", i);
		kept.in.broken[i] = one_of(name, "192.0.2.9");
		kept.in.broken[i].account = i + 1;
		kept.in.broken[i].first = NOW - 7200 + i;
		kept.in.broken[i].since = NOW - 38430;
	}
	kept.in.broken[19].first = NOW - 3 * 86400; /* long ago, and at once again */
	kept.in.broken[18].last = NOW - 2 * 86400;  /* long ago */
	text = words_break_ins(&f, NOW);
	want_in("first", text.s, "user17 from 192.0.2.9 after 412 failures since 03:10, then user16 from");
	assert_null(strstr(text.s, "user18"));
	assert_null(strstr(text.s, "user19"));
	assert_true(text.n <= SW_LABEL_MAX);
	want_text("whole", text.s + text.n - strlen("since 03:10"), "since 03:10");
}

static void why_nobody_can_say_is_said(void **state)
{
	struct sw_host h = { .now = NOW };
	struct failures f = { .host = &h };

	(void)state;
	want_text("in time", words_failures_known(&f, 9 * 60 + 5, "").s,
		  "only 9 of the last 24 hours are known: there was no time to read more");
	want_in("whole hours", words_failures_known(&f, 23 * 60 + 59, "").s, "only 23 of");
	f.hole = (struct log_reason){ .doubt = LOG_BEGINS, .where = sw_label_printed("/var/log/mail.log") };
	want_text("a log that begins", words_failures_known(&f, 60, "").s,
		  "only 1 of the last 24 hours are known: /var/log/mail.log begins within the time, and nothing before it was found");
	want_in("what to set", words_failures_silent(&f).s, "auth_verbose = yes");
	sw_fault(&f.dovecot_why, 1, "open x: no");
	want_text("why its own log does not", words_failures_silent(&f).s,
		  "nobody says whose logins fail: open x: no");
}

/* Of the minute 3 of a window that begins at START: its day begins a day before its end. */
static void a_doubt_holds_as_long_as_it_is_of_the_day(void **state)
{
	enum { START = NOW - 30 - 600, MINUTE = 3, BEGIN = START + 240 - 86400 };
	static const char nobody[] = "nobody says whose logins fail: this Postfix does not";
	static const char few[] = "only 23 of the last 24 hours are known: there was no time";
	static const struct {
		const char *what;
		int64_t silent, named, blind;
		bool dovecot, fails, hole;
		const char *want; /* the beginning; "" for none */
	} rows[] = {
		{ "none", 0, 0, 0, false, false, false, "" },
		{ "nobody named one", BEGIN, 0, 0, false, false, false, nobody },
		{ "of the day before", BEGIN - 1, 0, 0, false, false, false, "" },
		{ "somebody named one then", BEGIN, BEGIN - 1, 0, false, false, false, nobody },
		{ "and in this one", BEGIN, BEGIN, 0, false, false, false, "" },
		{ "many in a row", BEGIN, BEGIN, BEGIN, false, false, false, nobody },
		{ "long ago", BEGIN, BEGIN, BEGIN - 1, false, false, false, "" },
		{ "what Dovecot says can't be read", 0, 0, 0, true, true, false, "open x: no" },
		{ "which was not asked for", 0, 0, 0, false, true, false, "" },
		{ "which can", 0, 0, 0, true, false, false, "" },
		{ "a minute of the day is not known", 0, 0, 0, false, false, true, few },
		{ "what can't be read goes first", 0, 0, 0, true, true, true, "open x: no" },
		{ "and nobody before that", BEGIN, 0, 0, true, true, true,
		  "nobody says whose logins fail: open x: no" },
	};
	struct sw_host h = { .now = NOW };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct failures_kept kept;
		struct failures f = { .host = &h, .kept = &kept, .start = START };
		struct sw_label text;

		memset(&kept, 0, sizeof(kept));
		memset(kept.known, 0xff, sizeof(kept.known));
		if (rows[i].hole)
			kept.known[BEGIN / 60 % FAILURES_KNOWN / 8] &=
				(unsigned char)~(1U << BEGIN / 60 % 8);
		kept.silent = rows[i].silent;
		kept.named = rows[i].named;
		kept.blind = rows[i].blind;
		f.where.dovecot = rows[i].dovecot ? "x" : NULL;
		if (rows[i].fails)
			sw_fault(&f.dovecot_why, 1, "open x: no");
		text = words_failures_doubt(&f, MINUTE, "");
		want_number(rows[i].what, text.n > 0, *rows[i].want != '\0');
		want_number(rows[i].what,
			    strncmp(text.s, rows[i].want, strlen(rows[i].want)) == 0, true);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_broke_in_is_one_sentence),
		cmocka_unit_test(the_last_comes_first_and_whole),
		cmocka_unit_test(why_nobody_can_say_is_said),
		cmocka_unit_test(a_doubt_holds_as_long_as_it_is_of_the_day),
	};

	return cmocka_run_group_tests_name("failures", tests, NULL, NULL);
}
