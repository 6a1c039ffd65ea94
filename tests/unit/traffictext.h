/* traffictext: traffic of a window, from log lines that a test makes; for tests of what is said of
 * it. */
#ifndef SW_TRAFFICTEXT_H
#define SW_TRAFFICTEXT_H

#include <time.h>

#include "test.h"
#include "traffic/counts.h"

/* `n` messages of a login from one client at a time (seconds since the epoch), queue ID unknown. */
static inline void sent(struct traffic *s, int64_t when, int n, const char *client,
			const char *login)
{
	struct log_scratch scratch;
	struct log_head head;
	char line[1024];
	char stamp[32];
	struct tm tm;

	gmtime_r(&(time_t){ (time_t)when }, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &tm);
	snprintf(line, sizeof(line),
		 "%s mx postfix/smtpd[1]: NOQUEUE: client=%s, sasl_method=PLAIN, sasl_username=%s",
		 stamp, client, login);
	for (int i = 0; i < n; i++) {
		struct log_message message = { .time = when };

		assert_true(log_header(raw_of(line), &scratch, &head));
		message.program = head.program;
		message.text = head.text;
		assert_int_equal(traffic_message(&message, s), 0);
	}
}

/* The queue manager's line of a message that was sent with an ID of its own. */
static inline void queued(struct traffic *s, int64_t when, const char *id, const char *client,
			  const char *login, int recipients)
{
	struct log_scratch scratch;
	struct log_head head;
	char line[1024];
	char stamp[32];
	struct tm tm;

	gmtime_r(&(time_t){ (time_t)when }, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &tm);
	for (int i = 0; i < 2; i++) {
		struct log_message message = { .time = when };

		if (i == 0)
			snprintf(line, sizeof(line),
				 "%s mx postfix/smtpd[1]: %s: client=%s, sasl_method=PLAIN, "
				 "sasl_username=%s",
				 stamp, id, client, login);
		else
			snprintf(line, sizeof(line),
				 "%s mx postfix/qmgr[1]: %s: from=<a@b>, size=1, nrcpt=%d (queue "
				 "active)",
				 stamp, id, recipients);
		assert_true(log_header(raw_of(line), &scratch, &head));
		message.program = head.program;
		message.text = head.text;
		assert_int_equal(traffic_message(&message, s), 0);
	}
}

#endif
