/* owners: which files are in the sample, and whose they are. */
#include <math.h>
#include <sys/stat.h>

#include "dirstext.h"
#include "inode/owners.h"
#include "os/clock.h"

/* A sample beside the plainest list of what it must be: each file with its random number. */
struct met {
	uint64_t key;
	uint32_t directory;
	size_t n;
	char name[UINT8_MAX + 2];
};

struct list {
	struct met *met;
	size_t n, bytes;
	uint64_t draw, limit;
};

static uint64_t next_of(uint64_t draw)
{
	draw ^= draw << 13;
	draw ^= draw >> 7;
	return draw ^ draw << 17;
}

static void half_of(struct list *l)
{
	size_t n = 0;

	l->limit /= 2;
	l->bytes = 0;
	for (size_t i = 0; i < l->n; i++)
		if (l->met[i].key <= l->limit) {
			l->met[n] = l->met[i];
			l->bytes += l->met[n++].n;
		}
	l->n = n;
}

static void add(struct list *l, uint32_t directory, const struct dir_entry *e)
{
	l->draw = next_of(l->draw);
	while (l->draw <= l->limit && (l->n == OWNERS_KEPT || l->bytes + e->length > OWNERS_NAMES))
		half_of(l);
	if (l->draw > l->limit || e->length > UINT8_MAX)
		return;
	l->met[l->n] = (struct met){ .key = l->draw, .directory = directory, .n = e->length };
	memcpy(l->met[l->n++].name, e->name, e->length);
	l->bytes += e->length;
}

static void compare_lists(const char *what, const struct owners *o, const struct list *l)
{
	size_t at = 0;

	want_number(what, o->draw == l->draw, true);
	want_number(what, o->limit == l->limit, true);
	want_number(what, o->n, l->n);
	want_number(what, o->names_n, l->bytes);
	for (size_t i = 0; i < l->n; at += l->met[i++].n)
		want_number(what, memcmp(o->names + at, l->met[i].name, l->met[i].n), 0);
}

static void begin(struct owners *o, struct list *l, uint64_t secret)
{
	struct sw_fault why = { 0 };

	*l = (struct list){ .draw = secret | 1, .limit = UINT64_MAX };
	l->met = malloc(OWNERS_KEPT * sizeof(*l->met));
	assert_non_null(l->met);
	assert_int_equal(owners_new(o, (struct hash_key){ 5, secret }, &why), 0);
}

static void meet(struct owners *o, struct list *l, uint32_t directory, const char *name, size_t n)
{
	struct dir_entry e = { .name = name, .length = n };

	owners_meet(o, directory, &e);
	add(l, directory, &e);
}

static void end(struct owners *o, struct list *l)
{
	free(l->met);
	owners_free(o);
}

static void a_sample_is_what_a_list_of_all_with_their_numbers_would_keep(void **state)
{
	static const struct {
		const char *what;
		uint64_t secret;
		size_t least, most; /* bytes of a name */
		int files;
	} rows[] = {
		{ "short names: the number of files is the bound", 77, 1, 8, 20000 },
		{ "one more than are kept", 78, 1, 1, OWNERS_KEPT + 1 },
		{ "long names: their bytes are the bound", 79, 200, 255, 4000 },
		{ "names that fill the room to its last byte", 80, 128, 128, 1025 },
		{ "names that are too long", 81, 250, 256, 600 },
		{ "no secret", 0, 1, 4, 100 },
	};
	char name[UINT8_MAX + 2];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct owners o;
		struct list l;
		uint64_t draw = 9;

		begin(&o, &l, rows[i].secret);
		for (int k = 0; k < rows[i].files; k++) {
			uint64_t limit = l.limit;
			size_t n;

			draw = next_of(draw);
			n = rows[i].least + (draw >> 9) % (rows[i].most - rows[i].least + 1);
			memset(name, 'a' + k % 26, sizeof(name));
			name[n - 1] = (char)('A' + k % 23);
			meet(&o, &l, 3, name, n);
			want_number("kept", o.n, l.n);
			want_number("limit", o.limit == l.limit, true);
			if (l.limit != limit || k + 1 == rows[i].files)
				compare_lists(rows[i].what, &o, &l);
		}
		end(&o, &l);
	}
}

static int by_key(const void *one, const void *other)
{
	const struct met *a = one;
	const struct met *b = other;

	return (a->key > b->key) - (a->key < b->key);
}

