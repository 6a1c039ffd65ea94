#include "incident/act.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "descriptors.h"
#include "mailtext.h"
#include "printed.h"
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
	if (w->a->journal.state.fd >= 0)
		journal_close(&w->a->journal);
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
	w->a->journal.state.fd = -1;
	w->a->in.mail_owner = geteuid();
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
		{ "who locks is not known", BOBS, 4096, true, false, 1, 0 },
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
		if (i == SW_COUNT(rows) - 1)
			assert_int_equal(unlink(host_path(&w.h, "/proc/locks")), 0);
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
		{ "that can't be told", false, false, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct act_batch batch;
		struct world w;
		uint64_t done;

		world_begin(&w);
		if (rows[i].here)
			put(&w, "/hold/3F2A1B", NULL);
		if (i == SW_COUNT(rows) - 1) {
			w.a->in.hash_queue_depth = 1;
			snprintf(w.a->in.hash_queue_names, INSTANCE_VALUE, "hold");
			put(&w, "/hold/3", NULL); /* where a directory should be */
		}
		act_batch_clear(&batch);
		assert_true(act_batch_add(&batch, "3F2A1B", rows[i].done));
		errno = ENOENT; /* of before, which is no answer */
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
#define SINCE_NS (SINCE * 1000000000LL)
	static const struct {
		const char *what;
		bool known;    /* there is a record */
		int64_t since; /* it began, in nanoseconds */
		struct timespec written, moved;
		bool want;
	} rows[] = {
		{ "nothing is known", false, 0, { 500, 0 }, { 600, 0 }, true },
		{ "before", true, SINCE_NS, { 500, 0 }, { 999, 999999999 }, false },
		{ "then", true, SINCE_NS, { 500, 0 }, { SINCE, 0 }, true },
		{ "later", true, SINCE_NS, { 500, 0 }, { 2000, 0 }, true },
		{ "by a map", true, SINCE_NS, { 500, 0 }, { 500, 49999999 }, true },
		{ "at once", true, SINCE_NS, { 500, 7 }, { 500, 7 }, true },
		{ "by a person", true, SINCE_NS, { 500, 0 }, { 500, 50000000 }, false },
		{ "of a clock gone wrong", true, SINCE_NS, { 501, 0 }, { 500, 0 }, false },
		{ "a record that never began", true, 0, { 500, 0 }, { 2000, 0 }, false },
		{ "one of the first nanosecond", true, 1, { 500, 0 }, { 2000, 0 }, true },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct act a;
		struct journal_record record = { .since = rows[i].since };
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
		want_number("nothing failed", why.code, 0);
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

/* --- what is passed over, and what ends a walk */

struct visits {
	const struct world *w;
	int n, ends_at, value;
	bool removes;
};

static int visit_and(struct act *a, const struct sw_queue_message *m, void *ctx)
{
	struct visits *v = ctx;

	(void)a;
	if (v->removes)
		for (char name[] = "/hold/A1"; name[7] <= '4'; name[7]++)
			if (strcmp(name + 6, m->id) != 0)
				(void)unlink(host_path(&v->w->h, name));
	return ++v->n == v->ends_at ? v->value : 0;
}

static void a_walk_ends_when_it_is_told_to_and_not_of_a_file(void **state)
{
	static const struct {
		const char *what;
		const char *from[4]; /* of A1 to A4 */
		bool removes;	     /* the first that is visited removes the others */
		int ends_at, value;
		int want, visits;
		unsigned unreadable;
	} rows[] = {
		{ "to the end", { BOBS, BOBS, BOBS, BOBS }, false, 0, 0, 0, 4, 0 },
		{ "the others go", { BOBS, BOBS, BOBS, BOBS }, true, 0, 0, 0, 1, 0 },
		{ "it is told to", { BOBS, BOBS, BOBS, BOBS }, false, 2, 7, 7, 2, 0 },
		{ "it fails", { BOBS, BOBS, BOBS, BOBS }, false, 1, -EIO, -EIO, 1, 0 },
		{ "two are none", { NULL, BOBS, NULL, BOBS }, false, 0, 0, 0, 2, 2 },
		{ "all are none", { NULL, NULL, NULL, NULL }, false, 0, 0, 0, 0, 4 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char name[] = "/hold/A1";
		struct world w;
		struct visits v = { &w, 0, rows[i].ends_at, rows[i].value, rows[i].removes };

		world_begin(&w);
		for (size_t k = 0; k < 4; k++, name[7]++)
			put(&w, name, rows[i].from[k]);
		want_number(rows[i].what, act_each(w.a, "hold", SW_QUEUE_FILE_ALL, visit_and, &v),
			    rows[i].want);
		want_number(rows[i].what, v.n, rows[i].visits);
		want_number(rows[i].what, w.a->unreadable, rows[i].unreadable);
		want_number("that it failed is kept", w.a->failed.code != 0, rows[i].want < 0);
		world_end(&w);
	}
}

static struct world *told;
static unsigned told_times;

static void tell_unreadable(void)
{
	struct visits v = { told, 0, 0, 0, false };

	for (unsigned i = 0; i < told_times; i++)
		want_number("read", act_each(told->a, "hold", SW_QUEUE_FILE_ALL, visit_and, &v), 0);
}

static void of_what_cannot_be_read_the_first_is_said(void **state)
{
	char said[1024];
	struct world w;

	(void)state;
	for (int files = 0; files < 4; files++) {
		char name[] = "/hold/A1";

		world_begin(&w);
		for (int k = 0; k < files; k++, name[7]++)
			put(&w, name, NULL);
		told = &w;
		told_times = (unsigned)files;
		printed(stderr, tell_unreadable, said, sizeof(said));
		want_number("of as many walks", (int64_t)w.a->unreadable, files * files);
		want_number("a line", strncmp(said, "spoolwatch: A", files > 0 ? 13 : 0), 0);
		want_number("and no other", strchr(said, '\n') ? said + strlen(said) - strchr(said, '\n') : 0,
			    files > 0);
		world_end(&w);
	}
}

static void the_first_queue_that_cannot_be_read_is_kept(void **state)
{
	struct visits v = { .n = 0 };
	struct world w;

	(void)state;
	world_begin(&w);
	v.w = &w;
	put(&w, "/hold/3F2A1B", BOBS);
	want_number("one", act_each(w.a, "hold", SW_QUEUE_FILE_ALL, visit_and, &v), 0);
	want_number("nothing failed", w.a->failed.code, 0);
	want_number("none", act_each(w.a, "nowhere", SW_QUEUE_FILE_ALL, visit_and, &v), -ENOENT);
	want_number("another", act_each(w.a, "elsewhere", SW_QUEUE_FILE_ALL, visit_and, &v), -ENOENT);
	want_number("one", act_each(w.a, "hold", SW_QUEUE_FILE_ALL, visit_and, &v), 0);
	want_number("visited", v.n, 2);
	want_number("it failed", w.a->failed.code, ENOENT);
	want_in("of the first", w.a->failed.text.s, "open nowhere: ");
	world_end(&w);
}

static void a_file_in_hold_is_read_where_it_lies(void **state)
{
	static const struct {
		const char *what, *hashed, *path, *from;
		int want;
		const char *why;
	} rows[] = {
		{ "flat", "", "/hold/3F2A1B", BOBS, 0, "" },
		{ "not there", "", "/hold/3F2A1C", BOBS, -ENOENT, "" },
		{ "no queue file", "", "/hold/3F2A1B", NULL, -EBADMSG, "3F2A1B is not a queue file" },
		{ "hashed", "hold", "/hold/3/3F2A1B", BOBS, 0, "" },
		{ "hashed, not there", "hold", "/hold/3/3F2A1C", BOBS, -ENOENT, "" },
		{ "hashed, and flat", "hold", "/hold/3F2A1B", BOBS, -ENOENT, "" },
		{ "hashed, no queue file", "hold", "/hold/3/3F2A1B", NULL, -EBADMSG, "3F2A1B is not" },
		{ "no directory", "hold", "/hold/3", BOBS, -ENOTDIR, "open hold/3: " },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		struct world w;
		int before;

		world_begin(&w);
		put(&w, rows[i].path, rows[i].from);
		w.a->in.hash_queue_depth = 1;
		snprintf(w.a->in.hash_queue_names, INSTANCE_VALUE, "%s", rows[i].hashed);
		before = descriptors_open();
		want_number(rows[i].what, act_read_held(w.a, "3F2A1B", SW_QUEUE_FILE_ALL, &why), rows[i].want);
		want_number("left open", descriptors_open(), before);
		if (*rows[i].why)
			want_in(rows[i].what, why.text.s, rows[i].why);
		if (rows[i].want == 0)
			want_raw(rows[i].what, w.a->file.sasl_login, "bob@mx.example.com");
		world_end(&w);
	}
}

/* --- what is noted before messages move */

static void open_journal(struct world *w)
{
	struct sw_fault why = { 0 };

	assert_int_equal(journal_open(&w->a->journal, host_path(&w->h, "/journal"), &why), 0);
	assert_int_equal(w->a->journal.broken.code, 0);
}

/* As the next run reads it. */
static void reopen_journal(struct world *w)
{
	journal_close(&w->a->journal);
	memset(&w->a->journal, 0, sizeof(w->a->journal));
	open_journal(w);
}

static int64_t coarse_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME_COARSE, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void a_record_keeps_when_it_began(void **state)
{
	int64_t before;
	struct world w;

	(void)state;
	world_begin(&w);
	w.a->key = 5;
	before = coarse_ns();
	act_note(w.a);
	assert_ptr_equal(w.a->record, journal_find(&w.a->journal, 5));
	assert_non_null(w.a->record);
	want_text("whose", w.a->record->select, "account bob@mx.example.com");
	want_within("it begins now", w.a->record->since, before, coarse_ns());
	want_within("it is written now", w.a->record->last, before / 1000000000, coarse_ns() / 1000000000);
	w.a->record->since = 77;
	w.a->record->last = 0;
	act_note(w.a);
	want_number("it began then", w.a->record->since, 77);
	want_within("it is written again", w.a->record->last, before / 1000000000, coarse_ns() / 1000000000);
	world_end(&w);
}

static void a_batch_is_in_the_journal_before_it_moves(void **state)
{
	static char longest[JOURNAL_SELECT], longer[JOURNAL_SELECT + 1];
	const struct {
		const char *what, *name;
		enum options_by by;
		uint64_t uid;
		bool utf8, deletes, hold;
		const char *kept;
	} rows[] = {
		{ "an account", "bob@x", BY_ACCOUNT, 0, true, false, true, "bob@x" },
		{ "to be deleted", "<>", BY_SENDER, 0, false, true, true, "<>" },
		{ "a user", "1000", BY_UID, 1000, false, false, true, "1000" },
		{ "the longest name", longest, BY_ACCOUNT, 0, false, false, true, longest },
		{ "a longer one", longer, BY_ACCOUNT, 0, false, false, true, "" },
		{ "hold is not open", "x", BY_ACCOUNT, 0, false, false, false, "x" },
	};

	(void)state;
	memset(longest, 'n', sizeof(longest) - 1);
	memset(longer, 'n', sizeof(longer) - 1);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct journal_batch *b;
		struct world w;
		struct stat st;
		int hold;

		world_begin(&w);
		open_journal(&w);
		b = &w.a->journal.block.batch;
		memset(b, 0xff, sizeof(*b)); /* of one before */
		w.a->select.asked = raw_of(rows[i].name);
		w.a->select.by = rows[i].by;
		w.a->select.uid = rows[i].uid;
		w.a->select.utf8 = rows[i].utf8;
		assert_true(act_batch_add(&w.a->batch, "A1", false) && act_batch_add(&w.a->batch, "B22", true));
		assert_int_equal(fstat(w.a->in.hold, &st), 0);
		hold = w.a->in.hold;
		w.a->in.hold = rows[i].hold ? hold : -1;
		act_begin(w.a, rows[i].deletes);
		w.a->in.hold = hold;
		reopen_journal(&w);
		want_number(rows[i].what, b->hold, rows[i].hold ? st.st_ino : 0);
		want_number(rows[i].what, b->by, rows[i].by);
		want_number(rows[i].what, b->uid, rows[i].uid);
		want_number(rows[i].what, b->utf8, rows[i].utf8);
		want_number(rows[i].what, b->deletes, rows[i].deletes);
		want_text(rows[i].what, b->name, rows[i].kept);
		want_number(rows[i].what, b->n, 7);
		want_text(rows[i].what, b->ids, "A1\nB22\n");
		for (size_t k = 7; k < sizeof(b->ids); k++)
			want_number("and nothing of one before", b->ids[k], 0);
		world_end(&w);
	}
}

/* Of some that postsuper(1) fails of, and of all. */
static void what_moves_and_what_does_not_is_told_apart(void **state)
{
#define DIES_OF(when, word) \
	"#!/bin/sh\nwhile read -r id; do\n" when " && { echo \"postsuper: fatal: $id: " word "\"; exit 1; }\ndone\nexit 0\n"
	static const struct {
		const char *what, *postsuper;
		int want, failed, stuck;
		bool full;
		unsigned known[3]; /* of A1, A2, A3 */
	} rows[] = {
		{ "all", DIES_OF("false", ""), 0, 0, 0, false, { 0, 0, 0 } },
		{ "one", DIES_OF("[ $id = A2 ]", "no"), 0, 0, EIO, false, { 0, ACT_STUCK, 0 } },
		{ "two", DIES_OF("[ $id != A2 ]", "no"), 0, 0, EIO, false, { ACT_STUCK, 0, ACT_STUCK } },
		{ "there is no room", DIES_OF("true", "No space left on device"), -ENOSPC, ENOSPC, 0, true, { 0, 0, 0 } },
		{ "it can't be run", NULL, -ENOENT, ENOENT, 0, false, { 0, 0, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char id[] = "A1";
		struct world w;

		world_begin(&w);
		program(&w, "x", "");
		if (rows[i].postsuper)
			program(&w, "postsuper", rows[i].postsuper);
		for (; id[1] <= '3'; id[1]++)
			assert_true(act_batch_add(&w.a->batch, id, false));
		want_number(rows[i].what, act_move(w.a, "-h", "deferred", false), rows[i].want);
		want_number(rows[i].what, w.a->failed.code, rows[i].failed);
		want_number(rows[i].what, w.a->stuck.code, rows[i].stuck);
		want_number(rows[i].what, w.a->full, rows[i].full);
		for (size_t k = 0; k < 3; k++) {
			id[1] = (char)('1' + k);
			want_number(id, act_known(w.a, raw_of(id)), rows[i].known[k]);
		}
		world_end(&w);
	}
}

/* --- what goes wrong between look and act */

static bool is_there(const struct world *w, const char *path)
{
	return access(host_path(&w->h, path), F_OK) == 0;
}

/* It is held for somebody else then, under whatever batch's eyes. */
static void a_stranger_of_an_earlier_batch_is_not_moved_again(void **state)
{
	static struct act_batch batch;
	struct world w;

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	world_begin(&w);
	program(&w, "postsuper", RELEASE);
	program(&w, "master", "#!/bin/sh\nexit 0\n");
	for (char name[] = "/hold/A1"; name[7] <= '3'; name[7]++) {
		put(&w, name, ALICE);
		assert_true(act_batch_add(&batch, name + 6, false));
	}
	want_number("none is ours", (int64_t)act_verify(w.a, &batch, &w.a->select, false), 0);
	want_number("put back", (int64_t)w.a->strangers, 3);
	for (char name[] = "/deferred/A1"; name[11] <= '3'; name[11]++) {
		char to[PATH_MAX];

		snprintf(to, sizeof(to), "%s", host_path(&w.h, "/hold/"));
		strcat(to, name + 10);
		assert_int_equal(rename(host_path(&w.h, name), to), 0);
	}
	act_batch_clear(&batch);
	assert_true(act_batch_add(&batch, "A1", false));
	want_number("nor is this one", (int64_t)act_verify(w.a, &batch, &w.a->select, false), 0);
	want_number("put back", (int64_t)w.a->strangers, 4);
	want_number("that of the batch", is_there(&w, "/deferred/A1"), true);
	want_number("no other", is_there(&w, "/hold/A2") && is_there(&w, "/hold/A3"), true);
	world_end(&w);
}

static void without_strangers_postfix_is_left_alone(void **state)
{
	static const struct {
		const char *what, *from, *postfix;
		bool asked;
		const char *failed;
	} rows[] = {
		{ "none", BOBS, "#!/bin/sh\nexit 1\n", false, "" },
		{ "one, and no reload", ALICE, "#!/bin/sh\necho fatal: no\nexit 1\n", true,
		  "messages of others are in hold: postfix reload failed: fatal: no" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct act_batch batch;
		struct world w;

		world_begin(&w);
		program(&w, "postsuper", RELEASE);
		program(&w, "master", "#!/bin/sh\n: >\"${0%/*}/asked\"\nexit 1\n");
		program(&w, "postfix", rows[i].postfix);
		put(&w, "/hold/A1", rows[i].from);
		act_batch_clear(&batch);
		assert_true(act_batch_add(&batch, "A1", false));
		want_number(rows[i].what, (int64_t)act_verify(w.a, &batch, &w.a->select, false), !rows[i].asked);
		want_number(rows[i].what, is_there(&w, "/bin/asked"), rows[i].asked);
		want_text(rows[i].what, w.a->failed.text.s, rows[i].failed);
		want_number(rows[i].what, w.a->failed.code, rows[i].asked ? EIO : 0);
		want_number("nothing was moved", is_there(&w, "/hold/A1") && !is_there(&w, "/calls"), true);
		want_number("nor counted", (int64_t)w.a->strangers, 0);
		world_end(&w);
	}
}

static void what_has_no_recipient_is_read_again(void **state)
{
	static struct act_batch batch;

	(void)state;
	for (int recipients = 0; recipients < 2; recipients++) {
		struct mail m = { .path = "/hold/A1", .arrived = 5, .login = "bob@mx.example.com", .sender = "b@x", .to = { recipients ? "r@y" : NULL } };
		struct world w;

		world_begin(&w);
		put_mail(&w.h, &m);
		act_batch_clear(&batch);
		assert_true(act_batch_add(&batch, "A1", false));
		want_number("it is his", (int64_t)act_verify(w.a, &batch, &w.a->select, true), 1);
		want_number("it waits", act_known(w.a, raw_of("A1")), recipients ? ACT_WAITS : 0);
		world_end(&w);
	}
}

static void of_a_message_that_is_nowhere_no_log_stays(void **state)
{
	static const struct {
		const char *what, *hashed, *path, *log;
		bool stays;
	} rows[] = {
		{ "nowhere", "", "/x", "/defer/3F2A1B", false },
		{ "nowhere, bounced", "", "/x", "/bounce/3F2A1B", false },
		{ "nowhere, hashed", "defer", "/x", "/defer/3/3F2A1B", false },
		{ "another is in hold", "", "/hold/3F2A1C", "/defer/3F2A1B", false },
		{ "in hold", "", "/hold/3F2A1B", "/defer/3F2A1B", true },
		{ "in hold, bounced", "", "/hold/3F2A1B", "/bounce/3F2A1B", true },
		{ "in deferred", "", "/deferred/3F2A1B", "/defer/3F2A1B", true },
		{ "in deferred, hashed", "deferred defer", "/deferred/3/3F2A1B", "/defer/3/3F2A1B", true },
		{ "in active", "", "/active/3F2A1B", "/defer/3F2A1B", true },
		{ "in incoming", "", "/incoming/3F2A1B", "/defer/3F2A1B", true },
		{ "in maildrop", "", "/maildrop/3F2A1B", "/defer/3F2A1B", true },
		{ "in corrupt", "", "/corrupt/3F2A1B", "/defer/3F2A1B", true },
		{ "it can't be told", "hold", "/hold/3", "/defer/3F2A1B", true },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct world w;

		world_begin(&w);
		w.a->in.hash_queue_depth = 1;
		snprintf(w.a->in.hash_queue_names, INSTANCE_VALUE, "%s", rows[i].hashed);
		host_file(&w.h, rows[i].path, "");
		host_file(&w.h, rows[i].log, "");
		host_file(&w.h, "/defer/4F", "");
		errno = ENOENT; /* of before, which is no answer */
		act_sweep(w.a, "3F2A1B");
		want_number(rows[i].what, is_there(&w, rows[i].log), rows[i].stays);
		want_number("another's", is_there(&w, "/defer/4F"), true);
		want_number("we are who we were", geteuid(), w.a->in.mail_owner);
		world_end(&w);
	}
}

/* Nobody but root may become the owner of the queues, and himself again. */
static void a_log_is_given_up_as_its_owner(void **state)
{
	static const struct {
		const char *what, *hashed, *log;
		bool ours, gone;
	} rows[] = {
		{ "there", "", "/defer/3F2A1B", true, true },
		{ "hashed", "defer", "/defer/3/3F2A1B", true, true },
		{ "not there", "", "/defer/3F2A1C", true, false },
		{ "of bounces", "", "/bounce/3F2A1B", true, false },
		{ "not the owner's", "", "/defer/3F2A1B", false, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const bool is_root = geteuid() == 0;
		struct world w;

		if (!is_root && !rows[i].ours)
			continue;
		world_begin(&w);
		w.a->in.hash_queue_depth = 1;
		snprintf(w.a->in.hash_queue_names, INSTANCE_VALUE, "%s", rows[i].hashed);
		host_file(&w.h, rows[i].log, "");
		if (!rows[i].ours)
			w.a->in.mail_owner = 65534;
		want_number(rows[i].what, act_give_up_log(w.a, "3F2A1B"), is_root && rows[i].gone);
		want_number(rows[i].what, is_there(&w, rows[i].log), !rows[i].gone);
		want_number("root again", geteuid() == 0, is_root);
		world_end(&w);
	}
}

/* A1 of bob and A2 of alice are in hold, of A3 there is a log alone. */
static void what_a_killed_run_had_begun_is_set_right(void **state)
{
	enum { A1 = 1, A2 = 2, LOG = 4 };
	static const struct {
		const char *what;
		const char *ids;
		int hold; /* beside that of the directory */
		enum options_by by;
		const char *name;
		uint64_t uid;
		bool deletes;
		unsigned gone; /* from where they were */
		bool stays;    /* it is not looked at */
	} rows[] = {
		{ "nothing was begun", "", 0, BY_ACCOUNT, "bob@mx.example.com", 0, false, 0, true },
		{ "in another directory", "A1\nA2\nA3\n", 1, BY_ACCOUNT, "bob@mx.example.com", 0, false, 0, true },
		{ "held", "A1\nA2\nA3\n", 0, BY_ACCOUNT, "bob@mx.example.com", 0, false, A2, false },
		{ "held, another's", "A1\nA2\nA3\n", 0, BY_ACCOUNT, "x", 0, false, A1 | A2, false },
		{ "held, one of them", "A1\n", 0, BY_ACCOUNT, "x", 0, false, A1, false },
		{ "deleted", "A1\nA2\nA3\n", 0, BY_ACCOUNT, "bob@mx.example.com", 0, true, LOG, false },
		{ "deleted, others", "A1\nA2\n", 0, BY_ACCOUNT, "bob@mx.example.com", 0, true, 0, false },
		{ "held of a user", "A1\nA2\nA3\n", 0, BY_UID, "7", 7, false, A1 | A2, false },
		{ "held of no sender", "A1\nA2\nA3\n", 0, BY_SENDER, "", 0, false, A1 | A2, false },
		{ "held of a name that was too long", "A1\nA2\nA3\n", 0, BY_ACCOUNT, "", 0, false, 0, false },
		{ "held of a client whose name was too long", "A1\nA2\nA3\n", 0, BY_CLIENT, "", 0, false, 0, false },
		{ "of what nobody selects by", "A1\nA2\nA3\n", 0, BY_DOMAIN, "x", 0, false, 0, false },
	};

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct journal_batch *b;
		struct world w;
		struct stat st;

		world_begin(&w);
		program(&w, "postsuper", RELEASE);
		program(&w, "master", "#!/bin/sh\nexit 0\n");
		put(&w, "/hold/A1", BOBS);
		put(&w, "/hold/A2", ALICE);
		host_file(&w.h, "/defer/A3", "");
		open_journal(&w);
		assert_int_equal(fstat(w.a->in.hold, &st), 0);
		b = &w.a->journal.block.batch;
		*b = (struct journal_batch){ .hold = st.st_ino + (unsigned)rows[i].hold,
					     .by = rows[i].by,
					     .uid = rows[i].uid,
					     .deletes = rows[i].deletes,
					     .n = (uint32_t)strlen(rows[i].ids) };
		snprintf(b->name, sizeof(b->name), "%s", rows[i].name);
		memcpy(b->ids, rows[i].ids, b->n);
		journal_save(&w.a->journal);
		act_recover(w.a);
		want_number(rows[i].what, !is_there(&w, "/hold/A1"), (rows[i].gone & A1) != 0);
		want_number(rows[i].what, !is_there(&w, "/hold/A2"), (rows[i].gone & A2) != 0);
		want_number(rows[i].what, !is_there(&w, "/defer/A3"), (rows[i].gone & LOG) != 0);
		want_number(rows[i].what, b->n, rows[i].stays ? strlen(rows[i].ids) : 0);
		reopen_journal(&w);
		want_number(rows[i].what, b->n, rows[i].stays ? strlen(rows[i].ids) : 0);
		want_number(rows[i].what, b->hold != 0, rows[i].stays);
		world_end(&w);
	}
}

/* --- counting by looking */

static void what_cannot_be_looked_at_is_said(void **state)
{
	static const struct {
		const char *what, *why;
		bool failed;
	} rows[] = {
		{ "/hold", "open hold: ", true },	{ "/deferred", "open deferred: ", false },
		{ "/active", "open active: ", false },	{ "/incoming", "open incoming: ", false },
		{ "/maildrop", "open maildrop: ", false }, { "/proc/locks", "/proc/locks", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char from[PATH_MAX];
		struct sw_fault why = { 0 };
		struct world w;

		world_begin(&w);
		w.a->count.held = w.a->count.left = 4711;
		snprintf(from, sizeof(from), "%s", host_path(&w.h, rows[i].what));
		assert_int_equal(rename(from, host_path(&w.h, "/gone")), 0);
		want_number(rows[i].what, act_look(w.a, &why), -ENOENT);
		want_in(rows[i].what, why.text.s, rows[i].why);
		want_number(rows[i].what, why.code, ENOENT);
		want_number(rows[i].what, w.a->failed.code != 0, rows[i].failed);
		want_number("of before", (int64_t)(w.a->count.held + w.a->count.left), 0);
		assert_false(w.a->looks);
		world_end(&w);
	}
}

static void bounces_about_what_was_seen_are_counted(void **state)
{
#define HIS(path_)                                                                                 \
	{                                                                                          \
		.path = path_, .arrived = 5, .login = "bob@mx.example.com", .client = "192.0.2.1", \
		.sender = "b@x", .to = { "r@y" }, .line = { "Subject: x" }                         \
	}
#define ABOUT(path_, sender_, id)                                                                  \
	.path = path_, .arrived = 9, .sender = sender_, .to = { "b@x" },                            \
	.line = { "X-Postfix-Queue-ID: " id }
	static const struct {
		const char *what;
		struct mail file[4];
		unsigned bounces, held, left;
	} rows[] = {
		{ "about one in hold", { HIS("/hold/A1"), { ABOUT("/deferred/B1", "", "A1") } }, 1, 1, 0 },
		{ "about one in deferred", { HIS("/deferred/A1"), { ABOUT("/active/B1", "", "A1") } }, 1, 0, 1 },
		{ "two", { HIS("/hold/A1"), { ABOUT("/active/B1", "", "A1") }, { ABOUT("/incoming/B2", "", "A1") } }, 2, 1, 0 },
		{ "about another", { HIS("/hold/A1"), { ABOUT("/active/B1", "", "A2") } }, 0, 1, 0 },
		{ "of somebody", { HIS("/hold/A1"), { ABOUT("/active/B1", "a@x", "A1") } }, 0, 1, 0 },
		{ "of nobody at all", { HIS("/hold/A1"), { ABOUT("/active/B1", NULL, "A1") } }, 0, 1, 0 },
		{ "of a client", { HIS("/hold/A1"), { ABOUT("/active/B1", "", "A1"), .client = "192.0.2.9" } }, 0, 1, 0 },
		{ "none", { HIS("/hold/A1"), HIS("/active/A2") }, 0, 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		struct world w;

		world_begin(&w);
		for (size_t k = 0; k < 4 && rows[i].file[k].path; k++)
			put_mail(&w.h, &rows[i].file[k]);
		want_number(rows[i].what, act_look(w.a, &why), 0);
		want_number(rows[i].what, (int64_t)w.a->count.bounces, rows[i].bounces);
		want_number(rows[i].what, (int64_t)w.a->count.held, rows[i].held);
		want_number(rows[i].what, (int64_t)w.a->count.left, rows[i].left);
		world_end(&w);
	}
}

/* The last test: a signal stays. */
static void a_signal_ends_a_walk_but_not_a_look(void **state)
{
	struct sw_fault why = { 0 };
	struct visits v = { .n = 0 };
	struct world w;

	(void)state;
	world_begin(&w);
	v.w = &w;
	put(&w, "/hold/A1", BOBS);
	put(&w, "/deferred/A2", BOBS);
	run_catch_signals();
	want_number("none came", act_each(w.a, "hold", SW_QUEUE_FILE_ALL, visit_and, &v), 0);
	assert_int_equal(raise(SIGTERM), 0);
	want_number("one came", act_each(w.a, "hold", SW_QUEUE_FILE_ALL, visit_and, &v), 1);
	want_number("visited", v.n, 1);
	want_number("that is no failure", w.a->failed.code, 0);
	want_number("a look", act_look(w.a, &why), 0);
	want_number("held", (int64_t)w.a->count.held, 1);
	want_number("left", (int64_t)w.a->count.left, 1);
	world_end(&w);
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
		cmocka_unit_test(a_walk_ends_when_it_is_told_to_and_not_of_a_file),
		cmocka_unit_test(of_what_cannot_be_read_the_first_is_said),
		cmocka_unit_test(the_first_queue_that_cannot_be_read_is_kept),
		cmocka_unit_test(a_file_in_hold_is_read_where_it_lies),
		cmocka_unit_test(a_record_keeps_when_it_began),
		cmocka_unit_test(a_batch_is_in_the_journal_before_it_moves),
		cmocka_unit_test(what_moves_and_what_does_not_is_told_apart),
		cmocka_unit_test(a_stranger_of_an_earlier_batch_is_not_moved_again),
		cmocka_unit_test(without_strangers_postfix_is_left_alone),
		cmocka_unit_test(what_has_no_recipient_is_read_again),
		cmocka_unit_test(of_a_message_that_is_nowhere_no_log_stays),
		cmocka_unit_test(a_log_is_given_up_as_its_owner),
		cmocka_unit_test(what_a_killed_run_had_begun_is_set_right),
		cmocka_unit_test(what_cannot_be_looked_at_is_said),
		cmocka_unit_test(bounces_about_what_was_seen_are_counted),
		cmocka_unit_test(a_signal_ends_a_walk_but_not_a_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
