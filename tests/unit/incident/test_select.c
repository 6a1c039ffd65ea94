#include "incident/select.h"

#include "test.h"

static struct sw_queue_file f;

struct message {
	const char *login, *client, *first_client, *sender;
	bool has_uid;
	uint64_t uid;
};

static void fill(const struct message *m)
{
	memset(&f, 0, sizeof(f));
	if (m->login)
		f.sasl_login = raw_of(m->login);
	if (m->client)
		f.client_address = raw_of(m->client);
	if (m->first_client)
		f.log_client_address = raw_of(m->first_client);
	if (m->sender)
		f.sender = raw_of(m->sender);
	f.has_uid = m->has_uid;
	f.uid = m->uid;
}

static void it_is_these_messages_and_no_others(void **state)
{
	static const struct {
		const char *what;
		enum options_by by;
		const char *value;
		uint64_t uid;
		struct message message;
		bool want;
	} rows[] = {
		{ "the account", BY_ACCOUNT, "a@x", 0, { .login = "a@x" }, true },
		{ "of another case", BY_ACCOUNT, "a@x", 0, { .login = "A@X" }, true },
		{ "asked for in another case", BY_ACCOUNT, "A@X", 0, { .login = "a@x" }, true },
		{ "of another case in UTF-8", BY_ACCOUNT, "ÄÖ@x", 0, { .login = "äÖ@x" }, true },
		{ "longer when folded", BY_ACCOUNT, "STRASSE", 0, { .login = "straße" }, true },
		{ "a prefix", BY_ACCOUNT, "a@x", 0, { .login = "a@x.example" }, false },
		{ "an end", BY_ACCOUNT, "a@x", 0, { .login = "aa@x" }, false },
		{ "a blank before", BY_ACCOUNT, "lead", 0, { .login = " lead" }, false },
		{ "a blank behind", BY_ACCOUNT, "lead", 0, { .login = "lead " }, false },
		{ "a pattern", BY_ACCOUNT, "*", 0, { .login = "a@x" }, false },
		{ "ALL", BY_ACCOUNT, "ALL", 0, { .login = "a@x" }, false },
		{ "who is called ALL", BY_ACCOUNT, "ALL", 0, { .login = "ALL" }, true },
		{ "its sender alone", BY_ACCOUNT, "a@x", 0, { .sender = "a@x" }, false },
		{ "no login", BY_ACCOUNT, "a@x", 0, { .client = "192.0.2.1" }, false },
		{ "a client", BY_CLIENT, "192.0.2.1", 0, { .client = "192.0.2.1" }, true },
		{ "another", BY_CLIENT, "192.0.2.1", 0, { .client = "192.0.2.11" }, false },
		{ "behind a filter",
		  BY_CLIENT,
		  "192.0.2.1",
		  0,
		  { .client = "127.0.0.1", .first_client = "192.0.2.1" },
		  true },
		{ "the filter",
		  BY_CLIENT,
		  "127.0.0.1",
		  0,
		  { .client = "127.0.0.1", .first_client = "192.0.2.1" },
		  false },
		{ "IPv6 in another form",
		  BY_CLIENT,
		  "2001:DB8:0::1",
		  0,
		  { .first_client = "IPv6:2001:db8::1" },
		  true },
		{ "a sender", BY_SENDER, "s@x", 0, { .sender = "S@x" }, true },
		{ "the null sender", BY_SENDER, "<>", 0, { .sender = "" }, true },
		{ "none that is known", BY_SENDER, "<>", 0, { .login = "a@x" }, false },
		{ "a user", BY_UID, "33", 33, { .has_uid = true, .uid = 33 }, true },
		{ "another", BY_UID, "33", 33, { .has_uid = true, .uid = 0 }, false },
		{ "none", BY_UID, "0", 0, { .login = "a@x" }, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const struct options o = { .by = rows[i].by,
					   .value = rows[i].value,
					   .uid = rows[i].uid };
		struct sw_fault why = { 0 };
		struct select s;

		assert_int_equal(select_new(&o, true, &s, &why), 0);
		fill(&rows[i].message);
		want_number(rows[i].what, select_has(&s, &f), rows[i].want);
		select_free(&s);
	}
}

static void spellings_are_kept_once_and_make_one_key(void **state)
{
	const struct options one = { .by = BY_ACCOUNT, .value = "a@x" };
	const struct options other = { .by = BY_ACCOUNT, .value = "A@x" };
	const struct options sender = { .by = BY_SENDER, .value = "a@x" };
	static const char *const met[] = { "a@x", "A@x", "a@X", "A@x", "b@x" };
	struct sw_fault why = { 0 };
	struct select s;
	struct select t;

	(void)state;
	assert_int_equal(select_new(&one, true, &s, &why), 0);
	for (size_t i = 0; i < SW_COUNT(met); i++) {
		fill(&(struct message){ .login = met[i] });
		(void)select_has(&s, &f);
	}
	assert_int_equal(s.spellings, 2);
	want_raw("the first", s.spelling[0], "A@x");
	want_raw("the second", s.spelling[1], "a@X");
	assert_int_equal(select_new(&other, true, &t, &why), 0);
	assert_true(select_key(&s) == select_key(&t));
	select_free(&t);
	assert_int_equal(select_new(&sender, true, &t, &why), 0);
	assert_true(select_key(&s) != select_key(&t));
	select_free(&t);
	select_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_these_messages_and_no_others),
		cmocka_unit_test(spellings_are_kept_once_and_make_one_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
