/* Dovecot's own log: which files are read, what of them, and in which order. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "os/clock.h"
#include "test.h"
#include "traffic/dovecot_log.h"

enum { NOW = 1795431600, BEGIN = NOW - 7200 }; /* 2026-11-23T11:00:00Z, as host_new() has it */

#define REFUSED(user)  "auth: Info: passwd-file(" user ",192.0.2.9): Password mismatch\n"
#define SESSION(user)  "auth: Info: passwd-file(" user ",192.0.2.9,<A>): Password mismatch\n"
#define ENTERED(user)  "imap-login: Info: Login: user=<" user ">, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1\n"

/* "-bob 10:00:00 +ann 10:00:01 ..."; static buffer */
static const char *all(const struct sw_host *h, const char *names, struct sw_fault *why,
		       int64_t *until)
{
	static char text[1024];
	const struct dovecot_log_where where = { .names = names,
						 .directory = "/var/log",
						 .zone = "UTC" };
	struct dovecot_log *d;
	struct dovecot_login login;
	size_t n = 0;

	text[0] = '\0';
	assert_int_equal(dovecot_log_read(&d, h, &where, BEGIN, NOW, clock_ms() + 5000, why), 0);
	while (dovecot_log_next(d, NOW, &login))
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%c%.*s %lld", n ? " " : "",
				      login.refused ? '-' : '+', (int)login.line.user.n,
				      login.line.user.p, (long long)(login.time - BEGIN));
	*why = *dovecot_log_why(d);
	*until = dovecot_log_until(d);
	dovecot_log_free(d);
	return text;
}

