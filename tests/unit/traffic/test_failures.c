#include "traffic/failures.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "test.h"
#include "told.h"

enum { NOW = 1795701030 /* 2026-11-26T13:50:30Z */, MINUTES = 24, DAY = 86400 };

#define SMTPD "mx postfix/submission/smtpd[7]: "
#define FAIL  "warning: unknown[240.7.7.7]: SASL LOGIN authentication failed: "

static struct log_where somewhere = { .logdir = "/var/log", .journal = LOG_JOURNAL_NO };

static struct failures_where where_of(const char *state)
{
	return (struct failures_where){ .log = somewhere,
					.rules = { .guesses = 5, .networks = 3 },
					.state = state,
					.budget_ms = 60000 };
}

/* --- lines, one by one */

static void tell(struct failures *f, int64_t time, const char *line)
{
	struct told t;

	assert_int_equal(failures_message(told_by(&t, time, line), f), 0);
}

static void each_line_counts_as_it_should(void **state)
{
	static const struct {
		const char *what;
		const char *lines[6]; /* a second apart */
		unsigned failed, backend, named, silent;
		const char *account; /* the only one, NULL: there is none */
	} rows[] = {
		{ "one", { SMTPD FAIL "x, sasl_username=Bob@Example.com" }, 1, 0, 1, 0, "bob@example.com" },
		{ "of one address, in two cases", { SMTPD FAIL "x, sasl_username=bob", SMTPD FAIL "x, sasl_username=BOB" }, 2, 0, 2, 0, "bob" },
		{ "a long name is cut where smtpd cuts it", { SMTPD FAIL "x, sasl_username=0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" }, 1, 0, 1, 0, "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" },
		{ "of nobody", { SMTPD FAIL "x, sasl_username=(unavailable)" }, 1, 0, 0, 0, NULL },
		{ "rsyslog counted", { SMTPD FAIL "x, sasl_username=bob", SMTPD "message repeated 3 times: [ " FAIL "x, sasl_username=bob]" }, 4, 0, 4, 0, "bob" },
		{ "more than is believed", { SMTPD "message repeated 20000 times: [ " FAIL "x, sasl_username=bob]" }, 10000, 0, 10000, 0, "bob" },
		{ "the library's words", { SMTPD "warning: SASL authentication failure: Password verification failed", SMTPD FAIL "authentication failure, sasl_username=bob" }, 1, 0, 1, 0, "bob" },
		{ "aborted", { SMTPD "warning: unknown[240.7.7.7]: SASL LOGIN authentication aborted" }, 0, 0, 0, 0, NULL },
		{ "no answer", { SMTPD FAIL "Connection lost to authentication server, sasl_username=(unavailable)" }, 0, 1, 0, 0, NULL },
		{ "no answer, Cyrus", { SMTPD "warning: SASL authentication failure: cannot connect to saslauthd server: Connection refused", SMTPD FAIL "generic failure" }, 0, 1, 0, 0, NULL },
		{ "that was two seconds ago", { SMTPD "warning: SASL authentication failure: cannot connect to saslauthd server: Connection refused", SMTPD "x", SMTPD FAIL "generic failure, sasl_username=bob" }, 0, 1, 0, 0, NULL },
		{ "that was long ago", { SMTPD "warning: SASL authentication failure: cannot connect to saslauthd server: Connection refused", SMTPD "x", SMTPD "x", SMTPD FAIL "generic failure, sasl_username=bob" }, 1, 0, 1, 0, "bob" },
		{ "no answer, and a wrong password", { SMTPD "warning: SASL: Connect to private/auth failed: Connection refused", SMTPD FAIL "authentication failure, sasl_username=bob" }, 1, 0, 1, 0, "bob" },
		{ "nobody names him", { SMTPD FAIL "UGFzc3dvcmQ6" }, 1, 0, 0, 1, NULL },
		{ "Dovecot does", { "mx dovecot: auth: passwd-file(bob,240.7.7.7): Password mismatch", SMTPD "x", SMTPD FAIL "UGFzc3dvcmQ6" }, 1, 0, 1, 0, "bob" },
		{ "Dovecot 2.4 does", { "mx dovecot[5]: auth(bob,240.7.7.7,sasl:login): sql: unknown user", SMTPD "x", SMTPD FAIL "UGFzc3dvcmQ6" }, 1, 0, 1, 0, "bob" },
		{ "Dovecot twice, of one login", { "mx dovecot: auth: passwd-file(bob,240.7.7.7): unknown user", "mx dovecot: auth-worker(9): sql(bob,240.7.7.7): Password mismatch", SMTPD FAIL "UGFzc3dvcmQ6", SMTPD FAIL "UGFzc3dvcmQ6" }, 2, 0, 1, 1, "bob" },
		{ "Dovecot twice, of two", { "mx dovecot: auth: passwd-file(bob,240.7.7.7): Password mismatch", "mx dovecot: auth: passwd-file(bob,240.7.7.7): Password mismatch", SMTPD FAIL "UGFzc3dvcmQ6", SMTPD FAIL "UGFzc3dvcmQ6" }, 2, 0, 2, 0, "bob" },
		{ "Dovecot, of another address", { "mx dovecot: auth: passwd-file(bob,240.7.7.8): Password mismatch", SMTPD FAIL "UGFzc3dvcmQ6" }, 1, 0, 0, 1, NULL },
		{ "Dovecot, of IMAP", { "mx dovecot: auth: passwd-file(bob,240.7.7.7,<A>): Password mismatch", SMTPD FAIL "UGFzc3dvcmQ6" }, 1, 0, 0, 1, NULL },
		{ "Dovecot alone", { "mx dovecot: auth: passwd-file(bob,240.7.7.7): Password mismatch" }, 0, 0, 0, 0, NULL },
		{ "smtpd knows better", { "mx dovecot: auth: passwd-file(ann,240.7.7.7): Password mismatch", SMTPD FAIL "x, sasl_username=bob" }, 1, 0, 1, 0, "bob" },
		{ "saslauthd does", { "mx saslauthd[9]: do_auth         : auth failure: [user=bob] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error]", SMTPD FAIL "authentication failure" }, 1, 0, 1, 0, "bob" },
		{ "saslauthd, too long ago", { "mx saslauthd[9]: do_auth         : auth failure: [user=bob] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error]", SMTPD "x", SMTPD "x", SMTPD "x", SMTPD FAIL "authentication failure" }, 1, 0, 0, 1, NULL },
		{ "another program's words", { "mx php: " FAIL "x, sasl_username=bob" }, 0, 0, 0, 0, NULL },
		{ "another daemon's", { "mx postfix/cleanup[7]: " FAIL "x, sasl_username=bob" }, 0, 0, 0, 0, NULL },
		{ "a tag that is cut", { "mx postfix[7]: x" }, 0, 0, 0, 0, NULL },
	};
	struct sw_host h = host_new(NULL);

	(void)state;
	h.now = NOW;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct failures_where where = where_of(NULL);
		struct sw_fault why = { 0 };
		struct failures f;
		unsigned m = MINUTES - 2;

		assert_int_equal(failures_new(&f, &h, &where, MINUTES, &why), 0);
		for (int k = 0; k < 6 && rows[i].lines[k]; k++)
			tell(&f, f.start + 60 * m + k, rows[i].lines[k]);
		want_number(rows[i].what, f.failed[m], rows[i].failed);
		want_number(rows[i].what, f.backend[m], rows[i].backend);
		want_number(rows[i].what, f.named[m], rows[i].named);
		want_number(rows[i].what, f.silent[m], rows[i].silent);
		want_number(rows[i].what, topk_rows(f.account), rows[i].account != NULL);
		if (rows[i].account)
			want_raw(rows[i].what, topk_row(f.account, 0)->name, rows[i].account);
		failures_free(&f);
	}
	host_remove(&h);
}

