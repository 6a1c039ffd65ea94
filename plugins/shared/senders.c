#include "shared/senders.h"

static const struct {
	const char *one;
	const char *many;
} units[] = {
	[SUBMIT_MESSAGES] = { "msg", "msg" },
	[SUBMIT_RECIPIENTS] = { "recipient", "recipients" },
	[SUBMIT_ADDRESSES] = { "address", "addresses" },
};

static void add_count(struct label *text, uint64_t n, enum submit_what what)
{
	label_print(text, "%llu %s", (unsigned long long)n,
		    n == 1 ? units[what].one : units[what].many);
}

struct label senders_describe(const struct submit *s, const struct submit_rank *account,
			      enum submit_what what, struct senders_span span)
{
	struct label text = account->name;
	uint64_t messages = submit_sum(s, account->row, SUBMIT_MESSAGES, span.first, span.n);
	struct submit_peers peers;

	label_print(&text, " ");
	add_count(&text, account->count, what);
	label_print(&text, " in %u min", span.n);
	if (account->error > 0)
		label_print(&text, " (or up to %llu more)", (unsigned long long)account->error);
	if (what != SUBMIT_MESSAGES) {
		label_print(&text, ", ");
		add_count(&text, messages, SUBMIT_MESSAGES);
	}
	submit_peers_of(s, account->row, span.first, span.n, &peers);
	if (peers.count == 0 || messages == 0)
		return text;
	label_print(&text, ", %llu%% from ", (unsigned long long)(100 * peers.count / messages));
	label_add_name(&text, peers.address);
	if (!raw_is(peers.name, "unknown")) {
		label_print(&text, " (");
		label_add_name(&text, peers.name);
		label_print(&text, ")");
	}
	if (peers.others > 0) {
		label_print(&text, " +");
		add_count(&text, peers.others, SUBMIT_ADDRESSES);
	}
	return text;
}

struct label senders_list(const struct submit *s, const struct submit_rank *account, size_t n,
			  enum submit_what what, struct senders_span span, double level)
{
	double minutes = what == SUBMIT_ADDRESSES ? 1 : span.n;
	struct label text = label_new();

	for (size_t i = 0; i < n && (i == 0 || (double)account[i].count / minutes > level); i++) {
		struct label one = senders_describe(s, &account[i], what, span);
		struct label piece = label_printed(", then ");

		if (i == 0)
			text = one;
		else if (!label_add_whole(&piece, &one) || !label_add_whole(&text, &piece))
			break;
	}
	return text;
}
