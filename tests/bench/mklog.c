/*
 * mklog: write a mail log of a submission server on stdout, the same one each time.
 *
 *     mklog iso|bsd MEGABYTES WINDOW END
 *
 * Time goes with the bytes: the last 5 minutes hold WINDOW megabytes, and the last line stands just
 * before END, in seconds since the epoch. Stamps are UTC. How many messages were submitted with a
 * SASL login in those 5 minutes is said on stderr: what a plugin should find.
 *
 * Line forms and their mix are those of a server that relays for a few hundred accounts, of which
 * one sends a third of everything from 14 addresses: seven or eight lines a message, messages from
 * outside without a login, failed logins, lines of other programs.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ACCOUNTS = 300, BUSY_ADDRESSES = 14, MINUTES = 5 };

struct log {
	bool iso;
	int64_t size;
	int64_t window; /* bytes of the last 5 minutes */
	int64_t end;	/* microseconds since the epoch */
	int64_t at;	/* bytes written */
	uint64_t random;
	time_t stamped; /* the second that `stamp` says */
	char stamp[48];
	unsigned long submitted;
};

static unsigned pick(struct log *l, unsigned n)
{
	l->random ^= l->random << 13;
	l->random ^= l->random >> 7;
	l->random ^= l->random << 17;
	return (unsigned)((l->random >> 11) % n);
}

static int64_t now(const struct log *l)
{
	double left = (double)(l->size - l->at) / (double)l->window;
	int64_t t = l->end - (int64_t)(left * MINUTES * 60e6);

	return t < l->end ? t : l->end - 1; /* the last message may go beyond the size */
}

/* The head that syslogd writes before each text. */
static int head(struct log *l)
{
	int64_t t = now(l);
	time_t second = (time_t)(t / 1000000);

	if (second != l->stamped) {
		struct tm tm;

		gmtime_r(&second, &tm);
		if (l->iso)
			strftime(l->stamp, sizeof(l->stamp), "%Y-%m-%dT%H:%M:%S", &tm);
		else
			strftime(l->stamp, sizeof(l->stamp), "%b %e %H:%M:%S", &tm);
		l->stamped = second;
	}
	return l->iso ? printf("%s.%06d+00:00 mx ", l->stamp, (int)(t % 1000000))
		      : printf("%s mx ", l->stamp);
}

__attribute__((format(printf, 2, 3))) static void line(struct log *l, const char *fmt, ...)
{
	int n = head(l);
	va_list args;

	va_start(args, fmt);
	n += vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	l->at += n + 1;
}

struct sender {
	char user[64];
	char peer[80]; /* name[address] */
};

/* Every third message is the busy account's; the others have an address or two each. */
static void pick_sender(struct log *l, struct sender *s)
{
	unsigned n = pick(l, ACCOUNTS);

	if (pick(l, 3) == 0) {
		unsigned last = pick(l, BUSY_ADDRESSES);

		snprintf(s->user, sizeof(s->user), "email@ourdomain.example");
		snprintf(s->peer, sizeof(s->peer), "%s[203.0.113.%u]",
			 last ? "unknown" : "dialup.isp.example", last + 1);
		return;
	}
	snprintf(s->user, sizeof(s->user), "user%03u@customer%02u.example", n, n % 40);
	snprintf(s->peer, sizeof(s->peer), "host%u.access.example[198.51.%u.%u]", n, n % 100,
		 n % 2 ? n % 250 : pick(l, 2));
}

static void deliver(struct log *l, const char *id, unsigned pid)
{
	unsigned to = pick(l, 5000);

	if (pick(l, 6) == 0)
		line(l,
		     "postfix/smtp[%u]: %s: to=<someone%u@far%u.example>, relay=none, delay=30, "
		     "delays=0.05/0.01/30/0, dsn=4.4.1, status=deferred (connect to "
		     "mx.far%u.example[192.0.2.%u]:25: Connection timed out)",
		     pid + 3, id, to, to % 700, to % 700, to % 250);
	else
		line(l,
		     "postfix/smtp[%u]: %s: to=<someone%u@far%u.example>, "
		     "relay=mx.far%u.example[192.0.2.%u]:25, delay=0.9, delays=0.05/0.01/0.4/0.44, "
		     "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4jY2t6630Qz1b%u)",
		     pid + 3, id, to, to % 700, to % 700, to % 250, to);
}

