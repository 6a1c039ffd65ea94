#include "reference_events.h"

#include <errno.h>
#include <stdlib.h>

#include "reference_match.h"

/* What is longer may have been cut by a sender who knows where: its end is not believed. */
enum { WHOLE = 900 };

/* Decimal, of 64 bits. */
static bool big_number(struct sw_raw digits, uint64_t *ret)
{
	char text[32];

	while (digits.n > 1 && digits.p[0] == '0')
		digits = raw_skip(digits, 1);
	if (digits.n >= sizeof(text))
		return false;
	memcpy(text, digits.p, digits.n);
	text[digits.n] = '\0';
	errno = 0;
	*ret = strtoull(text, NULL, 10);
	return errno == 0;
}

#define ID   "([0-9A-Za-z]{6,}|NOQUEUE)"
#define PEER "([A-Za-z0-9._-]+)\\[([0-9A-Fa-f.:%]+)](:[0-9]+)?"

static bool is_client(struct sw_raw text, struct event_client *ret)
{
	struct sw_raw g[REF_GROUPS];
	struct sw_raw rest;

	if (!ref_match(text, "^" ID ": client=" PEER "(, |$)", g))
		return false;
	*ret = (struct event_client){ .queue_id = g[1], .name = g[2], .address = g[3] };
	/* the tails that smtpd adds, from the right; each has its ", " */
	rest = raw_skip(text, g[0].n - g[5].n);
	if (ref_match(rest, ", orig_client=(unknown\\[unknown]|" PEER ")$", g))
		rest.n -= g[0].n;
	if (ref_match(rest, ", orig_queue_id=([0-9A-Za-z_]{2,})$", g)) {
		ret->orig_queue_id = g[1];
		rest.n -= g[0].n;
	}
	if (ref_match(rest, ", sasl_sender=", g)) /* the client's text may have brought it in */
		ret->orig_queue_id = raw_from(NULL, 0);
	if (!ref_match(rest, "^, sasl_method=[^, ]+, sasl_username=", g))
		return true;
	rest = raw_skip(rest, g[0].n);
	if (ref_match(rest, ", sasl_sender=", g))
		rest.n = (size_t)(g[0].p - rest.p);
	ret->user = rest;
	return true;
}

static bool is_active(struct sw_raw text, struct sw_raw *queue_id, uint64_t *recipients,
		      struct sw_raw *sender)
{
	struct sw_raw g[REF_GROUPS];
	uint64_t size;

	if (!ref_match(text, "^" ID ": from=<(.*)>, size=([0-9]+), nrcpt=([0-9]+) \\(queue active\\)$",
		   g))
		return false;
	*queue_id = g[1];
	*sender = g[2];
	return text.n - g[1].n < WHOLE && big_number(g[3], &size) && big_number(g[4], recipients);
}

static bool is_pickup(struct sw_raw text, struct event_pickup *ret)
{
	struct sw_raw g[REF_GROUPS];

	if (!ref_match(text, "^" ID ": uid=([0-9]+) from=<", g) || !big_number(g[2], &ret->uid))
		return false;
	ret->queue_id = g[1];
	ret->requeued = false;
	ret->orig_id = raw_from(NULL, 0);
	text = raw_skip(text, g[0].n);
	if (text.n >= WHOLE)
		return ref_match(text, ">", g);
	if (!ref_match(text, ">( orig_id=[0-9A-Za-z_]{2,})?$", g))
		return false;
	ret->requeued = g[1].n > 0;
	ret->orig_id = ret->requeued ? raw_skip(g[1], strlen(" orig_id=")) : ret->orig_id;
	return true;
}

static bool same(struct sw_raw a, struct sw_raw b)
{
	return raw_same(a, b) && (a.n == 0 || a.p == b.p);
}

bool reference_text_agrees(struct sw_raw text)
{
	struct event_client a;
	struct event_client b = { .user = { NULL, 0 } };
	struct event_pickup c;
	struct event_pickup d = { .uid = 0 };
	struct sw_raw id[2] = { { NULL, 0 }, { NULL, 0 } };
	struct sw_raw from[2] = { { NULL, 0 }, { NULL, 0 } };
	uint64_t n[2] = { 0, 0 };
	bool client = event_client(text, &a);
	bool active = event_active(text, &id[0], &n[0], &from[0]);
	bool pickup = event_pickup(text, &c);

	if (client != is_client(text, &b) || active != is_active(text, &id[1], &n[1], &from[1]) ||
	    pickup != is_pickup(text, &d))
		return false;
	return (!client || (same(a.queue_id, b.queue_id) && same(a.name, b.name) &&
			    same(a.address, b.address) && same(a.user, b.user) &&
			    same(a.orig_queue_id, b.orig_queue_id))) &&
	       (!active || (same(id[0], id[1]) && n[0] == n[1] && same(from[0], from[1]))) &&
	       (!pickup || (same(c.queue_id, d.queue_id) && c.uid == d.uid &&
			    c.requeued == d.requeued && same(c.orig_id, d.orig_id)));
}

