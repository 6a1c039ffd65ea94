#include "reference_guard.h"

#include "base/num.h"
#include "traffic/network.h"

bool reference_guard_holds(struct sw_raw text)
{
	struct sw_raw line;

	while (raw_line(&text, &line)) {
		size_t equals = raw_find(line, '=');

		if (equals < line.n && raw_is(raw_trim(raw_from(line.p, equals)), "mode") &&
		    raw_is(raw_trim(raw_skip(line, equals + 1)), "hold"))
			return true;
	}
	return false;
}

static bool bit(const struct network_address *a, uint64_t i)
{
	return a->byte[i / 8] >> (7 - i % 8) & 1;
}

static bool is_of(struct sw_raw entry, const struct network_address *client)
{
	uint64_t bits = 999;
	struct network_address net;
	size_t slash = raw_find_last(entry, '/');
	struct sw_raw address = raw_from(entry.p, slash);

	if (slash < entry.n && !num_from(raw_skip(entry, slash + 1), &bits))
		return false;
	if (address.n >= 2 && address.p[0] == '[' && address.p[address.n - 1] == ']')
		address = raw_from(address.p + 1, address.n - 2);
	if (!network_address(address, &net))
		return false;
	if (slash == entry.n)
		bits = 128;
	else if (bits > (network_is_ipv4(&net) ? 32 : 128))
		return false;
	else if (network_is_ipv4(&net))
		bits += 96;
	for (uint64_t i = 0; i < bits; i++)
		if (bit(&net, i) != bit(client, i))
			return false;
	return true;
}

bool reference_guard_has(struct sw_raw value, const char *client)
{
	struct network_address address;
	struct sw_raw entry;

	if (!network_address(raw_of(client), &address))
		return false;
	while (raw_word(&value, " ,\t\r\n", &entry)) {
		unsigned nots = 0;

		while (nots < entry.n && entry.p[nots] == '!')
			nots++;
		if (is_of(raw_skip(entry, nots), &address))
			return nots % 2 == 0;
	}
	return false;
}
