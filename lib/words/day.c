#include "words/day.h"

#include "words/share.h"
#include "words/source.h"

static const struct {
	const char *one;
	const char *many;
	enum day_what telling; /* which of them tells most */
} units[] = {
	[DAY_MESSAGES] = { "msg", "msg", DAY_NETWORKS },
	[DAY_NETWORKS] = { "network", "networks", DAY_NETWORKS },
	[DAY_SENDERS] = { "sender", "senders", DAY_SENDERS },
	[DAY_EXTERNAL] = { "recipient outside", "recipients outside", DAY_NETWORKS },
};

static void add_telling(struct sw_label *text, const struct day *d, const struct day_rank *account,
			enum day_what what, uint32_t end)
{
	struct sw_label telling[DAY_TELLING];
	size_t n = day_telling(d, account->row, what, end, telling);

	for (size_t i = 0; i < n; i++) {
		sw_label_print(text, i > 0		    ? ", "
				     : what == DAY_NETWORKS ? ", last from "
							    : ", last ");
		if (telling[i].n > 0)
			sw_label_append(text, &telling[i]);
		else
			sw_label_print(text, "the null sender");
	}
}

struct sw_label words_day(const struct day *d, const struct day_rank *account, enum day_what what,
			  uint32_t end, bool at_least)
{
	struct day_count messages = day_count(d, account->row, DAY_MESSAGES, end);
	uint32_t since = day_since(d, account->row, end);
	struct sw_label text = day_name(d, account);

	sw_label_print(&text, at_least && !account->count.more ? " at least " : " ");
	if (account->count.more)
		sw_label_print(&text, "%llu or more %s", (unsigned long long)account->count.n,
			       units[what].many);
	else
		words_count(&text, account->count.n, units[what].one, units[what].many);
	sw_label_print(&text, " in 24 h");
	if (what != DAY_MESSAGES)
		sw_label_print(&text, ", %llu msg", (unsigned long long)messages.n);
	if (since) {
		sw_label_print(&text, what == DAY_MESSAGES ? ", since " : " since ");
		words_clock(&text, day_time(since));
	}
	add_telling(&text, d, account, units[what].telling, end);
	return text;
}

/* The next bucket of the day that is known, or is not; `end` when there is none. */
static uint32_t find(const struct day *d, uint32_t from, uint32_t end, bool known)
{
	while (from < end && (d->state[from - d->first] == LOG_MINUTE_KNOWN) != known)
		from++;
	return from;
}

struct sw_label words_day_known(const struct day *d, uint32_t end, unsigned hours, const char *link)
{
	struct sw_label text = sw_label_printed("%u of 24 hours are known", hours);
	uint32_t begin = end - DAY_BUCKETS;
	uint32_t hole = find(d, begin, end, false);
	uint32_t after = find(d, hole, end, true);

	if (after == end && hole > begin) {
		sw_label_print(&text, ", until ");
		words_clock(&text, day_time(hole));
	} else if (after < end && hole > begin) {
		sw_label_print(&text, ", not ");
		words_clock(&text, day_time(hole));
		sw_label_print(&text, " to ");
		words_clock(&text, day_time(after));
	} else if (d->doubted && d->reason.doubt == LOG_BEGINS) {
		sw_label_print(&text, ", since ");
		words_clock(&text, d->reason.heard);
	} else if (after < end && find(d, after, end, false) == end) {
		sw_label_print(&text, ", since ");
		words_clock(&text, day_time(after));
	}
	if (d->doubted) {
		struct sw_label why = words_source_doubt(&d->reason, d->host->now, link);

		sw_label_print(&text, ": ");
		sw_label_append(&text, &why);
	}
	return text;
}

struct sw_label words_day_limit(const struct day *d, const struct day_rank *account, uint64_t limit)
{
	struct sw_label text = day_name(d, account);

	sw_label_print(&text, " %llu msg in 24 h, limit %llu", (unsigned long long)account->count.n,
		       (unsigned long long)limit);
	return text;
}
