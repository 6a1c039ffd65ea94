#include "log/file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log/hole.h"
#include "os/io.h"

enum { BLOCK = 128 * 1024, PROBE = 16 * 1024, PROBE_LINES = 16 };

/* How many bytes of late lines are looked behind, some 150,000 lines: up to 10 ms. */
enum { LATE_MOST = 16 << 20 };

/* Drop what stands before the first newline: the end of a line that began earlier. */
static struct sw_raw after_newline(struct sw_raw block)
{
	size_t n = raw_find(block, '\n');

	return n < block.n ? raw_skip(block, n + 1) : raw_from(block.p, 0);
}

static bool next_line(struct sw_raw *block, struct sw_raw *line)
{
	size_t n = raw_find(*block, '\n');

	if (n == block->n)
		return false;
	*line = log_lines_bare(raw_from(block->p, n));
	*block = raw_skip(*block, n + 1);
	return true;
}

/* Where a file is looked at for the start of the window. On the heap: a stack may be small. */
struct search {
	int fd;
	off_t size;
	struct log_clock *clock;
	struct log_scratch scratch;
	char buf[PROBE];
};

/* Bytes at `at` that are no NULs, or what comes first after them; *at moves there. */
static struct sw_raw probe(struct search *s, off_t *at)
{
	ssize_t n = io_pread(s->fd, s->buf, PROBE, *at);

	if (n > 0 && log_lines_bare(raw_from(s->buf, (size_t)n)).n == 0) {
		*at = log_file_after_hole(s->fd, *at);
		n = *at >= 0 && *at < s->size ? io_pread(s->fd, s->buf, PROBE, *at) : 0;
	}
	return raw_from(s->buf, n > 0 ? (size_t)n : 0);
}

/*
 * Is all that stands near `at` older than `since`? Several lines are asked, so that one with a
 * clock gone wrong does not end the search; where no line has a stamp the answer is no.
 */
static bool is_before(struct search *s, off_t at, int64_t since)
{
	off_t from = at;
	struct sw_raw block = probe(s, &from);
	struct sw_raw line;
	int stamps = 0;

	s->clock->last = 0;
	if (from == at && at > 0)
		block = after_newline(block);
	while (stamps < PROBE_LINES && next_line(&block, &line)) {
		struct log_head head;
		int64_t time;

		(void)log_header(line, &s->scratch, &head);
		if (head.time.kind == STAMP_NONE || !log_clock_time(s->clock, &head.time, &time))
			continue;
		if (time >= since)
			return false;
		stamps++;
	}
	return stamps > 0;
}

/* Of the lines of from..to the first stamp that is of the window; INT64_MAX: there is none. */
static int64_t first_young(struct search *s, off_t from, off_t to, int64_t since)
{
	s->clock->last = 0;
	for (off_t at = from; at < to; at += PROBE) {
		ssize_t n = io_pread(s->fd, s->buf, PROBE, at);
		struct sw_raw block = after_newline(raw_from(s->buf, n > 0 ? (size_t)n : 0));
		struct sw_raw line;
		struct log_head head;
		int64_t time;

		while (next_line(&block, &line)) {
			(void)log_header(line, &s->scratch, &head);
			if (head.time.kind != STAMP_NONE &&
			    log_clock_time(s->clock, &head.time, &time) && time >= since)
				return time;
		}
	}
	return INT64_MAX;
}

/*
 * Behind `old` lines may come that are much younger: the log was quiet, or these old ones are what
 * a relay, or a program with another clock, sent late and in one go. Then lines of the window stand
 * before them.
 */
static off_t before_late_lines(struct search *s, off_t old, off_t young, int64_t since)
{
	off_t end = young + PROBE < s->size ? young + PROBE : s->size;

	if (old == 0 || first_young(s, old, end, since) <= since + LOG_DISORDER / 2)
		return old;
	for (off_t at = old - PROBE; at > 0 && old - at < LATE_MOST; at -= PROBE)
		if (!is_before(s, at, since))
			old = at - PROBE;
	return old > 0 ? old : 0;
}

