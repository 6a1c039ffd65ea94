/* share: who reads, who takes an answer, and that damage, death and strangers make nobody wrong. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/share.h"
#include "test.h"

/* Where things stand in the file, as share.c lays it out. */
enum { BEGUN_AT = 8, WANTED_AT = 24, HEAD = 72, ANSWER_AT = 4096, WHOLE = ANSWER_AT + SHARE_ROOM };

static const char answer[] = "what the other one has read";

/* A poll in another process; what came of it stands on its pipe. */
struct poll {
	pid_t pid;
	int said;
};

static struct poll poll_begin(const struct sw_host *h, const char *path)
{
	struct poll p;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	p.pid = fork();
	p.said = ends[0];
	if (p.pid == 0) {
		struct share s;

		share_begin(&s, h, path);
		if (s.answer.n > 0)
			(void)!write(ends[1], s.answer.p, s.answer.n);
		else
			(void)!write(ends[1], s.fd < 0 ? "reads alone" : "reads",
				     s.fd < 0 ? 11 : 5);
		share_end(&s);
		_exit(0);
	}
	close(ends[1]);
	return p;
}

static const char *poll_end(struct poll *p)
{
	static char text[SHARE_ROOM];
	size_t n = 0;
	ssize_t got;

	while ((got = read(p->said, text + n, sizeof(text) - 1 - n)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	close(p->said);
	assert_int_equal(waitpid(p->pid, NULL, 0), p->pid);
	return text;
}

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

/* Until a poll waits for a reading after that of *s. */
static void until_somebody_waits(const struct share *s)
{
	uint64_t wanted = 0;
	int64_t by = clock_ms() + 5000;

	while (wanted != s->number + 1 && clock_ms() < by) {
		nap();
		assert_int_equal(pread(s->fd, &wanted, sizeof(wanted), WANTED_AT), sizeof(wanted));
	}
	want_number("somebody waits", wanted, s->number + 1);
}

/* As if another poll had become the reader, now. */
static void read_anew(struct share *s)
{
	uint64_t begun[2] = { ++s->number };

	begun[1] = hash_bytes((struct hash_key){ 1, 0 },
			      raw_from((const char *)begun, sizeof(begun[0])));
	assert_int_equal(pwrite(s->fd, begun, sizeof(begun), BEGUN_AT), sizeof(begun));
}

static struct sw_host new_host(char path[4096])
{
	struct sw_host h = host_new(NULL);

	snprintf(path, 4096, "%s", host_path(&h, "/shared"));
	return h;
}

static void who_comes_alone_reads_and_leaves_nothing_for_those_who_come_later(void **state)
{
	char path[4096];
	struct sw_host h = new_host(path);
	struct stat st;
	struct share s;

	(void)state;
	for (int i = 0; i < 3; i++) {
		share_begin(&s, &h, path);
		want_number("the reader", s.fd >= 0, 1);
		want_number("an answer", s.answer.n, 0);
		want_number("somebody waits", share_is_wanted(&s), 0);
		share_keep(&s, &h, raw_of(answer)); /* even so nobody may take it later */
		share_end(&s);
		want_number("ended", s.fd, -1);
	}
	assert_int_equal(stat(path, &st), 0);
	want_number("mode", st.st_mode & 07777, 0600);
	want_number("size", st.st_size, WHOLE);
	host_remove(&h);
}

static void who_waits_takes_what_was_read_after_he_came(void **state)
{
	char path[4096];
	struct sw_host h = new_host(path);
	struct poll late[3];
	struct share s;

	(void)state;
	share_begin(&s, &h, path);
	for (size_t i = 0; i < SW_COUNT(late); i++) {
		late[i] = poll_begin(&h, path);
		until_somebody_waits(&s);
		want_number("somebody waits", share_is_wanted(&s), 1);
		read_anew(&s); /* so that it shows that the next one waits, too */
	}
	share_keep(&s, &h, raw_of(answer));
	share_end(&s);
	for (size_t i = 0; i < SW_COUNT(late); i++)
		want_text("a poll that waited", poll_end(&late[i]), answer);
	share_begin(&s, &h, path);
	want_number("who comes later: an answer", s.answer.n, 0);
	want_number("who comes later: reads", s.fd >= 0, 1);
	want_number("who comes later: somebody waits", share_is_wanted(&s), 0);
	share_end(&s);
	host_remove(&h);
}

static void what_was_being_read_when_he_came_is_not_for_him(void **state)
{
	char path[4096];
	struct sw_host h = new_host(path);
	struct poll late;
	struct share s;

	(void)state;
	share_begin(&s, &h, path);
	late = poll_begin(&h, path);
	until_somebody_waits(&s);
	share_keep(&s, &h, raw_of(answer));
	share_end(&s);
	want_text("a poll that came after the reading began", poll_end(&late), "reads");
	host_remove(&h);
}

static void only_who_is_alike_takes_it(void **state)
{
	static const char *const env[] = { "logfile=/a", "floor=1", "MUNIN_MASTER_IP=192.0.2.1",
					   NULL };
	static const char *const moved[] = { "floor=1", "MUNIN_STATEFILE=/x", "logfile=/a", NULL };
	static const char *const other[] = { "logfile=/b", "floor=1", NULL };
	static const char *const less[] = { "logfile=/a", NULL };
	static const char *const first[] = { "logfile=/a", "logfile=/b", "floor=1", NULL };
	static const char *const second[] = { "logfile=/b", "logfile=/a", "floor=1", NULL };
	static const struct {
		const char *what;
		const char *const *one, *const *two;
		int later; /* seconds */
		bool replayed, copied, takes;
	} rows[] = {
		{ "the same", env, env, .takes = true },
		{ "in another order, of another master", env, moved, .takes = true },
		{ "another setting", env, other },
		{ "a setting less", env, less },
		{ "a setting twice, in the same order", first, first, .takes = true },
		{ "a setting twice, the other one first", first, second },
		{ "a second later", env, env, .later = 1 },
		{ "a second before", env, env, .later = -1 },
		{ "its clock was given", env, env, .replayed = true },
		{ "a copied host", env, env, .copied = true },
	};
	char path[4096];
	struct sw_host h = new_host(path);

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host one = h;
		struct sw_host two = h;
		struct poll late;
		struct share s;

		one.env = rows[i].one;
		two.env = rows[i].two;
		two.now += rows[i].later;
		two.replayed ^= rows[i].replayed;
		two.copied ^= rows[i].copied;
		share_begin(&s, &one, path);
		late = poll_begin(&two, path);
		until_somebody_waits(&s);
		read_anew(&s);
		share_keep(&s, &one, raw_of(answer));
		share_end(&s);
		want_text(rows[i].what, poll_end(&late), rows[i].takes ? answer : "reads");
	}
	host_remove(&h);
}

/* Such as polls of two seconds, or of two instances: one reading for each kind. */
static void of_two_kinds_at_once_each_gets_its_answer(void **state)
{
	char path[4096];
	struct sw_host h = new_host(path);
	struct sw_host later = h;
	struct poll one[4];
	struct poll two[4];
	struct share s;

	(void)state;
	later.now++;
	share_begin(&s, &h, path);
	for (size_t i = 0; i < SW_COUNT(one); i++) {
		one[i] = poll_begin(&h, path);
		until_somebody_waits(&s);
		read_anew(&s);
		two[i] = poll_begin(&later, path);
		until_somebody_waits(&s);
		read_anew(&s);
	}
	share_keep(&s, &h, raw_of(answer));
	for (size_t i = 0; i < SW_COUNT(one); i++) /* though the file is locked */
		want_text("of the first kind", poll_end(&one[i]), answer);
	until_somebody_waits(&s);
	read_anew(&s);
	share_keep(&s, &later, raw_of("another answer"));
	share_end(&s);
	for (size_t i = 0; i < SW_COUNT(two); i++)
		want_text("of the second kind", poll_end(&two[i]), "another answer");
	host_remove(&h);
}

static void other_groups_are_others(void **state)
{
	char path[4096];
	struct sw_host h = new_host(path);
	gid_t group = 4;
	struct poll late;
	struct share s;

	(void)state;
	if (geteuid() != 0) {
		print_message("skipped - not root: other groups are others\n");
		skip();
	}
	share_begin(&s, &h, path);
	assert_int_equal(setgroups(1, &group), 0);
	late = poll_begin(&h, path);
	assert_int_equal(setgroups(0, NULL), 0);
	until_somebody_waits(&s);
	read_anew(&s);
	share_keep(&s, &h, raw_of(answer));
	share_end(&s);
	want_text("of another group", poll_end(&late), "reads");
	host_remove(&h);
}

/* One change of the file while a poll waits; then it has the answer or reads. */
static const char *after_damage(const struct sw_host *h, const char *path, off_t at, off_t cut)
{
	struct poll late;
	struct share s;
	char byte;

	unlink(path);
	share_begin(&s, h, path);
	assert_true(s.fd >= 0);
	late = poll_begin(h, path);
	until_somebody_waits(&s);
	/* it must not see it undamaged */
	assert_int_equal(kill(late.pid, SIGSTOP), 0);
	assert_int_equal(waitpid(late.pid, NULL, WUNTRACED), late.pid);
	read_anew(&s);
	share_keep(&s, h, raw_of(answer));
	if (at >= 0) {
		assert_int_equal(pread(s.fd, &byte, 1, at), 1);
		byte ^= 0x10;
		assert_int_equal(pwrite(s.fd, &byte, 1, at), 1);
	}
	if (cut >= 0)
		assert_int_equal(ftruncate(s.fd, cut), 0);
	share_end(&s);
	assert_int_equal(kill(late.pid, SIGCONT), 0);
	return poll_end(&late);
}

static void a_file_that_was_damaged_anywhere_answers_rightly_or_not(void **state)
{
	static const off_t cuts[] = {
		0, 1, 8, 12, 24, 40, HEAD - 1, HEAD, ANSWER_AT, ANSWER_AT + 10
	};
	char path[4096];
	struct sw_host h = new_host(path);
	size_t n = sizeof(answer) - 1;

	(void)state;
	for (size_t i = 0; i < HEAD + n; i++) {
		off_t at = i < HEAD ? (off_t)i : (off_t)(ANSWER_AT + i - HEAD);
		const char *said = after_damage(&h, path, at, -1);
		char what[64];

		snprintf(what, sizeof(what), "byte %lld differs", (long long)at);
		/* the mark and what is wanted are no part of the answer */
		if (at >= BEGUN_AT && (at < WANTED_AT || at >= WANTED_AT + 8))
			want_text(what, said, "reads");
		else
			want_text(what, said, answer);
	}
	for (size_t i = 0; i < SW_COUNT(cuts); i++)
		want_text("cut", after_damage(&h, path, -1, cuts[i]), "reads");
	want_text("what lies behind it", after_damage(&h, path, ANSWER_AT + (off_t)n, -1), answer);
	host_remove(&h);
}

/* Bytes of a file that lay there before: an old answer, its numbers turned back or damaged. */
static void what_was_left_behind_answers_nobody(void **state)
{
	char path[4096];
	struct sw_host h = new_host(path);

	(void)state;
	for (off_t at = 0; at < HEAD; at++)
		for (unsigned bit = 0; bit < 8; bit++) {
			struct share s;
			char byte;
			int fd;

			unlink(path);
			share_begin(&s, &h, path);
			read_anew(&s);
			share_keep(&s, &h, raw_of(answer));
			share_end(&s);
			if (at < BEGUN_AT && at > 0)
				continue; /* then it is a stranger's */
			fd = open(path, O_RDWR);
			assert_int_equal(pread(fd, &byte, 1, at), 1);
			byte = (char)(byte ^ (at ? 1 << bit : 0));
			assert_int_equal(pwrite(fd, &byte, 1, at), 1);
			close(fd);
			for (int run = 0; run < 2; run++) {
				share_begin(&s, &h, path);
				want_number("an answer", s.answer.n, 0);
				want_number("the reader", s.fd >= 0, 1);
				share_end(&s);
			}
		}
	host_remove(&h);
}

static void a_damaged_file_is_shared_again_by_the_next_ones(void **state)
{
	char path[4096];
	struct sw_host h = new_host(path);

	(void)state;
	for (off_t at = BEGUN_AT; at < HEAD; at++) {
		struct poll late;
		struct share s;

		(void)after_damage(&h, path, at, -1);
		share_begin(&s, &h, path);
		late = poll_begin(&h, path);
		until_somebody_waits(&s);
		want_number("somebody waits", share_is_wanted(&s), 1);
		read_anew(&s);
		share_keep(&s, &h, raw_of(answer));
		share_end(&s);
		want_text("shared again", poll_end(&late), answer);
	}
	host_remove(&h);
}

static void an_answer_of_any_size_that_fits_is_shared(void **state)
{
	static const size_t sizes[] = { 1, 4096, 100000, SHARE_ROOM, SHARE_ROOM + 1, 0 };
	char path[4096];
	struct sw_host h = new_host(path);
	char *bytes = malloc(SHARE_ROOM + 1);
	struct stat before;
	struct stat after;

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < SW_COUNT(sizes); i++) {
		struct poll late;
		struct share s;
		bool fits = sizes[i] > 0 && sizes[i] <= SHARE_ROOM;

		memset(bytes, 'a' + (int)i, SHARE_ROOM + 1);
		share_begin(&s, &h, path);
		assert_int_equal(fstat(s.fd, &before), 0);
		late = poll_begin(&h, path);
		until_somebody_waits(&s);
		read_anew(&s);
		share_keep(&s, &h, raw_from(bytes, sizes[i]));
		share_end(&s);
		want_number("as long as it was, or `reads`", strlen(poll_end(&late)),
			    !fits		    ? 5
			    : sizes[i] < SHARE_ROOM ? sizes[i]
						    : SHARE_ROOM - 1);
		assert_int_equal(stat(path, &after), 0);
		want_number("size", after.st_size, WHOLE);
		want_number("blocks, all taken at the beginning", after.st_blocks,
			    before.st_blocks);
	}
	free(bytes);
	host_remove(&h);
}

