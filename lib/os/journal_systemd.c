/*
 * journal_systemd: libsystemd is loaded when a journal is asked for, not linked: with the libraries
 * that it brings along it doubles the time from start to exit, for hosts that have a log file too.
 */
#include <errno.h>
#include <stdio.h>
#include <systemd/sd-journal.h>

#include "base/num.h"
#include "os/journal.h"
#include "os/load.h"

enum { ORDINARY_UID = 1000 };

#define FUNCTIONS(X)                                                                               \
	X(sd_journal_open)                                                                         \
	X(sd_journal_open_directory)                                                               \
	X(sd_journal_close)                                                                        \
	X(sd_journal_seek_tail)                                                                    \
	X(sd_journal_previous)                                                                     \
	X(sd_journal_add_match)                                                                    \
	X(sd_journal_seek_realtime_usec)                                                           \
	X(sd_journal_next)                                                                         \
	X(sd_journal_get_data)                                                                     \
	X(sd_journal_get_realtime_usec)

static struct {
	FUNCTIONS(LOAD_POINTER)
} lib;
static const struct load_function functions[] = { FUNCTIONS(LOAD_FUNCTION) };
static const struct load_library library = { "the journal", "libsystemd", "libsystemd.so.0",
					     functions, SW_COUNT(functions) };

static int open_journal(const struct sw_host *h, sd_journal **ret, struct sw_fault *why)
{
	char path[4096];
	int rc;

	if (h->copied) {
		snprintf(path, sizeof(path), "%s/var/log/journal", h->root_path);
		rc = lib.sd_journal_open_directory_(ret, path, 0);
	} else {
		rc = lib.sd_journal_open_(ret, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM);
	}
	return rc < 0 ? sw_fault_errno(why, -rc, "open the journal") : 0;
}

/* A field's value; false when the message has none. */
static bool value_of(sd_journal *j, const char *field, struct sw_raw *ret)
{
	const void *data;
	size_t n;

	if (lib.sd_journal_get_data_(j, field, &data, &n) < 0)
		return false;
	*ret = raw_skip(raw_from(data, n), strlen(field) + 1);
	return true;
}

/* Matches of one field are alternatives. Returns 1 if the journal has any such message. */
static int add_matches(sd_journal *j, const char *const *programs, struct sw_fault *why)
{
	int rc = 0;

	for (; *programs && rc >= 0; programs++) {
		char match[64];
		int n = snprintf(match, sizeof(match), "_COMM=%s", *programs);

		rc = lib.sd_journal_add_match_(j, match, (size_t)n);
	}
	if (rc >= 0)
		rc = lib.sd_journal_seek_tail_(j);
	if (rc >= 0)
		rc = lib.sd_journal_previous_(j);
	return rc < 0 ? sw_fault_errno(why, -rc, "look for Postfix in the journal") : rc;
}

static bool is_trusted(sd_journal *j, struct sw_raw identifier, int64_t owner)
{
	size_t slash = raw_find_last(identifier, '/');
	struct sw_raw comm;
	struct sw_raw uid;
	uint64_t n;

	if (slash < identifier.n)
		identifier = raw_skip(identifier, slash + 1);
	return value_of(j, "_COMM", &comm) && raw_same(comm, identifier) &&
	       value_of(j, "_UID", &uid) && num_from(uid, &n) &&
	       (n == 0 || (owner < 0 ? n < ORDINARY_UID : n == (uint64_t)owner));
}

static int give(sd_journal *j, int64_t owner, journal_fn fn, void *ctx)
{
	struct journal_entry entry;
	uint64_t usec;

	if (!value_of(j, "SYSLOG_IDENTIFIER", &entry.identifier))
		return 0;
	/* sd-journal's data of one field is gone when the next is asked for: keep the name */
	char name[256];
	size_t n = entry.identifier.n < sizeof(name) ? entry.identifier.n : sizeof(name);

	memcpy(name, entry.identifier.p, n);
	entry.identifier = raw_from(name, n);
	if (!is_trusted(j, entry.identifier, owner) ||
	    lib.sd_journal_get_realtime_usec_(j, &usec) < 0 || !value_of(j, "MESSAGE", &entry.text))
		return 0;
	entry.time = (int64_t)(usec / 1000000);
	return fn(&entry, ctx);
}

/* Open it, with the matches set and the last message of these programs under the hand. */
static int begin(const struct sw_host *h, const char *const *programs, sd_journal **ret,
		 struct sw_fault *why)
{
	int rc = load_library(&library, &lib, why);

	if (rc == 0)
		rc = open_journal(h, ret, why);
	if (rc == 0)
		rc = add_matches(*ret, programs, why);
	if (rc == 0)
		rc = sw_fault(why, ENOENT, "no message of Postfix in the journal");
	return rc;
}

static int end(sd_journal *j, int rc, struct sw_fault *why)
{
	if (rc < 0 && !why->code)
		sw_fault_errno(why, -rc, "read the journal");
	if (j)
		lib.sd_journal_close_(j);
	return rc;
}

int journal_window(const struct sw_host *h, int64_t since, const char *const *programs,
		   int64_t owner, journal_fn fn, void *ctx, struct sw_fault *why)
{
	sd_journal *j = NULL;
	int rc = begin(h, programs, &j, why);

	if (rc > 0)
		rc = lib.sd_journal_seek_realtime_usec_(j, (uint64_t)since * 1000000);
	while (rc >= 0 && !why->code && (rc = lib.sd_journal_next_(j)) > 0) {
		rc = give(j, owner, fn, ctx);
		if (rc)
			break;
	}
	return end(j, rc, why);
}

int journal_back(const struct sw_host *h, const char *const *programs, int64_t owner, journal_fn fn,
		 void *ctx, struct sw_fault *why)
{
	sd_journal *j = NULL;
	int rc = begin(h, programs, &j, why);

	for (int n = 0; rc > 0 && n < JOURNAL_BACK; n++) {
		rc = give(j, owner, fn, ctx);
		if (rc)
			break;
		rc = lib.sd_journal_previous_(j);
	}
	return end(j, rc, why);
}
