#include "parts/owner_graphs.h"
#include "parts/account_field.h"

#include <errno.h>
#include <math.h>

/* One long label pads every row of a legend. */
enum { DRAWN_MAX = 200, LEGEND = 60 };

static const struct sw_munin_graph by_sender = {
	.name = "by_sender",
	.title = "Postfix Mailqueue by sender",
	.total = "All", /* each needs one: Munin gives a sub-graph its parent's graph_total */
	.args = "--base 1000 --upper-limit 100 -l 0",
	.vlabel = "% of the messages",
	.category = "postfix",
	.no_scale = true,
	.info = "Who put the messages into the queues: SASL accounts, local users, clients that "
		"did "
		"not log in. From the queue files, of a random sample when there are many.",
};

static const struct sw_munin_graph age = {
	.name = "age",
	.title = "Postfix Mailqueue age",
	.total = "Sum",
	.args = "--base 1000 -l 0",
	.vlabel = "hours",
	.category = "postfix",
	.no_scale = true,
	.info = "Age of the oldest message of each queue, from its queue ID or its file.",
};

static const struct sw_munin_graph size = {
	.name = "size",
	.title = "Postfix Mailqueue size",
	.total = "Total",
	.args = "--base 1024 -l 0",
	.vlabel = "bytes",
	.category = "postfix",
	.info = "Bytes of message content in each queue; estimated from the sample when there are "
		"many.",
};

static void add(struct sw_munin *m, const struct sw_munin_field *f, const struct sw_fault *failed)
{
	if (failed)
		sw_munin_add_unknown(m, f, failed);
	else
		sw_munin_add(m, f);
}

static const struct sw_fault *not_looked(const struct sw_queue_owners *h, struct sw_fault *room)
{
	if (h->first.code)
		fault_wrap(room, &h->first, "no message could be read: ");
	else
		sw_fault(room, ENODATA, "the messages moved on before they were read");
	return room;
}

static void add_by_sender(struct sw_munin *m, const struct sw_queue_owners *h,
			  const struct queue_sample *s, const struct sw_fault *failed)
{
	struct sw_queue_owner top[DRAWN_MAX];
	size_t most = sw_munin_count(m, "accounts");
	size_t n = failed ? 0 : sw_queue_owners_top(h, SW_QUEUE_OWNERS_ALL, top, most);
	double rest = n ? 100 : 0;
	struct sw_munin_field others = { .name = sw_field_own("others"),
					 .label = sw_label_printed("all others"),
					 .own_levels = true,
					 .min = "0" };
	struct sw_fault room = { 0 };

	sw_munin_graph(m, &by_sender);
	if (!failed && h->messages > 0 && h->looked == 0)
		failed = not_looked(h, &room);
	for (size_t i = 0; i < n && top[i].share >= 0.01; i++) {
		struct sw_munin_field f = {
			.name = account_field(top[i].key),
			.label = label_short(&top[i].name, LEGEND),
			.value = 100 * top[i].share,
			.own_levels = true,
			.min = "0",
		};

		words_queue_share(&f.extinfo, &top[i]);
		sw_label_print(&f.extinfo, ", about %.0f messages%s", top[i].messages,
			       words_queue_how(top[i].key));
		rest -= f.value;
		sw_munin_add(m, &f);
	}
	others.value = rest > 0 ? rest : 0;
	if (!failed && h->unreadable > 0) {
		others.extinfo = sw_label_printed("%llu queue files could not be read: ",
						  (unsigned long long)h->unreadable);
		sw_label_append(&others.extinfo, &h->first.text);
	}
	for (size_t i = 0; i < s->n && !failed; i++)
		if (s->queue[i].why.code)
			failed = &s->queue[i].why; /* the shares are of the other queues */
	add(m, &others, failed);
}

/* A field of each queue; its name must differ from the queue's own, or env.deferred_warning is
 * meant. */
static struct sw_munin_field of_queue(const char *prefix, const char *queue)
{
	struct sw_munin_field f = { .label = sw_label_printed("%s", queue),
				    .own_levels = true,
				    .min = "0" };

	snprintf(f.name.s, sizeof(f.name.s), "%s_%s", prefix, queue);
	return f;
}

/* Why nothing can be said of a queue's messages: it, or none of the files picked, could be read. */
static const struct sw_fault *unseen(const struct sw_queue_owners *h, const struct queue_sample *s,
				     size_t i, const struct sw_fault *failed, struct sw_fault *room)
{
	if (s->queue[i].why.code)
		return &s->queue[i].why;
	if (failed || h->queue[i].messages == 0 || h->queue[i].looked > 0)
		return failed;
	return not_looked(h, room);
}

static void add_age(struct sw_munin *m, const struct sw_queue_owners *h,
		    const struct queue_sample *s, size_t i, const struct sw_fault *failed)
{
	struct sw_munin_field f = of_queue("age", s->queue[i].name);
	struct sw_fault room = { 0 };
	const struct sw_fault *why = unseen(h, s, i, failed, &room);

	if (h->queue[i].oldest > 0 && !failed && !s->queue[i].why.code)
		why = NULL; /* long queue IDs tell without the files */
	if (!why && h->queue[i].messages > 0 && h->queue[i].oldest == 0) {
		sw_fault(&room, ENODATA, "no message of it says yet when it came");
		why = &room;
	}
	if (!why && h->queue[i].oldest > 0) {
		int64_t seconds = sw_munin_host(m)->now - h->queue[i].oldest;

		f.value = seconds > 0 ? (double)seconds / 3600 : 0;
		if (s->queue[i].oldest == 0 && h->queue[i].looked < h->queue[i].messages)
			f.extinfo = sw_label_printed("at least, by a sample of %llu",
						     (unsigned long long)h->queue[i].looked);
	}
	add(m, &f, why);
}

static void add_size(struct sw_munin *m, const struct sw_queue_owners *h,
		     const struct queue_sample *s, size_t i, const struct sw_fault *failed)
{
	struct sw_munin_field f = of_queue("size", s->queue[i].name);
	struct sw_fault room = { 0 };
	const struct sw_fault *why = unseen(h, s, i, failed, &room);

	if (!why && h->queue[i].looked > 0 && h->queue[i].bytes <= 0) {
		sw_fault(&room, ENODATA, "no message of it says its size yet");
		why = &room;
	}
	if (!why) {
		f.value = floor(h->queue[i].bytes);
		if (h->queue[i].looked < h->queue[i].messages)
			f.extinfo = sw_label_printed("estimated from %llu",
						     (unsigned long long)h->queue[i].looked);
	}
	add(m, &f, why);
}

void owner_graphs(struct sw_munin *m, const struct sw_queue_owners *h, const struct queue_sample *s,
		  const struct sw_fault *failed)
{
	add_by_sender(m, h, s, failed);
	sw_munin_graph(m, &age);
	for (size_t i = 0; i < s->n; i++)
		add_age(m, h, s, i, failed);
	sw_munin_graph(m, &size);
	for (size_t i = 0; i < s->n; i++)
		add_size(m, h, s, i, failed);
}