static void a_reader_that_is_killed_keeps_nobody_waiting(void **state)
{
	char path[4096];
	struct sw_host h = new_host(path);
	int pipe_of_child[2];
	struct share s;
	pid_t hanging;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(pipe_of_child), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		share_begin(&s, &h, path);
		hanging = fork(); /* such as one that asks a dead mount */
		if (hanging > 0)
			(void)!write(pipe_of_child[1], &hanging, sizeof(hanging));
		pause();
		_exit(0);
	}
	close(pipe_of_child[1]);
	assert_int_equal(read(pipe_of_child[0], &hanging, sizeof(hanging)), sizeof(hanging));
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	h.deadline = clock_ms() + 2000;
	share_begin(&s, &h, path);
	want_number("the reader", s.fd >= 0, 1);
	share_end(&s);
	kill(hanging, SIGKILL);
	close(pipe_of_child[0]);
	host_remove(&h);
}

static void a_reader_that_is_stopped_costs_a_wait_and_no_more(void **state)
{
	char path[4096];
	struct sw_host h = new_host(path);
	struct sw_host short_of_time = h;
	struct poll late;
	struct share s;

	(void)state;
	share_begin(&s, &h, path); /* and does nothing */
	short_of_time.deadline = clock_ms() + 200;
	late = poll_begin(&short_of_time, path);
	want_text("at the end of its time", poll_end(&late), "reads alone");
	share_end(&s);
	host_remove(&h);
}

