#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>

#include "os/load.h"
#include "test.h"

/* Of libc, which is there: what a header declares and a library has. */
#define FUNCTIONS(X) X(strlen) X(strnlen)

struct table {
	FUNCTIONS(LOAD_POINTER)
};
static const struct load_function functions[] = { FUNCTIONS(LOAD_FUNCTION) };
static const struct load_function lacking[] = { { .name = "strlen" },
						{ .name = "strlen_of_tomorrow" } };

static void functions_of_a_library_can_be_called(void **state)
{
	const struct load_library l = { "a test", "libc", "libc.so.6", functions, 2 };
	struct table table = { 0 };
	struct sw_fault why = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++) { /* the second time nothing is done */
		want_number("loaded", load_library(&l, &table, &why), 0);
		want_number("strlen", table.strlen_("four"), 4);
		want_number("strnlen", table.strnlen_("four", 3), 3);
	}
	want_number("no fault", why.code, 0);
}

static void what_is_missing_is_named(void **state)
{
	static const struct {
		const char *what;
		struct load_library l;
		const char *want;
	} rows[] = {
		{ "no such library",
		  { "an odd file", "libodd", "libodd.so.9", functions, 2 },
		  "an odd file needs libodd, which cannot be loaded: libodd.so.9" },
		{ "a library without one of the functions",
		  { "an odd file", "libc", "libc.so.6", lacking, 2 },
		  "an odd file needs a libc that has strlen_of_tomorrow, the one here has not" },
		{ "a file that is no library",
		  { "an odd file", "libodd", "/etc/passwd", functions, 2 },
		  "an odd file needs libodd, which cannot be loaded: /etc/passwd: " },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct table table = { 0 };
		struct sw_fault why = { 0 };

		want_number(rows[i].what, load_library(&rows[i].l, &table, &why), -ENOTSUP);
		want_number("the fault", why.code, ENOTSUP);
		want_in(rows[i].what, why.text.s, rows[i].want);
		want_number("nothing is half set", table.strlen_ || table.strnlen_, 0);
	}
}

/* Too many open files now says nothing of the next run. */
static int load_without_descriptors(void *ctx)
{
	const struct load_library l = { "a test", "libnsl", ctx, functions, 2 };
	const struct rlimit none = { 3, 3 };
	struct table table = { 0 };
	struct sw_fault why = { 0 };

	while (open("/", O_RDONLY) >= 0 && setrlimit(RLIMIT_NOFILE, &none) == 0)
		;
	return load_library(&l, &table, &why);
}

static void a_cause_that_can_pass_keeps_its_errno(void **state)
{
	char file[] = "libanl.so.1"; /* glibc's own, which nothing has loaded yet */

	(void)state;
	want_number("no descriptor left", as_nobody(load_without_descriptors, file), -EMFILE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_of_a_library_can_be_called),
		cmocka_unit_test(what_is_missing_is_named),
		cmocka_unit_test(a_cause_that_can_pass_keeps_its_errno),
	};

	return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