/* A program that named them and does no more: Dovecot's own log, when it is written elsewhere. */
static void five_in_a_row_that_nobody_names_say_that_nobody_does(void **state)
{
	static const struct {
		const char *what;
		int named, silent, again, more; /* failures, one kind after the other */
		bool blind;
	} rows[] = {
		{ "all are named", 9, 0, 0, 0, false },	   { "one is not", 9, 1, 0, 0, false },
		{ "four are not", 9, 4, 0, 0, false },	   { "five are not", 9, 5, 0, 0, true },
		{ "now and then", 9, 3, 1, 3, false },	   { "and then it does", 1, 5, 3, 0, true },
		{ "nobody was named before", 0, 5, 0, 0, true },
	};
	struct sw_host h = host_new(NULL);

	(void)state;
	h.now = NOW;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const int n[] = { rows[i].named, rows[i].silent, rows[i].again, rows[i].more };
		struct failures_where where = where_of(NULL);
		struct sw_fault why = { 0 };
		struct failures f;

		assert_int_equal(failures_new(&f, &h, &where, MINUTES, &why), 0);
		for (unsigned k = 0; k < 4; k++)
			for (int j = 0; j < n[k]; j++)
				tell(&f, f.start + 60, k % 2 ? SMTPD FAIL "UGFzc3dvcmQ6"
							     : SMTPD FAIL "x, sasl_username=bob");
		want_number(rows[i].what, f.kept->blind > 0, rows[i].blind);
		failures_free(&f);
	}
	host_remove(&h);
}

