/* Accounts that the guard has locked, as it tells of them. */
#include "words/locked.h"

#include "test.h"

enum { SINCE = 1795701000 /* 13:50 */, HOUR = 3600, ELAPSED = 100000 };

static void put(struct locked_block *b, size_t i, enum locked_kind kind, const char *name,
		uint64_t ago)
{
	struct locked_record *r = &b->record[i];

	*r = (struct locked_record){ .since = SINCE, .kind = (uint32_t)kind, .blocked = 1 };
	r->at = b->elapsed - ago;
	r->name_n = (uint32_t)strlen(name);
	memcpy(r->name, name, r->name_n);
	snprintf(r->reason, sizeof(r->reason), "200 messages in 5 min");
}

static void the_last_one_is_told_first_and_who_was_before_it(void **state)
{
	enum { LOCKS = 1 << LOCKED_LOCK, ALL = LOCKS | 1 << LOCKED_WOULD | 1 << LOCKED_ALARM };
	static const struct {
		const char *what;
		struct {
			const char *name;
			enum locked_kind kind;
			uint64_t ago; /* seconds */
			bool ended;
		} one[4];
		unsigned kinds, n;
		const char *want;
	} rows[] = {
		{ "nobody", { { 0 } }, ALL, 0, "" },
		{ "one", { { "a", LOCKED_ALARM, 5, false } }, ALL, 1,
		  "a since 13:50: 200 messages in 5 min" },
		{ "the last one first",
		  { { "a", LOCKED_ALARM, 30, false },
		    { "b", LOCKED_ALARM, 10, false },
		    { "c", LOCKED_ALARM, 20, false },
		    { "d", LOCKED_ALARM, 40, false } },
		  ALL, 4,
		  "b since 13:50: 200 messages in 5 min, then c since 13:50, then a since 13:50, "
		  "then d since 13:50" },
		{ "of two at once the first",
		  { { "a", LOCKED_ALARM, 10, false }, { "b", LOCKED_ALARM, 10, false } },
		  ALL, 2, "a since 13:50: 200 messages in 5 min, then b since 13:50" },
		{ "of an hour",
		  { { "a", LOCKED_ALARM, HOUR, false }, { "b", LOCKED_ALARM, HOUR - 1, false } },
		  ALL, 1, "b since 13:50: 200 messages in 5 min" },
		{ "that were not lifted",
		  { { "a", LOCKED_ALARM, 10, true }, { "b", LOCKED_ALARM, 20, false } },
		  ALL, 1, "b since 13:50: 200 messages in 5 min" },
		{ "locks alone",
		  { { "a", LOCKED_ALARM, 10, false }, { "b", LOCKED_WOULD, 20, false } },
		  LOCKS, 0, "" },
		{ "what would be locked", { { "a", LOCKED_WOULD, 10, false } }, ALL, 1,
		  "a since 13:50: would be locked, 200 messages in 5 min" },
	};

	(void)state;
	zone("UTC0");
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct locked_block b;
		unsigned n = 77;

		memset(&b, 0, sizeof(b));
		b.elapsed = ELAPSED;
		for (size_t k = 0; k < SW_COUNT(rows[i].one) && rows[i].one[k].name; k++) {
			put(&b, k, rows[i].one[k].kind, rows[i].one[k].name, rows[i].one[k].ago);
			b.record[k].ended = rows[i].one[k].ended;
		}
		want_text(rows[i].what, words_locked_all(&b, rows[i].kinds, HOUR, &n).s,
			  rows[i].want);
		want_number(rows[i].what, n, rows[i].n);
	}
}

static void what_undoes_a_lock_is_told_as_it_is_typed(void **state)
{
	static const struct {
		const char *what, *undo;
		bool blocked;
		const char *want; /* behind the reason */
	} rows[] = {
		{ "one command", "spoolwatch release --yes -- a@x", true,
		  ", undo: spoolwatch release --yes -- a@x" },
		{ "two", "spoolwatch unblock --yes -- a@x && spoolwatch release --yes -- a@x", true,
		  ", undo: spoolwatch unblock --yes -- a@x and spoolwatch release --yes -- a@x" },
		{ "held alone", "spoolwatch release --yes -- a@x", false,
		  ", held but not blocked, undo: spoolwatch release --yes -- a@x" },
		{ "all that a shell takes", "az09 @._+-/:,=", true, ", undo: az09 @._+-/:,=" },
		{ "what a shell does not", "release -- 'a'", true,
		  ", undo: unblock and release of spoolwatch(8)" },
		{ "in the second", "unblock a && release 'a'", true,
		  ", undo: unblock and release of spoolwatch(8)" },
		{ "it did not fit", "", true, ", undo: unblock and release of spoolwatch(8)" },
	};

	(void)state;
	zone("UTC0");
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct locked_block b;
		char want[256];

		put(&b, 0, LOCKED_LOCK, "a", 0);
		b.record[0].blocked = rows[i].blocked;
		snprintf(b.record[0].undo, sizeof(b.record[0].undo), "%s", rows[i].undo);
		snprintf(want, sizeof(want), "a since 13:50: 200 messages in 5 min%s", rows[i].want);
		want_text(rows[i].what, words_locked(&b.record[0]).s, want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_one_is_told_first_and_who_was_before_it),
		cmocka_unit_test(what_undoes_a_lock_is_told_as_it_is_typed),
	};

	return cmocka_run_group_tests_name("locked", tests, NULL, NULL);
}
