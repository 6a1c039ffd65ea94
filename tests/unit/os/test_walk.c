#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "forbid.h"
#include "os/walk.h"
#include "test.h"

enum { NO_HURRY_MS = 50000, DEEP = 10000 };

static int make_files(int at, int n)
{
	for (int i = 0; i < n; i++) {
		char name[16];
		int fd;

		snprintf(name, sizeof(name), "%d", i);
		fd = openat(at, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
		if (fd < 0)
			return -errno;
		close(fd);
	}
	return 0;
}

/* A directory in `at`, made and opened. */
static int enter(int at, const char *name)
{
	int fd;

	assert_int_equal(mkdirat(at, name, 0755), 0);
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static int top(const struct sw_host *h)
{
	int fd = open(h->root_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, 0755), 0);
	return fd;
}

/* `levels` directories in each other below `at`, each of the name; the last one is returned. */
static int chain(int at, const char *name, int levels)
{
	int fd = dup(at);

	for (int i = 0; i < levels; i++) {
		int below = enter(fd, name);

		close(fd);
		fd = below;
	}
	return fd;
}

/* nftw(3) can't remove paths that the kernel doesn't take: pull the chain up, link by link. */
static void unchain(int at, const char *name)
{
	char below[600];

	snprintf(below, sizeof(below), "%s/%s", name, name);
	while (renameat(at, below, at, "pulled") == 0) {
		if (unlinkat(at, name, AT_REMOVEDIR) < 0)
			break; /* there are more things in it, of no such depth */
		assert_int_equal(renameat(at, "pulled", at, name), 0);
	}
}

static struct walk *walked(int root, const struct walk_options *options)
{
	struct sw_fault why = { 0 };
	struct walk *w = NULL;

	want_number("walk", walk_run(root, options, &w, &why), 0);
	assert_non_null(w);
	return w;
}

/* The kept directory of that path, or -1. */
static int64_t number_of(const struct walk *w, const char *path)
{
	char got[4096];

	for (uint32_t i = 0; i < walk_kept(w); i++)
		if (raw_is(raw_from(got, walk_path(w, i, got, sizeof(got))), path))
			return i;
	return -1;
}

static uint64_t sum_of_kept(const struct walk *w)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < walk_kept(w); i++) {
		assert_true(i == WALK_ROOT || walk_directory(w, i).parent < i);
		sum += walk_directory(w, i).inodes;
	}
	return sum;
}

static void want_whole(const char *what, const struct walk *w, uint64_t inodes,
		       uint64_t directories)
{
	want_number(what, walk_sums(w)->inodes, inodes);
	want_number(what, walk_sums(w)->directories, directories);
	want_number(what, walk_sums(w)->unreadable, 0);
	want_number(what, walk_sums(w)->gone, 0);
	want_number(what, walk_sums(w)->unread, 0);
	want_number(what, walk_sums(w)->cut, false);
	want_number(what, sum_of_kept(w), inodes);
}

static const struct walk_options no_hurry = { .budget_ms = NO_HURRY_MS };

static void each_directory_has_its_own_count(void **state)
{
	static const char *const names[] = { "a", "a/b", "a/b/c\nd", "a/ ", "e" };
	struct sw_host h = host_new(NULL);
	int root = top(&h);
	struct walk *w;
	char buf[8] = "before";

	(void)state;
	for (size_t i = 0; i < SW_COUNT(names); i++) {
		int fd = enter(root, names[i]);

		assert_int_equal(make_files(fd, (int)i + 1), 0);
		close(fd);
	}
	/* neither is a directory, wherever it leads */
	assert_int_equal(symlinkat("a", root, "link"), 0);
	assert_int_equal(symlinkat("..", root, "a/up"), 0);
	assert_int_equal(mkfifoat(root, "e/fifo", 0600), 0);
	w = walked(root, &no_hurry);
	want_whole("all", w, 1 + 5 + 15 + 3, 6);
	want_number("kept", walk_kept(w), 6);
	for (size_t i = 0; i < SW_COUNT(names); i++) {
		int64_t id = number_of(w, names[i]);
		int more = names[i][0] == 'e' || !names[i][1]; /* the link and the FIFO */

		assert_true(id > 0);
		want_number(names[i], walk_directory(w, (uint32_t)id).inodes, (int)i + 2 + more);
	}
	want_number("root", walk_directory(w, WALK_ROOT).inodes, 2);
	want_number("a path that does not fit",
		    walk_path(w, (uint32_t)number_of(w, "a/b/c\nd"), buf, 6), 7);
	want_text("is not written", buf, "before");
	walk_free(w);
	close(root);
	host_remove(&h);
}

