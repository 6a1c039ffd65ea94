#include "incident/guard_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "incident/mynetworks.h"
#include "incident/origin.h"
#include "incident/who.h"
#include "os/clock.h"
#include "postfix/account.h"
#include "queue/plain.h"
#include "queue/reason.h"
#include "traffic/refusal.h"

enum { NETWORKS = 256 };

/* What is kept of one account. */
struct shown {
	struct guard_account *account;
	struct network_address network[NETWORKS];
};

struct looking {
	int64_t since; /* messages that arrived before do not count */
	int64_t until; /* in clock_ms() */
	int spool;
	struct sw_raw mynetworks;
	struct shown *of;
	size_t n;
	struct sw_raw key; /* of guard_files_is_held() */
	struct sw_queue_file file;
	char log[WHO_LOG];
};

static void count_network(struct shown *s, const struct network_address *address)
{
	struct guard_files *files = &s->account->facts.files;
	struct network_address network = network_of(address);
	uint64_t k = 0;

	while (k < files->networks && memcmp(&s->network[k], &network, sizeof(network)) != 0)
		k++;
	if (k == files->networks && k < NETWORKS) {
		s->network[k] = network;
		files->networks++;
	}
	files->intruder += s->account->facts.failures > 0 &&
			   memcmp(&s->account->intruder, &network, sizeof(network)) == 0;
}

/* bounce(8) alone writes these: a user's lines in the mail log are not in them. */
static void count_refused(struct looking *l, struct guard_files *files, const char *logs,
			  const struct sw_queue_message *m)
{
	int fd = who_log_open(l->spool, logs, m);
	ssize_t n = fd < 0 ? 0 : queue_plain_pread(&fd, l->log, sizeof(l->log), 0);
	struct sw_raw rest = raw_from(l->log, n > 0 ? (size_t)n : 0);
	struct queue_reason entry;

	if (fd >= 0)
		close(fd);
	while (queue_reason_next(&rest, &entry)) {
		struct delivery d = { .recipient = entry.recipient, .said = entry.reason };
		struct refusal_reason reason = refusal_reason(&d);

		files->refused += reason.kind == REFUSAL_UNKNOWN_USER ||
				  (reason.kind == REFUSAL_REPUTATION && !reason.at_connect);
	}
}

static void count(struct looking *l, struct shown *s, const struct sw_queue_message *m)
{
	struct guard_files *files = &s->account->facts.files;
	struct network_address address;
	char buf[ORIGIN_CLIENT];

	files->messages++;
	if (network_address(origin_client(&l->file, buf), &address)) {
		count_network(s, &address);
		files->ours += mynetworks_has(l->mynetworks, &address);
	}
	if (s->account->facts.refused > 0) {
		count_refused(l, files, "defer", m);
		count_refused(l, files, "bounce", m);
	}
}

/* The account of the file at hand that still wants messages. */
static struct shown *find(struct looking *l)
{
	char buf[ACCOUNT_KEY];
	struct sw_raw key = account_login(l->file.sasl_login, buf);

	for (size_t i = 0; l->file.sasl_login.n > 0 && i < l->n; i++)
		if (raw_same(l->of[i].account->key, key))
			return l->of[i].account->facts.files.messages < GUARD_FILES_MOST ? &l->of[i]
											 : NULL;
	return NULL;
}

static bool is_enough(const struct looking *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->of[i].account->facts.files.messages < GUARD_FILES_MOST)
			return false;
	return true;
}

static int look(const struct sw_queue_message *m, void *ctx)
{
	struct looking *l = ctx;
	struct sw_fault ignored = { 0 };
	struct shown *s;

	if (clock_ms() >= l->until)
		return 1;
	if (sw_queue_file_read(m->directory, m->id, SW_QUEUE_FILE_WHO, &l->file, &ignored) < 0)
		return 0;
	s = find(l);
	/* the client stands behind what WHO reads of one who logged in */
	if (!s ||
	    sw_queue_file_read(m->directory, m->id, SW_QUEUE_FILE_ALL, &l->file, &ignored) < 0 ||
	    find(l) != s || l->file.arrival_time < l->since)
		return 0;
	count(l, s, m);
	return is_enough(l);
}

static int look_all(struct looking *l, struct sw_fault *why)
{
	static const char *const queues[] = { "incoming", "active", "deferred", "hold" };
	struct sw_fault cause = { 0 };
	size_t failed = 0;
	int rc = 0;

	for (size_t i = 0; rc <= 0 && i < SW_COUNT(queues); i++) {
		rc = sw_queue_each(l->spool, queues[i], look, l, &cause);
		failed += rc < 0;
	}
	return failed < SW_COUNT(queues) ? 0 : fault_wrap(why, &cause, "%s", "");
}

int guard_files_read(const struct sw_host *h, int spool, struct sw_raw mynetworks,
		     struct guard_account *account, size_t n, struct sw_fault *why)
{
	struct looking *l = calloc(1, sizeof(*l));
	int rc = -ENOMEM;

	if (l)
		l->of = calloc(n + 1, sizeof(*l->of));
	if (!l || !l->of) {
		sw_fault_errno(why, ENOMEM, "look into the queues");
	} else {
		l->since = h->now - 60 * (int64_t)GUARD_WINDOW;
		l->until = clock_ms() + GUARD_FILES_MS;
		l->spool = spool;
		l->mynetworks = mynetworks;
		l->n = n;
		for (size_t i = 0; i < n; i++)
			l->of[i].account = &account[i];
		rc = look_all(l, why);
	}
	if (l)
		free(l->of);
	free(l);
	return rc;
}

static int is_of(const struct sw_queue_message *m, void *ctx)
{
	struct looking *l = ctx;
	struct sw_fault ignored = { 0 };
	char buf[ACCOUNT_KEY];

	return sw_queue_file_read(m->directory, m->id, SW_QUEUE_FILE_WHO, &l->file, &ignored) ==
		       0 &&
	       raw_same(account_login(l->file.sasl_login, buf), l->key);
}

bool guard_files_is_held(int spool, struct sw_raw key)
{
	struct looking *l = calloc(1, sizeof(*l));
	struct sw_fault ignored = { 0 };
	bool is = true;

	if (l) {
		l->key = key;
		is = sw_queue_each(spool, "hold", is_of, l, &ignored) != 0;
	}
	free(l);
	return is;
}
