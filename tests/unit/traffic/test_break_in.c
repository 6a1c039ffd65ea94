#include "traffic/break_in.h"

#include <stdlib.h>

#include "reference_break_in.h"
#include "test.h"

enum { DAY = 86400, T = 1795651200 /* 2026-11-26T00:00:00Z */ };

static const struct break_in_rules usual = { .guesses = 5, .networks = 3 };

static struct break_ins *fresh(void)
{
	static struct break_ins b;

	break_in_begin(&b, (struct hash_key){ 1, 2 });
	return &b;
}

static struct network_address address_of(const char *text)
{
	struct network_address ret;

	assert_true(network_address(raw_of(text), &ret));
	return ret;
}

/*
 * A story: words with blanks between, each `HOURS` `-N` or `+` `NAME` `@` `ADDRESS`: after so many
 * hours N failures a second apart, or a use.
 */
static void play(struct break_ins *b, const char *story)
{
	struct sw_raw rest = raw_of(story);
	struct sw_raw word;

	while (raw_word(&rest, " ", &word)) {
		char name[512];
		char from[64];
		char what[16];
		struct network_address address;
		double hours;
		char text[1024];

		snprintf(text, sizeof(text), "%.*s", (int)word.n, word.p);
		if (sscanf(text, "%lf:%15[-+0-9]%[^@]@%63s", &hours, what, name, from) != 4)
			fail_msg("no story: %s", text);
		address = address_of(from);
		for (int i = 0; what[0] == '-' && i < atoi(what + 1); i++)
			break_in_failure(b, raw_of(name), &address, T + (int64_t)(3600 * hours) + i);
		if (what[0] == '+')
			break_in_use(b, &usual, raw_of(name), &address,
				     T + (int64_t)(3600 * hours));
	}
}

/* Who is told of: "NAME ADDRESS FAILURES since HOURS", by name. */
static void show(const struct break_ins *b, char *ret, size_t size)
{
	size_t n = 0;

	ret[0] = '\0';
	for (int pass = 'a'; pass <= 'z'; pass++)
		for (size_t i = 0; i < BREAK_IN_BROKEN; i++) {
			const struct break_in *one = &b->broken[i];
			char buf[NETWORK_TEXT];

			if (one->account == 0 || one->name[0] != pass)
				continue;
			n += (size_t)snprintf(ret + n, size - n, "%s%.*s %s %u since %g", n ? "; " : "",
					      (int)one->name_n, one->name,
					      network_text(&one->address, buf).p, one->failures,
					      (double)(one->since - T) / 3600);
			if (one->networks)
				n += (size_t)snprintf(ret + n, size - n, " of %u networks", one->networks);
			if (one->accounts)
				n += (size_t)snprintf(ret + n, size - n, " for %u accounts", one->accounts);
		}
}

