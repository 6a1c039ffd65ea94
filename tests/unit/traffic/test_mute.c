#include "test.h"
#include "traffic/mute.h"

/* One letter and a number each: E enters the queue, A becomes active, F is forwarded, S is accepted
 * by somebody; "E1@30" is message 1, 30 s after the start. */
enum { START = 1795431600 };

static void play(struct mute *m, struct idmap *ids, const char *events)
{
	char op;
	int number;
	int at;
	int n;

	for (; sscanf(events, " %c%d@%d%n", &op, &number, &at, &n) == 3; events += n) {
		char name[16];
		struct sw_raw id;

		snprintf(name, sizeof(name), "A1B2C%d", number);
		id = raw_of(name);
		if (op == 'E')
			mute_enter(m, ids, id, START + at);
		else if (op == 'A')
			mute_active(m, idmap_get(ids, id), START + at);
		else if (op == 'F')
			mute_forward(m, idmap_get(ids, id));
		else
			mute_accept(m, START + at);
	}
}

#define NINE                                                                                       \
	"E1@0 A1@1 E2@10 A2@11 E3@20 A3@21 E4@30 A4@31 E5@40 A5@41 E6@50 A6@51 E7@60 A7@61 "        \
	"E8@70 A8@71 E9@80 A9@81 "

static void ten_messages_from_nowhere_say_that_who_accepts_is_mute(void **state)
{
	static const struct {
		const char *what;
		const char *events;
		int from, to; /* 0, 0: no doubt */
	} rows[] = {
		{ "nothing", "", 0, 0 },
		{ "nine", NINE, 0, 0 },
		{ "ten", NINE "E10@90 A10@95", 1, 96 },
		{ "eleven", NINE "E10@90 A10@95 E11@99 A11@100", 1, 101 },
		{ "ten that are not active yet", NINE "E10@90", 0, 0 },
		{ "a retry counts once", NINE "A9@90 A9@95", 0, 0 },
		{ "what entered before the log began", NINE "A11@95", 0, 0 },
		{ "the tenth was accepted", NINE "S0@85 E10@90 A10@95", 0, 0 },
		{ "somebody was heard ten minutes ago",
		  "S0@-600 " NINE "E10@90 A10@95", 0, 0 },
		{ "and longer ago", "S0@-601 " NINE "E10@90 A10@95", 1, 96 },
		{ "one of them was forwarded", NINE "F9@85 E10@90 A10@95", 0, 0 },
		{ "forwarded before it is active", NINE "E10@90 F10@91 A10@95", 0, 0 },
		{ "ten in just ten minutes", NINE "E10@590 A10@601", 1, 602 },
		{ "a second more", NINE "E10@590 A10@602", 0, 0 },
		{ "mended: the doubt stays where it was", NINE "E10@90 A10@95 S0@100", 1, 96 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct mute m = { .known = 0 };
		struct sw_fault why = { 0 };
		struct idmap *ids;

		assert_int_equal(idmap_new(64, (struct hash_key){ 1, 2 }, &ids, &why), 0);
		play(&m, ids, rows[i].events);
		want_number(rows[i].what, m.to ? m.from - START : 0, rows[i].from);
		want_number(rows[i].what, m.to ? m.to - START : 0, rows[i].to);
		idmap_free(ids);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_messages_from_nowhere_say_that_who_accepts_is_mute),
	};

	return cmocka_run_group_tests_name("mute", tests, NULL, NULL);
}
