#include "traffic/logins.h"

#include "base/topk.h"
#include "postfix/account.h"
#include "traffic/events.h"
#include "traffic/role.h"

struct search {
	struct logins_query *query;
	struct topk *account[LOGINS_QUESTIONS];
	size_t n;
	int64_t since;
};

/* Of smtpd alone; and of a tag that was cut, what reads as its line. */
static unsigned smtpd_alone(struct sw_raw program)
{
	enum role role = role_of(program);

	return role == ROLE_SMTPD || role == ROLE_UNKNOWN ? role : ROLE_NOBODY;
}

static int take(const struct log_message *message, void *ctx)
{
	struct search *s = ctx;
	struct event_client client;
	char buf[ACCOUNT_KEY];

	if (message->time < s->since || !event_client(message->text, &client) || client.user.n == 0)
		return 0;
	for (size_t i = 0; i < s->n; i++)
		if (s->query[i].is_client(client.address, s->query[i].ctx))
			topk_count(s->account[i], account_login(client.user, buf), 1);
	return 0;
}

static void answer(const struct sw_host *h, struct topk *account, struct logins_query *q)
{
	const struct topk_row *most = NULL;

	for (size_t i = 0; i < topk_rows(account); i++) {
		const struct topk_row *row = topk_row(account, i);

		if (!most || row->count > most->count ||
		    (row->count == most->count && raw_order(row->name, most->name) < 0))
			most = row;
	}
	q->account = most ? account_name(h, most->name) : (struct sw_label){ .n = 0 };
	q->others = most ? topk_rows(account) - 1 : 0;
}

int logins_find(const struct sw_host *h, const struct log_where *where, struct logins_query *q,
		size_t n, struct sw_fault *why)
{
	struct search s = { .query = q,
			    .n = n < LOGINS_QUESTIONS ? n : LOGINS_QUESTIONS,
			    .since = h->now - LOGINS_OLDEST };
	struct log_where asked = *where;
	struct log_report report;
	struct log_proof proof;
	int rc = 0;

	asked.role = smtpd_alone;
	asked.may_matter = role_may_matter;
	asked.dull = role_dull;
	log_proof_begin(&proof, h->now, s.since, 1);
	for (size_t i = 0; i < s.n && rc == 0; i++)
		rc = topk_new(LOGINS_ACCOUNTS, ACCOUNT_SOUGHT_KEY, 0, h->secret, &s.account[i],
			      why);
	if (rc == 0)
		rc = log_read(h, &asked, s.since, take, &s, &proof, &report, why);
	log_proof_passing(&proof, why);
	for (size_t i = 0; i < s.n; i++) {
		if (rc == 0)
			answer(h, s.account[i], &q[i]);
		topk_free(s.account[i]);
	}
	return rc;
}