/* "TIME word USER ADDRESS xN; " of each login. */
static void note_login(const struct failures_login *login, void *ctx)
{
	char *text = ctx;
	const size_t n = strlen(text);
	char address[NETWORK_TEXT];

	snprintf(text + n, 512 - n, "%d %s %.*s %.*s x%d; ", (int)(login->time % 60),
		 login->silent	  ? "failed, silent"
		 : login->failed  ? "failed"
		 : login->message ? "sent"
				  : "came",
		 (int)login->user.n, login->user.n ? login->user.p : "",
		 login->address ? (int)network_text(login->address, address).n : 1,
		 login->address ? address : "?", (int)login->n);
}

static void who_follows_is_told_of_each_login(void **state)
{
	static const char *const lines[] = {
		SMTPD FAIL "x, sasl_username=Bob@Example.com",
		SMTPD "message repeated 3 times: [ " FAIL "x, sasl_username=bob]",
		SMTPD FAIL "UGFzc3dvcmQ6",
		SMTPD "4ABC012345: client=pc[192.0.2.9], sasl_method=PLAIN, sasl_username=ann",
		SMTPD "4ABC012346: client=pc[192.0.2.9]",
		"mx dovecot: imap-login: Login: user=<ann>, method=PLAIN, rip=192.0.2.8, "
		"lip=192.0.2.1, mpid=5, TLS, session=<x>",
		SMTPD FAIL "Connection lost to authentication server, sasl_username=ann",
		SMTPD "4ABC012347: client=pc[300.1.1.1], sasl_method=PLAIN, sasl_username=ann",
	};
	const struct failures_where where = where_of(NULL);
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct failures f;
	char text[512] = "";

	(void)state;
	h.now = NOW;
	assert_int_equal(failures_new(&f, &h, &where, MINUTES, &why), 0);
	failures_follow(&f, NOW - 3 * DAY);
	f.told = note_login;
	f.told_ctx = text;
	for (size_t i = 0; i < SW_COUNT(lines); i++)
		tell(&f, NOW - 2 * DAY - NOW % 60 + (int64_t)i, lines[i]);
	want_text("told", text,
		  "0 failed Bob@Example.com 240.7.7.7 x1; 1 failed bob 240.7.7.7 x3; "
		  "2 failed, silent  240.7.7.7 x1; 3 sent ann 192.0.2.9 x1; 5 came ann 192.0.2.8 x1; ");
	failures_free(&f);
	host_remove(&h);
}

/* Days before the window count as much as its minutes. */
static void who_follows_sees_who_was_broken_into(void **state)
{
	static const struct {
		const char *what;
		int64_t at; /* since the first second of the window */
		int guesses;
		unsigned broken;
	} rows[] = {
		{ "days before", -2 * DAY, 5, 1 },	 { "too few", -2 * DAY, 4, 0 },
		{ "in the window", 0, 5, 1 },		 { "there, too few", 0, 4, 0 },
		{ "behind the window", 3600, 5, 1 },	 { "there, too few", 3600, 4, 0 },
		{ "where it begins", 30 - 3 * DAY, 5, 1 }, { "before", 29 - 3 * DAY, 5, 0 },
	};
	const struct failures_where where = where_of(NULL);
	struct sw_host h = host_new(NULL);

	(void)state;
	h.now = NOW;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		struct failures f;
		unsigned broken = 0;

		assert_int_equal(failures_new(&f, &h, &where, 1, &why), 0);
		failures_follow(&f, f.start + 30 - 3 * DAY);
		for (int k = 0; k < rows[i].guesses; k++)
			tell(&f, f.start + rows[i].at, SMTPD FAIL "x, sasl_username=bob");
		tell(&f, f.start + rows[i].at,
		     SMTPD "4ABC012345: client=x[240.7.7.7], sasl_method=PLAIN, sasl_username=bob");
		for (size_t k = 0; k < BREAK_IN_BROKEN; k++)
			broken += failures_seen(&f)->broken[k].account != 0;
		want_number(rows[i].what, broken, rows[i].broken);
		failures_free(&f);
	}
	host_remove(&h);
}

