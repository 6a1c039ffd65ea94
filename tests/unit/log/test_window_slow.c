/* Logs in which some lines have no stamp: which minutes are in doubt, line by line. */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "log/window.h"
#include "pieces.h"
#include "sourcetext.h"

enum { LOGS = 1500, LINES = 14, FEW = 3, MANY = 64, WRITTEN = NOW };

enum kind { OURS, OTHERS, TEXT, LOST, SECOND_PROGRAM };

/* What a reader knows who goes through the lines once. */
struct slow {
	int64_t last, ours, first; /* stamps; 0: none yet */
	int lines, placed, of_ours, lost;
	int run, lost_run;
	struct log_proof proof;
};

static void doubt(struct slow *o, int64_t from, int64_t to, bool passes)
{
	const struct log_reason why = { .doubt = LOG_STAMPS, .passes = passes };

	log_proof_doubt(&o->proof, from, to, &why);
}

static void take(struct slow *o, enum kind kind, int64_t time)
{
	int64_t ours = o->ours ? o->ours : o->first;

	o->lines++;
	if (kind == TEXT || kind == LOST) {
		o->run++;
		o->lost += kind == LOST;
		o->lost_run += kind == LOST;
		return;
	}
	if (o->run >= FEW && o->last && time - o->last >= 60)
		doubt(o, o->last, time, false);
	if (kind == OURS && o->lost_run >= FEW && ours && time - ours >= 60)
		doubt(o, ours, time, false);
	o->placed++;
	o->run = 0;
	o->last = time;
	o->first = o->first ? o->first : time;
	if (kind != OURS)
		return;
	o->of_ours++;
	o->lost_run = 0;
	o->ours = time;
	log_proof_hear(&o->proof, time);
}

static void end(struct slow *o)
{
	int64_t ours = o->ours ? o->ours : o->first;
	const struct log_reason all = { .doubt = LOG_STAMPS };
	bool is_fresh = o->last > NOW - LOG_PROOF_SLACK;
	bool is_ours_fresh = ours > NOW - LOG_PROOF_SLACK;

	if (o->last && (o->run >= MANY || (o->run >= FEW && WRITTEN - o->last > LOG_PROOF_SLACK)))
		doubt(o, o->last, INT64_MAX, is_fresh);
	if (ours && (o->lost_run >= FEW || (o->lost_run > 0 && is_ours_fresh)))
		doubt(o, ours, INT64_MAX, is_ours_fresh);
	if (2 * o->placed < o->lines || o->lost > o->of_ours)
		log_proof_doubt_all(&o->proof, &all);
}

static unsigned role(struct sw_raw tag)
{
	return raw_is(tag, "dovecot") ? 1 : 0;
}

static void put(FILE *f, enum kind kind, int64_t time)
{
	static const char *const tags[] = { "postfix/smtpd", "sshd", "", "", "dovecot" };
	time_t t = (time_t)time;
	char stamp[40];

	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", gmtime(&t));
	if (kind == TEXT)
		fputs("some text\n", f);
	else if (kind == LOST)
		fputs("somewhen postfix/smtpd: x\n", f);
	else
		fprintf(f, "%s mx %s[1]: x\n", stamp, tags[kind]);
}

static void minutes_around_lines_without_a_stamp_are_in_doubt(void **state)
{
	static struct log_reader reader;

	(void)state;
	zone("UTC0");
	for (int i = 0; i < LOGS; i++) {
		struct slow o = { .lines = 0 };
		struct source_got got = { .n = 0 };
		struct log_window w = {
			.reader = &reader, .proof = &got.proof, .fn = source_hear, .ctx = &got
		};
		struct log_set_file file = { .directory = "/", .name = "log", .written = WRITTEN };
		struct log_set set = {
			.file = &file, .n = 1, .has_log = true, .before = SINCE - 3600
		};
		struct sw_fault why = { 0 };
		FILE *f = tmpfile();
		int64_t time = pieces_draw(3) ? SINCE + 1 + (int64_t)pieces_draw(300)
					      : NOW - (int64_t)pieces_draw(200);
		int ours = 0;
		bool had_many = false;
		char what[32];

		assert_non_null(f);
		log_proof_begin(&o.proof, NOW, SINCE, MINUTES);
		for (size_t n = 1 + pieces_draw(LINES); n > 0; n--) {
			enum kind kind = (enum kind)pieces_draw(5);
			bool is_text = kind == TEXT || kind == LOST;
			/* not more than lie behind the last 4 KiB, by which a log is known */
			bool are_many = is_text && !had_many && pieces_draw(4) == 0;
			size_t times = are_many	 ? 62 + pieces_draw(5)
				       : is_text ? 1 + pieces_draw(5)
						 : 1;

			had_many |= are_many;
			time += (int64_t[]){ 0, 1, 59, 60, 61, 170 }[pieces_draw(6)];
			time = time < NOW ? time : NOW;
			for (; times > 0; times--) {
				put(f, kind, time);
				take(&o, kind, time);
			}
			ours += kind == OURS || kind == SECOND_PROGRAM;
			if (pieces_draw(3) == 0) /* so that most of the log is understood */
				for (int k = 0; k < 9; k++) {
					put(f, OURS, time);
					take(&o, OURS, time);
					ours++;
				}
		}
		end(&o);
		assert_int_equal(fflush(f), 0);
		file.fd = fileno(f);
		reader = (struct log_reader){ .clock.now = NOW, .others = role };
		log_proof_begin(&got.proof, NOW, SINCE, MINUTES);
		snprintf(what, sizeof(what), "log %d", i);
		want_number(what, log_window_read(&w, &set, "/log", SINCE, &why), 0);
		want_number(what, got.n, ours);
		/* of one that is not understood at all no more than its end is read */
		want_number(what, w.all.lines, o.placed ? o.lines : 0);
		want_number(what, w.all.stamped, o.placed);
		want_number(what, w.all.ours, o.of_ours);
		want_number(what, w.all.lost, o.placed ? o.lost : 0);
		want_number(what, w.all.heard, o.ours);
		want_number(what, got.proof.heard, o.proof.heard);
		for (unsigned m = 0; m < MINUTES; m++) {
			const struct log_reason *one;
			const struct log_reason *other;

			want_number(what, log_proof_state(&got.proof, m, 1, &one),
				    log_proof_state(&o.proof, m, 1, &other));
			want_number(what, one->doubt, other->doubt);
		}
		fclose(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(minutes_around_lines_without_a_stamp_are_in_doubt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
