#include "incident/select.h"

#include <errno.h>

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
		{ "three bytes that are one", BY_ACCOUNT, "k", 0, { .login = "\xE2\x84\xAA" }, true },
		{ "one that is three", BY_ACCOUNT, "\xE2\x84\xAA", 0, { .login = "k" }, true },
		{ "two bytes that are six", BY_ACCOUNT, "\xE1\xBF\x93", 0, { .login = "\xCE\x90" }, true },
		{ "an empty name", BY_ACCOUNT, "", 0, { .login = "" }, false },
		{ "no kind of a file", BY_DOMAIN, "a@x", 0, { .login = "a@x", .sender = "a@x" }, false },
		{ "a sender that is asked for as it stands", BY_SENDER, "S@x", 0, { .sender = "S@x" }, true },
		{ "another sender", BY_SENDER, "s@x", 0, { .sender = "t@x", .login = "s@x" }, false },
		{ "no sender is null", BY_SENDER, "<>", 0, { .sender = "<>" }, false },
		{ "an account called so", BY_ACCOUNT, "<>", 0, { .login = "<>" }, true },
		{ "a user 0", BY_UID, "0", 0, { .has_uid = true, .uid = 0 }, true },
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

static void a_name_has_a_longest(void **state)
{
	static char name[SELECT_NAME + 2];

	(void)state;
	for (size_t n = SELECT_NAME - 1; n <= SELECT_NAME + 1; n++) {
		struct options o = { .by = BY_ACCOUNT, .value = name };
		struct sw_fault why = { 0 };
		struct select s;
		char want[64] = "";
		char other[SELECT_NAME + 1];

		memset(name, 'a', n);
		name[n] = '\0';
		want_number("rc", select_new(&o, true, &s, &why), n > SELECT_NAME ? -EINVAL : 0);
		if (n > SELECT_NAME)
			snprintf(want, sizeof(want), "nobody has a name of more than %d bytes", SELECT_NAME);
		want_text("why", why.text.s, want);
		memset(other, 'A', sizeof(other));
		if (n <= SELECT_NAME)
			want_number("folds", select_folds(&s, raw_from(other, n)), true);
		if (n < SELECT_NAME)
			want_number("another", select_folds(&s, raw_from(other, n + 1)), false);
		if (n == SELECT_NAME)
			want_number("one that is longer", select_folds(&s, raw_from(other, n + 1)), false);
		select_free(&s);
	}
}

static void so_many_spellings_are_kept(void **state)
{
	const struct options o = { .by = BY_ACCOUNT, .value = "abcdefghijklmnop" };
	struct sw_fault why = { 0 };
	struct select s;

	(void)state;
	assert_int_equal(select_new(&o, true, &s, &why), 0);
	for (unsigned n = 1; n <= SELECT_SPELLINGS + 2; n++) {
		char name[32];

		strcpy(name, o.value);
		for (unsigned bit = 0; bit < 16; bit++)
			if (n & 1U << bit)
				name[bit] -= 32;
		/* twice: one is kept once */
		for (int twice = 0; twice < 2; twice++)
			assert_true(select_is(&s, raw_of(name)));
		want_number("kept", (int64_t)s.spellings, n < SELECT_SPELLINGS ? n : SELECT_SPELLINGS);
		want_number("more", s.more_spellings, n > SELECT_SPELLINGS);
		if (n <= SELECT_SPELLINGS)
			want_raw("it", s.spelling[n - 1], name);
	}
	select_free(&s);
	want_number("none", (int64_t)s.spellings, 0);
}

static void a_file_is_read_as_far_as_it_takes(void **state)
{
	static const struct {
		enum options_by by;
		enum sw_queue_file_depth want;
	} rows[] = { { BY_ACCOUNT, SW_QUEUE_FILE_WHO }, { BY_UID, SW_QUEUE_FILE_WHO }, { BY_CLIENT, SW_QUEUE_FILE_ALL }, { BY_SENDER, SW_QUEUE_FILE_ALL } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const struct select s = { .by = rows[i].by };

		want_number("depth", select_depth(&s), rows[i].want);
	}
}

/* Each selection has a key of its own. */
static void keys_are_told_apart(void **state)
{
	static const struct options of[] = {
		{ .by = BY_ACCOUNT, .value = "33" }, { .by = BY_UID, .value = "33", .uid = 33 }, { .by = BY_UID, .value = "33", .uid = 34 },
		{ .by = BY_SENDER, .value = "33" },  { .by = BY_ACCOUNT, .value = "34" },	 { .by = BY_CLIENT, .value = "192.0.2.1" },
	};
	uint64_t key[SW_COUNT(of)];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(of); i++) {
		struct sw_fault why = { 0 };
		struct select s;

		assert_int_equal(select_new(&of[i], true, &s, &why), 0);
		key[i] = select_key(&s);
		select_free(&s);
		for (size_t k = 0; k < i; k++)
			assert_true(key[k] != key[i]);
	}
	/* as it stands in journals that an older release has written */
	if (*(const unsigned char *)&(const uint16_t){ 1 } == 1)
		assert_true(key[0] == 0xb13c41b874365ce6ULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_these_messages_and_no_others),
		cmocka_unit_test(spellings_are_kept_once_and_make_one_key),
		cmocka_unit_test(a_name_has_a_longest),
		cmocka_unit_test(so_many_spellings_are_kept),
		cmocka_unit_test(a_file_is_read_as_far_as_it_takes),
		cmocka_unit_test(keys_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