/* What two programs write into one file counts once; what is so by chance counts. */
static void a_file_that_is_doubled_counts_once(void **state)
{
	static const struct {
		const char *what;
		int times; /* each client= line stands so often */
		unsigned failed, named;
	} rows[] = { { "not doubled", 1, 4, 4 }, { "doubled", 2, 2, 2 } };
	struct sw_host h = host_new(NULL);

	(void)state;
	h.now = NOW;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct failures_where where = where_of(NULL);
		struct sw_fault why = { 0 };
		struct failures f;
		unsigned m = MINUTES - 2;
		int64_t time;

		assert_int_equal(failures_new(&f, &h, &where, MINUTES, &why), 0);
		time = f.start + 60 * m;
		for (int k = 0; k < 5 * rows[i].times; k++) {
			char line[256];

			snprintf(line, sizeof(line),
				 SMTPD "4ABC01234%d: client=pc[192.0.2.9], sasl_method=PLAIN, "
				       "sasl_username=ann",
				 k / rows[i].times);
			tell(&f, time + k / rows[i].times, line);
		}
		for (int k = 0; k < 4; k++)
			tell(&f, time + 10 + k / 2, SMTPD FAIL "x, sasl_username=bob");
		want_number(rows[i].what, f.failed[m], rows[i].failed);
		want_number(rows[i].what, f.named[m], rows[i].named);
		failures_free(&f);
	}
	host_remove(&h);
}

/* --- a log of days */

