/* fuzz_log_file: a log that the input is the recipe of (reference_log_file.h), plain and packed. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "reference_log_file.h"

/* MemorySanitizer has not seen zlib, and takes what that fills for nobody's. */
#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#define PACKS false
#endif
#endif
#ifndef PACKS
#define PACKS true
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t now = 1795431600;
	struct sw_raw recipe = raw_from((const char *)data + (size > 0), size - (size > 0));
	int64_t since = now - 3600 + (size ? data[0] * 15 : 0);
	int fd = memfd_create("log", MFD_CLOEXEC);
	struct sw_raw text;

	if (fd < 0 || setenv("TZ", "UTC", 1))
		abort();
	text = reference_log(recipe, now - 3600);
	if (write(fd, text.p, text.n) != (ssize_t)text.n)
		abort();
	if (!reference_window(fd, text, now, since))
		abort();
	for (size_t cut = 1; cut < text.n; cut *= 7)
		if (!reference_tail(fd, text, text.n - cut + 1, cut * 3) ||
		    !reference_tail(fd, text, text.n, cut))
			abort();
	if (PACKS && size % 8 == 0 && !reference_unpacked(text))
		abort();
	close(fd);
	free((char *)text.p);
	return 0;
}
