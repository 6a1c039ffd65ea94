/*
 * answer: what a munin-node says to "cap multigraph", "fetch PLUGIN", "quit" sent at once, and of
 * that the lines that it says beside the values (munin_beside()). Sources: Munin::Node::Server of
 * 2.0.73 (process_request, _process_command_line, _run_service), node.c of munin-c.
 *
 * Any bytes are legal, in pieces of any size. Memory is bounded: ANSWER_BESIDE bytes of the lines
 * beside; of what is no such line nothing is kept.
 */
#ifndef SW_ANSWER_H
#define SW_ANSWER_H

#include "base/fault.h"
#include "munin/out.h"

enum {
	ANSWER_BESIDE = 1 << 20,
	ANSWER_BYTES = 1 << 24, /* of all: a plugin says less than two million, see munin/run.h */
	ANSWER_LINE = 512,	/* of a line that is looked at; a longer one is none of ours */
};

/* A struct of zeros is an answer of which nothing was heard; ends with answer_free(). */
struct answer {
	struct out beside; /* each line without its '#' and with its newline */
	struct sw_fault failed;
	enum { ANSWER_BANNER, ANSWER_CAP, ANSWER_VALUES, ANSWER_DONE } at;
	size_t bytes;
	size_t n; /* of the line that is not over yet */
	char line[ANSWER_LINE];
};

/* The next piece. False: all is known, or it has failed; nothing more is taken. */
bool answer_take(struct answer *a, struct sw_raw bytes);

/* No more comes. Returns 0 when it is whole, or -errno of a->failed. */
int answer_end(struct answer *a);

void answer_free(struct answer *a);

#endif
