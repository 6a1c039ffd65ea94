/* A day as bytes: what is read of a state, and which is none. */
#include <stdlib.h>

#include "daytext.h"
#include "traffic/day_parts.h"
#include "traffic/day_state.h"

enum { SOURCE = 77 };

static unsigned char bytes[DAY_STATE_SIZE];
static unsigned char again[DAY_STATE_SIZE];
static struct day_state_head head;

static struct day fresh_from(int64_t m_first)
{
	static const char *const none[] = { NULL };
	static struct sw_host h;
	struct sw_fault why = { 0 };
	struct day d;

	h = (struct sw_host){ .root = -1, .now = M + 30, .env = none, .secret = { 1, 2 } };
	assert_int_equal(day_new(&d, &h, m_first, M, true, &why), 0);
	return d;
}

static struct day fresh(void)
{
	return fresh_from(M - 14 * 60);
}

/* The state of a day with some messages, all of it known; how many bytes it has. */
static size_t write_state(void)
{
	struct day d = fresh();
	size_t n;

	memset(d.state, LOG_MINUTE_KNOWN, sizeof(d.state));
	for (int i = 0; i < 9; i++) {
		struct log_message message = { .time = END - 5000 + i, .program = raw_of("smtpd") };
		char text[128];

		snprintf(text, sizeof(text),
			 "A%06d: client=u[192.0.2.1], sasl_method=PLAIN, sasl_username=u%d@x", i, i % 2);
		message.text = raw_of(text);
		day_message(&d, &message);
	}
	day_lines_end(&d);
	memset(bytes, 0, sizeof(bytes));
	n = day_state_write(&d, SOURCE, d.end, bytes);
	assert_true(n > sizeof(head) && n < sizeof(bytes));
	memcpy(&head, bytes, sizeof(head));
	day_free(&d);
	return n;
}

/* Read it where its last byte is the last there is; it stays until the next is read. */
static bool read_exactly(struct day *d, const void *from, size_t n)
{
	static void *copy;

	free(copy);
	copy = malloc(n);
	memcpy(copy, from, n);
	return day_state_read(d, SOURCE, copy, n);
}

