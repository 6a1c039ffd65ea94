/* refusalstext: refusals of a window, from log lines that a test makes. */
#ifndef SW_REFUSALSTEXT_H
#define SW_REFUSALSTEXT_H

#include <stdarg.h>

#include "test.h"
#include "traffic/refusals.h"

/* 2026-11-23T11:00:17Z: the window begins at 10:55:00 */
enum { REFUSALS_NOW = 1795431617, REFUSALS_AT = 1795431300, REFUSALS_SPAN = 5 };

/* An empty window. */
static inline struct refusals refusals_fresh(struct sw_host *h)
{
	struct sw_fault why = { 0 };
	struct refusals s;

	h->now = REFUSALS_NOW;
	assert_int_equal(refusals_new(&s, h, REFUSALS_SPAN, &why), 0);
	return s;
}

/* One log line of a program, some seconds after the window begins. */
static void say(struct refusals *s, int second, const char *program, const char *fmt, ...)
	SW_PRINTF(4, 5);
static void say(struct refusals *s, int second, const char *program, const char *fmt, ...)
{
	struct log_message message = { .time = REFUSALS_AT + second };
	char text[4096];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	message.program = raw_of(program);
	message.text = raw_of(text);
	assert_int_equal(refusals_message(&message, s), 0);
}

#define LOGIN(id, user) id ": client=unknown[192.0.2.4], sasl_method=PLAIN, sasl_username=" user
#define TO(id, rcpt, dsn, status, text)                                                            \
	id ": to=<" rcpt ">, relay=mx.far.example[198.51.100.9]:25, delay=1, delays=0/0/0/1, dsn=" \
	   dsn ", status=" status " (" text ")"
#define SAID		   "host mx.far.example[198.51.100.9] said: "
#define REFUSED		   "host mx.far.example[198.51.100.9] refused to talk to me: "
#define LISTED(id, rcpt)   TO(id, rcpt, "5.7.1", "bounced", SAID "554 5.7.1 on our block list")
#define UNKNOWN(id, rcpt)  TO(id, rcpt, "5.1.1", "bounced", SAID "550 5.1.1 user unknown")
#define NOT_NOW(id, rcpt)  TO(id, rcpt, "4.7.1", "deferred", SAID "450 4.7.1 Greylisted")
#define CLOSED(id, rcpt)   TO(id, rcpt, "4.0.0", "deferred", REFUSED "554 on our block list")

#endif
