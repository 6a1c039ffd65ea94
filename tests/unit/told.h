/* told: a line of a log as lib/log gives it to who follows failed logins. */
#ifndef SW_TESTS_TOLD_H
#define SW_TESTS_TOLD_H

#include "log/header.h"
#include "traffic/failures.h"

#include "test.h"

/* What the message borrows from. */
struct told {
	struct log_scratch scratch;
	struct log_message message;
	char text[1200];
};

/* `line` begins with the host; its stamp is put before it, and `time` is what counts. */
static inline const struct log_message *told_by(struct told *t, int64_t time, const char *line)
{
	struct log_head head;

	snprintf(t->text, sizeof(t->text), "2026-11-26T13:45:00Z %s", line);
	assert_true(log_header(raw_of(t->text), &t->scratch, &head));
	t->message = (struct log_message){ .time = time,
					   .program = head.program,
					   .text = head.text,
					   .repeated = head.repeated,
					   .is_other = !head.is_postfix };
	if (t->message.is_other) {
		struct log_where asked = { .logfile = NULL };

		failures_ask(&asked, false);
		t->message.role = asked.others(head.tag);
	}
	return &t->message;
}

#endif
