/* fuzz_zone: any bytes as a compiled time zone: none, or one whose offsets are within bounds. */
#include <stdlib.h>

#include "log/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t times[] = {
		INT64_MIN / 2, -4000000000,  -1,	   0, 1, 1700000000, 1795669200,
		4000000000,    253402300799, INT64_MAX / 2
	};
	struct log_zone zone;

	if (!log_zone_parse(raw_from((const char *)data, size), &zone))
		return 0;
	for (size_t i = 0; i < SW_COUNT(times); i++) {
		int64_t offset = log_zone_offset(&zone, times[i]);

		if (offset < -LOG_ZONE_MAX || offset > LOG_ZONE_MAX)
			abort();
	}
	return 0;
}
