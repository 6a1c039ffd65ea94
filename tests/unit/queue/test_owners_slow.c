/*
 * test_owners_slow: queues of invented messages; who owns them, against plain counting of what was
 * written into their files.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "queue/owners.h"
#include "test.h"

enum { QUEUES = 3, EACH = 14, ROUNDS = 60, SEED = 3, NOW = 1795431600, NAMES = 64 };

static const char *const queue_name[QUEUES] = { "deferred", "active", "incoming" };

enum kind { FINE, EMPTY, DAMAGED, EARLY, SHORT, KINDS }; /* EARLY: damaged before the sender */

/* What stands in a queue file. Texts are "" where it has no such record. */
struct mail {
	char id[32];
	enum kind kind;
	const char *login, *log_client, *client, *ident;
	int64_t arrival; /* 0: none */
	int64_t size;
};

static struct mail mail[QUEUES][EACH];
static struct sw_host host;
static int spool;
static uint64_t drawn;

static size_t draw(size_t below)
{
	drawn = drawn * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (size_t)(drawn >> 33) % below;
}

static const char *draw_of(const char *const *words, size_t n)
{
	return draw(2) ? "" : words[draw(n)];
}

static size_t put(char *file, size_t n, char type, const char *name, const char *value)
{
	char text[512];
	int length = snprintf(text, sizeof(text), "%s%s", name, value);

	assert_true(length < 128);
	file[n] = type;
	file[n + 1] = (char)length;
	memcpy(file + n + 2, text, (size_t)length);
	return n + 2 + (size_t)length;
}

static void write_mail(const struct mail *m, const char *queue)
{
	char file[4096];
	char text[200];
	char path[128];
	size_t n;

	snprintf(text, sizeof(text), "%15lld %15d %15d %15d %15lld", (long long)m->size, 900, 1, 0,
		 (long long)m->size);
	n = put(file, 0, 'C', "", text);
	snprintf(text, sizeof(text), "%lld 5", (long long)m->arrival);
	if (m->arrival)
		n = put(file, n, 'T', "", text);
	if (*m->ident)
		n = put(file, n, 'A', "log_ident=", m->ident);
	n = put(file, n, 'A', "sasl_username=", m->login);
	if (m->kind == EARLY)
		n = put(file, n, '?', "", "");
	n = put(file, n, 'S', "", "sender@example.com");
	if (*m->log_client)
		n = put(file, n, 'A', "log_client_address=", m->log_client);
	if (*m->client)
		n = put(file, n, 'A', "client_address=", m->client);
	if (m->kind == FINE)
		n = put(file, n, 'R', "", "to@example.com");
	if (m->kind == DAMAGED)
		n = put(file, n, '?', "", "");
	if (m->kind == EMPTY)
		n = 0;
	snprintf(path, sizeof(path), "/spool/%s/%.31s", queue, m->id);
	host_bytes(&host, path, file, n);
}

static struct mail draw_mail(int number)
{
	static const char *const logins[] = { "a", "bob@example.com", "BOB@example.com", "z", " " };
	static const char *const clients[] = { "127.0.0.1", "::1", "192.0.2.7", "x", "127" };
	static const char *const idents[] = { "4jY2t64rKTz1bgFB",
					      "AB",
					      "A",
					      "a b",
					      "0123456789012345678901234567890",
					      "01234567890123456789012345678901" };
	struct mail m = { .kind = draw(3) ? FINE : (enum kind)draw(KINDS),
			  .login = draw(3) ? "" : draw_of(logins, SW_COUNT(logins)),
			  .log_client = draw_of(clients, SW_COUNT(clients)),
			  .client = draw_of(clients, SW_COUNT(clients)),
			  .ident = draw_of(idents, SW_COUNT(idents)),
			  .arrival = draw(4)   ? NOW - (int64_t)draw(5000)
				     : draw(2) ? 599 + (int64_t)draw(3)
					       : (int64_t)draw(1300),
			  .size = (int64_t)draw(5000) };

	snprintf(m.id, sizeof(m.id), "A%07d", number);
	if (draw(5) == 0)
		m.ident = "own"; /* its own queue ID */
	return m;
}

/* --- plain counting */

struct owner {
	char key[ACCOUNT_SOUGHT_KEY];
	double looked[QUEUES];
};

struct slow {
	struct owner owner[NAMES];
	size_t owners;
	double looked[QUEUES];
	double bytes[QUEUES];
	int64_t oldest[QUEUES];
	int unread[QUEUES]; /* errno of the first */
	uint64_t unreadable;
	int first; /* errno */
	size_t asked;
	int64_t since;
};

static struct slow slow;

/* What the log knows: some IDs, for some of them nobody; or nothing. */
struct log {
	int answer;
	const char *key;
};

