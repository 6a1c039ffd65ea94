#include "log/lines.h"

#include "base/eight.h"

enum { STEP = 4 * sizeof(eight_pair) };

/* The bytes of 16 that are newlines become `bit`. */
static inline eight_pair marked(const char *p, unsigned char bit)
{
	eight_pair newline;
	eight_pair bits;
	eight_pair x;

	memset(&newline, '\n', sizeof(newline));
	memset(&bits, bit, sizeof(bits));
	memcpy(&x, p, sizeof(x));
	return (eight_pair)(x == newline) & bits;
}

/*
 * A bit for each newline among STEP bytes: the k-th bits of 16 bytes are those of the k-th 16
 * bytes, and 4 bits higher those of the second 8 of them. So no sum over a vector is needed.
 */
static inline uint64_t newlines(const char *p)
{
	eight_words words = (eight_words)(marked(p, 1) | marked(p + 16, 2) | marked(p + 32, 4) |
					  marked(p + 48, 8));

	return words[0] | words[1] << 4;
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BYTE(i) (i)
#else
#define BYTE(i) (7 - (i))
#endif
#define PLACES(i)                                                                                  \
	BYTE(i), 16 + BYTE(i), 32 + BYTE(i), 48 + BYTE(i), 8 + BYTE(i), 24 + BYTE(i),              \
		40 + BYTE(i), 56 + BYTE(i)

/* Which of the bytes a bit stands for. */
static const unsigned char place[STEP] = { PLACES(0), PLACES(1), PLACES(2), PLACES(3),
					   PLACES(4), PLACES(5), PLACES(6), PLACES(7) };

/* The bit of the last of them. */
#define LAST ((uint64_t)1 << 63)

/* All newlines of n bytes, one by one. */
static size_t one_by_one(struct log_lines *ret, size_t found, size_t at, size_t n)
{
	for (size_t i = at; i < at + n; i++)
		if (ret->p[i] == '\n')
			ret->end[found++] = (uint32_t)i;
	return found;
}

void log_lines_find(struct log_lines *ret, const char *p, const char *end)
{
	size_t n = (size_t)(end - p);
	size_t span = n < LOG_LINES_SPAN ? n : LOG_LINES_SPAN;
	size_t found = 0;
	size_t at = 0;

	ret->p = p;
	for (; at + STEP <= span; at += STEP) {
		uint64_t bits = newlines(p + at);

		/* without a branch: nobody could guess whether there is one */
		ret->end[found] = (uint32_t)at + place[__builtin_ctzll(bits | LAST)];
		if (__builtin_expect((bits & (bits - 1)) != 0, 0))
			found = one_by_one(ret, found, at, STEP);
		else
			found += bits != 0;
	}
	found = one_by_one(ret, found, at, span - at);
	if (found == 0 && span < n)
		ret->end[found++] = (uint32_t)((const char *)memchr(p + span, '\n', n - span) - p);
	ret->n = found;
}

int log_lines_each(const struct log_lines *lines, log_line_fn fn, void *ctx)
{
	struct sw_raw line;
	int rc = 0;

	for (size_t i = 0; i < lines->n && rc == 0; i++)
		if (log_lines_get(lines, i, &line))
			rc = fn(line, ctx);
	return rc;
}
