/* walk_tree: names, numbers and turns beside plain lists; how a directory is opened again. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/walk_tree.h"
#include "test.h"

static unsigned draw(uint64_t *seed, unsigned below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (unsigned)((*seed >> 32) * below >> 32);
}

static void the_smallest_order_comes_first_and_of_equals_the_oldest(void **state)
{
	enum { ROUNDS = 300, MOST = 64 };
	uint64_t key[MOST];
	uint64_t seed = 3;

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct tree_heap h = { .key = key };
		uint64_t list[MOST];
		uint32_t n = 0;
		uint32_t id = 0;
		unsigned most = 1 + draw(&seed, MOST);
		unsigned orders = 1 + draw(&seed, round % 3 ? 5 : 1000);

		for (int step = 0; step < 300; step++) {
			if (n < most && (n == 0 || draw(&seed, 2))) {
				uint32_t order =
					draw(&seed, orders) + (step % 50 == 0 ? UINT32_MAX - 1000
							       : step % 7     ? 0
									      : UINT32_MAX / 2);

				list[n++] = (uint64_t)order << 32 | id;
				tree_push(&h, order, id++);
			} else {
				uint32_t least = 0;

				for (uint32_t i = 1; i < n; i++)
					if (list[i] < list[least])
						least = i;
				want_number("popped", tree_pop(&h), (uint32_t)list[least]);
				list[least] = list[--n];
			}
			want_number("left", h.n, n);
		}
	}
}

/* The last one sinks to where it has a place for a child, and there is none. */
static void a_full_heap_is_emptied_in_order(void **state)
{
	(void)state;
	for (uint32_t n = 1; n <= 130; n++) {
		struct tree_heap heap = { .key = calloc(n, sizeof(*heap.key)) };

		for (uint32_t id = 0; id < n; id++)
			tree_push(&heap, 7, id);
		for (uint32_t id = 0; id < n; id++)
			want_number("popped", tree_pop(&heap), id);
		free(heap.key);
	}
}

static struct sw_host h;
static struct tree t;
static int open_before;

