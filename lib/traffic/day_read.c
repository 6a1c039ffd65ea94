#include "traffic/day_read.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "log/file.h"
#include "os/clock.h"
#include "os/state.h"
#include "traffic/day_parts.h"
#include "traffic/day_state.h"
#include "traffic/kept.h"
#include "traffic/role.h"

enum { STOP = 1 };

enum {
	NEAR = 900,   /* seconds of the log that are rather read with the minutes of now */
	AGAIN = 3600, /* after so many it is tried again to read what could not be */
};

struct reading {
	struct day *d;
	struct traffic *s;
	const struct sw_host *h;
	const struct day_request *request;
	int64_t m_first, m_last;
	int64_t by;   /* in clock_ms() */
	int64_t last; /* line that was read of the hours before */
	bool late;    /* not all of them were */
	bool read;    /* the log was asked for the day */
	uint64_t source;
	struct state state;
	void *kept; /* what the state was when it was opened */
};

static int take_before(const struct log_message *message, void *ctx)
{
	struct reading *r = ctx;

	if (message->time >= r->d->stop + LOG_DISORDER)
		return STOP;
	if (message->time > r->last)
		r->last = message->time;
	day_message(r->d, message);
	return 0;
}

/* What is known of the spans that were read. */
static void know(struct day *d, const struct log_proof *proof)
{
	uint32_t at = day_bucket(proof->start) - d->first;

	for (unsigned i = 0; 5 * i < proof->minutes && at + i < DAY_SPANS; i++) {
		const struct log_reason *why;

		d->state[at + i] = (unsigned char)log_proof_state(proof, 5 * i, 5, &why);
		if (d->state[at + i] != LOG_MINUTE_KNOWN && !d->doubted) {
			d->doubted = true;
			d->reason = *why;
		}
	}
}

/* The spans that are read, and what comes later and belongs to the last of them. */
static void begin_proof(struct log_proof *proof, const struct day *d, unsigned char *room)
{
	unsigned spans = d->end - d->from + DAY_LAG / DAY_BUCKET;

	log_proof_begin_days(proof, d->host->now, day_time(d->from), spans * DAY_BUCKET / 60, room);
}

static void doubt_rest(const struct reading *r, struct log_proof *proof,
		       const struct log_report *report)
{
	struct log_reason late = { .doubt = LOG_PART };

	if (report->chosen < report->candidates)
		late.where = report->candidate[report->chosen].where;
	sw_fault(&late.cause, ETIMEDOUT, "a day of it is more than %u s can read (env.day_seconds)",
		 r->request->seconds);
	log_proof_doubt(proof, r->last > proof->start ? r->last : proof->start, INT64_MAX, &late);
}

/* All that the day needs, without the minutes of now. */
static void read_day(struct reading *r, const struct log_where *where)
{
	struct day *d = r->d;
	struct log_where asked = *where;
	struct log_report report = { .candidates = 0 };
	unsigned char room[DAY_SPANS * DAY_BUCKET / 60];
	struct log_proof proof;
	struct sw_fault why = { 0 };
	int rc;

	begin_proof(&proof, d, room);
	d->stop = day_time(d->end) + DAY_LAG;
	asked.by = r->by;
	rc = log_read(r->h, &asked, day_time(d->from), take_before, r, &proof, &report, &why);
	r->late = rc == LOG_LATE;
	r->read = true;
	if (r->late)
		doubt_rest(r, &proof, &report);
	if (rc < 0)
		d->failed = -rc;
	else
		know(d, &proof);
	day_lines_end(d);
}

/* An empty day. */
static void begin(struct reading *r)
{
	struct sw_fault why = { 0 };
	int rc = day_new(r->d, r->h, r->m_first, r->m_last, r->request->local, &why);

	r->d->failed = -rc;
}

static void begin_anew(struct reading *r)
{
	day_free(r->d);
	begin(r);
}

/* Hours that could not be read may be readable now. */
static bool is_to_be_tried_again(const struct reading *r)
{
	const struct day *d = r->d;

	if (d->from + DAY_RECENT < d->end || r->h->now < d->read_whole + AGAIN)
		return false;
	for (uint32_t b = d->first; b < d->from; b++)
		if (d->state[b - d->first] != LOG_MINUTE_KNOWN)
			return true;
	return false;
}

static uint64_t mixed(uint64_t hash, const char *text)
{
	return hash_bytes((struct hash_key){ hash, text != NULL }, raw_of(text ? text : ""));
}

/* What tells this log from that of another host, or under other settings. */
static uint64_t source_of(const struct reading *r, const struct log_where *where)
{
	static const char *const names[] = { "/etc/machine-id", "/etc/hostname" };
	size_t files = SW_COUNT(names);
	uint64_t hash = mixed(r->request->local, r->request->source);
	struct utsname names_of;

	hash = mixed(hash, where->logfile);
	hash = mixed(hash, where->logdir);
	hash = mixed(hash, where->zone);
	hash = mixed(hash + (uint64_t)where->journal, host_env(r->h, "TZ"));
	if (!r->h->copied && uname(&names_of) == 0) {
		hash = mixed(hash, names_of.nodename);
		files--; /* that is the name */
	}
	for (size_t i = 0; i < files; i++) {
		struct sw_fault ignored = { 0 };
		struct sw_raw text;

		if (host_read(r->h, names[i], 4096, &text, &ignored) < 0)
			continue;
		hash = mixed(hash, text.p);
		free((char *)text.p);
	}
	return hash;
}

