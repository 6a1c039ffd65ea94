/* What is told of a day when there is too much of it, and what of it is not known. */
#include <stdlib.h>

#include "daytext.h"
#include "traffic/day_parts.h"

static struct day fresh(void)
{
	static const char *const none[] = { NULL };
	static struct sw_host h;
	struct sw_fault why = { 0 };
	struct day d;

	h = (struct sw_host){ .root = -1, .now = M + 30, .env = none, .secret = { 1, 2 } };
	assert_int_equal(day_new(&d, &h, M - 14 * 60, M, true, &why), 0);
	memset(d.state, LOG_MINUTE_KNOWN, sizeof(d.state));
	return d;
}

static void say(struct day *d, int64_t time, const char *program, const char *fmt, ...)
	SW_PRINTF(4, 5);
static void say(struct day *d, int64_t time, const char *program, const char *fmt, ...)
{
	struct log_message message = { .time = time };
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	message.program = raw_of(program);
	message.text = raw_of(text);
	day_message(d, &message);
}

static unsigned serial;

static void client(struct day *d, int64_t time, const char *login, unsigned network)
{
	say(d, time, "smtpd", "A%07X: client=u[%u.%u.0.1], sasl_method=PLAIN, sasl_username=%s",
	    ++serial, 1 + network / 256, network % 256, login);
}

static struct day_rank first(const struct day *d, enum day_what what, uint32_t end)
{
	struct day_rank top = { .row = 0 };

	assert_true(day_top(d, what, end, 1, NULL, NULL, &top, 1) > 0);
	return top;
}

static void more_than_256_are_256_or_more(void **state)
{
	static const struct {
		const char *what;
		unsigned networks;
		unsigned want;
		bool more;
	} rows[] = {
		{ "all that are kept", 256, 256, false },
		{ "one more", 257, 256, true },
		{ "many", 2000, 256, true },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day d = fresh();
		struct day_rank top;

		for (unsigned n = 0; n < rows[i].networks; n++)
			client(&d, END - 30000 + n * 10, "a@x", n);
		top = first(&d, DAY_NETWORKS, day_end(M));
		want_number(rows[i].what, top.count.n, rows[i].want);
		want_number("more", top.count.more, rows[i].more);
		want_number("sure", top.count.sure, true);
		want_number("nobody has more", day_is_sure(&d, DAY_NETWORKS, day_end(M), &top),
			    true);
		day_free(&d);
	}
}

static void what_gave_way_is_not_denied(void **state)
{
	struct day d = fresh();
	uint32_t before = day_end(M - 14 * 60);
	struct day_rank top;

	(void)state;
	/* 200 before the last points' first day ends, 300 others after it */
	for (unsigned n = 0; n < 200; n++)
		client(&d, day_time(before) - 600, "a@x", n);
	for (unsigned n = 200; n < 500; n++)
		client(&d, END - 60, "a@x", n);
	top = first(&d, DAY_NETWORKS, day_end(M));
	want_number("now", top.count.n, 256);
	want_number("now or more", top.count.more, true);
	assert_true(before < day_end(M));
	want_number("then it is not known", day_count(&d, top.row, DAY_NETWORKS, before).sure,
		    false);
	want_number("messages are", day_count(&d, top.row, DAY_MESSAGES, before).n, 200);
	day_free(&d);
}

static void of_too_many_accounts_only_what_is_sure_is_told(void **state)
{
	struct day d = fresh();
	struct day_rank top;
	char login[64];

	(void)state;
	for (unsigned n = 0; n < 500; n++)
		client(&d, END - 80000 + n, "big@x", n % 30);
	for (unsigned n = 0; n < DAY_ACCOUNTS + 100; n++) {
		snprintf(login, sizeof(login), "u%u@x", n);
		client(&d, END - 50000 + n, login, 1);
	}
	top = first(&d, DAY_MESSAGES, day_end(M));
	want_number("the greatest is whole", top.count.n, 500);
	want_number("nobody has more", day_is_sure(&d, DAY_MESSAGES, day_end(M), &top), true);
	top = first(&d, DAY_NETWORKS, day_end(M));
	want_number("nor networks", day_is_sure(&d, DAY_NETWORKS, day_end(M), &top), true);
	want_number("of recipients nothing is sure",
		    day_is_sure(&d, DAY_EXTERNAL, day_end(M), NULL), false);
	day_free(&d);

	/* where all are alike, nobody knows who had more before it lost its place */
	d = fresh();
	for (unsigned k = 0; k < 3; k++)
		for (unsigned n = 0; n < DAY_ACCOUNTS + 100; n++) {
			snprintf(login, sizeof(login), "u%u@x", n);
			client(&d, END - 50000 + n, login, k);
		}
	top = first(&d, DAY_MESSAGES, day_end(M));
	want_number("all alike", day_is_sure(&d, DAY_MESSAGES, day_end(M), &top), false);
	day_free(&d);
}