#define QID "[0-9A-Za-z_]{2,}"

static bool is_second_word(struct sw_raw text, const char *expression, struct sw_raw *id)
{
	struct sw_raw g[REF_GROUPS];
	bool hit = ref_match(text, expression, g);

	*id = g[1];
	return hit;
}

bool reference_marks_agree(struct sw_raw text)
{
	struct sw_raw a;
	struct sw_raw b;
	bool entered = event_entered(text, &a);

	if (entered != is_second_word(text, "^([0-9A-Za-z]{6,}): message-id=", &b) ||
	    (entered && !same(a, b)))
		return false;
	if (event_is_accepted(text) !=
	    (is_second_word(text, "^([0-9A-Za-z]{6,}): client=", &b) && !raw_is(b, "NOQUEUE")))
		return false;
	if (event_is_bounce(text) !=
	    is_second_word(text, "^[0-9A-Za-z]*: from=<(>, |double-bounce@)", &b))
		return false;
	entered = event_forwarded(text, &a);
	if (entered != is_second_word(text, " \\(forwarded as (" QID ")\\)$", &b) ||
	    (entered && !same(a, b)))
		return false;
	entered = event_returned(text, &b, &a);
	return entered == is_second_word(text,
					 "^" QID
					 ": sender non-delivery notification: (" QID ")$",
					 &b) &&
	       (!entered || same(a, b));
}

static enum blocked_cause refusal(struct sw_raw text)
{
	struct sw_raw g[REF_GROUPS];

	if (raw_starts(text, "warning: ")) /* a word, no ID */
		return ref_match(text, "^warning: not enough free space in mail queue: ", g)
			       ? BLOCKED_SPACE
			       : BLOCKED_NOT;
	if (ref_match(text,
		  "^(" QID ": reject|(" QID ": )?proxy-reject)"
		  ": END-OF-MESSAGE: 451 4\\.3\\.0 Error: queue file write error",
		  g))
		return BLOCKED_WRITE;
	if (!ref_match(text,
		   "^" QID ": reject: (MAIL|RCPT|DATA|END-OF-MESSAGE) from [^]]*]: "
		   "(452 4\\.3\\.1 Insufficient system storage|451 4\\.3\\.0 Error: queue file "
		   "write error)",
		   g))
		return BLOCKED_NOT;
	return raw_starts(g[2], "452") ? BLOCKED_SPACE : BLOCKED_WRITE;
}

static enum blocked_cause writing(struct sw_raw text, uint64_t *pid, struct sw_raw *reason)
{
	struct sw_raw g[REF_GROUPS];

	if (ref_match(text, "^warning: mail_queue_enter: create file [^:]*\\.([0-9]+):(.+)$", g) &&
	    big_number(g[1], pid)) {
		*reason = raw_trim(g[2]);
		return BLOCKED_CREATE;
	}
	*pid = 0;
	if (ref_match(text, "^warning: " QID ":(.*)$", g))
		text = raw_trim(g[1]);
	else if (ref_match(text, "^warning: (.*)$", g))
		text = g[1];
	else
		return BLOCKED_NOT;
	if (ref_match(text, "^write queue file: (.*)$", g)) {
		*reason = g[1];
		return BLOCKED_WRITE;
	}
	return raw_is(text, "queue file write error") ? BLOCKED_WRITE : BLOCKED_NOT;
}

static enum blocked_cause blocked(const char *program, struct sw_raw text, uint64_t *pid,
				  struct sw_raw *reason)
{
	struct sw_raw g[REF_GROUPS];

	*pid = 0;
	*reason = raw_from("", 0);
	if (strcmp(program, "smtpd") == 0)
		return refusal(text);
	if (strcmp(program, "master") == 0)
		return ref_match(text,
			     "^warning: /.*/(smtpd|cleanup): bad command startup -- throttling$", g)
			       ? BLOCKED_DAEMON
			       : BLOCKED_NOT;
	if (strcmp(program, "pickup") == 0)
		return ref_match(text, "^warning: [^:]*: error writing .*: queue file write error$", g)
			       ? BLOCKED_WRITE
			       : BLOCKED_NOT;
	return writing(text, pid, reason);
}

bool reference_blocked_agrees(struct sw_raw text)
{
	static const char *const programs[] = { "smtpd",    "cleanup", "postdrop",
						"sendmail", "pickup",  "master" };

	for (size_t i = 0; i < SW_COUNT(programs); i++) {
		uint64_t pid[2];
		struct sw_raw reason[2];
		enum blocked_cause cause =
			blocked_event(raw_of(programs[i]), text, &pid[0], &reason[0]);

		if (cause != blocked(programs[i], text, &pid[1], &reason[1]))
			return false;
		if (cause != BLOCKED_NOT && (pid[0] != pid[1] || !raw_same(reason[0], reason[1])))
			return false;
	}
	return true;
}
