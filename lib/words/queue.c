#include "words/queue.h"

#include <errno.h>

#include "words/share.h"

enum { NAMED = 3 }; /* owners in a sentence, if they hold a twentieth */
static const double least_named = 0.05;

/* How it came in. */
static const char *how(struct sw_raw key)
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

static struct sw_label share_of(const struct sw_queue_owner *owner)
{
	struct sw_label text = owner->name;

	sw_label_print(&text, " ");
	words_share(&text, owner->share, owner->error);
	return text;
}

/* A queue that can't be read may be all somebody else's. */
static struct sw_label unknown(const struct sw_queue_owners *h)
{
	struct sw_label text = label_new();

	for (size_t i = 0; i < SW_QUEUE_OWNERS_QUEUES && text.n == 0; i++) {
		if (!h->queue[i].why.code)
			continue;
		sw_label_print(&text, "unknown senders (");
		sw_label_append(&text, &h->queue[i].why.text);
		sw_label_print(&text, ")");
	}
	return text;
}

struct sw_label words_queue(const struct sw_queue_owners *h, size_t queue)
{
	struct sw_queue_owner top[NAMED];
	size_t n = sw_queue_owners_top(h, queue, top, NAMED);
	bool all = queue == SW_QUEUE_OWNERS_ALL;
	struct sw_label text = all ? unknown(h) : label_new();

	if (text.n > 0)
		return text;
	for (size_t i = 0; i < n && (i == 0 || top[i].share >= least_named); i++) {
		struct sw_label owner = share_of(&top[i]);

		if (i == 0)
			words_of(&owner, all ? h->messages : h->queue[queue].messages,
				 all ? h->looked : h->queue[queue].looked);
		sw_label_print(&owner, "%s", how(top[i].key));
		if (!words_then(&text, &owner))
			break;
	}
	return text;
}

struct sw_label words_queue_owner(const struct sw_queue_owner *owner)
{
	struct sw_label text = share_of(owner);

	sw_label_print(&text, ", about ");
	words_count(&text, (uint64_t)(owner->messages + 0.5), "message", "messages");
	sw_label_print(&text, "%s", how(owner->key));
	return text;
}

struct sw_label words_queue_unreadable(const struct sw_queue_owners *h)
{
	struct sw_label text = label_new();

	if (h->unreadable == 0)
		return text;
	words_count(&text, h->unreadable, "queue file", "queue files");
	sw_label_print(&text, " could not be read: ");
	sw_label_append(&text, &h->first.text);
	return text;
}

int words_queue_unseen(const struct sw_queue_owners *h, size_t queue, struct sw_fault *why)
{
	for (size_t i = 0; i < SW_QUEUE_OWNERS_QUEUES; i++)
		if ((queue == SW_QUEUE_OWNERS_ALL || queue == i) && h->queue[i].unread.code)
			return fault_wrap(why, &h->queue[i].unread, "no message could be read: ");
	return sw_fault(why, ENODATA, "the messages moved on before they were read");
}

static struct sw_label of_sample(const char *words, const struct sw_queue_owners *h, size_t queue)
{
	if (h->queue[queue].looked >= h->queue[queue].messages)
		return label_new();
	return sw_label_printed("%s %llu", words, (unsigned long long)h->queue[queue].looked);
}

struct sw_label words_queue_age(const struct sw_queue_owners *h, size_t queue)
{
	return of_sample("at least, by a sample of", h, queue);
}

struct sw_label words_queue_size(const struct sw_queue_owners *h, size_t queue)
{
	return of_sample("estimated from", h, queue);
}
