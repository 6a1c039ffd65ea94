/*
 * reference_shape: lines read by shapes that were learned from the lines before, against the same
 * lines read one by one by a reader that forgets each shape at once.
 */
#ifndef SW_REFERENCE_SHAPE_H
#define SW_REFERENCE_SHAPE_H

#include "log/facts.h"

static inline bool is_same_facts(const struct log_facts *a, const struct log_facts *b)
{
	return a->lines == b->lines && a->stamped == b->stamped && a->headed == b->headed &&
	       a->postfix == b->postfix && a->ours == b->ours && a->lost == b->lost &&
	       a->run == b->run && a->lost_run == b->lost_run && a->ours_last == b->ours_last &&
	       a->beside == b->beside && a->name.n == b->name.n &&
	       memcmp(a->name.s, b->name.s, a->name.n) == 0 && a->first == b->first &&
	       a->last == b->last && a->heard == b->heard && a->local == b->local &&
	       a->quote.n == b->quote.n && memcmp(a->quote.s, b->quote.s, a->quote.n) == 0 &&
	       a->host.n == b->host.n && memcmp(a->host.s, b->host.s, a->host.n) == 0;
}

struct shape_pair {
	struct log_reader learning, plain;
	struct log_facts by_shape, by_line;
};

/* False when the two do not agree. */
static inline bool shape_pair_take(struct shape_pair *p, struct sw_raw line)
{
	struct log_message one = { .role = 0 };
	struct log_message other = one;
	bool first = log_reader_take(&p->learning, line, &p->by_shape, &one);
	int64_t last = p->plain.clock.last;
	bool partial = p->plain.partial;
	bool second;

	log_reader_restart(&p->plain);
	p->plain.clock.last = last;
	p->plain.partial = partial;
	second = log_reader_take(&p->plain, line, &p->by_line, &other);
	return first == second && is_same_facts(&p->by_shape, &p->by_line) &&
	       p->learning.clock.last == p->plain.clock.last &&
	       p->learning.partial == p->plain.partial &&
	       (!first || (one.time == other.time && one.role == other.role &&
			   (one.role == 0 || (raw_same(one.program, other.program) &&
			      raw_same(one.text, other.text)))));
}

#endif
