/* How postsuper(1) is called, and what it failed of: with a script in its place. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptors.h"
#include "incident/instance.h"
#include "test.h"

/*
 * Notes its options and each ID that it is given, says of each that it is moved, and dies as it is
 * told to: `die` is a line of sh(1) that sees $id.
 */
#define SCRIPT                                                                                     \
	"#!/bin/sh\n"                                                                              \
	"cd \"${0%%/*}\" || exit 9\n"                                                               \
	"echo \"$*\" >>calls\n"                                                                    \
	"[ -e \"$2/main.cf\" ] && cp \"$2/main.cf\" main.seen\n"                                    \
	"while read -r id; do\n"                                                                   \
	"%s\n"                                                                                     \
	"echo $id >>ids\n"                                                                         \
	"echo \"postsuper: $id: placed on hold\"\n"                                                \
	"done\n"

struct world {
	struct sw_host *h;
	struct sw_host files; /* a directory of ours */
	struct options options;
	struct run run;
	struct instance in;
	struct sw_fault why;
};

static struct world w;
static int open_before;

static void program(const char *name, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "/bin/%s", name);
	host_file(&w.files, path, text);
	assert_int_equal(chmod(host_path(&w.files, path), 0755), 0);
}

static void begin(const char *die)
{
	char text[1024];

	(void)signal(SIGPIPE, SIG_IGN);
	open_before = descriptors_open();
	w = (struct world){ .files = host_new(NULL) };
	w.run.options = &w.options;
	assert_int_equal(sw_host_open(NULL, 0, &w.h, &w.why), 0);
	w.run.host = w.h;
	w.in = (struct instance){ .run = &w.run, .spool = -1, .hold = -1 };
	snprintf(text, sizeof(text), SCRIPT, die);
	program("postsuper", text);
	program("master", "#!/bin/sh\necho \"$*\" >>\"${0%/*}/asked\"\nexit 1\n"); /* it runs */
	host_file(&w.files, "/etc/main.cf", "myhostname = mx\nmaillog_file = /log");
	snprintf(w.in.command_directory, INSTANCE_VALUE, "%s", host_path(&w.files, "/bin"));
	snprintf(w.in.daemon_directory, INSTANCE_VALUE, "%s", host_path(&w.files, "/bin"));
	snprintf(w.in.config_directory, INSTANCE_VALUE, "%s", host_path(&w.files, "/etc"));
	snprintf(w.in.queue_directory, INSTANCE_VALUE, "/spool");
}

static void end(void)
{
	instance_close(&w.in);
	sw_host_close(w.h);
	host_remove(&w.files);
	want_number("left open", descriptors_open(), open_before);
}

/* What a file of ours holds; "": it is not there. */
static const char *kept(const char *path)
{
	static char text[8192];
	FILE *f = fopen(host_path(&w.files, path), "r");
	size_t n = 0;

	if (f) {
		n = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
	}
	text[n] = '\0';
	return text;
}

