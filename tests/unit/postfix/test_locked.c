#include "postfix/locked.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/raw.h"
#include "pieces.h"
#include "test.h"

enum { NOON = 1795000000 };

static struct locked l;
static struct sw_host h;
static struct sw_fault why;

static int setup(void **state)
{
	(void)state;
	h = host_new(NULL);
	host_file(&h, "/var/lib/spoolwatch/other", "");
	why = (struct sw_fault){ 0 };
	memset(&l, 0, sizeof(l));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	host_remove(&h);
	return 0;
}

static const char *path(void)
{
	return host_path(&h, LOCKED_PATH);
}

static struct locked_record *lock(const char *name)
{
	struct locked_record *r = locked_take(&l.block, LOCKED_LOCK, raw_of(name));

	assert_non_null(r);
	return r;
}

static void a_killed_run_leaves_what_it_had_begun(void **state)
{
	struct locked_record *r;

	(void)state;
	assert_int_equal(locked_open(&l, path(), &why), 0);
	locked_begin(&l.block, NOON);
	lock("a@x")->phase = LOCKED_PARTLY;
	assert_int_equal(locked_save(&l, &why), 0);
	locked_close(&l); /* killed: no word more */
	assert_int_equal(locked_open(&l, path(), &why), 0);
	r = locked_find(&l.block, LOCKED_LOCK, raw_of("a@x"));
	assert_non_null(r);
	want_number("how far", r->phase, LOCKED_PARTLY);
	want_number("in force", locked_in_force(&l.block), 1);
	assert_null(locked_find(&l.block, LOCKED_LOCK, raw_of("A@x")));
	assert_null(locked_find(&l.block, LOCKED_ALARM, raw_of("a@x")));
	locked_close(&l);
}

static void its_room_is_what_the_install_takes_and_others_may_read_it(void **state)
{
	static struct locked_block seen;
	char *zeros = calloc(1, LOCKED_FILE);
	struct stat st;

	(void)state;
	want_number("nothing", locked_read(&h, LOCKED_PATH, &seen, &why), -ENOENT);
	why = (struct sw_fault){ 0 };
	assert_non_null(zeros);
	host_bytes(&h, LOCKED_PATH, zeros, LOCKED_FILE);
	free(zeros);
	want_number("as installed", locked_read(&h, LOCKED_PATH, &seen, &why), -ENOENT);
	want_in("it is said", why.text.s, "no guard has run here");
	why = (struct sw_fault){ 0 };
	assert_int_equal(locked_open(&l, path(), &why), 0);
	locked_begin(&l.block, NOON);
	lock("a@x");
	assert_int_equal(locked_save(&l, &why), 0);
	want_number("while it runs", locked_read(&h, LOCKED_PATH, &seen, &why), 0);
	want_number("the lock", locked_in_force(&seen), 1);
	locked_close(&l);
	assert_int_equal(stat(path(), &st), 0);
	want_number("its size is what it was", st.st_size, LOCKED_FILE);
	assert_int_equal(unlink(path()), 0);
	assert_int_equal(locked_open(&l, path(), &why), 0);
	locked_close(&l);
	assert_int_equal(stat(path(), &st), 0);
	want_number("made anew", st.st_mode & 0777, 0644);
	want_number("of the same size", st.st_size, LOCKED_FILE);
}

/* Who looks at it leaves it to the guard to say so and to begin anew. */
static void a_damaged_file_is_said_and_left_as_it_is(void **state)
{
	static struct locked_block seen;
	char bytes[2];
	int fd;

	(void)state;
	assert_int_equal(locked_open(&l, path(), &why), 0);
	locked_begin(&l.block, NOON);
	assert_int_equal(locked_save(&l, &why), 0);
	locked_close(&l);
	fd = open(path(), O_RDWR | O_CLOEXEC);
	assert_int_equal(pread(fd, bytes, 1, 41), 1);
	bytes[0] = (char)~bytes[0];
	assert_int_equal(pwrite(fd, bytes, 1, 41), 1);
	for (int run = 0; run < 2; run++) {
		why = (struct sw_fault){ 0 };
		want_number("looked at", locked_read(&h, LOCKED_PATH, &seen, &why), -EBADMSG);
		want_in("looked at", why.text.s, "guard is damaged");
	}
	assert_int_equal(pread(fd, bytes + 1, 1, 41), 1);
	close(fd);
	want_number("as it was", bytes[1], bytes[0]);
	assert_int_equal(locked_open(&l, path(), &why), 0);
	want_in("the guard", l.state.damage.text.s, "is damaged: it is begun anew");
	locked_close(&l);
}

