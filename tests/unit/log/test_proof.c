#include <errno.h>

#include "log/proof.h"
#include "test.h"

/* now is 20 s into a minute; the window is the 30 whole minutes before it. */
enum { END = 1795431600, NOW = END + 20, MINUTES = 30, START = END - 60 * MINUTES };

/* The states of all minutes, oldest first: '.' known, '?' waits, 'U' unknown. */
static const char *states(const struct log_proof *p)
{
	static char text[LOG_PROOF_MINUTES + 1];

	for (unsigned m = 0; m < p->minutes; m++) {
		enum log_minute state = log_proof_state(p, m, 1, NULL);

		text[m] = state == LOG_MINUTE_KNOWN ? '.' : state == LOG_MINUTE_WAITS ? '?' : 'U';
	}
	text[p->minutes] = '\0';
	return text;
}

static void a_minute_is_known_up_to_ten_minutes_after_the_last_line(void **state)
{
	static const struct {
		const char *what;
		int64_t heard;
		int64_t moved;
		const char *want;
	} rows[] = {
		{ "heard now, moved now", NOW, NOW, ".............................." },
		{ "heard 9 min ago", END - 540, NOW, ".............................." },
		{ "heard just ten minutes before the end", END - 600, NOW,
		  ".............................." },
		{ "a second earlier", END - 601, NOW, ".............................?" },
		{ "heard 15 min ago, the queue moves", END - 900, NOW,
		  ".........................?????" },
		{ "heard 25 min ago: what is old is unknown, what is young waits", END - 1500, NOW,
		  "...............UUUUUU?????????" },
		{ "heard long ago", END - 100000, NOW, "UUUUUUUUUUUUUUUUUUUUU?????????" },
		{ "never", 0, NOW, "UUUUUUUUUUUUUUUUUUUUU?????????" },
		{ "quiet, and the queue rests since", END - 1500, END - 1490,
		  ".............................." },
		{ "the queue moved within the slack", END - 1500, END - 1380,
		  ".............................." },
		{ "and beyond it", END - 1500, END - 1379, "...............UUUUUU?????????" },
		{ "no queue here", END - 1500, 0, ".............................." },
		{ "a queue that may not be seen", END - 1500, -EACCES,
		  "...............UUUUUU?????????" },
		{ "and a log that speaks", NOW, -EACCES, ".............................." },
		{ "a queue that rested long before", 0, START - 700,
		  ".............................." },
		{ "a queue that moved not long before", 0, START - 600,
		  "UUUUUUUUUUUUUUUUUUUUU?????????" },
		{ "a day of silence without a queue", END - 86400 - 600, 0,
		  "....................U?????????" },
		{ "not quite", END - 86400 + 20, 0, ".............................." },
		{ "weeks of it", 1, 0, "UUUUUUUUUUUUUUUUUUUUU?????????" },
	};
	struct sw_label log = sw_label_printed("/var/log/mail.log");

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_proof p;

		log_proof_begin(&p, NOW, START, MINUTES);
		if (rows[i].heard)
			log_proof_hear(&p, rows[i].heard);
		log_proof_silence(&p, rows[i].moved, &log);
		want_text(rows[i].what, states(&p), rows[i].want);
	}
}

static void a_line_of_the_future_proves_nothing(void **state)
{
	struct log_proof p;

	(void)state;
	log_proof_begin(&p, NOW, START, MINUTES);
	log_proof_hear(&p, NOW + LOG_PROOF_SLACK + 1);
	want_number("beyond the slack", p.heard, 0);
	log_proof_hear(&p, NOW + LOG_PROOF_SLACK);
	want_number("within it", p.heard, NOW + LOG_PROOF_SLACK);
	log_proof_hear(&p, NOW - 100);
	want_number("an older one moves nothing back", p.heard, NOW + LOG_PROOF_SLACK);
}

