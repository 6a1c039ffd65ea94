#include "postfix/account.h"
#include "test.h"

enum made_by { BY_LOGIN, BY_UID, BY_CLIENT, BY_LOCAL };

static struct sw_raw make(enum made_by by, const char *in, uint64_t uid, char buf[ACCOUNT_KEY])
{
	switch (by) {
	case BY_UID:
		return account_uid(uid, buf);
	case BY_CLIENT:
		return account_client(raw_of(in), buf);
	case BY_LOCAL:
		return account_local(buf);
	case BY_LOGIN:
		break;
	}
	return account_login(raw_of(in), buf);
}

static void every_kind_has_its_name(void **state)
{
	static const struct {
		const char *what;
		enum made_by by;
		const char *in;
		uint64_t uid;
		enum sw_account_kind kind;
		const char *name;
	} rows[] = {
		{ "a login", BY_LOGIN, "alice@example.com", 0, SW_ACCOUNT_LOGIN,
		  "alice@example.com" },
		{ "a login of digits", BY_LOGIN, "33", 0, SW_ACCOUNT_LOGIN, "33" },
		{ "no login at all", BY_LOGIN, "", 0, SW_ACCOUNT_LOGIN, "[]" },
		{ "a user", BY_UID, "", 33, SW_ACCOUNT_UID, "uid 33 www-data" },
		{ "root", BY_UID, "", 0, SW_ACCOUNT_UID, "uid 0 root" },
		{ "a user without a name", BY_UID, "", 4711, SW_ACCOUNT_UID, "uid 4711" },
		{ "the greatest", BY_UID, "", UINT64_MAX, SW_ACCOUNT_UID,
		  "uid 18446744073709551615" },
		{ "a client", BY_CLIENT, "198.51.100.7", 0, SW_ACCOUNT_CLIENT,
		  "client 198.51.100.7" },
		{ "of IPv6", BY_CLIENT, "2001:db8::25", 0, SW_ACCOUNT_CLIENT,
		  "client 2001:db8::25" },
		{ "without an address", BY_CLIENT, "", 0, SW_ACCOUNT_CLIENT, "client " },
		{ "local", BY_LOCAL, "", 0, SW_ACCOUNT_LOCAL, "local mail" },
	};
	struct sw_host h = host_new(NULL);

	(void)state;
	host_file(&h, "/etc/passwd", "root:x:0:0::/:\nwww-data:x:33:33::/:\n");
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char buf[ACCOUNT_KEY];
		struct sw_raw key = make(rows[i].by, rows[i].in, rows[i].uid, buf);
		struct sw_label name = account_name(&h, key);

		want_number(rows[i].what, account_kind(key), rows[i].kind);
		want_text(rows[i].what, name.s, rows[i].name);
	}
	host_remove(&h);
}