/* A message of an account that has lost its place is nobody's, not his who has the place now. */
static void who_lost_the_place_counts_no_more(void **state)
{
#define RCPT(id, to) id ": to=<" to ">, relay=" FAR ", delay=1, dsn=2.0.0, status=sent (250)"
	struct day d = fresh();
	unsigned external = 0;
	unsigned senders = 0;

	(void)state;
	serial = 0;
	for (unsigned n = 0; n < DAY_ACCOUNTS + 1; n++) {
		char login[32];

		snprintf(login, sizeof(login), "u%u@x", n);
		client(&d, END - 100, login, 1);
		say(&d, END - 100, "smtp", RCPT("A%07X", "r@y"), serial);
	}
	for (unsigned n = 1; n <= serial; n++) {
		say(&d, END - 99, "qmgr", "A%07X: from=<s@x>, size=1, nrcpt=1 (queue active)", n);
		say(&d, END - 98, "smtp", RCPT("A%07X", "q@y"), n);
	}
	for (uint32_t row = 0; row < topk_rows(d.account); row++) {
		external += (unsigned)day_count(&d, row, DAY_EXTERNAL, day_end(M)).n;
		senders += (unsigned)day_count(&d, row, DAY_SENDERS, day_end(M)).n;
	}
	want_number("accounts", topk_rows(d.account), DAY_ACCOUNTS);
	want_number("recipients", external, 2 * DAY_ACCOUNTS);
	want_number("senders", senders, DAY_ACCOUNTS);
	for (unsigned n = 1; n <= serial; n++)
		say(&d, END - 97, "smtpd", "B%07X: client=f[192.0.2.77], orig_queue_id=A%07X", n, n);
	for (uint32_t row = 0; row < topk_rows(d.account); row++)
		want_number("they come back", day_count(&d, row, DAY_EXTERNAL, day_end(M)).n, 0);
	day_free(&d);
}

/* Of more recipients than are counted of a message it is not known how many were the filter's. */
static void a_filter_of_too_many_recipients_makes_them_unsure(void **state)
{
	static const struct {
		const char *what;
		unsigned recipients;
		bool sure;
	} rows[] = { { "most", 65534, true }, { "one more", 65535, false }, { "and one", 65536, false } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day d = fresh();

		serial = 0;
		client(&d, END - 100, "a@x", 1);
		for (unsigned n = 0; n < rows[i].recipients; n++)
			say(&d, END - 99, "smtp",
			    "A0000001: to=<r%u@y>, relay=f[192.0.2.77]:25, delay=1, dsn=2.0.0, status=sent (250)", n);
		want_number(rows[i].what, day_count(&d, 0, DAY_EXTERNAL, day_end(M)).n, rows[i].recipients);
		want_number(rows[i].what, day_count(&d, 0, DAY_EXTERNAL, day_end(M)).sure, true);
		say(&d, END - 98, "smtpd", "B1B2C3: client=f[192.0.2.77], orig_queue_id=A0000001");
		want_number(rows[i].what, day_count(&d, 0, DAY_EXTERNAL, day_end(M)).sure, rows[i].sure);
		if (rows[i].sure)
			want_number(rows[i].what, day_count(&d, 0, DAY_EXTERNAL, day_end(M)).n, 0);
		day_free(&d);
	}
}

