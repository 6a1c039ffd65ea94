#include "parts/fleet_list.h"

#include "parts/day_graphs.h"
#include "parts/limits.h"
#include "traffic/fleet.h"

struct list {
	struct account_graphs *r;
	day_skip_fn ignore;
	void *ctx;
};

static unsigned skip(struct sw_raw key, void *ctx)
{
	const struct list *list = ctx;
	struct traffic_rank account = { .key = key };
	uint64_t limit;

	if (list->ignore && list->ignore(key, list->ctx))
		return FLEET_WHOLLY;
	return (limits_of(list->r->m, &account, &limit) ? FLEET_RATE : 0u) |
	       (day_graphs_limit(list->r->m, key, &limit) ? FLEET_DAY : 0u);
}

static void put(const struct sw_label *line, void *ctx)
{
	const struct list *list = ctx;

	munin_beside(list->r->m, line);
}

void fleet_list_add(struct account_graphs *r, const struct day *d, day_skip_fn ignore, void *ctx)
{
	struct list list = { .r = r, .ignore = ignore, .ctx = ctx };
	struct fleet_source source = { .d = d,
				       .first = account_graphs_span(r->history - 1).first,
				       .least = sw_munin_count(r->m, "fleet"),
				       .link = sw_munin_link(r->m),
				       .line = put,
				       .ctx = &list };
	struct sw_fault why = { 0 };

	if (source.least == 0 || !munin_has_beside(r->m))
		return;
	if (!r->failed.code && !d->failed)
		source.s = &r->s;
	source.at = sw_munin_host(r->m)->now;
	if (source.s) {
		source.blocked = account_graphs_blocked(r, source.first, FLEET_WINDOW, NULL);
		source.at = r->s.start + 60 * (int64_t)(source.first + FLEET_WINDOW);
	}
	if (munin_any(r->m, "limit_") || ignore)
		source.skip = skip;
	if (fleet_write(&source, &why) < 0)
		sw_munin_complain(r->m, &why);
}
