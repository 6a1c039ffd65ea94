#include "words/fleet.h"
#include "test.h"

static void an_account_is_named_with_how_much_and_on_how_many_nodes(void **state)
{
	static const struct {
		const char *name;
		struct fleet_sum sum;
		enum fleet_what what;
		size_t nodes;
		bool at_least;
		const char *want, *command;
	} rows[] = {
		{ "a@x.org",
		  { .day = 1200, .lists = 3 },
		  FLEET_BY_DAY,
		  3,
		  false,
		  "a@x.org 1200 msg in 24 h on 3 of 3 nodes",
		  "spoolwatch contain a@x.org" },
		{ "a@x.org",
		  { .day = 1200, .lists = 3 },
		  FLEET_BY_DAY,
		  10,
		  true,
		  "a@x.org at least 1200 msg in 24 h on 3 of 10 nodes",
		  "spoolwatch contain a@x.org" },
		{ "a@x.org",
		  { .day = 1200, .lists = 3, .at_least = true },
		  FLEET_BY_DAY,
		  10,
		  false,
		  "a@x.org at least 1200 msg in 24 h on 3 of 10 nodes",
		  "spoolwatch contain a@x.org" },
		{ "a@x.org",
		  { .rate = 90, .day = 7, .lists = 1 },
		  FLEET_BY_RATE,
		  1,
		  false,
		  "a@x.org 90 msg/5 min on 1 of 1 node",
		  "spoolwatch contain a@x.org" },
		{ "a@x.org",
		  { .networks = 1, .day = 7, .lists = 2 },
		  FLEET_BY_NETWORKS,
		  2,
		  false,
		  "a@x.org 1 network, 7 msg in 24 h on 2 of 2 nodes",
		  "spoolwatch contain a@x.org" },
		{ "a@x.org",
		  { .networks = 256, .day = 900, .lists = 2, .more_networks = true },
		  FLEET_BY_NETWORKS,
		  2,
		  false,
		  "a@x.org at least 256 networks, 900 msg in 24 h on 2 of 2 nodes",
		  "spoolwatch contain a@x.org" },
		{ "a",
		  { .networks = 256, .day = 900, .lists = 2, .more_networks = true },
		  FLEET_BY_DAY,
		  2,
		  false,
		  "a 900 msg in 24 h on 2 of 2 nodes",
		  "spoolwatch contain a" },
		{ "[x, %24(id)]",
		  { .day = 7, .lists = 1 },
		  FLEET_BY_DAY,
		  2,
		  false,
		  "[x, %24(id)] 7 msg in 24 h on 1 of 2 nodes",
		  "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct fleet_sum sum = rows[i].sum;
		struct sw_label text;

		sum.name = raw_of(rows[i].name);
		text = words_fleet(&sum, rows[i].what, rows[i].nodes, rows[i].at_least);
		want_text(rows[i].want, text.s, rows[i].want);
		text = words_fleet_command(&sum);
		want_text(rows[i].want, text.s, rows[i].command);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_account_is_named_with_how_much_and_on_how_many_nodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
