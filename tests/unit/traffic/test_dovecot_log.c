/* Dovecot's own log: which files are read, what of them, and in which order. */
#include <errno.h>
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_lines_come_in_the_order_of_time),
		cmocka_unit_test(one_that_may_not_be_read_is_said),
		cmocka_unit_test(what_there_was_no_time_for_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
