#include "incident/master.h"
#include "test.h"

static const char file[] = "# a comment\n"
			   "smtp inet n - y - - smtpd\n"
			   "  # among them\n"
			   "\n"
			   "\t-o a=1 -o { b = x y , z }\n"
			   "    -v -oc=3\n"
			   "#submission inet n - n - - smtpd\n"
			   "submission inet n - n - - smtpd -o a= -o a=2 -vo d=4 -- -o b=9\n"
			   "short inet n - n\n"
			   "pickup unix n - n 60 1 pickup\n"
			   "127.0.0.1:10025 inet n - n - - smtpd -o e -o a = 5 -o f=6";

static void services_are_read_as_postfix_reads_them(void **state)
{
	static const struct {
		const char *name, *type, *command, *a, *b, *c, *d;
	} rows[] = {
		{ "smtp", "inet", "smtpd", "1", "x y , z", "3", NULL },
		{ "submission", "inet", "smtpd", "2", NULL, NULL, "4" },
		{ "pickup", "unix", "pickup", NULL, NULL, NULL, NULL },
		{ "127.0.0.1:10025", "inet", "smtpd", NULL, NULL, NULL, NULL },
	};
	struct sw_raw rest = raw_of(file);
	char buf[sizeof(file)];
	struct master_service s;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const char *const want[] = { rows[i].a, rows[i].b, rows[i].c, rows[i].d };
		const char name[4][2] = { "a", "b", "c", "d" };

		assert_true(master_next(&rest, buf, &s));
		want_raw("the name", s.name, rows[i].name);
		want_raw("the type", s.type, rows[i].type);
		want_raw("the command", s.command, rows[i].command);
		for (size_t k = 0; k < 4; k++) {
			struct sw_raw value = { 0 };
			bool has = master_option(&s, raw_of(name[k]), &value);

			want_number(name[k], has, want[k] != NULL);
			if (has && want[k])
				want_raw(name[k], value, want[k]);
		}
	}
	assert_false(master_next(&rest, buf, &s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(services_are_read_as_postfix_reads_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
