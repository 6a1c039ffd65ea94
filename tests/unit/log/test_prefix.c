/* What stands around a header's host and tag: what is taken off, and what is left where it is. */
#include "log/prefix.h"
#include "log/tag.h"
#include "test.h"

/* One row of a function that takes something off the beginning of a text. */
struct taken {
	const char *text;
	const char *left; /* NULL: it is not there, all is left */
};

static void want_left(const struct taken *row, bool got, struct sw_raw rest)
{
	want_number(row->text, got, row->left != NULL);
	want_raw(row->text, rest, row->left ? row->left : row->text);
}

static void a_priority_is_a_number_of_three_digits(void **state)
{
	static const struct taken rows[] = {
		{ "<22>x", "x" },  { "<191>", "" },   { "<0>1 x", "1 x" }, { "<1234>x", NULL },
		{ "<>x", NULL },   { "<22", NULL },   { "<2 >x", NULL },   { "<", NULL },
		{ "22>x", NULL },  { "", NULL },      { "<a>x", NULL },	   { " <22>x", NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw rest = raw_of(rows[i].text);
		bool got = log_prefix_priority(&rest);

		want_left(&rows[i], got, rest);
	}
}

static void a_facility_stands_before_a_stamp(void **state)
{
	static const struct taken rows[] = {
		{ "mail.info: x", "x" },
		{ "security.warning: x", "x" },
		{ "local7.debug: ", "" },
		{ "mail.info:x", NULL },
		{ "mail.info x", NULL },
		{ "mail.info:", NULL },
		{ "mail.infos: x", NULL },
		{ "mails.info: x", NULL },
		{ "mail: x", NULL },
		{ "Mail.info: x", NULL },
		{ "security.warning:: x", NULL },
		{ "securitysecurity.warning: x", NULL },
		{ " mail.info: x", NULL },
		{ "m", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw rest = raw_of(rows[i].text);

		log_prefix_facility(&rest);
		want_left(&rows[i], rest.n < strlen(rows[i].text), rest);
	}
}

static void a_mark_tells_the_severity(void **state)
{
	static const struct {
		const char *word;
		bool want;
	} rows[] = {
		{ "mail.info", true },	     { "authpriv.notice", true },  { "<mail.info>", true },
		{ "<2>", true },	     { "<22>", true },		   { "<2.6>", true },
		{ "<02.06>", true },	     { "<222>", false },	   { "<22.222>", false },
		{ "<.6>", false },	     { "<2.>", false },		   { "<>", false },
		{ "<2", false },	     { "<a>", false },		   { "<2.a>", false },
		{ "<mail.x>", false },	     { "INFO", true },		   { "PANIC", true },
		{ "INFOS", false },	     { "info", false },		   { "mail", false },
		{ "", false },		     { "mail.", false },	   { ".info", false },
		{ "mail.info.x", false },    { "ZINFO", false },	   { "<mail.info]", false },
		{ "kern.emerg", true },	     { "local8.info", false },	   { "mx", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].word, log_prefix_is_mark(raw_of(rows[i].word)), rows[i].want);
}

static void structured_data_ends_where_it_says(void **state)
{
	static const struct taken rows[] = {
		{ "-", "" },
		{ "- x", " x" },
		{ "-x", NULL },
		{ "[a] x", " x" },
		{ "[a]", "" },
		{ "[a]x", NULL },
		{ "[a b=\"c\"][d e=\"f\"] x", " x" },
		{ "[a b=\"]\"] x", " x" },
		{ "[a b=\"\\\"]\"] x", " x" },
		{ "[a b=\"\\\\\"] x", " x" },
		{ "[a b=\"c", NULL },
		{ "[a b=\"c\\", NULL },
		{ "[a", NULL },
		{ "[", NULL },
		{ "x", NULL },
		{ "", NULL },
		{ "[a\\] x", " x" }, /* only in quotes a backslash escapes */
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw rest = raw_of(rows[i].text);
		bool got = log_prefix_data(&rest);

		want_number(rows[i].text, got, rows[i].left != NULL);
		if (got)
			want_raw(rows[i].text, rest, rows[i].left);
	}
}

static void a_stream_says_whether_the_line_goes_on(void **state)
{
	static const struct {
		struct taken row;
		bool is_stderr, partial;
	} rows[] = {
		{ { "stdout F x", "x" }, false, false },  { { "stderr F ", "" }, true, false },
		{ { "stdout P x", "x" }, false, true },	  { { "stderr P x", "x" }, true, true },
		{ { "stdout X x", NULL }, false, false }, { { "stderr F", NULL }, false, false },
		{ { "stdin F x", NULL }, false, false },  { { " stdout F x", NULL }, false, false },
		{ { "s", NULL }, false, false },	  { { "", NULL }, false, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw rest = raw_of(rows[i].row.text);
		bool is_stderr = false;
		bool partial = false;
		bool got = log_prefix_stream(&rest, &is_stderr, &partial);

		want_left(&rows[i].row, got, rest);
		want_number(rows[i].row.text, is_stderr, rows[i].is_stderr);
		want_number(rows[i].row.text, partial, rows[i].partial);
	}
}

static void compose_says_which_container(void **state)
{
	static const struct taken rows[] = {
		{ "mail-1  | x", "x" },	 { "a_b.c | x", "x" }, { "mail-1 |x", NULL },
		{ "mail-1| x", NULL },	 { "| x", NULL },      { " | x", NULL },
		{ "mail 1 | x", NULL },	 { "mail", NULL },     { "mail  ", NULL },
		{ "ma:il | x", NULL },	 { "", NULL },	       { "a | ", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw rest = raw_of(rows[i].text);

		log_prefix_compose(&rest);
		want_left(&rows[i], rest.n < strlen(rows[i].text), rest);
	}
}

static void solaris_numbers_its_messages(void **state)
{
	static const struct taken rows[] = {
		{ "[ID 197553 mail.info] x", "x" },   { "[ID 1 mail.info] ", "" },
		{ "[ID 197553 mail.info]", "" },      { "[ID 19755a mail.info] x", NULL },
		{ "[ID 197553 mail.infos] x", NULL }, { "[ID 197553 mail.info x", NULL },
		{ "[ID 197553  mail.info] x", NULL }, { "[ID  mail.info] x", NULL },
		{ "[ID 197553 ", NULL },	      { "[ID 197553", NULL },
		{ "[ID 197553 ] x", NULL },	      { "ID 197553 mail.info] x", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw rest = raw_of(rows[i].text);

		log_prefix_message_id(&rest);
		want_left(&rows[i], rest.n < strlen(rows[i].text), rest);
	}
}

static void repeated_lines_are_counted(void **state)
{
	static const struct {
		struct taken row;
		unsigned times;
	} rows[] = {
		{ { "message repeated 3 times: [ x]", "x" }, 3 },
		{ { "message repeated 12 times: [x]", "x" }, 12 },
		{ { "message repeated 9999999 times: [ x]", "x" }, 9999999 },
		{ { "message repeated 3 times: [ x", "x" }, 3 }, /* cut */
		{ { "message repeated 3 times: [  x] ", "x] " }, 3 },
		{ { "message repeated 3 times: []", "" }, 3 },
		{ { "message repeated 3 times: [", "" }, 3 },
		{ { "message repeated 3 times: [ ", "" }, 3 },
		{ { "message repeated 10000000 times: [ x]", NULL }, 0 },
		{ { "message repeated 0 times: [ x]", NULL }, 0 },
		{ { "message repeated  times: [ x]", NULL }, 0 },
		{ { "message repeated 3 times: x", NULL }, 0 },
		{ { "message repeated 3", NULL }, 0 },
		{ { "message repeated ", NULL }, 0 },
		{ { "", NULL }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw rest = raw_of(rows[i].row.text);
		unsigned times = log_prefix_repeated(&rest);

		want_number(rows[i].row.text, times, rows[i].times);
		want_left(&rows[i].row, times > 0, rest);
	}
}

static void a_tag_is_a_program_a_container_or_holds_a_pid(void **state)
{
	static const struct {
		const char *tag;
		bool program, container, pid;
	} rows[] = {
		{ "smtpd", true, false, false },
		{ "verify", true, false, false },
		{ "smtpdx", false, false, false },
		{ "smtp", true, false, false },
		{ "smt", false, false, false },
		{ "tmtp", false, false, false },
		{ "0123456789ab", false, true, false },
		{ "abcdefabcdef", false, true, false },
		{ "abcdefabcdeg", false, false, false },
		{ "Abcdefabcdef", false, false, false },
		{ "0123456789a", false, false, false },
		{ "0123456789abc", false, false, false },
		{ "`123456789ab", false, false, false },
		{ "x[1]:", false, false, true },
		{ "x[12]:y", false, false, true },
		{ "x[]:", false, false, false },
		{ "x[1]", false, false, false },
		{ "x[1a]:", false, false, false },
		{ "x[[1]:", false, false, true },
		{ "x[a][1]:", false, false, true },
		{ "[1]:", false, false, true },
		{ "x[", false, false, false },
		{ "x[1", false, false, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw tag = raw_of(rows[i].tag);

		want_number(rows[i].tag, log_tag_is_program(tag), rows[i].program);
		want_number(rows[i].tag, log_tag_is_container(tag), rows[i].container);
		want_number(rows[i].tag, log_tag_holds_pid(tag), rows[i].pid);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_priority_is_a_number_of_three_digits),
		cmocka_unit_test(a_facility_stands_before_a_stamp),
		cmocka_unit_test(a_mark_tells_the_severity),
		cmocka_unit_test(structured_data_ends_where_it_says),
		cmocka_unit_test(a_stream_says_whether_the_line_goes_on),
		cmocka_unit_test(compose_says_which_container),
		cmocka_unit_test(solaris_numbers_its_messages),
		cmocka_unit_test(repeated_lines_are_counted),
		cmocka_unit_test(a_tag_is_a_program_a_container_or_holds_a_pid),
	};

	return cmocka_run_group_tests_name("prefix", tests, NULL, NULL);
}
