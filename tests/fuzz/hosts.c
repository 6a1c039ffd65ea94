/*
 * hosts: whole plugins over a host whose files are changed: log, main.cf, mount table, queue files,
 * state.
 *
 *     hosts SECONDS SEED HOSTDIR WORKDIR PLUGIN...
 *
 * HOSTDIR is a golden host's root, of which WORKDIR gets a copy. The environment is the plugins'.
 * What is asked of each run is in tests/faults/judge.c: no signal, in time, legal Munin, no child
 * or descriptor left. A host on which one fails is kept in WORKDIR/died.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../faults/trial.h"
#include "mutate.h"

enum { FILES_MAX = 4096, MOST = 4 << 20, CHANGED_MAX = 4 };

static struct file {
	char *path; /* below the root */
	uint8_t *bytes;
	size_t n;
} files[FILES_MAX];
static size_t files_n;

static void join(char *ret, size_t n, const char *above, const char *below)
{
	if ((size_t)snprintf(ret, n, "%s/%s", above, below) >= n)
		exit(2);
}

static void read_file(const char *root, const char *below)
{
	struct file *f = &files[files_n];
	char path[8192];
	struct stat st;
	int fd;

	join(path, sizeof(path), root, below);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || files_n == FILES_MAX || st.st_size > MOST / 2)
		exit(2);
	f->path = strdup(below);
	f->bytes = malloc((size_t)st.st_size + 1);
	if (!f->path || !f->bytes || read(fd, f->bytes, (size_t)st.st_size) != st.st_size)
		exit(2);
	f->n = (size_t)st.st_size;
	close(fd);
	files_n++;
}

/* Files, and directories in the copy. */
static void read_tree(const char *root, const char *below, const char *copy)
{
	char path[8192];
	struct dirent *e;
	DIR *d;

	join(path, sizeof(path), copy, below);
	mkdir(path, 0755);
	join(path, sizeof(path), root, below);
	d = opendir(path);
	while (d && (e = readdir(d))) {
		char name[8192];
		struct stat st;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		join(name, sizeof(name), below, e->d_name);
		join(path, sizeof(path), root, name);
		if (lstat(path, &st) < 0)
			exit(2);
		if (S_ISDIR(st.st_mode))
			read_tree(root, name, copy);
		else if (S_ISREG(st.st_mode))
			read_file(root, name);
	}
	if (d)
		closedir(d);
}

static void write_file(const char *root, const char *below, const uint8_t *bytes, size_t n)
{
	char path[8192];
	int fd;

	join(path, sizeof(path), root, below);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, bytes, n) != (ssize_t)n)
		exit(2);
	close(fd);
}

/* One that is not a queue file as often as one that is: there are many of those. */
static struct file *choose(uint64_t *seed)
{
	bool queue = mutate_draw(seed) & 1;
	struct file *f = &files[mutate_draw(seed) % files_n];

	for (int i = 0; i < 50 && queue != (strncmp(f->path, "/var/spool", 10) == 0); i++)
		f = &files[mutate_draw(seed) % files_n];
	return f;
}

static const char *run(char *const *argv)
{
	static char form[] = "graph_title x\n";
	static const struct run other = { .out = form, .out_n = sizeof(form) - 1, .err = form };
	static const struct fault none = { .kind = FAULT_NONE };
	struct run got;
	const char *wrong;

	if (!supervise(argv, NULL, &none, &got))
		exit(2);
	wrong = judge(&other, &got, &none, true);
	if (wrong)
		printf("not ok - %s %s: %s\n%.2000s\n", argv[0], argv[1] ? argv[1] : "", wrong,
		       got.err);
	run_free(&got);
	return wrong;
}

int main(int argc, char **argv)
{
	static uint8_t bytes[MOST];
	uint64_t seed = argc > 5 ? strtoull(argv[2], NULL, 10) : 0;
	time_t until = argc > 5 ? time(NULL) + strtol(argv[1], NULL, 10) : 0;
	unsigned long runs = 0;
	unsigned long wrong = 0;
	char state[8192];

	if (argc < 6)
		return 2;
	read_tree(argv[3], "", argv[4]);
	for (size_t i = 0; i < files_n; i++)
		write_file(argv[4], files[i].path, files[i].bytes, files[i].n);
	snprintf(state, sizeof(state), "%s/state", argv[4]);
	setenv("SPOOLWATCH_ROOT", argv[4], 1);
	setenv("MUNIN_STATEFILE", state, 1);
	while (time(NULL) < until && wrong < 10 && files_n > 0) {
		struct file *changed[CHANGED_MAX];
		size_t n = 1 + mutate_draw(&seed) % CHANGED_MAX;
		char *plugin = argv[5 + mutate_draw(&seed) % (uint64_t)(argc - 5)];
		char config[] = "config";
		char *call[] = { plugin, mutate_draw(&seed) & 1 ? config : NULL, NULL };

		for (size_t i = 0; i < n; i++) {
			struct file *other = choose(&seed);
			size_t length;

			changed[i] = choose(&seed);
			memcpy(bytes, changed[i]->bytes, changed[i]->n);
			length = mutate(&seed, bytes, changed[i]->n, MOST, other->bytes, other->n);
			write_file(argv[4], changed[i]->path, bytes, length);
		}
		runs++;
		if (run(call)) {
			char command[20000];

			wrong++;
			snprintf(command, sizeof(command),
				 "rm -rf '%s.died%lu'; cp -r '%s' '%s.died%lu'", argv[4], wrong,
				 argv[4], argv[4], wrong);
			(void)!system(command);
		}
		/* the state as the run left it, or changed */
		if (mutate_draw(&seed) % 4 == 0)
			unlink(state);
		else if (mutate_draw(&seed) % 4 == 0 && truncate(state, 40960) == 0)
			write_file(argv[4], "state", bytes, 100);
		for (size_t i = 0; i < n; i++)
			write_file(argv[4], changed[i]->path, changed[i]->bytes, changed[i]->n);
	}
	printf("%s: %lu runs, %lu findings\n", argv[3], runs, wrong);
	return wrong > 0;
}
