#include "log/file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/clock.h"

enum { LINE_MAX_BYTES = 64 * 1024, BLOCK = 128 * 1024, PROBE = 16 * 1024, PROBE_LINES = 16 };

#define UNPACKED_BYTES ((int64_t)4 << 30)
enum { UNPACK_MS = 1000 };

static ssize_t read_at(int fd, char *buf, size_t size, off_t at)
{
	size_t n = 0;

	while (n < size) {
		ssize_t got = pread(fd, buf + n, size - n, at + (off_t)n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

/* Drop what stands before the first newline: the end of a line that began earlier. */
static struct sw_raw after_newline(struct sw_raw block)
{
	size_t n = raw_find(block, '\n');

	return n < block.n ? raw_skip(block, n + 1) : raw_from(block.p, 0);
}

/* `copytruncate` leaves NULs before a writer that does not append. */
static struct sw_raw without_hole(struct sw_raw line)
{
	while (line.n > 0 && line.p[0] == '\0')
		line = raw_skip(line, 1);
	return line;
}

static bool next_line(struct sw_raw *block, struct sw_raw *line)
{
	size_t n = raw_find(*block, '\n');

	if (n == block->n)
		return false;
	*line = without_hole(raw_from(block->p, n));
	*block = raw_skip(*block, n + 1);
	return true;
}

/*
 * Is all that stands near `at` older than `since`? Several lines are asked, so that one with a
 * clock gone wrong does not end the search; where no line has a stamp the answer is no.
 */
static bool is_before(int fd, struct log_clock *clock, off_t at, int64_t since)
{
	char buf[PROBE];
	ssize_t n = read_at(fd, buf, sizeof(buf), at);
	struct sw_raw block = raw_from(buf, n > 0 ? (size_t)n : 0);
	struct sw_raw line;
	int stamps = 0;

	clock->last = 0;
	if (at > 0)
		block = after_newline(block);
	while (stamps < PROBE_LINES && next_line(&block, &line)) {
		int64_t time;

		if (!log_stamp_time(clock, line, &time))
			continue;
		if (time >= since)
			return false;
		stamps++;
	}
	return stamps > 0;
}

/* An offset before which no line is of the window: gallop back from the end, then bisect. */
static off_t window_start(int fd, struct log_clock *clock, off_t size, int64_t since)
{
	off_t step = PROBE;
	off_t young = size; /* from here on lines may be of the window */
	off_t old = 0;

	for (;;) {
		if (size <= step)
			break;
		old = size - step;
		if (is_before(fd, clock, old, since))
			break;
		young = old;
		old = 0;
		step *= 2;
	}
	while (old > 0 && young - old > 4 * PROBE) {
		off_t middle = old + (young - old) / 2;

		if (is_before(fd, clock, middle, since))
			old = middle;
		else
			young = middle;
	}
	return old;
}

enum { WORDS_MAX = 4 };

struct word {
	struct sw_raw text;
	size_t rare; /* index of its '_', which few lines hold; text.n: it has none */
};

/* Bytes of a log as they come, cut into lines: room for a block behind the rest of the last one. */
struct cutter {
	char buf[LINE_MAX_BYTES + BLOCK];
	size_t kept;   /* bytes of a line that has not ended yet */
	bool skipping; /* inside a line whose beginning is gone */
	struct word word[WORDS_MAX];
	size_t words; /* 0: every line is given */
	log_file_fn fn;
	void *ctx;
};

static int give(struct cutter *c, const char *start, const char *end)
{
	struct sw_raw line = without_hole(raw_from(start, (size_t)(end - start)));

	return line.n <= LINE_MAX_BYTES ? c->fn(line, c->ctx) : 0;
}

/*
 * The first place of a word in p..end-1, or end. memchr(3) for a rare byte of it is three times as
 * fast as memmem(3), but only while it is rare, and others choose the text: after a few false hits
 * memmem(3) goes on.
 */
static const char *find_word(const char *p, const char *end, const struct word *w)
{
	for (int tries = 0; w->rare < w->text.n && tries < 8 && (size_t)(end - p) >= w->text.n;
	     tries++) {
		const char *at =
			memchr(p + w->rare, w->text.p[w->rare], (size_t)(end - p) - w->rare);

		if (!at)
			return end;
		p = at - w->rare;
		if ((size_t)(end - p) >= w->text.n && memcmp(p, w->text.p, w->text.n) == 0)
			return p;
		p++;
	}
	p = memmem(p, (size_t)(end - p), w->text.p, w->text.n);
	return p ? p : end;
}

/* Of the whole lines p..end-1 give those that hold one of the words, going from hit to hit. */
static int give_hits(struct cutter *c, const char *p, const char *end)
{
	const char *hit[WORDS_MAX] = { NULL };
	int rc = 0;

	while (rc == 0 && p < end) {
		const char *first = end;
		const char *start;
		const char *stop;

		for (size_t i = 0; i < c->words; i++) {
			if (!hit[i] || hit[i] < p)
				hit[i] = find_word(p, end, &c->word[i]);
			if (hit[i] < first)
				first = hit[i];
		}
		if (first == end)
			break;
		start = memrchr(p, '\n', (size_t)(first - p));
		stop = memchr(first, '\n', (size_t)(end - first));
		rc = give(c, start ? start + 1 : p, stop);
		p = stop + 1;
	}
	return rc;
}

static int give_all(struct cutter *c, const char *p, const char *end)
{
	int rc = 0;

	while (rc == 0 && p < end) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));

		rc = give(c, p, stop);
		p = stop + 1;
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
	last = block.n > 0 ? memrchr(block.p, '\n', block.n) : NULL;
	if (last) {
		rc = c->words ? give_hits(c, block.p, last + 1) : give_all(c, block.p, last + 1);
		block = raw_skip(block, (size_t)(last + 1 - block.p));
	}
	block = without_hole(block); /* or a long hole would take the line behind it along */
	if (block.n > LINE_MAX_BYTES) {
		c->skipping = true;
		block.n = 0;
	}
	c->kept = block.n;
	if (block.n > 0)
		memmove(c->buf, block.p, block.n);
	return rc;
}

static struct cutter *cutter_new(const char *const *words, log_file_fn fn, void *ctx,
				 struct sw_fault *why)
{
	struct cutter *c = malloc(sizeof(*c));

	if (!c) {
		sw_fault_errno(why, ENOMEM, "read the log");
		return NULL;
	}
	c->kept = 0;
	c->skipping = false;
	c->words = 0;
	c->fn = fn;
	c->ctx = ctx;
	for (; words && *words && c->words < WORDS_MAX; words++) {
		struct word *w = &c->word[c->words++];

		*w = (struct word){ .text = raw_of(*words) };
		w->rare = raw_find(w->text, '_');
	}
	return c;
}

int log_file_window(int fd, struct log_clock *clock, int64_t since, const char *const *words,
		    log_file_fn fn, void *ctx, struct sw_fault *why)
{
	int64_t last = clock->last;
	struct cutter *c;
	struct stat st;
	off_t at;
	int rc = 0;

	if (fstat(fd, &st) < 0)
		return sw_fault_errno(why, errno, "stat the log");
	c = cutter_new(words, fn, ctx, why);
	if (!c)
		return -ENOMEM;
	since = log_stamp_before_change(since - LOG_DISORDER, clock->now);
	at = window_start(fd, clock, st.st_size, since);
	clock->last = last; /* of the file before, not of a probe */
	c->skipping = at > 0;
	while (at < st.st_size && rc == 0) {
		size_t want = st.st_size - at < BLOCK ? (size_t)(st.st_size - at) : BLOCK;
		ssize_t n = read_at(fd, c->buf + c->kept, want, at);

		if (n < 0)
			rc = sw_fault_errno(why, (int)-n, "read the log");
		if (n <= 0)
			break;
		at += n;
		rc = cut(c, (size_t)n);
	}
	free(c);
	return rc;
}

static int cut_piece(struct sw_raw piece, void *ctx)
{
	struct cutter *c = ctx;

	memcpy(c->buf + c->kept, piece.p, piece.n);
	return cut(c, piece.n);
}

int log_file_compressed(int fd, enum unpack_format format, const char *const *words, log_file_fn fn,
			void *ctx, struct sw_fault *why)
{
	const struct unpack_limits limits = { .bytes = UNPACKED_BYTES,
					      .deadline = clock_ms() + UNPACK_MS };
	struct cutter *c = cutter_new(words, fn, ctx, why);
	int rc = c ? unpack_each(fd, format, &limits, cut_piece, c, why) : -ENOMEM;

	free(c);
	return rc;
}

bool log_file_last(int fd, struct log_clock *clock, int64_t *ret)
{
	char buf[LINE_MAX_BYTES];
	struct stat st;
	struct sw_raw block;
	struct sw_raw line;
	int64_t last =
		clock->last; /* what is read here was read before: it must not move the clock */
	struct log_head head;
	ssize_t n;
	off_t at;
	bool found = false;
	bool daemon = false;

	if (fstat(fd, &st) < 0)
		return false;
	at = st.st_size > (off_t)sizeof(buf) ? st.st_size - (off_t)sizeof(buf) : 0;
	n = read_at(fd, buf, sizeof(buf), at);
	block = raw_from(buf, n > 0 ? (size_t)n : 0);
	clock->last = 0;
	if (at > 0)
		block = after_newline(block);
	while (next_line(&block, &line)) {
		bool postfix = log_header(line, &head);

		if ((postfix || !daemon) && log_stamp_time(clock, line, ret)) {
			found = true;
			daemon |= postfix;
		}
	}
	clock->last = last;
	return found;
}
