#include "reference_log_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

enum { LONG = 64 * 1024, FILE_MAX = 2 << 20 };

static void follow(struct sw_raw in, int64_t clock, FILE *out, char *const *written, const size_t *n)
{
	size_t line = 0; /* where the last line that ended began */

	while (in.n > 0 && fflush(out) == 0 && *n < FILE_MAX) {
		size_t arg = in.n > 1 ? (uint8_t)in.p[1] : 0;
		size_t more = in.n > 2 ? arg << 8 | (uint8_t)in.p[2] : arg;
		char c = in.p[0];

		in = raw_skip(in, c > 0 && c < 4 && in.n > 1 ? 2 : 1);
		if (c == 1) {
			in = raw_skip(in, in.n > 0);
			for (; more > 0; more--)
				fputc('x', out);
		} else if (c == 2 && *n > 0 && (*written)[*n - 1] == '\n') {
			char *copy = strndup(*written + line, *n - line);

			for (; copy && arg > 0 && strlen(copy) * arg < FILE_MAX; arg--)
				fputs(copy, out);
			free(copy);
		} else if (c == 3) {
			time_t t = clock += (int64_t)arg;
			char stamp[32];

			strftime(stamp, sizeof(stamp), "\n%Y-%m-%dT%H:%M:%SZ ", gmtime(&t));
			line = *n + 1;
			fputs(stamp, out);
		} else {
			line = c != '\n' && *n > 0 && (*written)[*n - 1] == '\n' ? *n : line;
			fputc(c, out);
		}
	}
}

struct sw_raw reference_log(struct sw_raw recipe, int64_t start)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	if (!out)
		abort();
	follow(recipe, start, out, &text, &n);
	if (fclose(out))
		abort();
	return raw_from(text, n);
}

/* A truncated log has a hole before its first line. */
static struct sw_raw bare(struct sw_raw line)
{
	while (line.n > 0 && !line.p[0])
		line = raw_skip(line, 1);
	return line;
}

/* The next complete line of at most 64 KiB from *at on; *at is then behind it. */
static bool next(struct sw_raw text, size_t *at, struct sw_raw *line)
{
	while (*at < text.n) {
		struct sw_raw rest = raw_skip(text, *at);
		size_t n = raw_find(rest, '\n');

		if (n == rest.n)
			return false;
		*at += n + 1;
		*line = bare(raw_from(rest.p, n));
		if (line->n <= LONG)
			return true;
	}
	return false;
}

static bool time_of(struct log_clock *clock, struct sw_raw line, int64_t *ret)
{
	static struct log_scratch scratch;
	struct log_head head;

	(void)log_header(line, &scratch, &head);
	return head.time.kind != STAMP_NONE && log_clock_time(clock, &head.time, ret);
}

static int count_one(struct sw_raw line, void *ctx)
{
	size_t *n = ctx;

	(void)line;
	(*n)++;
	return 0;
}

static int count(const struct log_lines *lines, void *ctx)
{
	return log_lines_each(lines, count_one, ctx);
}

struct compare {
	struct sw_raw text;
	size_t at;
	bool differs;
};

static int compare_one(struct sw_raw line, void *ctx)
{
	struct compare *c = ctx;
	struct sw_raw want;

	c->differs = c->differs || !next(c->text, &c->at, &want) || !raw_same(line, want);
	return 0;
}

static int compare(const struct log_lines *lines, void *ctx)
{
	return log_lines_each(lines, compare_one, ctx);
}

static bool is_at_end(struct compare *c)
{
	struct sw_raw line;

	return !c->differs && !next(c->text, &c->at, &line);
}

static int stop_one(struct sw_raw line, void *ctx)
{
	return count_one(line, ctx) + 42;
}

static int stop(const struct log_lines *lines, void *ctx)
{
	return log_lines_each(lines, stop_one, ctx);
}

bool reference_window(int fd, struct sw_raw text, int64_t now, int64_t since)
{
	struct log_clock clock = { .now = now };
	struct compare c = { .text = text };
	struct sw_fault why = { 0 };
	struct sw_raw line;
	size_t lines = 0;
	size_t given = 0;
	size_t stopped = 0;
	int64_t youngest = INT64_MIN;
	int64_t time;
	bool ordered = true;
	bool lost = false;
	bool whole;

	if (log_file_window(fd, &clock, since, count, &given, &whole, &why) ||
	    log_file_window(fd, &clock, since, stop, &stopped, &whole, &why) !=
		    (given ? 42 : 0) ||
	    stopped != (given > 0))
		return false;
	for (size_t at = 0; next(text, &at, &line);)
		lines++;
	if (given > lines || (whole && given < lines))
		return false;
	for (size_t i = 0; i < lines - given && next(text, &c.at, &line); i++)
		lost = lost || (time_of(&clock, line, &time) && time >= since);
	for (size_t at = 0; next(text, &at, &line);) {
		if (!time_of(&clock, line, &time))
			continue;
		ordered = ordered && (youngest == INT64_MIN || time >= youngest - LOG_DISORDER);
		youngest = time > youngest ? time : youngest;
	}
	if (ordered && lost)
		return false;
	return log_file_window(fd, &clock, since, compare, &c, &whole, &why) == 0 && is_at_end(&c);
}

bool reference_tail(int fd, struct sw_raw text, size_t end, size_t size)
{
	size_t from = end > size ? end - size : 0;
	struct compare c = { .text = raw_from(text.p, end), .at = from };
	struct sw_fault why = { 0 };
	off_t at = -1;

	if (from > 0) {
		size_t n = raw_find(raw_skip(c.text, from), '\n');

		c.at = from + n + (from + n < end);
	}
	return log_file_tail(fd, (off_t)end, size, compare, &c, &at, &why) == 0 &&
	       at == (off_t)from && is_at_end(&c);
}

bool reference_unpacked(struct sw_raw text)
{
	static const struct unpack_limits limits = { INT64_MAX, INT64_MAX };
	int fd = memfd_create("gz", MFD_CLOEXEC);
	gzFile gz = gzdopen(dup(fd), "wb1");
	struct compare c = { .text = text };
	struct sw_fault why = { 0 };
	int rc;

	if (!gz || gzwrite(gz, text.p, (unsigned)text.n) != (int)text.n || gzclose(gz) != Z_OK)
		abort();
	rc = log_file_unpacked(fd, UNPACK_GZIP, &limits, compare, &c, &why);
	close(fd);
	return rc == 0 && is_at_end(&c);
}
