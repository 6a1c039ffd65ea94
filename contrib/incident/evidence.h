/*
 * evidence: what was seen of messages before they are deleted, as one line of the journal's fixed
 * size: how many, to how many, from which addresses, when they came, the queue IDs of some.
 */
#ifndef SW_INCIDENT_EVIDENCE_H
#define SW_INCIDENT_EVIDENCE_H

#include "base/topk.h"
#include "incident/journal.h"
#include "spoolwatch/queue.h"

enum { EVIDENCE_ADDRESSES = 1024, EVIDENCE_SAMPLE = 3, EVIDENCE_FILES = 5000 };

struct evidence {
	struct topk *address; /* NULL: none is told */
	uint64_t messages;
	uint64_t looked; /* at the files of so many of them; what follows is of these */
	uint64_t recipients;
	int64_t first, last; /* arrival; 0: not known */
	char sample[EVIDENCE_SAMPLE][JOURNAL_ID];
	size_t samples;
	struct sw_label before; /* of runs before, cut */
};

/* Begin, with what the journal has of runs before. Without memory no addresses are told. */
void evidence_begin(struct evidence *e, struct hash_key key, const char *before);
void evidence_end(struct evidence *e);

/* Is the file of another message wanted? Of EVIDENCE_FILES it is: these tell enough. */
static inline bool evidence_wants(const struct evidence *e)
{
	return e->looked < EVIDENCE_FILES;
}

/* One message more, by its file; NULL: it was not read. */
void evidence_add(struct evidence *e, const char *id, const struct sw_queue_file *f);

/* The line, of all until now; terminated, a label. */
void evidence_text(const struct evidence *e, char ret[JOURNAL_NAME]);

#endif
