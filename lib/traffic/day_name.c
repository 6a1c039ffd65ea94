/* Networks and senders as they count. */
#include <arpa/inet.h>
#include <stdio.h>

#include "traffic/day.h"

enum { IPV4 = 1, IPV6 = 2 };

uint64_t day_network(struct sw_raw address)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	char text[INET6_ADDRSTRLEN];
	unsigned char b[16];
	size_t n = raw_find(address, '%');

	if (n >= sizeof(text))
		return 0;
	memcpy(text, address.p, n);
	text[n] = '\0';
	if (inet_pton(AF_INET, text, b) == 1)
		return (uint64_t)IPV4 << 32 | (uint64_t)b[0] << 8 | b[1];
	if (inet_pton(AF_INET6, text, b) != 1)
		return 0;
	if (memcmp(b, mapped, sizeof(mapped)) == 0)
		return (uint64_t)IPV4 << 32 | (uint64_t)b[12] << 8 | b[13];
	return (uint64_t)IPV6 << 32 | (uint64_t)b[0] << 24 | (uint64_t)b[1] << 16 |
	       (uint64_t)b[2] << 8 | b[3];
}

struct sw_label day_network_name(uint64_t network)
{
	unsigned char b[16] = { (unsigned char)(network >> 24), (unsigned char)(network >> 16),
				(unsigned char)(network >> 8), (unsigned char)network };
	char text[INET6_ADDRSTRLEN];

	if (network >> 32 == IPV4)
		return sw_label_printed("%u.%u.0.0/16", b[2], b[3]);
	return sw_label_printed("%s/32", inet_ntop(AF_INET6, b, text, sizeof(text)));
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
