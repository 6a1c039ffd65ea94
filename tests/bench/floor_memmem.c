/*
 * floor_memmem: look for one word in a file, or for each of some WORDs, with read(2) and memmem(3)
 * and nothing else: what a log scan costs that understands no line.
 *
 *     floor_memmem FILE [WORD...]
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* As large as the second level of a processor's cache: the bytes are still there when searched. */
enum { BLOCK = 128 * 1024 };

enum { WORD_MAX = 64 };

static const char sasl_username[] = "sasl_username=";

/* Of n bytes, whose first `kept` were looked at before: what lies in them whole is counted. */
static long count(const char *p, size_t n, size_t kept, const char *word)
{
	const char *start = p;
	const char *end = p + n;
	size_t length = strlen(word);
	long hits = 0;

	while ((p = memmem(p, (size_t)(end - p), word, length))) {
		p += length;
		hits += (size_t)(p - start) > kept;
	}
	return hits;
}

int main(int argc, char **argv)
{
	static char buf[BLOCK + WORD_MAX];
	long hits = 0;
	size_t kept = 0; /* a word can lie across two blocks */
	ssize_t n;
	int fd;

	if (argc < 2) {
		fputs("usage: floor_memmem FILE [WORD...]\n", stderr);
		return 2;
	}
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	while ((n = read(fd, buf + kept, BLOCK)) > 0) {
		size_t have = kept + (size_t)n;

		if (argc == 2)
			hits += count(buf, have, kept, sasl_username);
		for (int i = 2; i < argc; i++)
			hits += count(buf, have, kept, argv[i]);
		kept = have < WORD_MAX ? have : WORD_MAX;
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
