/*
 * reference_shape: lines read by shapes that were learned from the lines before, against the same
 * lines read one by one by a reader that forgets each shape at once.
 */
#ifndef SW_REFERENCE_SHAPE_H
#define SW_REFERENCE_SHAPE_H

#include "log/facts.h"

static inline bool is_same_head(const struct log_head *a, const struct log_head *b)
{
	const struct log_stamp *s = &a->time;
	const struct log_stamp *t = &b->time;

	return a->form == b->form && raw_same(a->stamp, b->stamp) && raw_same(a->host, b->host) &&
	       raw_same(a->tag, b->tag) && raw_same(a->syslog_name, b->syslog_name) &&
	       raw_same(a->program, b->program) && raw_same(a->text, b->text) &&
	       a->repeated == b->repeated && a->is_postfix == b->is_postfix &&
	       a->program_unknown == b->program_unknown && a->partial == b->partial &&
	       a->contained == b->contained && s->kind == t->kind && s->offset == t->offset &&
	       s->seconds == t->seconds && s->year == t->year && s->month == t->month &&
	       s->day == t->day && s->hour == t->hour && s->minute == t->minute &&
	       s->second == t->second && s->label == t->label;
}

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
			   (one.role == 0 || is_same_head(&one.head, &other.head))));
}

#endif
