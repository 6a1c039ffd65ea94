/* What a log proves, kept as bytes and taken: the same, and nothing that can't have been kept. */
#include <errno.h>
#include <stdlib.h>

#include "log/kept.h"
#include "test.h"

enum { MINUTES = 5 };

static struct log_proof proof, taken_proof;
static struct log_report report, taken_report;

/* Each value is another one, those with a bound at it. */
static void fill(void)
{
	memset(&proof, 0, sizeof(proof));
	memset(&report, 0, sizeof(report));
	proof.minutes = MINUTES;
	proof.heard = 1795431600;
	proof.reasons = LOG_PROOF_REASONS;
	for (size_t i = 1; i < LOG_PROOF_REASONS; i++) {
		struct log_reason *why = &proof.reason[i];
		char text[32];

		why->doubt = (enum log_doubt)(LOG_PART - i + 1);
		why->passes = i % 4 == 0;
		why->for_adm = i % 4 == 1;
		why->by_config = i % 4 == 2;
		why->journal = i % 4 == 3;
		snprintf(text, sizeof(text), "/var/log/%zu", i);
		why->where = sw_label_from(raw_of(text));
		snprintf(text, sizeof(text), "quote %zu", i);
		why->quote = sw_label_from(raw_of(text));
		if (i % 2)
			(void)!sw_fault(&why->cause, i == 1 ? EACCES : ENOENT, "cause %zu", i);
		why->heard = 100 + (int64_t)i;
		why->moved = -200 - (int64_t)i;
		why->offset = 300 + (int64_t)i;
		why->lines = UINT64_MAX - i;
		why->understood = UINT64_MAX - 10 * i;
	}
	for (unsigned m = 0; m < MINUTES; m++)
		proof.why[m] = (unsigned char)(LOG_PROOF_REASONS - 1 - m);
	report.candidates = LOG_CANDIDATES;
	report.chosen = LOG_CANDIDATES;
	for (size_t i = 0; i < LOG_CANDIDATES; i++) {
		struct log_candidate *one = &report.candidate[i];
		char text[32];

		snprintf(text, sizeof(text), "/candidate/%zu", i);
		one->where = sw_label_from(raw_of(text));
		one->error = i == 0 ? INT16_MAX : i % 2 ? EACCES : 0;
		one->heard = 400 + (int64_t)i;
	}
}

/* Returns whether it was not refused. */
static bool take(const struct pack *from)
{
	struct sw_raw rest = raw_from(from->p, from->n);

	memset(&taken_proof, 0, sizeof(taken_proof));
	memset(&taken_report, 0, sizeof(taken_report));
	taken_proof.minutes = proof.minutes;
	log_take_kept(&rest, &taken_proof, &taken_report);
	if (!pack_is_bad(rest))
		want_number("all is taken", rest.n, 0);
	want_within("reasons", taken_proof.reasons, 1, LOG_PROOF_REASONS);
	want_within("candidates", taken_report.candidates, 0, LOG_CANDIDATES);
	want_within("chosen", taken_report.chosen, 0, taken_report.candidates);
	return !pack_is_bad(rest);
}

static bool is_taken(void)
{
	struct pack to = { .most = 1 << 16 };
	bool ret;

	want_number("kept", log_keep(&to, &proof, &report), true);
	ret = take(&to);
	free(to.p);
	return ret;
}

static void want_same_reason(const struct log_reason *a, const struct log_reason *b)
{
	want_number("doubt", a->doubt, b->doubt);
	want_number("passes", a->passes, b->passes);
	want_number("for adm", a->for_adm, b->for_adm);
	want_number("by config", a->by_config, b->by_config);
	want_number("journal", a->journal, b->journal);
	want_text("where", a->where.s, b->where.s);
	want_text("quote", a->quote.s, b->quote.s);
	want_number("cause", a->cause.code, b->cause.code);
	want_text("cause", a->cause.text.s, b->cause.text.s);
	want_number("heard", a->heard, b->heard);
	want_number("moved", a->moved, b->moved);
	want_number("offset", a->offset, b->offset);
	assert_true(a->lines == b->lines && a->understood == b->understood);
}

static void what_was_kept_is_taken_whole(void **state)
{
	(void)state;
	fill();
	want_number("taken", is_taken(), true);
	want_number("heard", taken_proof.heard, proof.heard);
	want_number("reasons", taken_proof.reasons, proof.reasons);
	for (size_t i = 0; i < LOG_PROOF_REASONS; i++)
		want_same_reason(&taken_proof.reason[i], &proof.reason[i]);
	assert_memory_equal(taken_proof.why, proof.why, sizeof(proof.why));
	want_number("candidates", taken_report.candidates, report.candidates);
	want_number("chosen", taken_report.chosen, report.chosen);
	for (size_t i = 0; i < LOG_CANDIDATES; i++) {
		want_text("where", taken_report.candidate[i].where.s, report.candidate[i].where.s);
		want_number("error", taken_report.candidate[i].error, report.candidate[i].error);
		want_number("heard", taken_report.candidate[i].heard, report.candidate[i].heard);
	}
}

