#include "incident/evidence.h"

#include "test.h"

static struct sw_queue_file f;
static const struct hash_key key = { 1, 2 };

static void see(struct evidence *e, const char *id, const char *client, uint64_t todo, int64_t time)
{
	memset(&f, 0, sizeof(f));
	f.client_address = raw_of(client);
	f.rcpt_todo = todo;
	f.arrival_time = time;
	evidence_add(e, id, &f);
}

static void all_stands_in_one_line(void **state)
{
	char text[JOURNAL_NAME];
	struct evidence e;

	(void)state;
	zone("UTC0");
	evidence_begin(&e, key, "");
	see(&e, "4ABC01", "203.0.113.9", 2, 1795701030);
	see(&e, "4ABC02", "203.0.113.8", 3, 1795701600);
	see(&e, "4ABC03", "203.0.113.9", 1, 1795701000);
	see(&e, "4ABC04", "", 1, 0);
	evidence_text(&e, text);
	want_text("four", text,
		  "4 messages to 7 recipients of 2026-11-26 13:50 to 2026-11-26 14:00, from 2 "
		  "addresses: 2 203.0.113.9, 1 203.0.113.8, as 4ABC01 4ABC02 4ABC03");
	evidence_add(&e, "4ABC05", NULL);
	evidence_text(&e, text);
	want_in("one that was not read", text, "5 messages to at least 7 recipients of");
	want_in("nor its address", text, ", from at least 2 addresses: 2 203.0.113.9");
	e.messages--;
	evidence_text(&e, text);
	evidence_end(&e);
	evidence_begin(&e, key, text);
	see(&e, "4ABC05", "", 1, 0);
	evidence_text(&e, text);
	want_text("and one of another run", text,
		  "4 messages to 7 recipients of 2026-11-26 13:50 to 2026-11-26 14:00, from 2 "
		  "addresses: 2 203.0.113.9, 1 203.0.113.8, a..., then 1 messages to 1 recipients, as 4ABC05");
	evidence_end(&e);
	evidence_begin(&e, key, "x");
	evidence_end(&e); /* and no address can be kept */
	see(&e, "4ABC05", "203.0.113.9", 1, 0);
	evidence_text(&e, text);
	want_text("behind one letter", text, "x, then 1 messages to 1 recipients, as 4ABC05");
}

static void it_fits_whatever_the_names_are(void **state)
{
	char id[JOURNAL_ID];
	char text[JOURNAL_NAME];
	struct evidence e;

	(void)state;
	memset(id, 'x', sizeof(id) - 1);
	id[sizeof(id) - 1] = '\0';
	evidence_begin(&e, key, "%1B[31m and whatever an older release wrote\n");
	for (int i = 0; i < 3; i++)
		see(&e, id, "2001:db8:1111:2222:3333:4444:5555:6666", UINT64_MAX / 4, 1);
	evidence_text(&e, text);
	want_within("bytes", strlen(text), 200, JOURNAL_NAME - 1);
	assert_null(strpbrk(text, "\n\033"));
	evidence_end(&e);
}

static void the_busiest_addresses_are_named(void **state)
{
	static const char *const from[] = { "d", "b", "c", "a", "b", "c", "e", "c" };
	char text[JOURNAL_NAME];
	struct evidence e;

	(void)state;
	zone("UTC0");
	evidence_begin(&e, key, "");
	for (size_t i = 0; i < SW_COUNT(from); i++) {
		see(&e, "4ABC01", from[i], 1, 0);
		f.rcpt_done = 0;
	}
	evidence_text(&e, text);
	want_text("of one count the first by name", text,
		  "8 messages to 8 recipients, from 5 addresses: 3 c, 2 b, 1 a, as 4ABC01 4ABC01 "
		  "4ABC01");
	want_number("samples", (int64_t)e.samples, EVIDENCE_SAMPLE);
	evidence_end(&e);
	evidence_end(&e);
}

