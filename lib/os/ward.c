#include "os/ward.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/io.h"

/* A list of Munin with 2048 fields is some 2 MB. */
enum { MOST = 32 << 20, STREAMS = 2 };

struct stream {
	int fd; /* the end that is read; -1: it has ended */
	char *text;
	size_t n, size;
};

/* False when it can't be kept. */
static bool take(struct stream *s)
{
	ssize_t n;

	if (s->n == s->size) {
		size_t size = s->size ? 2 * s->size : 65536;
		char *grown = size <= MOST ? realloc(s->text, size) : NULL;

		if (!grown)
			return false;
		s->text = grown;
		s->size = size;
	}
	n = read(s->fd, s->text + s->n, s->size - s->n);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n <= 0) {
		close(s->fd);
		s->fd = -1;
	} else {
		s->n += (size_t)n;
	}
	return true;
}

/* All that the child writes, to the end of both. */
static bool collect(struct stream *s, int64_t deadline)
{
	while (s[0].fd >= 0 || s[1].fd >= 0) {
		struct pollfd p[STREAMS] = { { .fd = s[0].fd, .events = POLLIN },
					     { .fd = s[1].fd, .events = POLLIN } };
		int64_t left = deadline - clock_ms();

		if (left <= 0)
			return false;
		if (poll(p, STREAMS, (int)left) < 0 && errno != EINTR)
			return false;
		for (int i = 0; i < STREAMS; i++)
			if (s[i].fd >= 0 && p[i].revents && !take(&s[i]))
				return false;
	}
	return true;
}

static bool has_ended(pid_t child, int64_t deadline, int *status)
{
	const struct timespec pause = { .tv_nsec = 500000 };

	for (;;) {
		pid_t got = waitpid(child, status, WNOHANG);

		if (got == child)
			return true;
		if ((got < 0 && errno != EINTR) || clock_ms() >= deadline)
			return false;
		nanosleep(&pause, NULL);
	}
}

static void write_out(int fd, const struct stream *s)
{
	if (io_write(fd, s->text, s->n) < 0)
		_exit(1);
}

static void become_child(const int *out, const int *err)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null < 0 || dup2(null, 0) < 0)
		close(0);
	if (dup2(out[1], 1) < 0 || dup2(err[1], 2) < 0)
		_exit(1);
	for (int i = 0; i < 2; i++) {
		close(out[i]);
		close(err[i]);
	}
	if (null > 2)
		close(null);
}

static void close_both(const int *ends)
{
	close(ends[0]);
	close(ends[1]);
}

enum ward ward_try(int mark, int64_t deadline)
{
	struct stream s[STREAMS] = { { .fd = -1 }, { .fd = -1 } };
	int status = 0;
	int out[2];
	int err[2];
	pid_t child;
	bool good;

	if (pipe2(out, O_CLOEXEC) < 0)
		return WARD_GIVEN_UP;
	if (pipe2(err, O_CLOEXEC) < 0) {
		close_both(out);
		return WARD_GIVEN_UP;
	}
	child = fork();
	if (child == 0) {
		become_child(out, err);
		return WARD_CHILD;
	}
	if (child < 0) {
		close_both(out);
		close_both(err);
		return WARD_GIVEN_UP;
	}
	if (mark >= 0)
		close(mark);
	close(out[1]);
	close(err[1]);
	s[0].fd = out[0];
	s[1].fd = err[0];
	good = collect(s, deadline) && has_ended(child, deadline, &status) && WIFEXITED(status);
	if (good) {
		write_out(2, &s[1]);
		write_out(1, &s[0]);
		_exit(WEXITSTATUS(status));
	}
	kill(child, SIGKILL);
	(void)has_ended(child, clock_ms() + 20, &status);
	for (int i = 0; i < STREAMS; i++) {
		if (s[i].fd >= 0)
			close(s[i].fd);
		free(s[i].text);
	}
	return WARD_GIVEN_UP;
}