static void what_is_not_ours_stays_as_it_is_and_is_not_shared(void **state)
{
	static const struct {
		const char *what;
		const char *path; /* below the host; as it is when it is NULL or begins with '=' */
	} rows[] = {
		{ "no path", NULL },
		{ "a device", "=/dev/null" },
		{ "somebody's file", "/note" },
		{ "a state file of ours", "/state" },
		{ "a directory", "/directory" },
		{ "a FIFO", "/fifo" },
		{ "a symbolic link", "/link" },
		{ "a symbolic link to nothing", "/dangling" },
		{ "a directory that is missing", "/missing/shared" },
	};
	char path[4096];
	struct sw_host h = new_host(path);
	struct share s;
	struct stat st;

	(void)state;
	host_file(&h, "/note", "My notes");
	host_bytes(&h, "/state", "swstate", 8);
	share_begin(&s, &h, path);
	share_end(&s);
	assert_int_equal(mkdir(host_path(&h, "/directory"), 0755), 0);
	assert_int_equal(mkfifo(host_path(&h, "/fifo"), 0644), 0);
	assert_int_equal(symlink("shared", host_path(&h, "/link")), 0);
	assert_int_equal(symlink("made", host_path(&h, "/dangling")), 0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const char *at = rows[i].path;

		at = !at ? NULL : *at == '=' ? at + 1 : host_path(&h, at);
		share_begin(&s, &h, at);
		want_number(rows[i].what, s.fd, -1);
		want_number(rows[i].what, s.answer.n, 0);
		want_number(rows[i].what, share_is_wanted(&s), 0);
		share_keep(&s, &h, raw_of(answer));
		share_end(&s);
	}
	assert_int_equal(stat(host_path(&h, "/note"), &st), 0);
	want_number("somebody's file", st.st_size, 8);
	assert_int_equal(stat(host_path(&h, "/state"), &st), 0);
	want_number("the state file", st.st_size, 8);
	want_number("the dangling link's target", stat(host_path(&h, "/made"), &st), -1);
	assert_int_equal(link(path, host_path(&h, "/second")), 0);
	share_begin(&s, &h, path);
	want_number("a file of two names", s.fd, -1);
	assert_int_equal(unlink(path), 0);
	share_begin(&s, &h, path);
	want_number("one of ours", s.fd >= 0, 1);
	share_end(&s);
	assert_int_equal(chmod(path, 0660), 0);
	share_begin(&s, &h, path);
	want_number("a file that others may write to", s.fd, -1);
	host_remove(&h);
}

