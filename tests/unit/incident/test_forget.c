/* Postfix is reloaded, and a new qmgr(8) seen: with processes of that name, in a queue directory of ours. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "incident/instance.h"
#include "test.h"

static struct sw_host files;
static struct instance in;
static struct sw_fault why;

static void program(const char *name, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "/bin/%s", name);
	host_file(&files, path, text);
	assert_int_equal(chmod(host_path(&files, path), 0755), 0);
}

static void begin(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	files = host_new(NULL);
	why = (struct sw_fault){ 0 };
	host_file(&files, "/spool/.x", "");
	host_file(&files, "/other/.x", "");
	in = (struct instance){ .hold = -1 };
	in.spool = open(host_path(&files, "/spool"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(in.spool >= 0);
	snprintf(in.command_directory, INSTANCE_VALUE, "%s", host_path(&files, "/bin"));
	snprintf(in.daemon_directory, INSTANCE_VALUE, "%s", host_path(&files, "/bin"));
	snprintf(in.config_directory, INSTANCE_VALUE, "/etc/of it");
	program("master", "#!/bin/sh\nexit 0\n"); /* it does not run */
	program("postfix", "#!/bin/sh\necho \"$*\" >\"${0%/*}/called\"\n");
}

static void end(void)
{
	close(in.spool);
	host_remove(&files);
}

static const char *called(void)
{
	static char text[256];
	FILE *f = fopen(host_path(&files, "/bin/called"), "r");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	if (f)
		fclose(f);
	text[n] = '\0';
	return text;
}

/* A process of this name in a directory, until it is ended. */
static pid_t run_as(const char *name, const char *directory)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* not longer than the test */
		(void)prctl(PR_SET_NAME, name);
		if (chdir(host_path(&files, directory)) == 0)
			(void)!write(ready[1], "x", 1);
		close(ready[1]);
		for (;;)
			pause();
	}
	assert_true(pid > 0);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void stop(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void where_postfix_does_not_run_there_is_nothing_to_forget(void **state)
{
	pid_t others[3];

	(void)state;
	begin();
	others[0] = run_as("qmgr", "/other");
	others[1] = run_as("qmgrs", "/spool");
	others[2] = run_as("oqmg", "/spool");
	want_number("forgotten", instance_forget(&in, &why), 0);
	want_text("not reloaded", called(), "");
	for (size_t i = 0; i < SW_COUNT(others); i++)
		stop(others[i]);
	end();
}

static void a_reload_that_fails_is_said(void **state)
{
	(void)state;
	begin();
	close(in.spool);
	in.spool = -1;
	snprintf(in.queue_directory, INSTANCE_VALUE, "/spool/x");
	want_number("no queue", instance_forget(&in, &why), -EBADF);
	want_in("why", why.text.s, "look at /spool/x: ");
	end();
	begin();
	program("master", "#!/bin/sh\nexit 1\n");
	program("postfix", "#!/bin/sh\necho 'postfix: fatal: no'\nexit 1\n");
	want_number("failed", instance_forget(&in, &why), -EIO);
	want_text("why", why.text.s, "postfix reload failed: postfix: fatal: no");
	why = (struct sw_fault){ 0 };
	snprintf(in.command_directory, INSTANCE_VALUE, "/nowhere");
	want_number("no program", instance_forget(&in, &why), -ENOENT);
	want_in("why", why.text.s, "run /nowhere/postfix: ");
	end();
}

/* Of what the reload does another process of ours takes care, as master(8) would. */
static pid_t reload_when_called(pid_t old, bool starts)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (access(host_path(&files, "/bin/called"), F_OK) != 0)
			usleep(2000);
		if (old > 0) {
			usleep(300000);
			kill(old, SIGKILL);
		}
		if (starts) {
			if (chdir(host_path(&files, "/spool")) != 0)
				_exit(1);
			(void)prctl(PR_SET_NAME, old > 0 ? "oqmgr" : "qmgr");
		}
		for (;;)
			pause();
	}
	assert_true(pid > 0);
	return pid;
}

static void the_old_one_goes_and_a_new_one_comes(void **state)
{
	(void)state;
	for (int ran = 0; ran < 2; ran++) {
		pid_t old;
		pid_t new;

		begin();
		if (!ran)
			program("master", "#!/bin/sh\nexit 1\n");
		old = ran ? run_as("qmgr", "/spool") : 0;
		new = reload_when_called(old, true);
		want_number("forgotten", instance_forget(&in, &why), 0);
		want_text("called", called(), "-c /etc/of it reload\n");
		if (ran)
			want_number("it went", waitpid(old, NULL, WNOHANG), old);
		stop(new);
		end();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_postfix_does_not_run_there_is_nothing_to_forget),
		cmocka_unit_test(a_reload_that_fails_is_said),
		cmocka_unit_test(the_old_one_goes_and_a_new_one_comes),
	};

	return cmocka_run_group_tests_name("forget", tests, NULL, NULL);
}
