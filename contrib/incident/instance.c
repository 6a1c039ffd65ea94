#include "incident/instance.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "incident/child.h"
#include "incident/locks.h"
#include "os/clock.h"
#include "os/command.h"

enum { POSTCONF_MS = 10000, POSTCONF_BYTES = 16384, LOCK_MS = 5000 };

struct wanted {
	const char *name;
	char *to; /* of INSTANCE_VALUE bytes */
};

/* "name = value" of postconf(1), the values on one line each. */
static int take(struct sw_raw line, const struct wanted *wanted, size_t n, struct sw_fault *why)
{
	size_t equal = raw_find(line, '=');
	struct sw_raw name = raw_trim(raw_from(line.p, equal));
	struct sw_raw value = raw_trim(raw_skip(line, equal < line.n ? equal + 1 : line.n));

	for (size_t i = 0; i < n; i++) {
		if (!raw_is(name, wanted[i].name))
			continue;
		if (value.n >= INSTANCE_VALUE)
			return sw_fault(why, EINVAL, "%s of main.cf is too long", wanted[i].name);
		memcpy(wanted[i].to, value.p, value.n);
		wanted[i].to[value.n] = '\0';
	}
	return 0;
}

static int ask(const char *config_directory, const struct wanted *wanted, size_t n,
	       struct sw_fault *why)
{
	static const char *const places[] = { "postconf", "/usr/sbin/postconf",
					      "/usr/local/sbin/postconf" };
	const char *argv[16] = { NULL, "-x" };
	size_t args = 2;
	char text[POSTCONF_BYTES];
	struct sw_raw rest;
	struct sw_raw line;
	int rc = -ENOENT;

	if (config_directory) {
		argv[args++] = "-c";
		argv[args++] = config_directory;
	}
	for (size_t i = 0; i < n; i++)
		argv[args++] = wanted[i].name;
	for (size_t i = 0; rc == -ENOENT && i < SW_COUNT(places); i++) {
		*why = (struct sw_fault){ 0 };
		argv[0] = places[i];
		rc = command_output(argv, clock_ms() + POSTCONF_MS, text, sizeof(text), why);
	}
	if (rc < 0)
		return rc;
	rest = raw_from(text, (size_t)rc);
	rc = 0;
	while (rc == 0 && raw_line(&rest, &line))
		rc = take(line, wanted, n, why);
	return rc;
}

static int read_parameters(struct instance *in, struct sw_fault *why)
{
	char depth[INSTANCE_VALUE] = "1";
	char utf8[INSTANCE_VALUE] = "";
	const struct wanted wanted[] = {
		{ "config_directory", in->config_directory },
		{ "queue_directory", in->queue_directory },
		{ "command_directory", in->command_directory },
		{ "daemon_directory", in->daemon_directory },
		{ "maillog_file", in->maillog_file },
		{ "hash_queue_names", in->hash_queue_names },
		{ "hash_queue_depth", depth },
		{ "smtputf8_enable", utf8 },
	};
	const char *given = in->run->options->config_directory;
	uint64_t number;
	int rc = ask(given, wanted, SW_COUNT(wanted), why);

	if (rc < 0)
		return rc;
	if (given)
		snprintf(in->config_directory, INSTANCE_VALUE, "%s", given);
	if (in->config_directory[0] != '/' || in->queue_directory[0] != '/' ||
	    in->command_directory[0] != '/' || in->daemon_directory[0] != '/')
		return sw_fault(why, EINVAL, "postconf does not say where Postfix of %s is",
				given ? given : "this host");
	in->hash_queue_depth =
		num_from(raw_of(depth), &number) && number <= 31 ? (unsigned)number : 1;
	in->utf8 = strcmp(utf8, "no") != 0;
	return 0;
}

