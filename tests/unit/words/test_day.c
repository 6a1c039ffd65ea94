#include "words/day.h"

#include "test.h"

/* 2026-11-26T13:40:00Z, a bucket's end */
enum { NOW = 1795701000, END = (NOW - DAY_LAG) / DAY_BUCKET };

static struct sw_host host = { .root = -1, .now = NOW };

static void say(struct day *d, int64_t time, const char *program, const char *text)
{
	struct log_message message = { .time = time };

	message.program = raw_of(program);
	message.text = raw_of(text);
	day_message(d, &message);
}

/* A message of a@x, to someone outside or not. */
static void say_message(struct day *d, int64_t time, const char *address, const char *sender,
			bool outside)
{
	static unsigned id;
	char text[200];

	id++;
	snprintf(text, sizeof(text), "A%05X: client=u[%s], sasl_method=PLAIN, sasl_username=a@x",
		 id, address);
	say(d, time, "smtpd", text);
	snprintf(text, sizeof(text), "A%05X: from=<%s>, size=1, nrcpt=1 (queue active)", id, sender);
	say(d, time, "qmgr", text);
	snprintf(text, sizeof(text),
		 "A%05X: to=<r@y>, relay=mx.y[198.51.100.9]:25, delay=1, dsn=2.0.0, status=sent "
		 "(250 ok)",
		 id);
	if (outside)
		say(d, time, "smtp", text);
}

static void what_an_account_did_in_a_day(void **state)
{
	static const struct {
		const char *sender, *address[3];
		bool at_least;
		const char *want[DAY_KINDS];
		const char *limit;
	} rows[] = {
		{ "a@x", { "192.0.2.1" }, false,
		  { "a@x 1 msg in 24 h, since 13:25, last from 192.0.0.0/16",
		    "a@x 1 network in 24 h, 1 msg since 13:25, last from 192.0.0.0/16",
		    "a@x 1 sender in 24 h, 1 msg since 13:25, last a@x",
		    "a@x 1 recipient outside in 24 h, 1 msg since 13:25, last from 192.0.0.0/16" },
		  "a@x 1 msg in 24 h, limit 7" },
		{ "s", { "192.0.2.1", "192.1.2.1", "2001:db8::1" }, true,
		  { "a@x at least 3 msg in 24 h, since 13:25, last from 2001:db8::/32, "
		    "192.1.0.0/16, 192.0.0.0/16",
		    "a@x at least 3 networks in 24 h, 3 msg since 13:25, last from 2001:db8::/32, "
		    "192.1.0.0/16, 192.0.0.0/16",
		    "a@x at least 1 sender in 24 h, 3 msg since 13:25, last s",
		    "a@x at least 3 recipients outside in 24 h, 3 msg since 13:25, last from "
		    "2001:db8::/32, 192.1.0.0/16, 192.0.0.0/16" },
		  "a@x 3 msg in 24 h, limit 7" },
		{ "", { "192.0.2.1" }, false,
		  { NULL, NULL,
		    "a@x 1 sender in 24 h, 1 msg since 13:25, last the null sender" },
		  "a@x 1 msg in 24 h, limit 7" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		struct day_rank top;
		struct day d;

		assert_int_equal(day_new(&d, &host, NOW, NOW, true, &why), 0);
		for (size_t k = 0; k < 3 && rows[i].address[k]; k++)
			say_message(&d, day_time(END - 3 + (uint32_t)k), rows[i].address[k],
				    rows[i].sender, true);
		day_lines_end(&d);
		for (unsigned what = 0; what < DAY_KINDS; what++) {
			if (!rows[i].want[what])
				continue;
			assert_int_equal(day_top(&d, what, END, 1, NULL, NULL, &top, 1), 1);
			want_text(rows[i].sender,
				  words_day(&d, &top, what, END, rows[i].at_least).s,
				  rows[i].want[what]);
		}
		assert_int_equal(day_top(&d, DAY_MESSAGES, END, 1, NULL, NULL, &top, 1), 1);
		want_text("limit", words_day_limit(&d, &top, 7).s, rows[i].limit);
		day_free(&d);
	}
}

/* Which of the 288 spans, from 13:40 on, are not known. */
static void how_much_of_a_day_is_known(void **state)
{
	static const struct {
		const char *what;
		unsigned hole[2][2]; /* first, behind the last */
		bool doubted;
		enum log_doubt doubt;
		const char *want;
	} rows[] = {
		{ "a hole", { { 12, 24 } }, false, 0, ", not 14:40 to 15:40" },
		{ "of one span, the second", { { 1, 2 } }, false, 0, ", not 13:45 to 13:50" },
		{ "of two the first", { { 12, 24 }, { 100, 101 } }, false, 0,
		  ", not 14:40 to 15:40" },
		{ "all but the last", { { 1, 287 } }, false, 0, ", not 13:45 to 13:35" },
		{ "until then", { { 12, 288 } }, false, 0, ", until 14:40" },
		{ "until the last", { { 287, 288 } }, false, 0, ", until 13:35" },
		{ "since then", { { 0, 12 } }, false, 0, ", since 14:40" },
		{ "since the second", { { 0, 1 } }, false, 0, ", since 13:45" },
		{ "since the last", { { 0, 287 } }, false, 0, ", since 13:35" },
		{ "two holes, the first from the beginning", { { 0, 12 }, { 50, 60 } }, false, 0,
		  "" },
		{ "and at the end", { { 0, 12 }, { 287, 288 } }, false, 0, "" },
		{ "nothing", { { 0, 288 } }, false, 0, "" },
		{ "a log that begins", { { 0, 12 } }, true, LOG_BEGINS,
		  ", since 14:42: the log begins within the time, and nothing before it was found" },
		{ "and has a hole", { { 0, 12 }, { 50, 60 } }, true, LOG_BEGINS,
		  ", since 14:42: the log begins within the time, and nothing before it was found" },
		{ "and broke off", { { 12, 288 } }, true, LOG_BEGINS,
		  ", until 14:40: the log begins within the time, and nothing before it was found" },
		{ "another doubt", { { 0, 12 } }, true, LOG_EMPTY,
		  ", since 14:40: the log is empty: set env.logfile" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		char want[300];
		struct day d;

		assert_int_equal(day_new(&d, &host, NOW, NOW, true, &why), 0);
		assert_int_equal(d.first, END - DAY_BUCKETS);
		memset(d.state, LOG_MINUTE_KNOWN, sizeof(d.state));
		for (size_t k = 0; k < 2; k++)
			for (unsigned s = rows[i].hole[k][0]; s < rows[i].hole[k][1]; s++)
				d.state[s] = LOG_MINUTE_UNKNOWN;
		d.doubted = rows[i].doubted;
		d.reason = (struct log_reason){ .doubt = rows[i].doubt,
						.heard = day_time(END - DAY_BUCKETS + 12) + 120,
						.where = sw_label_printed("the log") };
		snprintf(want, sizeof(want), "7 of 24 hours are known%s", rows[i].want);
		want_text(rows[i].what, words_day_known(&d, END, 7, "").s, want);
		day_free(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_an_account_did_in_a_day),
		cmocka_unit_test(how_much_of_a_day_is_known),
	};

	zone("UTC0");
	return cmocka_run_group_tests_name("words day", tests, NULL, NULL);
}
