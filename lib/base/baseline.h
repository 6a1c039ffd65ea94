/*
 * usual: what is usual for each of many names: the greatest count of each of the last days. A flat
 * block of fixed size, made to be kept by os/state.h; zeroed it is empty.
 */
#ifndef SW_BASELINE_H
#define SW_BASELINE_H

#include "base/hash.h"

enum { BASELINE_NAMES = 8192, BASELINE_DAYS = 8, BASELINE_VERSION = 2 };

struct baseline_name {
	uint64_t hash;			  /* 0: free */
	int32_t day;			  /* the day of greatest[0], counted from the epoch */
	uint16_t greatest[BASELINE_DAYS]; /* of that day and the days before it; 65535 is "or more"
					   */
	uint32_t reserved;
};

struct baseline {
	int64_t since; /* day of the first note, plus 1; 0: empty */
	struct baseline_name name[BASELINE_NAMES];
};

/*
 * Note a count of a name on a day (days since the epoch); the greatest of the day stays, so noting
 * twice changes nothing. When there is no room the name that was noted longest ago goes. Returns
 * whether *u changed. A day before the name's last one is ignored.
 */
bool baseline_note(struct baseline *u, struct sw_raw name, int32_t day, uint64_t count);

/*
 * The greatest count of a name on the BASELINE_DAYS - 1 days before `day`; 0 when there was none.
 * The day itself is left out, or what is going on now would soon look usual.
 */
uint64_t baseline_before(const struct baseline *u, struct sw_raw name, int32_t day);

/* How many whole days before `day` are known at all. */
int64_t baseline_known(const struct baseline *u, int32_t day);

#endif
