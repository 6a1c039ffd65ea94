/* What is kept of an account, in any order of what is told of it, against keeping all of it. */
#include <stdlib.h>

#include "daytext.h"
#include "traffic/day_parts.h"

enum { BUCKETS = 60, KEYS = 2 * DAY_SEEN };

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

static struct day_account *account(struct day *d)
{
	return day_account_of(d, topk_count(d->account, raw_of("a@x"), 1));
}

static void cells_add_up_in_any_order(void **state)
{
	(void)state;
	for (unsigned run = 1; run <= 20; run++) {
		struct day d = fresh();
		struct day_account *a = account(&d);
		unsigned messages[BUCKETS] = { 0 };
		unsigned external[BUCKETS] = { 0 };
		uint32_t first = d.end - BUCKETS;
		unsigned cells = 0;
		unsigned sum[2] = { 0 };

		seed = run;
		for (int k = 0; k < 100; k++) {
			unsigned bucket = run % 2 ? dice(BUCKETS) : BUCKETS / 2 + dice(4);
			unsigned n = dice(3);

			assert_true(day_add(&d, a, first + bucket, n, 3 - n));
			messages[bucket] += n;
			external[bucket] += 3 - n;
		}
		for (unsigned i = 0; i < BUCKETS; i++) {
			want_number("before it", day_cells_before(a, first + i), cells);
			sum[0] += messages[i];
			sum[1] += external[i];
			if (messages[i] + external[i] == 0)
				continue;
			want_number("its bucket", a->cell[cells].bucket, first + i);
			want_number("messages", a->cell[cells].messages, sum[0]);
			want_number("recipients", a->cell[cells].external, sum[1]);
			cells++;
		}
		want_number("cells", a->cells, cells);
		want_number("all are before", day_cells_before(a, first + BUCKETS), cells);
		day_free(&d);
	}
}

/* --- what was seen */

struct plain {
	bool kept[KEYS];
	bool seen[KEYS][BUCKETS]; /* while it is kept; since d->end - BUCKETS */
	unsigned n;
	uint32_t dropped;
	bool told[KEYS];
	unsigned texts;
};

static struct plain plain;

/* The last bucket in which it was seen, counted from 1; 0: it is forgotten. */
static unsigned latest(unsigned key)
{
	for (unsigned b = BUCKETS; b > 0; b--)
		if (plain.kept[key] && plain.seen[key][b - 1])
			return b;
	return 0;
}

/* Of those marked: who was seen longest ago, of two the greater key. KEYS: there is none. */
static unsigned oldest(const bool *mark)
{
	unsigned ret = KEYS;

	for (unsigned key = 0; key < KEYS; key++)
		if (mark[key] && (ret == KEYS || latest(key) <= latest(ret)))
			ret = key;
	return ret;
}

/* Is a sighting worse than the oldest of those? */
static bool is_worse(unsigned key, unsigned bucket, unsigned old)
{
	return bucket + 1 < latest(old) || (bucket + 1 == latest(old) && key > old);
}

static bool see(unsigned key, unsigned bucket, uint32_t first)
{
	unsigned old = oldest(plain.kept);

	if (!plain.kept[key] && plain.n == DAY_SEEN) {
		bool worse = is_worse(key, bucket, old);
		uint32_t gone = first + (worse ? bucket : latest(old) - 1);

		plain.dropped = gone > plain.dropped ? gone : plain.dropped;
		if (worse)
			return false;
		plain.kept[old] = false;
		memset(plain.seen[old], 0, sizeof(plain.seen[old]));
	} else if (!plain.kept[key]) {
		plain.n++;
	}
	plain.kept[key] = true;
	plain.seen[key][bucket] = true;
	return true;
}

static void tell(unsigned key)
{
	unsigned old = oldest(plain.told);

	if (plain.told[key])
		return;
	if (plain.texts == DAY_TELLING) {
		if (is_worse(key, latest(key) - 1, old))
			return;
		plain.told[old] = false;
	} else {
		plain.texts++;
	}
	plain.told[key] = true;
}

static void want_list(const struct day *d, const struct day_list *list, uint32_t first)
{
	want_number("how many", list->n, plain.n);
	want_number("what gave way", list->dropped, plain.dropped);
	for (uint32_t i = 0; i < list->n; i++) {
		const struct day_seen *s = &list->seen[i];
		uint32_t last = 0;
		uint32_t recent = 0;

		assert_true(s->key > 0 && plain.kept[s->key - 1]);
		for (unsigned b = 0; b < BUCKETS; b++) {
			if (!plain.seen[s->key - 1][b])
				continue;
			if (first + b < d->base)
				last = first + b;
			else
				recent |= 1U << (first + b - d->base);
		}
		want_number("before those of a bit each", s->last, last);
		want_number("a bit each", s->recent, recent);
		want_number("the last", day_latest(d, s), first + latest((unsigned)s->key - 1) - 1);
	}
}

