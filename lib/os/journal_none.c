/* journal_none: for hosts, and static builds, without libsystemd. */
#include <errno.h>

#include "os/journal.h"

int journal_window(const struct sw_host *h, int64_t since, const char *const *programs,
		   int64_t owner, journal_fn fn, void *ctx, struct sw_fault *why)
{
	(void)h;
	(void)since;
	(void)programs;
	(void)owner;
	(void)fn;
	(void)ctx;
	return sw_fault(why, ENOTSUP, "this build reads no journal (no libsystemd)");
}

int journal_back(const struct sw_host *h, const char *const *programs, int64_t owner, journal_fn fn,
		 void *ctx, struct sw_fault *why)
{
	return journal_window(h, 0, programs, owner, fn, ctx, why);
}