static int open_queues(struct instance *in, struct sw_fault *why)
{
	struct stat st;

	in->spool = open(in->queue_directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (in->spool < 0)
		return sw_fault_errno(why, errno, "open %s", in->queue_directory);
	if (!spool_is_queue_directory(in->spool))
		return sw_fault(why, ENOENT, "%s holds no queue of Postfix", in->queue_directory);
	in->hold = openat(in->spool, "hold", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (in->hold < 0 || fstat(in->hold, &st) < 0)
		return sw_fault_errno(why, errno, "open %s/hold", in->queue_directory);
	in->device = st.st_dev;
	in->mail_owner = st.st_uid;
	return 0;
}

int instance_open(struct run *r, struct instance *ret, struct sw_fault *why)
{
	int rc;

	*ret = (struct instance){ .run = r, .spool = -1, .hold = -1 };
	if (geteuid() != 0)
		return sw_fault(why, EPERM, "only root may act on the queues");
	if (r->host->copied)
		return sw_fault(why, EINVAL,
				"SPOOLWATCH_ROOT is set: a copy of a host can be read only");
	rc = read_parameters(ret, why);
	return rc < 0 ? rc : open_queues(ret, why);
}

static void remove_stand_in(struct instance *in)
{
	char path[sizeof(in->stand_in) + 16];

	if (!*in->stand_in)
		return;
	snprintf(path, sizeof(path), "%s/main.cf", in->stand_in);
	unlink(path);
	rmdir(in->stand_in);
	*in->stand_in = '\0';
}

void instance_close(struct instance *in)
{
	instance_rest(in);
	remove_stand_in(in);
	if (in->spool >= 0)
		close(in->spool);
	if (in->hold >= 0)
		close(in->hold);
	in->spool = in->hold = -1;
}

int instance_lock(struct instance *in, struct sw_fault *why)
{
	const int64_t until = clock_ms() + LOCK_MS;

	while (flock(in->hold, LOCK_EX | LOCK_NB) < 0) {
		int64_t pid;

		if (errno != EWOULDBLOCK && errno != EINTR)
			return sw_fault_errno(why, errno, "lock %s/hold", in->queue_directory);
		if (!run_is_ended() && clock_ms() < until) {
			run_pause(100);
			continue;
		}
		pid = locks_holder(in->run->host, in->hold);
		if (pid > 0)
			return sw_fault(why, EBUSY,
					"process %lld is at work on these queues: wait for it",
					(long long)pid);
		return sw_fault(why, EBUSY,
				"another process is at work on these queues: wait for it");
	}
	return 0;
}

bool instance_runs(const struct instance *in)
{
	char path[INSTANCE_VALUE + 16];
	const char *const argv[] = { path, "-c", in->config_directory, "-t", NULL };
	struct sw_fault ignored = { 0 };
	char said[CHILD_SAID];

	snprintf(path, sizeof(path), "%s/master", in->daemon_directory);
	/* -t: 0 when the lock of its pid file can be had; what can't be told counts as running */
	return child_run(argv, raw_of(""), -1, said, &ignored) != 0;
}

/* The characters that name hash directories: a short ID's own; of a long one its microseconds. */
static void hash_text(const char *id, char ret[INSTANCE_PATH])
{
	static const char digits[] = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
	const char *z = strrchr(id, 'z');
	unsigned long microseconds = 0;

	snprintf(ret, INSTANCE_PATH, "%s", id);
	if (!z || z - id < 10)
		return;
	for (const char *p = z - 4; p < z; p++) {
		const char *digit = strchr(digits, *p);

		microseconds = microseconds * 52 + (unsigned long)(digit ? digit - digits : 0);
	}
	snprintf(ret, INSTANCE_PATH, "%05lX", microseconds);
}

static bool is_hashed(const struct instance *in, const char *queue)
{
	struct sw_raw rest = raw_of(in->hash_queue_names);
	struct sw_raw word;

	while (raw_word(&rest, ", \t\r\n", &word))
		if (raw_is(word, queue))
			return true;
	return false;
}

void instance_path(const struct instance *in, const char *queue, const char *id,
		   char ret[INSTANCE_PATH])
{
	char text[INSTANCE_PATH];
	size_t n = (size_t)snprintf(ret, INSTANCE_PATH, "%s/", queue);

	hash_text(id, text);
	for (unsigned i = 0;
	     is_hashed(in, queue) && i < in->hash_queue_depth && text[i] && n + 3 < INSTANCE_PATH;
	     i++) {
		ret[n++] = text[i];
		ret[n++] = '/';
	}
	snprintf(ret + n, INSTANCE_PATH - n, "%s", id);
}
