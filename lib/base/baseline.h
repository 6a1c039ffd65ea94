/*
 * baseline: what is usual for each of many names: the greatest count of each of the last days. A
 * flat block of fixed size, made to be kept by os/state.h; zeroed it is empty.
 */
#ifndef SW_BASELINE_H
#define SW_BASELINE_H

#include "base/hash.h"
#include "base/timeline.h"

enum { BASELINE_NAMES = 8192, BASELINE_DAYS = 8, BASELINE_VERSION = 4 };

struct baseline_name {
	uint64_t hash;			  /* 0: free */
	int32_t day;			  /* the day of greatest[0], counted from the epoch */
	uint16_t greatest[BASELINE_DAYS]; /* of that day and the days before it; 65535 is "or more"
					   */
	uint32_t reserved;
};

/* Two lines, as base/timeline.h has them: what one run with a wrong clock notes is of its own. */
struct baseline {
	struct baseline_line {
		struct timeline time; /* in days */
		int64_t since;	      /* day of the first note, plus 1 */
		uint64_t sets;	      /* of eight names, as many as are used; 0: the fewest */
		struct baseline_name name[BASELINE_NAMES];
	} line, other;
};

/*
 * Begin a run on a day (days since the epoch), before any call below for that day. After
 * BASELINE_DAYS without one nothing is known any more. Returns whether *u changed.
 */
bool baseline_begin(struct baseline *u, int32_t day);

/*
 * Note a count of a name on the day of the run; the greatest of the day stays, so noting twice
 * changes nothing. When there is no room the name that was noted longest ago goes. Returns whether
 * *u changed.
 */
bool baseline_note(struct baseline *u, struct sw_raw name, uint64_t count);

/*
 * The greatest count of a name on the BASELINE_DAYS - 1 days before the day of the run; 0 when
 * there was none. The day itself is left out, or what is going on now would soon look usual.
 */
uint64_t baseline_before(const struct baseline *u, struct sw_raw name);

/* How many whole days before that of the run are known at all. */
int64_t baseline_known(const struct baseline *u);

#endif
