#include "incident/guard_judge.h"

#include "test.h"

static struct guard_config c;
static struct sw_label why;

static int setup(void **state)
{
	struct sw_fault bad = { 0 };

	(void)state;
	return guard_config_parse(raw_of("mode = hold\n"), &c, &bad);
}

/* What a flood from 20 networks with a guessed password looks like. */
static const struct guard_facts flood = {
	.recent = 2562,
	.day = 2562,
	.networks = 20,
	.failures = 412,
	.recipients = 2600,
	.files = { .messages = 900, .networks = 20, .intruder = 40 },
	.since_lifted = -1
};
static const struct guard_facts calm = { .since_lifted = -1 };

/* What of it a row changes. */
struct change {
	size_t at, size;
	int64_t to;
};
#define SET(field, value)                                                                          \
	{                                                                                          \
		offsetof(struct guard_facts, field), sizeof(flood.field), value                    \
	}

static struct guard_facts changed(const struct guard_facts *of, const struct change *change,
				  size_t n)
{
	struct guard_facts f = *of;

	for (size_t i = 0; i < n && change[i].size; i++) {
		char *at = (char *)&f + change[i].at;

		if (change[i].size == sizeof(bool))
			*(bool *)at = change[i].to != 0;
		else
			memcpy(at, &change[i].to, sizeof(change[i].to));
	}
	return f;
}

