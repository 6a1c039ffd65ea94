#include "queue/owners.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "queue/file.h"
#include "queue/plain.h"
#include "queue/scripts.h"
#include "postfix/qid.h"
#include "base/block.h"
#include "base/rank.h"
#include "base/topk.h"

/* The line of a first queue ID is older than the file: by what a filter may take for a message. */
enum { FILTER_SECONDS = 600 };

struct tally {
	uint32_t looked[SW_QUEUE_OWNERS_QUEUES];
};

/* A message from behind a filter: whom it counts for is known after the log was read. */
struct pending {
	size_t queue;
	char fallback[ACCOUNT_SOUGHT_KEY];
	size_t fallback_n;
};

struct reading {
	struct sw_queue_owners *h;
	const struct queue_owners_log *log;
	struct account_sought *origin;
	struct pending *pending;
	size_t pendings;
	int64_t since;
	struct queue_plain_place place; /* of the last file */
	struct sw_queue_file file;
};

static void count(struct sw_queue_owners *h, struct sw_raw key, size_t queue)
{
	struct tally *tally = topk_count(h->table, key, 1)->value;

	tally->looked[queue]++;
}

/* Whose message is it, by its own file? */
static struct sw_raw key_of(const struct sw_queue_file *f, char buf[ACCOUNT_KEY])
{
	if (f->sasl_username.p && f->sasl_username.n > 0)
		return account_login(f->sasl_username, buf);
	if (f->has_uid)
		return account_uid(f->uid, buf);
	if (f->log_client_address.n > 0)
		return account_client(f->log_client_address, buf);
	if (f->client_address.n > 0)
		return account_client(f->client_address, buf);
	return account_local(buf);
}

/*
 * Put back by a filter on this host, before it was queued (smtpd_proxy_filter): its first ID is its
 * own, and the log says whose message got that.
 */
static bool is_from_here(const struct sw_queue_file *f)
{
	return raw_starts(f->client_address, "127.") || raw_is(f->client_address, "::1");
}

/* Put it off when the log may know more: no login here, and another queue ID came first. */
static bool is_put_off(struct reading *r, struct sw_raw id, struct sw_raw key, size_t queue)
{
	const struct sw_queue_file *f = &r->file;
	struct account_sought *origin;
	struct pending *pending;

	if (!r->log || account_kind(key) == SW_ACCOUNT_LOGIN || f->log_ident.n < 2 ||
	    f->log_ident.n >= ACCOUNT_SOUGHT_ID || !qid_is(f->log_ident) ||
	    (raw_same(f->log_ident, id) && !is_from_here(f)))
		return false;
	origin = &r->origin[r->pendings];
	pending = &r->pending[r->pendings++];
	memcpy(origin->id, f->log_ident.p, f->log_ident.n);
	origin->id[f->log_ident.n] = '\0';
	pending->queue = queue;
	pending->fallback_n = key.n < ACCOUNT_SOUGHT_KEY ? key.n : ACCOUNT_SOUGHT_KEY;
	memcpy(pending->fallback, key.p, pending->fallback_n);
	if (f->arrival_time > FILTER_SECONDS && f->arrival_time - FILTER_SECONDS < r->since)
		r->since = f->arrival_time - FILTER_SECONDS;
	return true;
}

/* Does the file say who it came from? One that is being written, or damaged, may not. */
static bool is_told(const struct sw_queue_file *f)
{
	return f->state == SW_QUEUE_FILE_WHOLE || f->sasl_username.n || f->has_uid ||
	       f->log_client_address.n || f->client_address.n;
}

/* Postfix makes files here and writes them then: an empty one is no loss yet. */
static bool is_written_in(const char *queue)
{
	return strcmp(queue, "incoming") == 0 || strcmp(queue, "maildrop") == 0;
}

/* Why a file that could be opened says nothing. Returns whether it should. */
static bool explain(const struct sw_queue_file *f, const char *id, const char *queue,
		    struct sw_fault *why)
{
	if (f->state == SW_QUEUE_FILE_DAMAGED)
		sw_fault(why, EBADMSG, "%s is damaged", id);
	else if (f->room.head_n == 0)
		sw_fault(why, ENODATA, "%s is empty", id);
	else
		sw_fault(why, ENODATA, "%s is not written to its end", id);
	return f->state == SW_QUEUE_FILE_DAMAGED || !is_written_in(queue);
}

