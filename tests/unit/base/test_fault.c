#include <errno.h>

#include "base/fault.h"
#include "test.h"

static void a_fault_gives_its_code_and_its_sentence(void **state)
{
	struct sw_fault why = { 0 };

	(void)state;
	want_number("returned", sw_fault(&why, EACCES, "open %s", "/a"), -EACCES);
	want_number("code", why.code, EACCES);
	want_text("text", why.text.s, "open /a");
}

static void an_errno_is_explained_at_the_end(void **state)
{
	struct sw_fault why = { 0 };

	(void)state;
	want_number("returned", sw_fault_errno(&why, ENOENT, "open %s", "/a"), -ENOENT);
	want_text("text", why.text.s, "open /a: No such file or directory");
}

static void the_first_fault_is_the_cause(void **state)
{
	struct sw_fault why = { 0 };
	struct sw_fault other = { 0 };

	(void)state;
	sw_fault(&why, EIO, "first");
	want_number("its own code is returned", sw_fault(&why, EACCES, "second"), -EACCES);
	want_number("code", why.code, EIO);
	want_text("text", why.text.s, "first");
	sw_fault_errno(&why, ENOENT, "third");
	want_text("text", why.text.s, "first");
	sw_fault(&other, EPERM, "other");
	want_number("wrapped", fault_wrap(&why, &other, "fourth: "), -EPERM);
	want_text("text", why.text.s, "first");
}

static void a_failure_is_never_zero(void **state)
{
	static const int rows[] = { 0, -1, -ENOENT };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };

		want_number("returned", sw_fault(&why, rows[i], "x") < 0, true);
		want_number("code", why.code > 0, true);
	}
}

static void outside_bytes_are_converted(void **state)
{
	struct sw_fault why = { 0 };

	(void)state;
	sw_fault(&why, EINVAL, "env.x is %s", "a\nb`id`\033");
	want_text("text", why.text.s, "env.x is a%0Ab%60id%60%1B");
}

static void a_wrapped_fault_keeps_its_code_and_its_words(void **state)
{
	struct sw_fault cause = { 0 };
	struct sw_fault why = { 0 };

	(void)state;
	sw_fault_errno(&cause, EACCES, "open %s", "a\n%41");
	want_number("returned", fault_wrap(&why, &cause, "queue %s: ", "de\tferred"), -EACCES);
	want_number("code", why.code, EACCES);
	want_text("converted once", why.text.s,
		  "queue de%09ferred: open a%0A%2541: Permission denied");
}

static void a_label_is_not_converted_again(void **state)
{
	struct sw_fault why = { 0 };
	struct sw_label source = sw_label_from(raw_of("/var/log/#mail%41"));
	struct sw_label text = sw_label_printed("open ");

	(void)state;
	sw_label_append(&text, &source);
	want_number("returned", fault_label(&why, EIO, &text), -EIO);
	want_text("once", why.text.s, "open /var/log/%23mail%2541");
	want_number("a second fault", fault_label(&why, ENOENT, &source), -ENOENT);
	want_number("the first stays", why.code, EIO);
	want_text("the first stays", why.text.s, "open /var/log/%23mail%2541");
	why = (struct sw_fault){ 0 };
	want_number("never success", fault_label(&why, 0, &source) < 0 && why.code > 0, true);
}

static void a_long_sentence_is_cut(void **state)
{
	struct sw_fault why = { 0 };
	struct sw_fault outer = { 0 };
	char path[4096];

	(void)state;
	memset(path, '\n', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	sw_fault_errno(&why, ENAMETOOLONG, "open %s", path);
	want_number("cut", why.text.cut, true);
	want_number("length", why.text.n <= SW_LABEL_MAX, true);
	want_text("end", why.text.s + why.text.n - 3, "...");
	want_number("wrapped", fault_wrap(&outer, &why, "log: "), -ENAMETOOLONG);
	want_number("wrapped, length", outer.text.n <= SW_LABEL_MAX, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fault_gives_its_code_and_its_sentence),
		cmocka_unit_test(an_errno_is_explained_at_the_end),
		cmocka_unit_test(the_first_fault_is_the_cause),
		cmocka_unit_test(a_failure_is_never_zero),
		cmocka_unit_test(outside_bytes_are_converted),
		cmocka_unit_test(a_wrapped_fault_keeps_its_code_and_its_words),
		cmocka_unit_test(a_label_is_not_converted_again),
		cmocka_unit_test(a_long_sentence_is_cut),
	};

	return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
