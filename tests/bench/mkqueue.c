/*
 * mkqueue: make a Postfix queue directory with N deferred messages, hashed one level deep as
 * Postfix hashes by default. Names are short queue IDs, hexadecimal microseconds and inode; the
 * same ones each time. The files are empty: counting a queue opens none of them.
 *
 *     mkqueue DIRECTORY N [twins] [mails] [logs]
 *
 * twins: the log of its deliveries beside each message too. mails: whole queue files, of 900 bytes,
 * as smtpd(8) and cleanup(8) leave them after a SASL login; 97 of each 100 are of one account.
 * logs: twins, as bounce(8) writes them when a message is deferred.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const queues[] = { "active",	  "bounce", "corrupt",	"defer",
				      "deferred", "hold",   "incoming", "maildrop" };

static int fail(const char *what)
{
	fprintf(stderr, "mkqueue: %s: %s\n", what, strerror(errno));
	return 1;
}

static int make_directory(int at, const char *name)
{
	return mkdirat(at, name, 0700) < 0 && errno != EEXIST ? -1 : 0;
}

/* The 16 hash directories of a queue, opened: a path of one component is what openat() costs. */
static int open_hashed(int spool, const char *queue, int ret[16])
{
	int fd = openat(spool, queue, O_RDONLY | O_DIRECTORY);

	for (int i = 0; i < 16 && fd >= 0; i++) {
		char name[2] = { "0123456789ABCDEF"[i], '\0' };

		if (make_directory(fd, name) < 0)
			return -1;
		ret[i] = openat(fd, name, O_RDONLY | O_DIRECTORY);
		if (ret[i] < 0)
			return -1;
	}
	if (fd >= 0)
		close(fd);
	return fd < 0 ? -1 : 0;
}

struct text {
	char bytes[2048];
	size_t n;
};

/* Type, length in groups of 7 bits (two are enough here), data: Postfix's global/record.c. */
__attribute__((format(printf, 3, 4))) static void record(struct text *t, char type, const char *fmt,
							 ...)
{
	char data[256];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(data, sizeof(data), fmt, args);
	va_end(args);
	t->bytes[t->n++] = type;
	if (n >= 128)
		t->bytes[t->n++] = (char)((n & 127) | 128);
	t->bytes[t->n++] = (char)(n >= 128 ? n >> 7 : n);
	memcpy(t->bytes + t->n, data, (size_t)n);
	t->n += (size_t)n;
}

static void sizes(struct text *t, size_t content, size_t offset)
{
	record(t, 'C', "%15zu %15zu %15d %15d %15zu %15d", content, offset, 1, 0, content, 0);
}

static void write_envelope(struct text *t, const char *id, const char *user, unsigned long i)
{
	unsigned host = (unsigned)(i % 14);

	record(t, 'T', "1795430912 %06lu", i % 1000000);
	record(t, 'A', "create_time=1795430912");
	record(t, 'A', "log_ident=%s", id);
	record(t, 'A', "rewrite_context=remote");
	record(t, 'A', "sasl_method=PLAIN");
	record(t, 'A', "sasl_username=%s", user);
	record(t, 'S', "%s", user);
	record(t, 'A', "log_client_name=unknown");
	record(t, 'A', "log_client_address=203.0.113.%u", host);
	record(t, 'A', "log_client_port=51514");
	record(t, 'A', "log_message_origin=unknown[203.0.113.%u]", host);
	record(t, 'A', "log_helo_name=localhost");
	record(t, 'A', "log_protocol_name=ESMTP");
	record(t, 'A', "client_name=unknown");
	record(t, 'A', "reverse_client_name=unknown");
	record(t, 'A', "client_address=203.0.113.%u", host);
	record(t, 'A', "client_port=51514");
	record(t, 'A', "server_address=192.0.2.1");
	record(t, 'A', "server_port=587");
	record(t, 'A', "helo_name=localhost");
	record(t, 'A', "protocol_name=ESMTP");
	record(t, 'A', "client_address_type=2");
	record(t, 'A', "dsn_orig_rcpt=rfc822;someone%lu@far.example", i);
	record(t, 'O', "someone%lu@far.example", i);
	record(t, 'R', "someone%lu@far.example", i);
	record(t, 'M', "%s", "");
}

