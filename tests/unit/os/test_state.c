#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "os/state.h"
#include "test.h"

/* A block that shows whether it is whole: each byte follows from n. */
enum { VERSION = 3, FILL = 9000 };

struct block {
	uint64_t n;
	unsigned char fill[FILL];
};

static struct block block_of(uint64_t n)
{
	struct block b = { .n = n };

	for (size_t i = 0; i < FILL; i++)
		b.fill[i] = n ? (unsigned char)(n * 131 + i * 7 + i / 256) : 0;
	return b;
}

static bool is_whole(const struct block *b)
{
	struct block want = block_of(b->n);

	return memcmp(b, &want, sizeof(want)) == 0;
}

/* What a run that begins now reads. */
static uint64_t read_state(const char *what, const char *path)
{
	struct block b = { .n = 0 };
	struct sw_fault why = { 0 };
	struct state s;

	want_number(what, state_open(&s, path, VERSION, &b, sizeof(b), &why), 0);
	state_close(&s);
	if (!is_whole(&b))
		fail_msg("%s: got pieces of states, want state %llu whole", what,
			 (unsigned long long)b.n);
	return b.n;
}

/* One run that makes n of whatever there was. */
static void write_state(const char *what, const char *path, uint64_t n)
{
	struct block b = { .n = 0 };
	struct sw_fault why = { 0 };
	struct state s;

	want_number(what, state_open(&s, path, VERSION, &b, sizeof(b), &why), 0);
	b = block_of(n);
	want_number(what, state_save(&s, VERSION, &b, &why), 0);
	state_close(&s);
}

static off_t size_of(const char *path)
{
	struct stat st = { .st_size = -1 };

	return stat(path, &st) < 0 ? -1 : st.st_size;
}

static void take_bytes(const char *path, char **ret, size_t *ret_n)
{
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	*ret_n = (size_t)size_of(path);
	*ret = malloc(*ret_n);
	assert_int_equal(fread(*ret, 1, *ret_n, f), *ret_n);
	fclose(f);
}

static void each_run_reads_what_the_last_one_saved(void **state)
{
	struct sw_host h = host_new(NULL);
	char path[4096];
	struct stat before;
	struct stat after;

	(void)state;
	snprintf(path, sizeof(path), "%s", host_path(&h, "/state"));
	want_number("nothing yet", read_state("nothing yet", path), 0);
	assert_int_equal(stat(path, &before), 0);
	for (uint64_t n = 1; n < 12; n++) {
		write_state("save", path, n);
		want_number("the last state", read_state("the last state", path), n);
	}
	assert_int_equal(stat(path, &after), 0);
	want_number("size", after.st_size, before.st_size);
	want_number("inode", after.st_ino, before.st_ino);
	want_number("blocks, all taken at the beginning", after.st_blocks, before.st_blocks);
	host_remove(&h);
}

static void one_run_may_save_several_times(void **state)
{
	static const size_t sizes[] = { 1, 8, 4055, 4056, 4057, 8192, 100000 };
	struct sw_host h = host_new(NULL);

	(void)state;
	for (size_t i = 0; i < SW_COUNT(sizes); i++) {
		unsigned char *block = calloc(1, sizes[i]);
		struct sw_fault why = { 0 };
		struct state s;
		char name[32];

		snprintf(name, sizeof(name), "/%zu", sizes[i]);
		want_number(name, state_open(&s, host_path(&h, name), 1, block, sizes[i], &why), 0);
		for (int n = 1; n < 5; n++) {
			memset(block, n, sizes[i]);
			want_number(name, state_save(&s, 1, block, &why), 0);
		}
		state_close(&s);
		memset(block, 0, sizes[i]);
		want_number(name, state_open(&s, host_path(&h, name), 1, block, sizes[i], &why), 0);
		want_number(name, block[0], 4);
		want_number(name, block[sizes[i] - 1], 4);
		state_close(&s);
		free(block);
	}
	host_remove(&h);
}

