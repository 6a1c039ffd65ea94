/*
 * restrictions: lists of smtpd(8)'s restrictions (postconf(5), smtpd_data_restrictions): is a check
 * of ours reached in one whatever else it holds, and one in which it is.
 */
#ifndef SW_INCIDENT_RESTRICTIONS_H
#define SW_INCIDENT_RESTRICTIONS_H

#include "base/raw.h"

/* A check and its table: "check_sasl_access", "lmdb:/etc/postfix/spoolwatch_block". */
struct restrictions_check {
	const char *name;
	const char *table;
};

/*
 * Does a list, expanded, reach check `which` of n: is there nothing before it but the others of
 * them, and restrictions that refuse or have no opinion? What is not known may permit all. A check
 * behind warn_if_reject refuses nothing. Any bytes are legal.
 */
bool restrictions_reach(struct sw_raw list, const struct restrictions_check *check, size_t n,
			size_t which);

/*
 * A list in which they come first: theirs, then those of `list` that are not theirs, with commas
 * and no blank between them, as `postconf -P` wants it. Into buf, terminated. False where there is
 * no such list (a blank within { }) or no room.
 */
bool restrictions_with(struct sw_raw list, const struct restrictions_check *check, size_t n,
		       char *buf, size_t size);

#endif
