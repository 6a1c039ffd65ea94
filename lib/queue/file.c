#include "queue/file.h"

#include <errno.h>

#include "base/num.h"
#include "queue/trace.h"

enum {
	ALL_JUMPS = 20000, /* Postfix allows 10000 backward ones (record.c) */
};

struct walk {
	struct queue_records records;
	struct sw_queue_file *q;
	const char *name;
	enum sw_queue_file_depth depth;
	int jumps;   /* pointers that may still be followed */
	bool sealed; /* behind the place where Postfix writes sasl_* */
	bool body;   /* behind the place of client_*: at the content or after it */
	const struct queue_file_told *told; /* NULL: nobody is told */
};

static bool damaged(struct walk *w)
{
	return queue_record_stop(&w->records, QUEUE_RECORD_BAD);
}

/* The first one of a name wins (qmgr_message.c). */
static bool keep(struct walk *w, struct sw_raw value, struct sw_raw *ret)
{
	return ret->p || queue_record_keep(&w->records, value, ret);
}

/*
 * name=value, blanks around both not theirs, as split_nameval(3) of Postfix has it. (That refuses a
 * blank in the name; here such a name is none that is asked for.)
 */
static bool split(struct sw_raw b, struct sw_raw *name, struct sw_raw *value, struct sw_raw *whole)
{
	size_t equal = raw_find(b, '=');

	if (equal == b.n)
		return false;
	*name = raw_trim(raw_from(b.p, equal));
	*whole = raw_skip(b, equal + 1);
	*value = raw_trim(*whole);
	return true;
}

static bool is_login(struct sw_raw name)
{
	return raw_is(name, "sasl_username");
}

