/* A set of files that a test makes: which lines are given, which minutes are in doubt. Sets as
 * they are found: test_source_part.c. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "log/window.h"
#include "sourcetext.h"

struct piece {
	const char *text; /* NULL: it can't be opened, for this reason */
	int error;
};

static void the_minutes_of_what_is_missing_are_in_doubt(void **state)
{
	static const struct {
		const char *what;
		struct piece file[4];
		bool no_log;	/* the last one is rotated, too */
		bool quiet;	/* older files end before the window */
		int incomplete; /* files may be missing: this errno */
		const char *heard;
		const char *states;
		enum log_doubt doubt;
	} rows[] = {
		{ "all is there", { { ALIVE, 0 } }, false, false, 0, "old|alive|", KNOWN, LOG_FINE },
		{ "nothing is older",
		  { { AT("10:50:10", "a"), 0 } },
		  false, false, 0, "a|", "UUUUUU.........", LOG_BEGINS },
		{ "what is older ends before",
		  { { AT("10:50:10", "a"), 0 } },
		  false, true, 0, "a|", KNOWN, LOG_FINE },
		{ "an empty log, what is older ends before",
		  { { "", 0 } },
		  false, true, 0, "", KNOWN, LOG_FINE },
		{ "an empty log, and nothing older", { { "", 0 } }, false, false, 0, "", U, LOG_EMPTY },
		{ "the oldest can't be opened",
		  { { NULL, EACCES }, { AT("10:50:10", "a"), 0 } },
		  false, false, 0, "a|", "UUUUUU.........", LOG_PART },
		{ "a younger one, now",
		  { { NULL, EMFILE }, { AT("10:57:10", "a"), 0 } },
		  false, false, 0, "a|", "UUUUUU???????..", LOG_PART },
		{ "one between two",
		  { { OLD AT("10:48:10", "a"), 0 }, { NULL, EIO }, { AT("10:50:10", "b"), 0 } },
		  false, false, 0, "old|a|b|", "...UUU.........", LOG_PART },
		{ "two between two",
		  { { OLD AT("10:48:10", "a"), 0 },
		    { NULL, EBADMSG },
		    { NULL, EACCES },
		    { AT("10:50:10", "b"), 0 } },
		  false, false, 0, "old|a|b|", "...UUU.........", LOG_PART },
		{ "one that the next file goes further back than",
		  { { NULL, EACCES }, { ALIVE, 0 } },
		  false, false, 0, "old|alive|", KNOWN, LOG_FINE },
		{ "the last, which was just rotated",
		  { { OLD AT("10:48:10", "a"), 0 }, { NULL, EACCES } },
		  true, false, 0, "old|a|", "...UUU?????????", LOG_PART },
		{ "a directory that may not be seen",
		  { { AT("10:50:10", "a"), 0 } },
		  false, false, EACCES, "a|", "UUUUUU.........", LOG_PART },
		{ "and a log that begins before",
		  { { ALIVE, 0 } },
		  false, false, ENOENT, "old|alive|", KNOWN, LOG_FINE },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct log_reader reader;
		struct sw_host h = host_new(NULL);
		struct log_set_file file[4];
		struct log_set set = { .file = file, .has_log = !rows[i].no_log };
		struct source_got got = { .n = 0 };
		struct log_window w = { .reader = &reader,
					.proof = &got.proof,
					.fn = source_hear,
					.ctx = &got };
		struct sw_fault why = { 0 };

		reader = (struct log_reader){ .clock.now = NOW };
		set.before = rows[i].quiet ? SINCE - 3600 : LOG_NEVER;
		if (rows[i].incomplete)
			sw_fault(&set.incomplete, rows[i].incomplete, "it can not be seen");
		while (set.n < 4 && (rows[i].file[set.n].text || rows[i].file[set.n].error)) {
			const struct piece *piece = &rows[i].file[set.n];
			struct log_set_file *f = &file[set.n++];

			*f = (struct log_set_file){ .fd = -1, .directory = "/", .written = NOW };
			snprintf(f->name, sizeof(f->name), "%zu", set.n);
			if (!piece->text) {
				sw_fault_errno(&f->why, piece->error, "open it");
				continue;
			}
			host_file(&h, "/log", piece->text);
			f->fd = open(host_path(&h, "/log"), O_RDONLY | O_CLOEXEC);
			assert_int_equal(remove(host_path(&h, "/log")), 0);
		}
		log_proof_begin(&got.proof, NOW, SINCE, MINUTES);
		want_number(rows[i].what, log_window_read(&w, &set, "/log", SINCE, &why), 0);
		source_states(&got);
		want_text(rows[i].what, got.heard, rows[i].heard);
		want_text(rows[i].what, got.states, rows[i].states);
		want_number(rows[i].what, got.why->doubt, rows[i].doubt);
		for (size_t k = 0; k < set.n; k++)
			if (file[k].fd >= 0)
				close(file[k].fd);
		host_remove(&h);
	}
}