/* Saved as bytes or as a block, in one piece or in many, it is read as either. */
static void bytes_and_blocks_are_one_format(void **state)
{
	enum { SIZE = 100000, KNOWN = 77 };
	static const struct {
		const char *what;
		size_t n;     /* bytes that are not all zero, */
		size_t holes; /* with zeros in every so many */
		bool end;     /* the last ones are zeros, too */
	} rows[] = {
		{ "nothing", 0, 0, false },
		{ "one byte", 1, 0, false },
		{ "one piece", 5000, 0, false },
		{ "one piece with zeros behind", 5000, 0, true },
		{ "many", 5000, 1000, false },
		{ "all there is room for", SIZE, 0, false },
	};
	struct sw_host h = host_new(NULL);
	static char room[STATE_AHEAD + SIZE];
	static char block[SIZE];
	char *bytes = room + STATE_AHEAD;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		struct sw_raw got;
		struct state s;
		void *memory;
		char name[32];

		snprintf(name, sizeof(name), "/%zu", i);
		memset(bytes, 0, SIZE);
		for (size_t k = 0; k < rows[i].n; k++)
			bytes[k] = rows[i].holes && k / rows[i].holes % 2 ? '\0' : (char)(1 + k % KNOWN);
		if (rows[i].end)
			memset(bytes + rows[i].n / 2, 0, SIZE - rows[i].n / 2);
		for (int as_bytes = 0; as_bytes < 2; as_bytes++) {
			want_number(rows[i].what,
				    state_open_bytes(&s, host_path(&h, name), 1, SIZE, &got, &memory, &why), 0);
			free(memory);
			want_number(rows[i].what,
				    as_bytes ? state_save_bytes(&s, 1, bytes, rows[i].n, &why)
					     : state_save(&s, 1, bytes, &why),
				    0);
			state_close(&s);
			memset(block, 0, SIZE);
			want_number(rows[i].what, state_open(&s, host_path(&h, name), 1, block, SIZE, &why), 0);
			state_close(&s);
			assert_memory_equal(block, bytes, SIZE);
			want_number(rows[i].what,
				    state_open_bytes(&s, host_path(&h, name), 1, SIZE, &got, &memory, &why), 0);
			state_close(&s);
			for (size_t k = 0; k < SIZE; k++)
				want_number(rows[i].what, k < got.n ? got.p[k] : 0, bytes[k]);
			want_number("no more than was written", as_bytes && got.n > rows[i].n, false);
			free(memory);
		}
	}
	host_remove(&h);
}

static void bytes_that_are_damaged_are_begun_anew(void **state)
{
	struct sw_host h = host_new(NULL);
	char room[STATE_AHEAD + 100] = { 0 };
	struct sw_fault why = { 0 };
	struct sw_raw got;
	struct state s;
	void *memory;
	int fd;

	(void)state;
	for (int run = 0; run < 4; run++) {
		want_number("open", state_open_bytes(&s, host_path(&h, "/bytes"), 1, 100, &got, &memory, &why), 0);
		want_number("bytes", got.n, run == 1 ? 100 : 0);
		want_number("damaged", s.damage.code != 0, run == 2);
		memset(room + STATE_AHEAD, 'x', 100);
		if (run == 0)
			want_number("save", state_save_bytes(&s, 1, room + STATE_AHEAD, 100, &why), 0);
		state_close(&s);
		free(memory);
		fd = open(host_path(&h, "/bytes"), O_WRONLY);
		for (off_t at = 60; run == 1 && at < 8192; at += 4096)
			assert_int_equal(pwrite(fd, "y", 1, at), 1);
		close(fd);
	}
	host_remove(&h);
}

/* As of another program: the checksum is right, and what stands behind it is a block or none. */
static void put_slot(const char *path, unsigned slot, uint64_t sequence, uint32_t at, uint32_t n, uint32_t stored)
{
	struct {
		char magic[8];
		uint32_t version, stored;
		uint64_t size, sequence, checksum;
		uint32_t at, n;
		char text[16];
	} made = { "swstate", 1, 8 + stored, 100, sequence, 0, at, n, "0123456789abcde" };
	const size_t head_n = offsetof(__typeof__(made), at);
	const struct hash_key key = { hash_bytes((struct hash_key){ 0, 0 }, raw_from((const char *)&made, head_n)),
				      made.size };
	FILE *f = fopen(path, "r+");

	made.checksum = hash_bytes(key, raw_from((const char *)&made.at, made.stored));
	assert_non_null(f);
	assert_int_equal(fseek(f, slot * 4096L, SEEK_SET), 0);
	assert_int_equal(fwrite(&made, 1, sizeof(made), f), sizeof(made));
	fclose(f);
}

