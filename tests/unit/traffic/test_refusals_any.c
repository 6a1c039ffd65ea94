/* Any lines, and what is asked of them, as by a list of all refusals that is counted anew each time. */
#include <stdlib.h>

#include "refusalstext.h"

enum { EVENTS = 2000, IDS = 40, USERS = 5, RECEIVERS = 6, NAME = 64, LATE = 60 * REFUSALS_SPAN };

/* Accounts beside users: a local one; nobody; not known, whose name is empty. */
enum { LOCAL = USERS, NOBODY, UNKNOWN_ONE, NEVER };

static uint32_t seed;

static unsigned dice(unsigned n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/* --- whose an ID is, and all refusals */

struct one {
	int second;
	unsigned id, recipient, receiver, account;
	unsigned kind;
	bool at_connect, tried;
	char words[REFUSALS_WORDS];
	size_t words_n;
};

static struct one all[EVENTS];
static size_t n_all;

static struct {
	unsigned account;
	int second;
} known[IDS];

/* Messages before a filter, of users, in the order in which they came. */
static struct {
	unsigned user;
	int second;
} open[EVENTS];
static size_t n_open;

static uint64_t weight[NEVER]; /* of accounts: how often they were met */

static void know(unsigned id, unsigned account, int second)
{
	known[id].account = account;
	known[id].second = second;
}

static bool follow(unsigned first, unsigned id, int second)
{
	if (known[first].account == NEVER)
		return false;
	know(id, known[first].account, second);
	return true;
}

static const char *name_of(unsigned account)
{
	static char text[NAME];

	*text = '\0';
	if (account == LOCAL)
		snprintf(text, sizeof(text), "\00133");
	else if (account < USERS)
		snprintf(text, sizeof(text), "user%u@x", account);
	/* the shortest name */
	if (account == 3)
		snprintf(text, sizeof(text), "u");
	return text;
}

/* 0 is of no domain. */
static const char *domain_of(unsigned receiver)
{
	static char text[NAME];

	*text = '\0';
	if (receiver)
		snprintf(text, sizeof(text), "r%u.example", receiver);
	return text;
}

/* --- lines */

static void client(struct refusals *s, int second, unsigned id)
{
	unsigned user = dice(USERS);
	unsigned first = dice(IDS);

	switch (dice(7)) {
	case 0: /* from elsewhere */
		say(s, second, "smtpd", "4ABC%02u: client=mx.other.example[198.51.100.3]", id);
		know(id, NOBODY, second);
		break;
	case 1: /* put back, from who knows where */
		say(s, second, "smtpd", "4ABC%02u: client=localhost[127.0.0.1]", id);
		know(id, UNKNOWN_ONE, second);
		break;
	case 2: /* put back, and it is said of what */
		say(s, second, "smtpd", "4ABC%02u: client=localhost[127.0.0.1], orig_queue_id=4ABC%02u", id, first);
		if (!follow(first, id, second))
			know(id, UNKNOWN_ONE, second);
		break;
	case 3:
		say(s, second, "pickup", "4ABC%02u: uid=33 from=<www>", id);
		know(id, LOCAL, second);
		weight[LOCAL]++;
		break;
	case 4:
		say(s, second, "pickup", "4ABC%02u: uid=103 from=<www> orig_id=4ABC%02u", id, first);
		(void)follow(first, id, second);
		break;
	case 5:
		say(s, second, "qmgr", "4ABC%02u: from=<>, size=1, nrcpt=1 (queue active)", id);
		if (known[id].account == NEVER)
			know(id, NOBODY, second);
		break;
	default:
		say(s, second, "smtpd", "4ABC%02u: client=u[192.0.2.4], sasl_method=PLAIN, sasl_username=%c%s",
		    id, dice(2) ? 'u' : 'U', name_of(user) + 1);
		know(id, user, second);
		weight[user]++;
	}
}

/* A filter before the queue: the first open message of that user ends. */
static void proxied(struct refusals *s, int second, unsigned id)
{
	unsigned user = dice(USERS);
	unsigned way = dice(4);

	if (dice(2)) {
		/* from elsewhere, and no uid */
		say(s, second, "smtpd", "NOQUEUE: client=mx.other.example[198.51.100.3]");
		say(s, second, "pickup", "4ABC%02u: uid=x from=<www>", id);
		say(s, second, "smtpd", "NOQUEUE: client=u[192.0.2.4], sasl_method=PLAIN, sasl_username=%s",
		    name_of(user));
		weight[user]++;
		open[n_open].user = user;
		open[n_open++].second = second;
		return;
	}
	say(s, second, "smtpd", "proxy-%s: END-OF-MESSAGE: 250 2.0.0 Ok%s%02u; from=<a> sasl_username=<%s>",
	    way == 0 ? "reject" : "accept", way == 1 ? "" : ": queued as 4ABC", id, name_of(user));
	for (size_t i = 0; i < n_open; i++)
		if (open[i].user == user) {
			open[i].user = NEVER;
			/* a refused one is not read at all, and waits on */
			if (way == 0)
				open[i].user = user;
			if (way > 1)
				know(id, user, second);
			break;
		}
}

static unsigned account_at(unsigned id, int second)
{
	if (known[id].account == NEVER || known[id].second < second - REFUSALS_OLD)
		know(id, UNKNOWN_ONE, second);
	return known[id].account;
}

static bool was_counted(const struct one *o)
{
	for (size_t i = 0; i < n_all; i++)
		if (all[i].id == o->id && all[i].recipient == o->recipient && all[i].receiver == o->receiver &&
		    all[i].second / 60 == o->second / 60)
			return true;
	return false;
}

static void delivered(struct refusals *s, int second, unsigned id)
{
	static const char *const dsn[] = { "5.7.1", "5.1.1", "4.7.1", "4.0.0", "4.4.1", "4.4.3", "4.2.2" };
	static const char *const said[] = { SAID "554 5.7.1 on our block list", SAID "550 5.1.1 user unknown",
					    SAID "450 4.7.1 Greylisted", REFUSED "554 on our block list",
					    "connect to mx.far.example[198.51.100.9]:25: Connection timed out",
					    "Host or domain name not found. Name service error for name=x",
					    SAID "452 4.2.2 mailbox full" };
	unsigned way = dice(SW_COUNT(said));
	struct one one = { .second = second, .id = id, .recipient = dice(3), .receiver = dice(RECEIVERS) };
	const char *program = dice(6) == 0 ? "lmtp" : dice(4) ? "smtp" : "error";
	const char *domain = domain_of(one.receiver);
	struct refusal_reason why;
	struct delivery d;
	char text[2048];

	snprintf(text, sizeof(text),
		 "4ABC%02u: to=<r%u%s%s>, relay=%s, delay=1, dsn=%s, status=%s (%s, %0*d)", id, one.recipient,
		 *domain ? "@" : "", domain, way == 4 || way == 5 ? "none" : "mx.far.example[198.51.100.9]:25",
		 dsn[way], *dsn[way] == '5' ? "bounced" : "deferred", said[way],
		 dice(5) ? 1 + (int)dice(9) : 200 + (int)dice(60), (int)dice(9));
	say(s, second, program, "%s", text);
	if (second < 0 || second >= LATE || strcmp(program, "lmtp") == 0 || was_counted(&one))
		return;
	/* what it says of one has tests of its own */
	assert_true(delivery_event(raw_of(text), &d));
	why = refusal_reason(&d);
	one.kind = why.kind;
	one.at_connect = why.at_connect;
	one.tried = delivery_is_tried(&d);
	one.words_n = why.words.n < REFUSALS_WORDS ? why.words.n : REFUSALS_WORDS;
	memcpy(one.words, why.words.p, one.words_n);
	one.account = account_at(id, second);
	weight[one.account]++;
	all[n_all++] = one;
}

static void filtered(struct refusals *s, int second, unsigned id)
{
	bool local = dice(3);
	unsigned next = dice(IDS);

	say(s, second, "smtp", "4ABC%02u: to=<a@b>, relay=%s, delay=1, dsn=2.0.0, status=sent (250 ok: queued as 4ABC%02u)",
	    id, local ? "127.0.0.1[127.0.0.1]:10024" : "mx.far.example[198.51.100.9]:25", next);
	if (local)
		(void)follow(id, next, second);
}

static void make_lines(struct refusals *s)
{
	int second = -REFUSALS_OLD - 200;

	n_all = n_open = 0;
	memset(weight, 0, sizeof(weight));
	for (unsigned i = 0; i < IDS; i++)
		known[i].account = NEVER;
	while (second < LATE + 20) {
		unsigned id = dice(IDS);
		unsigned what = dice(second < 0 ? 6 : 12);

		second += second < -100 ? (int)dice(60) : (int)dice(3);
		if (second < -REFUSALS_OLD || second >= LATE) {
			/* of these nothing is told */
			say(s, second, "smtpd", "4ABC%02u: client=u[192.0.2.4], sasl_method=PLAIN, sasl_username=w", id);
			say(s, second, "smtp", LISTED("4ABC00", "a@b.example"));
		} else if (what < 3) {
			client(s, second, id);
		} else if (what == 3) {
			proxied(s, second, id);
		} else if (what == 4) {
			filtered(s, second, id);
		} else {
			delivered(s, second, id);
		}
	}
}

/* --- and what is asked */

struct asked {
	unsigned kind, first, n;
	int receiver, account; /* -1: any */
	int at_connect;
};

static uint64_t sum(struct asked q)
{
	uint64_t ret = 0;

	for (size_t i = 0; i < n_all; i++) {
		unsigned minute = (unsigned)all[i].second / 60;

		ret += minute >= q.first && minute < q.first + q.n &&
		       (q.kind == REFUSALS_ALL || q.kind == all[i].kind) &&
		       (q.receiver < 0 || all[i].receiver == (unsigned)q.receiver) &&
		       (q.account < 0 || all[i].account == (unsigned)q.account) &&
		       (q.at_connect < 0 || all[i].at_connect == (q.at_connect > 0));
	}
	return ret;
}

/* The place of a count among others, the greatest first and equal ones by name; found
 * SIZE_MAX: the first one alone was asked for. */
static void want_ranks(const char *what, struct asked q, bool of_receivers, uint64_t least,
		       const struct refusals_rank *top, size_t found, size_t max)
{
	unsigned end = of_receivers ? RECEIVERS : NEVER;
	size_t n = 0;

	for (unsigned i = 0; i < end; i++) {
		struct asked mine = q;
		uint64_t count;
		size_t place = 0;
		char name[NAME];

		if (!of_receivers && i == NOBODY)
			continue;
		*(of_receivers ? &mine.receiver : &mine.account) = (int)i;
		count = sum(mine);
		if (count == 0 || count < least)
			continue;
		n++;
		snprintf(name, sizeof(name), "%s", of_receivers ? domain_of(i) : name_of(i));
		for (unsigned k = 0; k < end; k++) {
			uint64_t other;

			if (!of_receivers && k == NOBODY)
				continue;
			*(of_receivers ? &mine.receiver : &mine.account) = (int)k;
			other = sum(mine);
			place += other > count ||
				 (other == count && strcmp(of_receivers ? domain_of(k) : name_of(k), name) < 0);
		}
		if (place >= max)
			continue;
		want_raw(what, top[place].name, name);
		want_number(what, top[place].count, count);
	}
	if (found != SIZE_MAX)
		want_number(what, found, n);
}

static void want_blamed(const struct refusals *s, const struct refusals_rank *receiver, unsigned r, struct asked q)
{
	struct refusals_blamed blamed = refusals_blamed(s, receiver->row, q.kind, q.first, q.n);
	size_t last = n_all;
	bool tried = false;

	q.receiver = (int)r;
	want_number("it refused", blamed.all, sum(q));
	want_number("and of this kind", refusals_receiver_sum(s, receiver->row, q.kind, q.first, q.n), sum(q));
	q.at_connect = 1;
	want_number("at connect", blamed.at_connect, sum(q));
	q.at_connect = 0;
	/* the first alone is told */
	for (unsigned i = 0; i < NEVER && blamed.account.count == 0; i++) {
		q.account = (int)i;
		assert_true(i == NOBODY || sum(q) == 0);
	}
	q.account = -1;
	if (blamed.account.count > 0)
		want_ranks("whom", q, false, 1, &blamed.account, SIZE_MAX, 1);
	for (size_t i = 0; i < n_all; i++) {
		if (all[i].receiver != r)
			continue;
		tried |= all[i].tried;
		last = all[i].kind == q.kind ? i : last;
	}
	want_number("a server was tried", refusals_receiver_is_tried(s, receiver->row), tried);
	if (last < n_all) {
		struct sw_raw words = refusals_words(s, receiver->row, q.kind);

		want_number("its last words", words.n, all[last].words_n);
		assert_memory_equal(words.p, all[last].words, words.n);
	}
}

static void want_answers(const struct refusals *s)
{
	struct refusals_rank top[16];
	struct asked q = { .first = dice(REFUSALS_SPAN), .kind = dice(REFUSAL_KINDS + 1), .receiver = -1, .account = -1, .at_connect = -1 };
	uint64_t least = dice(8);
	size_t max = dice(8);
	size_t found;

	q.n = dice(4) ? 1 + dice(REFUSALS_SPAN) : 99;
	want_number("all", refusals_total(s, q.kind, q.first, q.n), sum(q));
	found = refusals_receivers(s, q.kind, q.first, q.n, least, top, max);
	want_ranks("receivers", q, true, least, top, found, max);
	found = refusals_receivers(s, REFUSALS_ALL, 0, 99, 1, top, SW_COUNT(top));
	for (size_t i = 0; i < found && q.kind != REFUSALS_ALL; i++)
		for (unsigned r = 0; r < RECEIVERS; r++)
			if (raw_is(top[i].name, domain_of(r)))
				want_blamed(s, &top[i], r, q);
	q.kind = REFUSALS_ALL;
	found = refusals_accounts(s, q.first, q.n, least, top, max);
	want_ranks("accounts", q, false, least, top, found, max);
	found = refusals_accounts(s, 0, 99, 1, top, SW_COUNT(top));
	for (size_t i = 0; i < found; i++)
		for (unsigned account = 0; account < NEVER; account++) {
			struct refusals_rank most;

			if (account == NOBODY || !raw_is(top[i].name, name_of(account)))
				continue;
			q.account = (int)account;
			want_number("of it", refusals_account_sum(s, top[i].row, q.first, q.n), sum(q));
			most = refusals_of(s, top[i].row, q.first, q.n);
			if (most.count > 0)
				want_ranks("who refuses it", q, true, 1, &most, SIZE_MAX, 1);
			else
				want_number("nobody", sum(q), 0);
			q.at_connect = 0;
			for (q.kind = 0; q.kind < REFUSAL_KINDS; q.kind++)
				want_number("of a kind",
					    refusals_account_kind(s, top[i].name, (enum refusal)q.kind, q.first, q.n),
					    sum(q));
			q.at_connect = -1;
			q.kind = REFUSALS_ALL;
		}
}

/* What makes them keep their places: each refusal once. */
static void want_weights(const struct refusals *s)
{
	uint64_t pairs = 0;

	for (size_t i = 0; i < topk_rows(s->receiver); i++) {
		const struct topk_row *row = topk_row(s->receiver, i);
		struct asked q = { .kind = REFUSALS_ALL, .n = 99, .account = -1, .at_connect = -1 };

		for (unsigned r = 0; r < RECEIVERS; r++)
			if (raw_is(row->name, domain_of(r)))
				q.receiver = (int)r;
		want_number("of a receiver", row->count, sum(q));
	}
	for (size_t i = 0; i < topk_rows(s->pair); i++)
		pairs += topk_row(s->pair, i)->count;
	want_number("of all pairs", pairs, n_all);
}

static void any_lines_say_what_a_list_of_them_says(void **state)
{
	struct sw_host host = host_new(NULL);

	(void)state;
	for (uint32_t run = 1; run <= 12; run++) {
		struct refusals s = refusals_fresh(&host);

		seed = run;
		make_lines(&s);
		assert_true(n_all > 50);
		for (int i = 0; i < 40; i++)
			want_answers(&s);
		for (unsigned account = 0; account < NEVER; account++) {
			struct topk_row *row = account == NOBODY ? NULL : topk_find(s.account, raw_of(name_of(account)));

			if (account != NOBODY)
				want_number("so often it was met", row ? row->count : 0, weight[account]);
		}
		want_weights(&s);
		refusals_free(&s);
	}
	host_remove(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_lines_say_what_a_list_of_them_says),
	};

	return cmocka_run_group_tests_name("refusals_any", tests, NULL, NULL);
}
