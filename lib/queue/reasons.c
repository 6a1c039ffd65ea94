#include "queue/reasons.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/print.h"
#include "base/topk.h"
#include "os/dir.h"
#include "os/host.h"
#include "postfix/address.h"
#include "queue/plain.h"
#include "queue/reason.h"

/* A name of the table is one of these, then its bytes. */
enum { DOMAIN = 'd', FORM = 'f', BOTH = 'b', NAME = 1 + QUEUE_REASON_FORM + ADDRESS_DOMAIN };

enum { OTHER_MISSES = 64, LISTED_MOST = 256 };

/* How logs lie in defer/. */
enum way { HASHED, FLAT, WAYS };

struct tally {
	uint64_t message; /* the last one that was counted */
	uint64_t messages;
};

struct reading {
	struct queue_reasons *r;
	struct hash_key secret;
	uint64_t message; /* counted from 1 */
	struct queue_plain_place place, other;
	bool is_other;	 /* a log was found there */
	int misses;	 /* of those that were not */
	bool lies[WAYS]; /* may logs lie so? */
	unsigned listed; /* names, and one; 0: defer/ was not looked through yet */
	char log[QUEUE_REASONS_BYTES];
};

/* A message counts once for a name, however many of its recipients have it. */
static void count(struct reading *reading, const char *name, size_t n)
{
	struct tally *t = topk_count(reading->r->table, raw_from(name, n), 1)->value;

	if (t->message != reading->message)
		t->messages++;
	t->message = reading->message;
}

static void count_entry(struct reading *reading, const struct queue_reason *entry)
{
	char name[NAME]; /* the form is as long as it is, the domain behind it */
	char domain[1 + ADDRESS_DOMAIN];
	size_t form_n = queue_reason_form(entry->reason, name + 1, QUEUE_REASON_FORM);
	size_t domain_n = address_domain(entry->recipient, domain + 1);

	domain[0] = DOMAIN;
	count(reading, domain, 1 + domain_n);
	name[0] = FORM;
	count(reading, name, 1 + form_n);
	/* of a fixed place, so that no form can end where another domain begins */
	memset(name + 1 + form_n, 0, QUEUE_REASON_FORM - form_n);
	memcpy(name + 1 + QUEUE_REASON_FORM, domain + 1, domain_n);
	name[0] = BOTH;
	count(reading, name, 1 + QUEUE_REASON_FORM + domain_n);
}

/* An entry that the buffer cuts is passed over, unless it is the only one. */
static bool count_entries(struct reading *reading, size_t n)
{
	struct sw_raw rest = raw_from(reading->log, n);
	struct queue_reason entry;
	int entries = 0;

	for (int i = 0; i < QUEUE_REASONS_ENTRIES && queue_reason_next(&rest, &entry); i++) {
		if (entry.reason.n == 0 ||
		    (!entry.whole && n == QUEUE_REASONS_BYTES && entries > 0))
			continue;
		count_entry(reading, &entry);
		entries++;
	}
	return entries > 0;
}

static const char defer[] = "defer";

static int note_way(const struct dir_entry *entry, void *ctx)
{
	struct reading *reading = ctx;

	reading->lies[entry->length == 1 ? HASHED : FLAT] = true;
	return ++reading->listed == LISTED_MOST;
}

