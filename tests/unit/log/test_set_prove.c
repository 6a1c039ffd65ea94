/* Which files of an invented set are the same, and their order, against plain comparing. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "descriptors.h"
#include "log/set_parts.h"
#include "pieces.h"
#include "test.h"

enum { ROUNDS = 150, SORTS = 2000, MOST = 6, TEXT = 400, SEEN = 256 };

/* What a file holds, beside its struct log_set_file. */
struct held {
	char name[32];
	char text[TEXT];
	size_t n;
	size_t inode; /* the same for links of one file */
	bool is_open;
};

static struct held held[MOST];
static struct log_set_file file[MOST];

/* The first bytes count, behind NULs: those that are there, 256 at most. */
static void start_of(const struct held *h, size_t *nuls, struct sw_raw *ret)
{
	*nuls = 0;
	while (*nuls < h->n && h->text[*nuls] == '\0')
		++*nuls;
	*ret = raw_from(h->text + *nuls, h->n - *nuls);
	if (ret->n > SEEN)
		ret->n = SEEN;
}

static bool begins_as(const struct held *a, const struct held *b)
{
	struct sw_raw first;
	struct sw_raw second;
	size_t a_nuls;
	size_t b_nuls;

	start_of(a, &a_nuls, &first);
	start_of(b, &b_nuls, &second);
	return first.n > 0 && first.n <= second.n && a_nuls == b_nuls &&
	       memcmp(first.p, second.p, first.n) == 0;
}

/* By numbers: the greatest is the best of files that are the same. */
static int rank_of(const struct log_set_file *f, size_t i)
{
	return (f->is.log ? 1000 : 0) + 100 * (int)f->is.kind + (f->format == LOG_PLAIN ? 50 : 0) +
	       (int)i;
}

static bool is_copy(const struct log_set *set, size_t i, size_t k)
{
	const struct log_set_file *a = &set->file[i];
	const struct log_set_file *b = &set->file[k];
	const struct held *one = &held[i];
	const struct held *other = &held[k];
	size_t stem = strlen(other->name);
	size_t nuls;
	struct sw_raw start;

	if (i == k || a->is.log || !other->is_open)
		return false;
	if (a->is.format == LOG_GZIP && a->is.place == b->is.place &&
	    strncmp(one->name, other->name, stem) == 0 && strcmp(one->name + stem, ".gz") == 0) {
		start_of(one, &nuls, &start);
		return !one->is_open || start.n == 0 || begins_as(one, other);
	}
	return one->is_open && rank_of(b, k) > rank_of(a, i) &&
	       (begins_as(one, other) || one->inode == other->inode);
}

static void drop(struct log_set *set, size_t i)
{
	set->n--;
	for (; i < set->n; i++) {
		set->file[i] = set->file[i + 1];
		held[i] = held[i + 1];
	}
}

static size_t draw_text(char text[TEXT])
{
	size_t n = (size_t[]){ 0, 1, 2, SEEN - 1, SEEN, SEEN + 1, 300 }[pieces_draw(7)];
	size_t nuls = pieces_draw(4) ? 0 : 1 + pieces_draw(2);

	memset(text, '\0', nuls);
	memset(text + nuls, "ab"[pieces_draw(5) == 0], n);
	if (n > SEEN && pieces_draw(2)) /* differs behind what is looked at, or in its last byte */
		text[nuls + SEEN - pieces_draw(2)] = 'c';
	return n + nuls;
}

static void write_held(const struct sw_host *h, const struct log_set_file *f,
		       const struct held *one)
{
	char path[64];

	snprintf(path, sizeof(path), "/%.31s", one->name);
	host_bytes(h, path, one->text, one->n);
	if (f->format == LOG_GZIP) {
		gzFile gz = gzopen(host_path(h, path), "w");

		assert_non_null(gz);
		if (one->n > 0)
			assert_int_equal(gzwrite(gz, one->text, (unsigned)one->n), one->n);
		assert_int_equal(gzclose(gz), Z_OK);
	}
}

