#include "incident/restrictions.h"
#include "test.h"

static const struct restrictions_check ours[] = {
	{ "check_client_access", "lmdb:/c" },
	{ "check_sasl_access", "lmdb:/b" },
};

static void what_may_permit_before_it_is_no_block(void **state)
{
	static const struct {
		const char *list;
		bool reached;
	} rows[] = {
		{ "", false },
		{ "check_sasl_access lmdb:/b", true },
		{ "check_sasl_access,lmdb:/b", true },
		{ "CHECK_SASL_ACCESS\tlmdb:/b, permit", true },
		{ "check_client_access lmdb:/c, check_sasl_access lmdb:/b", true },
		{ "reject_unauth_pipelining check_sasl_access lmdb:/b", true },
		{ "reject_rbl_client zen.example, check_sasl_access lmdb:/b", true },
		{ "sleep 1, check_sasl_access lmdb:/b", true },
		{ "check_sasl_access lmdb:/bb", false },
		{ "check_sasl_access", false },
		{ "check_sender_access lmdb:/b", false },
		{ "permit, check_sasl_access lmdb:/b", false },
		{ "permit_sasl_authenticated, check_sasl_access lmdb:/b", false },
		{ "permit_mynetworks check_sasl_access lmdb:/b", false },
		{ "warn_if_reject check_sasl_access lmdb:/b", false },
		{ "check_policy_service { inet:h:1, check_sasl_access lmdb:/b }", false },
		{ "a_class, check_sasl_access lmdb:/b", false },
		{ "check_sasl_access hash:/other, check_sasl_access lmdb:/b", false },
		{ "{ check_sasl_access lmdb:/b", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].list,
			    restrictions_reach(raw_of(rows[i].list), ours, SW_COUNT(ours), 1),
			    rows[i].reached);
}

static void a_list_with_ours_first_keeps_the_rest(void **state)
{
	static const struct {
		const char *list, *want;
	} rows[] = {
		{ "", "" },
		{ "reject_unauth_pipelining, permit", ",reject_unauth_pipelining,permit" },
		{ "permit check_sasl_access lmdb:/b", ",permit" },
		{ "$mua_x", ",$mua_x" },
		{ "warn_if_reject check_sasl_access lmdb:/b x",
		  ",warn_if_reject,check_sasl_access,lmdb:/b,x" },
		{ "check_policy_service {inet:h:1,timeout=1s}",
		  ",check_policy_service,{inet:h:1,timeout=1s}" },
		{ "check_policy_service { inet:h:1 }", NULL },
	};
	char buf[256];
	char want[256];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		bool made = restrictions_with(raw_of(rows[i].list), ours, SW_COUNT(ours), buf,
					      sizeof(buf));

		want_number(rows[i].list, made, rows[i].want != NULL);
		if (!rows[i].want)
			continue;
		snprintf(want, sizeof(want),
			 "check_client_access,lmdb:/c,check_sasl_access,lmdb:/b%s", rows[i].want);
		want_text(rows[i].list, buf, want);
		assert_true(restrictions_reach(raw_of(buf), ours, SW_COUNT(ours), 1));
	}
	assert_false(restrictions_with(raw_of("x"), ours, SW_COUNT(ours), buf, 55));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_may_permit_before_it_is_no_block),
		cmocka_unit_test(a_list_with_ours_first_keeps_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
