/* The decision alone; what is then read of it: test_source.c. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "descriptors.h"
#include "log/choose.h"
#include "sourcetext.h"

static struct log_choice choice;
static struct log_report report;

static bool is_postfix(struct sw_raw syslog_name, void *ctx)
{
	(void)ctx;
	return raw_is(syslog_name, "postfix");
}

/* Lines of the host `name` alone are its own; NULL: all are. */
static int choose_as(const struct sw_host *h, const struct log_where *where,
		     enum log_journal journal, const char *name)
{
	static struct log_reader reader;
	struct log_where w = *where;
	struct sw_fault why = { 0 };
	struct spool spool;
	int rc;

	(void)!spool_open(h, &(struct spool_where){ .instance = NULL }, &spool, &(struct sw_fault){ 0 });
	w.spool = &spool;
	w.journal = journal;
	memset(&choice, 0, sizeof(choice));
	reader = (struct log_reader){ .clock.now = NOW, .wanted = name ? is_postfix : NULL };
	if (name)
		log_hosts_add(&reader.hosts, raw_of(name));
	rc = log_choose(h, &w, &reader, &choice, &report, &why);
	spool_close(&spool);
	return rc;
}

static void choose(const struct sw_host *h, const struct log_where *where, enum log_journal journal)
{
	assert_int_equal(choose_as(h, where, journal, NULL), 0);
}

/* "named journal" and the paths, as the choice has them; "?" behind one that a pattern found. */
static const char *chosen(void)
{
	static char text[4 * LOG_PATH];
	size_t n = (size_t)snprintf(text, sizeof(text), "%s%s%s", choice.named ? "named " : "",
				    choice.by_config ? "config " : "",
				    choice.journal ? "journal " : "");

	for (size_t i = 0; i < choice.n && n < sizeof(text); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s ", choice.place[i].path,
				      choice.place[i].matched ? "?" : "");
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
		{ "the root", NULL, { .logfile = "/" }, LOG_JOURNAL_NO, "named / ", LOG_FINE },
		{ "a letter", NULL, { .logfile = "x" }, LOG_JOURNAL_NO, "named /var/log/x ", LOG_FINE },
		{ "a path that is there is no pattern", NULL, { .logfile = "/var/log/mail.log" },
		  LOG_JOURNAL_NO, "named /var/log/mail.log ", LOG_FINE },
		{ "a pattern below a file", NULL, { .logfile = "/var/log/mail.log/*" }, LOG_JOURNAL_NO,
		  "named /var/log/mail.log/* ", LOG_FINE },
		{ "stderr", "maillog_file = /dev/stderr\n", { .logfile = NULL }, LOG_JOURNAL_AUTO,
		  "named config /dev/stderr ", LOG_STDOUT },
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
		want_number(rows[i].what, choice.why.passes, false);
		/* where one is named no other is looked at */
		want_number(rows[i].what, report.candidates, choice.named ? 0 : 1);
		want_number(rows[i].what, report.chosen, choice.named ? LOG_CANDIDATES : 0);
		host_remove(&h);
	}
}

static void nothing_is_named_where_no_postfix_is_asked_for(void **state)
{
	const struct source_row row = { .main_cf = "maillog_file = /srv/x\n",
					.file = { { "/var/log/mail.log", ALIVE } } };
	struct sw_host h = source_host(&row);
	struct log_reader *reader = calloc(1, sizeof(*reader));
	const struct log_where where = { .journal = LOG_JOURNAL_NO };
	struct sw_fault why = { 0 };

	(void)state;
	assert_non_null(reader);
	reader->clock.now = NOW;
	assert_int_equal(log_choose(&h, &where, reader, &choice, &report, &why), 0);
	want_text("no main.cf", chosen(), "/var/log/mail.log ");
	free(reader);
	host_remove(&h);
}

/* A path that does not fit, without a directory: as long as there is room, and no pattern. */
static void a_directory_without_an_end_is_cut(void **state)
{
	static char name[LOG_PATH + 10];
	struct sw_host h = host_new(NULL);

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	choose(&h, &(struct log_where){ .logfile = "a*", .logdir = name }, LOG_JOURNAL_NO);
	want_number("files", choice.n, 1);
	want_number("bytes", strlen(choice.place[0].path), LOG_PATH - 1);
	want_number("no pattern", choice.place[0].matched, false);
	host_remove(&h);
}

