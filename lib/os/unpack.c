#include "os/unpack.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/unpack_codec.h"

enum { BLOCK = 64 * 1024 };

static const struct unpack_codec *const codecs[UNPACK_FORMATS] = {
	[UNPACK_GZIP] = &unpack_gzip,
	[UNPACK_XZ] = &unpack_xz,
	[UNPACK_ZSTD] = &unpack_zstd,
	[UNPACK_BZIP2] = &unpack_bzip2,
};

struct reading {
	const struct unpack_codec *codec;
	const struct unpack_limits *limits;
	unpack_fn fn;
	void *ctx;
	void *state;
	int fd;
	off_t at; /* of what is read next */
	bool eof;
	int64_t given;
	size_t room; /* of a piece */
	struct unpack_io io;
	unsigned char in[BLOCK];
	unsigned char out[UNPACK_PIECE];
};

bool unpack_format_of(struct sw_raw name, enum unpack_format *ret, struct sw_raw *ret_plain)
{
	*ret_plain = name;
	for (size_t i = 0; i < SW_COUNT(codecs); i++) {
		size_t n = strlen(codecs[i]->suffix);

		if (name.n < n || memcmp(name.p + name.n - n, codecs[i]->suffix, n) != 0)
			continue;
		*ret = (enum unpack_format)i;
		ret_plain->n -= n;
		return true;
	}
	return false;
}

/* More input where none is left, in time. */
static int refill(struct reading *r, struct sw_fault *why)
{
	ssize_t n;

	if (clock_ms() >= r->limits->deadline)
		return sw_fault(why, ETIME,
				"the %s file was not read in its time, %" PRId64
				" bytes of it came",
				r->codec->name, r->given);
	if (r->io.in_n > 0 || r->eof)
		return 0;
	do {
		n = pread(r->fd, r->in, BLOCK, r->at);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return sw_fault_errno(why, errno, "read a %s file", r->codec->name);
	r->eof = n == 0;
	r->at += n;
	r->io.in = r->in;
	r->io.in_n = (size_t)n;
	return 0;
}

/* The first block is there: is it the beginning of such a file? */
static int check_start(const struct reading *r, struct sw_fault *why)
{
	const struct unpack_codec *c = r->codec;
	size_t n = r->io.in_n < c->magic_n ? r->io.in_n : c->magic_n;

	if (n == 0)
		return sw_fault(why, ENODATA, "the %s file is empty", c->name);
	/* a frame of zstd that holds something for others (RFC 8878, 3.1.2) */
	if (c == &unpack_zstd && n == c->magic_n && (r->io.in[0] & 0xf0) == 0x50 &&
	    memcmp(r->io.in + 1, "\x2a\x4d\x18", 3) == 0)
		return 0;
	if (memcmp(r->io.in, c->magic, n) != 0)
		return sw_fault(why, EBADMSG, "this is no %s file", c->name);
	return 0;
}

/* Hand on what a step has made, as much as is allowed. */
static int give(struct reading *r, size_t n, struct sw_fault *why)
{
	bool over = (int64_t)n > r->limits->bytes - r->given;
	int rc;

	if (over)
		n = (size_t)(r->limits->bytes - r->given);
	r->given += (int64_t)n;
	rc = n > 0 ? r->fn(raw_from((char *)r->out, n), r->ctx) : 0;
	if (rc == 0 && over)
		return sw_fault(why, EFBIG, "the %s file holds more than %" PRId64 " bytes",
				r->codec->name, r->limits->bytes);
	if (r->room < UNPACK_PIECE)
		r->room *= 2;
	return rc;
}

/* A member: 0 when it is whole, what fn returned, or -errno. */
static int read_member(struct reading *r, struct sw_fault *why)
{
	for (;;) {
		struct sw_fault cause = { 0 };
		size_t before;
		int ended;
		int rc = refill(r, why);

		if (rc < 0)
			return rc;
		before = r->io.in_n;
		r->io.out = r->out;
		r->io.out_n = r->room;
		ended = r->codec->step(r->state, &r->io, &cause);
		/* the word of the function comes before what is wrong behind what it saw */
		if (r->io.out_n < r->room || ended == UNPACK_END)
			rc = give(r, r->room - r->io.out_n, why);
		else if (ended == UNPACK_MORE && r->io.in_n == before && before == 0 && r->eof)
			rc = sw_fault(why, ENODATA, "the %s file ends early", r->codec->name);
		else if (ended == UNPACK_MORE && r->io.in_n == before && before > 0)
			rc = sw_fault(why, EBADMSG, "the %s file is damaged", r->codec->name);
		if (rc != 0)
			return rc;
		if (ended < 0)
			return fault_wrap(why, &cause, "%s", "");
		if (ended == UNPACK_END)
			return 0;
	}
}

/* Behind a member: 1 when another one follows, 0 at the end of the file, or -errno. */
static int next_member(struct reading *r, struct sw_fault *why)
{
	int rc = 0;

	while (rc == 0) {
		while (r->io.in_n > 0 && *r->io.in == '\0') {
			r->io.in++;
			r->io.in_n--;
		}
		if (r->io.in_n > 0) {
			struct sw_fault ignored = { 0 };

			if (check_start(r, &ignored) < 0)
				return sw_fault(why, EBADMSG,
						"the %s file is damaged: what follows is none",
						r->codec->name);
			rc = r->codec->again(r->state, why);
			return rc < 0 ? rc : 1;
		}
		if (r->eof)
			return 0;
		rc = refill(r, why);
	}
	return rc;
}

static int read_all(struct reading *r, struct sw_fault *why)
{
	int rc = refill(r, why);

	if (rc == 0)
		rc = check_start(r, why);
	if (rc == 0)
		rc = r->codec->begin(r->state, why);
	if (rc < 0)
		return rc;
	do {
		rc = read_member(r, why);
		if (rc != 0)
			return rc;
		rc = next_member(r, why);
	} while (rc > 0);
	return rc;
}

int unpack_each(int fd, enum unpack_format format, const struct unpack_limits *limits, unpack_fn fn,
		void *ctx, struct sw_fault *why)
{
	const struct unpack_codec *codec = codecs[format];
	struct reading *r;
	int rc;

	if (codec->lacks)
		return sw_fault(why, ENOTSUP, "this build reads no %s (it was made without %s)",
				codec->suffix, codec->lacks);
	r = malloc(sizeof(*r));
	if (!r)
		return sw_fault_errno(why, ENOMEM, "read a %s file", codec->name);
	/* the buffers are left as they are: to clear them takes longer than many a file */
	r->codec = codec;
	r->limits = limits;
	r->fn = fn;
	r->ctx = ctx;
	r->state = calloc(1, codec->state);
	r->fd = fd;
	r->at = 0;
	r->eof = false;
	r->given = 0;
	r->room = UNPACK_FIRST_PIECE;
	r->io = (struct unpack_io){ .in = r->in };
	rc = r->state ? read_all(r, why)
		      : sw_fault_errno(why, ENOMEM, "read a %s file", codec->name);
	if (r->state)
		codec->end(r->state);
	free(r->state);
	free(r);
	return rc;
}
