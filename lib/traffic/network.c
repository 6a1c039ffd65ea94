#include "traffic/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

bool network_address(struct sw_raw text, struct network_address *ret)
{
	char copy[INET6_ADDRSTRLEN];

	text.n = raw_find(text, '%');
	if (text.n == 0 || text.n >= sizeof(copy) || raw_find(text, '\0') < text.n)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	if (raw_find(text, ':') < text.n)
		return inet_pton(AF_INET6, copy, ret->byte) == 1;
	memcpy(ret->byte, mapped, sizeof(mapped));
	return inet_pton(AF_INET, copy, ret->byte + sizeof(mapped)) == 1;
}

bool network_is_ipv4(const struct network_address *address)
{
	return memcmp(address->byte, mapped, sizeof(mapped)) == 0;
}

struct network_address network_of(const struct network_address *address)
{
	struct network_address ret = { { 0 } };
	bool v4 = network_is_ipv4(address);

	memcpy(ret.byte, address->byte, v4 ? sizeof(mapped) + 2 : 4);
	return ret;
}

struct sw_raw network_text(const struct network_address *address, char buf[NETWORK_TEXT])
{
	bool v4 = network_is_ipv4(address);

	if (!inet_ntop(v4 ? AF_INET : AF_INET6, address->byte + (v4 ? sizeof(mapped) : 0), buf,
		       NETWORK_TEXT))
		buf[0] = '\0';
	return raw_of(buf);
}
