#include "base/hash.h"

static inline uint64_t rotate(uint64_t x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

/* Little-endian whatever the machine is: field names must not depend on it. */
static inline uint64_t word_at(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	/* written out: compilers make one load of this, and eight of a loop */
	return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 |
	       (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 |
	       (uint64_t)b[7] << 56;
}

uint64_t hash_bytes(struct hash_key key, struct sw_raw bytes)
{
	uint64_t v[4] = { key.k0 ^ 0x736f6d6570736575U, key.k1 ^ 0x646f72616e646f6dU,
			  key.k0 ^ 0x6c7967656e657261U, key.k1 ^ 0x7465646279746573U };
	size_t whole = bytes.n & ~(size_t)7;
	uint64_t word;

	for (size_t i = 0; i < whole; i += 8) {
		word = word_at(bytes.p + i);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	word = (uint64_t)bytes.n << 56;
	for (size_t i = whole; i < bytes.n; i++)
		word |= (uint64_t)(unsigned char)bytes.p[i] << (8 * (i - whole));
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
