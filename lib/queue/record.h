/*
 * qrecord: the records of a Postfix queue file, one after the other, out of bounded memory.
 *
 * A record is a type byte, the length in groups of 7 bits with the lowest first and 0x80 for "more
 * follows", four of them at most, then the data (global/record.c, global/rec_type.h). There is no
 * magic number and no checksum. What a type means is queue/file.h's business.
 *
 * The head of the file (16 KB) stays in memory as it is read, so what was found there need not be
 * copied; a small window moves over the rest. Data that nobody asks for are passed by arithmetic.
 *
 * Hostile input: any bytes are legal. A file that Postfix wrote visits no record twice, so the
 * lengths of all records that are walked add up to less than its size; `budget` is this sum's bound
 * and ends every loop of pointers.
 */
#ifndef SW_QUEUE_RECORD_H
#define SW_QUEUE_RECORD_H

#include <sys/types.h>

#include "base/raw.h"
#include "spoolwatch/queue.h"

enum {
	QUEUE_RECORD_LONGEST =
		16000, /* record outside the content; Postfix's have 9.3 KB at most */
	/* for a walk that is to be short; Postfix writes 9.6 KB at most before S */
	QUEUE_RECORD_FEW = 2 * SW_QUEUE_FILE_HEAD, /* bytes of records */
	QUEUE_RECORD_JUMPS = 64,
};

/* A number in a record is at most this; sums of a few can't overflow. */
#define QUEUE_RECORD_NUMBER ((int64_t)1 << 48)

/* Up to n bytes from the offset, 0 only where the file ends, or -errno; like pread(2). */
typedef ssize_t (*queue_record_pread_fn)(void *ctx, char *ret, size_t n, int64_t offset);

enum queue_record_end {
	QUEUE_RECORD_FINE,
	QUEUE_RECORD_SHORT, /* the file ends before a record does, or without one */
	QUEUE_RECORD_BAD,   /* what Postfix never writes */
};

/* A place in a file. A copy is a place of its own over the same room. */
struct queue_records {
	queue_record_pread_fn pread;
	void *ctx;
	struct sw_queue_file_room *room; /* borrowed; start with its four numbers 0 */
	int64_t size;			 /* of the file; INT64_MAX when not known */
	int64_t at;			 /* offset of the next record; may be set */
	int64_t budget;			 /* bytes of records that may still be walked */
	bool content; /* records may be of any length: line_length_limit is the administrator's */
	enum queue_record_end end;
	int error; /* -errno of pread */
};

struct queue_record {
	unsigned char type;
	size_t length; /* of the data */
	int64_t data;  /* their offset */
};

/*
 * The record at .at, which moves behind it. False, with .end or .error set, where there is none.
 * The data may still lie behind the end of the file: queue_record_data() tells.
 */
bool queue_record_next(struct queue_records *from, struct queue_record *ret);

/* The data of a record, borrowed until the next call that reads. False with .end or .error set. */
bool queue_record_data(struct queue_records *from, const struct queue_record *r,
		       struct sw_raw *ret);

/*
 * The same bytes (a part of what queue_record_data() gave) for as long as the room is; .p is never
 * NULL. False with .end set when there are too many.
 */
bool queue_record_keep(struct queue_records *from, struct sw_raw bytes, struct sw_raw *ret);

/*
 * The next number of *rest, which goes on behind it: blanks and digits, as "%15ld" prints what
 * Postfix has to say. False for what is negative, above QUEUE_RECORD_NUMBER or none.
 */
bool queue_record_number(struct sw_raw *rest, int64_t *ret);

/*
 * Where a 'p' record leads; 0 (a dummy that a milter may use later): nowhere. False with .end or
 * .error set.
 */
bool queue_record_target(struct queue_records *from, const struct queue_record *r, int64_t *ret);

/* Go on there. False with .end set behind the end of the file, or when no jumps are left. */
bool queue_record_jump(struct queue_records *from, int64_t target, int *jumps);

/* Set .end, to the worse of what it was and this; always false. */
bool queue_record_stop(struct queue_records *from, enum queue_record_end end);

#endif
