/* What the journal is asked, and what becomes of its entries: journal_read() is this test's own. */
#include <errno.h>
#include <unistd.h>

#include "log/journal.h"
#include "log/tag.h"
#include "os/journal.h"
#include "test.h"

enum { NOW = 1795431600, BEGINS = 1795000000 };

static const struct journal_entry *entries; /* that the journal has; one without a time is the end */
static struct journal_query asked;	    /* of the last call */
static int failing;			    /* with this errno, having given all; 0: it is not */

int __wrap_journal_read(const struct sw_host *h, struct journal_query *query, struct sw_fault *why);
int __wrap_journal_read(const struct sw_host *h, struct journal_query *query, struct sw_fault *why)
{
	int rc = 0;

	(void)h;
	query->begins = BEGINS;
	asked = *query;
	for (size_t i = 0; rc == 0 && entries[i].time; i++)
		rc = query->fn(&entries[i], query->ctx);
	return rc == 0 && failing ? sw_fault(why, failing, "the journal is shut") : rc;
}

static char heard[2048];

/* "AGE ROLE PROGRAM TEXT xREPEATED pPID|", with a + before those of others */
static int hear(const struct log_message *m, void *ctx)
{
	size_t n = strlen(heard);

	snprintf(heard + n, sizeof(heard) - n, "%s%lld %u %.*s %.*s x%u p%llu|", m->is_other ? "+" : "",
		 (long long)(NOW - m->time), m->role, (int)m->program.n, m->program.n ? m->program.p : "",
		 (int)m->text.n, m->text.n ? m->text.p : "", m->repeated,
		 (unsigned long long)m->pid);
	return raw_is(m->text, "stop") ? *(int *)ctx : 0;
}

static unsigned role(struct sw_raw program)
{
	return raw_is(program, "anvil") ? 0 : raw_is(program, "qmgr") ? 3 : 2;
}

static unsigned dovecot(struct sw_raw tag)
{
	return raw_is(tag, "dovecot") ? 7 : 0;
}

static char postfix[] = "postfix";

static bool is_postfix(struct sw_raw syslog_name, void *ctx)
{
	return raw_is(syslog_name, ctx);
}

#define ENTRY(age, name, words)                                                                    \
	{                                                                                          \
		.time = NOW - (age), .identifier = { name, sizeof(name) - 1 },                     \
		.text = { words, sizeof(words) - 1 }, .pid = 10 + (age)                            \
	}
#define OTHER(age, name, words)                                                                    \
	{                                                                                          \
		.time = NOW - (age), .identifier = { name, sizeof(name) - 1 },                     \
		.text = { words, sizeof(words) - 1 }, .pid = 10 + (age), .other = true             \
	}
#define CONTAINED(age, words)                                                                      \
	{                                                                                          \
		.time = NOW - (age), .identifier = { "5f1c", 4 },                                  \
		.text = { words, sizeof(words) - 1 }, .pid = 10 + (age), .contained = true         \
	}

static const struct {
	const char *what;
	struct journal_entry entry[5];
	struct log_where where;
	const char *heard;
	int64_t last;	  /* seconds before NOW; -1: it is not heard */
	const char *name; /* of an instance that was not asked for */
} rows[] = {
	{ "nothing", { { 0 } }, { 0 }, "", -1, "" },
	{ "of any role, without a role",
	  { ENTRY(3, "postfix/smtpd", "a"), ENTRY(2, "postfix/submission/smtpd", "b") },
	  { 0 },
	  "3 1 smtpd a x0 p13|2 1 smtpd b x0 p12|",
	  3,
	  "" },
	{ "what nobody asks for is given all the same",
	  { ENTRY(3, "postfix/anvil", "a"), ENTRY(2, "postfix/qmgr", "b") },
	  { .role = role },
	  "3 0 anvil a x0 p13|2 3 qmgr b x0 p12|",
	  3,
	  "" },
	{ "no name of Postfix", { ENTRY(3, "smtpd", "a"), ENTRY(2, "", "b") }, { 0 }, "", -1, "" },
	{ "nor is one that comes behind it",
	  { ENTRY(4, "postfix/smtpd", "a"), ENTRY(3, "smtpd", "b"), CONTAINED(2, "no header") },
	  { 0 },
	  "4 1 smtpd a x0 p14|",
	  4,
	  "" },
	{ "a name of nothing", { ENTRY(3, "/smtpd", "a") }, { 0 }, "3 1 smtpd a x0 p13|", 3, "" },
	{ "another instance, of two the first",
	  { ENTRY(4, "postfix-out/smtp", "a"), ENTRY(3, "postfix-in/smtp", "b"),
	    ENTRY(2, "postfix/smtp", "c") },
	  { .wanted = is_postfix, .wanted_ctx = postfix },
	  "2 1 smtp c x0 p12|",
	  2,
	  "postfix-out" },
	{ "journald itself, whoever asks",
	  { OTHER(3, "systemd-journald", "Suppressed 9 messages from postfix.service") },
	  { 0 },
	  "+3 0 systemd-journald Suppressed 9 messages from postfix.service x0 p13|",
	  -1,
	  "" },
	{ "others, and nobody asks", { OTHER(3, "dovecot", "a") }, { 0 }, "", -1, "" },
	{ "others",
	  { OTHER(5, "dovecot", "a"), OTHER(4, "saslauthd", "b"), ENTRY(3, "postfix/smtp", "c"),
	    OTHER(2, "dovecot", "d") },
	  { .others = dovecot, .wanted = is_postfix, .wanted_ctx = postfix },
	  "+5 7  a x0 p15|3 1 smtp c x0 p13|+2 7  d x0 p12|",
	  3,
	  "" },
	{ "a container's have a header of their own, and the journal's time",
	  { CONTAINED(5, "Nov 23 09:00:00 mx postfix/smtpd[77]: a"),
	    CONTAINED(4, "Nov 23 09:00:00 mx dovecot: b"), CONTAINED(3, "no header"),
	    CONTAINED(2, "Nov 23 09:00:00 mx postfix/qmgr[7]: message repeated 2 times: [ c]") },
	  { .role = role, .others = dovecot },
	  "5 2 smtpd a x0 p0|+4 7  b x0 p0|2 3 qmgr c x2 p0|",
	  5,
	  "" },
	{ "a container's of another instance",
	  { CONTAINED(5, "Nov 23 09:00:00 mx postfix/a/smtpd[77]: a") },
	  { .wanted = is_postfix, .wanted_ctx = postfix },
	  "",
	  -1,
	  "postfix/a" },
};

