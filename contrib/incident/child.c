#include "incident/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int spawn(const char *const *argv, int in, int out, pid_t *ret)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t set;
	int rc;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
	posix_spawnattr_init(&attr);
	sigfillset(&set);
	posix_spawnattr_setsigdefault(&attr, &set);
	sigemptyset(&set);
	posix_spawnattr_setsigmask(&attr, &set);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF |
						POSIX_SPAWN_SETSIGMASK);
	rc = posix_spawn(ret, argv[0], &actions, &attr, (char *const *)argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return -rc;
}

/* The end of what it has said. */
static void hear(int fd, char said[CHILD_SAID])
{
	struct stat st;
	off_t size = fstat(fd, &st) == 0 ? st.st_size : 0; /* where it writes is not touched */
	off_t from = size > CHILD_SAID - 1 ? size - (CHILD_SAID - 1) : 0;
	ssize_t n = pread(fd, said, CHILD_SAID - 1, from);

	said[n > 0 ? n : 0] = '\0';
}

int child_start(const char *const *argv, int keep, struct child *ret, struct sw_fault *why)
{
	int to[2] = { -1, -1 };
	/* memory and no pipe: it says a line for each ID, and we would be woken for each */
	int out = memfd_create("said", MFD_CLOEXEC);
	int rc = out < 0 || pipe2(to, O_CLOEXEC) < 0 ? -errno : 0;

	*ret = (struct child){ .in = to[1], .out = out };
	/* of one thread: nobody else spawns meanwhile */
	if (keep >= 0)
		(void)fcntl(keep, F_SETFD, 0);
	if (rc == 0)
		rc = spawn(argv, to[0], out, &ret->pid);
	if (keep >= 0)
		(void)fcntl(keep, F_SETFD, FD_CLOEXEC);
	if (to[0] >= 0)
		close(to[0]);
	if (rc == 0)
		return 0;
	if (to[1] >= 0)
		close(to[1]);
	if (out >= 0)
		close(out);
	*ret = (struct child){ 0 };
	return sw_fault_errno(why, -rc, "run %s", argv[0]);
}

/* Looks again and again at what it says until it has ended. Returns its status. */
static int watch(const struct child *c)
{
	const struct timespec look = { .tv_nsec = 10000000 };
	char said[CHILD_SAID];
	bool fatal = false;
	int status = 0;
	sigset_t child;
	sigset_t was;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &was);
	while (waitpid(c->pid, &status, WNOHANG) == 0) {
		if (sigtimedwait(&child, NULL, &look) >= 0 || errno != EAGAIN)
			continue;
		/* at the second look, when its log has it, too */
		if (fatal)
			kill(c->pid, SIGKILL);
		hear(c->out, said);
		fatal = strstr(said, "fatal: ");
	}
	sigprocmask(SIG_SETMASK, &was, NULL);
	return status;
}

/* Its exit status as waitpid(2) has it. */
static int wait_for(struct child *c, char said[CHILD_SAID])
{
	int status = 0;

	close(c->in);
	if (c->hasty)
		status = watch(c);
	else
		while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
			;
	hear(c->out, said);
	close(c->out);
	*c = (struct child){ 0 };
	return status;
}

int child_finish(struct child *c, const char *name, struct sw_raw in, char said[CHILD_SAID],
		 struct sw_fault *why)
{
	bool whole = in.n <= PIPE_BUF;
	int status;

	/* one write(2), into a pipe that is empty: all of it or nothing; SIGPIPE is ignored */
	if (whole && in.n > 0)
		(void)!write(c->in, in.p, in.n);
	status = wait_for(c, said);
	if (!whole)
		return sw_fault_errno(why, E2BIG, "run %s", name);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void child_drop(struct child *c)
{
	char said[CHILD_SAID];

	if (c->pid <= 0)
		return;
	kill(c->pid, SIGKILL);
	(void)wait_for(c, said);
}

int child_run(const char *const *argv, struct sw_raw in, int keep, char said[CHILD_SAID],
	      struct sw_fault *why)
{
	struct child c;
	int rc = child_start(argv, keep, &c, why);

	said[0] = '\0';
	return rc < 0 ? rc : child_finish(&c, argv[0], in, said, why);
}

struct sw_raw child_cause(const char *said)
{
	struct sw_raw rest = raw_of(said);
	struct sw_raw line;
	struct sw_raw last = rest;

	bool fatal = false;

	while (raw_line(&rest, &line)) {
		bool is_fatal = memmem(line.p, line.n, "fatal: ", 7) ||
				memmem(line.p, line.n, "panic: ", 7);

		if (is_fatal || !fatal)
			last = line;
		fatal |= is_fatal;
	}
	return last;
}
