/* fuzz_reason: any bytes as a log of defer/, against the reference. */
#include <stdlib.h>

#include "reference_reason.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!reference_reason_agrees(raw_from((const char *)data, size)))
		abort();
	return 0;
}