static void a_state_whose_pieces_do_not_fit_gives_way_to_the_other(void **state)
{
	static const struct {
		const char *what;
		uint32_t at, n, stored;
		char want; /* at 99 */
	} rows[] = {
		{ "to the end of the block", 90, 10, 10, '9' },
		{ "one byte behind it", 90, 11, 11, '0' },
		{ "from behind it on", 101, 0, 0, '0' },
		{ "less than it says", 1, 10, 9, '0' },
	};
	struct sw_host h = host_new(NULL);
	const char *path = host_path(&h, "/pieces");

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		for (unsigned way = 0; way < 4; way++) {
			const bool as_bytes = way & 1;
			const unsigned slot = way / 2;
			struct sw_fault why = { 0 };
			char block[100] = { 0 };
			struct sw_raw got = raw_from(block, sizeof(block));
			void *memory = NULL;
			struct state s;

			unlink(path);
			assert_int_equal(state_open(&s, path, 1, block, 100, &why), 0);
			state_close(&s);
			put_slot(path, slot, 2, rows[i].at, rows[i].n, rows[i].stored);
			put_slot(path, 1 - slot, 1, 99, 1, 1);
			assert_int_equal(as_bytes ? state_open_bytes(&s, path, 1, 100, &got, &memory, &why)
						  : state_open(&s, path, 1, block, 100, &why), 0);
			want_number(rows[i].what, got.n, 100);
			want_number(rows[i].what, got.p[99], rows[i].want);
			state_close(&s);
			free(memory);
		}
	host_remove(&h);
}

static void a_write_that_was_torn_anywhere_leaves_the_last_state(void **state)
{
	struct sw_host h = host_new(NULL);
	char path[4096];
	char *before;
	char *after;
	size_t n;
	size_t changed = 0;

	(void)state;
	snprintf(path, sizeof(path), "%s", host_path(&h, "/state"));
	write_state("first", path, 1);
	write_state("second", path, 2);
	take_bytes(path, &before, &n);
	write_state("third", path, 3);
	take_bytes(path, &after, &n);
	for (size_t cut = 0; cut <= n; cut += cut < 64 || cut > n - 64 ? 1 : 97) {
		char what[64];
		uint64_t got;

		memcpy(before + changed, after + changed, cut - changed);
		changed = cut;
		host_bytes(&h, "/state", before, n);
		snprintf(what, sizeof(what), "torn after %zu bytes", cut);
		got = read_state(what, path);
		if (got != 2 && got != 3)
			fail_msg("%s: got state %llu, want 2 or 3", what, (unsigned long long)got);
	}
	want_number("written to the end", read_state("written to the end", path), 3);
	free(before);
	free(after);
	host_remove(&h);
}

static void who_only_looks_makes_and_changes_nothing(void **state)
{
	char directory[] = "/tmp/state-XXXXXX";
	struct block b = { .n = 0 };
	struct sw_fault why = { 0 };
	struct sw_host h;
	char path[64];
	char *before;
	char *after;
	size_t n[2];

	(void)state;
	assert_non_null(mkdtemp(directory));
	assert_int_equal(host_open(&h, NULL, &why), 0);
	snprintf(path, sizeof(path), "%s/state", directory);
	want_number("no file", state_look(&h, path, VERSION, &b, sizeof(b), &why), -ENOENT);
	want_number("none is made", size_of(path), -1);
	write_state("a state", path, 7);
	take_bytes(path, &before, &n[0]);
	why = (struct sw_fault){ 0 };
	want_number("a state", state_look(&h, path, VERSION, &b, sizeof(b), &why), 1);
	want_number("is whole", is_whole(&b) && b.n == 7, true);
	want_number("another layout", state_look(&h, path, VERSION + 1, &b, sizeof(b), &why), 0);
	take_bytes(path, &after, &n[1]);
	want_number("as it was", n[0] == n[1] && memcmp(before, after, n[0]) == 0, true);
	assert_int_equal(truncate(path, 0), 0);
	want_number("empty", state_look(&h, path, VERSION, &b, sizeof(b), &why), 0);
	assert_int_equal(truncate(path, 100), 0);
	want_number("somebody's", state_look(&h, path, VERSION, &b, sizeof(b), &why), -EEXIST);
	free(before);
	free(after);
	host_close(&h);
	unlink(path);
	rmdir(directory);
}

