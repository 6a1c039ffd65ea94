#include "words/queue.h"

#include <errno.h>
#include <math.h>

#include "words/share.h"

/* Owners in a sentence, if they hold a twentieth; bytes of a destination and of a reason. */
enum { NAMED = 3, NAME_MOST = 90 };
static const double least_named = 0.05;

/*
 * Behind a script's name another owner is named from a third on: it reads as if the script were
 * his, and by_sender has all of them.
 */
static const double least_behind_script = 1.0 / 3;

/* Half as many again are more than a few other reasons, or other destinations. */
static const double far_more = 1.5;

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

static bool has_script(const struct sw_queue_owner *owner)
{
	return owner->script.n > 0 && owner->script_share >= least_named;
}

static struct sw_label share_of(const struct sw_queue_owner *owner, bool script)
{
	struct sw_label text = owner->name;

	if (script && has_script(owner))
		words_script(&text, owner->script, owner->script_uid, owner->script_share);
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

struct sw_label words_queue_and(const struct sw_queue_owners *h, size_t queue,
				const struct sw_label *more)
{
	struct sw_queue_owner top[NAMED];
	size_t n = sw_queue_owners_top(h, queue, top, NAMED);
	bool all = queue == SW_QUEUE_OWNERS_ALL;
	struct sw_label text = all ? unknown(h) : label_new();
	double least;

	if (text.n > 0)
		return text;
	if (n == 0)
		return *more;
	least = has_script(&top[0]) ? least_behind_script : least_named;
	for (size_t i = 0; i < n && (i == 0 || top[i].share >= least); i++) {
		struct sw_label owner = share_of(&top[i], i == 0);

		if (i == 0)
			words_of(&owner, all ? h->messages : h->queue[queue].messages,
				 all ? h->looked : h->queue[queue].looked);
		sw_label_print(&owner, "%s", how(top[i].key));
		if (i == 0 && more->n > 0) {
			sw_label_print(&owner, ", ");
			sw_label_append(&owner, more);
		}
		if (!words_then(&text, &owner))
			break;
	}
	return text;
}

struct sw_label words_queue(const struct sw_queue_owners *h, size_t queue)
{
	const struct sw_label nothing = label_new();

	return words_queue_and(h, queue, &nothing);
}

/* Of a sample of n out of `all`, as lib/queue/owners.c has it for one queue. */
static void add_estimate(struct sw_label *text, uint64_t of, uint64_t n, uint64_t all)
{
	double p = (double)of / (double)n;
	double error = of == n ? 3 / (double)n : 1.96 * sqrt(p * (1 - p) / (double)n);

	words_share(text, p, n >= all ? 0 : error < 1 ? error : 1);
}

static void add_name(struct sw_label *text, struct sw_raw bytes)
{
	struct sw_label name = label_new();

	sw_label_add_name(&name, bytes);
	name = label_short(&name, NAME_MOST);
	sw_label_append(text, &name);
}

struct sw_label words_queue_reasons(const struct sw_queue_owners *h, size_t queue,
				    const struct queue_reasons *reasons)
{
	uint64_t looked = h->queue[queue].looked;
	uint64_t n = looked > reasons->logs + reasons->left_out ? looked - reasons->left_out
								: reasons->logs;
	uint64_t all = h->queue[queue].messages;
	struct sw_label text = label_new();
	struct queue_reasons_most most;
	bool wide;
	bool mixed;

	if (reasons->logs == 0 && reasons->unreadable > 0) {
		sw_label_print(&text, "it is not known why (");
		sw_label_append(&text, &reasons->first.text);
		sw_label_print(&text, ")");
	}
	if (reasons->logs == 0 || !queue_reasons_most(reasons, &most))
		return text;
	wide = far_more * (double)most.both < (double)most.of_form;
	mixed = far_more * (double)most.both < (double)most.to_domain;
	mixed &= most.to_domain > most.of_form;
	wide &= !mixed;
	add_estimate(&text, wide ? most.of_form : mixed ? most.to_domain : most.both, n, all);
	if (wide) {
		sw_label_print(&text, ", ");
		words_share(&text, (double)most.both / (double)n, 0);
	}
	if (most.domain.n > 0) {
		sw_label_print(&text, " to ");
		add_name(&text, most.domain);
	}
	if (mixed) {
		sw_label_print(&text, ", ");
		words_share(&text, (double)most.both / (double)n, 0);
		sw_label_print(&text, " of all");
	}
	sw_label_print(&text, ": ");
	add_name(&text, most.form);
	return text;
}

struct sw_label words_queue_owner(const struct sw_queue_owner *owner)
{
	struct sw_label text = share_of(owner, true);

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

struct sw_label words_queue_age(const struct sw_queue_owners *h, size_t queue, bool by_names)
{
	const struct sw_fault *unread = &h->queue[queue].unread;
	struct sw_label text = sw_label_printed("at least: ");

	/* one that is being written is young, one that is damaged no message */
	if (unread->code && unread->code != ENODATA && unread->code != EBADMSG) {
		sw_label_append(&text, &unread->text);
		return text;
	}
	return by_names ? label_new() : of_sample("at least, by a sample of", h, queue);
}

struct sw_label words_queue_size(const struct sw_queue_owners *h, size_t queue)
{
	return of_sample("estimated from", h, queue);
}
