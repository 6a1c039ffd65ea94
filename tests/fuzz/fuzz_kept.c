/* fuzz_kept: any bytes as a traffic that another run has kept: what is taken is kept as it was. */
#include <stdlib.h>

#include "traffic/kept.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sw_host host = { .now = 1795431330 };
	struct sw_raw bytes = raw_from((const char *)data, size);
	struct sw_fault why = { 0 };
	struct sw_raw again;
	struct traffic s;

	if (traffic_new(&s, &host, 24, true, &why) < 0)
		abort();
	if (traffic_take_kept(&s, bytes) == 0) {
		traffic_keep(&s, &again);
		if (!raw_same(again, bytes))
			abort();
		free((char *)again.p);
	}
	traffic_free(&s);
	return 0;
}
