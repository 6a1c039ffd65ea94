#include "incident/queued.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/idmap.h"
#include "incident/bounce.h"
#include "incident/letterhead.h"
#include "postfix/address.h"
#include "queue/file.h"

enum { IDS = 1 << 20, ACTIVE = 2 };

/* In the order in which a message moves. */
const char *const queued_queues[QUEUED_QUEUES] = { "maildrop", "incoming", "active", "deferred",
						   "hold" };

/* Bounces that are about no message which was seen yet. */
enum { BOUNCES = 20000, BOUNCE_PATH = 96 };

/* What an ID was seen as: each once, wherever the file has moved meanwhile. */
enum { MESSAGE = 1, BOUNCE = 2 };

static bool was_seen(const struct queued *q, struct sw_raw id, uint32_t as)
{
	const struct idmap_value *known = idmap_get(q->ids, id);

	return known && known->row == as;
}

static void note_seen(struct queued *q, const struct sw_queue_message *m, uint32_t as)
{
	idmap_put(q->ids, raw_from(m->id, m->id_n), (struct idmap_value){ .row = as });
}

static uint64_t hash_of(struct sw_raw id)
{
	return hash_bytes((struct hash_key){ 0x717565756564, 0 }, id);
}

/* Once a message. */
static void count(struct queued *q, struct topk *table, struct sw_raw name)
{
	struct topk_row *row = topk_find(table, name);

	if (row && *(uint64_t *)row->value == q->messages)
		return;
	row = topk_count(table, name, 1);
	*(uint64_t *)row->value = q->messages;
}

static void take_recipient(struct sw_raw recipient, void *ctx)
{
	struct queued *q = ctx;
	char domain[ADDRESS_DOMAIN];

	if (q->of_message++ == 0) {
		q->at_hand.recipient = label_new();
		sw_label_add_name(&q->at_hand.recipient, recipient);
	}
	count(q, q->domain, raw_from(domain, address_domain(recipient, domain)));
}

static void take_script(struct queued *q, struct sw_raw name, uint64_t uid)
{
	char key[32 + QUEUE_SCRIPT_NAME];
	int n = snprintf(key, sizeof(key), "%llu %.*s", (unsigned long long)uid, (int)name.n,
			 name.p);

	if (n > 0)
		count(q, q->script,
		      raw_from(key, (size_t)n < sizeof(key) ? (size_t)n : sizeof(key) - 1));
}

/* Among the QUEUED_SAMPLE with the smallest hash, in order. */
static void keep(struct queued *q)
{
	size_t at = q->samples;
	struct queued_message *m;

	while (at > 0 && q->sample[at - 1]->hash > q->at_hand.hash)
		at--;
	if (at == QUEUED_SAMPLE)
		return;
	if (q->samples < QUEUED_SAMPLE)
		m = malloc(sizeof(*m));
	else
		m = q->sample[--q->samples];
	if (!m) {
		sw_fault_errno(&q->broken, ENOMEM, "keep a message of the sample");
		return;
	}
	*m = q->at_hand;
	memmove(&q->sample[at + 1], &q->sample[at], (q->samples - at) * sizeof(m));
	q->sample[at] = m;
	q->samples++;
}

static void take_head(struct queued *q, const struct sw_queue_message *m)
{
	struct letterhead head;
	struct sw_raw script;

	if (letterhead_read(m->directory, m->id, &q->file, &head)) {
		q->at_hand.from = head.from;
		q->at_hand.subject = head.subject;
	}
	if (q->file.script.n > 0)
		take_script(q, q->file.script, q->file.script_uid);
	else if (!q->file.has_uid && queue_script_end(&head.script, &script))
		take_script(q, script, head.script.uid);
}

static void take_message(struct queued *q, const struct sw_queue_message *m)
{
	const struct sw_queue_file *f = &q->file;
	struct queued_message *hand = &q->at_hand;
	char buf[ORIGIN_CLIENT];
	const struct sw_raw client = origin_client(f, buf);

	q->queue[q->at]++;
	q->recipients += f->rcpt_todo;
	q->delivered += f->rcpt_todo == 0 && !f->maildrop;
	if (f->arrival_time > 0 && (q->oldest == 0 || f->arrival_time < q->oldest))
		q->oldest = f->arrival_time;
	if (f->arrival_time > q->newest)
		q->newest = f->arrival_time;
	if (client.n > 0)
		count(q, q->client, client);
	note_seen(q, m, MESSAGE);
	if (m->id_n >= QUEUED_ID)
		return;
	memcpy(hand->id, m->id, m->id_n);
	hand->hash = hash_of(raw_from(m->id, m->id_n));
	hand->queue = q->at;
	hand->arrived = f->arrival_time;
	hand->recipients = f->rcpt_todo;
	hand->client = sw_label_from(client);
	hand->sender = label_new();
	sw_label_add_name(&hand->sender, f->sender);
	take_head(q, m);
	keep(q);
}

