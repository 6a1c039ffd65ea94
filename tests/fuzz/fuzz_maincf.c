/* fuzz_maincf: any bytes as a main.cf, into buffers of any size. */
#include <errno.h>
#include <stdlib.h>

#include "postfix/maincf.h"
#include "reference_maincf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t room = size ? 1 + data[0] * 2u : 1;
	struct sw_raw text = raw_from((const char *)data, size);
	char *buf = malloc(room);
	char *memory;
	struct sw_raw want;
	bool set = reference_maincf(text, "a_b", &memory, &want);
	int n;

	if (!buf)
		abort();
	n = maincf_find(text, "a_b", buf, room);
	if (n != (!set ? -ENOENT : want.n + 1 > room ? -E2BIG : (int)want.n))
		abort();
	if (n >= 0 && (!raw_same(raw_from(buf, (size_t)n), want) || buf[n]))
		abort();
	free(memory);
	free(buf);
	return 0;
}