static void what_is_no_state_of_this_log_and_day_is_none(void **state)
{
	enum { NO = 1000000 };
	static const struct {
		const char *what;
		uint64_t source;		 /* less SOURCE */
		int end, until, base;		 /* buckets later than they were */
		int accounts;			 /* so many; NO: as many as there are */
		int behind;			 /* bytes more that are given */
		int said;			 /* and that the head says */
		bool fits;
	} rows[] = {
		{ "as it was written", 0, 0, 0, 0, NO, 0, 0, true },
		{ "of another log", 1, 0, 0, 0, NO, 0, 0, false },
		{ "of a time to come", 0, 0, 1, 1, NO, 0, 0, false },
		{ "of a poll before", 0, -1, -1, -1, NO, 0, 0, true },
		{ "of a run that was late", 0, -1, 0, 0, NO, 0, 0, true },
		{ "that ends after its run", 0, 0, -1, -1, NO, 0, 0, false },
		{ "that ends with the first bucket", 0, -290, 0, 0, NO, 0, 0, true },
		{ "that ends before it", 0, -291, 0, 0, NO, 0, 0, false },
		{ "of another base", 0, 0, 0, 1, NO, 0, 0, false },
		{ "a byte less", 0, 0, 0, 0, NO, -1, -1, false },
		{ "a byte more", 0, 0, 0, 0, NO, 1, 1, false },
		{ "two more", 0, 0, 0, 0, NO, 2, 2, false },
		{ "a byte less than it should say", 0, 0, 0, 0, NO, 0, -1, false },
		{ "a byte more than there are", 0, 0, 0, 0, NO, 0, 1, false },
		{ "a byte less than it says", 0, 0, 0, 0, NO, -1, 0, false },
		{ "an account less", 0, 0, 0, 0, 1, 0, 0, false },
		{ "an account more", 0, 0, 0, 0, 3, 0, 0, false },
		{ "more than there is room for", 0, 0, 0, 0, DAY_ACCOUNTS + 1, 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		size_t n = write_state();
		struct day d = fresh();

		want_number("accounts", head.accounts, 2);
		head.source = SOURCE + rows[i].source;
		head.end += (uint32_t)rows[i].end;
		head.until += (uint32_t)rows[i].until;
		head.base += (uint32_t)rows[i].base;
		head.bytes += (uint32_t)rows[i].said;
		if (rows[i].accounts != NO)
			head.accounts = (uint32_t)rows[i].accounts;
		memcpy(bytes, &head, sizeof(head));
		want_number(rows[i].what,
			    day_state_read(&d, SOURCE, bytes, n + (size_t)rows[i].behind), rows[i].fits);
		want_number(rows[i].what, d.resumed, rows[i].fits);
		day_free(&d);
	}
}

static void who_goes_on_knows_what_was_known(void **state)
{
	static const struct {
		const char *what;
		int hole;	       /* bucket of the day that was not known; -1: none */
		int lost_until;	       /* buckets since the first that is told; -1: before it */
		uint64_t lost;
		uint64_t want_lost;
		enum log_minute want; /* of the day */
	} rows[] = {
		{ "all", -1, 0, 0, 0, LOG_MINUTE_KNOWN },
		{ "not its first bucket", 0, 0, 0, 0, LOG_MINUTE_UNKNOWN },
		{ "not its last", DAY_BUCKETS - 1, 0, 0, 0, LOG_MINUTE_UNKNOWN },
		{ "some are lost", -1, 0, 5, 5, LOG_MINUTE_KNOWN },
		{ "they were lost before", -1, -1, 5, 0, LOG_MINUTE_KNOWN },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		size_t n = write_state();
		struct day d = fresh();
		unsigned hours;

		if (rows[i].hole >= 0)
			head.known[DAY_STATE_KEPT - DAY_BUCKETS + rows[i].hole] = 0;
		head.lost = rows[i].lost;
		head.lost_until = d.first + (uint32_t)rows[i].lost_until;
		memcpy(bytes, &head, sizeof(head));
		assert_true(day_state_read(&d, SOURCE, bytes, n));
		want_number(rows[i].what, day_state(&d, day_end(M), &hours), rows[i].want);
		want_number(rows[i].what, day_lost(&d), rows[i].want_lost);
		want_number(rows[i].what, d.from, day_end(M));
		want_number(rows[i].what, d.begin, END - DAY_LAG);
		want_number(rows[i].what, topk_rows(d.account), 2);
		for (uint32_t row = 0; row < 2; row++)
			want_number(rows[i].what, day_count(&d, row, DAY_MESSAGES, day_end(M)).n,
				    raw_is(topk_row(d.account, row)->name, "u0@x") ? 5 : 4);
		day_free(&d);
	}
}

/* Seen in this bucket, and never before. */
static void see(struct day *d, struct day_list *list, uint64_t key, uint32_t bucket, uint32_t recent)
{
	struct day_seen *s = day_see(d, list, key, bucket);

	s->last = bucket;
	s->recent = recent;
}

/* The days of accounts, of which a state keeps what is of its buckets, those with most first. */
static void what_is_written_is_read(void **state)
{
	enum { KEPT = DAY_STATE_KEPT, NO = -1 };
	const uint32_t most = UINT32_MAX;
	static const char text[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	const struct {
		const char *name;
		int bucket; /* before the end, 1 is the last one */
		uint32_t messages, external, lost;
		int until, blind;
		int seen; /* as .bucket */
		uint32_t recent;
		int text; /* bytes of a sender; NO: none */
		bool kept, kept_lost, kept_seen;
	} rows[] = {
		{ "lost", 2, most, most, most, 1, 1, 20, 1, 0, true, true, true },
		{ "to nobody", 2, most - 1, 0, 127, 1, 1, 20, most, 1, true, true, true },
		{ "to most", 2, 20000, most, 128, 1, 1, 20, 127, NO, true, true, true },
		{ "16384 doubled", 2, 8192, 8192, 16383, 1, 1, 20, 128, 63, true, true, true },
		{ "16383", 2, 8191, 8192, 16384, 1, 1, 20, 16383, 64, true, true, true },
		{ "128 doubled", 2, 64, 64, 1, 1, 1, 20, 16384, 3, true, true, true },
		{ "127", 2, 63, 64, 0, KEPT, KEPT, 20, 0, 3, true, false, true },
		{ "in the last bucket", 1, 10, 10, 7, 1, 1, 20, 1, 3, true, true, true },
		{ "in the first", KEPT, 9, 9, 7, KEPT, KEPT, KEPT, 0, 3, true, true, true },
		{ "what was before", KEPT, 8, 9, 7, KEPT + 1, KEPT + 1, KEPT + 1, 0, 3, true, false, false },
		{ "long ago, and now", KEPT, 7, 9, 7, 1, 1, KEPT + 1, 1, 3, true, true, true },
		{ "one", 3, 1, 0, 0, 0, 0, 20, 0, NO, true, false, true },
		{ "another", 3, 1, 1, 0, 0, 0, 20, 0, NO, true, false, true },
		{ "in the next", 0, 5, 5, 7, 1, 1, 20, 1, 3, false, false, false },
		{ "too long ago", KEPT + 1, 4, 4, 7, 1, 1, 20, 1, 3, false, false, false },
	};
	static struct day from;
	struct day to = fresh();
	uint32_t row = 0;
	uint32_t end;
	uint32_t oldest;
	size_t n;

	(void)state;
	from = fresh();
	end = from.end;
	oldest = end - KEPT;
	/* in another order than that in which they are written */
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw name = raw_of(rows[(i * 7 + 3) % SW_COUNT(rows)].name);

		if (!raw_is(name, "one") && !raw_is(name, "another"))
			(void)day_account_of(&from, topk_count(from.account, name, 1));
	}
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct topk_row *of = topk_count(from.account, raw_of(rows[i].name), 1);
		struct day_account *a = day_account_of(&from, of);

		a->lost = rows[i].lost;
		a->until = end - (uint32_t)rows[i].until;
		a->blind = end - (uint32_t)rows[i].blind;
		assert_true(day_add(&from, a, end - (uint32_t)rows[i].bucket, rows[i].messages,
				    rows[i].external));
		for (unsigned k = 0; k < 2; k++) {
			see(&from, &a->list[k], 5 + k, end - (uint32_t)rows[i].seen, rows[i].recent);
			a->list[k].dropped = end - (uint32_t)rows[i].seen;
		}
		if (rows[i].text == NO)
			continue;
		a->texts = 1;
		a->text[0].key = 6;
		a->text[0].n = (uint8_t)rows[i].text;
		memcpy(a->text[0].text, text, a->text[0].n);
	}
	/* before and after what is kept there can be more */
	for (uint32_t i = 0; i < 2; i++)
		assert_true(day_add(&from,
				    day_account_of(&from, topk_find(from.account, raw_of("lost"))),
				    i > 0 ? end : oldest - 1, 2, 1));
	n = day_state_write(&from, SOURCE, end, bytes);
	assert_true(read_exactly(&to, bytes, n));
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const struct topk_row *of = topk_find(to.account, raw_of(rows[i].name));
		const char *what = rows[i].name;
		const struct day_account *a;

		want_number(what, of != NULL, rows[i].kept);
		if (!of)
			continue;
		want_number(what, of - topk_row(to.account, 0), row);
		a = &to.of[row++];
		want_number(what, of->count, rows[i].messages);
		want_number(what, a->cells, 1);
		want_number(what, a->cell->bucket, end - (uint32_t)rows[i].bucket);
		want_number(what, a->cell->messages, rows[i].messages);
		want_number(what, a->cell->external, rows[i].external);
		want_number(what, a->lost, rows[i].kept_lost ? rows[i].lost : 0);
		want_number(what, a->until, rows[i].until <= KEPT ? end - (uint32_t)rows[i].until : 0);
		want_number(what, a->blind, rows[i].blind <= KEPT ? end - (uint32_t)rows[i].blind : 0);
		for (unsigned k = 0; k < 2; k++) {
			const struct day_list *list = &a->list[k];
			bool old = rows[i].seen > KEPT;

			want_number(what, list->dropped, old ? 0 : end - (uint32_t)rows[i].seen);
			want_number(what, list->n, rows[i].kept_seen);
			if (list->n == 0)
				continue;
			want_number(what, list->seen->key, 5 + k);
			want_number(what, list->seen->last, old ? 0 : end - (uint32_t)rows[i].seen);
			want_number(what, list->seen->recent, rows[i].recent);
		}
		want_number(what, a->texts, rows[i].text != NO);
		if (rows[i].text == NO)
			continue;
		want_number(what, a->text[0].key, 6);
		want_number(what, a->text[0].n, rows[i].text);
		assert_memory_equal(a->text[0].text, text, a->text[0].n);
	}
	want_number("accounts", topk_rows(to.account), row);
	day_free(&from);
	day_free(&to);
}

