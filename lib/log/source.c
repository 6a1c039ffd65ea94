#include "log/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/journal.h"
#include "log/set.h"
#include "postfix/spool.h"

/* A file that nobody has written to for an hour may be a forgotten one; then the journal is asked.
 */
enum { PATH_BYTES = 4096, FRESH = 3600, CLOCKS_DIFFER = 120, QUIET = 600 };

/* Debian and Ubuntu; Red Hat; SUSE; then logs that hold more than mail. */
static const char *const usual[] = { "mail.log", "maillog", "mail", "syslog", "messages" };

struct reading {
	const struct log_source_where *where;
	struct log_clock *clock;
	log_source_fn fn;
	void *ctx;
	uint64_t messages;
	struct log_source_report *report;
};

bool log_source_time(struct log_clock *clock, const struct log_source_message *message,
		     int64_t *ret)
{
	if (message->head.stamp.n > 0)
		return log_stamp_time(clock, message->head.stamp, ret);
	*ret = message->time;
	return true;
}

static bool is_wanted(const struct log_source_where *where, struct sw_raw tag)
{
	size_t slash = raw_find_last(tag, '/');

	return slash < tag.n &&
	       (!where->wanted || where->wanted(raw_from(tag.p, slash), where->wanted_ctx));
}

static int take_line(struct sw_raw line, void *ctx)
{
	struct reading *r = ctx;
	struct log_source_message message = { .time = 0 };

	if (!log_header(line, &message.head) ||
	    (r->where->wanted && !is_wanted(r->where, message.head.tag)))
		return 0;
	r->messages++;
	return r->fn(&message, r->ctx);
}

static int take_entry(const struct journal_entry *entry, void *ctx)
{
	struct reading *r = ctx;
	size_t slash = raw_find_last(entry->identifier, '/');
	struct log_source_message message = {
		.head = { .tag = entry->identifier,
			  .daemon = raw_skip(entry->identifier, slash + 1),
			  .text = entry->text },
		.time = entry->time,
	};

	if (!is_wanted(r->where, entry->identifier))
		return 0;
	r->messages++;
	r->report->has_last = true;
	r->report->last = entry->time;
	return r->fn(&message, r->ctx);
}

static void join(char path[PATH_BYTES], const char *directory, const char *name)
{
	if (strchr(name, '/'))
		snprintf(path, PATH_BYTES, "%s%s", *name == '/' ? "" : "/", name);
	else
		snprintf(path, PATH_BYTES, "%s/%s", directory, name);
}

/* The paths to try, in order: false when there is no i-th. */
static bool candidate(const struct sw_host *h, const struct log_source_where *where, size_t i,
		      char path[PATH_BYTES])
{
	const char *directory = where->logdir ? where->logdir : "/var/log";
	struct sw_fault ignored = { 0 };

	if (where->logfile) {
		join(path, directory, where->logfile);
		return i == 0;
	}
	if (i == 0) {
		if (!where->config_directory ||
		    maincf_get(h, where->config_directory, "maillog_file", path, PATH_BYTES,
			       &ignored) <= 0 ||
		    strcmp(path, "/dev/stdout") == 0)
			path[0] = '\0';
		return true;
	}
	if (i > SW_COUNT(usual))
		return false;
	join(path, directory, usual[i - 1]);
	return true;
}

/* With the fix: /var/log/mail.log is root:adm 0640 on Debian. */
static int denied(const struct sw_fault *cause, struct sw_fault *why)
{
	int rc = fault_wrap(why, cause, "%s", "");

	sw_label_print(&why->text, ": add group adm to the section of the plugin in plugin-conf.d");
	return rc;
}

/* Open the first log that there is. */
static int open_set(const struct sw_host *h, const struct log_source_where *where, int64_t since,
		    struct log_set *set, char path[PATH_BYTES], struct sw_fault *why)
{
	struct sw_label tried = label_new();
	struct sw_fault refused = { 0 };

