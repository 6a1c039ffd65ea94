/* What holds the inodes of a directory: a tree of ours, as text and as an object. */
#include <stdlib.h>

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
		cmocka_unit_test(what_cannot_be_looked_at_is_said),
	};

	return cmocka_run_group_tests_name("inodes", tests, NULL, NULL);
}
