/*
 * memory: preloaded. Request number FAULT_MEMORY_AT for memory fails, with FAULT_MEMORY_ON each
 * after it, too; the file FAULT_MEMORY_TALLY counts them (its first eight bytes).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static uint64_t before_main, *tally = &before_main;
static uint64_t at;
static int on;

static __attribute__((constructor)) void begin(void)
{
	const char *file = getenv("FAULT_MEMORY_TALLY");
	int fd = file ? open(file, O_RDWR | O_CLOEXEC) : -1;
	void *page;

	if (fd < 0)
		return;
	page = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (page == MAP_FAILED)
		return;
	tally = page;
	at = strtoull(getenv("FAULT_MEMORY_AT") ? getenv("FAULT_MEMORY_AT") : "0", NULL, 10);
	on = getenv("FAULT_MEMORY_ON") != NULL;
}

static int fails(void)
{
	uint64_t n = ++*tally;

	if (at == 0 || !(n == at || (on && n > at)))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t n)
{
	return fails() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t each)
{
	return fails() ? NULL : __libc_calloc(n, each);
}

void *realloc(void *p, size_t n)
{
	return fails() ? NULL : __libc_realloc(p, n);
}
