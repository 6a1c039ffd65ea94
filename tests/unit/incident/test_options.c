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

static void what_cannot_be_understood_is_refused_in_a_sentence(void **state)
{
	static const struct {
		const char *line, *want;
	} rows[] = {
		{ "", "" }, /* no verb: the screen */
		{ "--top 3 --json", "" },
		{ "held a@x", "held is no verb" },
		{ "hold", "hold wants an account" },
		{ "hold a@x b@x", "one name too many: b@x" },
		{ "hold a@x --client 192.0.2.1", "not both" },
		{ "hold --client 192.0.2.1 --uid 3", "only one of" },
		{ "hold --client 192.0.2", "--client wants an address, not 192.0.2" },
		{ "hold --uid x", "--uid wants a number" },
		{ "hold a@x --frob", "--frob is no option" },
		{ "hold a@x --by uid", "hold takes no --by" },
		{ "hold a@x --yes=1", "--yes=1 is no option" },
		{ "who a@x", "who takes no name: a@x" },
		{ "who --by colour", "not colour" },
		{ "who --top 0", "--top wants a number from 1 on" },
		{ "who -c etc", "-c wants an absolute path" },
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
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		const struct verb *verb;
		struct options o;
		int rc = read_words(rows[i].line, &verb, &o, &why);

		want_number(rows[i].line, rc, *rows[i].want ? -EINVAL : 0);
		want_in(rows[i].line, why.text.s, rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_stand_anywhere_and_all_is_a_name_behind_two_dashes),
		cmocka_unit_test(what_cannot_be_understood_is_refused_in_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
