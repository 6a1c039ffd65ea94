#include <errno.h>

#include "test.h"
#include "words/culprit.h"

enum { TEN = 1795428000 }; /* 10:00 UTC */

static const struct words_culprit_advice all_advice = {
	.time = "env.T", .permission = "user R", .hidden_by = "P", .seen_by = "env.F"
};

/* Facts of two directories, /a with 90 and /b with 5 of 100 inodes, 95 of them in use. */
static struct sw_inode_dirs dirs;
static struct sw_inode_use use;
static struct words_culprit facts;

static void add_dir(const char *path, uint64_t inodes)
{
	struct sw_inode_dir *d = &dirs.item[dirs.n++];

	d->path_n = strlen(path);
	memcpy(d->path, path, d->path_n);
	d->inodes = inodes;
}

static int set_up(void **state)
{
	(void)state;
	zone("UTC0");
	dirs = (struct sw_inode_dirs){ .counted = 95 };
	use = (struct sw_inode_use){ .files = 100, .used = 95 };
	facts = (struct words_culprit){ .dirs = &dirs, .use = &use, .queue = 2 };
	facts.advice = all_advice;
	add_dir("/a", 90);
	add_dir("/b", 5);
	return 0;
}

static void want(const char *what, const char *text)
{
	want_text(what, words_culprit(&facts).s, text);
}

static void the_directories_are_named_the_total_once(void **state)
{
	want("both", "90 of 100 in /a, then 5 in /b");
	dirs.n = 1;
	want("one", "90 of 100 in /a");
	set_up(state);
	dirs.n = 0;
	add_dir("/a b,c", 90);
	want("a name that could be ours", "90 of 100 in [/a b,c]");
}

static void growth_stands_behind_the_first(void **state)
{
	(void)state;
	facts.since = TEN + 300;
	want("none", "90 of 100 in /a, then 5 in /b");
	facts.grown = 1;
	want("some", "90 of 100 in /a (+1 since 10:05), then 5 in /b");
	zone("XXX-2");
	want("local time", "90 of 100 in /a (+1 since 12:05), then 5 in /b");
	zone("UTC0");
}

static void who_queued_it_stands_behind_the_queue(void **state)
{
	(void)state;
	facts.queue = 0;
	want("nobody is known", "90 of 100 in /a, then 5 in /b");
	facts.who = sw_label_printed("a@x 97%% of 9");
	want("the first", "90 of 100 in /a, queued by a@x 97% of 9, then 5 in /b");
	facts.queue = 1;
	want("the second", "90 of 100 in /a, then 5 in /b, queued by a@x 97% of 9");
	facts.queue = 2;
	want("none of them", "90 of 100 in /a, then 5 in /b");
}

static void doubts_are_told_and_what_to_do(void **state)
{
	static const struct {
		const char *what;
		uint64_t used, counted, unreadable, uncertain;
		int code;
		bool cut, copied, mute;
		const char *want; /* between the two directories */
	} rows[] = {
		{ "none", 95, 95, 0, 0, 0, false, false, false, "" },
		{ "cut", 95, 95, 0, 0, 0, true, false, false,
		  ", so far: not all directories in the time of env.T" },
		{ "cut, no advice", 95, 95, 0, 0, 0, true, false, true,
		  ", so far: not all directories in the time" },
		{ "one unreadable", 95, 95, 1, 0, EACCES, false, false, false,
		  ", 1 directory could not be read (open %23): user R" },
		{ "two, no advice", 95, 95, 2, 0, EACCES, false, false, true,
		  ", 2 directories could not be read (open %23)" },
		{ "unreadable, but no matter of permission", 95, 95, 2, 0, EIO, false, false, false,
		  ", 2 directories could not be read (open %23)" },
		{ "half is seen", 100, 50, 0, 0, 0, false, false, false, "" },
		{ "less is seen", 100, 49, 0, 0, 0, false, false, false,
		  ", only 49% of the inodes in use are seen from here (P, or deleted files): "
		  "env.F" },
		{ "less is seen, no advice", 100, 49, 0, 0, 0, false, false, true,
		  ", only 49% of the inodes in use are seen from here (deleted files)" },
		{ "less is seen, of a copied host", 100, 49, 0, 0, 0, false, true, false, "" },
		{ "less is seen, but it was cut", 100, 49, 0, 0, 0, true, false, false,
		  ", so far: not all directories in the time of env.T" },
		{ "less is seen, but some is unreadable", 100, 49, 2, 0, EIO, false, false, false,
		  ", 2 directories could not be read (open %23)" },
		{ "nothing in use", 0, 1, 0, 0, 0, false, false, false, "" },
		{ "uncertain", 95, 95, 0, 3, 0, false, false, false,
		  ", 3 of them may be further names of one inode" },
		{ "all", 95, 95, 2, 3, EACCES, true, false, false,
		  ", so far: not all directories in the time of env.T, 2 directories could not be "
		  "read (open %23): user R, 3 of them may be further names of one inode" },
	};

	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char text[512];

		set_up(state);
		use.used = rows[i].used;
		dirs.counted = rows[i].counted;
		dirs.unreadable = rows[i].unreadable;
		dirs.uncertain = rows[i].uncertain;
		dirs.cut = rows[i].cut;
		if (rows[i].code)
			sw_fault(&dirs.first, rows[i].code, "open #");
		facts.copied = rows[i].copied;
		if (rows[i].mute)
			facts.advice = (struct words_culprit_advice){ 0 };
		snprintf(text, sizeof(text), "90 of 100 in /a%s, then 5 in /b", rows[i].want);
		want(rows[i].what, text);
	}
}

static void a_directory_that_does_not_fit_ends_the_list(void **state)
{
	char path[SW_LABEL_MAX];

	(void)state;
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[SW_LABEL_MAX - 1] = '\0';
	dirs.n = 1;
	add_dir(path, 5);
	add_dir("/c", 5);
	want("the second", "90 of 100 in /a");
	dirs.n = 0;
	add_dir(path, 90);
	add_dir("/c", 5);
	want_in("the first is cut", words_culprit(&facts).s, "xx...");
	want_number("and is the last", strstr(words_culprit(&facts).s, "/c") == NULL, true);
	facts.queue = 0;
	facts.who = sw_label_printed("alice 97%% of 90 (SASL login)");
	facts.grown = 10;
	facts.since = TEN + 300;
	want_in("its path is, not who queued it", words_culprit(&facts).s,
		"xx... (+10 since 10:05), queued by alice 97% of 90 (SASL login)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_directories_are_named_the_total_once, set_up),
		cmocka_unit_test_setup(growth_stands_behind_the_first, set_up),
		cmocka_unit_test_setup(who_queued_it_stands_behind_the_queue, set_up),
		cmocka_unit_test_setup(doubts_are_told_and_what_to_do, set_up),
		cmocka_unit_test_setup(a_directory_that_does_not_fit_ends_the_list, set_up),
	};

	return cmocka_run_group_tests_name("words culprit", tests, NULL, NULL);
}
