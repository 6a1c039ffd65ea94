/* raw: what can be done with outside bytes (struct sw_raw); nothing here allocates or copies. */
#ifndef SW_RAW_H
#define SW_RAW_H

#include <string.h>

#include "base/base.h"
#include "spoolwatch/text.h"

/* The bytes of a terminated string, without its NUL. */
static inline struct sw_raw raw_of(const char *s)
{
	return (struct sw_raw){ s, strlen(s) };
}

static inline struct sw_raw raw_from(const char *p, size_t n)
{
	return (struct sw_raw){ p, n };
}

/* The same bytes in both. */
static inline bool raw_same(struct sw_raw a, struct sw_raw b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Below, at or above 0: as memcmp(3), and of two that begin alike the shorter one first. */
static inline int raw_order(struct sw_raw a, struct sw_raw b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	return order ? order : (a.n > b.n) - (a.n < b.n);
}

static inline bool raw_is(struct sw_raw a, const char *s)
{
	return raw_same(a, raw_of(s));
}

/* A word of a table without pointers: those would be in a page that each start has to write to. */
struct raw_word {
	unsigned char n;
	char p[16];
};
#define RAW_WORD(text)                                                                             \
	{                                                                                          \
		sizeof(text) - 1, text                                                             \
	}

static inline bool raw_is_word(struct sw_raw a, const struct raw_word *word)
{
	return a.n == word->n && memcmp(a.p, word->p, a.n) == 0;
}

static inline bool raw_starts(struct sw_raw a, const char *s)
{
	size_t n = strlen(s);

	return a.n >= n && memcmp(a.p, s, n) == 0;
}

/* What is left after the first n bytes; n is at most a.n. */
static inline struct sw_raw raw_skip(struct sw_raw a, size_t n)
{
	return (struct sw_raw){ n ? a.p + n : a.p, a.n - n }; /* NULL + 0 is no pointer */
}

/* Take a word off the beginning of *rest. False, and nothing taken, where it does not begin so. */
static inline bool raw_take(struct sw_raw *rest, const char *word)
{
	if (!raw_starts(*rest, word))
		return false;
	*rest = raw_skip(*rest, strlen(word));
	return true;
}

/* Index of the first byte c, or a.n when there is none. */
static inline size_t raw_find(struct sw_raw a, char c)
{
	const char *hit = a.n ? memchr(a.p, c, a.n) : NULL;

	return hit ? (size_t)(hit - a.p) : a.n;
}

/* Index of the last byte c, or a.n when there is none. */
static inline size_t raw_find_last(struct sw_raw a, char c)
{
	const char *hit = a.n ? memrchr(a.p, c, a.n) : NULL;

	return hit ? (size_t)(hit - a.p) : a.n;
}

/* Blanks of the C locale, without <ctype.h>'s trap for negative chars. */
static inline bool raw_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static inline bool raw_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Without a branch: letters and digits of an ID come in no order that a processor could guess. */
static inline bool raw_is_alnum(char c)
{
	unsigned u = (unsigned char)c;

	return ((u | 0x20) - 'a' < 26) | (u - '0' < 10);
}

/* Without blanks at both ends. */
static inline struct sw_raw raw_trim(struct sw_raw a)
{
	while (a.n > 0 && raw_is_blank(a.p[0]))
		a = raw_skip(a, 1);
	while (a.n > 0 && raw_is_blank(a.p[a.n - 1]))
		a.n--;
	return a;
}

/* Take the next line of *rest, without its newline; false when nothing is left. */
static inline bool raw_line(struct sw_raw *rest, struct sw_raw *ret_line)
{
	size_t n = raw_find(*rest, '\n');

	if (rest->n == 0)
		return false;
	*ret_line = raw_from(rest->p, n);
	*rest = raw_skip(*rest, n < rest->n ? n + 1 : n);
	return true;
}

/*
 * Take the next piece of *rest that holds no byte of the string `separators`; runs of separators
 * count as one. False when nothing is left.
 */
static inline bool raw_word(struct sw_raw *rest, const char *separators, struct sw_raw *ret_word)
{
	size_t n = 0;

	while (rest->n > 0 && rest->p[0] && strchr(separators, rest->p[0]))
		*rest = raw_skip(*rest, 1);
	while (n < rest->n && !(rest->p[n] && strchr(separators, rest->p[n])))
		n++;
	*ret_word = raw_from(rest->p, n);
	*rest = raw_skip(*rest, n);
	return n > 0;
}

#endif
