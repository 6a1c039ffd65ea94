/*
 * What text.h promises of the whole door where memory runs short: each single request of a reader
 * fails, once each. It returns -ENOMEM and a sentence, or tells what it always tells, or says
 * beside what it tells that memory was short; nothing is left behind.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "spoolwatch/inode.h"
#include "spoolwatch/log.h"
#include "spoolwatch/queue.h"
#include "test.h"

/* --- memory that is counted, and ends */

static struct {
	size_t asked, at; /* requests; the one that fails, 0: none does */
	long live;	  /* blocks that were given and not freed */
} memory;

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__real_reallocarray(void *p, size_t n, size_t size);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
void __real_free(void *p);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);
int __wrap_asprintf(char **ret, const char *format, ...) SW_PRINTF(2, 3);
int __wrap___asprintf_chk(char **ret, int flag, const char *format, ...) SW_PRINTF(3, 4);
void __wrap_free(void *p);

static bool fails(void)
{
	if (++memory.asked != memory.at)
		return false;
	errno = ENOMEM;
	return true;
}

static void *given(void *p)
{
	memory.live += p != NULL;
	return p;
}

void *__wrap_malloc(size_t n)
{
	return fails() ? NULL : given(__real_malloc(n));
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : given(__real_calloc(n, size));
}

void *__wrap_realloc(void *p, size_t n)
{
	if (fails())
		return NULL;
	return p ? __real_realloc(p, n) : given(__real_realloc(p, n));
}

void *__wrap_reallocarray(void *p, size_t n, size_t size)
{
	if (fails())
		return NULL;
	return p ? __real_reallocarray(p, n, size) : given(__real_reallocarray(p, n, size));
}

char *__wrap_strdup(const char *s)
{
	return fails() ? NULL : given(__real_strdup(s));
}

char *__wrap_strndup(const char *s, size_t n)
{
	return fails() ? NULL : given(__real_strndup(s, n));
}

static int print(char **ret, const char *format, va_list args) SW_PRINTF(2, 0);

static int print(char **ret, const char *format, va_list args)
{
	int n = fails() ? -1 : vasprintf(ret, format, args);

	memory.live += n >= 0;
	return n;
}

int __wrap_asprintf(char **ret, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = print(ret, format, args);
	va_end(args);
	return n;
}

int __wrap___asprintf_chk(char **ret, int flag, const char *format, ...)
{
	va_list args;
	int n;

	(void)flag;
	va_start(args, format);
	n = print(ret, format, args);
	va_end(args);
	return n;
}

void __wrap_free(void *p)
{
	memory.live -= p != NULL;
	__real_free(p);
}

/* --- what was told */

struct told {
	char text[1 << 16];
	size_t n;
};

static void tell(struct told *t, const char *format, ...) SW_PRINTF(2, 3);

static void tell(struct told *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	t->n += (size_t)vsnprintf(t->text + t->n, sizeof(t->text) - t->n, format, args);
	va_end(args);
	assert_true(t->n < sizeof(t->text));
}

static int tell_use(const struct sw_inode_use *use, void *ctx)
{
	tell(ctx, "%.*s %llu of %llu%s%s\n", (int)use->mount.n, use->mount.p,
	     (unsigned long long)use->used, (unsigned long long)use->files,
	     *use->why.text.s ? ": " : "", use->why.text.s);
	return 0;
}

static int read_use(const struct sw_host *h, struct told *t, struct sw_fault *why)
{
	size_t bad = 0;
	int rc = sw_inode_each(h, 1000, NULL, NULL, tell_use, t, &bad, why);

	tell(t, "%zu lines not understood\n", bad);
	return rc;
}

static int read_dirs(const struct sw_host *h, struct told *t, struct sw_fault *why)
{
	struct sw_inode_dirs dirs;
	int rc = sw_inode_dirs_scan(h, "/var/spool/postfix", 320, SW_INODE_DIRS_BUDGET_MS, &dirs,
				    why);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < dirs.n; i++)
		tell(t, "%llu in %.*s\n", (unsigned long long)dirs.item[i].inodes,
		     (int)dirs.item[i].path_n, dirs.item[i].path);
	tell(t, "%llu, unreadable %llu %s, uncertain %llu%s\n", (unsigned long long)dirs.counted,
	     (unsigned long long)dirs.unreadable, dirs.first.text.s,
	     (unsigned long long)dirs.uncertain,
	     dirs.coarse || dirs.uncertain > 0 ? ", memory was short" : "");
	sw_inode_dirs_free(&dirs);
	return 0;
}

static int tell_message(const struct sw_queue_message *message, void *ctx)
{
	uint64_t *sum = ctx;

	*sum += message->id_n;
	return 0;
}

static int read_queue(const struct sw_host *h, struct told *t, struct sw_fault *why)
{
	int fd = sw_queue_open(h, NULL, NULL, why);
	uint64_t bytes = 0;
	uint64_t n = 0;
	int rc = fd < 0 ? fd : sw_queue_count(fd, "deferred", &n, why);

	if (rc == 0)
		rc = sw_queue_each(fd, "deferred", tell_message, &bytes, why);
	tell(t, "%llu, names of %llu\n", (unsigned long long)n, (unsigned long long)bytes);
	if (fd >= 0)
		close(fd);
	return rc;
}

