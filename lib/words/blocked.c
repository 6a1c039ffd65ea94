#include "words/blocked.h"

#include "words/share.h"

static void add_cause(struct sw_label *text, const struct blocked *b)
{
	static const char *const words[] = {
		[BLOCKED_NOT] = "",
		[BLOCKED_CREATE] = "create a queue file",
		[BLOCKED_WRITE] = "write a queue file",
		[BLOCKED_SPACE] = "too little free space for smtpd",
		[BLOCKED_DAEMON] = "smtpd or cleanup does not start",
	};

	sw_label_print(text, " (%s", words[b->cause]);
	if (b->reason[0]) {
		sw_label_print(text, ": ");
		sw_label_add(text, raw_of(b->reason));
	}
	sw_label_print(text, ")");
}

static void add_since(struct sw_label *text, int64_t since)
{
	if (since <= 0)
		return;
	sw_label_print(text, " since ");
	words_clock(text, since);
}

/* Where nothing was accepted before the first line, it may have come before what was read. */
static void add_state(struct sw_label *text, const struct blocked *b)
{
	sw_label_print(text, b->since > 0 ? "no mail can be queued"
					  : "no mail could be queued for a while");
	add_since(text, b->since);
	if (b->since > 0 && b->accepted == 0)
		sw_label_print(text, " or before");
}

struct sw_label words_blocked(const struct blocked *b)
{
	struct sw_label text = label_new();
	unsigned waiting = blocked_waiting(b);

	if (b->cause == BLOCKED_NOT)
		return text;
	add_state(&text, b);
	add_cause(&text, b);
	if (waiting > 0 && b->since > 0) {
		sw_label_print(&text, waiting < BLOCKED_CLIENTS ? ", " : ", at least ");
		words_count(&text, waiting, "client waits", "clients wait");
	}
	return text;
}

struct sw_label words_blocked_rate(const struct blocked *b, bool full)
{
	struct sw_label text = sw_label_printed("this is no calm: ");

	if (full && b->since == 0) {
		sw_label_print(&text, "the file system of the queue is full, and no message was "
				      "accepted");
		add_since(&text, b->accepted);
	} else {
		add_state(&text, b);
	}
	return text;
}
