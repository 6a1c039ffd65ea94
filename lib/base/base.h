/* base: the few macros that every file may use. Pure C, no system call. */
#ifndef SW_BASE_H
#define SW_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_VERSION "0.1.0"

#define SW_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define SW_CHECK	     __attribute__((warn_unused_result))
#define SW_COUNT(array)	     (sizeof(array) / sizeof((array)[0]))

#endif
