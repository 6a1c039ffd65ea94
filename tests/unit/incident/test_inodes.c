/* What holds the inodes of a directory: a tree of ours, as text and as an object. */
#include <stdlib.h>
#include <sys/stat.h>

#include "incident/run.h"
#include "incident/screen.h"
#include "printed.h"
#include "test.h"

static struct sw_host h;
static struct options options;
static struct run run = { .options = &options, .host = &h };
static int code;
static char got[16384];

static void inodes(void)
{
	code = inodes_run(&run);
}

static const char *said(bool json, size_t top)
{
	options.json = json;
	options.top = top;
	printed(stdout, inodes, got, sizeof(got));
	return got;
}

static void files(const char *directory, int n)
{
	char path[128];

	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%d", directory, i);
		host_file(&h, path, "");
	}
}

static void begin(const char *directory)
{
	h = host_new(NULL);
	options = (struct options){ .value = directory };
}

static void the_directories_below_are_told_by_their_inodes(void **state)
{
	char want[2048];
	const unsigned uid = (unsigned)geteuid();

	(void)state;
	begin("/tree");
	files("/tree/many", 30);
	files("/tree/few/deep", 1);
	files("/tree/it's", 1);
	files("/tree/b", 1);
	files("/tree", 2);
	snprintf(want, sizeof(want),
		 "Directories that hold a tenth, what is named below them not counted\n"
		 "  31 of 41 in /tree/many (76%%), 100%% of uid %u\n"
		 "  10 of 41 in /tree (24%%)\n"
		 "In /tree: 41 inodes\n"
		 "          31 76%%  many\n"
		 "           3 7%%  few\n"
		 "           2 5%%  b\n"
		 "           2 5%%  [it%%27s]\n"
		 "           3 in no directory below it\n"
		 "Next\n"
		 "  spoolwatch inodes /tree/many\n",
		 uid);
	want_text("text", said(false, 0), want);
	want_number("exact", code, EXIT_DONE);
	snprintf(want, sizeof(want),
		 "Directories that hold a tenth, what is named below them not counted\n"
		 "  31 of 41 in /tree/many (76%%), 100%% of uid %u\n"
		 "  10 of 41 in /tree (24%%)\n"
		 "In /tree: 41 inodes\n"
		 "          31 76%%  many\n"
		 "           3 7%%  few\n"
		 "             and 2 more (--top 4)\n"
		 "           3 in no directory below it\n"
		 "Next\n"
		 "  spoolwatch inodes /tree/many\n",
		 uid);
	want_text("two rows", said(false, 2), want);
	snprintf(want, sizeof(want),
		 "\"holders\":[{\"path\":\"/tree/many\",\"inodes\":31,\"percent\":75.61,\"postfix_queue\":false,"
		 "\"patterns\":[],\"uid\":%u,\"uid_share\":1.000},{\"path\":\"/tree\",\"inodes\":10,\"percent\":24.39,"
		 "\"postfix_queue\":false,\"patterns\":[],\"uid\":%u,\"uid_share\":1.000}],"
		 "\"children\":[{\"path\":\"/tree/many\",\"inodes\":31},{\"path\":\"/tree/few\",\"inodes\":3},"
		 "{\"path\":\"/tree/b\",\"inodes\":2},{\"path\":\"/tree/it's\",\"inodes\":2}]}\n",
		 uid, uid);
	want_in("an object", said(true, 0), want);
	want_number("it begins", strncmp(got, "{\"schema\":1,\"directory\":\"/tree\",\"inodes\":41,\"exact\":true,\"file_systems\":[]", 73), 0);
	want_number("exact", code, EXIT_DONE);
	host_remove(&h);
}

static void of_a_root_paths_have_one_slash(void **state)
{
	(void)state;
	begin("/");
	files("/it's", 9);
	files("/a", 3);
	want_in("next", said(false, 0), "Next\n  spoolwatch inodes '/it'\\''s'\n");
	want_in("an object", said(true, 0), "\"children\":[{\"path\":\"/it's\",\"inodes\":10},{\"path\":\"/a\",\"inodes\":4}]}\n");
	host_remove(&h);
}

