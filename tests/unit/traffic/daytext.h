/* daytext: a random day of mail as lines of a log, the same on every machine; for test_day*.c. */
#ifndef SW_DAYTEXT_H
#define SW_DAYTEXT_H

#include <stdlib.h>

#include "reference_day.h"
#include "test.h"
#include "traffic/day.h"

/* 2026-11-26T13:50:00Z; the day begins at 13:40:00 of the day before */
enum { M = 1795701000, END = M - 600, BEGIN = END - 86400 };

#define FAR "mx.far.example[198.51.100.9]:25"
#define OWN "127.0.0.1[127.0.0.1]:10024"

/* xorshift64* */
static uint64_t seed;

static inline unsigned dice(unsigned n)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (unsigned)((seed * 0x2545f4914f6cdd1dU) >> 33) % n;
}

enum { LINES = 700, ACCOUNTS = 6 };

static struct ref_line line[LINES];
static size_t lines;

static inline void put(int64_t time, const char *program, const char *fmt, ...) SW_PRINTF(3, 4);
static inline void put(int64_t time, const char *program, const char *fmt, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, fmt);
	if (lines < LINES && vasprintf(&text, fmt, args) >= 0)
		line[lines++] = (struct ref_line){ time, program, text };
	va_end(args);
}

static inline int by_time(const void *a, const void *b)
{
	const struct ref_line *x = a;
	const struct ref_line *y = b;

	return (x->time > y->time) - (x->time < y->time);
}

static inline void deliver(int64_t t, const char *id, unsigned message, const char *queued)
{
	static const char *const relay[] = { FAR, "mx.y[2001:db8::1]:25", OWN, "none", "none" };
	static const char *const said[] = { "250 ok", "450 later", "250 ok",
					    "connect to mx.z[192.0.2.9]:25: Connection timed out",
					    "Host or domain name not found" };

	for (unsigned k = dice(5); k-- > 0;) {
		unsigned way = queued ? 2 : dice(5);

		put(t + dice(3), dice(5) ? "smtp" : "lmtp",
		    "%s: to=<r%u.%u@y>%s, relay=%s, delay=1, dsn=2.0.0, status=sent (%s%s%s)", id,
		    message, dice(4), dice(4) ? "" : ", orig_to=<all@x>", relay[way], said[way],
		    queued ? ": queued as " : "", queued ? queued : "");
	}
}

static inline void put_message(unsigned n)
{
	static const char *const address[] = { "192.0.2.1",   "192.0.3.1",     "198.51.100.1",
					       "2001:db8::1", "2001:db8:1::1", "::ffff:192.0.2.9",
					       "3fff::1" };
	int64_t t = BEGIN - 1800 + dice(86400 + 5400);
	unsigned account = dice(ACCOUNTS);
	char first[32];
	char second[32];

	/* around the edges there are more */
	if (dice(3) == 0)
		t = (dice(2) ? BEGIN : END) - 1200 + (int)dice(2400);
	snprintf(first, sizeof(first), "A%05X", n);
	snprintf(second, sizeof(second), "B%05X", n);
	if (dice(8) == 0 && account < ACCOUNTS - 1) { /* through a filter before the queue */
		bool early = dice(2);

		put(t, "smtpd", "NOQUEUE: client=u[%s], sasl_method=PLAIN, sasl_username=a%u@x",
		    address[dice(7)], account);
		put(t + 1, "smtpd", "%s: client=localhost[127.0.0.1]", second);
		put(t + 2 + !early, "smtpd",
		    "proxy-%s: END-OF-MESSAGE: 250 2.0.0 Ok: queued as %s; from=<s@x> to=<queued as Z>"
		    " proto=ESMTP helo=<y> sasl_username=<a%u@x>",
		    dice(8) ? "accept" : "reject", second, account);
		put(t + 2 + early, "qmgr", "%s: from=<p%u@x>, size=1, nrcpt=1 (queue active)", second,
		    dice(9));
		deliver(t + 2 + early, second, n, NULL);
		return;
	}
	if (account == ACCOUNTS - 1)
		put(t, "pickup", "%s: uid=33 from=<www>", first);
	else
		put(t, "smtpd", "%s: client=u[%s], sasl_method=PLAIN, sasl_username=a%u@x", first,
		    address[dice(7)], account);
	if (dice(8))
		put(t + (dice(4) ? 1 : dice(700)), "qmgr",
		    "%s: from=<s%u%s@x>, size=1, nrcpt=1 (queue active)", first, dice(9),
		    dice(2) ? "" : "+tag");
	switch (dice(7)) {
	case 0: /* a filter that says whose it is */
		put(t + 2, "smtpd", "%s: client=localhost[127.0.0.1], orig_queue_id=%s", second,
		    first);
		deliver(t + 3, first, n, second);
		deliver(t + 4, second, n, NULL);
		break;
	case 1: /* one that does not; a relay of the same place that is no filter */
		put(t + 2, "smtpd", "%s: client=localhost[127.0.0.1]", second);
		deliver(t + 3, first, n, dice(4) ? second : NULL);
		deliver(t + 3 + dice(3), second, n, NULL);
		break;
	case 3: { /* one that logs in, and may take its time */
		unsigned after = 1 + dice(2) * dice(900);

		deliver(t + 1, first, n, NULL);
		put(t + after, "smtpd",
		    "%s: client=f[192.0.2.77], sasl_method=PLAIN, sasl_username=a%u@x, "
		    "orig_queue_id=%s",
		    second, dice(4) && account + 1 < ACCOUNTS ? account : dice(ACCOUNTS - 1),
		    first);
		deliver(t + after + 1, second, n, NULL);
		break;
	}
	case 4: /* one elsewhere, that says whose it is, and may take its time */
		deliver(t + 2, first, n, NULL);
		put(t + 1 + dice(4), "smtpd", "%s: client=f[192.0.2.77], orig_queue_id=%s", second,
		    first);
		deliver(t + 4, second, n, NULL);
		break;
	case 2: /* requeued */
		deliver(t + 1, first, n, NULL);
		put(t + 300, "pickup", "%s: uid=103 from=<s@x> orig_id=%s", second, first);
		deliver(t + 301, second, n, NULL);
		break;
	default: /* retries */
		for (unsigned k = dice(4); k > 0; k--)
			deliver(t + 1 + dice(2) * dice(400) + (k == 1 ? dice(900) : 0), first, n,
				NULL);
	}
}

/* From a little before the day to the end of what is told of it; ends with free_day(). */
static inline void make_day(unsigned run)
{
	seed = run * 0x9e3779b97f4a7c15U;
	for (unsigned n = 0; lines < LINES - 60; n++)
		put_message(n);
	qsort(line, lines, sizeof(*line), by_time);
}

static inline void free_day(void)
{
	for (; lines > 0; lines--)
		free((char *)line[lines - 1].text);
}

#endif