static void stories_end_as_they_should(void **state)
{
	static const struct {
		const char *what, *story, *want;
	} rows[] = {
		{ "nothing", "", "" },
		{ "(a)", "1:-5bob@240.7.7.7 2:+bob@240.7.7.7", "bob 240.7.7.7 5 since 1" },
		{ "(a) four", "1:-4bob@240.7.7.7 2:+bob@240.7.7.7", "" },
		{ "(a) another address of the network", "1:-5bob@240.7.7.7 2:+bob@240.7.9.1", "bob 240.7.9.1 5 since 1" },
		{ "(a) another network", "1:-5bob@240.7.7.7 2:+bob@240.8.7.7", "" },
		{ "(a) of IPv6 the /32", "1:-5bob@3fff:a:1::1 2:+bob@3fff:a:2::9", "bob 3fff:a:2::9 5 since 1" },
		{ "(a) text that begins alike", "1:-5bob@3fff:a:1::1 2:+bob@3fff:ab:2::9", "" },
		{ "(a) one address, two spellings", "1:-5bob@::ffff:240.7.7.7 2:+bob@240.7.1.1", "bob 240.7.1.1 5 since 1" },
		{ "(a) used there before", "0:+bob@240.7.7.7 1:-5bob@240.7.7.7 2:+bob@240.7.7.7", "" },
		{ "(a) used there seven days before", "-168:+bob@240.7.7.7 1:-5bob@240.7.7.7 2:+bob@240.7.7.7", "" },
		{ "(a) used there eight days before", "-193:+bob@240.7.7.7 1:-5bob@240.7.7.7 2:+bob@240.7.7.7", "bob 240.7.7.7 5 since 1" },
		{ "(a) used there a month before", "-766:+bob@240.7.7.7 1:-5bob@240.7.7.7 2:+bob@240.7.7.7", "bob 240.7.7.7 5 since 1" },
		{ "(a) used there before, and after it", "-20:+bob@240.7.7.7 50:+bob@240.7.7.7 1:-5bob@240.7.7.7 2:+bob@240.7.7.7", "" },
		{ "(a) used there after it alone", "96:+bob@240.7.7.7 49:-5bob@240.7.7.7 50:+bob@240.7.7.7", "bob 240.7.7.7 5 since 49" },
		{ "(a) used there by another", "0:+ann@240.7.7.7 1:-5bob@240.7.7.7 2:+bob@240.7.7.7", "bob 240.7.7.7 5 since 1" },
		{ "(a) an old password for a week, and the new one", "-166:+bob@100.64.9.9 -165:-100bob@100.64.9.9 -140:-100bob@100.64.9.9 -100:-100bob@100.64.9.9 -50:-100bob@100.64.9.9 1:-100bob@100.64.9.9 2:+bob@100.64.9.9", "" },
		{ "(a) failures of eight days ago are forgotten", "-193:-5bob@240.7.7.7 2:+bob@240.7.7.7", "" },
		{ "(a) some of them", "-193:-2bob@240.7.7.7 1:-4bob@240.7.7.7 2:+bob@240.7.7.7", "" },
		{ "(a) counted over days", "-100:-2bob@240.7.7.7 1:-4bob@240.7.7.7 2:+bob@240.7.7.7", "bob 240.7.7.7 6 since -100" },
		{ "(a) the first use is told", "1:-5bob@240.7.7.7 2:+bob@240.7.7.7 3:-5bob@240.7.7.7 4:+bob@240.7.7.7", "bob 240.7.7.7 5 since 1" },
		{ "(a) not again the next day", "-60:-5bob@240.7.7.7 -50:+bob@240.7.7.7 -20:+bob@240.7.7.7", "bob 240.7.7.7 5 since -60" },
		{ "(a) another network two days later", "-60:-5bob@240.7.7.7 -50:+bob@240.7.7.7 1:-6bob@240.8.7.7 2:+bob@240.8.7.7", "bob 240.8.7.7 6 since 1" },
		{ "(b)", "1:-2bob@240.1.0.1 1:-3bob@240.2.0.1 2:+bob@241.1.0.1 2.5:+bob@241.2.0.1 3:+bob@241.3.0.1", "bob 241.3.0.1 5 since 1 of 3 networks" },
		{ "(b) in more than an hour", "1:-2bob@240.1.0.1 1:-3bob@240.2.0.1 2:+bob@241.1.0.1 2.5:+bob@241.2.0.1 3.001:+bob@241.3.0.1", "" },
		{ "(b) two networks", "1:-2bob@240.1.0.1 1:-3bob@240.2.0.1 2:+bob@241.1.0.1 2.5:+bob@241.2.0.1 2.6:+bob@241.2.7.1", "" },
		{ "(b) one of three was known", "0:+bob@241.1.0.1 1:-2bob@240.1.0.1 1:-3bob@240.2.0.1 2:+bob@241.1.0.1 2.5:+bob@241.2.0.1 3:+bob@241.3.0.1", "" },
		{ "(b) four guesses", "1:-2bob@240.1.0.1 1:-2bob@240.2.0.1 2:+bob@241.1.0.1 2.5:+bob@241.2.0.1 3:+bob@241.3.0.1", "" },
		{ "(b) the fifth after the first use", "1:-2bob@240.1.0.1 1:-2bob@240.2.0.1 2:+bob@241.1.0.1 2.1:-1bob@240.3.0.1 2.5:+bob@241.2.0.1 3:+bob@241.3.0.1", "" },
		{ "(b) those that guessed get in", "1:-1bob@240.1.0.1 1:-1bob@240.2.0.1 1:-1bob@240.3.0.1 1:-1bob@240.4.0.1 1:-1bob@240.5.0.1 2:+bob@240.1.0.1 2.5:+bob@240.2.0.1 3:+bob@240.3.0.1", "bob 240.3.0.1 5 since 1 of 3 networks" },
		{ "(b) guesses of a network of his own", "0:+bob@240.1.0.1 1:-9bob@240.1.0.1 2:+bob@241.1.0.1 2.5:+bob@241.2.0.1 3:+bob@241.3.0.1", "" },
		{ "(b) mistypes of a traveller", "0.5:-3bob@241.1.0.1 1:+bob@241.1.0.1 1.1:-3bob@241.2.0.1 1.2:+bob@241.2.0.1 1.3:+bob@241.3.0.1", "" },
		{ "(b) guessed, and not used", "1:-9bob@240.1.0.1 2:+ann@241.1.0.1 2.5:+ann@241.2.0.1 3:+ann@241.3.0.1", "" },
		{ "(c)", "1:-1a@245.5.5.5 1:-1b@245.5.5.5 1:-1c@245.5.5.5 1:-1d@245.5.5.5 1:-1e@245.5.5.5 2:+kim@245.5.5.5", "kim 245.5.5.5 5 since 1 for 5 accounts" },
		{ "(c) four accounts", "1:-1a@245.5.5.5 1:-1b@245.5.5.5 1:-1c@245.5.5.5 1:-9d@245.5.5.5 2:+kim@245.5.5.5", "" },
		{ "(c) another address of the network", "1:-1a@245.5.5.5 1:-1b@245.5.5.5 1:-1c@245.5.5.5 1:-1d@245.5.5.5 1:-1e@245.5.5.5 2:+kim@245.5.5.6", "" },
		{ "(c) an office", "0:+ann@245.5.5.5 1:-1a@245.5.5.5 1:-1b@245.5.5.5 1:-1c@245.5.5.5 1:-1d@245.5.5.5 1:-1e@245.5.5.5 2:+kim@245.5.5.5", "" },
		{ "(c) an office that somebody else got into meanwhile", "0:+ann@245.5.7.7 1:-1a@245.5.5.5 1:-1b@245.5.5.5 1:-1c@245.5.5.5 1:-1d@245.5.5.5 1:-1e@245.5.5.5 2:+ann@245.5.5.5 3:+kim@245.5.5.5", "" },
		{ "(c) his own network", "0:+kim@245.5.9.9 1:-1a@245.5.5.5 1:-1b@245.5.5.5 1:-1c@245.5.5.5 1:-1d@245.5.5.5 1:-1e@245.5.5.5 2:+kim@245.5.5.5", "" },
		{ "(c) who broke in is nobody", "1:-1a@245.5.5.5 1:-1b@245.5.5.5 1:-1c@245.5.5.5 1:-1d@245.5.5.5 1:-1e@245.5.5.5 2:+kim@245.5.5.5 2.5:+kim@245.5.5.5 3:+lou@245.5.5.5", "kim 245.5.5.5 5 since 1 for 5 accounts; lou 245.5.5.5 5 since 1 for 5 accounts" },
		{ "(c) nor seven days later", "1:-1a@245.5.5.5 1:-1b@245.5.5.5 1:-1c@245.5.5.5 1:-1d@245.5.5.5 1:-1e@245.5.5.5 2:+kim@245.5.5.5 160:+ann@245.5.9.9 168:+ann@245.5.5.5 169:+lou@245.5.5.5", "kim 245.5.5.5 5 since 1 for 5 accounts; lou 245.5.5.5 5 since 1 for 5 accounts" },
		{ "(c) accounts tried eight days ago are forgotten", "-193:-1a@245.5.5.5 1:-1b@245.5.5.5 1:-1c@245.5.5.5 1:-1d@245.5.5.5 1:-1e@245.5.5.5 2:+kim@245.5.5.5", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct break_ins *b = fresh();
		char got[1024];

		play(b, rows[i].story);
		show(b, got, sizeof(got));
		want_text(rows[i].what, got, rows[i].want);
	}
}

static void a_name_is_as_long_as_smtpd_logs_it(void **state)
{
	struct break_ins *b = fresh();
	struct network_address from = address_of("240.7.7.7");
	char name[150];

	(void)state;
	memset(name, 'x', sizeof(name));
	for (int i = 0; i < 5; i++)
		break_in_failure(b, raw_from(name, 100), &from, T + i);
	break_in_use(b, &usual, raw_from(name, sizeof(name)), &from, T + 9);
	want_number("told", b->broken[0].failures, 5);
	want_number("whole", b->broken[0].name_n, sizeof(name));
}

static void it_lasts_a_day(void **state)
{
	static const struct {
		const char *what;
		int64_t end; /* after it */
		bool want;
	} rows[] = { { "before it", 0, false },
		     { "at once", 1, true },
		     { "a day later", DAY, true },
		     { "and a second", DAY + 1, false } };
	struct break_ins *b = fresh();

	(void)state;
	play(b, "1:-5bob@240.7.7.7 2:+bob@240.7.7.7");
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].what,
			    break_in_is_of(&b->broken[0], T + 7200 + rows[i].end), rows[i].want);
}

