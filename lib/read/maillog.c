#include "read/maillog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "read/maincf.h"

enum { PATH_BYTES = 4096 };

/* Debian and Ubuntu; Red Hat; SUSE; then logs that hold more than mail. */
static const char *const usual[] = { "mail.log", "maillog", "mail", "syslog", "messages" };

static void join(char path[PATH_BYTES], const char *directory, const char *name)
{
	if (strchr(name, '/'))
		snprintf(path, PATH_BYTES, "%s%s", *name == '/' ? "" : "/", name);
	else
		snprintf(path, PATH_BYTES, "%s/%s", directory, name);
}

/* With the fix: /var/log/mail.log is root:adm 0640 on Debian. */
static int denied_access(const struct fault *cause, struct fault *why)
{
	int rc = fault_wrap(why, cause, "%s", "");

	label_print(&why->text, ": add group adm to the section of the plugin in plugin-conf.d");
	return rc;
}

/* Open a path and note it for the message that says where was looked. */
static int try_open(const struct host *h, const char *path, struct label *tried, struct fault *why)
{
	int fd = host_openat(h, path, O_RDONLY, why);

	label_print(tried, "%s%s", tried->n ? ", " : "", path);
	return fd;
}

static int open_usual(const struct host *h, const struct maillog_where *where, struct fault *why)
{
	const char *directory = where->logdir ? where->logdir : "/var/log";
	struct label tried = label_new();
	struct fault denied = { 0 };
	char path[PATH_BYTES];

	if (where->config_directory) {
		struct fault ignored = { 0 };
		char set[MAINCF_VALUE];
		int n = maincf_get(h, where->config_directory, "maillog_file", set, sizeof(set),
				   &ignored);

		if (n > 0 && strcmp(set, "/dev/stdout") != 0) {
			struct fault missing = { 0 };
			int fd = try_open(h, set, &tried, &missing);

			if (fd >= 0)
				return fd;
			if (fd == -EACCES)
				denied = missing;
		}
	}
	for (size_t i = 0; i < SW_COUNT(usual); i++) {
		struct fault missing = { 0 };
		int fd;

		join(path, directory, usual[i]);
		fd = try_open(h, path, &tried, &missing);
		if (fd >= 0)
			return fd;
		if (fd == -EACCES && !denied.code)
			denied = missing;
	}
	if (denied.code)
		return denied_access(&denied, why);
	return fault(why, ENOENT, "no mail log (tried %s): set env.logfile", tried.s);
}

static int open_log(const struct host *h, const struct maillog_where *where, struct fault *why)
{
	struct fault cause = { 0 };
	struct label tried = label_new();
	char path[PATH_BYTES];
	int fd;

	if (!where->logfile)
		return open_usual(h, where, why);
	join(path, where->logdir ? where->logdir : "/var/log", where->logfile);
	fd = try_open(h, path, &tried, &cause);
	if (fd == -EACCES)
		return denied_access(&cause, why);
	if (fd < 0) {
		fd = fault_wrap(why, &cause, "%s", "");
		label_print(&why->text, " (env.logfile, env.logdir)");
	}
	return fd;
}

int maillog_window(const struct host *h, const struct maillog_where *where, int64_t since,
		   struct log_clock *clock, logfile_fn fn, void *ctx, struct fault *why)
{
	int fd = open_log(h, where, why);
	int rc;

	if (fd < 0)
		return fd;
	rc = logfile_window(fd, clock, since, fn, ctx, why);
	close(fd);
	return rc;
}

int maillog_probe(const struct host *h, const struct maillog_where *where, struct fault *why)
{
	int fd = open_log(h, where, why);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}