static void count(const char *key, size_t queue)
{
	size_t i = 0;

	while (i < slow.owners && strcmp(slow.owner[i].key, key) != 0)
		i++;
	assert_true(i < NAMES);
	if (i == slow.owners)
		snprintf(slow.owner[slow.owners++].key, ACCOUNT_SOUGHT_KEY, "%.300s", key);
	slow.owner[i].looked[queue]++;
}

static bool has_login(const struct mail *m)
{
	return *m->login && strcmp(m->login, " ") != 0;
}

static bool is_put_off(const struct mail *m)
{
	size_t n = strlen(m->ident);
	bool is_own = strcmp(m->ident, m->id) == 0;
	bool is_here = strncmp(m->client, "127.", 4) == 0 || strcmp(m->client, "::1") == 0;

	return !has_login(m) && n >= 2 && n < ACCOUNT_SOUGHT_ID && !strchr(m->ident, ' ') &&
	       (!is_own || is_here);
}

static void take_mail(const struct mail *m, size_t queue, const struct log *log)
{
	char key[ACCOUNT_KEY];
	bool is_client = m->kind != EARLY && (*m->log_client || *m->client);
	bool is_told = m->kind == FINE || has_login(m) || is_client;

	/* a login is found before the damage; else all is read up to it */
	if (m->kind == EMPTY || !is_told) {
		int code = m->kind == DAMAGED || m->kind == EARLY ? EBADMSG : ENODATA;

		if (!slow.unread[queue])
			slow.unread[queue] = code;
		if (code == EBADMSG || strcmp(queue_name[queue], "incoming") != 0)
			slow.first = slow.unreadable++ == 0 ? code : slow.first;
		return;
	}
	slow.looked[queue]++;
	slow.bytes[queue] += (double)m->size;
	if (m->arrival && (!slow.oldest[queue] || m->arrival < slow.oldest[queue]))
		slow.oldest[queue] = m->arrival;
	if (has_login(m))
		snprintf(key, sizeof(key), "%s",
			 strncmp(m->login, "BOB", 3) ? m->login : "bob@example.com");
	else if (is_client && *m->log_client)
		snprintf(key, sizeof(key), "\2%s", m->log_client);
	else if (is_client)
		snprintf(key, sizeof(key), "\2%s", m->client);
	else
		snprintf(key, sizeof(key), "\3");
	if (log && is_put_off(m)) {
		slow.asked++;
		if (m->arrival > 600 && m->arrival - 600 < slow.since)
			slow.since = m->arrival - 600;
		if (log->answer > 0 && *log->key)
			snprintf(key, sizeof(key), "%s", log->key);
	}
	count(key, queue);
}

struct asked {
	const struct log *log;
	size_t n;
	int64_t since;
};

static int find(const struct sw_host *h, int64_t since, struct account_sought *origin, size_t n,
		void *ctx, struct sw_fault *why)
{
	struct asked *asked = ctx;

	(void)h;
	(void)why;
	assert_true(n > 0);
	asked->n += n;
	asked->since = since;
	for (size_t i = 0; i < n; i++) {
		want_within("an ID", strlen(origin[i].id), 2, ACCOUNT_SOUGHT_ID - 1);
		want_number("no key yet", origin[i].key_n, 0);
		origin[i].key_n = strlen(asked->log->key);
		memcpy(origin[i].key, asked->log->key, origin[i].key_n);
	}
	return asked->log->answer;
}

static void want_near(const char *what, double got, double want)
{
	if (fabs(got - want) > 1e-9)
		fail_msg("%s: got %.12g, want %.12g", what, got, want);
}

/* The same of queues that hold `messages` each, of which so many were looked at. */
static void want_owner(const char *what, const struct sw_queue_owner *got, size_t queue,
		       const uint64_t *messages)
{
	const struct owner *o = slow.owner;
	double all = 0;
	double his = 0;
	double variance = 0;
	double least = 0;
	double unseen = 0;
	double error;

	for (; o < slow.owner + slow.owners && !raw_is(got->key, o->key); o++)
		;
	assert_true(o < slow.owner + slow.owners);
	for (size_t i = 0; i < QUEUES; i++) {
		double size = (double)messages[i];
		double share = slow.looked[i] > 0 ? o->looked[i] / slow.looked[i] : 0;

		if (queue != i && queue != SW_QUEUE_OWNERS_ALL)
			continue;
		all += size;
		his += size * share;
		unseen += slow.looked[i] > 0 ? 0 : size;
		if (slow.looked[i] <= 0 || slow.looked[i] >= size)
			continue;
		variance += size * size * share * (1 - share) / slow.looked[i];
		if (o->looked[i] == 0 || o->looked[i] == slow.looked[i])
			least += 3 * size / slow.looked[i];
	}
	error = fmax(1.96 * sqrt(variance), least) + unseen;
	want_near(what, got->messages, his);
	want_near(what, got->share, his / all);
	want_near(what, got->error, fmin(error / all, 1));
}

