#include "postfix/address.h"

size_t address_domain(struct sw_raw address, char buf[ADDRESS_DOMAIN])
{
	size_t at = raw_find_last(address, '@');
	struct sw_raw domain = at < address.n ? raw_skip(address, at + 1) : raw_from("", 0);
	size_t n = domain.n < ADDRESS_DOMAIN ? domain.n : ADDRESS_DOMAIN;

	for (size_t i = 0; i < n; i++)
		buf[i] = domain.p[i] >= 'A' && domain.p[i] <= 'Z' ? (char)(domain.p[i] | 0x20)
								  : domain.p[i];
	while (n > 0 && buf[n - 1] == '.')
		n--;
	return n;
}
