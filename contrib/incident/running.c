#include "incident/running.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "incident/process.h"
#include "os/clock.h"
#include "os/dir.h"

enum { QMGR_MS = 3000, ENVIRONMENT = 1 << 16 };

void running_judge(const struct running_times *t, struct running *ret)
{
	*ret = (struct running){ .reloaded = t->qmgr };
	ret->main_is_last = t->main_cf > t->master_cf;
	ret->changed = ret->main_is_last ? t->main_cf : t->master_cf;
	ret->main_is_ahead = t->main_cf > t->now;
	ret->master_is_ahead = t->master_cf > t->now;
	if (t->qmgr > 0)
		ret->state = t->master_cf > t->qmgr ? RUNNING_CHANGED : RUNNING_AS_WRITTEN;
	else
		ret->state = t->runs ? RUNNING_UNSEEN : RUNNING_STOPPED;
}

bool running_is_before(const struct running *r, int64_t began)
{
	return began < r->changed;
}

static int64_t ns_of(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int changed_at(const struct setup *s, const char *file, int64_t *ret, struct sw_fault *why)
{
	char path[SETUP_PATH + 16];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", s->config_directory, file);
	if (stat(path, &st) < 0)
		return sw_fault_errno(why, errno, "look at %s", path);
	*ret = ns_of(st.st_ctim);
	return 0;
}

struct count {
	int proc;
	uint64_t master;
	struct running *running;
};

static int count_smtpd(const struct dir_entry *e, void *ctx)
{
	struct count *c = ctx;
	struct process p;

	if (e->name[0] >= '1' && e->name[0] <= '9' && process_read(c->proc, e->name, &p) &&
	    p.parent == c->master && strcmp(p.name, "smtpd") == 0)
		c->running->before += running_is_before(c->running, process_time(&p));
	return 0;
}

static int count_before(struct running *ret, uint64_t master, struct sw_fault *why)
{
	struct count c = { .master = master, .running = ret };
	int rc;

	c.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c.proc < 0)
		return sw_fault_errno(why, errno, "open /proc");
	rc = dir_each(c.proc, count_smtpd, &c, why);
	close(c.proc);
	return rc;
}

/*
 * Another instance may have been given the same queue directory, as a copy of this one has it: its
 * daemons bear its name (import_environment of postconf(5)). What can't be read is taken for ours.
 */
static bool is_ours(const struct setup *s, const struct process *qmgr)
{
	static const char name[] = "MAIL_CONFIG=";
	struct sw_fault ignored = { 0 };
	struct sw_raw text;
	struct stat theirs;
	struct stat ours;
	bool is = true;
	char path[48];

	snprintf(path, sizeof(path), "/proc/%llu/environ", (unsigned long long)qmgr->pid);
	if (stat(s->config_directory, &ours) < 0 ||
	    host_read(s->run->host, path, ENVIRONMENT, &text, &ignored) < 0)
		return true;
	for (size_t i = 0; i < text.n; i += strlen(text.p + i) + 1)
		if (strncmp(text.p + i, name, strlen(name)) == 0 &&
		    stat(text.p + i + strlen(name), &theirs) == 0)
			is = theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino;
	free((char *)text.p);
	return is;
}

static int see(const struct setup *s, struct qmgrs *ret, struct sw_fault *why)
{
	struct spool spool;
	struct stat st;
	int rc = run_spool(s->run, &spool, why);

	if (rc == 0)
		rc = run_queues(&spool, why);
	if (rc >= 0)
		rc = fstat(rc, &st) < 0 ? sw_fault_errno(why, errno, "look at the queues")
					: qmgrs_see(&st, ret, why);
	spool_close(&spool);
	return rc;
}

/* One that has just been started, or that a reload replaces, is waited for. 1: Postfix runs. */
static int see_or_wait(const struct setup *s, struct qmgrs *ret, struct sw_fault *why)
{
	const int64_t until = clock_ms() + QMGR_MS;
	int rc = see(s, ret, why);

	if (rc < 0 || ret->n > 0)
		return rc < 0 ? rc : 1;
	rc = setup_runs(s, why);
	while (rc > 0 && ret->n == 0 && clock_ms() < until && !run_is_ended()) {
		run_pause(50);
		rc = see(s, ret, why) < 0 ? -why->code : 1;
	}
	return rc;
}

int running_look(const struct setup *s, struct running *ret, struct sw_fault *why)
{
	struct running_times t = { .now = 0 };
	struct timespec now;
	struct qmgrs q;
	size_t ours = 0;
	int rc = see_or_wait(s, &q, why);

	while (ours < q.n && !is_ours(s, &q.of[ours]))
		ours++;
	t.runs = rc > 0 && (ours < q.n || q.n == 0);
	if (rc > 0)
		rc = 0;
	if (rc == 0)
		rc = changed_at(s, "master.cf", &t.master_cf, why);
	if (rc == 0)
		rc = changed_at(s, "main.cf", &t.main_cf, why);
	if (rc < 0)
		return rc;
	clock_gettime(CLOCK_REALTIME, &now);
	t.now = ns_of(now);
	t.qmgr = ours < q.n ? process_time(&q.of[ours]) : 0;
	running_judge(&t, ret);
	if (ours == q.n)
		return 0;
	ret->qmgr = q.of[ours].pid;
	return count_before(ret, q.of[ours].parent, why);
}
