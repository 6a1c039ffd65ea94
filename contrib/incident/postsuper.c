/* What instance.h says of postsuper(1). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "incident/child.h"
#include "incident/instance.h"
#include "os/io.h"

enum { MAIN_CF_MAX = 4 << 20, IN_VAIN = 8, FED = 64 };

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
	rc = fd < 0 ? -errno : io_write(fd, text.p, text.n);
	if (rc == 0)
		rc = io_write(fd, more, (size_t)n);
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

/* One that has done what it was given ends at the end of its input, and says no more than its sum.
 */
void instance_rest(struct instance *in)
{
	struct sw_fault ignored = { 0 };
	char said[CHILD_SAID];

	if (in->child.pid > 0)
		(void)!child_finish(&in->child, "postsuper", raw_of(""), said, &ignored);
}

/* A call: the option, and the queue in which it looks. */
struct call {
	const char *option, *queue;
};

static int start(struct instance *in, const struct call *c, struct child *ret, struct sw_fault *why)
{
	char path[INSTANCE_VALUE + 16];
	const char *config = *in->stand_in ? in->stand_in : in->config_directory;
	const char *const argv[] = { path, "-c", config, c->option, "-", c->queue, NULL };
	int rc;

	snprintf(path, sizeof(path), "%s/postsuper", in->command_directory);
	rc = child_start(argv, in->hold, ret, why);
	ret->hasty = true;
	return rc;
}

/* What it says of the last of them, when it has gone through all. */
static struct sw_raw last_word(struct sw_raw ids, char buf[INSTANCE_PATH])
{
	struct sw_raw rest = ids;
	struct sw_raw id = { 0 };

	while (raw_line(&rest, &id))
		;
	snprintf(buf, INSTANCE_PATH, " %.*s: ", (int)id.n, id.p);
	return raw_of(buf);
}

/* The one that runs, if it does what is wanted now, else another. */
static int running(struct instance *in, const struct call *c, struct sw_fault *why)
{
	if (in->child.pid > 0 && strcmp(in->child_option, c->option) == 0 &&
	    strcmp(in->child_queue, c->queue) == 0)
		return 0;
	instance_rest(in);
	in->child_option = c->option;
	in->child_queue = c->queue;
	in->fed = 0;
	return start(in, c, &in->child, why);
}

static int call(struct instance *in, const struct call *c, struct sw_raw ids, struct sw_fault *why)
{
	char word[INSTANCE_PATH];
	char said[CHILD_SAID];
	struct sw_raw cause;
	int rc = running(in, c, why);

	if (rc < 0)
		return rc;
	/* what it says is kept until it ends */
	if (in->more && ++in->fed < FED)
		rc = child_feed(&in->child, "postsuper", ids, last_word(ids, word), said, why);
	else
		rc = child_finish(&in->child, "postsuper", ids, said, why);
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

/* As call(), also where Postfix was stopped meanwhile. */
static int call_safely(struct instance *in, const struct call *c, struct sw_raw ids,
		       struct sw_fault *why)
{
	struct sw_fault cause = { 0 };
	int rc = call(in, c, ids, &cause);

	if (rc < 0 && is_cut_off(in)) {
		instance_rest(in);
		rc = make_stand_in(in, why);
		cause = (struct sw_fault){ 0 };
		rc = rc < 0 ? rc : call(in, c, ids, &cause);
	}
	return rc < 0 ? fault_wrap(why, &cause, "%s", "") : rc;
}

static void leave_out(struct instance *in, struct sw_raw id)
{
	memcpy(in->stuck + in->stuck_n, id.p, id.n);
	in->stuck[in->stuck_n + id.n] = '\n';
	in->stuck_n += id.n + 1;
}

/* Is the ID a word of the text? */
static bool is_named(struct sw_raw id, const struct sw_label *text)
{
	const char *hit = memmem(text->s, text->n, id.p, id.n);

	return hit && (hit == text->s || !raw_is_alnum(hit[-1])) && !raw_is_alnum(hit[id.n]);
}

/* Behind the one that the text names; false when it names none. */
static bool step_over(struct instance *in, const struct sw_fault *cause, struct sw_raw *rest)
{
	struct sw_raw next = *rest;
	struct sw_raw id;

	while (raw_line(&next, &id)) {
		if (!is_named(id, &cause->text))
			continue;
		leave_out(in, id);
		*rest = next;
		return true;
	}
	return false;
}

/* Each by itself, as long as one of some succeeds. */
static int one_by_one(struct instance *in, const struct call *c, struct sw_raw rest,
		      struct sw_fault *why)
{
	unsigned in_vain = 0;
	struct sw_raw id;
	int rc = -EIO;

	in->more = false;
	while (raw_line(&rest, &id)) {
		rc = call_safely(in, c, raw_from(id.p, id.n + 1), why);
		if (rc < 0 && rc != -EIO)
			return rc;
		in_vain = rc < 0 ? in_vain + 1 : 0;
		if (rc < 0)
			leave_out(in, id);
		if (in_vain == IN_VAIN)
			return -EIO;
	}
	return 0;
}

int instance_postsuper(struct instance *in, const char *option, const char *queue,
		       struct sw_raw ids, bool more, struct sw_fault *why)
{
	const struct call c = { option, queue };
	struct sw_fault last = { 0 };
	struct sw_raw rest = ids;
	int rc = 0;

	in->more = more;
	in->stuck_n = 0;
	if (!in->asked && is_cut_off(in))
		rc = make_stand_in(in, why);
	in->asked = true;
	if (rc < 0)
		return rc;
	rc = call_safely(in, &c, rest, &last);
	while (rc == -EIO) {
		/* of several the first is told */
		fault_wrap(why, &last, "%s", "");
		if (!step_over(in, &last, &rest)) {
			rc = one_by_one(in, &c, rest, &last);
			break;
		}
		last = (struct sw_fault){ 0 };
		rc = rest.n > 0 ? call_safely(in, &c, rest, &last) : 0;
	}
	if (rc < 0)
		fault_wrap(why, &last, "%s", "");
	return rc < 0 ? rc : in->stuck_n > 0;
}
