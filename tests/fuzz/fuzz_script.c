/* fuzz_script: any bytes as the header of a message, against the reference. */
#include <stdlib.h>

#include "reference_script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t piece = size > 0 ? data[size - 1] : 0;

	if (!reference_script_agrees(raw_from((const char *)data, size), 0) ||
	    !reference_script_agrees(raw_from((const char *)data, size), piece))
		abort();
	return 0;
}