static void a_doubt_is_of_the_minutes_that_it_touches(void **state)
{
	static const struct {
		const char *what;
		int64_t from, to;
		bool passes;
		const char *want;
	} rows[] = {
		{ "one second", START + 60, START + 61, false, ".U............................" },
		{ "up to a minute's end", START, START + 120, false,
		  "UU............................" },
		{ "a second more", START, START + 121, false, "UUU..........................." },
		{ "before the window", START - 900, START, false,
		  ".............................." },
		{ "behind it", END, END + 60, false, ".............................." },
		{ "from before to behind", INT64_MIN, INT64_MAX, false,
		  "UUUUUUUUUUUUUUUUUUUUUUUUUUUUUU" },
		{ "nothing", START + 60, START + 60, false, ".............................." },
		{ "what passes waits for nine minutes", INT64_MIN, INT64_MAX, true,
		  "UUUUUUUUUUUUUUUUUUUUU?????????" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_reason why = { .doubt = LOG_PART, .passes = rows[i].passes };
		struct log_proof p;

		log_proof_begin(&p, NOW, START, MINUTES);
		log_proof_doubt(&p, rows[i].from, rows[i].to, &why);
		want_text(rows[i].what, states(&p), rows[i].want);
	}
}

static void what_is_certain_goes_before_what_may_pass(void **state)
{
	struct log_reason passes = { .doubt = LOG_SILENT, .passes = true };
	struct log_reason certain = { .doubt = LOG_PART };
	const struct log_reason *why;
	struct log_proof p;

	(void)state;
	log_proof_begin(&p, NOW, START, MINUTES);
	log_proof_doubt_all(&p, &passes);
	log_proof_doubt(&p, END - 60, END, &certain);
	want_number("the last minute", log_proof_state(&p, MINUTES - 1, 1, &why),
		    LOG_MINUTE_UNKNOWN);
	want_number("its reason", why->doubt, LOG_PART);
	want_number("the one before", log_proof_state(&p, MINUTES - 2, 1, &why), LOG_MINUTE_WAITS);
	want_number("its reason", why->doubt, LOG_SILENT);
	want_number("both together", log_proof_state(&p, MINUTES - 2, 2, &why),
		    LOG_MINUTE_UNKNOWN);
	want_number("the worst of them", why->doubt, LOG_PART);
	log_proof_doubt_all(&p, &passes);
	want_number("the first one stays", log_proof_state(&p, MINUTES - 1, 1, &why),
		    LOG_MINUTE_UNKNOWN);
	want_number("its reason", why->doubt, LOG_PART);
}

/* "The log is another's" tells more than "its first minutes are gone". */
static void what_is_said_of_the_source_goes_before_what_is_said_of_minutes(void **state)
{
	static const struct {
		const char *what;
		struct log_reason first, then;
		enum log_doubt want, want_all; /* then by log_proof_doubt_all() */
	} rows[] = {
		{ "source after minutes", { .doubt = LOG_SILENT }, { .doubt = LOG_ZONE }, LOG_ZONE,
		  LOG_ZONE },
		{ "minutes after source", { .doubt = LOG_ZONE }, { .doubt = LOG_SILENT }, LOG_ZONE,
		  LOG_ZONE },
		{ "minutes after minutes", { .doubt = LOG_PART }, { .doubt = LOG_MUTE }, LOG_PART,
		  LOG_MUTE },
		{ "source after source", { .doubt = LOG_ZONE }, { .doubt = LOG_STAMPS }, LOG_ZONE,
		  LOG_ZONE },
		{ "source that passes", { .doubt = LOG_PART }, { .doubt = LOG_DENIED, .passes = true },
		  LOG_PART, LOG_PART },
		{ "minutes after source that passes", { .doubt = LOG_DENIED, .passes = true },
		  { .doubt = LOG_PART }, LOG_PART, LOG_PART },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		for (int all = 0; all < 2; all++) {
			const struct log_reason *why;
			struct log_proof p;

			log_proof_begin(&p, NOW, START, MINUTES);
			log_proof_doubt_all(&p, &rows[i].first);
			if (all)
				log_proof_doubt_all(&p, &rows[i].then);
			else
				log_proof_doubt(&p, INT64_MIN, INT64_MAX, &rows[i].then);
			log_proof_state(&p, 0, MINUTES, &why);
			want_number(rows[i].what, why->doubt,
				    all ? rows[i].want_all : rows[i].want);
		}
}

static void each_reason_is_kept_once_up_to_a_bound(void **state)
{
	struct log_proof p;

	(void)state;
	log_proof_begin(&p, NOW, START, MINUTES);
	for (int i = 0; i < MINUTES; i++) {
		struct log_reason why = { .doubt = i & 1 ? LOG_PART : LOG_BEGINS,
					  .passes = i & 2,
					  .where = sw_label_printed("%d", i & 4) };
		const struct log_reason *got;

		log_proof_doubt(&p, START + 60 * i, START + 60 * i + 1, &why);
		log_proof_state(&p, (unsigned)i, 1, &got);
		if (i < LOG_PROOF_REASONS - 1)
			want_number("new", p.reasons, i + 2);
		else if (i % 8 == LOG_PROOF_REASONS - 1)
			want_number("beyond: the last", got - p.reason, LOG_PROOF_REASONS - 1);
		if (i % 8 < LOG_PROOF_REASONS - 1) {
			want_text("where", got->where.s, why.where.s);
			want_number("doubt", got->doubt, why.doubt);
			want_number("passes", got->passes, why.passes);
		}
	}
	want_number("bounded", p.reasons, LOG_PROOF_REASONS);
	log_proof_begin(&p, NOW, START, LOG_PROOF_MINUTES + 1);
	want_number("minutes", p.minutes, LOG_PROOF_MINUTES);
}

static void the_last_minutes_are_those_of_all(void **state)
{
	struct log_reason why = { .doubt = LOG_BEGINS };
	unsigned char room[300];
	struct log_proof all;
	struct log_proof last;

	(void)state;
	log_proof_begin_days(&all, NOW, START, 300, room);
	log_proof_doubt(&all, START, START + 60 * 290, &why);
	for (unsigned n = 1; n < 40; n++) {
		log_proof_last(&all, n, &last);
		want_number("minutes", last.minutes, n);
		want_number("start", last.start, START + 60 * (300 - (int64_t)n));
		for (unsigned m = 0; m < n; m++)
			want_number("state", log_proof_state(&last, m, 1, NULL),
				    log_proof_state(&all, 300 - n + m, 1, NULL));
	}
	log_proof_last(&all, 1000, &last);
	want_number("no more than there is room for", last.minutes, LOG_PROOF_MINUTES);
	log_proof_begin(&all, NOW, START, 9);
	log_proof_last(&all, 20, &last);
	want_number("no more than all", last.minutes, 9);
	want_number("from its start", last.start, START);
}

static void more_reasons_than_there_is_room_for_leave_no_minute_known(void **state)
{
	struct log_proof p;

	(void)state;
	log_proof_begin(&p, NOW, START, MINUTES);
	for (int i = 0; i < MINUTES; i++) {
		struct log_reason why = { .doubt = LOG_PART,
					  .where = sw_label_printed("mail.log.%d", i) };

		log_proof_doubt(&p, START + 60 * i, START + 60 * i + 1, &why);
	}
	want_text("thirty files", states(&p), "UUUUUUUUUUUUUUUUUUUUUUUUUUUUUU");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_minute_is_known_up_to_ten_minutes_after_the_last_line),
		cmocka_unit_test(a_line_of_the_future_proves_nothing),
		cmocka_unit_test(a_doubt_is_of_the_minutes_that_it_touches),
		cmocka_unit_test(what_is_certain_goes_before_what_may_pass),
		cmocka_unit_test(what_is_said_of_the_source_goes_before_what_is_said_of_minutes),
		cmocka_unit_test(each_reason_is_kept_once_up_to_a_bound),
		cmocka_unit_test(more_reasons_than_there_is_room_for_leave_no_minute_known),
		cmocka_unit_test(the_last_minutes_are_those_of_all),
	};

	return cmocka_run_group_tests_name("proof", tests, NULL, NULL);
}
