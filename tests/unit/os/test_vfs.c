#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "descriptors.h"
#include "forbid.h"
#include "os/mark.h"
#include "os/vfs.h"
#include "test.h"

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static bool is_null(int fd)
{
	struct stat st;
	struct stat null;

	return fstat(fd, &st) == 0 && stat("/dev/null", &null) == 0 && st.st_rdev == null.st_rdev;
}

static bool is_pipe(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

/* What a file system answers, by its path; in a child of its own when it is doubtful. */
static int faked(const struct sw_host *h, const char *path, struct statvfs *ret)
{
	*ret = (struct statvfs){
		.f_files = 100, .f_ffree = 40, .f_favail = 30, .f_fsid = (unsigned long)getpid()
	};
	if (strcmp(path, "/gone") == 0)
		return -ENOENT;
	if (strcmp(path, "/denied") == 0)
		return -EACCES;
	if (strncmp(path, "/hung", 5) == 0)
		for (;;)
			pause();
	if (strcmp(path, "/crash") == 0)
		_exit(3);
	if (strcmp(path, "/descriptors") == 0) {
		ret->f_files = 0;
		for (int fd = 3; fd < 1024; fd++)
			ret->f_files += fd != h->root && is_open(fd);
		ret->f_ffree = (fsfilcnt_t)(is_null(0) + is_null(1) + is_null(2));
		ret->f_favail = h->root >= 0 && is_pipe(h->root);
	}
	if (strcmp(path, "/survivor") == 0 && fork() == 0) {
		alarm(10); /* a copy that SIGKILL does not reach, as a child in the D state */
		for (;;)
			pause();
	}
	if (strcmp(path, "/survivor") == 0)
		for (;;)
			pause();
	return 0;
}

static struct sw_host host_of_fakes(void)
{
	return (struct sw_host){ .root = -1, .statvfs = faked };
}

static void what_is_not_known_to_be_local_is_doubtful(void **state)
{
	static const struct {
		const char *type;
		bool want;
	} rows[] = {
		{ "nfs", true },	{ "nfs4", true },      { "cifs", true },
		{ "smb3", true },	{ "fuse", true },      { "fuseblk", true },
		{ "fuse.sshfs", true }, { "9p", true },	       { "ceph", true },
		{ "glusterfs", true },	{ "virtiofs", true },  { "ext4", false },
		{ "xfs", false },	{ "btrfs", false },    { "tmpfs", false },
		{ "zfs", false },	{ "nfsd", true },      { "vboxsf", true },
		{ "", true },		{ "devtmpfs", false },  { "e", true },
		{ "ext", true },	{ "ext44", true },     { "unionfs", false },
		{ "ext2", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].type, vfs_is_doubtful(raw_of(rows[i].type)), rows[i].want);
}

/* What the kernel alone answers for; nfsd is its own, too, and not a server. */
static void what_the_kernel_makes_up_is_no_storage(void **state)
{
	static const struct {
		const char *type;
		bool want;
	} rows[] = {
		{ "proc", true },   { "sysfs", true }, { "nfsd", true }, { "binfmt_misc", true },
		{ "rootfs", true }, { "tmpfs", false }, { "nfs", false }, { "ext4", false },
		{ "pro", false },   { "procs", false }, { "", false },	 { "fuse", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].type, vfs_is_kernel(raw_of(rows[i].type)), rows[i].want);
	want_number("no type", vfs_is_kernel(raw_from(NULL, 0)), false);
	want_number("no type", vfs_is_doubtful(raw_from(NULL, 0)), true);
}

static void a_hung_file_system_delays_no_other(void **state)
{
	struct vfs_query q[] = {
		{ .path = "/hung", .doubtful = true },	 { .path = "/" },
		{ .path = "/remote", .doubtful = true }, { .path = "/hung2", .doubtful = true },
		{ .path = "/gone", .doubtful = true },	 { .path = "/denied" },
		{ .path = "/denied", .doubtful = true }, { .path = "/hung3", .doubtful = true },
	};
	static const int want[] = { -ETIMEDOUT, 0,	 0,	  -ETIMEDOUT,
				    -ENOENT,	-EACCES, -EACCES, -ETIMEDOUT };
	struct sw_host h = host_of_fakes();

	(void)state;
	vfs_ask(&h, q, SW_COUNT(q), 500);
	for (size_t i = 0; i < SW_COUNT(q); i++) {
		want_number(q[i].path, q[i].error, want[i]);
		if (want[i] == 0)
			want_number(q[i].path, q[i].got.f_favail, 30);
	}
	want_number("a sure one is asked here", q[1].got.f_fsid == (unsigned long)getpid(), true);
	want_number("a doubtful one is not", q[2].got.f_fsid == (unsigned long)getpid(), false);
}

static void many_hung_file_systems_cost_one_time_limit(void **state)
{
	enum { HUNG = 100, LIMIT_MS = 300 };
	struct vfs_query *q = calloc(HUNG, sizeof(*q));
	struct sw_host h = host_of_fakes();
	time_t start = time(NULL);

	(void)state;
	assert_non_null(q);
	for (size_t i = 0; i < HUNG; i++)
		q[i] = (struct vfs_query){ .path = "/hung", .doubtful = true };
	vfs_ask(&h, q, HUNG, LIMIT_MS);
	for (size_t i = 0; i < HUNG; i++)
		want_number("hung", q[i].error, -ETIMEDOUT);
	/* one after the other they would take half a minute */
	want_number("soon", time(NULL) - start < 15, true);
	free(q);
}

static void more_than_run_at_a_time_are_all_answered(void **state)
{
	enum { MANY = VFS_CHILDREN + 50 };
	struct vfs_query *q = calloc(MANY, sizeof(*q));
	struct sw_host h = host_of_fakes();
	int fd = open("/dev/null", O_RDONLY);

	(void)state;
	assert_non_null(q);
	while (waitpid(-1, NULL, 0) > 0) /* those that the tests before left behind */
		;
	for (size_t i = 0; i < MANY; i++)
		q[i] = (struct vfs_query){ .path = "/remote", .doubtful = i % 10 != 0 };
	vfs_ask(&h, q, MANY, 20000);
	for (size_t i = 0; i < MANY; i++) {
		want_number("answered", q[i].error, 0);
		want_number("answered", q[i].got.f_files, 100);
	}
	want_number("no child is left", waitpid(-1, NULL, WNOHANG), -1);
	want_number("no descriptor is left", dup(fd), fd + 1);
	close(fd + 1);
	close(fd);
	free(q);
}

struct opened {
	unsigned lacks; /* this call; 0: none */
	int root;	/* where the host's is */
};

/* What a child of ours has open, when we have much and the root of the host amidst. */
static int ask_for_descriptors(void *ctx)
{
	enum { FIRST = 3, HOLE = 10, FILLED = 30 }; /* the answer's pipe is where the hole is */
	const struct opened *o = ctx;
	struct vfs_query q = { .path = "/descriptors", .doubtful = true };
	struct sw_host h = host_of_fakes();
	int ends[2];

	if (o->lacks && forbid_call(o->lacks, ENOSYS) < 0)
		return -EPERM;
	if (pipe(ends) < 0 || fcntl(ends[1], F_DUPFD, 1000) < 1000)
		return -EMFILE;
	for (int fd = 0; fd < FILLED; fd++)
		if (fd != ends[1] && dup2(ends[1], fd) < 0)
			return -EMFILE;
	close(HOLE);
	close(HOLE + 1);
	h.root = o->root < FILLED ? o->root : fcntl(1000, F_DUPFD, o->root);
	vfs_ask(&h, &q, 1, 20000);
	if (q.error)
		return q.error;
	/* open but its answer's pipe; standard input, output and error on /dev/null; the root */
	return q.got.f_files == 1 && q.got.f_ffree == 3 && q.got.f_favail == 1 ? 0 : -EPROTO;
}

/* The first of all, beside the answer's pipe or one further on, and far from it. */
static void a_child_holds_nothing_of_ours(void **state)
{
	static const int roots[] = { 3, 4, 8, 9, 12, 13, 14, 29, 500 };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(roots); i++) {
		struct opened by_range = { 0, roots[i] };
		struct opened each = { SYS_close_range, roots[i] };

		want_number("by a range", as_nobody(ask_for_descriptors, &by_range), 0);
		want_number("one by one, before Linux 5.9", as_nobody(ask_for_descriptors, &each), 0);
	}
}

