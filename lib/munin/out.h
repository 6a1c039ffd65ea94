/*
 * out: text in the making, of which it is known whether it is whole. (An open_memstream(3) that
 * could not grow lacks a line in its middle, and neither ferror() nor fclose() tells.)
 */
#ifndef SW_OUT_H
#define SW_OUT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/raw.h"

/* A struct of zeros is an empty text that grows; with `fixed` it keeps to the room it was given. */
struct out {
	char *text; /* not terminated */
	size_t n, room;
	bool fixed;
	int failed; /* the errno for which something is missing; 0: whole */
};

/* Add bytes, or what printf(3) makes. After a failure nothing more is added. */
void out_put(struct out *o, const char *text, size_t n);
void out_print(struct out *o, const char *format, ...) SW_PRINTF(2, 3);

/*
 * Write all of it to a stream without a buffer, however often the system takes a part of it, is
 * interrupted, or (a pipe that does not block) wants to be asked later. Returns 0 or -errno; that
 * of what is not whole, of which nothing is written.
 */
int out_write(const struct out *o, FILE *to) SW_CHECK;

/* Not of a fixed one. */
void out_free(struct out *o);

#endif
