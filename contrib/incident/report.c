#include "incident/report.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "words/failures.h"
#include "words/source.h"

/* --- reading */

static bool is_of_past(struct sw_raw id, void *ctx)
{
	return past_has(ctx, id);
}

static int read_queues(struct report *p, struct sw_fault *why)
{
	const char *path;
	struct sw_fault cause = { 0 };
	int rc = spool_path(&p->spool, &path, &cause);

	if (rc == 0)
		rc = spool_directory(&p->spool, &cause);
	if (rc >= 0 && !spool_is_queue_directory(rc))
		rc = sw_fault(&cause, ENOENT, "%s holds no queue of Postfix", path);
	if (rc < 0) {
		p->no_queue = cause;
		return 0;
	}
	p->queued.run = p->run;
	p->queued.select = &p->select;
	p->queued.spool = rc;
	p->queued.is_of_it = is_of_past;
	p->queued.ctx = &p->past;
	return queued_read(&p->queued, why);
}

/* What of it was held and deleted before, where we may know. */
static void read_journal(struct report *p)
{
	struct journal_block *block = calloc(1, sizeof(*block));
	struct sw_fault ignored = { 0 };
	struct stat st;
	uint64_t key;

	if (block && !p->no_queue.code && fstatat(p->queued.spool, "hold", &st, 0) == 0 &&
	    state_look(p->run->host, JOURNAL_PATH, JOURNAL_VERSION, block, sizeof(*block),
		       &ignored) > 0) {
		journal_repair(block);
		key = journal_key(select_key(&p->select), st.st_dev, st.st_ino);
		for (size_t i = 0; i < JOURNAL_RECORDS; i++)
			if (block->record[i].key == key)
				p->journal = block->record[i];
	}
	free(block);
}

/* Does the instance fold UTF-8 in its maps? (smtputf8_enable) */
static bool folds_utf8(const struct spool *s)
{
	const char *text = s->main ? maincf_text(s->main, "smtputf8_enable") : NULL;

	return !text || !raw_is(raw_trim(raw_of(text)), "no");
}

static bool is_denied(int code)
{
	return code == EACCES || code == EPERM;
}

/* Where nobody let us read anything there is no report. */
static int check(const struct report *p, struct sw_fault *why)
{
	const struct queued *q = &p->queued;
	const struct sw_fault *cause = p->no_queue.code ? &p->no_queue : &q->broken;

	if (p->past.stopped || q->stopped)
		return sw_fault(why, EINTR, "ended by a signal");
	if (p->past.known > 0 || p->past.hole.doubt != LOG_DENIED || !is_denied(cause->code) ||
	    q->looked > 0)
		return 0;
	return sw_fault(why, EACCES, "neither the mail log nor the queues may be read: %s",
			cause->text.s);
}

static int count_networks(struct report *p, struct sw_fault *why)
{
	struct topk *used = p->past.used;
	int rc = topk_new(PAST_ADDRESSES, sizeof(struct network_address), sizeof(struct past_use),
			  p->run->host->secret, &p->network, why);

	for (size_t i = 0; rc == 0 && i < topk_rows(used); i++) {
		const struct topk_row *row = topk_row(used, i);
		const struct past_use *u = row->value;
		struct network_address network;
		struct past_use *all;

		memcpy(&network, row->name.p, sizeof(network));
		network = network_of(&network);
		all = topk_count(p->network,
				 raw_from((const char *)network.byte, sizeof(network.byte)),
				 row->count)
			      ->value;
		all->messages += u->messages;
		all->logins += u->logins;
		if (all->first == 0 || u->first < all->first)
			all->first = u->first;
		if (u->last > all->last)
			all->last = u->last;
	}
	return rc;
}

/* What memory there is not is missed now, and not of half a report. */
static int make_room(struct report *p, struct sw_fault *why)
{
	struct topk *const tables[] = { p->past.failed,	  p->past.used,	    p->past.sender,
					p->past.domain,	  p->past.refused,  p->network,
					p->queued.client, p->queued.domain, p->queued.script };
	size_t most = 0;

	for (size_t i = 0; i < SW_COUNT(tables); i++)
		if (tables[i] && topk_rows(tables[i]) > most)
			most = topk_rows(tables[i]);
	p->ranked = calloc(most + 1, sizeof(*p->ranked));
	return p->ranked ? 0 : sw_fault_errno(why, ENOMEM, "rank the rows");
}

static int read_all(struct report *p, struct sw_fault *why)
{
	const struct options *o = p->run->options;
	const struct spool_where where = { .config_directory = o->config_directory };
	struct sw_fault ignored = { 0 };
	int rc;

	/* what can't be known of it says each part of it */
	(void)!spool_open(p->run->host, &where, &p->spool, &ignored);
	rc = select_new(o, folds_utf8(&p->spool), &p->select, why);
	p->past.run = p->run;
	p->past.select = &p->select;
	p->past.dovecot = dovecot_logs(p->run->host, p->dovecot);
	if (rc == 0)
		rc = past_read(&p->past, &p->spool, why);
	if (rc == 0)
		rc = count_networks(p, why);
	if (rc == 0)
		rc = read_queues(p, why);
	if (rc == 0)
		rc = make_room(p, why);
	if (rc == 0)
		read_journal(p);
	return rc == 0 ? check(p, why) : rc;
}

