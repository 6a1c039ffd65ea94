/*
 * pack: numbers and bytes in a row, to be kept in a file of ours and read again by the same
 * program. What is read is outside bytes: whoever takes it judges every value.
 */
#ifndef SW_PACK_H
#define SW_PACK_H

#include "base/fault.h"

struct pack {
	char *p; /* the caller's to free */
	size_t n;
	size_t room;
	size_t most; /* set by the caller: it grows up to this many bytes */
	bool failed; /* it would have to be larger, or there is no memory: what is in it is of no
			use */
};

/* Seven bits a byte, the lowest first; so small ones are short. */
void pack_number(struct pack *to, uint64_t number);
/* A time, or a difference of two. */
void pack_time(struct pack *to, int64_t seconds);
/* Their number, then the bytes. */
void pack_bytes(struct pack *to, struct sw_raw bytes);
void pack_label(struct pack *to, const struct sw_label *label);
void pack_fault(struct pack *to, const struct sw_fault *fault);

/*
 * The same read again, from the front of *from, which is shortened. Once something is not as it can
 * have been written, or above `most`, *from becomes { NULL, 0 }, and all that follows is 0 or
 * empty: ask pack_is_bad() at the end. A label is one that could have been made here, whatever the
 * bytes are; bytes are borrowed.
 */
uint64_t pack_take_number(struct sw_raw *from, uint64_t most);
bool pack_take_bool(struct sw_raw *from);
int64_t pack_take_time(struct sw_raw *from); /* of thirty thousand years, so that sums fit */
struct sw_raw pack_take_bytes(struct sw_raw *from, size_t most);
void pack_take_label(struct sw_raw *from, struct sw_label *ret);
void pack_take_fault(struct sw_raw *from, struct sw_fault *ret);
void pack_spoil(struct sw_raw *from);

static inline bool pack_is_bad(struct sw_raw from)
{
	return !from.p;
}

#endif