static void a_list_has_bounds(void **state)
{
	struct sw_host h = host_new(NULL);
	struct log_where where = { .logfile = "many/*" };
	char list[2 * LOG_NAMED + 6] = "";

	(void)state;
	for (int i = 0; i <= LOG_NAMED; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/var/log/many/l%c%d", 'a' + i % 26, i / 26);
		host_file(&h, path, ALIVE);
		choose(&h, &where, LOG_JOURNAL_NO);
		want_number("of a pattern", choice.n, i < LOG_NAMED ? i + 1 : LOG_NAMED);
		want_number("too many", choice.why.doubt, i < LOG_NAMED ? LOG_FINE : LOG_UNREADABLE);
	}
	want_text("are told", choice.why.where.s, "env.logfile");
	where.logfile = list;
	for (int i = 0; i <= LOG_NAMED; i++) {
		strcat(list, "a\t");
		choose(&h, &where, LOG_JOURNAL_NO);
		want_number("of a list", choice.n, i < LOG_NAMED ? i + 1 : LOG_NAMED);
		want_number("too many", choice.why.doubt, i < LOG_NAMED ? LOG_FINE : LOG_UNREADABLE);
	}
	want_in("are told", choice.why.cause.text.s, "more than 64 files");
	host_remove(&h);
}

static void a_pattern_finds_logs_and_not_what_they_were_rotated_to(void **state)
{
	static const struct {
		const char *what;
		const char *files; /* below /srv */
		const char *logfile;
		const char *want;
	} rows[] = {
		{ "a number behind the name", "mail.log mail.log.1", "/srv/mail*",
		  "named /srv/mail.log? " },
		{ "a number within it", "mail.log mail.2.log", "/srv/mail*", "named /srv/mail.log? " },
		{ "another ending", "mail.log mail.log.save", "/srv/mail*",
		  "named /srv/mail.log? /srv/mail.log.save? " },
		{ "of a log that is not there", "mail.log.1", "/srv/mail*", "named /srv/mail.log.1? " },
		{ "all but one", "m m.1 m.2 m.3 m.4", "/srv/m*", "named /srv/m? " },
		{ "two patterns in their order", "a1 a2 b1 b2", "/srv/b* /srv/a*",
		  "named /srv/b1? /srv/b2? /srv/a1? /srv/a2? " },
		{ "one file in two patterns", "a a.1", "/srv/a /srv/a.*", "named /srv/a /srv/a.1? " },
		{ "hidden files", ".a a", "/srv/*", "named /srv/a? " },
		{ "one letter", "a b", "/srv/?", "named /srv/a? /srv/b? " },
		{ "some letters", "a b c", "/srv/[ac]", "named /srv/a? /srv/c? " },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_raw rest = raw_of(rows[i].files);
		struct sw_raw name;

		while (raw_word(&rest, " ", &name)) {
			char path[64];

			snprintf(path, sizeof(path), "/srv/%.*s", (int)name.n, name.p);
			host_file(&h, path, ALIVE);
		}
		choose(&h, &(struct log_where){ .logfile = rows[i].logfile }, LOG_JOURNAL_NO);
		want_text(rows[i].what, chosen(), rows[i].want);
		want_number(rows[i].what, choice.why.doubt, LOG_FINE);
		host_remove(&h);
	}
}

static int choose_pattern(void *ctx)
{
	return choose_as(ctx, &(struct log_where){ .logfile = "/srv/*" }, LOG_JOURNAL_NO, NULL) == 0 &&
			       choice.why.doubt == LOG_DENIED && choice.why.passes &&
			       choice.why.cause.code == EACCES && strcmp(choice.why.where.s, "/srv") == 0
		       ? 0
		       : -EINVAL;
}

static int choose_config(void *ctx)
{
	return choose_as(ctx, &(struct log_where){ .logfile = NULL }, LOG_JOURNAL_NO, NULL) == 0 &&
			       choice.why.doubt == LOG_NO_CONFIG && choice.why.passes && choice.named
		       ? 0
		       : -EINVAL;
}

