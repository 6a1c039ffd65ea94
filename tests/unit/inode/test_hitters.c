#include "dirstext.h"

static void those_that_hold_a_tenth_for_themselves_are_named(void **state)
{
	/* directory and number of files in it, `q` before it for a hashed queue of 16 times that */
	static const struct {
		const char *what;
		const char *in;
		const char *want; /* path=inodes, the largest first */
	} rows[] = {
		{ "twin files", "q/var/spool/postfix/deferred=9 q/var/spool/postfix/defer=9 /usr=9",
		  "/var/spool/postfix/deferred=161 (/var/spool/postfix/deferred/*=160 in 16) "
		  "/var/spool/postfix/defer=161 (/var/spool/postfix/defer/*=160 in 16)" },
		{ "a queue alone",
		  "q/var/spool/postfix/deferred=9 /var/spool/postfix/hold=2 /usr=5",
		  "/var/spool/postfix/deferred=161 (/var/spool/postfix/deferred/*=160 in 16)" },
		{ "a chain", "/a/b/c/d/e=100 /a/f=2 /g=1", "/a/b/c/d/e=101" },
		{ "two causes below one directory",
		  "/var/lib/php/sessions=90 /var/spool/x/new=60 /usr=9",
		  "/var/lib/php/sessions=91 /var/spool/x/new=61" },
		{ "files beside directories", "/a=60 /a/b=30 /a/c=9", "/a=71 /a/b=31" },
		{ "all in the mount point", "/=50 /a=1", "/=53" },
		{ "equal homes",
		  "/home/a=9 /home/b=9 /home/c=9 /home/d=9 /home/e=9 /home/f=9 /home/g=9 /home/h=9 "
		  "/home/i=9 /home/j=9",
		  "/home=101 (/home/*=100 in 10)" },
		{ "homes, one of which leads on",
		  "/home/a=4 /home/b=4 /home/c=4 /home/d/Mail/cur=40 /home/e=4 /home/f=4",
		  "/home/d/Mail/cur=41 /home=28" },
		{ "what all have in common",
		  "/home/a/tmp=3 /home/b/tmp=3 /home/c/tmp=3 /home/d/tmp=1 /home/e/tmp=2 "
		  "/home/f/tmp=3 /home/g/tmp=3 /home/h/tmp=3 /home/i/tmp=3 /home/j/tmp=3 "
		  "/home/k/tmp=3 /home/l/tmp=3",
		  "/home=58 (/home/*/tmp=45 in 12)" },
		{ "in two levels",
		  "/m/a/u/new=2 /m/b/v/new=2 /m/c/w/new=2 /m/d/x/new=2 /m/e/y/new=2 /m/f/z/new=2 "
		  "/m/g/q/new=2 /m/h/p/new=2 /m/i/r/new=2 /m/j/s/new=2 /m/k/t/new=2",
		  "/m=56 (/m/*/*/new=33 in 11)" },
		{ "no more than a quarter is in one of them",
		  "/m/a/new=3 /m/b/new=3 /m/c/new=3 /m/d/new=3 /other=80",
		  "/other=81 /m=21 (/m/*/new=16 in 4)" },
		{ "one has more", "/m/a/new=4 /m/b/new=3 /m/c/new=3 /m/d/new=2 /other=80",
		  "/other=81 /m=21" },
		{ "three are not many", "/m/a/new=4 /m/b/new=4 /m/c/new=4 /other=80",
		  "/other=81 /m=19" },
		{ "in three levels",
		  "/m/a/u/0/new=2 /m/b/v/1/new=2 /m/c/w/2/new=2 /m/d/x/3/new=2 /m/e/y/4/new=2 "
		  "/m/f/z/5/new=2 /m/g/q/6/new=2 /m/h/p/7/new=2 /m/i/r/8/new=2 /other=40",
		  "/m=55 (/m/*/*/*/new=27 in 9) /other=41" },
		{ "in four it is all that lies so deep",
		  "/m/a/u/0/A/new=2 /m/b/v/1/B/new=2 /m/c/w/2/C/new=2 /m/d/x/3/D/new=2 "
		  "/m/e/y/4/E/new=2 /m/f/z/5/F/new=2 /m/g/q/6/G/new=2 /m/h/p/7/H/new=2 "
		  "/other=40",
		  "/m=57 (/m/*/*/*=40 in 8) /other=41" },
		{ "seven are too few for a name that says nothing",
		  "/home/a=9 /home/b=9 /home/c=9 /home/d=9 /home/e=9 /home/f=9 /home/g=9 "
		  "/other=90",
		  "/other=91 /home=71" },
		{ "eight are not",
		  "/home/a=9 /home/b=9 /home/c=9 /home/d=9 /home/e=9 /home/f=9 /home/g=9 "
		  "/home/h=9 /other=30",
		  "/home=81 (/home/*=80 in 8) /other=31" },
		{ "but when one has more",
		  "/home/a=10 /home/b=9 /home/c=9 /home/d=9 /home/e=9 /home/f=9 /home/g=9 "
		  "/home/h=8 /other=30",
		  "/home=81 /other=31" },
		{ "the largest two, the first last",
		  "/h/a/x=3 /h/a/y=5 /h/a/z=4 /h/b/x=3 /h/b/y=5 /h/b/z=4 /h/c/x=3 /h/c/y=5 "
		  "/h/c/z=4 /h/d/x=3 /h/d/y=5 /h/d/z=4 /h/e/x=3 /h/e/y=5 /h/e/z=4 /h/f/x=3 "
		  "/h/f/y=5 /h/f/z=4 /h/g/x=3 /h/g/y=5 /h/g/z=4 /h/h/x=3 /h/h/y=5 /h/h/z=4 "
		  "/other=100",
		  "/h=129 (/h/*/y=48 in 8) (/h/*/z=40 in 8) /other=101" },
		{ "the largest two, the last first",
		  "/h/a/x=5 /h/a/y=4 /h/a/z=3 /h/b/x=5 /h/b/y=4 /h/b/z=3 /h/c/x=5 /h/c/y=4 "
		  "/h/c/z=3 /h/d/x=5 /h/d/y=4 /h/d/z=3 /h/e/x=5 /h/e/y=4 /h/e/z=3 /h/f/x=5 "
		  "/h/f/y=4 /h/f/z=3 /h/g/x=5 /h/g/y=4 /h/g/z=3 /h/h/x=5 /h/h/y=4 /h/h/z=3 "
		  "/other=100",
		  "/h=129 (/h/*/x=48 in 8) (/h/*/y=40 in 8) /other=101" },
		{ "the largest two, one between",
		  "/h/a/x=3 /h/a/y=4 /h/a/z=5 /h/b/x=3 /h/b/y=4 /h/b/z=5 /h/c/x=3 /h/c/y=4 "
		  "/h/c/z=5 /h/d/x=3 /h/d/y=4 /h/d/z=5 /h/e/x=3 /h/e/y=4 /h/e/z=5 /h/f/x=3 "
		  "/h/f/y=4 /h/f/z=5 /h/g/x=3 /h/g/y=4 /h/g/z=5 /h/h/x=3 /h/h/y=4 /h/h/z=5 "
		  "/other=100",
		  "/h=129 (/h/*/z=48 in 8) (/h/*/y=40 in 8) /other=101" },
		{ "a pattern below another",
		  "/h/a/M=6 /h/a/M/cur=9 /h/b/M=6 /h/b/M/cur=9 /h/c/M=6 /h/c/M/cur=9 /h/d/M=6 "
		  "/h/d/M/cur=9 /other=150",
		  "/other=151 /h=73 (/h/*/M/cur=40 in 4) (/h/*/M=28 in 4)" },
		{ "two levels tell more than one",
		  "/h/a/x=2 /h/a/A/new=5 /h/b/x=2 /h/b/B/new=5 /h/c/x=2 /h/c/C/new=5 /h/d/x=2 "
		  "/h/d/D/new=5 /h/e/x=2 /h/e/E/new=5 /h/f/x=2 /h/f/F/new=5 /h/g/x=2 "
		  "/h/g/G/new=5 /h/h/x=2 /h/h/H/new=5 /h/i/x=2 /h/i/I/new=5 /h/j/x=2 "
		  "/h/j/J/new=5 /h/k/x=2 /h/k/K/new=5 /h/l/x=2 /h/l/L/new=5 /other=60",
		  "/h=133 (/h/*/*/new=72 in 12) /other=61" },
		{ "one level tells half, two would tell more",
		  "/h=90 /h/a/x/cur=6 /h/a/A/cur=3 /h/b/x/cur=6 /h/b/B/cur=3 /h/c/x/cur=6 "
		  "/h/c/C/cur=3 /h/d/x/cur=6 /h/d/D/cur=3 /h/e/x/cur=6 /h/e/E/cur=3 "
		  "/h/f/x/cur=6 /h/f/F/cur=3 /h/g/x/cur=6 /h/g/G/cur=3 /h/h/x/cur=6 "
		  "/h/h/H/cur=3 /h/i/x/cur=6 /h/i/I/cur=3 /h/j/x/cur=6 /h/j/J/cur=3 "
		  "/h/k/x/cur=6 /h/k/K/cur=3 /h/l/x/cur=6 /h/l/L/cur=3",
		  "/h=259 (/h/*/x/cur=84 in 12)" },
		{ "one level tells one less than half",
		  "/h=90 /h/a=2 /h/a/x/cur=6 /h/a/A/cur=3 /h/b/x/cur=6 /h/b/B/cur=3 "
		  "/h/c/x/cur=6 /h/c/C/cur=3 /h/d/x/cur=6 /h/d/D/cur=3 /h/e/x/cur=6 "
		  "/h/e/E/cur=3 /h/f/x/cur=6 /h/f/F/cur=3 /h/g/x/cur=6 /h/g/G/cur=3 "
		  "/h/h/x/cur=6 /h/h/H/cur=3 /h/i/x/cur=6 /h/i/I/cur=3 /h/j/x/cur=6 "
		  "/h/j/J/cur=3 /h/k/x/cur=6 /h/k/K/cur=3 /h/l/x/cur=6 /h/l/L/cur=3",
		  "/h=261 (/h/*/*/cur=132 in 24)" },
		{ "in the mount point",
		  "/a/new=3 /b/new=3 /c/new=3 /d/new=3 /e/new=3 /f/new=3 /g/new=3 /h/new=3 /i/new=3 "
		  "/j/new=3 /k/new=3",
		  "/=56 (/*/new=44 in 11)" },
		{ "a tenth, which is all that lies below",
		  "/h=142 /h/a=1 /h/b=1 /h/c=1 /h/d=1 /h/e=1 /h/f=1 /h/g=1 /h/h=1",
		  "/h=159 (/h/*=16 in 8)" },
		{ "children of the mount point", "/b=50 /a=50", "/a=51 /b=51" },
		{ "twin files in the mount point", "q/defer=9 q/deferred=9",
		  "/deferred=161 (/deferred/*=160 in 16) /defer=161 (/defer/*=160 in 16)" },
		{ "a small one is none", "/a=100 /b=9", "/a=101" },
		{ "a tenth is one", "/a=88 /b=9", "/a=89 /b=10" },
		{ "four at most", "/a=15 /b=14 /c=13 /d=12 /e=11 /f=11",
		  "/a=16 /b=15 /c=14 /d=13 and 2 more" },
		{ "none counts twice", "/a/b/c/d/e=81 /a/b/c/d=18 /a/b/c=24 /a/b=30 /a=37",
		  "/a/b/c/d/e=82 /a/b/c=44 /a=38 /a/b=31" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_raw rest = raw_of(rows[i].in);
		struct sw_raw word;
		struct sw_inode_dirs hogs;
		char got[2048] = "";

		while (raw_word(&rest, " ", &word)) {
			size_t at = raw_find(word, '=');
			bool hashed = word.p[0] == 'q';
			uint64_t n;
			char path[128];

			assert_true(num_from(raw_skip(word, at + 1), &n));
			snprintf(path, sizeof(path), "%.*s", (int)at - hashed, word.p + hashed);
			(hashed ? queue : files)(&h, strcmp(path, "/") ? path : "", (int)n);
		}
		scan(&h, "/", &hogs);
		tell(&hogs, got, sizeof(got));
		want_text(rows[i].what, got, rows[i].want);
		sw_inode_dirs_free(&hogs);
		host_remove(&h);
	}
}

/* Four homes with files at the end of four long names, the last one of n bytes. */
static void the_longest_path_is_told(void **state)
{
	enum { LONG = 253 };
	static const struct {
		const char *what;
		int last;
		int path_n;
		int inodes;
	} rows[] = {
		{ "as long as can be", LONG, SW_INODE_DIR_PATH - 1, 4 * 31 },
		{ "too long, and told of the one above", LONG + 1,
		  SW_INODE_DIR_PATH - 1 - (LONG + 1), 4 * 32 },
	};
	static const char name[] = { [0 ... LONG] = 'n', '\0' };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_inode_dirs hogs;

		for (char home = 'a'; home <= 'd'; home++) {
			char path[2000];

			snprintf(path, sizeof(path), "/home/%c/%.*s/%.*s/%.*s/%.*s", home, LONG, name,
				 LONG, name, LONG, name, rows[i].last, name);
			files(&h, path, 30);
		}
		files(&h, "/other", 400); /* so that one home is not much */
		scan(&h, "/", &hogs);
		want_number(rows[i].what, hogs.n, 2);
		want_number(rows[i].what, hogs.item[1].patterns, 1);
		want_number(rows[i].what, hogs.item[1].pattern[0].path_n, rows[i].path_n);
		want_number(rows[i].what, hogs.item[1].pattern[0].inodes, rows[i].inodes);
		sw_inode_dirs_free(&hogs);
		host_remove(&h);
	}
}

