#include <errno.h>
#include <math.h>
#include <unistd.h>

#include "inode/use.h"
#include "os/clock.h"
#include "os/mount_map.h"
#include "test.h"

/* One mount line: "DEVICE-NUMBER POINT TYPE DEVICE". */
#define MOUNT(number, point, type, device)                                                         \
	"1 0 " number " / " point " rw,relatime shared:1 - " type " " device " rw\n"

/* What the file systems of a table answer; any other path is gone. */
struct answer {
	const char *path;
	int error;
	uint64_t files, free_files, available;
	uint64_t no_blocks;
};
static const struct answer *answers;
static int asked; /* in this process */
static unsigned patience = 300; /* milliseconds */

static int faked(const struct sw_host *h, const char *path, struct statvfs *ret)
{
	(void)h;
	asked++;
	if (strncmp(path, "/hung", 5) == 0)
		for (;;)
			pause();
	for (const struct answer *a = answers; a && a->path; a++)
		if (strcmp(a->path, path) == 0) {
			*ret = (struct statvfs){ .f_files = a->files,
						 .f_ffree = a->free_files,
						 .f_blocks = 77,
						 .f_bavail = a->no_blocks ? 0 : 33,
						 .f_favail = a->available };
			return a->error;
		}
	return -ENOENT;
}

/* All that sw_inode_each() tells, as "POINT DEVICE PERCENT;" each. */
struct told {
	char text[1024];
	struct sw_fault why; /* the last */
	int stop_after;
	int n;
};

static int tell(const struct sw_inode_use *use, void *ctx)
{
	struct told *told = ctx;
	size_t n = strlen(told->text);

	snprintf(told->text + n, sizeof(told->text) - n, "%.*s %.*s %.2f;", (int)use->mount.n,
		 use->mount.p, (int)use->device.n, use->device.p, use->percent);
	if (use->why.code)
		told->why = use->why;
	if (isnan(use->percent) != (use->why.code != 0))
		fail_msg("%s: unknown and its reason go together", told->text);
	return ++told->n == told->stop_after ? 42 : 0;
}

static int look(const char *table, const struct answer *a, sw_inode_skip_fn skip, struct told *told)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	size_t bad = 0;
	int rc;

	h.statvfs = faked;
	answers = a;
	asked = 0;
	host_file(&h, "/proc/self/mountinfo", table);
	rc = sw_inode_each(&h, patience, skip, NULL, tell, told, &bad, &why);
	want_number("bad lines", bad, 0);
	host_remove(&h);
	return rc;
}

