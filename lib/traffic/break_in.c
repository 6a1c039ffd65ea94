#include "traffic/break_in.h"

#include "base/rank.h"
#include "traffic/login_events.h"

enum { DAY = 86400, HOUR = 3600 };

#define TABLE(array)                                                                               \
	(struct slots)                                                                             \
	{                                                                                          \
		(array), sizeof(array) / sizeof((array)[0]), sizeof((array)[0])                    \
	}

void break_in_begin(struct break_ins *b, struct hash_key key)
{
	memset(b, 0, sizeof(*b));
	b->key = key;
}

/* --- names */

static uint64_t hash_of(const struct break_ins *b, char kind, uint64_t account,
			const struct network_address *address)
{
	char name[1 + sizeof(account) + sizeof(*address)];
	uint64_t hash;

	name[0] = kind;
	memcpy(name + 1, &account, sizeof(account));
	memcpy(name + 1 + sizeof(account), address, sizeof(*address));
	hash = hash_bytes(b->key, raw_from(name, sizeof(name)));
	return hash ? hash : 1;
}

/* A name that failed was cut by smtpd, one that was used was not. */
static uint64_t account_of(const struct break_ins *b, struct sw_raw name)
{
	uint64_t hash;

	name.n = name.n < LOGIN_NAME ? name.n : LOGIN_NAME;
	hash = hash_bytes(b->key, name);
	return hash ? hash : 1;
}

/* --- days of use */

/* Bit i: it was used i days before `day`. */
static uint32_t used_days(const struct break_ins *b, uint64_t hash, int32_t day)
{
	const struct slot *s = slots_find(
		(struct slots){ (void *)b->used, BREAK_IN_USED, sizeof(b->used[0]) }, hash);
	uint32_t days = s ? s->weight & 0xff : 0;

	if (!s || s->day <= day - BREAK_IN_DAYS || s->day >= day + BREAK_IN_DAYS)
		return 0;
	return s->day <= day ? days << (day - s->day) & 0xff : days >> (s->day - day);
}

static void use(struct break_ins *b, uint64_t hash, int32_t day)
{
	struct slot *s = slots_take(TABLE(b->used), hash, day - BREAK_IN_DAYS + 1, &b->lost);
	uint32_t days;

	if (s->day == 0)
		s->weight = 0; /* new: it is the youngest, whose place ever it took */
	if (day < s->day - BREAK_IN_DAYS + 1)
		return;
	if (day > s->day) {
		days = s->day > day - BREAK_IN_DAYS ? s->weight << (day - s->day) & 0xff : 0;
		s->day = day;
	} else {
		days = s->weight & 0xff;
	}
	s->weight = (uint32_t)s->day << 8 | days | 1U << (s->day - day);
}

/* --- failures */

static void note_tried(struct break_in_address *a, uint32_t account, int32_t day)
{
	size_t oldest = 0;

	for (size_t i = 0; i < a->n; i++) {
		if (a->tried[i].account == account) {
			a->tried[i].day = (uint32_t)day;
			return;
		}
		if (a->tried[i].day < a->tried[oldest].day)
			oldest = i;
	}
	if (a->n < BREAK_IN_GUESSES)
		oldest = a->n++;
	a->tried[oldest].account = account;
	a->tried[oldest].day = (uint32_t)day;
}

static void note_lost(struct break_ins *b, uint64_t before, int64_t time)
{
	if (b->lost != before)
		b->lost_at = time;
}

/* An account that is used is nobody's invention: it does not give way to those that are. */
static void favour(struct slot *slot)
{
	const uint32_t real = UINT32_MAX / 2;

	if (slot && slot->weight < real)
		slot->weight += real;
}

void break_in_failure(struct break_ins *b, struct sw_raw name,
		      const struct network_address *address, int64_t time)
{
	int32_t oldest = tries_day(time) - BREAK_IN_DAYS + 1;
	struct network_address network = network_of(address);
	uint64_t account = account_of(b, name);
	uint64_t pair = hash_of(b, 'p', account, &network);
	uint64_t lost = b->lost;
	struct break_in_account *a = slots_take(TABLE(b->account), account, oldest, &b->lost);
	struct break_in_pair *p = slots_take(TABLE(b->pair), pair, oldest, &b->lost);
	struct break_in_address *from =
		slots_take(TABLE(b->address), hash_of(b, 'a', 0, address), oldest, &b->lost);

	tries_add(&a->slot, &a->tries, time, false);
	tries_go_to(&p->slot, &p->tries, p->at_use, tries_day(time));
	tries_add(&p->slot, &p->tries, time, used_days(b, pair, tries_day(time)) & 1);
	tries_add(&from->slot, &from->tries, time, false);
	p->account = account;
	if (used_days(b, account, tries_day(time)) != 0) {
		favour(&a->slot);
		favour(&p->slot);
	}
	note_lost(b, lost, time);
	note_tried(from, (uint32_t)account, tries_day(time));
}

