/* label: what the house does with labels besides what the door gives (spoolwatch/text.h). */
#ifndef SW_LABEL_H
#define SW_LABEL_H

#include "base/raw.h"

/* An empty label. */
static inline struct sw_label label_new(void)
{
	return (struct sw_label){ .n = 0 };
}

/* Add all of `piece` if it fits without a cut; else change nothing and return false. */
bool label_add_whole(struct sw_label *l, const struct sw_label *piece);

/* A label cut to at most `max` bytes (4..SW_LABEL_MAX) with "...", on a whole character. */
struct sw_label label_short(const struct sw_label *l, size_t max);

/*
 * A label that was printed before and kept in a file: what is encoded in it stays as it is, what no
 * label can hold is encoded now.
 */
struct sw_label label_kept(const char *text);

#endif
