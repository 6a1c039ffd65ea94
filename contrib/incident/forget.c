/* What instance.h says of a reload. */
#include <errno.h>
#include <stdio.h>

#include "incident/instance.h"
#include "incident/process.h"
#include "os/clock.h"

enum { QMGR_MS = 20000 };

/* The queue managers of the instance that run now. */
static int see_qmgrs(const struct instance *in, struct qmgrs *ret, struct sw_fault *why)
{
	struct stat spool;

	if (fstat(in->spool, &spool) < 0)
		return sw_fault_errno(why, errno, "look at %s", in->queue_directory);
	return qmgrs_see(&spool, ret, why);
}

static bool is_among(const struct qmgrs *q, struct process p)
{
	for (size_t i = 0; i < q->n; i++)
		if (q->of[i].pid == p.pid && q->of[i].began == p.began)
			return true;
	return false;
}

/* Does one run that did not, and none that did? */
static bool is_new(const struct qmgrs *before, const struct qmgrs *now)
{
	for (size_t i = 0; i < now->n; i++)
		if (is_among(before, now->of[i]))
			return false;
	return now->n > 0;
}

static int reload(const struct instance *in, struct sw_fault *why)
{
	char path[INSTANCE_VALUE + 16];
	const char *const argv[] = { path, "-c", in->config_directory, "reload", NULL };
	char said[CHILD_SAID];
	struct sw_raw cause;
	int rc;

	snprintf(path, sizeof(path), "%s/postfix", in->command_directory);
	rc = child_run(argv, raw_of(""), -1, said, why);
	if (rc <= 0)
		return rc;
	cause = child_cause(said);
	return sw_fault(why, EIO, "postfix reload failed: %.*s", (int)cause.n, cause.p);
}

int instance_forget(struct instance *in, struct sw_fault *why)
{
	struct qmgrs before;
	struct qmgrs now;
	int64_t until;
	int rc = see_qmgrs(in, &before, why);

	if (rc < 0)
		return rc;
	if (before.n == 0 && !instance_runs(in))
		return 0;
	rc = reload(in, why);
	until = clock_ms() + QMGR_MS;
	while (rc == 0) {
		const struct timespec pause = { .tv_nsec = 20000000 };

		rc = see_qmgrs(in, &now, why);
		if (rc < 0 || is_new(&before, &now))
			break;
		if (clock_ms() >= until)
			rc = sw_fault(why, ETIME, "after postfix reload no new qmgr is seen");
		nanosleep(&pause, NULL);
	}
	return rc;
}
