#include "reference_break_in.h"

enum { DAY = 86400, RULE_A = 1, RULE_C = 2, RULE_B = 4 };

/* Is entry k of the days that the one at hand looks back on, and before it? */
static bool is_before(const struct reference_login *list, int k, int now, int64_t time)
{
	return k < now && list[k].time / DAY > time / DAY - BREAK_IN_DAYS;
}

static bool is_pair(const struct reference_login *a, const struct reference_login *b)
{
	return a->account == b->account && a->network == b->network;
}

/* Had the pair of `who` been used before entry `end`? */
static bool was_used(const struct reference_login *list, const struct reference_login *who, int end,
		     int64_t time)
{
	for (int k = 0; k < end; k++)
		if (is_before(list, k, end, time) && !list[k].failed && is_pair(&list[k], who))
			return true;
	return false;
}

static bool by_network(struct reference_login *list, int now, unsigned guesses)
{
	struct reference_login *use = &list[now];
	int first = -1;
	int n = 0;

	for (int k = 0; k < now; k++) {
		if (!is_before(list, k, now, use->time) || !list[k].failed ||
		    !is_pair(&list[k], use))
			continue;
		first = first < 0 ? k : first;
		n++;
	}
	if (n < (int)guesses || was_used(list, use, first, use->time))
		return false;
	/* told before: a use after the last of the guesses */
	n = 0;
	for (int k = first; k < now; k++) {
		if (!is_pair(&list[k], use))
			continue;
		if (!list[k].failed && n >= (int)guesses)
			return false;
		n += list[k].failed;
	}
	use->failures = n;
	use->since = list[first].time;
	use->accounts = use->networks = 0;
	return true;
}

/* Has the address broken in by then, or is it of the network that did, into this account? */
static bool is_burglar(const struct reference_login *list, int k)
{
	int64_t last = INT64_MIN;
	int network = -1;

	for (int i = 0; i <= k; i++)
		if (list[i].rules != 0 && list[i].network == list[k].network &&
		    list[i].host == list[k].host && is_before(list, i, k + 1, list[k].time))
			return true;

	for (int i = 0; i <= k; i++) {
		if (list[i].account != list[k].account || list[i].rules == 0)
			continue;
		if (last == INT64_MIN || list[i].time - last >= DAY)
			network = list[i].network;
		last = list[i].time;
	}
	return network == list[k].network;
}

static bool by_address(struct reference_login *list, int now, unsigned guesses)
{
	struct reference_login *use = &list[now];
	int64_t since = use->time;
	int accounts = 0;
	int n = 0;

	if (was_used(list, use, now, use->time))
		return false;
	for (int k = 0; k < now; k++) {
		bool seen = false;

		if (!is_before(list, k, now, use->time) || list[k].network != use->network ||
		    list[k].host != use->host)
			continue;
		if (!list[k].failed) {
			if (!is_burglar(list, k))
				return false;
			continue;
		}
		n++;
		since = list[k].time < since ? list[k].time : since;
		for (int i = 0; i < k; i++)
			seen |= is_before(list, i, now, use->time) && list[i].failed &&
				list[i].network == use->network && list[i].host == use->host &&
				list[i].account == list[k].account;
		accounts += !seen;
	}
	if (accounts < (int)guesses)
		return false;
	use->failures = n;
	use->since = since;
	use->accounts = accounts;
	use->networks = 0;
	return true;
}

/* How many failures before entry `now` came from networks that had not used the account by then. */
static int unseen_failures(const struct reference_login *list, int now)
{
	int n = 0;

	for (int k = 0; k < now; k++)
		n += is_before(list, k, now, list[now].time) && list[k].failed &&
		     list[k].account == list[now].account &&
		     !was_used(list, &list[k], now, list[now].time);
	return n;
}

/* The first failure of the account that is looked back on. */
static int64_t first_failure(const struct reference_login *list, int now)
{
	int k = 0;

	while (k < now && (!is_before(list, k, now, list[now].time) || !list[k].failed ||
			   list[k].account != list[now].account))
		k++;
	return list[k].time;
}

static bool by_account(struct reference_login *list, int now, const struct break_in_rules *rules)
{
	unsigned came = 0;

	if (was_used(list, &list[now], now, list[now].time))
		return false;
	for (int k = now; k >= 0; k--) {
		if (list[k].account != list[now].account || list[k].failed)
			continue;
		/* those that were told together do not count again */
		if (k < now && list[k].rules & RULE_B)
			break;
		if (was_used(list, &list[k], k, list[k].time))
			continue;
		if (list[now].time - list[k].time > 3600)
			break;
		if (++came == rules->networks) {
			list[now].failures = unseen_failures(list, k);
			list[now].since = first_failure(list, k);
			list[now].networks = (int)rules->networks;
			list[now].accounts = 0;
			return list[now].failures >= (int)rules->guesses;
		}
	}
	return false;
}

void reference_break_in(struct reference_login *list, int n, const struct break_in_rules *rules)
{
	for (int now = 0; now < n; now++) {
		struct reference_login *use = &list[now];

		use->rules = 0;
		if (use->failed)
			continue;
		/* the last that says so is asked first, and those after it say otherwise */
		if (by_account(list, now, rules))
			use->rules |= RULE_B;
		if (by_address(list, now, rules->guesses))
			use->rules |= RULE_C;
		if (by_network(list, now, rules->guesses))
			use->rules |= RULE_A;
	}
}
