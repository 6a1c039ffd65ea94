/* Queue IDs, as real queues hash them. */
#include "postfix/qid.h"
#include "test.h"

static void a_queue_file_lies_where_its_id_says(void **state)
{
	static const struct {
		const char *id;
		const char *want; /* "": no ID */
	} rows[] = {
		{ "6C11EA760CB", "6C" },      { "2A5F324", "2A" },
		/* of tests/unit/queue/files/spool/deferred; by their microseconds */
		{ "4jY2t64rKTz1bgFB", "A" }, { "4jY2t661lHz1bgG9", "C" },
		{ "4jY2t662Mhz1bgGQ", "C" }, { "A", "" },
		{ "../etc/passwd", "" },      { "", "" },
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_queue_file_lies_where_its_id_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
