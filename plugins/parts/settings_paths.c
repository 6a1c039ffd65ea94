#include "parts/settings_paths.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log/source.h"
#include "os/dir.h"
#include "os/reach.h"

static bool is_missing(int rc)
{
	return rc == -ENOENT || rc == -ENOTDIR;
}

void settings_config_directory(struct sw_munin *m)
{
	const char *path = host_env(sw_munin_host(m), "config_directory");
	struct sw_fault ignored = { 0 };
	struct sw_fault why = { 0 };
	int fd;

	if (!path)
		return;
	fd = host_openat(sw_munin_host(m), path, O_PATH | O_DIRECTORY, &ignored);
	if (is_missing(fd))
		sw_fault(&why, ENOENT, "env.config_directory: %s is not there", path);
	else if (fd >= 0 && faccessat(fd, "main.cf", F_OK, 0) < 0 && errno == ENOENT)
		sw_fault(&why, ENOENT, "env.config_directory: %s holds no main.cf", path);
	if (why.code)
		sw_munin_complain(m, &why);
	if (fd >= 0)
		close(fd);
}

static int is_match(const struct dir_entry *entry, void *ctx)
{
	return fnmatch(ctx, entry->name, FNM_PERIOD) == 0;
}

/* Is there a file of this path, whose last part may be a pattern? Unknown counts as yes. */
static bool is_there(const struct sw_host *h, char *path)
{
	struct sw_fault ignored = { 0 };
	char *slash = strrchr(path, '/');
	bool found = true;
	int fd;

	if (!strpbrk(slash, "*?[")) {
		fd = host_openat(h, path, O_PATH, &ignored);
		if (fd >= 0)
			close(fd);
		return !is_missing(fd);
	}
	*slash = '\0';
	fd = host_openat(h, *path ? path : "/", O_RDONLY | O_DIRECTORY, &ignored);
	if (fd >= 0) {
		found = dir_each(fd, is_match, slash + 1, &ignored) != 0;
		close(fd);
	}
	return found && !is_missing(fd);
}

void settings_logfile(struct sw_munin *m)
{
	struct sw_raw rest = raw_of(sw_munin_text(m, "logfile") ? sw_munin_text(m, "logfile") : "");
	struct sw_raw word;

	while (raw_word(&rest, " \t", &word)) {
		const char *below = word.p[0] == '/' ? "" : LOG_DIRECTORY "/";
		struct sw_fault why = { 0 };
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s%.*s", below, (int)word.n, word.p);
		if (is_there(sw_munin_host(m), path))
			continue;
		sw_fault(&why, ENOENT, "env.logfile: %s%.*s is not there", below, (int)word.n,
			 word.p);
		sw_munin_complain(m, &why);
	}
}

/* On this machine, not below the host's root, as the state file that it takes the place of. */
bool settings_scan_file(struct sw_munin *m)
{
	const char *path = sw_munin_text(m, "scan_file");
	const char *slash = path ? strrchr(path, '/') : NULL;
	struct sw_fault why = { 0 };
	char directory[PATH_MAX];
	struct stat st;

	if (!slash || slash == path || slash - path >= PATH_MAX ||
	    !reach_is_sure(sw_munin_host(m), path))
		return true;
	memcpy(directory, path, (size_t)(slash - path));
	directory[slash - path] = '\0';
	if (stat(directory, &st) == 0 ? S_ISDIR(st.st_mode) : !is_missing(-errno))
		return true;
	sw_fault(&why, ENOENT, "env.scan_file: the directory %s is not there", directory);
	sw_munin_complain(m, &why);
	return false;
}
