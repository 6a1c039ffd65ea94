/*
 * letterhead: From and Subject of a message in a queue, and the script that says it made it, for
 * people to look at. All of it is the sender's text: any bytes are legal, and it names nobody.
 */
#ifndef SW_INCIDENT_LETTERHEAD_H
#define SW_INCIDENT_LETTERHEAD_H

#include "queue/record.h"
#include "queue/script.h"

enum { LETTERHEAD_LINE = 998 }; /* bytes of a header that are looked at (RFC 5322, 2.1.1) */

struct letterhead {
	struct sw_label from, subject; /* empty: there is none */
	struct queue_script script;    /* ask queue_script_end() */
};

/*
 * Read the header of the message that stands at `offset` of a queue file of `size` bytes, in at
 * most 64 KB of records. False when it can't be read so far.
 */
bool letterhead_parse(queue_record_pread_fn fn, void *ctx, int64_t size, int64_t offset,
		      struct letterhead *ret);

/* The same of a file that was read into *f. */
bool letterhead_read(int directory, const char *name, const struct sw_queue_file *f,
		     struct letterhead *ret);

/*
 * A header for people: encoded words (RFC 2047) of UTF-8 and US-ASCII are decoded, once; those of
 * other character sets, and what is none, stay as they are.
 */
struct sw_label letterhead_text(struct sw_raw value);

#endif
