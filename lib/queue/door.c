/* door: the queue directory and its owners in one call each, for who has no sample and no log. */
#include <errno.h>
#include <fcntl.h>

#include "postfix/spool.h"
#include "queue/owners.h"

_Static_assert(SW_QUEUE_OWNERS_QUEUES == (int)SPOOL_QUEUES, "queues of the door");

int sw_queue_open(const struct sw_host *h, const char *spooldir, const char *config_directory,
		  struct sw_fault *why)
{
	const struct spool_where where = { .config_directory = config_directory,
					   .spooldir = spooldir };
	const char *path = "";
	struct spool spool;
	int fd = -1;
	int rc = spool_open(h, &where, &spool, why);

	if (rc == 0)
		rc = spool_directory(&spool, why);
	if (rc >= 0 && !spool_is_queue_directory(rc)) {
		struct sw_fault ignored = { 0 };

		(void)!spool_path(&spool, &path, &ignored);
		rc = sw_fault(why, ENOENT, "%s holds no Postfix queue", path);
	}
	if (rc >= 0) {
		fd = fcntl(rc, F_DUPFD_CLOEXEC, 3);
		rc = fd < 0 ? sw_fault_errno(why, errno, "open the queue directory") : fd;
	}
	spool_close(&spool);
	return rc;
}

int sw_queue_owners_read(const struct sw_host *h, int spool, size_t most,
			 struct sw_queue_owners *ret, struct sw_fault *why)
{
	struct queue_sample s = { .n = SPOOL_QUEUES };
	int rc;

	*ret = (struct sw_queue_owners){ .host = h };
	for (size_t i = 0; i < s.n; i++)
		s.queue[i].name = ret->queue[i].name = spool_queues[i].name;
	rc = queue_sample_take(&s, spool, most, (uint64_t)h->now, why);
	if (rc == 0)
		rc = queue_owners_read(h, spool, &s, NULL, ret, why);
	queue_sample_free(&s);
	return rc;
}
