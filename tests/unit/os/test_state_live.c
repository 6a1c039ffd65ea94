/* state while something goes on: runs that are killed, two at a time, a disk that is full. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/state.h"
#include "test.h"

enum { VERSION = 1, FILL = 20000, KILLS = 60, SAVES = 150 };

struct block {
	uint64_t n;
	unsigned char fill[FILL];
};

static void set(struct block *b, uint64_t n)
{
	b->n = n;
	for (size_t i = 0; i < FILL; i++)
		b->fill[i] = n ? (unsigned char)(n * 131 + i) : 0;
}

static bool is_whole(const struct block *b)
{
	struct block want;

	set(&want, b->n);
	return memcmp(b, &want, sizeof(want)) == 0;
}

/* One run: what it found, one more. 1 when it saved, 0 when another run has the file, -errno. */
static int one_more(const char *path, uint64_t *found)
{
	struct block b = { .n = 0 };
	struct sw_fault why = { 0 };
	struct state s;
	int rc = state_open(&s, path, VERSION, &b, sizeof(b), &why);
	bool mine = s.fd >= 0;

	*found = b.n;
	if (rc == 0 && !is_whole(&b))
		rc = -EILSEQ;
	set(&b, b.n + 1);
	if (rc == 0)
		rc = state_save(&s, VERSION, &b, &why);
	state_close(&s);
	return rc ? rc : mine;
}

static void new_path(struct sw_host *h, char path[4096])
{
	*h = host_new(NULL);
	snprintf(path, 4096, "%s", host_path(h, "/state"));
}

static void a_run_killed_at_any_instant_leaves_a_whole_state(void **state)
{
	struct sw_host h;
	char path[4096];
	uint64_t last = 0;
	uint64_t found;
	struct stat st;
	off_t size;

	(void)state;
	new_path(&h, path);
	want_number("first", one_more(path, &found), 1);
	assert_int_equal(stat(path, &st), 0);
	size = st.st_size;
	for (int i = 0; i < KILLS; i++) {
		pid_t pid;

		fflush(NULL);
		pid = fork();
		if (pid == 0)
			for (;;)
				if (one_more(path, &found) < 0)
					_exit(1);
		usleep((useconds_t)(i * 977 % 4000));
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		want_number("after a kill", one_more(path, &found), 1);
		if (found <= last)
			fail_msg("after a kill: got state %llu, want one after %llu",
				 (unsigned long long)found, (unsigned long long)last);
		last = found;
		assert_int_equal(stat(path, &st), 0);
		want_number("size after a kill", st.st_size, size);
	}
	host_remove(&h);
}

/* Save SAVES times, or fail; what it can't save because of the other it tries again. */
static _Noreturn void save_many(const char *path)
{
	uint64_t last = 0;
	uint64_t found;

	for (int saved = 0; saved < SAVES;) {
		int rc = one_more(path, &found);

		if (rc < 0 || found < last)
			_exit(rc == -EILSEQ ? 2 : rc < 0 ? 3 : 4);
		last = found;
		saved += rc;
	}
	_exit(0);
}

static void of_two_runs_at_a_time_none_loses_what_the_other_saved(void **state)
{
	static const char *const ends[] = { "saved", "?", "read pieces of states", "could not save",
					    "read an older state than before" };
	struct sw_host h;
	char path[4096];
	uint64_t found;
	pid_t pid[2];

	(void)state;
	new_path(&h, path);
	fflush(NULL);
	for (size_t i = 0; i < 2; i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			save_many(path);
	}
	for (size_t i = 0; i < 2; i++) {
		int status;

		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_true(WIFEXITED(status));
		want_text("a run", ends[WEXITSTATUS(status)], "saved");
	}
	want_number("afterwards", one_more(path, &found), 1);
	want_number("states saved", found, 2 * SAVES);
	host_remove(&h);
}

