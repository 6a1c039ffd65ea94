/*
 * print: text out of a format as snprintf(3) makes it, for what nearly all of ours are made of:
 * words and whole numbers. A start touches none of libc's pages for it, and takes a fifth of the
 * steps.
 */
#ifndef SW_PRINT_H
#define SW_PRINT_H

#include <stdarg.h>
#include <stddef.h>

#include "spoolwatch/text.h"

/*
 * As snprintf(3) and vsnprintf(3), to the byte: also what is cut, and what is returned. They know
 * %s %.*s %c %% %d %u %zu %lld %llu %llx %08x (any one-digit width) and %.0f to %.4f; a format with
 * anything else, a NULL, and a number with a fraction that num_fixed() does not take, go to
 * vsnprintf(3).
 */
SW_PRINTF(3, 4) int print_text(char *buf, size_t size, const char *fmt, ...);
SW_PRINTF(3, 0) int print_args(char *buf, size_t size, const char *fmt, va_list args);

/* The same into memory of its own, to be freed; NULL where there is none. */
SW_PRINTF(1, 2) char *print_new(const char *fmt, ...);

#endif
