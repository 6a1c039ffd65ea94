#include "incident/options.h"

#include <errno.h>
#include <stdlib.h>

#include "incident/run.h"
#include "test.h"

static int never(struct run *r)
{
	(void)r;
	return 0;
}

static const struct verb verbs[] = {
	{ "hold", TAKES_ACCOUNT | TAKES_SELECT | TAKES_YES, never, "", "" },
	{ "who", TAKES_BY | TAKES_TOP, never, "", "" },
	{ "report", TAKES_ACCOUNT | TAKES_DAY | TAKES_SAVE | TAKES_TOP, never, "", "" },
	{ "guard", TAKES_CONFIG, never, "", "" },
	{ "block", TAKES_ACCOUNT | TAKES_SELECT | TAKES_YES | TAKES_INIT, never, "", "" },
	{ "inodes", TAKES_DIRECTORY | TAKES_TOP, never, "", "" },
	{ 0 },
};

/* argv as a shell makes it of words between single blanks; "_" stands for one in a word. */
static int read_words(const char *text, const struct verb **verb, struct options *o,
		      struct sw_fault *why)
{
	static char copy[256];
	static char *argv[32];
	int argc = 0;

	snprintf(copy, sizeof(copy), "spoolwatch %s", text);
	for (char *p = strtok(copy, " "); p; p = strtok(NULL, " ")) {
		for (char *c = p; *c; c++)
			if (*c == '_')
				*c = ' ';
		argv[argc++] = p;
	}
	argv[argc] = NULL;
	return options_read(argc, argv, verbs, verb, o, why);
}

static void options_stand_anywhere_and_all_is_a_name_behind_two_dashes(void **state)
{
	static const struct {
		const char *line, *verb, *value;
		enum options_by by;
		bool yes, json;
	} rows[] = {
		{ "hold a@x", "hold", "a@x", BY_ACCOUNT, false, false },
		{ "hold a@x --yes", "hold", "a@x", BY_ACCOUNT, true, false },
		{ "--yes --json hold a@x", "hold", "a@x", BY_ACCOUNT, true, true },
		{ "hold -- --yes", "hold", "--yes", BY_ACCOUNT, false, false },
		{ "hold --yes -- --json", "hold", "--json", BY_ACCOUNT, true, false },
		{ "hold -- -dash", "hold", "-dash", BY_ACCOUNT, false, false },
		{ "hold ALL", "hold", "ALL", BY_ACCOUNT, false, false },
		{ "hold _lead", "hold", " lead", BY_ACCOUNT, false, false },
		{ "hold --client 2001:db8::1", "hold", "2001:db8::1", BY_CLIENT, false, false },
		{ "hold --sender=a@x", "hold", "a@x", BY_SENDER, false, false },
		{ "--uid 33 hold", "hold", "33", BY_UID, false, false },
		{ "who --by domain", "who", NULL, BY_DOMAIN, false, false },
		{ "guard --config /guard.conf --once", "guard", NULL, BY_ACCOUNT, false, false },
		{ "-c /etc/postfix-out who", "who", NULL, BY_ACCOUNT, false, false },
		{ "report --day --top 3", "report", NULL, BY_ACCOUNT, false, false },
		{ "report --save /root/e a@x", "report", "a@x", BY_ACCOUNT, false, false },
		{ "report -- --day", "report", "--day", BY_ACCOUNT, false, false },
	};

	(void)state;
	for (size_t i = 0; i < 2 * SW_COUNT(rows); i++) {
		size_t row = i / 2;
		struct sw_fault why = { 0 };
		const struct verb *verb;
		struct options o;

		if (i % 2)
			setenv("POSIXLY_CORRECT", "1", 1);
		else
			unsetenv("POSIXLY_CORRECT");
		want_number(rows[row].line, read_words(rows[row].line, &verb, &o, &why), 0);
		want_text(rows[row].line, verb ? verb->name : "", rows[row].verb);
		want_text(rows[row].line, o.value ? o.value : "",
			  rows[row].value ? rows[row].value : "");
		want_number(rows[row].line, o.by, rows[row].by);
		want_number(rows[row].line, o.yes, rows[row].yes);
		want_number(rows[row].line, o.json, rows[row].json);
	}
	unsetenv("POSIXLY_CORRECT");
}

