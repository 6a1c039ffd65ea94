#include "traffic/mute.h"
#include "test.h"

enum { T = 1795431000 };

/* `n` messages from nowhere, one each `step` seconds from T + `at` on */
struct burst {
	int64_t at, step;
	unsigned n;
	enum { NO, BEFORE, LATE, TWICE } forwarded; /* local(8) says so, maybe after the queue manager */
};

static void enter(struct mute *m, struct idmap *ids, const struct burst *b, const char *who)
{
	for (unsigned i = 0; i < b->n; i++) {
		int64_t time = T + b->at + i * b->step;
		char name[32];

		snprintf(name, sizeof(name), "%s%08X", who, i);
		mute_enter(m, ids, raw_of(name), time);
		if (b->forwarded == BEFORE)
			mute_forward(m, idmap_get(ids, raw_of(name)));
		mute_active(m, idmap_get(ids, raw_of(name)), time);
		for (unsigned say = b->forwarded; say >= LATE; say--)
			mute_forward(m, idmap_get(ids, raw_of(name)));
	}
}

static void ten_from_nowhere_while_nobody_is_heard_say_mute(void **state)
{
	static const struct {
		const char *what;
		int64_t accepted; /* a message that somebody brought, at T + accepted; 0: none */
		struct burst first, second;
		int64_t from, to; /* of what is in doubt, T + ...; to 0: nothing */
		struct burst third;
	} rows[] = {
		{ "ten, and nobody ever", 0, { 0, 10, 10, NO }, { 0 }, 0, 91 },
		{ "nine", 0, { 0, 10, 9, NO }, { 0 }, 0, 0 },
		{ "ten in ten minutes", 0, { 0, 66, 10, NO }, { 0 }, 0, 595 },
		{ "ten in exactly ten minutes", 0, { 0, 1, 1, NO }, { 536, 8, 9, NO }, 0, 601 },
		{ "ten in a second more", 0, { 0, 1, 1, NO }, { 537, 8, 9, NO }, 0, 0 },
		{ "ten in more", 0, { 0, 67, 10, NO }, { 0 }, 0, 0 },
		{ "ten that were forwarded", 0, { 0, 1, 10, BEFORE }, { 0 }, 0, 0 },
		{ "and nine more", 0, { 0, 1, 10, BEFORE }, { 20, 1, 9, NO }, 0, 0 },
		{ "and ten more", 0, { 0, 1, 10, BEFORE }, { 20, 1, 10, NO }, 20, 30 },
		{ "one of ten, told late", 0, { 0, 1, 1, LATE }, { 20, 1, 9, NO }, 0, 0 },
		{ "and one more", 0, { 0, 1, 1, LATE }, { 20, 1, 10, NO }, 20, 30 },
		{ "eight, one told twice, two", 0, { 0, 1, 8, NO }, { 20, 1, 1, TWICE }, 0, 32, { 30, 1, 2, NO } },
		{ "eight, one told twice, one", 0, { 0, 1, 8, NO }, { 20, 1, 1, TWICE }, 0, 0, { 30, 1, 1, NO } },
		{ "many, told late", 0, { 0, 1, 100, LATE }, { 0 }, 0, 0 },
		{ "many, but somebody was heard", -9, { 61, 10, 54, NO }, { 0 }, 0, 0 },
		{ "until that is ten minutes ago", -9, { 61, 10, 55, NO }, { 0 }, 61, 602 },
		{ "what comes at once with somebody's", -1, { 1, 1, 50, NO }, { 0 }, 0, 0 },
		{ "is not kept for later", -1, { 1, 1, 50, NO }, { 601, 1, 9, NO }, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct mute m = { .known = 0 };
		struct sw_fault why = { 0 };
		struct idmap *ids;

		assert_int_equal(idmap_new(256, (struct hash_key){ 1, 2 }, &ids, &why), 0);
		if (rows[i].accepted != 0)
			mute_accept(&m, T + rows[i].accepted);
		enter(&m, ids, &rows[i].first, "A");
		enter(&m, ids, &rows[i].second, "B");
		enter(&m, ids, &rows[i].third, "C");
		want_number(rows[i].what, m.to, rows[i].to ? T + rows[i].to : 0);
		want_number(rows[i].what, m.from, rows[i].to ? T + rows[i].from : 0);
		idmap_free(ids);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_from_nowhere_while_nobody_is_heard_say_mute),
	};

	return cmocka_run_group_tests_name("mute", tests, NULL, NULL);
}