/* --- uses */

struct getting_in {
	const struct break_in_rules *rules;
	struct sw_raw name;
	uint64_t account;
	uint64_t pair;
	uint64_t from;
	const struct network_address *address;
	struct network_address network;
	int64_t time;
	int32_t day;
	bool is_new; /* the network had not used it */
};

static struct break_in *broken_find(struct break_ins *b, uint64_t account)
{
	for (size_t i = 0; i < BREAK_IN_BROKEN && b->broken[i].account; i++)
		if (b->broken[i].account == account)
			return &b->broken[i];
	return NULL;
}

static void tell(struct break_ins *b, const struct getting_in *in, struct break_in what)
{
	struct break_in *one = broken_find(b, in->account);

	if (one && in->time - one->last < DAY) {
		if (in->time > one->last)
			one->last = in->time;
		return;
	}
	if (!one) {
		one = &b->broken[0];
		for (size_t i = 1; i < BREAK_IN_BROKEN; i++)
			if (b->broken[i].last < one->last)
				one = &b->broken[i];
		b->lost += one->last > in->time - DAY;
	}
	*one = what;
	one->account = in->account;
	one->network = in->network;
	one->address = *in->address;
	one->first = in->time;
	one->last = in->time;
	one->name_n = (uint32_t)(in->name.n < BREAK_IN_NAME ? in->name.n : BREAK_IN_NAME);
	memcpy(one->name, in->name.p, one->name_n);
}

/* Was the network used after the last of the guesses already? */
static bool is_told(const struct break_in_pair *p, const struct getting_in *in, uint32_t used)
{
	uint64_t sum = 0;
	int32_t d = in->day - BREAK_IN_DAYS;
	uint32_t failed = 0;

	while (sum < in->rules->guesses && d < in->day) {
		d++;
		failed = tries_has(&p->slot, d) ? p->tries.failed[d % BREAK_IN_DAYS] : 0;
		sum += failed;
	}
	return (used & ((1U << (in->day - d)) - 1)) != 0 ||
	       sum - failed + p->at_use[d % BREAK_IN_DAYS] >= in->rules->guesses;
}

/* (a) */
static bool judge_network(struct break_ins *b, const struct getting_in *in)
{
	struct break_in_pair *p = slots_find(TABLE(b->pair), in->pair);
	uint32_t used = used_days(b, in->pair, in->day);
	int64_t since = 0;
	uint64_t failed = p ? tries_sum(&p->slot, &p->tries, in->day, &since) : 0;
	int32_t first = tries_day(since);

	bool is = failed >= in->rules->guesses && !is_told(p, in, used) &&
		  !(used >> (in->day - first) >> 1) &&
		  !(p->tries.used >> first % BREAK_IN_DAYS & 1);

	if (is)
		tell(b, in, (struct break_in){ .failures = (uint32_t)failed, .since = since });
	if (p && tries_has(&p->slot, in->day))
		p->at_use[in->day % BREAK_IN_DAYS] = p->tries.failed[in->day % BREAK_IN_DAYS];
	return is;
}

/* (c) */
static bool judge_address(struct break_ins *b, const struct getting_in *in)
{
	struct break_in_address *a = slots_find(TABLE(b->address), in->from);
	int64_t since = 0;
	uint64_t failed;
	uint32_t n = 0;

	if (!a || !in->is_new || used_days(b, in->from, in->day) != 0)
		return false;
	for (size_t i = 0; i < a->n; i++)
		n += (int32_t)a->tried[i].day > in->day - BREAK_IN_DAYS;
	if (n < in->rules->guesses)
		return false;
	failed = tries_sum(&a->slot, &a->tries, in->day, &since);
	tell(b, in,
	     (struct break_in){ .failures = (uint32_t)failed, .since = since, .accounts = n });
	return true;
}