static void ascii_letters_of_a_login_are_lower_case(void **state)
{
	static const struct {
		const char *in;
		const char *want;
	} rows[] = {
		{ "Alice@Example.COM", "alice@example.com" },
		{ "AZaz09", "azaz09" },
		{ "@[`{", "@[`{" }, /* what stands beside the letters */
		{ "J\xc3\x9cRGEN", "j\xc3\x9crgen" },
		{ "\xc3\x9c", "\xc3\x9c" },
		{ "\xc1\xda\xff", "\xc1\xda\xff" },
		{ " A", " a" },
		{ "\1", "?" },
		{ "\037", "?" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char buf[ACCOUNT_KEY];

		want_raw(rows[i].in, account_login(raw_of(rows[i].in), buf), rows[i].want);
	}
}

/* At any place of a login of any length. */
static void each_byte_is_folded_by_itself(void **state)
{
	char login[40];
	char buf[ACCOUNT_KEY];

	(void)state;
	for (size_t n = 1; n <= sizeof(login); n++)
		for (size_t at = 0; at < n; at++)
			for (unsigned byte = ' '; byte < 256; byte++) {
				char want = byte >= 'A' && byte <= 'Z' ? (char)(byte + 'a' - 'A')
								       : (char)byte;
				struct sw_raw key;

				memset(login, at % 2 ? 'z' : '\xff', sizeof(login));
				login[at] = (char)byte;
				key = account_login(raw_from(login, n), buf);
				login[at] = want;
				if (key.n != n || memcmp(key.p, login, n) != 0)
					fail_msg("byte %u at %zu of %zu: another key", byte, at, n);
			}
}

/* Eight are folded at once: none may change what stands beside it. */
static void a_byte_changes_none_beside_it(void **state)
{
	(void)state;
	for (int pair = 0; pair < 65536; pair++) {
		char in[8] = "x5Z5@a@-";
		char buf[ACCOUNT_KEY];
		struct sw_raw key;

		in[3] = (char)(pair >> 8);
		in[4] = (char)pair;
		key = account_login(raw_from(in, sizeof(in)), buf);
		want_number("bytes", key.n, sizeof(in));
		for (size_t i = 0; i < sizeof(in); i++)
			if (key.p[i] != (in[i] >= 'A' && in[i] <= 'Z' ? in[i] + 32 : in[i]))
				fail_msg("%04x: byte %zu is %02x", (unsigned)pair, i,
					 (unsigned)(unsigned char)key.p[i]);
	}
}

static void no_login_passes_for_another_kind(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	for (int first = 0; first < 256; first++) {
		char login[] = { (char)first, '3', '3' };
		char what[32];
		char buf[ACCOUNT_KEY];
		struct sw_raw key = account_login(raw_from(login, sizeof(login)), buf);

		snprintf(what, sizeof(what), "first byte %d", first);
		want_number(what, account_kind(key), SW_ACCOUNT_LOGIN);
		want_number(what, key.n, 3);
		want_number(what, strncmp(account_name(&h, key).s, "uid ", 4) == 0, 0);
	}
	host_remove(&h);
}

static void a_login_that_reads_like_another_kind_stands_in_brackets(void **state)
{
	static const struct {
		const char *in;
		const char *want;
	} rows[] = {
		{ "uid 33 www-data", "[uid 33 www-data]" },
		{ "client 198.51.100.7", "[client 198.51.100.7]" },
		{ "local mail", "[local mail]" },
		{ "bob, alice", "[bob, alice]" },
		{ "x] client 192.0.2.1 [", "[x%5D client 192.0.2.1 %5B]" },
		{ "a\xc3\xbc", "[a%C3%BC]" },
		{ "a:b", "[a:b]" },
		{ "client", "client" },
		{ "a+b-c_d/e%f@g.h", "a+b-c_d/e%f@g.h" },
	};
	struct sw_host h = host_new(NULL);

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char buf[ACCOUNT_KEY];
		struct sw_label name = account_name(&h, account_login(raw_of(rows[i].in), buf));

		want_text(rows[i].in, name.s, rows[i].want);
	}
	host_remove(&h);
}

/* No key writes a byte behind itself, and the longest is ACCOUNT_KEY bytes. */
static void a_key_is_as_long_as_it_must_be(void **state)
{
	static char text[ACCOUNT_KEY + 3];

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t n = 0; n < sizeof(text); n += n == 3 ? ACCOUNT_KEY - 6 : 1) {
		const struct sw_raw in = n ? raw_from(text, n) : raw_from(NULL, 0);
		char buf[ACCOUNT_KEY + 1];
		size_t login = n < ACCOUNT_KEY ? n : ACCOUNT_KEY;
		size_t client = n + 1 < ACCOUNT_KEY ? n + 1 : ACCOUNT_KEY;

		memset(buf, '#', sizeof(buf));
		want_number("login", account_login(in, buf).n, login);
		want_number("behind it", buf[login], '#');
		want_number("its last byte", login ? buf[login - 1] : 'x', 'x');
		memset(buf, '#', sizeof(buf));
		want_number("client", account_client(in, buf).n, client);
		want_number("behind it", buf[client], '#');
		want_number("its last byte", client > 1 ? buf[client - 1] : 'x', 'x');
	}
}

static void what_is_too_long_is_cut(void **state)
{
	static char text[3 * ACCOUNT_KEY];
	char buf[ACCOUNT_KEY];

	(void)state;
	memset(text, 'X', sizeof(text));
	want_number("login", account_login(raw_from(text, sizeof(text)), buf).n, ACCOUNT_KEY);
	want_number("its last byte", buf[ACCOUNT_KEY - 1], 'x');
	want_number("client", account_client(raw_from(text, sizeof(text)), buf).n, ACCOUNT_KEY);
	want_number("kind", account_kind(raw_from(buf, ACCOUNT_KEY)), SW_ACCOUNT_CLIENT);
	want_number("no key", account_kind(raw_from(NULL, 0)), SW_ACCOUNT_LOGIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_has_its_name),
		cmocka_unit_test(ascii_letters_of_a_login_are_lower_case),
		cmocka_unit_test(each_byte_is_folded_by_itself),
		cmocka_unit_test(a_byte_changes_none_beside_it),
		cmocka_unit_test(no_login_passes_for_another_kind),
		cmocka_unit_test(a_login_that_reads_like_another_kind_stands_in_brackets),
		cmocka_unit_test(a_key_is_as_long_as_it_must_be),
		cmocka_unit_test(what_is_too_long_is_cut),
	};

	return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
