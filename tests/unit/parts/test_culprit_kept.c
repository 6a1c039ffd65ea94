/*
 * Sentences that are kept between runs, and growth since a run before: beside a plain memory of the
 * same runs. What is counted, its words and lines of time have tests of their own, and are taken
 * from there.
 */
#include <errno.h>

#include "base/timeline.h"
#include "inode/dirs.h"
#include "parts/culprit.h"
#include "words/culprit.h"

#include "test.h"

enum { NOW = 1795431617, MOUNTS = 18, DIRECTORIES = 3, HOUR = 3600, DAY = 86400 };

/* What was counted, as text: the path, what is named below it, how many more there are. */
struct plain_sizes {
	int64_t when;
	struct {
		char what[256];
		uint64_t inodes;
	} of[SW_INODE_DIRS_MAX];
};

struct plain_entry {
	int mount; /* and 1; 0: free */
	int64_t when;
	struct plain_sizes base, last;
	struct sw_label text;
};

static struct plain_line {
	struct timeline time;
	struct plain_entry entry[CULPRIT_FILE_SYSTEMS];
} line, other;

static struct sw_host host;
static char variable[2][300];
static bool is_outside;
static int which, upto; /* mounts that are asked about */
static struct sw_label said[MOUNTS], plain_said[MOUNTS];

static bool is_failing; /* they are not there */
static bool is_root; /* the first of them is / */

static const char *mount_of(int i)
{
	static char path[8];

	snprintf(path, sizeof(path), "/%c", 'a' + i);
	return i == 0 && is_root ? "/" : path;
}

static struct sw_inode_use use_of(int i)
{
	return (struct sw_inode_use){ .mount = raw_of(mount_of(i)), .files = 9999, .used = 999 };
}

static struct plain_entry *plain_find(int mount)
{
	struct plain_entry *oldest = line.entry;

	for (size_t i = 0; i < CULPRIT_FILE_SYSTEMS; i++)
		if (line.entry[i].mount == mount + 1)
			return &line.entry[i];
	for (size_t i = 0; i < CULPRIT_FILE_SYSTEMS; i++)
		if (line.entry[i].when < oldest->when)
			oldest = &line.entry[i];
	*oldest = (struct plain_entry){ .mount = mount + 1 };
	return oldest;
}

static struct plain_sizes plain_sizes(const struct sw_inode_dirs *dirs)
{
	struct plain_sizes ret = { .when = host.now };

	for (size_t i = 0; i < dirs->n; i++) {
		const struct sw_inode_dir *d = &dirs->item[i];
		int n = snprintf(ret.of[i].what, sizeof(ret.of[i].what), "%.*s +%zu",
				 (int)d->path_n, d->path, dirs->more);

		ret.of[i].inodes = d->inodes;
		for (size_t k = 0; k < dirs->n; k++) {
			const struct sw_inode_dir *e = &dirs->item[k];
			size_t above = d->path_n > 1 ? d->path_n : 0; /* the root has no name */
			bool below = e->path_n > above + 1 && e->path[above] == '/' &&
				     memcmp(e->path, d->path, above) == 0;

			if (below)
				n += snprintf(ret.of[i].what + n, sizeof(ret.of[i].what) - (size_t)n,
					      " -%.*s", (int)e->path_n, e->path);
		}
	}
	return ret;
}

static struct sw_label plain_scan(int mount, struct plain_entry *e)
{
	struct sw_inode_use use = use_of(mount);
	struct words_culprit words = { .use = &use, .copied = true };
	struct sw_inode_dirs dirs;
	struct plain_sizes now;
	struct sw_fault why;
	struct sw_label text;
	char name[8];

