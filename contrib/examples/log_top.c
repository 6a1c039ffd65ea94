/*
 * log_top: the accounts that submitted most in the last ten minutes, and whether the mail log may be
 * believed about each of them. As a member of group adm:
 *     cc -o log_top log_top.c $(pkg-config --cflags --libs spoolwatch)
 *     log_top [DIRECTORY-THAT-STANDS-FOR-/ [NOW]]
 * SPDX-License-Identifier: CC0-1.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <spoolwatch/log.h>

enum { MINUTES = 10, ROWS = 10 };

/* A number, or a ? with the reason when it is another than that of the minute before. */
static int minutes(const struct sw_log *log)
{
	struct sw_fault last = { 0 };
	struct sw_log_minute m;
	int unknown = 0;

	for (unsigned i = 0; sw_log_minute(log, i, &m); i++) {
		time_t start = (time_t)m.start;
		char clock[16] = "";
		struct tm tm;

		if (localtime_r(&start, &tm))
			strftime(clock, sizeof(clock), "%H:%M", &tm);
		if (m.why.code) {
			printf("%s  ?%s%s\n", clock, last.code ? "" : "  ",
			       last.code ? "" : m.why.text.s);
			unknown = 1;
		} else {
			printf("%s  %llu\n", clock, (unsigned long long)m.messages);
		}
		last = m.why;
	}
	return unknown;
}

static int table(const struct sw_log *log)
{
	struct sw_log_account top[ROWS];
	size_t n = sw_log_top(log, SW_LOG_MESSAGES, 0, MINUTES, top, ROWS);
	struct sw_label source = sw_log_source(log);
	int unknown;

	printf("messages a minute (%s)\n", source.n ? source.s : "no log");
	unknown = minutes(log);
	printf("\n%8s %10s %9s  %s\n", "messages", "recipients", "addresses", "who");
	for (size_t i = 0; i < n && i < ROWS; i++) {
		struct sw_label address = sw_label_from(top[i].address);

		printf("%8llu %10llu %9llu  %s%s%s\n", (unsigned long long)top[i].messages,
		       (unsigned long long)top[i].recipients, (unsigned long long)top[i].addresses,
		       top[i].name.s, address.n ? ", mostly from " : "", address.s);
	}
	if (n > ROWS)
		printf("and %zu accounts more\n", n - ROWS);
	return unknown;
}

int main(int argc, char **argv)
{
	struct sw_fault why = { 0 };
	struct sw_host *host = NULL;
	struct sw_log *log = NULL;
	int status = 1;

	if (sw_host_open(argc > 1 ? argv[1] : NULL, argc > 2 ? atoll(argv[2]) : 0, &host, &why) == 0 &&
	    sw_log_open(host, NULL, MINUTES, &log, &why) == 0)
		status = table(log);
	sw_log_close(log);
	sw_host_close(host);
	if (why.code)
		fprintf(stderr, "log_top: %s\n", why.text.s);
	return status;
}
