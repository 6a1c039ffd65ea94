#include "incident/act.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "test.h"

#define DATA  "tests/unit/queue/files/spool/"
#define BOBS  DATA "hold/442ECA760C7"
#define ALICE DATA "deferred/A/4jY2t64rKTz1bgFB"

static void a_batch_holds_whole_lines_and_no_more_than_a_pipe_takes_at_once(void **state)
{
	static struct act_batch b;
	struct sw_raw rest;
	char id[JOURNAL_ID];
	size_t n = 0;

	(void)state;
	while (act_batch_add(&b, "3F2A1B0C9D8E7F", n % 2 == 1))
		n++;
	assert_true(b.n <= 4096 && b.n + 15 > 4096);
	assert_int_equal(b.ids, n);
	assert_int_equal(b.text[b.n - 1], '\n');
	rest = raw_from(b.text, b.n);
	for (size_t i = 0; i < n; i++) {
		assert_true(act_batch_next(&rest, id));
		want_text("an ID", id, "3F2A1B0C9D8E7F");
		assert_int_equal(b.done[i], i % 2 == 1);
	}
	assert_false(act_batch_next(&rest, id));
	act_batch_clear(&b);
	assert_true(act_batch_add(&b, "00", false));
	assert_int_equal(b.n, 3);
}

static void of_the_shortest_ids_as_many_fit_as_are_told_apart(void **state)
{
	static struct act_batch b;

	(void)state;
	while (act_batch_add(&b, "0a", true))
		;
	assert_true(b.ids <= SW_COUNT(b.done));
}

static void a_name_that_is_no_queue_id_is_passed_over(void **state)
{
	static struct act_batch b;
	char name[200];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_true(act_batch_add(&b, name, false));
	assert_int_equal(b.ids, 0);
}

#define TEN "0123456789"