static int read_owners(const struct sw_host *h, struct told *t, struct sw_fault *why)
{
	int fd = sw_queue_open(h, NULL, NULL, why);
	struct sw_queue_owners owners;
	struct sw_queue_owner top[3];
	int rc;
	size_t n;

	if (fd < 0)
		return fd;
	rc = sw_queue_owners_read(h, fd, 50, &owners, why);
	n = rc < 0 ? 0 : sw_queue_owners_top(&owners, SW_QUEUE_OWNERS_ALL, top, SW_COUNT(top));
	for (size_t i = 0; i < n; i++)
		tell(t, "%s %.3f of %s\n", top[i].name.s, top[i].share,
		     top[i].script.n ? "a script" : "");
	for (size_t i = 0; rc == 0 && i < SW_QUEUE_OWNERS_QUEUES; i++)
		tell(t, "%s %llu %s\n", owners.queue[i].name,
		     (unsigned long long)owners.queue[i].messages, owners.queue[i].why.text.s);
	if (rc == 0)
		tell(t, "unreadable %llu %s\n", (unsigned long long)owners.unreadable,
		     owners.first.text.s);
	sw_queue_owners_free(&owners);
	close(fd);
	return rc;
}

static int read_log(const struct sw_host *h, struct told *t, struct sw_fault *why)
{
	struct sw_log *log = NULL;
	struct sw_log_account top[3];
	struct sw_log_minute minute;
	int rc = sw_log_open(h, NULL, 20, &log, why);

	if (rc < 0)
		return log ? -EEXIST : rc;
	for (unsigned i = 0; sw_log_minute(log, i, &minute); i++)
		tell(t, "%lld %llu %llu %s\n", (long long)minute.start,
		     (unsigned long long)minute.messages, (unsigned long long)minute.recipients,
		     minute.why.text.s);
	for (size_t i = 0, n = sw_log_top(log, SW_LOG_MESSAGES, 0, 20, top, SW_COUNT(top));
	     i < n && i < SW_COUNT(top); i++)
		tell(t, "%s %llu, %llu addresses\n", top[i].name.s,
		     (unsigned long long)top[i].messages, (unsigned long long)top[i].addresses);
	tell(t, "%s\n", sw_log_source(log).s);
	sw_log_close(log);
	return 0;
}

/* --- each request */

static size_t descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

typedef int (*reader_fn)(const struct sw_host *h, struct told *t, struct sw_fault *why);

static int run(const char *root, int64_t now, reader_fn reader, struct told *t,
	       struct sw_fault *why)
{
	struct sw_host *h = NULL;
	int rc = sw_host_open(root, now, &h, why);

	t->n = 0;
	*t->text = '\0';
	if (rc == 0)
		rc = reader(h, t, why);
	sw_host_close(h);
	return rc;
}

static void what_finds_no_memory_says_so_and_leaves_nothing(void **state)
{
	static const struct {
		const char *what;
		const char *root;
		int64_t now;
		reader_fn reader;
	} rows[] = {
		{ "how full", "tests/hosts/friday/root", 1795191667, read_use },
		{ "how full, many mounts", "tests/hosts/mounts/root", 1795432800, read_use },
		{ "which directories", "tests/hosts/friday/root", 1795191667, read_dirs },
		{ "a queue", "tests/hosts/friday/root", 1795191667, read_queue },
		{ "whose", "tests/hosts/senders/root", 1795431617, read_owners },
		{ "a log", "tests/hosts/friday/root", 1795191667, read_log },
		{ "a rotated log", "tests/hosts/logs/rotated-xz/root", 1795669830, read_log },
		{ "no log", "tests/hosts/nothing/root", 1795191667, read_log },
	};
	static struct told truth, got;
	size_t runs = 0;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		size_t asked;
		size_t open;

		/* libraries are loaded once */
		assert_int_equal(run(rows[i].root, rows[i].now, rows[i].reader, &truth, &why), 0);
		memory.asked = 0;
		assert_int_equal(run(rows[i].root, rows[i].now, rows[i].reader, &truth, &why), 0);
		asked = memory.asked;
		open = descriptors();
		for (size_t at = 1; at <= asked; at++) {
			struct sw_fault said = { 0 };
			char what[80];
			long live = memory.live;
			int rc;

			snprintf(what, sizeof(what), "%s, request %zu of %zu", rows[i].what, at,
				 asked);
			memory.asked = 0;
			memory.at = at;
			rc = run(rows[i].root, rows[i].now, rows[i].reader, &got, &said);
			memory.at = 0;
			runs++;
			want_number(what, memory.live - live, 0);
			want_number(what, descriptors(), open);
			if (rc < 0) {
				want_number(what, rc, -ENOMEM);
				want_number(what, said.code, ENOMEM);
				want_in(what, said.text.s, "memory");
			} else if (strcmp(got.text, truth.text) != 0) {
				want_in(what, got.text, "memory");
			}
		}
	}
	assert_true(runs > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_finds_no_memory_says_so_and_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
