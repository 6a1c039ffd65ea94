#include "parts/owner_graphs.h"

#include <errno.h>
#include <stdlib.h>

#include "base/print.h"
#include "parts/account_field.h"
#include "parts/colours.h"

/* One long label pads every row of a legend. */
enum { DRAWN_MAX = 200, LEGEND = 60 };

static const struct sw_munin_graph by_sender = {
	.name = "by_sender",
	.title = "Postfix Mailqueue by sender",
	.args = "--base 1000 --upper-limit 100 -l 0 --rigid", /* a rounded sum is no reason for a
								 higher axis */
	.vlabel = "% of the messages",
	.category = "postfix",
	.no_scale = true,
	.info = "Who put the messages into the queues: SASL accounts, local users, clients that "
		"did "
		"not log in. From the queue files, of a random sample when there are many. One "
		"that fills the graph while the queues grow: spoolwatch report ACCOUNT, then "
		"spoolwatch contain ACCOUNT.",
};

static const struct sw_munin_graph age = {
	.name = "age",
	.title = "Postfix Mailqueue age",
	.args = "--base 1000 -l 0",
	.vlabel = "hours",
	.category = "postfix",
	.no_scale = true,
	.info = "Age of the oldest message of each queue, from its queue ID or its file. "
		"Deferred mail grows old until maximal_queue_lifetime, held mail until you release "
		"or "
		"delete it, mail that grows old elsewhere says that Postfix stands still.",
};

static const struct sw_munin_graph size = {
	.name = "size",
	.title = "Postfix Mailqueue size",
	.total = "Total",
	.args = "--base 1024 -l 0",
	.vlabel = "bytes",
	.category = "postfix",
	.info = "Bytes of message content in each queue, estimated from the sample when there are "
		"many.",
};

const char *const owner_graphs_colour[SPOOL_QUEUES] = {
	"44AA99", "332288", "88CCEE", "117733", COLOUR_MOST, COLOUR_DOUBT,
};

static void add(struct sw_munin *m, const struct sw_munin_field *f, const struct sw_fault *failed)
{
	if (failed)
		sw_munin_add_unknown(m, f, failed);
	else
		sw_munin_add(m, f);
}

static void add_by_sender(struct sw_munin *m, const struct sw_queue_owners *h,
			  const struct queue_sample *s, const struct sw_fault *failed)
{
	size_t most = (size_t)sw_munin_count(m, "accounts");
	struct sw_queue_owner *top = malloc(most * sizeof(*top));
	size_t n = 0;
	double rest;
	struct sw_munin_field others = { .name = sw_field_own("others"),
					 .label = sw_label_printed("all others"),
					 .draw = "AREASTACK",
					 .colour = COLOUR_OTHERS,
					 .own_levels = true,
					 .min = "0" };
	struct sw_fault room = { 0 };

	if (!top && !failed) {
		sw_fault_errno(&room, ENOMEM, "rank the senders");
		failed = &room;
	}
	if (!failed)
		n = sw_queue_owners_top(h, SW_QUEUE_OWNERS_ALL, top, most);
	rest = n ? 100 : 0;
	sw_munin_graph(m, &by_sender);
	for (size_t i = 0; i < s->n && !failed; i++)
		if (s->queue[i].why.code)
			failed = &s->queue[i].why; /* nobody knows whose those are */
	if (!failed && h->messages > 0 && h->looked == 0) {
		words_queue_unseen(h, SW_QUEUE_OWNERS_ALL, &room);
		failed = &room;
	}
	for (size_t i = 0; i < n && top[i].share >= 0.01; i++) {
		struct sw_munin_field f = {
			.name = account_field(top[i].key),
			.label = label_short(&top[i].name, LEGEND),
			.value = sw_munin_value_of(100 * top[i].share),
			.extinfo = words_queue_owner(&top[i]),
			.draw = "AREASTACK",
			.own_levels = true,
			.min = "0",
		};

		if (failed) { /* said on stderr of the others, once */
			f.value = (struct sw_munin_value){ 0 };
			f.extinfo = failed->text;
		}
		rest -= 100 * top[i].share;
		sw_munin_add(m, &f);
	}
	others.value = sw_munin_value_of(rest > 0 ? rest : 0);
	if (!failed)
		others.extinfo = words_queue_unreadable(h);
	add(m, &others, failed);
	free(top);
}

/* A field of each queue; its name must differ from the queue's own, or env.deferred_warning is
 * meant. */
static struct sw_munin_field of_queue(const char *prefix, const char *queue, size_t i)
{
	struct sw_munin_field f = { .label = sw_label_printed("%s", spool_queues[i].label),
				    .draw = strcmp(prefix, "size") == 0 ? "AREASTACK" : "LINE2",
				    .colour = owner_graphs_colour[i],
				    .own_levels = true,
				    .min = "0" };

	print_text(f.name.s, sizeof(f.name.s), "%s_%s", prefix, queue);
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
	words_queue_unseen(h, i, room);
	return room;
}

static void add_age(struct sw_munin *m, const struct sw_queue_owners *h,
		    const struct queue_sample *s, size_t i, const struct sw_fault *failed)
{
	struct sw_munin_field f = of_queue("age", s->queue[i].name, i);
	struct sw_fault room = { 0 };
	const struct sw_fault *why = unseen(h, s, i, failed, &room);

	if (h->queue[i].oldest && !failed && !s->queue[i].why.code)
		why = NULL; /* long queue IDs tell without the files */
	if (!why && h->queue[i].messages > 0 && !h->queue[i].oldest) {
		sw_fault(&room, ENODATA, "no message of it says yet when it came");
		why = &room;
	}
	if (!why && h->queue[i].oldest) {
		int64_t seconds = sw_munin_host(m)->now - h->queue[i].oldest;

		f.value = sw_munin_value_of(seconds > 0 ? (double)seconds / 3600 : 0);
		f.extinfo = words_queue_age(h, i, s->queue[i].oldest != 0);
	} else if (!why) {
		f.value = sw_munin_value_of(0); /* of none */
	}
	add(m, &f, why);
}

/* Without its fraction. What is larger prints as U. */
static double whole(double bytes)
{
	return bytes < 1e15 ? (double)(int64_t)bytes : bytes;
}

static void add_size(struct sw_munin *m, const struct sw_queue_owners *h,
		     const struct queue_sample *s, size_t i, const struct sw_fault *failed)
{
	struct sw_munin_field f = of_queue("size", s->queue[i].name, i);
	struct sw_fault room = { 0 };
	const struct sw_fault *why = unseen(h, s, i, failed, &room);

	if (!why && h->queue[i].looked > 0 && h->queue[i].bytes <= 0) {
		sw_fault(&room, ENODATA, "no message of it says its size yet");
		why = &room;
	}
	if (!why) {
		f.value = sw_munin_value_of(whole(h->queue[i].bytes));
		f.extinfo = words_queue_size(h, i);
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
