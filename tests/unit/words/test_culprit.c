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
	d->percent = (double)inodes;
	d->patterns = 0;
	d->owner = (struct sw_inode_owner){ 0 };
}

static int set_up(void **state)
{
	(void)state;
	zone("UTC0");
	dirs = (struct sw_inode_dirs){ .counted = 95 };
	use = (struct sw_inode_use){ .files = 100, .used = 95 };
	facts = (struct words_culprit){ .dirs = &dirs, .use = &use };
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
	want("both", "90 of 100 in /a (90%), then 5 in /b (5%)");
	dirs.n = 1;
	want("one", "90 of 100 in /a (90%)");
	set_up(state);
	dirs.n = 0;
	add_dir("/a b,c", 90);
	want("a name that could be ours", "90 of 100 in [/a b,c] (90%)");
}

static void growth_stands_behind_each(void **state)
{
	(void)state;
	facts.since = TEN + 300;
	want("none", "90 of 100 in /a (90%), then 5 in /b (5%)");
	facts.of[0].grown = 1;
	want("some", "90 of 100 in /a (+1 since 10:05, 90%), then 5 in /b (5%)");
	facts.of[1].grown = 4;
	want("both", "90 of 100 in /a (+1 since 10:05, 90%), then 5 in /b (+4 since 10:05, 5%)");
	zone("XXX-2");
	facts.of[1].grown = 0;
	want("local time", "90 of 100 in /a (+1 since 12:05, 90%), then 5 in /b (5%)");
	zone("UTC0");
}

static void who_queued_it_stands_behind_the_queue(void **state)
{
	(void)state;
	facts.of[0].queue = true;
	want("nobody is known", "90 of 100 in /a (90%), then 5 in /b (5%)");
	facts.who = sw_label_printed("a@x 97%% of 9");
	want("the first", "90 of 100 in /a (90%), queued by a@x 97% of 9, then 5 in /b (5%)");
	facts.of[1].queue = true;
	want("once", "90 of 100 in /a (90%), queued by a@x 97% of 9, then 5 in /b (5%)");
	facts.of[0].queue = false;
	want("the second", "90 of 100 in /a (90%), then 5 in /b (5%), queued by a@x 97% of 9");
	facts.of[1].queue = false;
	want("none of them", "90 of 100 in /a (90%), then 5 in /b (5%)");
}

static void add_pattern(size_t i, const char *path, uint64_t inodes, uint64_t directories)
{
	struct sw_inode_pattern *p = &dirs.item[i].pattern[dirs.item[i].patterns++];

	*p = (struct sw_inode_pattern){ .path_n = strlen(path),
					.inodes = inodes,
					.directories = directories };
	memcpy(p->path, path, p->path_n);
}

static void patterns_tell_what_holds_it(void **state)
{
	(void)state;
	add_pattern(0, "/a/*/tmp", 60, 12);
	want("one", "90 of 100 in /a (90%: 60 in /a/%2A/tmp, 12 of them), then 5 in /b (5%)");
	add_pattern(0, "/a/*/new x", 20, 9);
	want("two", "90 of 100 in /a (90%: 60 in /a/%2A/tmp, 12 of them, 20 in [/a/%2A/new x], 9 "
		    "of them), then 5 in /b (5%)");
	facts.of[0].queue = true;
	want("not of a queue", "90 of 100 in /a (90%), then 5 in /b (5%)");
}

static void the_owner_of_the_files_stands_behind_the_directory(void **state)
{
	struct sw_inode_owner *owner = &dirs.item[0].owner;

	(void)state;
	*owner =
		(struct sw_inode_owner){ .uid = 1005, .share = 0.96, .error = 0.013, .looked = 10 };
	want("not asked for", "90 of 100 in /a (90%), then 5 in /b (5%)");
	facts.of[0].user = "";
	want("without a name", "90 of 100 in /a (90%), 96% +-2% of uid 1005, then 5 in /b (5%)");
	facts.of[0].user = "kunde17";
	want("by name", "90 of 100 in /a (90%), 96% +-2% of uid 1005 kunde17, then 5 in /b (5%)");
	facts.of[0].user = "a, b";
	want("a name that could be ours",
	     "90 of 100 in /a (90%), 96% +-2% of uid 1005 [a, b], then 5 in /b (5%)");
	owner->share = 0.09;
	want("nobody has much", "90 of 100 in /a (90%), then 5 in /b (5%)");
	owner->share = 0.5;
	facts.of[0].queue = true;
	want("not of a queue", "90 of 100 in /a (90%), then 5 in /b (5%)");
	facts.of[0].queue = false;
	owner->looked = 9;
	want("too few could be asked", "90 of 100 in /a (90%), then 5 in /b (5%)");
}

