#include "incident/guard_config.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

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
		{ "a command of one byte", "command = /", "" },
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

/* As the man page has them. */
static void each_number_has_its_bounds(void **state)
{
	static const struct {
		const char *name;
		enum guard_number which;
		unsigned long long fallback, least, most;
	} rows[] = {
		{ "max_locks", GUARD_MAX_LOCKS, 3, 0, 50 },
		{ "rate", GUARD_RATE, 30, 1, 1000000 },
		{ "day", GUARD_DAY, 2000, 1, 1000000000 },
		{ "networks", GUARD_NETWORKS, 8, 3, 200 },
		{ "failures", GUARD_GUESSES, 5, 1, 16 },
		{ "refused", GUARD_REFUSED, 20, 1, 100 },
		{ "files", GUARD_FILES, 20, 20, 10000 },
		{ "relay_share", GUARD_RELAY, 50, 1, 100 },
		{ "reject_inodes", GUARD_REJECT_INODES, 90, 1, 100 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const unsigned long long tried[] = { rows[i].fallback, rows[i].least, rows[i].most,
						     rows[i].most + 1, rows[i].least - 1 };

		for (size_t k = 0; k < SW_COUNT(tried); k++) {
			struct sw_fault why = { 0 };
			char text[64];
			char want[160] = "";
			int rc;

			if (k > 3 && rows[i].least == 0)
				continue;
			snprintf(text, sizeof(text), "%s = %llu", rows[i].name, tried[k]);
			if (k > 2)
				snprintf(want, sizeof(want),
					 "line 1: %s is %llu, allowed is a whole number from %llu "
					 "to %llu",
					 rows[i].name, tried[k], rows[i].least, rows[i].most);
			rc = guard_config_parse(raw_of(k > 0 ? text : ""), &c, &why);
			want_number(text, rc, k > 2 ? -EINVAL : 0);
			want_text(text, why.text.s, want);
			if (rc == 0)
				want_number(text, (int64_t)c.number[rows[i].which],
					    (int64_t)tried[k]);
			guard_config_free(&c);
		}
	}
}

static void no_word_has_a_blank_or_a_control_byte(void **state)
{
	static const char *const names[] = { "command = /a", "ignore = a" };

	(void)state;
	for (int byte = 1; byte < 256; byte++)
		for (size_t i = 0; i < SW_COUNT(names); i++) {
			const bool fine = byte > ' ' && byte != 0x7f;
			struct sw_fault why = { 0 };
			char text[64];
			int rc;

			/* ends a line; is no pattern by itself */
			if (byte == '\n' || (i == 1 && (strchr("()[\\?*+", byte) || byte > 0x7f)))
				continue;
			snprintf(text, sizeof(text), "%s%cb", names[i], byte);
			rc = guard_config_parse(raw_of(text), &c, &why);
			want_number(text, rc, fine ? 0 : -EINVAL);
			guard_config_free(&c);
		}
}

/* A line of `n` letters behind what it begins with. */
static int parse_long(const char *begin, size_t n, const char *then, struct sw_fault *why)
{
	static char text[1 << 15];
	size_t at = strlen(begin);

	memcpy(text, begin, at);
	memset(text + at, 'x', n);
	strcpy(text + at + n, then);
	*why = (struct sw_fault){ 0 };
	return guard_config_parse(raw_of(text), &c, why);
}

static void what_is_too_long_is_refused_and_cut(void **state)
{
	char want[512];
	struct sw_fault why;

	(void)state;
	want_number("command", parse_long("command = /", GUARD_COMMAND - 2, "", &why), 0);
	want_number("command", (int64_t)strlen(c.command), GUARD_COMMAND - 1);
	guard_config_free(&c);
	want_number("command", parse_long("command = /", GUARD_COMMAND - 1, "", &why), -EINVAL);
	want_in("command", why.text.s, "line 1: command is /xxx");
	/* each pattern has a blank behind it, and all of them an end */
	want_number("ignore", parse_long("ignore = ", GUARD_IGNORE - 2, "", &why), 0);
	guard_config_free(&c);
	want_number("ignore", parse_long("ignore = ", GUARD_IGNORE - 1, "", &why), -EINVAL);
	want_text("ignore", why.text.s, "line 1: all of ignore has at most 8192 bytes");
	want_number("two", parse_long("ignore = a\nignore = ", GUARD_IGNORE - 4, "", &why), 0);
	want_number("the first", patterns_match(c.ignore, raw_of("a")), true);
	want_number("none", patterns_match(c.ignore, raw_of("b")), false);
	guard_config_free(&c);
	want_number("two", parse_long("ignore = a\nignore = ", GUARD_IGNORE - 3, "", &why), -EINVAL);
	want_text("two", why.text.s, "line 2: all of ignore has at most 8192 bytes");
	for (size_t n = 199; n < 202; n++) {
		const int shown = n < 200 ? (int)n : 200;

		want_number("mode", parse_long("mode = ", n, "", &why), -EINVAL);
		memset(want, 'x', sizeof(want));
		memcpy(want, "line 1: mode is ", 16);
		strcpy(want + 16 + shown, ", allowed is report or hold");
		want_text("mode", why.text.s, want);
		want_number("no line", parse_long("", n, "", &why), -EINVAL);
		memset(want, 'x', sizeof(want));
		memcpy(want, "line 1: ", 8);
		strcpy(want + 8 + shown, " is no line NAME = VALUE");
		want_text("no line", why.text.s, want);
	}
	for (size_t n = 79; n < 82; n++) {
		want_number("name", parse_long("", n, "= 1", &why), -EINVAL);
		memset(want, 'x', sizeof(want));
		memcpy(want, "line 1: ", 8);
		strcpy(want + 8 + (n < 80 ? n : 80), " is not known, allowed are mode, ");
		want_number("name", strncmp(why.text.s, want, strlen(want)), 0);
	}
}

static void each_is_set_once(void **state)
{
	static const char *const names[] = { "max_locks = 1", "rate = 1",	  "day = 1",
					     "networks = 3",  "failures = 1",	  "refused = 1",
					     "files = 20",    "relay_share = 1", "reject_inodes = 1",
					     "mode = report", "command = /a" };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(names); i++) {
		struct sw_fault why = { 0 };
		char text[80];
		char want[80];

		snprintf(text, sizeof(text), "%s\n\n%s", names[i], names[i]);
		snprintf(want, sizeof(want), "line 3: %.*s is set a second time, allowed is once",
			 (int)strcspn(names[i], " "), names[i]);
		want_number(text, guard_config_parse(raw_of(text), &c, &why), -EINVAL);
		want_text(text, why.text.s, want);
		guard_config_free(&c);
	}
}