static void a_deep_tree_is_walked_to_its_end(void **state)
{
	struct sw_host h = host_new(NULL);
	int root = top(&h);
	int end = chain(root, "d", DEEP);
	struct walk *w;

	(void)state;
	assert_int_equal(make_files(end, 3), 0);
	w = walked(root, &no_hurry);
	want_whole("all", w, 1 + DEEP + 3, 1 + DEEP);
	want_number("path", walk_path(w, walk_kept(w) - 1, NULL, 0), 2 * DEEP - 1);
	want_number("end", walk_directory(w, walk_kept(w) - 1).inodes, 4);
	walk_free(w);
	close(end);
	unchain(root, "d");
	close(root);
	host_remove(&h);
}

/*
 * The fat directory at the end of the first chain waits, behind one that is fatter, until all
 * directories above it have been closed: then its path is opened in pieces.
 */
static void paths_longer_than_the_kernel_takes(void **state)
{
	enum { LEVELS = 60, SECOND = 300, FILES = 5000 };
	struct sw_host h = host_new(NULL);
	int root = top(&h);
	char name[201];
	int end, fat, huge;
	struct walk *w;

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	end = chain(root, name, LEVELS);
	fat = enter(end, "fat");
	huge = enter(root, "huge");
	assert_int_equal(make_files(fat, FILES), 0);
	assert_int_equal(make_files(huge, 3 * FILES), 0);
	close(chain(root, "second", SECOND));
	w = walked(root, &no_hurry);
	want_whole("all", w, 1 + LEVELS + 2 + SECOND + 4 * FILES, 1 + LEVELS + 2 + SECOND);
	walk_free(w);
	for (int i = 0; i < FILES; i++) {
		char file[16];

		snprintf(file, sizeof(file), "%d", i);
		assert_int_equal(unlinkat(fat, file, 0), 0);
	}
	assert_int_equal(unlinkat(end, "fat", AT_REMOVEDIR), 0);
	close(fat);
	close(end);
	close(huge);
	unchain(root, name);
	unchain(root, "second");
	close(root);
	host_remove(&h);
}

struct order {
	struct walk *w;
	char seen[64]; /* the first letters of the files, each once in a row */
	size_t n;
};

static bool note(uint32_t directory, const struct dir_entry *entry, void *ctx)
{
	struct order *o = ctx;

	(void)directory;
	if (raw_is_digit(entry->name[0]))
		return true;
	if (o->n < sizeof(o->seen) - 1 && (o->n == 0 || o->seen[o->n - 1] != entry->name[0]))
		o->seen[o->n++] = entry->name[0];
	return true;
}

static void make_fat(int at, const char *name, char letter, int n)
{
	int fd = enter(at, name);

	for (int i = 0; i < n; i++) {
		char file[100];
		int made;

		/* long names: ext4 measures them, tmpfs counts them */
		snprintf(file, sizeof(file), "%c%060d", letter, i);
		made = openat(fd, file, O_WRONLY | O_CREAT, 0600);
		assert_true(made >= 0);
		close(made);
	}
	close(fd);
}

static void most_is_read_where_most_is_left(void **state)
{
	struct sw_host h = host_new(NULL);
	struct order o = { 0 };
	struct walk_options options = { .budget_ms = NO_HURRY_MS, .counts = note, .ctx = &o };
	int root = top(&h);
	int sub = enter(root, "sub");

	(void)state;
	make_fat(root, "1", 'c', 4000);
	make_fat(root, "2", 'b', 8000);
	make_fat(sub, "3", 'a', 16000);
	walk_free(walked(root, &options));
	want_in("order", o.seen, "abab"); /* in turn, once they are equal */
	want_number("the fattest at first", o.seen[0], 'a');
	assert_true(strchr(o.seen, 'c') > strchr(o.seen, 'b'));
	close(sub);
	close(root);
	host_remove(&h);
}

