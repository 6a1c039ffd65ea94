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

int main(void)
{
#define ONE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ONE(what_was_noted_is_there_at_the_next_run),
		ONE(its_room_is_what_the_install_takes_and_zeros_are_an_empty_one),
		ONE(a_damaged_one_knows_nothing_and_says_so),
		ONE(two_runs_do_not_write_it_at_once),
		ONE(the_oldest_record_goes_for_a_new_one),
		ONE(a_batch_that_is_none_is_as_if_it_were_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
