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

struct listener {
	const struct log_where *where;
	log_fn fn;
	void *ctx;
};

static int take(const struct journal_entry *entry, void *ctx)
{
	const struct listener *l = ctx;
	size_t slash = raw_find_last(entry->identifier, '/');
	struct log_message message = { .time = entry->time };

	if (slash == entry->identifier.n)
		return 0;
	message.head.tag = entry->identifier;
	message.head.syslog_name = raw_from(entry->identifier.p, slash);
	message.head.program = raw_skip(entry->identifier, slash + 1);
	message.head.text = entry->text;
	message.head.is_postfix = true;
	message.role = l->where->role ? l->where->role(message.head.program) : 1;
	if (l->where->wanted && !l->where->wanted(message.head.syslog_name, l->where->wanted_ctx))
		return 0;
	return l->fn(&message, l->ctx);
}

static int64_t owner_of(const struct log_where *where)
{
	return where->spool ? spool_mail_owner(where->spool) : -1;
}

static int keep_time(const struct log_message *message, void *ctx)
{
	*(int64_t *)ctx = message->time;
	return 1; /* the last one is the first that is given */
}

int log_journal_last(const struct sw_host *h, const struct log_where *where, int64_t *ret,
		     struct sw_fault *why)
{
	struct listener l = { where, keep_time, ret };
	int rc = journal_back(h, programs, owner_of(where), take, &l, why);

	return rc < 0 ? rc : 0;
}

int log_journal_read(const struct sw_host *h, const struct log_where *where, int64_t since,
		     log_fn fn, void *ctx, struct sw_fault *why)
{
	struct listener l = { where, fn, ctx };

	return journal_window(h, since, programs, owner_of(where), take, &l, why);
}