/* (b): guesses of a network of his own count nowhere, also of a pair that has the first place. */
static void the_first_place_of_a_pair_is_looked_at(void **state)
{
	struct network_address own = address_of("240.1.0.1");
	struct break_ins *b = fresh();
	char name[16] = "";

	(void)state;
	for (int i = 0; b->pair[0].account == 0; i++) {
		snprintf(name, sizeof(name), "b%d", i);
		break_in_failure(b, raw_of(name), &own, T);
	}
	for (int used = 0; used < 2; used++) {
		char story[256];

		b = fresh();
		snprintf(story, sizeof(story),
			 "0:+%s@%s 1:-9%s@240.1.0.1 2:+%s@241.1.0.1 2.5:+%s@241.2.0.1 3:+%s@241.3.0.1", name,
			 used ? "240.1.0.1" : "240.9.0.1", name, name, name, name);
		play(b, story);
		assert_true(b->pair[0].account != 0);
		want_number(name, b->broken[0].account != 0, !used);
	}
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Does one come before the other: the last first, of those of one second the smaller hash? */
static bool comes_before(const struct break_in *a, const struct break_in *b)
{
	return a->first > b->first || (a->first == b->first && a->account < b->account);
}

static void the_last_ones_are_told_first(void **state)
{
	uint32_t seed = 9;

	(void)state;
	for (unsigned round = 0; round < 300; round++) {
		struct break_ins *b = fresh();
		const struct break_in *got[BREAK_IN_BROKEN + 1] = { NULL };
		size_t all = round % 50 == 0 ? BREAK_IN_BROKEN : next_random(&seed) % 12;
		size_t max = round % 2 ? BREAK_IN_BROKEN : next_random(&seed) % 6;
		size_t of = 0;
		size_t n;

		for (size_t i = 0; i < all; i++) {
			int64_t first = T - next_random(&seed) % 4;

			b->broken[i] = (struct break_in){ .account = (i * 7 + round) % 1009 + 1,
							  .first = first,
							  .last = first + (i % 5 == 3 ? -2 * DAY : 0) };
			of += break_in_is_of(&b->broken[i], T + 1);
		}
		n = break_in_last(b, T + 1, got, max);
		want_number("told", n, of < max ? of : max);
		for (size_t k = 0; k < n; k++) {
			size_t before = 0;

			want_number("of the day", break_in_is_of(got[k], T + 1), true);
			for (size_t i = 0; i < all; i++)
				before += break_in_is_of(&b->broken[i], T + 1) && comes_before(&b->broken[i], got[k]);
			want_number("its place", before, k);
		}
	}
}

/* Again within a day it is the same break-in, after a day another one; of too many the oldest goes. */
static void again_within_a_day_it_is_the_same(void **state)
{
	(void)state;
	for (int later = DAY - 1; later <= DAY; later++) {
		struct break_ins *b = fresh();
		struct network_address from = address_of("240.7.7.7");
		bool same = later < DAY;

		for (int i = 0; i < BREAK_IN_BROKEN + 1; i++) {
			char name[16];
			size_t n = (size_t)snprintf(name, sizeof(name), "%d", i);
			int64_t time = i == BREAK_IN_BROKEN ? T + later : T;

			for (int k = 0; k < 5; k++)
				break_in_failure(b, raw_from(name, n), &from, time);
			break_in_use(b, &usual, raw_from(name, n), &from, time);
			want_number("first", b->broken[i % BREAK_IN_BROKEN].first, time);
		}
		want_number("one of the last day is lost", b->lost, same);
		from = address_of("240.9.9.9");
		for (int k = 0; k < 5; k++)
			break_in_failure(b, raw_of("7"), &from, T + later);
		break_in_use(b, &usual, raw_of("7"), &from, T + later);
		want_number("last", b->broken[7].last, T + later);
		want_number("first", b->broken[7].first, same ? T : T + later);
	}
}

static void use_at_home(struct break_ins *b, int i, int failures, int64_t time)
{
	struct network_address home = address_of("10.0.0.0");
	char name[16];
	size_t n = (size_t)snprintf(name, sizeof(name), "user%d", i);

	home.byte[13] = (unsigned char)(i >> 8);
	home.byte[14] = (unsigned char)i;
	while (failures-- > 0)
		break_in_failure(b, raw_from(name, n), &home, time);
	break_in_use(b, &usual, raw_from(name, n), &home, time);
}

/* There is room for a thousand: which network is each one's stays known, whoever comes seven days later. */
static void a_thousand_accounts_at_home_are_broken_into_by_nobody(void **state)
{
	struct break_ins *b = fresh();
	int64_t later = T + 7 * DAY;

	(void)state;
	for (int i = 0; i < 1000; i++)
		use_at_home(b, i, 0, T);
	for (int i = 1000; i < 2000; i++)
		use_at_home(b, i, 0, later);
	for (int i = 0; i < 1000; i++)
		use_at_home(b, i, 6, later);
	want_number("broken into", b->broken[0].account, 0);
	want_number("lost", b->lost, 0);
}

/* On the eighth day after it a use or a failure is of no use, and its place is free. */
static void what_is_eight_days_old_makes_room(void **state)
{
	struct break_ins *b = fresh();
	uint64_t lost;

	(void)state;
	for (int i = 0; i < 40000; i++)
		use_at_home(b, i, 1, T);
	lost = b->lost;
	assert_true(lost > 0);
	for (int i = 40000; i < 40500; i++)
		use_at_home(b, i, 1, T + 8 * DAY);
	want_number("lost", b->lost, lost);
	use_at_home(b, 40500, 0, T + 7 * DAY);
	want_number("of the seventh there is none", b->lost > lost, true);
}

/* Which days it was used on is known of the last and of the seven before it, in whatever order they come. */
static void the_days_of_use_are_those_it_was_used_on(void **state)
{
	uint32_t seed = 3;

	(void)state;
	for (int round = 0; round < 500; round++) {
		struct break_ins *b = fresh();
		bool used[40] = { false };
		int last = 0;
		int slots = 0;

		for (uint32_t k = next_random(&seed) % 9; k < 10; k++) {
			int day = (int)(next_random(&seed) % (round % 2 ? 12 : 40));

			used[day] = true;
			last = day > last ? day : last;
			use_at_home(b, 1, 0, T + day * (int64_t)DAY);
		}
		for (size_t i = 0; i < BREAK_IN_USED; i++) {
			uint32_t days = 0;

			if (b->used[i].hash == 0)
				continue;
			slots++;
			for (int ago = 0; ago < BREAK_IN_DAYS && ago <= last; ago++)
				days |= (uint32_t)used[last - ago] << ago;
			want_number("last day", b->used[i].day, T / DAY + last);
			want_number("days", b->used[i].weight, (uint32_t)(T / DAY + last) << 8 | days);
		}
		want_number("of the account, the address and both", slots, 3);
	}
}

/* What a flood of names that come once does to who guesses on: nothing. */
static void a_flood_does_not_hide_who_goes_on_guessing(void **state)
{
	struct break_ins *b = fresh();
	struct network_address bot = address_of("240.7.7.7");
	int64_t time = T;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		struct network_address from = address_of("0.0.0.0");
		char name[16];
		int n = snprintf(name, sizeof(name), "n%d", i);

		memcpy(from.byte + 12, &i, sizeof(i));
		break_in_failure(b, raw_from(name, (size_t)n), &from, time + i / 10);
		if (i % 100 == 0)
			break_in_failure(b, raw_of("boss"), &bot, time + i / 10);
	}
	assert_true(b->lost > 0 && b->lost_at > T);
	break_in_use(b, &usual, raw_of("boss"), &bot, time + 30000);
	want_number("told", b->broken[0].last, time + 30000);
	assert_true(b->broken[0].failures > 1000 && b->broken[0].failures <= 2000);
}

