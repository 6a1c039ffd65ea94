/* kept: a traffic that was kept and taken answers every question as the one that was read. */
#include <errno.h>
#include <stdlib.h>

#include "traffic/kept.h"
#include "traffic/tables.h"
#include "traffictext.h"

enum { MINUTES = 24, NOW = 1795431330 };

static const struct sw_host host = { .now = NOW };

static int64_t at(unsigned minute)
{
	return NOW - NOW % 60 - 60 * MINUTES + 60 * minute;
}

static void new_traffic(struct traffic *s)
{
	struct sw_fault why = { 0 };

	want_number("a new traffic", traffic_new(s, &host, MINUTES, true, &why), 0);
}

static void some_traffic(struct traffic *s)
{
	new_traffic(s);
	sent(s, at(2), 7, "mail.example.net[192.0.2.7]", "alice@example.com");
	sent(s, at(2) + 1, 3, "unknown[2001:db8::1]", "bob");
	queued(s, at(3), "4ABC012345", "unknown[2001:db8::2]", "bob", 40000);
	sent(s, at(23), 70000, "x.example[192.0.2.7]", "b o b%41");
	s->proof.heard = at(23);
	s->managed = true;
}

static void want_same_ranks(const struct traffic *a, const struct traffic *b)
{
	struct traffic_rank *one = calloc(2, TRAFFIC_ACCOUNTS * sizeof(*one));
	struct traffic_rank *two = one + TRAFFIC_ACCOUNTS;

	assert_non_null(one);
	for (unsigned what = 0; what < TRAFFIC_KINDS; what++)
		for (unsigned first = 0; first < MINUTES; first += 3) {
			size_t n = traffic_top(a, what, first, 5, 1, true, one, TRAFFIC_ACCOUNTS);

			want_number("accounts",
				    traffic_top(b, what, first, 5, 1, true, two, TRAFFIC_ACCOUNTS),
				    n);
			for (size_t i = 0; i < n && i < TRAFFIC_ACCOUNTS; i++) {
				struct traffic_peers from;
				struct traffic_peers also;

				want_text("name", traffic_name(b, &two[i]).s,
					  traffic_name(a, &one[i]).s);
				want_number("count", two[i].count, one[i].count);
				want_number("error", two[i].error, one[i].error);
				assert_true(raw_same(two[i].key, one[i].key));
				if (i > 40)
					continue;
				traffic_peers_of(a, one[i].row, first, 5, &from);
				traffic_peers_of(b, two[i].row, first, 5, &also);
				assert_true(raw_same(from.address, also.address));
				assert_true(raw_same(from.name, also.name));
				want_number("from there", also.count, from.count);
				want_number("other addresses", also.others, from.others);
			}
		}
	free(one);
}

static void want_same(const struct traffic *a, const struct traffic *b)
{
	want_number("managed", b->managed, a->managed);
	want_number("evicted", topk_evicted(b->account), topk_evicted(a->account));
	assert_memory_equal(a->total, b->total, sizeof(a->total));
	want_number("heard", b->proof.heard, a->proof.heard);
	want_number("reasons", b->proof.reasons, a->proof.reasons);
	assert_memory_equal(a->proof.why, b->proof.why, sizeof(a->proof.why));
	want_same_ranks(a, b);
}

/* Kept, taken, asked; and kept once more the same bytes. */
static void want_kept(const struct traffic *s)
{
	struct sw_raw bytes;
	struct sw_raw again;
	struct traffic copy;

	traffic_keep(s, &bytes);
	assert_true(bytes.n > 0);
	new_traffic(&copy);
	want_number("taken", traffic_take_kept(&copy, bytes), 0);
	want_same(s, &copy);
	traffic_keep(&copy, &again);
	assert_true(raw_same(again, bytes));
	free((char *)bytes.p);
	free((char *)again.p);
	traffic_free(&copy);
}