/* munin-node reads a plugin's output until its last holder has closed it. */
static void a_child_that_nothing_ends_does_not_hold_up_the_reader(void **state)
{
	struct vfs_query q = { .path = "/survivor", .doubtful = true };
	struct sw_host h = host_of_fakes();
	time_t start = time(NULL);
	char byte;
	int ends[2];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], 1);
		vfs_ask(&h, &q, 1, 200);
		_exit(q.error == -ETIMEDOUT ? 0 : 1);
	}
	close(ends[1]);
	want_number("end of the output", read(ends[0], &byte, 1), 0);
	want_number("before the survivor's end", time(NULL) - start < 9, true);
	close(ends[0]);
	waitpid(pid, NULL, 0);
}

static void a_child_that_dies_is_no_answer(void **state)
{
	struct vfs_query q = { .path = "/crash", .doubtful = true };
	struct sw_host h = host_of_fakes();

	(void)state;
	vfs_ask(&h, &q, 1, 20000);
	want_number("crash", q.error, -EIO);
	want_number("it is gone", waitpid(q.child, NULL, WNOHANG), -1);
}

struct without {
	bool descriptors; /* else it is processes that there may be none of */
	rlim_t more;  /* descriptors that there may still be */
	uint64_t mark;
};

static int ask_without(void *ctx)
{
	const struct without *w = ctx;
	struct vfs_query q = { .path = "/remote", .doubtful = true, .mark = w->mark };
	struct sw_host h = host_of_fakes();
	struct rlimit none = { w->more, w->more };
	int opened = descriptors_open();
	int next = dup(0);

	close(next);
	if (w->descriptors)
		none.rlim_cur = none.rlim_max += (rlim_t)next;
	setrlimit(w->descriptors ? RLIMIT_NOFILE : RLIMIT_NPROC, &none);
	vfs_ask(&h, &q, 1, 20000);
	return q.pipe != -1 || q.child != -1 || descriptors_open() != opened ? -EPROTO : q.error;
}