	for (size_t i = 0; candidate(h, where, i, path); i++) {
		struct sw_fault cause = { 0 };
		int rc;

		if (!*path)
			continue;
		rc = log_set_open(h, &(struct log_set_request){ .path = path, .since = since }, set,
				  &cause);
		if (rc == 0)
			return 0;
		sw_label_print(&tried, "%s%s", tried.n ? ", " : "", path);
		if (rc != -ENOENT && !refused.code)
			refused = cause;
	}
	if (refused.code == EACCES)
		return denied(&refused, why);
	if (refused.code)
		return fault_wrap(why, &refused, "%s", "");
	return sw_fault(why, ENOENT, "no mail log (tried %s): set env.logfile", tried.s);
}

static int read_set(struct reading *r, const struct log_set *set, int64_t since,
		    struct sw_fault *why)
{
	int rc = 0;

	for (size_t i = 0; i < set->n && rc == 0; i++) {
		const struct log_set_file *source = &set->file[i];
		struct sw_fault damaged = { 0 };

		if (source->fd < 0) {
			if (source->sure)
				r->report->unread = source->why.text;
			continue;
		}
		if (source->format == LOG_PLAIN) {
			rc = log_file_window(source->fd, r->clock, since, r->where->words,
					     take_line, r, why);
			if (log_file_last(source->fd, r->clock, &r->report->last))
				r->report->has_last = true;
			continue;
		}
		rc = log_file_compressed(source->fd, source->format, r->where->words, take_line, r,
					 &damaged);
		if (rc < 0 && damaged.code) {
			r->report->unread = sw_label_printed("%s: ", source->name);
			sw_label_append(&r->report->unread, &damaged.text);
			rc = 0;
		}
	}
	return rc;
}

/*
 * When did Postfix last take, move or finish a message? 0: there is no Postfix here; -EACCES: that
 * may not be seen.
 */