static void where_nothing_is_below_there_is_nothing_to_go_on_with(void **state)
{
	(void)state;
	begin("/tree");
	files("/tree", 5);
	assert_null(strstr(said(false, 0), "Next"));
	want_in("all", got, "In /tree: 6 inodes\n           6 in no directory below it\n");
	want_in("an object", said(true, 0), "\"children\":[]}\n");
	host_remove(&h);
	begin("/tree");
	files("/tree", 5);
	files("/tree/a", 1);
	want_in("two inodes", said(false, 0), "Next\n  spoolwatch inodes /tree/a\n");
	host_remove(&h);
}

/* Postfix's queue: who holds it is what comes next, and is said once. */
static void a_queue_is_named(void **state)
{
	(void)state;
	begin("/var");
	host_file(&h, "/etc/postfix/main.cf", "myhostname = mx\nqueue_directory = /var/spool/postfix\n");
	files("/var/spool/postfix/deferred/A", 40);
	files("/var/spool/postfix/defer/A", 40);
	files("/var/spool/postfix/active", 1);
	want_in("next", said(false, 0), "Next\n  spoolwatch who\n");
	want_in("what goes with it", got,
		"  (defer and bounce hold what befell the messages that wait: these files go with\n"
		"  their messages, never by themselves)\n");
	want_in("an object", said(true, 0), "\"postfix_queue\":true,");
	host_remove(&h);
}

static void directories_that_are_many_are_one_pattern(void **state)
{
	(void)state;
	begin("/tree");
	for (int i = 0; i < 40; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/tree/home/u%d/cache", i);
		files(path, 6);
	}
	want_in("an object", said(true, 1), "\"patterns\":[{\"path\":\"");
	want_in("one child", got, "\"children\":[{\"path\":\"/tree/home\",\"inodes\":321}]}\n");
	host_remove(&h);
}

/* Which of these is not said, from 1 on; 0: all are. */
static int what_is_missing(void *ctx)
{
	static const char *const texts[] = {
		"  10 of 22 in /tree/a (45%), 1 directory could not be read (below /tree: read\n"
		"    secret: Permission denied): run it as root\n"
		"  10 of 22 in /tree/b (45%)\n"
		"In /tree: 22 inodes, not all could be counted\n",
	};
	static const char *const objects[] = {
		"{\"schema\":1,\"directory\":\"/tree\",\"inodes\":22,\"exact\":false,",
		"],\"unreadable\":\"below /tree: read secret: Permission denied\"}\n",
	};

	(void)ctx;
	said(false, 0);
	for (size_t i = 0; i < SW_COUNT(texts); i++)
		if (!strstr(got, texts[i]) || code != EXIT_PARTLY)
			return -(int)i - 1;
	said(true, 0);
	for (size_t i = 0; i < SW_COUNT(objects); i++)
		if (!strstr(got, objects[i]) || code != EXIT_PARTLY)
			return -(int)i - 11;
	return 0;
}

static void what_could_not_be_counted_is_said_once(void **state)
{
	(void)state;
	begin("/tree");
	files("/tree/a", 9);
	files("/tree/b", 9);
	files("/tree/secret", 1);
	assert_int_equal(chmod(h.root_path, 0755), 0);
	assert_int_equal(chmod(host_path(&h, "/tree/secret"), 0), 0);
	want_number("what is missing", as_nobody(what_is_missing, NULL), 0);
	assert_int_equal(chmod(host_path(&h, "/tree/secret"), 0755), 0);
	host_remove(&h);
}

static void so_many_rows_are_told(void **state)
{
	(void)state;
	for (int n = 19; n < 23; n++) {
		begin("/tree");
		for (int i = 0; i < n; i++) {
			char path[64];

			snprintf(path, sizeof(path), "/tree/d%02d", i);
			files(path, 1);
		}
		said(false, 0);
		want_number("more", strstr(got, " more (--top ") != NULL, n > 20);
		if (n == 22)
			want_in("two", got, "\n             and 2 more (--top 22)\n");
		want_in("the first", got, " d00\n");
		want_number("the last", strstr(got, " d20\n") != NULL, false);
		host_remove(&h);
	}
}

