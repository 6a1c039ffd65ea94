#include "parts/limits.h"

#include <errno.h>
#include <stdlib.h>

#include "base/print.h"
#include "parts/account_field.h"
#include "words/share.h"

bool limits_of(struct sw_munin *m, const struct traffic_rank *account, uint64_t *ret)
{
	struct sw_field f = account_field(account->key);
	char name[SW_FIELD_MAX + 8];

	print_text(name, sizeof(name), "limit_%s", f.s);
	return munin_number(m, name, "limit_FIELD", ret);
}

struct over {
	unsigned n[MINUTES_HISTORY_MAX]; /* accounts, at each point */
	struct sw_label who;		 /* at the last one */
};

static void count(const struct account_graphs *r, const struct traffic_rank *account,
		  struct over *over)
{
	uint64_t sums[MINUTES_HISTORY_MAX];
	struct sw_label one;
	uint64_t limit;
	bool is_over = false;

	if (!limits_of(r->m, account, &limit))
		return;
	traffic_each_sum(&r->s, account->row, TRAFFIC_MESSAGES, minutes_first(0), MINUTES_WINDOW,
			 sums, r->history);
	for (unsigned i = 0; i < r->history; i++) {
		is_over = sums[i] > limit * MINUTES_WINDOW;
		over->n[i] += is_over;
	}
	if (!is_over)
		return;
	one = words_account_limit(&r->s, account, limit);
	words_then(&over->who, &one);
}

void limits_add(struct account_graphs *r)
{
	struct sw_munin_field f = account_graphs_series(
		r, (struct sw_munin_field){
			   .name = sw_field_own("over_limit"),
			   .label = sw_label_printed("accounts over their limit"),
			   .own_levels = true,
			   .info = "Accounts that send more than their env.limit_FIELD" });
	struct over over = { .n = { 0 } };
	struct traffic_rank *all;
	struct sw_fault why = { 0 };
	size_t n;

	if (!munin_any(r->m, "limit_u_") && !munin_any(r->m, "limit_l_"))
		return;
	all = calloc(TRAFFIC_ACCOUNTS, sizeof(*all));
	if (r->failed.code || !all) {
		sw_fault_errno(&why, ENOMEM, "accounts over their limit");
		sw_munin_add_unknown(r->m, &f, r->failed.code ? &r->failed : &why);
		free(all);
		return;
	}
	n = traffic_top(&r->s, TRAFFIC_MESSAGES, 0, minutes_read(r->history), 1, true, all,
			TRAFFIC_ACCOUNTS);
	for (size_t i = 0; i < n; i++)
		count(r, &all[i], &over);
	for (unsigned i = 0; i < r->history; i++)
		f.at[i] = sw_munin_value_of(over.n[i]);
	f.extinfo = over.who;
	free(all);
	account_graphs_add(r, &f, MINUTES_WINDOW);
}
