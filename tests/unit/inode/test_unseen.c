/* Where inodes are that no walk meets: files without a name, which this process and children hold.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inode/unseen.h"
#include "os/clock.h"
#include "test.h"

enum { LONG = 60000 }; /* milliseconds */

static struct sw_host directory; /* it stands for a file system: files of it are held by us alone */
static int held[300];
static size_t held_n;

static int set_up(void **state)
{
	(void)state;
	directory = host_new(NULL);
	held_n = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	while (held_n > 0)
		close(held[--held_n]);
	host_remove(&directory);
	return 0;
}

static void hold(const char *path)
{
	assert_true(held_n < SW_COUNT(held));
	held[held_n] = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	assert_true(held[held_n++] >= 0);
}

static void hold_deleted(size_t n)
{
	while (n-- > 0) {
		hold(host_path(&directory, "/gone"));
		assert_int_equal(remove(host_path(&directory, "/gone")), 0);
	}
}

static unsigned open_descriptors(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static struct inode_unseen look(const char *mount_point, int64_t deadline)
{
	static const char *const none[] = { NULL };
	struct sw_fault why = { 0 };
	struct inode_unseen ret;
	struct sw_host machine;
	unsigned before = open_descriptors();

	assert_int_equal(host_open(&machine, none, &why), 0);
	inode_unseen_look(&machine, raw_of(mount_point), deadline, &ret);
	host_close(&machine);
	if (open_descriptors() != before)
		_exit(99); /* one was left open */
	return ret;
}

static struct inode_unseen look_here(void)
{
	return look(directory.root_path, clock_ms() + LONG);
}

static void a_file_without_a_name_counts_once(void **state)
{
	char again[64];
	char name[64];
	struct inode_unseen seen;

	(void)state;
	want_number("none", look_here().deleted, 0);
	want_text("and nobody", look_here().holder.s, "");
	hold(host_path(&directory, "/there"));
	hold(host_path(&directory, "/this name ends in (deleted)"));
	want_number("what has a name", look_here().deleted, 0);
	hold_deleted(3);
	snprintf(again, sizeof(again), "/proc/self/fd/%d", held[held_n - 1]);
	hold(again);
	seen = look_here();
	want_number("files", seen.deleted, 3);
	want_number("one is held twice", seen.held, 4);
	snprintf(name, sizeof(name), "%d test_unseen", (int)getpid());
	want_text("by whom", seen.holder.s, name);
}

static void of_another_place_is_none(void **state)
{
	char longer[512];

	(void)state;
	snprintf(longer, sizeof(longer), "%s/below", directory.root_path);
	host_file(&directory, "/below/x", "");
	hold_deleted(1);
	want_number("a directory beside it", look(longer, clock_ms() + LONG).deleted, 0);
	want_number("/proc, another device", look("/proc", clock_ms() + LONG).deleted, 0);
	want_number("what is not there", look("/none/at/all", clock_ms() + LONG).deleted, 0);
	directory.copied = true;
	{
		struct inode_unseen ret;

		inode_unseen_look(&directory, raw_of("/"), clock_ms() + LONG, &ret);
		want_number("a copied host has no processes", ret.deleted, 0);
		want_number("nor is one missed", ret.all_processes, true);
	}
}

/* A child that holds `n` of its own, beside those of its parent. */
static pid_t child_with(size_t n)
{
	int ready[2];
	char c;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		hold_deleted(n);
		(void)!write(ready[1], "x", 1);
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	return pid;
}

static void who_holds_most_is_named(void **state)
{
	char name[64];
	struct inode_unseen seen;
	pid_t child;

	(void)state;
	hold_deleted(2);
	child = child_with(5);
	seen = look_here();
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	snprintf(name, sizeof(name), "%d test_unseen", (int)child);
	want_text("the child", seen.holder.s, name);
	want_number("by it", seen.held, 7);
	want_number("of both", seen.deleted, 7);
}

static void what_is_cut_does_not_speak_of_all(void **state)
{
	(void)state;
	if (geteuid() == 0)
		want_number("in time", look_here().all_processes, true);
	hold_deleted(200);
	want_number("many", look_here().deleted, 200);
	want_number("out of time", look(directory.root_path, clock_ms() - 1).all_processes, false);
}

static int looks(void *ctx)
{
	struct inode_unseen *ret = ctx;

	*ret = look(directory.root_path, clock_ms() + LONG);
	return ret->all_processes;
}

static void who_may_not_see_all_says_so(void **state)
{
	struct inode_unseen ret;

	(void)state;
	if (geteuid() != 0)
		skip(); /* then there may be processes of this user alone */
	want_number("nobody", as_nobody(looks, &ret), false);
}

static void what_systemd_hides_is_of_the_file_system_below(void **state)
{
#define HIDDEN "31 30 0:9 /systemd/inaccessible/dir "
	static const struct {
		const char *what;
		const char *mounts;
		const char *point;
		bool want;
	} rows[] = {
		{ "nothing", "", "/home", false },
		{ "its mount point", HIDDEN "/home ro - tmpfs tmpfs rw\n", "/home", true },
		{ "a directory in it", HIDDEN "/home/a ro - tmpfs tmpfs rw\n", "/home", true },
		{ "of a name that begins so", HIDDEN "/homes ro - tmpfs tmpfs rw\n", "/home",
		  false },
		{ "above it", HIDDEN "/srv ro - tmpfs tmpfs rw\n", "/srv/a", false },
		{ "below the root", HIDDEN "/home ro - tmpfs tmpfs rw\n", "/", true },
		{ "of another program", "31 30 0:9 / /home/a ro - tmpfs tmpfs rw\n", "/home",
		  false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct inode_unseen ret;

		host_file(&h, "/proc/self/mountinfo", rows[i].mounts);
		h.copied = false;
		inode_unseen_look(&h, raw_of(rows[i].point), clock_ms() + LONG, &ret);
		want_number(rows[i].what, ret.of_systemd, rows[i].want);
		host_remove(&h);
	}
}

static void what_lies_below_a_mount_is_said_with_it(void **state)
{
	static const char mounts[] = "28 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
				     "29 28 8:2 / /var rw - ext4 /dev/sdb1 rw\n"
				     "30 29 8:3 / /var/mail rw - ext4 /dev/sdc1 rw\n";
	static const struct {
		const char *what, *point, *path, *want;
	} rows[] = {
		{ "seen as it is", "/", "/srv/a", "" },
		{ "below a mount", "/", "/var/a", "/var" },
		{ "a mount point itself", "/", "/var", "/var" },
		{ "a mount point's own", "/var", "/var/a", "" },
		{ "the deepest", "/var", "/var/mail/a", "/var/mail" },
		{ "a name that begins so", "/var", "/var/mails", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_inode_dir dir = { .path_n = strlen(rows[i].path) };
		struct sw_label got;

		memcpy(dir.path, rows[i].path, dir.path_n);
		host_file(&h, "/proc/self/mountinfo", mounts);
		got = inode_unseen_over(&h, rows[i].point, &dir);
		want_text(rows[i].what, got.s, rows[i].want);
		host_remove(&h);
	}
}

static int looks_below(void *ctx)
{
	static const char *const none[] = { NULL };
	struct sw_inode_dirs dirs;
	struct sw_fault *why = ctx;
	struct sw_host machine;
	int rc = host_open(&machine, none, why);

	if (rc == 0)
		rc = inode_unseen_below(&machine, "/", 0, LONG, &dirs, why);
	return rc == -EPERM && strstr(why->text.s, "look below mounts on /: ") ? rc : -EPROTO;
}

static void below_mounts_looks_who_may_mount(void **state)
{
	struct sw_fault why = { 0 };

	(void)state;
	want_number("nobody", as_nobody(looks_below, &why), -EPERM);
}

static void below_mounts_is_counted_what_they_hide(void **state)
{
	static const char *const none[] = { NULL };
	struct sw_inode_dirs dirs = { .n = 0 };
	struct sw_fault why = { 0 };
	struct sw_host machine;
	char point[4096];
	unsigned before = open_descriptors();
	int rc;

	(void)state;
	for (int i = 0; i < 5; i++) {
		char path[32];

		snprintf(path, sizeof(path), "/below/%d", i);
		host_file(&directory, path, "");
	}
	snprintf(point, sizeof(point), "/%s", directory.root_path); /* of slashes one is enough */
	assert_int_equal(host_open(&machine, none, &why), 0);
	rc = inode_unseen_below(&machine, point, 0, LONG, &dirs, &why);
	host_close(&machine);
	if (rc == -EPERM || rc == -ENOSYS) {
		print_message("skipped - nothing can be mounted here: what mounts hide\n");
		skip();
	}
	want_number("counted", rc, 0);
	want_number("inodes", dirs.counted, 1 + 1 + 5);
	want_number("directories", dirs.directories, 2);
	sw_inode_dirs_free(&dirs);
	assert_int_equal(host_open(&machine, none, &why), 0);
	want_number("what is not there",
		    inode_unseen_below(&machine, "/none/at/all", 0, LONG, &dirs, &why), -ENOENT);
	want_in("what is not there", why.text.s, "look below mounts on /none/at/all: No such");
	host_close(&machine);
	want_number("open descriptors", open_descriptors(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_without_a_name_counts_once, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(of_another_place_is_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_holds_most_is_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_cut_does_not_speak_of_all, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(who_may_not_see_all_says_so, set_up, tear_down),
		cmocka_unit_test(what_systemd_hides_is_of_the_file_system_below),
		cmocka_unit_test(what_lies_below_a_mount_is_said_with_it),
		cmocka_unit_test_setup_teardown(below_mounts_is_counted_what_they_hide, set_up,
						tear_down),
		cmocka_unit_test(below_mounts_looks_who_may_mount),
	};

	return cmocka_run_group_tests_name("unseen", tests, NULL, NULL);
}