static void what_others_may_write_to_is_refused(void **state)
{
	static const struct {
		const char *what;
		unsigned file, program; /* modes; program 0: none is named */
		int rc;
		const char *want;
	} rows[] = {
		{ "root alone", 0600, 0, 0, "" },
		{ "read by all", 0644, 0, 0, "" },
		{ "group", 0664, 0, -EPERM, "with mode 664, allowed is one that nobody but uid" },
		{ "others", 0602, 0, -EPERM, "with mode 602, allowed is one that nobody but uid" },
		{ "both", 0622, 0, -EPERM, "with mode 622, allowed is" },
		{ "a program", 0600, 0755, 0, "" },
		{ "that its group may write to", 0600, 0775, -EPERM, "/program is of uid" },
		{ "that others may", 0600, 0757, -EPERM, "with mode 757, allowed is" },
		{ "that can't be run", 0600, 0600, -EINVAL,
		  "/program, allowed is a program that can be run" },
		{ "that is not there", 0600, 1, -ENOENT, "command: open /" },
	};
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct sw_host *here;
	char path[512];
	char program[512];
	char text[600];

	(void)state;
	assert_int_equal(sw_host_open(NULL, 0, &here, &why), 0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		why = (struct sw_fault){ 0 };
		snprintf(path, sizeof(path), "%s", host_path(&h, "/guard.conf"));
		snprintf(program, sizeof(program), "%s", host_path(&h, "/program"));
		unlink(program);
		if (rows[i].program > 1) {
			host_file(&h, "/program", "#!/bin/sh\n");
			assert_int_equal(chmod(program, rows[i].program), 0);
		}
		snprintf(text, sizeof(text), "mode = hold\n%s%s\n",
			 rows[i].program ? "command = " : "", rows[i].program ? program : "");
		host_file(&h, "/guard.conf", text);
		assert_int_equal(chmod(path, rows[i].file), 0);
		want_number(rows[i].what, guard_config_read(here, path, &c, &why), rows[i].rc);
		want_in(rows[i].what, why.text.s, rows[i].want);
		if (rows[i].rc < 0) {
			want_in("its path", why.text.s, rows[i].program ? program : path);
			assert_null(c.ignore);
		} else {
			want_text(rows[i].what, why.text.s, "");
			want_number("is read", c.hold, true);
			want_text("command", c.command, rows[i].program ? program : "");
		}
		guard_config_free(&c);
	}
	why = (struct sw_fault){ 0 };
	want_number("no file", guard_config_read(here, "/nowhere/guard.conf", &c, &why), -ENOENT);
	want_in("no file", why.text.s, "open /nowhere/guard.conf");
	want_number("a directory", guard_config_read(here, "/", &c, &why), -EINVAL);
	/* of a copy of a host nobody's owners are known, nor is anything run */
	host_file(&h, "/guard.conf", "mode = hold\nignore = ^a\ncommand = /nowhere\n");
	assert_int_equal(chmod(path, 0666), 0);
	why = (struct sw_fault){ 0 };
	want_number("a copy", guard_config_read(&h, "/guard.conf", &c, &why), 0);
	assert_non_null(c.ignore);
	want_number("who is ignored", patterns_match(c.ignore, raw_of("ab")), true);
	guard_config_free(&c);
	host_file(&h, "/guard.conf", "mode = no\n");
	want_number("wrong", guard_config_read(&h, "/guard.conf", &c, &why), -EINVAL);
	want_text("wrong", why.text.s,
		  "/guard.conf: line 1: mode is no, allowed is report or hold");
	sw_host_close(here);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_the_sample),
		cmocka_unit_test(what_is_wrong_is_said_by_name),
		cmocka_unit_test(what_is_set_holds),
		cmocka_unit_test(each_number_has_its_bounds),
		cmocka_unit_test(no_word_has_a_blank_or_a_control_byte),
		cmocka_unit_test(what_is_too_long_is_refused_and_cut),
		cmocka_unit_test(each_is_set_once),
		cmocka_unit_test(what_others_may_write_to_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
