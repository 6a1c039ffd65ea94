#include "os/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "os/clock.h"

enum { LAST_MS = 100 };

extern char **environ;

/* What we ignore, or a program that links us, is no business of the command's. */
static int set_signals(posix_spawnattr_t *attr)
{
	sigset_t set;
	int rc;

	sigemptyset(&set);
	rc = posix_spawnattr_setsigmask(attr, &set);
	sigaddset(&set, SIGPIPE);
	sigaddset(&set, SIGXFSZ);
	sigaddset(&set, SIGCHLD);
	if (!rc)
		rc = posix_spawnattr_setsigdefault(attr, &set);
	if (!rc)
		rc = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	return rc;
}

static int start(const char *const *argv, int out, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int rc = posix_spawn_file_actions_init(&actions);

	if (rc)
		return rc;
	rc = posix_spawnattr_init(&attr);
	if (rc) {
		posix_spawn_file_actions_destroy(&actions);
		return rc;
	}
	rc = set_signals(&attr);
	if (!rc)
		rc = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(&actions, out, 1);
	if (!rc)
		rc = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_RDONLY, 0);
	if (!rc)
		rc = posix_spawnp(pid, argv[0], &actions, &attr, (char *const *)argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return rc;
}

/*
 * A program can close its output and go on. Where SIGCHLD is ignored (by a program that links us;
 * ours undo it) nobody hears how a child ended: *status is -1.
 */
static bool has_ended(pid_t pid, int64_t deadline, int *status)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	for (;;) {
		pid_t got = waitpid(pid, status, WNOHANG);

		if (got == pid)
			return true;
		if (got < 0 && errno == ECHILD) {
			*status = -1;
			return true;
		}
		if (clock_ms() >= deadline)
			return false;
		nanosleep(&pause, NULL);
	}
}

int command_output(const char *const *argv, int64_t deadline, char *buf, size_t size,
		   struct sw_fault *why)
{
	const int64_t began = clock_ms();
	size_t n = 0;
	int ends[2];
	pid_t pid;
	int status = 0;
	int rc;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return sw_fault_errno(why, errno, "run %s", argv[0]);
	rc = start(argv, ends[1], &pid);
	close(ends[1]);
	if (rc) {
		close(ends[0]);
		return sw_fault_errno(why, rc, "run %s", argv[0]);
	}
	while (n + 1 < size) {
		struct pollfd p = { .fd = ends[0], .events = POLLIN };
		int64_t left = deadline - clock_ms();
		ssize_t got;
		int ready = left > 0 ? poll(&p, 1, (int)left) : 0;

		if (ready == 0) {
			rc = -ETIME;
			break;
		}
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready < 0) { /* and read(2) would wait for ever */
			rc = -errno;
			break;
		}
		got = read(ends[0], buf + n, size - n - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			rc = -errno;
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	buf[n] = '\0';
	close(ends[0]);
	if (rc == 0 && !has_ended(pid, deadline, &status))
		rc = -ETIME;
	if (rc < 0) {
		kill(pid, SIGKILL);
		/* what waits for a dead server ends with that, not with us */
		(void)has_ended(pid, clock_ms() + LAST_MS, &status);
	}
	if (rc == -ETIME)
		return sw_fault(why, ETIME, "%s took more than %lld ms", argv[0],
				(long long)(deadline > began ? deadline - began : 0));
	if (rc < 0)
		return sw_fault_errno(why, -rc, "read what %s says", argv[0]);
	if (status == -1)
		return sw_fault(why, ECHILD, "%s ended, nobody knows how (SIGCHLD is ignored)",
				argv[0]);
	if (!WIFEXITED(status))
		return sw_fault(why, EIO, "%s was ended by signal %d", argv[0], WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		return sw_fault(why, EIO, "%s failed, exit status %d", argv[0],
				WEXITSTATUS(status));
	return (int)n;
}