static void many_siblings_hide_nothing(void **state)
{
	enum { SIBLINGS = 3000 };
	struct sw_host h = host_new(NULL);
	struct order o = { 0 };
	struct walk_options options = { .budget_ms = NO_HURRY_MS, .counts = note, .ctx = &o };
	int root = top(&h);
	int wide = enter(root, "wide");
	int end = chain(root, "d", 5);

	(void)state;
	for (int i = 0; i < SIBLINGS; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%d", i);
		assert_int_equal(mkdirat(wide, name, 0755), 0);
		snprintf(name, sizeof(name), "%d/w", i);
		close(openat(wide, name, O_WRONLY | O_CREAT, 0600));
	}
	close(openat(end, "here", O_WRONLY | O_CREAT, 0600));
	close(openat(end, "w", O_WRONLY | O_CREAT, 0600));
	walk_free(walked(root, &options));
	want_text("order", o.seen, "whw"); /* amidst the others, not behind them */
	close(end);
	close(wide);
	close(root);
	host_remove(&h);
}

/* 300 directories with 300 files in all, one of them with 600 more, two with three levels more. */
static uint64_t make_wide(int root)
{
	int wide = enter(root, "wide");

	for (int i = 0; i < 300; i++) {
		char name[32];
		int fd;

		snprintf(name, sizeof(name), "w%d", i);
		fd = enter(wide, name);
		assert_int_equal(make_files(fd, i == 200 ? 601 : 1), 0);
		if (i == 100 || i == 299)
			close(chain(fd, "x", 3));
		close(fd);
	}
	close(wide);
	return 1 + 1 + 300 + 300 + 600 + 6;
}

static void beyond_the_bound_children_count_for_their_parent(void **state)
{
	static const uint32_t most[] = { 1, 2, 16, 33, 64, 300, 400, 0 };
	struct sw_host h = host_new(NULL);
	int root = top(&h);
	uint64_t inodes = make_wide(root);

	(void)state;
	for (size_t i = 0; i < SW_COUNT(most); i++) {
		struct walk_options options = { .budget_ms = NO_HURRY_MS, .directories = most[i] };
		struct walk *w = walked(root, &options);
		char what[32];

		snprintf(what, sizeof(what), "at most %u", (unsigned)most[i]);
		want_whole(what, w, inodes, 1 + 1 + 300 + 6);
		want_number(what, most[i] == 0 || walk_kept(w) <= most[i], true);
		/* and there is room for others: top, wide, its 16th, the large one */
		want_number(what, most[i] == 0 || walk_kept(w) <= most[i] / 16 + 2 + 1 + 1 + 6,
			    true);
		if (most[i] >= 16 || most[i] == 0) { /* the large one is kept at all events */
			int64_t id = number_of(w, "wide/w200");

			want_number(what, id > 0, true);
			want_number(what, walk_directory(w, (uint32_t)id).inodes, 602);
		}
		walk_free(w);
	}
	close(root);
	host_remove(&h);
}

static void beyond_the_bound_deep_trees_are_cut(void **state)
{
	enum { LEVELS = 200 };
	struct sw_host h = host_new(NULL);
	struct walk_options options = { .budget_ms = NO_HURRY_MS, .directories = 16 };
	int root = top(&h);
	struct walk *w;

	(void)state;
	close(chain(root, "d", LEVELS));
	w = walked(root, &options);
	want_number("cut", walk_sums(w)->cut, true);
	want_number("unread", walk_sums(w)->unread, 1);
	want_number("sum", sum_of_kept(w), walk_sums(w)->inodes);
	want_within("sums", walk_sums(w)->inodes, 40, LEVELS);
	walk_free(w);
	close(root);
	host_remove(&h);
}

/* A part of the room is left for what is found last; one of that is the child of the last node. */
static void so_much_of_a_deep_tree_is_kept(void **state)
{
	enum { LEVELS = 200 };
	static const struct {
		uint32_t most, kept;
		uint64_t inodes; /* nodes, the last one's child, and 31 levels below that */
	} rows[] = { { 1, 1, 1 + 32 },
		     { 7, 7, 7 + 32 },
		     { 8, 8, 7 + 32 },
		     { 16, 15, 14 + 32 },
		     { 64, 57, 56 + 32 } };
	struct sw_host h = host_new(NULL);
	int root = top(&h);

	(void)state;
	close(chain(root, "d", LEVELS));
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct walk_options options = { .budget_ms = NO_HURRY_MS,
						.directories = rows[i].most };
		struct walk *w = walked(root, &options);
		char what[32];

		snprintf(what, sizeof(what), "at most %u", (unsigned)rows[i].most);
		want_number(what, walk_kept(w), rows[i].kept);
		want_number(what, walk_sums(w)->inodes, rows[i].inodes);
		want_number(what, sum_of_kept(w), rows[i].inodes);
		want_number(what, walk_sums(w)->unread, 1);
		walk_free(w);
	}
	close(root);
	host_remove(&h);
}

