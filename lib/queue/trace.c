#include "queue/trace.h"

#include "base/num.h"
#include "queue/script.h"

enum {
	RECEIVED_RECORDS = 16,
	SCRIPT_RECORDS = 64, /* lines of a header; PHP's is the third */
};

struct trace {
	struct queue_records records;
	struct sw_queue_file *q;
	int jumps;
};

/* "Received: by HOST (NAME, from userid UID)" */
static bool is_pickup(struct sw_raw line, uint64_t *ret_uid)
{
	static const char words[] = ", from userid ";
	size_t comma = raw_find_last(line, ',');

	if (!raw_starts(line, "Received: by ") || line.p[line.n - 1] != ')' ||
	    !raw_starts(raw_skip(line, comma), words))
		return false;
	line = raw_skip(line, comma + sizeof(words) - 1);
	return num_from(raw_from(line.p, line.n - 1), ret_uid) && *ret_uid <= UINT32_MAX;
}

/* "\tid QUEUE-ID; date": only Postfix knew the ID when the message was written */
static bool is_id(struct sw_raw line, const char *name)
{
	if (!raw_starts(line, "\tid "))
		return false;
	line = raw_skip(line, 4);
	return raw_is(raw_from(line.p, raw_find(line, ';')), name);
}

static bool jump(struct trace *t, const struct queue_record *r)
{
	int64_t target;

	return queue_record_target(&t->records, r, &target) &&
	       (target == 0 || queue_record_jump(&t->records, target, &t->jumps));
}

/* By the header from here on, behind other lines of it or not. */
static void look_for_script(struct trace *t, bool inside)
{
	struct queue_script script = { .inside = inside };
	struct queue_record r;
	struct sw_raw piece;

	for (int i = 0; i < SCRIPT_RECORDS && queue_record_next(&t->records, &r); i++) {
		if (r.type == 'w' ||
		    (r.type == 'p' && jump(t, &r))) /* 'w': what a milter took out */
			continue;
		if ((r.type != 'N' && r.type != 'L') ||
		    !queue_record_data(&t->records, &r, &piece) ||
		    !queue_script_take(&script, piece, r.type == 'N'))
			break;
	}
	if (queue_script_end(&script, &piece) &&
	    queue_record_keep(&t->records, piece, &t->q->script))
		t->q->script_uid = script.uid;
}

/* The content begins behind the recipients. */
static void trace_maildrop(struct trace *t, bool in_content)
{
	struct queue_record r;

	while (!in_content) {
		if (!queue_record_next(&t->records, &r) || r.type == 'p')
			return;
		in_content = r.type == 'M';
	}
	look_for_script(t, false);
}

/* By the first Received header, a milter's before it or not. */
static void trace_queued(struct trace *t, const char *name)
{
	struct queue_record r;
	struct sw_raw line;
	uint64_t uid;

	t->records.at = t->q->data_offset;
	for (int i = 0; i < RECEIVED_RECORDS && queue_record_next(&t->records, &r); i++) {
		if (r.type == 'p' ? !jump(t, &r) : !queue_record_data(&t->records, &r, &line))
			return;
		if (r.type == 'p' || !raw_starts(line, "Received:"))
			continue;
		if (!is_pickup(line, &uid) || !queue_record_next(&t->records, &r) ||
		    !queue_record_data(&t->records, &r, &line) || !is_id(line, name))
			return;
		t->q->uid = uid;
		t->q->has_uid = true;
		look_for_script(t, true);
		return;
	}
}

int queue_trace(const struct queue_records *from, const char *name, bool in_content,
		struct sw_queue_file *q)
{
	struct trace t = { .records = *from, .q = q, .jumps = QUEUE_RECORD_JUMPS };

	t.records.budget = QUEUE_RECORD_FEW;
	if (q->maildrop)
		trace_maildrop(&t, in_content);
	else if (q->data_offset > 0 && name)
		trace_queued(&t, name);
	return t.records.error;
}