static bool is_of_it(struct sw_raw id, void *ctx)
{
	const struct queued *q = ctx;

	return was_seen(q, id, MESSAGE) || (q->is_of_it && q->is_of_it(id, q->ctx));
}

/* It may be about one that is seen later. */
static void take_bounce(struct queued *q, const struct sw_queue_message *m)
{
	char path[BOUNCE_PATH];
	int n;

	if (was_seen(q, raw_from(m->id, m->id_n), BOUNCE))
		return;
	note_seen(q, m, BOUNCE);
	if (bounce_is_of(m->directory, m->id, is_of_it, q)) {
		q->bounces++;
		return;
	}
	n = snprintf(path, sizeof(path), "%s/%s%s", queued_queues[q->at], m->hash, m->id);
	if (q->later == BOUNCES || (size_t)n >= sizeof(path))
		return;
	if (!q->bounce)
		q->bounce = malloc((size_t)BOUNCES * BOUNCE_PATH);
	if (q->bounce)
		memcpy(q->bounce + BOUNCE_PATH * q->later++, path, (size_t)n + 1);
	else
		sw_fault_errno(&q->broken, ENOMEM, "look at the bounces");
}

static void take_bounces(struct queued *q)
{
	for (size_t i = 0; i < q->later && !run_is_ended(); i++)
		q->bounces += bounce_is_of(q->spool, q->bounce + BOUNCE_PATH * i, is_of_it, q);
}

static int note_unreadable(struct queued *q, const struct sw_fault *why)
{
	if (q->unreadable++ == 0)
		q->first = *why;
	return 0;
}

static int visit(const struct sw_queue_message *m, void *ctx)
{
	struct queued *q = ctx;
	const struct queue_file_told told = { take_recipient, q };
	struct sw_fault why = { 0 };
	int rc;

	if (run_is_ended()) {
		q->stopped = true;
		return 1;
	}
	say_progress(&q->progress, "queue files", ++q->looked, 0);
	rc = sw_queue_file_read(m->directory, m->id, select_depth(q->select), &q->file, &why);
	if (rc < 0)
		return rc == -ENOENT ? 0 : note_unreadable(q, &why);
	if (q->file.state == SW_QUEUE_FILE_DAMAGED && !origin_is_told(&q->file)) {
		sw_fault(&why, EBADMSG, "%s is damaged", m->id);
		return note_unreadable(q, &why);
	}
	if (!select_has(q->select, &q->file)) {
		if (q->file.local && q->file.sender.p && q->file.sender.n == 0)
			take_bounce(q, m);
		return 0;
	}
	if (was_seen(q, raw_from(m->id, m->id_n), MESSAGE))
		return 0;
	q->messages++;
	q->of_message = 0;
	memset(&q->at_hand, 0, sizeof(q->at_hand));
	rc = queue_file_read_told(m->directory, m->id, SW_QUEUE_FILE_ALL, &told, &q->file, &why);
	if (rc < 0) {
		q->messages--;
		return rc == -ENOENT ? 0 : note_unreadable(q, &why);
	}
	take_message(q, m);
	return 0;
}

/* Could all of it be read? */
static bool read_queue(struct queued *q)
{
	struct sw_fault cause = { 0 };
	int rc = sw_queue_each(q->spool, queued_queues[q->at], visit, q, &cause);

	if (rc < 0 && rc != -ENOENT)
		fault_wrap(&q->broken, &cause, "%s", "");
	return rc == 0 || rc == -ENOENT; /* a copy may lack what was empty */
}

int queued_read(struct queued *q, struct sw_fault *why)
{
	const struct hash_key key = q->run->host->secret;
	int rc = topk_new(QUEUED_NAMES, QUEUED_NAME, sizeof(uint64_t), key, &q->client, why);

	if (rc == 0)
		rc = topk_new(QUEUED_NAMES, QUEUED_NAME, sizeof(uint64_t), key, &q->domain, why);
	if (rc == 0)
		rc = topk_new(QUEUED_NAMES, QUEUED_NAME, sizeof(uint64_t), key, &q->script, why);
	if (rc == 0)
		rc = idmap_new(IDS, key, &q->ids, why);
	if (rc < 0)
		return rc;
	say_progress_begin(&q->progress);
	for (q->at = 0; q->at < QUEUED_QUEUES && !q->stopped; q->at++)
		q->whole[q->at] = read_queue(q);
	/* what came back from deferred meanwhile */
	q->at = ACTIVE;
	if (q->whole[ACTIVE])
		(void)read_queue(q);
	take_bounces(q);
	say_progress_end(&q->progress);
	return 0;
}

bool queued_is_whole(const struct queued *q)
{
	return !q->broken.code && q->unreadable == 0 && !q->stopped;
}

void queued_free(struct queued *q)
{
	topk_free(q->client);
	topk_free(q->domain);
	topk_free(q->script);
	idmap_free(q->ids);
	for (size_t i = 0; i < q->samples; i++)
		free(q->sample[i]);
	free(q->bounce);
}