static void while_one_run_has_the_file_another_reads_it_and_saves_nothing(void **state)
{
	struct sw_host h;
	char path[4096];
	struct block a = { .n = 0 };
	struct block b = { .n = 0 };
	struct sw_fault why = { 0 };
	struct state first;
	struct state second;
	uint64_t found;

	(void)state;
	new_path(&h, path);
	want_number("made", one_more(path, &found), 1);
	want_number("first", state_open(&first, path, VERSION, &a, sizeof(a), &why), 0);
	want_number("second", state_open(&second, path, VERSION, &b, sizeof(b), &why), 0);
	want_number("second reads", b.n, 1);
	set(&b, 50);
	want_number("second saves", state_save(&second, VERSION, &b, &why), 0);
	set(&a, 2);
	want_number("first saves", state_save(&first, VERSION, &a, &why), 0);
	state_close(&second);
	state_close(&first);
	want_number("third", one_more(path, &found), 1);
	want_number("third reads", found, 2);
	host_remove(&h);
}

/* In a mount namespace of its own: a file system of 40 blocks and a few inodes. */
static const char *mount_small(const char *where)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", where, "tmpfs", 0, "size=160k,nr_inodes=8") < 0)
		return "no small file system can be mounted here";
	return NULL;
}

static bool fill_blocks(const char *directory)
{
	static const char zeros[4096];
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/fill", directory);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
	while (write(fd, zeros, sizeof(zeros)) > 0)
		;
	close(fd);
	return errno == ENOSPC;
}

static bool fill_inodes(const char *directory)
{
	char path[4096];

	for (int i = 0; i < 20; i++) {
		int fd;

		snprintf(path, sizeof(path), "%s/%d", directory, i);
		fd = open(path, O_WRONLY | O_CREAT, 0644);
		if (fd < 0)
			return errno == ENOSPC;
		close(fd);
	}
	return false;
}

struct full {
	bool (*fill)(const char *directory);
	char directory[3000];
};

/* 0, or the number of the sentence in full_says. */
static const char *const full_says[] = {
	"fine",
	"skipped",
	"a state was not made while there was room",
	"the disk did not get full",
	"a state was not saved on a full disk",
	"a state was lost on a full disk",
	"a new state file on a full disk is no -ENOSPC",
	"it went away with the full disk",
};

static int on_a_full_disk(const struct full *full)
{
	char path[4096];
	char other[4096];
	uint64_t found;

	snprintf(path, sizeof(path), "%s/state", full->directory);
	snprintf(other, sizeof(other), "%s/other", full->directory);
	if (mount_small(full->directory))
		return 1;
	if (one_more(path, &found) != 1)
		return 2;
	if (!full->fill(full->directory))
		return 3;
	for (uint64_t i = 1; i < 50; i++) {
		if (one_more(path, &found) != 1)
			return 4;
		if (found != i)
			return 5;
	}
	if (one_more(other, &found) != -ENOSPC)
		return 6;
	return one_more(path, &found) == 1 && found == 50 ? 0 : 7;
}

static void fill_and_save(bool (*fill)(const char *directory))
{
	struct full full = { .fill = fill };
	struct sw_host h = host_new(NULL);
	int status;
	pid_t pid;

	snprintf(full.directory, sizeof(full.directory), "%s", h.root_path);
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(on_a_full_disk(&full));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	host_remove(&h);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 1) {
		print_message("skipped - no small file system can be mounted here (not root?)\n");
		skip();
	}
	want_text("full disk", full_says[WEXITSTATUS(status)], "fine");
}

static void on_a_disk_without_a_free_block_states_are_saved(void **state)
{
	(void)state;
	fill_and_save(fill_blocks);
}

static void on_a_disk_without_a_free_inode_states_are_saved(void **state)
{
	(void)state;
	fill_and_save(fill_inodes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_killed_at_any_instant_leaves_a_whole_state),
		cmocka_unit_test(of_two_runs_at_a_time_none_loses_what_the_other_saved),
		cmocka_unit_test(while_one_run_has_the_file_another_reads_it_and_saves_nothing),
		cmocka_unit_test(on_a_disk_without_a_free_block_states_are_saved),
		cmocka_unit_test(on_a_disk_without_a_free_inode_states_are_saved),
	};

	return cmocka_run_group_tests_name("state_live", tests, NULL, NULL);
}
