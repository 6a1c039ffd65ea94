/* What is told of a day when there is too much of it, and what of it is not known. */
#include <stdlib.h>

#include "daytext.h"

static struct day fresh(void)
{
	static const char *const none[] = { NULL };
	static struct sw_host h;
	struct sw_fault why = { 0 };
	struct day d;

	h = (struct sw_host){ .root = -1, .now = M + 30, .env = none, .secret = { 1, 2 } };
	assert_int_equal(day_new(&d, &h, M - 14 * 60, M, true, &why), 0);
	memset(d.state, LOG_MINUTE_KNOWN, sizeof(d.state));
	return d;
}

static void say(struct day *d, int64_t time, const char *program, const char *fmt, ...)
	SW_PRINTF(4, 5);
static void say(struct day *d, int64_t time, const char *program, const char *fmt, ...)
{
	struct log_message message = { .time = time };
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	message.program = raw_of(program);
	message.text = raw_of(text);
	day_message(d, &message);
}

static unsigned serial;

static void client(struct day *d, int64_t time, const char *login, unsigned network)
{
	say(d, time, "smtpd", "A%07X: client=u[%u.%u.0.1], sasl_method=PLAIN, sasl_username=%s",
	    ++serial, 1 + network / 256, network % 256, login);
}

static struct day_rank first(const struct day *d, enum day_what what, uint32_t end)
{
	struct day_rank top = { .row = 0 };

	assert_true(day_top(d, what, end, 1, NULL, NULL, &top, 1) > 0);
	return top;
}

static void more_than_256_are_256_or_more(void **state)
{
	static const struct {
		const char *what;
		unsigned networks;
		unsigned want;
		bool more;
	} rows[] = {
		{ "all that are kept", 256, 256, false },
		{ "one more", 257, 256, true },
		{ "many", 2000, 256, true },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day d = fresh();
		struct day_rank top;

		for (unsigned n = 0; n < rows[i].networks; n++)
			client(&d, END - 30000 + n * 10, "a@x", n);
		top = first(&d, DAY_NETWORKS, day_end(M));
		want_number(rows[i].what, top.count.n, rows[i].want);
		want_number("more", top.count.more, rows[i].more);
		want_number("sure", top.count.sure, true);
		want_number("nobody has more", day_is_sure(&d, DAY_NETWORKS, day_end(M), &top),
			    true);
		day_free(&d);
	}
}

static void what_gave_way_is_not_denied(void **state)
{
	struct day d = fresh();
	uint32_t before = day_end(M - 14 * 60);
	struct day_rank top;

	(void)state;
	/* 200 before the last points' first day ends, 300 others after it */
	for (unsigned n = 0; n < 200; n++)
		client(&d, day_time(before) - 600, "a@x", n);
	for (unsigned n = 200; n < 500; n++)
		client(&d, END - 60, "a@x", n);
	top = first(&d, DAY_NETWORKS, day_end(M));
	want_number("now", top.count.n, 256);
	want_number("now or more", top.count.more, true);
	assert_true(before < day_end(M));
	want_number("then it is not known", day_count(&d, top.row, DAY_NETWORKS, before).sure,
		    false);
	want_number("messages are", day_count(&d, top.row, DAY_MESSAGES, before).n, 200);
	day_free(&d);
}

static void of_too_many_accounts_only_what_is_sure_is_told(void **state)
{
	struct day d = fresh();
	struct day_rank top;
	char login[64];

	(void)state;
	for (unsigned n = 0; n < 500; n++)
		client(&d, END - 80000 + n, "big@x", n % 30);
	for (unsigned n = 0; n < DAY_ACCOUNTS + 100; n++) {
		snprintf(login, sizeof(login), "u%u@x", n);
		client(&d, END - 50000 + n, login, 1);
	}
	top = first(&d, DAY_MESSAGES, day_end(M));
	want_number("the greatest is whole", top.count.n, 500);
	want_number("nobody has more", day_is_sure(&d, DAY_MESSAGES, day_end(M), &top), true);
	top = first(&d, DAY_NETWORKS, day_end(M));
	want_number("nor networks", day_is_sure(&d, DAY_NETWORKS, day_end(M), &top), true);
	want_number("of recipients nothing is sure",
		    day_is_sure(&d, DAY_EXTERNAL, day_end(M), NULL), false);
	day_free(&d);

	/* where all are alike, nobody knows who had more before it lost its place */
	d = fresh();
	for (unsigned k = 0; k < 3; k++)
		for (unsigned n = 0; n < DAY_ACCOUNTS + 100; n++) {
			snprintf(login, sizeof(login), "u%u@x", n);
			client(&d, END - 50000 + n, login, k);
		}
	top = first(&d, DAY_MESSAGES, day_end(M));
	want_number("all alike", day_is_sure(&d, DAY_MESSAGES, day_end(M), &top), false);
	day_free(&d);
}

