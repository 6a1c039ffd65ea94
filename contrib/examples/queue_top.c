/*
 * queue_top: who holds the Postfix queue, as a table on a terminal. As root or Postfix's user:
 *     cc -o queue_top queue_top.c $(pkg-config --cflags --libs spoolwatch)
 *     queue_top [DIRECTORY-THAT-STANDS-FOR-/]
 * SPDX-License-Identifier: CC0-1.0
 */
#include <stdio.h>
#include <unistd.h>

#include <spoolwatch/queue.h>

enum { ROWS = 20, OPENED = 1000 };

static const char *how(enum sw_account_kind kind)
{
	switch (kind) {
	case SW_ACCOUNT_LOGIN:
		return "login";
	case SW_ACCOUNT_CLIENT:
		return "no login";
	case SW_ACCOUNT_UID:
	case SW_ACCOUNT_LOCAL:
		break;
	}
	return "local";
}

/* An empty queue and one that could not be read are two things: 1 when any could not. */
static int queues(const struct sw_queue_owners *owners)
{
	int status = 0;

	for (int i = 0; i < SW_QUEUE_OWNERS_QUEUES; i++) {
		const struct sw_queue_owners_queue *q = &owners->queue[i];

		if (q->why.code) {
			printf("%-9s ?  %s\n", q->name, q->why.text.s);
			status = 1;
		} else {
			printf("%-9s %llu\n", q->name, (unsigned long long)q->messages);
		}
	}
	return status;
}

static int table(const struct sw_queue_owners *owners)
{
	struct sw_queue_owner top[ROWS];
	size_t n = sw_queue_owners_top(owners, SW_QUEUE_OWNERS_ALL, top, ROWS);
	int status = queues(owners);

	printf("\n%9s %7s  %-8s  %s\n", "messages", "share", "", "who");
	for (size_t i = 0; i < n; i++)
		printf("%9.0f %6.1f%%  %-8s  %s\n", top[i].messages, 100 * top[i].share,
		       how(top[i].kind), top[i].name.s);
	if (!owners->exact)
		printf("from %llu of %llu messages; the first share is right within %.1f%%\n",
		       (unsigned long long)owners->looked, (unsigned long long)owners->messages,
		       n ? 100 * top[0].error : 100.0);
	if (owners->unreadable) {
		printf("%llu queue files could not be read: %s\n",
		       (unsigned long long)owners->unreadable, owners->first.text.s);
		status = 1;
	}
	return status;
}

int main(int argc, char **argv)
{
	struct sw_queue_owners owners;
	struct sw_fault why = { 0 };
	struct sw_host *host = NULL;
	int spool = -1;
	int status = 1;

	if (sw_host_open(argc > 1 ? argv[1] : NULL, 0, &host, &why) == 0)
		spool = sw_queue_open(host, NULL, NULL, &why);
	if (spool >= 0) {
		if (sw_queue_owners_read(host, spool, OPENED, &owners, &why) == 0)
			status = table(&owners);
		sw_queue_owners_free(&owners);
		close(spool);
	}
	sw_host_close(host);
	if (why.code)
		fprintf(stderr, "queue_top: %s\n", why.text.s);
	return status;
}
