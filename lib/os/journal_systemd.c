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
	X(sd_journal_seek_head)                                                                    \
	X(sd_journal_add_disjunction)                                                              \
	X(sd_journal_query_unique)                                                                 \
	X(sd_journal_enumerate_unique)                                                             \
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

/* Matches of one field are alternatives. */
static int match_programs(sd_journal *j, const char *const *programs)
{
	int rc = 0;

	for (; *programs && rc >= 0; programs++) {
		char match[64];
		int n = snprintf(match, sizeof(match), "_COMM=%s", *programs);

		rc = lib.sd_journal_add_match_(j, match, (size_t)n);
	}
	return rc;
}

/* Or what any container has said: the journal's index knows their names. */
static int match_containers(sd_journal *j)
{
	const void *name;
	size_t n;
	int rc = lib.sd_journal_query_unique_(j, "CONTAINER_NAME");

	for (int i = 0; i < JOURNAL_CONTAINERS && rc >= 0; i++) {
		rc = lib.sd_journal_enumerate_unique_(j, &name, &n);
		if (rc <= 0)
			break;
		if (i == 0)
			rc = lib.sd_journal_add_disjunction_(j);
		if (rc >= 0)
			rc = lib.sd_journal_add_match_(j, name, n);
	}
	return rc;
}

/* Or what the others have said. */
static int match_others(sd_journal *j, const char *const *others)
{
	int rc = others && *others ? lib.sd_journal_add_disjunction_(j) : 0;

	for (; others && *others && rc >= 0; others++) {
		char match[64];
		int n = snprintf(match, sizeof(match), "SYSLOG_IDENTIFIER=%s", *others);

		rc = lib.sd_journal_add_match_(j, match, (size_t)n);
	}
	return rc;
}

static bool is_other(sd_journal *j, struct sw_raw identifier, const char *const *others)
{
	enum { COMM = 15 }; /* the kernel cuts a name there: systemd-journal */
	struct sw_raw comm = raw_from(identifier.p, identifier.n < COMM ? identifier.n : COMM);
	struct sw_raw value;
	bool is = false;

	for (; others && *others; others++)
		is |= raw_is(identifier, *others);
	return is && value_of(j, "_UID", &value) && raw_is(value, "0") &&
	       value_of(j, "_COMM", &value) && (raw_same(value, comm) || raw_is(value, "log"));
}

static int64_t first_entry(sd_journal *j)
{
	uint64_t usec;

	if (lib.sd_journal_seek_head_(j) < 0 || lib.sd_journal_next_(j) <= 0 ||
	    lib.sd_journal_get_realtime_usec_(j, &usec) < 0)
		return 0;
	return (int64_t)(usec / 1000000);
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

/* A runtime runs as root; what the container's programs say is theirs. */
static bool is_contained(sd_journal *j)
{
	struct sw_raw value;

	return value_of(j, "CONTAINER_NAME", &value) && value_of(j, "_UID", &value) &&
	       raw_is(value, "0");
}

static int give(sd_journal *j, const struct journal_query *query)
{
	struct journal_entry entry = { .contained = is_contained(j) };
	struct sw_raw pid;
	uint64_t usec;

	if (value_of(j, "_PID", &pid) && !num_from(pid, &entry.pid))
		entry.pid = 0;
	if (!value_of(j, "SYSLOG_IDENTIFIER", &entry.identifier))
		return 0;
	/* sd-journal's data of one field is gone when the next is asked for: keep the name */
	char name[256];
	size_t n = entry.identifier.n < sizeof(name) ? entry.identifier.n : sizeof(name);

	memcpy(name, entry.identifier.p, n);
	entry.identifier = raw_from(name, n);
	entry.other = !entry.contained && is_other(j, entry.identifier, query->others);
	if ((!entry.contained && !entry.other && !is_trusted(j, entry.identifier, query->owner)) ||
	    lib.sd_journal_get_realtime_usec_(j, &usec) < 0 || !value_of(j, "MESSAGE", &entry.text))
		return 0;
	entry.time = (int64_t)(usec / 1000000);
	return query->fn(&entry, query->ctx);
}

/* Open it, with the matches set and the last message of these under the hand. */
static int begin(const struct sw_host *h, struct journal_query *query, sd_journal **ret,
		 struct sw_fault *why)
{
	int rc = load_library(&library, &lib, why);

	if (rc == 0)
		rc = open_journal(h, ret, why);
	if (rc < 0)
		return rc;
	query->begins = first_entry(*ret);
	rc = match_programs(*ret, query->programs);
	if (rc >= 0)
		rc = match_containers(*ret);
	if (rc >= 0)
		rc = match_others(*ret, query->others);
	if (rc >= 0)
		rc = lib.sd_journal_seek_tail_(*ret);
	if (rc >= 0)
		rc = lib.sd_journal_previous_(*ret);
	if (rc < 0)
		return sw_fault_errno(why, -rc, "look for Postfix in the journal");
	if (rc == 0)
		return sw_fault(why, ENOENT, "no message of Postfix in the journal");
	return rc;
}

static int read_back(sd_journal *j, const struct journal_query *query)
{
	int rc = 1;

	for (int n = 0; rc > 0 && n < JOURNAL_BACK; n++) {
		rc = give(j, query);
		if (rc)
			return rc;
		rc = lib.sd_journal_previous_(j);
	}
	return rc < 0 ? rc : 0;
}

static int read_on(sd_journal *j, const struct journal_query *query)
{
	int rc = lib.sd_journal_seek_realtime_usec_(j, (uint64_t)query->since * 1000000);

	while (rc >= 0 && (rc = lib.sd_journal_next_(j)) > 0) {
		rc = give(j, query);
		if (rc)
			break;
	}
	return rc;
}

int journal_read(const struct sw_host *h, struct journal_query *query, struct sw_fault *why)
{
	sd_journal *j = NULL;
	int rc;

	query->begins = 0;
	rc = begin(h, query, &j, why);
	if (rc > 0)
		rc = query->backwards ? read_back(j, query) : read_on(j, query);
	if (rc < 0 && !why->code)
		sw_fault_errno(why, -rc, "read the journal");
	if (j)
		lib.sd_journal_close_(j);
	return rc;
}