static void look_at(struct reading *r, int spool, const struct queue_sample_queue *q, size_t queue,
		    const char *name)
{
	struct sw_queue_owners *h = r->h;
	struct sw_fault why = { 0 };
	const char *path = queue_plain_enter(&r->place, spool, q->name, name);
	const char *slash = strrchr(name, '/');
	const char *id = slash ? slash + 1 : name;
	bool lost = true;
	char buf[ACCOUNT_KEY];
	struct sw_raw key;
	int rc = r->place.directory;

	if (r->place.directory >= 0)
		rc = queue_file_read_below(r->place.directory, path, &r->file, &why);
	if (rc == -ENOENT) /* delivered or moved meanwhile */
		return;
	if (r->place.directory < 0)
		sw_fault_errno(&why, -rc, "open %s/%s", q->name, name);
	if (rc == 0 && !is_told(&r->file))
		lost = explain(&r->file, id, q->name, &why);
	if (why.code) {
		if (!h->queue[queue].unread.code)
			h->queue[queue].unread = why;
		if (lost && h->unreadable++ == 0)
			h->first = why;
		return;
	}
	h->looked++;
	h->queue[queue].looked++;
	h->queue[queue].bytes += (double)r->file.data_size;
	if (r->file.arrival_time &&
	    (h->queue[queue].oldest == 0 || r->file.arrival_time < h->queue[queue].oldest))
		h->queue[queue].oldest = r->file.arrival_time;
	key = key_of(&r->file, buf);
	if (!is_put_off(r, raw_of(id), key, queue))
		count(h, key, queue);
	queue_scripts_count(h->scripts, &r->file, queue);
}

static void settle(struct reading *r)
{
	struct sw_fault ignored = { 0 };
	int rc = r->pendings == 0 ? 0
				  : r->log->find(r->h->host, r->since, r->origin, r->pendings,
						 r->log->ctx, &ignored);

	for (size_t i = 0; i < r->pendings; i++) {
		const struct account_sought *o = &r->origin[i];
		const struct pending *p = &r->pending[i];

		count(r->h,
		      rc > 0 && o->key_n > 0 ? raw_from(o->key, o->key_n)
					     : raw_from(p->fallback, p->fallback_n),
		      p->queue);
	}
}

static void weigh(struct sw_queue_owners *h, const struct queue_sample *s)
{
	h->exact = true;
	for (size_t i = 0; i < s->n; i++) {
		h->queue[i].name = s->queue[i].name;
		h->queue[i].why = s->queue[i].why;
		if (s->queue[i].why.code)
			continue;
		h->queue[i].messages = s->queue[i].messages;
		h->messages += s->queue[i].messages;
		if (s->queue[i].oldest &&
		    (h->queue[i].oldest == 0 || s->queue[i].oldest < h->queue[i].oldest))
			h->queue[i].oldest = s->queue[i].oldest;
		if (h->queue[i].looked > 0)
			h->queue[i].weight =
				(double)s->queue[i].messages / (double)h->queue[i].looked;
		h->queue[i].bytes *= h->queue[i].weight;
		h->exact &= s->queue[i].picked == s->queue[i].messages;
	}
}

static size_t picked(const struct queue_sample *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->queue[i].picked;
	return n;
}

static size_t reading_room(size_t messages)
{
	return block_room(1, sizeof(struct reading)) +
	       block_room(messages, sizeof(struct account_sought)) +
	       block_room(messages, sizeof(struct pending));
}

static void read_sample(struct block *block, int spool, const struct queue_sample *s,
			const struct queue_owners_log *log, struct sw_queue_owners *ret)
{
	size_t messages = picked(s);
	struct reading *r = block_take(block, 1, sizeof(*r));

	r->h = ret;
	r->log = log;
	r->since = ret->host->now;
	r->place = queue_plain_nowhere(messages);
	r->origin = block_take(block, messages, sizeof(*r->origin));
	r->pending = block_take(block, messages, sizeof(*r->pending));
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->queue[i].picked; k++)
			look_at(r, spool, &s->queue[i], i, s->queue[i].item[k].name);
	settle(r);
	queue_plain_leave(&r->place);
}

