#include "traffic/blocked.h"

#include "base/num.h"
#include "postfix/qid.h"

static bool ends_with(struct sw_raw text, const char *end)
{
	size_t n = strlen(end);

	return text.n >= n && memcmp(text.p + text.n - n, end, n) == 0;
}

/* "incoming/356841.15555: No space left on device": who waits, and why */
static bool is_create(struct sw_raw text, uint64_t *pid, struct sw_raw *reason)
{
	size_t colon;
	size_t dot;

	if (!raw_take(&text, "warning: mail_queue_enter: create file "))
		return false;
	colon = raw_find(text, ':');
	dot = raw_find_last(raw_from(text.p, colon), '.');
	if (colon + 2 > text.n || dot == colon ||
	    !num_from(raw_from(text.p + dot + 1, colon - dot - 1), pid))
		return false;
	*reason = raw_trim(raw_skip(text, colon + 1));
	return true;
}

/* "4ABC012345: write queue file: No space left on device" */
static bool is_write(struct sw_raw text, struct sw_raw *reason)
{
	size_t colon;

	if (!raw_take(&text, "warning: "))
		return false;
	colon = raw_find(text, ':');
	if (colon < text.n && qid_is(raw_from(text.p, colon)))
		text = raw_trim(raw_skip(text, colon + 1));
	if (raw_is(text, "queue file write error"))
		return true;
	if (!raw_take(&text, "write queue file: "))
		return false;
	*reason = text;
	return true;
}

/* "warning: maildrop/8D2A: error writing 4ABC: queue file write error" (pickup/pickup.c) */
static bool is_pickup(struct sw_raw text)
{
	size_t colon;

	if (!raw_take(&text, "warning: "))
		return false;
	colon = raw_find(text, ':');
	return colon < text.n && raw_starts(raw_skip(text, colon), ": error writing ") &&
	       ends_with(text, ": queue file write error");
}

/* What smtpd(8) says of a command that it refuses, behind an ID, or of what a proxy filter did; the
 * peer's name has no ']'. */
static enum blocked_cause refusal_of(struct sw_raw text)
{
	size_t colon = raw_find(text, ':');

	if (raw_take(&text, "proxy-reject: END-OF-MESSAGE: "))
		return raw_starts(text, "451 4.3.0 Error: queue file write error") ? BLOCKED_WRITE
										   : BLOCKED_NOT;
	if (colon == text.n || !qid_is(raw_from(text.p, colon)))
		return BLOCKED_NOT;
	text = raw_skip(text, colon + 1);
	if (raw_take(&text, " proxy-reject: END-OF-MESSAGE: ") ||
	    raw_take(&text, " reject: END-OF-MESSAGE: "))
		return raw_starts(text, "451 4.3.0 Error: queue file write error") ? BLOCKED_WRITE
										   : BLOCKED_NOT;
	if (raw_take(&text, " reject: MAIL from ") || raw_take(&text, " reject: RCPT from ") ||
	    raw_take(&text, " reject: DATA from ") ||
	    raw_take(&text, " reject: END-OF-MESSAGE from ")) {
		size_t end = raw_find(text, ']');

		if (end == text.n)
			return BLOCKED_NOT;
		text = raw_skip(text, end + 1);
		if (raw_starts(text, ": 452 4.3.1 Insufficient system storage"))
			return BLOCKED_SPACE;
		if (raw_starts(text, ": 451 4.3.0 Error: queue file write error"))
			return BLOCKED_WRITE;
	}
	return BLOCKED_NOT;
}

/* "warning: /usr/lib/postfix/sbin/cleanup: bad command startup -- throttling" */
static bool is_throttled(struct sw_raw text)
{
	static const char *const end[] = { "/smtpd: bad command startup -- throttling",
					   "/cleanup: bad command startup -- throttling" };

	return raw_take(&text, "warning: /") &&
	       (ends_with(text, end[0]) || ends_with(text, end[1]));
}

enum blocked_cause blocked_event(struct sw_raw program, struct sw_raw text, uint64_t *pid,
				 struct sw_raw *reason)
{
	bool is_smtpd = raw_is(program, "smtpd");

	*pid = 0;
	*reason = raw_from("", 0);
	if (raw_is(program, "master"))
		return is_throttled(text) ? BLOCKED_DAEMON : BLOCKED_NOT;
	if (!raw_starts(text, "warning: "))
		return is_smtpd ? refusal_of(text) : BLOCKED_NOT;
	if (raw_is(program, "cleanup") || raw_is(program, "postdrop") ||
	    raw_is(program, "sendmail")) {
		if (is_create(text, pid, reason))
			return BLOCKED_CREATE;
		return is_write(text, reason) ? BLOCKED_WRITE : BLOCKED_NOT;
	}
	if (raw_is(program, "pickup"))
		return is_pickup(text) ? BLOCKED_WRITE : BLOCKED_NOT;
	if (is_smtpd && raw_starts(text, "warning: not enough free space in mail queue: "))
		return BLOCKED_SPACE;
	return BLOCKED_NOT;
}

static void take_client(struct blocked *b, uint64_t pid, int64_t time)
{
	size_t at = 0;

	for (size_t i = 0; i < BLOCKED_CLIENTS; i++) {
		if (b->client[i].pid == pid && b->client[i].last > 0) {
			at = i;
			break;
		}
		if (b->client[i].last < b->client[at].last)
			at = i;
	}
	b->client[at].pid = pid;
	b->client[at].last = time;
}

void blocked_take(struct blocked *b, enum blocked_cause cause, uint64_t pid, struct sw_raw reason,
		  int64_t time, int minute)
{
	size_t n = reason.n < BLOCKED_REASON - 1 ? reason.n : BLOCKED_REASON - 1;

	if (b->since == 0)
		b->since = time;
	b->last = time;
	b->cause = cause;
	if (n > 0)
		memcpy(b->reason, reason.p, n);
	b->reason[n] = '\0';
	if (minute >= 0)
		b->minutes |= (uint64_t)1 << minute;
	if (cause == BLOCKED_CREATE)
		take_client(b, pid, time);
}

void blocked_accept(struct blocked *b, int64_t time, int minute)
{
	b->accepted = time;
	b->since = 0;
	if (minute >= 0)
		b->minutes &= ~((uint64_t)1 << minute);
}

unsigned blocked_waiting(const struct blocked *b)
{
	unsigned n = 0;

	for (size_t i = 0; i < BLOCKED_CLIENTS; i++)
		n += b->client[i].last > 0 && b->client[i].last >= b->last - 60;
	return n;
}
