/* base: the few macros that every file may use. Pure C, no system call. */
#ifndef SW_BASE_H
#define SW_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
