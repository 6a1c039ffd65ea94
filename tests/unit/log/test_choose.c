/* The decision alone; what is then read of it: test_source.c. */
#include <stdlib.h>

#include "log/choose.h"
#include "sourcetext.h"

static struct log_choice choice;
static struct log_report report;

static void choose(const struct sw_host *h, const struct log_where *where, enum log_journal journal)
{
	static struct log_reader reader;
	struct log_where w = *where;
	struct sw_fault why = { 0 };
	struct spool spool;

	(void)!spool_open(h, &(struct spool_where){ .instance = NULL }, &spool, &(struct sw_fault){ 0 });
	w.spool = &spool;
	w.journal = journal;
	reader = (struct log_reader){ .clock.now = NOW };
	assert_int_equal(log_choose(h, &w, &reader, &choice, &report, &why), 0);
	spool_close(&spool);
}

/* "named journal" and the paths, as the choice has them. */
static const char *chosen(void)
{
	static char text[4 * LOG_PATH];
	size_t n = (size_t)snprintf(text, sizeof(text), "%s%s%s", choice.named ? "named " : "",
				    choice.by_config ? "config " : "",
				    choice.journal ? "journal " : "");

	for (size_t i = 0; i < choice.n && n < sizeof(text); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s ", choice.place[i].path);
	return text;
}

static void what_is_named_goes_before_what_is_found(void **state)
{
	static const struct {
		const char *what;
		const char *main_cf;
		struct log_where where;
		enum log_journal journal;
		const char *want;
		enum log_doubt doubt;
	} rows[] = {
		{ "nothing is", NULL, { .logfile = NULL }, LOG_JOURNAL_NO, "/var/log/mail.log ", LOG_FINE },
		{ "journal=yes", "maillog_file = /srv/x\n", { .logfile = "/srv/y" }, LOG_JOURNAL_YES,
		  "named journal ", LOG_FINE },
		{ "maillog_file", "maillog_file = /srv/x\n", { .logfile = NULL }, LOG_JOURNAL_AUTO,
		  "named config /srv/x ", LOG_FINE },
		{ "maillog_file without a file", "maillog_file = /dev/stdout\n", { .logfile = NULL },
		  LOG_JOURNAL_AUTO, "named config /dev/stdout ", LOG_STDOUT },
		{ "main.cf that can't be understood", "maillog_file = ${\n", { .logfile = NULL },
		  LOG_JOURNAL_AUTO, "named ", LOG_NO_CONFIG },
		{ "logfile before maillog_file", "maillog_file = /srv/x\n", { .logfile = "/srv/y" },
		  LOG_JOURNAL_AUTO, "named /srv/y ", LOG_FINE },
		{ "a list", NULL, { .logfile = " a\tb/c  /d " }, LOG_JOURNAL_NO,
		  "named /var/log/a /var/log/b/c /d ", LOG_FINE },
		{ "below logdir", NULL, { .logfile = "a /b", .logdir = "/logs" }, LOG_JOURNAL_NO,
		  "named /logs/a /b ", LOG_FINE },
		{ "a pattern with nothing", NULL, { .logfile = "none*" }, LOG_JOURNAL_NO,
		  "named /var/log/none* ", LOG_FINE },
		{ "a pattern in a directory is none", NULL, { .logfile = "*/mail.log" }, LOG_JOURNAL_NO,
		  "named /var/log/*/mail.log ", LOG_FINE },
		{ "a list of nothing names none", NULL, { .logfile = " " }, LOG_JOURNAL_NO, "/var/log/mail.log ", LOG_FINE },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const struct source_row row = { .main_cf = rows[i].main_cf,
						.file = { { "/var/log/mail.log", ALIVE } } };
		struct sw_host h = source_host(&row);

		choose(&h, &rows[i].where, rows[i].journal);
		want_text(rows[i].what, chosen(), rows[i].want);
		want_number(rows[i].what, choice.why.doubt, rows[i].doubt);
		host_remove(&h);
	}
}

static void a_list_has_bounds(void **state)
{
	struct sw_host h = host_new(NULL);
	struct log_where where = { .logfile = "many/*" };
	char list[400] = "";

	(void)state;
	for (int i = 0; i < 3 * LOG_NAMED; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/var/log/many/l%c%d", 'a' + i % 26, i / 26);
		host_file(&h, path, ALIVE);
		snprintf(list + strlen(list), sizeof(list) - strlen(list), "%d ", i);
	}
	choose(&h, &where, LOG_JOURNAL_NO);
	want_number("of a pattern", choice.n, LOG_NAMED);
	where.logfile = list;
	choose(&h, &where, LOG_JOURNAL_NO);
	want_number("of a list", choice.n, LOG_NAMED);
	host_remove(&h);
}

/* Whatever the order of the directory; what a file was rotated to comes with it. */
static void files_of_a_pattern_stand_by_name(void **state)
{
	static const char *const names[] = { "c.log", "a.log", "b.log.1", "d.log", "b.log" };

	(void)state;
	for (size_t first = 0; first < SW_COUNT(names); first++) {
		struct sw_host h = host_new(NULL);

		for (size_t i = 0; i < SW_COUNT(names); i++) {
			char path[64];

			snprintf(path, sizeof(path), "/srv/%s",
				 names[(first + i) % SW_COUNT(names)]);
			host_file(&h, path, ALIVE);
		}
		choose(&h, &(struct log_where){ .logfile = "/srv/*.log* x" }, LOG_JOURNAL_NO);
		want_text("by name", chosen(),
			  "named /srv/a.log /srv/b.log /srv/c.log /srv/d.log /var/log/x ");
		host_remove(&h);
	}
}

/* Nobody heard Postfix: the most telling place is named, the others beside it. */
static void the_most_telling_place_is_named(void **state)
{
	static const struct {
		const char *what;
		struct source_file file[4];
		enum log_doubt doubt;
		const char *where;
		const char *quote;
	} rows[] = {
		{ "nothing", { { 0 } }, LOG_NOWHERE, "",
		  "/var/log/mail.log, /var/log/maillog, /var/log/mail, /var/log/syslog, "
		  "/var/log/messages, /var/log/zimbra.log" },
		{ "an empty file and a full one",
		  { { "/var/log/mail.log", "" }, { "/var/log/syslog", LINE("10:59:00", "sshd", "x") } },
		  LOG_OTHERS, "/var/log/syslog", "/var/log/mail.log" },
		{ "a directory says least",
		  { { "/var/log/mail", NULL }, { "/var/log/syslog", "" } },
		  LOG_OTHERS, "/var/log/syslog", "/var/log/mail" },
		{ "most have none",
		  { { "/var/log/syslog", "x\ny\nz\n" LINE("10:59:00", "sshd", "x") } },
		  LOG_STAMPS, "/var/log/syslog", "x" },
		{ "half of them have one, and nothing tells of Postfix",
		  { { "/var/log/syslog",
		      "x\ny\n" LINE("10:59:00", "sshd", "x") LINE("10:59:01", "sshd", "x") } },
		  LOG_OTHERS, "/var/log/syslog", "" },
		{ "half of the lines have a stamp",
		  { { "/var/log/syslog",
		      "postfix/smtpd[1]: x\ny\n" LINE("10:59:00", "sshd", "x") LINE("10:59:01", "sshd", "x") } },
		  LOG_STAMPS, "/var/log/syslog", "postfix/smtpd[1]: x" },
		{ "most of them",
		  { { "/var/log/syslog",
		      "postfix/smtpd[1]: x\n" LINE("10:59:00", "sshd", "x") LINE("10:59:01", "sshd", "x") } },
		  LOG_HEADERS, "/var/log/syslog", "postfix/smtpd[1]: x" },
		{ "lines that nobody understands",
		  { { "/var/log/mail.log", LINE("10:59:00", "sshd", "x") },
		    { "/var/log/syslog", "23.11.2026 postfix/smtpd[1]: x\n" } },
		  LOG_STAMPS, "/var/log/syslog", "23.11.2026 postfix/smtpd[1]: x" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);

		host_file(&h, "/var/log/lastlog", "");
		for (size_t k = 0; k < 4 && rows[i].file[k].path; k++)
			source_put(&h, &rows[i].file[k]);
		choose(&h, &(struct log_where){ .logfile = NULL }, LOG_JOURNAL_NO);
		want_number(rows[i].what, choice.why.doubt, rows[i].doubt);
		want_text(rows[i].what, choice.why.where.s, rows[i].where);
		want_text(rows[i].what, choice.why.quote.s, rows[i].quote);
		want_number(rows[i].what, choice.n, 0);
		want_number(rows[i].what, report.chosen >= report.candidates, true);
		host_remove(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_named_goes_before_what_is_found),
		cmocka_unit_test(a_list_has_bounds),
		cmocka_unit_test(files_of_a_pattern_stand_by_name),
		cmocka_unit_test(the_most_telling_place_is_named),
	};

	return cmocka_run_group_tests_name("choose", tests, NULL, NULL);
}
