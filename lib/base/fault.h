/* fault: a fault with another as its cause; the rest stands in the door (spoolwatch/text.h). */
#ifndef SW_FAULT_H
#define SW_FAULT_H

#include "base/label.h"

/*
 * As sw_fault() with a sentence that is converted already: what is a label (a name that was printed
 * before) would be converted a second time as an argument of "%s".
 */
int fault_label(struct sw_fault *why, int code, const struct sw_label *sentence);

/* A fault with words of ours before the sentence of its cause; the code is the cause's. */
int fault_wrap(struct sw_fault *why, const struct sw_fault *cause, const char *fmt, ...)
	SW_PRINTF(3, 4);

#endif
