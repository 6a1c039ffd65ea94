/* exactly_flow: what clients, users, filters and postsuper(1) make Postfix log, and its sum. */
#include "exactly.h"
#include "parts/account_field.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "munin/field.h"
#include "postfix/account.h"

enum { LOGINS = 10, LINE = 600, NOBODY = -1 };

static const char *const logins[LOGINS] = {
	"alice@example.com", "bob", "carol@example.com",      "info@example.net",    "o'neil, jr",
	"dave@example.com",  "eve", "newsletter@example.net", "mallory@example.org", "printer",
};
static const unsigned uids[FLOW_ACCOUNTS - LOGINS] = { 33, 1000 };

uint32_t dice(struct dice *d, uint32_t n)
{
	d->x ^= d->x >> 12;
	d->x ^= d->x << 25;
	d->x ^= d->x >> 27;
	return (uint32_t)((d->x * 2685821657736338717u) >> 33) % n;
}

bool one_in(struct dice *d, uint32_t n)
{
	return dice(d, n) == 0;
}

__attribute__((format(printf, 4, 5))) static void add(struct flow *t, int64_t time,
						      const char *daemon, const char *fmt, ...)
{
	char line[LINE];
	time_t seconds = (time_t)time;
	struct tm tm;
	size_t n;
	va_list args;

	if (t->n == t->size) {
		t->size = t->size ? 2 * t->size : 1024;
		t->line = realloc(t->line, t->size * sizeof(*t->line));
	}
	if (t->iso)
		n = strftime(line, sizeof(line), "%Y-%m-%dT%H:%M:%S", gmtime_r(&seconds, &tm));
	else
		n = strftime(line, sizeof(line), "%b %e %H:%M:%S", localtime_r(&seconds, &tm));
	n += (size_t)snprintf(line + n, sizeof(line) - n,
			      "%s mx postfix/%s[%u]: ", t->iso ? ".123456+00:00" : "", daemon,
			      100 + dice(t->dice, 900));
	va_start(args, fmt);
	n += (size_t)vsnprintf(line + n, sizeof(line) - n - 1, fmt, args);
	va_end(args);
	memcpy(line + n, "\n", 2);
	t->line[t->n] = (struct flow_line){ time, (uint32_t)t->n, strdup(line) };
	t->n++;
}

static void count(struct flow *t, int what, int account, int64_t time, uint32_t n)
{
	t->sum[what][account][(time - t->begin) / 60] += n;
}

/* A queue ID; one of a message that is gone if there is one and the dice says so. */
static const char *new_id(struct flow *t, int64_t time, int64_t gone, bool counted, bool login)
{
	static char copy[8][16];
	static unsigned which;
	struct flow_id *id = NULL;
	char *ret = copy[which++ % 8];

	for (int i = 0; i < 5 && t->ids > 0 && !id; i++) {
		id = &t->id[dice(t->dice, (uint32_t)t->ids)];
		if (id->free >= time || (id->uncounted && !login))
			id = NULL; /* it is not free; or the plugin can't see that it is taken over
				    */
	}
	if (!id) {
		if (t->ids % 256 == 0)
			t->id = realloc(t->id, (t->ids + 256) * sizeof(*t->id));
		id = &t->id[t->ids++];
		snprintf(id->id, sizeof(id->id), one_in(t->dice, 2) ? "%05XA%X" : "4d%05xzB%XcD",
			 dice(t->dice, 1000000), t->next_id++);
	}
	id->free = gone;
	id->uncounted = !counted;
	snprintf(ret, sizeof(copy[0]), "%s", id->id);
	return ret;
}

static void active(struct flow *t, int64_t time, const char *id, uint32_t recipients)
{
	add(t, time, "qmgr", "%s: from=<s%u@example.com>, size=%u, nrcpt=%u (queue active)", id,
	    dice(t->dice, 9), 300 + dice(t->dice, 9999), recipients);
}

/* From the queue manager's first line to the last; returns when the message is gone. */
static void live(struct flow *t, int64_t time, int64_t gone, const char *id, uint32_t recipients,
		 int account)
{
	static const int retries[] = { 300, 600, 1200, 2400, 4000 };

	active(t, time, id, recipients);
	if (account != NOBODY)
		count(t, 1, account, time, recipients);
	for (size_t i = 0; i < sizeof(retries) / sizeof(*retries) && time + retries[i] < gone;
	     i++) {
		add(t, time + retries[i] - 300, "smtp",
		    "%s: to=<r@example.org>, relay=none, delay=30, "
		    "delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to 192.0.2.9: timed out)",
		    id);
		active(t, time + retries[i], id, recipients);
	}
	add(t, gone, "smtp",
	    "%s: to=<r@example.org>, relay=192.0.2.9[192.0.2.9]:25, delay=3, "
	    "delays=1/0/1/1, dsn=2.0.0, status=sent (250 ok, nrcpt=9 (queue active))",
	    id);
	add(t, gone, "qmgr", "%s: removed", id);
}

static const char *client_of(struct flow *t, int account)
{
	static char text[64];

	snprintf(text, sizeof(text),
		 one_in(t->dice, 3) ? "unknown[198.51.100.%u]" : "h%u.example.net[2001:db8::1]",
		 (unsigned)account * 3 + dice(t->dice, 3));
	return text;
}

/* A login, now and then in capitals: it is the same account. */
static const char *login_of(struct flow *t, int account)
{
	static char text[64];

	snprintf(text, sizeof(text), "%s", logins[account]);
	for (char *p = text; *p; p++)
		if (*p >= 'a' && *p <= 'z' && one_in(t->dice, 10))
			*p = (char)(*p - 32);
	return text;
}

