/* failures_read: where what is kept ends the log is read; what is kept is as the log would say it.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "base/sparse.h"
#include "base/print.h"
#include "os/clock.h"
#include "os/state.h"
#include "traffic/failures.h"
#include "traffic/role.h"

enum {
	DAY = 86400,
	NEAR = 3600, /* so much before the window is read with it */
	SAVED = 900, /* seconds between two times that it is kept */
};

_Static_assert(sizeof(struct failures_kept) <= 4 << 20, "as large as os/state.h allows");

/* --- minutes that are known */

static int64_t end_of(const struct failures *f)
{
	return f->start + 60 * (int64_t)f->minutes;
}

/* Of before 1970, where a clock is not set yet, nothing is. */
static bool is_known(const struct failures_kept *kept, int64_t time)
{
	size_t i = (size_t)(time / 60 % FAILURES_KNOWN);

	return time >= 0 && kept->known[i / 8] >> i % 8 & 1;
}

static void set_known(struct failures_kept *kept, int64_t time, bool known)
{
	size_t i = (size_t)(time / 60 % FAILURES_KNOWN);
	unsigned bit = 1U << i % 8;

	if (time < 0)
		return;
	kept->known[i / 8] =
		(unsigned char)(known ? kept->known[i / 8] | bit : kept->known[i / 8] & ~bit);
}

/* Note what *all says of the minutes before `to`. Returns how many are not known. */
static unsigned note_known(struct failures *f, struct failures_kept *kept, int64_t to)
{
	unsigned unknown = 0;

	for (unsigned i = 0; i < f->all.minutes; i++) {
		int64_t time = f->all.start + 60 * (int64_t)i;
		const struct log_reason *why;
		bool known = log_proof_state(&f->all, i, 1, &why) == LOG_MINUTE_KNOWN;

		if (time >= to)
			break;
		set_known(kept, time, known);
		unknown += !known;
		if (!known && time >= end_of(f) - DAY - NEAR)
			f->hole = *why;
	}
	return unknown;
}

unsigned failures_known_of_day(const struct failures *f, unsigned i)
{
	int64_t end = f->start + 60 * ((int64_t)i + 1);
	unsigned n = 0;

	for (int64_t time = end - DAY; time < end;) {
		size_t at = (size_t)(time / 60 % FAILURES_KNOWN);
		bool eight = time >= 0 && at % 8 == 0 && time + 8 * 60 <= end;

		n += eight ? (unsigned)__builtin_popcount(f->kept->known[at / 8])
			   : is_known(f->kept, time);
		time += eight ? 8 * 60 : 60;
	}
	return n;
}

unsigned failures_known(const struct failures *f)
{
	int64_t end = end_of(f);
	unsigned n = 0;

	while (n < FAILURES_KNOWN && is_known(f->kept, end - 60 * ((int64_t)n + 1))) {
		int64_t minute = end / 60 - (int64_t)n;
		size_t at = (size_t)(minute % FAILURES_KNOWN);

		/* with the seven before it, where these are one byte */
		if (minute >= 8 && at % 8 == 0 && n + 8 <= FAILURES_KNOWN &&
		    f->kept->known[(at ? at : (size_t)FAILURES_KNOWN) / 8 - 1] == 0xff)
			n += 8;
		else
			n++;
	}
	return n;
}

/* --- what is kept */

static uint64_t mix(uint64_t hash, const char *text)
{
	return hash_bytes((struct hash_key){ hash, 0 }, raw_of(text ? text : "\1"));
}

/* Another host's, another log's or other rules' is none. */
static uint64_t owner_of(const struct failures *f)
{
	const struct log_where *log = &f->where.log;
	struct utsname names;
	char rules[96];
	uint64_t hash = mix(1, uname(&names) == 0 ? names.nodename : NULL);

	print_text(rules, sizeof(rules), "%u %u %d", f->where.rules.guesses,
		   f->where.rules.networks, (int)log->journal);
	hash = mix(mix(hash, rules), f->host->root_path);
	hash = mix(mix(mix(hash, log->logfile), log->logdir), log->zone);
	return mix(mix(hash, f->where.instance), f->where.dovecot);
}

/* The first day that a use of the last day looks back on. */
static int64_t oldest_of(const struct failures *f)
{
	int64_t day = (end_of(f) - DAY - NEAR) / DAY - BREAK_IN_DAYS + 1;

	return day > 0 ? day * DAY : 0;
}

