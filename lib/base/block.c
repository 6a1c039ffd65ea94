#include "base/block.h"

#include <stdlib.h>

enum { LINE = 64 }; /* bytes that a processor fetches at once */

/*
 * From so many bytes on malloc(3) takes memory from the system for itself, which is zeros: of less
 * it clears what nobody may ever touch.
 */
enum { LEAST = 192 * 1024 };

#if defined(__SANITIZE_ADDRESS__)
#define GUARDED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GUARDED 1
#endif
#endif

#ifdef GUARDED
#include <sanitizer/asan_interface.h>
#define guard(from, to)	 __asan_poison_memory_region(from, (size_t)((char *)(to) - (char *)(from)))
#define unguard(from, n) __asan_unpoison_memory_region(from, n)
#else
#define guard(from, to)	 ((void)(from), (void)(to))
#define unguard(from, n) ((void)(from), (void)(n))
#endif

static size_t rounded(size_t n)
{
	return (n + LINE - 1) & ~(size_t)(LINE - 1);
}

size_t block_room(size_t n, size_t size)
{
	return rounded(n * size) + LINE;
}

bool block_new(struct block *b, size_t size)
{
	size = size + LINE < LEAST ? LEAST : size + LINE;
	*b = (struct block){ .memory = calloc(1, size), .size = size };
	b->used = b->memory ? rounded((uintptr_t)b->memory) - (uintptr_t)b->memory : 0;
	return b->memory;
}

void *block_take(struct block *b, size_t n, size_t size)
{
	char *array = b->memory + b->used;

	b->used += block_room(n, size);
	guard(array + n * size, b->memory + b->used);
	return array;
}

void block_free(struct block *b)
{
	if (b->memory)
		unguard(b->memory, b->size);
	free(b->memory);
	b->memory = NULL;
}
