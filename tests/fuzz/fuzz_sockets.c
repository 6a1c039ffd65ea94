/* fuzz_sockets: any bytes as a netlink answer of sock_diag, and as what `ss -Htan` printed. */
#include <stdlib.h>

#include "os/sockets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const struct socket_seen *seen, void *ctx)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	char text[SOCKET_TEXT + 4];
	struct socket_seen again;

	(void)ctx;
	if (seen->state == SOCKET_LISTENS)
		return;
	socket_text(seen, false, text);
	if (!socket_from_text(raw_of(text), &again) || again.is_ipv6 != seen->is_ipv6 ||
	    memcmp(again.address, seen->address, seen->is_ipv6 ? 16 : 4) != 0)
		abort();
	if (seen->is_ipv6 && memcmp(seen->address, mapped, sizeof(mapped)) == 0)
		abort();
	socket_text(seen, true, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t ports[] = { 25, 587 };
	const struct sockets_query q = { .port = ports, .ports = 2, .fn = look };
	size_t bad = 0;
	/* aligned, as a datagram's buffer is, and exactly as long */
	char *copy = malloc(size ? size : 1);

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	(void)sockets_answer(copy, size, &q);
	sockets_parse(raw_from(copy, size), &q, &bad);
	free(copy);
	return 0;
}
