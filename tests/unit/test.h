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

#include "munin/munin.h"
#include "os/host.h"

#define want_text(what, got, want)                                                                 \
	do {                                                                                       \
		if (strcmp((got), (want)) != 0)                                                    \
			fail_msg("%s: got \"%s\", want \"%s\"", (what), (got), (want));            \
	} while (0)

#define want_number(what, got, want)                                                               \
	do {                                                                                       \
		long long got_ = (long long)(got);                                                 \
		long long want_ = (long long)(want);                                               \
		if (got_ != want_)                                                                 \
			fail_msg("%s: got %lld, want %lld", (what), got_, want_);                  \
	} while (0)

/* Outside bytes against a string. */
#define want_raw(what, got, want)                                                                  \
	do {                                                                                       \
		struct sw_raw raw_ = (got);                                                        \
		if (!raw_is(raw_, (want)))                                                         \
			fail_msg("%s: got \"%.*s\", want \"%s\"", (what), (int)raw_.n,             \
				 raw_.n ? raw_.p : "", (want));                                    \
	} while (0)

/* least..most, both of them. (cmocka 2 has another name for it.) */
#define want_within(what, got, least, most)                                                        \
	do {                                                                                       \
		long long got_ = (long long)(got);                                                 \
		if (got_ < (long long)(least) || got_ > (long long)(most))                         \
			fail_msg("%s: got %lld, want %lld..%lld", (what), got_,                    \
				 (long long)(least), (long long)(most));                           \
	} while (0)

/* A sentence that must hold these words. */
#define want_in(what, got, words)                                                                  \
	do {                                                                                       \
		if (!strstr((got), (words)))                                                       \
			fail_msg("%s: got \"%s\", want \"%s\" in it", (what), (got), (words));     \
	} while (0)

/*
 * A host whose root is a fresh directory under TMPDIR; its environment is `env` (NAME=VALUE, NULL
 * at the end; may be NULL). host_remove() deletes the directory and all below it.
 */
struct sw_host host_new(const char *const *env);
void host_remove(struct sw_host *h);

/* Write a file below the host's root, with the directories above it. */
void host_file(const struct sw_host *h, const char *path, const char *text);
void host_bytes(const struct sw_host *h, const char *path, const void *bytes, size_t n);

/* Of all bytes of a file, to see whether it was written to. */
uint64_t file_hash(const char *path);

/* A path in the file system, for functions that take no host; static buffer. */
const char *host_path(const struct sw_host *h, const char *path);

/* From here on local time is that of this zone ("UTC0", "CET-1CEST,M3.5.0,M10.5.0/3"). */
void zone(const char *tz);

/*
 * What fn returns (0 or -errno) in a child that is no superuser, for whom the modes of files count.
 * fn must not use assert_*: a failure would unwind into a second copy of all the tests.
 */
int as_nobody(int (*fn)(void *ctx), void *ctx);

/* One run of a plugin, by its own name when argv0 is NULL; plugin_free() frees it. */
struct plugin_run {
	int status;
	char *out;
	char *err;
};
struct plugin_run plugin_run(const struct sw_munin_plugin *plugin, const struct sw_host *h,
			     const char *argv0, const char *word);
void plugin_free(struct plugin_run *run);

#endif
