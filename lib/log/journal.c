#include "log/journal.h"

#include "os/journal.h"

/* Whoever of Postfix speaks proves that the journal is heard; the first ones are counted. */
static const char *const programs[] = { "smtpd",      "qmgr",	  "pickup",	     "cleanup",
					"master",     "smtp",	  "bounce",	     "local",
					"lmtp",	      "virtual",  "error",	     "pipe",
					"postscreen", "anvil",	  "trivial-rewrite", "qmqpd",
					"postdrop",   "sendmail", "tlsproxy",	     "postsuper",
					"proxymap",   "nqmgr",	  "oqmgr",	     "tlsmgr",
					"verify",     "scache",	  "discard",	     "dnsblog",
					NULL };

/*
 * What others say proves nothing of Postfix: journald, of what it threw away, and who else knows of
 * logins.
 */
static const char journald[] = "systemd-journald";
static const char *const others[] = { journald, "dovecot", "saslauthd", NULL };
static const char *const no_logins[] = { journald, NULL };

struct listener {
	const struct log_where *where;
	log_fn fn;
	void *ctx;
	struct log_scratch scratch;
	struct log_head head; /* of the entry */
	struct sw_label name; /* syslog_name of an instance that was not asked for */
};

/* A container's line has a header of its own; its time is the journal's all the same. */
static bool read_contained(struct listener *l, const struct journal_entry *entry)
{
	return log_header(entry->text, &l->scratch, &l->head);
}

static bool read_own(struct listener *l, const struct journal_entry *entry)
{
	size_t slash = raw_find_last(entry->identifier, '/');

	if (slash == entry->identifier.n)
		return false;
	l->head = (struct log_head){ .tag = entry->identifier,
				     .syslog_name = raw_from(entry->identifier.p, slash),
				     .program = raw_skip(entry->identifier, slash + 1),
				     .text = entry->text,
				     .is_postfix = true };
	return true;
}

static int take_other(struct listener *l, struct log_message *message)
{
	message->is_other = true;
	if (raw_is(l->head.tag, journald)) {
		message->program = l->head.tag;
		return l->fn(message, l->ctx);
	}
	message->role = l->where->others ? l->where->others(l->head.tag) : 0;
	return message->role ? l->fn(message, l->ctx) : 0;
}

static int take(const struct journal_entry *entry, void *ctx)
{
	struct listener *l = ctx;
	struct log_message message = { .time = entry->time };

	if (entry->other)
		l->head = (struct log_head){ .tag = entry->identifier, .text = entry->text };
	else if (entry->contained ? !read_contained(l, entry) : !read_own(l, entry))
		return 0;
	message.program = l->head.program;
	message.text = l->head.text;
	message.repeated = l->head.repeated;
	message.pid = entry->contained ? 0 : entry->pid;
	if (!l->head.is_postfix)
		return take_other(l, &message);
	message.role = l->where->role ? l->where->role(message.program) : 1;
	if (l->where->wanted && !l->where->wanted(l->head.syslog_name, l->where->wanted_ctx)) {
		if (l->name.n == 0)
			l->name = sw_label_from(l->head.syslog_name);
		return 0;
	}
	return l->fn(&message, l->ctx);
}

static int64_t owner_of(const struct log_where *where)
{
	return where->spool ? spool_mail_owner(where->spool) : -1;
}

static int keep_time(const struct log_message *message, void *ctx)
{
	if (message->is_other)
		return 0;
	*(int64_t *)ctx = message->time;
	return 1; /* the last one is the first that is given */
}

int log_journal_last(const struct sw_host *h, const struct log_where *where, int64_t *ret,
		     struct sw_label *name, struct sw_fault *why)
{
	struct listener l = { .where = where, .fn = keep_time, .ctx = ret };
	struct journal_query query = { .programs = programs,
				       .owner = owner_of(where),
				       .backwards = true,
				       .fn = take,
				       .ctx = &l };
	int rc = journal_read(h, &query, why);

	*name = l.name;
	return rc < 0 ? rc : 0;
}

int log_journal_read(const struct sw_host *h, const struct log_where *where, int64_t since,
		     log_fn fn, void *ctx, int64_t *begins, struct sw_fault *why)
{
	struct listener l = { .where = where, .fn = fn, .ctx = ctx };
	struct journal_query query = { .programs = programs,
				       .others = where->others ? others : no_logins,
				       .owner = owner_of(where),
				       .since = since,
				       .fn = take,
				       .ctx = &l };
	int rc = journal_read(h, &query, why);

	*begins = query.begins;
	return rc;
}
