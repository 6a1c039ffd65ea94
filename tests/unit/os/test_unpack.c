#include "unpack_files.h"

static void check_members(const struct sw_host *h, const struct format *f)
{
	static const struct {
		const char *what;
		int members;	     /* of the text */
		const char *between; /* each and behind the last */
		size_t between_n;
		int want;
	} rows[] = {
		{ "one member", 1, "", 0, 0 },
		{ "three members", 3, "", 0, 0 },
		{ "NULs behind it", 1, "\0\0\0\0\0\0\0", 7, 0 },
		{ "NULs behind each", 2, "\0\0\0\0", 4, 0 },
		{ "other bytes behind it", 1, "garbage", 7, -EBADMSG },
		{ "a line behind it", 1, "Nov 23\n", 7, -EBADMSG },
		{ "other bytes behind NULs", 1, "\0\0\0\0x", 5, -EBADMSG },
		{ "no member, a text", 0, "Nov 23\n", 7, -EBADMSG },
		{ "no member, a byte", 0, "N", 1, -EBADMSG },
		{ "only NULs", 0, "\0\0\0\0\0\0\0\0", 8, -EBADMSG },
		{ "no byte", 0, "", 0, -ENODATA },
	};

	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		unsigned char bytes[2048];
		char want[1024] = "";
		size_t n = 0;
		struct got got = { 0 };
		struct sw_fault why = { 0 };
		int k = 0;

		do {
			if (k < rows[i].members) {
				memcpy(bytes + n, f->bytes, f->n);
				n += f->n;
				strcat(want, UNPACK_TEXT);
			}
			memcpy(bytes + n, rows[i].between, rows[i].between_n);
			n += rows[i].between_n;
		} while (++k < rows[i].members);
		want_number(rows[i].what, read_bytes(h, f, bytes, n, &got, &why), rows[i].want);
		want_text(rows[i].what, got.n ? got.bytes : "", want);
		if (rows[i].want < 0)
			want_in(rows[i].what, why.text.s, f->program);
		if (rows[i].members == 0 && rows[i].between_n > 0)
			want_in(rows[i].what, why.text.s, "this is no ");
		free(got.bytes);
	}
}

static void members_and_what_stands_behind_them(void **state)
{
	(void)state;
	for_each_format(check_members);
}

/* A file is read by blocks: the next member begins before, at and behind the first one's end. */
static void check_blocks(const struct sw_host *h, const struct format *f)
{
	enum { BLOCK = 64 * 1024 };
	unsigned char *bytes = calloc(1, BLOCK + 1024);

	assert_non_null(bytes);
	memcpy(bytes, f->bytes, f->n);
	for (size_t at = BLOCK - 6; at < BLOCK + 2; at++) {
		struct sw_fault why = { 0 };
		struct got got = { 0 };

		memset(bytes + f->n, '\0', BLOCK + 1024 - f->n);
		memcpy(bytes + at, f->bytes, f->n);
		want_number(f->program, read_bytes(h, f, bytes, at + f->n, &got, &why), 0);
		want_text(f->program, got.bytes, UNPACK_TEXT UNPACK_TEXT);
		free(got.bytes);
	}
	free(bytes);
}

static void a_member_begins_anywhere_in_a_block(void **state)
{
	(void)state;
	for_each_format(check_blocks);
}

/* Frames for others (RFC 8878, 3.1.2): 16 magic numbers, a length, and what they are to know. */
static void check_frames_for_others(const struct sw_host *h, const struct format *f)
{
	static const struct {
		const char *frame; /* of 12 bytes */
		bool is_one;
	} rows[] = {
		{ "\x50\x2a\x4d\x18\4\0\0\0abcd", true },  { "\x5f\x2a\x4d\x18\4\0\0\0abcd", true },
		{ "\x60\x2a\x4d\x18\4\0\0\0abcd", false }, { "\x4f\x2a\x4d\x18\4\0\0\0abcd", false },
		{ "\x50\x2b\x4d\x18\4\0\0\0abcd", false }, { "\x50\x2a\x4c\x18\4\0\0\0abcd", false },
		{ "\x50\x2a\x4d\x19\4\0\0\0abcd", false },
	};

	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		bool is_read = rows[i].is_one && f->format == UNPACK_ZSTD;
		unsigned char bytes[1024];
		struct sw_fault why = { 0 };
		struct got got = { 0 };

		memcpy(bytes, rows[i].frame, 12);
		memcpy(bytes + 12, f->bytes, f->n);
		want_number(f->program, read_bytes(h, f, bytes, 12 + f->n, &got, &why),
			    is_read ? 0 : -EBADMSG);
		want_text(f->program, got.n ? got.bytes : "", is_read ? UNPACK_TEXT : "");
		if (!is_read)
			want_in(f->program, why.text.s, "this is no ");
		free(got.bytes);
	}
}