static int begin_here(void *ctx)
{
	struct sw_host h = { .now = 1 };
	struct share s;
	int rc;

	share_begin(&s, &h, ctx);
	rc = s.fd < 0 ? 0 : -EILSEQ;
	share_end(&s);
	return rc;
}

static void what_may_not_be_written_is_not_shared(void **state)
{
	struct sw_host h;
	char path[4096];
	struct share s;

	(void)state;
	if (geteuid() != 0) {
		printf("skipped - not root: a file of another user\n");
		skip();
	}
	h = new_host(path);
	assert_int_equal(chmod(h.root_path, 0755), 0);
	share_begin(&s, &h, path);
	share_end(&s);
	want_number("another user's", as_nobody(begin_here, path), 0);
	assert_int_equal(chmod(path, 0444), 0);
	want_number("another user's, to be read", as_nobody(begin_here, path), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(chmod(h.root_path, 0555), 0);
	want_number("none, and none may be made", as_nobody(begin_here, path), 0);
	assert_int_equal(chmod(h.root_path, 0755), 0);
	host_remove(&h);
}

/* The file's beginning, as share.c has it. */
struct head {
	char mark[8];
	uint64_t begun, begun_sum;
	uint64_t wanted;
	uint64_t number, size, who[2], sum; /* of what is kept */
};

static uint64_t sum_of_begun(uint64_t number)
{
	return hash_bytes((struct hash_key){ 1, 0 },
			  raw_from((const char *)&number, sizeof(number)));
}

static uint64_t sum_of_kept(const struct head *head, struct sw_raw kept)
{
	struct hash_key key = { 1, head->size };
	uint64_t zeroed[5] = { head->number, head->size, head->who[0], head->who[1], 0 };

	key.k0 = hash_bytes(key, raw_from((const char *)zeroed, sizeof(zeroed)));
	return hash_bytes(key, kept);
}

static void write_head(int fd, uint64_t begun, uint64_t number, uint64_t wanted)
{
	struct head head = { .mark = "swshare",
			     .begun = begun,
			     .begun_sum = sum_of_begun(begun),
			     .wanted = wanted,
			     .number = number };

	assert_int_equal(sizeof(head), HEAD);
	assert_int_equal(pwrite(fd, &head, sizeof(head), 0), sizeof(head));
}

static void who_waits_is_seen_by_the_numbers(void **state)
{
	static const struct {
		const char *what;
		uint64_t begun, kept, wanted;
		bool is_wanted;
	} rows[] = {
		{ "nobody", 5, 0, 0, false },
		{ "for the next one", 5, 0, 6, true },
		{ "for this one", 5, 0, 5, true },
		{ "for the first one", 1, 0, 1, true },
		{ "for one that is kept", 5, 5, 5, false },
		{ "for one before it", 5, 5, 4, false },
		{ "for the one after it", 5, 5, 6, true },
		{ "for one that can't be", 5, 0, 7, false },
		{ "what is kept can't be", 1, 2, 1, true },
		{ "nor this", 5, 6, 6, true },
		{ "no reading", 0, 0, 1, false },
	};
	char path[4096];
	struct sw_host h = new_host(path);
	struct share s;

	(void)state;
	share_begin(&s, &h, path);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		write_head(s.fd, rows[i].begun, rows[i].kept, rows[i].wanted);
		want_number(rows[i].what, share_is_wanted(&s), rows[i].is_wanted);
	}
	share_end(&s);
	host_remove(&h);
}

