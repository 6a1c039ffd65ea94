/* fuzz_login_events: any bytes, and each line of them, as the text of a message, against the reference. */
#include <stdlib.h>

#include "reference_login_events.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_raw rest = raw_from((const char *)data, size);
	struct sw_raw line;

	if (!reference_login_agrees(rest))
		abort();
	while (raw_word(&rest, "\n", &line))
		if (!reference_login_agrees(line))
			abort();
	return 0;
}
