/* Where a message came from, of its queue file; addresses in one form. */
#include "incident/origin.h"

#include "test.h"

static void an_address_has_one_form(void **state)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1" },
		{ "IPv6:2001:DB8::1", "2001:db8::1" },
		{ "2001:0db8:0:0::01", "2001:db8::1" },
		{ "0000:0000:0000:0000:0000:FFFF:192.168.100.228", "::ffff:192.168.100.228" },
		{ "192.0.2.01", "192.0.2.01" },
		{ "unknown", "unknown" },
		{ "IPv6:x", "x" },
		{ "IPv6:", "" },
		{ "", "" },
	};
	char buf[ORIGIN_CLIENT];
	char text[ORIGIN_CLIENT + 1];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_raw(rows[i].in, origin_address(raw_of(rows[i].in), buf), rows[i].want);
	memset(text, 'x', sizeof(text));
	for (size_t n = ORIGIN_CLIENT - 1; n <= ORIGIN_CLIENT + 1; n++)
		want_number("none, whatever its length", (int64_t)origin_address(raw_from(text, n), buf).n, (int64_t)n);
}

/* What each says by itself; before a filter is what counts. */
static void where_a_message_came_from_is_told(void **state)
{
	static const struct {
		struct sw_queue_file file;
		bool told;
		const char *client;
	} rows[] = {
		{ { .has_uid = false }, false, "" },
		{ { .has_uid = true }, true, "" },
		{ { .sasl_login = { "b", 1 } }, true, "" },
		{ { .client_address = { "192.0.2.1", 9 } }, true, "192.0.2.1" },
		{ { .log_client_address = { "IPv6:::1", 8 } }, true, "::1" },
		{ { .client_address = { "127.0.0.1", 9 }, .log_client_address = { "192.0.2.1", 9 } }, true, "192.0.2.1" },
	};
	char buf[ORIGIN_CLIENT];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		want_number("told", origin_is_told(&rows[i].file), rows[i].told);
		want_raw("its client", origin_client(&rows[i].file, buf), rows[i].client);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_has_one_form),
		cmocka_unit_test(where_a_message_came_from_is_told),
	};

	return cmocka_run_group_tests_name("origin", tests, NULL, NULL);
}