/* The state in its whole length: zeros at its end may not have been kept. False: no memory. */
static bool fill(struct reading *r, struct sw_raw *bytes)
{
	size_t n = day_state_size(*bytes);
	char *whole;

	if (n <= bytes->n) {
		bytes->n = n;
		return true;
	}
	whole = calloc(1, n);
	if (!whole)
		return false;
	memcpy(whole, bytes->p, bytes->n);
	free(r->kept);
	r->kept = whole;
	*bytes = raw_from(whole, n);
	return true;
}

static void resume(struct reading *r, const struct log_where *where, struct sw_fault *unsaved)
{
	struct sw_raw bytes;

	if (!r->request->state || r->d->failed)
		return;
	r->source = source_of(r, where);
	if (state_open_bytes(&r->state, r->request->state, DAY_STATE_VERSION, DAY_STATE_SIZE,
			     &bytes, &r->kept, unsaved) < 0)
		return;
	if (r->state.damage.code)
		*unsaved = r->state.damage;
	if (!fill(r, &bytes) || bytes.n == 0)
		return;
	if (!day_state_read(r->d, r->source, bytes.p, bytes.n) || is_to_be_tried_again(r))
		begin_anew(r);
}

/* The bucket at which the next run goes on; what could not be read before it is tried again later.
 */
static uint32_t next(const struct reading *r)
{
	const struct day *d = r->d;
	uint32_t end;

	if (!r->late)
		return d->end;
	if (r->last < day_time(d->from) + DAY_LAG)
		return d->from;
	end = day_bucket(r->last - DAY_LAG);
	return end < d->end ? end : d->end;
}

static void save(struct reading *r, struct sw_fault *unsaved)
{
	uint32_t end;
	size_t n = 0;
	char *room;

	if (!r->read || r->d->failed || r->state.fd < 0)
		return;
	end = next(r);
	if (end <= r->d->from || end <= r->d->first)
		return;
	if (!r->late && r->d->read_whole == 0)
		r->d->read_whole = r->h->now;
	room = malloc(STATE_AHEAD + DAY_STATE_SIZE);
	if (room)
		n = day_state_write(r->d, r->source, end, room + STATE_AHEAD);
	if (n == 0)
		sw_fault_errno(unsaved, ENOMEM, "keep a day of each account");
	else
		(void)!state_save_bytes(&r->state, DAY_STATE_VERSION, room + STATE_AHEAD, n,
					unsaved);
	free(room);
}

/* The minutes of now and the day in one reading. */
static int read_both(struct reading *r, const struct log_where *where, struct sw_fault *why)
{
	int64_t since = day_time(r->d->from);
	unsigned char room[DAY_SPANS * DAY_BUCKET / 60];
	struct log_proof proof;
	int rc = traffic_new(r->s, r->h, r->request->minutes, r->request->local, why);

	if (rc < 0)
		return rc;
	begin_proof(&proof, r->d, room);
	r->d->stop = r->m_last;
	r->s->proof.wider = &proof;
	r->s->day = r->d;
	rc = traffic_log(r->s, where, since < r->s->start ? since : r->s->start, why);
	r->s->day = NULL;
	r->s->proof.wider = NULL;
	r->read = true;
	day_lines_end(r->d);
	if (rc == 0)
		know(r->d, &proof);
	return rc;
}

/* The day by itself; a state that is of another log is none. */
static void read_alone(struct reading *r, const struct log_where *where)
{
	read_day(r, where);
	if (day_state_fits(r->d))
		return;
	begin_anew(r);
	read_day(r, where);
}

int day_read(struct day *d, struct traffic *s, struct share *share, const struct sw_host *h,
	     const struct log_where *where, const struct day_request *request,
	     struct sw_fault *unsaved, struct sw_fault *why)
{
	struct reading r = { .d = d,
			     .s = s,
			     .h = h,
			     .request = request,
			     .by = host_until(h, (int64_t)request->seconds * 1000),
			     .state = { .fd = -1 } };
	struct log_where asked = *where;
	bool both;
	int rc;

	asked.may_matter = role_may_matter;
	asked.dull = role_dull;
	asked.role = role_of_day;
	r.m_last = h->now - TRAFFIC_LATE - (h->now - TRAFFIC_LATE) % 60;
	r.m_first = r.m_last - 60 * ((int64_t)request->history - 1);
	begin(&r);
	resume(&r, where, unsaved);
	both = !d->failed && d->from < d->end && share->answer.n == 0 &&
	       day_time(d->from) >= r.m_last - 60 * (int64_t)request->minutes - NEAR;
	if (both) {
		rc = read_both(&r, &asked, why);
		if (rc == 0)
			traffic_share(s, share, h);
		if (rc == 0 && !day_state_fits(d)) {
			begin_anew(&r);
			read_alone(&r, &asked);
		}
	} else {
		if (!d->failed && d->from < d->end && request->seconds > 0)
			read_alone(&r, &asked);
		rc = traffic_read_shared(s, share, h, where, request->minutes, request->local, why);
	}
	if (rc < 0)
		d->failed = -rc;
	save(&r, unsaved);
	state_close(&r.state);
	free(r.kept);
	return rc;
}
