#include "incident/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/ioctl.h>
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

/* The end of what it has said, terminated. Returns how much it has said in all. */
static off_t hear(int fd, char said[CHILD_SAID])
{
	struct stat st;
	off_t size = fstat(fd, &st) == 0 ? st.st_size : 0; /* where it writes is not touched */
	off_t from = size > CHILD_SAID - 1 ? size - (CHILD_SAID - 1) : 0;
	ssize_t n = pread(fd, said, CHILD_SAID - 1, from);

	said[n > 0 ? n : 0] = '\0';
	return size;
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

enum what { ENDED, SAID_SO, SILENT };

/* The last line, whole. */
static struct sw_raw last_line(const char *said)
{
	struct sw_raw text = raw_of(said);
	size_t before;

	if (text.n == 0 || text.p[text.n - 1] != '\n')
		return raw_of("");
	text.n--;
	before = raw_find_last(text, '\n');
	return raw_skip(text, before < text.n ? before + 1 : 0);
}

/* Has it read all it was given? */
static bool has_read_all(const struct child *c)
{
	int left = 0;

	return ioctl(c->in, FIONREAD, &left) == 0 && left == 0;
}

/* Look at what it says until it ends, or has said the words `until`, or long nothing at all. */
static enum what look(const struct child *c, struct sw_raw until, int *status)
{
	enum { LOOK_NS = 10000000, OFTEN_NS = 1000000, SILENT_LOOKS = 30 };
	const struct timespec pause = { .tv_nsec = until.n > 0 ? OFTEN_NS : LOOK_NS };
	char said[CHILD_SAID];
	bool fatal = false;
	int silent = 0;
	off_t size = 0;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	while (waitpid(c->pid, status, WNOHANG) == 0) {
		struct sw_raw line;
		off_t was = size;

		if (sigtimedwait(&set, NULL, &pause) >= 0 || errno != EAGAIN)
			continue;
		/* at the second look, when its log has it, too */
		if (fatal)
			kill(c->pid, SIGKILL);
		size = hear(c->out, said);
		fatal = c->hasty && strstr(said, "fatal: ");
		if (until.n == 0 || fatal)
			continue;
		line = last_line(said);
		if (size > c->heard && memmem(line.p, line.n, until.p, until.n))
			return SAID_SO;
		silent = size == was && has_read_all(c) ? silent + 1 : 0;
		if (silent == SILENT_LOOKS)
			return SILENT;
	}
	return ENDED;
}

static enum what wait_for(const struct child *c, struct sw_raw until, int *status)
{
	enum what what;
	sigset_t set;
	sigset_t was;

	*status = 0;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &was);
	what = look(c, until, status);
	sigprocmask(SIG_SETMASK, &was, NULL);
	return what;
}

static int collect(struct child *c, int status, char said[CHILD_SAID])
{
	hear(c->out, said);
	close(c->out);
	if (c->in >= 0)
		close(c->in);
	*c = (struct child){ 0 };
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int child_finish(struct child *c, const char *name, struct sw_raw in, char said[CHILD_SAID],
		 struct sw_fault *why)
{
	bool whole = in.n <= PIPE_BUF;
	int status;

	/* one write(2), into a pipe that is empty: all of it or nothing; SIGPIPE is ignored */
	if (whole && in.n > 0)
		(void)!write(c->in, in.p, in.n);
	close(c->in);
	c->in = -1;
	(void)wait_for(c, raw_of(""), &status);
	status = collect(c, status, said);
	return whole ? status : sw_fault_errno(why, E2BIG, "run %s", name);
}

int child_feed(struct child *c, const char *name, struct sw_raw in, struct sw_raw until,
	       char said[CHILD_SAID], struct sw_fault *why)
{
	int status;

	if (in.n > PIPE_BUF)
		return child_finish(c, name, in, said, why);
	(void)!write(c->in, in.p, in.n);
	switch (wait_for(c, until, &status)) {
	case SAID_SO:
		c->heard = hear(c->out, said);
		return 0;
	case SILENT:
		return child_finish(c, name, raw_of(""), said, why);
	default:
		return collect(c, status, said);
	}
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
