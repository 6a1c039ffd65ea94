#include <errno.h>
#include <stdlib.h>

#include "postfix/expand.h"
#include "test.h"

/*
 * a is text, e is empty, r refers to e, loop to itself, b0 .. b40 each twice to the one before, d0
 * .. d199 once.
 */
static int look_up(struct sw_raw name, struct sw_raw *ret, void *ctx, struct sw_fault *why)
{
	static const struct {
		const char *name;
		const char *value;
	} known[] = {
		{ "a", "/x" },	 { "e", "" },	     { "r", "$e" },
		{ "s", "<$a>" }, { "t", "${s?$s}" }, { "loop", "$loop" },
		{ "n", "10" },	 { "p", "${e?" },    { "c", "{x}" },
	};
	static char value[41][32]; /* each is borrowed while others are looked up */
	int i;

	(void)ctx;
	for (size_t k = 0; k < SW_COUNT(known); k++)
		if (raw_is(name, known[k].name)) {
			*ret = raw_of(known[k].value);
			return 0;
		}
	if (raw_starts(name, "unknown"))
		return sw_fault(why, ENODATA, "unknown");
	if (name.n > 1 && name.p[0] == 'd') {
		static char lower[200][8];

		i = atoi(name.p + 1);
		snprintf(lower[i], sizeof(lower[i]), i > 0 ? "$d%d" : "x", i - 1);
		*ret = raw_of(lower[i]);
		return 0;
	}
	i = name.n > 1 && name.p[0] == 'b' ? atoi(name.p + 1) : -1;
	if (i < 0 || i > 40)
		return -ENOENT;
	if (i > 0)
		snprintf(value[i], sizeof(value[i]), "$b%d$b%d", i - 1, i - 1);
	*ret = raw_of(value[i]);
	return 0;
}

static void a_value_is_what_postconf_would_say(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
		{ "", "" },
		{ "/q", "/q" },
		{ "$a/q", "/x/q" },
		{ "${a}b$(a)", "/xb/x" },
		{ "$s", "</x>" },
		{ "$a b\t$e ", "/x b\t " },
		{ "$t$t", "</x></x>" },
		{ "$$a", "$a" },
		{ "$$$a", "$/x" },
		{ "$no", "" },
		{ "[$no_such1]", "[]" },
		{ "$a-b", "/x-b" },
		{ "${a?yes}${e?yes}${no?yes}", "yes" },
		{ "${a:no}${e:no}${no:no}", "nono" },
		{ "${r?as it stands}", "as it stands" },
		{ "${a?$a}", "/x" },
		{ "${a?{yes}:{no}}", "yes" },
		{ "${a?\n{yes}\t:\r{no}}", "yes" },
		{ "${e?{yes}:{no}}", "no" },
		{ "${e?{yes}:no}", "no" },
		{ "${e:{no}}", "no" },
		{ "${a? yes }", " yes " },
		{ "${a ? { yes } : { no } }", " yes " },
		{ "${ a }", "/x" },
		{ "${ }", "" },
		{ "${a??foo:{b}ar}", "?foo:{b}ar" },
		{ "${a?yes:no}", "yes:no" },
		{ "${e?{${a}}:{<${a?{1}:{2}}>}}", "<1>" },
		{ "$(a?{)}", NULL },
		{ "$({)", NULL },
		{ "$(a?{x})", "x" },
		{ "${a?)(}", ")(" },
		{ "${c}", "{x}" },
		{ "${{a}=={a}}", "true" },
		{ "${{a}!={a}}", "" },
		{ "${{$a} == {/x} ? {yes} : {no}}", "yes" },
		{ "${{$n}=={010}?{yes}:{no}}", "yes" },
		{ "${{9}<{10}?{number}:{text}}", "number" },
		{ "${{9a}<{10}?{number}:{text}}", "text" },
		{ "${{99999999999999999999}>{9}?{yes}}", "yes" },
		{ "${{}<{a}?{yes}}", "yes" },
		{ "${{b}>={a}?{yes}}${{a}<={a}?{yes}}${{a}>{a}:{no}}", "yesyesno" },
		{ "${{a}=={b}:no}", "no" },
		/* refused: Postfix says `macro processing error` */
		{ "$", NULL },
		{ "a$", NULL },
		{ "$-", NULL },
		{ "${}", NULL },
		{ "$()", NULL },
		{ "${a", NULL },
		{ "$(a", NULL },
		{ "${a)", NULL },
		{ "${a?{x}", NULL },
		{ "${a?{x}y}", NULL },
		{ "${a:{x}:{y}}", NULL },
		{ "${e:{x}y}", NULL },
		{ "${a-b}", NULL },
		{ "${a b}", NULL },
		{ "${{a}}", NULL },
		{ "${{a}=={b}", NULL },
		{ "${{a}={a}}", NULL },
		{ "${{a}== a}", NULL },
		{ "${{a}=={a}x}", NULL },
		{ "${{a}=?{a}}", NULL },
		{ "$loop", NULL },
		{ "${{$loop}=={x}}", NULL },
		{ "$p", NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		char *got;
		int rc = expand(raw_of(rows[i].text), look_up, NULL, &got, &why);

		want_number(rows[i].text, rc, rows[i].want ? 0 : -EINVAL);
		want_number("a reason only for a failure", why.text.n > 0, !rows[i].want);
		if (rows[i].want)
			want_text(rows[i].text, got, rows[i].want);
		else
			want_number("no text", got == NULL, true);
		free(got);
	}
}

