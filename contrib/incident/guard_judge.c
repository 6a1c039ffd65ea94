#include "incident/guard_judge.h"

#include "words/share.h"

static bool is_unwanted(const struct guard_config *c, const struct guard_facts *f)
{
	return f->refused >= GUARD_LEAST &&
	       100 * f->refused >= c->number[GUARD_REFUSED] * f->recipients;
}

unsigned guard_signs(const struct guard_config *c, const struct guard_facts *f)
{
	unsigned signs = 0;

	if (f->recent >= GUARD_RECENT * c->number[GUARD_RATE] || f->day >= c->number[GUARD_DAY])
		signs |= GUARD_VOLUME;
	if (f->networks >= c->number[GUARD_NETWORKS])
		signs |= GUARD_FROM;
	if (f->failures > 0)
		signs |= GUARD_GUESSED;
	if (is_unwanted(c, f))
		signs |= GUARD_UNWANTED;
	return signs;
}

unsigned guard_count(unsigned signs)
{
	unsigned n = 0;

	for (; signs; signs &= signs - 1)
		n++;
	return n;
}

/* Those of the signs that the queue files bear out. */
static unsigned shown(const struct guard_config *c, const struct guard_facts *f, unsigned signs)
{
	if (f->files.messages < c->number[GUARD_FILES])
		return 0;
	if (f->files.networks < c->number[GUARD_NETWORKS])
		signs &= ~(unsigned)GUARD_FROM;
	if (f->files.intruder == 0)
		signs &= ~(unsigned)GUARD_GUESSED;
	if (f->files.refused < GUARD_SHOWN)
		signs &= ~(unsigned)GUARD_UNWANTED;
	return signs;
}

static void say_signs(const struct guard_config *c, const struct guard_facts *f, unsigned signs,
		      struct sw_label *text)
{
	if (f->recent >= GUARD_RECENT * c->number[GUARD_RATE])
		sw_label_print(text, "%llu messages in %d min, ", (unsigned long long)f->recent,
			       GUARD_RECENT);
	else if (signs & GUARD_VOLUME)
		sw_label_print(text, "%llu messages in 24 h, ", (unsigned long long)f->day);
	if (signs & GUARD_FROM)
		sw_label_print(text, "from %llu networks in an hour, ",
			       (unsigned long long)f->networks);
	if (signs & GUARD_GUESSED)
		sw_label_print(text, "broken into after %llu failed logins, ",
			       (unsigned long long)f->failures);
	if (signs & GUARD_UNWANTED)
		sw_label_print(text, "%llu of %llu recipients refused, ",
			       (unsigned long long)f->refused, (unsigned long long)f->recipients);
	sw_label_print(text, "in the queues ");
	words_count(text, f->files.messages, "message", "messages");
	sw_label_print(text, " of it from ");
	words_count(text, f->files.networks, "network", "networks");
}

static bool is_relay(const struct guard_config *c, const struct guard_facts *f)
{
	return f->all_before >= GUARD_RELAY_LEAST &&
	       100 * f->day_before > c->number[GUARD_RELAY] * f->all_before;
}

/* What speaks against a lock, most general first; "": nothing does. */
static struct sw_label objection(const struct guard_config *c, const struct guard_facts *f,
				 unsigned signs)
{
	if (f->nameless)
		return sw_label_printed("no command can be given its name");
	if (is_relay(c, f))
		return sw_label_printed("a relay: it carried %llu of %llu messages of the day "
					"before",
					(unsigned long long)f->day_before,
					(unsigned long long)f->all_before);
	if (2 * f->files.ours > f->files.messages)
		return sw_label_printed("its mail comes from mynetworks");
	if (f->files.messages < c->number[GUARD_FILES])
		return sw_label_printed("fewer than %llu of its messages are in the queues",
					(unsigned long long)c->number[GUARD_FILES]);
	if (guard_count(shown(c, f, signs)) < 2)
		return sw_label_printed("its queue files do not show it");
	if (f->since_lifted >= 0 && f->since_lifted < GUARD_REST)
		return sw_label_printed("somebody lifted its lock %lld min ago",
					(long long)f->since_lifted / 60);
	if (f->no_state)
		return sw_label_printed("without a state file locks are not counted");
	if (f->locks >= c->number[GUARD_MAX_LOCKS])
		return sw_label_printed("max_locks: %llu within an hour",
					(unsigned long long)f->locks);
	return label_new();
}

/* Of what came before a lock was lifted nobody needs to be told again. */
static bool is_old(const struct guard_config *c, const struct guard_facts *f)
{
	return f->since_lifted >= 0 && f->since_lifted < GUARD_REST &&
	       (f->since_lifted < 60 * (int64_t)GUARD_RECENT ||
		f->recent < GUARD_RECENT * c->number[GUARD_RATE]);
}

enum guard_verdict guard_judge(const struct guard_config *c, const struct guard_facts *f,
			       struct sw_label *ret_reason)
{
	unsigned signs = guard_signs(c, f);

	*ret_reason = label_new();
	if (f->ignored || guard_count(signs) < 2 || is_old(c, f))
		return GUARD_CALM;
	*ret_reason = objection(c, f, signs);
	if (ret_reason->n == 0) {
		say_signs(c, f, signs, ret_reason);
		return GUARD_LOCK;
	}
	sw_label_print(ret_reason, ": ");
	say_signs(c, f, signs, ret_reason);
	return GUARD_ALARM;
}
