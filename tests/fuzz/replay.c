/* replay: runs a fuzz target over its corpus, with any compiler; clang's libFuzzer does the rest.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
	FILE *f = fopen(path, "r");
	uint8_t *bytes = malloc(1 << 20);
	size_t n;

	if (!f || !bytes) {
		perror(path);
		return 1;
	}
	n = fread(bytes, 1, 1 << 20, f);
	fclose(f);
	/* exactly as large as the input, so that a read behind it is seen */
	uint8_t *exact = malloc(n ? n : 1);
	if (!exact)
		return 1;
	memcpy(exact, bytes, n);
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
	free(bytes);
	return 0;
}

int main(int argc, char **argv)
{
	struct dirent *e;
	int files = 0;
	DIR *d;

	if (argc != 2 || !(d = opendir(argv[1]))) {
		fprintf(stderr, "usage: %s CORPUS\n", argv[0]);
		return 1;
	}
	while ((e = readdir(d))) {
		char path[4096];

		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", argv[1], e->d_name);
		if (run_file(path))
			return 1;
		files++;
	}
	closedir(d);
	printf("%s: %d inputs replayed\n", argv[0], files);
	return files ? 0 : 1;
}