/* How many failures of an account came from networks that have not used it. */
static uint64_t failed_unseen(struct break_ins *b, const struct getting_in *in,
			      const struct break_in_account *a, int64_t *since)
{
	uint64_t sum = tries_sum(&a->slot, &a->tries, in->day, since);
	int64_t ignored;

	if (sum < in->rules->guesses)
		return 0;
	for (size_t i = 0; i < BREAK_IN_PAIRS; i++) {
		const struct break_in_pair *p = &b->pair[i];
		uint64_t of;

		if (p->account != in->account || !used_days(b, p->slot.hash, in->day))
			continue;
		of = tries_sum(&p->slot, &p->tries, in->day, &ignored);
		sum -= of < sum ? of : sum;
	}
	return sum;
}

/* (b): what failed before the first of them counts, for then it was from elsewhere. */
static bool judge_account(struct break_ins *b, const struct getting_in *in)
{
	struct break_in_account *a = slots_find(TABLE(b->account), in->account);
	uint32_t n = in->rules->networks;
	int64_t since = 0;
	uint32_t i;

	if (!a || !in->is_new)
		return false;
	i = a->n++ % BREAK_IN_NETWORKS;
	a->came[i].time = (uint32_t)in->time;
	a->came[i].failed = (uint32_t)failed_unseen(b, in, a, &since);
	a->came[i].since = (uint32_t)since;
	if (a->n < n)
		return false;
	i = (a->n - n) % BREAK_IN_NETWORKS;
	if (a->came[i].failed < in->rules->guesses || in->time - a->came[i].time > HOUR)
		return false;
	tell(b, in,
	     (struct break_in){
		     .failures = a->came[i].failed, .since = a->came[i].since, .networks = n });
	a->n = 0;
	return true;
}

/* Who broke in is nobody, whatever else he uses. */
static bool is_burglar(struct break_ins *b, const struct getting_in *in, bool broke_in)
{
	int32_t oldest = in->day - BREAK_IN_DAYS + 1;
	const struct break_in *one = broken_find(b, in->account);
	struct break_in_address *a =
		broke_in ? slots_take(TABLE(b->address), in->from, oldest, &b->lost)
			 : slots_find(TABLE(b->address), in->from);

	if (broke_in) {
		tries_go_to(&a->slot, &a->tries, NULL, in->day);
		a->broke = in->day > a->broke ? in->day : a->broke;
	}
	return (a && a->broke >= oldest) ||
	       (one && memcmp(&one->network, &in->network, sizeof(in->network)) == 0);
}

bool break_in_use(struct break_ins *b, const struct break_in_rules *rules, struct sw_raw name,
		  const struct network_address *address, int64_t time)
{
	struct getting_in in = { .rules = rules,
				 .name = name,
				 .account = account_of(b, name),
				 .address = address,
				 .network = network_of(address),
				 .time = time,
				 .day = tries_day(time) };
	uint64_t lost = b->lost;
	bool broke_in;

	/* what is looked at lies far apart: all of it comes meanwhile */
	slots_expect(TABLE(b->account), in.account);
	slots_expect(TABLE(b->used), in.account);
	in.pair = hash_of(b, 'p', in.account, &in.network);
	slots_expect(TABLE(b->used), in.pair);
	slots_expect(TABLE(b->pair), in.pair);
	in.from = hash_of(b, 'a', 0, address);
	slots_expect(TABLE(b->used), in.from);
	slots_expect(TABLE(b->address), in.from);
	in.is_new = used_days(b, in.pair, in.day) == 0;
	broke_in = judge_network(b, &in);
	broke_in |= judge_address(b, &in);
	broke_in |= judge_account(b, &in);
	use(b, in.account, in.day);
	use(b, in.pair, in.day);
	favour(slots_find(TABLE(b->account), in.account));
	favour(slots_find(TABLE(b->pair), in.pair));
	if (!is_burglar(b, &in, broke_in))
		use(b, in.from, in.day);
	note_lost(b, lost, time);
	return broke_in;
}

/* The last first; equal ones by their hash, which no two share. */
static bool is_later(const void *a, const void *b)
{
	const struct break_in *x = *(const struct break_in *const *)a;
	const struct break_in *y = *(const struct break_in *const *)b;

	return x->first != y->first ? x->first > y->first : x->account < y->account;
}

size_t break_in_last(const struct break_ins *b, int64_t end, const struct break_in **ret,
		     size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < BREAK_IN_BROKEN && b->broken[i].account; i++) {
		const struct break_in *one = &b->broken[i];

		if (break_in_is_of(one, end))
			n = rank_add(ret, n, max, sizeof(*ret), &one, is_later);
	}
	return n;
}
