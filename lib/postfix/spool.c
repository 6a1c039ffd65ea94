#include "postfix/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const struct spool_queue spool_queues[SPOOL_QUEUES] = {
	{ "active", "active" },	    { "deferred", "deferred" }, { "maildrop", "maildrop" },
	{ "incoming", "incoming" }, { "corrupt", "corrupt" },	{ "hold", "held" },
};

static struct sw_raw without_slashes(struct sw_raw path)
{
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	return path;
}

struct sw_raw spool_instance_name(struct sw_raw config_directory)
{
	struct sw_raw path = without_slashes(config_directory);
	size_t slash = raw_find_last(path, '/');

	return slash < path.n ? raw_skip(path, slash + 1) : path;
}

bool spool_next_instance(struct sw_raw *rest, struct sw_raw *ret)
{
	return raw_word(rest, ", \t\r\n", ret);
}

/* A main.cf that must be there: an admin, or another main.cf, named its directory. */
static int refuse(const struct maincf *m, const char *directory, struct sw_fault *why)
{
	switch (maincf_state(m)) {
	case MAINCF_NO_DIRECTORY:
		return sw_fault(why, ENOENT, "the configuration directory %s is not there",
				directory);
	case MAINCF_ABSENT:
		return sw_fault(why, ENOENT, "the configuration directory %s holds no main.cf",
				directory);
	case MAINCF_DAMAGED:
		return sw_fault(why, EINVAL, "%s is damaged: none of its lines sets a parameter",
				maincf_path(m));
	default:
		return 0;
	}
}

static bool is_there(const struct maincf *m)
{
	return maincf_state(m) != MAINCF_NO_DIRECTORY && maincf_state(m) != MAINCF_ABSENT;
}

/* The directory of an instance in the list of the default one's main.cf; the caller frees it. */
static int find_instance(struct spool *s, const char *instance, char **ret, struct sw_fault *why)
{
	struct sw_raw found = { NULL, 0 };
	struct sw_raw list = { NULL, 0 };
	struct sw_raw word;
	int rc = spool_instances(s, &list, why);

	if (rc < 0)
		return rc;
	while (spool_next_instance(&list, &word)) {
		word = without_slashes(word);
		if (!raw_is(spool_instance_name(word), instance) || raw_same(word, found))
			continue;
		if (found.n > 0)
			return sw_fault(why, EINVAL,
					"%s: %s stands for two of multi_instance_directories, %.*s "
					"and %.*s",
					maincf_path(s->main), instance, (int)found.n, found.p,
					(int)word.n, word.p);
		found = word;
	}
	if (found.n == 0)
		return sw_fault(why, ENOENT,
				"%s%s has no instance %s in multi_instance_directories",
				maincf_path(s->main), is_there(s->main) ? "" : " is not there and",
				instance);
	if (found.p[0] != '/')
		return sw_fault(why, EINVAL,
				"%s: %.*s of multi_instance_directories is no absolute path",
				maincf_path(s->main), (int)found.n, found.p);
	*ret = strndup(found.p, found.n);
	return *ret ? 0 : sw_fault_errno(why, ENOMEM, "instance %s", instance);
}

static int open_instance(struct spool *s, const char *instance, struct sw_fault *why)
{
	struct maincf *own = NULL;
	struct sw_fault cause = { 0 };
	char *directory = NULL;
	int rc = find_instance(s, instance, &directory, why);

	if (rc < 0)
		return rc;
	rc = maincf_open(s->host, directory, &own, &cause);
	if (rc == 0)
		rc = refuse(own, directory, &cause);
	if (rc < 0)
		fault_wrap(why, &cause, "instance %s of %s: ", instance, maincf_path(s->main));
	free(directory);
	maincf_close(s->main);
	s->main = own;
	return rc;
}

static int open_main(struct spool *s, const struct spool_where *where, struct sw_fault *why)
{
	const char *first =
		where->config_directory ? where->config_directory : SPOOL_CONFIG_DIRECTORY;
	struct sw_raw directory = without_slashes(raw_of(first));
	const char *instance = where->instance ? where->instance : "";
	int rc = maincf_open(s->host, first, &s->main, why);

	if (rc == 0 && (is_there(s->main) || !raw_is(directory, SPOOL_CONFIG_DIRECTORY)))
		rc = refuse(s->main, first, why);
	if (rc == 0 && *instance && !raw_is(spool_instance_name(directory), instance))
		rc = open_instance(s, instance, why);
	return rc;
}

int spool_open(const struct sw_host *h, const struct spool_where *where, struct spool *ret,
	       struct sw_fault *why)
{
	*ret = (struct spool){ .host = h, .directory = -1 };
	if (where->spooldir) {
		ret->path = strdup(where->spooldir);
		if (!ret->path)
			sw_fault_errno(&ret->why, ENOMEM, "%s", where->spooldir);
	} else if (open_main(ret, where, &ret->why) < 0) {
		maincf_close(ret->main);
		ret->main = NULL;
	}
	return ret->why.code ? fault_wrap(why, &ret->why, "%s", "") : 0;
}

void spool_close(struct spool *s)
{
	maincf_close(s->main);
	s->main = NULL;
	free(s->path);
	s->path = NULL;
	if (s->directory >= 0)
		close(s->directory);
	s->directory = -1;
}

enum maincf_state spool_state(const struct spool *s)
{
	return s->main ? maincf_state(s->main) : MAINCF_READ;
}

