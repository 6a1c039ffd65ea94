/* door: the queue directory and its owners in one call each, for who has no sample and no log. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "postfix/spool.h"
#include "queue/owners.h"

static const char *const queues[SW_QUEUE_OWNERS_QUEUES] = { "active",	"deferred", "maildrop",
							    "incoming", "corrupt",  "hold" };

/* Some queues may be missing (nothing was ever corrupt); a directory without any is no queue. */
static bool holds_queues(int spool)
{
	for (size_t i = 0; i < SW_COUNT(queues); i++)
		if (faccessat(spool, queues[i], F_OK, 0) == 0 || errno == EACCES)
			return true; /* one that may not be searched says so of each queue */
	return false;
}

int sw_queue_open(const struct sw_host *h, const char *spooldir, const char *config_directory,
		  struct sw_fault *why)
{
	char path[MAINCF_VALUE];
	int spool;
	int rc;

	if (!spooldir) {
		rc = queue_directory(h, config_directory ? config_directory : "/etc/postfix", path,
				     why);
		if (rc < 0)
			return rc;
		spooldir = path;
	}
	spool = host_openat(h, spooldir, O_PATH | O_DIRECTORY, why);
	if (spool < 0 || holds_queues(spool))
		return spool;
	close(spool);
	return sw_fault(why, ENOENT, "%s holds no Postfix queue", spooldir);
}

int sw_queue_owners_read(const struct sw_host *h, int spool, size_t most,
			 struct sw_queue_owners *ret, struct sw_fault *why)
{
	struct queue_sample s = { .n = SW_COUNT(queues) };
	int rc;

	*ret = (struct sw_queue_owners){ .host = h };
	for (size_t i = 0; i < s.n; i++)
		s.queue[i].name = ret->queue[i].name = queues[i];
	rc = queue_sample_take(&s, spool, most, (uint64_t)h->now, why);
	if (rc == 0)
		rc = queue_owners_read(h, spool, &s, NULL, ret, why);
	queue_sample_free(&s);
	return rc;
}
