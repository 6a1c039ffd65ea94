/* fuzz_mounts: any bytes as a mount table. */
#include <stdlib.h>

#include "os/mounts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int look(const struct mount *m, void *ctx)
{
	size_t *bytes = ctx;

	/* the promise that statvfs(2) needs: absolute, and no NUL that would cut it */
	if (m->point.p[0] != '/' || memchr(m->point.p, '\0', m->point.n))
		abort();
	*bytes += m->root.n + m->point.n + m->type.n + m->device.n + m->options.n;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *table = malloc(size ? size : 1);
	size_t bad = 0;
	size_t bytes = 0;

	if (!table)
		return 0;
	memcpy(table, data, size);
	mounts_parse(table, size, look, &bytes, &bad);
	if (bytes > size)
		abort();
	free(table);
	return 0;
}