static void what_found_no_place_is_counted(void **state)
{
	(void)state;
	dirs.more = 2;
	want("two more", "90 of 100 in /a (90%), then 5 in /b (5%), then 2 more of a tenth each");
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
		  ", so far after 100% of the inodes in use: not all directories in the time of "
		  "env.T" },
		{ "cut, no advice", 95, 95, 0, 0, 0, true, false, true,
		  ", so far after 100% of the inodes in use: not all directories in the time" },
		{ "cut, some of it", 100, 38, 0, 0, 0, true, false, true,
		  ", so far after 38% of the inodes in use: not all directories in the time" },
		{ "cut, the one in use", 1, 1, 0, 0, 0, true, false, true,
		  ", so far after 100% of the inodes in use: not all directories in the time" },
		{ "cut, more than was in use", 100, 101, 0, 0, 0, true, false, true,
		  ", so far: not all directories in the time" },
		{ "cut, nobody knows of how many", 0, 38, 0, 0, 0, true, false, true,
		  ", so far: not all directories in the time" },
		{ "one unreadable", 95, 95, 1, 0, EACCES, false, false, false,
		  ", 1 directory could not be read (open %23): user R" },
		{ "two, no advice", 95, 95, 2, 0, EACCES, false, false, true,
		  ", 2 directories could not be read (open %23)" },
		{ "unreadable, but no matter of permission", 95, 95, 2, 0, EIO, false, false, false,
		  ", 2 directories could not be read (open %23)" },
		{ "half is seen", 100, 50, 0, 0, 0, false, false, false, "" },
		{ "less is seen, of a copied host", 100, 49, 0, 0, 0, false, true, false, "" },
		{ "less is seen, but it was cut", 100, 49, 0, 0, 0, true, false, false,
		  ", so far after 49% of the inodes in use: not all directories in the time of "
		  "env.T" },
		{ "nothing in use", 0, 1, 0, 0, 0, false, false, false, "" },
		{ "one is uncertain", 95, 95, 0, 1, 0, false, false, false,
		  ", 1 of them may be further names of one inode" },
		{ "uncertain", 95, 95, 0, 3, 0, false, false, false,
		  ", 3 of them may be further names of one inode" },
		{ "all", 95, 95, 2, 3, EACCES, true, false, false,
		  ", so far after 100% of the inodes in use: not all directories in the time of "
		  "env.T, 2 directories could not be "
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
		snprintf(text, sizeof(text), "90 of 100 in /a (90%%)%s, then 5 in /b (5%%)",
			 rows[i].want);
		want(rows[i].what, text);
	}
}

static void space_is_what_is_missing_where_inodes_are_made_of_it(void **state)
{
	(void)state;
	use.type = raw_of("xfs");
	want_text("not known", words_space(&use).s, "");
	use.files = 1100;
	use.used = 1000;
	use.blocks = 1000;
	use.blocks_available = 2;
	want_text("space", words_space(&use).s,
		  "space is what is missing: 99.8% of it is in use, and xfs makes inodes of free "
		  "space");
	use.blocks_available = 100;
	want_text("a tenth is left", words_space(&use).s,
		  "space is what is missing: 90.0% of it is in use, and xfs makes inodes of free "
		  "space");
	use.type = raw_of("ext4");
	want_text("inodes", words_space(&use).s, "");
}

