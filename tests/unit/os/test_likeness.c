/* likeness: what makes two runs alike, each thing by itself. (What is shared by it: test_share.c.)
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/likeness.h"
#include "test.h"

/* In both halves, or in neither: 1, 0; else 2. */
static int alike(struct hash_key a, struct hash_key b)
{
	return a.k0 == b.k0 && a.k1 == b.k1 ? 1 : a.k0 != b.k0 && a.k1 != b.k1 ? 0 : 2;
}

static struct hash_key of(const char *const *env)
{
	struct sw_host h = host_new(NULL);
	struct hash_key ret = { 0, 0 };
	int root = h.root;

	h.env = env;
	h.now = 1000;
	h.root = AT_FDCWD; /* the same one for all */
	assert_true(likeness(&h, &ret));
	h.root = root;
	host_remove(&h);
	return ret;
}

static void settings_are_alike_in_any_order_but_of_two_with_one_name_the_first_counts(void **state)
{
	static const struct {
		const char *what;
		const char *one[4], *two[4];
		int want;
	} rows[] = {
		{ "none", { NULL }, { NULL }, 1 },
		{ "one, and none", { "a=1" }, { NULL }, 0 },
		{ "one that is empty, and none", { "a=" }, { NULL }, 0 },
		{ "another name", { "a=1" }, { "b=1" }, 0 },
		{ "another value", { "a=1" }, { "a=2" }, 0 },
		{ "names as long", { "ab=1", "cd=2" }, { "cd=2", "ab=1" }, 1 },
		{ "a name that begins as the other", { "a=1", "ab=2" }, { "ab=2", "a=1" }, 1 },
		{ "no equals sign", { "a", "ab=2" }, { "ab=2", "a" }, 1 },
		{ "three", { "a=1", "b=2", "c=3" }, { "c=3", "a=1", "b=2" }, 1 },
		{ "two values changed over", { "a=1", "b=2" }, { "a=2", "b=1" }, 0 },
		{ "one name twice", { "a=1", "a=2" }, { "a=2", "a=1" }, 0 },
		{ "one name twice, the other one once", { "a=1", "a=2" }, { "a=1" }, 0 },
		{ "one name twice, around another",
		  { "a=1", "b=3", "a=2" },
		  { "a=1", "a=2", "b=3" },
		  1 },
		{ "the same twice, and once", { "a=1", "a=1" }, { "a=1" }, 0 },
		{ "three times, and once", { "a=1", "a=1", "a=1" }, { "a=1" }, 0 },
		{ "of the master", { "MUNIN_A=1", "a=1" }, { "a=1", "MUNIN_B=2" }, 1 },
		{ "nearly of the master", { "MUNIN=1" }, { NULL }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].what, alike(of(rows[i].one), of(rows[i].two)), rows[i].want);
	assert_int_equal(alike(of(NULL), of(rows[0].one)), 1);
}

static void time_and_what_stands_for_the_host_count(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_host other = host_new(NULL);
	struct hash_key ours = { 0, 0 };
	struct hash_key got = { 0, 0 };
	int lowest = dup(0);

	(void)state;
	close(lowest);
	for (int i = 0; i < 6; i++) {
		struct sw_host one = h;

		one.now += i == 1;
		one.replayed ^= i == 2;
		one.copied ^= i == 3;
		one.root = i == 4 ? other.root : h.root;
		assert_true(likeness(&one, i ? &got : &ours));
		if (i)
			want_number("alike", alike(ours, got), i == 5);
	}
	want_number("no descriptor is left open", dup(0), lowest);
	close(lowest);
	other.root = dup(other.root);
	close(other.root);
	want_number("no root: known", likeness(&other, &got), false);
	other.root = open(other.root_path, O_PATH | O_DIRECTORY);
	host_remove(&h);
	host_remove(&other);
}

/* What a child that was changed is like: -1 it could not be changed, 0 not known, 1 known. */
static int likeness_after(int (*change)(int), int argument, struct hash_key *ret)
{
	struct sw_host h = { .root = AT_FDCWD, .now = 1000 };
	int ends[2];
	int status;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		bool known;

		if (change(argument) < 0)
			_exit(9);
		known = likeness(&h, ret);
		(void)!write(ends[1], ret, sizeof(*ret));
		_exit(known);
	}
	close(ends[1]);
	(void)!read(ends[0], ret, sizeof(*ret));
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) == 9 ? -1 : WEXITSTATUS(status);
}

static int have_groups(int n)
{
	gid_t group[256];

	for (int i = 0; i < 256; i++)
		group[i] = (gid_t)(1000 + i);
	if (n < 0)
		group[-n - 1]++; /* of so many the last one is another */
	return setgroups((size_t)abs(n), group);
}

static void each_group_counts_and_hundreds_of_them_cannot_be_known(void **state)
{
	static const int numbers[] = { 1, 2, 254, 255 };
	struct hash_key one;
	struct hash_key two;

	(void)state;
	if (geteuid() != 0) {
		print_message("skipped - not root: groups\n");
		skip();
	}
	for (size_t i = 0; i < SW_COUNT(numbers); i++) {
		want_number("known", likeness_after(have_groups, numbers[i], &one), true);
		want_number("known", likeness_after(have_groups, -numbers[i], &two), true);
		want_number("the last one is another", alike(one, two), 0);
		want_number("known", likeness_after(have_groups, numbers[i] - 1, &two), true);
		want_number("the last one is missing", alike(one, two), 0);
		want_number("known", likeness_after(have_groups, numbers[i], &two), true);
		want_number("the same", alike(one, two), 1);
	}
	want_number("256: known", likeness_after(have_groups, 256, &one), false);
}

enum { MOUNTS = 1, PROGRAM = 2 };

/* A /proc that knows no more of us than these. */
static int have_proc(int what)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", "/proc", "tmpfs", 0, "size=160k") < 0 || mkdir("/proc/self", 0755) < 0 ||
	    mkdir("/proc/self/ns", 0755) < 0)
		return -1;
	if (what & MOUNTS && mknod("/proc/self/ns/mnt", S_IFREG | 0644, 0) < 0)
		return -1;
	return what & PROGRAM ? mknod("/proc/self/exe", S_IFREG | 0755, 0) : 0;
}

static void who_cannot_see_himself_is_like_nobody(void **state)
{
	struct hash_key got;

	(void)state;
	if (likeness_after(have_proc, 0, &got) < 0) {
		print_message("skipped - nothing can be mounted here: likeness without /proc\n");
		skip();
	}
	want_number("nothing of /proc", likeness_after(have_proc, 0, &got), false);
	want_number("no program", likeness_after(have_proc, MOUNTS, &got), false);
	want_number("no mounts", likeness_after(have_proc, PROGRAM, &got), false);
	want_number("no more than is needed", likeness_after(have_proc, MOUNTS | PROGRAM, &got),
		    true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			settings_are_alike_in_any_order_but_of_two_with_one_name_the_first_counts),
		cmocka_unit_test(time_and_what_stands_for_the_host_count),
		cmocka_unit_test(each_group_counts_and_hundreds_of_them_cannot_be_known),
		cmocka_unit_test(who_cannot_see_himself_is_like_nobody),
	};

	return cmocka_run_group_tests_name("likeness", tests, NULL, NULL);
}