static void a_block_has_as_many_bytes_as_it_says(void **state)
{
	static const struct {
		uint32_t said;
		size_t want;
	} rows[] = { { 0, 0 }, { 1, 1 }, { DAY_STATE_SIZE, DAY_STATE_SIZE }, { DAY_STATE_SIZE + 1, 0 } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		head = (struct day_state_head){ .bytes = rows[i].said };
		memcpy(bytes, &head, sizeof(head));
		want_number("bytes", day_state_size(raw_from((char *)bytes, sizeof(bytes))), rows[i].want);
	}
}

static void a_state_that_is_cut_is_none(void **state)
{
	size_t n = write_state();

	(void)state;
	for (size_t cut = 1; cut <= n; cut++) {
		struct day d = fresh();
		char what[64];

		snprintf(what, sizeof(what), "%zu bytes of %zu", cut, n);
		head.bytes = (uint32_t)cut;
		if (cut >= sizeof(head))
			memcpy(bytes, &head, sizeof(head));
		want_number(what, read_exactly(&d, bytes, cut), cut == n);
		want_number(what, d.resumed, cut == n);
		day_free(&d);
	}
}

/* The numbers of a state with one account, in their order. */
enum place {
	DOUBT, FLAGS, WHERE, CODE, CAUSE, NAME, LOST, UNTIL, BLIND, CELLS, GAP, NEXT_GAP, SENT,
	EXTERNAL, SEEN, DROPPED, LAST, RECENT, KEYS, TEXTS, TEXT, PLACES
};
static const uint64_t usual[PLACES] = { 0, 0, 2, 0, 2, 4, 5, 9, 0, 1, 7, 1, 2 * 6 + 1, 4, 1, 0, 3, 1, 0, 1, 3 };

static uint64_t short_cells; /* so many, of messages of one recipient each: two bytes, read by another way */
static size_t length;
static size_t account_at; /* where the account begins */

static void put_bytes(const void *from, size_t n)
{
	assert_true(n <= sizeof(bytes) - length);
	memcpy(bytes + length, from, n);
	length += n;
}

/* Seven bits a byte, the lowest first; in so many bytes at least. */
static void put_number(uint64_t x, size_t least)
{
	for (; x > 127 || least > 1; x >>= 7, least -= least > 0)
		bytes[length++] = (unsigned char)(x | 128);
	bytes[length++] = (unsigned char)x;
}

static void put_text(uint64_t n, size_t least)
{
	put_number(n, least);
	for (; n > 0; n--)
		bytes[length++] = 'x';
}

