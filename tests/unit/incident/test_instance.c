/* The instance that postconf(1) tells of, with a script in its place; its lock; where its files lie. */
#include "incident/instance.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptors.h"
#include "test.h"

struct world {
	struct sw_host h;
	struct options options;
	struct run run;
	struct instance in;
	struct sw_fault why;
};

static struct world w;

static void begin(void)
{
	w = (struct world){ .h = host_new(NULL) };
	w.h.copied = false;
	w.run.options = &w.options;
	w.run.host = &w.h;
	w.in = (struct instance){ .run = &w.run, .spool = -1, .hold = -1 };
	snprintf(w.in.queue_directory, INSTANCE_VALUE, "/spool");
}

static void end(void)
{
	instance_close(&w.in);
	want_number("spool is closed", w.in.spool, -1);
	want_number("hold is closed", w.in.hold, -1);
	host_remove(&w.h);
}

/* --- what postconf says */

#define DIRECTORIES                                                                                \
	"echo 'config_directory = /etc/postfix'\necho 'command_directory = /usr/sbin'\n"           \
	"echo 'daemon_directory = /usr/lib/postfix'\n"
#define ALL DIRECTORIES "echo \"queue_directory = $root/spool\"\n"
#define A100                                                                                       \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaa"
#define A1000 A100 A100 A100 A100 A100 A100 A100 A100 A100 A100

static const char *called(void)
{
	static char text[1024];
	FILE *f = fopen(host_path(&w.h, "/called"), "r");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	if (f)
		fclose(f);
	text[n] = '\0';
	return text;
}