/* Without a directory it is the fullest one; of a file system's root its numbers are known. */
static void file_systems_are_told_before(void **state)
{
	struct sw_fault why = { 0 };
	struct sw_host *copy;

	(void)state;
	begin(NULL);
	files("/data/a", 20);
	files("/home/b", 20);
	host_file(&h, "/statvfs", "1000 900 /\n1000 100 /data\n1000 700 /home\n");
	host_file(&h, "/proc/self/mountinfo",
		  "26 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
		  "27 26 8:2 / /data rw shared:2 - ext4 /dev/sda2 rw\n"
		  "28 26 8:3 / /home rw shared:3 - ext4 /dev/sda3 rw\n");
	assert_int_equal(sw_host_open(h.root_path, 1795701030, &copy, &why), 0);
	run.host = copy;
	want_in("text", said(false, 0),
		"File systems by inodes\n"
		" 90.0%  /data  900 of 1000 inodes, ext4 /dev/sda2\n"
		" 30.0%  /home  300 of 1000 inodes, ext4 /dev/sda3\n"
		" 10.0%  /  100 of 1000 inodes, ext4 /dev/sda1\n");
	want_in("the fullest", got, "  21 of 1000 in /data/a ");
	want_in("an object", said(true, 0), "{\"schema\":1,\"directory\":\"/data\",\"inodes\":22,");
	options.value = "/home";
	want_in("another", said(false, 0), "  21 of 1000 in /home/b ");
	assert_null(strstr(got, "File systems"));
	options.value = "/home/b";
	want_in("below it", said(false, 0), "  21 of 21 in /home/b ");
	run.host = &h;
	sw_host_close(copy);
	host_remove(&h);
}

static void what_cannot_be_looked_at_is_said(void **state)
{
	static const struct {
		const char *what, *directory, *why;
	} rows[] = {
		{ "relative", "tree", "spoolwatch: inodes: tree: No such file or directory\n" },
		{ "not there", "/none", "No such file or directory\n" },
		{ "no file system", NULL, "/proc/self/mountinfo" },
	};
	static const struct verb verb = { .name = "inodes" };
	char longest[SCREEN_MOUNT + 1];

	(void)state;
	run.verb = &verb;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		begin(rows[i].directory);
		options.json = true;
		printed(stderr, inodes, got, sizeof(got));
		want_in(rows[i].what, got, rows[i].why);
		want_number(rows[i].what, code, EXIT_PARTLY);
		host_remove(&h);
	}
	for (size_t n = SCREEN_MOUNT - 1; n <= SCREEN_MOUNT; n++) {
		memset(longest, 'a', n);
		longest[0] = '/';
		longest[n] = '\0';
		begin(longest);
		options.json = true;
		printed(stderr, inodes, got, sizeof(got));
		want_in("the longest, and one that is longer", got,
			n < SCREEN_MOUNT ? "spoolwatch: inodes: open /aaa" : "spoolwatch: inodes: /aaa");
		host_remove(&h);
	}
	run.verb = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_directories_below_are_told_by_their_inodes),
		cmocka_unit_test(of_a_root_paths_have_one_slash),
		cmocka_unit_test(where_nothing_is_below_there_is_nothing_to_go_on_with),
		cmocka_unit_test(a_queue_is_named),
		cmocka_unit_test(directories_that_are_many_are_one_pattern),
		cmocka_unit_test(what_could_not_be_counted_is_said_once),
		cmocka_unit_test(so_many_rows_are_told),
		cmocka_unit_test(file_systems_are_told_before),
		cmocka_unit_test(what_cannot_be_looked_at_is_said),
	};

	return cmocka_run_group_tests_name("inodes", tests, NULL, NULL);
}