static void a_damaged_slot_gives_way_to_the_other(void **state)
{
	struct sw_host h = host_new(NULL);
	char path[4096];
	char *bytes;
	size_t n;

	(void)state;
	snprintf(path, sizeof(path), "%s", host_path(&h, "/state"));
	write_state("first", path, 1);
	write_state("second", path, 2);
	take_bytes(path, &bytes, &n);
	for (size_t i = 0; i < n; i += i % (n / 2) < 64 ? 1 : 61) {
		uint64_t got;

		bytes[i] ^= 0x10;
		host_bytes(&h, "/state", bytes, n);
		got = read_state("one byte differs", path);
		if (got != 1 && got != 2)
			fail_msg("byte %zu differs: got state %llu, want 1 or 2", i,
				 (unsigned long long)got);
		bytes[i] ^= 0x10;
	}
	bytes[20] ^= 1; /* in the head of each slot */
	bytes[n / 2 + 20] ^= 1;
	host_bytes(&h, "/state", bytes, n);
	want_number("both are damaged", read_state("both are damaged", path), 0);
	write_state("afterwards", path, 9);
	want_number("afterwards", read_state("afterwards", path), 9);
	free(bytes);
	host_remove(&h);
}

static void what_is_no_state_of_ours_reads_as_none(void **state)
{
	static const struct {
		const char *what;
		uint32_t version;
		size_t less; /* than the block's size */
		off_t cut;   /* the file is cut to this, -1: not */
		int64_t want;
	} rows[] = {
		{ "the same", VERSION, 0, -1, 2 },
		{ "another version", VERSION + 1, 0, -1, 0 },
		{ "a smaller block", VERSION, 5000, -1, 0 },
		{ "a block of one byte less", VERSION, 1, -1, 0 },
		{ "an empty file", VERSION, 0, 0, 0 },
		{ "a file of 100 bytes", VERSION, 0, 100, 0 },
		{ "a file of one slot", VERSION, 0, 12288, 1 },
		{ "a file of two megabytes", VERSION, 0, 2 << 20, 2 },
	};
	struct sw_host h = host_new(NULL);
	char path[4096];
	off_t whole;

	(void)state;
	snprintf(path, sizeof(path), "%s", host_path(&h, "/state"));
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct block b = { .n = 0 };
		struct sw_fault why = { 0 };
		struct state s;

		unlink(path);
		write_state(rows[i].what, path, 1);
		write_state(rows[i].what, path, 2);
		whole = size_of(path);
		if (rows[i].cut >= 0)
			assert_int_equal(truncate(path, rows[i].cut), 0);
		want_number(
			rows[i].what,
			state_open(&s, path, rows[i].version, &b, sizeof(b) - rows[i].less, &why),
			0);
		want_number(rows[i].what, b.n, rows[i].want);
		want_number(rows[i].what, b.fill[10], block_of((uint64_t)rows[i].want).fill[10]);
		want_number(rows[i].what, state_save(&s, rows[i].version, &b, &why), 0);
		state_close(&s);
		if (!rows[i].less)
			want_number(rows[i].what, size_of(path), whole);
	}
	host_remove(&h);
}

/* What each open of a file says of damage: the first one may, the second finds it repaired. */
static void damage_is_said_once_and_nothing_else_is_damage(void **state)
{
	static const struct {
		const char *what;
		uint64_t saved; /* states before */
		size_t at[2];	/* bytes that are changed; 0: none */
		off_t cut;	/* the file is cut to this; 0: not */
		uint32_t version;
		bool want;
	} rows[] = {
		{ "nothing was saved", 0, { 0, 0 }, 0, VERSION, false },
		{ "one state", 1, { 0, 0 }, 0, VERSION, false },
		{ "one of two", 2, { 4000, 0 }, 0, VERSION, false },
		{ "the only one", 1, { 4000, 0 }, 0, VERSION, true },
		{ "its size", 1, { 20, 0 }, 0, VERSION, true },
		{ "its version", 1, { 8, 0 }, 0, VERSION, true },
		{ "its magic", 1, { 3, 0 }, 0, VERSION, true },
		{ "both", 2, { 4000, 12288 + 4000 }, 0, VERSION, true },
		{ "cut", 2, { 0, 0 }, 100, VERSION, true },
		{ "another version", 2, { 0, 0 }, 0, VERSION + 1, false },
		{ "another version, damaged", 1, { 4000, 0 }, 0, VERSION + 1, true },
	};
	struct sw_host h = host_new(NULL);
	char path[4096];

	(void)state;
	snprintf(path, sizeof(path), "%s", host_path(&h, "/state"));
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char *bytes;
		size_t n;

		unlink(path);
		(void)read_state(rows[i].what, path);
		for (uint64_t k = 1; k <= rows[i].saved; k++)
			write_state(rows[i].what, path, k);
		take_bytes(path, &bytes, &n);
		for (size_t k = 0; k < 2; k++)
			bytes[rows[i].at[k]] = (char)(bytes[rows[i].at[k]] ^ (rows[i].at[k] > 0));
		host_bytes(&h, "/state", bytes, rows[i].cut ? (size_t)rows[i].cut : n);
		free(bytes);
		for (int run = 0; run < 2; run++) {
			struct block b = { .n = 0 };
			struct sw_fault why = { 0 };
			struct state s;

			want_number(rows[i].what,
				    state_open(&s, path, rows[i].version, &b, sizeof(b), &why), 0);
			state_close(&s);
			want_number(rows[i].what, s.damage.code,
				    rows[i].want && !run ? EBADMSG : 0);
			if (rows[i].want && !run)
				want_in(rows[i].what, s.damage.text.s, "/state is damaged");
		}
		write_state(rows[i].what, path, 9);
		want_number(rows[i].what, read_state(rows[i].what, path), 9);
	}
	host_remove(&h);
}

