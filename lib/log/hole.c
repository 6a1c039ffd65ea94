#include "log/hole.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/io.h"

/* The first look is at a line's length, then at what one call copies fast. */
enum { LOOK = 512, LOOK_ON = 8 * 1024, BLOCK = 64 * 1024 };

/* How many NULs a block begins with. */
static size_t nuls(const char *buf, size_t n)
{
	size_t i = 0;

	if (n > 0 && buf[0] == '\0' && memcmp(buf, buf + 1, n - 1) == 0)
		return n;
	while (i < n && buf[i] == '\0')
		i++;
	return i;
}

/* Where data begins; the end of the file where none does. Some file systems can't tell: `at`. */
static off_t next_data(int fd, off_t at)
{
	off_t data = lseek(fd, at, SEEK_DATA);
	struct stat st;

	if (data >= at)
		return data;
	return errno == ENXIO && fstat(fd, &st) == 0 && st.st_size > at ? st.st_size : at;
}

off_t log_file_before_hole(int fd, off_t size)
{
	off_t data = -1;
	off_t hole = 0;

	if (size <= BLOCK)
		return size;
	for (off_t step = BLOCK; data < 0 && step < 2 * size; step *= 2) {
		data = lseek(fd, size > step ? size - step : 0, SEEK_DATA);
		if (data < 0 && errno != ENXIO)
			return size;
	}
	while (data >= 0 && data < size) {
		hole = lseek(fd, data, SEEK_HOLE);
		if (hole <= data || hole >= size)
			return size;
		data = lseek(fd, hole, SEEK_DATA);
	}
	return hole;
}

off_t log_file_after_hole(int fd, off_t at)
{
	char buf[LOOK_ON];
	size_t want = LOOK;

	for (off_t seen = 0; seen <= LOG_HOLE_MAX;) {
		ssize_t n = io_pread(fd, buf, want, at);
		size_t empty;

		if (n < 0)
			return n;
		empty = nuls(buf, (size_t)n);
		if (n == 0 || empty < (size_t)n)
			return at + (off_t)empty;
		seen += n;
		at = next_data(fd, at + n);
		want = sizeof(buf);
	}
	return -EFBIG;
}
