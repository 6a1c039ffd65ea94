/* fuzz_logline: any bytes as a log line, and as the text of one, against the reference. */
#include <stdlib.h>

#include "reference_events.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a Monday noon; the last second of a year and the next; the end of a February, leap or not
	 */
	static const int64_t nows[] = { 1795431600, 1767225599, 1767225600, 1709164800,
					1740787200 };
	struct log_clock clock = { .now = nows[size ? data[0] % SW_COUNT(nows) : 0] };
	struct sw_raw rest = raw_from((const char *)data + (size > 0), size - (size > 0));
	struct sw_raw line;

	if (setenv("TZ", "UTC", 1))
		abort();
	if (!reference_text_agrees(rest))
		abort();
	while (raw_word(&rest, "\n", &line)) /* several: the clock remembers an hour */
		if (!reference_line_agrees(line, &clock))
			abort();
	return 0;
}
