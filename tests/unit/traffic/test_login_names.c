/* Who it was that smtpd refused: the line of another program that is near enough. */
#include "traffic/login_names.h"

#include "test.h"

enum { NOW = 1795701030 };

#define FROM "240.7.7.7"

static void add(struct login_names *l, const char *by, const char *user, const char *address,
		int64_t time)
{
	login_names_add(l,
			&(struct login_refusal){ .by = raw_of(by),
						 .user = raw_of(user),
						 .address = raw_of(address) },
			time);
}

/* The name, or "-" when nobody says it. */
static struct sw_raw take(struct login_names *l, const char *address, int64_t time)
{
	struct network_address from;
	struct sw_raw name;
	bool is = login_names_take(l, network_address(raw_of(address), &from) ? &from : NULL, time,
				   &name);

	return is ? name : raw_of("-");
}

static void a_line_names_the_failure_that_is_near(void **state)
{
	static const struct {
		const char *what, *named; /* address that the line has */
		int64_t later;		  /* that smtpd's line is, in seconds */
		const char *asked;
		bool want;
	} rows[] = {
		{ "in the same second", FROM, 0, FROM, true },
		{ "as late as Dovecot is", FROM, LOGIN_NAMES_LAG, FROM, true },
		{ "too late", FROM, LOGIN_NAMES_LAG + 1, FROM, false },
		{ "a second before, by another clock", FROM, -1, FROM, true },
		{ "two seconds before", FROM, -2, FROM, false },
		{ "of another address", FROM, 0, "240.7.7.8", false },
		{ "of one that is not known", FROM, 0, "unknown", false },
		{ "without an address", "", LOGIN_NAMES_AT_ONCE, FROM, true },
		{ "neither has one", "", 0, "unknown", true },
		{ "without one, too late", "", LOGIN_NAMES_AT_ONCE + 1, FROM, false },
		{ "without one, two seconds before", "", -2, FROM, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct login_names l = { .next = 0 };

		add(&l, "sql", "bob", rows[i].named, NOW);
		want_raw(rows[i].what, take(&l, rows[i].asked, NOW + rows[i].later),
			 rows[i].want ? "bob" : "-");
		want_raw("it is taken", take(&l, rows[i].asked, NOW + rows[i].later), "-");
	}
}

/* A login that two databases refuse is one; one that tries again is two. */
static void two_databases_refuse_one_login(void **state)
{
	static const struct {
		const char *what, *by, *user, *address;
		int64_t later; /* than "s" refused bob of FROM */
		unsigned want; /* names */
	} rows[] = {
		{ "another database", "l", "bob", FROM, 0, 1 },
		{ "a second later", "l", "bob", FROM, 1, 1 },
		{ "two seconds later", "l", "bob", FROM, 2, 2 },
		{ "the same one", "s", "bob", FROM, 0, 2 },
		{ "another user", "l", "ann", FROM, 0, 2 },
		{ "of another address", "l", "bob", "240.7.7.8", 0, 2 },
		{ "of none", "l", "bob", "", 0, 2 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct login_names l = { .next = 0 };
		unsigned names = 0;

		add(&l, "s", "bob", FROM, NOW);
		add(&l, rows[i].by, rows[i].user, rows[i].address, NOW + rows[i].later);
		names += !raw_is(take(&l, FROM, NOW + 2), "-");
		names += !raw_is(take(&l, *rows[i].address ? rows[i].address : FROM, NOW + 2), "-");
		want_number(rows[i].what, names, rows[i].want);
	}
}

/* Whoever is refused once more after his name was taken is refused anew. */
static void a_name_that_was_taken_hides_no_other(void **state)
{
	struct login_names l = { .next = 0 };

	(void)state;
	add(&l, "sql", "bob", FROM, NOW);
	want_raw("the first", take(&l, FROM, NOW), "bob");
	add(&l, "ldap", "bob", FROM, NOW);
	want_raw("the second", take(&l, FROM, NOW), "bob");
	want_raw("no more", take(&l, FROM, NOW), "-");
}

/* The oldest is told first, and forgotten first. */
static void so_many_are_remembered(void **state)
{
	struct login_names l = { .next = 0 };
	char name[16];

	(void)state;
	for (int i = 0; i < LOGIN_NAMES + 2; i++) {
		snprintf(name, sizeof(name), "user%d", i);
		add(&l, "sql", name, FROM, NOW);
	}
	for (int i = 2; i < LOGIN_NAMES + 2; i++) {
		snprintf(name, sizeof(name), "user%d", i);
		want_raw("the next", take(&l, FROM, NOW), name);
	}
	want_raw("all are taken", take(&l, FROM, NOW), "-");
}

static void what_is_no_login_at_smtpd_names_nobody(void **state)
{
	struct login_names l = { .next = 0 };

	(void)state;
	add(&l, "sql", "", FROM, NOW);
	login_names_add(&l,
			&(struct login_refusal){ .user = raw_of("bob"),
						 .address = raw_of(FROM),
						 .session = true },
			NOW);
	want_raw("nobody", take(&l, FROM, NOW), "-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_names_the_failure_that_is_near),
		cmocka_unit_test(two_databases_refuse_one_login),
		cmocka_unit_test(a_name_that_was_taken_hides_no_other),
		cmocka_unit_test(so_many_are_remembered),
		cmocka_unit_test(what_is_no_login_at_smtpd_names_nobody),
	};

	return cmocka_run_group_tests_name("login_names", tests, NULL, NULL);
}
