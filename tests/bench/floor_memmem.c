/*
 * floor_memmem: look for one word in a file, or in its last BYTES, with read(2) and memmem(3) and
 * nothing else: what a log scan costs that understands no line.
 *
 *     floor_memmem FILE [BYTES]
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As large as the second level of a processor's cache: the bytes are still there when searched. */
enum { BLOCK = 128 * 1024 };

static const char word[] = "sasl_username=";
enum { WORD = sizeof(word) - 1 };

static long count(const char *p, size_t n)
{
	const char *end = p + n;
	long hits = 0;

	while ((p = memmem(p, (size_t)(end - p), word, WORD))) {
		p += WORD;
		hits++;
	}
	return hits;
}

int main(int argc, char **argv)
{
	static char buf[BLOCK + WORD];
	long hits = 0;
	size_t kept = 0; /* the word can lie across two blocks */
	struct stat st;
	ssize_t n;
	int fd;

	if (argc < 2) {
		fputs("usage: floor_memmem FILE [BYTES]\n", stderr);
		return 2;
	}
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0) {
		perror(argv[1]);
		return 1;
	}
	if (argc > 2) {
		off_t bytes = (off_t)strtoll(argv[2], NULL, 10);

		if (bytes < st.st_size)
			lseek(fd, st.st_size - bytes, SEEK_SET);
	}
	while ((n = read(fd, buf + kept, BLOCK)) > 0) {
		size_t have = kept + (size_t)n;

		hits += count(buf, have);
		kept = have < WORD - 1 ? have : WORD - 1;
		memmove(buf, buf + have - kept, kept);
	}
	if (n < 0) {
		perror(argv[1]);
		return 1;
	}
	close(fd);
	printf("%ld\n", hits);
	return 0;
}
