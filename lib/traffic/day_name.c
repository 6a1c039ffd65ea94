/* Networks and senders as they count. */

#include "traffic/day.h"
#include "base/print.h"
#include "traffic/network.h"

/* Above the bytes of a network, in its number. */
enum { IPV4 = 1, IPV6 = 2 };

uint64_t day_network(struct sw_raw text)
{
	struct network_address address;
	const unsigned char *b = address.byte;

	if (!network_address(text, &address))
		return 0;
	if (network_is_ipv4(&address))
		return (uint64_t)IPV4 << 32 | (uint64_t)b[12] << 8 | b[13];
	return (uint64_t)IPV6 << 32 | (uint64_t)b[0] << 24 | (uint64_t)b[1] << 16 |
	       (uint64_t)b[2] << 8 | b[3];
}

struct sw_label day_network_name(uint64_t network)
{
	const unsigned char b[4] = { (unsigned char)(network >> 24), (unsigned char)(network >> 16),
				     (unsigned char)(network >> 8), (unsigned char)network };
	struct network_address address = { { b[0], b[1], b[2], b[3] } };
	char text[NETWORK_TEXT];

	if (network >> 32 == IPV4)
		return sw_label_printed("%u.%u.0.0/16", b[2], b[3]);
	return sw_label_printed("%s/32", network_text(&address, text).p);
}

void day_network_hex(uint64_t network, char buf[DAY_NETWORK_HEX])
{
	print_text(buf, DAY_NETWORK_HEX, network >> 32 == IPV4 ? "%04x" : "%08x",
		   (uint32_t)network);
}

bool day_network_from_hex(struct sw_raw hex, uint64_t *ret)
{
	uint64_t n = 0;

	if (hex.n != 4 && hex.n != 8)
		return false;
	for (size_t i = 0; i < hex.n; i++) {
		char c = hex.p[i];

		if (!raw_is_digit(c) && (c < 'a' || c > 'f'))
			return false;
		n = n << 4 | (uint64_t)(raw_is_digit(c) ? c - '0' : c - 'a' + 10);
	}
	*ret = (uint64_t)(hex.n == 4 ? IPV4 : IPV6) << 32 | n;
	return true;
}

struct sw_raw day_sender(struct sw_raw sender, char *buf, size_t size)
{
	size_t at = raw_find_last(sender, '@');
	struct sw_raw domain = raw_skip(sender, at);
	struct sw_raw local = raw_from(sender.p, at);
	size_t equals;
	size_t dash;

	local.n = raw_find(local, '+');
	equals = raw_find(local, '=');
	dash = raw_find_last(raw_from(local.p, equals), '-');
	if (equals < local.n && dash < equals)
		local.n = dash;
	if (local.n > size)
		local.n = size;
	if (domain.n > size - local.n)
		domain.n = size - local.n;
	if (local.n > 0)
		memcpy(buf, local.p, local.n);
	if (domain.n > 0)
		memcpy(buf + local.n, domain.p, domain.n);
	return raw_from(buf, local.n + domain.n);
}
