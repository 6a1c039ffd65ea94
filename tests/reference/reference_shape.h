/*
 * reference_shape: lines read by shapes that were learned from the lines before, against the same
 * lines read one by one by a reader that forgets each shape at once.
 */
#ifndef SW_REFERENCE_SHAPE_H
#define SW_REFERENCE_SHAPE_H

#include "log/run.h"

static inline bool is_same_facts(const struct log_facts *a, const struct log_facts *b)
{
	return a->lines == b->lines && a->stamped == b->stamped && a->headed == b->headed &&
	       a->postfix == b->postfix && a->ours == b->ours && a->lost == b->lost &&
	       a->run == b->run && a->lost_run == b->lost_run && a->ours_last == b->ours_last &&
	       a->beside == b->beside && a->fell == b->fell && a->rose == b->rose &&
	       a->name.n == b->name.n &&
	       memcmp(a->name.s, b->name.s, a->name.n) == 0 && a->first == b->first &&
	       a->last == b->last && a->heard == b->heard && a->local == b->local &&
	       a->quote.n == b->quote.n && memcmp(a->quote.s, b->quote.s, a->quote.n) == 0 &&
	       a->host.n == b->host.n && memcmp(a->host.s, b->host.s, a->host.n) == 0;
}

struct shape_pair {
	struct log_reader learning, plain, running;
	struct log_facts by_shape, by_line, by_run;
	struct log_proof heard, ran;
	uint64_t taken; /* by log_run() */
};

enum { SHAPE_LINE = LOG_LINE_MOST + 4096 };

static inline int shape_given(const struct log_message *message, void *ctx)
{
	*(struct log_message *)ctx = *message;
	return 0;
}

/* A line by log_run(), or, where it does not take it, one by one. As log_reader_take(). */
static inline bool shape_run(struct shape_pair *p, struct sw_raw line, struct log_message *ret)
{
	static char bytes[SHAPE_LINE];
	static struct log_lines lines;
	const struct log_run run = { &p->running, &p->by_run, &p->ran, shape_given, ret };
	uint64_t ours = p->by_run.ours;
	bool is_ours;
	int rc = 0;

	if (line.n <= LOG_LINE_MOST) {
		memcpy(bytes, line.p, line.n);
		bytes[line.n] = '\n';
		log_lines_find(&lines, bytes, bytes + line.n + 1);
		lines.limit = bytes + sizeof(bytes);
		if (log_run(&run, &lines, 0, &rc) == 1) {
			p->taken++;
			return p->by_run.ours > ours;
		}
	}
	is_ours = log_reader_take(&p->running, line, &p->by_run, ret);
	if (is_ours && log_facts_proves(ret->text))
		log_proof_hear(&p->ran, ret->time);
	return is_ours;
}

static inline bool is_same_message(const struct log_message *a, const struct log_message *b)
{
	return a->time == b->time && a->role == b->role &&
	       (a->role == 0 || (raw_same(a->program, b->program) && raw_same(a->text, b->text)));
}

/* False when they do not agree. */
static inline bool shape_pair_take(struct shape_pair *p, struct sw_raw line)
{
	struct log_message one = { .role = 0 };
	struct log_message other = one;
	struct log_message third = one;
	bool first = log_reader_take(&p->learning, line, &p->by_shape, &one);
	int64_t last = p->plain.clock.last;
	unsigned char partial = p->plain.partial;
	bool second;

	log_reader_restart(&p->plain);
	p->plain.clock.last = last;
	p->plain.partial = partial;
	second = log_reader_take(&p->plain, line, &p->by_line, &other);
	if (first && log_facts_proves(one.text))
		log_proof_hear(&p->heard, one.time);
	if (shape_run(p, line, &third) != first || p->ran.heard != p->heard.heard ||
	    !is_same_facts(&p->by_run, &p->by_line) ||
	    p->running.clock.last != p->plain.clock.last || p->running.partial != p->plain.partial)
		return false;
	if (first && one.role != 0 && !is_same_message(&one, &third))
		return false;
	return first == second && is_same_facts(&p->by_shape, &p->by_line) &&
	       p->learning.clock.last == p->plain.clock.last &&
	       p->learning.partial == p->plain.partial &&
	       (!first || is_same_message(&one, &other));
}

#endif
