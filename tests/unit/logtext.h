/* logtext: log files that a test writes, and what was read of them; of test_file*.c. */
#ifndef SW_LOGTEXT_H
#define SW_LOGTEXT_H

#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "log/file.h"
#include "test.h"

enum { START = 1795431600, LINE_LIMIT = 64 * 1024, BLOCK = 512 * 1024 };

static inline int open_file(const struct sw_host *h, const char *path)
{
	int fd = open(host_path(h, path), O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

/* A growing text. */
struct text {
	char *p;
	size_t n;
	size_t size;
};

static inline void add(struct text *t, const char *bytes, size_t n)
{
	if (n == 0)
		return;
	if (t->n + n > t->size) {
		t->size = 2 * (t->n + n);
		t->p = realloc(t->p, t->size);
		assert_non_null(t->p);
	}
	memcpy(t->p + t->n, bytes, n);
	t->n += n;
}

static inline void add_line(struct text *t, int64_t time, const char *words)
{
	char line[256];
	time_t seconds = (time_t)time;
	struct tm tm;
	size_t n = strftime(line, sizeof(line),
			    "%Y-%m-%dT%H:%M:%SZ mx postfix/smtpd[1]: ", gmtime_r(&seconds, &tm));

	n += (size_t)snprintf(line + n, sizeof(line) - n, "%s\n", words);
	add(t, line, n);
}

/* What was given: every line, and of those in the window the number, the order and the sum. */
struct seen {
	int64_t since;
	bool whole;
	size_t lines;
	size_t inside;
	uint64_t sum;
	struct text text;
	int fd;
	off_t cut_to; /* -1: leave the file as it is */
	int stop_after;
};

static inline bool time_of(struct log_clock *clock, struct sw_raw line, int64_t *ret)
{
	static struct log_scratch scratch;
	struct log_head head;

	(void)log_header(line, &scratch, &head);
	return head.time.kind != STAMP_NONE && log_clock_time(clock, &head.time, ret);
}

static inline int look_at(struct sw_raw line, void *ctx)
{
	struct seen *s = ctx;
	struct log_clock clock = { .now = START };
	int64_t time;

	if (memchr(line.p, '\n', line.n))
		fail_msg("a line holds a newline");
	s->lines++;
	if (time_of(&clock, line, &time) && time >= s->since) {
		s->inside++;
		s->sum = s->sum * 31 + (uint64_t)time;
	}
	if (s->lines < 100) {
		add(&s->text, line.p, line.n < 40 ? line.n : 40);
		add(&s->text, "|", 1);
	}
	if (s->fd > 0 && s->cut_to >= 0)
		assert_int_equal(ftruncate(s->fd, s->cut_to), 0);
	return s->stop_after && s->lines == (size_t)s->stop_after ? 42 : 0;
}

static inline int look(const struct log_lines *lines, void *ctx)
{
	return log_lines_each(lines, look_at, ctx);
}

static inline int read_fd(int fd, int64_t since, struct seen *s)
{
	struct log_clock clock = { .now = START };
	struct sw_fault why = { 0 };

	s->since = since;
	return log_file_window(fd, &clock, since, look, s, &s->whole, &why);
}

/* Read a text as a file; s->text is terminated and the caller's to free. */
static inline void read_text(const struct text *t, int64_t since, struct seen *s)
{
	struct sw_host h = host_new(NULL);
	int fd;

	host_bytes(&h, "/log", t->p ? t->p : "", t->n);
	fd = open_file(&h, "/log");
	want_number("returned", read_fd(fd, since, s), 0);
	add(&s->text, "", 1);
	close(fd);
	host_remove(&h);
}

/* 60000 lines, one a second, the last at START: 6 MB; an odd one behind every other if asked for.
 */
enum { LINES = 60000 };

static inline void make_log(struct text *t, const char *odd)
{
	char words[100];

	memset(words, 'x', sizeof(words));
	for (int i = 0; i < LINES; i++) {
		words[sizeof(words) - 1 - (size_t)(i % 37)] = '\0';
		add_line(t, START - LINES + 1 + i, words);
		words[sizeof(words) - 1 - (size_t)(i % 37)] = 'x';
		if (odd && i % 2 == 1)
			add(t, odd, strlen(odd));
	}
}

#endif
