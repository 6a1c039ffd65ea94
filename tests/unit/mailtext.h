/* mailtext: queue files as smtpd(8) or sendmail(1), and cleanup(8), write them. */
#ifndef SW_TESTS_MAILTEXT_H
#define SW_TESTS_MAILTEXT_H

#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include "test.h"

struct mail {
	const char *path;
	int64_t arrived; /* 0: it does not say */
	const char *login, *client;
	const char *sender; /* NULL: it says none */
	const char *to[3];
	const char *line[3]; /* of the content */
	bool growing;	     /* no size yet */
};

static char mail[8192];
static size_t mail_n;

static inline void mail_record(char type, const char *fmt, ...) SW_PRINTF(2, 3);
static inline void mail_record(char type, const char *fmt, ...)
{
	char text[1024];
	va_list args;
	size_t n;

	va_start(args, fmt);
	n = (size_t)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	mail[mail_n++] = type;
	assert_true(n < 128);
	mail[mail_n++] = (char)n;
	memcpy(mail + mail_n, text, n);
	mail_n += n;
}

static inline void put_mail(const struct sw_host *h, const struct mail *m)
{
	size_t at = 0;

	/* twice: the first record says where the content begins */
	for (size_t size = 0, pass = 0; pass < 2; pass++) {
		mail_n = 0;
		mail_record('C', "%15zu %15zu %15d %15d %15zu", m->growing ? 0 : size,
			    m->growing ? 0 : at, 1, 0, m->growing ? 0 : size);
		if (m->arrived)
			mail_record('T', "%lld 0", (long long)m->arrived);
		if (m->login)
			mail_record('A', "sasl_username=%s", m->login);
		if (m->sender)
			mail_record('S', "%s", m->sender);
		if (m->client)
			mail_record('A', "client_address=%s", m->client);
		for (size_t i = 0; i < SW_COUNT(m->to) && m->to[i]; i++)
			mail_record('R', "%s", m->to[i]);
		mail_record('M', "%s", "");
		at = mail_n;
		for (size_t i = 0; i < SW_COUNT(m->line) && m->line[i]; i++)
			mail_record('N', "%s", m->line[i]);
		size = mail_n - at;
		mail_record('X', "%s", "");
		mail_record('E', "%s", "");
	}
	host_bytes(h, m->path, mail, mail_n);
	assert_int_equal(chmod(host_path(h, m->path), 0700), 0);
}

#endif
