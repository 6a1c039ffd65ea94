/* ward: the rest of a program, tried by a child. For lib/os/reach.c and nobody else. */
#ifndef SW_WARD_H
#define SW_WARD_H

#include <stdint.h>

#include "base/raw.h"

enum ward { WARD_CHILD, WARD_GIVEN_UP };

/*
 * Fork. The child returns WARD_CHILD and goes on, its standard output and error collected by the
 * parent; `mark` (mark_take(), or -1) stays open in it alone. When it ends in time, the parent
 * writes them out and ends with its status. When it does not, or dies, the parent returns
 * WARD_GIVEN_UP: at `deadline` (clock_ms()), or at once when there can be no child.
 */
enum ward ward_try(int mark, int64_t deadline) SW_CHECK;

#endif