static void its_lines_come_in_the_order_of_time(void **state)
{
	static const struct {
		const char *what, *names;
		const char *path[2], *text[2];
		const char *want, *why;
	} rows[] = {
		{ "one beside",
		  NULL,
		  { "/var/log/dovecot.log" },
		  { "Nov 23 10:00:00 " REFUSED("bob") "Nov 23 10:00:01 " ENTERED("ann") },
		  "-bob 3600 +ann 3601",
		  "" },
		{ "ISO, and a line without a stamp",
		  NULL,
		  { "/var/log/dovecot.log" },
		  { "2026-11-23 10:00:00 " REFUSED("bob") REFUSED("eve") "\n2026-11-23T10:00:01+00:00 "
		    ENTERED("ann") },
		  "-bob 3600 +ann 3601",
		  "" },
		{ "none", NULL, { NULL }, { NULL }, "", "" },
		{ "before, after, and of IMAP",
		  NULL,
		  { "/var/log/dovecot.log" },
		  { "Nov 23 08:59:59 " REFUSED("old") "Nov 23 09:00:00 " REFUSED("bob")
		    "Nov 23 10:00:00 " SESSION("imap") "Nov 23 11:00:00 " REFUSED("new") },
		  "-bob 0",
		  "" },
		{ "two of them",
		  NULL,
		  { "/var/log/dovecot.log", "/var/log/dovecot/dovecot-info.log" },
		  { "Nov 23 10:00:02 " REFUSED("c"), "Nov 23 10:00:01 " REFUSED("a")
		    "Nov 23 10:00:03 " REFUSED("d") },
		  "-a 3601 -c 3602 -d 3603",
		  "" },
		{ "rotated",
		  NULL,
		  { "/var/log/dovecot.log.1", "/var/log/dovecot.log" },
		  { "Nov 23 10:00:00 " REFUSED("a"), "Nov 23 10:00:01 " REFUSED("b") },
		  "-a 3600 -b 3601",
		  "" },
		{ "again and again",
		  NULL,
		  { "/var/log/dovecot.log" },
		  { "Nov 23 10:00:00 " ENTERED("ann") "Nov 23 10:00:00 " ENTERED("ann")
		    "Nov 23 10:00:01 " ENTERED("bob") "Nov 23 10:00:59 " ENTERED("ann")
		    "Nov 23 10:01:00 " ENTERED("ann") },
		  "+ann 3600 +bob 3601 +ann 3660",
		  "" },
		{ "of a clock that was set back",
		  NULL,
		  { "/var/log/dovecot.log" },
		  { "Nov 23 10:00:00 " ENTERED("ann") "Nov 23 09:59:59 " ENTERED("ann") },
		  "+ann 3599 +ann 3600",
		  "" },
		{ "named", "dv/own.log", { "/var/log/dv/own.log", "/var/log/dovecot.log" },
		  { "Nov 23 10:00:00 " REFUSED("bob"), "Nov 23 10:00:00 " REFUSED("eve") },
		  "-bob 3600", "" },
		{ "named, and not there", "/var/log/own.log", { "/var/log/dovecot.log" },
		  { "Nov 23 10:00:00 " REFUSED("eve") }, "", "/var/log/own.log is not there" },
		{ "two are named, and one is there", "own.log \t dovecot.log", { "/var/log/dovecot.log" },
		  { "Nov 23 10:00:00 " REFUSED("eve") }, "-eve 3600", "/var/log/own.log is not there" },
		{ "neither is", "/var/log/own.log b.log", { NULL }, { NULL }, "", "/var/log/own.log is not there" },
		{ "none is named", "", { "/var/log/dovecot.log" }, { "Nov 23 10:00:00 " REFUSED("eve") },
		  "-eve 3600", "" },
		{ "one that is called so", "no.log", { "/var/log/no.log" }, { "Nov 23 10:00:00 " REFUSED("eve") },
		  "-eve 3600", "" },
		{ "one with a clock of its own, and one without", NULL,
		  { "/var/log/dovecot.log", "/var/log/dovecot-info.log" },
		  { "Nov 23 10:00:00 " REFUSED("bob") "Nov 23 12:00:00 " REFUSED("bob"),
		    "Nov 23 10:00:00 " REFUSED("eve") },
		  "-eve 3600", "the last stamp of /var/log/dovecot.log lies in the future" },
		{ "switched off", "no", { "/var/log/dovecot.log" },
		  { "Nov 23 10:00:00 " REFUSED("eve") }, "", "" },
		{ "of a clock two minutes ahead", NULL, { "/var/log/dovecot.log" },
		  { "Nov 23 10:00:00 " REFUSED("bob") "Nov 23 11:02:00 " REFUSED("bob") },
		  "-bob 3600", "" },
		{ "and a second more", NULL, { "/var/log/dovecot.log" },
		  { "Nov 23 10:00:00 " REFUSED("bob") "Nov 23 11:02:01 " REFUSED("bob") }, "",
		  "the last stamp of /var/log/dovecot.log lies in the future" },
		{ "of another zone", NULL, { "/var/log/dovecot.log" },
		  { "Nov 23 10:00:00 " REFUSED("bob") "Nov 23 12:00:00 " REFUSED("bob") }, "",
		  "the last stamp of /var/log/dovecot.log lies in the future" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_fault why = { 0 };
		int64_t until;

		h.now = NOW;
		for (int k = 0; k < 2 && rows[i].path[k]; k++)
			host_file(&h, rows[i].path[k], rows[i].text[k]);
		want_text(rows[i].what, all(&h, rows[i].names, &why, &until), rows[i].want);
		want_text(rows[i].what, why.text.s, rows[i].why);
		assert_true(until == INT64_MAX);
		host_remove(&h);
	}
}

static int read_it(void *ctx)
{
	struct sw_fault why = { 0 };
	int64_t until;

	(void)all(ctx, NULL, &why, &until);
	return -why.code;
}

static void one_that_may_not_be_read_is_said(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	h.now = NOW;
	host_file(&h, "/var/log/dovecot.log", "Nov 23 10:00:00 " REFUSED("bob"));
	assert_int_equal(chmod(host_path(&h, "/var/log/dovecot.log"), 0), 0);
	want_number("its errno", as_nobody(read_it, &h), -EACCES);
	host_remove(&h);
}

static void what_there_was_no_time_for_is_said(void **state)
{
	const struct dovecot_log_where where = { .directory = "/var/log", .zone = "UTC" };
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct dovecot_log *d;
	struct dovecot_login login;

	(void)state;
	h.now = NOW;
	host_file(&h, "/var/log/dovecot.log", "Nov 23 10:00:00 " REFUSED("bob"));
	assert_int_equal(dovecot_log_read(&d, &h, &where, BEGIN, NOW, clock_ms() - 1, &why), 0);
	want_number("until", dovecot_log_until(d), BEGIN + 3600);
	assert_false(dovecot_log_next(d, NOW, &login));
	dovecot_log_free(d);
	host_remove(&h);
}

/* --- the same as by a slow reader */

enum { LINES = 400 };

struct said {
	int64_t time;
	bool refused, session;
	char user[8], address[16], by[8];
};

static uint32_t seed;

static unsigned dice(unsigned n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static struct said any_line(void)
{
	struct said s = { .time = BEGIN - 130 + dice(260), .refused = dice(3) == 0 };

	/* where nothing is old, and where all is; the rest in a few minutes */
	if (dice(3) == 0)
		s.time = NOW - 130 + dice(260);
	else if (dice(2) == 0)
		s.time = BEGIN + 3600 + dice(400);
	s.session = s.refused && dice(4) == 0;
	snprintf(s.user, sizeof(s.user), "%s%u", s.refused && dice(9) == 0 ? "" : "u", dice(3));
	snprintf(s.address, sizeof(s.address), "192.0.2.%u", dice(2));
	snprintf(s.by, sizeof(s.by), "db%u", dice(2));
	return s;
}

static void write_lines(const struct sw_host *h, const char *path, const struct said *s, int n)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	for (int i = 0; i < n; i++) {
		int64_t of_day = s[i].time - (BEGIN - 9 * 3600);

		fprintf(f, "2026-11-23T%02d:%02d:%02d+00:00 ", (int)(of_day / 3600),
			(int)(of_day / 60 % 60), (int)(of_day % 60));
		if (s[i].refused)
			fprintf(f, "auth: Info: %s(%s,%s%s): Password mismatch\n", s[i].by, s[i].user,
				s[i].address, s[i].session ? ",<A>" : "");
		else
			fprintf(f, "imap-login: Info: Login: user=<%s>, method=PLAIN, rip=%s, lip=192.0.2.1\n",
				s[i].user, s[i].address);
	}
	fclose(f);
	host_file(h, path, text);
	free(text);
}

/* Had line i's user come from there less than a minute before, and was told? */
static bool came_lately(const struct said *s, const bool *told, int i)
{
	for (int k = i - 1; k >= 0; k--)
		if (told[k] && !s[k].refused && strcmp(s[k].user, s[i].user) == 0 &&
		    strcmp(s[k].address, s[i].address) == 0)
			return s[k].time <= s[i].time && s[i].time < s[k].time + 60;
	return false;
}

static void any_log_is_told_as_by_a_slow_reader(void **state)
{
	static const struct dovecot_log_where where = { .directory = "/var/log", .zone = "UTC" };
	struct said s[LINES];
	bool told[LINES];

	(void)state;
	for (uint32_t run = 1; run <= 12; run++) {
		struct sw_host h = host_new(NULL);
		struct sw_fault why = { 0 };
		struct dovecot_log *d;
		struct dovecot_login got;
		int first;

		seed = run;
		first = (int)dice(LINES);
		h.now = NOW;
		h.replayed = true;
		for (int i = 0; i < LINES; i++) {
			s[i] = any_line();
			told[i] = false;
			if (s[i].time >= BEGIN && s[i].time < NOW)
				told[i] = s[i].refused ? !s[i].session && s[i].user[0] : !came_lately(s, told, i);
		}
		write_lines(&h, "/var/log/dovecot.log", s, first);
		write_lines(&h, "/var/log/dovecot/dovecot.log", s + first, LINES - first);
		assert_int_equal(dovecot_log_read(&d, &h, &where, BEGIN, NOW, clock_ms() + 60000, &why), 0);
		for (int64_t time = BEGIN - 1; time <= NOW; time++)
			for (int i = 0; i < LINES; i++) {
				if (!told[i] || s[i].time != time)
					continue;
				assert_false(dovecot_log_next(d, time - 1, &got));
				if (!dovecot_log_next(d, time, &got))
					fail_msg("run %u: no line at %+d", run, (int)(time - BEGIN));
				want_number("its time", got.time, time);
				want_number("refused", got.refused, s[i].refused);
				want_raw("its user", got.line.user, s[i].user);
				want_raw("its address", got.line.address, s[i].address);
				want_raw("its database", got.line.by, s[i].refused ? s[i].by : "");
			}
		assert_false(dovecot_log_next(d, NOW + 3600, &got));
		dovecot_log_free(d);
		host_remove(&h);
	}
}

static void long_words_are_cut(void **state)
{
	static const struct {
		const char *what;
		int user, address, by; /* bytes */
		unsigned user_kept, address_kept, by_kept;
	} rows[] = {
		{ "as long as they may be", 200, 64, 64, 200, 64, 64 },
		{ "a byte more", 201, 65, 65, 200, 64, 64 },
		{ "the longest user, address and database", 999, 999, 999, 200, 64, 64 },
	};
	static const struct dovecot_log_where where = { .directory = "/var/log", .zone = "UTC" };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_fault why = { 0 };
		struct dovecot_log *d;
		struct dovecot_login got;
		char text[4096];

		h.now = NOW;
		snprintf(text, sizeof(text),
			 "Nov 23 10:00:00 auth(%0*d,fe80::1%%%0*d,sasl:plain): Info: %0*d: Password mismatch\n",
			 rows[i].user, 7, rows[i].address - 8, 9, rows[i].by, 8);
		host_file(&h, "/var/log/dovecot.log", text);
		assert_int_equal(dovecot_log_read(&d, &h, &where, BEGIN, NOW, clock_ms() + 60000, &why), 0);
		assert_true(dovecot_log_next(d, NOW, &got));
		want_number(rows[i].what, got.line.user.n, rows[i].user_kept);
		want_number(rows[i].what, got.line.by.n, rows[i].by_kept);
		want_number(rows[i].what, got.line.address.n, rows[i].address_kept);
		want_number(rows[i].what, memcmp(got.line.address.p, "fe80::1%0", 9), 0);
		dovecot_log_free(d);
		host_remove(&h);
	}
}