/* And what is an account's is not lost for names that are none. */
static void a_flood_does_not_hide_an_account_that_is_used(void **state)
{
	struct break_ins *b = fresh();
	struct network_address home = address_of("203.0.113.9");

	(void)state;
	for (int i = 0; i < 100; i++) {
		char name[16];
		int n = snprintf(name, sizeof(name), "user%d", i);

		break_in_use(b, &usual, raw_from(name, (size_t)n), &home, T + i);
	}
	for (int i = 0; i < 200000; i++) {
		struct network_address from = address_of("240.0.0.1");
		char name[16];
		int n = snprintf(name, sizeof(name), "n%d", i % 50000);

		memcpy(from.byte + 12, &i, sizeof(i));
		break_in_failure(b, raw_from(name, (size_t)n), &from, T + 1000 + i / 10);
		if (i % 20000 != 0)
			continue;
		for (int k = 0; k < 100; k++) {
			n = snprintf(name, sizeof(name), "user%d", k);
			from = address_of("240.7.7.7");
			break_in_failure(b, raw_from(name, (size_t)n), &from, T + 1000 + i / 10);
		}
	}
	for (int i = 0; i < 100; i++) {
		struct network_address bot = address_of("240.7.1.1");
		char name[16];
		int n = snprintf(name, sizeof(name), "user%d", i);

		break_in_use(b, &usual, raw_from(name, (size_t)n), &bot, T + 30000 + i);
		want_number(name, b->broken[i].failures, 10);
	}
}