static void forget(struct failures *f, int64_t from)
{
	struct failures_kept *kept = f->saved;

	memset(kept, 0, offsetof(struct failures_kept, in));
	kept->owner = owner_of(f);
	kept->until = from;
	break_in_begin(&kept->in, f->host->secret);
}

/* Is it of this log, and can be gone on with? One that is younger than the window is of a clock
 * gone wrong, or of a run that knows more: it is let alone. */
static bool is_ours(const struct failures *f)
{
	const struct failures_kept *kept = f->saved;

	return kept->owner == owner_of(f) && kept->until % 60 == 0 && kept->until >= oldest_of(f) &&
	       kept->until <= f->start;
}

/* --- readings */

/* What Dovecot says meanwhile in a log of its own; its lines come before those that they name. */
static int read_dovecot(struct failures *f, int64_t from, int64_t end, int64_t budget_ms,
			struct sw_fault *why)
{
	const struct dovecot_log_where where = { .names = f->where.dovecot,
						 .directory = f->where.log.logdir
								      ? f->where.log.logdir
								      : LOG_DIRECTORY,
						 .zone = f->where.log.zone };
	int rc;

	dovecot_log_free(f->dovecot);
	rc = dovecot_log_read(&f->dovecot, f->host, &where, from - LOGIN_NAMES_LAG, end,
			      clock_ms() + budget_ms, why);
	if (rc == 0 && dovecot_log_why(f->dovecot)->code)
		f->dovecot_why = *dovecot_log_why(f->dovecot);
	return rc;
}

static void doubt_dovecot(struct failures *f, int64_t end)
{
	if (dovecot_log_until(f->dovecot) < end && !f->dovecot_why.code)
		sw_fault_errno(&f->dovecot_why, ETIME, "read the log of Dovecot");
}

/*
 * Read on from what is kept, to the window, for so long at most; with no budget through it. Returns
 * more than 0 when it took too long.
 */
static int read_on(struct failures *f, int64_t from, int64_t budget_ms, struct sw_fault *why)
{
	struct log_where asked = f->where.log;
	bool older = budget_ms > 0;
	int64_t minutes = (end_of(f) - from) / 60;
	int rc = read_dovecot(f, from, older ? f->start : end_of(f),
			      older ? budget_ms / 2 : f->where.budget_ms, why);

	if (rc < 0)
		return rc;

	failures_ask(&asked, older);
	asked.dull = role_dull;
	if (f->names->next > 0)
		*f->names = (struct login_names){ .next = 0 };
	f->lost = 0;
	f->seen = 0;
	f->last = 0;
	f->by_ms = older ? clock_ms() + budget_ms : 0;
	asked.by = f->by_ms;
	log_proof_begin_days(&f->all, f->host->now, from, minutes > 0 ? (unsigned)minutes : 0,
			     f->all_minutes);
	return log_read(f->host, &asked, from, failures_message, f, &f->all, &f->report, why);
}

/* What was read of older days: all of it, or what there was time for. */
static int keep_older(struct failures *f, bool late, struct sw_fault *why)
{
	int64_t until = late ? f->seen + 60 - f->seen % 60 : f->start;
	struct sw_fault passing = { 0 };

	log_proof_passing(&f->all, &passing);
	if (log_window_lacks(passing.code)) /* without them a guess would look like a break-in */
		return fault_wrap(why, &passing, "%s", "");
	if (until > f->start)
		until = f->start;
	failures_dovecot(f, until - 1);
	if (until > f->saved->until) {
		(void)note_known(f, f->saved, until);
		f->saved->until = until;
	}
	return late;
}

/*
 * Older days, in their order. What takes too long is read no further: the next run goes on there,
 * if there is something to keep it in.
 */
static int read_older(struct failures *f, int64_t budget_ms, struct sw_fault *why)
{
	int rc = read_on(f, f->saved->until, budget_ms, why);

	return rc < 0 ? rc : keep_older(f, rc > 0, why);
}

/* As many days as there is time for; else the last one. */
static int read_all_older(struct failures *f, struct sw_fault *why)
{
	bool goes_on = f->saved->until > oldest_of(f);
	int64_t budget_ms = f->where.budget_ms;
	int rc = read_older(f, goes_on ? budget_ms : 2 * budget_ms / 3, why);

	if (rc <= 0 || goes_on)
		return rc < 0 ? rc : 0;
	forget(f, end_of(f) - DAY - 60 * (int64_t)TRAFFIC_MINUTES);
	rc = read_older(f, budget_ms / 3, why);
	return rc < 0 ? rc : 0;
}

