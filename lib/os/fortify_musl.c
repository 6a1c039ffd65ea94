/*
 * fortify_musl: only in PROFILE=static. Distributions build libpcre2-8.a with glibc's
 * _FORTIFY_SOURCE, whose checked functions musl doesn't have; libpcre2 calls this one alone.
 */
#include <stdlib.h>
#include <string.h>

void *__memcpy_chk(void *to, const void *from, size_t n, size_t room);

void *__memcpy_chk(void *to, const void *from, size_t n, size_t room)
{
	if (n > room)
		abort();
	return memcpy(to, from, n);
}
