/* fuzz_rotated: log_rotated_from() of "LOG\nNAME": what it says is rotated is the log's name with
 * something put into it. */
#include <stdlib.h>

#include "log/rotated.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each way to cut the log's name in two, and to find both halves at the ends of the other. */
static bool can_be_made(struct sw_raw log, struct sw_raw plain)
{
	for (size_t p = 1; p <= log.n && plain.n > log.n; p++)
		if (memcmp(plain.p, log.p, p) == 0 &&
		    memcmp(plain.p + plain.n - (log.n - p), log.p + p, log.n - p) == 0)
			return true;
	return log.n == 0 || raw_is(log, "current");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = calloc(1, size + 1); /* so that a byte too far is found */
	struct sw_raw all = raw_from(text, size);
	size_t n;
	struct log_rotated got;

	if (!text)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	n = raw_find(all, '\n');
	if (n < size) {
		struct sw_raw log = raw_from(text, n);
		struct sw_raw name = raw_skip(all, n + 1);

		got = log_rotated_from(log, name);
		if (got.kind != LOG_NO_ROTATED && !can_be_made(log, got.plain))
			abort();
		if (got.plain.n > name.n || got.number < -1 || got.number > 9999)
			abort();
		if (log_rotated_from(log, log).kind != LOG_NO_ROTATED)
			abort();
		(void)log_format_name(log_format_of(name));
	}
	free(text);
	return 0;
}