/* Eight homes with 600 directories in each other, and files in the last one. */
static void what_lies_too_deep_is_told_of_what_is_above(void **state)
{
	enum { LEVELS = 600, TOLD = (SW_INODE_DIR_PATH - 2 - 6) / 2 }; /* a star, "/d" each */
	struct sw_host h = host_new(NULL);
	struct sw_inode_dirs hogs;
	char deep[2 * LEVELS + 1];

	(void)state;
	for (size_t i = 0; i < 2 * LEVELS; i++)
		deep[i] = "/d"[i % 2];
	deep[2 * LEVELS] = '\0';
	for (char home = 'a'; home <= 'h'; home++) {
		char path[2000];

		snprintf(path, sizeof(path), "/home/%c%s", home, deep);
		files(&h, path, 30);
	}
	files(&h, "/other", 1500);
	scan(&h, "/", &hogs);
	want_number("both", hogs.n, 2);
	want_number("as deep as can be said", hogs.item[0].pattern[0].path_n, 1 + 6 + 2 * TOLD);
	want_number("all of it", hogs.item[0].pattern[0].inodes, 8 * (LEVELS - TOLD + 1 + 30));
	sw_inode_dirs_free(&hogs);
	host_remove(&h);
}

static void the_tenth_is_of_what_is_in_use(void **state)
{
	static const struct {
		const char *what;
		uint64_t used;
		const char *want;
		int percent; /* of the first */
	} rows[] = {
		{ "not known", 0, "/a=71 /b=31", 68 },
		{ "less than was counted", 50, "/a=71 /b=31", 68 },
		{ "as much", 103, "/a=71 /b=31", 68 },
		{ "the other's last tenth", 310, "/a=71 /b=31", 22 },
		{ "a little more", 311, "/a=71 /=32", 22 },
		{ "none has a tenth", 1100, "/=103", 9 },
	};
	struct sw_host h = host_new(NULL);

	(void)state;
	files(&h, "/a", 70);
	files(&h, "/b", 30);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		struct sw_inode_dirs hogs;
		char got[256] = "";

		want_number("scan",
			    sw_inode_dirs_scan(&h, "/", rows[i].used, NO_HURRY_MS, &hogs, &why), 0);
		tell(&hogs, got, sizeof(got));
		want_text(rows[i].what, got, rows[i].want);
		want_number(rows[i].what, hogs.item[0].percent, rows[i].percent);
		sw_inode_dirs_free(&hogs);
	}
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_that_hold_a_tenth_for_themselves_are_named),
		cmocka_unit_test(the_longest_path_is_told),
		cmocka_unit_test(what_lies_too_deep_is_told_of_what_is_above),
		cmocka_unit_test(the_tenth_is_of_what_is_in_use),
	};

	if (access("/dev/shm", W_OK) == 0) /* to remove a directory costs some disks milliseconds */
		setenv("TMPDIR", "/dev/shm", 0);
	return cmocka_run_group_tests_name("hitters", tests, NULL, NULL);
}