/* With another number at that place, in so many bytes. */
static size_t make_state(uint32_t end, enum place place, uint64_t value, size_t least)
{
	uint64_t x[PLACES];
	size_t as[PLACES] = { 0 };
	const int64_t heard = 0;

	memcpy(x, usual, sizeof(x));
	if (short_cells) {
		x[SENT] = 2 * 6;
		x[GAP] = 20; /* behind the beginning of the last day */
	}
	x[place] = value;
	as[place] = least;
	if (place == NEXT_GAP)
		x[CELLS] = short_cells ? short_cells : 2;
	if (place == KEYS)
		x[SEEN] = 2;
	length = sizeof(head);
	put_number(x[DOUBT], as[DOUBT]);
	put_number(x[FLAGS], as[FLAGS]);
	put_bytes(&heard, sizeof(heard));
	put_text(x[WHERE], as[WHERE]);
	put_number(x[CODE], as[CODE]);
	put_text(x[CAUSE], as[CAUSE]);
	account_at = length;
	put_text(x[NAME], as[NAME]);
	put_number(x[LOST], as[LOST]);
	put_number(x[UNTIL], as[UNTIL]);
	put_number(x[BLIND], as[BLIND]);
	put_number(x[CELLS], as[CELLS]);
	for (uint64_t i = 0; i < x[CELLS]; i++) {
		enum place gap = i > 0 ? NEXT_GAP : GAP;

		put_number(x[CELLS] > 2 && i == 0 && !short_cells ? 0 : x[gap], as[gap]);
		put_number(x[SENT], as[SENT]);
		if (x[SENT] & 1)
			put_number(x[EXTERNAL], as[EXTERNAL]);
	}
	put_number(x[SEEN], as[SEEN]);
	put_number(x[DROPPED], as[DROPPED]);
	for (uint64_t i = 0; i < x[SEEN]; i++) {
		uint64_t key = x[KEYS] ? 1 : i + 1;

		put_bytes(&key, sizeof(key));
		put_number(x[LAST], as[LAST]);
		put_number(x[RECENT], as[RECENT]);
	}
	put_number(0, 0); /* no senders */
	put_number(0, 0);
	put_number(x[TEXTS], as[TEXTS]);
	for (uint64_t i = 0; i < x[TEXTS]; i++) {
		put_bytes(&i, sizeof(i));
		put_text(x[TEXT], as[TEXT]);
	}
	head = (struct day_state_head){ .source = SOURCE, .end = end, .until = end, .accounts = 1 };
	head.base = end - DAY_RECENT;
	head.bytes = (uint32_t)length;
	memcpy(bytes, &head, sizeof(head));
	return length;
}

/* What was read of the number at that place. */
static uint64_t said_at(const struct day *d, enum place place, uint32_t oldest)
{
	const struct day_account *a = &d->of[0];
	const struct day_list *list = &a->list[DAY_LIST_NETWORKS];
	const struct day_cell *c = a->cell;

	switch (place) {
	case DOUBT:
		return d->reason.doubt;
	case FLAGS:
		return d->reason.for_adm + 2U * d->reason.by_config + 4U * d->reason.journal;
	case WHERE:
		return d->reason.where.n;
	case CAUSE:
		return d->reason.cause.text.n;
	case CODE:
		return (uint64_t)d->reason.cause.code;
	case NAME:
		return topk_row(d->account, 0)->name.n;
	case LOST:
		return a->lost;
	case UNTIL:
		return a->until ? a->until - oldest + 1 : 0;
	case BLIND:
		return a->blind ? a->blind - oldest + 1 : 0;
	case CELLS:
		return a->cells + a->packed;
	case GAP:
		return c->bucket - oldest;
	case NEXT_GAP:
		return a->cells > 1 ? c[1].bucket - c->bucket : usual[place];
	case SENT:
		return 2 * (uint64_t)c->messages + (c->messages != c->external);
	case EXTERNAL:
		return c->external;
	case SEEN:
		return list->n;
	case DROPPED:
		return list->dropped ? list->dropped - oldest + 1 : 0;
	case LAST:
		return list->seen->last ? list->seen->last - oldest + 1 : 0;
	case RECENT:
		return list->seen->recent;
	case TEXTS:
		return a->texts;
	case TEXT:
		return a->text[0].n;
	default: /* who has two keys alike is none */
		return usual[place];
	}
}

