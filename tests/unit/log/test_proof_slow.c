/* What is proven of each minute, against one that asks each minute of each doubt. */
#include <errno.h>

#include "log/proof.h"
#include "test.h"

enum { ROUNDS = 3000, STEPS = 12, ROOM = 100, BASE = 1795431600, SEED = 5 };

static uint64_t drawn;

static size_t draw(size_t below)
{
	drawn = drawn * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (size_t)(drawn >> 33) % below;
}

struct slow {
	int64_t now;
	int64_t start;
	int64_t minutes;
	int64_t heard;
	struct log_reason of[ROOM];
};

static struct slow slow_begin(int64_t now, int64_t start, int64_t minutes)
{
	return (struct slow){ .now = now, .start = start, .minutes = minutes };
}

static int64_t end_of(const struct slow *o, int64_t minute)
{
	return o->start + 60 * (minute + 1);
}

static bool is_of_all(enum log_doubt doubt)
{
	return doubt != LOG_FINE && doubt != LOG_SILENT && doubt != LOG_UNSEEN &&
	       doubt != LOG_MUTE && doubt != LOG_BEGINS && doubt != LOG_PART;
}

/* The order of reasons: what passes, what is certain of a minute, what is certain of all. */
static int weight(const struct log_reason *why)
{
	return why->doubt == LOG_FINE ? 0 : why->passes ? 1 : is_of_all(why->doubt) ? 3 : 2;
}

static void slow_doubt(struct slow *o, int64_t from, int64_t to, const struct log_reason *why)
{
	for (int64_t m = 0; m < o->minutes && from < to; m++)
		if (from < end_of(o, m) && to > end_of(o, m) - 60 &&
		    weight(why) > weight(&o->of[m]))
			o->of[m] = *why;
}

static void slow_doubt_all(struct slow *o, const struct log_reason *why)
{
	for (int64_t m = 0; m < o->minutes; m++)
		if (!why->passes && !is_of_all(o->of[m].doubt))
			o->of[m] = *why;
	slow_doubt(o, INT64_MIN, INT64_MAX, why);
}

static void slow_hear(struct slow *o, int64_t time)
{
	if (time <= o->now + LOG_PROOF_SLACK && time > o->heard)
		o->heard = time;
}

static void slow_silence(struct slow *o, int64_t moved, const struct sw_label *source)
{
	struct log_reason why = { .doubt = LOG_SILENT, .passes = true, .where = *source };
	int64_t most = LOG_PROOF_QUIET;

	if (moved < 0) {
		why.doubt = LOG_UNSEEN;
	} else if (moved == 0) {
		if (o->now - o->heard <= LOG_PROOF_ALONE)
			return;
		why.doubt = LOG_UNSEEN;
		most = LOG_PROOF_ALONE;
	} else if (moved - o->heard <= LOG_PROOF_SLACK || o->start - moved > LOG_PROOF_QUIET) {
		return;
	}
	for (int64_t m = 0; m < o->minutes; m++)
		if (end_of(o, m) - o->heard > most)
			slow_doubt(o, end_of(o, m) - 1, end_of(o, m), &why);
}

static enum log_minute slow_state(const struct slow *o, int64_t m)
{
	if (o->of[m].doubt == LOG_FINE)
		return LOG_MINUTE_KNOWN;
	return o->of[m].passes && o->now - end_of(o, m) < LOG_PROOF_WAIT ? LOG_MINUTE_WAITS
									 : LOG_MINUTE_UNKNOWN;
}

static void want_same(int round, const struct log_proof *p, const struct slow *o)
{
	char what[32];

	for (int64_t first = 0; first < o->minutes; first++) {
		int64_t n = draw(4) ? 1 : (int64_t)draw(ROOM);
		enum log_minute want = LOG_MINUTE_KNOWN;
		const struct log_reason fine = { .doubt = LOG_FINE };
		const struct log_reason *want_why = &fine;
		const struct log_reason *why = NULL;

		for (int64_t m = first; m < first + n && m < o->minutes; m++)
			if (slow_state(o, m) > want) {
				want = slow_state(o, m);
				want_why = &o->of[m];
			}
		snprintf(what, sizeof(what), "round %d, minute %d", round, (int)first);
		want_number(what, log_proof_state(p, (unsigned)first, (unsigned)n, &why), want);
		want_number(what, log_proof_state(p, (unsigned)first, (unsigned)n, NULL), want);
		want_number(what, why->doubt, want_why->doubt);
		want_number(what, why->passes, want_why->passes);
		want_text(what, why->where.s, want_why->where.s);
	}
}