static void want_top(const char *what, const struct sw_queue_owners *h, size_t queue,
		     const uint64_t *messages)
{
	struct sw_queue_owner top[NAMES];
	size_t n = sw_queue_owners_top(h, queue, top, NAMES);
	size_t want = 0;

	for (size_t i = 0; i < slow.owners; i++)
		for (size_t q = 0; q < QUEUES; q++)
			if ((q == queue || queue == SW_QUEUE_OWNERS_ALL) &&
			    slow.owner[i].looked[q] > 0) {
				want++;
				break;
			}
	want_number(what, n, want);
	for (size_t i = 0; i < n; i++) {
		want_owner(what, &top[i], queue, messages);
		want_number(what, top[i].kind, account_kind(top[i].key));
		if (i > 0)
			want_number(what,
				    top[i - 1].share > top[i].share ||
					    (top[i - 1].share == top[i].share &&
					     raw_order(top[i - 1].key, top[i].key) < 0),
				    true);
	}
}

static void compare(int round)
{
	static struct queue_sample_item item[QUEUES][EACH];
	static const struct log logs[] = { { 1, "dave" }, { 1, "d" },	    { 1, "" },
					   { 0, "dave" }, { -ENOENT, "x" }, { 7, "z" } };
	const struct log *log = draw(4) ? &logs[draw(SW_COUNT(logs))] : NULL;
	struct asked asked = { log, 0, 0 };
	struct queue_owners_log finder = { find, &asked };
	struct queue_sample s = { .n = QUEUES, .most = QUEUES * EACH };
	struct sw_queue_owners h;
	struct sw_fault why = { 0 };
	uint64_t messages[QUEUES];
	uint64_t all = 0;
	bool exact = true;
	char what[64];

	slow = (struct slow){ .since = NOW };
	host = host_new(NULL);
	host.now = NOW;
	assert_int_equal(mkdir(host_path(&host, "/spool"), 0755), 0);
	spool = open(host_path(&host, "/spool"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(spool >= 0);
	for (size_t q = 0; q < QUEUES; q++) {
		size_t n = draw(3) ? 1 + draw(EACH) : 0;
		size_t gone = draw(5) == 0; /* one was delivered meanwhile */

		s.queue[q] = (struct queue_sample_queue){ .name = queue_name[q], .item = item[q] };
		for (size_t i = 0; i < n; i++) {
			mail[q][i] = draw_mail((int)(q * 100 + i));
			if (strcmp(mail[q][i].ident, "own") == 0)
				mail[q][i].ident = mail[q][i].id;
			snprintf(item[q][i].name, sizeof(item[q][i].name), "%s%.31s",
				 i % 2 ? "A/" : "", mail[q][i].id);
			if (i < gone)
				continue;
			take_mail(&mail[q][i], q, log);
			snprintf(what, sizeof(what), "%s%s", queue_name[q], i % 2 ? "/A" : "");
			write_mail(&mail[q][i], what);
		}
		s.queue[q].picked = n;
		s.queue[q].messages = messages[q] = n + (draw(2) ? 0 : draw(1000));
		if (draw(3) == 0)
			s.queue[q].oldest = 1 + (int64_t)draw(NOW);
		exact &= messages[q] == n;
		all += messages[q];
	}
	want_number("read", queue_owners_read(&host, spool, &s, log ? &finder : NULL, &h, &why), 0);
	snprintf(what, sizeof(what), "round %d", round);
	want_number(what, h.messages, all);
	want_number(what, h.looked, slow.looked[0] + slow.looked[1] + slow.looked[2]);
	want_number(what, h.exact, exact);
	want_number(what, h.unreadable, slow.unreadable);
	want_number(what, h.first.code, slow.first);
	want_number(what, asked.n, slow.asked);
	if (slow.asked)
		want_number(what, asked.since, slow.since);
	for (size_t q = 0; q < QUEUES; q++) {
		double weight = slow.looked[q] > 0 ? (double)messages[q] / slow.looked[q] : 0;
		int64_t oldest = slow.oldest[q];

		if (s.queue[q].oldest && (!oldest || s.queue[q].oldest < oldest))
			oldest = s.queue[q].oldest;
		want_text(what, h.queue[q].name, queue_name[q]);
		want_number(what, h.queue[q].messages, messages[q]);
		want_number(what, h.queue[q].looked, slow.looked[q]);
		want_near(what, h.queue[q].weight, weight);
		want_near(what, h.queue[q].bytes, slow.bytes[q] * weight);
		want_number(what, h.queue[q].oldest, oldest);
		want_number(what, h.queue[q].unread.code, slow.unread[q]);
		if (messages[q])
			want_top(what, &h, q, messages);
	}
	if (all)
		want_top(what, &h, SW_QUEUE_OWNERS_ALL, messages);
	sw_queue_owners_free(&h);
	close(spool);
	host_remove(&host);
}

static void owners_are_those_that_plain_counting_finds(void **state)
{
	(void)state;
	drawn = SEED;
	for (int round = 0; round < ROUNDS; round++)
		compare(round);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(owners_are_those_that_plain_counting_finds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