static void a_child_that_can_not_be_made_is_said_and_leaves_nothing_open(void **state)
{
	static const struct {
		const char *what;
		struct without without;
		int want;
	} rows[] = {
		{ "no process", { false, 0, 0 }, -EAGAIN },
		{ "no process, and a mark", { false, 0, 71 }, -EAGAIN },
		{ "no descriptor", { true, 0, 0 }, -EMFILE },
		{ "none for a mark, which is not needed", { true, 0, 71 }, -EMFILE },
		{ "one, of which the mark makes use", { true, 1, 71 }, -EMFILE },
		{ "two, of which a pipe needs more", { true, 2, 71 }, -EMFILE },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct without without = rows[i].without;

		want_number(rows[i].what, as_nobody(ask_without, &without), rows[i].want);
	}
}

/* Children of one mark hang: who comes next is not asked, and leaves no descriptor. */
static void no_more_children_wait_than_there_are_marks(void **state)
{
	uint64_t mark = ((uint64_t)getpid() << 8) + 9;
	struct vfs_query q[5];
	struct sw_host h = host_of_fakes();
	int opened = descriptors_open();

	(void)state;
	for (size_t i = 0; i < SW_COUNT(q); i++)
		q[i] = (struct vfs_query){ .path = "/hung", .doubtful = true, .mark = mark };
	vfs_ask(&h, q, SW_COUNT(q), 300);
	for (int i = 0; i < (int)SW_COUNT(q); i++) {
		want_number("how it ends", q[i].error, i < MARKS ? -ETIMEDOUT : -EBUSY);
		want_number("a child", q[i].child > 0, i < MARKS);
		want_number("its pipe", q[i].pipe, -1);
	}
	want_number("descriptors", descriptors_open(), opened);
	q[0] = (struct vfs_query){ .path = "/remote", .doubtful = true, .mark = mark + 1 };
	vfs_ask(&h, q, 1, 20000);
	want_number("another mark", q[0].error, 0);
	want_number("descriptors", descriptors_open(), opened);
}

