#include "read/logfile.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 64 * 1024, BLOCK = 512 * 1024, PROBE = 16 * 1024, PROBE_LINES = 16 };

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
static struct raw after_newline(struct raw block)
{
	size_t n = raw_find(block, '\n');

	return n < block.n ? raw_skip(block, n + 1) : raw_from(block.p, 0);
}

static bool next_line(struct raw *block, struct raw *line)
{
	size_t n = raw_find(*block, '\n');

	if (n == block->n)
		return false;
	*line = raw_from(block->p, n);
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
	struct raw block = raw_from(buf, n > 0 ? (size_t)n : 0);
	struct raw line;
	int stamps = 0;

	if (at > 0)
		block = after_newline(block);
	while (stamps < PROBE_LINES && next_line(&block, &line)) {
		int64_t time;

		if (!logline_time(clock, line, &time))
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

/* The lines of one block; *used says how many bytes were complete lines. */
static int give_lines(struct raw block, logfile_fn fn, void *ctx, size_t *used)
{
	const char *start = block.p;
	struct raw line;
	int rc = 0;

	while (rc == 0 && next_line(&block, &line))
		rc = fn(line, ctx);
	*used = (size_t)(block.p - start);
	return rc;
}

int logfile_window(int fd, struct log_clock *clock, int64_t since, logfile_fn fn, void *ctx,
		   struct fault *why)
{
	struct stat st;
	char *buf;
	off_t at;
	size_t kept = 0;
	bool skipping; /* inside a line whose beginning is gone */
	int rc = 0;

	if (fstat(fd, &st) < 0)
		return fault_errno(why, errno, "stat the log");
	buf = malloc(BLOCK + LINE_MAX_BYTES);
	if (!buf)
		return fault_errno(why, ENOMEM, "read the log");
	at = window_start(fd, clock, st.st_size, since - LOGFILE_DISORDER);
	skipping = at > 0;
	while (at < st.st_size && rc == 0) {
		size_t want = st.st_size - at < BLOCK ? (size_t)(st.st_size - at) : BLOCK;
		ssize_t n = read_at(fd, buf + kept, want, at);
		struct raw block;
		size_t used;

		if (n < 0)
			rc = fault_errno(why, (int)-n, "read the log");
		if (n <= 0)
			break;
		at += n;
		block = raw_from(buf, kept + (size_t)n);
		if (skipping) {
			block = after_newline(block);
			skipping = block.n == 0;
		}
		rc = give_lines(block, fn, ctx, &used);
		block = raw_skip(block, used);
		if (block.n > LINE_MAX_BYTES) {
			skipping = true;
			block.n = 0;
		}
		kept = block.n;
		memmove(buf, block.p, kept);
	}
	free(buf);
	return rc;
}

bool logfile_last(int fd, struct log_clock *clock, int64_t *ret)
{
	char buf[LINE_MAX_BYTES];
	struct stat st;
	struct raw block;
	struct raw line;
	ssize_t n;
	off_t at;
	bool found = false;

	if (fstat(fd, &st) < 0)
		return false;
	at = st.st_size > (off_t)sizeof(buf) ? st.st_size - (off_t)sizeof(buf) : 0;
	n = read_at(fd, buf, sizeof(buf), at);
	block = raw_from(buf, n > 0 ? (size_t)n : 0);
	if (at > 0)
		block = after_newline(block);
	while (next_line(&block, &line))
		if (logline_time(clock, line, ret))
			found = true;
	return found;
}
