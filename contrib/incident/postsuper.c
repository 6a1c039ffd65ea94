/* What instance.h says of postsuper(1) and of a reload. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "incident/child.h"
#include "incident/instance.h"
#include "os/clock.h"
#include "os/dir.h"

enum { MAIN_CF_MAX = 4 << 20, QMGR_MS = 20000, QMGRS = 8 };

static int write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done <= 0)
			return done < 0 ? -errno : -ENOSPC;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

/* main.cf as it is, and behind it what takes precedence: no maillog_file, the queues where they
 * are. */
static int copy_main(const struct instance *in, const char *to, struct sw_fault *why)
{
	char path[INSTANCE_VALUE + 16];
	char more[INSTANCE_VALUE + 64];
	struct sw_raw text;
	int fd;
	int n = snprintf(more, sizeof(more), "\nmaillog_file =\nqueue_directory = %s\n",
			 in->queue_directory);
	int rc;

	snprintf(path, sizeof(path), "%s/main.cf", in->config_directory);
	rc = host_read(in->run->host, path, MAIN_CF_MAX, &text, why);
	if (rc < 0)
		return rc;
	fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	rc = fd < 0 ? -errno : write_all(fd, text.p, text.n);
	if (rc == 0)
		rc = write_all(fd, more, (size_t)n);
	if (fd >= 0)
		close(fd);
	free((char *)text.p);
	return rc < 0 ? sw_fault_errno(why, -rc, "write %s", to) : 0;
}

static int make_stand_in(struct instance *in, struct sw_fault *why)
{
	static const char *const places[] = { "/run/spoolwatch.XXXXXX",
					      "/dev/shm/spoolwatch.XXXXXX" };
	char path[sizeof(in->stand_in) + 16];

	for (size_t i = 0; i < SW_COUNT(places) && !*in->stand_in; i++) {
		snprintf(in->stand_in, sizeof(in->stand_in), "%s", places[i]);
		if (!mkdtemp(in->stand_in))
			*in->stand_in = '\0';
	}
	if (!*in->stand_in)
		return sw_fault_errno(why, errno, "make a directory in /run");
	if (chmod(in->stand_in, 0755) < 0) /* postsuper reads it as mail_owner, too */
		return sw_fault_errno(why, errno, "chmod %s", in->stand_in);
	snprintf(path, sizeof(path), "%s/main.cf", in->stand_in);
	return copy_main(in, path, why);
}

static int call(struct instance *in, const char *option, const char *queue, struct sw_raw ids,
		struct sw_fault *why)
{
	char path[INSTANCE_VALUE + 16];
	const char *config = *in->stand_in ? in->stand_in : in->config_directory;
	const char *const argv[] = { path, "-c", config, option, "-", queue, NULL };
	char said[CHILD_SAID];
	struct sw_raw cause;
	int rc;

	snprintf(path, sizeof(path), "%s/postsuper", in->command_directory);
	rc = child_run(argv, ids, in->hold, said, why);
	if (rc <= 0)
		return rc;
	cause = child_cause(said);
	if (memmem(cause.p, cause.n, "No space left on device", 23))
		return sw_fault(why, ENOSPC, "%.*s", (int)cause.n, cause.p);
	return sw_fault(why, EIO, "postsuper failed: %.*s", (int)cause.n, cause.p);
}

/* Is it stopped, so that postsuper(1) can't reach its log daemon? */
static bool is_cut_off(const struct instance *in)
{
	return *in->maillog_file && !*in->stand_in && !instance_runs(in);
}

int instance_postsuper(struct instance *in, const char *option, const char *queue,
		       struct sw_raw ids, struct sw_fault *why)
{
	struct sw_fault cause = { 0 };
	int rc = 0;

	if (!in->asked && is_cut_off(in))
		rc = make_stand_in(in, why);
	in->asked = true;
	if (rc < 0)
		return rc;
	rc = call(in, option, queue, ids, &cause);
	if (rc < 0 && is_cut_off(in) &&
	    make_stand_in(in, why) == 0) { /* it was stopped meanwhile */
		cause = (struct sw_fault){ 0 };
		rc = call(in, option, queue, ids, &cause);
	}
	return rc < 0 ? fault_wrap(why, &cause, "%s", "") : rc;
}

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