static bool attribute(struct walk *w, const struct queue_record *r)
{
#define KNOWN(field, sasl)                                                                         \
	{                                                                                          \
		{ #field, sizeof(#field) - 1 }, offsetof(struct sw_queue_file, field), sasl        \
	}
	static const struct {
		struct sw_raw name;
		size_t field;
		bool sasl; /* stands before S */
	} known[] = {
		KNOWN(sasl_method, true),      KNOWN(sasl_username, true),
		KNOWN(sasl_sender, true),      KNOWN(log_ident, true),
		KNOWN(client_name, false),     KNOWN(client_address, false),
		KNOWN(log_client_name, false), KNOWN(log_client_address, false),
	};
#undef KNOWN
	struct sw_raw b;
	struct sw_raw name;
	struct sw_raw value;
	struct sw_raw whole;

	if (!queue_record_data(&w->records, r, &b))
		return false;
	/* in maildrop they are the user's; without a name as if it were not there */
	if (w->body || w->q->maildrop || !split(b, &name, &value, &whole))
		return true;
	for (size_t i = 0; i < SW_COUNT(known); i++) {
		if (!raw_same(name, known[i].name))
			continue;
		if (known[i].sasl && w->sealed)
			return true;
		if (is_login(name) && !w->q->sasl_login.p) {
			if (!keep(w, whole, &w->q->sasl_login))
				return false;
			value = raw_trim(w->q->sasl_login);
		}
		return keep(w, value, (struct sw_raw *)((char *)w->q + known[i].field)) &&
		       (w->depth == SW_QUEUE_FILE_ALL || !w->sealed || !w->q->client_address.p);
	}
	if (w->q->create_time == 0 && raw_is(name, "create_time"))
		queue_record_number(&value, &w->q->create_time);
	return true;
}

static bool pointer(struct walk *w, const struct queue_record *r)
{
	int64_t target;

	if (!queue_record_target(&w->records, r, &target))
		return false;
	if (target == 0)
		return true;
	w->sealed = true;
	if (w->depth == SW_QUEUE_FILE_WHO && w->q->sasl_username.n > 0)
		return false;
	return queue_record_jump(&w->records, target, &w->jumps);
}

/* Is this local mail, and whose? */
static void trace(struct walk *w)
{
	struct sw_queue_file *q = w->q;

	if (q->client_name.p || q->client_address.p || q->sasl_username.p)
		return;
	q->local = true;
	w->records.error = queue_trace(&w->records, w->name, w->body, q);
}

/* From M to X. The size in C is that of the content as first written: what edits it lies behind E.
 */
static bool content(struct walk *w)
{
	struct sw_queue_file *q = w->q;
	struct queue_record r;
	bool goes_on;

	w->sealed = true;
	w->body = true;
	trace(w);
	if (w->depth == SW_QUEUE_FILE_WHO || (!q->maildrop && q->data_offset == 0))
		return false;
	if (!q->maildrop) {
		if (q->data_offset != w->records.at)
			return damaged(w);
		w->records.at += q->data_size;
	}
	w->records.content = true;
	do {
		if (!queue_record_next(&w->records, &r))
			return false;
		goes_on = r.type == 'p' || r.type == 'N' || r.type == 'L' || r.type == 'w';
		if (r.type == 'p' && !pointer(w, &r))
			return false;
	} while (goes_on);
	w->records.content = false;
	return r.type == 'X' || damaged(w);
}

/* "seconds microseconds"; the first one wins */
static bool arrival(struct walk *w, const struct queue_record *r)
{
	struct sw_queue_file *q = w->q;
	struct sw_raw b;

	if (!queue_record_data(&w->records, r, &b))
		return false;
	if (q->arrival_time == 0 && queue_record_number(&b, &q->arrival_time) &&
	    (!queue_record_number(&b, &q->arrival_usec) || q->arrival_usec > 999999))
		q->arrival_usec = 0;
	return true;
}

static bool recipient(struct walk *w, uint64_t *count)
{
	++*count;
	w->sealed = true;
	if (w->depth == SW_QUEUE_FILE_ALL)
		return true;
	trace(w);
	return false;
}

/* One record of the envelope; false when that was all that is needed. */
static bool envelope(struct walk *w, const struct queue_record *r)
{
	struct sw_queue_file *q = w->q;
	struct sw_raw b;

	switch (r->type) {
	case 'A':
		return attribute(w, r);
	case 'S':
		w->sealed = true;
		return queue_record_data(&w->records, r, &b) && keep(w, b, &q->sender) &&
		       (w->depth == SW_QUEUE_FILE_ALL || q->sasl_username.n == 0);
	case 'R':
		if (w->told && queue_record_data(&w->records, r, &b))
			w->told->fn(b, w->told->ctx);
		return recipient(w, &q->rcpt_todo);
	case 'D':
		return recipient(w, &q->rcpt_done);
	case '/':
		return recipient(w, &q->rcpt_canceled);
	case 'T':
		return arrival(w, r);
	case 'p':
		return pointer(w, r);
	case 'M':
		return content(w);
	case 'E':
		return false;
	default:
		/* rec_type.h: ENVELOPE, EXTRACT and padding; strchr finds a 0 too */
		return (r->type && strchr("CcFILO>WVKionPrew<", r->type)) || damaged(w);
	}
}

/* The first record is C with its numbers, or T. 1 to read on, 0 at the end, -EBADMSG. */
static int first(struct walk *w)
{
	struct sw_queue_file *q = w->q;
	struct queue_record r;
	struct sw_raw b;
	int64_t flags;
	bool got = queue_record_next(&w->records, &r) && queue_record_data(&w->records, &r, &b);
	char type = q->room.head_n > 0 ? q->room.head[0] : 'C';

	q->maildrop = type == 'T';
	if (type != 'C' && type != 'T')
		return -EBADMSG;
	if (!got)
		return w->records.end == QUEUE_RECORD_BAD ? -EBADMSG : 0;
	if (q->maildrop)
		return arrival(w, &r) && q->arrival_time > 0 ? 1 : -EBADMSG;
	if (!queue_record_number(&b, &q->data_size) || !queue_record_number(&b, &q->data_offset) ||
	    !queue_record_number(&b, &q->rcpt_count))
		return -EBADMSG;
	if (!queue_record_number(&b, &flags) || !queue_record_number(&b, &q->cont_length))
		q->cont_length = q->data_size; /* as qmgr(8) has it for old files */
	return 1;
}

static enum sw_queue_file_state state_of(const struct walk *w)
{
	if (w->records.end == QUEUE_RECORD_BAD)
		return SW_QUEUE_FILE_DAMAGED;
	if (w->records.end == QUEUE_RECORD_SHORT || (!w->q->maildrop && w->q->data_offset == 0))
		return SW_QUEUE_FILE_GROWING;
	return SW_QUEUE_FILE_WHOLE;
}

void queue_file_empty(struct sw_queue_file *q)
{
	memset(q, 0,
	       offsetof(struct sw_queue_file, room) + offsetof(struct sw_queue_file_room, head));
}

int queue_file_parse(queue_record_pread_fn fn, void *ctx, const char *name, int64_t size,
		     enum sw_queue_file_depth depth, const struct queue_file_told *told,
		     struct sw_queue_file *ret, struct sw_fault *why)
{
	bool all = depth == SW_QUEUE_FILE_ALL;
	struct walk w = {
		.records = { .pread = fn,
			     .ctx = ctx,
			     .room = &ret->room,
			     .size = size,
			     .budget = all ? size : QUEUE_RECORD_FEW },
		.q = ret,
		.name = name,
		.depth = depth,
		.told = told,
		.jumps = all ? ALL_JUMPS : QUEUE_RECORD_JUMPS,
	};
	struct queue_record r;
	int rc;

	queue_file_empty(ret);
	rc = first(&w);
	while (rc == 1 && queue_record_next(&w.records, &r) && envelope(&w, &r))
		;
	ret->state = state_of(&w);
	if (w.records.error)
		rc = w.records.error;
	if (rc >= 0)
		return 0;
	queue_file_empty(ret);
	if (rc == -EBADMSG)
		return sw_fault(why, EBADMSG, "%s is not a queue file", name ? name : "this");
	return sw_fault_errno(why, -rc, "read %s", name ? name : "queue file");
}