static const struct sw_host host = { .now = NOW };

static void entries_are_messages_of_those_who_are_asked_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		int64_t begins = 0;
		int stop = 0;

		entries = rows[i].entry;
		heard[0] = '\0';
		want_number(rows[i].what,
			    log_journal_read(&host, &rows[i].where, NOW - 900, hear, &stop, &begins,
					     &why),
			    0);
		want_text(rows[i].what, heard, rows[i].heard);
		want_number(rows[i].what, begins, BEGINS);
		want_number(rows[i].what, asked.since, NOW - 900);
		want_number(rows[i].what, asked.backwards, false);
		want_text(rows[i].what, asked.others[0], "systemd-journald");
		want_number(rows[i].what, asked.others[1] != NULL, rows[i].where.others != NULL);
		want_number(rows[i].what, asked.owner, -1);
	}
}

static void the_last_one_is_the_first_that_is_given_backwards(void **state)
{
	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_label name = sw_label_from(raw_of("?"));
		struct sw_fault why = { 0 };
		int64_t last = NOW + 1;

		entries = rows[i].entry;
		want_number(rows[i].what,
			    log_journal_last(&host, &rows[i].where, &last, &name, &why), 0);
		want_number(rows[i].what, NOW - last, rows[i].last);
		want_text(rows[i].what, name.s, rows[i].name);
		want_number(rows[i].what, asked.backwards, true);
		want_number(rows[i].what, asked.others == NULL, true);
		want_number(rows[i].what, asked.owner, -1);
	}
}

static void who_is_given_one_can_end_it_and_a_fault_is_told(void **state)
{
	static const struct journal_entry some[] = { ENTRY(3, "postfix/smtp", "stop"),
						     ENTRY(2, "postfix/smtp", "b"), { 0 } };
	const struct log_where where = { .logfile = NULL };
	struct sw_fault why = { 0 };
	struct sw_label name;
	int64_t time;
	int stop = 42;

	(void)state;
	entries = some;
	heard[0] = '\0';
	want_number("ended", log_journal_read(&host, &where, 0, hear, &stop, &time, &why), 42);
	want_text("of two", heard, "3 1 smtp stop x0 p13|");
	failing = ENOENT;
	entries = some + 2;
	want_number("read", log_journal_read(&host, &where, 0, hear, &stop, &time, &why), -ENOENT);
	want_number("it begins all the same", time, BEGINS);
	want_number("last", log_journal_last(&host, &where, &time, &name, &why), -ENOENT);
	want_text("why", why.text.s, "the journal is shut");
	failing = 0;
}

static size_t count(const char *const *names)
{
	size_t n = 0;

	while (names[n])
		n++;
	return n;
}

static void it_is_asked_for_programs_of_postfix_and_of_its_user(void **state)
{
	static const char *const first[] = { "smtpd", "qmgr", "pickup", "cleanup" };
	const struct log_where nobody = { .others = dovecot };
	struct spool_where here = { .instance = NULL };
	struct sw_host h = host_new(NULL);
	struct log_where where = nobody;
	struct sw_fault why = { 0 };
	struct spool spool;
	int64_t time;

	(void)state;
	entries = rows[0].entry;
	host_file(&h, "/etc/postfix/main.cf", "");
	host_file(&h, "/var/spool/postfix/active/A", "");
	want_number("spool", spool_open(&h, &here, &spool, &why), 0);
	where.spool = &spool;
	want_number("read", log_journal_read(&h, &where, 0, hear, NULL, &time, &why), 0);
	want_number("the queue's owner", asked.owner, geteuid());
	want_number("programs", count(asked.programs), 28);
	for (size_t i = 0; asked.programs[i]; i++) {
		want_number(asked.programs[i], log_tag_is_program(raw_of(asked.programs[i])), true);
		for (size_t k = 0; k < i; k++)
			want_number(asked.programs[i],
				    strcmp(asked.programs[i], asked.programs[k]) != 0, true);
		if (i < SW_COUNT(first))
			want_text("the first ones are counted", asked.programs[i], first[i]);
	}
	want_number("others", count(asked.others), 3);
	want_text("others", asked.others[1], "dovecot");
	want_text("others", asked.others[2], "saslauthd");
	spool_close(&spool);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_messages_of_those_who_are_asked_for),
		cmocka_unit_test(the_last_one_is_the_first_that_is_given_backwards),
		cmocka_unit_test(who_is_given_one_can_end_it_and_a_fault_is_told),
		cmocka_unit_test(it_is_asked_for_programs_of_postfix_and_of_its_user),
	};

	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