/* Gallop back from the end, then bisect. */
static off_t bisect(struct search *s, int64_t since)
{
	off_t step = PROBE;
	off_t young = s->size; /* from here on lines may be of the window */
	off_t old = 0;

	for (;;) {
		old = s->size > step ? s->size - step : 0;
		if (old == 0 && young <= 4 * PROBE)
			return 0;
		if (is_before(s, old, since))
			break;
		young = old;
		if (old == 0)
			return 0;
		step *= 2;
	}
	while (young - old > 4 * PROBE) {
		off_t middle = old + (young - old) / 2;

		if (is_before(s, middle, since))
			old = middle;
		else
			young = middle;
	}
	return before_late_lines(s, old, young, since);
}

/* *ret: an offset before which no line is of the window. */
static int window_start(int fd, off_t size, struct log_clock *clock, int64_t since, off_t *ret,
			struct sw_fault *why)
{
	int64_t last = clock->last;
	struct search *s;

	*ret = 0;
	if (size <= 2 * PROBE)
		return 0; /* a look at it costs no less than its lines */
	s = malloc(sizeof(*s));
	if (!s)
		return sw_fault_errno(why, ENOMEM, "read the log");
	s->fd = fd;
	s->size = size;
	s->clock = clock;
	*ret = bisect(s, log_clock_before_change(clock, since - LOG_DISORDER));
	free(s);
	clock->last = last; /* of the file before, not of a probe */
	return 0;
}

/* Bytes of a log as they come, cut into lines: room for a block behind the rest of the last one. */
struct cutter {
	size_t kept;   /* bytes of a line that has not ended yet */
	bool skipping; /* inside a line whose beginning is gone */
	log_lines_fn fn;
	void *ctx;
	struct log_lines lines;
	char buf[];
};

/* The lines of p..end, which ends with a newline. */
static int give_all(struct cutter *c, const char *p, const char *end)
{
	int rc = 0;

	while (rc == 0 && p < end) {
		log_lines_find(&c->lines, p, end);
		rc = c->fn(&c->lines, c->ctx);
		p += c->lines.end[c->lines.n - 1] + 1;
	}
	return rc;
}

/* Give the lines of n new bytes at buf + kept. */
static int cut(struct cutter *c, size_t n)
{
	struct sw_raw block = raw_from(c->buf, c->kept + n);
	const char *last;
	int rc = 0;

	if (c->skipping) {
		size_t end = raw_find(block, '\n');

		c->skipping = end == block.n;
		block = c->skipping ? raw_from(block.p, 0) : raw_skip(block, end + 1);
	}
	c->lines.limit = block.p + block.n;
	last = block.n > 0 ? memrchr(block.p, '\n', block.n) : NULL;
	if (last) {
		rc = give_all(c, block.p, last + 1);
		block = raw_skip(block, (size_t)(last + 1 - block.p));
	}
	block = log_lines_bare(block); /* or a long hole would take the line behind it along */
	if (block.n > LOG_LINE_MOST) {
		c->skipping = true;
		block.n = 0;
	}
	c->kept = block.n;
	if (block.n > 0)
		memmove(c->buf, block.p, block.n);
	return rc;
}

/* For so many bytes in all, or more: what is kept of them is no more than they are. */
static struct cutter *cutter_new(off_t bytes, log_lines_fn fn, void *ctx, struct sw_fault *why)
{
	enum { MOST = LOG_LINE_MOST + BLOCK };
	struct cutter *c = malloc(sizeof(*c) + (bytes < MOST ? (size_t)bytes : MOST));

	if (!c) {
		sw_fault_errno(why, ENOMEM, "read the log");
		return NULL;
	}
	c->kept = 0;
	c->skipping = false;
	c->fn = fn;
	c->ctx = ctx;
	return c;
}

