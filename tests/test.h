/*
 * test: what every test file includes. A test is a row { what, input, want } of a table; a message
 * says `what: got X, want Y`; a test function is named as a sentence.
 */
#ifndef SW_TEST_H
#define SW_TEST_H

/* cmocka 1.1.5 wants these four before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "os/host.h"

#define want_text(what, got, want)                                                  \
	do {                                                                        \
		if (strcmp((got), (want)) != 0)                                     \
			fail_msg("%s: got \"%s\", want \"%s\"", (what), (got), (want)); \
	} while (0)

#define want_number(what, got, want)                                       \
	do {                                                               \
		long long got_ = (long long)(got);                         \
		long long want_ = (long long)(want);                       \
		if (got_ != want_)                                         \
			fail_msg("%s: got %lld, want %lld", (what), got_, want_); \
	} while (0)

/*
 * A host whose root is a fresh directory under TMPDIR; its environment is `env` (NAME=VALUE, NULL
 * at the end; may be NULL). host_remove() deletes the directory and all below it.
 */
struct host host_new(const char *const *env);
void host_remove(struct host *h);

/* Write a file below the host's root, with the directories above it. */
void host_file(const struct host *h, const char *path, const char *text);
void host_bytes(const struct host *h, const char *path, const void *bytes, size_t n);

/* A path in the file system, for functions that take no host; static buffer. */
const char *host_path(const struct host *h, const char *path);

#endif