/* Of more than there is room for the first is said; all before is told. */
static void what_there_is_no_room_for_is_said(void **state)
{
	enum { LOGINS = 1 << 17, BYTES = 8 << 20, USER = 200, LONG = BYTES / (USER + 9 + 47) };
	static const struct {
		const char *what;
		int logins, user, by, last; /* how many; bytes of each; of the last one's user */
		bool fits;
	} rows[] = {
		{ "as many as there is room for", LOGINS, 1, 1, 1, true },
		{ "one more", LOGINS + 1, 1, 1, 1, false },
		{ "as many bytes", LONG, USER, 47, USER, true },
		{ "one more, for the last", LONG + 1, USER, 47, 1, false },
		{ "each a byte less", LONG, USER, 46, USER, true },
	};
	static const struct dovecot_log_where where = { .directory = "/var/log", .zone = "UTC" };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_fault why = { 0 };
		struct dovecot_log *d;
		struct dovecot_login got;
		char *text = NULL;
		size_t size = 0;
		FILE *f = open_memstream(&text, &size);
		int n = 0;

		h.now = NOW;
		for (int k = 0; k < rows[i].logins; k++) {
			bool last = k + 1 == rows[i].logins;
			/* a few are as old as the last one, or younger */
			int second = last || k == 5 ? 1 : k < 5 ? 9 : 0;

			fprintf(f, "Nov 23 10:00:0%d auth(%0*d,192.0.2.9,sasl:plain): %0*d: Password mismatch\n",
				second, last ? rows[i].last : rows[i].user, 7, rows[i].by, 8);
		}
		fclose(f);
		host_file(&h, "/var/log/dovecot.log", text);
		free(text);
		assert_int_equal(dovecot_log_read(&d, &h, &where, BEGIN, NOW, clock_ms() + 60000, &why), 0);
		want_number(rows[i].what, dovecot_log_until(d), rows[i].fits ? INT64_MAX : BEGIN + 3601);
		while (dovecot_log_next(d, NOW, &got))
			n++;
		want_number(rows[i].what, n, rows[i].logins - (rows[i].fits ? 0 : 7));
		dovecot_log_free(d);
		host_remove(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_lines_come_in_the_order_of_time),
		cmocka_unit_test(one_that_may_not_be_read_is_said),
		cmocka_unit_test(what_there_was_no_time_for_is_said),
		cmocka_unit_test(any_log_is_told_as_by_a_slow_reader),
		cmocka_unit_test(long_words_are_cut),
		cmocka_unit_test(what_there_is_no_room_for_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