static void write_content(struct text *t, const char *id, const char *user)
{
	record(t, 'N', "Received: from localhost (unknown [203.0.113.1])");
	record(t, 'N', "\tby mx.ourdomain.example (Postfix) with ESMTPSA id %s;", id);
	record(t, 'N', "\tMon, 23 Nov 2026 10:48:32 +0000 (UTC)");
	record(t, 'N', "From: %s", user);
	record(t, 'N', "Subject: You have won");
	record(t, 'N', "%s", "");
	record(t, 'N', "Click here.");
}

static void compose(struct text *t, const char *id, unsigned long i)
{
	char user[64] = "email@ourdomain.example";
	size_t offset;
	size_t end;

	if (i % 100 >= 97)
		snprintf(user, sizeof(user), "user%02lu@customer.example", i / 100 % 50);
	t->n = 0;
	sizes(t, 0, 0);
	write_envelope(t, id, user, i);
	offset = t->n;
	write_content(t, id, user);
	end = t->n;
	t->n = 0;
	sizes(t, end - offset, offset);
	t->n = end;
	record(t, 'X', "%s", "");
	record(t, 'E', "%s", "");
}

/* Of one recipient, of some domains (bounce_append_service.c). */
static void write_log(struct text *t, unsigned long i)
{
	t->n += (size_t)snprintf(
		t->bytes + t->n, sizeof(t->bytes) - t->n,
		"<someone%lu@far%lu.example>: connect to mx.far%lu.example[192.0.2.%lu]:25: "
		"Connection timed out\nrecipient=someone%lu@far%lu.example\noffset=744\n"
		"dsn_orig_rcpt=rfc822;someone%lu@far%lu.example\nstatus=4.4.1\naction=delayed\n"
		"reason=connect to mx.far%lu.example[192.0.2.%lu]:25: Connection timed out\n\n",
		i, i % 70, i % 70, i % 250, i, i % 70, i, i % 70, i % 70, i % 250);
}

static int make_file(int at, const char *name, const struct text *t)
{
	int fd = openat(at, name, O_WRONLY | O_CREAT | O_EXCL, 0700);

	if (fd >= 0 && t->n > 0 && write(fd, t->bytes, t->n) != (ssize_t)t->n) {
		close(fd);
		return -1;
	}
	return fd < 0 ? -1 : close(fd);
}

int main(int argc, char **argv)
{
	int deferred[16];
	int defer[16];
	bool twins = false;
	bool mails = false;
	bool logs = false;
	uint64_t random = 0x9e3779b97f4a7c15U;
	unsigned long n;
	int spool;

	if (argc < 3) {
		fputs("usage: mkqueue DIRECTORY N [twins] [mails] [logs]\n", stderr);
		return 2;
	}
	n = strtoul(argv[2], NULL, 10);
	for (int i = 3; i < argc; i++) {
		twins |= strcmp(argv[i], "twins") == 0;
		mails |= strcmp(argv[i], "mails") == 0;
		logs |= strcmp(argv[i], "logs") == 0;
	}
	if (make_directory(AT_FDCWD, argv[1]) < 0)
		return fail(argv[1]);
	spool = open(argv[1], O_RDONLY | O_DIRECTORY);
	for (size_t i = 0; i < sizeof(queues) / sizeof(queues[0]); i++)
		if (spool < 0 || make_directory(spool, queues[i]) < 0)
			return fail(queues[i]);
	if (open_hashed(spool, "deferred", deferred) < 0 || open_hashed(spool, "defer", defer) < 0)
		return fail("hash directories");
	for (unsigned long i = 0; i < n; i++) {
		struct text mail = { .n = 0 };
		struct text log = { .n = 0 };
		unsigned micros;
		char id[32];

		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		micros = (unsigned)(random % 1000000);
		snprintf(id, sizeof(id), "%05X%lX", micros, 0x760000 + i);
		if (mails)
			compose(&mail, id, i);
		if (logs)
			write_log(&log, i);
		if (make_file(deferred[micros >> 16], id, &mail) < 0 ||
		    ((twins || logs) && make_file(defer[micros >> 16], id, &log) < 0))
			return fail(id);
	}
	return 0;
}