/* What is named otherwise than "fN" is not there. */
static struct sw_inode_owner plain_answer(struct list *l, const uint8_t *of, uint8_t item,
					  size_t most)
{
	struct sw_inode_owner ret = { 0 };
	size_t files[4] = { 0 };
	size_t found = 0;
	size_t asked = 0;
	double looked;

	qsort(l->met, l->n, sizeof(*l->met), by_key);
	for (size_t i = 0; i < l->n; i++) {
		const struct met *m = &l->met[i];

		if (of[m->directory] != item || found++ >= most)
			continue;
		asked++;
		if (m->name[0] == 'f')
			files[((uint32_t)(m->name[1] - '0') + m->directory) % 4]++;
	}
	ret.looked = files[0] + files[1] + files[2] + files[3];
	if (ret.looked == 0 || asked - ret.looked > asked / 2)
		return (struct sw_inode_owner){ 0 };
	for (uint32_t i = 0; i < 4; i++)
		if (files[i] > files[ret.uid])
			ret.uid = i;
	looked = (double)ret.looked;
	ret.share = (double)files[ret.uid] / looked;
	ret.uid += 1000;
	if (found <= most && asked == ret.looked && l->limit == UINT64_MAX)
		return ret;
	ret.error = ret.share < 1 ? 1.96 * sqrt(ret.share * (1 - ret.share) / looked) : 3 / looked;
	ret.error = ret.error > 1 ? 1 : ret.error;
	return ret;
}

/* Ten files in each directory: in d "fN" belongs to user (N + d) % 4. */
static int own(const struct sw_host *h, struct walk *walk)
{
	for (uint32_t d = 0; d < walk_kept(walk); d++)
		for (uint32_t i = 0; i < 10; i++) {
			char path[64] = "/";
			size_t n = 1 + walk_path(walk, d, path + 1, sizeof(path) - 1);

			snprintf(path + n, sizeof(path) - n, "/f%u", i);
			host_file(h, path, "");
			if (chown(host_path(h, path), (uid_t)(1000 + (i + d) % 4), 0) < 0)
				return -1;
		}
	return 0;
}

static void a_number_that_is_the_limit_is_kept(void **state)
{
	const uint64_t half = UINT64_MAX / 2;
	const struct dir_entry e = { .name = "x", .length = 1 };
	struct sw_fault why = { 0 };
	struct owners o;

	(void)state;
	assert_int_equal(owners_new(&o, (struct hash_key){ 5, 5 }, &why), 0);
	for (int i = 0; i < OWNERS_KEPT; i++) {
		o.draw = half + (uint64_t)(i % 2);
		owners_keep(&o, 0, &e);
		want_number("kept", o.n, i + 1);
	}
	for (int i = 0; i < 2; i++) {
		o.draw = half + 1 - (uint64_t)i;
		owners_keep(&o, 0, &e);
		want_number("half of them, and this one if it may", o.n, OWNERS_KEPT / 2 + i);
		want_number("limit", o.limit == half, true);
	}
	owners_free(&o);
}

