#include "incident/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static struct journal j;
static struct sw_fault why;
static struct sw_host h;

static const char *path(void)
{
	return host_path(&h, "/journal");
}

static int setup(void **state)
{
	(void)state;
	h = host_new(NULL);
	why = (struct sw_fault){ 0 };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	host_remove(&h);
	return 0;
}

static void what_was_noted_is_there_at_the_next_run(void **state)
{
	struct journal_record *r;

	(void)state;
	assert_int_equal(journal_open(&j, path(), &why), 0);
	assert_int_equal(j.broken.code, 0);
	r = journal_take(&j, 7, "account a@x");
	r->from[JOURNAL_ACTIVE] = 3;
	r->last = 5;
	memcpy(j.block.batch.ids, "3F2A1B\n", 7);
	j.block.batch.n = 7;
	journal_save(&j);
	journal_close(&j); /* killed: no word more */
	assert_int_equal(journal_open(&j, path(), &why), 0);
	r = journal_find(&j, 7);
	assert_non_null(r);
	want_number("from active", r->from[JOURNAL_ACTIVE], 3);
	want_text("whose", r->select, "account a@x");
	want_number("the batch", j.block.batch.n, 7);
	assert_null(journal_find(&j, 8));
	assert_ptr_equal(journal_take(&j, 7, "account a@x"), r);
	journal_close(&j);
}

static void its_room_is_what_the_install_takes_and_zeros_are_an_empty_one(void **state)
{
	char *zeros = calloc(1, JOURNAL_FILE);
	struct stat st;

	(void)state;
	assert_non_null(zeros);
	host_bytes(&h, "/journal", zeros, JOURNAL_FILE);
	free(zeros);
	assert_int_equal(journal_open(&j, path(), &why), 0);
	want_text("as installed", j.broken.text.s, "");
	assert_int_equal(j.state.damage.code, 0);
	journal_take(&j, 1, "account a@x")->last = 1;
	journal_save(&j);
	assert_int_equal(j.broken.code, 0);
	journal_close(&j);
	assert_int_equal(stat(path(), &st), 0);
	want_number("its size is what it was", st.st_size, JOURNAL_FILE);
}

static void a_damaged_one_knows_nothing_and_says_so(void **state)
{
	(void)state;
	assert_int_equal(journal_open(&j, path(), &why), 0);
	journal_take(&j, 9, "account a@x");
	journal_save(&j);
	journal_save(&j);
	for (off_t at = 40; at < JOURNAL_FILE; at += JOURNAL_FILE / 2)
		assert_int_equal(pwrite(j.state.fd, "damage", 6, at), 6);
	journal_close(&j);
	assert_int_equal(journal_open(&j, path(), &why), 0);
	assert_int_equal(j.state.damage.code, EBADMSG);
	assert_null(journal_find(&j, 9));
	journal_close(&j);
}

static void two_runs_do_not_write_it_at_once(void **state)
{
	static struct journal other;

	(void)state;
	assert_int_equal(journal_open(&j, path(), &why), 0);
	assert_int_equal(journal_open(&other, path(), &why), -EBUSY);
	journal_close(&other);
	journal_close(&j);
}

static int reads(void *ctx)
{
	int rc = journal_open(&j, ctx, &why);

	return rc < 0 ? rc : !journal_find(&j, 7) ? -ENOENT : -j.broken.code;
}

static void one_that_may_only_be_read_is_read_and_said_to_be_broken(void **state)
{
	char file[4096];

	(void)state;
	assert_int_equal(journal_open(&j, path(), &why), 0);
	journal_take(&j, 7, "account a@x");
	journal_save(&j);
	journal_close(&j);
	snprintf(file, sizeof(file), "%s", path());
	assert_int_equal(chmod(file, 0444), 0);
	assert_int_equal(chmod(h.root_path, 0755), 0);
	want_number("to be read", as_nobody(reads, file), -EROFS);
}