/* A second at which something may change, or one beside it. */
static int64_t draw_time(const struct slow *o)
{
	const int64_t edge[] = { o->start,
				 o->start + 60 * (int64_t)draw(ROOM),
				 end_of(o, o->minutes - 1),
				 o->now,
				 o->now + LOG_PROOF_SLACK,
				 o->now - LOG_PROOF_ALONE,
				 o->heard + LOG_PROOF_SLACK,
				 o->start - LOG_PROOF_QUIET,
				 end_of(o, (int64_t)draw(ROOM)) - LOG_PROOF_QUIET,
				 draw(2) ? INT64_MIN + 1 : INT64_MAX - 1,
				 o->start + (int64_t)draw(6000) };

	return edge[draw(SW_COUNT(edge))] - 1 + (int64_t)draw(3);
}

/* No more different ones than are kept. */
static struct log_reason draw_reason(void)
{
	static const struct log_reason reasons[] = {
		{ .doubt = LOG_NOWHERE }, { .doubt = LOG_ZONE, .passes = true },
		{ .doubt = LOG_ZONE },	  { .doubt = LOG_MUTE },
		{ .doubt = LOG_SILENT },
	};

	return reasons[draw(SW_COUNT(reasons))];
}

static void every_minute_is_as_doubtful_as_one_that_is_asked_alone(void **state)
{
	(void)state;
	drawn = SEED;
	for (int round = 0; round < ROUNDS; round++) {
		int64_t minutes = 1 + (int64_t)draw(draw(2) ? 20 : LOG_PROOF_MINUTES - 1);
		int64_t more = minutes + (int64_t)draw((size_t)(ROOM - minutes));
		int64_t start = BASE - 60 * minutes;
		int64_t now = BASE + (int64_t)draw(200) - 100;
		struct slow o = slow_begin(now, start, minutes);
		struct slow wider = slow_begin(now, BASE - 60 * more, more);
		struct sw_label source = sw_label_printed("mail.log");
		unsigned char room[ROOM + 1];
		struct log_proof p;
		struct log_proof q;
		struct log_proof last;
		unsigned char behind;
		unsigned n = 1 + (unsigned)draw((size_t)more + 3);
		unsigned n_last;
		bool is_old = draw(4) == 0; /* heard about a day ago, or never */

		log_proof_begin(&p, now, start, (unsigned)minutes);
		log_proof_begin_days(&q, now, wider.start, (unsigned)more, room);
		/* what stands behind the minutes is nobody's, and would be a doubt */
		room[more] = p.why[minutes] = behind = 1;
		if (draw(2))
			p.wider = &q;
		for (int step = 0; step < STEPS; step++) {
			struct log_reason why = draw_reason();
			int64_t from = draw_time(&o);
			int64_t to = draw_time(draw(2) ? &o : &wider);

			switch (draw(8)) {
			case 0:
				log_proof_doubt_all(&p, &why);
				slow_doubt_all(&o, &why);
				slow_doubt_all(&wider, &why);
				break;
			case 1:
			case 2:
				if (is_old)
					from = now - LOG_PROOF_ALONE +
					       (draw(2) ? 0 : (int64_t)draw(200) - 100);
				log_proof_hear(&p, from);
				slow_hear(&o, from);
				break;
			default:
				log_proof_doubt(&p, from, to, &why);
				slow_doubt(&o, from, to, &why);
				slow_doubt(&wider, from, to, &why);
			}
		}
		if (draw(3)) {
			int64_t moved = draw(4) == 0 ? 0 : draw(4) == 0 ? -EACCES : draw_time(&o);

			moved = moved == INT64_MAX ? BASE : moved;
			log_proof_silence(&p, moved, &source);
			slow_silence(&o, moved, &source);
			slow_hear(&wider, o.heard);
			slow_silence(&wider, moved, &source);
		}
		want_number("heard", p.heard, o.heard);
		want_number("behind the last minute", p.why[minutes], behind);
		want_number("behind the last minute", room[more], behind);
		want_same(round, &p, &o);
		if (!p.wider)
			continue;
		want_number("heard", q.heard, wider.heard);
		want_same(round, &q, &wider);
		log_proof_last(&q, n, &last);
		n_last = n < more ? n : (unsigned)more;
		n_last = n_last < LOG_PROOF_MINUTES ? n_last : LOG_PROOF_MINUTES;
		want_number("minutes of the last", last.minutes, n_last);
		memmove(wider.of, wider.of + more - n_last, n_last * sizeof(wider.of[0]));
		wider.start += 60 * (more - n_last);
		wider.minutes = n_last;
		want_same(round, &last, &wider);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_minute_is_as_doubtful_as_one_that_is_asked_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