static void of_files_that_are_the_same_the_best_is_left(void **state)
{
	static const char *const names[] = { "mail.log.3.gz", "mail.log.3", "mail.log.2.gz",
					     "mail.log.2",    "other",	    "mail.log" };

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct sw_host h = host_new(NULL);
		struct log_set set = { .file = calloc(MOST, sizeof(*set.file)) };
		struct log_set want = { .file = file };
		struct sw_fault why = { 0 };
		int before = descriptors_open();
		char what[32];

		assert_non_null(set.file);
		memset(file, 0, sizeof(file));
		for (size_t i = 0; i < MOST; i++) {
			struct log_set_file *f = &file[want.n];
			struct held *one = &held[want.n];
			char path[64];
			struct stat st;
			bool is_link = want.n > 0 && pieces_draw(8) == 0 &&
				       file[want.n - 1].format == LOG_PLAIN;

			if (pieces_draw(3) == 0)
				continue;
			snprintf(one->name, sizeof(one->name), "%s", names[i]);
			snprintf(f->name, sizeof(f->name), "%s", names[i]);
			f->is.log = i == MOST - 1;
			f->is.kind = pieces_draw(4) ? LOG_SURELY_ROTATED : LOG_MAYBE_ROTATED;
			f->is.format = strstr(names[i], ".gz") ? LOG_GZIP : LOG_PLAIN;
			f->format = is_link ? LOG_PLAIN : f->is.format;
			f->is.place = pieces_draw(6) == 0;
			one->n = draw_text(one->text);
			one->inode = i;
			one->is_open = f->is.log || pieces_draw(6) > 0;
			snprintf(path, sizeof(path), "/%.31s", names[i]);
			if (is_link) {
				char old[512];

				snprintf(old, sizeof(old), "%s", host_path(&h, (char[40]){ '/' }));
				snprintf(old + strlen(old) - 1, 40, "/%.31s",
					 held[want.n - 1].name);
				assert_int_equal(link(old, host_path(&h, path)), 0);
				*one = held[want.n - 1];
				snprintf(one->name, sizeof(one->name), "%s", names[i]);
			} else {
				write_held(&h, f, one);
			}
			f->fd = one->is_open ? open(host_path(&h, path), O_RDONLY) : -1;
			assert_true(!one->is_open || fstat(f->fd, &st) == 0);
			f->is.device = one->is_open ? st.st_dev : 0;
			f->is.inode = one->is_open ? st.st_ino : 0;
			want.n++;
		}
		memcpy(set.file, file, sizeof(file));
		set.n = want.n;
		assert_int_equal(log_set_drop_copies(&set, &why), 0);
		for (size_t i = want.n; i-- > 0;)
			for (size_t k = 0; k < want.n; k++)
				if (is_copy(&want, i, k)) {
					drop(&want, i);
					break;
				}
		snprintf(what, sizeof(what), "round %d", round);
		want_number(what, set.n, want.n);
		for (size_t i = 0; i < want.n; i++) {
			want_text(what, set.file[i].name, want.file[i].name);
			if (set.file[i].fd >= 0)
				close(set.file[i].fd);
		}
		want_number("what is dropped is closed", descriptors_open(), before);
		free(set.file);
		host_remove(&h);
	}
}

/* The log last, else the older, of those the greater number, of those by name. */
static bool stands_before(const struct log_set_file *a, const struct log_set_file *b)
{
	if (a->is.log || b->is.log)
		return !a->is.log;
	if (a->is.order != b->is.order)
		return a->is.order < b->is.order;
	if (a->is.number != b->is.number)
		return a->is.number > b->is.number;
	return strcmp(a->name, b->name) < 0;
}

static void files_stand_in_their_order(void **state)
{
	static struct log_set_file sorted[MOST];

	(void)state;
	for (int round = 0; round < SORTS; round++) {
		struct log_set set = { .file = sorted, .n = pieces_draw(MOST + 1) };
		size_t log = pieces_draw(MOST + 1);

		memset(sorted, 0, sizeof(sorted));
		for (size_t i = 0; i < set.n; i++) {
			sorted[i].is.log = i == log;
			sorted[i].is.order = (int64_t)pieces_draw(3) * INT32_MAX;
			sorted[i].is.number = (int)pieces_draw(3) - 1;
			snprintf(sorted[i].name, sizeof(sorted[i].name), "%c%d",
				 "ab"[pieces_draw(2)], (int)i);
		}
		log_set_sort(&set);
		for (size_t i = 1; i < set.n; i++)
			want_number("order", stands_before(&sorted[i - 1], &sorted[i]), true);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_files_that_are_the_same_the_best_is_left),
		cmocka_unit_test(files_stand_in_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