static void stamp(FILE *f, int64_t time)
{
	char text[32];
	struct tm tm;

	gmtime_r(&(time_t){ (time_t)time }, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	fprintf(f, "%s ", text);
}

static void failed(FILE *f, int64_t time, const char *from, const char *user)
{
	stamp(f, time);
	fprintf(f, SMTPD "warning: unknown[%s]: SASL LOGIN authentication failed: x, sasl_username=%s\n",
		from, user);
}

static void used(FILE *f, int64_t time, const char *from, const char *user)
{
	stamp(f, time);
	fprintf(f, SMTPD "%010llX: client=unknown[%s], sasl_method=PLAIN, sasl_username=%s\n",
		(unsigned long long)time, from, user);
}

static FILE *open_log(const struct sw_host *h, const char *name)
{
	FILE *f;

	host_file(h, name, "");
	f = fopen(host_path(h, name), "w");
	assert_non_null(f);
	return f;
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Some logins of a few people and bots, one every two minutes or so, for `days` to NOW + 2 h. */
static void make_days(const struct sw_host *h, double days, uint32_t seed)
{
	FILE *f = open_log(h, "/var/log/mail.log");
	int64_t time = NOW - (int64_t)(days * DAY);

	stamp(f, time);
	fprintf(f, "mx postfix/master[1]: daemon started -- version 3.7.11, configuration /etc/postfix\n");
	while (time < NOW + 7200) {
		char from[32];
		char user[16];
		bool fails = next_random(&seed) % 100 < 70;

		time += next_random(&seed) % 200;
		snprintf(from, sizeof(from), "240.%u.7.%u", next_random(&seed) % 12, next_random(&seed) % 2);
		snprintf(user, sizeof(user), "user%u", next_random(&seed) % 30);
		(fails ? failed : used)(f, time, from, user);
	}
	fclose(f);
}

static void read_at(struct failures *f, struct sw_host *h, int64_t now, const char *state_file)
{
	static struct failures_where where;
	struct sw_fault why = { 0 };

	where = where_of(state_file);
	h->now = now;
	h->replayed = true;
	if (failures_read(f, h, &where, MINUTES, &why) < 0)
		fail_msg("%s", why.text.s);
}

static void want_same_minutes(const char *what, const struct failures *a, const struct failures *b)
{
	for (unsigned m = 0; m < MINUTES; m++) {
		want_number(what, a->failed[m], b->failed[m]);
		want_number(what, a->named[m], b->named[m]);
		want_number(what, failures_known_of_day(a, m), failures_known_of_day(b, m));
		want_number(what, failures_rows(a->account, m, 5), failures_rows(b->account, m, 5));
		want_number(what, failures_rows(a->address, m, 5), failures_rows(b->address, m, 5));
	}
}

static const struct break_in *broken_find(const struct failures *f, const struct break_in *one)
{
	for (size_t i = 0; i < BREAK_IN_BROKEN; i++)
		if (f->kept->in.broken[i].account &&
		    raw_same(raw_from(f->kept->in.broken[i].name, f->kept->in.broken[i].name_n),
			     raw_from(one->name, one->name_n)))
			return &f->kept->in.broken[i];
	return NULL;
}

/* Who is told of as broken into in the last day; returns how many. */
static unsigned want_same_burglars(const char *what, const struct failures *a,
				   const struct failures *b)
{
	int64_t end = a->start + 60 * (int64_t)a->minutes;
	unsigned n = 0;

	for (size_t i = 0; i < BREAK_IN_BROKEN; i++) {
		const struct break_in *one = &a->kept->in.broken[i];
		const struct break_in *other;

		if (!break_in_is_of(one, end))
			continue;
		n++;
		other = broken_find(b, one);
		if (!other || !break_in_is_of(other, end))
			fail_msg("%s: %.*s is not told of", what, (int)one->name_n, one->name);
		want_number(what, one->last, other->last);
	}
	return n;
}

static void a_day_in_polls_is_a_day_in_one_run(void **state)
{
	struct sw_host h = host_new(NULL);
	const char *kept = strdup(host_path(&h, "/state"));
	unsigned told = 0;
	int polls = 0;

	(void)state;
	make_days(&h, 9.5, 7);
	/* now and then one is left out */
	for (int64_t now = NOW - DAY - 7200; now < NOW + 3600; now += polls % 40 == 39 ? 7500 : 300) {
		struct failures a;
		struct failures b;

		read_at(&a, &h, now, kept);
		if (polls++ % 8 == 0) {
			read_at(&b, &h, now, NULL);
			want_same_minutes("polls", &a, &b);
			told += want_same_burglars("polls", &a, &b);
			(void)want_same_burglars("one run", &b, &a);
			failures_free(&b);
		}
		failures_free(&a);
	}
	assert_true(told > 50);
	free((char *)kept);
	host_remove(&h);
}

static unsigned broken_of(const struct failures *f)
{
	unsigned n = 0;

	for (size_t i = 0; i < BREAK_IN_BROKEN; i++)
		n += f->kept->in.broken[i].account != 0;
	return n;
}

/* Guesses and a use, all in one second; one guess less is no break-in. */
static void the_second_where_a_run_goes_on_counts_once(void **state)
{
	static const struct {
		const char *what;
		int64_t at;    /* since the first second of the first run's window */
		int64_t again; /* the next runs, each so much later */
	} rows[] = {
		{ "before the window", -1, 10 },
		{ "its first second", 0, 10 },
		{ "its last", 60 * MINUTES - 1, 10 },
		{ "behind it", 60 * MINUTES, 60 },
		{ "before the next one", 899, 900 },
		{ "its first second, then", 900, 900 },
		{ "and it is worth no writing", 840, 840 },
		{ "an hour later", 3600, 3600 },
		{ "long before the next one", -1, 7200 },
		{ "in the first one alone", 0, 7200 },
		{ "in none of them", 7199, 7200 },
		{ "in the next one alone", 7200, 7200 },
	};

	(void)state;
	for (unsigned k = 0; k < 4; k++)
		for (size_t i = 0; i < SW_COUNT(rows); i++) {
			const uint64_t guesses = 4 + k % 2;
			const bool known = k / 2; /* then it is kept more often */
			struct sw_host h = host_new(NULL);
			const char *kept = strdup(host_path(&h, "/state"));
			FILE *log = open_log(&h, "/var/log/mail.log");
			struct failures f;
			int64_t time;

			read_at(&f, &h, NOW, NULL);
			for (time = NOW - 10 * DAY; known && time < f.start + rows[i].at; time += 900)
				used(log, time, "192.0.2.9", "ann");
			/* of another program, and later: lines stand in no strict order */
			used(log, f.start + rows[i].at + 2, "192.0.2.9", "ann");
			for (uint64_t n = 0; n < guesses; n++)
				failed(log, f.start + rows[i].at, "240.7.7.7", "bob");
			used(log, f.start + rows[i].at, "240.7.7.7", "bob");
			for (; known && time < NOW + DAY; time += 900)
				used(log, time, "192.0.2.9", "ann");
			fclose(log);
			failures_free(&f);
			for (int64_t later = 0; later <= 3 * rows[i].again; later += rows[i].again) {
				int64_t since = rows[i].at - later / 60 * 60; /* start of the window */
				uint64_t sum = 0;

				read_at(&f, &h, NOW + later, kept);
				for (unsigned m = 0; m < MINUTES; m++)
					sum += f.failed[m];
				if (known)
					want_number(rows[i].what,
						    failures_known_of_day(&f, MINUTES - 1),
						    FAILURES_DAY);
				want_number(rows[i].what, sum,
					    since >= 0 && since < 60 * MINUTES ? guesses : 0);
				want_number(rows[i].what, broken_of(&f),
					    guesses == 5 && since < 60 * MINUTES);
				failures_free(&f);
			}
			free((char *)kept);
			host_remove(&h);
		}
}

static void poke(const char *path, long at)
{
	FILE *f = fopen(path, "r+");

	assert_non_null(f);
	fseek(f, at, SEEK_SET);
	fputc(0x5a, f);
	fclose(f);
}

/* Neither a damaged state nor another's makes an answer another one. */
static void what_is_kept_and_not_ours_is_read_again(void **state)
{
	static const char *const whats[] = { "ours", "damaged", "of another log", "of a time to come",
					     "none" };
	struct sw_host h = host_new(NULL);
	const char *kept = strdup(host_path(&h, "/state"));
	struct failures plain;

	(void)state;
	make_days(&h, 9.5, 3);
	read_at(&plain, &h, NOW, NULL);
	for (size_t i = 0; i < SW_COUNT(whats); i++) {
		struct failures f;

		unlink(kept);
		somewhere.logdir = i == 2 ? "/var/log/" : "/var/log";
		read_at(&f, &h, i == 3 ? NOW + 3600 : NOW - 1800, i == 4 ? "/no/such" : kept);
		failures_free(&f);
		somewhere.logdir = "/var/log";
		if (i == 1) {
			poke(kept, 4096);
			poke(kept, 4096 + (long)sizeof(struct failures_kept) / 4096 * 4096 + 8192);
		}
		read_at(&f, &h, NOW, kept);
		want_number(whats[i], f.damage.code != 0, i == 1);
		want_same_minutes(whats[i], &f, &plain);
		want_number(whats[i], want_same_burglars(whats[i], &f, &plain),
			    want_same_burglars(whats[i], &plain, &f));
		failures_free(&f);
	}
	failures_free(&plain);
	free((char *)kept);
	host_remove(&h);
}

/* What is kept goes on with its own log; a younger one is of a run that knows more. */
static void what_is_kept_is_written_when_it_is_worth_it(void **state)
{
	static const struct {
		const char *what;
		int64_t now;
		bool written;
	} rows[] = {
		{ "an hour later", NOW, true },
		{ "in the same quarter", NOW + 840, false },
		{ "in the next one", NOW + 900, true },
		{ "of a clock that was set back", NOW - 7200, false },
	};
	struct sw_host h = host_new(NULL);
	const char *kept = strdup(host_path(&h, "/state"));
	struct failures f;

	(void)state;
	make_days(&h, 9.5, 3);
	read_at(&f, &h, NOW - 3600, kept);
	failures_free(&f);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		uint64_t before = file_hash(kept);

		read_at(&f, &h, rows[i].now, kept);
		want_number(rows[i].what, file_hash(kept) != before, rows[i].written);
		failures_free(&f);
	}
	free((char *)kept);
	host_remove(&h);
}

/* What there is no time for is not known; what is kept goes on from there. */
static void a_long_log_is_read_in_pieces(void **state)
{
	struct sw_host h = host_new(NULL);
	const char *kept = strdup(host_path(&h, "/state"));
	struct failures_where where = where_of(kept);
	struct sw_fault why = { 0 };
	struct failures f;
	uint64_t all = 0;
	int runs = 0;

	(void)state;
	make_days(&h, 9.5, 5);
	h.now = NOW;
	h.replayed = true;
	where.budget_ms = -1000;
	assert_int_equal(failures_read(&f, &h, &where, MINUTES, &why), 0);
	assert_true(failures_known_of_day(&f, MINUTES - 1) < 100);
	for (unsigned m = 0; m < MINUTES; m++)
		all += f.failed[m];
	assert_true(all > 0);
	want_number("the window is known", log_proof_state(&f.proof, 0, MINUTES, NULL), LOG_MINUTE_KNOWN);
	failures_free(&f);
	where.budget_ms = 60000;
	do {
		assert_int_equal(failures_read(&f, &h, &where, MINUTES, &why), 0);
		runs++;
		if (failures_known_of_day(&f, MINUTES - 1) == FAILURES_DAY)
			break;
		failures_free(&f);
	} while (runs < 10);
	want_number("runs", runs, 1);
	failures_free(&f);
	free((char *)kept);
	host_remove(&h);
}

/* Nothing is kept: the log is read twice, for what is older first. Its messages are no copies then. */
static void of_a_log_that_is_read_twice_each_failure_counts(void **state)
{
	struct sw_host h = host_new(NULL);
	struct failures f;
	FILE *log = open_log(&h, "/var/log/mail.log");
	int64_t time = NOW - 60 * (MINUTES - 2);

	(void)state;
	used(log, NOW - DAY, "192.0.2.9", "ann");
	for (int i = 0; i < 4; i++)
		used(log, time + i, "192.0.2.9", "ann");
	for (int i = 0; i < 6; i++)
		failed(log, time + 20 + i / 2, "240.7.7.7", "ann");
	used(log, NOW + 120, "192.0.2.9", "ann");
	fclose(log);
	read_at(&f, &h, NOW, NULL);
	want_number("failures", (unsigned)f.failed[1] + (unsigned)f.failed[2], 6);
	failures_free(&f);
	host_remove(&h);
}

/* What could not be read at first is read when it can be. */
static void of_a_log_that_is_not_there_nothing_is_kept(void **state)
{
	struct sw_host h = host_new(NULL);
	const char *kept = strdup(host_path(&h, "/state"));
	struct failures f;

	(void)state;
	read_at(&f, &h, NOW - 7200, kept);
	want_number("no log", failures_known(&f), 0);
	failures_free(&f);
	make_days(&h, 9.5, 3);
	read_at(&f, &h, NOW, kept);
	assert_true(failures_known(&f) > 8 * FAILURES_DAY);
	failures_free(&f);
	free((char *)kept);
	host_remove(&h);
}

/* Also when it was needed for older days alone, and what came later is fine. */
static void what_can_t_be_read_of_dovecots_log_is_said(void **state)
{
	static const struct {
		const char *what, *rotated;
		size_t n;
		bool said;
	} rows[] = {
		{ "nothing is rotated", NULL, 0, false },
		{ "what is rotated is damaged", "\x1f\x8b\x08\0\0\0\0\0\0\3xxxx", 14, true },
	};
	const struct timespec then[2] = { { NOW - 3 * DAY, 0 }, { NOW - 3 * DAY, 0 } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct failures f;
		FILE *log;

		make_days(&h, 9.5, 3);
		if (rows[i].rotated) {
			host_bytes(&h, "/var/log/dovecot.log.1.gz", rows[i].rotated, rows[i].n);
			assert_int_equal(utimensat(AT_FDCWD, host_path(&h, "/var/log/dovecot.log.1.gz"),
						   then, 0), 0);
		}
		log = open_log(&h, "/var/log/dovecot.log");
		for (int64_t time = NOW - 2 * DAY; time < NOW; time += 3600) {
			stamp(log, time);
			fputs("auth: Info: passwd-file(bob,192.0.2.9): Password mismatch\n", log);
		}
		fclose(log);
		read_at(&f, &h, NOW, NULL);
		want_number(rows[i].what, f.dovecot_why.code != 0, rows[i].said);
		failures_free(&f);
		host_remove(&h);
	}
}

static void any_clock_is_one(void **state)
{
	static const int64_t clocks[] = { 0, 59, 1000, 90000, 700000, 99999999999999 };
	struct sw_host h = host_new(NULL);

	(void)state;
	make_days(&h, 0.5, 3);
	for (size_t i = 0; i < SW_COUNT(clocks); i++) {
		struct failures f;

		read_at(&f, &h, clocks[i], NULL);
		want_number("known", failures_known_of_day(&f, MINUTES - 1), 0);
		want_number("known", failures_known(&f), 0);
		failures_free(&f);
	}
	host_remove(&h);
}

/* A log that begins within the day says no 0 of it. */
static void of_a_young_log_the_day_is_not_known(void **state)
{
	static const struct {
		const char *what;
		double days;
		unsigned known_from, known_to;
		bool why; /* why not is told */
	} rows[] = { { "nine hours", 9.0 / 24, 530, 541, true },
		     { "a day and an hour", 25.0 / 24, FAILURES_DAY, FAILURES_DAY, true },
		     { "a day and two hours", 26.0 / 24, FAILURES_DAY, FAILURES_DAY, false },
		     { "ten days", 10, FAILURES_DAY, FAILURES_DAY, false } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct failures f;
		unsigned known;

		make_days(&h, rows[i].days, 3);
		read_at(&f, &h, NOW, NULL);
		known = failures_known_of_day(&f, MINUTES - 1);
		if (known < rows[i].known_from || known > rows[i].known_to)
			fail_msg("%s: %u minutes", rows[i].what, known);
		want_number(rows[i].what, f.hole.doubt != LOG_FINE, rows[i].why);
		known = failures_known(&f);
		assert_true(known >= rows[i].known_from && known <= FAILURES_KNOWN);
		failures_free(&f);
		host_remove(&h);
	}
}

/* Eight minutes at a time, and each by itself. */
static void known_minutes_are_counted_as_one_by_one(void **state)
{
	static struct failures_kept kept;
	struct failures f = { .kept = &kept, .minutes = MINUTES };
	uint32_t x = 1;

	(void)state;
	for (int round = 0; round < 400; round++) {
		unsigned day = 0;
		unsigned row = 0;
		bool known = true;

		f.start = NOW - NOW % 60 + 60 * (int64_t)round;
		/* where a clock is not set yet: a few of the minutes are of 1970 */
		if (round % 25 == 0)
			f.start = 60 * (int64_t)(round / 10 + 2 - MINUTES);
		for (size_t i = 0; i < FAILURES_KNOWN; i++) {
			x = x * 1664525 + 1013904223;
			if (i % 8 == 0)
				kept.known[i / 8] = 0;
			if (round == 0 || (x >> 16) % (1U + (unsigned)round * 7) > 0)
				kept.known[i / 8] = (unsigned char)(kept.known[i / 8] | 1U << i % 8);
		}
		for (int64_t i = 0; i < FAILURES_KNOWN; i++) {
			int64_t minute = f.start / 60 + MINUTES - 1 - i;
			size_t at = (size_t)(minute % FAILURES_KNOWN);
			bool one = minute >= 0 && kept.known[at / 8] >> at % 8 & 1;

			day += i < FAILURES_DAY && one;
			known &= one;
			row += known;
		}
		want_number("of a day", failures_known_of_day(&f, MINUTES - 1), day);
		want_number("in a row", failures_known(&f), row);
	}
}

static void a_minute_of_a_row_has_65535_or_more(void **state)
{
	static const struct {
		unsigned more; /* than 60000 */
		uint64_t want;
	} rows[] = { { 5534, 65534 }, { 5535, 65535 }, { 5536, 65535 }, { 10000, 65535 } };
	struct sw_host h = host_new(NULL);

	(void)state;
	h.now = NOW;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct failures_where where = where_of(NULL);
		struct sw_fault why = { 0 };
		struct failures f;

		assert_int_equal(failures_new(&f, &h, &where, MINUTES, &why), 0);
		for (int k = 0; k < 7; k++) {
			char line[200];

			snprintf(line, sizeof(line), "%smessage repeated %u times: [ %sx, sasl_username=bob]", SMTPD,
				 k < 6 ? 10000 : rows[i].more, FAIL);
			tell(&f, f.start + 60, line);
		}
		want_number("all", f.failed[1], 60000 + rows[i].more);
		want_number("account", failures_sum(topk_row(f.account, 0), 1, 1), rows[i].want);
		want_number("address", failures_sum(topk_row(f.address, 0), 1, 1), rows[i].want);
		failures_free(&f);
	}
	host_remove(&h);
}

