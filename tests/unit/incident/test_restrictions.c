#include "incident/restrictions.h"

#include <strings.h>

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
	assert_true(restrictions_with(raw_of("x yy"), ours, 0, buf, sizeof(buf)));
	want_text("of no checks", buf, "x,yy");
}

/* Words of which lists are made, by chance; each has its blanks or commas behind it. */
static const char *const words[] = { "check_client_access", "lmdb:/c",		"check_sasl_access", "lmdb:/b",
				     "CHECK_SASL_ACCESS",   "LMDB:/b",		"permit",	     "reject_x",
				     "reject_rbl_client",   "reject_rhsbl_helo", "sleep",	     "1",
				     "{a,b}",		    "warn_if_reject",	"reject",	     "reject_",
				     "Reject_RBL_x",	    "sleeps",		"reject_rb_",	     "{ a b }" };

static size_t draw(uint32_t *seed, size_t n)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 16) % n;
}

static size_t check_of(const char *name, const char *table)
{
	for (size_t i = 0; i < SW_COUNT(ours); i++)
		if (table && strcasecmp(name, ours[i].name) == 0 && strcmp(table, ours[i].table) == 0)
			return i;
	return SW_COUNT(ours);
}

static bool reach_slowly(const char *const *word, size_t n, size_t which)
{
	for (size_t i = 0; i < n; i++) {
		const bool more = i + 1 < n;
		const size_t check = check_of(word[i], more ? word[i + 1] : NULL);

		if (check == which)
			return true;
		if (check < SW_COUNT(ours)) {
			i++;
		} else if (strncasecmp(word[i], "reject_rbl_", 11) == 0 ||
			   strncasecmp(word[i], "reject_rhsbl_", 13) == 0 || strcasecmp(word[i], "sleep") == 0) {
			if (!more)
				return false;
			i++;
		} else if (strncasecmp(word[i], "reject_", 7) != 0) {
			return false;
		}
	}
	return false;
}

static bool with_slowly(const char *const *word, size_t n, char *ret)
{
	strcpy(ret, "check_client_access,lmdb:/c,check_sasl_access,lmdb:/b");
	for (size_t i = 0; i < n; i++) {
		const bool warned = i > 0 && strcasecmp(word[i - 1], "warn_if_reject") == 0;

		if (!warned && check_of(word[i], i + 1 < n ? word[i + 1] : NULL) < SW_COUNT(ours)) {
			i++;
			continue;
		}
		if (strchr(word[i], ' '))
			return false;
		strcat(ret, ",");
		strcat(ret, word[i]);
	}
	return true;
}

static void lists_by_chance_are_read_as_slowly(void **state)
{
	uint32_t seed = 11;

	(void)state;
	for (int round = 0; round < 40000; round++) {
		const char *word[8];
		char list[256] = "";
		char want[512];
		char got[512];
		const size_t n = draw(&seed, SW_COUNT(word) + 1);
		bool made;

		for (size_t i = 0; i < n; i++) {
			word[i] = words[draw(&seed, SW_COUNT(words))];
			strcat(list, word[i]);
			strcat(list, draw(&seed, 2) ? ", " : "\t");
		}
		for (size_t which = 0; which < SW_COUNT(ours); which++)
			if (restrictions_reach(raw_of(list), ours, SW_COUNT(ours), which) != reach_slowly(word, n, which))
				fail_msg("is check %zu reached by \"%s\"?", which, list);
		made = with_slowly(word, n, want);
		if (restrictions_with(raw_of(list), ours, SW_COUNT(ours), got, sizeof(got)) != made ||
		    (made && strcmp(got, want) != 0))
			fail_msg("\"%s\": got \"%s\", want \"%s\"", list, got, want);
	}
}

/* With its end, and not a byte less. */
static void a_list_wants_room(void **state)
{
	static const char want[] = "check_client_access,lmdb:/c,check_sasl_access,lmdb:/b,x,yy";

	(void)state;
	for (size_t size = 0; size < sizeof(want) + 3; size++) {
		char buf[80];

		memset(buf, '#', sizeof(buf));
		want_number("made", restrictions_with(raw_of("x yy"), ours, SW_COUNT(ours), buf, size), size >= sizeof(want));
		if (size >= sizeof(want))
			want_text("all", buf, want);
		for (size_t i = size; i < sizeof(buf); i++)
			assert_int_equal(buf[i], '#');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_may_permit_before_it_is_no_block),
		cmocka_unit_test(a_list_with_ours_first_keeps_the_rest),
		cmocka_unit_test(lists_by_chance_are_read_as_slowly),
		cmocka_unit_test(a_list_wants_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
