/* attempts: preloaded into a plugin; when main() has ended it tries what is denied to it by then. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int could;

static void attempt(const char *what, int rc)
{
	if (rc < 0 && errno == EACCES)
		return;
	could++;
	fprintf(stderr, "attempts: could %s (%d, errno %d)\n", what, rc, rc < 0 ? errno : 0);
}

static int run(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/true", "true", (char *)NULL);
		_exit(errno == EACCES ? 99 : 98);
	}
	waitpid(pid, &status, 0);
	errno = EACCES;
	return WIFEXITED(status) && WEXITSTATUS(status) == 99 ? -1 : 0;
}

static __attribute__((destructor)) void at_the_end(void)
{
	const char *directory = getenv("ATTEMPTS");
	char file[4096];
	char made[4096];

	if (!directory)
		return;
	if (syscall(444, NULL, 0, 1) < 1) {
		fprintf(stderr, "attempts: no Landlock\n");
		return;
	}
	snprintf(file, sizeof(file), "%s/file", directory);
	snprintf(made, sizeof(made), "%s/made", directory);
	attempt("write", open(file, O_WRONLY));
	attempt("append", open(file, O_WRONLY | O_APPEND));
	attempt("make a file", open(made, O_WRONLY | O_CREAT, 0600));
	attempt("make a directory", mkdir(made, 0700));
	attempt("make a link", symlink(file, made));
	attempt("make another name", link(file, made));
	attempt("make a FIFO", mkfifo(made, 0600));
	attempt("rename", rename(file, made));
	attempt("remove", unlink(file));
	attempt("write to a program", open("/proc/self/mem", O_RDWR));
	attempt("run", run());
	if (could == 0)
		fprintf(stderr, "attempts: all denied\n");
}
