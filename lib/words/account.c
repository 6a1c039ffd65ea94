#include "words/account.h"
#include "words/share.h"

static const struct {
	const char *one;
	const char *many;
} units[] = {
	[TRAFFIC_MESSAGES] = { "msg", "msg" },
	[TRAFFIC_RECIPIENTS] = { "recipient", "recipients" },
	[TRAFFIC_ADDRESSES] = { "address", "addresses" },
};

static void add_count(struct sw_label *text, uint64_t n, enum traffic_what what)
{
	words_count(text, n, units[what].one, units[what].many);
}

/* ", 97% from 198.51.100.121 (host.example) +13 addresses" */
static void add_origin(struct sw_label *text, const struct traffic_peers *peers, uint64_t messages)
{
	sw_label_print(text, ", ");
	words_share(text, (double)peers->count / (double)messages, 0);
	sw_label_print(text, " from ");
	sw_label_add_name(text, peers->address);
	if (!raw_is(peers->name, "unknown")) {
		sw_label_print(text, " (");
		sw_label_add_name(text, peers->name);
		sw_label_print(text, ")");
	}
	if (peers->others > 0) {
		sw_label_print(text, " +");
		add_count(text, peers->others, TRAFFIC_ADDRESSES);
	}
}

/* Behind its name. */
static void add_facts(struct sw_label *text, const struct traffic *s,
		      const struct traffic_rank *account, enum traffic_what what,
		      struct words_account_span span)
{
	uint64_t messages = traffic_sum(s, account->row, TRAFFIC_MESSAGES, span.first, span.n);
	struct traffic_peers peers;

	sw_label_print(text, " ");
	add_count(text, account->count, what);
	sw_label_print(text, " in %u min", span.n);
	if (account->error > 0)
		sw_label_print(text, " (or up to %llu more)", (unsigned long long)account->error);
	if (what != TRAFFIC_MESSAGES) {
		sw_label_print(text, ", ");
		add_count(text, messages, TRAFFIC_MESSAGES);
	}
	traffic_peers_of(s, account->row, span.first, span.n, &peers);
	if (peers.count > 0) /* of the messages */
		add_origin(text, &peers, messages);
}

struct sw_label words_account(const struct traffic *s, const struct traffic_rank *account,
			      enum traffic_what what, struct words_account_span span)
{
	struct sw_label text = traffic_name(s, account);

	add_facts(&text, s, account, what, span);
	return text;
}

struct sw_label words_account_list(const struct traffic *s, const struct traffic_rank *account,
				   size_t n, enum traffic_what what, struct words_account_span span,
				   double level)
{
	double minutes = what == TRAFFIC_ADDRESSES ? 1 : span.n;
	struct sw_label text = label_new();

	for (size_t i = 0; i < n && (i == 0 || (double)account[i].count / minutes > level); i++) {
		struct sw_label one = traffic_name(s, &account[i]);

		if (s->more)
			s->more(s->more_ctx, account[i].key, &one);
		add_facts(&one, s, &account[i], what, span);
		if (!words_then(&text, &one))
			break;
	}
	return text;
}

struct sw_label words_account_unusual(const struct traffic *s, const struct traffic_rank *account,
				      struct words_account_span span, uint64_t before)
{
	struct sw_label text = words_account(s, account, TRAFFIC_MESSAGES, span);

	sw_label_print(&text, ", before at most %llu", (unsigned long long)before);
	return text;
}

struct sw_label words_account_limit(const struct traffic *s, const struct traffic_rank *account,
				    uint64_t limit)
{
	struct sw_label text = traffic_name(s, account);

	sw_label_print(&text, ", limit %llu per minute", (unsigned long long)limit);
	return text;
}