static void a_cause_that_may_pass_is_known_by_its_number(void **state)
{
	static const int passing[] = { EACCES, EMFILE, ENFILE, EIO, ENOMEM, EINTR, ETIMEDOUT };

	(void)state;
	for (int code = 0; code < 200; code++) {
		bool passes = false;
		char what[24];

		for (size_t i = 0; i < SW_COUNT(passing); i++)
			passes |= code == passing[i];
		snprintf(what, sizeof(what), "errno %d", code);
		want_number(what, log_window_can_pass(code), passes);
	}
}

/* A log of a line or two, last written at `written`: the doubt of the source as a whole. */
static void want_clock(const char *what, const char *text, int64_t written, enum log_doubt doubt,
		       int64_t offset)
{
	static struct log_reader reader;
	struct source_got got = { .n = 0 };
	struct log_window w = {
		.reader = &reader, .proof = &got.proof, .fn = source_hear, .ctx = &got
	};
	struct log_set_file file = { .directory = "/", .name = "log", .written = written };
	struct log_set set = { .file = &file, .n = 1, .has_log = true, .before = SINCE - 9000000 };
	struct sw_fault why = { 0 };
	FILE *f = tmpfile();

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0 && fflush(f) == 0);
	file.fd = fileno(f);
	reader = (struct log_reader){ .clock.now = NOW };
	log_proof_begin(&got.proof, NOW, SINCE, MINUTES);
	want_number(what, log_window_read(&w, &set, "/log", SINCE, &why), 0);
	source_states(&got);
	want_number(what, got.why->doubt, doubt);
	if (doubt != LOG_FINE)
		want_number(what, got.why->offset, offset);
	fclose(f);
}

/* A clock is of another zone when it is off by quarters of an hour, up to 14 hours. */
static void a_clock_that_is_off_by_quarters_is_of_another_zone(void **state)
{
	static const int slack[] = { -450, -300, -121, -120, -1, 0, 1, 119, 120, 121, 449 };

	(void)state;
	zone("UTC0");
	for (int quarters = -60; quarters <= 60; quarters++)
		for (size_t i = 0; i < SW_COUNT(slack); i++)
			for (int named = 0; named < 2; named++) {
				int64_t behind = quarters * 900 + slack[i];
				int64_t written = NOW - 30;
				time_t last = (time_t)(written - behind);
				bool is_ahead = last > NOW + LOG_PROOF_SLACK;
				bool is_right = !is_ahead && behind < LOG_PROOF_QUIET;
				bool is_quarters = quarters != 0 && abs(quarters) <= 56 &&
						   abs(slack[i]) <= LOG_PROOF_SLACK;
				char stamp[32];
				char text[100];
				char what[64];

				strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", gmtime(&last));
				snprintf(text, sizeof(text), "%s%s mx postfix/smtpd[1]: x\n", stamp,
					 named ? "Z" : "");
				snprintf(what, sizeof(what), "%lld s behind, %s", (long long)behind,
					 named ? "UTC" : "local");
				if (is_right)
					want_clock(what, text, written, LOG_FINE, 0);
				else if (is_quarters && !named)
					want_clock(what, text, written, LOG_ZONE, -quarters * 900);
				else
					want_clock(what, text, written, is_ahead ? LOG_AHEAD : LOG_FINE,
						   last - NOW);
			}
}

static void group_adm_is_told_where_it_helps(void **state)
{
	enum { ADM = 4 };
	static const struct {
		const char *what;
		gid_t group;
		mode_t mode;
		bool want;
	} rows[] = {
		{ "Debian's", ADM, 0640, true },	   { "for all of them", ADM, 0644, true },
		{ "its owner's alone", ADM, 0600, false }, { "another group's", ADM + 1, 0640, false },
	};
	struct sw_host h = host_new(NULL);

	(void)state;
	want_number("none", log_window_is_for_adm(&h, "/log"), false);
	host_file(&h, "/log", "");
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		if (chown(host_path(&h, "/log"), (uid_t)-1, rows[i].group) < 0)
			continue; /* only root may */
		assert_int_equal(chmod(host_path(&h, "/log"), rows[i].mode), 0);
		want_number(rows[i].what, log_window_is_for_adm(&h, "/log"), rows[i].want);
	}
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_minutes_of_what_is_missing_are_in_doubt),
		cmocka_unit_test(a_cause_that_may_pass_is_known_by_its_number),
		cmocka_unit_test(a_clock_that_is_off_by_quarters_is_of_another_zone),
		cmocka_unit_test(group_adm_is_told_where_it_helps),
	};

	return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