static void nothing_to_ask_is_fine(void **state)
{
	struct sw_host h = host_of_fakes();

	(void)state;
	vfs_ask(&h, NULL, 0, 1000);
}

static int full_or_not(const struct sw_host *h, const char *path, struct statvfs *ret)
{
	static const struct {
		const char *path;
		struct statvfs answer;
	} known[] = {
		{ "/room", { .f_files = 9, .f_favail = 1, .f_blocks = 9, .f_bavail = 1 } },
		{ "/inodes", { .f_files = 9, .f_blocks = 9, .f_bavail = 1 } },
		{ "/blocks", { .f_files = 9, .f_favail = 1, .f_blocks = 9 } },
		{ "/reserved", { .f_files = 9, .f_ffree = 3, .f_blocks = 9, .f_bavail = 1 } },
		{ "/uncounted", { .f_blocks = 9, .f_bavail = 1 } },
		{ "/nothing", { .f_files = 0 } },
		{ "/", { .f_files = 9, .f_blocks = 9, .f_bavail = 1 } },
	};

	(void)h;
	if (strcmp(path, "/hung") == 0)
		for (;;)
			pause();
	for (size_t i = 0; i < SW_COUNT(known); i++)
		if (strcmp(path, known[i].path) == 0) {
			*ret = known[i].answer;
			return 0;
		}
	return -ENOENT;
}

static void full_is_what_leaves_a_user_no_inode_or_no_block(void **state)
{
	static char longest[5000] = "/";
	static const struct {
		const char *path;
		bool copied;
		bool want;
	} rows[] = {
		{ "/room", false, false },
		{ "/inodes", false, true },
		{ "/blocks", false, true },
		{ "/reserved", false, true },	/* for root alone */
		{ "/uncounted", false, false }, /* btrfs counts no inodes */
		{ "/nothing", false, false },	/* proc */
		{ "/gone/below", false, false },
		{ "/hung", false, false },
		{ "/", false, true },
		/* of a copy the nearest one that is listed */
		{ "/room/var/spool", true, false },
		{ "/blocks/var/spool/", true, true },
		{ "/gone/below", true, true },
		{ "gone", true, false },
		{ longest, true, false },
	};

	(void)state;
	memset(longest + 1, 'x', sizeof(longest) - 2);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = { .root = -1, .statvfs = full_or_not, .copied = rows[i].copied };

		want_number(rows[i].path, vfs_is_full(&h, rows[i].path), rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_known_to_be_local_is_doubtful),
		cmocka_unit_test(what_the_kernel_makes_up_is_no_storage),
		cmocka_unit_test(a_hung_file_system_delays_no_other),
		cmocka_unit_test(many_hung_file_systems_cost_one_time_limit),
		cmocka_unit_test(more_than_run_at_a_time_are_all_answered),
		cmocka_unit_test(a_child_holds_nothing_of_ours),
		cmocka_unit_test(a_child_that_nothing_ends_does_not_hold_up_the_reader),
		cmocka_unit_test(a_child_that_dies_is_no_answer),
		cmocka_unit_test(a_child_that_can_not_be_made_is_said_and_leaves_nothing_open),
		cmocka_unit_test(no_more_children_wait_than_there_are_marks),
		cmocka_unit_test(nothing_to_ask_is_fine),
		cmocka_unit_test(full_is_what_leaves_a_user_no_inode_or_no_block),
	};

	return cmocka_run_group_tests_name("vfs", tests, NULL, NULL);
}