static void what_was_counted_comes_back(void **state)
{
	struct traffic s;

	(void)state;
	new_traffic(&s);
	want_kept(&s);
	traffic_free(&s);
	new_traffic(&s);
	sent(&s, at(2), 1, "mail.example.net[192.0.2.7]", "alice@example.com");
	want_kept(&s);
	traffic_free(&s);
	some_traffic(&s);
	want_kept(&s);
	traffic_free(&s);
}

static void an_address_of_no_account_is_refused(void **state)
{
	static const char peer[] = { 1, 0, 1, 'a', 0, 0 }; /* one: row, address, name, minutes */
	struct sw_raw bytes;
	struct traffic s;
	char *with;

	(void)state;
	new_traffic(&s);
	traffic_keep(&s, &bytes);
	traffic_free(&s);
	with = malloc(bytes.n - 1 + sizeof(peer));
	assert_non_null(with);
	memcpy(with, bytes.p, bytes.n - 1);
	memcpy(with + bytes.n - 1, peer, sizeof(peer));
	new_traffic(&s);
	want_number("taken", traffic_take_kept(&s, raw_from(with, bytes.n - 1 + sizeof(peer))), -EBADMSG);
	traffic_free(&s);
	free(with);
	free((char *)bytes.p);
}

static void more_accounts_than_places_come_back(void **state)
{
	struct traffic s;
	char login[700];
	char client[64];

	(void)state;
	new_traffic(&s);
	for (int i = 0; i < TRAFFIC_ACCOUNTS + 500; i++) {
		snprintf(login, sizeof(login), "user%d@example.com", i);
		snprintf(client, sizeof(client), "unknown[10.0.%d.%d]", i / 256, i % 256);
		sent(&s, at((unsigned)i % MINUTES), 1 + i % 3, client, login);
	}
	/* alike in all that is kept of a name */
	memset(login, 'x', sizeof(login));
	for (int i = 0; i < 3; i++) {
		snprintf(login + 400, sizeof(login) - 400, "%d", i);
		sent(&s, at(7), 50, "unknown[192.0.2.1]", login);
	}
	assert_true(topk_evicted(s.account) > 0);
	want_kept(&s);
	traffic_free(&s);
}

static void what_could_not_be_read_comes_back_with_its_reason(void **state)
{
	struct log_reason silent = { .doubt = LOG_SILENT,
				     .passes = true,
				     .where = sw_label_from(raw_of("/var/log/mail.log")),
				     .heard = at(3),
				     .moved = -EACCES };
	struct log_reason zone = {
		.doubt = LOG_ZONE, .by_config = true, .offset = -7200, .lines = 9
	};
	const struct log_reason *one;
	const struct log_reason *two;
	struct sw_raw bytes;
	struct traffic copy;
	struct traffic s;

	(void)state;
	some_traffic(&s);
	silent.quote = sw_label_from(raw_from("\n\xff[32m", 6));
	sw_fault(&zone.cause, EBADMSG, "it is no log of %s", "ours");
	log_proof_doubt(&s.proof, at(4), at(9), &silent);
	log_proof_doubt(&s.proof, at(20), at(21), &zone);
	s.report.candidates = 2;
	s.report.chosen = 1;
	s.report.candidate[0] = (struct log_candidate){ .where = silent.where, .error = EACCES };
	s.report.candidate[1] = (struct log_candidate){ .where = zone.where, .heard = at(1) };
	blocked_take(&s.blocked, BLOCKED_CREATE, 17, raw_of("No space left on device"), at(5), 5);
	want_kept(&s);
	traffic_keep(&s, &bytes);
	new_traffic(&copy);
	want_number("taken", traffic_take_kept(&copy, bytes), 0);
	for (unsigned m = 0; m < MINUTES; m++) {
		want_number("state", log_proof_state(&copy.proof, m, 1, &two),
			    log_proof_state(&s.proof, m, 1, &one));
		want_text("where", two->where.s, one->where.s);
		want_text("quote", two->quote.s, one->quote.s);
		want_text("cause", two->cause.text.s, one->cause.text.s);
		want_number("moved", two->moved, one->moved);
		want_number("offset", two->offset, one->offset);
		want_number("by config", two->by_config, one->by_config);
	}
	want_number("candidate's error", copy.report.candidate[0].error, EACCES);
	want_number("candidate heard", copy.report.candidate[1].heard, at(1));
	want_number("chosen", copy.report.chosen, 1);
	assert_memory_equal(&copy.blocked, &s.blocked, sizeof(s.blocked));
	free((char *)bytes.p);
	traffic_free(&copy);
	traffic_free(&s);
}