static void turn(char *bytes, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		char byte = bytes[i];

		bytes[i] = bytes[n - 1 - i];
		bytes[n - 1 - i] = byte;
	}
}

/* As a restored /var brings one: the numbers of each head are turned round. */
static void a_state_of_another_byte_order_is_said(void **state)
{
	static const size_t numbers[][2] = { { 8, 4 }, { 12, 4 }, { 16, 8 }, { 24, 8 }, { 32, 8 } };
	struct sw_host h = host_new(NULL);
	struct block b = { .n = 0 };
	struct sw_fault why = { 0 };
	struct state s;
	char path[4096];
	char *bytes;
	char *after;
	size_t n[2];

	(void)state;
	snprintf(path, sizeof(path), "%s", host_path(&h, "/state"));
	write_state("one", path, 1);
	write_state("two", path, 2);
	take_bytes(path, &bytes, &n[0]);
	for (size_t i = 0; i < SW_COUNT(numbers); i++) {
		turn(bytes + numbers[i][0], numbers[i][1]);
		turn(bytes + n[0] / 2 + numbers[i][0], numbers[i][1]);
	}
	host_bytes(&h, "/state", bytes, n[0]);
	for (int run = 0; run < 2;
	     run++) { /* who looks changes nothing: the second one sees it, too */
		why = (struct sw_fault){ 0 };
		want_number("looked at", state_look(&h, "/state", VERSION, &b, sizeof(b), &why),
			    -EBADMSG);
		want_in("looked at", why.text.s, "/state is of a machine of another byte order");
	}
	take_bytes(path, &after, &n[1]);
	want_number("as it was", n[0] == n[1] && memcmp(bytes, after, n[0]) == 0, true);
	want_number("opened", state_open(&s, path, VERSION, &b, sizeof(b), &why), 0);
	state_close(&s);
	want_number("opened", s.damage.code, EBADMSG);
	want_in("opened", s.damage.text.s, "of another byte order: it is begun anew");
	want_number("nothing of it", b.n, 0);
	write_state("anew", path, 9);
	want_number("anew", read_state("anew", path), 9);
	free(bytes);
	free(after);
	host_remove(&h);
}

/*
 * What an upgrade finds. Who changes these numbers drops the state of each host, which has to know
 * for a day who was there before: then the CHANGELOG says so.
 */
static void the_file_is_as_releases_before_have_left_it(void **state)
{
	static const struct {
		size_t block;
		off_t size;
		uint64_t sum;
	} rows[] = {
		{ 1, 8192, UINT64_C(0xf4debc09d95642d0) },
		{ 8, 8192, UINT64_C(0xe8ec62b6f5dacf4d) },
		{ 4047, 8192, UINT64_C(0x55ba91f348ab4147) },
		{ 4048, 8192, UINT64_C(0x108084ab42263ea9) },
		{ 4049, 16384, UINT64_C(0x3ec623448704c5e2) },
		{ 9008, 24576, UINT64_C(0x374c0f7a2da38987) },
	};
	struct sw_host h = host_new(NULL);
	const uint16_t one = 1;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		unsigned char *block = calloc(1, rows[i].block);
		struct sw_fault why = { 0 };
		struct state s;
		char name[32];

		snprintf(name, sizeof(name), "/%zu", rows[i].block);
		assert_int_equal(state_open(&s, host_path(&h, name), 7, block, rows[i].block, &why),
				 0);
		for (int n = 1; n <= 3; n++) {
			memset(block, n, rows[i].block / 2 + 1);
			assert_int_equal(state_save(&s, 7, block, &why), 0);
		}
		state_close(&s);
		free(block);
		want_number(name, size_of(host_path(&h, name)), rows[i].size);
		if (*(const char *)&one == 1) /* of a machine of this byte order */
			want_number(name, file_hash(host_path(&h, name)), rows[i].sum);
	}
	host_remove(&h);
}

