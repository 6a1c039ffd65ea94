/* printed: what a function prints to stdout or stderr. */
#ifndef SW_TESTS_PRINTED_H
#define SW_TESTS_PRINTED_H

#include <stdio.h>
#include <unistd.h>

#include "test.h"

/* Into ret, terminated; what is longer is cut. */
static inline void printed(FILE *stream, void (*print)(void), char *ret, size_t size)
{
	FILE *kept = tmpfile();
	int fd = fileno(stream);
	int before;

	assert_non_null(kept);
	fflush(stream);
	before = dup(fd);
	assert_true(before >= 0 && dup2(fileno(kept), fd) == fd);
	print();
	fflush(stream);
	assert_int_equal(dup2(before, fd), fd);
	close(before);
	rewind(kept);
	ret[fread(ret, 1, size - 1, kept)] = '\0';
	fclose(kept);
}

#endif