/* All that a line says, and nothing that it does not. */
static const char *said(const struct options *o)
{
	static char text[512];
	const struct {
		const char *name;
		bool is;
	} flags[] = {
		{ "json", o->json }, { "yes", o->yes },	  { "init", o->init },	     { "day", o->day },
		{ "once", o->once }, { "help", o->help }, { "version", o->version },
	};
	int n = snprintf(text, sizeof(text), "by %d", (int)o->by);

	for (size_t i = 0; i < SW_COUNT(flags); i++)
		if (flags[i].is)
			n += snprintf(text + n, sizeof(text) - (size_t)n, " %s", flags[i].name);
	if (o->top)
		n += snprintf(text + n, sizeof(text) - (size_t)n, " top %zu", o->top);
	if (o->uid)
		n += snprintf(text + n, sizeof(text) - (size_t)n, " uid %llu",
			      (unsigned long long)o->uid);
	snprintf(text + n, sizeof(text) - (size_t)n, "%s%s%s%s%s%s%s%s",
		 o->config_directory ? " directory " : "",
		 o->config_directory ? o->config_directory : "", o->save ? " save " : "",
		 o->save ? o->save : "", o->guard_config ? " config " : "",
		 o->guard_config ? o->guard_config : "", o->value ? " value " : "",
		 o->value ? o->value : "");
	return text;
}

