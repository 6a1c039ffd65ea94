/* support: a directory that stands for a host, made for one test and removed after it. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

/* What hangs ends, and what the caller's shell has set makes no difference. */
enum { HANG_GUARD = 300 };

__attribute__((constructor)) static void same_for_everybody(void)
{
	alarm(HANG_GUARD);
	umask(022);
	setenv("LC_ALL", "C", 1);
	zone("UTC0");
}

static int faked_statvfs(const struct sw_host *h, const char *path, struct statvfs *ret)
{
	(void)h;
	(void)path;
	*ret = (struct statvfs){ .f_files = 100, .f_ffree = 50, .f_favail = 50 };
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

/* Roots that a test which failed has left behind are removed at the end. */
enum { ROOTS_MAX = 256 };
static char *roots[ROOTS_MAX];

static void remove_roots(void)
{
	for (size_t i = 0; i < ROOTS_MAX; i++)
		if (roots[i]) {
			nftw(roots[i], remove_one, 32, FTW_DEPTH | FTW_PHYS);
			free(roots[i]);
		}
}

static void remember_root(char *path)
{
	static bool registered;

	if (!registered)
		atexit(remove_roots);
	registered = true;
	for (size_t i = 0; i < ROOTS_MAX; i++)
		if (!roots[i]) {
			roots[i] = path;
			return;
		}
}

static void forget_root(const char *path)
{
	for (size_t i = 0; i < ROOTS_MAX; i++)
		if (roots[i] == path)
			roots[i] = NULL;
}

struct sw_host host_new(const char *const *env)
{
	static const char *const none[] = { NULL };
	const char *tmp = getenv("TMPDIR");
	char path[4096];
	struct sw_host h = {
		.env = env ? env : none, .now = 1795431600, .copied = true, .statvfs = faked_statvfs
	};

	snprintf(path, sizeof(path), "%s/spoolwatch.XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(path));
	h.root_path = strdup(path);
	remember_root((char *)h.root_path);
	h.root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(h.root >= 0);
	return h;
}

void host_remove(struct sw_host *h)
{
	nftw(h->root_path, remove_one, 32, FTW_DEPTH | FTW_PHYS);
	host_close(h);
	forget_root(h->root_path);
	free((char *)h->root_path);
}

const char *host_path(const struct sw_host *h, const char *path)
{
	static char full[8192];

	snprintf(full, sizeof(full), "%s%s", h->root_path, path);
	return full;
}

void host_bytes(const struct sw_host *h, const char *path, const void *bytes, size_t n)
{
	char full[8192];
	FILE *f;

	snprintf(full, sizeof(full), "%s%s", h->root_path, path);
	for (char *p = full + strlen(h->root_path) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		if (mkdir(full, 0755) < 0)
			assert_int_equal(errno, EEXIST);
		*p = '/';
	}
	f = fopen(full, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

void host_file(const struct sw_host *h, const char *path, const char *text)
{
	host_bytes(h, path, text, strlen(text));
}

void zone(const char *tz)
{
	setenv("TZ", tz, 1);
	tzset();
}

int as_nobody(int (*fn)(void *ctx), void *ctx)
{
	enum { NOBODY = 65534, NO_CHANGE = 255 };
	int status = 0;
	pid_t pid;

	fflush(NULL); /* or the child's copy comes out too */
	pid = fork();
	if (pid == 0) {
		if (geteuid() == 0 &&
		    (setgroups(0, NULL) < 0 || setgid(NOBODY) < 0 || setuid(NOBODY) < 0))
			_exit(NO_CHANGE);
		_exit(-fn(ctx) & 0xff);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_not_equal(WEXITSTATUS(status), NO_CHANGE);
	return -WEXITSTATUS(status);
}

struct plugin_run plugin_run(const struct sw_munin_plugin *plugin, const struct sw_host *h,
			     const char *argv0, const char *word)
{
	struct plugin_run run = { 0 };
	char name[512];
	char argument[64];
	char *argv[] = { name, word ? argument : NULL, NULL };
	size_t out_n;
	size_t err_n;
	FILE *out = open_memstream(&run.out, &out_n);
	FILE *err = open_memstream(&run.err, &err_n);

	assert_true(out && err);
	snprintf(name, sizeof(name), "%s", argv0 ? argv0 : plugin->name);
	snprintf(argument, sizeof(argument), "%s", word ? word : "");
	run.status = munin_run(plugin, word ? 2 : 1, argv, h, out, err);
	fclose(out);
	fclose(err);
	return run;
}

void plugin_free(struct plugin_run *run)
{
	free(run->out);
	free(run->err);
}

uint64_t file_hash(const char *path)
{
	uint64_t hash = 0;
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	for (int c = getc(f); c != EOF; c = getc(f))
		hash = hash * 1099511628211U + (unsigned)c;
	fclose(f);
	return hash;
}