static void what_may_not_be_looked_at_is_said(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	host_file(&h, "/srv/a", ALIVE);
	host_file(&h, "/etc/postfix/main.cf", "maillog_file = /srv/a\n");
	assert_int_equal(chmod(h.root_path, 0755), 0);
	assert_int_equal(chmod(host_path(&h, "/srv"), 0), 0);
	want_number("a directory", as_nobody(choose_pattern, &h), 0);
	assert_int_equal(chmod(host_path(&h, "/srv"), 0700), 0);
	assert_int_equal(chmod(host_path(&h, "/etc/postfix/main.cf"), 0), 0);
	want_number("main.cf", as_nobody(choose_config, &h), 0);
	assert_int_equal(symlink("loop", host_path(&h, "/srv/loop")), 0);
	choose(&h, &(struct log_where){ .logfile = "/srv/loop/*" }, LOG_JOURNAL_NO);
	want_number("what leads nowhere", choice.why.doubt, LOG_UNREADABLE);
	want_number("and always will", choice.why.passes, false);
	want_number("its cause", choice.why.cause.code, ELOOP);
	want_text("its place", choice.why.where.s, "/srv/loop");
	host_remove(&h);
}

/* Whatever the order of the directory; what a file was rotated to comes with it. */
static void files_of_a_pattern_stand_by_name(void **state)
{
	static const char *const names[] = { "c.log", "a.log", "b.log.1", "d.log", "b.log",
					     "a.txt", "x",     "zz" };

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
			  "named /srv/a.log? /srv/b.log? /srv/c.log? /srv/d.log? /var/log/x ");
		host_remove(&h);
	}
}

/* What was looked at: its name, the error, how many seconds ago Postfix was heard. */
static const char *looked_at(void)
{
	static char text[2048];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < report.candidates && n < sizeof(text); i++) {
		const struct log_candidate *c = &report.candidate[i];

		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s%s", n ? ", " : "", c->where.s,
				      i == report.chosen ? "!" : "");
		if (c->error)
			n += (size_t)snprintf(text + n, sizeof(text) - n, " (%s)", strerror(c->error));
		if (c->heard)
			n += (size_t)snprintf(text + n, sizeof(text) - n, " %d", (int)(NOW - c->heard));
	}
	return text;
}

#define SSHD LINE("10:59:30", "sshd", "x")

