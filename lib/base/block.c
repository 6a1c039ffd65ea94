#include "base/block.h"

#include <stdlib.h>

enum { LINE = 64 }; /* bytes that a processor fetches at once */

/*
 * From so many bytes on malloc(3) takes memory from the system for itself, which is zeros: of less
 * it clears what nobody may ever touch.
 */
enum { LEAST = 192 * 1024 };

/*
 * An array of more than that is large: it begins in a page of its own, so that its first elements
 * are one page, but not where the others do, or these would all want the same lines of a cache.
 */
enum { SMALL = 4096, PAGE = 4096, STEP = 2 * LINE, STEPS = 8 };

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

static size_t paged(size_t n)
{
	return (n + PAGE - 1) & ~(size_t)(PAGE - 1);
}

static bool is_large(size_t bytes)
{
	return bytes > SMALL;
}

size_t block_room(size_t n, size_t size)
{
	size_t room = rounded(n * size) + LINE;

	return is_large(n * size) ? paged(room + STEP * STEPS) : room;
}

bool block_new(struct block *b, size_t size)
{
	uintptr_t from;

	size = size + LINE + PAGE < LEAST ? LEAST : size + LINE + PAGE;
	*b = (struct block){ .memory = calloc(1, size), .size = size };
	if (!b->memory)
		return false;
	from = (uintptr_t)b->memory;
	b->used = rounded(from) - from;
	b->end = (from + size) / PAGE * PAGE - from;
	return true;
}

void *block_take(struct block *b, size_t n, size_t size)
{
	size_t room = block_room(n, size);
	char *array = b->memory + b->used;
	char *end = array + room;

	if (is_large(n * size)) {
		b->end -= room;
		array = b->memory + b->end + b->large++ % STEPS * STEP;
		end = b->memory + b->end + room;
	} else {
		b->used += room;
	}
	guard(array + n * size, end);
	return array;
}

void *block_one(struct block *b, size_t size)
{
	char *array;

	if (!block_new(b, size + LINE))
		return NULL;
	array = b->memory + b->used;
	b->used = b->end;
	guard(array + size, b->memory + b->size);
	return array;
}

void block_free(struct block *b)
{
	if (b->memory)
		unguard(b->memory, b->size);
	free(b->memory);
	b->memory = NULL;
}
