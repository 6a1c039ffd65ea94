/*
 * mkcrowd: write a mail log in which each of ACCOUNTS invented accounts submits one message in the
 * 5 minutes before END (seconds since the epoch, UTC), and one real account a message for every
 * four of theirs, from 14 addresses. How many those are is said on stderr. Of a message there are
 * only the two lines that matter.
 *
 *     mkcrowd ACCOUNTS END
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SPAN = 300, ONE_IN = 5, BUSY_ADDRESSES = 14 };

static void stamp(int64_t at, char *buf, size_t size)
{
	time_t second = (time_t)at;
	struct tm tm;

	gmtime_r(&second, &tm);
	strftime(buf, size, "%Y-%m-%dT%H:%M:%S.000000+00:00 mx", &tm);
}

int main(int argc, char **argv)
{
	static char buffer[1 << 20];
	char head[64];
	int64_t end;
	int64_t last = -1;
	unsigned long accounts;
	unsigned long all;
	unsigned long busy = 0;

	if (argc < 3) {
		fputs("usage: mkcrowd ACCOUNTS END\n", stderr);
		return 2;
	}
	accounts = strtoul(argv[1], NULL, 10);
	end = strtoll(argv[2], NULL, 10);
	all = accounts / (ONE_IN - 1) * ONE_IN;
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	/* a log that goes back behind the window */
	stamp(end - 3600, head, sizeof(head));
	printf("%s postfix/qmgr[1203]: 9FFFFFFFFF: removed\n", head);
	for (unsigned long i = 0; i < all; i++) {
		int64_t at = end - SPAN + (int64_t)(i * SPAN / all);
		char user[64];

		if (at != last)
			stamp(at, head, sizeof(head));
		last = at;
		snprintf(user, sizeof(user), "invented%lu@crowd%lu.example", i, i % 997);
		if (i % ONE_IN == ONE_IN - 1)
			snprintf(user, sizeof(user), "email@ourdomain.example");
		printf("%s postfix/submission/smtpd[%lu]: %010lX: client=unknown[203.0.113.%lu], "
		       "sasl_method=PLAIN, sasl_username=%s\n",
		       head, 20000 + i % 90, 0xA000000000 + i,
		       i % ONE_IN == ONE_IN - 1 ? 1 + busy++ % BUSY_ADDRESSES : i % 250, user);
		printf("%s postfix/qmgr[1203]: %010lX: from=<%s>, size=1200, nrcpt=1 (queue "
		       "active)\n",
		       head, 0xA000000000 + i, user);
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("mkcrowd");
		return 1;
	}
	fprintf(stderr, "%lu\n", busy);
	return 0;
}
