/* failures_begin: an empty count, and its end. */
#include <errno.h>
#include <stdlib.h>

#include "traffic/failures.h"

int failures_new(struct failures *f, const struct sw_host *h, const struct failures_where *where,
		 unsigned minutes, struct sw_fault *why)
{
	int64_t end = h->now - TRAFFIC_LATE - (h->now - TRAFFIC_LATE) % 60;
	size_t count = sizeof(struct failures_count);

	*f = (struct failures){ .host = h,
				.where = *where,
				.minutes = minutes < TRAFFIC_MINUTES ? minutes : TRAFFIC_MINUTES };
	f->start = end - 60 * (int64_t)f->minutes;
	log_proof_begin(&f->proof, h->now, f->start, f->minutes);
	if (!block_new(
		    &f->memory,
		    topk_room(FAILURES_ACCOUNTS, TRAFFIC_NAME, count) +
			    topk_room(FAILURES_ADDRESSES, sizeof(struct network_address), count) +
			    idmap_room(TRAFFIC_IDS) + block_room(1, sizeof(*f->saved)) +
			    block_room(1, FAILURES_KNOWN) + block_room(1, sizeof(*f->names)) +
			    block_room(2, sizeof(*f->uses))))
		return sw_fault_errno(why, ENOMEM, "count failed logins");
	f->account = topk_in(&f->memory, FAILURES_ACCOUNTS, TRAFFIC_NAME, count, h->secret);
	f->address = topk_in(&f->memory, FAILURES_ADDRESSES, sizeof(struct network_address), count,
			     h->secret);
	f->ids = idmap_in(&f->memory, TRAFFIC_IDS, h->secret);
	f->all_minutes = block_take(&f->memory, 1, FAILURES_KNOWN);
	f->names = block_take(&f->memory, 1, sizeof(*f->names));
	f->uses = block_take(&f->memory, 2, sizeof(*f->uses));
	f->saved = block_take(&f->memory, 1, sizeof(*f->saved));
	f->kept = f->saved;
	return 0;
}

void failures_free(struct failures *f)
{
	if (f->kept != f->saved)
		free(f->kept);
	block_free(&f->memory);
	dovecot_log_free(f->dovecot);
	*f = (struct failures){ .minutes = 0 };
}