const char *spool_main(const struct spool *s)
{
	return s->main ? maincf_path(s->main) : "";
}

/* "" where a spooldir was given: main.cf is not asked. */
static int get(struct spool *s, enum maincf_parameter parameter, const char **ret,
	       struct sw_fault *why)
{
	if (s->why.code)
		return fault_wrap(why, &s->why, "%s", "");
	if (s->main)
		return maincf_value(s->main, s->host, parameter, ret, why);
	*ret = "";
	return 0;
}

void spool_settle(struct spool *s)
{
	const char *ignored;

	for (int i = 0; i < MAINCF_PARAMETERS; i++) {
		struct sw_fault why = { 0 };

		(void)!get(s, (enum maincf_parameter)i, &ignored, &why);
	}
}

int spool_maillog_file(struct spool *s, const char **ret, struct sw_fault *why)
{
	return get(s, MAINCF_MAILLOG_FILE, ret, why);
}

int spool_syslog_name(struct spool *s, const char **ret, struct sw_fault *why)
{
	return get(s, MAINCF_SYSLOG_NAME, ret, why);
}

int spool_instances(struct spool *s, struct sw_raw *ret, struct sw_fault *why)
{
	const char *list;
	int rc = get(s, MAINCF_MULTI_INSTANCE_DIRECTORIES, &list, why);

	if (rc == 0)
		*ret = raw_of(list);
	return rc;
}

int spool_path(struct spool *s, const char **ret, struct sw_fault *why)
{
	const char *path;
	int rc;

	if (!s->path) {
		rc = get(s, MAINCF_QUEUE_DIRECTORY, &path, why);
		if (rc < 0)
			return rc;
		if (*path != '/' || strlen(path) >= SPOOL_PATH)
			return sw_fault(why, EINVAL, "%s: queue_directory is no absolute path: %s",
					spool_main(s), path);
		s->path = strdup(path);
		if (!s->path)
			return sw_fault_errno(why, ENOMEM, "%s", path);
	}
	*ret = s->path;
	return 0;
}

int spool_directory(struct spool *s, struct sw_fault *why)
{
	const char *path;

	if (s->directory < 0 && !s->unopened.code && spool_path(s, &path, &s->unopened) == 0)
		s->directory = host_openat(s->host, path, O_PATH | O_DIRECTORY, &s->unopened);
	if (s->unopened.code)
		return fault_wrap(why, &s->unopened, "%s", "");
	return s->directory;
}

bool spool_is_queue_directory(int directory)
{
	for (size_t i = 0; i < SPOOL_QUEUES; i++)
		if (faccessat(directory, spool_queues[i].name, F_OK, 0) == 0 || errno == EACCES)
			return true;
	return false;
}

int64_t spool_mail_owner(struct spool *s)
{
	struct sw_fault ignored = { 0 };
	struct stat st;
	int directory = spool_directory(s, &ignored);

	if (directory < 0 || fstatat(directory, "active", &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISDIR(st.st_mode))
		return -1;
	return (int64_t)st.st_uid;
}

/* hash_queue_names: directories of digits below a queue, which move in place of the queue's own. */
static int see_hashed(int queue, int64_t now, int depth, int64_t *latest)
{
	static const char digits[] = "0123456789ABCDEF";
	int rc = 0;

	for (size_t i = 0; i < sizeof(digits) - 1 && rc == 0; i++) {
		const char name[] = { digits[i], '\0' };
		struct stat st;
		int below;

		if (fstatat(queue, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
			rc = errno == ENOENT ? 0 : -errno;
			continue;
		}
		if (!S_ISDIR(st.st_mode))
			continue;
		if (st.st_mtime > *latest && st.st_mtime <= now)
			*latest = st.st_mtime;
		below = depth > 1 ? openat(queue, name, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
		if (below < 0)
			continue;
		rc = see_hashed(below, now, depth - 1, latest);
		close(below);
	}
	return rc;
}

static bool is_hashed(const struct spool *s, const char *queue)
{
	const char *names = s->main ? maincf_text(s->main, "hash_queue_names") : NULL;
	struct sw_raw rest = raw_of(names ? names : "");
	struct sw_raw word;

	while (raw_word(&rest, ", \t\r\n", &word))
		if (raw_is(word, queue))
			return true;
	return false;
}

/* When one queue last moved into *latest; -ENOENT when it is not there. */
static int see_queue(const struct spool *s, const char *queue, int64_t *latest)
{
	enum { DEPTH = 2 }; /* of hash_queue_depth; a larger one needs millions of messages */
	struct stat st;
	int fd;
	int rc;

	if (fstatat(s->directory, queue, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (st.st_mtime > *latest && st.st_mtime <= s->host->now)
		*latest = st.st_mtime;
	if (!is_hashed(s, queue))
		return 0;
	fd = openat(s->directory, queue, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = see_hashed(fd, s->host->now, DEPTH, latest);
	close(fd);
	return rc;
}

int64_t spool_moved(struct spool *s)
{
	static const char *const queues[] = { "incoming", "active", "maildrop" };
	struct sw_fault ignored = { 0 };
	int directory = spool_directory(s, &ignored);
	int64_t latest = 0;

	if (directory < 0)
		return directory == -ENOENT && !s->why.code ? 0 : directory;
	for (size_t i = 0; i < SW_COUNT(queues); i++) {
		int rc = see_queue(s, queues[i], &latest);

		if (rc < 0 && rc != -ENOENT)
			return rc;
	}
	return latest;
}