static void where_less_than_half_is_seen_causes_are_named_and_no_directory(void **state)
{
	static const struct {
		const char *what;
		uint64_t counted, unreadable, mounts, deleted;
		bool of_systemd, not_all, mute;
		const char *want;
		bool part;
	} rows[] = {
		{ "nothing to see", 49, 0, 0, 0, false, false, false,
		  "only 49% of them in directories seen from here, deleted files that are still "
		  "open may be the others" },
		{ "nor may it be seen", 49, 0, 0, 0, false, true, false,
		  "only 49% of them in directories seen from here, deleted files that are still "
		  "open may be the others: user R" },
		{ "next to nothing", 0, 0, 0, 7, false, false, false,
		  "less than 1% of them in directories seen from here: 7 are deleted files that "
		  "are still open, 5 of them in 12 [x y]: restart that process" },
		{ "one is deleted", 49, 0, 0, 1, false, false, false,
		  "only 49% of them in directories seen from here: 1 are deleted files that are "
		  "still open, 5 of them in 12 [x y]: restart that process" },
		{ "unreadable", 49, 2, 0, 0, false, false, false,
		  "only 49% of them in directories seen from here: 2 directories could not be "
		  "read (open %23): user R" },
		{ "hidden", 49, 0, 0, 0, true, false, false,
		  "only 49% of them in directories seen from here: directories are hidden by P: "
		  "env.F" },
		{ "hidden, no advice", 49, 0, 0, 0, true, false, true,
		  "only 49% of them in directories seen from here: directories are hidden" },
		{ "a mount", 49, 0, 1, 0, false, false, false,
		  "only 49% of them in directories seen from here: files can lie below the 1 "
		  "mount point in it (mount --bind shows them): user R" },
		{ "all", 49, 1, 3, 7, true, false, true,
		  "only 49% of them in directories seen from here: 1 directory could not be read "
		  "(open %23), 7 are deleted files that are still open, 5 of them in 12 [x y]: "
		  "restart that process, directories are hidden, files can lie below the 3 mount "
		  "points in it (mount --bind shows them)" },
		{ "a part of it", 49, 0, 0, 0, false, true, false,
		  "only 49% of them in directories seen from here: the others can lie outside of "
		  "what is mounted here (a container, a bind mount)",
		  true },
		{ "a part, with a mount", 49, 0, 1, 0, false, true, true,
		  "only 49% of them in directories seen from here: the others can lie outside of "
		  "what is mounted here (a container, a bind mount), files can lie below the 1 "
		  "mount point in it (mount --bind shows them)",
		  true },
	};

	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct inode_unseen unseen = { .deleted = rows[i].deleted,
					       .held = 5,
					       .holder = sw_label_printed("12 [x y]"),
					       .all_processes = !rows[i].not_all,
					       .of_systemd = rows[i].of_systemd };
		char text[512];

		set_up(state);
		use.used = 100;
		use.part = rows[i].part;
		dirs.counted = rows[i].counted;
		dirs.unreadable = rows[i].unreadable;
		dirs.mounts = rows[i].mounts;
		if (rows[i].unreadable)
			sw_fault(&dirs.first, EACCES, "open #");
		facts.unseen = &unseen;
		if (rows[i].mute)
			facts.advice = (struct words_culprit_advice){ 0 };
		snprintf(text, sizeof(text), "100 of 100 inodes, %s", rows[i].want);
		want(rows[i].what, text);
	}
}

static void a_directory_below_a_mount_is_told_with_how_to_see_it(void **state)
{
	(void)state;
	facts.over[0] = sw_label_printed("/a");
	want("the first", "90 of 100 in /a below the mount point /a (90%): mount --bind shows it, "
			  "then 5 in /b (5%)");
	dirs.item[0].owner = (struct sw_inode_owner){ .uid = 7, .share = 1, .looked = 10 };
	facts.of[0].user = "";
	want("and whose it is",
	     "90 of 100 in /a below the mount point /a (90%): mount --bind shows it, 100% of uid "
	     "7, then 5 in /b (5%)");
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
	dirs.more = 1;
	want("the second", "90 of 100 in /a (90%)");
	path[300] = '\0';
	dirs.n = 1;
	dirs.more = 0;
	add_dir(path, 5);
	dirs.item[1].owner = (struct sw_inode_owner){ .uid = 1, .share = 1, .looked = 10 };
	facts.of[1].user = "a name that is too long to stand behind such a path as this";
	want_in("what stands behind it is left out first", words_culprit(&facts).s, "xxx (5%)");
}

static void a_long_path_is_cut_not_what_stands_behind_it(void **state)
{
	char path[SW_INODE_DIR_PATH];

	(void)state;
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[SW_INODE_DIR_PATH - 1] = '\0';
	dirs.n = 0;
	add_dir(path, 90);
	want_in("the share", words_culprit(&facts).s, "xxx... (90%)");
	facts.of[0].queue = true;
	facts.who = sw_label_printed("a@x 97%% of 9");
	want_in("who queued it", words_culprit(&facts).s, "xxx... (90%), queued by a@x 97% of 9");
	want_number("is the end", words_culprit(&facts).cut, false);
	dirs.unreadable = 1;
	sw_fault(&dirs.first, EACCES, "open #");
	want_in("a doubt", words_culprit(&facts).s,
		", 1 directory could not be read (open %23): user R");
	facts.of[0].queue = false;
	dirs.unreadable = 0;
	add_dir(path, 80);
	facts.of[1].queue = true;
	want_in("who queued the second", words_culprit(&facts).s,
		"xxx... (80%), queued by a@x 97% of 9");
}

