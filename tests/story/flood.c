/*
 * flood: hand mails to an SMTP server as one account, from many addresses.
 *
 * The story (story.sh) has to know to the mail how many the server took, and
 * sends thousands of them: so each session is kept open for all its mails,
 * and the number of those that were answered with 250 after their text is
 * printed. A server without inodes answers nothing at all, hence the two
 * time limits: one for an answer, one for everything.
 */
#define _GNU_SOURCE 1
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_RCPT = 64, LINE = 1024 };

struct job {
	const char *host;
	uint16_t port;
	const char *account;
	const char *password;
	const char *rcpt[MAX_RCPT];
	unsigned nrcpt;
	unsigned mail;	   /* number of the next mail: picks its recipient */
	int64_t answer_ms; /* longest wait for one answer */
	int64_t end_ms;	   /* no wait beyond this point of time */
};

struct session {
	int fd;
	size_t have;
	char in[LINE];
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Wait for events, but neither beyond the answer's limit nor beyond the end. */
static bool ready(const struct job *j, int fd, short events, int64_t limit)
{
	int64_t left = (limit < j->end_ms ? limit : j->end_ms) - now_ms();
	struct pollfd p = { .fd = fd, .events = events };

	return left > 0 && poll(&p, 1, left > INT_MAX ? INT_MAX : (int)left) == 1;
}

/* The code of the next (possibly many-lined) answer, -1 if none came. */
static int answer(const struct job *j, struct session *s)
{
	int64_t limit = now_ms() + j->answer_ms;

	for (;;) {
		char *nl = memchr(s->in, '\n', s->have);
		ssize_t n;

		if (nl) {
			size_t len = (size_t)(nl - s->in) + 1;
			bool last = len > 4 && s->in[3] != '-';
			int code = 0;

			for (size_t i = 0; i < 3 && i < len; i++)
				code = code * 10 + (s->in[i] - '0');
			memmove(s->in, s->in + len, s->have - len);
			s->have -= len;
			if (last)
				return code;
			continue;
		}
		if (s->have == sizeof s->in || !ready(j, s->fd, POLLIN, limit))
			return -1;
		n = recv(s->fd, s->in + s->have, sizeof s->in - s->have, 0);
		if (n <= 0)
			return -1;
		s->have += (size_t)n;
	}
}

/* Send a command, return the code of its answer; -1: the connection is dead. */
__attribute__((format(printf, 3, 4))) static int say(const struct job *j, struct session *s,
						     const char *fmt, ...)
{
	char out[2 * LINE];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(out, sizeof out, fmt, ap);
	va_end(ap);
	if (len < 0 || (size_t)len >= sizeof out)
		return -1;
	for (size_t done = 0; done < (size_t)len;) {
		ssize_t n = -1;

		if (ready(j, s->fd, POLLOUT, now_ms() + j->answer_ms))
			n = send(s->fd, out + done, (size_t)len - done, MSG_NOSIGNAL);
		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	return answer(j, s);
}

static int dial(const struct job *j, const char *source)
{
	struct sockaddr_in from = { .sin_family = AF_INET };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(j->port) };
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (inet_pton(AF_INET, source, &from.sin_addr) != 1 ||
	    inet_pton(AF_INET, j->host, &to.sin_addr) != 1 ||
	    bind(fd, (struct sockaddr *)&from, sizeof from) ||
	    connect(fd, (struct sockaddr *)&to, sizeof to) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one)) {
		fprintf(stderr, "flood: %s to %s: %s\n", source, j->host, strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

/* AUTH PLAIN wants base64 of NUL account NUL password. */
static bool plain(const struct job *j, char *out, size_t size)
{
	static const char set[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned char in[LINE / 2] = { 0 };
	size_t a = strlen(j->account), p = strlen(j->password), len = a + p + 2, o = 0;

	if (len + 2 > sizeof in || (len + 2) / 3 * 4 + 1 > size)
		return false;
	memcpy(in + 1, j->account, a);
	memcpy(in + a + 2, j->password, p);
	for (size_t i = 0; i < len; i += 3) {
		unsigned v = (unsigned)in[i] << 16 | (unsigned)in[i + 1] << 8 | in[i + 2];

		out[o++] = set[v >> 18];
		out[o++] = set[v >> 12 & 63];
		out[o++] = i + 1 < len ? set[v >> 6 & 63] : '=';
		out[o++] = i + 2 < len ? set[v & 63] : '=';
	}
	out[o] = '\0';
	return true;
}

static bool login(const struct job *j, struct session *s)
{
	char token[LINE];

	return plain(j, token, sizeof token) && answer(j, s) == 220 &&
	       say(j, s, "EHLO story.example\r\n") == 250 &&
	       say(j, s, "AUTH PLAIN %s\r\n", token) == 235;
}

/* One mail: 1 taken, 0 refused, -1 the session is dead. */
static int mail(const struct job *j, struct session *s)
{
	const char *rcpt = j->rcpt[j->mail % j->nrcpt];
	int code = say(j, s, "MAIL FROM:<%s>\r\n", j->account);

	if (code == 250)
		code = say(j, s, "RCPT TO:<%s>\r\n", rcpt);
	if (code == 250)
		code = say(j, s, "DATA\r\n");
	if (code == 354) {
		code = say(j, s,
			   "From: <%s>\r\nTo: <%s>\r\nSubject: mail %u\r\n"
			   "\r\nA line of text.\r\n.\r\n",
			   j->account, rcpt, j->mail);
		return code == 250 ? 1 : code < 0 ? -1 : 0;
	}
	if (code < 0)
		return -1;
	return say(j, s, "RSET\r\n") == 250 ? 0 : -1;
}

/* All mails of one address in one session; the number of those taken. */
static unsigned run(struct job *j, const char *source, unsigned count)
{
	struct session s = { .fd = dial(j, source) };
	unsigned taken = 0;

	if (s.fd < 0)
		return 0;
	if (login(j, &s)) {
		int r = 0;

		for (unsigned i = 0; i < count && r >= 0; i++, j->mail++) {
			r = mail(j, &s);
			taken += r > 0;
		}
		if (r >= 0)
			say(j, &s, "QUIT\r\n");
	} else {
		fprintf(stderr, "flood: %s: no login as %s\n", source, j->account);
	}
	close(s.fd);
	return taken;
}

static unsigned number(const char *text, unsigned max)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || end == text || *end || n > max) {
		fprintf(stderr, "flood: not a number up to %u: %s\n", max, text);
		exit(2);
	}
	return (unsigned)n;
}

static void usage(void)
{
	fputs("usage: flood -u ACCOUNT -p PASSWORD -r RECIPIENT [-r ...] [-h HOST]\n"
	      "             [-P PORT] [-i FIRST] [-t ANSWER_SECONDS] [-T ALL_SECONDS]\n"
	      "             SOURCE=COUNT ...\n"
	      "Prints how many mails were accepted. Mail number N (from FIRST on) goes\n"
	      "to recipient N modulo their number.\n",
	      stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	struct job j = { .host = "127.0.0.1", .port = 25, .answer_ms = 10000 };
	unsigned all = 60, taken = 0;
	int c;

	while ((c = getopt(argc, argv, "u:p:r:h:P:i:t:T:")) != -1) {
		switch (c) {
		case 'u':
			j.account = optarg;
			break;
		case 'p':
			j.password = optarg;
			break;
		case 'h':
			j.host = optarg;
			break;
		case 'P':
			j.port = (uint16_t)number(optarg, UINT16_MAX);
			break;
		case 'i':
			j.mail = number(optarg, INT_MAX);
			break;
		case 't':
			j.answer_ms = 1000 * (int64_t)number(optarg, 3600);
			break;
		case 'T':
			all = number(optarg, 3600);
			break;
		case 'r':
			if (j.nrcpt == MAX_RCPT)
				usage();
			j.rcpt[j.nrcpt++] = optarg;
			break;
		default:
			usage();
		}
	}
	if (!j.account || !j.password || !j.nrcpt || optind == argc)
		usage();
	j.end_ms = now_ms() + 1000 * (int64_t)all;

	for (int i = optind; i < argc && now_ms() < j.end_ms; i++) {
		char *eq = strchr(argv[i], '=');
		unsigned count;

		if (!eq)
			usage();
		*eq = '\0';
		count = number(eq + 1, INT_MAX);
		taken += run(&j, argv[i], count);
	}
	printf("%u\n", taken);
	return 0;
}
