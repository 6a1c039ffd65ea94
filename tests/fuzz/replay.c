/*
 * replay: runs a fuzz target over its corpus, with any compiler, and over changed copies of it: for a
 * second, always the same ones first; or where clang's libFuzzer is not there for longer:
 *
 *     fuzz_X CORPUS [SECONDS SEED]
 *
 * An input on which the target dies is left in the file fuzz-died beside where it was called.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 1 << 20, FILES_MAX = 1000 };

static struct input {
	uint8_t *bytes;
	size_t n;
} input[FILES_MAX];
static size_t inputs;
static struct input current;

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#include <sys/stat.h>

/* clang 14 does not know that these fill what they are given: functions of their own since glibc 2.33 */
int __real_fstat64(int fd, struct stat *st);
int __real_fstatat64(int fd, const char *path, struct stat *st, int flags);
int __wrap_fstat64(int fd, struct stat *st);
int __wrap_fstatat64(int fd, const char *path, struct stat *st, int flags);

int __wrap_fstat64(int fd, struct stat *st)
{
	int rc = __real_fstat64(fd, st);

	if (rc == 0)
		__msan_unpoison(st, sizeof(*st));
	return rc;
}

int __wrap_fstatat64(int fd, const char *path, struct stat *st, int flags)
{
	int rc = __real_fstatat64(fd, path, st, flags);

	if (rc == 0)
		__msan_unpoison(st, sizeof(*st));
	return rc;
}
#endif
#endif

static void keep(int number)
{
	int fd = open("fuzz-died", O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd >= 0 && current.bytes)
		(void)!write(fd, current.bytes, current.n);
	signal(number, SIG_DFL);
	raise(number);
}

/* Exactly as large as the input, so that a read behind it is seen. */
static int run(const uint8_t *bytes, size_t n)
{
	current = (struct input){ malloc(n ? n : 1), n };
	if (!current.bytes)
		return 1;
	if (n > 0)
		memcpy(current.bytes, bytes, n);
	LLVMFuzzerTestOneInput(current.bytes, n);
	free(current.bytes);
	current.bytes = NULL;
	return 0;
}

static int run_file(const char *path)
{
	FILE *f = fopen(path, "r");
	uint8_t *bytes = malloc(MOST);
	size_t n;

	if (!f || !bytes) {
		perror(path);
		return 1;
	}
	n = fread(bytes, 1, MOST, f);
	fclose(f);
	if (inputs < FILES_MAX)
		input[inputs++] = (struct input){ bytes, n };
	else
		free(bytes);
	return run(bytes, n);
}

static unsigned long run_changed(unsigned seconds, uint64_t seed)
{
	static uint8_t bytes[MOST];
	time_t until = time(NULL) + (time_t)seconds;
	unsigned long runs = 0;

	for (; time(NULL) < until; runs++) {
		const struct input *one = &input[mutate_draw(&seed) % inputs];
		const struct input *other = &input[mutate_draw(&seed) % inputs];

		if (one->n > 0)
			memcpy(bytes, one->bytes, one->n);
		run(bytes, mutate(&seed, bytes, one->n, MOST, other->bytes, other->n));
	}
	return runs;
}

int main(int argc, char **argv)
{
	unsigned seconds = argc == 4 ? (unsigned)strtoul(argv[2], NULL, 10) : 1;
	uint64_t seed = argc == 4 ? strtoull(argv[3], NULL, 10) : 1;
	struct dirent **name;
	int names = argc == 2 || argc == 4 ? scandir(argv[1], &name, NULL, alphasort) : -1;

	if (names < 0) {
		fprintf(stderr, "usage: %s CORPUS [SECONDS SEED]\n", argv[0]);
		return 1;
	}
	signal(SIGABRT, keep);
	signal(SIGSEGV, keep);
	for (int i = 0; i < names; i++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", argv[1], name[i]->d_name);
		if (name[i]->d_name[0] != '.' && run_file(path))
			return 1;
		free(name[i]);
	}
	free(name);
	printf("%s: %zu inputs replayed\n", argv[0], inputs);
	if (inputs > 0)
		printf("%s: %lu changed ones\n", argv[0], run_changed(seconds, seed));
	for (size_t i = 0; i < inputs; i++)
		free(input[i].bytes);
	return inputs ? 0 : 1;
}
