/*
 * lines: where the lines of a block of a log end, found many at a time, so that who reads them
 * never waits for the end of one to know where the next one begins.
 */
#ifndef SW_LOG_LINES_H
#define SW_LOG_LINES_H

#include "base/raw.h"

enum {
	LOG_LINES_SPAN = 4096,	   /* bytes that are looked at in one go, some 30 lines */
	LOG_LINE_MOST = 64 * 1024, /* a longer line is none */
};

/* Some complete lines, one behind the other. */
struct log_lines {
	const char *p;	   /* the first begins here */
	const char *limit; /* so far bytes may be read */
	size_t n;
	uint32_t end[LOG_LINES_SPAN]; /* its newline, of each; from p */
};

/* A value other than 0 ends the reading and is what the function returns. */
typedef int (*log_lines_fn)(const struct log_lines *lines, void *ctx);
typedef int (*log_line_fn)(struct sw_raw line, void *ctx);

/* The first lines of p..end, which holds a newline; ret->limit is the caller's to set. */
void log_lines_find(struct log_lines *ret, const char *p, const char *end);

/* Where line i begins, from p. */
static inline size_t log_lines_begin(const struct log_lines *lines, size_t i)
{
	return i ? lines->end[i - 1] + (size_t)1 : 0;
}

/* `copytruncate` leaves NULs before a writer that does not append. */
static inline struct sw_raw log_lines_bare(struct sw_raw line)
{
	while (line.n > 0 && line.p[0] == '\0')
		line = raw_skip(line, 1);
	return line;
}

/* Line i without its newline, its NULs in front; false when it is too long to be one. */
static inline bool log_lines_get(const struct log_lines *lines, size_t i, struct sw_raw *ret)
{
	size_t begin = log_lines_begin(lines, i);

	*ret = log_lines_bare(raw_from(lines->p + begin, lines->end[i] - begin));
	return ret->n <= LOG_LINE_MOST;
}

/* Each of them to fn. */
int log_lines_each(const struct log_lines *lines, log_line_fn fn, void *ctx);

#endif