static void who_is_locked_and_who_is_not(void **state)
{
	static const struct {
		const char *what;
		const struct guard_facts *of;
		struct change change[8];
		enum guard_verdict want;
		const char *reason;
	} rows[] = {
		{ "a flood",
		  &flood,
		  { { 0 } },
		  GUARD_LOCK,
		  "2562 messages in 5 min, from 20 networks in an hour, broken into after 412 "
		  "failed "
		  "logins, in the queues 900 messages of it from 20 networks" },
		{ "nobody does anything", &calm, { { 0 } }, GUARD_CALM, "" },
		{ "as fast as its level",
		  &flood,
		  { SET(recent, 150) },
		  GUARD_LOCK,
		  "150 messages in 5 min, from 20 networks in an hour, broken into after 412 "
		  "failed "
		  "logins, in the queues 900 messages of it from 20 networks" },
		{ "a newsletter: fast, from one network",
		  &calm,
		  { SET(recent, 5000), SET(day, 5000), SET(networks, 1), SET(recipients, 5000),
		    SET(files.messages, 1000), SET(files.networks, 1) },
		  GUARD_CALM,
		  "" },
		{ "a newsletter to an old list, of which Postfix itself knows",
		  &calm,
		  { SET(recent, 900), SET(recipients, 900), SET(refused, 400),
		    SET(files.messages, 500), SET(files.networks, 1), SET(files.refused, 300) },
		  GUARD_LOCK,
		  "900 messages in 5 min, 400 of 900 recipients refused, in the queues 500 "
		  "messages "
		  "of it from 1 network" },
		{ "a few unknown users are everybody's",
		  &calm,
		  { SET(recent, 900), SET(recipients, 20), SET(refused, 19),
		    SET(files.messages, 500), SET(files.networks, 1), SET(files.refused, 19) },
		  GUARD_CALM,
		  "" },
		{ "an office scanner that guesses its old password, and sends",
		  &calm,
		  { SET(recent, 30), SET(failures, 600), SET(networks, 1), SET(files.messages, 30),
		    SET(files.networks, 1), SET(files.intruder, 30) },
		  GUARD_CALM,
		  "" },
		{ "a traveller", &calm, { SET(recent, 3), SET(networks, 9) }, GUARD_CALM, "" },
		{ "ignored", &flood, { SET(ignored, true) }, GUARD_CALM, "" },
		{ "one sign below its level",
		  &flood,
		  { SET(failures, 0), SET(networks, 7) },
		  GUARD_CALM,
		  "" },
		{ "slowly, all day",
		  &flood,
		  { SET(recent, 3), SET(day, 2000) },
		  GUARD_LOCK,
		  "2000 messages in 24 h, from 20 networks in an hour, broken into after 412 "
		  "failed "
		  "logins, in the queues 900 messages of it from 20 networks" },
		{ "two signs of one kind are one",
		  &calm,
		  { SET(recent, 2562), SET(day, 9000), SET(files.messages, 900),
		    SET(files.networks, 1) },
		  GUARD_CALM,
		  "" },
		/* a local user can write to the log, and not into the queues */
		{ "forged log lines, nothing in the queues",
		  &flood,
		  { SET(files.messages, 0), SET(files.networks, 0), SET(files.intruder, 0) },
		  GUARD_ALARM,
		  "fewer than 20 of its messages are in the queues: 2562 messages in 5 min, from "
		  "20 "
		  "networks in an hour, broken into after 412 failed logins, in the queues 0 "
		  "messages of it from 0 networks" },
		{ "forged log lines beside a few mails of its own",
		  &flood,
		  { SET(files.messages, 19), SET(files.networks, 19), SET(files.intruder, 19) },
		  GUARD_ALARM,
		  "fewer than 20" },
		{ "forged log lines beside a newsletter in the queues",
		  &flood,
		  { SET(refused, 900), SET(files.messages, 900), SET(files.networks, 1),
		    SET(files.intruder, 0) },
		  GUARD_ALARM,
		  "its queue files do not show it: " },
		{ "as many files as are wanted, from as many networks",
		  &flood,
		  { SET(failures, 0), SET(files.messages, 20), SET(files.networks, 8),
		    SET(files.intruder, 0) },
		  GUARD_LOCK,
		  "in the queues 20 messages of it from 8 networks" },
		{ "from one network less",
		  &flood,
		  { SET(failures, 0), SET(files.messages, 20), SET(files.networks, 7),
		    SET(files.intruder, 0) },
		  GUARD_ALARM,
		  "its queue files do not show it" },
		{ "the intruder's network among them",
		  &flood,
		  { SET(networks, 1), SET(files.messages, 20), SET(files.networks, 1),
		    SET(files.intruder, 1) },
		  GUARD_LOCK,
		  "broken into" },
		{ "no mail from the intruder's network",
		  &flood,
		  { SET(networks, 1), SET(files.messages, 20), SET(files.networks, 1),
		    SET(files.intruder, 0) },
		  GUARD_ALARM,
		  "its queue files do not show it" },
		{ "a relay account",
		  &flood,
		  { SET(day_before, 600), SET(all_before, 1000) },
		  GUARD_ALARM,
		  "a relay: it carried 600 of 1000 messages of the day before: " },
		{ "half of all mail is no relay",
		  &flood,
		  { SET(day_before, 500), SET(all_before, 1000) },
		  GUARD_LOCK,
		  "" },
		{ "all mail of a host that sends none",
		  &flood,
		  { SET(day_before, 499), SET(all_before, 499) },
		  GUARD_LOCK,
		  "" },
		{ "from mynetworks",
		  &flood,
		  { SET(files.messages, 900), SET(files.networks, 20), SET(files.intruder, 1),
		    SET(files.ours, 451) },
		  GUARD_ALARM,
		  "its mail comes from mynetworks: " },
		{ "the third lock of the hour", &flood, { SET(locks, 2) }, GUARD_LOCK, "" },
		{ "the fourth",
		  &flood,
		  { SET(locks, 3) },
		  GUARD_ALARM,
		  "max_locks: 3 within an hour: 2562 messages" },
		{ "no state file",
		  &flood,
		  { SET(no_state, true) },
		  GUARD_ALARM,
		  "without a state file locks are not counted" },
		{ "a name for no command",
		  &flood,
		  { SET(nameless, true) },
		  GUARD_ALARM,
		  "no command can be given its name" },
		{ "lifted a moment ago", &flood, { SET(since_lifted, 60) }, GUARD_CALM, "" },
		{ "lifted, and it goes on",
		  &flood,
		  { SET(since_lifted, 3599) },
		  GUARD_ALARM,
		  "somebody lifted its lock 59 min ago" },
		{ "lifted, and it is quiet",
		  &flood,
		  { SET(recent, 5), SET(since_lifted, 600) },
		  GUARD_CALM,
		  "" },
		{ "lifted more than an hour ago",
		  &flood,
		  { SET(since_lifted, 3600) },
		  GUARD_LOCK,
		  "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct guard_facts f = changed(rows[i].of, rows[i].change, 8);

		want_number(rows[i].what, guard_judge(&c, &f, &why), rows[i].want);
		want_in(rows[i].what, why.s, rows[i].reason);
		if (rows[i].want == GUARD_CALM)
			want_text(rows[i].what, why.s, "");
	}
}

static void levels_are_those_of_the_configuration(void **state)
{
	static const struct {
		const char *what, *text;
		enum guard_verdict want;
	} rows[] = {
		{ "max_locks = 0 is alarms alone", "max_locks = 0", GUARD_ALARM },
		{ "rate and day above it", "rate = 1000\nday = 3000\nfailures = 16", GUARD_LOCK },
		{ "and networks: one sign is left", "rate = 1000\nday = 3000\nnetworks = 21",
		  GUARD_CALM },
		{ "files", "files = 901", GUARD_ALARM },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct guard_config own;
		struct sw_fault bad = { 0 };

		assert_int_equal(guard_config_parse(raw_of(rows[i].text), &own, &bad), 0);
		want_number(rows[i].what, guard_judge(&own, &flood, &why), rows[i].want);
		guard_config_free(&own);
	}
}

#define LEVELS "rate = 10\nday = 1000\nnetworks = 8\nrefused = 30\nfiles = 20\nrelay_share = 50\nmax_locks = 3\n"

/* One below, and at the level. */
static void signs_begin_at_their_levels(void **state)
{
	static const struct {
		struct change change[2];
		unsigned want;
	} rows[] = {
		{ { { 0 } }, 0 },
		{ { SET(recent, 49) }, 0 },
		{ { SET(recent, 50) }, GUARD_VOLUME },
		{ { SET(day, 999) }, 0 },
		{ { SET(day, 1000) }, GUARD_VOLUME },
		{ { SET(networks, 7) }, 0 },
		{ { SET(networks, 8) }, GUARD_FROM },
		{ { SET(failures, 1) }, GUARD_GUESSED },
		{ { SET(refused, 19), SET(recipients, 19) }, 0 },
		{ { SET(refused, 20), SET(recipients, 20) }, GUARD_UNWANTED },
		{ { SET(refused, 30), SET(recipients, 100) }, GUARD_UNWANTED },
		{ { SET(refused, 30), SET(recipients, 101) }, 0 },
	};
	struct guard_config own;
	struct sw_fault bad = { 0 };

	(void)state;
	assert_int_equal(guard_config_parse(raw_of(LEVELS), &own, &bad), 0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct guard_facts f = changed(&calm, rows[i].change, 2);

		want_number("signs", guard_signs(&own, &f), rows[i].want);
	}
	guard_config_free(&own);
	for (unsigned signs = 0; signs < 16; signs++)
		want_number("how many", guard_count(signs), (signs & 1) + (signs >> 1 & 1) + (signs >> 2 & 1) + (signs >> 3));
}

static void what_speaks_against_a_lock_begins_at_its_level(void **state)
{
	static const struct {
		struct change change[3];
		enum guard_verdict want;
	} rows[] = {
		{ { SET(files.messages, 19) }, GUARD_ALARM },
		{ { SET(files.messages, 40), SET(files.ours, 20) }, GUARD_LOCK },
		{ { SET(files.messages, 40), SET(files.ours, 21) }, GUARD_ALARM },
		{ { SET(all_before, 499), SET(day_before, 499) }, GUARD_LOCK },
		{ { SET(all_before, 500), SET(day_before, 500) }, GUARD_ALARM },
		{ { SET(all_before, 1000), SET(day_before, 500) }, GUARD_LOCK },
		{ { SET(all_before, 1000), SET(day_before, 501) }, GUARD_ALARM },
		{ { SET(since_lifted, 0) }, GUARD_CALM },
		{ { SET(since_lifted, 299) }, GUARD_CALM },
		{ { SET(since_lifted, 300) }, GUARD_ALARM },
		{ { SET(since_lifted, 3599) }, GUARD_ALARM },
		{ { SET(since_lifted, 3600) }, GUARD_LOCK },
		{ { SET(since_lifted, 3599), SET(recent, 49) }, GUARD_CALM },
		{ { SET(since_lifted, 3599), SET(recent, 50) }, GUARD_ALARM },
		{ { SET(since_lifted, 3600), SET(recent, 49) }, GUARD_LOCK },
		{ { SET(locks, 2) }, GUARD_LOCK },
		{ { SET(locks, 3) }, GUARD_ALARM },
		{ { SET(networks, 0), SET(failures, 0) }, GUARD_CALM },
	};
	struct guard_config own;
	struct sw_fault bad = { 0 };

	(void)state;
	assert_int_equal(guard_config_parse(raw_of(LEVELS "mode = hold\n"), &own, &bad), 0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct guard_facts f = changed(&flood, rows[i].change, 3);

		want_number("verdict", guard_judge(&own, &f, &why), rows[i].want);
	}
	for (int refused = 9; refused < 11; refused++) {
		const struct guard_facts f = { .recent = 900, .recipients = 900, .refused = 400, .since_lifted = -1,
					       .files = { .messages = 500, .networks = 1, .refused = (uint64_t)refused } };

		want_number("shown by logs", guard_judge(&own, &f, &why), refused < 10 ? GUARD_ALARM : GUARD_LOCK);
	}
	guard_config_free(&own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_locked_and_who_is_not),
		cmocka_unit_test(signs_begin_at_their_levels),
		cmocka_unit_test(what_speaks_against_a_lock_begins_at_its_level),
		cmocka_unit_test(levels_are_those_of_the_configuration),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
