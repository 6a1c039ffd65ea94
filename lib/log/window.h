/*
 * window: the lines of a log file, and of what rotation has made of it, that fall into a window of
 * time, and what speaks against taking them for all; for lib/log/source.c.
 */
#ifndef SW_LOG_WINDOW_H
#define SW_LOG_WINDOW_H

#include "log/facts.h"
#include "log/proof.h"
#include "log/set.h"

enum { LOG_LATE = 1 << 16 }; /* what is returned when log_window.by is past */

/* Who reads, what is told; a file at a time. Start with the first eight set and the rest 0. */
struct log_window {
	struct log_reader *reader;
	struct log_proof *proof;
	log_fn fn;
	void *ctx;
	bool by_config;		    /* the log is named by main.cf */
	bool replayed;		    /* the log may go on after now */
	int64_t by;		    /* see log_where */
	bool patient;		    /* likewise */
	struct log_facts all;	    /* of all files of the log: counts, heard, quote, name */
	struct log_facts file;	    /* ours: of the one that is read */
	struct log_message message; /* ours: of the last line */
	struct log_kept kept;	    /* ours: lines of Postfix, where messages were thrown away */
	uint64_t drops;		    /* ours: that were told of in this file */
	int64_t covered;	    /* ours: up to here lines were read */
	bool whole;		    /* ours: the file begins within the window */
	struct log_reason part; /* ours: what could not be read behind `covered`; FINE: nothing */
};

/*
 * Read the log at `path` (for the sentences) whose files are *set: give each message of this
 * Postfix that can be of `since` or later, put the minutes in doubt that could not be read. A
 * compressed file costs at most 2 s (unless patient) and 4 GiB of lines. Returns 0, what fn
 * returned, or -ENOMEM.
 */
int log_window_read(struct log_window *w, const struct log_set *set, const char *path,
		    int64_t since, struct sw_fault *why) SW_CHECK;

/* w->file.drop is new: put the time in doubt in which messages were thrown away. */
void log_window_drop(struct log_window *w);

/* Would group adm help to read a file? Not where a directory above it is shut, or its group
 * another.
 */
bool log_window_is_for_adm(const struct sw_host *h, const char *path);

/* Can the cause of this errno be gone at the next run? */
bool log_window_can_pass(int code);

/* Is it what this process lacks (memory, descriptors)? That says nothing of a file. */
bool log_window_lacks(int code);

#endif