static void the_place_where_postfix_was_heard_last_is_read(void **state)
{
	static const struct {
		const char *what;
		struct source_file file[4];
		enum log_journal journal;
		const char *want; /* a ! behind what is read */
	} rows[] = {
		{ "one", { { "/var/log/maillog", AT("10:59:00", "a") } }, LOG_JOURNAL_AUTO,
		  "/var/log/maillog! 60" },
		{ "the younger",
		  { { "/var/log/mail.log", AT("10:59:00", "a") },
		    { "/var/log/syslog", AT("10:59:30", "a") },
		    { "/var/log/messages", AT("10:58:00", "a") } },
		  LOG_JOURNAL_AUTO,
		  "/var/log/mail.log 60, /var/log/syslog! 30, /var/log/messages 120" },
		{ "of two that are the same the first",
		  { { "/var/log/mail.log", AT("10:59:00", "a") },
		    { "/var/log/syslog", AT("10:59:00", "a") } },
		  LOG_JOURNAL_AUTO, "/var/log/mail.log! 60, /var/log/syslog 60" },
		{ "the last of the places",
		  { { "/var/log/mail.log", SSHD }, { "/var/log/zimbra.log", AT("10:59:00", "a") } },
		  LOG_JOURNAL_AUTO, "/var/log/mail.log, /var/log/zimbra.log! 60" },
		{ "what is no file",
		  { { "/var/log/mail", NULL }, { "/var/log/syslog", AT("10:59:00", "a") } },
		  LOG_JOURNAL_AUTO, "/var/log/mail (Invalid argument), /var/log/syslog! 60" },
		{ "heard ten minutes ago: nowhere else",
		  { { "/var/log/mail.log", AT("10:50:00", "a") },
		    { "/var/log/maillog", SSHD },
		    { "/var/log/maillog.1", AT("10:59:00", "a"), 60 } },
		  LOG_JOURNAL_AUTO, "/var/log/mail.log! 600, /var/log/maillog" },
		{ "a second more: in the journal and further back",
		  { { "/var/log/mail.log", AT("10:49:59", "a") },
		    { "/var/log/maillog", SSHD },
		    { "/var/log/maillog.1", AT("10:59:00", "a"), 60 } },
		  LOG_JOURNAL_AUTO,
		  "/var/log/mail.log 601, /var/log/maillog! 60, the journal" },
		{ "and not in the journal",
		  { { "/var/log/mail.log", AT("10:49:59", "a") },
		    { "/var/log/maillog", SSHD },
		    { "/var/log/maillog.1", AT("10:59:00", "a"), 60 } },
		  LOG_JOURNAL_NO, "/var/log/mail.log 601, /var/log/maillog! 60" },
		{ "what rotation left alone",
		  { { "/var/log/mail.log.1", AT("10:59:00", "a"), 60 }, { "/var/log/syslog", SSHD } },
		  LOG_JOURNAL_NO, "/var/log/syslog, /var/log/mail.log! 60" },
		{ "what was rotated is older",
		  { { "/var/log/mail.log", AT("10:40:00", "a") },
		    { "/var/log/mail.log.1", AT("10:39:00", "a"), 1260 } },
		  LOG_JOURNAL_NO, "/var/log/mail.log! 1200" },
		{ "nothing", { { 0 } }, LOG_JOURNAL_AUTO, "the journal" },
		{ "nothing at all", { { 0 } }, LOG_JOURNAL_NO, "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		int before = descriptors_open();

		host_file(&h, "/var/log/lastlog", "");
		for (size_t k = 0; k < 4 && rows[i].file[k].path; k++)
			source_put(&h, &rows[i].file[k]);
		choose(&h, &(struct log_where){ .logfile = NULL }, rows[i].journal);
		want_text(rows[i].what, looked_at(), rows[i].want);
		want_number(rows[i].what, choice.n, report.chosen < report.candidates);
		if (choice.n)
			want_text(rows[i].what, choice.place[0].path,
				  report.candidate[report.chosen].where.s);
		want_number("open files", descriptors_open(), before);
		host_remove(&h);
	}
}

static void what_is_no_regular_file_is_not_waited_for(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	host_file(&h, "/var/log/syslog", AT("10:59:00", "a"));
	assert_int_equal(mkfifo(host_path(&h, "/var/log/mail"), 0600), 0);
	assert_int_equal(symlink("maillog", host_path(&h, "/var/log/maillog")), 0);
	choose(&h, &(struct log_where){ .logfile = NULL }, LOG_JOURNAL_NO);
	want_text("a pipe and a loop", looked_at(),
		  "/var/log/maillog (Too many levels of symbolic links), "
		  "/var/log/mail (Invalid argument), /var/log/syslog! 60");
	host_remove(&h);
}

/* Lines of another host, or of an instance that is not asked for: their name is told. */
static void whose_lines_there_are_instead_is_said(void **state)
{
	static const struct {
		const char *what;
		const char *text;
		enum log_doubt doubt;
		const char *quote;
		int lines, understood;
	} rows[] = {
		{ "another host", "2026-11-23T10:59:00Z b postfix/smtpd[1]: x\n", LOG_FOREIGN, "b", 1, 1 },
		{ "another instance", "2026-11-23T10:59:00Z a q/smtpd[1]: x\n", LOG_UNNAMED, "q", 1, 1 },
		{ "another host before another instance",
		  "2026-11-23T10:59:00Z a q/smtpd[1]: x\n"
		  "2026-11-23T10:59:00Z b postfix/smtpd[1]: x\n",
		  LOG_FOREIGN, "b", 2, 2 },
		{ "another program", "2026-11-23T10:59:00Z a sshd[1]: x\nx\ny\nz\n\n"
				     "2026-11-23T10:59:00Z a sshd[1]: x\n"
				     "2026-11-23T10:59:00Z a sshd[1]: x\n",
		  LOG_OTHERS, "", 6, 3 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);

		host_file(&h, "/var/log/mail.log", rows[i].text);
		/* what speaks for a file that is denied alone */
		assert_int_equal(chmod(host_path(&h, "/var/log/mail.log"), 0640), 0);
		if (geteuid() == 0)
			assert_int_equal(chown(host_path(&h, "/var/log/mail.log"), 0, 4), 0);
		assert_int_equal(choose_as(&h, &(struct log_where){ .logfile = NULL }, LOG_JOURNAL_NO,
					   "a"),
				 0);
		want_number(rows[i].what, choice.why.doubt, rows[i].doubt);
		want_text(rows[i].what, choice.why.quote.s, rows[i].quote);
		want_text(rows[i].what, choice.why.where.s, "/var/log/mail.log");
		want_number(rows[i].what, choice.why.lines, rows[i].lines);
		want_number(rows[i].what, choice.why.understood, rows[i].understood);
		want_number(rows[i].what, choice.why.for_adm, false);
		host_remove(&h);
	}
}

struct denied {
	const struct sw_host *h;
	bool for_adm;
};

static int choose_denied(void *ctx)
{
	const struct denied *d = ctx;

	return choose_as(d->h, &(struct log_where){ .logfile = NULL }, LOG_JOURNAL_NO, NULL) == 0 &&
			       choice.why.doubt == LOG_DENIED && choice.why.passes &&
			       choice.why.for_adm == d->for_adm &&
			       strcmp(choice.why.where.s, "/var/log/maillog") == 0 &&
			       strcmp(choice.why.quote.s, "/var/log/mail.log, /var/log/mail") == 0
		       ? 0
		       : -EINVAL;
}

static void a_place_that_is_denied_tells_most(void **state)
{
	static const struct {
		const char *what;
		mode_t mode;
		gid_t group;
		bool for_adm;
	} rows[] = {
		{ "its owner's", 0600, 4, false },
		{ "group adm's", 0640, 4, true },
		{ "another group's", 0640, 3, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct denied d = { &h, rows[i].for_adm };

		host_file(&h, "/var/log/mail.log", "x\npostfix/smtpd[1]: x\n");
		host_file(&h, "/var/log/maillog", ALIVE);
		assert_int_equal(symlink("mail", host_path(&h, "/var/log/mail")), 0);
		assert_int_equal(chmod(h.root_path, 0755), 0);
		assert_int_equal(chmod(host_path(&h, "/var/log/maillog"), rows[i].mode), 0);
		if (geteuid() != 0) /* nobody else could be who is denied */
			assert_int_equal(chmod(host_path(&h, "/var/log/maillog"), 0), 0);
		else
			assert_int_equal(chown(host_path(&h, "/var/log/maillog"), 0, rows[i].group), 0);
		if (geteuid() == 0 || !rows[i].for_adm)
			want_number(rows[i].what, as_nobody(choose_denied, &d), 0);
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
		{ "an empty file alone", { { "/var/log/mail.log", "" } }, LOG_OTHERS, "/var/log/mail.log", "" },
		{ "the last of the places", { { "/var/log/zimbra.log", "" } }, LOG_OTHERS,
		  "/var/log/zimbra.log", "" },
		{ "of two that tell the same the first",
		  { { "/var/log/mail.log", "" }, { "/var/log/zimbra.log", "" } }, LOG_OTHERS,
		  "/var/log/mail.log", "/var/log/zimbra.log" },
		{ "a directory alone", { { "/var/log/mail", NULL } }, LOG_UNREADABLE, "/var/log/mail", "" },
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
		cmocka_unit_test(nothing_is_named_where_no_postfix_is_asked_for),
		cmocka_unit_test(a_directory_without_an_end_is_cut),
		cmocka_unit_test(a_list_has_bounds),
		cmocka_unit_test(a_pattern_finds_logs_and_not_what_they_were_rotated_to),
		cmocka_unit_test(what_may_not_be_looked_at_is_said),
		cmocka_unit_test(the_place_where_postfix_was_heard_last_is_read),
		cmocka_unit_test(what_is_no_regular_file_is_not_waited_for),
		cmocka_unit_test(whose_lines_there_are_instead_is_said),
		cmocka_unit_test(a_place_that_is_denied_tells_most),
		cmocka_unit_test(files_of_a_pattern_stand_by_name),
		cmocka_unit_test(the_most_telling_place_is_named),
	};

	return cmocka_run_group_tests_name("choose", tests, NULL, NULL);
}
