/* A day as bytes: what is read of a state, and which is none. */
#include "daytext.h"
#include "traffic/day_parts.h"
#include "traffic/day_state.h"

enum { SOURCE = 77 };

static unsigned char bytes[DAY_STATE_SIZE];
static struct day_state_head head;

static struct day fresh(void)
{
	static const char *const none[] = { NULL };
	static struct sw_host h;
	struct sw_fault why = { 0 };
	struct day d;

	h = (struct sw_host){ .root = -1, .now = M + 30, .env = none, .secret = { 1, 2 } };
	assert_int_equal(day_new(&d, &h, M - 14 * 60, M, true, &why), 0);
	return d;
}

/* The state of a day with some messages, all of it known; how many bytes it has. */
static size_t write_state(void)
{
	struct day d = fresh();
	size_t n;

	memset(d.state, LOG_MINUTE_KNOWN, sizeof(d.state));
	for (int i = 0; i < 9; i++) {
		struct log_message message = { .time = END - 5000 + i, .program = raw_of("smtpd") };
		char text[128];

		snprintf(text, sizeof(text),
			 "A%06d: client=u[192.0.2.1], sasl_method=PLAIN, sasl_username=u%d@x", i, i % 2);
		message.text = raw_of(text);
		day_message(&d, &message);
	}
	day_lines_end(&d);
	memset(bytes, 0, sizeof(bytes));
	n = day_state_write(&d, SOURCE, d.end, bytes, 0);
	assert_true(n > sizeof(head) && n < sizeof(bytes));
	memcpy(&head, bytes, sizeof(head));
	day_free(&d);
	return n;
}

static void what_is_no_state_of_this_log_and_day_is_none(void **state)
{
	enum { NO = 1000000 };
	static const struct {
		const char *what;
		uint64_t source;		 /* less SOURCE */
		int end, until, base;		 /* buckets later than they were */
		int accounts;			 /* so many; NO: as many as there are */
		int behind;			 /* bytes more that are given */
		int said;			 /* and that the head says */
		bool fits;
	} rows[] = {
		{ "as it was written", 0, 0, 0, 0, NO, 0, 0, true },
		{ "of another log", 1, 0, 0, 0, NO, 0, 0, false },
		{ "of a time to come", 0, 0, 1, 1, NO, 0, 0, false },
		{ "of a poll before", 0, -1, -1, -1, NO, 0, 0, true },
		{ "of a run that was late", 0, -1, 0, 0, NO, 0, 0, true },
		{ "that ends after its run", 0, 0, -1, -1, NO, 0, 0, false },
		{ "that ends with the first bucket", 0, -290, 0, 0, NO, 0, 0, true },
		{ "that ends before it", 0, -291, 0, 0, NO, 0, 0, false },
		{ "of another base", 0, 0, 0, 1, NO, 0, 0, false },
		{ "a byte less", 0, 0, 0, 0, NO, -1, -1, false },
		{ "a byte more", 0, 0, 0, 0, NO, 1, 1, false },
		{ "two more", 0, 0, 0, 0, NO, 2, 2, false },
		{ "a byte less than it says", 0, 0, 0, 0, NO, -1, 0, false },
		{ "an account less", 0, 0, 0, 0, 1, 0, 0, false },
		{ "an account more", 0, 0, 0, 0, 3, 0, 0, false },
		{ "more than there is room for", 0, 0, 0, 0, DAY_ACCOUNTS + 1, 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		size_t n = write_state();
		struct day d = fresh();

		want_number("accounts", head.accounts, 2);
		head.source = SOURCE + rows[i].source;
		head.end += (uint32_t)rows[i].end;
		head.until += (uint32_t)rows[i].until;
		head.base += (uint32_t)rows[i].base;
		head.bytes += (uint32_t)rows[i].said;
		if (rows[i].accounts != NO)
			head.accounts = (uint32_t)rows[i].accounts;
		memcpy(bytes, &head, sizeof(head));
		want_number(rows[i].what,
			    day_state_read(&d, SOURCE, bytes, n + (size_t)rows[i].behind), rows[i].fits);
		want_number(rows[i].what, d.resumed, rows[i].fits);
		day_free(&d);
	}
}

static void who_goes_on_knows_what_was_known(void **state)
{
	static const struct {
		const char *what;
		int hole;	       /* bucket of the day that was not known; -1: none */
		int lost_until;	       /* buckets since the first that is told; -1: before it */
		uint64_t lost;
		uint64_t want_lost;
		enum log_minute want; /* of the day */
	} rows[] = {
		{ "all", -1, 0, 0, 0, LOG_MINUTE_KNOWN },
		{ "not its first bucket", 0, 0, 0, 0, LOG_MINUTE_UNKNOWN },
		{ "not its last", DAY_BUCKETS - 1, 0, 0, 0, LOG_MINUTE_UNKNOWN },
		{ "some are lost", -1, 0, 5, 5, LOG_MINUTE_KNOWN },
		{ "they were lost before", -1, -1, 5, 0, LOG_MINUTE_KNOWN },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		size_t n = write_state();
		struct day d = fresh();
		unsigned hours;

		if (rows[i].hole >= 0)
			head.known[DAY_STATE_KEPT - DAY_BUCKETS + rows[i].hole] = 0;
		head.lost = rows[i].lost;
		head.lost_until = d.first + (uint32_t)rows[i].lost_until;
		memcpy(bytes, &head, sizeof(head));
		assert_true(day_state_read(&d, SOURCE, bytes, n));
		want_number(rows[i].what, day_state(&d, day_end(M), &hours), rows[i].want);
		want_number(rows[i].what, day_lost(&d), rows[i].want_lost);
		want_number(rows[i].what, d.from, day_end(M));
		want_number(rows[i].what, d.begin, END - DAY_LAG);
		want_number(rows[i].what, topk_rows(d.account), 2);
		for (uint32_t row = 0; row < 2; row++)
			want_number(rows[i].what, day_count(&d, row, DAY_MESSAGES, day_end(M)).n,
				    raw_is(topk_row(d.account, row)->name, "u0@x") ? 5 : 4);
		day_free(&d);
	}
}

static void a_block_has_as_many_bytes_as_it_says(void **state)
{
	static const struct {
		uint32_t said;
		size_t want;
	} rows[] = { { 0, 0 }, { 1, 1 }, { DAY_STATE_SIZE, DAY_STATE_SIZE }, { DAY_STATE_SIZE + 1, 0 } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		head = (struct day_state_head){ .bytes = rows[i].said };
		memcpy(bytes, &head, sizeof(head));
		want_number("bytes", day_state_size(bytes), rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_state_of_this_log_and_day_is_none),
		cmocka_unit_test(who_goes_on_knows_what_was_known),
		cmocka_unit_test(a_block_has_as_many_bytes_as_it_says),
	};

	return cmocka_run_group_tests_name("day_state", tests, NULL, NULL);
}
