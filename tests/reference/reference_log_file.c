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

/* The next complete line of at most 64 KiB from *at on; *at is then behind it. */
static bool next(struct sw_raw text, size_t *at, struct sw_raw *line)
{
	while (*at < text.n) {
		struct sw_raw rest = raw_skip(text, *at);
		size_t n = raw_find(rest, '\n');

		if (n == rest.n)
			return false;
		*at += n + 1;
		*line = raw_from(rest.p, n);
		if (n <= LONG)
			return true;
	}
	return false;
}

/* A truncated log has a hole before its first line. */
static struct sw_raw bare(struct sw_raw line)
{
	while (line.n > 0 && !line.p[0])
		line = raw_skip(line, 1);
	return line;
}

static int count(struct sw_raw line, void *ctx)
{
	size_t *n = ctx;

	(void)line;
	(*n)++;
	return 0;
}

/* Words to look for: at an end of a line, across runs of their first letter, one alone. */
static const char *const some[] = { "xxa", "Z x", "2", NULL };

struct compare {
	struct sw_raw text;
	size_t at;
	const char *const *words;
	bool differs;
};

/* The next line that holds one of the words. */
static bool next_with(struct compare *c, struct sw_raw *line)
{
	while (next(c->text, &c->at, line)) {
		if (!c->words)
			return true;
		for (const char *const *w = c->words; *w; w++)
			if (line->n > 0 && memmem(line->p, line->n, *w, strlen(*w)))
				return true;
	}
	return false;
}

static int compare(struct sw_raw line, void *ctx)
{
	struct compare *c = ctx;
	struct sw_raw want;

	c->differs = c->differs || !next_with(c, &want) || !raw_same(line, bare(want));
	return 0;
}

static int stop(struct sw_raw line, void *ctx)
{
	return count(line, ctx) + 42;
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
	struct compare words;

	if (log_file_window(fd, &clock, since, NULL, count, &given, &why) ||
	    log_file_window(fd, &clock, since, NULL, stop, &stopped, &why) != (given ? 42 : 0) ||
	    stopped != (given > 0))
		return false;
	for (size_t at = 0; next(text, &at, &line);)
		lines++;
	if (given > lines)
		return false;
	for (size_t i = 0; i < lines - given && next(text, &c.at, &line); i++)
		lost = lost || (log_stamp_time(&clock, bare(line), &time) && time >= since);
	for (size_t at = 0; next(text, &at, &line);) {
		if (!log_stamp_time(&clock, bare(line), &time))
			continue;
		ordered = ordered && (youngest == INT64_MIN || time >= youngest - LOG_DISORDER);
		youngest = time > youngest ? time : youngest;
	}
	if (ordered && lost)
		return false;
	words = c;
	words.words = some;
	return log_file_window(fd, &clock, since, NULL, compare, &c, &why) == 0 && !c.differs &&
	       log_file_window(fd, &clock, since, some, compare, &words, &why) == 0 &&
	       !words.differs && !next_with(&words, &line);
}

bool reference_last(int fd, struct sw_raw text, int64_t now)
{
	struct log_clock clock = { .now = now };
	size_t first = text.n > LONG ? text.n - LONG + 1 : 0;
	bool found = false;
	struct sw_raw line;
	int64_t want;
	int64_t got;
	bool fine;

	for (size_t at = 0; next(text, &at, &line);)
		if (at - line.n > first && log_stamp_time(&clock, bare(line), &want))
			found = true;
	fine = log_file_last(fd, &clock, &got);
	return fine == found && (!found || got == want);
}

bool reference_compressed(struct sw_raw text)
{
	int fd = memfd_create("gz", MFD_CLOEXEC);
	gzFile gz = gzdopen(dup(fd), "wb1");
	struct compare c = { .text = text, .words = some };
	struct sw_fault why = { 0 };
	struct sw_raw line;
	int rc;

	if (!gz || gzwrite(gz, text.p, (unsigned)text.n) != (int)text.n || gzclose(gz) != Z_OK)
		abort();
	rc = log_file_compressed(fd, UNPACK_GZIP, some, compare, &c, &why);
	close(fd);
	return rc == 0 && !c.differs && !next_with(&c, &line);
}