static void an_instance_has_a_file_of_its_own(void **state)
{
	static const struct {
		const char *directory, *want;
	} rows[] = {
		{ NULL, LOCKED_PATH },
		{ "/etc/postfix", LOCKED_PATH },
		{ "/etc/postfix-out", LOCKED_PATH "-postfix-out" },
		{ "/srv/mail/out/", LOCKED_PATH "-out" },
		{ "/", LOCKED_PATH },
	};
	char got[LOCKED_PATH_ROOM];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		locked_path(rows[i].directory, got);
		want_text("a path", got, rows[i].want);
	}
}

static void a_long_name_of_a_directory_is_cut(void **state)
{
	char directory[300] = "/";
	char want[LOCKED_PATH_ROOM];
	char got[LOCKED_PATH_ROOM];

	(void)state;
	for (size_t n = 1; n < 200; n++) {
		memset(directory + 1, 'd', n);
		directory[1 + n] = '\0';
		snprintf(want, sizeof(want), LOCKED_PATH "-%.128s", directory + 1);
		locked_path(directory, got);
		want_text("a path", got, want);
	}
}

/* Nothing before what is no lock before what is one, and of these the oldest; the first of two. */
static struct locked_record *slow_place(struct locked_block *b)
{
	struct locked_record *best = NULL;

	for (int worth = 0; worth < 3; worth++)
		for (size_t i = 0; i < LOCKED_RECORDS; i++) {
			struct locked_record *r = &b->record[i];
			int own = r->kind == LOCKED_NONE ? 0 : r->kind == LOCKED_LOCK ? 2 : 1;

			if (own != worth || (r->kind == LOCKED_LOCK && r->ended == 0))
				continue;
			if (!best || (own == (best->kind == LOCKED_NONE	  ? 0
					      : best->kind == LOCKED_LOCK ? 2
									  : 1) &&
				      r->at < best->at))
				best = r;
		}
	return best;
}

static void places_and_names_are_found_as_by_looking_at_all(void **state)
{
	static struct locked_block b;

	(void)state;
	for (int turn = 0; turn < 4000; turn++) {
		size_t kinds = 1 + pieces_draw(LOCKED_KINDS);
		struct locked_record *want = NULL;
		unsigned in_force = 0;
		unsigned of_hour = 0;

		memset(&b, 0, sizeof(b));
		b.run = NOON;
		b.elapsed = 2 * LOCKED_HOUR;
		for (size_t i = 0; i < LOCKED_RECORDS; i++) {
			struct locked_record *r = &b.record[i];

			r->kind = (uint32_t)(LOCKED_KINDS - 1 - pieces_draw(kinds));
			r->at = pieces_draw(2) ? pieces_draw(4) : LOCKED_HOUR - 2 + pieces_draw(4);
			r->ended = pieces_draw(3) ? 7 : 0;
			r->name_n = 1;
			r->name[0] = "ab"[pieces_draw(2)];
			in_force += r->kind == LOCKED_LOCK && r->ended == 0;
			of_hour += r->kind == LOCKED_ALARM && b.elapsed - r->at < LOCKED_HOUR;
			if (r->kind != LOCKED_LOCK || r->name[0] != 'a')
				continue;
			if (!want || (want->ended && (r->ended == 0 || r->at > want->at)))
				want = r;
		}
		want_number("in force", locked_in_force(&b), in_force);
		want_number("of the hour", locked_of_hour(&b, LOCKED_ALARM), of_hour);
		want_number("found", locked_find(&b, LOCKED_LOCK, raw_of("a")) == want, true);
		want = slow_place(&b);
		want_number("a place", locked_take(&b, LOCKED_LOCK, raw_of("new")) == want, true);
		if (want) {
			want_number("its length", want->name_n, 3);
			want_number("since", want->since, NOON);
			want_number("at", want->at, b.elapsed);
			want_number("lasts", want->ended, 0);
		}
	}
}

static void two_guards_do_not_write_at_once(void **state)
{
	static struct locked other;

	(void)state;
	assert_int_equal(locked_open(&l, path(), &why), 0);
	assert_int_equal(locked_open(&other, path(), &why), -EBUSY);
	locked_close(&other);
	locked_close(&l);
}

static int opens(void *ctx)
{
	return locked_open(&l, ctx, &why);
}

static void one_that_may_only_be_read_keeps_nobody_waiting(void **state)
{
	char file[4096];

	(void)state;
	assert_int_equal(locked_open(&l, path(), &why), 0);
	locked_close(&l);
	snprintf(file, sizeof(file), "%s", path());
	assert_int_equal(chmod(file, 0444), 0);
	assert_int_equal(chmod(h.root_path, 0755), 0);
	want_number("to be read", as_nobody(opens, file), -EROFS);
}

