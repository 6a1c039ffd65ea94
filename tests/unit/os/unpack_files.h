/* unpack_files: files in each format, and reading one. For the tests of os/unpack. */
#ifndef SW_UNPACK_FILES_H
#define SW_UNPACK_FILES_H

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/unpack.h"
#include "test.h"
#include "unpack_fixtures.h"

static const struct format {
	enum unpack_format format;
	const char *program;	    /* what makes and reads such files */
	const unsigned char *bytes; /* UNPACK_TEXT */
	size_t n;
} formats[] = {
	{ UNPACK_GZIP, "gzip", gzip_bytes, sizeof(gzip_bytes) },
	{ UNPACK_XZ, "xz", xz_bytes, sizeof(xz_bytes) },
	{ UNPACK_ZSTD, "zstd", zstd_bytes, sizeof(zstd_bytes) },
	{ UNPACK_BZIP2, "bzip2", bzip2_bytes, sizeof(bzip2_bytes) },
};

struct got {
	char *bytes;
	size_t n;
	size_t pieces;
	size_t first;
	size_t largest;
	bool counted; /* keep nothing */
	int end_with; /* from the first piece on */
};

static inline int take(struct sw_raw piece, void *ctx)
{
	struct got *got = ctx;

	if (!got->counted) {
		got->bytes = realloc(got->bytes, got->n + piece.n + 1);
		memcpy(got->bytes + got->n, piece.p, piece.n);
		got->bytes[got->n + piece.n] = '\0';
	}
	got->n += piece.n;
	got->first = got->pieces++ ? got->first : piece.n;
	got->largest = piece.n > got->largest ? piece.n : got->largest;
	return got->end_with;
}

static inline int read_file(const struct sw_host *h, const struct format *f, int64_t most,
			    struct got *got, struct sw_fault *why)
{
	const struct unpack_limits limits = { most, INT64_MAX };
	int fd = open(host_path(h, "/log"), O_RDONLY);
	int rc;

	assert_true(fd >= 0);
	lseek(fd, 7, SEEK_SET); /* which plays no part */
	rc = unpack_each(fd, f->format, &limits, take, got, why);
	want_number("the offset is as it was", lseek(fd, 0, SEEK_CUR), 7);
	assert_int_equal(close(fd), 0); /* it is still ours */
	want_number("a fault with -errno", why->code, rc < 0 ? -rc : 0);
	return rc;
}

static inline int read_bytes(const struct sw_host *h, const struct format *f, const void *bytes,
			     size_t n, struct got *got, struct sw_fault *why)
{
	host_bytes(h, "/log", bytes, n);
	return read_file(h, f, INT64_MAX, got, why);
}

/* A build without a library reads nothing of its format, and says so. */
static inline bool is_built(const struct sw_host *h, const struct format *f)
{
	struct got got = { 0 };
	struct sw_fault why = { 0 };
	bool built = read_bytes(h, f, f->bytes, f->n, &got, &why) != -ENOTSUP;

	free(got.bytes);
	if (!built) {
		want_in(f->program, why.text.s, "lib");
		printf("skipped - %s: %s\n", f->program, why.text.s);
	}
	return built;
}

/* Each test is run for each format. */
static inline void for_each_format(void (*test)(const struct sw_host *h, const struct format *f))
{
	for (size_t i = 0; i < SW_COUNT(formats); i++) {
		struct sw_host h = host_new(NULL);

		if (is_built(&h, &formats[i]))
			test(&h, &formats[i]);
		host_remove(&h);
	}
}

#endif