static void a_path_is_whole_as_long_as_there_is_room(void **state)
{
	static const char head[] = "90 of 100 in ";
	static const char behind[] = " (90%), so far after 95% of the inodes in use: not all "
				     "directories in the time of env.T, 1 directory could not be "
				     "read (open %23): user R";

	use.used = 100;
	dirs.cut = true;
	dirs.unreadable = 1;
	sw_fault(&dirs.first, EACCES, "open #");
	(void)state;
	for (size_t n = 40; n < SW_INODE_DIR_PATH; n++) {
		char path[SW_INODE_DIR_PATH];
		char whole[2 * SW_LABEL_MAX + SW_INODE_DIR_PATH];
		struct sw_label text;

		memset(path, 'x', n);
		path[0] = '/';
		path[n] = '\0';
		dirs.n = 0;
		add_dir(path, 90);
		text = words_culprit(&facts);
		snprintf(whole, sizeof(whole), "%s%s%s", head, path, behind);
		if (strlen(whole) <= SW_LABEL_MAX) {
			want_text("whole", text.s, whole);
			continue;
		}
		want_text("what stands behind", text.s + text.n - strlen(behind), behind);
		want_number("all room is used", text.n, SW_LABEL_MAX);
	}
}

/* A path of n bytes in at most so many. */
static size_t put_path(char *to, size_t n, size_t room)
{
	memset(to, 'x', n);
	to[0] = '/';
	if (n > room)
		memcpy(to + room - 3, "...", 3);
	return n > room ? room : n;
}

/* What directory i is told as in `room` bytes, or more where that is too few for a path of 60. */
static size_t put_directory(char *to, size_t i, size_t n, size_t room, const char *who)
{
	char head[64];
	char tail[256];
	size_t around;
	size_t at;

	snprintf(head, sizeof(head), "%d%s in ", i ? 5 : 90, i ? "" : " of 100");
	snprintf(tail, sizeof(tail), " (%d%%)%s%s", i ? 5 : 90, *who ? ", queued by " : "", who);
	around = strlen(head) + strlen(tail);
	at = (size_t)sprintf(to, "%s", head);
	at += put_path(to + at, n, room > around + 60 ? room - around : 60);
	return at + (size_t)sprintf(to + at, "%s", tail);
}

/*
 * The first gives way for who queued another; one that does not fit behind the others is told in
 * what is left, if it is the queue, and else it ends the list.
 */
static void lay_out(char *to, const size_t n[3], size_t queue, const char *who)
{
	size_t at = put_directory(to, 0, n[0], queue > 0 && queue < 3 && *who ? 180 : 350,
				  queue == 0 ? who : "");

	for (size_t i = 1; i < 3; i++) {
		const char *name = i == queue ? who : "";
		char one[2 * SW_INODE_DIR_PATH];
		size_t room = 350 - at - 7;
		size_t more = put_directory(one, i, n[i], SIZE_MAX, name);

		if (at + 7 + more > 350 && i == queue && at < 350 - 85)
			more = put_directory(one, i, n[i], room, name);
		if (at + 7 + more > 350)
			break;
		at += (size_t)sprintf(to + at, ", then %s", one);
	}
}

static void three_share_the_room(void **state)
{
	static const char *const names[] = {
		"", "a", "a@x 97% of 9",
		"someone.with.a.long.name@a.domain.with.long.names 97% of 100000 (SASL login)"
	};
	static const size_t lengths[] = { 2, 40, 59, 60, 61, 83, 120, 200, 330 };

	for (size_t k = 0; k < SW_COUNT(names) * 4 * SW_COUNT(lengths); k++) {
		const char *who = names[k % SW_COUNT(names)];
		size_t queue = k / SW_COUNT(names) % 4;

		for (size_t first = 2; first < 320; first += first < 100 || first > 250 ? 5 : 1) {
			size_t n[3] = { first, lengths[k / SW_COUNT(names) / 4], 100 };
			char text[3 * SW_INODE_DIR_PATH];
			char path[SW_INODE_DIR_PATH] = "";

			n[2] = n[1] > 100 ? 30 : 100 + first / 4;
			set_up(state);
			dirs.n = 0;
			for (size_t i = 0; i < 3; i++) {
				path[put_path(path, n[i], SIZE_MAX)] = '\0';
				add_dir(path, i ? 5 : 90);
				facts.of[i].queue = i >= queue; /* the first counts */
			}
			facts.who = sw_label_printed("%s", who);
			lay_out(text, n, queue, who);
			want(who, text);
		}
	}
}

