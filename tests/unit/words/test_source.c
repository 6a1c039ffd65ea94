/* Why nothing is known of a minute, in sentences. */
#include <errno.h>

#include "test.h"
#include "words/source.h"

enum { NOW = 1795431600 };

static struct log_reason reason(enum log_doubt doubt)
{
	return (struct log_reason){ .doubt = doubt,
				    .where = sw_label_printed("/var/log/mail.log"),
				    .quote = sw_label_printed("postfix-out"),
				    .heard = NOW - 60,
				    .moved = NOW - 30,
				    .offset = 3600,
				    .lines = 12,
				    .understood = 2 };
}

/* Nothing is encoded that is not from outside, and what is meant is named. */
static void every_doubt_is_a_plain_sentence(void **state)
{
	static const char *const links[] = { "postfix_sasl_rate", "", NULL };

	(void)state;
	for (int doubt = LOG_FINE + 1; doubt <= LOG_PART; doubt++)
		for (unsigned i = 0; i < 4 * SW_COUNT(links); i++) {
			struct log_reason why = reason((enum log_doubt)doubt);
			struct sw_label text;
			char what[32];

			snprintf(what, sizeof(what), "doubt %d, form %u", doubt, i);
			why.by_config = i & 1;
			why.journal = i & 2;
			sw_fault(&why.cause, i & 1 ? EACCES : EIO, "the cause");
			text = words_source_doubt(&why, NOW, links[i / 4]);
			want_number(what, text.n > 20, true);
			if (strchr(text.s, '%') || text.cut)
				fail_msg("%s: got \"%s\", want it plain and whole", what, text.s);
		}
}

static void lines_are_counted_and_instances_named(void **state)
{
	static const struct {
		enum log_doubt doubt;
		uint64_t lines;
		const char *want;
	} rows[] = {
		{ LOG_OTHERS, 0, ": no line of Postfix" },
		{ LOG_OTHERS, 1, ": 1 line, none of Postfix" },
		{ LOG_OTHERS, 2, ": 2 lines, none of Postfix" },
		{ LOG_STAMPS, 3,
		  ": of 1 of 3 lines the time stamp is not understood, such as "
		  "[postfix-out]" },
		{ LOG_UNNAMED, 3,
		  "/var/log/mail.log: its lines of Postfix are of another instance, postfix-out: "
		  "env.syslog_name matches none" },
		{ LOG_FOREIGN, 3, "are of another host, postfix-out: set env.logfile" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_reason why = reason(rows[i].doubt);
		struct sw_label text;

		why.lines = rows[i].lines;
		text = words_source_doubt(&why, NOW, "");
		want_in("sentence", text.s, rows[i].want);
	}
}

static void the_choice_is_told_with_the_others(void **state)
{
	struct log_report report = {
		.candidates = 3,
		.chosen = 2,
		.candidate = { { .where = sw_label_printed("/var/log/mail.log") },
			       { .where = sw_label_printed("/var/log/maillog"), .error = EACCES },
			       { .where = sw_label_printed("the journal"), .heard = NOW - 12 } },
	};
	struct sw_label text = words_source_choice(&report, NOW);

	(void)state;
	want_text("a choice", text.s,
		  "Read from the journal: last line of Postfix 12 s ago, not /var/log/mail.log: no "
		  "line of Postfix, /var/log/maillog: may not be read.");
	report.chosen = 3;
	text = words_source_choice(&report, NOW);
	want_in("none", text.s, "Read from no log, not /var/log/mail.log: no line of Postfix, ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_doubt_is_a_plain_sentence),
		cmocka_unit_test(lines_are_counted_and_instances_named),
		cmocka_unit_test(the_choice_is_told_with_the_others),
	};

	return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
