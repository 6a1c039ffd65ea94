/* hash: SipHash-1-3 (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012). */
#ifndef SW_HASH_H
#define SW_HASH_H

#include "base/raw.h"

struct hash_key {
	uint64_t k0;
	uint64_t k1;
};

/*
 * 64 bits that depend on every byte. With a secret key nobody can aim at a bucket of a table; with
 * the fixed key { 0, 0 } the result is the same on every host and in every release.
 */
uint64_t hash_bytes(struct hash_key key, struct sw_raw bytes);

#endif