static struct network_address address_at(const struct reference_login *one)
{
	struct network_address address = address_of("10.0.0.0");

	address.byte[13] = (unsigned char)one->network;
	address.byte[15] = (unsigned char)one->host;
	return address;
}

static void told(struct break_ins *b, const struct reference_login *one,
		 const struct break_in_rules *rules)
{
	struct network_address address = address_at(one);
	char name[2] = { (char)('a' + one->account), '\0' };

	if (one->failed)
		break_in_failure(b, raw_of(name), &address, one->time);
	else
		break_in_use(b, rules, raw_of(name), &address, one->time);
}

/* Against all that happened, gone through again and again. */
static void it_says_what_the_reference_says(void **state)
{
	static struct reference_login list[REFERENCE_LOGINS];
	uint32_t seed = 1;
	unsigned seen = 0;

	(void)state;
	for (int round = 0; round < 300; round++) {
		const struct break_in_rules rules = { .guesses = 1 + next_random(&seed) % 5,
						      .networks = 1 + next_random(&seed) % 4 };
		static const int steps[] = { 400, 4000, 20000 };
		int step = steps[round % 3];
		int accounts = 2 + (int)(next_random(&seed) % 7);
		int networks = 2 + (int)(next_random(&seed) % 9);
		int failing = 30 + (int)(next_random(&seed) % 60);
		int n = 40 + (int)(next_random(&seed) % 160);
		struct break_ins *b = fresh();
		int64_t time = T;

		for (int i = 0; i < n; i++) {
			time += next_random(&seed) % (uint32_t)step;
			list[i] = (struct reference_login){
				.time = time,
				.account = (int)(next_random(&seed) % (uint32_t)accounts),
				.network = (int)(next_random(&seed) % (uint32_t)networks),
				.host = (int)(next_random(&seed) % 2),
				.failed = (int)(next_random(&seed) % 100) < failing,
			};
		}
		reference_break_in(list, n, &rules);
		for (int i = 0; i < n; i++) {
			const struct break_in *one = NULL;
			bool is_told;

			told(b, &list[i], &rules);
			for (size_t k = 0; k < BREAK_IN_BROKEN; k++)
				if (b->broken[k].account && b->broken[k].name[0] == 'a' + list[i].account)
					one = &b->broken[k];
			is_told = !list[i].failed && one && one->last == list[i].time;
			/* a second use at the same second is not told apart */
			if (i > 0 && list[i].time == list[i - 1].time)
				continue;
			if (is_told != (list[i].rules != 0))
				fail_msg("round %d, entry %d: told %d, want rules %u", round, i, is_told,
					 list[i].rules);
			if (is_told && one->first == list[i].time) {
				struct network_address address = address_at(&list[i]);
				struct network_address network = network_of(&address);

				want_number("failures", one->failures, list[i].failures);
				want_number("since", one->since, list[i].since);
				want_number("accounts", one->accounts, list[i].accounts);
				want_number("networks", one->networks, list[i].networks);
				assert_memory_equal(&one->address, &address, sizeof(address));
				assert_memory_equal(&one->network, &network, sizeof(network));
				want_number("the shortest name", one->name_n, 1);
			}
			seen |= list[i].rules;
		}
	}
	want_number("every rule was met", seen, 7);
}