static void what_has_no_room_is_left_out_before_a_doubt_is_cut(void **state)
{
	char path[SW_INODE_DIR_PATH];

	memset(path, 'y', sizeof(path));
	path[0] = '/';
	add_pattern(0, "/a", 60, 12);
	dirs.item[0].pattern[0].path_n = sizeof(path);
	memcpy(dirs.item[0].pattern[0].path, path, sizeof(path));
	dirs.uncertain = 3;
	want("a pattern", "90 of 100 in /a (90%), 3 of them may be further names of one inode, "
			  "then 5 in /b (5%)");
	set_up(state);
	dirs.item[0].owner = (struct sw_inode_owner){ .uid = 1, .share = 1, .looked = 10 };
	path[sizeof(path) - 1] = '\0';
	facts.of[0].user = path;
	dirs.uncertain = 3;
	want("an owner", "90 of 100 in /a (90%), 3 of them may be further names of one inode, "
			 "then 5 in /b (5%)");
	set_up(state);
	add_pattern(1, "/b", 4, 2);
	dirs.item[1].pattern[0].path_n = sizeof(path);
	memcpy(dirs.item[1].pattern[0].path, path, sizeof(path));
	want("of the second", "90 of 100 in /a (90%), then 5 in /b (5%)");
}

static void the_smallest_of_each_is_told(void **state)
{
	(void)state;
	facts.over[0] = sw_label_printed("/");
	want("below the root",
	     "90 of 100 in /a below the mount point / (90%): mount --bind shows it, "
	     "then 5 in /b (5%)");
	set_up(state);
	facts.of[0].user = "u";
	dirs.item[0].owner = (struct sw_inode_owner){ .uid = 1, .share = 0.1, .looked = 10 };
	want("a tenth is his", "90 of 100 in /a (90%), 10% of uid 1 u, then 5 in /b (5%)");
	set_up(state);
	dirs.more = 1;
	want("one more", "90 of 100 in /a (90%), then 5 in /b (5%), then 1 more of a tenth each");
	set_up(state);
	add_dir("/c", 4);
	add_dir("/d", 3);
	facts.who = sw_label_printed("x");
	want("as many as there may be", "90 of 100 in /a (90%), then 5 in /b (5%), then 4 in /c "
					"(4%), then 3 in /d (3%)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(space_is_what_is_missing_where_inodes_are_made_of_it,
				       set_up),
		cmocka_unit_test_setup(the_directories_are_named_the_total_once, set_up),
		cmocka_unit_test_setup(growth_stands_behind_each, set_up),
		cmocka_unit_test_setup(who_queued_it_stands_behind_the_queue, set_up),
		cmocka_unit_test_setup(patterns_tell_what_holds_it, set_up),
		cmocka_unit_test_setup(the_owner_of_the_files_stands_behind_the_directory, set_up),
		cmocka_unit_test_setup(what_found_no_place_is_counted, set_up),
		cmocka_unit_test_setup(doubts_are_told_and_what_to_do, set_up),
		cmocka_unit_test_setup(
			where_less_than_half_is_seen_causes_are_named_and_no_directory, set_up),
		cmocka_unit_test_setup(a_directory_below_a_mount_is_told_with_how_to_see_it,
				       set_up),
		cmocka_unit_test_setup(a_directory_that_does_not_fit_ends_the_list, set_up),
		cmocka_unit_test_setup(a_path_is_whole_as_long_as_there_is_room, set_up),
		cmocka_unit_test_setup(three_share_the_room, set_up),
		cmocka_unit_test_setup(the_smallest_of_each_is_told, set_up),
		cmocka_unit_test_setup(what_has_no_room_is_left_out_before_a_doubt_is_cut, set_up),
		cmocka_unit_test_setup(a_long_path_is_cut_not_what_stands_behind_it, set_up),
	};

	return cmocka_run_group_tests_name("words culprit", tests, NULL, NULL);
}