static void each_option_says_one_thing(void **state)
{
	static const struct {
		const char *line, *verb, *want;
	} rows[] = {
		{ "", "", "by 0" },
		{ "--json", "", "by 0 json" },
		{ "--top 1", "", "by 0 top 1" },
		{ "-c /etc/postfix-out", "", "by 0 directory /etc/postfix-out" },
		{ "--help", "", "by 0 help" },
		{ "--version", "", "by 0 version" },
		{ "--help --yes", "", "by 0 yes help" },
		{ "--version --init", "", "by 0 init version" },
		{ "frob --help", "", "by 0 help" },
		{ "who --top 18446744073709551615", "who", "by 0 top 18446744073709551615" },
		{ "who --top 2 --top 7", "who", "by 0 top 7" },
		{ "who --by account", "who", "by 0" },
		{ "who --by client", "who", "by 1" },
		{ "who --by sender", "who", "by 2" },
		{ "who --by uid", "who", "by 3" },
		{ "who --by domain", "who", "by 4" },
		{ "who --by reason", "who", "by 5" },
		{ "hold --client 192.0.2.1", "hold", "by 1 value 192.0.2.1" },
		{ "hold --client ::1", "hold", "by 1 value ::1" },
		{ "hold --sender <>", "hold", "by 2 value <>" },
		{ "hold --uid 4294967295", "hold", "by 3 uid 4294967295 value 4294967295" },
		{ "hold --uid 0", "hold", "by 3 value 0" },
		{ "block --init", "block", "by 0 init" },
		{ "block --init --yes", "block", "by 0 yes init" },
		{ "block a@x", "block", "by 0 value a@x" },
		{ "report --day", "report", "by 0 day" },
		{ "report --save /e a@x", "report", "by 0 save /e value a@x" },
		{ "guard --config /g", "guard", "by 0 config /g" },
		{ "guard --config /g --once", "guard", "by 0 once config /g" },
		{ "inodes", "inodes", "by 0" },
		{ "inodes /var/spool --top 5", "inodes", "by 0 top 5 value /var/spool" },
		{ "--config-directory=/etc/p who", "who", "by 0 directory /etc/p" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		const struct verb *verb;
		struct options o;

		want_number(rows[i].line, read_words(rows[i].line, &verb, &o, &why), 0);
		want_text(rows[i].line, why.text.s, "");
		want_text(rows[i].line, said(&o), rows[i].want);
		want_text(rows[i].line, verb ? verb->name : "", rows[i].verb);
	}
}

static void what_cannot_be_understood_is_refused_in_a_sentence(void **state)
{
	static const struct {
		const char *line, *want;
	} rows[] = {
		{ "held a@x", "held is no verb" },
		{ "hold", "hold wants an account" },
		{ "hold a@x b@x", "one name too many: b@x" },
		{ "hold a@x --client 192.0.2.1", "hold takes an account or an option in its place, not both" },
		{ "hold --client 192.0.2.1 --uid 3", "only one of --client, --sender and --uid is allowed" },
		{ "hold --client 192.0.2", "--client wants an address, not 192.0.2" },
		{ "hold --uid x", "--uid wants a number, not x" },
		{ "hold a@x --frob", "--frob is no option, or not a whole one" },
		{ "hold a@x --by uid", "hold takes no --by" },
		{ "hold a@x --yes=1", "--yes=1 is no option, or not a whole one" },
		{ "who a@x", "who takes no name: a@x" },
		{ "who --by colour", "--by wants account, client, sender, uid, domain or reason, not colour" },
		{ "who --top 0", "--top wants a number from 1 on, not 0" },
		{ "who -c etc", "-c wants an absolute path, not etc" },
		{ "who --top", "--top wants a value" },
		{ "guard", "guard wants --config FILE" },
		{ "guard --once", "guard wants --config FILE" },
		{ "guard --config guard.conf", "--config wants an absolute path, not guard.conf" },
		{ "guard --config /guard.conf --yes", "guard takes no --yes" },
		{ "guard --config /guard.conf a@x", "guard takes no name: a@x" },
		{ "who --once", "who takes no --config or --once" },
		{ "--yes", "these options want a verb" },
		{ "report", "report wants an account" },
		{ "report --day a@x", "report --day takes no account" },
		{ "report --day --save /x", "report --day takes no --save" },
		{ "report a@x --save=", "--save wants a directory" },
		{ "hold a@x --save /x", "hold takes no --save" },
		{ "who a@x b@x", "one name too many: b@x" },
		{ "hold -- a@x b@x c@x", "one name too many: b@x" },
		{ "hold --sender=", "--sender wants an address, or angle brackets alone" },
		{ "hold --client=", "--client wants an address, not " },
		{ "hold --uid 18446744073709551616", "--uid wants a number, not 18446744073709551616" },
		{ "who --top x", "--top wants a number from 1 on, not x" },
		{ "who --uid 3", "who takes no --client, --sender or --uid" },
		{ "who --init", "who takes no --init" },
		{ "who --day", "who takes no --day" },
		{ "hold a@x --top 3", "hold takes no --top" },
		{ "block --init a@x", "block --init takes no account" },
		{ "block --init --uid 3", "block --init takes no account" },
		{ "block", "block wants an account" },
		{ "hold", "hold wants an account" },
		{ "--init", "these options want a verb" },
		{ "--top 3 --yes", "these options want a verb" },
		{ "--client 192.0.2.1", "these options want a verb" },
		{ "--top 0 --help", "--top wants a number from 1 on, not 0" },
		{ "-x who", "-x is no option, or not a whole one" },
		{ "who -c", "-c wants a value" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		const struct verb *verb;
		struct options o;
		int rc = read_words(rows[i].line, &verb, &o, &why);

		want_number(rows[i].line, rc, -EINVAL);
		want_text(rows[i].line, why.text.s, rows[i].want);
	}
}

static void a_name_is_not_empty(void **state)
{
	char words[][16] = { "spoolwatch", "hold", "" };
	char *line[] = { words[0], words[1], words[2], NULL };
	struct sw_fault why = { 0 };
	const struct verb *verb;
	struct options o;

	(void)state;
	want_number("rc", options_read(3, line, verbs, &verb, &o, &why), -EINVAL);
	want_text("why", why.text.s, "hold wants a name that is not empty");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_stand_anywhere_and_all_is_a_name_behind_two_dashes),
		cmocka_unit_test(each_option_says_one_thing),
		cmocka_unit_test(what_cannot_be_understood_is_refused_in_a_sentence),
		cmocka_unit_test(a_name_is_not_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
