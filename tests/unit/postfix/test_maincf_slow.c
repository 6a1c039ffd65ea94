/* main.cf files made of pieces, read and expanded as the reference does it. */
#include <errno.h>
#include <stdlib.h>

#include "pieces.h"
#include "postfix/maincf.h"
#include "reference_maincf.h"
#include "test.h"

enum { FILES = 15000 };

static void want_same_text(const struct maincf *m, struct sw_raw text, const char *name)
{
	char *want = reference_maincf(text, name);
	const char *got = maincf_text(m, name);

	if (!got != !want || (got && strcmp(got, want) != 0))
		fail_msg("%.*s: %s: got %s, want %s", (int)text.n, text.p, name, got ? got : "none",
			 want ? want : "none");
	free(want);
}

static void want_same_value(struct maincf *m, struct sw_raw text)
{
	struct sw_fault why = { 0 };
	const char *got = NULL;
	char *want = NULL;
	int rc = maincf_value(m, NULL, MAINCF_QUEUE_DIRECTORY, &got, &why);
	int right = reference_maincf_expand(text, "queue_directory", &want);

	if (right != -E2BIG && maincf_text(m, "queue_directory")) {
		want_number(text.p, rc, right);
		if (rc == 0)
			want_text(text.p, got, want);
	}
	free(want);
}

static void a_file_says_what_the_reference_reads(void **state)
{
	static const char *const piece[] = {
		"\n",
		"\n",
		"\n",
		" ",
		"\t",
		"#",
		"a",
		"a_b",
		"a_b = ",
		"queue_directory = ",
		"=",
		"$a",
		"$a_b",
		"${a}",
		"$(a)",
		"${a?x}",
		"${a:x}",
		"${a_b?{$a}:{y}}",
		"${",
		"}",
		"{",
		"?",
		":",
		"x",
		"/q",
		"$$",
		"$",
		"a = x\n",
		"a_b = ${a}\n",
		"\n  more",
		"\n# no\n",
		"\n\t# x\n more",
		"${{x}==",
		"{x}?{1}:{2}}",
		"!=",
		"<",
		"${{2}<{10}?{y}:{n}}",
		"\nqueue_directory = ",
		"${no?x}",
		"${no:y}",
		"a =\n",
		"\r",
		"\v",
		"A_b=",
	};
	char file[600];

	(void)state;
	for (int i = 0; i < FILES; i++) {
		size_t n = i % 2 ? (size_t)snprintf(file, sizeof(file), "a = x\nqueue_directory = ")
				 : 0;
		struct maincf *m;
		struct sw_raw text;

		n += pieces_make(file + n, sizeof(file) - n, piece, SW_COUNT(piece), 14);
		text = raw_from(file, n);
		m = maincf_parse("/etc/postfix", text);
		assert_non_null(m);
		want_same_text(m, text, "a");
		want_same_text(m, text, "a_b");
		want_same_text(m, text, "queue_directory");
		want_same_value(m, text);
		maincf_close(m);
	}
}

static void slashes_behind_a_directory_are_not_its_own(void **state)
{
	static const struct {
		const char *directory;
		const char *path;
	} rows[] = {
		{ "/etc/postfix", "/etc/postfix/main.cf" },
		{ "/etc/postfix///", "/etc/postfix/main.cf" },
		{ "/a/", "/a/main.cf" },
		{ "a/", "a/main.cf" },
		{ "/", "//main.cf" },
		{ "//", "//main.cf" },
		{ "", "/main.cf" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct maincf *m = maincf_parse(rows[i].directory, raw_of("a = b"));

		assert_non_null(m);
		want_text(rows[i].directory, maincf_path(m), rows[i].path);
		maincf_close(m);
	}
}

static void a_file_may_set_any_number_of_parameters(void **state)
{
	char text[20 * 300] = "";

	(void)state;
	for (int n = 0; n < 300; n++) {
		struct maincf *m = maincf_parse("/", raw_of(text));

		assert_non_null(m);
		want_number("state", maincf_state(m), n ? MAINCF_READ : MAINCF_EMPTY);
		for (int i = 0; i < n + 1; i += n < 70 ? 1 : 37) {
			char name[16];
			char value[16];
			const char *got;

			snprintf(name, sizeof(name), "p%d", i);
			snprintf(value, sizeof(value), "%d", 7 * i);
			got = maincf_text(m, name);
			want_text(name, got ? got : "none", i < n ? value : "none");
		}
		snprintf(text + strlen(text), 20, "p%d=%d\n", n, 7 * n);
		maincf_close(m);
	}
}

static void the_shortest_files_set_nothing(void **state)
{
	static const struct {
		const char *text;
		enum maincf_state state;
	} rows[] = {
		{ "", MAINCF_EMPTY },		{ "\n", MAINCF_EMPTY },
		{ "#", MAINCF_EMPTY },		{ " ", MAINCF_EMPTY },
		{ "x", MAINCF_DAMAGED },	{ "=", MAINCF_DAMAGED },
		{ "=x", MAINCF_DAMAGED },	{ " x=y", MAINCF_DAMAGED },
		{ " x y = z", MAINCF_DAMAGED }, { "x y = z", MAINCF_DAMAGED },
		{ "x=", MAINCF_READ },		{ "x=y", MAINCF_READ },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct maincf *m = maincf_parse("/", raw_of(rows[i].text));

		assert_non_null(m);
		want_number(rows[i].text, maincf_state(m), rows[i].state);
		maincf_close(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_says_what_the_reference_reads),
		cmocka_unit_test(slashes_behind_a_directory_are_not_its_own),
		cmocka_unit_test(a_file_may_set_any_number_of_parameters),
		cmocka_unit_test(the_shortest_files_set_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
