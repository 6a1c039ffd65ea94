#include "incident/screen_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/raw.h"
#include "incident/options.h"
#include "os/clock.h"
#include "os/io.h"

enum { ROOM = 1 << 18, MOST = 64 << 20, COMPLAINTS = 1 << 16, GRACE_MS = 100 };
enum { ALL = (1 << PART_PARTS) - 1 };

/* What the child is at. */
struct screen_now {
	atomic_uint part;
};

/* A child, and what it wrote: a NUL ends a piece, and nothing less than one is passed on. */
struct watched {
	pid_t pid;
	int out; /* -1: it has ended */
	int err;
	char *text;
	size_t n, size;
	bool starved; /* there was no memory for what it says */
	unsigned part;
	int64_t since; /* of the part, in clock_ms() */
	int status;
};

static const char *const names[PART_PARTS] = {
	[PART_MAIN] = "main.cf",
	[PART_DIRECTORY] = "the queue directory",
	[PART_LOCKS] = "the tables of block and the journal",
	[PART_DISKS] = "the file systems",
	[PART_HOLDERS] = "their directories",
	[PART_CLIENTS] = "the connections",
	[PART_QUEUES] = "the queues",
	[PART_ACCOUNTS] = "the log",
};

static void pass_on(struct screen_watch *w, struct watched *c)
{
	size_t from = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (c->text[i] != '\0')
			continue;
		fwrite(c->text + from, 1, i - from, stdout);
		fflush(stdout);
		w->said++;
		from = i + 1;
	}
	c->n -= from;
	if (from > 0)
		memmove(c->text, c->text + from, c->n);
}

/* At its end, or where no more can be kept, c->out is -1. */
static void take(struct screen_watch *w, struct watched *c)
{
	ssize_t n = 0;

	if (c->n == c->size && c->size < MOST) {
		size_t size = c->size ? 2 * c->size : ROOM;
		char *grown = realloc(c->text, size);

		c->starved = !grown;
		c->text = grown ? grown : c->text;
		c->size = grown ? size : c->size;
	}
	if (c->n < c->size)
		n = read(c->out, c->text + c->n, c->size - c->n);
	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		close(c->out);
		c->out = -1;
		return;
	}
	c->n += (size_t)n;
	pass_on(w, c);
}

/* It wrote all that it will. Does it end? */
static bool has_ended(struct watched *c)
{
	const int64_t until = clock_ms() + GRACE_MS;
	pid_t got;

	while ((got = waitpid(c->pid, &c->status, WNOHANG)) != c->pid && clock_ms() < until)
		(void)poll(NULL, 0, 1);
	return got == c->pid;
}

/* Until it ends; false when one part takes too long, or all of them do. */
static bool follow(struct screen_watch *w, struct watched *c, int64_t end)
{
	while (c->out >= 0) {
		struct pollfd p = { .fd = c->out, .events = POLLIN };
		const unsigned part = atomic_load(&w->now->part);
		const int64_t now = clock_ms();
		int64_t until;

		if (part != c->part)
			c->since = now;
		c->part = part;
		until = c->since + (part == PART_PARTS ? SCREEN_END_MS : SCREEN_PART_MS);
		if (part != PART_PARTS && until > end)
			until = end;
		if (now >= until)
			return false;
		/* in pieces: the part may change */
		if (poll(&p, 1, until - now < 100 ? (int)(until - now) : 100) > 0)
			take(w, c);
	}
	return has_ended(c);
}

static void become_child(const int *out, const int *err)
{
	const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(out[1], STDOUT_FILENO) < 0 || dup2(err[1], STDERR_FILENO) < 0)
		_exit(EXIT_PARTLY);
	if (null >= 0) {
		(void)dup2(null, STDIN_FILENO);
		close(null);
	}
	for (int i = 0; i < 2; i++) {
		close(out[i]);
		close(err[i]);
	}
	/* so that a piece is written when it is whole */
	(void)setvbuf(stdout, NULL, _IOFBF, ROOM);
}

enum begun { CHILD, PARENT, NEITHER };

/* Nothing of the terminal or the pipe that we write to may stay open in one that hangs for days. */
static enum begun start(struct watched *ret)
{
	int out[2];
	int err[2];