/* A message from connect to removed. */
static void message(struct log *l)
{
	bool login = pick(l, 5) < 3;
	const char *service = login ? "submission/smtpd" : "smtpd";
	unsigned pid = 20000 + pick(l, 9000);
	struct sender s;
	char id[16];

	pick_sender(l, &s);
	if (!login)
		snprintf(s.peer, sizeof(s.peer), "mail%u.other.example[192.0.2.%u]", pick(l, 900),
			 pick(l, 250));
	snprintf(id, sizeof(id), "%05X%05X", pick(l, 1000000), 0xA0000 + pick(l, 0x50000));
	line(l, "postfix/%s[%u]: connect from %s", service, pid, s.peer);
	if (login) {
		/* counted by the second that the line will bear */
		l->submitted += now(l) >= l->end - MINUTES * INT64_C(60000000);
		line(l, "postfix/%s[%u]: %s: client=%s, sasl_method=PLAIN, sasl_username=%s",
		     service, pid, id, s.peer, s.user);
	} else {
		line(l, "postfix/%s[%u]: %s: client=%s", service, pid, id, s.peer);
	}
	line(l, "postfix/cleanup[%u]: %s: message-id=<%08x.%08x@mail.example>", pid + 1, id,
	     pick(l, 1u << 31), pick(l, 1u << 31));
	line(l, "postfix/qmgr[1203]: %s: from=<%s>, size=%u, nrcpt=1 (queue active)", id, s.user,
	     900 + pick(l, 60000));
	line(l,
	     "postfix/%s[%u]: disconnect from %s ehlo=1 auth=1 mail=1 rcpt=1 data=1 quit=1 "
	     "commands=6",
	     service, pid, s.peer);
	deliver(l, id, pid);
	line(l, "postfix/qmgr[1203]: %s: removed", id);
}

static void noise(struct log *l)
{
	struct sender s;

	pick_sender(l, &s);
	switch (pick(l, 8)) {
	case 0:
		line(l,
		     "postfix/submission/smtpd[%u]: warning: %s: SASL LOGIN authentication failed: "
		     "authentication failure, sasl_username=%s",
		     20000 + pick(l, 9000), s.peer, s.user);
		break;
	case 1:
		line(l,
		     "postfix/anvil[30111]: statistics: max connection rate %u/60s for "
		     "(submission:203.0.113.9) at Nov 23 10:43:20",
		     1 + pick(l, 60));
		break;
	case 2:
	case 3:
		line(l,
		     "dovecot: imap-login: Login: user=<%s>, method=PLAIN, rip=198.51.100.%u, "
		     "lip=192.0.2.1, mpid=%u, TLS, session=<p%xq>",
		     s.user, pick(l, 250), pick(l, 99999), pick(l, 1u << 31));
		break;
	default:
		break;
	}
}

int main(int argc, char **argv)
{
	static char buffer[1 << 20];
	struct log l = { .random = 0x9e3779b97f4a7c15U, .stamped = -1 };

	if (argc < 5 || (strcmp(argv[1], "iso") != 0 && strcmp(argv[1], "bsd") != 0) ||
	    strtod(argv[3], NULL) <= 0) {
		fputs("usage: mklog iso|bsd MEGABYTES WINDOW END\n", stderr);
		return 2;
	}
	l.iso = strcmp(argv[1], "iso") == 0;
	l.size = (int64_t)(strtod(argv[2], NULL) * 1e6);
	l.window = (int64_t)(strtod(argv[3], NULL) * 1e6);
	l.end = (int64_t)strtoll(argv[4], NULL, 10) * 1000000;
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	while (l.at < l.size) {
		message(&l);
		noise(&l);
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("mklog");
		return 1;
	}
	fprintf(stderr, "%lu\n", l.submitted);
	return 0;
}