static int count_open(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* Of what is opened next, with no lower one left free behind it by others. */
static int next_descriptor(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

static int set_up(void **state)
{
	struct sw_fault why = { 0 };

	(void)state;
	h = host_new(NULL);
	open_before = count_open();
	return tree_init(&t, h.root, &why);
}

static int tear_down(void **state)
{
	(void)state;
	tree_free(&t);
	want_number("left open", count_open() - open_before, 0);
	host_remove(&h);
	return 0;
}

static uint32_t add(uint32_t parent, const char *name, uint64_t inodes)
{
	assert_true(tree_has_room(&t, strlen(name), UINT32_MAX));
	return tree_add(&t, parent, raw_of(name), inodes);
}

static void an_order_is_one_and_the_logarithm_of_the_place_at_each_level(void **state)
{
	static const uint32_t wants[] = { 1, 2, 2, 3, 3, 3, 3, 4 };
	uint32_t top[8];

	(void)state;
	want_number("root", t.node[0].order, 0);
	want_number("root", t.node[0].inodes, 1);
	want_number("root", t.n, 1);
	for (size_t i = 0; i < 8; i++) {
		top[i] = add(0, "x", 10 + i);
		want_number("number", top[i], i + 1);
		want_number("order", t.node[top[i]].order, wants[i]);
		want_number("inodes", t.node[top[i]].inodes, 10 + i);
		want_number("children", t.node[0].children, i + 1);
		want_number("its own", t.node[top[i]].children, 0);
	}
	for (size_t i = 0; i < 8; i++)
		want_number("a first child", t.node[add(top[i], "y", 1)].order, wants[i] + 1);
	want_number("a second one", t.node[add(top[7], "y", 1)].order, 4 + 2);
}

/* From the top down, as one says it. */
static size_t say(uint32_t id, char *buf)
{
	size_t n = 0;

	if (id == 0)
		return 0;
	if (t.node[id].parent != 0) {
		n = say(t.node[id].parent, buf);
		buf[n++] = '/';
	}
	memcpy(buf + n, t.names + t.node[id].name, t.node[id].name_n);
	return n + t.node[id].name_n;
}

static void a_path_is_said_where_it_fits(void **state)
{
	static char want[400 * 256];
	static char got[400 * 256 + 1];
	uint64_t seed = 17;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		char name[256];
		size_t n = 1 + draw(&seed, i % 3 ? 9 : 255);
		uint32_t parent = draw(&seed, 4) ? draw(&seed, t.n) : t.n - 1;
		uint32_t id;

		memset(name, 'a' + i % 26, n);
		assert_true(tree_has_room(&t, n, UINT32_MAX));
		id = tree_add(&t, parent, raw_from(name, n), 1);
		want_number("parent", t.node[id].parent, parent);
		want_number("name", memcmp(t.names + t.node[id].name, name, n), 0);
	}
	for (uint32_t id = 0; id < t.n; id++) {
		size_t n = say(id, want);

		assert_true(n + 1 < sizeof(want));
		for (size_t size = n ? n - 1 : n; size <= n + 1; size++) {
			memset(got, '?', n + 1);
			want_number("length", tree_path(&t, id, got, size), n);
			if (size >= n)
				want_number("path", memcmp(got, want, n), 0);
			else
				want_number("untouched", got[0], '?');
			want_number("behind it", got[n], '?');
		}
	}
}

static void room_ends_at_its_bounds(void **state)
{
	char name[UINT8_MAX];
	uint32_t wants = TREE_NAMES_MAX / sizeof(name);
	size_t rest = TREE_NAMES_MAX % sizeof(name);

	(void)state;
	want_number("as many as may be", tree_has_room(&t, 1, 1), false);
	want_number("one more", tree_has_room(&t, 1, 2), true);
	memset(name, 'n', sizeof(name));
	while (tree_has_room(&t, sizeof(name), UINT32_MAX))
		tree_add(&t, 0, raw_from(name, sizeof(name)), 1);
	want_number("nodes", t.n - 1, wants);
	want_number("a name that fills it", tree_has_room(&t, rest, UINT32_MAX), true);
	want_number("one that does not fit", tree_has_room(&t, rest + 1, UINT32_MAX), false);
	/* as in walk.c: room in the heaps is for each of them */
	for (uint32_t id = 0; id < t.n; id++) {
		tree_push(&t.unknown, id, id);
		tree_push(&t.fat, id, id);
	}
	want_number("the first", tree_pop(&t.fat), 0);
}

/* Makes a directory below the node, and a node of it. */
static uint32_t make(uint32_t parent, const char *name)
{
	uint32_t id = add(parent, name, 1);
	char path[PATH_MAX];
	size_t n = tree_path(&t, id, path, sizeof(path));

	assert_true(n < sizeof(path));
	path[n] = '\0';
	assert_int_equal(mkdirat(h.root, path, 0755), 0);
	return id;
}

static int is_opened(uint32_t id, ino_t want)
{
	struct stat st;
	struct stat got;
	int fd = tree_open(&t, id, &st);

	if (fd < 0)
		return fd;
	assert_int_equal(fstat(fd, &got), 0);
	want_number("what is told of it", st.st_ino, got.st_ino);
	want_number("to be read", fcntl(fd, F_GETFL) & (O_PATH | O_ACCMODE), O_RDONLY);
	want_number("descriptor's", fcntl(fd, F_GETFD), FD_CLOEXEC);
	if (want)
		want_number("opened", got.st_ino, want);
	tree_close(&t, id, fd);
	return 0;
}

static ino_t inode_of(const char *path)
{
	struct stat st;

	assert_int_equal(fstatat(h.root, path, &st, 0), 0);
	return st.st_ino;
}

static void what_is_no_directory_any_more_is_not_opened(void **state)
{
	(void)state;
	for (int plain = 0; plain < 2; plain++) {
		uint32_t gone = add(0, "gone", 1);
		uint32_t file = add(0, "file", 1);
		uint32_t link = add(0, "link", 1);
		uint32_t below = add(link, "below", 1);
		uint32_t there = plain ? add(0, "there", 1) : make(0, "there");
		int rc;

		if (!plain) {
			host_file(&h, "/file", "");
			assert_int_equal(mkdirat(h.root, "there/below", 0755), 0);
			assert_int_equal(symlinkat("there", h.root, "link"), 0);
		}
		t.plain |= plain;
		want_number("there", is_opened(there, inode_of("there")), 0);
		want_number("the root", is_opened(0, inode_of(".")), 0);
		want_number("gone", is_opened(gone, 0), -ENOENT);
		want_number("a file", is_opened(file, 0), -ENOTDIR);
		rc = is_opened(link, 0);
		want_number("a link", rc == -ELOOP || rc == -ENOTDIR, true);
		rc = is_opened(below, 0);
		want_number("through a link", rc == -ELOOP || rc == -ENOTDIR, true);
	}
}

/* What stands open is seen by moving it away. */
static void a_way_begins_at_the_nearest_that_stands_open(void **state)
{
	(void)state;
	for (int plain = 0; plain < 2; plain++) {
		uint32_t a = make(0, plain ? "a2" : "a");
		uint32_t b = make(a, "b");
		uint32_t c = make(b, "c");
		ino_t inode = inode_of(plain ? "a2/b/c" : "a/b/c");
		uint32_t other;

		t.plain |= plain;
		want_number("none stands open", is_opened(c, inode), 0);
		want_number("nor does one without children", t.open[c % TREE_OPEN].id, 0);
		want_number("a", is_opened(a, 0), 0);
		want_number("stands open", t.open[a % TREE_OPEN].id, a);
		want_number("a once more", is_opened(a, 0), 0);
		assert_int_equal(renameat(h.root, plain ? "a2" : "a", h.root, "moved"), 0);
		want_number("from a", is_opened(c, inode), 0);
		want_number("a itself", is_opened(a, inode_of("moved")), 0);
		want_number("b", is_opened(b, 0), 0);
		assert_int_equal(renameat(h.root, "moved/b", h.root, "moved/d"), 0);
		want_number("from b", is_opened(c, inode), 0);
		/* one of the same place takes it */
		while ((other = add(0, "filler", 1)) % TREE_OPEN != a % TREE_OPEN)
			;
		tree_add(&t, other, raw_of("x"), 1);
		assert_int_equal(mkdirat(h.root, "filler", 0755), 0);
		want_number("another", is_opened(other, 0), 0);
		want_number("in its place", t.open[a % TREE_OPEN].id, other);
		want_number("from b still", is_opened(c, inode), 0);
		want_number("a is gone", is_opened(a, 0), -ENOENT);
		assert_int_equal(unlinkat(h.root, "filler", AT_REMOVEDIR), 0);
		assert_int_equal(renameat(h.root, "moved", h.root, plain ? "2" : "1"), 0);
	}
}

/* Paths around PATH_MAX, all names of which are long. */
static void a_path_of_any_length_is_opened(void **state)
{
	static const size_t last[][2] = {
		{ 126, 127 }, { 127, 127 }, { 127, 128 }, { 128, 128 }, { 128, 129 }, { 255, 255 },
	}; /* 4094 bytes, 4095 .. 4098, 4351 */
	uint32_t up = 0;
	char name[256];
	int fd = dup(h.root);

	(void)state;
	memset(name, 'n', 255);
	name[255] = '\0';
	for (int i = 0; i < 15; i++) {
		int next;

		assert_int_equal(mkdirat(fd, name, 0755), 0);
		next = openat(fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		close(fd);
		fd = next;
		up = add(up, name, 1);
	}
	for (size_t i = 0; i < 2 * SW_COUNT(last); i++) {
		const size_t *n = last[i / 2];
		uint32_t id;
		struct stat st;
		char path[600];

		snprintf(path, sizeof(path), "%0*zu/%0*zu", (int)n[0], i / 2, (int)n[1], i / 2);
		path[n[0]] = '\0';
		t.plain = i % 2;
		id = add(up, path, 1);
		if (!t.plain)
			assert_int_equal(mkdirat(fd, path, 0755), 0);
		id = add(id, path + n[0] + 1, 1);
		path[n[0]] = '/';
		if (!t.plain)
			assert_int_equal(mkdirat(fd, path, 0755), 0);
		assert_int_equal(fstatat(fd, path, &st, 0), 0);
		want_number(path, is_opened(id, st.st_ino), 0);
	}
	close(fd);
}

static void a_root_that_is_none_is_a_fault(void **state)
{
	struct sw_fault why = { 0 };

	(void)state;
	h = host_new(NULL);
	host_file(&h, "/file", "");
	open_before = open(host_path(&h, "/file"), O_RDONLY);
	want_number("a file", tree_init(&t, open_before, &why), -ENOTDIR);
	want_in("a file", why.text.s, "read the top directory: Not a directory");
	tree_free(&t);
	close(open_before);
	host_remove(&h);
}

static void what_stands_open_makes_room_for_what_is_opened(void **state)
{
	struct rlimit was;
	struct rlimit few;
	uint32_t of[32]; /* the last one's place is the first */
	uint32_t single;
	struct stat st;
	char name[] = "single";

	(void)state;
	(void)make(0, "first");
	for (size_t i = 0; i < SW_COUNT(of); i++) {
		char text[8];

		snprintf(text, sizeof(text), "%zu", i);
		of[i] = make(0, text);
		(void)make(of[i], "x");
		want_number("opened", is_opened(of[i], 0), 0);
	}
	assert_int_equal(of[SW_COUNT(of) - 1] % TREE_OPEN, 0);
	single = make(0, "single");
	want_number("stand open", count_open() - open_before, SW_COUNT(of));
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	few = was;
	for (int at = 0; at < 2; at++) {
		int fd;

		for (size_t i = 0; i < SW_COUNT(of); i++)
			want_number("opened", is_opened(of[i], 0), 0);
		few.rlim_cur = (rlim_t)next_descriptor();
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
		fd = at ? tree_open_at(&t, h.root, name, &st) : tree_open(&t, single, &st);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
		want_number("there was room", fd >= 0, true);
		want_number("for it", st.st_ino, inode_of("single"));
		close(fd);
		for (size_t i = 0; i < TREE_OPEN; i++)
			want_number("stands open", t.open[i].id, 0);
	}
	few.rlim_cur = (rlim_t)next_descriptor();
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	want_number("none that could be closed", tree_open(&t, single, &st), -EMFILE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	for (size_t i = 0; i < SW_COUNT(of); i++)
		want_number("opened", is_opened(of[i], 0), 0);
	want_number("what is not there", tree_open_at(&t, h.root, strcpy(name, "none"), &st),
		    -ENOENT);
	want_number("costs nothing", t.open[of[3] % TREE_OPEN].id, of[3]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_smallest_order_comes_first_and_of_equals_the_oldest),
		cmocka_unit_test(a_full_heap_is_emptied_in_order),
		cmocka_unit_test_setup_teardown(
			an_order_is_one_and_the_logarithm_of_the_place_at_each_level, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(a_path_is_said_where_it_fits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(room_ends_at_its_bounds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_directory_any_more_is_not_opened, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_way_begins_at_the_nearest_that_stands_open,
						set_up, tear_down),
		cmocka_unit_test(a_root_that_is_none_is_a_fault),
		cmocka_unit_test_setup_teardown(a_path_of_any_length_is_opened, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_stands_open_makes_room_for_what_is_opened,
						set_up, tear_down),
	};

	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 0);
	return cmocka_run_group_tests_name("walk tree", tests, NULL, NULL);
}