static void each_number_has_a_greatest_one(void **state)
{
	enum { BUCKET = 2 * DAY_SPANS, BASE = DAY_STATE_KEPT - DAY_RECENT };
	const uint64_t most = UINT32_MAX;
	const struct {
		const char *what;
		enum place place;
		uint64_t value;
		bool fits;
		size_t bytes; /* at least, that it has there */
	} rows[] = {
		{ "all as usual", TEXT, 3, true, 0 },
		{ "0", LOST, 0, true, 0 },
		{ "127", LOST, 127, true, 0 },
		{ "128", LOST, 128, true, 0 },
		{ "16383", LOST, 16383, true, 0 },
		{ "16384", LOST, 16384, true, 0 },
		{ "32 bits", LOST, most, true, 0 },
		{ "33 bits", LOST, most + 1, false, 0 },
		{ "63 bits", LOST, INT64_MAX, false, 0 },
		{ "64 bits", LOST, UINT64_MAX, false, 0 },
		{ "nine bytes", LOST, 300, true, 9 },
		{ "ten", LOST, 300, false, 10 },
		{ "eleven", LOST, 300, false, 11 },
		{ "a doubt", DOUBT, LOG_PART, true, 0 },
		{ "none", DOUBT, LOG_PART + 1, false, 0 },
		{ "flags", FLAGS, 7, true, 0 },
		{ "for adm", FLAGS, 1, true, 0 },
		{ "by configuration", FLAGS, 2, true, 0 },
		{ "of the journal", FLAGS, 4, true, 0 },
		{ "none of them", FLAGS, 8, false, 0 },
		{ "no text", WHERE, 0, true, 0 },
		{ "the longest text", WHERE, SW_LABEL_MAX, true, 0 },
		{ "one that is longer", WHERE, SW_LABEL_MAX + 1, false, 0 },
		{ "the greatest code", CODE, INT32_MAX, true, 0 },
		{ "one above it", CODE, INT32_MAX + UINT64_C(1), false, 0 },
		{ "the longest cause", CAUSE, SW_LABEL_MAX, true, 0 },
		{ "one that is longer", CAUSE, SW_LABEL_MAX + 1, false, 0 },
		{ "the longest name", NAME, DAY_NAME, true, 0 },
		{ "one that is longer", NAME, DAY_NAME + 1, false, 0 },
		{ "lost in no bucket", UNTIL, 0, true, 0 },
		{ "in the last", UNTIL, BUCKET, true, 0 },
		{ "behind it", UNTIL, BUCKET + 1, false, 0 },
		{ "blind in the first", BLIND, 1, true, 0 },
		{ "in the last", BLIND, BUCKET, true, 0 },
		{ "behind it", BLIND, BUCKET + 1, false, 0 },
		{ "no cells", CELLS, 0, true, 0 },
		{ "one in each bucket", CELLS, DAY_STATE_KEPT, true, 0 },
		{ "one more", CELLS, DAY_STATE_KEPT + 1, false, 0 },
		{ "in the first bucket", GAP, 0, true, 0 },
		{ "in the last", GAP, DAY_STATE_KEPT - 1, true, 0 },
		{ "behind it", GAP, DAY_STATE_KEPT, false, 0 },
		{ "two in one bucket", NEXT_GAP, 0, false, 0 },
		{ "in two", NEXT_GAP, 1, true, 0 },
		{ "in the first and the last", NEXT_GAP, DAY_STATE_KEPT - 8, true, 0 },
		{ "and one behind it", NEXT_GAP, DAY_STATE_KEPT - 7, false, 0 },
		{ "of no message", SENT, 0, true, 0 },
		{ "of one", SENT, 2, true, 0 },
		{ "of two", SENT, 4, true, 0 },
		{ "of most", SENT, 2 * most, true, 0 },
		{ "of more", SENT, 2 * most + 2, false, 0 },
		{ "of more, not to as many", SENT, 2 * most + 1, false, 0 },
		{ "to nobody", EXTERNAL, 0, true, 0 },
		{ "to most", EXTERNAL, most, true, 0 },
		{ "to more", EXTERNAL, most + 1, false, 0 },
		{ "nothing seen", SEEN, 0, true, 0 },
		{ "the longest list", SEEN, DAY_SEEN, true, 0 },
		{ "one that is longer", SEEN, DAY_SEEN + 1, false, 0 },
		{ "dropped last", DROPPED, BUCKET, true, 0 },
		{ "dropped behind it", DROPPED, BUCKET + 1, false, 0 },
		{ "two of one key", KEYS, 1, false, 0 },
		{ "never before", LAST, 0, true, 0 },
		{ "before those of a bit each", LAST, BASE, true, 0 },
		{ "in the first of them", LAST, BASE + 1, false, 0 },
		{ "seen in all of them", RECENT, most, true, 0 },
		{ "in one more", RECENT, most + 1, false, 0 },
		{ "no senders that are told", TEXTS, 0, true, 0 },
		{ "most of them", TEXTS, DAY_TELLING, true, 0 },
		{ "one more", TEXTS, DAY_TELLING + 1, false, 0 },
		{ "the null sender", TEXT, 0, true, 0 },
		{ "the longest one", TEXT, DAY_SENDER, true, 0 },
		{ "one that is longer", TEXT, DAY_SENDER + 1, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day d = fresh();
		size_t n = make_state(d.end, rows[i].place, rows[i].value, rows[i].bytes);
		uint32_t oldest = d.end - DAY_STATE_KEPT;
		uint64_t sent = rows[i].place == SENT ? rows[i].value / 2 : 6;

		want_number(rows[i].what, read_exactly(&d, bytes, n), rows[i].fits);
		if (!rows[i].fits) {
			day_free(&d);
			continue;
		}
		for (int place = 0; i == 0 && place < PLACES; place++)
			want_number(rows[i].what, said_at(&d, (enum place)place, oldest), usual[place]);
		want_number(rows[i].what, said_at(&d, rows[i].place, oldest), rows[i].value);
		if (rows[i].place == NEXT_GAP)
			sent = 12;
		if (rows[i].place == CELLS)
			sent = 6 * rows[i].value;
		want_number(rows[i].what, topk_row(d.account, 0)->count, sent > 0 ? sent : 1);
		want_number(rows[i].what, d.doubted, rows[i].place == DOUBT);
		/* written again it is the same, where what is of no use is not left out */
		if (rows[i].bytes == 0 && sent > 0 && d.of[0].until) {
			want_number(rows[i].what, day_state_write(&d, SOURCE, d.end, again), n);
			for (size_t k = 0; k < n; k++)
				want_number(rows[i].what, again[k], bytes[k]);
		}
		day_free(&d);
	}
}

static void no_two_cells_are_of_one_bucket(void **state)
{
	static const uint64_t gaps[] = { 0, 1, 2, 7 };

	(void)state;
	for (uint64_t cells = 2; cells <= 36; cells++)
		for (size_t i = 0; i < SW_COUNT(gaps); i++) {
			struct day d = fresh();
			size_t n;

			short_cells = cells;
			n = make_state(d.end, NEXT_GAP, gaps[i], 0);
			short_cells = 0;
			want_number("read", read_exactly(&d, bytes, n), gaps[i] > 0);
			if (gaps[i] > 0)
				want_number("written again", day_state_write(&d, SOURCE, d.end, again), n);
			for (size_t k = 0; gaps[i] > 0 && k < n; k++)
				want_number("as it was", again[k], bytes[k]);
			day_free(&d);
		}
}

static void a_name_stands_there_once(void **state)
{
	static const struct {
		const char *what;
		char letter; /* the second one's name begins with */
		bool fits;
	} rows[] = { { "two", 'y', true }, { "one twice", 'x', false } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day d = fresh();
		size_t first = make_state(d.end, LOST, 3, 0);

		put_bytes(bytes + account_at, first - account_at);
		bytes[first + 1] = (unsigned char)rows[i].letter;
		head.accounts = 2;
		head.bytes = (uint32_t)length;
		memcpy(bytes, &head, sizeof(head));
		want_number(rows[i].what, read_exactly(&d, bytes, length), rows[i].fits);
		day_free(&d);
	}
}

static void say(struct day *d, int64_t time, const char *id, const char *login)
{
	struct log_message message = { .time = time, .program = raw_of("smtpd") };
	char text[128];

	snprintf(text, sizeof(text), "%sB2C3: client=u[192.0.2.1], sasl_method=PLAIN, sasl_username=%s", id, login);
	message.text = raw_of(text);
	day_message(d, &message);
}

/* Who goes on is given the lines of the last minutes once more: are they those of the state? */
static void a_log_is_known_by_its_last_lines(void **state)
{
	static const struct {
		const char *what;
		bool resumed;
		int end; /* buckets before that of the day, at which the state ends */
		struct {
			int time; /* since END */
			const char *id, *login;
		} line[4];
		bool fits;
	} rows[] = {
		{ "the same", true, 0, { { -2, "A1", "a@x" }, { -600, "A2", "b@x" } }, true },
		{ "in another order", true, 0, { { -600, "A2", "b@x" }, { -2, "A1", "a@x" } }, true },
		{ "none of them", true, 0, { { 0 } }, false },
		{ "one less", true, 0, { { -2, "A1", "a@x" } }, false },
		{ "one more", true, 0, { { -2, "A1", "a@x" }, { -600, "A2", "b@x" }, { -1, "A3", "a@x" } }, false },
		{ "one more after it", true, 0, { { -2, "A1", "a@x" }, { -600, "A2", "b@x" }, { 0, "A3", "a@x" } }, true },
		{ "one more before it", true, 0, { { -2, "A1", "a@x" }, { -600, "A2", "b@x" }, { -601, "A3", "a@x" } }, true },
		{ "another ID", true, 0, { { -2, "A1", "a@x" }, { -600, "A3", "b@x" } }, false },
		{ "another login", true, 0, { { -2, "A1", "a@x" }, { -600, "A2", "c@x" } }, false },
		{ "a second later", true, 0, { { -1, "A1", "a@x" }, { -600, "A2", "b@x" } }, false },
		{ "of a poll before", true, 1, { { -301, "A0", "a@x" }, { -600, "A2", "b@x" } }, true },
		{ "not all of that", true, 1, { { -301, "A0", "a@x" } }, false },
		{ "without a state", false, 0, { { 0 } }, true },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day d = fresh();
		size_t n;

		say(&d, END - 600, "A2", "b@x");
		if (rows[i].end)
			say(&d, END - 301, "A0", "a@x");
		say(&d, END - 2, "A1", "a@x");
		n = day_state_write(&d, SOURCE, d.end - (uint32_t)rows[i].end, bytes);
		day_free(&d);
		d = fresh();
		if (rows[i].resumed)
			assert_true(read_exactly(&d, bytes, n));
		for (size_t k = 0; k < 4 && rows[i].line[k].id; k++)
			say(&d, END + rows[i].line[k].time, rows[i].line[k].id, rows[i].line[k].login);
		want_number(rows[i].what, day_state_fits(&d), rows[i].fits);
		/* if nothing is new, the state's own last lines stay those of the next one */
		if (rows[i].resumed) {
			n = day_state_write(&d, SOURCE, d.from, again);
			memcpy(&head, again, sizeof(head));
			want_number(rows[i].what, head.seam, d.seam_of_state);
			n = day_state_write(&d, SOURCE, d.from + 1, again);
			memcpy(&head, again, sizeof(head));
			want_number(rows[i].what, head.seam, day_seam_before(&d, d.from + 1));
		}
		day_free(&d);
	}
}

/* Which buckets are known, up to the last; behind that, what came of it was seen. */
static void each_bucket_is_as_known_as_it_was(void **state)
{
	/* the first bucket that is told is the first that is kept */
	const int64_t since = M - DAY_BUCKET * (DAY_STATE_KEPT - DAY_BUCKETS);

	(void)state;
	for (int hole = 0; hole < DAY_STATE_KEPT + 1; hole++) {
		struct day d = fresh_from(since);
		uint32_t oldest = d.end - DAY_STATE_KEPT;
		size_t n;

		memset(d.state, LOG_MINUTE_KNOWN, sizeof(d.state));
		want_number("kept", d.first, oldest);
		n = day_state_write(&d, SOURCE, d.end, bytes);
		memcpy(&head, bytes, sizeof(head));
		for (int i = 0; i < DAY_STATE_KEPT; i++)
			want_number("noted", head.known[i], true);
		memset(head.known, 1, sizeof(head.known));
		if (hole < DAY_STATE_KEPT)
			head.known[hole] = 0;
		memcpy(bytes, &head, sizeof(head));
		day_free(&d);
		d = fresh_from(since);
		assert_true(read_exactly(&d, bytes, n));
		for (uint32_t bucket = d.first; bucket < d.end; bucket++)
			want_number("read", d.state[bucket - d.first],
				    bucket == oldest + (uint32_t)hole ? LOG_MINUTE_UNKNOWN : LOG_MINUTE_KNOWN);
		want_number("the next", day_state_of(&d, d.end), LOG_MINUTE_UNKNOWN);
		day_free(&d);
	}
}

/* An account of a state with a name of that length, and so many networks. */
static void fill(struct day *d, int i, size_t name_n, uint32_t networks, uint32_t messages)
{
	char name[DAY_NAME];
	struct day_account *a;

	memset(name, 'x', sizeof(name));
	snprintf(name, sizeof(name), "%06d", i);
	name[6] = 'x';
	a = day_account_of(d, topk_count(d->account, raw_from(name, name_n), 1));
	assert_true(day_add(d, a, d->end - DAY_STATE_KEPT + 3, messages, messages));
	for (uint32_t k = 0; k < networks; k++) {
		struct day_seen *s = day_see(d, &a->list[DAY_LIST_NETWORKS], k + 1, d->end - DAY_STATE_KEPT + 3);

		assert_non_null(s);
	}
}

/* The last byte can be used; what has no room then is the account with fewest messages. */
static void a_state_can_be_full(void **state)
{
	static const struct {
		const char *what;
		int more; /* bytes than there is room for */
		bool lost;
	} rows[] = {
		{ "a byte less", -1, false },
		{ "all of it", 0, false },
		{ "a byte more", 1, true },
		{ "two more", 2, true },
	};
	enum { LENGTH = 100, NETWORKS = 50, LEAST = 20 };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day d = fresh();
		size_t none = day_state_write(&d, SOURCE, d.end, bytes);
		size_t one;
		size_t rest;
		int n;

		fill(&d, 0, LENGTH, NETWORKS, 2);
		one = day_state_write(&d, SOURCE, d.end, bytes) - none;
		n = (int)((DAY_STATE_SIZE - none) / one) - 1;
		for (int k = 1; k < n; k++)
			fill(&d, k, LENGTH, NETWORKS, 2);
		/* what the last one may have: ten bytes a network, one of its name's, a sender at last */
		rest = (size_t)((int)(DAY_STATE_SIZE - none - (size_t)n * one) - (int)one + rows[i].more);
		rest += LENGTH + 10 * NETWORKS - (8 + 1 + DAY_SENDER);
		fill(&d, n, LEAST + (rest - LEAST) % 10, (uint32_t)(rest - LEAST) / 10, 1);
		d.of[n].texts = 1;
		d.of[n].text[0] = (struct day_text){ .n = DAY_SENDER };
		one = day_state_write(&d, SOURCE, d.end, bytes);
		memcpy(&head, bytes, sizeof(head));
		want_number(rows[i].what, head.bytes, one);
		want_number(rows[i].what, head.accounts, rows[i].lost ? n : n + 1);
		want_number(rows[i].what, head.lost, rows[i].lost);
		want_number(rows[i].what, head.lost_until, rows[i].lost ? d.end : 0);
		if (!rows[i].lost)
			want_number(rows[i].what, one, DAY_STATE_SIZE + rows[i].more);
		day_free(&d);
		d = fresh();
		want_number(rows[i].what, day_state_size(raw_from((char *)bytes, sizeof(bytes))), one);
		assert_true(read_exactly(&d, bytes, one));
		want_number(rows[i].what, topk_rows(d.account), head.accounts);
		day_free(&d);
	}
}

