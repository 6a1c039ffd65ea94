/*
 * minutes: fields that are told minute by minute, and what of them is known.
 *
 * What is said of a minute depends on the minutes before it alone, never on later ones, so each run
 * tells it alike. Point i of the history ends a span of MINUTES_WINDOW minutes; MINUTES_LINGER more
 * are read before the first one, for lines that stay drawn for a while. The last point's span ends
 * with the last minute read.
 */
#ifndef SW_PARTS_MINUTES_H
#define SW_PARTS_MINUTES_H

#include "log/proof.h"
#include "munin/munin.h"

enum {
	MINUTES_WINDOW = 5, /* of an alert: what munin-update's five minutes see */
	MINUTES_LINGER = 5,
	MINUTES_HISTORY_MAX = 55,
	MINUTES_LEGEND = 60, /* one long label pads every row of a legend */
};

#define MINUTES_GRAPH(NAME, TITLE, VLABEL, INFO)                                                   \
	{                                                                                          \
		.name = NAME, .title = TITLE, .args = "--base 1000 -l 0", .vlabel = VLABEL,        \
		.category = "postfix", .no_scale = true, .info = INFO                              \
	}

struct minutes {
	struct sw_munin *m;
	const struct log_proof *proof; /* of minutes_read() minutes; not used when failed */
	unsigned history;	       /* points of each field, 1..MINUTES_HISTORY_MAX */
	struct sw_fault failed;	       /* code not 0: nothing could be read, all fields are U */
	/*
	 * May a field with a level not be told in minutes first..first+n-1 for another reason than
	 * the log's? NULL: there is none. It says which, unless `why` is NULL.
	 */
	bool (*spoilt)(void *ctx, unsigned first, unsigned n, struct sw_label *why);
	void *spoilt_ctx;
	struct sw_label command; /* words_contain() of whom extinfo names; may be empty */
};

/* How many minutes must be read for a history of so many points. */
unsigned minutes_read(unsigned history);

/* The minutes of the span that ends with point i. */
unsigned minutes_first(unsigned i);
unsigned minutes_last(unsigned i);

/* What a span's count is in a minute. */
static inline double minutes_rate(uint64_t count)
{
	return (double)count / MINUTES_WINDOW;
}

/* The field with the times of the history; the values are the caller's to fill. */
struct sw_munin_field minutes_series(const struct minutes *s, struct sw_munin_field f);

/*
 * Add a field whose points are each of so many minutes (1, or MINUTES_WINDOW), filled in as if all
 * of them were known: here what is not known becomes U, or waits, with the reason. A field with a
 * level is U where it is spoilt, too: an OK would be mailed. `proven`: a number above 0 stands
 * whatever else is not known, because its own lines prove it.
 */
void minutes_add(struct minutes *s, const struct sw_munin_field *f, unsigned minutes, bool proven);

/* Does a value of point i that hangs on minutes first..first+n-1, too, wait for what they say? */
bool minutes_wait(const struct minutes *s, unsigned i, unsigned first, unsigned n);

/*
 * The same of a value of now, of the last span. False when it is not known; then it was added as U.
 */
bool minutes_is_known(struct minutes *s, const struct sw_munin_field *f);

#endif