static void what_is_not_written_is_said_and_does_not_count(void **state)
{
	static const struct {
		const char *device; /* that does not write, and one that does not sync */
		int code;
	} rows[] = { { "/dev/full", ENOSPC }, { "/dev/null", EINVAL } };
	char block[100] = "x";

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		struct state s = { .fd = open(rows[i].device, O_RDWR),
				   .size = sizeof(block),
				   .sequence = 9,
				   .slot = 1 };

		want_number(rows[i].device, state_save(&s, VERSION, block, &why), -rows[i].code);
		want_in(rows[i].device, why.text.s, "write the state file");
		want_number("the last state", s.sequence, 9);
		want_number("its slot", s.slot, 1);
		state_close(&s);
	}
}

static void its_mode_is_as_who_is_to_read_it(void **state)
{
	struct sw_host h = host_new(NULL);
	char block[100] = "";
	struct sw_fault why = { 0 };
	struct stat st;
	mode_t was = umask(0);
	struct state s;

	(void)state;
	want_number("ours alone", state_open(&s, host_path(&h, "/a"), 1, block, 100, &why), 0);
	assert_int_equal(fstat(s.fd, &st), 0);
	want_number("ours alone", st.st_mode & 07777, 0600);
	state_close(&s);
	want_number("to be read", state_open_shared(&s, host_path(&h, "/b"), 1, block, 100, &why),
		    0);
	assert_int_equal(fstat(s.fd, &st), 0);
	want_number("to be read", st.st_mode & 07777, 0644);
	state_close(&s);
	umask(was);
	host_remove(&h);
}

/* Of a slot that was never used nothing is said. */
static void one_damaged_slot_alone_is_damage(void **state)
{
	struct sw_host h = host_new(NULL);
	uint32_t turned = __builtin_bswap32(VERSION);
	char path[4096];
	char *bytes;
	size_t n;

	(void)state;
	snprintf(path, sizeof(path), "%s", host_path(&h, "/state"));
	for (int slot = 0; slot < 2; slot++)
		for (int other_order = 0; other_order < 2; other_order++) {
			struct block b = { .n = 0 };
			struct sw_fault why = { 0 };
			struct state s;

			unlink(path);
			write_state("first", path, 1);
			write_state("second", path, 2);
			take_bytes(path, &bytes, &n);
			memset(bytes + 8 + (slot ? 0 : n / 2), 0, n / 2 - 8);
			if (other_order)
				memcpy(bytes + 8 + (slot ? n / 2 : 0), &turned, sizeof(turned));
			else
				bytes[100 + (slot ? n / 2 : 0)] ^= 1;
			host_bytes(&h, "/state", bytes, n);
			want_number("open", state_open(&s, path, VERSION, &b, sizeof(b), &why), 0);
			state_close(&s);
			want_number("damage", s.damage.code, EBADMSG);
			want_in("damage", s.damage.text.s,
				other_order ? "of another byte order" : "damaged");
			free(bytes);
		}
	host_remove(&h);
}

static void somebody_s_file_stays_as_it_is(void **state)
{
	static const struct {
		const char *what;
		char begins[10];
		size_t size;
	} rows[] = {
		{ "a note", "My notes", 47 },
		{ "one byte", "x", 1 },
		{ "almost ours", "swstatf", 24576 },
		{ "as long as ours", "SQLite f", 24576 },
		{ "larger", "x", 1 << 20 },
		{ "zeros first", "\0\0\0\0\0\0\0\0x", 24576 },
		{ "zeros of another length", "", 24575 },
		{ "some of our mark, and more", "swsX", 4 },
		{ "some of our mark, and zeros", "sw", 6 },
	};
	struct sw_host h = host_new(NULL);
	char path[4096];

	(void)state;
	snprintf(path, sizeof(path), "%s", host_path(&h, "/state"));
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char *bytes = calloc(1, rows[i].size);
		struct block b = { .n = 0 };
		struct sw_fault why = { 0 };
		struct state s;
		char *after;
		size_t n;

		assert_non_null(bytes);
		for (size_t k = 0; k < sizeof(rows[i].begins) && k < rows[i].size; k++)
			bytes[k] = rows[i].begins[k];
		host_bytes(&h, "/state", bytes, rows[i].size);
		want_number(rows[i].what, state_open(&s, path, VERSION, &b, sizeof(b), &why),
			    -EEXIST);
		want_in(rows[i].what, why.text.s, "/state is no state file of ours");
		want_number(rows[i].what, b.n, 0);
		want_number(rows[i].what, state_save(&s, VERSION, &b, &why), 0);
		state_close(&s);
		take_bytes(path, &after, &n);
		want_number(rows[i].what, n, rows[i].size);
		want_number(rows[i].what, memcmp(after, bytes, n), 0);
		free(after);
		free(bytes);
	}
	host_remove(&h);
}