/* Less, the same, greater: as numbers where both are, else as text. */
static void an_operator_says_what_it_compares(void **state)
{
	static const struct {
		const char *operator;
		const char *want; /* of less, the same, greater: y or n each */
	} rows[] = {
		{ "<", "ynn" },	 { "<=", "yyn" }, { "==", "nyn" },
		{ "!=", "yny" }, { ">=", "nyy" }, { ">", "nny" },
	};
	static const char *const pairs[][3][2] = {
		{ { "9", "10" }, { "10", "10" }, { "10", "9" } },
		{ { "a", "b" }, { "b", "b" }, { "b", "a" } },
		{ { "a", "ab" }, { "", "" }, { "ab", "a" } },
		{ { "10", "9a" }, { "9a", "9a" }, { "9a", "10" } },
		{ { "100", "9a" }, { "009", "9" }, { "9a", "100" } },
		{ { "-10", "9" }, { "-9", "-9" }, { "9", "-10" } },
		{ { "/10", "9" }, { "0", "000" }, { ":", "1:" } },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		for (size_t k = 0; k < SW_COUNT(pairs) * 3; k++) {
			const char *const *pair = pairs[k / 3][k % 3];
			struct sw_fault why = { 0 };
			char text[64];
			char *got = NULL;

			snprintf(text, sizeof(text), "${{%s} %s {%s}?{y}:{n}}", pair[0],
				 rows[i].operator, pair[1]);
			want_number(text, expand(raw_of(text), look_up, NULL, &got, &why), 0);
			assert_non_null(got);
			want_number(text, got[0], rows[i].want[k % 3]);
			free(got);
		}
}

/* As if behind the text there were nothing. */
static void what_stands_behind_a_text_is_not_of_it(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		int want;
	} rows[] = {
		{ "a$$", 2, -EINVAL },
		{ "$", 1, -EINVAL },
		{ "$b}", 2, 0 },
		{ "${b}", 3, -EINVAL },
		{ "$(b)", 3, -EINVAL },
		{ "${b?x}", 5, -EINVAL },
		{ "${b?{x}}", 7, -EINVAL },
		{ "${b?{x}:{y}}", 11, -EINVAL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		char *got = NULL;

		want_number(rows[i].text,
			    expand(raw_from(rows[i].text, rows[i].n), look_up, NULL, &got, &why),
			    rows[i].want);
		free(got);
	}
}

static void what_only_postfix_knows_is_not_guessed(void **state)
{
	static const struct {
		const char *text;
		int want;
	} rows[] = {
		{ "$unknown", -ENODATA },
		{ "${unknown?x}", -ENODATA },
		{ "${a?$unknown}", -ENODATA },
		{ "${e?$unknown}", 0 }, /* not needed */
		{ "${{$unknown}=={}?x}", -ENODATA },
		{ "${domain_to_ascii{x}}", -ENODATA },
		{ "${{3.6}<=level{3.7}?x}", -ENODATA },
		{ "${{a}==a}", -ENODATA },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		char *got;

		want_number(rows[i].text, expand(raw_of(rows[i].text), look_up, NULL, &got, &why),
			    rows[i].want);
		free(got);
	}
}

/* 2^40 look-ups, for a value of no bytes. */
static void time_and_length_end(void **state)
{
	enum { LONG = EXPAND_MAX / 2 };
	struct sw_fault why = { 0 };
	char *text = malloc(2 * LONG + 8);
	char *got;

	(void)state;
	assert_non_null(text);
	want_number("in a few steps", expand(raw_of("$b8"), look_up, NULL, &got, &why), 0);
	want_text("in a few steps", got, "");
	free(got);
	want_number("in too many", expand(raw_of("$b40"), look_up, NULL, &got, &why), -E2BIG);
	want_in("in too many", why.text.s, "too many steps");
	memset(text, 'x', 2 * LONG + 8);
	why = (struct sw_fault){ 0 };
	want_number("the longest", expand(raw_from(text, EXPAND_MAX), look_up, NULL, &got, &why),
		    0);
	want_number("the longest", strlen(got), EXPAND_MAX);
	free(got);
	want_number("longer", expand(raw_from(text, EXPAND_MAX + 1), look_up, NULL, &got, &why),
		    -E2BIG);
	want_in("longer", why.text.s, "longer than 262144 bytes");
	free(text);
}

/* Postfix's own limit: literal text at the 101st level is still taken. */
static void nesting_ends_where_postfix_ends_it(void **state)
{
	static const char *const opens[] = { "${a?", "${e:", "${a?{", "${e?{}:{" };

	(void)state;
	for (size_t levels = 99; levels <= 102; levels++) {
		struct sw_fault why = { 0 };
		char text[2048];
		char *got;

		for (size_t k = 0; k < SW_COUNT(opens); k++) {
			const char *close = opens[k][strlen(opens[k]) - 1] == '{' ? "}}" : "}";
			size_t n = 0;

			for (size_t i = 0; i < levels; i++)
				n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", opens[k]);
			n += (size_t)snprintf(text + n, sizeof(text) - n, "x");
			for (size_t i = 0; i < levels; i++)
				n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", close);
			want_number(opens[k], expand(raw_from(text, n), look_up, NULL, &got, &why),
				    levels <= 100 ? 0 : -EINVAL);
			free(got);
		}
		snprintf(text, sizeof(text), "$d%d", (int)levels - 1);
		want_number(text, expand(raw_of(text), look_up, NULL, &got, &why),
			    levels <= 100 ? 0 : -EINVAL);
		free(got);
	}
}

/* Ours: operands of comparisons begin at the first level, but not on a stack of their own. */
static void comparisons_within_comparisons_end(void **state)
{
	(void)state;
	for (size_t levels = 118; levels <= 122; levels++) {
		struct sw_fault why = { 0 };
		char text[4096];
		size_t n = 0;
		char *got;

		for (size_t i = 0; i < levels; i++)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "${{");
		n += (size_t)snprintf(text + n, sizeof(text) - n, "x");
		for (size_t i = 0; i < levels; i++)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "}!={}}");
		want_number("levels", expand(raw_from(text, n), look_up, NULL, &got, &why),
			    levels <= 120 ? 0 : -EINVAL);
		if (levels <= 120)
			want_text("the last", got, "true");
		free(got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_what_postconf_would_say),
		cmocka_unit_test(an_operator_says_what_it_compares),
		cmocka_unit_test(what_stands_behind_a_text_is_not_of_it),
		cmocka_unit_test(what_only_postfix_knows_is_not_guessed),
		cmocka_unit_test(time_and_length_end),
		cmocka_unit_test(nesting_ends_where_postfix_ends_it),
		cmocka_unit_test(comparisons_within_comparisons_end),
	};

	return cmocka_run_group_tests_name("expand", tests, NULL, NULL);
}