static void what_is_beyond_a_bound_is_refused(void **state)
{
	(void)state;
	fill();
	proof.reason[3].doubt = LOG_PART + 1;
	want_number("a doubt", is_taken(), false);
	fill();
	proof.why[MINUTES - 1] = LOG_PROOF_REASONS;
	want_number("a minute's reason", is_taken(), false);
	fill();
	report.chosen = LOG_CANDIDATES + 1;
	want_number("the chosen one", is_taken(), false);
	fill();
	report.candidate[0].error = INT16_MAX + 1;
	want_number("an error", is_taken(), false);
	fill();
	proof.reasons = 0;
	memset(proof.why, 0, sizeof(proof.why));
	want_number("no reason", is_taken(), false);
	proof.reasons = 1;
	want_number("one", is_taken(), true);
}

/* As log_keep() would, of more than there can be. */
static bool is_taken_of(size_t reasons, size_t candidates)
{
	static const struct sw_label label;
	static const struct sw_fault fault;
	struct pack to = { .most = 1 << 16 };
	bool ret;

	pack_time(&to, 0);
	pack_number(&to, reasons);
	for (size_t i = 1; i < reasons; i++) {
		for (int k = 0; k < 5; k++)
			pack_number(&to, 0);
		pack_label(&to, &label);
		pack_label(&to, &label);
		pack_fault(&to, &fault);
		for (int k = 0; k < 3; k++)
			pack_time(&to, 0);
		pack_number(&to, 0);
		pack_number(&to, 0);
	}
	for (int k = 0; k < MINUTES; k++)
		pack_number(&to, 0);
	pack_number(&to, candidates);
	pack_number(&to, 0);
	for (size_t i = 0; i < candidates; i++) {
		pack_label(&to, &label);
		pack_number(&to, 0);
		pack_time(&to, 0);
	}
	ret = take(&to);
	free(to.p);
	return ret;
}

static void more_than_there_can_be_is_refused(void **state)
{
	(void)state;
	fill();
	want_number("as many as can be", is_taken_of(LOG_PROOF_REASONS, LOG_CANDIDATES), true);
	want_number("a reason more", is_taken_of(LOG_PROOF_REASONS + 1, LOG_CANDIDATES), false);
	want_number("a candidate more", is_taken_of(LOG_PROOF_REASONS, LOG_CANDIDATES + 1), false);
	want_number("none", is_taken_of(1, 0), true);
}

/* What another run need not have is neither kept nor taken. */
static void bad_luck_is_not_kept_and_not_taken(void **state)
{
	static const int luck[] = { EMFILE, ENFILE, EIO, ENOMEM, EINTR, ETIMEDOUT };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(luck); i++)
		for (int place = 0; place < 4; place++) {
			struct pack to = { .most = 1 << 16 };
			int *code;

			fill();
			code = place == 0   ? &proof.reason[1].cause.code
			       : place == 1 ? &proof.reason[LOG_PROOF_REASONS - 1].cause.code
			       : place == 2 ? &report.candidate[0].error
					    : &report.candidate[LOG_CANDIDATES - 1].error;
			*code = luck[i];
			want_number("kept", log_keep(&to, &proof, &report), false);
			free(to.p);
		}
	fill();
	want_number("taken", is_taken(), true);
	for (size_t i = 0; i < SW_COUNT(luck); i++) {
		struct pack to = { .most = 1 << 16 };

		fill();
		proof.reasons = 1;
		memset(proof.why, 0, sizeof(proof.why));
		report.candidates = 1;
		report.chosen = 0;
		report.candidate[0] = (struct log_candidate){ .error = 0x7F };
		want_number("kept", log_keep(&to, &proof, &report), true);
		for (size_t k = 0; k < to.n; k++)
			if (to.p[k] == 0x7F)
				to.p[k] = (char)luck[i];
		want_number("taken", take(&to), false);
		free(to.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_kept_is_taken_whole),
		cmocka_unit_test(what_is_beyond_a_bound_is_refused),
		cmocka_unit_test(more_than_there_can_be_is_refused),
		cmocka_unit_test(bad_luck_is_not_kept_and_not_taken),
	};

	return cmocka_run_group_tests_name("kept", tests, NULL, NULL);
}