static void a_queue_file_lies_where_postfix_puts_it(void **state)
{
	static const struct {
		const char *what, *names;
		unsigned depth;
		const char *queue, *id, *want;
	} rows[] = {
		{ "flat", "deferred, defer", 1, "hold", "3F2A1B", "hold/3F2A1B" },
		{ "hashed", "deferred, defer", 1, "defer", "3F2A1B", "defer/3/3F2A1B" },
		{ "twice", "deferred hold", 2, "hold", "3F2A1B", "hold/3/F/3F2A1B" },
		{ "not at all", "", 2, "deferred", "3F2A1B", "deferred/3F2A1B" },
		/* 682317 microseconds */
		{ "a long ID", "deferred", 1, "deferred", "4jY2t64rKTz1bgFB",
		  "deferred/A/4jY2t64rKTz1bgFB" },
		{ "a long ID, twice", "deferred", 2, "deferred", "4jY2t64rKTz1bgFB",
		  "deferred/A/6/4jY2t64rKTz1bgFB" },
		{ "no ID of Postfix: cut", "deferred", 16, "deferred", TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN,
		  "deferred/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/" TEN TEN TEN TEN TEN "0123" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct instance in = { .hash_queue_depth = rows[i].depth };
		char path[2 * INSTANCE_PATH];

		snprintf(in.hash_queue_names, sizeof(in.hash_queue_names), "%s", rows[i].names);
		instance_path(&in, rows[i].queue, rows[i].id, path);
		want_text(rows[i].what, path, rows[i].want);
	}
}

/* --- a queue directory, and bob@mx.example.com as the selection */

struct world {
	struct sw_host h;
	struct options options;
	struct run run;
	struct act *a;
};

static void world_end(struct world *w)
{
	locks_free(&w->a->locks);
	select_free(&w->a->select);
	idmap_free(w->a->ids);
	close(w->a->in.hold);
	close(w->a->in.spool);
	free(w->a);
	host_remove(&w->h);
}

/* A whole message, as those of Postfix are: with the x bit. NULL: a file that is no queue file. */
static void put(const struct world *w, const char *path, const char *from)
{
	char bytes[1 << 16] = "x";
	size_t n = 1;
	FILE *f = from ? fopen(from, "r") : NULL;

	if (f) {
		n = fread(bytes, 1, sizeof(bytes), f);
		fclose(f);
	}
	host_bytes(&w->h, path, bytes, n);
	assert_int_equal(chmod(host_path(&w->h, path), 0700), 0);
}

static void world_begin(struct world *w)
{
	struct sw_fault why = { 0 };

	*w = (struct world){ .h = host_new(NULL),
			     .options = { .by = BY_ACCOUNT, .value = "bob@mx.example.com" } };
	w->run.options = &w->options;
	w->run.host = &w->h;
	w->a = calloc(1, sizeof(*w->a));
	assert_non_null(w->a);
	w->a->run = &w->run;
	for (size_t i = 0; i < SW_COUNT(act_queues); i++) {
		char path[32];

		snprintf(path, sizeof(path), "/%s/.empty", act_queues[i]);
		host_file(&w->h, path, "");
	}
	host_file(&w->h, "/hold/.empty", "");
	host_file(&w->h, "/proc/locks", "");
	w->a->in.spool = open(host_path(&w->h, "/"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	w->a->in.hold = open(host_path(&w->h, "/hold"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(select_new(&w->options, false, &w->a->select, &why), 0);
	assert_int_equal(idmap_new(1 << 10, w->h.secret, &w->a->ids, &why), 0);
}

static int note_each(struct act *a, const struct sw_queue_message *m, void *ctx)
{
	char *text = ctx;
	size_t n = strlen(text);

	snprintf(text + n, 64 - n, "%s %d;", m->id, (int)a->file.rcpt_todo);
	return 0;
}

/* What is known to wait in hold is ours, and not read again; nothing else is taken unseen. */
static void only_what_is_selected_is_acted_on(void **state)
{
	static const struct {
		const char *what, *queue, *from;
		unsigned known;
		bool reads;
		const char *want; /* ID, recipients */
		unsigned unreadable, known_then;
	} rows[] = {
		{ "the account's", "hold", BOBS, 0, false, "3F2A1B 1;", 0, 0 },
		{ "in deferred", "deferred", BOBS, 0, false, "3F2A1B 1;", 0, 0 },
		{ "another's", "hold", ALICE, 0, false, "", 0, 0 },
		{ "another's, all read", "hold", ALICE, 0, true, "", 0, 0 },
		{ "it waits", "hold", NULL, ACT_WAITS, false, "3F2A1B 1;", 0, ACT_WAITS },
		{ "it waits, all read", "hold", ALICE, ACT_WAITS, true, "", 0, ACT_WAITS },
		{ "it waits elsewhere", "deferred", ALICE, ACT_WAITS, false, "", 0, ACT_WAITS },
		{ "it was stuck", "hold", ALICE, ACT_STUCK, false, "", 0, ACT_STUCK },
		{ "its own, stuck", "hold", BOBS, ACT_STUCK, false, "3F2A1B 1;", 0, ACT_STUCK },
		{ "no queue file", "hold", NULL, 0, false, "", 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw id = raw_of("3F2A1B");
		struct world w;
		char path[32];
		char got[64] = "";

		world_begin(&w);
		snprintf(path, sizeof(path), "/%s/3F2A1B", rows[i].queue);
		put(&w, path, rows[i].from);
		if (rows[i].known)
			act_know(w.a, id, rows[i].known);
		w.a->reads = rows[i].reads;
		want_number(rows[i].what,
			    act_each(w.a, rows[i].queue, SW_QUEUE_FILE_ALL, note_each, got), 0);
		want_text(rows[i].what, got, rows[i].want);
		want_number(rows[i].what, w.a->unreadable, rows[i].unreadable);
		want_number(rows[i].what, w.a->seen, 1);
		want_number(rows[i].what, act_known(w.a, id), rows[i].known_then);
		world_end(&w);
	}
}

/* Of these nothing changes while they are in hold. */
static void what_rested_and_nobody_delivers_waits(void **state)
{
	static const struct {
		const char *what, *from;
		off_t bytes; /* of it that are there; -1: there is no file */
		bool rested, locked;
		unsigned want, known;
	} rows[] = {
		{ "it rested", BOBS, 4096, true, false, 1, ACT_WAITS },
		{ "it did not", BOBS, 4096, false, false, 1, 0 },
		{ "it is being delivered", BOBS, 4096, true, true, 1, 0 },
		{ "it is being written", BOBS, 600, true, false, 1, 0 },
		{ "it is not there", NULL, -1, true, false, 0, 0 },
		{ "no queue file", NULL, 1, true, false, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct act_batch batch;
		struct stat st = { 0 };
		struct world w;
		char lock[96];

		world_begin(&w);
		if (rows[i].bytes >= 0) {
			put(&w, "/hold/3F2A1B", rows[i].from);
			assert_int_equal(stat(host_path(&w.h, "/hold/3F2A1B"), &st), 0);
			if (rows[i].bytes < st.st_size)
				assert_int_equal(
					truncate(host_path(&w.h, "/hold/3F2A1B"), rows[i].bytes),
					0);
		}
		snprintf(lock, sizeof(lock), "1: FLOCK  ADVISORY  WRITE 77 %02x:%02x:%llu 0 EOF\n",
			 major(st.st_dev), minor(st.st_dev),
			 (unsigned long long)st.st_ino + !rows[i].locked);
		host_file(&w.h, "/proc/locks", lock);
		act_batch_clear(&batch);
		assert_true(act_batch_add(&batch, "3F2A1B", false));
		want_number(rows[i].what, act_verify(w.a, &batch, &w.a->select, rows[i].rested),
			    rows[i].want);
		want_number(rows[i].what, act_known(w.a, raw_of("3F2A1B")), rows[i].known);
		world_end(&w);
	}
}

static void what_left_hold_is_counted_by_whether_it_had_recipients(void **state)
{
	static const struct {
		const char *what;
		bool here, done;
		unsigned want, want_done, want_all;
	} rows[] = {
		{ "still there", true, false, 0, 0, 0 },
		{ "there, delivered", true, true, 0, 0, 0 },
		{ "gone", false, false, 1, 0, 1 },
		{ "gone, delivered", false, true, 0, 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct act_batch batch;
		struct world w;
		uint64_t done;

		world_begin(&w);
		if (rows[i].here)
			put(&w, "/hold/3F2A1B", NULL);
		act_batch_clear(&batch);
		assert_true(act_batch_add(&batch, "3F2A1B", rows[i].done));
		want_number(rows[i].what, act_gone(w.a, &batch, &done), rows[i].want);
		want_number(rows[i].what, done, rows[i].want_done);
		want_number(rows[i].what, act_gone(w.a, &batch, NULL), rows[i].want_all);
		world_end(&w);
	}
}

/* Ours since the record began; before, only what a map's HOLD put there when it was written. */
static void what_was_put_into_hold_before_is_somebody_elses(void **state)
{
	enum { SINCE = 1000 };
	static const struct {
		const char *what;
		bool known;    /* there is a record */
		int64_t since; /* it began, in seconds */
		struct timespec written, moved;
		bool want;
	} rows[] = {
		{ "nothing is known", false, 0, { 500, 0 }, { 600, 0 }, true },
		{ "before", true, SINCE, { 500, 0 }, { 999, 999999999 }, false },
		{ "then", true, SINCE, { 500, 0 }, { SINCE, 0 }, true },
		{ "later", true, SINCE, { 500, 0 }, { 2000, 0 }, true },
		{ "by a map", true, SINCE, { 500, 0 }, { 500, 49999999 }, true },
		{ "at once", true, SINCE, { 500, 7 }, { 500, 7 }, true },
		{ "by a person", true, SINCE, { 500, 0 }, { 500, 50000000 }, false },
		{ "of a clock gone wrong", true, SINCE, { 501, 0 }, { 500, 0 }, false },
		{ "a record that never began", true, 0, { 500, 0 }, { 2000, 0 }, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct act a;
		struct journal_record record = { .since = rows[i].since * 1000000000 };
		struct stat st = { .st_mtim = rows[i].written, .st_ctim = rows[i].moved };

		a.record = rows[i].known ? &record : NULL;
		want_number(rows[i].what, act_is_ours(&a, &st), rows[i].want);
	}
}

static void program(struct world *w, const char *name, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "/bin/%s", name);
	host_file(&w->h, path, text);
	assert_int_equal(chmod(host_path(&w->h, path), 0755), 0);
	snprintf(w->a->in.command_directory, INSTANCE_VALUE, "%s", host_path(&w->h, "/bin"));
	snprintf(w->a->in.daemon_directory, INSTANCE_VALUE, "%s", host_path(&w->h, "/bin"));
	snprintf(w->a->in.config_directory, INSTANCE_VALUE, "/nowhere");
}

/* postsuper -H: out of hold into deferred */
#define RELEASE                                                                                    \
	"#!/bin/sh\ncd \"${0%/*}/..\" || exit 9\necho \"$3 $5\" >>calls\n"                          \
	"while read -r id; do mv hold/$id deferred/; done\n"

static void strangers_go_back_to_where_they_came_from(void **state)
{
	static const struct {
		const char *what;
		const char *from[3]; /* of A1, A2, A3 in hold; NULL: there is none */
		unsigned fine, strangers, calls;
		const char *postsuper;
	} rows[] = {
		{ "none", { BOBS, BOBS, BOBS }, 3, 0, 0, RELEASE },
		{ "one", { BOBS, ALICE, BOBS }, 2, 1, 1, RELEASE },
		{ "the first and the last", { ALICE, BOBS, ALICE }, 1, 2, 1, RELEASE },
		{ "all of them", { ALICE, ALICE, ALICE }, 0, 3, 1, RELEASE },
		{ "one that is gone", { BOBS, NULL, ALICE }, 1, 1, 1, RELEASE },
		{ "one that can't be put back", { BOBS, ALICE, BOBS }, 2, 0, 1,
		  "#!/bin/sh\ncd \"${0%/*}/..\"\necho >>calls\necho 'postsuper: fatal: No space left on device'\nexit 1\n" },
		{ "one that stays", { BOBS, ALICE, BOBS }, 2, 0, 50, "#!/bin/sh\ncd \"${0%/*}/..\"\necho >>calls\ncat >/dev/null\n" },
	};

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct act_batch batch;
		char name[] = "/hold/A1";
		struct world w;
		unsigned calls = 0;
		FILE *f;

		world_begin(&w);
		program(&w, "postsuper", rows[i].postsuper);
		program(&w, "master", "#!/bin/sh\nexit 0\n"); /* Postfix does not run: no reload */
		act_batch_clear(&batch);
		for (size_t k = 0; k < 3; k++) {
			name[7] = (char)('1' + k);
			if (rows[i].from[k])
				put(&w, name, rows[i].from[k]);
			assert_true(act_batch_add(&batch, name + 6, false));
		}
		want_number(rows[i].what, (int64_t)act_verify(w.a, &batch, &w.a->select, false), rows[i].fine);
		want_number(rows[i].what, (int64_t)w.a->strangers, rows[i].strangers);
		f = fopen(host_path(&w.h, "/calls"), "r");
		for (int c = f ? getc(f) : EOF; c != EOF; c = getc(f))
			calls += c == '\n';
		if (f)
			fclose(f);
		want_number(rows[i].what, calls, rows[i].calls);
		for (size_t k = 0; k < 3; k++) {
			const bool stays = rows[i].from[k] && (strcmp(rows[i].from[k], BOBS) == 0 || rows[i].postsuper != rows[0].postsuper);

			name[7] = (char)('1' + k);
			want_number(rows[i].what, access(host_path(&w.h, name), F_OK) == 0, stays);
		}
		want_in(rows[i].what, w.a->failed.text.s,
			i == 5   ? "messages of others are in hold: postsuper: fatal: No space left"
			: i == 6 ? "messages of others are in hold"
				 : "");
		want_number(rows[i].what, w.a->failed.code != 0, i > 4);
		world_end(&w);
	}
}

/* Counted by looking: what has recipients, what has none, and what is being delivered. */
static void what_is_in_hold_is_told_apart(void **state)
{
	static const struct {
		const char *what, *from, *account;
		bool locked;
		unsigned held, done, flight, theirs;
	} rows[] = {
		{ "it waits", BOBS, "bob@mx.example.com", false, 1, 0, 0, 0 },
		{ "it is being delivered", BOBS, "bob@mx.example.com", true, 1, 0, 1, 0 },
		{ "all is delivered", "tests/unit/queue/files/crafted/19-all-D-recipients", "alice@example.com", false, 0, 1, 0, 0 },
		{ "another's, that is being delivered", ALICE, "bob@mx.example.com", true, 0, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		struct world w;
		struct stat st;
		char lock[96];

		world_begin(&w);
		select_free(&w.a->select);
		w.options.value = rows[i].account;
		assert_int_equal(select_new(&w.options, false, &w.a->select, &why), 0);
		put(&w, "/hold/3F2A1B", rows[i].from);
		assert_int_equal(stat(host_path(&w.h, "/hold/3F2A1B"), &st), 0);
		snprintf(lock, sizeof(lock), "1: FLOCK  ADVISORY  WRITE 77 %02x:%02x:%llu 0 EOF\n",
			 major(st.st_dev), minor(st.st_dev), (unsigned long long)st.st_ino + !rows[i].locked);
		host_file(&w.h, "/proc/locks", lock);
		assert_int_equal(act_look(w.a, &why), 0);
		want_number(rows[i].what, w.a->count.held, rows[i].held);
		want_number(rows[i].what, w.a->count.done, rows[i].done);
		want_number(rows[i].what, w.a->count.flight, rows[i].flight);
		want_number(rows[i].what, w.a->count.theirs, rows[i].theirs);
		world_end(&w);
	}
}

static void a_batch_is_taken_to_its_last_byte(void **state)
{
	static struct act_batch b;
	char id[JOURNAL_ID + 2];
	char got[JOURNAL_ID];
	struct sw_raw rest;

	(void)state;
	/* the longest ID that a journal keeps, and one more byte */
	for (size_t n = JOURNAL_ID - 3; n <= JOURNAL_ID; n++) {
		memset(id, 'A', n);
		id[n] = '\0';
		act_batch_clear(&b);
		assert_true(act_batch_add(&b, id, true));
		want_number("IDs", (int64_t)b.ids, n + 1 < JOURNAL_ID);
		rest = raw_from(b.text, b.n);
		want_number("and back", act_batch_next(&rest, got), n + 1 < JOURNAL_ID);
		rest = raw_from(id, n);
		want_number("of any text", act_batch_next(&rest, got), n < JOURNAL_ID);
	}
	/* the last one fills it, or is a byte too long */
	for (size_t more = 0; more < 2; more++) {
		act_batch_clear(&b);
		while (sizeof(b.text) - b.n >= 20)
			assert_true(act_batch_add(&b, "ABCDEFGHI", false));
		memset(id, 'B', sizeof(id));
		id[sizeof(b.text) - b.n - 1 + more] = '\0';
		want_number("it fits", act_batch_add(&b, id, false), more == 0);
		want_number("bytes", (int64_t)b.n, more == 0 ? sizeof(b.text) : sizeof(b.text) - 16);
	}
}

/* Of the selection alone, by where it is. */
static void all_queues_are_looked_through(void **state)
{
	static const struct {
		const char *path, *from;
		unsigned held, theirs, left, queue[4];
	} rows[] = {
		{ "/hold/3F2A1B", BOBS, 1, 1, 0, { 0 } },
		{ "/hold/3F2A1B", ALICE, 0, 0, 0, { 0 } },
		{ "/maildrop/3F2A1B", BOBS, 0, 0, 1, { 1 } },
		{ "/incoming/3F2A1B", BOBS, 0, 0, 1, { 0, 1 } },
		{ "/active/3F2A1B", BOBS, 0, 0, 1, { 0, 0, 1 } },
		{ "/deferred/3F2A1B", BOBS, 0, 0, 1, { 0, 0, 0, 1 } },
		{ "/deferred/3F2A1B", ALICE, 0, 0, 0, { 0 } },
		{ "/deferred/3F2A1B", NULL, 0, 0, 0, { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct journal_record record = { .since = INT64_MAX };
		struct sw_fault why = { 0 };
		struct timespec long_ago[2] = { { 1, 0 }, { 1, 0 } };
		struct world w;

		world_begin(&w);
		put(&w, rows[i].path, rows[i].from);
		assert_int_equal(utimensat(AT_FDCWD, host_path(&w.h, rows[i].path), long_ago, 0),
				 0);
		w.a->record = &record;
		assert_int_equal(act_look(w.a, &why), 0);
		want_number(rows[i].path, w.a->count.held, rows[i].held);
		want_number(rows[i].path, w.a->count.done, 0);
		want_number(rows[i].path, w.a->count.theirs, rows[i].theirs);
		want_number(rows[i].path, w.a->count.flight, 0);
		want_number(rows[i].path, w.a->count.left, rows[i].left);
		for (size_t q = 0; q < SW_COUNT(act_queues); q++)
			want_number(rows[i].path, w.a->count.queue[q], rows[i].queue[q]);
		assert_false(w.a->looks);
		world_end(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_batch_holds_whole_lines_and_no_more_than_a_pipe_takes_at_once),
		cmocka_unit_test(of_the_shortest_ids_as_many_fit_as_are_told_apart),
		cmocka_unit_test(a_name_that_is_no_queue_id_is_passed_over),
		cmocka_unit_test(a_queue_file_lies_where_postfix_puts_it),
		cmocka_unit_test(only_what_is_selected_is_acted_on),
		cmocka_unit_test(what_rested_and_nobody_delivers_waits),
		cmocka_unit_test(what_left_hold_is_counted_by_whether_it_had_recipients),
		cmocka_unit_test(what_was_put_into_hold_before_is_somebody_elses),
		cmocka_unit_test(strangers_go_back_to_where_they_came_from),
		cmocka_unit_test(what_is_in_hold_is_told_apart),
		cmocka_unit_test(a_batch_is_taken_to_its_last_byte),
		cmocka_unit_test(all_queues_are_looked_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
