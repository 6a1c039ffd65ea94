/* Scripts of invented messages, and which of them sent most by plain counting. */
#include <math.h>

#include "pieces.h"
#include "queue/scripts.h"
#include "test.h"

enum { ROUNDS = 300, UIDS = 3, SCRIPTS = 4, OWNERS = 2 };

static const uint64_t uids[UIDS] = { 0, 33, 4294967295 };
static const char *const scripts[SCRIPTS] = { "", "a", "a.php", "b.php" };

static void the_script_is_the_one_that_plain_counting_finds(void **state)
{
	static struct sw_queue_file f;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		double sent[UIDS][SCRIPTS][OWNERS][SW_QUEUE_OWNERS_QUEUES] = { 0 };
		double weight[SW_QUEUE_OWNERS_QUEUES];
		struct topk *table = NULL;
		struct sw_fault why = { 0 };
		char what[64];

		assert_int_equal(queue_scripts_new((struct hash_key){ 1, 2 }, &table, &why), 0);
		for (size_t n = pieces_draw(20); n > 0; n--) {
			size_t uid = pieces_draw(UIDS);
			size_t script = pieces_draw(SCRIPTS);
			size_t owner = script ? pieces_draw(OWNERS) : 0;
			size_t queue = pieces_draw(SW_QUEUE_OWNERS_QUEUES);

			memset(&f, 0, sizeof(f));
			f.has_uid = pieces_draw(8) > 0;
			f.uid = uids[uid];
			f.script = raw_of(scripts[script]);
			f.script_uid = owner;
			queue_scripts_count(table, &f, queue);
			if (f.has_uid)
				sent[uid][script][owner][queue]++;
		}
		for (size_t q = 0; q < SW_QUEUE_OWNERS_QUEUES; q++)
			weight[q] = (double)pieces_draw(4) / 2;
		for (size_t u = 0; u < UIDS; u++) {
			struct queue_script_most got = queue_scripts_most(table, uids[u], weight);
			double all = 0;
			double most = 0;
			const char *name = NULL;

			snprintf(what, sizeof(what), "round %d, uid %d", round, (int)uids[u]);
			for (size_t s = 0; s < SCRIPTS; s++)
				for (size_t o = 0; o < OWNERS; o++) {
					double his = 0;

					for (size_t q = 0; q < SW_QUEUE_OWNERS_QUEUES; q++)
						his += sent[u][s][o][q] * weight[q];
					all += his;
					if (*scripts[s] && his > most) {
						most = his;
						name = scripts[s];
					}
				}
			want_number(what, got.script.p != NULL, name != NULL);
			if (name)
				want_raw(what, got.script, name);
			if (fabs(got.share - (all > 0 ? most / all : 0)) > 1e-9)
				fail_msg("%s: got %g, want %g of %g", what, got.share, most, all);
		}
		topk_free(table);
	}
}

static void who_sends_much_stays_among_many_who_send_once(void **state)
{
	static struct sw_queue_file f;
	const double weight[SW_QUEUE_OWNERS_QUEUES] = { 1, 1 };
	struct queue_script_most got;
	struct topk *table = NULL;
	struct sw_fault why = { 0 };
	char name[32];

	(void)state;
	assert_int_equal(queue_scripts_new((struct hash_key){ 1, 2 }, &table, &why), 0);
	f.has_uid = true;
	for (uint64_t i = 0; i < 4 * QUEUE_SCRIPTS_NAMES; i++) {
		f.uid = 1000 + i;
		f.script = raw_from(name, (size_t)snprintf(name, sizeof(name), "%d.php", (int)i));
		queue_scripts_count(table, &f, i % 2);
		if (i % 8 >= 2)
			continue;
		f.uid = 7;
		f.script = raw_of("much.php");
		queue_scripts_count(table, &f, i % 2);
	}
	got = queue_scripts_most(table, 7, weight);
	want_raw("much", got.script, "much.php");
	want_number("all of it", got.share == 1, true);
	topk_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_script_is_the_one_that_plain_counting_finds),
		cmocka_unit_test(who_sends_much_stays_among_many_who_send_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
