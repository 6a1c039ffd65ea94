/* screentext: a part of the incident command's screen, as it is said. */
#ifndef SW_TESTS_SCREENTEXT_H
#define SW_TESTS_SCREENTEXT_H

#include <string.h>

#include "incident/say.h"
#include "printed.h"
#include "test.h"

static size_t top; /* how many rows are wanted */
static char got[16384];

/* The test's own: what it prints of its part. */
static void say(void);
static void say_object(void);

static inline const char *said(size_t rows)
{
	top = rows;
	printed(stdout, say, got, sizeof(got));
	return got;
}

static inline const char *object(void)
{
	printed(stdout, say_object, got, sizeof(got));
	return got;
}

/* Words of one and two letters behind one of n: a line of these ends where it must for some n. */
static inline const char *words_behind(size_t n)
{
	static char text[256];
	size_t at = n;

	memset(text, 'x', n);
	while (at < 200)
		at += (size_t)snprintf(text + at, sizeof(text) - at, " y zz");
	return text;
}

/* The longest line that begins with these words, of those that were said with 1 to 9 letters. */
static inline size_t longest_line(const char *begins, size_t longest)
{
	const char *line = strstr(got, begins);
	const size_t n = line ? strcspn(line, "\n") : 0;

	return n > longest ? n : longest;
}

#endif