	*ret = (struct watched){ .out = -1, .err = -1, .since = clock_ms() };
	if (pipe2(out, O_CLOEXEC) < 0)
		return NEITHER;
	if (pipe2(err, O_CLOEXEC | O_NONBLOCK) < 0) {
		close(out[0]);
		close(out[1]);
		return NEITHER;
	}
	ret->pid = fork();
	if (ret->pid == 0) {
		become_child(out, err);
		return CHILD;
	}
	close(out[1]);
	close(err[1]);
	ret->out = out[0];
	ret->err = err[0];
	return ret->pid < 0 ? NEITHER : PARENT;
}

static void finish(struct watched *c)
{
	char said[COMPLAINTS];
	ssize_t n = c->err >= 0 ? read(c->err, said, sizeof(said)) : 0;

	if (n > 0)
		(void)!io_write(STDERR_FILENO, said, (size_t)n);
	if (c->out >= 0)
		close(c->out);
	if (c->err >= 0)
		close(c->err);
	free(c->text);
}

/*
 * It is left behind where no signal ends it. When the time of all is over, *end is that of another
 * child, which looks in haste at what was known before; when that is over, too, nothing is looked
 * at.
 */
static void give_up(struct screen_watch *w, struct watched *c, int64_t *end)
{
	const unsigned first = w->hastes ? 0 : c->part + 1;

	kill(c->pid, SIGKILL);
	(void)has_ended(c);
	w->stuck |= 1U << c->part;
	if (clock_ms() < *end)
		return;
	w->unseen |= ALL & ~((1U << first) - 1);
	w->hastes = true;
	*end = clock_ms() + SCREEN_END_MS;
}

static int status_of(const struct watched *c)
{
	if (c->starved) { /* nobody read on: it was made to end */
		fprintf(stderr, "spoolwatch: look: %s\n", strerror(ENOMEM));
		return EXIT_PARTLY;
	}
	if (WIFEXITED(c->status))
		return WEXITSTATUS(c->status);
	fprintf(stderr, "spoolwatch: ended by signal %d\n", WTERMSIG(c->status));
	return EXIT_PARTLY;
}

bool screen_watch_begin(struct screen_watch *w, int *ret_status)
{
	int64_t end = clock_ms() + SCREEN_ALL_MS;
	struct screen_now *now =
		mmap(NULL, sizeof(*now), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	*w = (struct screen_watch){ .now = now == MAP_FAILED ? NULL : now };
	if (!w->now)
		return true;
	for (;;) {
		/* of nothing to look at no part would begin */
		const bool nothing = (w->stuck | w->unseen) == ALL;
		struct watched child;
		bool ended;

		atomic_store(&w->now->part, nothing ? PART_PARTS : 0);
		switch (start(&child)) {
		case CHILD:
			w->saying = 0;
			return true;
		case NEITHER:
			finish(&child);
			w->now = NULL;
			return true;
		case PARENT:
			break;
		}
		ended = follow(w, &child, end);
		if (!ended)
			give_up(w, &child, &end);
		*ret_status = ended ? status_of(&child) : EXIT_PARTLY;
		finish(&child);
		if (!ended && child.part >= PART_PARTS)
			fputs("spoolwatch: what was seen can't be said: something hangs\n", stderr);
		if (ended || child.part >= PART_PARTS)
			return false;
	}
}

bool screen_watch_part(struct screen_watch *w, enum screen_part part, struct sw_fault *why)
{
	if (w->stuck >> part & 1) {
		(void)sw_fault(why, ETIME, "still reading %s: a disk is slow, or does not answer",
			       names[part]);
		return false;
	}
	if (w->unseen >> part & 1) {
		(void)sw_fault(why, ETIME, "no time was left for %s: %d s are over", names[part],
			       SCREEN_ALL_MS / 1000);
		return false;
	}
	if (w->now)
		atomic_store(&w->now->part, (unsigned)part);
	return true;
}

void screen_watch_end(struct screen_watch *w)
{
	if (w->now)
		atomic_store(&w->now->part, PART_PARTS);
}

bool screen_watch_says(const struct screen_watch *w)
{
	return w->saying >= w->said;
}

void screen_watch_said(struct screen_watch *w)
{
	if (w->now && screen_watch_says(w))
		putchar('\0');
	w->saying++;
	fflush(stdout);
}