static void it_is_left_out_of_what_it_died(void **state)
{
	static const struct {
		const char *what, *die, *ids;
		int want;
		const char *stuck, *done, *why;
		unsigned calls;
	} rows[] = {
		{ "none", ":", "A1\nA2\nA3\n", 0, "", "A1\nA2\nA3\n", "", 1 },
		{ "one", "[ $id = A2 ] && { echo 'postsuper: fatal: A2: no'; exit 1; }", "A1\nA2\nA3\nA4\n", 1, "A2\n",
		  "A1\nA3\nA4\n", "postsuper failed: postsuper: fatal: A2: no", 2 },
		{ "the last one", "[ $id = A3 ] && { echo 'postsuper: fatal: A3'; exit 1; }", "A1\nA2\nA3\n", 1, "A3\n",
		  "A1\nA2\n", "postsuper failed: postsuper: fatal: A3", 1 },
		{ "the first one", "[ $id = A1 ] && { echo 'A1 fatal: '; exit 1; }", "A1\nA2\n", 1, "A1\n", "A2\n",
		  "postsuper failed: A1 fatal: ", 2 },
		{ "two", "case $id in A2 | A3) echo \"postsuper: fatal: open deferred/$id: no\"; exit 1 ;; esac", "A1\nA2\nA3\nA4\n", 1,
		  "A2\nA3\n", "A1\nA4\n", "postsuper failed: postsuper: fatal: open deferred/A2: no", 3 },
		{ "a longer one than it names", "[ $id = A22 ] && { echo 'postsuper: fatal: A22'; exit 1; }", "A2\nA22\nA222\n", 1,
		  "A22\n", "A2\nA222\n", "postsuper failed: postsuper: fatal: A22", 2 },
		{ "one of which it does not say", "[ $id = A2 ] && { echo 'postsuper: fatal: no'; exit 1; }", "A1\nA2\nA3\n", 1, "A2\n",
		  "A1\nA1\nA3\n", "postsuper failed: postsuper: fatal: no", 4 },
		{ "one that it names within a word", "[ $id = A2 ] && { echo 'postsuper: fatal: xA2 A2y A2'; exit 1; }", "A1\nA2\nA3\n", 1,
		  "A2\n", "A1\nA1\nA3\n", "postsuper failed: postsuper: fatal: xA2 A2y A2", 4 },
		{ "all, one by one", "echo 'postsuper: fatal: no'; exit 1", "A1\nA2\nA3\nA4\nA5\nA6\nA7\nA8\nA9\n", -EIO, NULL, "",
		  "postsuper failed: postsuper: fatal: no", 9 },
		{ "seven in vain", "[ $id = A8 ] || { echo 'postsuper: fatal: no'; exit 1; }",
		  "A1\nA2\nA3\nA4\nA5\nA6\nA7\nA8\nA9\n", 1, "A1\nA2\nA3\nA4\nA5\nA6\nA7\nA9\n", "A8\n", "postsuper failed: postsuper: fatal: no", 10 },
		{ "seven in vain behind one", "case $id in A1 | A9) ;; *) echo 'postsuper: fatal: no'; exit 1 ;; esac",
		  "A1\nA2\nA3\nA4\nA5\nA6\nA7\nA8\nA9\n", 1, "A2\nA3\nA4\nA5\nA6\nA7\nA8\n", "A1\nA1\nA9\n",
		  "postsuper failed: postsuper: fatal: no", 10 },
		{ "no room", "echo \"postsuper: fatal: rename $id: No space left on device\"; exit 1", "A1\nA2\n", -ENOSPC, "", "",
		  "postsuper: fatal: rename A1: No space left on device", 1 },
		{ "no room, one by one", "[ $id = A1 ] && { echo 'fatal: x'; exit 1; }; echo 'fatal: No space left on device'; exit 1",
		  "A1\nA2\n", -ENOSPC, NULL, "", "postsuper failed: fatal: x", 3 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char want[INSTANCE_VALUE + 64];
		unsigned calls = 0;

		begin(rows[i].die);
		want_number(rows[i].what,
			    instance_postsuper(&w.in, "-h", "deferred", raw_of(rows[i].ids), false, &w.why),
			    rows[i].want);
		if (rows[i].stuck)
			want_raw(rows[i].what, raw_from(w.in.stuck, w.in.stuck_n), rows[i].stuck);
		want_text(rows[i].what, kept("/bin/ids"), rows[i].done);
		want_in(rows[i].what, w.why.text.s, rows[i].why);
		if (!*rows[i].why)
			want_text(rows[i].what, w.why.text.s, "");
		want_number(rows[i].what, w.why.code != 0, *rows[i].why != '\0');
		for (const char *p = kept("/bin/calls"); *p; p++)
			calls += *p == '\n';
		want_number(rows[i].what, calls, rows[i].calls);
		snprintf(want, sizeof(want), "-c %s -h - deferred\n", w.in.config_directory);
		want_number(rows[i].what, strncmp(kept("/bin/calls"), want, strlen(want)), 0);
		want_number("it was not asked whether Postfix runs", *kept("/bin/asked"), 0);
		end();
	}
}

/* One that waits for more is fed, as long as it is the same that is wanted, and 64 times at most. */
static void one_that_waits_is_fed(void **state)
{
	static const struct {
		const char *option, *queue;
		unsigned times;
	} rows[] = { { "-h", "deferred", 3 }, { "-h", "active", 2 }, { "-H", "active", 1 }, { "-H", "active", 70 } };
	char want[4096] = "";
	char config[INSTANCE_VALUE];
	char calls[5 * INSTANCE_VALUE] = "";
	unsigned n = 0;

	(void)state;
	begin(":");
	snprintf(config, sizeof(config), "%s", w.in.config_directory);
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		for (unsigned k = 0; k < rows[i].times; k++) {
			char id[16];

			snprintf(id, sizeof(id), "A%u\n", ++n);
			strcat(want, id);
			want_number(id, instance_postsuper(&w.in, rows[i].option, rows[i].queue, raw_of(id), true, &w.why), 0);
			want_number("it waits", w.in.child.pid > 0, i != 3 || k != 62);
		}
	want_text("all of them", kept("/bin/ids"), want);
	want_number("the last one, alone",
		    instance_postsuper(&w.in, "-H", "active", raw_of("B1\n"), false, &w.why), 0);
	want_number("it does not wait", w.in.child.pid, 0);
	/* 64 times the second one of -H: the one before had it once */
	snprintf(calls, sizeof(calls),
		 "-c %s -h - deferred\n-c %s -h - active\n-c %s -H - active\n-c %s -H - active\n", config,
		 config, config, config);
	want_text("calls", kept("/bin/calls"), calls);
	instance_rest(&w.in);
	end();
}

/* With Postfix stopped, and maillog_file set, it is given a main.cf without that. */
static void it_is_given_another_configuration_where_its_log_is_not_served(void **state)
{
	static const struct {
		const char *what, *maillog;
		bool runs, stopped_then;
		bool stand_in;
	} rows[] = {
		{ "Postfix runs", "/log", true, false, false },
		{ "it does not", "/log", false, false, true },
		{ "it does not, and logs to syslog", "", false, false, false },
		{ "it is stopped meanwhile", "/log", true, true, true },
		{ "it is stopped meanwhile, and logs to syslog", "", true, true, false },
		{ "it is stopped meanwhile, and does not mind", "/log", true, true, false },
	};

	(void)state;
	(void)umask(022);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char stand_in[sizeof(w.in.stand_in)];
		struct stat st;
		char main_cf[256];
		const bool minds = rows[i].stopped_then && i < SW_COUNT(rows) - 1;

		begin(minds ? "grep -q '_file =$' main.seen || { echo fatal: log; exit 1; }" : ":");
		if (!rows[i].runs)
			program("master", "#!/bin/sh\nexit 0\n");
		snprintf(w.in.maillog_file, INSTANCE_VALUE, "%s", rows[i].maillog);
		if (rows[i].stopped_then) {
			/* asked before the first batch, it ran */
			w.in.asked = true;
			program("master", "#!/bin/sh\nexit 0\n");
		}
		want_number(rows[i].what, instance_postsuper(&w.in, "-h", "deferred", raw_of("A1\n"), false, &w.why),
			    minds && !rows[i].stand_in ? 1 : 0);
		want_number(rows[i].what, w.in.stand_in[0] != '\0', rows[i].stand_in);
		want_number(rows[i].what, w.in.asked, true);
		snprintf(stand_in, sizeof(stand_in), "%s", w.in.stand_in);
		if (rows[i].stand_in) {
			assert_int_equal(stat(stand_in, &st), 0);
			if (access("/run", W_OK) == 0)
				want_number("its place", strncmp(stand_in, "/run/spoolwatch.", 16), 0);
			want_number("others read it", st.st_mode & 0777, 0755);
			snprintf(main_cf, sizeof(main_cf), "%s/main.cf", stand_in);
			assert_int_equal(stat(main_cf, &st), 0);
			want_number("and what is in it", st.st_mode & 0777, 0644);
			snprintf(main_cf, sizeof(main_cf),
				 "myhostname = mx\nmaillog_file = /log\nmaillog_file =\nqueue_directory = /spool\n");
			want_text(rows[i].what, kept("/bin/main.seen"), main_cf);
			want_number("again", instance_postsuper(&w.in, "-h", "deferred", raw_of("A2\n"), false, &w.why), 0);
			want_text("the same one", w.in.stand_in, stand_in);
		}
		end();
		if (rows[i].stand_in)
			want_number("it is removed", stat(stand_in, &st), -1);
	}
}

