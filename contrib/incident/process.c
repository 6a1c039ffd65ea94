#include "incident/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "os/dir.h"

enum { STAT_STATE = 3, STAT_PARENT = 4, STAT_BEGAN = 22 };

/* "PID (NAME) STATE PARENT ...": the name may hold anything, also a parenthesis. */
bool process_parse(struct sw_raw text, struct process *ret)
{
	size_t from = raw_find(text, '(');
	size_t end = raw_find_last(text, ')');
	struct sw_raw rest;
	struct sw_raw word;

	*ret = (struct process){ .pid = 0 };
	/* a number holds no ')': it is behind the '(' */
	if (end >= text.n || !num_from(raw_trim(raw_from(text.p, from)), &ret->pid))
		return false;
	rest = raw_skip(text, end + 1);
	snprintf(ret->name, sizeof(ret->name), "%.*s", (int)(end - from - 1), text.p + from + 1);
	for (int field = STAT_STATE; field <= STAT_BEGAN; field++) {
		(void)raw_word(&rest, " ", &word); /* at the end an empty one, which is no number */
		if (field == STAT_PARENT && !num_from(word, &ret->parent))
			return false;
	}
	return num_from(word, &ret->began);
}

bool process_read(int proc, const char *pid, struct process *ret)
{
	char path[64];
	char text[1024];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/stat", pid);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	if (fd >= 0)
		close(fd);
	return n > 0 && process_parse(raw_from(text, (size_t)n), ret);
}

static int64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t process_time(const struct process *p)
{
	int64_t tick = 1000000000 / sysconf(_SC_CLK_TCK);

	return clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME) + (int64_t)p->began * tick;
}

/* "qmgr", and what it was called before: nqmgr, oqmgr. */
static bool is_qmgr(const struct process *p)
{
	size_t n = strlen(p->name);

	return n >= 4 && strcmp(p->name + n - 4, "qmgr") == 0;
}

struct look {
	int proc;
	const struct stat *queue_directory;
	struct qmgrs *found;
};

static void keep(struct qmgrs *q, const struct process *p)
{
	size_t i = q->n;

	if (i == QMGRS)
		return;
	q->n++;
	for (; i > 0 && q->of[i - 1].began < p->began; i--)
		q->of[i] = q->of[i - 1];
	q->of[i] = *p;
}

static int see_process(const struct dir_entry *e, void *ctx)
{
	struct look *l = ctx;
	struct process p;
	struct stat cwd;
	char path[64];
	uint64_t pid;

	if (!num_from(raw_from(e->name, e->length), &pid) || !process_read(l->proc, e->name, &p) ||
	    !is_qmgr(&p))
		return 0;
	snprintf(path, sizeof(path), "%s/cwd", e->name);
	if (fstatat(l->proc, path, &cwd, 0) == 0 && cwd.st_dev == l->queue_directory->st_dev &&
	    cwd.st_ino == l->queue_directory->st_ino)
		keep(l->found, &p);
	return 0;
}

int qmgrs_see(const struct stat *queue_directory, struct qmgrs *ret, struct sw_fault *why)
{
	struct look l = { .queue_directory = queue_directory, .found = ret };
	int rc;

	*ret = (struct qmgrs){ .n = 0 };
	l.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (l.proc < 0)
		return sw_fault_errno(why, errno, "open /proc");
	rc = dir_each(l.proc, see_process, &l, why);
	close(l.proc);
	return rc;
}
