/* exactly_run: the plugin as a process of its own, that may be killed. */
#include "exactly.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t run_start(const char *program, const char *word, char *const *env, int *ret_out, int err,
		unsigned files)
{
	char *argv[] = { (char *)(uintptr_t)program, (char *)(uintptr_t)word, NULL };
	int end[2];
	pid_t pid;

	if (pipe2(end, O_CLOEXEC) < 0)
		abort();
	pid = fork();
	if (pid == 0) {
		dup2(end[1], STDOUT_FILENO);
		dup2(err, STDERR_FILENO);
		if (files > 0)
			setrlimit(RLIMIT_NOFILE, &(struct rlimit){ files, files });
		execve(program, argv, env);
		_exit(127);
	}
	close(end[1]);
	*ret_out = end[0];
	return pid;
}

int run_end(pid_t pid, int out, char *text, size_t size)
{
	int status = -1;
	size_t n = 0;
	ssize_t got;

	while ((got = read(out, text + n, size - 1 - n)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	close(out);
	waitpid(pid, &status, 0);
	return status;
}

void run_kill(pid_t pid, int out, unsigned after)
{
	usleep(after);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(out);
}