static void one_run_s_bad_luck_is_not_kept_for_others(void **state)
{
	static const struct {
		int code;
		bool kept;
	} rows[] = { { EMFILE, false },	   { ENOMEM, false }, { EIO, false },  { EINTR, false },
		     { ETIMEDOUT, false }, { EACCES, true },  { ENOENT, true } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		for (int candidate = 0; candidate < 2; candidate++) {
			struct log_reason why = { .doubt = LOG_PART, .passes = true };
			struct sw_raw bytes;
			struct traffic s;

			some_traffic(&s);
			sw_fault_errno(&why.cause, rows[i].code, "open a rotated file");
			if (candidate)
				s.report.candidate[s.report.candidates++].error = rows[i].code;
			else
				log_proof_doubt(&s.proof, at(4), at(5), &why);
			traffic_keep(&s, &bytes);
			want_number(why.cause.text.s, bytes.n > 0, rows[i].kept);
			free((char *)bytes.p);
			traffic_free(&s);
		}
}

static void what_is_of_another_window_or_broken_is_refused(void **state)
{
	const struct sw_host later = { .now = NOW + 60 };
	struct sw_fault why = { 0 };
	struct sw_raw bytes;
	struct traffic s;
	char *damaged;

	(void)state;
	some_traffic(&s);
	traffic_keep(&s, &bytes);
	traffic_free(&s);
	want_number("new", traffic_new(&s, &later, MINUTES, true, &why), 0);
	want_number("a minute later", traffic_take_kept(&s, bytes), -EBADMSG);
	traffic_free(&s);
	want_number("new", traffic_new(&s, &host, MINUTES - 1, true, &why), 0);
	want_number("a minute less", traffic_take_kept(&s, bytes), -EBADMSG);
	traffic_free(&s);
	want_number("new", traffic_new(&s, &host, MINUTES, false, &why), 0);
	want_number("without local users", traffic_take_kept(&s, bytes), -EBADMSG);
	traffic_free(&s);
	for (size_t n = 0; n < bytes.n; n++) {
		new_traffic(&s);
		want_number("cut", traffic_take_kept(&s, raw_from(bytes.p, n)), -EBADMSG);
		traffic_free(&s);
	}
	damaged = malloc(bytes.n + 1);
	assert_non_null(damaged);
	memcpy(damaged, bytes.p, bytes.n);
	damaged[bytes.n] = '\0';
	new_traffic(&s);
	want_number("longer", traffic_take_kept(&s, raw_from(damaged, bytes.n + 1)), -EBADMSG);
	traffic_free(&s);
	for (size_t i = 0; i < 8 * bytes.n; i++) {
		struct sw_raw again = { NULL, 0 };

		damaged[i / 8] ^= (char)(1 << i % 8);
		new_traffic(&s);
		if (traffic_take_kept(&s, raw_from(damaged, bytes.n)) == 0) {
			traffic_keep(&s, &again);
			assert_true(raw_same(again, raw_from(damaged, bytes.n)));
			for (size_t k = 0; k < topk_rows(s.peer); k++)
				want_number("of an account", ((struct peer *)topk_row(s.peer, k)->value)->row < topk_rows(s.account), true);
		}
		free((char *)again.p);
		traffic_free(&s);
		damaged[i / 8] ^= (char)(1 << i % 8);
	}
	free(damaged);
	free((char *)bytes.p);
}

/* Why nothing could be queued, in the words of the system, which may be cut. */
static void a_reason_comes_back_as_long_as_it_can_be(void **state)
{
	static const struct {
		const char *what;
		size_t n;
		int more; /* bytes than there were */
		bool taken;
	} rows[] = {
		{ "none", 0, 0, true },
		{ "a letter", 1, 0, true },
		{ "the longest", BLOCKED_REASON - 1, 0, true },
		{ "one more", BLOCKED_REASON - 1, 1, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw bytes;
		struct traffic copy;
		struct traffic s;
		size_t at;
		char *longer;

		some_traffic(&s);
		s.blocked.cause = BLOCKED_CREATE;
		memset(s.blocked.reason, 'X', rows[i].n);
		traffic_keep(&s, &bytes);
		longer = calloc(1, bytes.n + 1);
		assert_non_null(longer);
		at = raw_find(bytes, 'X');
		if (rows[i].more) {
			memcpy(longer, bytes.p, at);
			longer[at - 1]++;
			longer[at] = 'X';
			memcpy(longer + at + 1, bytes.p + at, bytes.n - at);
		} else {
			memcpy(longer, bytes.p, bytes.n);
		}
		new_traffic(&copy);
		want_number(rows[i].what, traffic_take_kept(&copy, raw_from(longer, bytes.n + (size_t)rows[i].more)),
			    rows[i].taken ? 0 : -EBADMSG);
		if (rows[i].taken)
			assert_memory_equal(&copy.blocked, &s.blocked, sizeof(s.blocked));
		traffic_free(&copy);
		traffic_free(&s);
		free(longer);
		free((char *)bytes.p);
	}
}

/* What another run found is taken for what this one would find; where it is broken this one looks. */
static void an_answer_is_taken_in_place_of_the_log(void **state)
{
	static const struct {
		const char *what;
		bool none;
		size_t less; /* bytes of it are not there */
		unsigned minutes;
		bool taken;
	} rows[] = {
		{ "whole", false, 0, MINUTES, true },
		{ "a byte less", false, 1, MINUTES, false },
		{ "of another window", false, 0, MINUTES - 1, false },
		{ "none", true, 0, MINUTES, false },
	};
	const struct log_where where = { .journal = LOG_JOURNAL_NO };
	struct sw_host h = host_new(NULL);
	struct sw_raw bytes;
	struct traffic kept;

	(void)state;
	h.now = NOW;
	some_traffic(&kept);
	traffic_keep(&kept, &bytes);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct share share = { .fd = -1, .answer = raw_from(bytes.p, bytes.n - rows[i].less) };
		struct sw_fault why = { 0 };
		struct traffic s;

		if (rows[i].none)
			share.answer.n = 0;
		want_number(rows[i].what, traffic_read_shared(&s, &share, &h, &where, rows[i].minutes, true, &why), 0);
		want_number(rows[i].what, s.minutes, rows[i].minutes);
		want_number(rows[i].what, s.total[TRAFFIC_MESSAGES][2], rows[i].taken ? 10 : 0);
		want_number(rows[i].what, topk_rows(s.account), rows[i].taken ? 3 : 0);
		if (rows[i].taken)
			want_same(&kept, &s);
		traffic_free(&s);
	}
	traffic_free(&kept);
	free((char *)bytes.p);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_counted_comes_back),
		cmocka_unit_test(more_accounts_than_places_come_back),
		cmocka_unit_test(what_could_not_be_read_comes_back_with_its_reason),
		cmocka_unit_test(one_run_s_bad_luck_is_not_kept_for_others),
		cmocka_unit_test(what_is_of_another_window_or_broken_is_refused),
		cmocka_unit_test(an_address_of_no_account_is_refused),
		cmocka_unit_test(a_reason_comes_back_as_long_as_it_can_be),
		cmocka_unit_test(an_answer_is_taken_in_place_of_the_log),
	};

	return cmocka_run_group_tests_name("kept", tests, NULL, NULL);
}