static void as_many_accounts_as_there_can_be_are_read(void **state)
{
	struct day d = fresh();
	size_t n;

	(void)state;
	for (int i = 0; i < DAY_ACCOUNTS; i++)
		fill(&d, i, 7, 0, 1);
	n = day_state_write(&d, SOURCE, d.end, bytes);
	day_free(&d);
	d = fresh();
	assert_true(read_exactly(&d, bytes, n));
	want_number("accounts", topk_rows(d.account), DAY_ACCOUNTS);
	day_free(&d);
}

static void behind_a_state_nothing_is_written(void **state)
{
	struct day d = fresh();
	size_t n = day_state_write(&d, SOURCE, d.end, bytes);

	(void)state;
	memset(again, 'x', sizeof(again));
	want_number("bytes", day_state_write(&d, SOURCE, d.end, again), n);
	assert_memory_equal(again, bytes, n);
	for (size_t k = n; k < sizeof(again); k++)
		want_number("behind it", again[k], 'x');
	day_free(&d);
}

/* Zeros at the end of a state may not have been kept. */
static void the_length_of_a_state_is_in_its_first_bytes(void **state)
{
	size_t n = write_state();

	(void)state;
	want_number("of nothing", day_state_size(raw_from((char *)bytes, 0)), 0);
	want_number("of its head", day_state_size(raw_from((char *)bytes, sizeof(head))), n);
	want_number("of all", day_state_size(raw_from((char *)bytes, n)), n);
}