static void a_sum_is_of_its_minutes_alone(void **state)
{
	struct sw_host h = host_new(NULL);
	struct failures_where where = where_of(NULL);
	struct sw_fault why = { 0 };
	struct failures_count *c[2];
	struct failures f;

	(void)state;
	h.now = NOW;
	assert_int_equal(failures_new(&f, &h, &where, MINUTES, &why), 0);
	for (int k = 0; k < 2; k++) {
		c[k] = topk_count(f.account, raw_of(k ? "a" : "b"), 1)->value;
		for (unsigned i = 0; i < TRAFFIC_MINUTES; i++)
			c[k]->minute[i] = (uint16_t)(i % 3 ? 0 : 60000 - (unsigned)k * i);
	}
	for (unsigned first = 0; first <= TRAFFIC_MINUTES; first++)
		for (unsigned n = 0; n <= TRAFFIC_MINUTES; n++) {
			uint64_t sum[2] = { 0 };

			for (unsigned i = 0; i < TRAFFIC_MINUTES; i++)
				for (int k = 0; k < 2; k++)
					sum[k] += i >= first && i < first + n ? c[k]->minute[i] : 0;
			for (size_t k = 0; k < 2; k++)
				want_number("sum", failures_sum(topk_row(f.account, k), first, n), sum[k]);
			want_number("rows", failures_rows(f.account, first, n), (sum[0] > 0) + (sum[1] > 0));
		}
	failures_free(&f);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_counts_as_it_should),
		cmocka_unit_test(five_in_a_row_that_nobody_names_say_that_nobody_does),
		cmocka_unit_test(who_follows_is_told_of_each_login),
		cmocka_unit_test(who_follows_sees_who_was_broken_into),
		cmocka_unit_test(a_file_that_is_doubled_counts_once),
		cmocka_unit_test(a_day_in_polls_is_a_day_in_one_run),
		cmocka_unit_test(the_second_where_a_run_goes_on_counts_once),
		cmocka_unit_test(what_is_kept_and_not_ours_is_read_again),
		cmocka_unit_test(what_is_kept_is_written_when_it_is_worth_it),
		cmocka_unit_test(a_long_log_is_read_in_pieces),
		cmocka_unit_test(of_a_log_that_is_read_twice_each_failure_counts),
		cmocka_unit_test(of_a_log_that_is_not_there_nothing_is_kept),
		cmocka_unit_test(what_can_t_be_read_of_dovecots_log_is_said),
		cmocka_unit_test(any_clock_is_one),
		cmocka_unit_test(of_a_young_log_the_day_is_not_known),
		cmocka_unit_test(known_minutes_are_counted_as_one_by_one),
		cmocka_unit_test(a_minute_of_a_row_has_65535_or_more),
		cmocka_unit_test(a_sum_is_of_its_minutes_alone),
	};

	return cmocka_run_group_tests_name("failures", tests, NULL, NULL);
}
