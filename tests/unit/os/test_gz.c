#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "os/gz.h"
#include "test.h"

struct got {
	char *bytes;
	size_t n;
	size_t pieces;
	size_t largest;
	int end_with; /* from the first piece on */
};

static int take(struct sw_raw piece, void *ctx)
{
	struct got *got = ctx;

	got->bytes = realloc(got->bytes, got->n + piece.n + 1);
	memcpy(got->bytes + got->n, piece.p, piece.n);
	got->n += piece.n;
	got->bytes[got->n] = '\0';
	got->pieces++;
	got->largest = piece.n > got->largest ? piece.n : got->largest;
	return got->end_with;
}

/* A gzip member of some bytes, behind what is in ret already. */
static void add_member(const void *bytes, size_t n, unsigned char *ret, size_t *ret_n, size_t size)
{
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)bytes,
		       .avail_in = (unsigned)n,
		       .next_out = ret + *ret_n,
		       .avail_out = (unsigned)(size - *ret_n) };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	*ret_n = (size_t)(z.next_out - ret);
	deflateEnd(&z);
}

static int read_bytes(const struct sw_host *h, const void *bytes, size_t n, struct got *got,
		      struct sw_fault *why)
{
	int fd;
	int rc;

	host_bytes(h, "/log.gz", bytes, n);
	fd = open(host_path(h, "/log.gz"), O_RDONLY);
	assert_true(fd >= 0);
	rc = gz_each(fd, take, got, why);
	assert_int_equal(close(fd), 0); /* it is still ours */
	return rc;
}

static const char text[] =
	"Nov 23 10:43:20 mx postfix/smtpd[30441]: connect from unknown[192.0.2.1]\n"
	"Nov 23 10:43:21 mx postfix/smtpd[30441]: disconnect from unknown[192.0.2.1]\n";

static void a_file_is_given_whole(void **state)
{
	static const struct {
		const char *what;
		int members;	  /* of the text */
		const char *tail; /* bytes behind them */
		const char *want_tail;
	} rows[] = {
		{ "one member", 1, "", "" },
		{ "members one behind the other, as of two gzip runs", 3, "", "" },
		{ "no gzip file", 0, "plain text\n", "plain text\n" },
		{ "an empty file", 0, "", "" },
		{ "bytes of others behind a member", 1, "garbage", "" },
	};
	struct sw_host h = host_new(NULL);

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		unsigned char bytes[4096];
		char want[4096] = "";
		size_t n = 0;
		struct got got = { .n = 0 };
		struct sw_fault why = { 0 };

		for (int k = 0; k < rows[i].members; k++) {
			add_member(text, strlen(text), bytes, &n, sizeof(bytes));
			strcat(want, text);
		}
		memcpy(bytes + n, rows[i].tail, strlen(rows[i].tail));
		strcat(want, rows[i].want_tail);
		want_number(rows[i].what,
			    read_bytes(&h, bytes, n + strlen(rows[i].tail), &got, &why), 0);
		want_text(rows[i].what, got.n ? got.bytes : "", want);
		free(got.bytes);
	}
	host_remove(&h);
}

static void a_large_file_comes_in_pieces_of_at_most_64_kib(void **state)
{
	enum { LARGE = 3 << 20 };
	struct sw_host h = host_new(NULL);
	unsigned char *bytes = malloc(LARGE);
	char *want = malloc(LARGE);
	size_t n = 0;
	struct got got = { .n = 0 };
	struct sw_fault why = { 0 };

	(void)state;
	for (size_t i = 0; i < LARGE; i++)
		want[i] = (char)('a' + i * i / 7 % 26);
	add_member(want, LARGE, bytes, &n, LARGE);
	want_number("large", read_bytes(&h, bytes, n, &got, &why), 0);
	want_number("bytes", got.n, LARGE);
	want_number("the same", memcmp(got.bytes, want, LARGE), 0);
	want_number("no piece is larger", got.largest <= 64 * 1024, 1);
	free(got.bytes);
	free(want);
	free(bytes);
	host_remove(&h);
}