/* What is not among the names in defer/ need not be sought; of too many all may be. */
static void list_ways(struct reading *reading, int spool)
{
	struct sw_fault ignored = { 0 };
	int fd = openat(spool, defer, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	reading->lies[HASHED] = reading->lies[FLAT] = false;
	if (fd < 0 || dir_each(fd, note_way, reading, &ignored) != 0)
		reading->lies[HASHED] = reading->lies[FLAT] = true;
	reading->listed++;
	if (fd >= 0)
		close(fd);
}

static int open_in(struct queue_plain_place *place, int spool, const char *name)
{
	const char *id = queue_plain_enter(place, spool, defer, name);

	return place->directory < 0 ? place->directory : queue_plain_open(place->directory, id);
}

/*
 * The log of a message; hash_queue_names may hash one of deferred and defer and not the other, by
 * the first characters of the ID (of a long one by others, which are not tried). All logs lie
 * alike, so the second way is no longer tried when some have not been there.
 */
static int open_log(struct reading *reading, int spool, const char *message)
{
	const char *slash = strrchr(message, '/');
	enum way way = slash ? HASHED : FLAT;
	char hashed[QUEUE_SAMPLE_NAME + 2];
	int fd = reading->lies[way] ? open_in(&reading->place, spool, message) : -ENOENT;

	if (fd == -ENOENT && reading->listed == 0)
		list_ways(reading, spool);
	if (fd != -ENOENT || !reading->lies[way == FLAT ? HASHED : FLAT] ||
	    (!reading->is_other && reading->misses >= OTHER_MISSES))
		return fd;
	if (!slash)
		print_text(hashed, sizeof(hashed), "%c/%s", message[0], message);
	fd = open_in(&reading->other, spool, slash ? slash + 1 : hashed);
	reading->is_other |= fd != -ENOENT;
	reading->misses += fd == -ENOENT;
	return fd;
}

static int look_at(struct reading *reading, int spool, const char *message, struct sw_fault *why)
{
	struct queue_reasons *r = reading->r;
	int fd = open_log(reading, spool, message);
	ssize_t n;

	if (fd == -ENOENT) /* it was not tried yet, or is gone */
		return 0;
	n = fd < 0 ? fd : queue_plain_pread(&fd, reading->log, sizeof(reading->log), 0);
	if (fd >= 0)
		close(fd);
	if (n < 0) {
		r->unreadable++;
		sw_fault_errno(&r->first, (int)-n, "read defer/%s", message);
		return 0;
	}
	if (!r->table) { /* of mail that was not tried yet there is none */
		struct topk *table = NULL;
		int rc = topk_new(QUEUE_REASONS_NAMES, NAME, sizeof(struct tally), reading->secret,
				  &table, why);

		if (rc < 0)
			return rc;
		r->table = table;
	}
	reading->message++;
	r->logs += count_entries(reading, (size_t)n);
	return 0;
}

int queue_reasons_read(const struct sw_host *h, int spool, const struct queue_sample_queue *q,
		       struct queue_reasons *ret, struct sw_fault *why)
{
	struct reading reading;
	size_t n = q->picked < QUEUE_REASONS_MOST ? q->picked : QUEUE_REASONS_MOST;
	int rc = 0;

	*ret = (struct queue_reasons){ .left_out = q->picked - n };
	reading.r = ret; /* one by one: the room for a log is not cleared */
	reading.message = 0;
	reading.place = reading.other = queue_plain_nowhere(n);
	reading.is_other = false;
	reading.misses = 0;
	reading.lies[HASHED] = reading.lies[FLAT] = true;
	reading.listed = 0;
	reading.secret = h->secret;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = look_at(&reading, spool, q->item[i * q->picked / n].name, why);
	queue_plain_leave(&reading.place);
	queue_plain_leave(&reading.other);
	return rc;
}

static uint64_t messages_of(const struct queue_reasons *r, char kind, struct sw_raw name)
{
	char text[NAME];
	struct topk_row *row;

	text[0] = kind;
	memcpy(text + 1, name.p, name.n);
	row = topk_find(r->table, raw_from(text, 1 + name.n));
	return row ? ((struct tally *)row->value)->messages : 0;
}

static struct sw_raw form_of(struct sw_raw both)
{
	struct sw_raw form = raw_from(both.p + 1, QUEUE_REASON_FORM);

	form.n = raw_find(form, '\0');
	return form;
}

bool queue_reasons_most(const struct queue_reasons *r, struct queue_reasons_most *ret)
{
	const struct topk_row *most = NULL;

	for (size_t i = 0; r->table && i < topk_rows(r->table); i++) {
		const struct topk_row *row = topk_row(r->table, i);
		uint64_t more = ((const struct tally *)row->value)->messages;
		uint64_t than = most ? ((const struct tally *)most->value)->messages : 0;

		if (row->name.p[0] == BOTH &&
		    (more > than || (more == than && most && raw_order(row->name, most->name) < 0)))
			most = row;
	}
	if (!most)
		return false;
	ret->both = ((const struct tally *)most->value)->messages;
	ret->form = form_of(most->name);
	ret->domain = raw_skip(most->name, 1 + QUEUE_REASON_FORM);
	ret->of_form = messages_of(r, FORM, ret->form);
	ret->to_domain = messages_of(r, DOMAIN, ret->domain);
	return true;
}

void queue_reasons_free(struct queue_reasons *r)
{
	topk_free(r->table);
	r->table = NULL;
}
