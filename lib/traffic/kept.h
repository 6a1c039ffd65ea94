/* kept: what was counted, as bytes and back: of many runs at once one reads (os/share.h). */
#ifndef SW_TRAFFIC_KEPT_H
#define SW_TRAFFIC_KEPT_H

#include "os/share.h"
#include "traffic/counts.h"

/*
 * traffic_read(), or what another run has read that began after share_begin() of this one; what
 * traffic_read() finds is kept for others that wait.
 */
int traffic_read_shared(struct traffic *s, struct share *share, const struct sw_host *h,
			const struct log_where *where, unsigned minutes, bool local,
			struct sw_fault *why) SW_CHECK;

/* What was read, for others that wait. */
void traffic_share(const struct traffic *s, struct share *share, const struct sw_host *h);

/*
 * All that is asked of a traffic that was read, as bytes that the caller frees; *ret is empty when
 * they are more than SHARE_ROOM, or not another's: see log_keep().
 */
void traffic_keep(const struct traffic *s, struct sw_raw *ret);

/*
 * *s is a new traffic (traffic_new()) of the same window and settings. Any bytes are legal: 0, or
 * -EBADMSG with *s to be freed.
 */
int traffic_take_kept(struct traffic *s, struct sw_raw bytes) SW_CHECK;

#endif