static void the_oldest_record_goes_for_a_new_one(void **state)
{
	(void)state;
	assert_int_equal(journal_open(&j, path(), &why), 0);
	for (uint64_t i = 1; i <= JOURNAL_RECORDS; i++)
		journal_take(&j, i, "x")->last = (int64_t)(i == 5 ? 1 : 100 + i);
	assert_non_null(journal_take(&j, 1000, "new"));
	assert_null(journal_find(&j, 5));
	assert_non_null(journal_find(&j, 4));
	journal_close(&j);
}

#define ID63 "AAAAAAAAAABBBBBBBBBBAAAAAAAAAABBBBBBBBBBAAAAAAAAAABBBBBBBBBBAAA"

static void a_batch_that_is_none_is_as_if_it_were_not_there(void **state)
{
	static const struct {
		const char *what, *ids;
		uint32_t n, deletes;
		uint32_t want;
	} rows[] = {
		{ "IDs", "3F2A1B\n4F\n", 10, 0, 10 },
		{ "to be deleted", "3F2A1B\n", 7, 1, 7 },
		{ "a cut one", "3F2A1B\n4F", 9, 0, 0 },
		{ "a path", "../../x\n", 8, 0, 0 },
		{ "an option", "-d\n", 3, 0, 0 },
		{ "ALL is a name like others", "ALL\n", 4, 0, 4 },
		{ "a hash directory", "A\n", 2, 0, 0 },
		{ "an empty line", "\n\n", 2, 0, 0 },
		{ "too long", "3F2A1B\n", UINT32_MAX, 0, 0 },
		{ "no flag", "3F2A1B\n", 7, 2, 0 },
		{ "nothing", "", 0, 0, 0 },
		{ "the longest that fits", ID63 "\n", 64, 0, 64 },
		{ "one that is longer", ID63 "A\n", 65, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct journal_block b;

		memset(&b, 0, sizeof(b));
		b.batch.n = rows[i].n;
		b.batch.deletes = rows[i].deletes;
		strcpy(b.batch.ids, rows[i].ids);
		journal_repair(&b);
		want_number(rows[i].what, b.batch.n, rows[i].want);
	}
}

static void a_full_batch_is_one(void **state)
{
	static struct journal_block b;

	(void)state;
	for (uint32_t n = JOURNAL_BATCH - 8; n <= JOURNAL_BATCH + 8; n += 8) {
		memset(&b, 0, sizeof(b));
		for (size_t at = 0; at < JOURNAL_BATCH; at += 8)
			memcpy(b.batch.ids + at, "3F2A1B0\n", 8);
		b.batch.n = n;
		b.batch.utf8 = 1;
		memset(b.batch.name, 'a', JOURNAL_SELECT - 1);
		journal_repair(&b);
		want_number("n", b.batch.n, n <= JOURNAL_BATCH ? n : 0);
		want_number("its name", (int64_t)strlen(b.batch.name),
			    n <= JOURNAL_BATCH ? JOURNAL_SELECT - 1 : 0);
	}
	memcpy(b.batch.ids, "3F2A1B0\n", 8);
	b.batch.n = 8;
	b.batch.utf8 = 2;
	journal_repair(&b);
	want_number("no flag", b.batch.n, 0);
	memcpy(b.batch.ids, "3F2A1B0\n", 8);
	b.batch.n = 8;
	memset(b.batch.name, 'a', JOURNAL_SELECT);
	journal_repair(&b);
	want_number("a name without an end", b.batch.n, 0);
}

static void what_is_out_of_order_in_a_record_is_mended(void **state)
{
	static struct journal_block b;
	const int64_t since[] = { -5, 0, 5 };

	(void)state;
	for (size_t i = 0; i < JOURNAL_RECORDS; i++) {
		struct journal_record *r = &b.record[i];

		r->since = since[i % 3];
		memset(r->select, 'x', sizeof(r->select));
		memset(r->evidence, 'x', sizeof(r->evidence));
	}
	journal_repair(&b);
	for (size_t i = 0; i < JOURNAL_RECORDS; i++) {
		want_number("since", b.record[i].since, i % 3 == 2 ? 5 : 0);
		want_number("select", (int64_t)strlen(b.record[i].select), JOURNAL_NAME - 1);
		want_number("evidence", (int64_t)strlen(b.record[i].evidence), JOURNAL_NAME - 1);
	}
}

static void a_key_is_of_all_three(void **state)
{
	const uint64_t keys[] = { journal_key(1, 2, 3), journal_key(2, 2, 3), journal_key(1, 3, 3),
				  journal_key(1, 2, 4), journal_key(0, 0, 0) };

	(void)state;
	/* a journal that an older release has written is found again */
	if (*(const unsigned char *)&(const uint16_t){ 1 } == 1)
		assert_true(keys[0] == 0xa119ee6e24705a16ULL);
	for (size_t i = 0; i < SW_COUNT(keys); i++) {
		assert_true(keys[i] != 0);
		for (size_t k = 0; k < i; k++)
			assert_true(keys[i] != keys[k]);
	}
}

/* Beside a plain list: a free one is taken first, then the one that was written longest ago. */
static void records_are_taken_as_by_a_list(void **state)
{
	static struct {
		uint64_t key;
		int64_t last;
	} list[JOURNAL_RECORDS];
	uint32_t seed = 5;

	(void)state;
	assert_int_equal(journal_open(&j, path(), &why), 0);
	for (int round = 0; round < 4000; round++) {
		uint64_t key;
		size_t at = 0;
		struct journal_record *r;
		char name[32];

		seed = seed * 1664525 + 1013904223;
		key = 1 + (seed >> 16) % (round < 2000 ? 120 : 300);
		while (at < JOURNAL_RECORDS && list[at].key != key)
			at++;
		assert_ptr_equal(journal_find(&j, key),
				 at < JOURNAL_RECORDS ? &j.block.record[at] : NULL);
		if (at == JOURNAL_RECORDS) {
			for (at = 0; at < JOURNAL_RECORDS && list[at].key; at++)
				;
			for (size_t i = 0; at == JOURNAL_RECORDS && i < JOURNAL_RECORDS; i++) {
				size_t older = 0;

				for (size_t k = 0; k < JOURNAL_RECORDS; k++)
					older += list[k].last < list[i].last ||
						 (list[k].last == list[i].last && k < i);
				if (older == 0)
					at = i;
			}
		}
		snprintf(name, sizeof(name), "name %llu", (unsigned long long)key);
		r = journal_take(&j, key, name);
		assert_ptr_equal(r, &j.block.record[at]);
		want_text("its name", r->select, name);
		if (list[at].key != key) {
			want_number("nothing of who had it", r->last, 0);
			want_number("nor of that", (int64_t)r->deleted, 0);
		}
		r->deleted = 1;
		list[at].key = key;
		list[at].last = r->last = 1 + (seed >> 8) % 50;
	}
	journal_close(&j);
}

static void what_cannot_be_written_is_said(void **state)
{
	(void)state;
	assert_int_equal(journal_open(&j, host_path(&h, "/no/where/journal"), &why), 0);
	assert_true(j.broken.code != 0);
	assert_non_null(journal_take(&j, 3, "account a@x"));
	why = j.broken;
	journal_save(&j);
	want_text("the first reason stays", j.broken.text.s, why.text.s);
	journal_close(&j);
}

int main(void)
{
#define ONE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ONE(what_was_noted_is_there_at_the_next_run),
		ONE(its_room_is_what_the_install_takes_and_zeros_are_an_empty_one),
		ONE(a_damaged_one_knows_nothing_and_says_so),
		ONE(two_runs_do_not_write_it_at_once),
		ONE(one_that_may_only_be_read_is_read_and_said_to_be_broken),
		ONE(the_oldest_record_goes_for_a_new_one),
		ONE(a_batch_that_is_none_is_as_if_it_were_not_there),
		ONE(a_full_batch_is_one),
		ONE(what_is_out_of_order_in_a_record_is_mended),
		ONE(a_key_is_of_all_three),
		ONE(records_are_taken_as_by_a_list),
		ONE(what_cannot_be_written_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