/* Of root alone: nobody else is told anything. */
static void an_instance_is_what_postconf_says(void **state)
{
	static const struct {
		const char *what, *postconf, *given;
		int want;
		const char *why;
		unsigned depth;
		bool utf8;
		const char *maillog;
	} rows[] = {
		{ "no more than where it is", ALL, NULL, 0, "", 1, true, "" },
		{ "by -c", ALL, "/etc/other", 0, "", 1, true, "" },
		{ "all", ALL "echo hash_queue_depth = 2\necho smtputf8_enable = no\necho maillog_file = /var/log/maillog\n", NULL, 0, "", 2,
		  false, "/var/log/maillog" },
		{ "the deepest", ALL "echo hash_queue_depth = 31\necho smtputf8_enable = yes\n", NULL, 0, "", 31, true, "" },
		{ "one deeper", ALL "echo hash_queue_depth = 32\n", NULL, 0, "", 1, true, "" },
		{ "no number", ALL "echo hash_queue_depth = two\n", NULL, 0, "", 1, true, "" },
		{ "flat", ALL "echo hash_queue_depth = 0\n", NULL, 0, "", 0, true, "" },
		{ "blanks", ALL "echo '  maillog_file  =  /a = b  '\n", NULL, 0, "", 1, true, "/a = b" },
		{ "nothing behind it", ALL "echo 'maillog_file ='\n", NULL, 0, "", 1, true, "" },
		{ "nothing at all", ALL "echo maillog_file\n", NULL, 0, "", 1, true, "" },
		{ "another's", ALL "echo maillog_files = /x\necho xmaillog_file = /x\n", NULL, 0, "", 1, true, "" },
		{ "the longest", ALL "echo maillog_file = /" A1000 "1234567890123456789012\n", NULL, 0, "", 1, true,
		  "/" A1000 "1234567890123456789012" },
		{ "a longer one", ALL "echo maillog_file = /" A1000 "12345678901234567890123\n", NULL, -EINVAL,
		  "maillog_file of main.cf is too long", 0, false, "" },
		{ "no queues", DIRECTORIES, NULL, -EINVAL, "postconf does not say where Postfix of this host is", 0, false, "" },
		{ "no queues, by -c", DIRECTORIES, "/etc/other", -EINVAL, "where Postfix of /etc/other is", 0, false, "" },
		{ "no path", ALL "echo config_directory = etc\n", NULL, -EINVAL, "where Postfix of this host is", 0, false, "" },
		{ "none of programs", ALL "echo command_directory = usr\n", NULL, -EINVAL, "where Postfix of this host is", 0, false, "" },
		{ "none of daemons", ALL "echo daemon_directory = usr\n", NULL, -EINVAL, "where Postfix of this host is", 0, false, "" },
		{ "nothing", "", NULL, -EINVAL, "where Postfix of this host is", 0, false, "" },
		{ "it fails", ALL "exit 1\n", NULL, -EIO, "postconf", 0, false, "" },
		{ "no directory", DIRECTORIES "echo queue_directory = /nowhere\n", NULL, -ENOENT, "open /nowhere: ", 0, false, "" },
		{ "no queue in it", DIRECTORIES "echo \"queue_directory = $root/bin\"\n", NULL, -ENOENT, "bin holds no queue of Postfix", 0,
		  false, "" },
		{ "no hold in it", DIRECTORIES "echo \"queue_directory = $root/half\"\n", NULL, -ENOENT, "half/hold: ", 0, false, "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static char path[2 * INSTANCE_VALUE];
		static char text[8192];
		const int before = descriptors_open();
		struct stat st;

		begin();
		snprintf(text, sizeof(text), "#!/bin/sh\nroot='%s'\necho \"$*\" >$root/called\n%s", host_path(&w.h, ""), rows[i].postconf);
		host_file(&w.h, "/bin/postconf", text);
		host_file(&w.h, "/spool/hold/.x", "");
		host_file(&w.h, "/half/active/.x", "");
		assert_int_equal(chmod(host_path(&w.h, "/bin/postconf"), 0755), 0);
		snprintf(path, sizeof(path), "%s:/usr/bin:/bin", host_path(&w.h, "/bin"));
		setenv("PATH", path, 1);
		w.options.config_directory = rows[i].given;
		if (geteuid() != 0) {
			end();
			continue;
		}
		want_number(rows[i].what, instance_open(&w.run, &w.in, &w.why), rows[i].want);
		snprintf(text, sizeof(text),
			 "-x%s%s config_directory queue_directory command_directory daemon_directory "
			 "maillog_file hash_queue_names hash_queue_depth smtputf8_enable\n",
			 rows[i].given ? " -c " : "", rows[i].given ? rows[i].given : "");
		want_text("what it was asked", called(), text);
		want_in(rows[i].what, w.why.text.s, rows[i].why);
		if (rows[i].want == 0) {
			want_text(rows[i].what, w.in.config_directory, rows[i].given ? rows[i].given : "/etc/postfix");
			want_text(rows[i].what, w.in.command_directory, "/usr/sbin");
			want_text(rows[i].what, w.in.daemon_directory, "/usr/lib/postfix");
			want_text(rows[i].what, w.in.maillog_file, rows[i].maillog);
			want_number(rows[i].what, w.in.hash_queue_depth, rows[i].depth);
			want_number(rows[i].what, w.in.utf8, rows[i].utf8);
			assert_int_equal(fstat(w.in.hold, &st), 0);
			want_number("its device", w.in.device, st.st_dev);
			want_number("its owner", w.in.mail_owner, st.st_uid);
			want_number("its queues", faccessat(w.in.spool, "hold", F_OK, 0), 0);
		}
		end();
		want_number("left open", descriptors_open(), before);
	}
}

/* Where there is one, PATH does not matter. */
static void without_postconf_it_is_said(void **state)
{
	(void)state;
	begin();
	setenv("PATH", "/nowhere", 1);
	if (geteuid() == 0 && access("/usr/sbin/postconf", F_OK) != 0 && access("/usr/local/sbin/postconf", F_OK) != 0) {
		want_number("none", instance_open(&w.run, &w.in, &w.why), -ENOENT);
		want_in("the last place", w.why.text.s, "run /usr/local/sbin/postconf: ");
	}
	end();
}

static int open_it(void *ctx)
{
	(void)ctx;
	return instance_open(&w.run, &w.in, &w.why);
}

static void who_is_not_root_opens_nothing(void **state)
{
	(void)state;
	begin();
	want_number("nobody", as_nobody(open_it, NULL), -EPERM);
	end();
}

static void of_a_copy_nothing_is_opened(void **state)
{
	(void)state;
	begin();
	w.h.copied = true;
	want_number("a copy", instance_open(&w.run, &w.in, &w.why), geteuid() == 0 ? -EINVAL : -EPERM);
	want_in("why", w.why.text.s, geteuid() == 0 ? "SPOOLWATCH_ROOT is set" : "only root");
	want_number("spool", w.in.spool, -1);
	want_number("hold", w.in.hold, -1);
	end();
}

/* --- its files */

static void a_long_id_is_hashed_by_its_microseconds(void **state)
{
	static const struct {
		const char *what, *id, *want; /* below five directories */
	} rows[] = {
		{ "a short ID", "3F2A1B0C", "hold/3/F/2/A/1/3F2A1B0C" },
		{ "one of few digits", "3F2", "hold/3/F/2/3F2" },
		{ "one that ends with z, too early", "4jY2t64rKz1bgFB", "hold/4/j/Y/2/t/4jY2t64rKz1bgFB" },
		{ "at its place", "4jY2t64rKTz1bgFB", "hold/A/6/9/4/D/4jY2t64rKTz1bgFB" },
		{ "later", "4jY2t624rKTz1bgFB", "hold/A/6/9/4/D/4jY2t624rKTz1bgFB" },
		{ "no microsecond", "4jY2t60000z1bgFB", "hold/0/0/0/0/0/4jY2t60000z1bgFB" },
		{ "the first", "4jY2t60001z1bgFB", "hold/0/0/0/0/1/4jY2t60001z1bgFB" },
		{ "each digit counts", "4jY2t61234z1bgFB", "hold/2/3/B/0/0/4jY2t61234z1bgFB" },
		{ "the last but one of 52", "4jY2t6000yz1bgFB", "hold/0/0/0/3/2/4jY2t6000yz1bgFB" },
		{ "what is no digit is none", "4jY2t6A0E1z1bgFB", "hold/0/0/0/0/1/4jY2t6A0E1z1bgFB" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct instance in = { .hash_queue_names = "hold", .hash_queue_depth = 5 };
		char path[INSTANCE_PATH];

		instance_path(&in, "hold", rows[i].id, path);
		want_text(rows[i].what, path, rows[i].want);
	}
}

static void a_path_is_cut_where_its_room_ends(void **state)
{
	static const char *const queues[] = { "hold", "defer" }; /* of an odd length, and an even one */
	struct instance in = { .hash_queue_names = "hold, defer" };
	char id[2 * INSTANCE_PATH];

	(void)state;
	for (size_t k = 0; k < SW_COUNT(queues) * (sizeof(id) - 1); k++) {
		const char *queue = queues[k % SW_COUNT(queues)];
		const size_t begin = strlen(queue) + 1;
		const size_t n = 1 + k / SW_COUNT(queues);
		const size_t most = (INSTANCE_PATH - 3 - begin + 1) / 2;
		struct {
			char path[INSTANCE_PATH], behind[8];
		} got;
		size_t levels = n < INSTANCE_PATH - 1 ? n : INSTANCE_PATH - 1;

		memset(id, '7', n);
		id[n] = '\0';
		memset(&got, 'x', sizeof(got));
		in.hash_queue_depth = INSTANCE_PATH;
		instance_path(&in, queue, id, got.path);
		/* the queue, "7/" of each level as long as three bytes are left, the ID */
		levels = levels < most ? levels : most;
		want_number("bytes", (int64_t)strnlen(got.path, INSTANCE_PATH),
			    begin + 2 * levels + n < INSTANCE_PATH ? begin + 2 * levels + n : INSTANCE_PATH - 1);
		for (size_t i = 0; i < levels; i++)
			want_number("a level", got.path[begin + 1 + 2 * i], '/');
		want_number("of the ID", strspn(got.path + begin + 2 * levels, "7"),
			    strlen(got.path + begin + 2 * levels));
		want_number("behind it", got.behind[0], 'x');
	}
}

/* --- its lock */

static void it_is_waited_for_who_has_it(void **state)
{
	int other;
	pid_t pid;

	(void)state;
	begin();
	host_file(&w.h, "/hold/.x", "");
	w.in.hold = open(host_path(&w.h, "/hold"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	other = open(host_path(&w.h, "/hold"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(w.in.hold >= 0 && other >= 0);
	want_number("nobody has it", instance_lock(&w.in, &w.why), 0);
	want_number("we have it", flock(other, LOCK_EX | LOCK_NB), -1);
	want_number("again", instance_lock(&w.in, &w.why), 0);
	assert_int_equal(flock(w.in.hold, LOCK_UN), 0);
	assert_int_equal(flock(other, LOCK_EX), 0);
	pid = fork();
	if (pid == 0) {
		usleep(30000);
		_exit(flock(other, LOCK_UN) != 0);
	}
	assert_true(pid > 0);
	want_number("it is let go", instance_lock(&w.in, &w.why), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	want_number("we have it", flock(other, LOCK_EX | LOCK_NB), -1);
	close(other);
	end();
	begin();
	want_number("not open", instance_lock(&w.in, &w.why), -EBADF);
	want_in("it is named", w.why.text.s, "lock /spool/hold: ");
	end();
}

/* The last test: a signal stays. Then nobody is waited for. */
static void who_has_it_is_said(void **state)
{
	static const struct {
		const char *what, *pid; /* as the table of locks has it; NULL: there is none */
		const char *want;
	} rows[] = {
		{ "a process", "4711", "process 4711 is at work on these queues: wait for it" },
		{ "the first process", "1", "process 1 is at work" },
		{ "one that is not seen from here", "0", "another process is at work" },
		{ "one without a number", "-1", "another process is at work" },
		{ "no table", NULL, "another process is at work on these queues: wait for it" },
	};

	(void)state;
	run_catch_signals();
	assert_int_equal(raise(SIGTERM), 0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char line[128];
		struct stat st;
		int other;

		begin();
		host_file(&w.h, "/hold/.x", "");
		w.in.hold = open(host_path(&w.h, "/hold"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		other = open(host_path(&w.h, "/hold"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_true(fstat(other, &st) == 0 && flock(other, LOCK_EX) == 0);
		snprintf(line, sizeof(line), "1: FLOCK ADVISORY WRITE %s %x:%x:%llu 0 EOF\n", rows[i].pid ? rows[i].pid : "", major(st.st_dev),
			 minor(st.st_dev), (unsigned long long)st.st_ino);
		if (rows[i].pid)
			host_file(&w.h, "/proc/locks", line);
		want_number(rows[i].what, instance_lock(&w.in, &w.why), -EBUSY);
		want_in(rows[i].what, w.why.text.s, rows[i].want);
		close(other);
		want_number("it went", instance_lock(&w.in, &w.why), 0);
		end();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_instance_is_what_postconf_says),
		cmocka_unit_test(without_postconf_it_is_said),
		cmocka_unit_test(who_is_not_root_opens_nothing),
		cmocka_unit_test(of_a_copy_nothing_is_opened),
		cmocka_unit_test(a_long_id_is_hashed_by_its_microseconds),
		cmocka_unit_test(a_path_is_cut_where_its_room_ends),
		cmocka_unit_test(it_is_waited_for_who_has_it),
		cmocka_unit_test(who_has_it_is_said),
	};

	return cmocka_run_group_tests_name("instance", tests, NULL, NULL);
}