static void without_a_queue_id_senders_and_recipients_are_not_known(void **state)
{
	static const struct {
		const char *what;
		const char *end; /* of the message; NULL: there is none */
		bool sure;
	} rows[] = {
		{ "the filter says the ID",
		  "proxy-accept: END-OF-MESSAGE: 250 Ok: queued as A1B2C3; from=<a> to=<b> "
		  "proto=SMTP "
		  "helo=<c> sasl_username=<p@x>",
		  true },
		{ "it says none",
		  "proxy-accept: END-OF-MESSAGE: 250 Ok; from=<queued as A1B2C3> to=<b> proto=SMTP "
		  "helo=<c> sasl_username=<p@x>",
		  false },
		{ "the message went nowhere",
		  "proxy-reject: END-OF-MESSAGE: 554 5.7.1 spam; from=<a> to=<b> proto=SMTP "
		  "helo=<c> "
		  "sasl_username=<p@x>",
		  true },
		{ "another one's ends",
		  "proxy-accept: END-OF-MESSAGE: 250 Ok: queued as A1B2C3; from=<a> to=<b> "
		  "proto=SMTP "
		  "helo=<c> sasl_username=<q@x>",
		  false },
		{ "none does", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day d = fresh();
		struct day_rank top;

		say(&d, END - 90, "smtpd",
		    "NOQUEUE: client=u[1.2.3.4], sasl_method=PLAIN, sasl_username=p@x");
		if (rows[i].end)
			say(&d, END - 89, "smtpd", "%s", rows[i].end);
		day_lines_end(&d);
		top = first(&d, DAY_MESSAGES, day_end(M));
		want_number(rows[i].what, day_is_sure(&d, DAY_MESSAGES, day_end(M), &top), true);
		want_number(rows[i].what, day_is_sure(&d, DAY_NETWORKS, day_end(M), &top), true);
		want_number(rows[i].what, day_is_sure(&d, DAY_SENDERS, day_end(M), NULL),
			    rows[i].sure);
		want_number(rows[i].what, day_is_sure(&d, DAY_EXTERNAL, day_end(M), NULL),
			    rows[i].sure);
		day_free(&d);
	}
}

static void a_day_is_known_when_all_of_it_is(void **state)
{
	static const struct {
		const char *what;
		int bucket; /* of the last day, that is not known; 288 and 289: after it */
		enum log_minute state;
		enum log_minute want;
		unsigned hours;
	} rows[] = {
		{ "all", -1, LOG_MINUTE_UNKNOWN, LOG_MINUTE_KNOWN, 24 },
		{ "the first", 0, LOG_MINUTE_UNKNOWN, LOG_MINUTE_UNKNOWN, 23 },
		{ "the last", 287, LOG_MINUTE_UNKNOWN, LOG_MINUTE_UNKNOWN, 23 },
		{ "what comes later and belongs to it", 289, LOG_MINUTE_UNKNOWN, LOG_MINUTE_UNKNOWN,
		  23 },
		{ "one that waits", 100, LOG_MINUTE_WAITS, LOG_MINUTE_WAITS, 23 },
		{ "what is no part of it", 290, LOG_MINUTE_UNKNOWN, LOG_MINUTE_KNOWN, 24 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day d = fresh();
		uint32_t end = day_end(M);
		unsigned hours;

		if (rows[i].bucket >= 0)
			d.state[end - DAY_BUCKETS - d.first + (unsigned)rows[i].bucket] =
				(unsigned char)rows[i].state;
		want_number(rows[i].what, day_state(&d, end, &hours), rows[i].want);
		want_number(rows[i].what, hours, rows[i].hours);
		day_free(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(more_than_256_are_256_or_more),
		cmocka_unit_test(what_gave_way_is_not_denied),
		cmocka_unit_test(of_too_many_accounts_only_what_is_sure_is_told),
		cmocka_unit_test(without_a_queue_id_senders_and_recipients_are_not_known),
		cmocka_unit_test(a_day_is_known_when_all_of_it_is),
	};

	return cmocka_run_group_tests_name("day_sum", tests, NULL, NULL);
}
