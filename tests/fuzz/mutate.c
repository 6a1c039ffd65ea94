#include "mutate.h"

#include <string.h>

/* SplitMix64 */
uint64_t mutate_draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static size_t below(uint64_t *state, size_t n)
{
	return n ? (size_t)(mutate_draw(state) % n) : 0;
}

/* Texts that mean something to one of the readers, or to who reads what they say. */
static const char *const words[] = {
	"\n",
	"\r\n",
	"\0",
	"%",
	"$(",
	"`",
	"multigraph x\n",
	"U",
	"-1",
	"0",
	"4294967296",
	"18446744073709551616",
	"9223372036854775807",
	"\\040",
	"\xff",
	"\xc3",
	"[",
	"]",
	": ",
	", sasl_username=",
	"<",
	"\x1b[",
	"postfix/smtpd[1]: ",
	"client=",
	"Feb 29 23:59:60 ",
	"2026-02-30T24:00:00Z ",
	"$x",
	"${",
	"${x?{",
	"=",
	"#",
	" \t",
	"../../../../",
};

static size_t put(uint8_t *bytes, size_t n, size_t most, size_t at, const void *piece, size_t k)
{
	if (n + k > most)
		return n;
	memmove(bytes + at + k, bytes + at, n - at);
	memcpy(bytes + at, piece, k);
	return n + k;
}

static size_t change_once(uint64_t *s, uint8_t *bytes, size_t n, size_t most, const uint8_t *other,
			  size_t other_n)
{
	size_t at = below(s, n + 1);
	size_t k = 1 + below(s, below(s, 8) ? 16 : 4096);
	uint8_t piece[4096];
	const char *word;

	switch (below(s, 8)) {
	case 0: /* a bit */
		if (n > 0)
			bytes[at % n] ^= (uint8_t)(1u << below(s, 8));
		return n;
	case 1: /* a byte */
		if (n > 0)
			bytes[at % n] = (uint8_t)mutate_draw(s);
		return n;
	case 2: /* cut out */
		k = k < n - at ? k : n - at;
		memmove(bytes + at, bytes + at + k, n - at - k);
		return n - k;
	case 3: /* cut off */
		return below(s, 4) ? n : at;
	case 4: /* twice */
		k = k < n - at ? k : n - at;
		k = k < sizeof(piece) ? k : sizeof(piece);
		memcpy(piece, bytes + at, k);
		return put(bytes, n, most, below(s, n + 1), piece, k);
	case 5: /* of another */
		if (other_n == 0)
			return n;
		k = k < other_n ? k : other_n;
		return put(bytes, n, most, at, other + below(s, other_n - k + 1), k);
	case 6: /* over it */
		k = k < n - at ? k : n - at;
		memset(bytes + at, below(s, 2) ? 0 : (int)below(s, 256), k);
		return n;
	default:
		word = words[below(s, sizeof(words) / sizeof(words[0]))];
		return put(bytes, n, most, at, word, *word ? strlen(word) : 1);
	}
}

size_t mutate(uint64_t *state, uint8_t *bytes, size_t n, size_t most, const uint8_t *other,
	      size_t other_n)
{
	for (size_t times = 1 + below(state, 8); times > 0; times--)
		n = change_once(state, bytes, n, most, other, other_n);
	return n;
}
