#include "traffic/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

/* As inet_pton(3) has it: four numbers without zeros in front. Most addresses are such. */
static bool take_ipv4(struct sw_raw text, unsigned char ret[4])
{
	size_t at = 0;

	for (int i = 0; i < 4; i++) {
		size_t first = at;
		unsigned n = 0;

		for (; at < text.n && at < first + 3 && raw_is_digit(text.p[at]); at++)
			n = n * 10 + (unsigned)(text.p[at] - '0');
		if (at == first || n > 255 || (at > first + 1 && text.p[first] == '0') ||
		    (i < 3 && (at == text.n || text.p[at++] != '.')))
			return false;
		ret[i] = (unsigned char)n;
	}
	return at == text.n;
}

bool network_address(struct sw_raw text, struct network_address *ret)
{
	char copy[INET6_ADDRSTRLEN];

	text.n = raw_find(text, '%');
	if (text.n == 0 || text.n >= sizeof(copy))
		return false;
	memcpy(ret->byte, mapped, sizeof(mapped));
	if (take_ipv4(text, ret->byte + sizeof(mapped)))
		return true;
	if (raw_find(text, '\0') < text.n)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	return inet_pton(AF_INET6, copy, ret->byte) == 1;
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
