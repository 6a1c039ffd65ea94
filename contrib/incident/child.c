#include "incident/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
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
	off_t size = lseek(fd, 0, SEEK_END);
	off_t from = size > CHILD_SAID - 1 ? size - (CHILD_SAID - 1) : 0;
	ssize_t n = pread(fd, said, CHILD_SAID - 1, from);

	said[n > 0 ? n : 0] = '\0';
}

static int start(const char *const *argv, int in, int out, int keep, pid_t *pid)
{
	int rc;

	/* of one thread: nobody else spawns meanwhile */
	if (keep >= 0)
		(void)fcntl(keep, F_SETFD, 0);
	rc = spawn(argv, in, out, pid);
	if (keep >= 0)
		(void)fcntl(keep, F_SETFD, FD_CLOEXEC);
	return rc;
}

int child_run(const char *const *argv, struct sw_raw in, int keep, char said[CHILD_SAID],
	      struct sw_fault *why)
{
	int to[2] = { -1, -1 };
	/* memory and no pipe: it says a line for each ID, and we would be woken for each */
	int out = memfd_create("said", MFD_CLOEXEC);
	int status = 0;
	pid_t pid;
	int rc;

	said[0] = '\0';
	if (out < 0 || pipe2(to, O_CLOEXEC) < 0)
		rc = -errno;
	else if (in.n > PIPE_BUF)
		rc = -E2BIG;
	else
		rc = start(argv, to[0], out, keep, &pid);
	if (to[0] >= 0)
		close(to[0]);
	/* one write(2), into a pipe that is empty: all of it or nothing; SIGPIPE is ignored */
	if (rc == 0 && in.n > 0)
		(void)!write(to[1], in.p, in.n);
	if (to[1] >= 0)
		close(to[1]);
	while (rc == 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (rc == 0)
		hear(out, said);
	if (out >= 0)
		close(out);
	if (rc < 0)
		return sw_fault_errno(why, -rc, "run %s", argv[0]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
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