	snprintf(name, sizeof(name), "%s", mount_of(mount));
	if (sw_inode_dirs_scan(&host, name, 0, 9000, &dirs, &why) < 0)
		return label_new();
	now = plain_sizes(&dirs);
	if (e->last.when && now.when - e->last.when >= 240)
		e->base = e->last;
	if (!e->base.when || now.when - e->base.when > DAY)
		e->base = now;
	e->last = now;
	words.dirs = &dirs;
	words.since = e->base.when;
	for (size_t i = 0; i < dirs.n; i++) {
		words.of[i].user = dirs.item[i].owner.looked ? "" : NULL;
		for (size_t k = 0; k < SW_INODE_DIRS_MAX; k++)
			if (strcmp(e->base.of[k].what, now.of[i].what) == 0 &&
			    now.of[i].inodes > e->base.of[k].inodes)
				words.of[i].grown = now.of[i].inodes - e->base.of[k].inodes;
	}
	text = words_culprit(&words);
	sw_inode_dirs_free(&dirs);
	return text;
}

static void plain_run(void)
{
	static struct plain_line before[2];
	bool is_scanned = false;
	int64_t gone;

	before[0] = line;
	before[1] = other;

	timeline_go(&line, &other, sizeof(line), host.now,
		    (struct timeline_step){ 1800, 60, DAY }, &gone);
	for (int i = which; i < upto; i++) {
		struct plain_entry *e = NULL;

		for (size_t k = 0; k < CULPRIT_FILE_SYSTEMS; k++)
			if (line.entry[k].mount == i + 1)
				e = &line.entry[k];
		if (e && e->when > 0 && host.now - e->when < (is_outside ? 900 : 120)) {
			plain_said[i] = e->text;
			continue;
		}
		is_scanned = true;
		e = plain_find(i);
		e->text = plain_said[i] = plain_scan(i, e);
		e->when = host.now;
	}
	if (is_scanned) /* else nothing is written */
		return;
	line = before[0];
	other = before[1];
}

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "x" };
	struct culprit c;

	assert_int_equal(culprit_open(&c, m, why), 0);
	for (int i = which; i < upto; i++) {
		struct sw_inode_use use = use_of(i);
		struct sw_fault none = { 0 };

		said[i] = culprit_of(&c, &use, &none);
		want_number("fault", none.code, is_failing ? ENOENT : 0);
	}
	culprit_close(&c);
	sw_munin_graph(m, &root);
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("x") });
	return 0;
}

static const struct sw_munin_setting settings[] = {
	{ .name = "config_directory", .kind = SW_MUNIN_TEXT, .fallback = "/etc/postfix" },
	{ .name = "scan_file", .kind = SW_MUNIN_TEXT },
	{ .name = "scan_seconds", .kind = SW_MUNIN_COUNT, .fallback = "30", .max = 30 },
	{ 0 },
};
static const struct sw_munin_plugin plugin = { .name = "r",
					       .summary = "x",
					       .markers = SW_MUNIN_MARKERS("auto", "autoconf"),
					       .settings = settings,
					       .collect = collect };

/* `n` files more; a directory below /x/d0 makes it another thing that is counted there. */
static void fill(int mount, int directory, int n)
{
	static int serial;
	char path[64];

	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "/%s/d%d/%s/f%d", mount_of(mount),
			 directory < DIRECTORIES ? directory : 0,
			 directory < DIRECTORIES ? "." : "below", ++serial);
		host_file(&host, path, "");
	}
}

static const char *state_file(void)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s", strchr(variable[0], '=') + 1);
	return path;
}

static void begin(bool outside, int mounts)
{
	static const char *env[2] = { variable[0], NULL };

	is_outside = outside;
	memset(&line, 0, sizeof(line));
	memset(&other, 0, sizeof(other));
	host = host_new(env);
	host.now = NOW;
	snprintf(variable[0], sizeof(variable[0]), "%s=%s", outside ? "scan_file" : "MUNIN_STATEFILE",
		 host_path(&host, "/state"));
	for (int i = 0; is_root && i < 30; i++) {
		char path[16];

		snprintf(path, sizeof(path), "/f%d", i);
		host_file(&host, path, "");
	}
	for (int i = 0; i < mounts; i++)
		for (int k = 0; k < DIRECTORIES; k++)
			fill(i, k, 5 + 2 * k);
}

