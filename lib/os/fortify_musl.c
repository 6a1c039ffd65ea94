/*
 * fortify_musl: only in PROFILE=static. Distributions build libpcre2-8.a, libz.a and libbz2.a with
 * glibc's _FORTIFY_SOURCE, whose checked functions musl doesn't have; these are the ones that they
 * call. lseek64() and fopen64() are in musl before 1.2.4 alone.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__memcpy_chk(void *to, const void *from, size_t n, size_t room);
int __vsnprintf_chk(char *to, size_t n, int flag, size_t room, const char *fmt, va_list args);
int __snprintf_chk(char *to, size_t n, int flag, size_t room, const char *fmt, ...);
int __fprintf_chk(FILE *to, int flag, const char *fmt, ...);

#undef lseek64
off_t lseek64(int fd, off_t at, int whence);
off_t lseek64(int fd, off_t at, int whence)
{
	return lseek(fd, at, whence);
}

#undef fopen64
FILE *fopen64(const char *path, const char *mode);
FILE *fopen64(const char *path, const char *mode)
{
	return fopen(path, mode);
}

void *__memcpy_chk(void *to, const void *from, size_t n, size_t room)
{
	if (n > room)
		abort();
	return memcpy(to, from, n);
}

__attribute__((format(printf, 5, 0))) int __vsnprintf_chk(char *to, size_t n, int flag, size_t room,
							  const char *fmt, va_list args)
{
	(void)flag;
	if (n > room)
		abort();
	return vsnprintf(to, n, fmt, args);
}

__attribute__((format(printf, 5, 6))) int __snprintf_chk(char *to, size_t n, int flag, size_t room,
							 const char *fmt, ...)
{
	va_list args;
	int length;

	va_start(args, fmt);
	length = __vsnprintf_chk(to, n, flag, room, fmt, args);
	va_end(args);
	return length;
}

__attribute__((format(printf, 3, 4))) int __fprintf_chk(FILE *to, int flag, const char *fmt, ...)
{
	va_list args;
	int length;

	(void)flag;
	va_start(args, fmt);
	length = vfprintf(to, fmt, args);
	va_end(args);
	return length;
}