static void what_can_be_no_state_file_is_said_and_nothing_is_saved(void **state)
{
	static const struct {
		const char *what;
		const char *path; /* below the host; as it is when it is NULL or begins with '=' */
		int want;
	} rows[] = {
		{ "no MUNIN_STATEFILE", NULL, -ENOENT },
		{ "an empty one", "=", -ENOENT },
		{ "/dev/null, as munin-run has it", "=/dev/null", -ENOENT },
		{ "another device", "=/dev/zero", -EEXIST },
		{ "a directory", "/directory", -EEXIST },
		{ "a FIFO", "/fifo", -EEXIST },
		{ "a symbolic link", "/link", -EEXIST },
		{ "a symbolic link to nothing", "/dangling", -EEXIST },
		{ "a directory that is missing", "/missing/state", -ENOENT },
	};
	struct sw_host h = host_new(NULL);

	(void)state;
	host_file(&h, "/victim", "precious");
	assert_int_equal(mkdir(host_path(&h, "/directory"), 0755), 0);
	assert_int_equal(mkfifo(host_path(&h, "/fifo"), 0644), 0);
	assert_int_equal(symlink("victim", host_path(&h, "/link")), 0);
	assert_int_equal(symlink("made", host_path(&h, "/dangling")), 0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const char *path = rows[i].path;
		struct block b = { .n = 0 };
		struct sw_fault why = { 0 };
		struct state s;

		path = !path ? NULL : *path == '=' ? path + 1 : host_path(&h, path);
		want_number(rows[i].what, state_open(&s, path, VERSION, &b, sizeof(b), &why),
			    rows[i].want);
		want_number(rows[i].what, b.n + b.fill[10], 0);
		want_number(rows[i].what, why.code, -rows[i].want);
		want_number(rows[i].what, state_save(&s, VERSION, &b, &why), 0);
		state_close(&s);
	}
	want_number("the link's target", size_of(host_path(&h, "/victim")), 8);
	want_number("the dangling link's target", size_of(host_path(&h, "/made")), -1);
	host_remove(&h);
}

/* What a first run that was cut off anywhere leaves is ours; its owner's empty file, too. */
static void a_file_that_was_begun_is_used(void **state)
{
	static const struct {
		const char *what;
		const char *begins;
		size_t size;
	} rows[] = {
		{ "empty", "", 0 },
		{ "a piece of the mark", "sws", 3 },
		{ "the mark", "swstate", 8 },
		{ "the room, no mark on the disk", "", 24576 },
		{ "the room, a piece of the mark", "swst", 24576 },
		{ "the room and the first mark", "swstate", 24576 },
		{ "half of the room", "swstate", 12288 },
	};
	struct sw_host h = host_new(NULL);
	char path[4096];

	(void)state;
	snprintf(path, sizeof(path), "%s", host_path(&h, "/state"));
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char *bytes = calloc(1, rows[i].size + 1);

		assert_non_null(bytes);
		for (size_t k = 0; rows[i].begins[k]; k++)
			bytes[k] = rows[i].begins[k];
		host_bytes(&h, "/state", bytes, rows[i].size);
		free(bytes);
		write_state(rows[i].what, path, 5);
		want_number(rows[i].what, read_state(rows[i].what, path), 5);
		want_number(rows[i].what, size_of(path), 24576);
	}
	host_remove(&h);
}

/* Its state reads as none, and nothing that stands behind the path changes. */
static void want_refused(const char *what, const char *path, const char *why_not)
{
	struct block b = { .n = 0 };
	struct sw_fault why = { 0 };
	struct state s;
	char *before;
	char *after;
	size_t n;

	take_bytes(path, &before, &n);
	want_number(what, state_open(&s, path, VERSION, &b, sizeof(b), &why), -EEXIST);
	want_in(what, why.text.s, why_not);
	want_number(what, b.n, 0);
	want_number(what, state_save(&s, VERSION, &b, &why), 0);
	state_close(&s);
	take_bytes(path, &after, &n);
	want_number(what, memcmp(after, before, n), 0);
	free(before);
	free(after);
}