/*
 * What the header says of the same use again: it changes nothing, however many others there were
 * between them, unless a break-in was told, the account's login failed, or a place was lost.
 */
static void a_use_that_comes_again_changes_nothing(void **state)
{
	enum { ACCOUNTS = 6, ADDRESSES = 12 };
	static struct break_ins before;
	struct break_ins *b = fresh();
	struct {
		int64_t day;
		uint64_t when;
	} used[ACCOUNTS][ADDRESSES] = { { { 0 } } };
	uint64_t failed[ACCOUNTS] = { 0 };
	uint64_t told = 1;
	uint64_t lost = 0;
	uint32_t seed = 5;
	int64_t time = T;
	int again = 0;

	(void)state;
	for (uint64_t i = 2; i < 3000; i++) {
		size_t account = next_random(&seed) % ACCOUNTS;
		size_t host = next_random(&seed) % ADDRESSES;
		bool fails = next_random(&seed) % 12 == 0;
		char name[] = { (char)('a' + account), '\0' };
		char from[32];
		struct network_address address;
		bool is_again;

		snprintf(from, sizeof(from), "10.%zu.0.%zu", host % 5, host);
		address = address_of(from);
		time += next_random(&seed) % 200;
		if (fails) {
			break_in_failure(b, raw_of(name), &address, time);
			failed[account] = i;
			continue;
		}
		is_again = used[account][host].day == time / DAY &&
			   used[account][host].when > failed[account] &&
			   used[account][host].when > told && lost == b->lost;
		if (is_again)
			memcpy(&before, b, sizeof(before));
		lost = b->lost;
		if (break_in_use(b, &usual, raw_of(name), &address, time))
			told = i;
		else
			used[account][host].when = i;
		used[account][host].day = time / DAY;
		if (is_again && memcmp(&before, b, sizeof(before)) != 0)
			fail_msg("use %d, of %s from %s, changed something", (int)i, name, from);
		again += is_again;
	}
	want_number("came again", again > 100, true);
	want_number("was told", told > 1, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stories_end_as_they_should),
		cmocka_unit_test(a_name_is_as_long_as_smtpd_logs_it),
		cmocka_unit_test(it_lasts_a_day),
		cmocka_unit_test(the_last_ones_are_told_first),
		cmocka_unit_test(again_within_a_day_it_is_the_same),
		cmocka_unit_test(a_thousand_accounts_at_home_are_broken_into_by_nobody),
		cmocka_unit_test(what_is_eight_days_old_makes_room),
		cmocka_unit_test(the_days_of_use_are_those_it_was_used_on),
		cmocka_unit_test(a_flood_does_not_hide_who_goes_on_guessing),
		cmocka_unit_test(a_flood_does_not_hide_an_account_that_is_used),
		cmocka_unit_test(the_first_place_of_a_pair_is_looked_at),
		cmocka_unit_test(it_says_what_the_reference_says),
		cmocka_unit_test(a_use_that_comes_again_changes_nothing),
	};

	return cmocka_run_group_tests_name("break_in", tests, NULL, NULL);
}