static void submission(struct flow *t, int64_t time, int account)
{
	static const char *const daemons[] = { "smtpd", "submission/smtpd", "smtps/smtpd" };
	const char *daemon = daemons[dice(t->dice, 3)];
	uint32_t recipients = 1 + (one_in(t->dice, 5) ? dice(t->dice, 50) : 0);
	bool cancelled = one_in(t->dice, 15);
	bool filtered = !cancelled && one_in(t->dice, 8);
	int64_t queued = time + (one_in(t->dice, 10) ? dice(t->dice, filtered ? 80 : 300)
						     : dice(t->dice, 3));
	int64_t back = queued + dice(t->dice, 30); /* from the filter */
	int64_t gone =
		filtered ? back + 1 : queued + 1 + dice(t->dice, one_in(t->dice, 4) ? 6000 : 60);
	const char *id;

	count(t, 0, account, time, 1);
	if (one_in(t->dice, 20)) {
		add(t, time, daemon, "NOQUEUE: client=%s, sasl_method=PLAIN, sasl_username=%s",
		    client_of(t, account), login_of(t, account));
		return;
	}
	id = new_id(t, time, cancelled ? time + 2 : gone, !cancelled, true);
	add(t, time, daemon, "%s: client=%s, sasl_method=LOGIN, sasl_username=%s%s", id,
	    client_of(t, account), login_of(t, account),
	    one_in(t->dice, 9) ? ", sasl_sender=x@example.com" : "");
	if (cancelled)
		return;
	add(t, queued, "cleanup",
	    "%s: message-id=<x> client=evil[192.0.2.1], sasl_method=PLAIN, "
	    "sasl_username=victim",
	    id);
	if (filtered) { /* a second message comes back, by a client with the login or without */
		const char *second = new_id(t, back, back + 40, false, false);
		bool login = one_in(t->dice, 2);

		add(t, back, "smtpd",
		    "%s: client=localhost[127.0.0.1]%s%s, orig_queue_id=%s, "
		    "orig_client=%s",
		    second, login ? ", sasl_method=PLAIN, sasl_username=" : "",
		    login ? login_of(t, account) : "", id, client_of(t, account));
		active(t, back, second, recipients);
		add(t, back + 30, "qmgr", "%s: removed", second);
	}
	live(t, queued, gone, id, recipients, account);
	if (one_in(t->dice, 12)) { /* postsuper -r, instead of the end */
		const char *second = new_id(t, gone, gone + 20, false, false);

		add(t, gone, "postsuper", "%s: requeued", id);
		add(t, gone, "pickup", "%s: uid=103 from=<s@example.com> orig_id=%s", second, id);
		active(t, gone + 1, second, recipients);
	}
}

static void local_mail(struct flow *t, int64_t time, int account)
{
	int64_t gone = time + 2 + dice(t->dice, 400);
	const char *id = new_id(t, time, gone, true, true);

	count(t, 0, account, time, 1);
	add(t, time, "pickup", "%s: uid=%u from=<www-data>", id, uids[account - LOGINS]);
	live(t, time + 1, gone, id, 1 + dice(t->dice, 3), account);
}

static void incoming(struct flow *t, int64_t time)
{
	int64_t gone = time + 2 + dice(t->dice, 60);
	const char *id = new_id(t, time, gone, true, false);

	add(t, time, "smtpd", "connect from unknown[203.0.113.5]");
	add(t, time, "smtpd", "%s: client=unknown[203.0.113.5]%s", id,
	    one_in(t->dice, 3) ? ", sasl_sender=\"x, sasl_method=PLAIN, sasl_username=eve\"" : "");
	live(t, time + 1, gone, id, 1, NOBODY);
}

static int by_time(const void *left, const void *right)
{
	const struct flow_line *a = left;
	const struct flow_line *b = right;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static void name_fields(struct flow *t)
{
	for (int i = 0; i < FLOW_ACCOUNTS; i++) {
		char buf[ACCOUNT_KEY];
		struct sw_raw key = i < LOGINS ? account_login(raw_of(logins[i]), buf)
					       : account_uid(uids[i - LOGINS], buf);
		struct sw_field field = account_field(key);

		snprintf(t->field[i], sizeof(t->field[i]), "%s", field.s);
		t->burst[i][0] = t->begin + dice(t->dice, (uint32_t)(t->end - t->begin));
		t->burst[i][1] = t->burst[i][0] + dice(t->dice, 1500);
	}
}

void flow_make(struct flow *t, struct dice *d, int64_t begin, int64_t end, bool iso)
{
	*t = (struct flow){ .dice = d, .begin = begin, .end = end, .iso = iso, .next_id = 4096 };
	name_fields(t);
	/* what was before the traffic is known: nothing */
	add(t, begin - 7200, "master", "daemon started");
	for (int64_t time = begin; time < end; time++) {
		for (int i = 0; i < FLOW_ACCOUNTS; i++)
			if (one_in(d, time >= t->burst[i][0] && time < t->burst[i][1]
					      ? 3 + (unsigned)i
					      : 100 * (1 + (unsigned)i))) {
				if (i < LOGINS)
					submission(t, time, i);
				else
					local_mail(t, time, i);
			}
		if (one_in(d, 20))
			incoming(t, time);
	}
	qsort(t->line, t->n, sizeof(*t->line), by_time);
}

void flow_free(struct flow *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->line[i].text);
	free(t->line);
	free(t->id);
}