static void what_a_frame_holds_for_others_is_none_of_it(void **state)
{
	(void)state;
	for_each_format(check_frames_for_others);
}

/* The compressor at work, a full disk: what is there is given, and that it is not all is said. */
static void check_cuts(const struct sw_host *h, const struct format *f)
{
	unsigned char two[1024];

	memcpy(two, f->bytes, f->n);
	memcpy(two + f->n, f->bytes, f->n);
	for (size_t cut = 0; cut < 2 * f->n; cut++) {
		struct got got = { 0 };
		struct sw_fault why = { 0 };
		char what[64];

		snprintf(what, sizeof(what), "%s: %zu of two times %zu bytes", f->program, cut,
			 f->n);
		want_number(what, read_bytes(h, f, two, cut, &got, &why),
			    cut == f->n ? 0 : -ENODATA);
		if (why.code)
			want_in(what, why.text.s, cut ? "ends early" : "is empty");
		if (memcmp(got.n ? got.bytes : "", UNPACK_TEXT UNPACK_TEXT, got.n) != 0)
			fail_msg("%s: got \"%s\", want a beginning of the text", what, got.bytes);
		if (cut >= f->n)
			want_number("the first member", got.n >= strlen(UNPACK_TEXT), 1);
		free(got.bytes);
	}
}

static void a_file_that_is_cut_off_is_never_whole(void **state)
{
	(void)state;
	for_each_format(check_cuts);
}

static void check_bits(const struct sw_host *h, const struct format *f)
{
	unsigned char bytes[1024];

	memcpy(bytes, f->bytes, f->n);
	for (size_t i = 0; i < 8 * f->n; i++) {
		struct got got = { 0 };
		struct sw_fault why = { 0 };
		char what[64];
		int rc;

		snprintf(what, sizeof(what), "%s: bit %zu of byte %zu", f->program, i % 8, i / 8);
		bytes[i / 8] ^= (unsigned char)(1 << i % 8);
		rc = read_bytes(h, f, bytes, f->n, &got, &why);
		bytes[i / 8] ^= (unsigned char)(1 << i % 8);
		/* a time stamp, an unused bit; never other bytes without a word */
		if (rc == 0)
			want_text(what, got.n ? got.bytes : "", UNPACK_TEXT);
		else
			want_number(what,
				    rc == -EBADMSG || rc == -ENODATA || rc == -EFBIG ||
					    rc == -ENOTSUP,
				    1);
		free(got.bytes);
	}
}

static void a_flipped_bit_is_said_or_makes_no_difference(void **state)
{
	(void)state;
	for_each_format(check_bits);
}

/* The checksum of gzip and its length, xz's CRC64 before its index and footer, zstd's, bzip2's. */
static void a_wrong_checksum_is_said(void **state)
{
	static const struct {
		size_t format;
		size_t from_end;
	} rows[] = { { 0, 8 }, { 0, 1 }, { 1, 28 }, { 2, 1 }, { 2, 4 }, { 3, 2 }, { 3, 3 } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const struct format *f = &formats[rows[i].format];
		struct sw_host h = host_new(NULL);
		unsigned char bytes[1024];
		struct got got = { 0 };
		struct sw_fault why = { 0 };

		if (is_built(&h, f)) {
			memcpy(bytes, f->bytes, f->n);
			bytes[f->n - rows[i].from_end] ^= 0x10;
			want_number(f->program, read_bytes(&h, f, bytes, f->n, &got, &why),
				    -EBADMSG);
			want_in(f->program, why.text.s, "is damaged");
			/* zstd keeps a small frame back until it has checked it */
			want_text("given before", got.n ? got.bytes : UNPACK_TEXT, UNPACK_TEXT);
		}
		free(got.bytes);
		host_remove(&h);
	}
}

static void check_stop(const struct sw_host *h, const struct format *f)
{
	static const int values[] = { 1, -5, 7 };

	for (size_t i = 0; i < SW_COUNT(values); i++) {
		const struct unpack_limits limits = { INT64_MAX, INT64_MAX };
		struct got got = { .end_with = values[i] };
		struct sw_fault why = { 0 };
		int fd;

		host_bytes(h, "/log", f->bytes, f->n);
		fd = open(host_path(h, "/log"), O_RDONLY);
		want_number("value", unpack_each(fd, f->format, &limits, take, &got, &why),
			    values[i]);
		want_number("pieces", got.pieces, 1);
		want_number("no fault", why.code, 0);
		close(fd);
		free(got.bytes);
	}
}

static void a_value_of_the_function_ends_the_reading(void **state)
{
	(void)state;
	for_each_format(check_stop);
}

