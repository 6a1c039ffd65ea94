/*
 * fuzz_header: any bytes as lines of a log, against the reference; what is read lies within the
 * line or the scratch, and placing it in time ends.
 */
#include <stdlib.h>

#include "log/clock.h"
#include "reference_header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct log_clock clock = { .now = 1795669830 };
	struct sw_raw rest = raw_from((const char *)data, size);
	struct log_stamp stamp;
	int64_t time;

	if (setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1))
		abort();
	while (rest.n > 0) {
		size_t n = raw_find(rest, '\n');

		if (!reference_header_agrees(raw_from(rest.p, n)))
			abort();
		log_stamp_read(raw_from(rest.p, n), &stamp);
		log_clock_time(&clock, &stamp, &time);
		rest = raw_skip(rest, n + (n < rest.n));
	}
	return 0;
}
