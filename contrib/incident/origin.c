#include "incident/origin.h"

#include <arpa/inet.h>

#include "base/raw.h"

struct sw_raw origin_address(struct sw_raw text, char buf[ORIGIN_CLIENT])
{
	struct in6_addr address;
	char whole[ORIGIN_CLIENT];

	if (raw_starts(text, "IPv6:"))
		text = raw_skip(text, 5);
	if (text.n >= sizeof(whole))
		return text;
	memcpy(whole, text.p, text.n);
	whole[text.n] = '\0';
	if (inet_pton(AF_INET, whole, &address) == 1)
		inet_ntop(AF_INET, &address, buf, ORIGIN_CLIENT);
	else if (inet_pton(AF_INET6, whole, &address) == 1)
		inet_ntop(AF_INET6, &address, buf, ORIGIN_CLIENT);
	else
		return text;
	return raw_of(buf);
}

struct sw_raw origin_client(const struct sw_queue_file *f, char buf[ORIGIN_CLIENT])
{
	struct sw_raw address =
		f->log_client_address.n > 0 ? f->log_client_address : f->client_address;

	return address.n > 0 ? origin_address(address, buf) : (struct sw_raw){ "", 0 };
}

bool origin_is_told(const struct sw_queue_file *f)
{
	return f->sasl_login.n || f->has_uid || f->log_client_address.n || f->client_address.n;
}