static void want_texts(const struct day_account *a)
{
	want_number("texts", a->texts, plain.texts);
	for (uint32_t i = 0; i < a->texts; i++) {
		char text[16];

		assert_true(a->text[i].key > 0 && plain.told[a->text[i].key - 1]);
		snprintf(text, sizeof(text), "s%u", (unsigned)a->text[i].key);
		want_raw("its text", raw_from(a->text[i].text, a->text[i].n), text);
	}
}

static void what_was_seen_last_is_kept_in_any_order(void **state)
{
	(void)state;
	for (unsigned run = 1; run <= 16; run++) {
		struct day d = fresh();
		struct day_account *a = account(&d);
		struct day_list *list = &a->list[DAY_LIST_SENDERS];
		uint32_t first = d.end - BUCKETS + 6;
		unsigned keys = run % 4 == 0 ? 5 : KEYS;
		unsigned steps = run % 4 == 0 ? 300 : 1200;

		memset(&plain, 0, sizeof(plain));
		seed = run;
		d.base = first + BUCKETS - 32 + dice(20); /* each has a bit */
		for (unsigned step = 0; step < steps; step++) {
			unsigned key = dice(keys);
			/* time goes on, more or less */
			unsigned bucket = run % 2 ? dice(BUCKETS) : step * (BUCKETS - 8) / steps + dice(8);
			bool kept = see(key, bucket, first);
			struct day_seen *s = day_see(&d, list, key + 1, first + bucket);
			char text[16];

			want_number("kept", s != NULL, kept);
			snprintf(text, sizeof(text), "s%u", key + 1);
			if (s) {
				tell(key);
				day_tell(&d, a, s, raw_of(text));
			}
			if (step % 40 == 0) {
				want_list(&d, list, first);
				want_texts(a);
			}
		}
		want_list(&d, list, first);
		want_texts(a);
		/* a later base: what has no bit any more was seen last in the last of those */
		for (uint32_t by = run % 2 ? 0 : 30 + run / 2 % 4; d.base + by < first + 2 * BUCKETS; by += 1 + by) {
			day_rebase(list, d.base, d.base + by);
			d.base += by;
			want_list(&d, list, first);
		}
		day_free(&d);
	}
}

static void a_text_is_kept_as_far_as_there_is_room(void **state)
{
	static const size_t rows[] = { 0, 1, DAY_SENDER - 1, DAY_SENDER, DAY_SENDER + 1, 200 };
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + i % 26);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day d = fresh();
		struct day_account *a = account(&d);
		struct day_seen *s = day_see(&d, &a->list[DAY_LIST_SENDERS], 7, d.end - 1);

		day_tell(&d, a, s, raw_from(text, rows[i]));
		want_number("texts", a->texts, 1);
		want_number("bytes", a->text[0].n, rows[i] < DAY_SENDER ? rows[i] : DAY_SENDER);
		assert_memory_equal(a->text[0].text, text, a->text[0].n);
		day_free(&d);
	}
}

/* Who takes the place of another begins with nothing, but it is known how much may be missing. */
static void who_takes_a_place_begins_anew(void **state)
{
	struct day d = fresh();
	struct topk_row *row;
	struct day_account *a = NULL;
	char name[16];

	(void)state;
	for (unsigned i = 0; i < DAY_ACCOUNTS; i++) {
		snprintf(name, sizeof(name), "u%u", i);
		for (int k = 0; k < 3; k++) {
			a = day_account_of(&d, topk_count(d.account, raw_of(name), 1));
			assert_true(day_add(&d, a, d.end - 2, 1, 1));
		}
		a->blind = d.end - 1;
		a->list[DAY_LIST_NETWORKS].dropped = a->list[DAY_LIST_SENDERS].dropped = d.end - 1;
		day_tell(&d, a, day_see(&d, &a->list[DAY_LIST_SENDERS], 7, d.end - 1), raw_of("s"));
		(void)day_see(&d, &a->list[DAY_LIST_NETWORKS], 7, d.end - 1);
		want_number("nothing is lost", a->lost + a->until + d.lost_until, 0);
	}
	row = topk_count(d.account, raw_of("new"), 1);
	a = day_account_of(&d, row);
	want_number("what may be missing", a->lost, 3);
	want_number("up to", a->until, d.end);
	want_number("of all", d.lost, 3);
	want_number("up to", d.lost_until, d.end);
	want_number("cells", a->cells + a->texts + a->blind, 0);
	for (int i = 0; i < 2; i++)
		want_number("lists", a->list[i].n + a->list[i].dropped, 0);
	a->blind = 5;
	want_number("it is the same one", day_account_of(&d, row)->blind, 5);
	day_free(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_add_up_in_any_order),
		cmocka_unit_test(what_was_seen_last_is_kept_in_any_order),
		cmocka_unit_test(a_text_is_kept_as_far_as_there_is_room),
		cmocka_unit_test(who_takes_a_place_begins_anew),
	};

	return cmocka_run_group_tests_name("day_lists", tests, NULL, NULL);
}