/* Another process that has the file locked, and does nothing. */
static pid_t lock_by_another(const char *path)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int ends[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		int fd = open(path, O_RDWR);

		if (fcntl(fd, F_SETLK, &whole) == 0)
			(void)!write(ends[1], "x", 1);
		for (;;)
			pause();
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	return pid;
}

static void who_comes_says_for_which_reading_he_waits(void **state)
{
	static const struct {
		const char *what;
		uint64_t begun, kept, wanted, want;
	} rows[] = {
		{ "nobody waits", 5, 0, 0, 6 },		  { "this one is kept", 5, 5, 0, 6 },
		{ "an old one is kept", 5, 3, 4, 6 },	  { "one waits for this one", 5, 3, 5, 6 },
		{ "one waits for the next", 5, 3, 6, 6 }, { "what is wanted can't be", 5, 3, 7, 6 },
		{ "what is kept can't be", 5, 9, 0, 6 },  { "the first reading", 1, 0, 0, 2 },
	};
	char path[4096];
	struct sw_host h = new_host(path);
	struct share s;
	pid_t pid;
	int fd;

	(void)state;
	share_begin(&s, &h, path);
	share_end(&s);
	pid = lock_by_another(path);
	fd = open(path, O_RDWR);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		uint64_t wanted;

		write_head(fd, rows[i].begun, rows[i].kept, rows[i].wanted);
		h.deadline = clock_ms() + 10;
		share_begin(&s, &h, path);
		want_number(rows[i].what, s.fd, -1);
		want_number(rows[i].what, s.answer.n, 0);
		share_end(&s);
		assert_int_equal(pread(fd, &wanted, sizeof(wanted), WANTED_AT), sizeof(wanted));
		want_number(rows[i].what, wanted, rows[i].want);
	}
	close(fd);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	host_remove(&h);
}

