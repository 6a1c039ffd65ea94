/*
 * label: text that may be printed.
 *
 * Everything that Munin shows or mails passes through here, our own words too, so that there is
 * one door. What the door keeps is what no reader behind Munin takes for syntax: munin-limits
 * pastes labels and extinfo into `sh -c` (Munin 2.0.73, LimitsOld.pm:706-756), its text datafile
 * ends a line at '#' and joins it at a final '\', web pages take graph_info as HTML.
 *
 * Kept: letters, digits, space and @ . _ + - / : , = ( ) % [ ]. Every other byte becomes %XX.
 * A '%' of the input that two hexadecimal digits follow becomes %25, so sw_label_decode() gives
 * back exactly the bytes that went in.
 */
#ifndef SW_LABEL_H
#define SW_LABEL_H

#include "base/base.h"
#include "base/raw.h"

enum { SW_LABEL_MAX = 350 }; /* bytes; Munin's Nagios contacts cut there (${strtrunc:350}) */

struct sw_label {
	char s[SW_LABEL_MAX + 1]; /* terminated, printable ASCII only */
	uint16_t n;		  /* strlen(s) */
	uint16_t whole;		  /* end of the last whole character that leaves room for "..." */
	bool cut;		  /* something did not fit; s ends in "..." */
};

/* An empty label. */
static inline struct sw_label label_new(void)
{
	return (struct sw_label){ .n = 0 };
}

/*
 * Add outside bytes, converted. Cut on a whole character (of UTF-8 where the input is UTF-8) with
 * "..." when SW_LABEL_MAX is reached; after a cut nothing more is added. Any input is legal.
 */
void sw_label_add(struct sw_label *l, struct sw_raw bytes);

/* Add our own words. What the arguments bring in is converted like everything else. */
void sw_label_print(struct sw_label *l, const char *fmt, ...) SW_PRINTF(2, 3);

/*
 * Add a name that others chose (an account, a mount point) so that it can't be read as a piece of
 * our sentence: a name of letters, digits and @ . _ + - / % alone stands as it is, any other is
 * put in [ ], with the brackets inside it encoded.
 */
void sw_label_add_name(struct sw_label *l, struct sw_raw name);

/* Add all of `piece` if it fits without a cut; else change nothing and return false. */
bool label_add_whole(struct sw_label *l, const struct sw_label *piece);

/* Add what was converted already, cut like everything else. */
void sw_label_append(struct sw_label *l, const struct sw_label *more);

/* The same, cut to at most `max` bytes (4..SW_LABEL_MAX) with "...", on a whole character. */
struct sw_label label_short(const struct sw_label *l, size_t max);

/* A new label from outside bytes. */
struct sw_label sw_label_from(struct sw_raw bytes);

/*
 * A label that was printed before and kept in a file: what is encoded in it stays as it is, what no
 * label can hold is encoded now.
 */
struct sw_label label_kept(const char *text);

/* A new label from our own words. */
struct sw_label sw_label_printed(const char *fmt, ...) SW_PRINTF(1, 2);

/*
 * Undo the conversion: the bytes that sw_label_add() was given, into buf of `size` bytes
 * (SW_LABEL_MAX always suffices). Returns how many. A label that was cut gives back what was kept
 * and "...".
 */
size_t sw_label_decode(const struct sw_label *l, char *buf, size_t size);

#endif