static void what_cannot_be_run_is_said(void **state)
{
	(void)state;
	begin(":");
	snprintf(w.in.command_directory, INSTANCE_VALUE, "/nowhere");
	want_number("no program", instance_postsuper(&w.in, "-h", "deferred", raw_of("A1\n"), false, &w.why), -ENOENT);
	want_in("it is named", w.why.text.s, "run /nowhere/postsuper: ");
	end();
	begin(":");
	snprintf(w.in.maillog_file, INSTANCE_VALUE, "/log");
	snprintf(w.in.config_directory, INSTANCE_VALUE, "/nowhere");
	program("master", "#!/bin/sh\nexit 0\n");
	want_number("no main.cf", instance_postsuper(&w.in, "-h", "deferred", raw_of("A1\n"), false, &w.why), -ENOENT);
	want_in("it is named", w.why.text.s, "/nowhere/main.cf");
	want_text("nothing was done", kept("/bin/calls"), "");
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_left_out_of_what_it_died),
		cmocka_unit_test(one_that_waits_is_fed),
		cmocka_unit_test(it_is_given_another_configuration_where_its_log_is_not_served),
		cmocka_unit_test(what_cannot_be_run_is_said),
	};

	return cmocka_run_group_tests_name("postsuper", tests, NULL, NULL);
}