static void whose_they_are_is_what_plain_counting_finds(void **state)
{
	static const struct {
		const char *what;
		int files;	   /* of all items */
		size_t items;	   /* that are asked for */
		const char *names; /* whose, in turn: 0 .. 3 or, of one that is gone, a dash */
	} rows[] = {
		{ "one file", 1, 1, "3" },
		{ "of one user", 40, 1, "0" },
		{ "of two as many: the lower number", 40, 1, "21" },
		{ "all that are asked", 300, 1, "0123012301" },
		{ "one more", 301, 1, "0123012301" },
		{ "one more, of one user", 301, 1, "1" },
		{ "two items: all", 300, 2, "011" },
		{ "two items: some", 320, 2, "01122" },
		{ "three items", 2000, 3, "0112223333" },
		{ "a sample of the sample", 4096, 1, "0112" },
		{ "after it was thinned out", 9000, 2, "01122222" },
		{ "one of two is gone", 2, 1, "1-" },
		{ "two of four are gone, of two users", 4, 1, "12--" },
		{ "two of three are gone", 3, 1, "1--" },
		{ "three of five are gone", 5, 1, "1-1--" },
		{ "two of five are gone", 5, 1, "1-11-" },
		{ "one of three is gone, of one user", 3, 1, "11-" },
		{ "all are gone", 5, 1, "-" },
		{ "one of six is gone", 6, 1, "111112-" },
		{ "none", 0, 1, "1" },
	};
	struct sw_host h = host_new(NULL);
	struct walk_options options = { .budget_ms = NO_HURRY_MS };
	struct sw_fault why = { 0 };
	struct walk *walk;

	(void)state;
	assert_int_equal(mkdir(host_path(&h, "/a"), 0755), 0);
	assert_int_equal(mkdir(host_path(&h, "/a/b"), 0755), 0);
	assert_int_equal(mkdir(host_path(&h, "/c"), 0755), 0);
	assert_int_equal(mkdir(host_path(&h, "/d"), 0755), 0);
	assert_int_equal(walk_run(h.root, &options, &walk, &why), 0);
	assert_int_equal(walk_kept(walk), 5);
	if (own(&h, walk) < 0) {
		walk_free(walk);
		host_remove(&h);
		print_message("skipped - not root: files of other users\n");
		skip();
	}
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_inode_owner got[3];
		size_t kinds = strlen(rows[i].names);
		uint8_t of[5] = { 99, 99, 99, 99, 99 };
		struct owners o;
		struct list l;
		int open_before = dup(0);

		close(open_before);
		begin(&o, &l, 1234 + i);
		for (uint32_t d = 1; d < 5; d++)
			of[d] = (uint8_t)(d % rows[i].items);
		for (int k = 0; k < rows[i].files; k++) {
			uint32_t d = 1 + (uint32_t)k % 4;
			char whose = rows[i].names[(size_t)k % kinds];
			char name[3] = { whose == '-' ? 'g' : 'f', '0', '\0' };

			name[1] =
				(char)('0' + ((uint32_t)whose + 16 - d) % 4 + (uint32_t)k % 2 * 4);
			meet(&o, &l, d, name, 2);
			if (k % 100 == 7) /* of nobody who is asked for */
				meet(&o, &l, 0, "f3", 2);
		}
		owners_ask(&o, walk, of, rows[i].items, clock_ms() + NO_HURRY_MS, got);
		for (size_t k = 0; k < rows[i].items; k++) {
			struct sw_inode_owner want =
				plain_answer(&l, of, (uint8_t)k, OWNERS_ASKED / rows[i].items);

			want_number(rows[i].what, got[k].looked, want.looked);
			want_number(rows[i].what, got[k].uid, want.uid);
			want_number(rows[i].what, got[k].share * 1e9, want.share * 1e9);
			want_number(rows[i].what, got[k].error * 1e9, want.error * 1e9);
		}
		owners_ask(&o, walk, of, rows[i].items, clock_ms() - 1, got);
		want_number("without time", got[0].looked, 0);
		want_number("left open", dup(0), open_before);
		close(open_before);
		end(&o, &l);
	}
	walk_free(walk);
	host_remove(&h);
}

static void whose_the_files_are_is_asked_of_some(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_inode_dirs hogs;
	char path[64];

	(void)state;
	files(&h, "/few", 100);
	files(&h, "/many", 600);
	for (int i = 0; geteuid() == 0 && i < 600; i += i % 4 == 2 ? 2 : 1) {
		snprintf(path, sizeof(path), "/many/%d", i);
		assert_int_equal(chown(host_path(&h, path), 1005, 0), 0);
	}
	scan(&h, "/", &hogs);
	want_number("of many, looked at", hogs.item[0].owner.looked, 150);
	want_number("of few, looked at", hogs.item[1].owner.looked, 100);
	want_number("few", hogs.item[1].owner.uid, geteuid());
	want_number("all of them", hogs.item[1].owner.share * 100, 100);
	want_number("is exact", hogs.item[1].owner.error * 100, 0);
	want_number("many", hogs.item[0].owner.uid, geteuid() == 0 ? 1005 : geteuid());
	if (geteuid() == 0) {
		want_number("about three quarters", hogs.item[0].owner.share > 0.6, true);
		want_number("not all", hogs.item[0].owner.share < 0.9, true);
		want_number("known to some percent", hogs.item[0].owner.error * 100 > 4, true);
		want_number("and no worse", hogs.item[0].owner.error * 100 < 9, true);
	}
	sw_inode_dirs_free(&hogs);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sample_is_what_a_list_of_all_with_their_numbers_would_keep),
		cmocka_unit_test(a_number_that_is_the_limit_is_kept),
		cmocka_unit_test(whose_they_are_is_what_plain_counting_finds),
		cmocka_unit_test(whose_the_files_are_is_asked_of_some),
	};

	if (access("/dev/shm", W_OK) == 0) /* to remove a directory costs some disks milliseconds */
		setenv("TMPDIR", "/dev/shm", 0);
	return cmocka_run_group_tests_name("owners of files", tests, NULL, NULL);
}
