#include "parts/minutes.h"

#include <errno.h>

#include "words/command.h"
#include "words/source.h"

enum { POLL = 5 }; /* minutes between two runs, most often */

unsigned minutes_read(unsigned history)
{
	return MINUTES_LINGER + history + MINUTES_WINDOW - 1;
}

unsigned minutes_first(unsigned i)
{
	return MINUTES_LINGER + i;
}

unsigned minutes_last(unsigned i)
{
	return MINUTES_LINGER + i + MINUTES_WINDOW - 1;
}

struct sw_munin_field minutes_series(const struct minutes *s, struct sw_munin_field f)
{
	f.points = s->history;
	f.first = s->proof->start + 60 * (MINUTES_LINGER + MINUTES_WINDOW);
	f.step = 60;
	f.min = "0";
	return f;
}

static struct sw_label doubt(struct minutes *s, const struct log_reason *why)
{
	struct sw_label link = sw_munin_link(s->m);

	return words_source_doubt(why, sw_munin_host(s->m)->now, link.s);
}

/*
 * What doubt means for a field: U; U where it is spoilt, too, so that no OK is mailed; or nothing
 * for a number above 0, which its own lines prove whatever else is not known.
 */
enum judged { JUDGED, JUDGED_LEVELLED, JUDGED_PROVEN };

/*
 * What is known of the `n` minutes that end with `last`; the reason where it is not all. To put it
 * in words costs more than to judge: `why` is NULL where nobody reads them.
 */
static enum log_minute judge(struct minutes *s, unsigned last, unsigned n, bool levelled,
			     struct sw_label *why)
{
	unsigned first = last + 1 - n;
	const struct log_reason *reason;
	enum log_minute state = log_proof_state(s->proof, first, n, &reason);

	if (state != LOG_MINUTE_KNOWN && why)
		*why = doubt(s, reason);
	else if (state == LOG_MINUTE_KNOWN && levelled && s->spoilt &&
		 s->spoilt(s->spoilt_ctx, first, n, why))
		state = LOG_MINUTE_UNKNOWN;
	return state;
}

static void complain(struct minutes *s, const struct sw_label *why)
{
	struct sw_fault partly = { 0 };
	struct sw_label text = sw_label_printed("some minutes are not known: ");

	sw_label_append(&text, why);
	fault_label(&partly, ENODATA, &text);
	sw_munin_complain(s->m, &partly);
}

/* A flood is what fills a log daemon's limit: who is in the lines that are left is to be named. */
static bool is_dropped(struct minutes *s, unsigned last, unsigned n)
{
	const struct log_reason *reason;

	return log_proof_state(s->proof, last + 1 - n, n, &reason) == LOG_MINUTE_UNKNOWN &&
	       reason->doubt == LOG_DROPPED;
}

/* What is said beside a number that stands all the same. */
static void add_bearable(struct minutes *s, unsigned last, unsigned n, struct sw_label *text)
{
	const struct log_reason *reason;
	struct sw_label why;

	if (log_proof_state(s->proof, last + 1 - n, n, &reason) != LOG_MINUTE_KNOWN ||
	    !reason->bearable)
		return;
	why = doubt(s, reason);
	sw_label_print(text, "%sat least: ", text->n > 0 ? ", " : "");
	sw_label_append(text, &why);
}

bool minutes_wait(const struct minutes *s, unsigned i, unsigned first, unsigned n)
{
	/* the next run tells the first ones no more */
	return i >= POLL && log_proof_state(s->proof, first, n, NULL) == LOG_MINUTE_WAITS;
}

static void add_judged(struct minutes *s, const struct sw_munin_field *field, unsigned minutes,
		       enum judged how)
{
	bool levelled = how == JUDGED_LEVELLED;
	enum log_minute now = LOG_MINUTE_KNOWN;
	struct sw_munin_field f = *field;
	unsigned points = (unsigned)f.points;
	unsigned before = points; /* the last point that is not known */
	struct sw_label why = label_new();

	for (unsigned i = 0; i < points; i++) {
		now = judge(s, minutes_last(i), minutes, levelled, NULL);
		if (now == LOG_MINUTE_UNKNOWN && how == JUDGED_PROVEN && f.at[i].number > 0)
			now = LOG_MINUTE_KNOWN;
		/* the next run tells it no more; and a field must say something */
		if (now == LOG_MINUTE_WAITS && i < POLL)
			now = LOG_MINUTE_UNKNOWN;
		if (now != LOG_MINUTE_KNOWN)
			f.at[i] = (struct sw_munin_value){ .waits = now == LOG_MINUTE_WAITS };
		if (now == LOG_MINUTE_UNKNOWN)
			before = i;
	}
	if (now == LOG_MINUTE_KNOWN) {
		if (before < points) {
			judge(s, minutes_last(before), minutes, levelled, &why);
			complain(s, &why);
		}
		words_contain_behind(&f.extinfo, &s->command);
		add_bearable(s, minutes_last(points - 1), minutes, &f.extinfo);
		sw_munin_add(s->m, &f);
		return;
	}
	judge(s, minutes_last(points - 1), minutes, levelled, &why);
	if (f.extinfo.n > 0 && is_dropped(s, minutes_last(points - 1), minutes)) {
		sw_label_print(&why, ", of those that are left ");
		sw_label_append(&why, &f.extinfo);
		words_contain_behind(&why, &s->command);
		munin_add_doubted(s->m, &f, &why);
		return;
	}
	/* who filled the disk is known until then */
	if (now == LOG_MINUTE_UNKNOWN && f.extinfo.n > 0 &&
	    judge(s, minutes_last(s->history - 1), minutes, false, NULL) == LOG_MINUTE_KNOWN) {
		sw_label_print(&why, ", until then ");
		sw_label_append(&why, &f.extinfo);
		words_contain_behind(&why, &s->command);
	}
	munin_add_doubted(s->m, &f, &why);
}

void minutes_add(struct minutes *s, const struct sw_munin_field *f, unsigned minutes, bool proven)
{
	if (s->failed.code)
		sw_munin_add_unknown(s->m, f, &s->failed);
	else
		add_judged(s, f, minutes,
			   proven		      ? JUDGED_PROVEN
			   : munin_has_level(s->m, f) ? JUDGED_LEVELLED
						      : JUDGED);
}

bool minutes_is_known(struct minutes *s, const struct sw_munin_field *f)
{
	struct sw_munin_field unknown = *f;
	struct sw_label why = label_new();

	if (s->failed.code) {
		sw_munin_add_unknown(s->m, f, &s->failed);
		return false;
	}
	if (judge(s, minutes_last(s->history - 1), MINUTES_WINDOW, munin_has_level(s->m, f),
		  &why) == LOG_MINUTE_KNOWN)
		return true;
	unknown.value = (struct sw_munin_value){ .is_set = false };
	munin_add_doubted(s->m, &unknown, &why);
	return false;
}
