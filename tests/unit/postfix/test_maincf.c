#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "postfix/maincf.h"
#include "test.h"

static void the_text_is_what_postfix_would_take(void **state)
{
	static const struct {
		const char *what;
		const char *text;
		const char *want; /* NULL: not set */
	} rows[] = {
		{ "plain", "queue_directory = /q\n", "/q" },
		{ "no newline at the end", "queue_directory = /q", "/q" },
		{ "no blanks", "queue_directory=/q\n", "/q" },
		{ "many blanks", "queue_directory \t=  /q \t\n", "/q" },
		{ "DOS line ends", "queue_directory = /q\r\n", "/q" },
		{ "empty", "queue_directory =\n", "" },
		{ "empty at the end", "queue_directory=", "" },
		{ "with '='", "queue_directory = a=b\n", "a=b" },
		{ "with '#', no comment", "queue_directory = /q # x\n", "/q # x" },
		{ "the last wins", "queue_directory = /a\nother = x\nqueue_directory = /b\n",
		  "/b" },
		{ "the last of three", "queue_directory=1\nqueue_directory=2\nqueue_directory=3",
		  "3" },
		{ "the last is empty", "queue_directory = /a\nqueue_directory =\n", "" },
		{ "continued", "queue_directory = /a\n /b\n\t/c\nother = x\n", "/a /b /c" },
		{ "continued from nothing", "queue_directory =\n  /q\n", "/q" },
		{ "a comment between", "queue_directory = /a\n# x\n  # y\n\n  \n /b\n", "/a /b" },
		{ "continued, no newline at the end", "queue_directory = /a\n /b", "/a /b" },
		{ "continued, DOS line ends", "queue_directory = /a\r\n\r\n /b\r\n", "/a /b" },
		{ "another's continuation", "other = x\n queue_directory = /q\n", NULL },
		{ "a comment", "#queue_directory = /q\n", NULL },
		{ "a longer name", "my_queue_directory = /q\nqueue_directory2 = /q\n", NULL },
		{ "a shorter name", "queue = /q\n", NULL },
		{ "no '='", "queue_directory\n", NULL },
		{ "no '=', then continued", "queue_directory\n = /q\n", "/q" },
		{ "no '=', a comment, then continued", "queue_directory\n# = /p\n = /q\n", "/q" },
		{ "two words before '='", "my queue_directory = /q\nqueue_directory x = /q\n",
		  NULL },
		{ "no name", "= queue_directory = /q\n", NULL },
		{ "a continuation at the top", " queue_directory = /q\n", NULL },
		{ "the same, with its own", " x\n queue_directory = /q\n\tqueue_directory = /q",
		  NULL },
		{ "case counts", "Queue_Directory = /q\n", NULL },
		{ "nothing", "", NULL },
		{ "blanks alone", " \n\n\t", NULL },
		{ "not expanded", "queue_directory = $x/q\n", "$x/q" },
		{ "overridden, continued before",
		  "queue_directory = /a\n /b\nqueue_directory = /c\n", "/c" },
		{ "a line without '=' ends a value", "queue_directory = /a\nnonsense\n /b\n",
		  "/a" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct maincf *m = maincf_parse("/etc/postfix", raw_of(rows[i].text));
		const char *got;

		assert_non_null(m);
		got = maincf_text(m, "queue_directory");
		want_number(rows[i].what, got != NULL, rows[i].want != NULL);
		if (rows[i].want)
			want_text(rows[i].what, got, rows[i].want);
		maincf_close(m);
	}
}

/* Postfix reads lines with NULs whole and looks at them as C strings. */
static void a_nul_ends_what_is_seen_of_a_line(void **state)
{
	static const char text[] =
		"\0\n\0=\n=x\n\377 = y\na\0b = z\nc = 1\0 2\n 3\nd = \0q\ne = x\n";
	struct maincf *m = maincf_parse("/etc/postfix", raw_from(text, sizeof(text) - 1));

	(void)state;
	assert_non_null(m);
	want_text("before it", maincf_text(m, "c"), "1");
	want_text("at the start", maincf_text(m, "d"), "");
	want_text("the next line", maincf_text(m, "e"), "x");
	want_text("any name", maincf_text(m, "\377"), "y");
	want_number("none of a name", maincf_text(m, "a") == NULL, true);
	maincf_close(m);
}

static void what_is_there_is_told_apart(void **state)
{
	static const struct {
		const char *what;
		const char *file;
		const char *text;
		enum maincf_state want;
	} rows[] = {
		{ "nothing", NULL, NULL, MAINCF_NO_DIRECTORY },
		{ "a file in place of the directory", "/etc/postfix", "", MAINCF_NO_DIRECTORY },
		{ "a directory", "/etc/postfix/master.cf", "", MAINCF_ABSENT },
		{ "of no bytes", "/etc/postfix/main.cf", "", MAINCF_EMPTY },
		{ "of comments", "/etc/postfix/main.cf", "# a = b\n\n  # c\n", MAINCF_EMPTY },
		{ "of prose", "/etc/postfix/main.cf", "Lorem ipsum\n", MAINCF_DAMAGED },
		{ "of a continuation", "/etc/postfix/main.cf", " a = b\n", MAINCF_DAMAGED },
		{ "of one assignment", "/etc/postfix/main.cf", "a=", MAINCF_READ },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_fault why = { 0 };
		const char *value = "";
		struct maincf *m;

		if (rows[i].file)
			host_file(&h, rows[i].file, rows[i].text);
		want_number(rows[i].what, maincf_open(&h, "/etc/postfix/", &m, &why), 0);
		want_number(rows[i].what, maincf_state(m), rows[i].want);
		want_text(rows[i].what, maincf_path(m), "/etc/postfix/main.cf");
		want_number(rows[i].what, maincf_value(m, &h, MAINCF_QUEUE_DIRECTORY, &value, &why),
			    0);
		want_text(rows[i].what, value, "/var/spool/postfix");
		maincf_close(m);
		host_remove(&h);
	}
}

static void of_nuls_is_damaged(void **state)
{
	static const char nuls[4096];
	struct maincf *m = maincf_parse("/etc/postfix", raw_from(nuls, sizeof(nuls)));

	(void)state;
	assert_non_null(m);
	want_number("state", maincf_state(m), MAINCF_DAMAGED);
	maincf_close(m);
}

static int open_it(void *ctx)
{
	struct sw_fault why = { 0 };
	struct maincf *m;
	int rc = maincf_open(ctx, "/etc/postfix", &m, &why);

	maincf_close(m);
	return strstr(why.text.s, "/etc/postfix") || rc == 0 ? rc : -EDOM;
}

static void what_can_not_be_read_is_a_fault(void **state)
{
	struct sw_host h = host_new(NULL);
	char *big = malloc((4 << 20) + 1);

	(void)state;
	assert_non_null(big);
	memset(big, 'x', (4 << 20) + 1);
	host_file(&h, "/etc/postfix/main.cf", "a = b\n");
	assert_int_equal(chmod(h.root_path, 0755), 0);
	want_number("readable", as_nobody(open_it, &h), 0);
	assert_int_equal(chmod(host_path(&h, "/etc/postfix/main.cf"), 0), 0);
	want_number("the file", as_nobody(open_it, &h), -EACCES);
	assert_int_equal(remove(host_path(&h, "/etc/postfix/main.cf")), 0);
	assert_int_equal(chmod(host_path(&h, "/etc/postfix"), 0), 0); /* its owner, too */
	want_number("the directory", as_nobody(open_it, &h), -EACCES);
	assert_int_equal(chmod(host_path(&h, "/etc/postfix"), 0755), 0);
	host_bytes(&h, "/etc/postfix/main.cf", big, (4 << 20) + 1);
	want_number("too large", open_it(&h), -EFBIG);
	assert_int_equal(remove(host_path(&h, "/etc/postfix/main.cf")), 0);
	host_file(&h, "/etc/postfix/main.cf/x", "");
	want_number("a directory", open_it(&h), -EISDIR);
	free(big);
	host_remove(&h);
}

static void a_value_is_expanded_here(void **state)
{
	static const struct {
		const char *text;
		enum maincf_parameter parameter;
		const char *want;
	} rows[] = {
		{ "base = /srv\nqueue_directory = $base/q\n", MAINCF_QUEUE_DIRECTORY, "/srv/q" },
		{ "maillog_file = $queue_directory/log\n", MAINCF_MAILLOG_FILE,
		  "/var/spool/postfix/log" },
		{ "maillog_file = $config_directory/log\n", MAINCF_MAILLOG_FILE, "/etc/mx/log" },
		{ "config_directory = /x\nmaillog_file = ${config_directory}/log\n",
		  MAINCF_MAILLOG_FILE, "/x/log" },
		{ "maillog_file = ${maillog_file_x?a}\n", MAINCF_MAILLOG_FILE, NULL },
		{ "", MAINCF_MAILLOG_FILE, "" },
		{ "", MAINCF_SYSLOG_NAME, "postfix" },
		{ "multi_instance_name = postfix-out\n", MAINCF_SYSLOG_NAME, "postfix-out" },
		{ "multi_instance_name =\n", MAINCF_SYSLOG_NAME, "postfix" },
		{ "syslog_name = "
		  "${multi_instance_name:x}${multi_instance_name?$multi_instance_name}",
		  MAINCF_SYSLOG_NAME, "x" },
		{ "syslog_name = postfix/$process_name\n", MAINCF_SYSLOG_NAME, NULL },
		{ "process_name = x\nsyslog_name = $process_name\n", MAINCF_SYSLOG_NAME, NULL },
		{ "", MAINCF_MAIL_OWNER, "postfix" },
		{ "dir = /etc\nmulti_instance_directories = $dir/postfix-in,\n  "
		  "$(dir)/postfix-out\n",
		  MAINCF_MULTI_INSTANCE_DIRECTORIES, "/etc/postfix-in, /etc/postfix-out" },
		{ "queue_directory = ${e?{ /a }:{ /b }}\ne =\n", MAINCF_QUEUE_DIRECTORY, "/b" },
		{ "queue_directory = ${queue_directory}\n", MAINCF_QUEUE_DIRECTORY, NULL },
		{ "queue_directory = ${a\n", MAINCF_QUEUE_DIRECTORY, NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct maincf *m = maincf_parse("/etc/mx", raw_of(rows[i].text));
		struct sw_fault why = { 0 };
		const char *got = NULL;
		int rc;

		assert_non_null(m);
		rc = maincf_value(m, NULL, rows[i].parameter, &got, &why);
		want_number(rows[i].text, rc == 0, rows[i].want != NULL);
		if (rows[i].want)
			want_text(rows[i].text, got, rows[i].want);
		else
			want_in(rows[i].text, why.text.s, "/etc/mx/main.cf: ");
		maincf_close(m);
	}
}

/* A stand-in for postconf(1), alone in PATH. */
static char *with_postconf(const struct sw_host *h, const char *script)
{
	const char *path = getenv("PATH");
	char *before = strdup(path ? path : "");
	char bin[4200];

	assert_non_null(before);
	snprintf(bin, sizeof(bin), "%s/bin", h->root_path);
	if (script) {
		host_file(h, "/bin/postconf", script);
		assert_int_equal(chmod(host_path(h, "/bin/postconf"), 0755), 0);
	}
	setenv("PATH", bin, 1);
	return before;
}

static void restore_path(char *before)
{
	setenv("PATH", before, 1);
	free(before);
}

static void postconf_is_asked_once_for_all_that_it_must_tell(void **state)
{
	static const char text[] = "queue_directory = $data_directory/q\n"
				   "maillog_file = $mydomain\nmulti_instance_directories =\n"
				   "syslog_name = ${mydomain?a}\nmail_owner = $\n";
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	const char *got = "";
	char calls[4200];
	char script[9000];
	char want[4300];
	char *path;
	struct maincf *m;
	FILE *f;

	(void)state;
	snprintf(calls, sizeof(calls), "%s", host_path(&h, "/calls"));
	snprintf(script, sizeof(script),
		 "#!/bin/sh\necho \"$*\" >>%s\necho 'queue_directory_x = /wrong'\n"
		 "echo 'queue_directory = /a=b '\necho 'maillog_file ='\n",
		 calls);
	host_file(&h, "/etc/postfix/main.cf", text);
	path = with_postconf(&h, script);
	want_number("opened", maincf_open(&h, "/etc/postfix", &m, &why), 0);
	want_number("not needed",
		    maincf_value(m, &h, MAINCF_MULTI_INSTANCE_DIRECTORIES, &got, &why), 0);
	want_number("not asked", fopen(calls, "r") == NULL, true);
	want_number("without a host", maincf_value(m, NULL, MAINCF_QUEUE_DIRECTORY, &got, &why),
		    -ENODATA);
	want_in("without a host", why.text.s,
		"/etc/postfix/main.cf: queue_directory cannot be expanded: it refers to "
		"data_directory, which main.cf does not set");
	why = (struct sw_fault){ 0 };
	for (int i = 0; i < 2; i++) {
		want_number("asked", maincf_value(m, &h, MAINCF_QUEUE_DIRECTORY, &got, &why), 0);
		want_text("asked", got, "/a=b");
		want_number("empty", maincf_value(m, &h, MAINCF_MAILLOG_FILE, &got, &why), 0);
		want_text("empty", got, "");
		want_number("not told", maincf_value(m, &h, MAINCF_SYSLOG_NAME, &got, &why), -EIO);
		want_in("not told", why.text.s,
			"mydomain, which main.cf does not set, and postconf "
			"knows no syslog_name");
		why = (struct sw_fault){ 0 };
		want_number("wrong", maincf_value(m, &h, MAINCF_MAIL_OWNER, &got, &why), -EINVAL);
		why = (struct sw_fault){ 0 };
	}
	maincf_close(m);
	restore_path(path);
	f = fopen(calls, "r");
	assert_non_null(f);
	assert_non_null(fgets(script, sizeof(script), f));
	snprintf(want, sizeof(want),
		 "-x -c %s/etc/postfix queue_directory maillog_file syslog_name\n", h.root_path);
	want_text("asked, for the host's main.cf", script, want);
	want_number("once", fgets(script, sizeof(script), f) == NULL, true);
	fclose(f);
	host_remove(&h);
}

/* x of 256 KB */
#define MUCH                                                                                       \
	"x=0123456789abcdef\nfor i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do x=$x$x; done\n"

static void a_postconf_that_fails_is_not_a_value(void **state)
{
	static const struct {
		const char *what;
		const char *script; /* NULL: no postconf in PATH */
		int want;
		const char *said;
	} rows[] = {
		{ "fails", "#!/bin/sh\necho queue_directory = /wrong\nexit 1\n", -EIO,
		  "postconf failed, exit status 1" },
		{ "says nothing", "#!/bin/sh\n", -EIO, "postconf knows no queue_directory" },
		{ "says the value alone", "#!/bin/sh\necho /wrong\n", -EIO, "postconf knows no" },
		{ "has no end", "#!/bin/sh\nwhile :; do echo queue_directory = /x; done\n", -EIO,
		  "postconf was ended by signal 13" },
		{ "says much", "#!/bin/sh\n" MUCH "printf %s \"${x#01}\"\n", -EIO,
		  "postconf knows no queue_directory" },
		{ "says too much", "#!/bin/sh\n" MUCH "printf %s \"$x\"\n", -E2BIG,
		  "postconf says more than 262142 bytes" },
		{ "is not there", NULL, -EIO, "run postconf: No such file" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_fault why = { 0 };
		const char *got = NULL;
		struct maincf *m;
		char *path;
		int rc;

		host_file(&h, "/etc/postfix/main.cf", "queue_directory = $base/q\n");
		path = with_postconf(&h, rows[i].script);
		want_number("opened", maincf_open(&h, "/etc/postfix", &m, &why), 0);
		rc = maincf_value(m, &h, MAINCF_QUEUE_DIRECTORY, &got, &why);
		restore_path(path);
		want_in(rows[i].what, why.text.s,
			"it refers to base, which main.cf does not set, and ");
		want_number(rows[i].what, rc, rows[i].want);
		want_in(rows[i].what, why.text.s, rows[i].said);
		want_number("no value", got == NULL, true);
		maincf_close(m);
		host_remove(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_is_what_postfix_would_take),
		cmocka_unit_test(a_nul_ends_what_is_seen_of_a_line),
		cmocka_unit_test(what_is_there_is_told_apart),
		cmocka_unit_test(of_nuls_is_damaged),
		cmocka_unit_test(what_can_not_be_read_is_a_fault),
		cmocka_unit_test(a_value_is_expanded_here),
		cmocka_unit_test(postconf_is_asked_once_for_all_that_it_must_tell),
		cmocka_unit_test(a_postconf_that_fails_is_not_a_value),
	};

	return cmocka_run_group_tests_name("maincf", tests, NULL, NULL);
}
