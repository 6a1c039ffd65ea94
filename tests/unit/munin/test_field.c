#include "munin/field.h"
#include "test.h"

static struct sw_field dropin(const char *name)
{
	return sw_field_dropin(raw_of(name));
}

static void a_replaced_plugin_keeps_its_names(void **state)
{
	/* right column: perl -MMunin::Plugin -e 'print clean_fieldname(shift)' of Munin 2.0.73 */
	static const struct {
		const char *in;
		const char *want;
	} rows[] = {
		{ "/dev/sda1", "_dev_sda1" },
		{ "/", "_" },
		{ "//x", "_x" },
		{ "123abc", "_abc" },
		{ "_abc", "_abc" },
		{ "-_a", "__a" },
		{ "a-b.c", "a_b_c" },
		{ "root", "__root" },
		{ "/root", "_root" },
		{ "rootfs", "rootfs" },
		{ "server:/export", "server__export" },
		{ "/run/user/1000", "_run_user_1000" },
		{ "/mnt/with space", "_mnt_with_space" },
		{ "m\303\274ller", "m__ller" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_text(rows[i].in, dropin(rows[i].in).s, rows[i].want);
}

static void a_name_that_breaks_munin_is_never_given_out(void **state)
{
	static const char *const rows[] = {
		"",
		"host",
		"group",
		"plugin",
		"worst",
		"worstid",
		"recovered",
		"fields",
		"state_changed",
		"cfields",
		"wfields",
		"ufields",
		"fofields",
		"ofields",
		"numcfields",
		"numfofields",
		"graph_title",
		"graph_order",
		"graphable",
		"multigraph",
		"host_name",
		"update_rate",
		"contacts",
		"0123456789/", /* nothing that may stand first */
		"/0123456789012345678901234567890123456789012345678901234567890123456789",
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_field f = dropin(rows[i]);

		if (!field_is_legal(raw_of(f.s)) || strcmp(f.s, rows[i]) == 0)
			fail_msg("\"%s\": got \"%s\", want a legal name", rows[i], f.s);
	}
}

static void only_such_names_are_legal(void **state)
{
	static const struct {
		const char *in;
		bool want;
	} rows[] = {
		{ "load", true },	  { "_", true },
		{ "_dev_sda1", true },	  { "A9", true },
		{ "__root", true },	  { "worst2", true },
		{ "label", true },	  { "value", true },
		{ "numbers", true },	  { "", false },
		{ "9a", false },	  { "a.b", false },
		{ "a-b", false },	  { "a b", false },
		{ "a\nb", false },	  { "\303\274", false },
		{ "root", false },	  { "graph", false },
		{ "graph_title", false }, { "cfields", false },
		{ "numufields", false },
	};
	char long_name[SW_FIELD_MAX + 2];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].in, field_is_legal(raw_of(rows[i].in)), rows[i].want);
	want_number("a NUL", field_is_legal(raw_from("a\0b", 3)), false);
	memset(long_name, 'a', sizeof(long_name));
	want_number("127 bytes", field_is_legal(raw_from(long_name, SW_FIELD_MAX)), true);
	want_number("128 bytes", field_is_legal(raw_from(long_name, SW_FIELD_MAX + 1)), false);
}

static void a_name_of_ours_that_munin_can_not_take_is_made_one(void **state)
{
	(void)state;
	want_text("legal", sw_field_own("total").s, "total");
	want_text("a word of Munin's", sw_field_own("host").s, sw_field_hashed("_", raw_of("host")).s);
	want_text("no name", sw_field_own("a b").s, sw_field_hashed("_", raw_of("a b")).s);
}

static void names_longer_than_63_bytes_stay_apart(void **state)
{
	char a[64];
	char b[64];
	struct sw_field fa;
	struct sw_field fb;

	(void)state;
	memset(a, 'a', sizeof(a));
	memset(b, 'a', sizeof(b));
	b[63] = 'b';
	fa = sw_field_dropin(raw_from(a, 63));
	want_number("63 bytes stand as they are", strlen(fa.s), 63);
	fa = sw_field_dropin(raw_from(a, 64));
	fb = sw_field_dropin(raw_from(b, 64));
	if (strcmp(fa.s, fb.s) == 0)
		fail_msg("two names: got one field %s", fa.s);
	want_number("legal", field_is_legal(raw_of(fa.s)), true);
	/* with the '_' for what may not stand first */
	a[0] = '/';
	want_number("63 with a slash", strlen(sw_field_dropin(raw_from(a, 63)).s), 63);
	want_number("64 with a slash", strlen(sw_field_dropin(raw_from(a, 64)).s) < 63, true);
}

static void an_account_keeps_its_field(void **state)
{
	/* as long as these stand, so do the RRDs; the digits are the low half of test_hash's */
	(void)state;
	want_text("an account", sw_field_hashed("u_", raw_of("email@ourdomain.com")).s,
		  "u_email_ourdomain_com_62b37179");
	want_text("nobody", sw_field_hashed("u_", raw_of("")).s, "u__150c532c");
	want_text("a mount point", sw_field_hashed("_", raw_of("/")).s, "___8c81f862");
}

static void names_that_look_alike_have_fields_of_their_own(void **state)
{
	static const char *const rows[][2] = {
		{ "a@b.c", "a.b@c" },
		{ "a b", "a\nb" },
		{ "\303\274", "\303\266" },
		{ "12345678901234567890123456789012x", "12345678901234567890123456789012y" },
		{ "Bob", "bob" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_field a = sw_field_hashed("u_", raw_of(rows[i][0]));
		struct sw_field b = sw_field_hashed("u_", raw_of(rows[i][1]));

		if (strcmp(a.s, b.s) == 0)
			fail_msg("%s: got one field %s for two names", rows[i][0], a.s);
		want_number(a.s, field_is_legal(raw_of(a.s)), true);
		want_number(b.s, field_is_legal(raw_of(b.s)), true);
	}
}

static void any_bytes_make_a_legal_name(void **state)
{
	char in[300];

	(void)state;
	for (unsigned first = 0; first < 256; first++)
		for (size_t n = 0; n <= sizeof(in); n += 60) {
			struct sw_field f;

			memset(in, (int)first, sizeof(in));
			f = sw_field_dropin(raw_from(in, n));
			want_number(f.s, field_is_legal(raw_of(f.s)), true);
			f = sw_field_hashed("u_", raw_from(in, n));
			want_number(f.s, field_is_legal(raw_of(f.s)), true);
			want_number(f.s, strlen(f.s) <= 2 + 32 + 9, true);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_replaced_plugin_keeps_its_names),
		cmocka_unit_test(a_name_that_breaks_munin_is_never_given_out),
		cmocka_unit_test(only_such_names_are_legal),
		cmocka_unit_test(a_name_of_ours_that_munin_can_not_take_is_made_one),
		cmocka_unit_test(names_longer_than_63_bytes_stay_apart),
		cmocka_unit_test(an_account_keeps_its_field),
		cmocka_unit_test(names_that_look_alike_have_fields_of_their_own),
		cmocka_unit_test(any_bytes_make_a_legal_name),
	};

	return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
