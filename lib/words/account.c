#include "words/account.h"

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
	sw_label_print(text, "%llu %s", (unsigned long long)n,
		       n == 1 ? units[what].one : units[what].many);
}

struct sw_label words_account(const struct traffic *s, const struct traffic_rank *account,
			      enum traffic_what what, struct words_account_span span)
{
	struct sw_label text = account->name;
	uint64_t messages = traffic_sum(s, account->row, TRAFFIC_MESSAGES, span.first, span.n);
	struct traffic_peers peers;

	sw_label_print(&text, " ");
	add_count(&text, account->count, what);
	sw_label_print(&text, " in %u min", span.n);
	if (account->error > 0)
		sw_label_print(&text, " (or up to %llu more)", (unsigned long long)account->error);
	if (what != TRAFFIC_MESSAGES) {
		sw_label_print(&text, ", ");
		add_count(&text, messages, TRAFFIC_MESSAGES);
	}
	traffic_peers_of(s, account->row, span.first, span.n, &peers);
	if (peers.count == 0 || messages == 0)
		return text;
	sw_label_print(&text, ", %llu%% from ", (unsigned long long)(100 * peers.count / messages));
	sw_label_add_name(&text, peers.address);
	if (!raw_is(peers.name, "unknown")) {
		sw_label_print(&text, " (");
		sw_label_add_name(&text, peers.name);
		sw_label_print(&text, ")");
	}
	if (peers.others > 0) {
		sw_label_print(&text, " +");
		add_count(&text, peers.others, TRAFFIC_ADDRESSES);
	}
	return text;
}

struct sw_label words_account_list(const struct traffic *s, const struct traffic_rank *account,
				   size_t n, enum traffic_what what, struct words_account_span span,
				   double level)
{
	double minutes = what == TRAFFIC_ADDRESSES ? 1 : span.n;
	struct sw_label text = label_new();

	for (size_t i = 0; i < n && (i == 0 || (double)account[i].count / minutes > level); i++) {
		struct sw_label one = words_account(s, &account[i], what, span);
		struct sw_label piece = sw_label_printed(", then ");

		if (i == 0)
			text = one;
		else if (!label_add_whole(&piece, &one) || !label_add_whole(&text, &piece))
			break;
	}
	return text;
}
