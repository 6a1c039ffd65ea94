#include "incident/mynetworks.h"

#include "base/num.h"

static bool same_bits(const struct network_address *a, const struct network_address *b, unsigned n)
{
	unsigned whole = n / 8;
	unsigned rest = n % 8;

	return memcmp(a->byte, b->byte, whole) == 0 &&
	       (rest == 0 || (a->byte[whole] ^ b->byte[whole]) >> (8 - rest) == 0);
}

/* "192.0.2.0/24", "192.0.2.7", "[2001:db8::]/32" */
static bool is_of(struct sw_raw entry, const struct network_address *client)
{
	size_t slash = raw_find_last(entry, '/');
	struct sw_raw text = raw_from(entry.p, slash);
	struct network_address net;
	uint64_t bits = 128;
	unsigned before;

	if (text.n > 1 && text.p[0] == '[' && text.p[text.n - 1] == ']')
		text = raw_from(text.p + 1, text.n - 2);
	if (!network_address(text, &net))
		return false;
	before = network_is_ipv4(&net) ? 96 : 0; /* ::ffff:0:0/96 */
	if (slash < entry.n && (!num_from(raw_skip(entry, slash + 1), &bits) || bits > 128))
		return false;
	if (slash < entry.n)
		bits += before;
	return bits <= 128 && same_bits(&net, client, (unsigned)bits);
}

bool mynetworks_has(struct sw_raw value, const struct network_address *client)
{
	struct sw_raw entry;

	while (raw_word(&value, ", \t\r\n", &entry)) {
		bool is_not = false;

		for (; entry.n > 0 && entry.p[0] == '!'; entry = raw_skip(entry, 1))
			is_not = !is_not;
		if (is_of(entry, client))
			return !is_not;
	}
	return false;
}
