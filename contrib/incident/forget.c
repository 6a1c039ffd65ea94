/* What instance.h says of a reload. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "incident/child.h"
#include "incident/instance.h"
#include "os/clock.h"
#include "os/dir.h"

enum { QMGR_MS = 20000, QMGRS = 8 };

/* A process, told from a later one of the same number. */
struct process {
	uint64_t pid;
	uint64_t began;
};

struct qmgrs {
	const struct instance *in;
	int proc;
	size_t n;
	struct process of[QMGRS];
};

/* Field 22 of /proc/PID/stat, behind the name in parentheses; 0: it has ended. */
static uint64_t began(int proc, const char *pid, bool *is_qmgr)
{
	char path[64];
	char text[1024];
	struct sw_raw rest;
	struct sw_raw word;
	uint64_t number = 0;
	size_t end;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/stat", pid);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return 0;
	rest = raw_from(text, (size_t)n);
	end = raw_find_last(rest, ')');
	*is_qmgr = end >= 4 && end < rest.n && memcmp(rest.p + end - 4, "qmgr", 4) == 0;
	rest = raw_skip(rest, end < rest.n ? end + 1 : end);
	for (int field = 3; field <= 22; field++)
		if (!raw_word(&rest, " ", &word))
			return 0;
	return num_from(word, &number) ? number : 0;
}

static int see_process(const struct dir_entry *e, void *ctx)
{
	struct qmgrs *q = ctx;
	struct process p = { 0 };
	bool is_qmgr = false;
	struct stat cwd;
	struct stat spool;
	char path[64];

	if (!num_from(raw_from(e->name, e->length), &p.pid) || q->n == QMGRS)
		return 0;
	p.began = began(q->proc, e->name, &is_qmgr);
	if (!is_qmgr || p.began == 0)
		return 0;
	snprintf(path, sizeof(path), "%s/cwd", e->name);
	if (fstatat(q->proc, path, &cwd, 0) == 0 && fstat(q->in->spool, &spool) == 0 &&
	    cwd.st_dev == spool.st_dev && cwd.st_ino == spool.st_ino)
		q->of[q->n++] = p;
	return 0;
}

/* The queue managers of the instance that run now. */
static int see_qmgrs(const struct instance *in, struct qmgrs *ret, struct sw_fault *why)
{
	int rc;

	*ret = (struct qmgrs){ .in = in };
	ret->proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ret->proc < 0)
		return sw_fault_errno(why, errno, "open /proc");
	rc = dir_each(ret->proc, see_process, ret, why);
	close(ret->proc);
	return rc;
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
