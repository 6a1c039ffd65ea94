#include "base/pack.h"

#include <stdlib.h>

enum { BITS = 7, MORE = 0x80, LONGEST = 10 /* bytes of a number */, FIRST = 4096 };

/* Room for n more. */
static bool has_room(struct pack *to, size_t n)
{
	size_t room = to->room ? to->room : FIRST;
	char *grown;

	if (to->failed || n > to->most - to->n)
		to->failed = true;
	if (to->failed || to->n + n <= to->room)
		return !to->failed;
	while (room < to->n + n)
		room *= 2;
	grown = realloc(to->p, room);
	to->failed = !grown;
	if (grown) {
		to->p = grown;
		to->room = room;
	}
	return grown;
}

void pack_number(struct pack *to, uint64_t number)
{
	char text[LONGEST];
	size_t n = 0;

	for (; number >= MORE; number >>= BITS)
		text[n++] = (char)(number | MORE);
	text[n++] = (char)number;
	if (!has_room(to, n))
		return;
	memcpy(to->p + to->n, text, n);
	to->n += n;
}

/* The sign last: small ones of both signs are short. */
void pack_time(struct pack *to, int64_t seconds)
{
	uint64_t sign = seconds < 0;

	pack_number(to, ((uint64_t)seconds << 1) ^ (0 - sign));
}

void pack_bytes(struct pack *to, struct sw_raw bytes)
{
	pack_number(to, bytes.n);
	if (bytes.n == 0 || !has_room(to, bytes.n))
		return;
	memcpy(to->p + to->n, bytes.p, bytes.n);
	to->n += bytes.n;
}

void pack_label(struct pack *to, const struct sw_label *label)
{
	pack_bytes(to, raw_from(label->s, label->n));
	pack_number(to, label->whole);
	pack_number(to, label->cut);
}

void pack_fault(struct pack *to, const struct sw_fault *fault)
{
	pack_number(to, (uint64_t)fault->code);
	pack_label(to, &fault->text);
}

void pack_spoil(struct sw_raw *from)
{
	*from = raw_from(NULL, 0);
}

uint64_t pack_take_number(struct sw_raw *from, uint64_t most)
{
	uint64_t number = 0;
	size_t n = 0;
	uint64_t part;

	do {
		if (n == from->n || n == LONGEST) {
			pack_spoil(from);
			return 0;
		}
		part = (unsigned char)from->p[n];
		number |= (part & (MORE - 1)) << (BITS * n);
		n++;
	} while (part & MORE);
	/* nor one that is longer than it need be, or than 64 bits */
	if (number > most || (n > 1 && part == 0) || (n == LONGEST && part > 1)) {
		pack_spoil(from);
		return 0;
	}
	*from = raw_skip(*from, n);
	return number;
}

bool pack_take_bool(struct sw_raw *from)
{
	return pack_take_number(from, 1) == 1;
}

int64_t pack_take_time(struct sw_raw *from)
{
	uint64_t number = pack_take_number(from, (uint64_t)1 << 41);

	return (int64_t)(number >> 1) ^ -(int64_t)(number & 1);
}

struct sw_raw pack_take_bytes(struct sw_raw *from, size_t most)
{
	size_t n = (size_t)pack_take_number(from, most);
	struct sw_raw bytes;

	if (n > from->n)
		pack_spoil(from);
	bytes = raw_from(from->p, pack_is_bad(*from) ? 0 : n);
	if (!pack_is_bad(*from))
		*from = raw_skip(*from, n);
	return bytes;
}

void pack_take_label(struct sw_raw *from, struct sw_label *ret)
{
	struct sw_raw bytes = pack_take_bytes(from, SW_LABEL_MAX);
	uint64_t whole = pack_take_number(from, bytes.n);
	bool cut = pack_take_bool(from);
	char text[SW_LABEL_MAX + 1];

	if (bytes.n > 0)
		memcpy(text, bytes.p, bytes.n);
	text[bytes.n] = '\0';
	*ret = label_kept(text);
	if (!raw_is(bytes, ret->s) || whole > SW_LABEL_MAX - 3) {
		pack_spoil(from);
		*ret = label_new();
		return;
	}
	ret->whole = (uint16_t)whole;
	ret->cut = cut;
}

void pack_take_fault(struct sw_raw *from, struct sw_fault *ret)
{
	ret->code = (int)pack_take_number(from, INT16_MAX);
	pack_take_label(from, &ret->text);
}
