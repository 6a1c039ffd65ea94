/* trial: one program run with one fault, and what is to be said of it. */
#ifndef SW_TRIAL_H
#define SW_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most bytes of a list; calls of a run; seconds that a run may take. */
enum { TEXT_MAX = 4 << 20, CALLS_MAX = 1 << 17, RUN_SECONDS = 20 };

enum fault_kind {
	FAULT_NONE,
	FAULT_ERROR,  /* the call fails with an errno, and does nothing */
	FAULT_SHORT,  /* a read or write is done in part */
	FAULT_MEMORY, /* a request for memory finds none */
};

struct fault {
	enum fault_kind kind;
	size_t at;	/* the call, from 0 on; of FAULT_MEMORY the request, from 1 on */
	int number;	/* of that call */
	size_t nth;	/* among those of this number, from 0 on */
	bool always;	/* each call of the same number after it, too */
	int error;	/* errno */
	uint32_t bytes; /* of FAULT_SHORT, at most */
};

struct run {
	int status; /* of waitpid(2) */
	bool late;  /* it had to be killed */
	char *out, *err;
	size_t out_n, err_n;
	int *call; /* without a fault: the number of each call of the program, in their order */
	size_t calls;
	size_t requests; /* for memory */
	int failed_fd;	 /* the first argument of the call that failed; -1: none did */
	size_t open;	 /* descriptors above 2 when it ended */
	size_t children; /* that were left */
};

/*
 * supervise.c: run argv with a fault. False: this system can't. `preload` counts memory. With a
 * fault the calls of other numbers are not looked at, which is most of the time of a run.
 */
bool supervise(char *const *argv, const char *preload, const struct fault *f, struct run *ret);
void run_free(struct run *r);

/*
 * judge.c: is what a run with a fault says legal Munin, and each value the true one, or U, or
 * missing, with a reason? NULL when all is well, else what is wrong (static). `weak`: the fault
 * changes what is true (a file that is not there), only form counts.
 */
const char *judge(const struct run *truth, const struct run *got, const struct fault *f, bool weak);

/* judge.c: does it say of a pattern of the administrator's that it can't be used? Then it draws
 * others. */
bool has_no_pattern(const struct run *truth, const struct run *got);

/* Of any program: it ended by itself and in time, left nothing behind, and what stderr has is sentences. */
const char *judge_end(const struct run *truth, const struct run *got, const struct fault *f);

/*
 * starved.c: is what a run said that found no memory once the same as ever, or does it speak of memory,
 * and is each field and graph still there and described as ever? NULL, or what is wrong. For a run that
 * judge() found well.
 */
const char *judge_starved(const struct run *truth, const struct run *got);

/* The same of text for people, or an object: no line is another that says a number, but says "at least". */
const char *judge_starved_words(const struct run *truth, const struct run *got,
				const struct fault *f);

/* calls.c: what may happen to a call. */
struct call_kind {
	int number;
	const char *name;
	bool does_io; /* it takes a count of bytes, which may be done in part */
	int error[10];
};
const struct call_kind *call_kind(int number);
const char *error_name(int error);
int error_of(const char *name); /* 0: none */
/* It changes what is true: a file is not there. */
bool error_is_weak(int error);
/* Once, but not for ever: who loops would loop for ever, and no system does that. */
bool error_passes(int error);

#endif
