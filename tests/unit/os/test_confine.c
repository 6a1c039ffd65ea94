/* What a process that gave it up can't do any more; each in a child, since it is for good. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/confine.h"
#include "test.h"

/* A coverage build acts as if there were none. */
static bool has_landlock(void)
{
#ifdef SW_COVERAGE
	return false;
#endif
	return syscall(444, NULL, 0, 1) >= 1;
}

static int opening(const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? -errno : 0;
}

static int writes(const char *path)
{
	return opening(path, O_WRONLY);
}

static int cuts(const char *path)
{
	return truncate(path, 1) == 0 ? 0 : -errno;
}

static int cuts_to_read(const char *path)
{
	return opening(path, O_RDONLY | O_TRUNC);
}

static int cuts_by_old_call(const char *path)
{
#ifdef SYS_open
	long fd = syscall(SYS_open, path, O_RDONLY | O_TRUNC, 0);
#else
	long fd = openat(AT_FDCWD, path, O_RDONLY | O_TRUNC);
#endif

	return fd < 0 ? -errno : 0;
}

/* Flags in memory, which a filter of calls can't see. */
static int cuts_by_new_call(const char *path)
{
	uint64_t how[3] = { O_RDONLY | O_TRUNC };

	return syscall(437, AT_FDCWD, path, how, sizeof(how)) >= 0 ? 0 : -errno;
}

#ifdef __x86_64__
static void not_there(int signal)
{
	(void)signal;
	_exit(EACCES);
}
#endif

/* The same machine's other set of calls; where the kernel has none, that is a fault of memory. */
static int cuts_as_of_32_bits(const char *path)
{
#ifdef __x86_64__
	enum { TRUNCATE = 92 };
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	int rc;

	if (low == MAP_FAILED)
		return -EACCES;
	snprintf(low, 4096, "%s", path);
	signal(SIGSEGV, not_there);
	__asm__ volatile("int $0x80" : "=a"(rc) : "a"(TRUNCATE), "b"(low), "c"(1) : "memory");
	return rc;
#else
	(void)path;
	return -EACCES;
#endif
}

static int uses_a_ring(const char *path)
{
	(void)path;
#if defined(__LP64__) && (defined(__x86_64__) || defined(__aarch64__))
	char params[120] = { 0 };

	return syscall(425, 1, params) >= 0 ? 0 : errno == ENOSYS || errno == EPERM ? -EACCES : -errno;
#else
	return -EACCES; /* there is no filter of this machine's calls: Landlock sees what a ring does */
#endif
}

static int makes(const char *path)
{
	char new[4200];

	snprintf(new, sizeof(new), "%s.new", path);
	return opening(new, O_WRONLY | O_CREAT);
}

static int removes(const char *path)
{
	return unlink(path) == 0 ? 0 : -errno;
}

static int renames(const char *path)
{
	char new[4200];

	snprintf(new, sizeof(new), "%s.new", path);
	return rename(path, new) == 0 ? 0 : -errno;
}

static int makes_directory(const char *path)
{
	char new[4200];

	snprintf(new, sizeof(new), "%s.new", path);
	return mkdir(new, 0700) == 0 ? 0 : -errno;
}

static int links(const char *path)
{
	char new[4200];

	snprintf(new, sizeof(new), "%s.new", path);
	return symlink("x", new) == 0 ? 0 : -errno;
}

static int runs(const char *path)
{
	char *argv[] = { (char[]){ "true" }, NULL };

	(void)path;
	execv("/bin/true", argv);
	return -errno;
}

static int reads(const char *path)
{
	return opening(path, O_RDONLY);
}

static const char *path;
static unsigned what;
static int open_before;
static int (*act)(const char *path);

static int confined(void *ctx)
{
	(void)ctx;
	confine(what);
	if (write(open_before, "x", 1) != 1)
		return -EIO;
	return act(path);
}

/* In a child, as who runs the tests. */
static int in_child(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(-confined(NULL) & 0xff);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

enum { MANY = CONFINE_WRITE | CONFINE_OPENS };

static void what_was_given_up_is_denied_and_what_was_open_stays(void **state)
{
	static const struct {
		const char *name;
		unsigned what;
		int (*act)(const char *path);
		int want;
	} rows[] = {
		{ "write", CONFINE_WRITE, writes, -EACCES },
		{ "cut", CONFINE_WRITE, cuts, -EACCES },
		{ "cut, opened to be read", CONFINE_WRITE, cuts_to_read, -EACCES },
		{ "cut, by the filter", MANY, cuts, -EACCES },
		{ "cut by the filter, opened to be read", MANY, cuts_to_read, -EACCES },
		{ "cut by the filter, by open(2)", MANY, cuts_by_old_call, -EACCES },
		{ "cut by the filter, by openat2(2)", MANY, cuts_by_new_call, -EACCES },
		{ "cut by the filter, by a call of 32 bits", MANY, cuts_as_of_32_bits, -EACCES },
		{ "a ring, by the filter", MANY, uses_a_ring, -EACCES },
		{ "write, by both", MANY, writes, -EACCES },
		{ "make, by both", MANY, makes, -EACCES },
		{ "run, by both", MANY | CONFINE_EXEC, runs, -EACCES },
		{ "read, by both", MANY, reads, 0 },
		{ "make", CONFINE_WRITE, makes, -EACCES },
		{ "remove", CONFINE_WRITE, removes, -EACCES },
		{ "rename", CONFINE_WRITE, renames, -EACCES },
		{ "make a directory", CONFINE_WRITE, makes_directory, -EACCES },
		{ "make a link", CONFINE_WRITE, links, -EACCES },
		{ "read", CONFINE_WRITE | CONFINE_EXEC, reads, 0 },
		{ "run", CONFINE_WRITE, runs, 0 },
		{ "run", CONFINE_EXEC, runs, -EACCES },
		{ "run, of both", CONFINE_WRITE | CONFINE_EXEC, runs, -EACCES },
		{ "write, of the other", CONFINE_EXEC, writes, 0 },
	};
	struct sw_host h = host_new(NULL);

	(void)state;
	if (!has_landlock()) {
		host_remove(&h);
		skip();
	}
	host_file(&h, "/file", "text");
	path = strdup(host_path(&h, "/file"));
	open_before = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(path && open_before >= 0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		what = rows[i].what;
		act = rows[i].act;
		want_number(rows[i].name, in_child(), rows[i].want);
	}
	close(open_before);
	free((char *)path);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_given_up_is_denied_and_what_was_open_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
