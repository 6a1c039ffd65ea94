/*
 * bench_dirs: sw_inode_dirs_scan() of any directory, not just a mount point, with a budget in
 * milliseconds: what inode_percent does, where it can't be aimed. Linked to the library.
 *
 *     bench_dirs DIRECTORY MILLISECONDS     prints: counted cut|whole percent path
 */
#include <stdio.h>
#include <stdlib.h>

#include "inode/dirs.h"

extern char **environ;

int main(int argc, char **argv)
{
	struct sw_fault why = { 0 };
	struct sw_host h;
	struct sw_inode_dirs hogs;
	struct sw_raw path;

	if (argc < 3) {
		fputs("usage: bench_dirs DIRECTORY MILLISECONDS\n", stderr);
		return 2;
	}
	if (host_open(&h, (const char *const *)environ, &why) < 0 ||
	    sw_inode_dirs_scan(&h, argv[1], 0, (unsigned)strtoul(argv[2], NULL, 10), &hogs, &why) <
		    0) {
		fprintf(stderr, "bench_dirs: %s\n", why.text.s);
		return 1;
	}
	path = inode_dir_path(&hogs.item[0]);
	printf("%llu %s %.0f %.*s\n", (unsigned long long)hogs.counted, hogs.cut ? "cut" : "whole",
	       hogs.item[0].percent, (int)path.n, path.p);
	sw_inode_dirs_free(&hogs);
	host_close(&h);
	return 0;
}
