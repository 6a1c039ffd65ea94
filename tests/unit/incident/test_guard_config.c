#include "incident/guard_config.h"

#include <errno.h>
#include <sys/stat.h>

#include "test.h"

static struct guard_config c;

static void defaults_are_those_of_the_sample(void **state)
{
	struct guard_config sample;
	struct sw_fault why = { 0 };
	char text[16384];
	FILE *f = fopen("contrib/incident/guard.conf", "r");
	size_t n;
	size_t k = 0;

	(void)state;
	assert_non_null(f);
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	/* "#rate = 30" is a line once it is taken */
	for (size_t i = 0; i < n; i++)
		if (text[i] != '#' || i + 1 == n || text[i + 1] == ' ' || text[i + 1] == '\n')
			text[k++] = text[i];
	assert_int_equal(guard_config_parse(raw_from(text, k), &sample, &why), 0);
	assert_int_equal(guard_config_parse(raw_of(""), &c, &why), 0);
	want_number("mode", sample.hold, c.hold);
	for (size_t i = 0; i < GUARD_NUMBERS; i++)
		want_number("a number", sample.number[i], c.number[i]);
	guard_config_free(&sample);
}

static void what_is_wrong_is_said_by_name(void **state)
{
	static const struct {
		const char *what, *text, *want;
	} rows[] = {
		{ "nothing", "", "" },
		{ "comments, blanks, CRLF", " # x\r\n\r\n  mode=hold \r\n\tmax_locks =  0\r\n",
		  "" },
		{ "no last newline", "mode = report", "" },
		{ "several patterns", "ignore = ^news@\nignore = ^scan\\d+$\n", "" },
		{ "a mode", "mode = lock",
		  "line 1: mode is lock, allowed is report or hold" },
		{ "no value", "mode =", "line 1: mode is empty, allowed is report or hold" },
		{ "twice", "rate = 5\nrate = 6",
		  "line 2: rate is set a second time, allowed is once" },
		{ "a name", "\nrates = 5",
		  "line 2: rates is not known, allowed are mode, ignore, max_locks, command, rate, "
		  "day, networks, failures, refused, files, relay_share and reject_inodes" },
		{ "case", "Mode = hold", "line 1: Mode is not known" },
		{ "no line", "rate 5", "line 1: rate 5 is no line NAME = VALUE" },
		{ "no name", "= 5", "line 1: = 5 is no line NAME = VALUE" },
		{ "a word", "rate = fast",
		  "line 1: rate is fast, allowed is a whole number from 1 to 1000000" },
		{ "negative", "max_locks = -1",
		  "max_locks is -1, allowed is a whole number from 0 to 50" },
		{ "a comment behind it", "files = 20 # few",
		  "files is 20 %23 few, allowed is a whole number from 20 to 10000" },
		{ "fewer files than a lock wants", "files = 19", "from 20 to 10000" },
		{ "too large", "refused = 18446744073709551616", "from 1 to 100" },
		{ "a pattern that is none", "ignore = (", "line 1: ignore: " },
		{ "a pattern with a blank", "ignore = a b",
		  "allowed is a Perl-compatible pattern without a blank" },
		{ "an empty pattern", "ignore =", "line 1: ignore is empty" },
		{ "a command line", "command = /bin/sh -c x",
		  "allowed is the absolute path of one program, without blanks and arguments" },
		{ "a relative command", "command = mail", "allowed is the absolute path" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		int rc = guard_config_parse(raw_of(rows[i].text), &c, &why);

		want_number(rows[i].what, rc, *rows[i].want ? -EINVAL : 0);
		want_in(rows[i].what, why.text.s, rows[i].want);
		if (rc == 0)
			guard_config_free(&c);
	}
}

static void what_is_set_holds(void **state)
{
	struct sw_fault why = { 0 };

	(void)state;
	assert_int_equal(guard_config_parse(raw_of("mode = hold\nmax_locks = 7\nfailures=16\n"
						   "ignore = ^news@\nignore = ^scan\\d+$\n"
						   "command = /usr/local/bin/told\n"),
					    &c, &why),
			 0);
	want_number("mode", c.hold, true);
	want_number("max_locks", c.number[GUARD_MAX_LOCKS], 7);
	want_number("failures", c.number[GUARD_GUESSES], 16);
	want_number("rate", c.number[GUARD_RATE], 30);
	want_text("command", c.command, "/usr/local/bin/told");
	want_number("one pattern", patterns_match(c.ignore, raw_of("news@x")), true);
	want_number("the other", patterns_match(c.ignore, raw_of("scan7")), true);
	want_number("neither", patterns_match(c.ignore, raw_of("a.news@x")), false);
	guard_config_free(&c);
}

static void what_others_may_write_to_is_refused(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };

	(void)state;
	h.copied = false;
	host_file(&h, "/guard.conf", "mode = hold\n");
	assert_int_equal(chmod(host_path(&h, "/guard.conf"), 0664), 0);
	assert_int_equal(guard_config_read(&h, host_path(&h, "/guard.conf"), &c, &why), -EPERM);
	want_in("group", why.text.s, "allowed is one that nobody but uid");
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_the_sample),
		cmocka_unit_test(what_is_wrong_is_said_by_name),
		cmocka_unit_test(what_is_set_holds),
		cmocka_unit_test(what_others_may_write_to_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
