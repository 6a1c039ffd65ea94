/* journal_none: for hosts, and static builds, without libsystemd. */
#include <errno.h>

#include "os/journal.h"

int journal_read(const struct sw_host *h, struct journal_query *query, struct sw_fault *why)
{
	(void)h;
	query->begins = 0;
	return sw_fault(why, ENOTSUP, "this build reads no journal (no libsystemd)");
}
