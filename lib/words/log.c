/* log: the door's log reader (spoolwatch/log.h), over a window that counts.c has read. */
#include "spoolwatch/log.h"

#include <errno.h>
#include <stdlib.h>

#include "postfix/account.h"
#include "traffic/counts.h"
#include "words/source.h"

_Static_assert(SW_LOG_MINUTES <= (int)TRAFFIC_MINUTES, "the door promises what counts can hold");

struct sw_log {
	struct traffic counts;
	int64_t now;
	struct traffic_rank *rank; /* TRAFFIC_ACCOUNTS of them, for sw_log_top() */
};

int sw_log_open(const struct sw_host *h, const struct sw_log_where *where, unsigned minutes,
		struct sw_log **ret, struct sw_fault *why)
{
	static const struct sw_log_where usual;
	const struct sw_log_where *w = where ? where : &usual;
	const struct spool_where instance = { .config_directory = w->config_directory };
	struct log_where source = { .logfile = w->logfile };
	struct sw_fault ignored = { 0 };
	struct sw_log *log;
	struct spool spool;
	int rc;

	*ret = NULL;
	if (minutes < 1 || minutes > SW_LOG_MINUTES)
		return sw_fault(why, EINVAL, "%u minutes of a log, allowed are 1 to %d", minutes,
				SW_LOG_MINUTES);
	log = calloc(1, sizeof(*log));
	if (log)
		log->rank = calloc(TRAFFIC_ACCOUNTS, sizeof(*log->rank));
	if (!log || !log->rank) {
		free(log);
		return sw_fault_errno(why, ENOMEM, "read the mail log");
	}
	(void)!spool_open(h, &instance, &spool, &ignored);
	source.spool = &spool;
	rc = traffic_read(&log->counts, h, &source, minutes, !w->without_local, why);
	spool_close(&spool);
	log->now = h->now;
	if (rc < 0)
		sw_log_close(log);
	else
		*ret = log;
	return rc < 0 ? rc : 0;
}

struct sw_label sw_log_source(const struct sw_log *log)
{
	const struct log_report *report = &log->counts.report;

	return report->chosen < report->candidates ? report->candidate[report->chosen].where
						   : label_new();
}

bool sw_log_minute(const struct sw_log *log, unsigned i, struct sw_log_minute *ret)
{
	const struct log_reason *why;

	if (i >= log->counts.minutes)
		return false;
	*ret = (struct sw_log_minute){
		.start = log->counts.start + 60 * (int64_t)i,
		.messages = log->counts.total[TRAFFIC_MESSAGES][i],
		.recipients = log->counts.total[TRAFFIC_RECIPIENTS][i],
	};
	if (log_proof_state(&log->counts.proof, i, 1, &why) != LOG_MINUTE_KNOWN) {
		struct sw_label text = words_source_doubt(why, log->now, NULL);

		fault_label(&ret->why, ENODATA, &text);
	}
	return true;
}

static struct sw_log_account account(const struct traffic *s, const struct traffic_rank *rank,
				     unsigned first, unsigned n)
{
	struct traffic_peers peers;

	traffic_peers_of(s, rank->row, first, n, &peers);
	return (struct sw_log_account){
		.kind = account_kind(rank->key),
		.name = traffic_name(s, rank),
		.key = rank->key,
		.messages = traffic_sum(s, rank->row, TRAFFIC_MESSAGES, first, n),
		.recipients = traffic_sum(s, rank->row, TRAFFIC_RECIPIENTS, first, n),
		.addresses = traffic_sum(s, rank->row, TRAFFIC_ADDRESSES, first, n),
		.error = rank->error,
		.address = peers.address,
		.client = peers.name,
		.from_address = peers.count,
	};
}

size_t sw_log_top(const struct sw_log *log, enum sw_log_kind kind, unsigned first, unsigned n,
		  struct sw_log_account *ret, size_t max)
{
	static const enum traffic_what what[] = { [SW_LOG_MESSAGES] = TRAFFIC_MESSAGES,
						  [SW_LOG_RECIPIENTS] = TRAFFIC_RECIPIENTS,
						  [SW_LOG_ADDRESSES] = TRAFFIC_ADDRESSES };
	const struct traffic *s = &log->counts;
	unsigned left = first < s->minutes ? s->minutes - first : 0;
	size_t most = max < TRAFFIC_ACCOUNTS ? max : TRAFFIC_ACCOUNTS;
	size_t all;

	n = n < left ? n : left;
	all = traffic_top(s, what[kind], first, n, 1, true, log->rank, most);
	for (size_t i = 0; i < all && i < most; i++)
		ret[i] = account(s, &log->rank[i], first, n);
	return all;
}

void sw_log_close(struct sw_log *log)
{
	if (!log)
		return;
	traffic_free(&log->counts);
	free(log->rank);
	free(log);
}