static void so_many_children_of_one_directory_are_kept(void **state)
{
	static const struct {
		uint32_t most, kept;
	} rows[] = { { 1, 1 },	      { 2, 2 },	       { 16, 2 + 2 },	  { 159, 2 + 10 },
		     { 160, 2 + 11 }, { 320, 2 + 21 }, { 4783, 2 + 299 }, { 4784, 2 + 300 } };
	struct sw_host h = host_new(NULL);
	int root = top(&h);
	int wide = enter(root, "wide");

	(void)state;
	for (int i = 0; i < 300; i++) {
		char name[16];
		int fd;

		snprintf(name, sizeof(name), "w%d", i);
		fd = enter(wide, name);
		assert_int_equal(make_files(fd, 1), 0);
		close(fd);
	}
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct walk_options options = { .budget_ms = NO_HURRY_MS,
						.directories = rows[i].most };
		struct walk *w = walked(root, &options);
		char what[32];

		snprintf(what, sizeof(what), "at most %u", (unsigned)rows[i].most);
		want_whole(what, w, 2 + 2 * 300, 2 + 300);
		want_number(what, walk_kept(w), rows[i].kept);
		walk_free(w);
	}
	close(wide);
	close(root);
	host_remove(&h);
}

/*
 * Five directories of ten files, two of which are kept at once. Of the others each is kept if ten
 * is more than 1/128 of all that was counted until then: `files`, ten more for each.
 */
static void what_holds_more_than_its_part_is_kept_after_all(void **state)
{
	static const struct {
		int files;
		uint32_t kept;
	} rows[] = { { 1223, 1 + 2 + 3 }, { 1224, 1 + 2 + 2 }, { 1233, 1 + 2 + 2 },
		     { 1234, 1 + 2 + 1 }, { 1243, 1 + 2 + 1 }, { 1244, 1 + 2 } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct walk_options options = { .budget_ms = NO_HURRY_MS, .directories = 16 };
		struct sw_host h = host_new(NULL);
		int root = top(&h);
		char what[32];
		struct walk *w;

		snprintf(what, sizeof(what), "%d files", rows[i].files);
		assert_int_equal(make_files(root, rows[i].files), 0);
		for (int k = 0; k < 5; k++) {
			char name[2] = { (char)('a' + k), '\0' };
			int fd = enter(root, name);

			assert_int_equal(make_files(fd, 10), 0);
			close(fd);
		}
		w = walked(root, &options);
		want_whole(what, w, 1 + (uint64_t)rows[i].files + 55, 6);
		want_number(what, walk_kept(w), rows[i].kept);
		walk_free(w);
		close(root);
		host_remove(&h);
	}
}

struct closed {
	int root;
	uint32_t directories;
	const char *want; /* how the sentence begins */
};

static int walk_to_closed(void *ctx)
{
	const struct closed *c = ctx;
	struct walk_options options = { .budget_ms = NO_HURRY_MS, .directories = c->directories };
	struct sw_fault why = { 0 };
	struct walk *w;
	int rc = walk_run(c->root, &options, &w, &why);

	if (rc < 0)
		return rc;
	if (walk_sums(w)->unreadable != 1)
		rc = -ERANGE;
	if (strncmp(walk_sums(w)->first.text.s, c->want, strlen(c->want)) != 0)
		rc = -EPROTO;
	walk_free(w);
	return rc;
}