/* What is sent by whom, and since when, is the same in *e as in *d. */
static void want_same_numbers(const struct day *d, const struct day *e)
{
	uint32_t first = d->first > e->first ? d->first : e->first;

	want_number("accounts", topk_rows(e->account), topk_rows(d->account));
	for (uint32_t row = 0; row < topk_rows(d->account); row++) {
		const struct topk_row *other = topk_find(e->account, topk_row(d->account, row)->name);
		uint32_t at = (uint32_t)(other - topk_row(e->account, 0));

		assert_non_null(other);
		for (uint32_t end = first + DAY_BUCKETS; end <= d->end; end++) {
			want_number("messages", day_count(e, at, DAY_MESSAGES, end).n,
				    day_count(d, row, DAY_MESSAGES, end).n);
			want_number("recipients", day_count(e, at, DAY_EXTERNAL, end).n,
				    day_count(d, row, DAY_EXTERNAL, end).n);
			want_number("since", day_since(e, at, end), day_since(d, row, end));
		}
	}
}

/*
 * Of the buckets between the first that a day begins with and the last that one ends with only sums
 * are read: that is seen nowhere, and written again it is the same.
 */
static void what_lies_between_is_read_as_sums_and_written_as_it_was(void **state)
{
	static const unsigned one_of[] = { 1, 2, 10, 50, 150, 300 }; /* buckets has something */

	(void)state;
	seed = 77;
	for (unsigned round = 0; round < 60; round++) {
		struct day d = fresh();
		struct day e = fresh_from(M - (int64_t)dice(DAY_STATE_KEPT - DAY_BUCKETS) * DAY_BUCKET);
		unsigned few = one_of[round % SW_COUNT(one_of)];
		size_t n;

		for (unsigned i = 0; i < 5; i++) {
			char name[] = { (char)('a' + i), '\0' };
			struct day_account *a =
				day_account_of(&d, topk_count(d.account, raw_of(name), 1));

			for (uint32_t b = d.end - DAY_STATE_KEPT; b < d.end; b++) {
				unsigned messages = dice(3) ? 1 + dice(60) : dice(70000);

				if (dice(few) == 0)
					assert_true(day_add(&d, a, b, messages, dice(9) ? messages : dice(500)));
			}
			assert_true(day_add(&d, a, d.end - 1 - dice(DAY_STATE_KEPT), 9 - i, 1));
		}
		n = day_state_write(&d, SOURCE, d.end, bytes);
		assert_true(read_exactly(&e, bytes, n));
		want_same_numbers(&d, &e);
		for (uint32_t row = 0; row < topk_rows(e.account); row++)
			if (e.of[row].cells >= DAY_STATE_KEPT / 4)
				fail_msg("%u cells take room, and need none", e.of[row].cells);
		want_number("bytes", day_state_write(&e, SOURCE, e.end, again), n);
		assert_memory_equal(again, bytes, n);
		day_free(&d);
		day_free(&e);
	}
}

