/* script_hint: what runs as a local user and sends mail, by the messages of his that wait. */
#ifndef SW_PARTS_SCRIPT_HINT_H
#define SW_PARTS_SCRIPT_HINT_H

#include "postfix/spool.h"
#include "base/topk.h"

/* Start with the first two set and the rest 0; script_hint_end() ends it. */
struct script_hint {
	const struct sw_host *host;
	struct spool *spool;
	bool looked;
	struct topk *scripts; /* queue/scripts.h; NULL: the queues may not be read */
};

enum { SCRIPT_HINT_FILES = 200 }; /* that are opened in a queue, the first ones met */

/*
 * Add ", script mailer.php (uid 1001)" to the name of an account, where that is a user ID (`key`)
 * and most of its waiting messages that were looked at name that script. A queue that may not be
 * read, or may be on a network, adds nothing. ctx is a struct script_hint.
 */
void script_hint_add(void *ctx, struct sw_raw key, struct sw_label *name);

void script_hint_end(struct script_hint *s);

#endif