/* A lock is made at noon, and lifted; then runs at these times, in seconds after it. */
static void locks_of_an_hour_count_whatever_the_clock_does(void **state)
{
	static const struct {
		const char *what;
		int64_t run[4]; /* 0: no more */
		unsigned want;
	} rows[] = {
		{ "at once", { 0 }, 1 },
		{ "within the hour", { 600, 1200, 1800 }, 1 },
		{ "a minute back", { -60 }, 1 },
		{ "a day back", { -86400 }, 1 },
		{ "a day back, and right again", { -86400, 60 }, 1 },
		{ "wrong by 14 years, and right again", { 441504000, 60 }, 1 },
		{ "the host was off for a day", { 86400 }, 1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		memset(&l.block, 0, sizeof(l.block));
		locked_begin(&l.block, NOON);
		locked_end(&l.block, lock("a@x"));
		for (size_t k = 0; k < SW_COUNT(rows[i].run) && rows[i].run[k]; k++)
			locked_begin(&l.block, NOON + rows[i].run[k]);
		want_number(rows[i].what, locked_of_hour(&l.block, LOCKED_LOCK), rows[i].want);
	}
	/* an hour of runs from a clock that was set back: neither for ever nor not at all */
	memset(&l.block, 0, sizeof(l.block));
	locked_begin(&l.block, NOON);
	lock("a@x");
	for (int64_t t = 0; t < LOCKED_HOUR; t += 60) {
		locked_begin(&l.block, NOON - 31536000 + t);
		want_number("a year back", locked_of_hour(&l.block, LOCKED_LOCK), 1);
	}
	locked_begin(&l.block, NOON - 31536000 + LOCKED_HOUR);
	want_number("an hour later", locked_of_hour(&l.block, LOCKED_LOCK), 0);
	want_number("it is in force all the same", locked_in_force(&l.block), 1);
}

static void locks_in_force_never_go_for_others(void **state)
{
	char name[16];

	(void)state;
	for (int i = 0; i < LOCKED_RECORDS; i++) {
		snprintf(name, sizeof(name), "a%d@x", i);
		locked_begin(&l.block, NOON + i);
		assert_non_null(
			locked_take(&l.block, i % 2 ? LOCKED_ALARM : LOCKED_LOCK, raw_of(name)));
	}
	/* the oldest alarm goes first */
	assert_non_null(locked_take(&l.block, LOCKED_ALARM, raw_of("new@x")));
	assert_null(locked_find(&l.block, LOCKED_ALARM, raw_of("a1@x")));
	assert_non_null(locked_find(&l.block, LOCKED_ALARM, raw_of("a3@x")));
	for (int i = 0; i < LOCKED_RECORDS / 2; i++)
		assert_non_null(locked_take(&l.block, LOCKED_LOCK, raw_of("b@x")));
	want_number("all are in force", locked_in_force(&l.block), LOCKED_RECORDS);
	assert_null(locked_take(&l.block, LOCKED_LOCK, raw_of("more@x")));
	locked_find(&l.block, LOCKED_LOCK, raw_of("a0@x"))->ended = 1;
	assert_non_null(locked_take(&l.block, LOCKED_LOCK, raw_of("more@x")));
	assert_null(locked_find(&l.block, LOCKED_LOCK, raw_of("a0@x")));
}

static void a_record_that_is_none_is_free(void **state)
{
	(void)state;
	memset(&l.block, 'x', sizeof(l.block));
	locked_repair(&l.block);
	want_number("none is in force", locked_in_force(&l.block), 0);
	want_number("texts end", strlen(l.block.trouble), LOCKED_TEXT - 1);
	memset(&l.block, 0, sizeof(l.block));
	lock("a@x")->name_n = LOCKED_NAME + 1;
	locked_repair(&l.block);
	want_number("a name that is too long", locked_in_force(&l.block), 0);
	assert_null(locked_take(&l.block, LOCKED_LOCK,
				raw_from(l.block.record[0].reason, LOCKED_NAME + 1)));
}

static void each_number_of_a_record_has_its_bounds(void **state)
{
	static const struct {
		const char *what;
		struct locked_record r;
		bool stays;
	} rows[] = {
		{ "the last kind", { .kind = LOCKED_KINDS - 1, .at = 7 }, true },
		{ "one more", { .kind = LOCKED_KINDS, .at = 7 }, false },
		{ "the longest name", { .name_n = LOCKED_NAME, .at = 7 }, true },
		{ "a longer one", { .name_n = LOCKED_NAME + 1, .at = 7 }, false },
		{ "since 0", { .since = 0, .at = 7 }, true },
		{ "since -1", { .since = -1, .at = 7 }, false },
		{ "told 0", { .told = 0, .at = 7 }, true },
		{ "told -1", { .told = -1, .at = 7 }, false },
		{ "ended 0", { .ended = 0, .at = 7 }, true },
		{ "ended -1", { .ended = -1, .at = 7 }, false },
	};
	static const int64_t runs[][2] = { { INT64_MIN, 0 }, { -1, 0 }, { 0, 0 }, { 1, 1 } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		memset(&l.block, 0, sizeof(l.block));
		l.block.record[LOCKED_RECORDS - 1] = rows[i].r;
		locked_repair(&l.block);
		want_number(rows[i].what, l.block.record[LOCKED_RECORDS - 1].at,
			    rows[i].stays ? 7 : 0);
	}
	for (size_t i = 0; i < SW_COUNT(runs); i++) {
		l.block.run = runs[i][0];
		locked_repair(&l.block);
		want_number("a run", l.block.run, runs[i][1]);
	}
}

/*
 * The state of the golden host `guard`; UPDATE=1 writes it anew. It holds numbers of this machine's
 * byte order.
 */
static void the_golden_host_is_still_read(void **state)
{
	static struct locked_block seen;
	struct sw_host golden = { 0 };
	const char *root = "tests/hosts/guard/root";
	const bool turned = __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__ && !getenv("UPDATE");

	(void)state;
	if (getenv("UPDATE")) {
		char file[256];

		snprintf(file, sizeof(file), "%s" LOCKED_PATH, root);
		unlink(file);
		assert_int_equal(locked_open(&l, file, &why), 0);
		l.block.hold = 1;
		for (int i = 0; i < 3; i++) {
			static const char *const names[] = { "sp ace@x'\"", "email@ourdomain.com",
							     "was@ourdomain.com" };
			struct locked_record *r;

			locked_begin(&l.block, NOON - 180 + 60 * i);
			r = lock(names[i]);

			r->phase = LOCKED_DONE;
			r->blocked = 1;
			r->rejects = i == 0;
			r->held = 900;
			if (i == 2)
				locked_end(&l.block, r);
			strcpy(r->reason, "2562 messages in 5 min, from 20 networks in an hour, in "
					  "the queues 900 messages of it from 20 networks");
			snprintf(r->undo, sizeof(r->undo),
				 i == 0 ? "spoolwatch unblock --yes -- $'sp ace@x\\'\"' && "
					  "spoolwatch release --yes -- $'sp ace@x\\'\"'"
					: "spoolwatch unblock --yes -- %s && spoolwatch release "
					  "--yes -- %s",
				 names[i], names[i]);
		}
		locked_begin(&l.block, NOON);
		strcpy(locked_take(&l.block, LOCKED_ALARM, raw_of("framed@ourdomain.com"))->reason,
		       "its queue files do not show it: 300 messages in 5 min, from 20 networks in "
		       "an hour, in the queues 25 messages of it from 1 network");
		strcpy(l.block.trouble, "/var/log/mail.log: permission denied");
		assert_int_equal(locked_save(&l, &why), 0);
		locked_close(&l);
	}
	golden.copied = true;
	golden.root_path = root;
	golden.root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(golden.root >= 0);
	want_number("read", locked_read(&golden, LOCKED_PATH, &seen, &why), turned ? -EBADMSG : 0);
	want_number("in force", locked_in_force(&seen), turned ? 0 : 2);
	close(golden.root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_killed_run_leaves_what_it_had_begun, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			its_room_is_what_the_install_takes_and_others_may_read_it, setup, teardown),
		cmocka_unit_test_setup_teardown(a_damaged_file_is_said_and_left_as_it_is, setup,
						teardown),
		cmocka_unit_test(an_instance_has_a_file_of_its_own),
		cmocka_unit_test(a_long_name_of_a_directory_is_cut),
		cmocka_unit_test(places_and_names_are_found_as_by_looking_at_all),
		cmocka_unit_test_setup_teardown(one_that_may_only_be_read_keeps_nobody_waiting,
						setup, teardown),
		cmocka_unit_test_setup_teardown(two_guards_do_not_write_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(locks_of_an_hour_count_whatever_the_clock_does,
						setup, teardown),
		cmocka_unit_test_setup_teardown(locks_in_force_never_go_for_others, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_record_that_is_none_is_free, setup, teardown),
		cmocka_unit_test_setup_teardown(each_number_of_a_record_has_its_bounds, setup,
						teardown),
		cmocka_unit_test_setup_teardown(the_golden_host_is_still_read, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