static void check_limits(const struct sw_host *h, const struct format *f)
{
	static const struct {
		const char *what;
		int64_t bytes;
		int64_t deadline;
		int want;
		size_t want_n;
	} rows[] = {
		{ "exactly as many", sizeof(UNPACK_TEXT) - 1, INT64_MAX, 0,
		  sizeof(UNPACK_TEXT) - 1 },
		{ "one less", sizeof(UNPACK_TEXT) - 2, INT64_MAX, -EFBIG, sizeof(UNPACK_TEXT) - 2 },
		{ "one", 1, INT64_MAX, -EFBIG, 1 },
		{ "none", 0, INT64_MAX, -EFBIG, 0 },
		{ "no time", INT64_MAX, 0, -ETIME, 0 },
	};

	host_bytes(h, "/log", f->bytes, f->n);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const struct unpack_limits limits = { rows[i].bytes, rows[i].deadline };
		struct got got = { 0 };
		struct sw_fault why = { 0 };
		int fd = open(host_path(h, "/log"), O_RDONLY);

		want_number(rows[i].what, unpack_each(fd, f->format, &limits, take, &got, &why),
			    rows[i].want);
		want_number(rows[i].what, got.n, rows[i].want_n);
		if (rows[i].want)
			want_in(rows[i].what, why.text.s, f->program);
		close(fd);
		free(got.bytes);
	}
}

static void no_more_is_given_than_is_allowed(void **state)
{
	(void)state;
	for_each_format(check_limits);
}

static void an_error_of_reading_keeps_its_errno(void **state)
{
	const struct unpack_limits limits = { INT64_MAX, INT64_MAX };
	int end[2];

	(void)state;
	assert_int_equal(pipe(end), 0);
	for (size_t i = 0; i < SW_COUNT(formats); i++) {
		struct sw_host h = host_new(NULL);
		const struct {
			const char *what;
			int fd;
			int want;
		} rows[] = {
			{ "a directory", open(h.root_path, O_RDONLY | O_DIRECTORY), -EISDIR },
			{ "a pipe", end[0], -ESPIPE },
			{ "nothing open", 1000, -EBADF },
			/* as a page that the disk does not give back */
			{ "an error of the device", open("/proc/self/mem", O_RDONLY), -EIO },
		};

		for (size_t k = 0; is_built(&h, &formats[i]) && k < SW_COUNT(rows); k++) {
			struct got got = { 0 };
			struct sw_fault why = { 0 };

			want_number(rows[k].what,
				    unpack_each(rows[k].fd, formats[i].format, &limits, take, &got,
						&why),
				    rows[k].want);
			want_in(rows[k].what, why.text.s, formats[i].program);
			want_number("nothing was given", got.pieces, 0);
		}
		close(rows[0].fd);
		close(rows[3].fd);
		host_remove(&h);
	}
	close(end[0]);
	close(end[1]);
}

static void a_name_tells_the_format(void **state)
{
	static const struct {
		const char *name;
		int want; /* -1: none */
		const char *plain;
	} rows[] = {
		{ "mail.log.2.gz", UNPACK_GZIP, "mail.log.2" },
		{ "mail.log-20261126.xz", UNPACK_XZ, "mail.log-20261126" },
		{ "mail.log.1.zst", UNPACK_ZSTD, "mail.log.1" },
		{ "maillog.0.bz2", UNPACK_BZIP2, "maillog.0" },
		{ "mail.log", -1, "mail.log" },
		{ "mail.log.1.lz4", -1, "mail.log.1.lz4" },
		{ "mail.log.1.GZ", -1, "mail.log.1.GZ" },
		{ "mail.gz.1", -1, "mail.gz.1" },
		{ ".gz", UNPACK_GZIP, "" },
		{ "gz", -1, "gz" },
		{ "", -1, "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		enum unpack_format format = UNPACK_FORMATS;
		struct sw_raw plain;
		bool known = unpack_format_of(raw_of(rows[i].name), &format, &plain);

		want_number(rows[i].name, known ? (int)format : -1, rows[i].want);
		want_raw(rows[i].name, plain, rows[i].plain);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_and_what_stands_behind_them),
		cmocka_unit_test(a_member_begins_anywhere_in_a_block),
		cmocka_unit_test(what_a_frame_holds_for_others_is_none_of_it),
		cmocka_unit_test(a_file_that_is_cut_off_is_never_whole),
		cmocka_unit_test(a_flipped_bit_is_said_or_makes_no_difference),
		cmocka_unit_test(a_wrong_checksum_is_said),
		cmocka_unit_test(a_value_of_the_function_ends_the_reading),
		cmocka_unit_test(no_more_is_given_than_is_allowed),
		cmocka_unit_test(an_error_of_reading_keeps_its_errno),
		cmocka_unit_test(a_name_tells_the_format),
	};

	return cmocka_run_group_tests_name("unpack", tests, NULL, NULL);
}