static void what_cannot_be_read_is_said_with_its_path(void **state)
{
	static const struct {
		const char *what;
		size_t name[3]; /* bytes of the names; the last one is closed */
		uint32_t directories;
		const char *want;
	} rows[] = {
		{ "kept", { 3 }, 0, "read aaa: Permission denied" },
		{ "not kept", { 3 }, 1, "read aaa: Permission denied" },
		{ "two down", { 1, 2 }, 0, "read a/bb: Permission denied" },
		{ "not kept, below one that is", { 1, 2 }, 2, "read a/bb: Permission denied" },
		{ "700 bytes", { 233, 233, 232 }, 0, "read a directory 700 bytes down: Perm" },
		{ "701 bytes", { 233, 233, 233 }, 0, "read a directory 701 bytes down: Perm" },
		{ "699 bytes", { 233, 233, 231 }, 0, "read aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct closed c = { top(&h), rows[i].directories, rows[i].want };
		int at = dup(c.root);

		for (int k = 0; k < 3 && rows[i].name[k]; k++) {
			char name[256];
			int below;

			memset(name, 'a' + k, sizeof(name));
			name[rows[i].name[k]] = '\0';
			below = enter(at, name);
			close(at);
			at = below;
		}
		assert_int_equal(fchmod(at, 0), 0);
		want_number(rows[i].what, as_nobody(walk_to_closed, &c), 0);
		assert_int_equal(fchmod(at, 0755), 0);
		close(at);
		close(c.root);
		host_remove(&h);
	}
}

static void a_wide_directory_is_walked_to_its_end(void **state)
{
	enum { FILES = 30000 };
	struct sw_host h = host_new(NULL);
	int root = top(&h);
	struct walk *w;

	(void)state;
	assert_int_equal(make_files(root, FILES), 0);
	w = walked(root, &no_hurry);
	want_whole("all", w, 1 + FILES, 1);
	walk_free(w);
	close(root);
	host_remove(&h);
}

enum { SHORT_MS = 30 };

/* The budget is over at the 100th name. */
static bool dawdle(uint32_t directory, const struct dir_entry *entry, void *ctx)
{
	uint64_t *names = ctx;

	(void)directory;
	(void)entry;
	if (++*names == 100)
		usleep(2 * SHORT_MS * 1000);
	return true;
}

static void a_walk_that_is_cut_says_so(void **state)
{
	/* while children are met; while what is below them is counted for their parent */
	static const uint32_t most[] = { 0, 16 };
	struct sw_host h = host_new(NULL);
	int root = top(&h);
	uint64_t inodes = make_wide(root);

	(void)state;
	for (size_t i = 0; i < SW_COUNT(most); i++) {
		uint64_t names = 0;
		struct walk_options options = { .budget_ms = SHORT_MS,
						.directories = most[i],
						.counts = dawdle,
						.ctx = &names };
		struct walk *w = walked(root, &options);

		want_number("cut", walk_sums(w)->cut, true);
		want_number("sum", sum_of_kept(w), walk_sums(w)->inodes);
		want_within("sums", walk_sums(w)->unread, 1, 400);
		want_within("sums", walk_sums(w)->inodes, 1, inodes - 1);
		walk_free(w);
	}
	close(root);
	host_remove(&h);
}

static bool remove_others(uint32_t directory, const struct dir_entry *entry, void *ctx)
{
	int root = *(int *)ctx;

	(void)directory;
	(void)entry;
	unlinkat(root, "a/b", AT_REMOVEDIR);
	unlinkat(root, "a", AT_REMOVEDIR);
	unlinkat(root, "c", AT_REMOVEDIR);
	unlinkat(root, "e", AT_REMOVEDIR);
	/* other things by the same names */
	assert_int_equal(symlinkat("d", root, "c"), 0);
	close(openat(root, "e", O_WRONLY | O_CREAT, 0600));
	return true;
}

static void what_vanishes_does_no_harm(void **state)
{
	struct sw_host h = host_new(NULL);
	int root = top(&h);
	struct walk_options options = { .budget_ms = NO_HURRY_MS,
					.counts = remove_others,
					.ctx = &root };
	struct walk *w;

	(void)state;
	close(chain(root, "a", 1));
	close(chain(root, "c", 1));
	close(chain(root, "d", 2));
	close(chain(root, "e", 1));
	assert_int_equal(mkdirat(root, "a/b", 0755), 0);
	assert_int_equal(make_files(root, 1), 0);
	w = walked(root, &options);
	want_number("gone", walk_sums(w)->gone, 3);
	want_number("directories", walk_sums(w)->directories, 3);
	want_number("unreadable", walk_sums(w)->unreadable, 0);
	want_number("cut", walk_sums(w)->cut, false);
	walk_free(w);
	close(root);
	host_remove(&h);
}

struct restricted {
	int root;
	int forbid;
	uint64_t inodes;
};

/* With few descriptors, and perhaps without openat2(2). */
static int walk_restricted(void *ctx)
{
	struct restricted *r = ctx;
	struct rlimit few = { WALK_OPEN_MAX + 20, WALK_OPEN_MAX + 20 };
	struct walk_options options = no_hurry;
	struct sw_fault why = { 0 };
	struct walk *w;
	int rc = setrlimit(RLIMIT_NOFILE, &few) < 0 ? -errno : 0;

	if (rc == 0 && r->forbid)
		rc = forbid_call(SYS_openat2, r->forbid);
	for (int i = 0; i < 3 && rc == 0; i++) {
		options.directories = i == 1 ? 64 : 0;
		rc = walk_run(r->root, &options, &w, &why);
		if (rc < 0)
			break;
		if (walk_sums(w)->inodes != r->inodes || walk_sums(w)->cut ||
		    walk_sums(w)->unreadable || walk_sums(w)->gone || walk_sums(w)->mounts)
			rc = -EPROTO;
		walk_free(w);
	}
	return rc;
}

static void few_descriptors_and_an_old_kernel_suffice(void **state)
{
	struct sw_host h = host_new(NULL);
	struct restricted r = { .root = top(&h) };

	(void)state;
	r.inodes = make_wide(r.root) + 25 + 7 * 20;
	for (int i = 0; i < 7; i++) {
		char name[2] = { (char)('a' + i), '\0' };
		int fd = chain(r.root, name, 20);

		close(fd);
	}
	close(chain(r.root, "z", 25));
	for (r.forbid = 0; r.forbid <= ENOSYS; r.forbid += ENOSYS)
		want_number("restricted", as_nobody(walk_restricted, &r), 0);
	r.forbid = EPERM;
	want_number("restricted by a filter", as_nobody(walk_restricted, &r), 0);
	close(r.root);
	host_remove(&h);
}

/* /dev, in which other file systems are mounted, with openat2(2) and without. */
static int walk_mounts(void *ctx)
{
	struct walk_sums sums[2];
	struct sw_fault why = { 0 };
	struct walk *w;
	int rc = 0;

	for (int i = 0; i < 2 && rc == 0; i++) {
		rc = walk_run(*(int *)ctx, &no_hurry, &w, &why);
		if (rc < 0)
			break;
		sums[i] = *walk_sums(w);
		walk_free(w);
		rc = i == 0 ? forbid_call(SYS_openat2, ENOSYS) : 0;
	}
	if (rc == 0 &&
	    (sums[0].mounts == 0 || sums[0].unreadable != sums[1].unreadable ||
	     sums[0].first.code == EXDEV || sums[1].first.code == EXDEV ||
	     sums[0].mounts != sums[1].mounts || sums[0].directories != sums[1].directories))
		rc = -EPROTO;
	return rc;
}

static void no_mount_is_entered(void **state)
{
	int dev = open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	struct stat pts;

	(void)state;
	if (dev < 0 || fstat(dev, &st) < 0 || fstatat(dev, "pts", &pts, 0) < 0 ||
	    st.st_dev == pts.st_dev) {
		if (dev >= 0)
			close(dev);
		skip();
	}
	want_number("mounts in /dev", as_nobody(walk_mounts, &dev), 0);
	close(dev);
}

static int walk_closed(void *ctx)
{
	struct sw_fault why = { 0 };
	struct walk *w;

	return walk_run(*(int *)ctx, &no_hurry, &w, &why);
}

static void a_root_that_cannot_be_read_is_a_fault(void **state)
{
	struct sw_host h = host_new(NULL);
	int root = top(&h);

	(void)state;
	assert_int_equal(fchmod(root, 0), 0);
	want_number("closed root", as_nobody(walk_closed, &root), -EACCES);
	assert_int_equal(fchmod(root, 0700), 0);
	close(root);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_directory_has_its_own_count),
		cmocka_unit_test(a_deep_tree_is_walked_to_its_end),
		cmocka_unit_test(paths_longer_than_the_kernel_takes),
		cmocka_unit_test(most_is_read_where_most_is_left),
		cmocka_unit_test(many_siblings_hide_nothing),
		cmocka_unit_test(beyond_the_bound_children_count_for_their_parent),
		cmocka_unit_test(beyond_the_bound_deep_trees_are_cut),
		cmocka_unit_test(so_much_of_a_deep_tree_is_kept),
		cmocka_unit_test(so_many_children_of_one_directory_are_kept),
		cmocka_unit_test(what_holds_more_than_its_part_is_kept_after_all),
		cmocka_unit_test(what_cannot_be_read_is_said_with_its_path),
		cmocka_unit_test(a_wide_directory_is_walked_to_its_end),
		cmocka_unit_test(a_walk_that_is_cut_says_so),
		cmocka_unit_test(what_vanishes_does_no_harm),
		cmocka_unit_test(few_descriptors_and_an_old_kernel_suffice),
		cmocka_unit_test(no_mount_is_entered),
		cmocka_unit_test(a_root_that_cannot_be_read_is_a_fault),
	};

	/*
	 * Thousands of directories: to remove one costs some disks milliseconds. And on ext4, where
	 * a long name takes more than the walk reckons with, the turns are not those that are asked
	 * for.
	 */
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1);
	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