static void a_file_that_others_have_a_hand_in_is_refused(void **state)
{
	struct sw_host h = host_new(NULL);
	char path[4096];
	char second[4096];
	struct stat st;

	(void)state;
	snprintf(path, sizeof(path), "%s", host_path(&h, "/state"));
	snprintf(second, sizeof(second), "%s", host_path(&h, "/second"));
	write_state("ours", path, 4);
	assert_int_equal(stat(path, &st), 0);
	want_number("mode", st.st_mode & 07777, 0600);
	assert_int_equal(link(path, second), 0);
	want_refused("a second name", path, "has another name");
	assert_int_equal(unlink(second), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(path, 65534, 0), 0);
		want_refused("another owner", path, "belongs to uid 65534, this is uid 0");
		assert_int_equal(truncate(path, 0), 0);
		want_refused("another owner's empty file", path, "belongs to uid 65534");
		assert_int_equal(chown(path, 0, 0), 0);
		write_state("ours again", path, 4);
	}
	want_number("ours again", read_state("ours again", path), 4);
	host_remove(&h);
}

struct locked_file {
	const char *path;
	uint64_t n;
};

static int open_here(void *ctx)
{
	struct locked_file *file = ctx;
	struct block b = { .n = 0 };
	struct sw_fault why = { 0 };
	struct state s;
	int rc = state_open(&s, file->path, VERSION, &b, sizeof(b), &why);
	int saved = state_save(&s, VERSION, &b, &why);

	state_close(&s);
	return rc ? rc : saved ? saved : b.n == file->n ? 0 : -EILSEQ;
}

static void what_may_not_be_written_is_read_and_what_may_not_be_made_is_said(void **state)
{
	struct sw_host h = host_new(NULL);
	char path[4096];
	struct locked_file file = { path, 1 };

	(void)state;
	snprintf(path, sizeof(path), "%s", host_path(&h, "/closed/state"));
	assert_int_equal(chmod(h.root_path, 0755), 0);
	assert_int_equal(mkdir(host_path(&h, "/closed"), 0755), 0);
	assert_int_equal(chmod(host_path(&h, "/closed"), 0555), 0);
	want_number("no file yet", as_nobody(open_here, &file), -EACCES);
	assert_int_equal(chmod(host_path(&h, "/closed"), 0755), 0);
	write_state("a file", path, 1);
	assert_int_equal(chmod(path, 0444), 0);
	assert_int_equal(chmod(host_path(&h, "/closed"), 0555), 0);
	want_number("a file that may be read", as_nobody(open_here, &file), 0);
	assert_int_equal(chmod(path, 0), 0);
	want_number("a file that may not be read", as_nobody(open_here, &file), -EACCES);
	assert_int_equal(chmod(host_path(&h, "/closed"), 0755), 0);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_run_reads_what_the_last_one_saved),
		cmocka_unit_test(one_run_may_save_several_times),
		cmocka_unit_test(bytes_and_blocks_are_one_format),
		cmocka_unit_test(bytes_that_are_damaged_are_begun_anew),
		cmocka_unit_test(a_state_whose_pieces_do_not_fit_gives_way_to_the_other),
		cmocka_unit_test(a_write_that_was_torn_anywhere_leaves_the_last_state),
		cmocka_unit_test(who_only_looks_makes_and_changes_nothing),
		cmocka_unit_test(a_damaged_slot_gives_way_to_the_other),
		cmocka_unit_test(what_is_no_state_of_ours_reads_as_none),
		cmocka_unit_test(the_file_is_as_releases_before_have_left_it),
		cmocka_unit_test(one_damaged_slot_alone_is_damage),
		cmocka_unit_test(what_is_not_written_is_said_and_does_not_count),
		cmocka_unit_test(its_mode_is_as_who_is_to_read_it),
		cmocka_unit_test(damage_is_said_once_and_nothing_else_is_damage),
		cmocka_unit_test(a_state_of_another_byte_order_is_said),
		cmocka_unit_test(somebody_s_file_stays_as_it_is),
		cmocka_unit_test(a_file_that_was_begun_is_used),
		cmocka_unit_test(a_file_that_others_have_a_hand_in_is_refused),
		cmocka_unit_test(what_can_be_no_state_file_is_said_and_nothing_is_saved),
		cmocka_unit_test(what_may_not_be_written_is_read_and_what_may_not_be_made_is_said),
	};

	return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
