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

/* Of no file there is no owner, and one is a sample. */
static void of_one_file_the_owner_is_known(void **state)
{
	char want[256];

	(void)state;
	begin("/tree");
	assert_int_equal(mkdir(host_path(&h, "/tree"), 0755), 0);
	want_in("no file", said(true, 0),
		"\"holders\":[{\"path\":\"/tree\",\"inodes\":1,\"percent\":100.00,\"postfix_queue\":false,\"patterns\":[]}],");
	files("/tree", 1);
	snprintf(want, sizeof(want), "\"patterns\":[],\"uid\":%u,\"uid_share\":1.000}],", (unsigned)geteuid());
	want_in("one", said(true, 0), want);
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

/* What this machine has at that path is no matter. */
static void of_a_copy_no_link_is_followed_here(void **state)
{
	(void)state;
	begin("/proc/self");
	files("/proc/self", 1);
	want_in("as it was given", said(true, 0), "{\"schema\":1,\"directory\":\"/proc/self\",\"inodes\":2,");
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
	begin("/tree");
	files("/tree", 5);
	assert_int_equal(mkdir(host_path(&h, "/tree/a"), 0755), 0);
	assert_null(strstr(said(false, 0), "Next"));
	want_in("one", got, "           1 14%  a\n");
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

static void begin_mixed(int n)
{
	begin("/var");
	host_file(&h, "/etc/postfix/main.cf", "myhostname = mx\nqueue_directory = /var/spool/postfix\n");
	files("/var/spool/postfix/deferred/A", 40);
	files("/var/lib/x", n);
}

/* Whichever is larger: next comes who, and what is said of the queue is said of it alone. */
static void beside_a_queue_others_are_told(void **state)
{
	const unsigned uid = (unsigned)geteuid();
	char want[2048];

	(void)state;
	begin_mixed(60);
	snprintf(want, sizeof(want),
		 "Directories that hold a tenth, what is named below them not counted\n"
		 "  61 of 107 in /var/lib/x (57%%), 100%% of uid %u\n"
		 "  41 of 107 in /var/spool/postfix/deferred/A (38%%)\n"
		 "  (defer and bounce hold what befell the messages that wait: these files go with\n"
		 "  their messages, never by themselves)\n"
		 "In /var: 107 inodes\n"
		 "          62 58%%  lib\n"
		 "          44 41%%  spool\n"
		 "           1 in no directory below it\n"
		 "Next\n"
		 "  spoolwatch who\n",
		 uid);
	want_text("the queue is second", said(false, 0), want);
	snprintf(want, sizeof(want),
		 "\"holders\":[{\"path\":\"/var/lib/x\",\"inodes\":61,\"percent\":57.01,\"postfix_queue\":false,"
		 "\"patterns\":[],\"uid\":%u,\"uid_share\":1.000},{\"path\":\"/var/spool/postfix/deferred/A\","
		 "\"inodes\":41,\"percent\":38.32,\"postfix_queue\":true,",
		 uid);
	want_in("as an object", said(true, 0), want);
	host_remove(&h);
	begin_mixed(20);
	snprintf(want, sizeof(want),
		 "Directories that hold a tenth, what is named below them not counted\n"
		 "  41 of 67 in /var/spool/postfix/deferred/A (61%%)\n"
		 "  21 of 67 in /var/lib/x (31%%), 100%% of uid %u\n"
		 "  (defer and bounce hold what befell the messages that wait: these files go with\n"
		 "  their messages, never by themselves)\n"
		 "In /var: 67 inodes\n"
		 "          44 66%%  spool\n"
		 "          22 33%%  lib\n"
		 "           1 in no directory below it\n"
		 "Next\n"
		 "  spoolwatch who\n",
		 uid);
	want_text("the queue is first", said(false, 0), want);
	host_remove(&h);
}

/* Of more than can be told the last one says how many. */
static void more_than_can_be_told_are_counted(void **state)
{
	const unsigned uid = (unsigned)geteuid();
	char want[1024];

	(void)state;
	begin("/tree");
	for (int i = 0; i < 6; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/tree/d%d", i);
		files(path, 20);
	}
	snprintf(want, sizeof(want),
		 "  21 of 127 in /tree/d0 (17%%), 100%% of uid %u\n"
		 "  21 of 127 in /tree/d1 (17%%), 100%% of uid %u\n"
		 "  21 of 127 in /tree/d2 (17%%), 100%% of uid %u\n"
		 "  21 of 127 in /tree/d3 (17%%), 100%% of uid %u, then 2 more of a tenth each\n"
		 "In /tree: 127 inodes\n",
		 uid, uid, uid, uid);
	want_in("two more", said(false, 0), want);
	host_remove(&h);
}

/* Of 50 in use (support.c) less than half: no directory is told. */
static void where_most_is_in_no_directory_that_is_said(void **state)
{
	(void)state;
	begin(NULL);
	h.copied = false;
	files("/data/a", 9);
	files("/data/b", 9);
	host_file(&h, "/proc/self/mountinfo", "27 26 8:2 / /data rw shared:2 - ext4 /dev/sda2 rw\n");
	want_text("text", said(false, 0),
		  "File systems by inodes\n"
		  " 50.0%  /data  50 of 100 inodes, ext4 /dev/sda2\n"
		  "Directories that hold a tenth, what is named below them not counted\n"
		  "  50 of 100 inodes, only 42% of them in directories seen from here, deleted\n"
		  "    files that are still open may be the others\n"
		  "In /data: 21 inodes\n"
		  "          10 48%  a\n"
		  "          10 48%  b\n"
		  "           1 in no directory below it\n"
		  "Next\n"
		  "  spoolwatch inodes /data/a\n");
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
	begin("/tree");
	for (int i = 0; i < 40; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/tree/home/u%d/cache", i);
		files(path, 6);
		snprintf(path, sizeof(path), "/tree/home/u%d/mail", i);
		files(path, 3);
	}
	want_in("two", said(true, 1),
		"\"patterns\":[{\"path\":\"/tree/home/*/cache\",\"inodes\":280,\"directories\":40},"
		"{\"path\":\"/tree/home/*/mail\",\"inodes\":160,\"directories\":40}],");
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
	host_file(&h, "/statvfs", "1000 900 /\n1000 100 /data\n1000 700 /home\n1000 50 /net\n1000 60 /file\n");
	host_file(&h, "/proc/self/mountinfo",
		  "26 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
		  "27 26 8:2 / /data rw shared:2 - ext4 /dev/sda2 rw\n"
		  "28 26 8:3 / /home rw shared:3 - ext4 /dev/sda3 rw\n"
		  "29 26 0:40 / /net rw shared:4 - nfs4 far:/x rw\n"
		  "30 26 8:5 /f /file rw shared:5 - ext4 /dev/sda5 rw\n");
	host_file(&h, "/file", "");
	files("/net", 1);
	assert_int_equal(sw_host_open(h.root_path, 1795701030, &copy, &why), 0);
	run.host = copy;
	want_in("text", said(false, 0),
		"File systems by inodes\n"
		" 95.0%  /net  950 of 1000 inodes, nfs4 [far:/x]\n"
		" 94.0%  /file  940 of 1000 inodes, ext4 /dev/sda5\n"
		" 90.0%  /data  900 of 1000 inodes, ext4 /dev/sda2\n"
		" 30.0%  /home  300 of 1000 inodes, ext4 /dev/sda3\n"
		" 10.0%  /  100 of 1000 inodes, ext4 /dev/sda1\n");
	want_in("the fullest that is a directory of this machine", got, "  21 of 1000 in /data/a ");
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

/* A mount point that is too long to be kept is no directory to look at. */
static void a_mount_point_has_a_longest(void **state)
{
	char longest[SCREEN_MOUNT + 1];
	char mounts[2 * SCREEN_MOUNT];

	(void)state;
	for (size_t n = SCREEN_MOUNT - 1; n <= SCREEN_MOUNT; n++) {
		memset(longest, 'a', n);
		longest[0] = '/';
		longest[n] = '\0';
		begin(NULL);
		h.copied = false;
		snprintf(mounts, sizeof(mounts),
			 "27 26 8:2 / %s rw shared:2 - ext4 /dev/sda2 rw\n"
			 "28 26 8:3 / /data rw shared:2 - ext4 /dev/sda3 rw\n",
			 longest);
		host_file(&h, "/proc/self/mountinfo", mounts);
		files("/data/a", 30);
		want_number("the other one", strstr(said(false, 0), "In /data: ") != NULL, n == SCREEN_MOUNT);
		host_remove(&h);
	}
}

static void what_cannot_be_looked_at_is_said(void **state)
{
	static const struct {
		const char *what, *directory, *why;
	} rows[] = {
		{ "relative", "tree", "spoolwatch: inodes: tree: No such file or directory\n" },
		{ "not there", "/none", "spoolwatch: inodes: open /none: No such file or directory\n" },
		{ "no file system", NULL, "spoolwatch: inodes: open /proc/self/mountinfo: No such file or directory\n" },
	};
	static const struct verb verb = { .name = "inodes" };
	char longest[SCREEN_MOUNT + 1];

	(void)state;
	run.verb = &verb;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		begin(rows[i].directory);
		options.json = true;
		printed(stderr, inodes, got, sizeof(got));
		want_text(rows[i].what, got, rows[i].why);
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
		cmocka_unit_test(of_one_file_the_owner_is_known),
		cmocka_unit_test(of_a_root_paths_have_one_slash),
		cmocka_unit_test(of_a_copy_no_link_is_followed_here),
		cmocka_unit_test(where_nothing_is_below_there_is_nothing_to_go_on_with),
		cmocka_unit_test(a_queue_is_named),
		cmocka_unit_test(beside_a_queue_others_are_told),
		cmocka_unit_test(more_than_can_be_told_are_counted),
		cmocka_unit_test(where_most_is_in_no_directory_that_is_said),
		cmocka_unit_test(directories_that_are_many_are_one_pattern),
		cmocka_unit_test(what_could_not_be_counted_is_said_once),
		cmocka_unit_test(so_many_rows_are_told),
		cmocka_unit_test(file_systems_are_told_before),
		cmocka_unit_test(a_mount_point_has_a_longest),
		cmocka_unit_test(what_cannot_be_looked_at_is_said),
	};

	return cmocka_run_group_tests_name("inodes", tests, NULL, NULL);
}