/* What ends before `least` is not saved. */
static int read_window(struct failures *f, int64_t least, unsigned *unknown, struct sw_fault *why)
{
	bool joins = f->saved->until >= f->start - NEAR;
	int64_t from = joins ? f->saved->until : f->start;
	int64_t until = f->saved->until;
	int rc;

	if ((joins ? f->start : until) >= least) { /* else what they know need not be split */
		struct failures_kept *kept = calloc(1, sizeof(*kept));

		if (!kept)
			return sw_fault_errno(why, ENOMEM, "count failed logins");
		f->kept = kept;
	}

	/* between them nothing is read, and nothing is known */
	for (int64_t time = until; !joins && time < f->start; time += 60)
		set_known(f->saved, time, false);
	if (!joins)
		f->saved->until = f->start;
	rc = read_on(f, from, 0, why);
	if (rc < 0)
		return rc;
	failures_dovecot(f, end_of(f) - 1);
	doubt_dovecot(f, end_of(f));
	mute_doubt(&f->mute, &f->report, &f->all);
	log_proof_last(&f->all, f->minutes, &f->proof);
	if (!f->split && f->kept != f->saved)
		sparse_copy(f->saved, f->kept, sizeof(*f->kept));
	*unknown = note_known(f, f->saved, f->start);
	(void)note_known(f, f->kept, end_of(f));
	f->saved->until = joins ? f->start : until;
	return 0;
}

/* Of a log that can't be read at all nothing is kept: it may be read soon, and tell of days. */
static bool is_read(const struct failures *f)
{
	for (unsigned i = 0; i < f->minutes; i++)
		if (log_proof_state(&f->proof, i, 1, NULL) == LOG_MINUTE_KNOWN)
			return true;
	return false;
}

int failures_read(struct failures *f, const struct sw_host *h, const struct failures_where *where,
		  unsigned minutes, struct sw_fault *why)
{
	struct state state = { .fd = -1 };
	struct sw_fault unkept = { 0 };
	unsigned unknown = 0;
	int64_t before;
	int rc = failures_new(f, h, where, minutes, why);
	bool keeps;

	if (rc < 0)
		return rc;
	keeps = state_open(&state, where->state, FAILURES_VERSION, f->saved, sizeof(*f->saved),
			   &unkept) == 0;
	f->damage = state.damage;
	keeps &= f->saved->until <= f->start || f->saved->owner != owner_of(f);
	before = f->saved->until;
	if (!is_ours(f)) {
		forget(f, oldest_of(f));
		before = 0;
	}
	if (f->saved->until < f->start - NEAR)
		rc = read_all_older(f, why);
	if (rc == 0)
		rc = read_window(f, keeps ? before + SAVED : INT64_MAX, &unknown, why);
	/* what can't be read now may be read by the next run */
	if (rc == 0 && keeps && is_read(f) &&
	    f->saved->until >= before + (unknown > 0 ? NEAR : SAVED))
		(void)!state_save(&state, FAILURES_VERSION, f->saved, &unkept);
	if (unkept.code && unkept.code != ENOENT && !f->damage.code)
		f->damage = unkept;
	state_close(&state);
	return rc;
}

/* --- counts */

uint64_t failures_sum(const struct topk_row *row, unsigned first, unsigned n)
{
	const struct failures_count *c = row->value;
	uint64_t sum = 0;

	for (unsigned i = first; i < first + n && i < TRAFFIC_MINUTES; i++)
		sum += c->minute[i];
	return sum;
}

size_t failures_rows(struct topk *table, unsigned first, unsigned n)
{
	size_t rows = 0;

	for (size_t i = 0; i < topk_rows(table); i++)
		rows += failures_sum(topk_row(table, i), first, n) > 0;
	return rows;
}

/* --- by who reads the log himself */

void failures_follow(struct failures *f, int64_t since)
{
	break_in_begin(&f->saved->in, f->host->secret);
	f->saved->until = since > 0 ? since : 0;
	f->follows = true;
}

int failures_follow_dovecot(struct failures *f, struct sw_fault *why)
{
	const int64_t end = f->host->now + 1;
	int rc = read_dovecot(f, f->saved->until, end, f->where.budget_ms, why);

	if (rc == 0)
		doubt_dovecot(f, end);
	return rc;
}

const struct break_ins *failures_seen(const struct failures *f)
{
	return &f->saved->in;
}
