/* support: a directory that stands for a host, made for one test and removed after it. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static int faked_statvfs(const struct host *h, const char *path, struct statvfs *ret)
{
	(void)h;
	(void)path;
	*ret = (struct statvfs){ .f_files = 100, .f_ffree = 50, .f_favail = 50 };
	return 0;
}

struct host host_new(const char *const *env)
{
	static const char *const none[] = { NULL };
	const char *tmp = getenv("TMPDIR");
	char path[4096];
	struct host h = { .env = env ? env : none, .now = 1795431600, .copied = true,
			  .statvfs = faked_statvfs };

	snprintf(path, sizeof(path), "%s/spoolwatch.XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(path));
	h.root_path = strdup(path);
	h.root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(h.root >= 0);
	return h;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void host_remove(struct host *h)
{
	nftw(h->root_path, remove_one, 32, FTW_DEPTH | FTW_PHYS);
	host_close(h);
	free((char *)h->root_path);
}

const char *host_path(const struct host *h, const char *path)
{
	static char full[8192];

	snprintf(full, sizeof(full), "%s%s", h->root_path, path);
	return full;
}

void host_bytes(const struct host *h, const char *path, const void *bytes, size_t n)
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

void host_file(const struct host *h, const char *path, const char *text)
{
	host_bytes(h, path, text, strlen(text));
}
