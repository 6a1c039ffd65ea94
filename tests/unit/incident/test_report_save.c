#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "incident/report.h"
#include "test.h"

enum { NOW = 1795701030 /* 2026-11-26T13:50:30Z */ };

static struct sw_host h;
static struct options options;
static struct run run = { .options = &options, .host = &h };
static struct report *report;

static void begin(const char *account)
{
	struct sw_fault why = { 0 };

	h = host_new(NULL);
	h.now = NOW;
	options = (struct options){ .by = BY_ACCOUNT, .value = account };
	host_file(&h, "/etc/postfix/main.cf", "myhostname = mx\nqueue_directory = /spool\n");
	assert_int_equal(mkdir(host_path(&h, "/evidence"), 0755), 0);
	assert_int_equal(report_read(&run, &report, &why), 0);
}

static void end(void)
{
	report_free(report);
	host_remove(&h);
}

static int save(char path[REPORT_PATH])
{
	struct sw_fault why = { 0 };
	char directory[256];

	snprintf(directory, sizeof(directory), "%s", host_path(&h, "/evidence"));
	return report_save(report, directory, path, &why);
}

static void it_is_a_file_of_ours_alone_whatever_is_there(void **state)
{
	static const char name[] = "/evidence/report-_._x_y_a@x-20261126T135030Z.txt";
	char path[REPORT_PATH];
	struct stat st;

	(void)state;
	umask(0);
	begin("/./x y\na@x");
	want_number("saved", save(path), 0);
	want_text("name", path, host_path(&h, name));
	assert_int_equal(stat(path, &st), 0);
	want_number("mode", st.st_mode & 07777, 0600);
	want_within("bytes", st.st_size, 200, 100000);
	want_number("again", save(path), 0);
	want_in("another name", path, "Z-1.txt");
	end();
	begin("/./x y\na@x");
	host_file(&h, "/victim", "mine");
	assert_int_equal(symlink("../victim", host_path(&h, name)), 0);
	want_number("past a link", save(path), 0);
	want_in("another name", path, "Z-1.txt");
	assert_int_equal(stat(host_path(&h, "/victim"), &st), 0);
	want_number("what it leads to", st.st_size, 4);
	end();
}

static void a_local_users_bears_the_number(void **state)
{
	char path[REPORT_PATH];

	(void)state;
	begin("a@x");
	report_free(report);
	options = (struct options){ .by = BY_UID, .value = "33", .uid = 33, .json = true };
	assert_int_equal(report_read(&run, &report, &(struct sw_fault){ 0 }), 0);
	want_number("saved", save(path), 0);
	want_text("name", path, host_path(&h, "/evidence/report-33-20261126T135030Z.json"));
	end();
}

/* Of a long name so many letters; of one name so many files; of a path as many bytes as have room. */
static void names_have_a_longest(void **state)
{
	struct sw_fault why = { 0 };
	char path[REPORT_PATH];

	(void)state;
	for (size_t n = 79; n <= 82; n++) {
		char name[128] = "";
		char want[256];

		memset(name, 'n', n);
		begin(name);
		want_number("saved", save(path), 0);
		snprintf(want, sizeof(want), "/report-%.80s-20261126T135030Z.txt", name);
		want_in("name", path, want);
		end();
	}
	begin("a@x");
	for (int i = 0; i <= 100; i++)
		want_number("one more", save(path), i < 100 ? 0 : -EEXIST);
	end();
	begin("a@x");
	for (size_t n = REPORT_PATH - 1; n <= REPORT_PATH; n++) {
		static const char file[] = "/report-a@x-20261126T135030Z.txt";
		char directory[REPORT_PATH];
		const size_t from = (size_t)snprintf(directory, sizeof(directory), "%s", host_path(&h, "/evidence"));

		memset(directory + from, '/', sizeof(directory) - from);
		directory[n - strlen(file)] = '\0';
		want_number("saved", report_save(report, directory, path, &why), 0);
		want_number("its path is told", (int64_t)strlen(path), n < REPORT_PATH ? (int64_t)n : 0);
		assert_int_equal(unlink(host_path(&h, "/evidence/report-a@x-20261126T135030Z.txt")), 0);
	}
	end();
}

static int save_here(void *ctx)
{
	return save(ctx);
}

static void what_cannot_be_kept_leaves_nothing_behind(void **state)
{
	char path[REPORT_PATH];
	struct sw_fault why = { 0 };
	struct stat st;

	(void)state;
	begin("a@x");
	assert_int_equal(chmod(h.root_path, 0755), 0);
	assert_int_equal(chmod(host_path(&h, "/evidence"), 0555), 0);
	want_number("may not be written", as_nobody(save_here, path), -EACCES);
	want_number("nothing there", rmdir(host_path(&h, "/evidence")), 0);
	want_number("made", save(path), 0);
	assert_int_equal(stat(host_path(&h, "/evidence"), &st), 0);
	want_number("of its own", st.st_mode & 07777, 0700);
	want_number("nowhere", report_save(report, host_path(&h, "/no/where"), path, &why), -ENOENT);
	want_number("why", strncmp(why.text.s, "make /", 6), 0);
	host_file(&h, "/file", "");
	want_number("no directory", report_save(report, host_path(&h, "/file"), path, &why),
		    -ENOTDIR);
	end();
}

static void what_is_cut_short_leaves_nothing_behind(void **state)
{
	char path[REPORT_PATH];
	struct rlimit before;
	int rc;

	(void)state;
	begin("a@x");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 100, before.rlim_max }), 0);
	rc = save(path);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	want_number("too large", rc, -EFBIG);
	want_number("nothing there", rmdir(host_path(&h, "/evidence")), 0);
	end();
}

static void of_a_host_that_tells_nothing_nothing_is_claimed(void **state)
{
	struct sw_label sentence;
	char *text = NULL;
	size_t n = 0;
	FILE *to;

	(void)state;
	begin("a@x");
	assert_false(report_is_known(report, 0));
	assert_true(report_not_known(report, 0, &sentence));
	want_in("the log", sentence.s, "the log is not known: no mail log");
	assert_true(report_not_known(report, 1, &sentence));
	want_in("the queues", sentence.s, "the queues are not known: ");
	assert_false(report_not_known(report, 2, &sentence));
	to = open_memstream(&text, &n);
	assert_non_null(to);
	report_say_json(to, report, REPORT_ROWS, NULL, NULL);
	fclose(to);
	want_in("messages", text, "\"accepted\":null");
	want_in("queued", text, "\"queued\":null");
	assert_null(strstr(text, "\"accepted\":0"));
	free(text);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_a_file_of_ours_alone_whatever_is_there),
		cmocka_unit_test(a_local_users_bears_the_number),
		cmocka_unit_test(names_have_a_longest),
		cmocka_unit_test(what_cannot_be_kept_leaves_nothing_behind),
		cmocka_unit_test(what_is_cut_short_leaves_nothing_behind),
		cmocka_unit_test(of_a_host_that_tells_nothing_nothing_is_claimed),
	};

	return cmocka_run_group_tests_name("report_save", tests, NULL, NULL);
}
