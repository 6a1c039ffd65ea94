/* eight: bytes looked at eight at a time, and sixteen. */
#ifndef SW_EIGHT_H
#define SW_EIGHT_H

#include "base/raw.h"

/* In each byte of a word. */
#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

static inline uint64_t eight_at(const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return x;
}

/* 0x80 in each byte that is no digit; no byte carries into the next. */
static inline uint64_t eight_no_digits(uint64_t x)
{
	x ^= EIGHT('0');
	return (((x & EIGHT(0x7F)) + EIGHT(0x76)) | x) & EIGHT(0x80);
}

/* 0x80 in each byte that is neither a digit nor one of abcdef. */
static inline uint64_t eight_no_hex(uint64_t x)
{
	uint64_t low = x & EIGHT(0x7F);
	uint64_t letters = (low + EIGHT(0x80 - 'a')) & ~(low + EIGHT(0x80 - 'g'));

	return ((eight_no_digits(x) & ~letters) | x) & EIGHT(0x80);
}

/* Which byte in memory is the first, or the last, of a word that has any bit set. */
static inline size_t eight_first(uint64_t bits)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (size_t)__builtin_ctzll(bits) / 8;
#else
	return (size_t)__builtin_clzll(bits) / 8;
#endif
}

static inline size_t eight_last(uint64_t bits)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return 7 - (size_t)__builtin_clzll(bits) / 8;
#else
	return 7 - (size_t)__builtin_ctzll(bits) / 8;
#endif
}

typedef unsigned char eight_pair __attribute__((vector_size(16)));
typedef uint64_t eight_words __attribute__((vector_size(16)));

/* Which of the 16 bytes at p is the first that is a or b; 16: none. */
static inline size_t eight_find_pair(const char *p, char a, char b)
{
	eight_pair as;
	eight_pair bs;
	eight_pair x;
	uint64_t hit[2];

	memset(&as, a, sizeof(as));
	memset(&bs, b, sizeof(bs));
	memcpy(&x, p, sizeof(x));
	x = (eight_pair)((x == as) | (x == bs));
	memcpy(hit, &x, sizeof(hit));
	if (!(hit[0] | hit[1]))
		return 16;
	return hit[0] ? eight_first(hit[0]) : 8 + eight_first(hit[1]);
}

#endif
