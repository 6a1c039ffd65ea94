/*
 * mklog: write a mail log of a submission server on stdout, the same one each time.
 *
 *     mklog FORM MEGABYTES WINDOW END [quiet]
 *
 * FORM: bsd iso busybox rfc5424 metalog docker cri tai64n. quiet: without the lines that a rate is
 * made of, a client's with a login and the queue manager's of an active message.
 *
 * Time goes with the bytes that the traditional form (bsd) has, so that every form has the same
 * messages at the same times: the last 5 minutes hold WINDOW such megabytes, and the last line
 * stands just before END, in seconds since the epoch. Stamps are UTC. How many messages were
 * submitted with a SASL login in those 5 minutes is said on stderr: what a plugin should find.
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

enum form { BSD, ISO, BUSYBOX, RFC5424, METALOG, DOCKER, CRI, TAI64N };

static const char *const forms[] = { "bsd",	"iso",	  "busybox", "rfc5424",
				     "metalog", "docker", "cri",     "tai64n" };

enum { ACCOUNTS = 300, BUSY_ADDRESSES = 14, MINUTES = 5 };

struct log {
	enum form form;
	bool quiet;
	int64_t size;
	int64_t window; /* bytes of the last 5 minutes */
	int64_t end;	/* microseconds since the epoch */
	int64_t at;	/* bytes that the traditional form would have */
	uint64_t random;
	time_t stamped; /* the second that the stamps say */
	char bsd[48];
	char iso[48];
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

/* As Docker writes a string: Go's encoder has escapes for what HTML would take for markup. */
static void put_escaped(const char *text)
{
	for (; *text; text++) {
		if (strchr("<>&", *text))
			printf("\\u%04x", *text);
		else
			printf(strchr("\"\\", *text) ? "\\%c" : "%c", *text);
	}
}

/* A line of the form: the head that syslogd or a container's log writes before each text. */
static void put(const struct log *l, const char *tag, const char *text)
{
	const char *pid = strchr(tag, '[');
	int name = (int)(pid ? (size_t)(pid - tag) : strlen(tag));
	int micro = (int)(now(l) % 1000000);

	switch (l->form) {
	case BSD:
		printf("%s mx %s: %s\n", l->bsd, tag, text);
		break;
	case ISO:
		printf("%s.%06d+00:00 mx %s: %s\n", l->iso, micro, tag, text);
		break;
	case BUSYBOX:
		printf("%s mx mail.info %s: %s\n", l->bsd, tag, text);
		break;
	case RFC5424:
		printf("<22>1 %s.%06d+00:00 mx %.*s %u - - %s\n", l->iso, micro, name, tag,
		       pid ? (unsigned)strtoul(pid + 1, NULL, 10) : 1, text);
		break;
	case METALOG:
		printf("%s [%.*s] %s\n", l->bsd, name, tag, text);
		break;
	case DOCKER: {
		int fraction = micro;
		int digits = 6;

		for (; digits > 1 && fraction % 10 == 0; digits--)
			fraction /= 10;
		printf("{\"log\":\"%s mx %s: ", l->bsd, tag);
		put_escaped(text);
		printf("\\n\",\"stream\":\"stdout\",\"time\":\"%s.%0*dZ\"}\n", l->iso, digits,
		       fraction);
		break;
	}
	case CRI:
		printf("%s.%06d789Z stdout F %s mx %s: %s\n", l->iso, micro, l->bsd, tag, text);
		break;
	case TAI64N:
		printf("@4%015llx%08x %s mx %s: %s\n", (unsigned long long)l->stamped + 10,
		       (unsigned)micro * 1000, l->bsd, tag, text);
		break;
	}
}

__attribute__((format(printf, 2, 3))) static void line(struct log *l, const char *fmt, ...)
{
	time_t second = (time_t)(now(l) / 1000000);
	char buf[1024];
	va_list args;
	int n;
	char *text;

	va_start(args, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, args);
	va_end(args);
	if (second != l->stamped) {
		struct tm tm;

		gmtime_r(&second, &tm);
		strftime(l->iso, sizeof(l->iso), "%Y-%m-%dT%H:%M:%S", &tm);
		strftime(l->bsd, sizeof(l->bsd), "%b %e %H:%M:%S", &tm);
		l->stamped = second;
	}
	if (!l->quiet || (!strstr(buf, ", sasl_method=") && !strstr(buf, " (queue active)"))) {
		text = strstr(buf, ": ");
		*text = '\0';
		put(l, buf, text + 2);
	}
	l->at += (int64_t)strlen(l->bsd) + n + 5; /* blanks, mx, newline */
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

	size_t form = 0;

	while (argc > 1 && form < sizeof(forms) / sizeof(*forms) &&
	       strcmp(argv[1], forms[form]) != 0)
		form++;
	if (argc < 5 || form == sizeof(forms) / sizeof(*forms) || strtod(argv[3], NULL) <= 0) {
		fputs("usage: mklog FORM MEGABYTES WINDOW END [quiet]\n", stderr);
		return 2;
	}
	l.form = (enum form)form;
	l.quiet = argc > 5 && strcmp(argv[5], "quiet") == 0;
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
