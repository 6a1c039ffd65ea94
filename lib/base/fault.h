/*
 * fault: why something failed, in one sentence, made where it happened.
 *
 * Every function that can fail returns 0 (or a count) or -errno and takes `struct sw_fault *why`
 * last. It fills the fault; its callers only pass it on, or print it beside a `U`.
 */
#ifndef SW_FAULT_H
#define SW_FAULT_H

#include "base/label.h"

struct sw_fault {
	int code;	      /* an errno, 0 while nothing has failed */
	struct sw_label text; /* printable: what the sentence quotes from outside is converted */
};

/*
 * Fill *why, unless an earlier fault is already in it (the first one is the cause), and return
 * -code. `code` is an errno above 0; its strerror() is NOT added: see sw_fault_errno().
 */
int sw_fault(struct sw_fault *why, int code, const char *fmt, ...) SW_PRINTF(3, 4);

/* The same with ": " and what the errno means at the end. */
int sw_fault_errno(struct sw_fault *why, int code, const char *fmt, ...) SW_PRINTF(3, 4);

/*
 * The same with a sentence that is converted already: what is a label (a name that was printed
 * before) would be converted a second time as an argument of "%s".
 */
int sw_fault_label(struct sw_fault *why, int code, const struct sw_label *sentence);

/* A fault with words of ours before the sentence of its cause; the code is the cause's. */
int fault_wrap(struct sw_fault *why, const struct sw_fault *cause, const char *fmt, ...)
	SW_PRINTF(3, 4);

#endif
