/*
 * shape_parts: the comparisons that lib/log/shape.c and run.c are made of. For them alone.
 */
#ifndef SW_LOG_SHAPE_PARTS_H
#define SW_LOG_SHAPE_PARTS_H

#include "base/eight.h"
#include "log/shape.h"

/* Which bytes of a piece are what the pattern has there. */
static inline eight_pair log_pattern_hits(const struct log_pattern *p, const char *at)
{
	eight_pair x;
	eight_pair base;
	eight_pair range;

	memcpy(&x, at, sizeof(x));
	memcpy(&base, p->base, sizeof(base));
	memcpy(&range, p->range, sizeof(range));
	return (eight_pair)((x - base) <= range);
}

static inline bool log_pattern_all(eight_pair hits)
{
	eight_words words = (eight_words)hits;

	return (words[0] & words[1]) == UINT64_MAX;
}

/* By some bytes of it that most names differ in: postfix/smtpd, postfix/qmgr. GUESSED_END of them
   are there. */
enum { LOG_GUESSED = 9, LOG_GUESSED_END = 13 };

static inline size_t log_guess_of(const char *name)
{
	uint32_t some;

	memcpy(&some, name + LOG_GUESSED, sizeof(some));
	return (some * UINT32_C(0x9E3779B1)) >> 24;
}

static inline int log_two(const char *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

/* What a hexadecimal digit is worth in a label, and 0x80 for what is none. */
static inline unsigned log_hex(char c)
{
	unsigned digit = (unsigned char)c - (unsigned)'0';
	unsigned letter = (unsigned char)c - (unsigned)'a';
	/* without a branch: nobody could guess it */
	unsigned is_digit = 0U - (digit < 10);
	unsigned is_letter = 0U - (letter < 6);

	return (digit & is_digit) | ((letter + 10) & is_letter) | (~(is_digit | is_letter) & 0x80);
}

/* A label's digits that differ within some minutes: two of the seconds, eight of their parts. */
static __attribute__((noinline, unused)) bool log_shape_label(const struct log_shape *shape,
							      const char *line, int64_t *ret)
{
	enum { SECONDS = 15, LABEL = 25 };
	const char *p = line + shape->stamp;
	unsigned high = log_hex(p[SECONDS]);
	unsigned low = log_hex(p[SECONDS + 1]);

	if ((high | low) & 0x80 || eight_no_hex(eight_at(p + LABEL - 8)))
		return false;
	*ret = log_header_label(shape->label_base + (int64_t)(high * 16 + low),
				shape->base + log_two(line + shape->seconds));
	return true;
}

/*
 * The time of the seconds at the end of Docker's JSON, from where the text begins to the end of the
 * line; *text loses all from its own end on.
 */
bool log_shape_tail(const struct log_shape *shape, struct sw_raw *text, int64_t *ret);

/* When a line with the head of a shape was stamped, if not behind its text. */
static inline bool log_shape_time(const struct log_shape *shape, const char *line, int64_t *ret)
{
	if (shape->label)
		return log_shape_label(shape, line, ret);
	*ret = shape->base + log_two(line + shape->seconds);
	return true;
}

#endif