int queue_owners_read(const struct sw_host *h, int spool, const struct queue_sample *s,
		      const struct queue_owners_log *log, struct sw_queue_owners *ret,
		      struct sw_fault *why)
{
	/* one of each message; not less than one */
	size_t most = picked(s) < QUEUE_OWNERS_NAMES ? picked(s) + 1 : QUEUE_OWNERS_NAMES;
	struct block block;
	struct topk *table;

	*ret = (struct sw_queue_owners){ .host = h };
	if (!block_new(&block, topk_room(most, QUEUE_OWNERS_NAME, sizeof(struct tally)) +
				       queue_scripts_room() + reading_room(picked(s))))
		return sw_fault_errno(why, ENOMEM, "owners of the queue");
	table = topk_in(&block, most, QUEUE_OWNERS_NAME, sizeof(struct tally), h->secret);
	ret->table = table;
	ret->scripts = queue_scripts_in(&block, h->secret);
	read_sample(&block, spool, s, log, ret);
	topk_own(table, &block);
	weigh(ret, s);
	return 0;
}

void sw_queue_owners_free(struct sw_queue_owners *h)
{
	topk_free(h->scripts); /* before the table whose block it may be of */
	topk_free(h->table);
	h->table = NULL;
	h->scripts = NULL;
}

/*
 * Estimate of a share from samples of each queue (Cochran, "Sampling Techniques", 5.3): the queues'
 * shares, weighted by their sizes. None or all of n says no more than 3/n at 95 %.
 */
static void estimate(const struct sw_queue_owners *h, size_t queue, const struct tally *t,
		     struct sw_queue_owner *ret)
{
	double variance = 0;
	double least = 0;
	double messages = 0;
	double unseen = 0;
	double all = 0;
	double error;

	for (size_t i = 0; i < SW_QUEUE_OWNERS_QUEUES; i++) {
		double size = (double)h->queue[i].messages;
		double n = (double)h->queue[i].looked;
		double p = n > 0 ? t->looked[i] / n : 0;

		if (queue != SW_QUEUE_OWNERS_ALL && queue != i)
			continue;
		all += size;
		messages += size * p;
		if (n == 0) {
			unseen += size;
		} else if (n < size) {
			variance += size * size * p * (1 - p) / n;
			least += size * (p == 0 || p == 1 ? 3 / n : 0);
		}
	}
	if (messages == 0)
		return;
	ret->messages = messages;
	ret->share = messages / all;
	error = 1.96 * sqrt(variance);
	error = (error > least ? error : least) + unseen;
	ret->error = (error < all ? error : all) / all;
}

static bool is_before(const void *one, const void *other)
{
	const struct sw_queue_owner *a = one;
	const struct sw_queue_owner *b = other;

	if (a->share != b->share)
		return a->share > b->share;
	return raw_order(a->key, b->key) < 0;
}

/* The script of a user ID, in one queue or in all. */
static void add_script(const struct sw_queue_owners *h, size_t queue, struct sw_queue_owner *owner)
{
	double weight[SW_QUEUE_OWNERS_QUEUES] = { 0 };
	struct queue_script_most most;
	uint64_t uid;

	if (!account_uid_of(owner->key, &uid))
		return;
	for (size_t i = 0; i < SW_QUEUE_OWNERS_QUEUES; i++)
		if (queue == SW_QUEUE_OWNERS_ALL || queue == i)
			weight[i] = h->queue[i].weight;
	most = queue_scripts_most(h->scripts, uid, weight);
	owner->script = most.script;
	owner->script_uid = most.script_uid;
	owner->script_share = most.share;
}

size_t sw_queue_owners_top(const struct sw_queue_owners *h, size_t queue,
			   struct sw_queue_owner *ret, size_t max)
{
	size_t kept = 0;

	for (size_t i = 0; i < topk_rows(h->table); i++) {
		const struct topk_row *row = topk_row(h->table, i);
		struct sw_queue_owner owner = { .key = row->name };

		estimate(h, queue, row->value, &owner);
		if (owner.messages > 0)
			kept = rank_add(ret, kept, max, sizeof(*ret), &owner, is_before);
	}
	for (size_t i = 0; i < kept; i++) {
		ret[i].kind = account_kind(ret[i].key);
		ret[i].name = account_name(h->host, ret[i].key);
		add_script(h, queue, &ret[i]);
	}
	return kept;
}
