/* Any log of logins, read in polls that keep what they saw, and in one run: both say what telling it
 * line by line gives. */
#include <stdlib.h>
#include <time.h>

#include "postfix/account.h"
#include "test.h"
#include "traffic/failures.h"

enum {
	NOW = 1795701030 /* 2026-11-26T13:50:30Z */,
	LAST = NOW + 3 * 3600,
	EVENTS = 9000,
	USERS = 12,
	GUESSED = 9, /* of others no login fails */
	ADDRESSES = 20,
};

static const struct break_in_rules rules = { .guesses = 5, .networks = 3 };

static uint32_t seed;

static unsigned dice(unsigned n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/* --- what a line says */

struct event {
	int64_t time;
	enum { FAILURE, BACKEND, MESSAGE, LOGIN } what;
	unsigned user; /* USERS: nobody is named */
	unsigned address; /* ADDRESSES: not known */
	bool silent;
	unsigned n;
	unsigned id; /* of a message; 0: none */
	unsigned text; /* of a failure: two in one second with the same number are the same line */
	char name[112]; /* as it was written */
};

static struct event event[EVENTS];
static size_t events;
static int64_t begin; /* of the log: about a day before */
static int64_t dumb; /* until then nobody names anybody */

static const char *user_of(unsigned i)
{
	static char text[112];

	snprintf(text, sizeof(text), "%s%u%s", dice(4) ? "user" : "User", i, i % 5 ? "@x" : "");
	if (i == 8)
		snprintf(text, sizeof(text), "u");
	/* longer than what smtpd logs of a name */
	if (i == 7)
		snprintf(text, sizeof(text), "u%0*d%u", LOGIN_NAME - 1, 0, dice(100));
	return text;
}

static const char *address_of(unsigned i)
{
	static char text[64];

	if (i == ADDRESSES)
		return "300.1.1.1"; /* it only looks like one */
	snprintf(text, sizeof(text), i < 16 ? "240.%u.7.%u" : "2001:db%u::%u", i / 2, i % 2);
	return text;
}

static void put(FILE *f, int64_t time, const char *program, const char *fmt, ...) SW_PRINTF(4, 5);
static void put(FILE *f, int64_t time, const char *program, const char *fmt, ...)
{
	char text[32];
	struct tm tm;
	va_list args;

	gmtime_r(&(time_t){ (time_t)time }, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	fprintf(f, "%s mx %s: ", text, program);
	va_start(args, fmt);
	vfprintf(f, fmt, args);
	va_end(args);
	fputc('\n', f);
}

#define SMTPD "postfix/smtpd[7]"

static FILE *own; /* Dovecot's log; NULL: it writes into the other one */

/* A line of a service of Dovecot's. */
static void put_dovecot(FILE *f, int64_t time, const char *service, const char *fmt, ...) SW_PRINTF(4, 5);
static void put_dovecot(FILE *f, int64_t time, const char *service, const char *fmt, ...)
{
	char text[400];
	struct tm tm;
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (!own) {
		put(f, time, "dovecot", "%s: %s", service, text);
		return;
	}
	gmtime_r(&(time_t){ (time_t)time }, &tm);
	fprintf(own, "2026-11-%02dT%02d:%02d:%02d+00:00 %s: Info: %s\n", tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		service, text);
}

static struct event *note(struct event one, bool twice)
{
	for (int k = 0; k <= twice; k++) {
		assert_true(events < EVENTS);
		event[events++] = one;
	}
	return &event[events - 1];
}

/* A failure, and all that may stand around it. */
static void put_failure(FILE *f, int64_t time, bool twice)
{
	struct event one = { .time = time,
			     .what = FAILURE,
			     .user = USERS,
			     .address = dice(30) ? dice(ADDRESSES) : ADDRESSES,
			     .n = 1 };
	const char *from = address_of(one.address);
	char text[400];
	unsigned lag;

	dumb = dice(80) == 0 ? time + 300 : dumb;
	one.text = 10000 + one.address;
	switch (time < dumb ? 1 : dice(10)) {
	case 0: /* of nobody */
		snprintf(text, sizeof(text), "SASL LOGIN authentication failed: x, sasl_username=(unavailable)");
		break;
	case 1: /* nobody names him */
		one.silent = true;
		one.text += 100;
		snprintf(text, sizeof(text), "SASL LOGIN authentication failed: UGFzc3dvcmQ6");
		break;
	case 2: /* Dovecot does; of a file that is doubled it would, twice */
		if (twice || one.address == ADDRESSES)
			return;
		one.user = dice(GUESSED);
		put_dovecot(f, time, "auth", "passwd-file(%s,%s): Password mismatch", user_of(one.user), from);
		snprintf(text, sizeof(text), "SASL LOGIN authentication failed: UGFzc3dvcmQ6");
		one.text = 0;
		break;
	case 3: /* no answer */
		one.what = BACKEND;
		one.text += 200;
		snprintf(text, sizeof(text), "SASL LOGIN authentication failed: Connection lost to authentication server");
		break;
	case 4: /* perhaps none: it depends on how long ago it was said */
		if (twice)
			return;
		lag = dice(5);
		put(f, time, SMTPD, "warning: SASL authentication failure: cannot connect to saslauthd server: x");
		one.time += lag;
		one.what = lag <= 2 ? BACKEND : FAILURE;
		one.user = dice(GUESSED);
		snprintf(text, sizeof(text), "SASL LOGIN authentication failed: generic failure, sasl_username=%s",
			 user_of(one.user));
		break;
	default:
		one.user = dice(GUESSED);
		one.text = 0;
		snprintf(text, sizeof(text), "SASL LOGIN authentication failed: x, sasl_username=%s", user_of(one.user));
	}
	/* one that is written otherwise is no copy */
	for (const char *c = text; *c && one.text < 10000; c++)
		one.text = one.text * 31 % 2000003 + (unsigned char)*c;
	one.text += one.address * 4000037;
	for (unsigned more = one.silent || one.user < GUESSED ? dice(7) / 5 : 0;; more--) {
		/* the client did it again at once */
		for (int k = 0; k <= twice; k++)
			put(f, one.time, SMTPD, "warning: unknown[%s]: %s", from, text);
		note(one, twice);
		if (more == 0 || (!one.silent && text[strlen(text) - 1] == '6'))
			break;
	}
	if (dice(8) || one.silent || one.what == BACKEND)
		return;
	one.time++;
	one.n = 2 + dice(3);
	if (text[strlen(text) - 1] == '6') /* now nobody names him */
		return;
	for (int k = 0; k <= twice; k++)
		put(f, one.time, SMTPD, "message repeated %u times: [ warning: unknown[%s]: %s]", one.n, from, text);
	note(one, twice);
}

static void put_use(FILE *f, int64_t time, bool twice)
{
	static unsigned id;
	struct event one = { .time = time,
			     .what = MESSAGE,
			     .user = dice(USERS),
			     .address = dice(30) ? dice(ADDRESSES) : ADDRESSES };
	const char *from = address_of(one.address);
	const char *user = user_of(one.user);
	int lag = (int)dice(7) - 3;

	snprintf(one.name, sizeof(one.name), "%s", user);
	one.id = ++id;
	for (int k = 0; k <= twice; k++)
		switch (id % 7) {
		case 0:
			put(f, time, SMTPD, "A%08X: client=x[%s]", id, from);
			one.user = USERS;
			break;
		case 1: /* before a filter: no ID */
			put(f, time, SMTPD, "NOQUEUE: client=x[%s], sasl_method=PLAIN, sasl_username=%s", from, user);
			one.id = 0;
			break;
		case 2:
			one.what = LOGIN;
			one.id = 0;
			/* in its own log one that comes again at once counts once */
			for (size_t i = events; i-- > 0 && event[i].time > time - 120;)
				if (event[i].what == LOGIN && event[i].user == one.user)
					return;
			put_dovecot(f, time, "imap-login", "Login: user=<%s>, method=PLAIN, rip=%s, lip=192.0.2.1", user,
				    from);
			if (one.address == ADDRESSES)
				return;
			break;
		default:
			put(f, time, SMTPD, "A%08X: client=x[%s], sasl_method=PLAIN, sasl_username=%s", id, from, user);
		}
	note(one, twice);
	if (twice || id % 7 < 3 || dice(4) || !one.id)
		return;
	/* once more, as another program has it; from another address, or later, it is another message */
	one.time += lag < 0 && (time + lag) / 60 < time / 60 ? -lag : lag;
	if (dice(4) == 0)
		one.address = dice(ADDRESSES);
	put(f, one.time, SMTPD, "A%08X: client=x[%s], sasl_method=PLAIN, sasl_username=%s", id, address_of(one.address),
	    user);
	note(one, false);
}

/* Of so many in a hundred each line stands there twice. */
static void write_log(const struct sw_host *h, unsigned doubled)
{
	char *text = NULL;
	char *dovecot = NULL;
	size_t n = 0;
	size_t m = 0;
	FILE *f = open_memstream(&text, &n);
	int64_t time = begin;

	own = doubled == 0 || doubled == 50 ? open_memstream(&dovecot, &m) : NULL;

	events = 0;
	dumb = 0;
	put(f, time, "postfix/master[1]", "daemon started -- version 3.7.11, configuration /etc/postfix");
	while (time < LAST) {
		bool twice = dice(100) < doubled;

		time += 3 + dice(time > NOW - 7200 ? 30 : 90);
		/* others may say what they like */
		if (dice(20) == 0)
			put(f, time, dice(2) ? "postfix/cleanup[7]" : "php",
			    "warning: unknown[240.0.7.1]: SASL LOGIN authentication failed: x, sasl_username=user1@x");
		if (dice(3))
			put_failure(f, time, twice);
		else
			put_use(f, time + 3, twice);
		time = events && event[events - 1].time > time ? event[events - 1].time : time;
	}
	fclose(f);
	host_file(h, "/var/log/mail.log", text);
	free(text);
	if (own) {
		fclose(own);
		host_file(h, "/var/log/dovecot.log", dovecot);
		free(dovecot);
	}
}

/* --- all of it, one after the other */

struct model {
	size_t next;
	struct failures_kept kept;
	bool second[EVENTS]; /* of a failure: it is the other line of one */
	bool noted[EVENTS];  /* and it was asked whether it is */
};

static bool is_second(struct model *m, size_t i)
{
	bool second = false;

	if (m->kept.copies <= m->kept.ids / 2)
		return false;
	m->noted[i] = true;
	for (size_t k = i; k-- > 0 && event[k].time == event[i].time;)
		if (m->noted[k] && event[k].text == event[i].text && event[k].what <= BACKEND)
			second = !second;
	return second;
}

static struct sw_raw key_of(unsigned user, char buf[ACCOUNT_KEY])
{
	static char text[112];
	uint32_t before = seed;

	snprintf(text, sizeof(text), "%s", user_of(user));
	seed = before;
	text[LOGIN_NAME] = '\0';
	return account_login(raw_of(text), buf);
}

static bool network_from(unsigned i, struct network_address *ret)
{
	return network_address(raw_of(address_of(i)), ret);
}

static void take(struct model *m, size_t i)
{
	const struct event *e = &event[i];
	struct failures_kept *kept = &m->kept;
	struct network_address address;
	char buf[ACCOUNT_KEY];

	if (e->what <= BACKEND)
		m->second[i] = is_second(m, i);
	if (e->id) {
		const struct event *before = i > 0 ? e - 1 : e;
		bool copy = before != e && before->id == e->id && before->address == e->address &&
			    before->time - e->time <= 1 && e->time - before->time <= 1;

		kept->copies += copy;
		kept->ids += !copy;
	}
	if (e->what >= MESSAGE && e->user < USERS && network_from(e->address, &address))
		(void)break_in_use(&kept->in, &rules, account_login(raw_of(e->name), buf), &address,
				   e->time);
	for (unsigned n = 0; e->what == FAILURE && !m->second[i] && n < e->n; n++) {
		if (e->user < USERS) {
			kept->unnamed = 0;
			kept->named = e->time;
		}
		if (e->silent) {
			kept->silent = e->time;
			kept->unnamed++;
		}
		if (e->silent && kept->unnamed >= 5)
			kept->blind = e->time;
		if (e->user < USERS && network_from(e->address, &address))
			break_in_failure(&kept->in, key_of(e->user, buf), &address, e->time);
	}
}

/* --- and what is read */

static void read_at(struct failures *f, struct sw_host *h, int64_t now, unsigned minutes, const char *state)
{
	const struct failures_where where = { .log = { .logdir = "/var/log", .journal = LOG_JOURNAL_NO },
					      .rules = rules,
					      .state = state,
					      .budget_ms = 60000 };
	struct sw_fault why = { 0 };

	h->now = now;
	h->replayed = true;
	if (failures_read(f, h, &where, minutes, &why) < 0)
		fail_msg("%s", why.text.s);
}

/* What failed in a minute of a window, of one account or from one address; -1: of all. */
static uint64_t failed_in(const struct model *m, int64_t minute, int user, int address)
{
	uint64_t sum = 0;

	for (size_t i = m->next; i-- > 0 && event[i].time >= minute;)
		if (event[i].time < minute + 60 && event[i].what == FAILURE && !m->second[i] &&
		    (user < 0 || event[i].user == (unsigned)user) &&
		    (address < 0 || event[i].address == (unsigned)address))
			sum += event[i].n;
	return sum;
}

static void want_rows(const char *what, const struct failures *f, const struct model *m)
{
	size_t users = 0;
	size_t addresses = 0;

	for (int i = 0; i < USERS + ADDRESSES; i++) {
		bool is_user = i < USERS;
		struct network_address address;
		char buf[ACCOUNT_KEY];
		struct topk_row *row;
		uint64_t sum = 0;

		if (!is_user)
			assert_true(network_from((unsigned)(i - USERS), &address));
		row = is_user ? topk_find(f->account, key_of((unsigned)i, buf))
			      : topk_find(f->address, raw_from((const char *)address.byte, sizeof(address.byte)));
		for (unsigned k = 0; k < f->minutes; k++) {
			int64_t minute = f->start + 60 * (int64_t)k;
			uint64_t n = failed_in(m, minute, is_user ? i : -1, is_user ? -1 : i - USERS);

			want_number(what, row ? failures_sum(row, k, 1) : 0, n);
			sum += n;
		}
		want_number(what, row != NULL, sum > 0);
		want_number(what, row ? row->count : 0, sum);
		users += is_user && sum > 0;
		addresses += !is_user && sum > 0;
	}
	want_number(what, topk_rows(f->account), users);
	want_number(what, topk_rows(f->address), addresses);
	want_number(what, failures_rows(f->account, 0, f->minutes), users);
}

static void want_minutes(const char *what, const struct failures *f, const struct model *m)
{
	for (unsigned k = 0; k < f->minutes; k++) {
		int64_t minute = f->start + 60 * (int64_t)k;
		uint64_t backend = 0;
		uint64_t silent = 0;

		for (size_t i = m->next; i-- > 0 && event[i].time >= minute;) {
			if (event[i].time >= minute + 60)
				continue;
			backend += event[i].what == BACKEND && !m->second[i] ? event[i].n : 0;
			silent += event[i].what == FAILURE && event[i].silent && !m->second[i] ? event[i].n : 0;
		}
		want_number(what, f->failed[k], failed_in(m, minute, -1, -1));
		want_number(what, f->named[k], failed_in(m, minute, -1, -1) - failed_in(m, minute, USERS, -1));
		want_number(what, f->backend[k], backend);
		want_number(what, f->silent[k], silent);
	}
}

static void want_model(const char *what, const struct failures *f, const struct model *m)
{
	int64_t end = f->start + 60 * (int64_t)f->minutes;
	int64_t known = (end - begin) / 60;

	want_minutes(what, f, m);
	want_rows(what, f, m);
	want_number(what, f->kept->named, m->kept.named);
	want_number(what, f->kept->silent, m->kept.silent);
	want_number(what, f->kept->blind, m->kept.blind);
	want_number(what, f->kept->unnamed, m->kept.unnamed);
	want_number(what, f->kept->ids, m->kept.ids);
	want_number(what, f->kept->copies, m->kept.copies);
	want_number(what, memcmp(&f->kept->in, &m->kept.in, sizeof(f->kept->in)), 0);
	want_number(what, failures_known(f), known);
	want_number(what, failures_known_of_day(f, f->minutes - 1), known < 1440 ? known : 1440);
}

static void polls_and_one_run_say_what_each_line_says(void **state)
{
	static const unsigned doubled[] = { 0, 100, 50, 42 };
	static struct model m;

	(void)state;
	for (unsigned run = 0; run < SW_COUNT(doubled); run++) {
		struct sw_host h = host_new(NULL);
		char *kept = strdup(host_path(&h, "/state"));
		struct failures f;
		unsigned polls = 0;

		seed = run;
		begin = NOW - (run % 3 ? 25 : 20) * 3600;
		write_log(&h, doubled[run]);
		memset(&m, 0, sizeof(m));
		break_in_begin(&m.kept.in, h.secret);
		for (int64_t now = NOW - 3600 * (run / 2); now < LAST - 300; polls++) {
			char what[64];

			/* mostly the same window, every five minutes or a little more or less */
			read_at(&f, &h, now, dice(4) ? 20 : 1 + dice(TRAFFIC_MINUTES), kept);
			while (m.next < events && event[m.next].time < f.start + 60 * (int64_t)f.minutes)
				take(&m, m.next++);
			snprintf(what, sizeof(what), "run %u, poll %u", run, polls);
			want_model(what, &f, &m);
			failures_free(&f);
			if (polls % 6 == 0) {
				read_at(&f, &h, now, 1 + dice(TRAFFIC_MINUTES), NULL);
				want_model(what, &f, &m);
				/* what was read again is known for an hour more than is told */
				want_number(what, f.hole.doubt != LOG_FINE, failures_known(&f) < 1440 + 60);
				failures_free(&f);
			}
			now += dice(12) == 0 ? 4000 : dice(3) == 0 ? 60 + dice(1000) : 300;
		}
		assert_true(m.kept.in.broken[3].account != 0 && m.kept.blind != 0);
		free(kept);
		host_remove(&h);
	}
}

/* What was written into no log is not known, though ten days before, in the same place, it was. */
static void a_hole_is_none_of_what_was_known(void **state)
{
	enum { MINUTE = NOW - NOW % 60 };
	struct sw_host h = host_new(NULL);
	char *kept = strdup(host_path(&h, "/state"));
	struct failures f;

	(void)state;
	for (int again = 0; again < 2; again++) {
		int64_t time = again ? MINUTE + 7200 : MINUTE - 10 * 86400 + 600;
		int64_t last = again ? MINUTE + 5 * 3600 : MINUTE + 60;
		int64_t now = again ? MINUTE + 12600 + 5 : MINUTE + 5;
		char *text = NULL;
		size_t n = 0;
		FILE *log = open_memstream(&text, &n);

		for (; time <= last; time += 60)
			put(log, time, SMTPD, "A%08X: client=x[192.0.2.1]", (unsigned)time);
		fclose(log);
		host_file(&h, "/var/log/mail.log", text);
		free(text);
		read_at(&f, &h, now, 24, kept);
		if (!again) {
			want_number("all since it begins, but for the days before", failures_known(&f) > 6 * 1440, true);
			want_number("of the day", failures_known_of_day(&f, 23), 1440);
		} else {
			/* its first minute may have begun before it */
			want_number("since the next one begins", failures_known(&f), 89);
			/* the window of the run before was not kept, and is in no log any more */
			want_number("of the day", failures_known_of_day(&f, 23), 1440 - 120 - 24 - 1);
			want_number("so many before it", failures_known_of_day(&f, 0), 1440 - 120 - 24 - 1);
		}
		failures_free(&f);
	}
	free(kept);
	host_remove(&h);
}

/* Where what is kept ends, the lines before it still explain those after it. */
static void what_stands_before_the_seam_explains_what_comes_after_it(void **state)
{
	enum { MINUTE = NOW - NOW % 60, MINUTES = 24, SEAM = MINUTE - 60 * MINUTES };
	static const struct {
		const char *what;
		int64_t before, after; /* the seam */
		unsigned backend;      /* else it failed */
	} rows[] = {
		{ "all after it", 0, 0, 1 }, { "one second", 1, 0, 1 },	 { "two", 2, 0, 1 },
		{ "two around it", 1, 1, 1 }, { "three", 3, 0, 0 },	 { "three around it", 2, 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		char *kept = strdup(host_path(&h, "/state"));
		char *text = NULL;
		size_t n = 0;
		FILE *log = open_memstream(&text, &n);

		for (int64_t time = MINUTE - 90000; time < SEAM; time += 60)
			put(log, time, SMTPD, "4ABC0123: client=x[192.0.2.1]");
		put(log, SEAM - rows[i].before, SMTPD,
		    "warning: SASL authentication failure: cannot connect to saslauthd server: x");
		put(log, SEAM + rows[i].after, SMTPD,
		    "warning: unknown[240.0.7.1]: SASL LOGIN authentication failed: generic failure, sasl_username=a");
		for (int64_t time = SEAM + 60; time < NOW + 600; time += 60)
			put(log, time, SMTPD, "4ABC0123: client=x[192.0.2.1]");
		fclose(log);
		host_file(&h, "/var/log/mail.log", text);
		free(text);
		for (int again = 0; again < 2; again++) {
			struct failures f;

			read_at(&f, &h, MINUTE + 5, MINUTES, kept);
			want_number(rows[i].what, f.saved->until, SEAM);
			want_number(rows[i].what, f.backend[0], rows[i].backend);
			want_number(rows[i].what, f.failed[0], !rows[i].backend);
			want_number(rows[i].what, f.kept->named, rows[i].backend ? 0 : SEAM + rows[i].after);
			failures_free(&f);
		}
		free(kept);
		host_remove(&h);
	}
}

/* What there is no room for of Dovecot's log is not known; the other one is read all the same. */
static void a_log_of_dovecots_that_is_too_long_ends_no_other(void **state)
{
	enum { LOGINS = 1 << 17, MINUTE = NOW - NOW % 60 };
	static const struct {
		const char *what;
		int64_t at; /* of the first that does not fit, before NOW's minute */
		bool said;
	} rows[] = {
		{ "in the window", 600, true },
		{ "hours before", 5 * 3600, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		int64_t at = MINUTE - rows[i].at;
		char *text = NULL;
		size_t n = 0;
		FILE *log = open_memstream(&text, &n);
		struct failures f;
		uint64_t failed = 0;

		for (int64_t time = MINUTE - 2 * 86400; time < NOW + 600; time += 60)
			put(log, time, SMTPD, time > MINUTE - 300 && time < MINUTE ? "warning: unknown[240.0.7.1]: SASL LOGIN authentication failed: x, sasl_username=a"
										    : "4ABC0123: client=x[192.0.2.1]");
		fclose(log);
		host_file(&h, "/var/log/mail.log", text);
		free(text);
		text = NULL;
		own = open_memstream(&text, &n);
		for (int k = 0; k < LOGINS; k++)
			put_dovecot(NULL, at - 30, "auth", "db(u,240.0.7.2): Password mismatch");
		put_dovecot(NULL, at, "auth", "db(u,240.0.7.2): Password mismatch");
		fclose(own);
		host_file(&h, "/var/log/dovecot.log", text);
		free(text);
		read_at(&f, &h, MINUTE + 5, 24, NULL);
		for (unsigned k = 0; k < 24; k++)
			failed += f.failed[k];
		want_number(rows[i].what, failed, 4);
		want_number(rows[i].what, f.dovecot_why.code != 0, rows[i].said);
		/* where the next run would go on */
		if (rows[i].at > 24 * 60)
			want_number(rows[i].what, f.saved->until, at);
		failures_free(&f);
		host_remove(&h);
	}
}

/* Messages that nobody brought: smtpd is not heard, and who failed there neither. */
static void where_smtpd_is_mute_no_minute_is_known(void **state)
{
	enum { MINUTE = NOW - NOW % 60 };
	static const struct {
		const char *what;
		int64_t at; /* before NOW's minute */
		bool heard;
		enum log_minute want; /* of the window */
	} rows[] = {
		{ "smtpd is heard", 600, true, LOG_MINUTE_KNOWN },
		{ "it is not", 600, false, LOG_MINUTE_UNKNOWN },
		{ "it was not, a day before", 20 * 3600, false, LOG_MINUTE_KNOWN },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		int64_t at = MINUTE - rows[i].at;
		char *text = NULL;
		size_t n = 0;
		FILE *log = open_memstream(&text, &n);
		struct failures f;

		for (int64_t time = MINUTE - 90000; time < NOW + 600; time += 60) {
			if (time < at - 3600 || time > at + 3600)
				put(log, time, SMTPD, "4ABC0123: client=x[192.0.2.1]");
			for (unsigned k = 0; time == at && k < LOG_PROOF_MUTE; k++) {
				if (rows[i].heard)
					put(log, time + k, SMTPD, "4ABC%02u: client=x[192.0.2.1]", k);
				put(log, time + k, "postfix/cleanup[7]", "4ABC%02u: message-id=<x>", k);
				put(log, time + k, "postfix/qmgr[7]", "4ABC%02u: from=<a@x>, size=1, nrcpt=1 (queue active)", k);
			}
			if (time >= at - 3600 && time <= at + 3600)
				put(log, time, "postfix/qmgr[7]", "4ABD00: from=<>, size=1, nrcpt=1 (queue active)");
		}
		fclose(log);
		host_file(&h, "/var/log/mail.log", text);
		free(text);
		read_at(&f, &h, MINUTE + 5, 24, NULL);
		want_number(rows[i].what, log_proof_state(&f.proof, 0, 24, NULL), rows[i].want);
		failures_free(&f);
		host_remove(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(polls_and_one_run_say_what_each_line_says),
		cmocka_unit_test(a_hole_is_none_of_what_was_known),
		cmocka_unit_test(what_stands_before_the_seam_explains_what_comes_after_it),
		cmocka_unit_test(where_smtpd_is_mute_no_minute_is_known),
		cmocka_unit_test(a_log_of_dovecots_that_is_too_long_ends_no_other),
	};

	return cmocka_run_group_tests_name("failures_polls", tests, NULL, NULL);
}