static void without_a_queue_id_senders_and_recipients_are_not_known(void **state)
{
	static const struct {
		const char *what;
		const char *end; /* of the message; NULL: there is none */
		bool sure;
	} rows[] = {
		{ "the filter says the ID",
		  "proxy-accept: END-OF-MESSAGE: 250 Ok: queued as A1B2C3; from=<a> to=<b> "
		  "proto=SMTP "
		  "helo=<c> sasl_username=<p@x>",
		  true },
		{ "it says none",
		  "proxy-accept: END-OF-MESSAGE: 250 Ok; from=<queued as A1B2C3> to=<b> proto=SMTP "
		  "helo=<c> sasl_username=<p@x>",
		  false },
		{ "the message went nowhere",
		  "proxy-reject: END-OF-MESSAGE: 554 5.7.1 spam; from=<a> to=<b> proto=SMTP "
		  "helo=<c> "
		  "sasl_username=<p@x>",
		  true },
		{ "another one's ends",
		  "proxy-accept: END-OF-MESSAGE: 250 Ok: queued as A1B2C3; from=<a> to=<b> "
		  "proto=SMTP "
		  "helo=<c> sasl_username=<q@x>",
		  false },
		{ "none does", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day d = fresh();
		struct day_rank top;

		say(&d, END - 90, "smtpd",
		    "NOQUEUE: client=u[1.2.3.4], sasl_method=PLAIN, sasl_username=p@x");
		if (rows[i].end)
			say(&d, END - 89, "smtpd", "%s", rows[i].end);
		day_lines_end(&d);
		top = first(&d, DAY_MESSAGES, day_end(M));
		want_number(rows[i].what, day_is_sure(&d, DAY_MESSAGES, day_end(M), &top), true);
		want_number(rows[i].what, day_is_sure(&d, DAY_NETWORKS, day_end(M), &top), true);
		want_number(rows[i].what, day_is_sure(&d, DAY_SENDERS, day_end(M), NULL),
			    rows[i].sure);
		want_number(rows[i].what, day_is_sure(&d, DAY_EXTERNAL, day_end(M), NULL),
			    rows[i].sure);
		day_free(&d);
	}
}

/* What was lost in the day's first bucket makes a number "at least"; in the one before it does not. */
static void what_was_lost_in_the_day_makes_a_number_unsure(void **state)
{
	enum { FIRST = 1, EARLIER = 2 };
	static const struct {
		const char *what;
		int lost, blind, short_of, networks, senders; /* 0: never */
		bool sure[DAY_KINDS];
	} rows[] = {
		{ "nothing", 0, 0, 0, 0, 0, { true, true, true, true } },
		{ "messages", FIRST, 0, 0, 0, 0, { false, false, false, false } },
		{ "messages before", EARLIER, 0, 0, 0, 0, { true, true, true, true } },
		{ "queue IDs", 0, FIRST, 0, 0, 0, { true, true, false, false } },
		{ "queue IDs before", 0, EARLIER, 0, 0, 0, { true, true, true, true } },
		{ "recipients", 0, 0, FIRST, 0, 0, { true, true, true, false } },
		{ "recipients before", 0, 0, EARLIER, 0, 0, { true, true, true, true } },
		{ "networks", 0, 0, 0, FIRST, 0, { true, false, true, true } },
		{ "networks before", 0, 0, 0, EARLIER, 0, { true, true, true, true } },
		{ "senders", 0, 0, 0, 0, FIRST, { true, true, false, true } },
		{ "senders before", 0, 0, 0, 0, EARLIER, { true, true, true, true } },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const uint32_t end = day_end(M);
		const uint32_t when[] = { 0, end - DAY_BUCKETS, end - DAY_BUCKETS - 1 };
		struct day d = fresh();
		struct day_account *a;
		uint32_t row;

		client(&d, END - 60, "a@x", 1);
		row = first(&d, DAY_MESSAGES, end).row;
		a = &d.of[row];
		a->lost = rows[i].lost ? 1 : 0;
		a->until = when[rows[i].lost];
		a->blind = when[rows[i].blind];
		d.short_until = when[rows[i].short_of];
		a->list[DAY_LIST_NETWORKS].dropped = when[rows[i].networks];
		a->list[DAY_LIST_SENDERS].dropped = when[rows[i].senders];
		for (unsigned what = 0; what < DAY_KINDS; what++)
			want_number(rows[i].what, day_count(&d, row, (enum day_what)what, end).sure,
				    rows[i].sure[what]);
		want_number(rows[i].what, day_is_blind(&d, end), rows[i].blind == FIRST);
		for (unsigned what = 0; what < DAY_KINDS; what++)
			want_number(rows[i].what, day_is_sure(&d, (enum day_what)what, end, NULL),
				    !(rows[i].blind == FIRST && (what == DAY_SENDERS || what == DAY_EXTERNAL)) &&
					    !(rows[i].short_of == FIRST && what == DAY_EXTERNAL));
		day_free(&d);
	}
}

/* Nobody has more than the greatest, where all that is lost in the day could not make more. */
static void the_greatest_is_sure_where_what_is_lost_can_t_be_more(void **state)
{
	enum { SMALL = 5, GREAT = 10, ENDS = 3 };
	static const uint64_t lost[] = { 0, 1, 4, 5, 6, 10, 11 };
	const uint32_t end = day_end(M);
	const uint32_t until[ENDS] = { 0, end - DAY_BUCKETS - 1, end - DAY_BUCKETS };
	struct day d = fresh();
	struct day_account *small;
	struct day_rank top;

	(void)state;
	for (unsigned i = 0; i < SMALL + GREAT; i++)
		client(&d, END - 60, i < SMALL ? "small@x" : "great@x", 1);
	small = &d.of[0];
	for (unsigned i = 0; i < SW_COUNT(lost) * SW_COUNT(lost) * ENDS * ENDS * 3; i++) {
		unsigned of_small = i / SW_COUNT(lost) % SW_COUNT(lost);
		unsigned gone_end = i / (SW_COUNT(lost) * SW_COUNT(lost)) % ENDS;
		unsigned small_end = i / (SW_COUNT(lost) * SW_COUNT(lost) * ENDS) % ENDS;
		unsigned evicted = i / (SW_COUNT(lost) * SW_COUNT(lost) * ENDS * ENDS);
		uint64_t gone;

		d.lost = lost[i % SW_COUNT(lost)];
		d.lost_until = until[gone_end];
		small->lost = (uint32_t)lost[of_small];
		small->until = until[small_end];
		topk_lose(d.account, evicted);
		/* of who has no place now: as many as the smallest that has one, at most */
		gone = evicted > 0 ? d.lost + SMALL : gone_end == 2 ? d.lost : 0;
		want_number("lost", day_lost(&d), d.lost + (evicted > 0 ? SMALL : 0));
		top = first(&d, DAY_MESSAGES, end);
		want_number("greatest", top.count.n, GREAT);
		want_number("messages", day_is_sure(&d, DAY_MESSAGES, end, &top),
			    gone == 0 || (gone <= GREAT && (small_end < 2 || SMALL + small->lost <= GREAT)));
		want_number("recipients", day_is_sure(&d, DAY_EXTERNAL, end, NULL), gone == 0);
		/* of networks he has one, as the other has */
		top.count.n = 1;
		want_number("networks", day_is_sure(&d, DAY_NETWORKS, end, &top),
			    gone == 0 || (gone <= 1 && (small_end < 2 || small->lost == 0)));
		want_number("of nobody", day_is_sure(&d, DAY_MESSAGES, end, NULL), gone == 0);
		top.count.sure = false;
		want_number("nor he himself", day_is_sure(&d, DAY_MESSAGES, end, &top), false);
	}
	topk_lose(d.account, 0);
	day_free(&d);
}

/* What it sent before the day, or after it, is none of the day's. */
static void since_when_it_sends_is_a_bucket_of_the_day(void **state)
{
	static const struct {
		const char *what;
		int64_t sent[3]; /* since BEGIN, of the last day; 0: there is none */
		uint32_t points; /* so many buckets before the last day's end the day ends */
		int64_t want;	 /* since BEGIN; 0: in none */
	} rows[] = {
		{ "once", { 3000 }, 0, 3000 },
		{ "in its first bucket", { 299, 3000 }, 0, 1 },
		{ "the bucket before", { -1, 3000 }, 0, 3000 },
		{ "before it alone", { -1 }, 0, 0 },
		{ "in its last bucket", { 86399 - 300 }, 1, 86399 - 300 },
		{ "after it alone", { 86399 }, 1, 0 },
		{ "before and after it", { -301, 86399 }, 1, 0 },
		{ "in it and after it", { 3000, 86399 }, 1, 3000 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const uint32_t end = day_end(M);
		struct day d = fresh();
		uint32_t want = rows[i].want ? day_bucket(BEGIN + rows[i].want) : 0;

		for (size_t k = 0; k < 3 && rows[i].sent[k]; k++)
			client(&d, BEGIN + rows[i].sent[k], "a@x", 1);
		want_number(rows[i].what, day_since(&d, 0, end - rows[i].points), want);
		day_free(&d);
	}
}

/* Each day that ends in the history has what was seen in its own buckets. */
static void what_was_seen_is_of_the_days_that_hold_it(void **state)
{
	const uint32_t end = day_end(M);
	/* around the first bucket of the day, where each one begins to be kept, and the end */
	const uint32_t seen[] = { end - DAY_BUCKETS - 2, end - DAY_BUCKETS - 1, end - DAY_BUCKETS,
				  end - DAY_RECENT - 1,	 end - DAY_RECENT,	end - DAY_RECENT + 1,
				  end - 3,		 end - 2,		end - 1 };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(seen); i++) {
		struct day d = fresh();

		client(&d, day_time(seen[i]), "a@x", 1);
		for (uint32_t last = end; last > end - 3; last--)
			want_number("networks", day_count(&d, 0, DAY_NETWORKS, last).n,
				    seen[i] < last && seen[i] >= last - DAY_BUCKETS);
		day_free(&d);
	}
}

struct seen {
	uint64_t key;
	uint32_t bucket;
};

/* Those seen last first; of those of one bucket the smaller key. */
static int by_last(const void *one, const void *other)
{
	const struct seen *a = one;
	const struct seen *b = other;

	if (a->bucket != b->bucket)
		return a->bucket > b->bucket ? -1 : 1;
	return (a->key > b->key) - (a->key < b->key);
}

static void the_ones_seen_last_are_kept_in_whatever_order_they_come(void **state)
{
	enum { KEYS = DAY_SEEN + 60 };

	(void)state;
	seed = 88172645463325252U;
	for (int run = 0; run < 20; run++) {
		struct day d = fresh();
		struct day_list list = { .n = 0 };
		struct seen all[KEYS];
		struct seen kept[DAY_SEEN];

		for (uint32_t i = 0; i < KEYS; i++)
			all[i] = (struct seen){ i + 1, d.base - 3 + dice(6) };
		for (uint32_t i = KEYS; i > 1; i--) {
			struct seen one = all[i - 1];
			uint32_t at = dice(i);

			all[i - 1] = all[at];
			all[at] = one;
		}
		for (uint32_t i = 0; i < KEYS; i++)
			(void)day_see(&d, &list, all[i].key, all[i].bucket);
		qsort(all, KEYS, sizeof(*all), by_last);
		want_number("kept", list.n, DAY_SEEN);
		for (uint32_t i = 0; i < DAY_SEEN; i++)
			kept[i] = (struct seen){ list.seen[i].key, day_latest(&d, &list.seen[i]) };
		qsort(kept, DAY_SEEN, sizeof(*kept), by_last);
		for (uint32_t i = 0; i < DAY_SEEN; i++) {
			want_number("key", kept[i].key, all[i].key);
			want_number("bucket", kept[i].bucket, all[i].bucket);
		}
		want_number("the last that gave way", list.dropped, all[DAY_SEEN].bucket);
		free(list.seen);
		day_free(&d);
	}
}

/* A later base forgets in which of the last days it was seen, not when it was last. */
static void a_list_has_the_same_last_ones_at_a_later_base(void **state)
{
	static const struct {
		uint32_t seen[2]; /* buckets since the first base */
		uint32_t by;
		uint32_t last, recent; /* last: since the first base, 0: as it was */
	} rows[] = {
		{ { 0, 5 }, 0, 0, 1U << 5 | 1 }, { { 1, 5 }, 1, 0, 1U << 4 | 1 },
		{ { 1, 5 }, 2, 1, 1U << 3 },	 { { 1, 5 }, 6, 5, 0 },
		{ { 1, 31 }, 31, 1, 1 },	 { { 1, 31 }, 32, 31, 0 },
		{ { 1, 31 }, 300, 31, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day d = fresh();
		struct day_list list = { .n = 0 };

		for (size_t k = 0; k < 2; k++)
			(void)day_see(&d, &list, 7, d.base + rows[i].seen[k]);
		day_rebase(&list, d.base, d.base + rows[i].by);
		want_number("last", list.seen[0].last, rows[i].last ? d.base + rows[i].last : 0);
		want_number("recent", list.seen[0].recent, rows[i].recent);
		free(list.seen);
		day_free(&d);
	}
}

/* --- what is told of an account, against plain counting */

enum { NAMES = 5, KINDS = 9, SOME = 40 };

static const char *const sender_text[KINDS] = { "", "x", "s2@x", "s3", "s4", "s5", "s6", "s7", "s8" };

struct sighting {
	unsigned account, network, sender; /* a message, to `external` recipients outside */
	uint32_t bucket, external;
};

struct model {
	struct sighting one[SOME];
	size_t n;
	uint64_t network[KINDS]; /* their keys */
};

static bool is_in(const struct sighting *s, unsigned account, uint32_t end)
{
	return s->account == account && s->bucket < end && s->bucket + DAY_BUCKETS >= end;
}

static uint64_t key_of(const struct model *m, const struct sighting *s, enum day_what what)
{
	return what == DAY_NETWORKS ? m->network[s->network] : s->sender + 1;
}

/* The last bucket, in the day or after it, of one that was seen in it; 0: it was not. */
static uint32_t last_of(const struct model *m, unsigned account, enum day_what what, uint64_t key,
			uint32_t end)
{
	uint32_t last = 0;
	bool seen = false;

	for (size_t i = 0; i < m->n; i++) {
		const struct sighting *s = &m->one[i];

		if (s->account != account || key_of(m, s, what) != key)
			continue;
		seen |= is_in(s, account, end);
		last = s->bucket > last ? s->bucket : last;
	}
	return seen ? last : 0;
}

static uint64_t count_of(const struct model *m, unsigned account, enum day_what what, uint32_t end)
{
	uint64_t n = 0;

	for (size_t i = 0; i < m->n && (what == DAY_MESSAGES || what == DAY_EXTERNAL); i++)
		if (is_in(&m->one[i], account, end))
			n += what == DAY_MESSAGES ? 1 : m->one[i].external;
	for (unsigned k = 0; k < KINDS && what != DAY_MESSAGES && what != DAY_EXTERNAL; k++)
		n += last_of(m, account, what, what == DAY_NETWORKS ? m->network[k] : k + 1, end) > 0;
	return n;
}

static uint32_t since_of(const struct model *m, unsigned account, uint32_t end)
{
	uint32_t first = end;

	for (size_t i = 0; i < m->n; i++)
		if (is_in(&m->one[i], account, end) && m->one[i].bucket < first)
			first = m->one[i].bucket;
	return first < end ? first : 0;
}

static struct seen all_told[KINDS];

/* In the order in which they are told, DAY_TELLING at most. Returns how many. */
static size_t telling_of(const struct model *m, unsigned account, enum day_what what, uint32_t end)
{
	size_t n = 0;

	for (unsigned k = 0; k < KINDS; k++) {
		uint64_t key = what == DAY_NETWORKS ? m->network[k] : k + 1;
		uint32_t last = last_of(m, account, what, key, end);

		if (last)
			all_told[n++] = (struct seen){ key, last };
	}
	qsort(all_told, n, sizeof(*all_told), by_last);
	return n < DAY_TELLING ? n : DAY_TELLING;
}

static void play(struct day *d, struct model *m)
{
	m->n = 1 + dice(SOME);
	for (unsigned k = 0; k < KINDS; k++) {
		char address[32];

		snprintf(address, sizeof(address), "10.%u.0.1", 17 * k % 10);
		m->network[k] = day_network(raw_of(address));
	}
	for (size_t i = 0; i < m->n; i++) {
		static const uint32_t near[] = { 0, DAY_BUCKETS - 1, DAY_RECENT - 2, 100 };
		struct sighting *s = &m->one[i];
		char name[] = { 'a', '\0' };
		struct day_account *a;
		struct day_seen *seen;

		*s = (struct sighting){ dice(NAMES), dice(KINDS), dice(KINDS),
					d->end - 1 - dice(5), dice(3) };
		/* one is of long ago alone */
		s->bucket -= s->account == NAMES - 1 ? DAY_BUCKETS - 1 : near[dice(4)];
		name[0] = (char)('a' + s->account);
		a = day_account_of(d, topk_count(d->account, raw_of(name), 1));
		/* what an account that had its place before has left there is nobody's */
		if (a->texts == 0)
			for (unsigned k = 0; k < DAY_TELLING; k++)
				a->text[k] = (struct day_text){ .key = s->sender + 1, .n = 4, .text = "left" };
		assert_true(day_add(d, a, s->bucket, 1, s->external));
		(void)day_see(d, &a->list[DAY_LIST_NETWORKS], m->network[s->network], s->bucket);
		seen = day_see(d, &a->list[DAY_LIST_SENDERS], s->sender + 1, s->bucket);
		day_tell(d, a, seen, raw_of(sender_text[s->sender]));
	}
}

static void want_telling(const struct day *d, const struct model *m, uint32_t row, unsigned account,
			 uint32_t end)
{
	uint64_t network[DAY_SEEN];
	uint64_t sum = 0;

	want_number("since", day_since(d, row, end), since_of(m, account, end));
	want_number("networks", day_networks(d, row, end, network),
		    count_of(m, account, DAY_NETWORKS, end));
	for (unsigned k = 0; k < KINDS; k++)
		sum += last_of(m, account, DAY_NETWORKS, m->network[k], end) ? m->network[k] : 0;
	for (uint64_t i = count_of(m, account, DAY_NETWORKS, end); i-- > 0;)
		sum -= network[i];
	want_number("these", sum, 0);
	for (int kind = 0; kind < 2; kind++) {
		enum day_what what = kind ? DAY_SENDERS : DAY_NETWORKS;
		struct sw_label got[DAY_TELLING];
		size_t n = telling_of(m, account, what, end);

		want_number("told", day_telling(d, row, what, end, got), n);
		for (size_t i = 0; i < n; i++) {
			uint64_t key = all_told[i].key;
			const char *want = kind ? "" : day_network_name(key).s;

			for (uint32_t k = 0; kind && k < d->of[row].texts; k++)
				if (d->of[row].text[k].key == key)
					want = sender_text[key - 1];
			want_text("told", got[i].s, want);
		}
	}
}

static bool is_b(struct sw_raw key, void *ctx)
{
	(void)ctx;
	return raw_is(key, "b");
}

static void want_top(const struct day *d, const struct model *m, enum day_what what, uint32_t end)
{
	const uint64_t least = dice(4);
	const size_t max = dice(NAMES + 1);
	const bool skips = dice(2);
	struct day_rank top[NAMES + 1];
	uint64_t before = UINT64_MAX;
	size_t found = 0;
	size_t at = 0;

	for (unsigned k = 0; k < NAMES; k++) {
		uint64_t n = count_of(m, k, what, end);

		found += n > 0 && n >= least && !(skips && k == 1);
	}
	top[max].row = 12345;
	want_number("found", day_top(d, what, end, least, skips ? is_b : NULL, NULL, top, max), found);
	want_number("no more than asked for", top[max].row, 12345);
	/* the greatest first, of those that are alike by name */
	while (at < found && at < max) {
		uint64_t most = 0;

		for (unsigned k = 0; k < NAMES; k++) {
			uint64_t n = count_of(m, k, what, end);

			most = n > most && n < before && !(skips && k == 1) ? n : most;
		}
		for (unsigned k = 0; k < NAMES && at < found && at < max; k++) {
			const char name[] = { (char)('a' + k), '\0' };
			struct sw_label name_of;

			if (count_of(m, k, what, end) != most || (skips && k == 1))
				continue;
			name_of = day_name(d, &top[at]);
			want_text("name", name_of.s, name);
			want_number("count", top[at].count.n, most);
			at++;
		}
		before = most;
	}
}

static void what_is_told_is_what_plain_counting_finds(void **state)
{
	(void)state;
	seed = 88172645463325252U;
	for (int round = 0; round < 300; round++) {
		struct day d = fresh();
		struct model m;

		play(&d, &m);
		for (uint32_t end = d.end - 2; end <= d.end; end++) {
			for (uint32_t row = 0; row < topk_rows(d.account); row++)
				want_telling(&d, &m, row, (unsigned)(topk_row(d.account, row)->name.p[0] - 'a'), end);
			for (unsigned what = 0; what < DAY_KINDS; what++)
				want_top(&d, &m, (enum day_what)what, end);
		}
		day_free(&d);
	}
}

static void a_day_is_known_when_all_of_it_is(void **state)
{
	static const struct {
		const char *what;
		int bucket; /* of the last day, that is not known; 288 and 289: after it */
		enum log_minute state;
		enum log_minute want;
		unsigned hours;
	} rows[] = {
		{ "all", -1, LOG_MINUTE_UNKNOWN, LOG_MINUTE_KNOWN, 24 },
		{ "the first", 0, LOG_MINUTE_UNKNOWN, LOG_MINUTE_UNKNOWN, 23 },
		{ "the last", 287, LOG_MINUTE_UNKNOWN, LOG_MINUTE_UNKNOWN, 23 },
		{ "what comes later and belongs to it", 289, LOG_MINUTE_UNKNOWN, LOG_MINUTE_UNKNOWN,
		  23 },
		{ "one that waits", 100, LOG_MINUTE_WAITS, LOG_MINUTE_WAITS, 23 },
		{ "what is no part of it", 290, LOG_MINUTE_UNKNOWN, LOG_MINUTE_KNOWN, 24 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day d = fresh();
		uint32_t end = day_end(M);
		unsigned hours;

		if (rows[i].bucket >= 0)
			d.state[end - DAY_BUCKETS - d.first + (unsigned)rows[i].bucket] =
				(unsigned char)rows[i].state;
		want_number(rows[i].what, day_state(&d, end, &hours), rows[i].want);
		want_number(rows[i].what, hours, rows[i].hours);
		day_free(&d);
	}
}

static void what_is_known_is_what_all_its_buckets_are(void **state)
{
	enum { LAG = DAY_LAG / DAY_BUCKET };
	struct day d = fresh();

	(void)state;
	seed = 4;
	for (unsigned round = 0; round < 200; round++) {
		const unsigned one_of = 2 + round % 4 * 80;

		memset(d.state, LOG_MINUTE_KNOWN, sizeof(d.state));
		for (unsigned i = 0; i < DAY_SPANS; i++)
			if (dice(one_of) == 0)
				d.state[i] = (unsigned char)dice(LOG_MINUTE_UNKNOWN + 1);
		for (unsigned at = 0; at < DAY_SPANS; at++) {
			unsigned worst = LOG_MINUTE_KNOWN;

			for (unsigned i = at; i <= at + LAG; i++) {
				unsigned one = i < DAY_SPANS ? d.state[i] : LOG_MINUTE_UNKNOWN;

				worst = one > worst ? one : worst;
			}
			want_number("bucket", day_state_of(&d, d.first + at), worst);
		}
		/* days that begin before what is kept, and that end behind it */
		for (unsigned last = DAY_BUCKETS - 4; last < DAY_SPANS + 4; last++) {
			unsigned worst = LOG_MINUTE_KNOWN;
			unsigned known = 0;
			unsigned hours;

			for (int at = (int)last - DAY_BUCKETS; at < (int)last + LAG; at++) {
				bool kept = at >= 0 && at < DAY_SPANS;
				unsigned one = kept ? d.state[at] : LOG_MINUTE_UNKNOWN;

				worst = one > worst ? one : worst;
				known += at < (int)last && kept &&
					 day_state_of(&d, d.first + (uint32_t)at) == LOG_MINUTE_KNOWN;
			}
			want_number("day", day_state(&d, d.first + last, &hours), worst);
			want_number("hours", hours, known / 12);
		}
	}
	day_free(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(more_than_256_are_256_or_more),
		cmocka_unit_test(what_gave_way_is_not_denied),
		cmocka_unit_test(of_too_many_accounts_only_what_is_sure_is_told),
		cmocka_unit_test(who_lost_the_place_counts_no_more),
		cmocka_unit_test(a_filter_of_too_many_recipients_makes_them_unsure),
		cmocka_unit_test(without_a_queue_id_senders_and_recipients_are_not_known),
		cmocka_unit_test(what_was_lost_in_the_day_makes_a_number_unsure),
		cmocka_unit_test(the_greatest_is_sure_where_what_is_lost_can_t_be_more),
		cmocka_unit_test(since_when_it_sends_is_a_bucket_of_the_day),
		cmocka_unit_test(what_was_seen_is_of_the_days_that_hold_it),
		cmocka_unit_test(the_ones_seen_last_are_kept_in_whatever_order_they_come),
		cmocka_unit_test(a_list_has_the_same_last_ones_at_a_later_base),
		cmocka_unit_test(what_is_told_is_what_plain_counting_finds),
		cmocka_unit_test(a_day_is_known_when_all_of_it_is),
		cmocka_unit_test(what_is_known_is_what_all_its_buckets_are),
	};

	return cmocka_run_group_tests_name("day_sum", tests, NULL, NULL);
}
