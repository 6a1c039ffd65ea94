/* say: names and numbers for people, for programs (RFC 8259) and for a shell. */
#ifndef SW_INCIDENT_SAY_H
#define SW_INCIDENT_SAY_H

#include <stdio.h>

#include "base/raw.h"
#include "os/host.h"

/*
 * A JSON string, in quotes, of ASCII alone: what is UTF-8 is escaped, and a byte that is not stands
 * as the lone surrogate U+DC00 + byte (Python's surrogateescape), so that the bytes can be had
 * back.
 */
void say_json(FILE *to, struct sw_raw text);

/*
 * End an open_memstream(3); is there a text, to be freed either way? Where its last realloc(3)
 * finds no memory, glibc's fclose() returns 0 all the same, and the text is NULL.
 */
bool say_close(FILE *to, char *const *text);

/*
 * A word that sh(1) takes as these bytes (of bash, ksh or dash from 0.5.11 on where there are
 * others than printable ASCII), which can be put on a terminal.
 */
void say_shell(FILE *to, struct sw_raw text);

enum { SAY_COLUMNS = 80 };

/*
 * What makes the text behind it stand out (ECMA-48's SGR), and what ends that: nothing where stdout
 * is no terminal, or a dumb one (TERM), or NO_COLOR (no-color.org) is set, when it is first asked.
 */
enum say_colour { SAY_PLAIN, SAY_STRONG, SAY_ALARM };
const char *say_colour(const struct sw_host *h, enum say_colour colour);

/*
 * The rest of a line, whose first `column` columns are printed, and a newline; broken at blanks,
 * each further line after `indent` of these. A longer word stays whole.
 */
void say_wrapped(const char *text, size_t column, size_t indent);

/* "2026-11-26 09:30:00", local time; of 0 that it is not known. */
void say_time(FILE *to, int64_t time);

/* From one to another. */
void say_span(FILE *to, int64_t first, int64_t last);

/* A name that others chose, as a label. */
void say_name(FILE *to, struct sw_raw name);

/* One line on a terminal, drawn again and again: stderr, if it and stdout are terminals. */
struct say_progress {
	bool on;
	int64_t began, last;
};
void say_progress_begin(struct say_progress *p);
void say_progress(struct say_progress *p, const char *what, uint64_t done, uint64_t of);
void say_progress_end(struct say_progress *p);

#endif
