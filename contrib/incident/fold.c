#include "incident/fold.h"

#include "incident/fold_table.h"

int64_t fold_next(struct sw_raw *rest)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	unsigned char first = rest->n > 0 ? (unsigned char)rest->p[0] : 0xFF;
	size_t more = first < 0x80   ? 0
		      : first < 0xC0 ? SIZE_MAX
		      : first < 0xE0 ? 1
		      : first < 0xF0 ? 2
		      : first < 0xF8 ? 3
				     : SIZE_MAX;
	uint32_t c;

	if (rest->n <= more)
		return -1;
	c = more == 0 ? first : first & (0x3FU >> more);
	for (size_t i = 1; i <= more; i++) {
		unsigned char next = (unsigned char)rest->p[i];

		if ((next & 0xC0) != 0x80)
			return -1;
		c = c << 6 | (next & 0x3F);
	}
	if (c < least[more] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return -1;
	*rest = raw_skip(*rest, more + 1);
	return c;
}

static size_t put(uint32_t c, char *buf)
{
	size_t more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const unsigned char first[] = { 0, 0xC0, 0xE0, 0xF0 };

	for (size_t i = more; i > 0; i--, c >>= 6)
		buf[i] = (char)(0x80 | (c & 0x3F));
	buf[0] = (char)(first[more] | c);
	return more + 1;
}

static uint32_t one(uint32_t c)
{
	size_t low = 0;
	size_t high = SW_COUNT(fold_ranges);

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct fold_range *r = &fold_ranges[middle];

		if (c > r->last)
			low = middle + 1;
		else if (c < r->first)
			high = middle;
		else
			return (c - r->first) % r->step ? c : (uint32_t)((int32_t)c + r->delta);
	}
	return c;
}

static size_t fold_character(uint32_t c, char *buf)
{
	size_t n = 0;

	if (c < 0x80) {
		*buf = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
		return 1;
	}
	for (size_t i = 0; i < SW_COUNT(fold_many); i++) {
		if (fold_many[i].from != c)
			continue;
		for (size_t k = 0; k < 3 && fold_many[i].to[k]; k++)
			n += put(fold_many[i].to[k], buf + n);
		return n;
	}
	return put(one(c), buf);
}

static bool is_utf8(struct sw_raw name)
{
	while (name.n > 0)
		if (fold_next(&name) < 0)
			return false;
	return true;
}

struct sw_raw fold(struct sw_raw name, bool utf8, char *buf)
{
	size_t n = 0;

	if (utf8 && is_utf8(name)) {
		while (name.n > 0)
			n += fold_character((uint32_t)fold_next(&name), buf + n);
		return raw_from(buf, n);
	}
	for (; n < name.n; n++)
		buf[n] =
			(char)(name.p[n] >= 'A' && name.p[n] <= 'Z' ? name.p[n] | 0x20 : name.p[n]);
	return raw_from(buf, n);
}
