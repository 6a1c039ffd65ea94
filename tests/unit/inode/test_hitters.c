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
		cmocka_unit_test(the_tenth_is_of_what_is_in_use),
	};

	if (access("/dev/shm", W_OK) == 0) /* to remove a directory costs some disks milliseconds */
		setenv("TMPDIR", "/dev/shm", 0);
	return cmocka_run_group_tests_name("hitters", tests, NULL, NULL);
}
