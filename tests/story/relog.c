/*
 * relog: a small syslog daemon that stamps lines with the story's clock.
 *
 * The story lives through two hours in two minutes, and postfix_sasl_rate cuts
 * its window by the stamps in the log: so the log must carry the story's time.
 * Postfix itself keeps the real clock (its time-outs, its watchdog and the time
 * stamps of the queue's file system must agree with each other); only what a
 * syslog daemon adds, the stamp, is the story's.
 *
 * The clock is set by a message on the same socket, "storyclock: EPOCH": what
 * was logged before it is stamped before it, because a datagram socket keeps
 * the order. When it is set, the clock file says so, so that the story can wait
 * for it. Within a minute the clock runs on, but never into the next one.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 8192, FACILITY_MAIL = 2 };

struct clock {
	time_t base;	      /* the story's time when it was set */
	struct timespec set;  /* the real time when it was set */
	struct timespec last; /* of the last line: a log never goes back */
};

static void story_time(struct clock *c, struct timespec *t)
{
	struct timespec now;
	time_t gone;
	long nsec;

	clock_gettime(CLOCK_MONOTONIC, &now);
	gone = now.tv_sec - c->set.tv_sec;
	nsec = now.tv_nsec - c->set.tv_nsec;
	if (nsec < 0) {
		gone--;
		nsec += 1000000000;
	}
	if (c->base % 60 + gone > 59) {
		gone = 59 - c->base % 60;
		nsec = 999999999;
	}
	t->tv_sec = c->base + gone;
	t->tv_nsec = nsec;
	if (t->tv_sec < c->last.tv_sec || (t->tv_sec == c->last.tv_sec && nsec < c->last.tv_nsec))
		*t = c->last;
	c->last = *t;
}

/* "2026-11-23T10:43:20.148805+00:00" as rsyslog writes it on Debian 12, or
 * "Nov 23 10:43:20" as everything wrote it before. */
static void stamp(const struct timespec *t, bool iso, char *out, size_t size)
{
	struct tm tm;
	char day[32], zone[8];

	localtime_r(&t->tv_sec, &tm);
	if (!iso) {
		strftime(out, size, "%b %e %H:%M:%S", &tm);
		return;
	}
	strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(zone, sizeof zone, "%z", &tm);
	snprintf(out, size, "%s.%06ld%.3s:%s", day, t->tv_nsec / 1000, zone, zone + 3);
}

/* Cut "<22>Nov 23 10:43:20 " off; the facility, -1 if there was no <number>. */
static int head(const char **text)
{
	struct tm tm = { 0 };
	char *end;
	const char *p = *text;
	long pri;

	if (*p != '<')
		return -1;
	pri = strtol(p + 1, &end, 10);
	if (*end != '>' || pri < 0 || pri > 1023)
		return -1;
	p = end + 1;
	end = strptime(p, "%b %d %H:%M:%S ", &tm);
	*text = end ? end : p;
	return (int)(pri >> 3);
}

static bool set_clock(const char *text, const char *file, struct clock *c)
{
	static const char tag[] = "storyclock: ";
	FILE *f;

	if (strncmp(text, tag, sizeof tag - 1))
		return false;
	c->base = (time_t)strtoll(text + sizeof tag - 1, NULL, 10);
	clock_gettime(CLOCK_MONOTONIC, &c->set);
	f = fopen(file, "w");
	if (!f || fprintf(f, "%lld\n", (long long)c->base) < 0 || fclose(f))
		perror(file);
	return true;
}

static int listen_at(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof a.sun_path)
		return -1;
	strcpy(a.sun_path, path);
	if (bind(fd, (struct sockaddr *)&a, sizeof a) || chmod(path, 0666)) {
		close(fd);
		return -1;
	}
	return fd;
}

int main(int argc, char **argv)
{
	struct clock clock = { 0 };
	bool iso = argc == 6 && strcmp(argv[4], "iso") == 0;
	int log, fd;

	if (argc != 6 || (!iso && strcmp(argv[4], "bsd"))) {
		fputs("usage: relog SOCKET LOGFILE HOST iso|bsd CLOCKFILE\n", stderr);
		return 2;
	}
	log = open(argv[2], O_WRONLY | O_APPEND | O_CLOEXEC);
	fd = listen_at(argv[1]);
	if (log < 0 || fd < 0) {
		fprintf(stderr, "relog: %s: %s\n", log < 0 ? argv[2] : argv[1], strerror(errno));
		return 1;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (;;) {
		char in[LINE], when[64];
		const char *text = in;
		struct timespec now;
		ssize_t n = recv(fd, in, sizeof in - 1, 0);
		int facility;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return 1;
		in[n] = '\0';
		in[strcspn(in, "\n")] = '\0';
		facility = head(&text);
		if (set_clock(text, argv[5], &clock))
			continue;
		story_time(&clock, &now);
		stamp(&now, iso, when, sizeof when);
		if (facility != FACILITY_MAIL) /* not for mail.log: for whoever started this */
			printf("%s %s %s\n", when, argv[3], text);
		else if (dprintf(log, "%s %s %s\n", when, argv[3], text) < 0 ||
			 futimens(log, (struct timespec[]){ now, now }))
			perror(argv[2]);
	}
}