static int64_t queue_moved(const struct sw_host *h, const struct log_source_where *where)
{
	static const char *const queues[] = { "incoming", "active", "maildrop" };
	char path[MAINCF_VALUE];
	struct sw_fault ignored = { 0 };
	int64_t latest = 0;
	int spool;
	int rc;

	if (!where->config_directory)
		return 0;
	rc = queue_directory(h, where->config_directory, path, &ignored);
	if (rc < 0)
		return rc == -EACCES ? rc : 0;
	spool = host_openat(h, path, O_PATH | O_DIRECTORY, &ignored);
	if (spool == -EACCES)
		return spool;
	for (size_t i = 0; spool >= 0 && i < SW_COUNT(queues); i++) {
		struct stat st;

		if (fstatat(spool, queues[i], &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    st.st_mtime > latest && st.st_mtime <= h->now)
			latest = st.st_mtime;
	}
	if (spool >= 0)
		close(spool);
	return latest;
}

/* Calm in the log is news only if the log is alive and its clock is ours. */
static int check_age(const struct sw_host *h, const struct log_source_where *where,
		     const struct log_source_report *report, struct sw_fault *why)
{
	int64_t quiet = h->now - (report->has_last ? report->last : 0);
	int64_t moved;

	if (report->has_last && report->last > h->now + CLOCKS_DIFFER && !h->replayed)
		return sw_fault(why, ESTALE,
				"%s: its last time stamp lies %lld s in the future: a wrong "
				"clock or time zone (TZ)",
				report->source.s, (long long)(report->last - h->now));
	if (report->has_last && quiet < QUIET)
		return 0;
	moved = queue_moved(h, where);
	if (moved == -EACCES)
		return sw_fault(why, ESTALE,
				"%s is quiet, and whether the queue of Postfix moves may not "
				"be seen (env.config_directory)",
				report->source.s);
	if (moved < h->now - QUIET || (report->has_last && moved < report->last + CLOCKS_DIFFER))
		return 0;
	if (!report->has_last)
		return sw_fault(why, ESTALE,
				"%s holds no time stamp, but the queue of Postfix moved %lld "
				"s ago: set env.logfile or env.journal",
				report->source.s, (long long)(h->now - moved));
	return sw_fault(why, ESTALE,
			"%s ends %lld s ago, but the queue of Postfix moved %lld s ago: set "
			"env.logfile or env.journal",
			report->source.s, (long long)quiet, (long long)(h->now - moved));
}

/* The user that Postfix's daemons run as (mail_owner): the owner of its active queue. */
static int64_t mail_owner(const struct sw_host *h, const struct log_source_where *where)
{
	char path[MAINCF_VALUE + 16];
	struct sw_fault ignored = { 0 };
	struct stat st;
	int64_t owner = -1;
	int fd;

	if (!where->config_directory ||
	    queue_directory(h, where->config_directory, path, &ignored) < 0)
		return -1;
	strcat(path, "/active");
	fd = host_openat(h, path, O_PATH | O_DIRECTORY, &ignored);
	if (fd >= 0 && fstat(fd, &st) == 0)
		owner = (int64_t)st.st_uid;
	if (fd >= 0)
		close(fd);
	return owner;
}

static int read_journal(const struct sw_host *h, struct reading *r, int64_t since,
			struct sw_fault *why)
{
	static const char *const daemons[] = { "smtpd", "qmgr", "pickup", NULL };

	r->report->source = sw_label_printed("the journal");
	return journal_window(h, since - LOG_DISORDER, daemons, mail_owner(h, r->where), take_entry,
			      r, why);
}

static bool is_fresh(const struct sw_host *h, const struct log_set *set)
{
	return set->n > 0 && set->file[set->n - 1].written >= h->now - FRESH;
}

int log_source_window(const struct sw_host *h, const struct log_source_where *where, int64_t since,
		      struct log_clock *clock, log_source_fn fn, void *ctx,
		      struct log_source_report *report, struct sw_fault *why)
{
	struct reading r = {
		.where = where, .clock = clock, .fn = fn, .ctx = ctx, .report = report
	};
	bool may_ask = where->journal == LOG_SOURCE_JOURNAL_AUTO && !where->logfile;
	struct sw_fault no_journal = { 0 };
	struct log_set set;
	char path[PATH_BYTES];
	int rc;

	*report = (struct log_source_report){ .has_last = false };
	if (where->journal == LOG_SOURCE_JOURNAL_YES) {
		rc = read_journal(h, &r, since, why);
		return rc ? rc : check_age(h, where, report, why);
	}
	rc = open_set(h, where, log_stamp_before_change(since - LOG_DISORDER, h->now), &set, path,
		      why);
	if (may_ask && (rc < 0 || !is_fresh(h, &set))) {
		int journal = read_journal(h, &r, since, &no_journal);

		if (r.messages > 0 || (journal == 0 && rc < 0)) {
			if (rc == 0)
				log_set_close(&set);
			*why = (struct sw_fault){ 0 };
			if (journal)
				*why = no_journal;
			return journal ? journal : check_age(h, where, report, why);
		}
	}
	if (rc < 0)
		return rc;
	report->source = sw_label_from(raw_of(path));
	report->unread = set.incomplete.text;
	rc = read_set(&r, &set, since, why);
	log_set_close(&set);
	return rc ? rc : check_age(h, where, report, why);
}

static int one_is_enough(const struct log_source_message *message, void *ctx)
{
	(void)message;
	(void)ctx;
	return 1;
}

int log_source_probe(const struct sw_host *h, const struct log_source_where *where,
		     struct sw_fault *why)
{
	struct log_source_report report;
	struct log_clock clock = { .now = h->now };
	int rc = log_source_window(h, where, h->now, &clock, one_is_enough, NULL, &report, why);

	/* a log that is old or quiet is a log all the same */
	if (rc == -ESTALE)
		*why = (struct sw_fault){ 0 };
	return rc < 0 && rc != -ESTALE ? rc : 0;
}
