/* The heavy hitters of trees drawn at random beside those that plain counting finds. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inode/dirs.h"
#include "reference_hitters.h"
#include "test.h"
#include "trees.h"

enum { ROUNDS = 3, LIST_MAX = 20000, NO_HURRY_MS = 50000 };

static struct ref_path list[LIST_MAX];
static size_t list_n;

static void put(const char *path, bool directory, void *ctx)
{
	int root = *(int *)ctx;

	for (size_t i = 0; directory && i < list_n; i++)
		if (list[i].directory && strcmp(list[i].path, path) == 0)
			return;
	assert_true(list_n < LIST_MAX);
	snprintf(list[list_n].path, REF_PATH, "%s", path);
	list[list_n++].directory = directory;
	if (directory) {
		assert_int_equal(mkdirat(root, path, 0755), 0);
	} else {
		int fd = openat(root, path, O_WRONLY | O_CREAT | O_EXCL, 0600);

		assert_true(fd >= 0);
		close(fd);
	}
}

/* A path of ours without the slash at its start. */
static bool is_path(const char *path, size_t n, const char *want)
{
	return n > 0 && n - 1 == strlen(want) && memcmp(path + 1, want, n - 1) == 0;
}

/* Those of the reference that are not among ours must not be larger. */
static void compare_patterns(const char *what, const struct sw_inode_dir *got,
			     const struct ref_hitter *want)
{
	size_t n = want->patterns < SW_INODE_PATTERNS ? want->patterns : SW_INODE_PATTERNS;
	size_t found = 0;

	want_number(what, got->patterns, n);
	for (size_t k = 0; k < want->patterns; k++) {
		const struct ref_pattern *p = &want->pattern[k];
		char path[2 * REF_PATH];
		bool known = false;

		snprintf(path, sizeof(path), "%s%s%s", want->path, *want->path ? "/" : "", p->path);
		for (size_t i = 0; i < got->patterns; i++)
			if (is_path(got->pattern[i].path, got->pattern[i].path_n, path)) {
				want_number(path, got->pattern[i].inodes, p->inodes);
				want_number(path, got->pattern[i].directories, p->directories);
				known = true;
			}
		found += known;
		if (!known && (n == 0 || p->inodes > got->pattern[n - 1].inodes))
			fail_msg("%s: %s with %llu is missing", what, path,
				 (unsigned long long)p->inodes);
	}
	want_number("patterns that are none", n - found, 0);
}

static void compare(const char *what, const struct sw_inode_dirs *got, struct ref_hitter *want,
		    size_t n)
{
	size_t found = 0;

	want_number(what, got->counted, list_n);
	want_number(what, got->n + got->more, n);
	for (size_t k = 0; k < n; k++) {
		bool known = false;

		for (size_t i = 0; i < got->n; i++) {
			const struct sw_inode_dir *item = &got->item[i];

			if (!is_path(item->path, item->path_n, want[k].path))
				continue;
			known = true;
			want_number(want[k].path, item->inodes, want[k].inodes);
			compare_patterns(what, item, &want[k]);
		}
		found += known;
		if (!known && want[k].inodes > got->item[got->n - 1].inodes)
			fail_msg("%s: /%s with %llu is missing", what, want[k].path,
				 (unsigned long long)want[k].inodes);
	}
	want_number("directories that are none", got->n - found, 0);
}

static void as_counted_with_sets(void **state)
{
	static struct ref_hitter want[REF_HITTERS];

	(void)state;
	for (unsigned i = 0; i < ROUNDS * SW_COUNT(tree_kinds); i++) {
		const struct tree_kind *kind = &tree_kinds[i % SW_COUNT(tree_kinds)];
		struct sw_host h = host_new(NULL);
		int root = open(host_path(&h, "/"), O_PATH | O_DIRECTORY);
		struct trees t = { .draw = UINT64_C(0x9e3779b97f4a7c15) * (i + 1),
				   .size = 1,
				   .put = put,
				   .ctx = &root };
		struct sw_fault why = { 0 };
		struct sw_inode_dirs got;
		uint64_t used;
		char what[64];

		snprintf(what, sizeof(what), "%s, seed %u", kind->name, i + 1);
		list_n = 1; /* the root */
		list[0] = (struct ref_path){ .directory = true };
		tree_draw(&t, 2);
		kind->make(&t);
		used = i % 2 ? list_n + tree_draw(&t, (unsigned)list_n) : 0;
		want_number(what, sw_inode_dirs_scan(&h, "/", used, NO_HURRY_MS, &got, &why), 0);
		compare(what, &got, want,
			ref_hitters(list, list_n, ((used ? used : list_n) + 9) / 10, want));
		sw_inode_dirs_free(&got);
		close(root);
		host_remove(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_counted_with_sets),
	};

	if (access("/dev/shm", W_OK) == 0) /* to remove a directory costs some disks milliseconds */
		setenv("TMPDIR", "/dev/shm", 0);
	return cmocka_run_group_tests_name("dirs of trees", tests, NULL, NULL);
}