/* gzip(1) at work, a full disk: what is there is given, and that it is not all is said. */
static void of_a_file_that_ends_early_the_beginning_is_given(void **state)
{
	struct sw_host h = host_new(NULL);
	unsigned char bytes[4096];
	size_t n = 0;
	size_t most = 0;

	(void)state;
	add_member(text, strlen(text), bytes, &n, sizeof(bytes));
	for (size_t cut = 2; cut < n; cut++) {
		struct got got = { .n = 0 };
		struct sw_fault why = { 0 };
		char what[64];

		snprintf(what, sizeof(what), "%zu of %zu bytes", cut, n);
		want_number(what, read_bytes(&h, bytes, cut, &got, &why), -EBADMSG);
		want_number(what, why.code, EBADMSG);
		want_in(what, why.text.s, "compressed log");
		if (got.n > strlen(text) || memcmp(got.n ? got.bytes : "", text, got.n) != 0)
			fail_msg("%s: got \"%s\", want a beginning of the text", what, got.bytes);
		most = got.n > most ? got.n : most;
		free(got.bytes);
	}
	want_number("all but the checksum", most, strlen(text));
	host_remove(&h);
}

static void damage_is_said(void **state)
{
	struct sw_host h = host_new(NULL);
	unsigned char bytes[4096];
	size_t n = 0;

	(void)state;
	add_member(text, strlen(text), bytes, &n, sizeof(bytes));
	for (size_t i = 10; i < n; i++) /* behind the header */
		for (int bit = 0; bit < 8; bit++) {
			struct got got = { .n = 0 };
			struct sw_fault why = { 0 };
			int rc;

			bytes[i] ^= (unsigned char)(1 << bit);
			rc = read_bytes(&h, bytes, n, &got, &why);
			bytes[i] ^= (unsigned char)(1 << bit);
			/* unused bits at the end of the compressed data make no difference */
			if (rc == 0 && got.n == strlen(text) && memcmp(got.bytes, text, got.n) == 0)
				want_number("a bit that makes no difference", i == n - 9, 1);
			else
				want_number("a bit differs", rc, -EBADMSG);
			free(got.bytes);
		}
	host_remove(&h);
}

static void a_value_of_the_function_ends_the_reading(void **state)
{
	static const int values[] = { 1, -5, 7 };
	struct sw_host h = host_new(NULL);
	unsigned char bytes[4096];
	size_t n = 0;

	(void)state;
	add_member(text, strlen(text), bytes, &n, sizeof(bytes));
	for (size_t i = 0; i < SW_COUNT(values); i++) {
		struct got got = { .end_with = values[i] };
		struct sw_fault why = { 0 };

		want_number("whole", read_bytes(&h, bytes, n, &got, &why), values[i]);
		want_number("pieces", got.pieces, 1);
		want_number("no fault", why.code, 0);
		want_number("ends early", read_bytes(&h, bytes, n - 4, &got, &why), values[i]);
		free(got.bytes);
	}
	host_remove(&h);
}

static void a_descriptor_is_read_from_the_beginning_each_time(void **state)
{
	struct sw_host h = host_new(NULL);
	unsigned char bytes[4096];
	size_t n = 0;
	int fd;

	(void)state;
	add_member(text, strlen(text), bytes, &n, sizeof(bytes));
	host_bytes(&h, "/log.gz", bytes, n);
	fd = open(host_path(&h, "/log.gz"), O_RDONLY);
	for (int i = 0; i < 3; i++) {
		struct got got = { .n = 0 };
		struct sw_fault why = { 0 };

		lseek(fd, 7 * i, SEEK_SET);
		want_number("read", gz_each(fd, take, &got, &why), 0);
		want_text("text", got.bytes, text);
		free(got.bytes);
	}
	close(fd);
	host_remove(&h);
}

static void what_is_no_file_is_an_error(void **state)
{
	struct sw_host h = host_new(NULL);
	struct got got = { .n = 0 };
	struct sw_fault why = { 0 };
	int fd = open(h.root_path, O_RDONLY | O_DIRECTORY);
	int end[2];

	(void)state;
	want_number("a directory", gz_each(fd, take, &got, &why) < 0, 1);
	close(fd);
	assert_int_equal(pipe(end), 0);
	want_number("a pipe", gz_each(end[0], take, &got, &why) < 0, 1);
	close(end[0]);
	close(end[1]);
	want_number("nothing open", gz_each(end[0], take, &got, &why) < 0, 1);
	want_number("nothing was given", got.pieces, 0);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_given_whole),
		cmocka_unit_test(a_large_file_comes_in_pieces_of_at_most_64_kib),
		cmocka_unit_test(of_a_file_that_ends_early_the_beginning_is_given),
		cmocka_unit_test(damage_is_said),
		cmocka_unit_test(a_value_of_the_function_ends_the_reading),
		cmocka_unit_test(a_descriptor_is_read_from_the_beginning_each_time),
		cmocka_unit_test(what_is_no_file_is_an_error),
	};

	return cmocka_run_group_tests_name("gz", tests, NULL, NULL);
}