static void one_address_one_time_and_what_was_delivered(void **state)
{
	char text[JOURNAL_NAME];
	struct evidence e;

	(void)state;
	evidence_begin(&e, key, "");
	memset(&f, 0, sizeof(f));
	f.client_address = raw_of("a");
	f.rcpt_todo = 3;
	f.rcpt_done = 4;
	f.arrival_time = 1;
	evidence_add(&e, "4A", &f);
	evidence_text(&e, text);
	want_text("one", text,
		  "1 messages to 7 recipients of 1970-01-01 00:00, from 1 address: 1 a, as 4A");
	evidence_end(&e);
	evidence_begin(&e, key, "");
	for (int i = 0; i < EVIDENCE_ADDRESSES + 1; i++) {
		char name[16];

		snprintf(name, sizeof(name), "a%d", i);
		see(&e, "", name, 0, 0);
	}
	evidence_text(&e, text);
	want_in("more than are kept", text, ", from at least ");
	evidence_end(&e);
	evidence_begin(&e, key, "");
	see(&e, "", "", 0, 0);
	evidence_text(&e, text);
	want_text("none", text, "1 messages to 0 recipients, as ");
	evidence_end(&e);
}

static void of_runs_before_so_much_is_kept(void **state)
{
	char text[JOURNAL_NAME];
	char before[200];

	(void)state;
	for (size_t n = 119; n < 123; n++) {
		char want[JOURNAL_NAME];
		struct evidence e;

		memset(before, 'x', n);
		before[n] = '\0';
		evidence_begin(&e, key, before);
		evidence_text(&e, text);
		snprintf(want, sizeof(want), "%.*s%s, then 0 messages to 0 recipients",
			 n > 120 ? 117 : (int)n, before, n > 120 ? "..." : "");
		want_text("before", text, want);
		evidence_end(&e);
	}
}

/* What fits is whole, with its end; of more it is seen that it was cut. */
static void a_line_is_as_long_as_a_journal_keeps(void **state)
{
	char before[121];
	char id[JOURNAL_ID];
	char text[JOURNAL_NAME];

	(void)state;
	memset(before, 'x', 120);
	before[120] = '\0';
	for (size_t n = 30; n < 45; n++) {
		char want[512];
		struct evidence e;

		evidence_begin(&e, key, before);
		memset(id, 'A', 60);
		id[60] = '\0';
		see(&e, id, "", 0, 0);
		id[n] = '\0';
		see(&e, id, "", 0, 0);
		evidence_text(&e, text);
		snprintf(want, sizeof(want), "%s, then 2 messages to 0 recipients, as %s %s", before,
			 e.sample[0], e.sample[1]);
		if (strlen(want) >= JOURNAL_NAME)
			strcpy(want + JOURNAL_NAME - 4, "...");
		want_text("a line", text, want);
		evidence_end(&e);
	}
}

static void an_id_that_is_too_long_is_left_out(void **state)
{
	char id[JOURNAL_ID + 1];

	(void)state;
	for (size_t n = JOURNAL_ID - 2; n <= JOURNAL_ID; n++) {
		struct evidence e;

		memset(id, 'A', n);
		id[n] = '\0';
		evidence_begin(&e, key, "");
		see(&e, id, "", 0, 0);
		want_number("samples", (int64_t)e.samples, n < JOURNAL_ID);
		if (n < JOURNAL_ID)
			want_text("whole", e.sample[0], id);
		evidence_end(&e);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_stands_in_one_line),
		cmocka_unit_test(the_busiest_addresses_are_named),
		cmocka_unit_test(one_address_one_time_and_what_was_delivered),
		cmocka_unit_test(of_runs_before_so_much_is_kept),
		cmocka_unit_test(an_id_that_is_too_long_is_left_out),
		cmocka_unit_test(a_line_is_as_long_as_a_journal_keeps),
		cmocka_unit_test(it_fits_whatever_the_names_are),
	};

	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