static void the_percentage_is_what_users_meet(void **state)
{
	static const struct {
		const char *what;
		struct answer a;
		const char *want;
	} rows[] = {
		{ "half", { "/", 0, 1000, 500, 500 }, "/ d 50.00;" },
		{ "empty", { "/", 0, 1000, 1000, 1000 }, "/ d 0.00;" },
		{ "one inode", { "/", 0, 1, 0, 0 }, "/ d 100.00;" },
		{ "full", { "/", 0, 2621440, 0, 0 }, "/ d 100.00;" },
		{ "full for users, root has some", { "/", 0, 1000, 100, 0 }, "/ d 100.00;" },
		{ "some are root's", { "/", 0, 1000, 600, 100 }, "/ d 80.00;" },
		{ "more available than free", { "/", 0, 1000, 500, 900 }, "/ d 50.00;" },
		{ "more free than there are", { "/", 0, 1000, 1500, 1500 }, "/ d 0.00;" },
		{ "no inodes counted (btrfs, vfat)", { "/", 0, 0, 0, 0 }, "" },
		{ "as large as it can be",
		  { "/", 0, UINT64_MAX, UINT64_MAX / 2, UINT64_MAX / 2 },
		  "/ d 50.00;" },
		{ "none used and none to have", { "/", 0, 10, 10, 0 }, "/ d 100.00;" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const struct answer a[] = { rows[i].a, { 0 } };
		struct told told = { 0 };

		want_number(rows[i].what, look(MOUNT("8:1", "/", "ext4", "d"), a, NULL, &told), 0);
		want_text(rows[i].what, told.text, rows[i].want);
	}
}

static const struct answer all_half[] = {
	{ "/", 0, 100, 50, 50 },
	{ "/home", 0, 100, 50, 50 },
	{ "/srv", 0, 100, 50, 50 },
	{ "/a b", 0, 100, 50, 50 },
	{ "/a\nb", 0, 100, 50, 50 },
	{ "/a#b", 0, 100, 50, 50 },
	{ "/srv/www", 0, 100, 50, 50 },
	{ "/mnt", 0, 100, 50, 50 },
	{ "/denied", -EACCES, 0, 0, 0 },
	{ "/broken", -EIO, 0, 0, 0 },
	{ "/copied", -ENODATA, 0, 0, 0 },
	{ "/none", 0, 0, 0, 0 },
	{ 0 },
};

static void each_device_is_told_once_by_its_shortest_mount_point(void **state)
{
	static const struct {
		const char *what;
		const char *table;
		const char *want;
	} rows[] = {
		{ "two devices, in their order",
		  MOUNT("8:1", "/", "ext4", "a") MOUNT("8:2", "/home", "ext4", "b"),
		  "/ a 50.00;/home b 50.00;" },
		{ "a bind mount",
		  MOUNT("8:1", "/srv/www", "ext4", "a") MOUNT("8:1", "/srv", "ext4", "a"),
		  "/srv a 50.00;" },
		{ "subvolumes",
		  MOUNT("0:30", "/", "xfs", "a") MOUNT("0:30", "/home", "xfs", "a")
			  MOUNT("0:30", "/srv", "xfs", "a"),
		  "/ a 50.00;" },
		{ "equally long: the first",
		  MOUNT("8:1", "/srv", "ext4", "a") MOUNT("8:1", "/mnt", "ext4", "a"),
		  "/srv a 50.00;" },
		{ "one name, two file systems",
		  MOUNT("0:40", "/srv", "tmpfs", "tmpfs") MOUNT("0:41", "/mnt", "tmpfs", "tmpfs"),
		  "/srv tmpfs 50.00;/mnt tmpfs 50.00;" },
		{ "what a later mount covers",
		  MOUNT("8:1", "/srv", "ext4", "old") MOUNT("8:2", "/srv", "ext4", "new"),
		  "/srv new 50.00;" },
		{ "covered, with what lies below it",
		  MOUNT("8:1", "/srv", "ext4", "a") MOUNT("8:1", "/srv/www", "ext4", "a")
			  MOUNT("8:2", "/srv", "ext4", "b"),
		  "/srv b 50.00;" },
		{ "covered by what is no storage",
		  MOUNT("8:1", "/srv", "ext4", "a") MOUNT("0:9", "/srv", "overlay", "overlay"),
		  "" },
		{ "below a mount that came later: not to be reached",
		  MOUNT("8:1", "/gone", "ext4", "a") MOUNT("8:2", "/srv", "ext4", "b"),
		  "/srv b 50.00;" },
		{ "odd mount points",
		  MOUNT("8:1", "/a\\040b", "ext4", "a") MOUNT("8:2", "/a\\012b", "ext4", "b")
			  MOUNT("8:3", "/a#b", "ext4", "c"),
		  "/a b a 50.00;/a\nb b 50.00;/a#b c 50.00;" },
		{ "no inodes counted", MOUNT("8:1", "/none", "vfat", "a"), "" },
		{ "no mounts", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct told told = { 0 };

		want_number(rows[i].what, look(rows[i].table, all_half, NULL, &told), 0);
		want_text(rows[i].what, told.text, rows[i].want);
	}
}

static void what_is_no_storage_is_not_even_asked(void **state)
{
	static const char *const types[] = {
		"proc",
		"sysfs",
		"cgroup",
		"cgroup2",
		"overlay",
		"efivarfs",
		"autofs",
		"devpts",
		"debugfs",
		"tracefs",
		"securityfs",
		"pstore",
		"bpf",
		"configfs",
		"fusectl",
		"mqueue",
		"nsfs",
		"rpc_pipefs",
		"binfmt_misc",
		"fuse.lxcfs",
		"rootfs",
		"fuse.squashfuse",
		"fuse.squashfuse_ll",
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(types); i++) {
		struct told told = { 0 };
		char table[256];

		snprintf(table, sizeof(table), MOUNT("0:9", "/srv", "%s", "x"), types[i]);
		want_number(types[i], look(table, all_half, NULL, &told), 0);
		want_text(types[i], told.text, "");
		want_number(types[i], asked, 0);
	}
}

static void an_image_that_was_made_full_is_no_disk(void **state)
{
	static const struct {
		const char *what, *table;
		struct answer a;
		const char *want;
	} rows[] = {
#define FUSE(type, options) "1 0 0:9 / /x ro - " type " d " options "\n"
		{ "an AppImage", FUSE("fuse.nvim.AppImage", "ro,user_id=0"), { .files = 9, .no_blocks = 1 }, "" },
		{ "nothing else is said", FUSE("fuse.x", "ro"), { .files = 9, .no_blocks = 1 }, "" },
		{ "it can be written", FUSE("fuse.x", "rw,user_id=0"), { .files = 9, .no_blocks = 1 }, "/x d 100.00;" },
		{ "an option that begins so", FUSE("fuse.x", "rot13"), { .files = 9, .no_blocks = 1 }, "/x d 100.00;" },
		{ "an inode is free", FUSE("fuse.x", "ro"), { .files = 9, .free_files = 1, .no_blocks = 1 }, "/x d 100.00;" },
		{ "room is free", FUSE("fuse.x", "ro"), { .files = 9 }, "/x d 100.00;" },
		{ "a disk", FUSE("ext4", "ro"), { .files = 9, .no_blocks = 1 }, "/x d 100.00;" },
		{ "no answer", FUSE("fuse.x", "ro"), { .error = -EIO }, "/x d nan;" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct answer a[] = { rows[i].a, { 0 } };
		struct told told = { 0 };

		a[0].path = "/x";
		patience = 20000; /* FUSE is asked in a child */
		want_number(rows[i].what, look(rows[i].table, a, NULL, &told), 0);
		patience = 300;
		want_text(rows[i].what, told.text, rows[i].want);
	}
}

/* A container whose disk is seen nowhere else; a live system that keeps its changes in memory. */
static void a_union_on_the_root_stands_for_a_disk_that_nothing_else_shows(void **state)
{
	static const struct answer denied[] = { { "/", -EACCES, 0, 0, 0 }, { 0 } };
	static const struct answer copied[] = { { "/", -ENODATA, 0, 0, 0 }, { 0 } };
	static const struct answer a[] = {
		{ "/", 0, 1000, 500, 500 },	   /* the union */
		{ "/same", 0, 1000, 499, 499 },	   /* read a little later */
		{ "/full", 0, 1000, 100, 100 },	   /* as large, in other use */
		{ "/other", 0, 2000, 1500, 1500 }, /* as much in use */
		{ "/denied", -EACCES, 0, 0, 0 },   { 0 }
	};
	static const struct {
		const char *what;
		const char *table;
		const char *want;
		const struct answer *others;
	} rows[] = {
		{ "alone", MOUNT("0:9", "/", "overlay", "o"), "/ o 50.00;" },
		{ "of another kind", MOUNT("0:9", "/", "aufs", "o"), "/ o 50.00;" },
		{ "its disk is there",
		  MOUNT("0:9", "/", "overlay", "o") MOUNT("8:1", "/same", "ext4", "d"),
		  "/same d 50.10;" },
		{ "its disk came first",
		  MOUNT("8:1", "/same", "ext4", "d") MOUNT("0:9", "/", "overlay", "o"),
		  "/same d 50.10;" },
		{ "a disk as large",
		  MOUNT("0:9", "/", "overlay", "o") MOUNT("8:1", "/full", "ext4", "d"),
		  "/ o 50.00;/full d 90.00;" },
		{ "a disk in which as much is in use",
		  MOUNT("0:9", "/", "overlay", "o") MOUNT("8:1", "/other", "ext4", "d"),
		  "/ o 50.00;/other d 25.00;" },
		{ "what is unknown is not its disk",
		  MOUNT("0:9", "/", "overlay", "o") MOUNT("8:1", "/denied", "ext4", "d"),
		  "/ o 50.00;/denied d nan;" },
		{ "not on the root", MOUNT("0:9", "/same", "overlay", "o"), "" },
		{ "it can't be asked", MOUNT("0:9", "/", "overlay", "o"), "/ o nan;", denied },
		{ "a copied host has no number", MOUNT("0:9", "/", "overlay", "o"), "", copied },
		{ "covered", MOUNT("0:9", "/", "overlay", "o") MOUNT("8:1", "/", "ext4", "d"),
		  "/ d 50.00;" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct told told = { 0 };

		want_number(rows[i].what,
			    look(rows[i].table, rows[i].others ? rows[i].others : a, NULL, &told),
			    0);
		want_text(rows[i].what, told.text, rows[i].want);
	}
}

static void what_holds_files_is_told_whatever_its_type(void **state)
{
	static const char *const types[] = { "ext4", "xfs",	   "tmpfs", "devtmpfs", "zfs",
					     "nfs4", "fuse.sshfs", "ramfs", "f2fs" };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(types); i++) {
		struct told told = { 0 };
		char table[256];

		snprintf(table, sizeof(table), MOUNT("0:9", "/srv", "%s", "x"), types[i]);
		want_number(types[i], look(table, all_half, NULL, &told), 0);
		want_text(types[i], told.text, "/srv x 50.00;");
	}
}

static void what_can_not_be_asked_is_unknown_with_its_reason(void **state)
{
	static const struct {
		const char *table;
		const char *want;
		int code;
		const char *why;
	} rows[] = {
		{ MOUNT("8:1", "/denied", "ext4", "a"), "/denied a nan;", EACCES,
		  "statvfs /denied: Permission denied" },
		{ MOUNT("8:1", "/broken", "nfs", "a"), "/broken a nan;", EIO,
		  "statvfs /broken: Input/output error" },
		{ MOUNT("8:1", "/copied", "ext4", "a"), "/copied a nan;", ENODATA,
		  "not in the file statvfs of this copied host" },
		{ MOUNT("0:50", "/hung", "nfs4", "server:/x"), "/hung server:/x nan;", ETIMEDOUT,
		  "no answer within 0.3 s (nfs4)" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct told told = { 0 };

		want_number(rows[i].want, look(rows[i].table, all_half, NULL, &told), 0);
		want_text(rows[i].want, told.text, rows[i].want);
		want_number(rows[i].want, told.why.code, rows[i].code);
		want_text(rows[i].want, told.why.text.s, rows[i].why);
	}
}

static void the_rest_is_told_beside_what_is_unknown(void **state)
{
	struct told told = { 0 };

	(void)state;
	want_number("returned",
		    look(MOUNT("0:50", "/hung", "nfs4", "n") MOUNT("8:1", "/", "ext4", "a") MOUNT(
				 "8:2", "/denied", "ext4", "b") MOUNT("8:3", "/srv", "ext4", "c"),
			 all_half, NULL, &told),
		    0);
	want_text("told", told.text, "/hung n nan;/ a 50.00;/denied b nan;/srv c 50.00;");
}

/* All that is told of one file system, and how often it was asked whether it may be woken. */
struct one {
	struct sw_inode_use use;
	char point[256];
	bool wakes;
	int woken, n;
};

static int take_one(const struct sw_inode_use *use, void *ctx)
{
	struct one *one = ctx;

	one->use = *use;
	one->n++;
	snprintf(one->point, sizeof(one->point), "%.*s", (int)use->mount.n, use->mount.p);
	return 0;
}

static bool may_wake(const struct sw_inode_use *use, void *ctx)
{
	struct one *one = ctx;

	one->woken += use->expires > 0 && isnan(use->percent) && use->mount.n > 0;
	return one->wakes;
}

/* The last one of a table. */
static struct one one_of(const char *table, unsigned timeout_ms, unsigned patience_ms, bool asks,
			 bool wakes)
{
	struct sw_host h = host_new(NULL);
	struct one one = { .wakes = wakes };
	struct inode_question q = { .timeout_ms = timeout_ms,
				    .may_wake = asks ? may_wake : NULL,
				    .fn = take_one,
				    .ctx = &one };
	struct sw_fault why = { 0 };
	size_t bad = 0;

	h.statvfs = faked;
	h.deadline = clock_ms() + patience_ms;
	host_file(&h, "/proc/self/mountinfo", table);
	want_number("each", inode_each(&h, &q, &bad, &why), 0);
	host_remove(&h);
	return one;
}

#define LINE(numbers, point, type, options) numbers " / " point " rw - " type " d " options "\n"

static void all_of_a_file_system_is_told(void **state)
{
	static const struct answer a[] = { { "/srv", 0, 1000, 400, 300 }, { 0 } };
	struct one one;

	(void)state;
	answers = a;
	one = one_of(LINE("7 1 8:1", "/srv", "ext4", "rw"), 10000, 10000, true, true);
	want_number("files", one.use.files, 1000);
	want_number("used", one.use.used, 600);
	want_number("blocks", one.use.blocks, 77);
	want_number("available", one.use.blocks_available, 33);
	want_number("percent", one.use.percent * 100, 6666);
	want_number("doubtful", one.use.doubtful, false);
	want_number("file", one.use.file, false);
	want_number("part", one.use.part, false);
	want_number("hidden", one.use.hidden, false);
	want_number("expires", one.use.expires, 0);
	want_number("nobody is asked whether it may be woken", one.woken, 0);
	want_number("its mount has a number", one.use.mount_id & 1, 1);
	one = one_of("7 1 8:1 /x /srv rw - ext4 d rw\n", 10000, 10000, false, false);
	want_number("a bind mount: part", one.use.part, true);
	answers = all_half;
	one = one_of(LINE("7 1 0:5", "/", "overlay", "rw"), 10000, 10000, false, false);
	want_number("a container's root: part", one.use.part, true);
	answers = a;
	one = one_of(LINE("7 1 0:5", "/srv", "nfs4", "rw"), 10000, 10000, false, false);
	want_number("a server's: used", one.use.used, 600);
	want_number("a server's: doubtful", one.use.doubtful, true);
	answers = all_half;
	one = one_of(LINE("7 1 0:5", "/", "nfs4", "rw"), 10000, 10000, false, false);
	want_number("a root of a server's: doubtful", one.use.doubtful, true);
	one = one_of(LINE("6 1 8:2", "/", "ext4", "rw") LINE("7 6 0:5", "/mnt", "nfs4", "rw")
			     LINE("8 7 8:1", "/mnt/d", "ext4", "rw"),
		     10000, 10000, false, false);
	want_number("it is asked, and gone", one.n, 2);
	one = one_of(LINE("7 1 0:5", "/hung", "nfs4", "rw")
			     LINE("8 7 8:1", "/hung/d", "ext4", "rw"),
		     300, 20, false, false);
	want_text("below a server's", one.point, "/hung/d");
	want_number("below a server's: doubtful", one.use.doubtful, true);
	one = one_of(LINE("7 1 0:5", "/n", "nfs4", "rw") LINE("8 7 8:1", "/n/d", "ext4", "rw"), 300,
		     10000, false, false);
	want_text("below a server's", one.point, "");
	want_number("is gone", one.n, 0);
}

static void how_long_it_was_waited_for_is_said_in_tenths(void **state)
{
	static const struct {
		unsigned ms;
		const char *want;
	} rows[] = { { 999, "within 0.9 s" },  { 1000, "within 1.0 s (" }, { 1099, "within 1.0 s" },
		     { 1100, "within 1.1 s" }, { 1998, "within 1.9 s" },   { 1999, "within 1.9 s" },
		     { 2000, "within 2.0 s" } };

	(void)state;
	answers = all_half;
	for (size_t i = 0; i < SW_COUNT(rows); i++) /* the run has no such time */
		want_in(rows[i].want,
			one_of(LINE("7 1 0:5", "/hung", "nfs4", "rw"), rows[i].ms, 10, false, false)
				.use.why.text.s,
			rows[i].want);
}

static void who_is_in_the_way_is_said_where_there_is_room(void **state)
{
	(void)state;
	answers = all_half;
	for (size_t n = SW_LABEL_MAX / 3 - 1; n <= SW_LABEL_MAX / 3; n++) {
		char point[SW_LABEL_MAX] = "/hung";
		char table[4 * SW_LABEL_MAX];
		char want[2 * SW_LABEL_MAX];

		memset(point + 5, 'x', n - 5);
		snprintf(table, sizeof(table),
			 LINE("7 1 0:5", "%s", "nfs4", "rw") LINE("8 7 8:1", "%s/d", "ext4", "rw"),
			 point, point);
		snprintf(want, sizeof(want), "no answer within 0.3 s, on the way to it%s%s (nfs4)",
			 n < SW_LABEL_MAX / 3 ? " from " : "", n < SW_LABEL_MAX / 3 ? point : "");
		want_text("in the way", one_of(table, 300, 20, false, false).use.why.text.s, want);
	}
}

static void what_autofs_takes_away_is_asked_if_it_may_be_woken(void **state)
{
	static const struct {
		const char *timeout;
		bool asks, wakes;
		const char *why; /* NULL: it is asked */
		int woken;
	} rows[] = {
		{ "300", false, false, "take it away (time-out 300 s)", 0 },
		{ "300", true, false, "take it away (time-out 300 s)", 1 },
		{ "300", true, true, NULL, 1 },
		{ "1", false, true, "take it away (time-out 1 s)", 0 },
		{ "0", false, false, NULL, 0 },
	};

	(void)state;
	answers = all_half;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char table[512];
		struct one one;

		snprintf(table, sizeof(table),
			 LINE("6 1 0:4", "/srv", "autofs", "rw,timeout=%s")
				 LINE("7 6 0:5", "/srv", "nfs4", "rw"),
			 rows[i].timeout);
		one = one_of(table, 10000, 10000, rows[i].asks, rows[i].wakes);
		want_number(rows[i].timeout, one.woken, rows[i].woken);
		want_number(rows[i].timeout, one.use.used, rows[i].why ? 0 : 50);
		want_number(rows[i].timeout, one.use.why.code, rows[i].why ? EAGAIN : 0);
		want_in(rows[i].timeout, one.use.why.text.s, rows[i].why ? rows[i].why : "");
	}
}

static void what_systemd_hides_is_not_asked(void **state)
{
	struct one one;

	(void)state;
	answers = all_half;
	one = one_of(LINE("7 1 8:1", "/home", "ext4",
			  "rw") "8 7 0:9 /systemd/inaccessible/dir /home ro - proc tmpfs rw\n",
		     300, 10000, false, false);
	want_text("it", one.point, "/home");
	want_number("hidden", one.use.hidden, true);
	want_number("hidden", one.use.why.code, EACCES);
	want_in("hidden", one.use.why.text.s, "of its unit covers /home");
	want_number("unknown", isnan(one.use.percent), true);
}

static struct mount_map known;

static const struct mount_map *known_map(const struct sw_host *h)
{
	(void)h;
	return &known;
}

static void the_table_that_the_host_knows_is_not_read_again(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct told told = { 0 };
	size_t bad = 0;

	(void)state;
	answers = all_half;
	host_file(&h, "/proc/self/mountinfo", MOUNT("8:1", "/", "ext4", "a"));
	assert_int_equal(mount_map_read(&h, &known, &bad, &why), 0);
	known.bad = 3;
	h.statvfs = faked;
	h.mounts = known_map;
	host_file(&h, "/proc/self/mountinfo", "");
	bad = 1;
	want_number("each", sw_inode_each(&h, 300, NULL, NULL, tell, &told, &bad, &why), 0);
	want_text("told", told.text, "/ a 50.00;");
	want_number("bad lines", bad, 4);
	want_number("nothing is wrong", why.code, 0);
	want_number("it stays as it is", known.n, 1);
	mount_map_free(&known);
	host_remove(&h);
}

static bool skip_srv(struct sw_raw device, struct sw_raw mount, struct sw_raw type, void *ctx)
{
	(void)ctx;
	return raw_is(mount, "/srv") || raw_is(device, "skip") || raw_is(type, "xfs");
}

static void what_is_to_be_skipped_is_not_asked(void **state)
{
	struct told told = { 0 };

	(void)state;
	want_number("returned",
		    look(MOUNT("8:1", "/srv", "ext4", "a") MOUNT("8:2", "/", "ext4", "skip")
				 MOUNT("8:3", "/home", "xfs", "c"),
			 all_half, skip_srv, &told),
		    0);
	want_text("told", told.text, "");
	want_number("asked", asked, 0);
	want_number("returned",
		    look(MOUNT("8:1", "/srv", "ext4", "a") MOUNT("8:1", "/srv/www", "ext4", "a"),
			 all_half, skip_srv, &told),
		    0);
	want_text("its other mount point", told.text, "/srv/www a 50.00;");
}

static void what_the_function_returns_ends_it(void **state)
{
	struct told told = { .stop_after = 1 };

	(void)state;
	want_number("returned",
		    look(MOUNT("8:1", "/", "ext4", "a") MOUNT("8:3", "/srv", "ext4", "c"), all_half,
			 NULL, &told),
		    42);
	want_text("told", told.text, "/ a 50.00;");
}

static void a_host_without_a_mount_table_is_a_fault(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct told told = { 0 };
	size_t bad = 0;

	(void)state;
	want_number("none", sw_inode_each(&h, 300, NULL, NULL, tell, &told, &bad, &why), -ENOENT);
	want_in("none", why.text.s, "/proc/self/mountinfo");
	host_file(&h, "/proc/self/mountinfo",
		  "nonsense\n" MOUNT("8:1", "/", "ext4", "a") "1 2 3\n");
	answers = all_half;
	h.statvfs = faked;
	want_number("some", sw_inode_each(&h, 300, NULL, NULL, tell, &told, &bad, &why), 0);
	want_number("bad lines", bad, 2);
	want_text("the rest", told.text, "/ a 50.00;");
	host_remove(&h);
}

static void where_inodes_are_made_of_space_that_may_be_what_is_missing(void **state)
{
	static const struct {
		const char *what, *type;
		uint64_t files, used, blocks, available;
		bool want;
	} rows[] = {
		{ "a tenth of the space is left, as many inodes", "xfs", 1100, 1000, 1000, 100,
		  true },
		{ "more inodes than blocks", "xfs", 2000, 1000, 1000, 100, true },
		{ "fewer: they are what is missing", "xfs", 1099, 1000, 1000, 100, false },
		{ "more than a tenth is left", "xfs", 1101, 1000, 1000, 101, false },
		{ "nothing is left", "xfs", 1000, 1000, 1000, 0, true },
		{ "of one block", "zfs", 1, 1, 1, 0, true },
		{ "of none nothing is known", "zfs", 1000, 1000, 0, 0, false },
		{ "zfs", "zfs", 1100, 1000, 1000, 100, true },
		{ "btrfs", "btrfs", 1100, 1000, 1000, 100, true },
		{ "jfs", "jfs", 1100, 1000, 1000, 100, true },
		{ "bcachefs", "bcachefs", 1100, 1000, 1000, 100, true },
		{ "f2fs", "f2fs", 1100, 1000, 1000, 100, true },
		{ "ocfs2", "ocfs2", 1100, 1000, 1000, 100, true },
		{ "gfs2", "gfs2", 1100, 1000, 1000, 100, true },
		{ "a file system whose inodes are counted", "ext4", 1100, 1000, 1000, 100, false },
		{ "a type of a longer name", "xfs2", 1100, 1000, 1000, 100, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const struct sw_inode_use use = { .type = raw_of(rows[i].type),
						  .files = rows[i].files,
						  .used = rows[i].used,
						  .blocks = rows[i].blocks,
						  .blocks_available = rows[i].available };

		want_number(rows[i].what, inode_is_space_missing(&use), rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_percentage_is_what_users_meet),
		cmocka_unit_test(each_device_is_told_once_by_its_shortest_mount_point),
		cmocka_unit_test(what_is_no_storage_is_not_even_asked),
		cmocka_unit_test(an_image_that_was_made_full_is_no_disk),
		cmocka_unit_test(a_union_on_the_root_stands_for_a_disk_that_nothing_else_shows),
		cmocka_unit_test(what_holds_files_is_told_whatever_its_type),
		cmocka_unit_test(what_can_not_be_asked_is_unknown_with_its_reason),
		cmocka_unit_test(the_rest_is_told_beside_what_is_unknown),
		cmocka_unit_test(all_of_a_file_system_is_told),
		cmocka_unit_test(how_long_it_was_waited_for_is_said_in_tenths),
		cmocka_unit_test(who_is_in_the_way_is_said_where_there_is_room),
		cmocka_unit_test(what_autofs_takes_away_is_asked_if_it_may_be_woken),
		cmocka_unit_test(what_systemd_hides_is_not_asked),
		cmocka_unit_test(the_table_that_the_host_knows_is_not_read_again),
		cmocka_unit_test(what_is_to_be_skipped_is_not_asked),
		cmocka_unit_test(what_the_function_returns_ends_it),
		cmocka_unit_test(where_inodes_are_made_of_space_that_may_be_what_is_missing),
		cmocka_unit_test(a_host_without_a_mount_table_is_a_fault),
	};

	return cmocka_run_group_tests_name("inodes", tests, NULL, NULL);
}