/* Where no clock is set it is 1970: a state that would begin before that is none. */
static void a_state_of_1970_is_one(void **state)
{
	static const struct {
		const char *what;
		int more; /* buckets than a state keeps, at its end */
		bool fits;
	} rows[] = {
		{ "the first that can be", 0, true },
		{ "one before it", -1, false },
		{ "one behind it", 1, true },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		int64_t m = DAY_LAG + day_time((uint32_t)(DAY_STATE_KEPT + rows[i].more));
		struct sw_fault why = { 0 };
		struct day d = fresh();
		struct sw_host h = *d.host;
		size_t n;

		day_free(&d);
		h.now = m;
		assert_int_equal(day_new(&d, &h, m - 60, m, true, &why), 0);
		n = make_state(d.end, LOST, 3, 0);
		want_number(rows[i].what, read_exactly(&d, bytes, n), rows[i].fits);
		day_free(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_state_of_this_log_and_day_is_none),
		cmocka_unit_test(who_goes_on_knows_what_was_known),
		cmocka_unit_test(a_state_that_is_cut_is_none),
		cmocka_unit_test(each_number_has_a_greatest_one),
		cmocka_unit_test(no_two_cells_are_of_one_bucket),
		cmocka_unit_test(a_name_stands_there_once),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(a_log_is_known_by_its_last_lines),
		cmocka_unit_test(each_bucket_is_as_known_as_it_was),
		cmocka_unit_test(a_state_can_be_full),
		cmocka_unit_test(as_many_accounts_as_there_can_be_are_read),
		cmocka_unit_test(behind_a_state_nothing_is_written),
		cmocka_unit_test(the_length_of_a_state_is_in_its_first_bytes),
		cmocka_unit_test(what_lies_between_is_read_as_sums_and_written_as_it_was),
		cmocka_unit_test(a_state_of_1970_is_one),
		cmocka_unit_test(a_block_has_as_many_bytes_as_it_says),
	};

	return cmocka_run_group_tests_name("day_state", tests, NULL, NULL);
}
