#include "log/proof.h"

#include <errno.h>

/* The number of the reason of each minute. */
static unsigned char *numbers(struct log_proof *p)
{
	return p->days ? p->days : p->why;
}

static const struct log_reason *reason_of(const struct log_proof *p, size_t minute)
{
	return &p->reason[p->days ? p->days[minute] : p->why[minute]];
}

static void begin(struct log_proof *p, int64_t now, int64_t start, unsigned minutes,
		  unsigned char *days)
{
	p->now = now;
	p->start = start;
	p->minutes = minutes;
	p->heard = 0;
	p->reasons = 1;
	p->reason[0] = (struct log_reason){ .doubt = LOG_FINE };
	p->days = days;
	p->wider = NULL;
	memset(numbers(p), 0, minutes);
}

void log_proof_begin(struct log_proof *p, int64_t now, int64_t start, unsigned minutes)
{
	begin(p, now, start, minutes < LOG_PROOF_MINUTES ? minutes : LOG_PROOF_MINUTES, NULL);
}

void log_proof_begin_days(struct log_proof *p, int64_t now, int64_t start, unsigned minutes,
			  unsigned char *room)
{
	begin(p, now, start, minutes, room);
}

void log_proof_last(const struct log_proof *p, unsigned minutes, struct log_proof *ret)
{
	unsigned n = minutes < LOG_PROOF_MINUTES ? minutes : LOG_PROOF_MINUTES;
	unsigned before = p->minutes > n ? p->minutes - n : 0;

	*ret = *p;
	ret->start += 60 * (int64_t)before;
	ret->minutes -= before;
	memcpy(ret->why, (p->days ? p->days : p->why) + before, ret->minutes);
	ret->days = NULL;
	ret->wider = NULL;
}

static bool is_same(const struct log_reason *a, const struct log_reason *b)
{
	return a->doubt == b->doubt && a->passes == b->passes && a->bearable == b->bearable &&
	       strcmp(a->where.s, b->where.s) == 0;
}

static unsigned char number_of(struct log_proof *p, const struct log_reason *why)
{
	for (size_t i = 1; i < p->reasons; i++)
		if (is_same(&p->reason[i], why))
			return (unsigned char)i;
	if (p->reasons == LOG_PROOF_REASONS)
		return LOG_PROOF_REASONS - 1;
	p->reason[p->reasons] = *why;
	return (unsigned char)p->reasons++;
}

/* Does one reason take the place of another? */
static bool goes_before(const struct log_reason *why, const struct log_reason *old)
{
	if (old->doubt == LOG_FINE || old->bearable)
		return old->doubt == LOG_FINE || !why->bearable;
	if (why->bearable)
		return false;
	return !why->passes &&
	       (old->passes || (why->doubt < LOG_SILENT && old->doubt >= LOG_SILENT));
}

static void doubt(struct log_proof *p, int64_t from, int64_t to, const struct log_reason *why)
{
	int64_t end = p->start + 60 * (int64_t)p->minutes;
	unsigned char number;

	if (from < p->start)
		from = p->start;
	if (to > end)
		to = end;
	if (from >= to)
		return;
	number = number_of(p, why);
	for (int64_t m = (from - p->start) / 60; m <= (to - 1 - p->start) / 60; m++)
		if (goes_before(why, reason_of(p, (size_t)m)))
			numbers(p)[m] = number;
}

void log_proof_doubt(struct log_proof *p, int64_t from, int64_t to, const struct log_reason *why)
{
	if (p->wider)
		doubt(p->wider, from, to, why);
	doubt(p, from, to, why);
}

void log_proof_doubt_all(struct log_proof *p, const struct log_reason *why)
{
	for (unsigned m = 0; m < p->minutes && !why->passes; m++)
		if (reason_of(p, m)->doubt >= LOG_SILENT)
			numbers(p)[m] = 0;
	if (p->wider)
		log_proof_doubt_all(p->wider, why);
	doubt(p, INT64_MIN, INT64_MAX, why);
}

void log_proof_silence(struct log_proof *p, int64_t moved, const struct sw_label *source)
{
	struct log_reason why = { .doubt = LOG_SILENT,
				  .passes = true,
				  .where = *source,
				  .heard = p->heard,
				  .moved = moved };
	int64_t quiet = p->heard + LOG_PROOF_QUIET;

	if (p->wider) {
		log_proof_hear(p->wider, p->heard);
		log_proof_silence(p->wider, moved, source);
	}
	if (moved == 0 && p->heard < p->now - LOG_PROOF_ALONE) {
		why.doubt = LOG_UNSEEN; /* no queue is here to show that it rests */
		quiet = p->heard + LOG_PROOF_ALONE;
	} else if (moved < 0)
		why.doubt = LOG_UNSEEN;
	else if (moved <= p->heard + LOG_PROOF_SLACK || moved < p->start - LOG_PROOF_QUIET)
		return; /* it rests: nothing happened that a line would tell of */
	/* a minute is heard that ends up to then; the next one is not */
	doubt(p, quiet, INT64_MAX, &why);
}

enum log_minute log_proof_state(const struct log_proof *p, unsigned first, unsigned n,
				const struct log_reason **why)
{
	enum log_minute worst = LOG_MINUTE_KNOWN;

	if (why)
		*why = &p->reason[0];
	for (unsigned m = first; m < first + n && m < p->minutes; m++) {
		const struct log_reason *reason = reason_of(p, m);
		int64_t age = p->now - (p->start + 60 * ((int64_t)m + 1));
		enum log_minute state =
			reason->doubt == LOG_FINE || reason->bearable ? LOG_MINUTE_KNOWN
			: reason->passes && age < LOG_PROOF_WAIT      ? LOG_MINUTE_WAITS
								      : LOG_MINUTE_UNKNOWN;

		if (state > worst ||
		    (why && worst == LOG_MINUTE_KNOWN && (*why)->doubt == LOG_FINE)) {
			worst = state;
			if (why)
				*why = reason;
		}
	}
	return worst;
}

void log_proof_passing(const struct log_proof *p, struct sw_fault *why)
{
	const struct log_reason *reason;

	if (log_proof_state(p, 0, 1, &reason) != LOG_MINUTE_KNOWN && reason->passes &&
	    reason->cause.code && reason->cause.code != EACCES)
		fault_wrap(why, &reason->cause, "%s", "");
}