/* From `at` to `end`, block by block. */
static int read_lines(struct cutter *c, int fd, off_t at, off_t end, struct sw_fault *why)
{
	int rc = 0;

	while (at < end && rc == 0) {
		size_t want = end - at < BLOCK ? (size_t)(end - at) : BLOCK;
		ssize_t n = io_pread(fd, c->buf + c->kept, want, at);
		size_t kept = c->kept;

		if (n < 0)
			rc = sw_fault_errno(why, (int)-n, "read the log");
		if (n <= 0)
			break;
		at += n;
		rc = cut(c, (size_t)n);
		/* nothing but NULs: it may go on so for gigabytes */
		if (rc == 0 && kept == 0 && c->kept == 0 && n == BLOCK && c->buf[BLOCK - 1] == '\0')
			at = log_file_after_hole(fd, at);
		if (at < 0)
			rc = at == -EFBIG ? sw_fault(why, EFBIG,
						     "more than %d MiB of it are NULs, one after "
						     "the other",
						     LOG_HOLE_MAX >> 20)
					  : sw_fault_errno(why, (int)-at, "read the log");
	}
	return rc;
}

int log_file_window(int fd, struct log_clock *clock, int64_t since, log_lines_fn fn, void *ctx,
		    bool *whole, struct sw_fault *why)
{
	struct cutter *c;
	struct stat st;
	off_t at;
	int rc;

	if (fstat(fd, &st) < 0)
		return sw_fault_errno(why, errno, "stat the log");
	*whole = true;
	if (st.st_size == 0)
		return 0;
	rc = window_start(fd, st.st_size, clock, since, &at, why);
	if (rc < 0)
		return rc;
	*whole = at == 0;
	c = cutter_new(st.st_size - at, fn, ctx, why);
	if (!c)
		return -ENOMEM;
	c->skipping = at > 0;
	rc = read_lines(c, fd, at, st.st_size, why);
	free(c);
	return rc;
}

bool log_format_unpacks(enum log_format format, enum unpack_format *ret)
{
	switch (format) {
	case LOG_GZIP:
		*ret = UNPACK_GZIP;
		return true;
	case LOG_XZ:
		*ret = UNPACK_XZ;
		return true;
	case LOG_ZSTD:
		*ret = UNPACK_ZSTD;
		return true;
	case LOG_BZIP2:
		*ret = UNPACK_BZIP2;
		return true;
	case LOG_PLAIN:
	case LOG_UNREAD:
		break;
	}
	return false;
}

static int cut_piece(struct sw_raw piece, void *ctx)
{
	struct cutter *c = ctx;

	memcpy(c->buf + c->kept, piece.p, piece.n);
	return cut(c, piece.n);
}

int log_file_unpacked(int fd, enum unpack_format format, const struct unpack_limits *limits,
		      log_lines_fn fn, void *ctx, struct sw_fault *why)
{
	struct cutter *c = cutter_new(INT64_MAX, fn, ctx, why);
	int rc = c ? unpack_each(fd, format, limits, cut_piece, c, why) : -ENOMEM;

	free(c);
	return rc;
}

int log_file_tail(int fd, off_t end, size_t size, log_lines_fn fn, void *ctx, off_t *ret_at,
		  struct sw_fault *why)
{
	struct cutter *c;
	struct stat st;
	off_t at;
	int rc;

	if (fstat(fd, &st) < 0)
		return sw_fault_errno(why, errno, "stat the log");
	if (end < 0 || end > st.st_size)
		end = log_file_before_hole(fd, st.st_size);
	at = end > (off_t)size ? end - (off_t)size : 0;
	*ret_at = at;
	if (end == 0)
		return 0;
	c = cutter_new(end - at, fn, ctx, why);
	if (!c)
		return -ENOMEM;
	c->skipping = at > 0;
	rc = read_lines(c, fd, at, end, why);
	free(c);
	return rc;
}