static void run(const char *what, int64_t now, int first, int end)
{
	struct plugin_run p;

	host.now = now;
	which = first;
	upto = end;
	p = plugin_run(&plugin, &host, NULL, NULL);
	want_number(what, p.status, 0);
	want_text(what, p.err, "");
	plain_run();
	for (int i = first; i < end; i++)
		want_text(what, said[i].s, plain_said[i].s);
	plugin_free(&p);
}

static void each_sentence_is_as_a_plain_memory_has_it(void **state)
{
	static const int64_t steps[] = { 0,    1,	 60,  119, 120, 121, 239, 240, 241, 300,
					 899,  900,	 901, 1799, 1800, 1801, HOUR, 300, 300,
					 -1, -300, -HOUR, DAY - 1, DAY, DAY + 1, 7 * DAY };
	uint32_t dice = 7;

	(void)state;
	for (int turn = 0; turn < 4; turn++) {
		int64_t now = NOW;

		is_root = turn == 3;
		begin(turn == 1, 2);
		for (int i = 0; i < 80; i++) {
			char what[64];

			snprintf(what, sizeof(what), "turn %d, run %d", turn, i);
			dice = dice * 1664525 + 1013904223;
			if (dice >> 28 < 9)
				fill(dice >> 16 & 1, dice >> 17 & 3, (int)(dice >> 19 & 7));
			now += steps[(dice >> 8) % SW_COUNT(steps)];
			run(what, now, 0, 2);
		}
		host_remove(&host);
	}
	is_root = false;
}

/* A clock that is days ahead for a minute or less is forgotten, one that goes on so is not. */
static void what_a_wrong_clock_left_is_not_gone_on_with(void **state)
{
	static const int64_t moments[] = { 59, 60, 61, 62 };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(moments); i++) {
		const int64_t days = NOW + 3 * DAY;

		begin(false, 2);
		run("before", NOW, 0, 1);
		fill(0, 0, 3);
		run("days ahead", days, 0, 1);
		fill(0, 0, 3);
		run("and a moment on", days + moments[i], 1, 2);
		run("back", NOW + 200, 0, 1);
		fill(0, 0, 3);
		run("days ahead again", days + moments[i] + 3, 0, 1);
		host_remove(&host);
	}
}

/* A write of each run would wear the disk out. */
static void what_can_not_be_said_is_not_written(void **state)
{
	uint64_t before;

	(void)state;
	begin(false, 1);
	run("one that is there", NOW, 0, 1);
	before = file_hash(state_file());
	is_failing = true;
	run("one that is not", NOW + 300, 1, 2);
	is_failing = false;
	want_number("the state", file_hash(state_file()) == before, true);
	host_remove(&host);
}

/* There is room for 16: the one that is the oldest has to give way. */
static void of_many_file_systems_the_oldest_gives_way(void **state)
{
	static const struct {
		int first, end;
	} rows[] = { { 0, 1 },	 { 1, 2 },  { 2, 15 }, { 15, 16 }, { 0, 1 },   { 1, 2 },
		     { 16, 17 }, { 2, 3 },  { 0, 2 },  { 17, 18 }, { 3, 4 },   { 14, 18 },
		     { 4, 9 },	 { 0, 18 }, { 0, 18 }, { 9, 18 },  { 16, 17 }, { 0, 16 } };

	(void)state;
	begin(false, MOUNTS);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char what[64];

		snprintf(what, sizeof(what), "row %zu", i);
		for (int k = 0; k < MOUNTS; k++)
			fill(k, 1, 1);
		run(what, NOW + 250 * (int64_t)i, rows[i].first, rows[i].end);
	}
	host_remove(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_sentence_is_as_a_plain_memory_has_it),
		cmocka_unit_test(what_a_wrong_clock_left_is_not_gone_on_with),
		cmocka_unit_test(what_can_not_be_said_is_not_written),
		cmocka_unit_test(of_many_file_systems_the_oldest_gives_way),
	};

	return cmocka_run_group_tests_name("culprit, kept", tests, NULL, NULL);
}