/* What is kept is whole and for the next reading, but one thing of it is another. */
static void each_half_of_who_has_read_counts(void **state)
{
	static const struct {
		const char *what;
		int half; /* 0 and 1; 2: neither */
		uint64_t size;
		const char *want;
	} rows[] = {
		{ "the same", 2, sizeof(answer) - 1, answer },
		{ "one half differs", 0, sizeof(answer) - 1, "reads" },
		{ "the other half differs", 1, sizeof(answer) - 1, "reads" },
		{ "it is empty", 2, 0, "reads" },
		{ "it is longer than can be", 2, SHARE_ROOM + 1, "reads" },
	};
	char path[4096];
	struct sw_host h = new_host(path);

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw kept = raw_from(answer, sizeof(answer) - 1);
		struct poll late;
		struct share s;
		struct head head;

		share_begin(&s, &h, path);
		late = poll_begin(&h, path);
		until_somebody_waits(&s);
		assert_int_equal(kill(late.pid, SIGSTOP), 0);
		assert_int_equal(waitpid(late.pid, NULL, WUNTRACED), late.pid);
		read_anew(&s);
		share_keep(&s, &h, kept);
		assert_int_equal(pread(s.fd, &head, sizeof(head), 0), sizeof(head));
		want_number("its sum", head.sum == sum_of_kept(&head, kept), true);
		if (rows[i].half < 2)
			head.who[rows[i].half]++;
		head.size = rows[i].size;
		kept.n = head.size ? kept.n : 0;
		head.sum = sum_of_kept(&head, kept);
		assert_int_equal(pwrite(s.fd, &head, sizeof(head), 0), sizeof(head));
		share_end(&s);
		assert_int_equal(kill(late.pid, SIGCONT), 0);
		want_text(rows[i].what, poll_end(&late), rows[i].want);
	}
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_comes_alone_reads_and_leaves_nothing_for_those_who_come_later),
		cmocka_unit_test(who_waits_takes_what_was_read_after_he_came),
		cmocka_unit_test(what_was_being_read_when_he_came_is_not_for_him),
		cmocka_unit_test(only_who_is_alike_takes_it),
		cmocka_unit_test(of_two_kinds_at_once_each_gets_its_answer),
		cmocka_unit_test(other_groups_are_others),
		cmocka_unit_test(a_file_that_was_damaged_anywhere_answers_rightly_or_not),
		cmocka_unit_test(what_was_left_behind_answers_nobody),
		cmocka_unit_test(a_damaged_file_is_shared_again_by_the_next_ones),
		cmocka_unit_test(an_answer_of_any_size_that_fits_is_shared),
		cmocka_unit_test(who_waits_is_seen_by_the_numbers),
		cmocka_unit_test(who_comes_says_for_which_reading_he_waits),
		cmocka_unit_test(each_half_of_who_has_read_counts),
		cmocka_unit_test(a_reader_that_is_killed_keeps_nobody_waiting),
		cmocka_unit_test(a_reader_that_is_stopped_costs_a_wait_and_no_more),
		cmocka_unit_test(what_is_not_ours_stays_as_it_is_and_is_not_shared),
		cmocka_unit_test(what_may_not_be_written_is_not_shared),
	};

	return cmocka_run_group_tests_name("share", tests, NULL, NULL);
}
