/* Queue IDs, as real queues hash them. */
#include "postfix/qid.h"
#include "test.h"

static void a_queue_file_lies_where_its_id_says(void **state)
{
	static const struct {
		const char *id;
		const char *want; /* "": no ID */
	} rows[] = {
		{ "6C11EA760CB", "6C" },
		{ "2A5F324", "2A" },
		/* of tests/unit/queue/files/spool/deferred; by their microseconds */
		{ "4jY2t64rKTz1bgFB", "A" },
		{ "4jY2t661lHz1bgG9", "C" },
		{ "4jY2t662Mhz1bgGQ", "C" },
		{ "A", "" },
		{ "../etc/passwd", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char got[QID_HASH + 1] = "";

		if (!qid_hash(raw_of(rows[i].id), got))
			got[0] = '\0';
		if (strlen(rows[i].want) == 1)
			got[1] = '\0';
		want_text(rows[i].id, got, rows[i].want);
	}
}

/* Digits of base 52 in their order, as util/safe_ultostr.c has them. */
static const char digits[] = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";

static void every_byte_is_a_digit_or_may_stand_there_or_not(void **state)
{
	(void)state;
	assert_int_equal(strlen(digits), 52);
	for (int c = 0; c < 256; c++) {
		const char *digit = c ? strchr(digits, c) : NULL;
		char what[24];

		snprintf(what, sizeof(what), "byte %d", c);
		want_number(what, qid_kind[c],
			    digit			    ? digit - digits + 1
			    : c && strchr("AEIOUaeiou_", c) ? QID_OTHER
							    : 0);
	}
}

static void a_long_id_says_when_and_where_it_was_made(void **state)
{
	static const struct {
		const char *id;
		int64_t time; /* -1: it does not say */
		const char *hash;
	} rows[] = {
		{ "4jY2jX5zVXz1", 1795430912LL, "CD" },		    /* 0xCDA54 microseconds */
		{ "4jY2jX0000z1", 1795430912LL, "00" },		    /* 0x00000 microseconds */
		{ "00000175plz1", 1LL, "F4" },			    /* 0xF423F microseconds */
		{ "zzzzzz0SDJz1", 19770609663LL, "10" },	    /* 0x10000 microseconds */
		{ "zzzzzzzzzz0SDHz1", 144555105949057023LL, "0F" }, /* 0x0FFFF microseconds */
		{ "1zzzz0000z", -1, "1z" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		int64_t time = -1;
		char hash[QID_HASH];

		qid_time(raw_of(rows[i].id), &time);
		want_number(rows[i].id, time, rows[i].time);
		want_number(rows[i].id, qid_hash(raw_of(rows[i].id), hash), true);
		want_raw(rows[i].id, raw_from(hash, QID_HASH), rows[i].hash);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_queue_file_lies_where_its_id_says),
		cmocka_unit_test(every_byte_is_a_digit_or_may_stand_there_or_not),
		cmocka_unit_test(a_long_id_says_when_and_where_it_was_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
