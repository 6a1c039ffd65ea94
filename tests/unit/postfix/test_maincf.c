#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "postfix/maincf.h"
#include "test.h"

static void the_value_is_what_postfix_would_take(void **state)
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
		{ "with '='", "queue_directory = a=b\n", "a=b" },
		{ "with '#', no comment", "queue_directory = /q # x\n", "/q # x" },
		{ "the last wins", "queue_directory = /a\nother = x\nqueue_directory = /b\n",
		  "/b" },
		{ "the last is empty", "queue_directory = /a\nqueue_directory =\n", "" },
		{ "continued", "queue_directory = /a\n /b\n\t/c\nother = x\n", "/a /b /c" },
		{ "continued from nothing", "queue_directory =\n  /q\n", "/q" },
		{ "a comment between", "queue_directory = /a\n# x\n  # y\n\n  \n /b\n", "/a /b" },
		{ "continued, no newline at the end", "queue_directory = /a\n /b", "/a /b" },
		{ "another's continuation", "other = x\n queue_directory = /q\n", NULL },
		{ "a comment", "#queue_directory = /q\n", NULL },
		{ "a longer name", "my_queue_directory = /q\nqueue_directory2 = /q\n", NULL },
		{ "a shorter name", "queue = /q\n", NULL },
		{ "no '='", "queue_directory\n", NULL },
		{ "no '=', then continued", "queue_directory\n = /q\n", "/q" },
		{ "continued from nothing", " queue_directory = /q\n", NULL },
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
		char buf[64] = "";
		int n = maincf_find(raw_of(rows[i].text), "queue_directory", buf, sizeof(buf));

		want_number(rows[i].what, n, rows[i].want ? (long)strlen(rows[i].want) : -ENOENT);
		if (rows[i].want)
			want_text(rows[i].what, buf, rows[i].want);
	}
}

static void what_is_longer_than_the_buffer_is_refused(void **state)
{
	static const struct {
		const char *text;
		int want; /* with 8 bytes */
	} rows[] = {
		{ "a = 123456\n", 6 },		{ "a = 1234567\n", 7 }, /* and its NUL */
		{ "a = 12345678\n", -E2BIG },	{ "a = 12345\n 1\n", 7 },
		{ "a = 123456\n 1\n", -E2BIG }, { "a = 12345678\n 1\n", -E2BIG },
		{ "a = 12345678\na = 1\n", 1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char buf[9] = "zzzzzzzz";

		want_number(rows[i].text, maincf_find(raw_of(rows[i].text), "a", buf, 8),
			    rows[i].want);
		want_number("behind the buffer", buf[8], '\0');
	}
}

static void any_bytes_are_a_text(void **state)
{
	static const char text[] = "\0\n\0=\n=x\n\377 = y\na\0b = z\na = \0q\n";
	char buf[64];

	(void)state;
	want_number("a NUL in the value",
		    maincf_find(raw_from(text, sizeof(text) - 1), "a", buf, sizeof(buf)), 2);
	want_number("kept", memcmp(buf, "\0q", 2), 0);
}

static int get(const struct sw_host *h, const char *name, char *buf, struct sw_fault *why)
{
	return maincf_get(h, "/etc/postfix", name, buf, MAINCF_VALUE, why);
}

static void a_main_cf_of_the_host_is_read(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	char buf[MAINCF_VALUE];

	(void)state;
	want_number("no file", get(&h, "queue_directory", buf, &why), -ENOENT);
	want_in("no file", why.text.s, "/etc/postfix/main.cf");
	why = (struct sw_fault){ 0 };
	host_file(&h, "/etc/postfix/main.cf", "queue_directory = /q\nbig = 1");
	want_number("set", get(&h, "queue_directory", buf, &why), 2);
	want_text("set", buf, "/q");
	want_number("not set", get(&h, "other", buf, &why), -ENOENT);
	want_number("no fault", why.code, 0);
	host_remove(&h);
}

static void a_value_that_is_too_long_is_a_fault(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	char buf[MAINCF_VALUE];
	char text[MAINCF_VALUE + 100];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "a = ", 4);
	text[sizeof(text) - 1] = '\0';
	host_file(&h, "/etc/postfix/main.cf", text);
	want_number("returned", get(&h, "a", buf, &why), -E2BIG);
	want_in("said", why.text.s, "main.cf: a is longer than");
	host_remove(&h);
}

/* A stand-in for postconf(1), alone in PATH, that prints how it was called. */
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

static void a_value_with_a_reference_is_asked_from_postconf(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	char buf[MAINCF_VALUE];
	char want[4300];
	char *path;

	(void)state;
	host_file(&h, "/etc/postfix/main.cf", "mail_owner = x\nqueue_directory = $base/q\n");
	path = with_postconf(&h, "#!/bin/sh\necho \"$# $1 $2 $3 $4\"\n");
	want_number("plain", get(&h, "mail_owner", buf, &why), 1);
	want_text("postconf is not run", buf, "x");
	snprintf(want, sizeof(want), "4 -c %s/etc/postfix -h queue_directory", h.root_path);
	want_number("asked", get(&h, "queue_directory", buf, &why), strlen(want));
	want_text("asked, for the host's main.cf", buf, want);
	restore_path(path);
	host_remove(&h);
}

static void a_postconf_that_fails_is_not_a_value(void **state)
{
	static const struct {
		const char *what;
		const char *script; /* NULL: no postconf in PATH */
	} rows[] = {
		{ "fails", "#!/bin/sh\necho /wrong\nexit 1\n" },
		{ "is not there", NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_fault why = { 0 };
		char buf[MAINCF_VALUE];
		char *path = with_postconf(&h, rows[i].script);

		host_file(&h, "/etc/postfix/main.cf", "queue_directory = $base/q\n");
		want_number(rows[i].what, get(&h, "queue_directory", buf, &why) < 0, true);
		want_in(rows[i].what, why.text.s, "postconf");
		restore_path(path);
		host_remove(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_value_is_what_postfix_would_take),
		cmocka_unit_test(what_is_longer_than_the_buffer_is_refused),
		cmocka_unit_test(any_bytes_are_a_text),
		cmocka_unit_test(a_main_cf_of_the_host_is_read),
		cmocka_unit_test(a_value_that_is_too_long_is_a_fault),
		cmocka_unit_test(a_value_with_a_reference_is_asked_from_postconf),
		cmocka_unit_test(a_postconf_that_fails_is_not_a_value),
	};

	return cmocka_run_group_tests_name("maincf", tests, NULL, NULL);
}
