#include "words/queue.h"

#include <math.h>

enum { NAMED = 3 }; /* owners in a sentence, if they hold a twentieth */

const char *words_queue_how(struct sw_raw key)
{
	switch (account_kind(key)) {
	case SW_ACCOUNT_LOGIN:
		return " (SASL login)";
	case SW_ACCOUNT_CLIENT:
		return " (no login)";
	case SW_ACCOUNT_UID:
	case SW_ACCOUNT_LOCAL:
		break;
	}
	return " (local)";
}

void words_queue_share(struct sw_label *text, const struct sw_queue_owner *holder)
{
	sw_label_append(text, &holder->name);
	sw_label_print(text, " %.0f%%", floor(100 * holder->share));
	if (holder->error > 0)
		sw_label_print(text, " +-%.0f%%", ceil(100 * holder->error));
}

struct sw_label words_queue(const struct sw_queue_owners *h, size_t queue)
{
	struct sw_queue_owner top[NAMED];
	size_t n = sw_queue_owners_top(h, queue, top, NAMED);
	bool all = queue == SW_QUEUE_OWNERS_ALL;
	uint64_t messages = all ? h->messages : n ? h->queue[queue].messages : 0;
	uint64_t looked = all ? h->looked : n ? h->queue[queue].looked : 0;
	struct sw_label text = label_new();

	for (size_t i = 0; i < n && (i == 0 || top[i].share >= 0.05); i++) {
		sw_label_print(&text, i ? ", then " : "");
		words_queue_share(&text, &top[i]);
		if (i == 0) {
			sw_label_print(&text, " of %llu", (unsigned long long)messages);
			if (looked < messages)
				sw_label_print(&text, " (sample of %llu)",
					       (unsigned long long)looked);
		}
		sw_label_print(&text, "%s", words_queue_how(top[i].key));
	}
	return text;
}
