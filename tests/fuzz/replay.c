/*
 * replay: runs a fuzz target over its corpus, then over neighbours of it: each input with a byte or
 * a few changed, the same ones in the same order each time, as many as fit into a second of the
 * processor. With any compiler; clang's libFuzzer does the rest.
 */
#include <dirent.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { INPUT_MAX = 1 << 20, FILES_MAX = 1 << 10, NEAR = 4, ROUNDS = 1 << 14 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	uint8_t *bytes;
	size_t n;
};

static struct input corpus[FILES_MAX];
static size_t corpus_n;
static struct input now; /* what is being tried */
static uint64_t random_state = 1;

static uint64_t draw(uint64_t below)
{
	random_state = random_state * 6364136223846793005U + 1442695040888963407U;
	return (random_state >> 33) % below;
}

/* An abort() of the target: with which input? */
static void tell(int number)
{
	fprintf(stderr, "the input of %zu bytes: ", now.n);
	for (size_t i = 0; i < now.n; i++)
		fprintf(stderr, now.bytes[i] >= ' ' && now.bytes[i] < 127 ? "%c" : "\\x%02x",
			now.bytes[i]);
	fputc('\n', stderr);
	(void)number;
}

/* Exactly as large as the input, so that a read behind it is seen. */
static void try(const uint8_t *bytes, size_t n)
{
	now.bytes = malloc(n ? n : 1);
	now.n = n;
	if (!now.bytes)
		abort();
	memcpy(now.bytes, bytes, n);
	LLVMFuzzerTestOneInput(now.bytes, n);
	free(now.bytes);
}

static int read_input(const char *path)
{
	struct input *input = &corpus[corpus_n++];
	FILE *f = fopen(path, "r");

	input->bytes = malloc(INPUT_MAX);
	if (!f || !input->bytes) {
		perror(path);
		return 1;
	}
	input->n = fread(input->bytes, 1, INPUT_MAX, f);
	fclose(f);
	return 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* One change: of a byte, with one more, with one less, without its end, with a part of another. */
static size_t change(uint8_t *bytes, size_t n)
{
	static const char likely[] = " \n\t:;,./-_=<>()[]{}\"\\'%@#+*|0129aAfFzZM\0\177\200\377\r";
	uint8_t c = draw(8) ? (uint8_t)likely[draw(sizeof(likely) - 1)] : (uint8_t)draw(256);
	size_t at = n ? draw(n) : 0;
	const struct input *other;

	switch (draw(n ? 8 : 2)) {
	default: /* one more */
		memmove(bytes + at + 1, bytes + at, n - at);
		bytes[at] = c;
		return n + 1;
	case 2:
	case 3:
		bytes[at] = c;
		return n;
	case 4:
		bytes[at] = (uint8_t)(bytes[at] + (draw(2) ? 1 : -1));
		return n;
	case 5:
		memmove(bytes + at, bytes + at + 1, n - at - 1);
		return n - 1;
	case 6:
		return at;
	case 7:
		other = &corpus[draw(corpus_n)];
		if (at >= other->n)
			return n;
		memcpy(bytes + at, other->bytes + at, other->n - at);
		return other->n;
	}
}

static size_t try_neighbours(long seconds)
{
	uint8_t *bytes = malloc(INPUT_MAX + NEAR);
	clock_t end = clock() + seconds * CLOCKS_PER_SEC;
	size_t tried = 0;

	if (!bytes)
		abort();
	for (int round = 0; round < ROUNDS * seconds && clock() < end; round++)
		for (size_t i = 0; i < corpus_n && clock() < end; i++, tried++) {
			size_t n = corpus[i].n;

			memcpy(bytes, corpus[i].bytes, n);
			for (uint64_t changes = 1 + draw(round % 2 ? NEAR : 1); changes > 0; changes--)
				n = change(bytes, n);
			try(bytes, n);
		}
	free(bytes);
	return tried;
}

int main(int argc, char **argv)
{
	struct dirent **names = NULL;
	long seconds = argc > 2 ? atol(argv[2]) : 1;
	int n = argc > 1 ? scandir(argv[1], &names, NULL, by_name) : -1;

	if (n < 0) {
		fprintf(stderr, "usage: %s CORPUS [SECONDS]\n", argv[0]);
		return 1;
	}
	signal(SIGABRT, tell);
	for (int i = 0; i < n; i++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", argv[1], names[i]->d_name);
		if (names[i]->d_name[0] != '.' && corpus_n < FILES_MAX && read_input(path))
			return 1;
		free(names[i]);
	}
	free(names);
	for (size_t i = 0; i < corpus_n; i++)
		try(corpus[i].bytes, corpus[i].n);
	printf("%s: %zu inputs replayed", argv[0], corpus_n);
	fflush(stdout);
	printf(", %zu neighbours\n", try_neighbours(seconds));
	for (size_t i = 0; i < corpus_n; i++)
		free(corpus[i].bytes);
	return corpus_n ? 0 : 1;
}
