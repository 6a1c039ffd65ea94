/*
 * set_parts: what lib/log/set.c is made of. For the files set*.c and nobody else.
 */
#ifndef SW_LOG_SET_PARTS_H
#define SW_LOG_SET_PARTS_H

#include <sys/stat.h>
#include <time.h>

#include "log/set.h"

enum {
	LOG_SET_LINKS = 8, /* that are followed, from one to the next */
	LOG_SET_PATH = 4096,
	LOG_SET_PLACES = 128,
};

/* A directory, and the log's name in it. */
struct log_set_place {
	int fd; /* -1: can't be listed */
	bool guessed;
	bool listed;	  /* all of it */
	size_t home;	  /* of a guessed one: the place that it would lie in */
	unsigned guesses; /* bit k: what may be the k-th of these was seen in it */
	int youngest_out; /* the smallest number of a file from before the window; -1: none */
	uint64_t numbers; /* bit N: mail.log.N is there, below 64 */
	struct stat seen;
	char *directory;   /* ends in '/' */
	struct sw_raw log; /* in a path below; a NUL stands behind it */
};

struct log_set_places {
	struct log_set_place place[LOG_SET_PLACES]; /* the first is the log's own */
	size_t n;
	char path[LOG_SET_LINKS][LOG_SET_PATH]; /* of the log, and of what it leads to as a link */
	size_t paths;
};

struct log_set_search {
	const struct sw_host *h;
	const struct log_set_request *request;
	struct log_set *set;
	size_t place; /* that is listed */
	size_t room;  /* of set->file */
	struct sw_fault *why;
};

/* Set up set->places. Returns 0 or -ENOMEM. */
int log_set_find_places(struct log_set_search *s) SW_CHECK;

/*
 * Open each directory but the guessed ones; which can't be is noted in the set. Returns 0 or
 * -ENOMEM.
 */
int log_set_open_places(struct log_set_search *s) SW_CHECK;

/* Would a change at `now` of what changed then have another time? Of the future: yes. */
bool log_set_is_settled(const struct timespec *changed, const struct timespec *now);

/* What of its time tells later whether a directory that is open has changed. */
void log_set_remember(struct log_set_place *place);

/*
 * Add what is rotated and of the window, by name and lstat(2): none is opened yet, and those whose
 * `why` is filled can't be. A guessed directory is opened where it was seen in the one that it lies
 * in, or that can't tell. At most LOG_SET_MAX, sorted. Returns 0 or -ENOMEM.
 */
int log_set_list(struct log_set_search *s) SW_CHECK;

/* Room for one more behind the last; it counts when set->n is one more. NULL: no memory. */
struct log_set_file *log_set_new_file(struct log_set_search *s);

/* host_openat() of a rotated file, so that a link leads to where it leads in the host's root. */
int log_set_open_link(struct log_set_search *s, struct log_set_file *file, int flags);

/* By is.order, then by numbers and names; the oldest first, the log last. */
void log_set_sort(struct log_set *set);

/* Close file i and take it out. */
void log_set_drop(struct log_set *set, size_t i);

/* Of files that are the same one stays. Returns 0 or -ENOMEM. */
int log_set_drop_copies(struct log_set *set, struct sw_fault *why) SW_CHECK;

/*
 * Ask for the stamps, drop those whose name was no proof and whose lines are none either, and sort
 * again where the times of the files are impossible.
 */
void log_set_prove(struct log_set *set, const struct log_set_request *request);

#endif
