/*
 * bench_hogs: hogs_scan() of any directory, not just a mount point, with a budget in milliseconds:
 * what inode_percent does, where it can't be aimed. Linked to the library.
 *
 *     bench_hogs DIRECTORY MILLISECONDS     prints: counted cut|whole percent path
 */
#include <stdio.h>
#include <stdlib.h>

#include "read/hogs.h"

extern char **environ;

int main(int argc, char **argv)
{
	struct fault why = { 0 };
	struct host h;
	struct hogs hogs;
	struct raw path;

	if (argc < 3) {
		fputs("usage: bench_hogs DIRECTORY MILLISECONDS\n", stderr);
		return 2;
	}
	if (host_open(&h, (const char *const *)environ, &why) < 0 ||
	    hogs_scan(&h, argv[1], (unsigned)strtoul(argv[2], NULL, 10), &hogs, &why) < 0) {
		fprintf(stderr, "bench_hogs: %s\n", why.text.s);
		return 1;
	}
	path = hog_path(&hogs.item[0]);
	printf("%llu %s %.0f %.*s\n", (unsigned long long)hogs.counted, hogs.cut ? "cut" : "whole",
	       hogs.item[0].percent, (int)path.n, path.p);
	hogs_free(&hogs);
	host_close(&h);
	return 0;
}