int report_read(struct run *r, struct report **ret, struct sw_fault *why)
{
	struct report *p = calloc(1, sizeof(*p));
	int rc;

	*ret = p;
	if (!p)
		return sw_fault_errno(why, ENOMEM, "report");
	p->run = r;
	rc = read_all(p, why);
	if (rc < 0) {
		report_free(p);
		*ret = NULL;
	}
	return rc;
}

void report_free(struct report *p)
{
	queued_free(&p->queued);
	past_free(&p->past);
	select_free(&p->select);
	topk_free(p->network);
	free(p->ranked);
	spool_close(&p->spool);
	free(p);
}

/* --- what is known */

/* A blank at the end of a line may be its writer's: there the log does not tell two names apart. */
static bool is_blurred(const struct report *p)
{
	const struct sw_raw asked = p->select.asked;

	return p->select.by == BY_ACCOUNT && asked.n > 0 && asked.p[asked.n - 1] == ' ';
}

bool report_log_is_whole(const struct report *p)
{
	return (p->past.known == PAST_MINUTES || p->past.begins) && !is_blurred(p);
}

bool report_is_known(const struct report *p, uint64_t n)
{
	return n > 0 || report_log_is_whole(p);
}

static struct sw_label of_log(const struct past *past)
{
	struct sw_label l = sw_label_printed(past->known > 0 ? "of the log %u minutes are not "
							       "known, what is told is at least: "
							     : "the log is not known: ",
					     (unsigned)PAST_MINUTES - past->known);
	struct sw_label why = words_source_doubt(&past->hole, past->run->host->now, NULL);

	sw_label_append(&l, &why);
	return l;
}

bool report_not_known(const struct report *p, size_t i, struct sw_label *ret)
{
	const struct queued *q = &p->queued;
	const struct past *past = &p->past;

	if (!report_log_is_whole(p) && i-- == 0) {
		*ret = is_blurred(p)
			       ? sw_label_printed("the log does not tell a name that ends in a "
						  "blank from the one without it")
			       : of_log(past);
		return true;
	}
	if (past_lacks_dovecot(past) && i-- == 0) {
		*ret = sw_label_printed("not all that Dovecot itself logs is known: ");
		sw_label_append(ret, &past->logins.dovecot_why.text);
		return true;
	}
	if (!past_is_exact(past) && i-- == 0) {
		*ret = sw_label_printed("there are more messages than are told apart: what "
					"became of recipients is about right");
		return true;
	}
	if (past->without_id > 0 && i-- == 0) {
		*ret = sw_label_printed("of %llu messages, which a proxy filter took, senders "
					"and recipients are not known",
					(unsigned long long)past->without_id);
		return true;
	}
	if ((p->no_queue.code || q->broken.code) && i-- == 0) {
		*ret = sw_label_printed(p->no_queue.code ? "the queues are not known: "
							 : "not all queues could be read: ");
		sw_label_append(ret, p->no_queue.code ? &p->no_queue.text : &q->broken.text);
		return true;
	}
	if (q->unreadable > 0 && i-- == 0) {
		*ret = sw_label_printed("%llu queue files could not be read: ",
					(unsigned long long)q->unreadable);
		sw_label_append(ret, &q->first.text);
		return true;
	}
	return false;
}

/* --- rows */

struct sw_label report_network(struct sw_raw key)
{
	struct network_address address = { { 0 } };
	struct sw_label l = words_address(key);

	memcpy(&address, key.p, key.n < sizeof(address) ? key.n : sizeof(address));
	sw_label_print(&l, network_is_ipv4(&address) ? "/16" : "/32");
	return l;
}

static int by_count(const void *one, const void *other)
{
	const struct topk_row *a = *(const struct topk_row *const *)one;
	const struct topk_row *b = *(const struct topk_row *const *)other;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return raw_order(a->name, b->name);
}

const struct topk_row **report_rank(const struct report *p, struct topk *table, size_t *ret_n)
{
	*ret_n = table ? topk_rows(table) : 0;
	for (size_t i = 0; i < *ret_n; i++)
		p->ranked[i] = topk_row(table, i);
	qsort(p->ranked, *ret_n, sizeof(*p->ranked), by_count);
	return p->ranked;
}

/* --- commands */

/* Where the script that handed in most lies. */
static bool say_find(FILE *to, const struct report *p)
{
	size_t n;
	const struct topk_row **rows = report_rank(p, p->queued.script, &n);
	struct sw_raw name = { NULL, 0 };

	if (n > 0) {
		const size_t blank = raw_find(rows[0]->name, ' ');

		name = raw_skip(rows[0]->name, blank + 1);
		/* of code in a string only what stands before is a file */
		name.n = raw_find(name, '(');
		fprintf(to, "find / -xdev -user %.*s -name ", (int)blank, rows[0]->name.p);
		say_shell(to, name);
	}
	return n > 0;
}

bool report_say_command(FILE *to, const struct report *p, size_t i)
{
	static const char *const account[] = { "contain", "block", "hold", "delete" };
	static const char *const user[] = { "hold", "delete" };

	if (p->select.by == BY_ACCOUNT) {
		if (i < SW_COUNT(account))
			run_say_command(to, p->run, account[i]);
		return i < SW_COUNT(account);
	}
	if (i < SW_COUNT(user)) {
		run_say_command(to, p->run, user[i]);
		return true;
	}
	i -= SW_COUNT(user);
	if (i == 0)
		fprintf(to, "pgrep -a -u %llu", (unsigned long long)p->select.uid);
	return i == 0 || (i == 1 && say_find(to, p));
}
