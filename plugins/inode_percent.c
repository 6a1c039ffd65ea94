/*
 * inode_percent: inode usage in percent for each file system; drop-in for Munin 2.0's df_inode:
 * the same fields, labels, thresholds and environment.
 */
#include <errno.h>
#include <time.h>

#include "inode/use.h"
#include "munin/munin.h"
#include "spoolwatch/inode.h"
#include "parts/culprit.h"
#include "parts/settings_paths.h"
#include "parts/settings_patterns.h"
#include "parts/settings_shared.h"
#include "words/culprit.h"

static const struct sw_munin_setting settings[] = {
	{ "exclude", SW_MUNIN_TEXT, INODE_LEFT_OUT, .help = "file system types to leave out" },
	{ "include_re", SW_MUNIN_TEXT, NULL,
	  .help = "Perl-compatible patterns; a device or mount point that matches one is shown in "
		  "spite of "
		  "exclude_re" },
	{ "exclude_re", SW_MUNIN_TEXT, NULL,
	  .help = "Perl-compatible patterns of devices and mount points to leave out" },
	{ "timeout", SW_MUNIN_COUNT, "2", 1, 30,
	  "seconds that network file systems together may take to answer" },
	{ "scan_seconds", SW_MUNIN_COUNT, "3", 0, 30,
	  "seconds to look for the directories that hold the inodes of a file system above its "
	  "warning level (who queued it comes on top); 0 is never" },
	{ "scan_file", SW_MUNIN_TEXT, NULL,
	  .help = "where a scan from outside munin-node (contrib/munin/systemd) leaves what it "
		  "found" },
	{ "config_directory", SW_MUNIN_TEXT, "/etc/postfix",
	  .help = "directory of main.cf, to tell when the directory is Postfix's queue" },
	{ "warning", SW_MUNIN_LEVEL, "92",
	  .help = "warning range of all file systems, in percent" },
	{ "critical", SW_MUNIN_LEVEL, "98",
	  .help = "critical range of all file systems, in percent" },
	{ "FIELD_warning", SW_MUNIN_LEVEL, NULL,
	  .help = "warning range of one file system, such as _dev_sda1_warning" },
	{ "FIELD_critical", SW_MUNIN_LEVEL, NULL, .help = "critical range of one file system" },
	{ 0 },
};

static const struct sw_munin_graph graph = {
	.title = "Inode usage in percent",
	.args = "--upper-limit 100 -l 0",
	.vlabel = "%",
	.category = "disk",
	.no_scale = true,
	.info = "Inodes in use of those that users may have, for each file system. At 100 no file "
		"can be created, however much space is left. Above the warning level the extra "
		"information says which directories hold them: spoolwatch inodes goes down into "
		"them.",
};

struct filter {
	const char *exclude;
	struct patterns *include_re;
	struct patterns *exclude_re;
};

static bool is_left_out(struct sw_raw device, struct sw_raw mount, struct sw_raw type, void *ctx)
{
	const struct filter *f = ctx;
	struct sw_raw rest = raw_of(f->exclude);
	struct sw_raw word;

	while (raw_word(&rest, " \t", &word))
		if (raw_same(word, type))
			return true;
	if (patterns_match(f->include_re, device) || patterns_match(f->include_re, mount))
		return false;
	return patterns_match(f->exclude_re, device) || patterns_match(f->exclude_re, mount);
}

/*
 * For these devices df_inode takes the mount point: the device says nothing. Nor does the name that
 * a container engine gives the memory of each of its containers (`shm` on .../mounts/shm): the
 * field would be of another one each day. /run and /dev/shm of the system keep theirs.
 */
static bool is_nameless(const struct sw_inode_use *use)
{
	struct sw_raw device = use->device;
	size_t depth = 0;

	if (device.n == 0 || raw_is(device, "tmpfs") || raw_is(device, "none") ||
	    raw_is(device, "udev") || raw_is(device, "simfs"))
		return true;
	for (size_t i = 0; i < use->mount.n; i++)
		depth += use->mount.p[i] == '/';
	return depth > 2 && raw_is(use->type, "tmpfs") &&
	       raw_same(device, raw_skip(use->mount, raw_find_last(use->mount, '/') + 1));
}

/* Is it time to say what holds the inodes? */
static bool is_alarming(struct sw_munin *m, const struct sw_munin_field *f)
{
	return f->value.number > munin_upper_warning(m, f) && sw_munin_count(m, "scan_seconds") > 0;
}

static void add_device(struct sw_label *text, const struct sw_inode_use *use)
{
	struct sw_label device = sw_label_printed(" on ");

	sw_label_add_name(&device, use->type);
	sw_label_print(&device, " ");
	sw_label_add_name(&device, use->device);
	label_add_whole(text, &device);
}

static void add_numbers(struct sw_label *text, uint64_t used, uint64_t files)
{
	sw_label_print(text, "%llu of %llu inode%s", (unsigned long long)used,
		       (unsigned long long)files, files == 1 ? "" : "s");
}

/* Not known now, but perhaps from before, or from outside (env.scan_file). */
static void add_unknown(struct culprit *c, struct sw_munin_field *f, const struct sw_inode_use *use)
{
	const struct disks_entry *last = disks_last(&c->disks, use);
	struct sw_fault why = use->why;
	time_t when = last ? (time_t)last->when : 0;
	struct tm tm;
	char clock[8] = "";

	if (use->hidden && last && (c->disks.now < when || c->disks.now - when >= c->keep))
		last = NULL;
	if (use->hidden && !last)
		sw_label_print(&why.text, ": env.scan_file, or ProtectHome=no for munin-node");
	if ((!use->hidden && use->expires == 0) || !last || !localtime_r(&when, &tm) ||
	    strftime(clock, sizeof(clock), "%H:%M", &tm) == 0) {
		sw_munin_add_unknown(c->m, f, &why);
		return;
	}
	f->value = sw_munin_value_of(last->percent);
	if (use->hidden && is_alarming(c->m, f))
		f->extinfo = culprit_kept(c, use);
	if (f->extinfo.n == 0)
		add_numbers(&f->extinfo, last->used, last->files);
	add_device(&f->extinfo, use);
	sw_label_print(&f->extinfo, " at %s", clock);
	if (use->hidden)
		sw_label_print(&f->extinfo, ", as env.scan_file says");
	sw_label_print(&f->extinfo, ", now ");
	sw_label_append(&f->extinfo, &use->why.text);
	sw_munin_add(c->m, f);
}

/* Of a file system above its level what can be said; "" and *why when nothing can. */
static struct sw_label explain(struct culprit *c, const struct sw_inode_use *use,
			       struct sw_fault *why)
{
	const struct sw_label space = words_space(use);
	struct sw_label text = label_new();

	if (space.n > 0) {
		add_numbers(&text, use->used, use->files);
		sw_label_print(&text, ", but ");
		sw_label_append(&text, &space);
	} else if (use->doubtful) {
		sw_fault(why, EREMOTE, "it may be on a network, and not answer");
	} else if (use->file) {
		sw_fault(why, ENOTDIR, "only a file of it is seen from here");
	} else {
		text = culprit_of(c, use, why);
	}
	return text;
}

static int add(const struct sw_inode_use *use, void *ctx)
{
	struct culprit *culprit = ctx;
	struct sw_munin *m = culprit->m;
	struct sw_munin_field f = {
		.name = sw_field_dropin(is_nameless(use) ? use->mount : use->device),
		.label = sw_label_from(use->mount),
		.value = sw_munin_value_of(use->percent),
		.draw = "LINE2",
	};
	struct sw_fault why = { 0 };

	disks_note(&culprit->disks, use);
	if (use->why.code) {
		add_unknown(culprit, &f, use);
		return 0;
	}
	if (is_alarming(m, &f))
		f.extinfo = explain(culprit, use, &why);
	if (f.extinfo.n == 0)
		add_numbers(&f.extinfo, use->used, use->files);
	add_device(&f.extinfo, use);
	if (why.code)
		sw_label_print(&f.extinfo, ", not looked into: ");
	sw_label_append(&f.extinfo, &why.text);
	sw_munin_add(m, &f);
	return 0;
}

static bool may_wake(const struct sw_inode_use *use, void *ctx)
{
	struct culprit *culprit = ctx;

	return culprit && disks_may_wake(&culprit->disks, use);
}

/* fn of inode_each() with our filter, for collect() and probe(). */
static int each(struct sw_munin *m, sw_inode_fn fn, void *ctx, struct sw_fault *why)
{
	struct filter filter = { .exclude = sw_munin_text(m, "exclude") };
	struct sw_fault skipped = { 0 };
	struct sw_fault ignored = { 0 };
	size_t bad = 0;
	struct inode_question question = {
		.timeout_ms = (unsigned)sw_munin_count(m, "timeout") * 1000,
		.skip = is_left_out,
		.skip_ctx = &filter,
		.may_wake = may_wake,
		.fn = fn,
		.ctx = ctx,
	};
	int rc;

	(void)settings_patterns(m, "include_re", &filter.include_re, &ignored);
	ignored = (struct sw_fault){ 0 };
	(void)settings_patterns(m, "exclude_re", &filter.exclude_re, &ignored);
	rc = inode_each(sw_munin_host(m), &question, &bad, why);
	if (bad > 0) {
		sw_fault(&skipped, EBADMSG,
			 "lines of the mount table that were not understood: %zu", bad);
		sw_munin_complain(m, &skipped);
	}
	patterns_free(filter.include_re);
	patterns_free(filter.exclude_re);
	return rc;
}

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	struct culprit culprit;
	int rc = culprit_open(&culprit, m, why);

	if (rc < 0)
		return rc;
	settings_config_directory(m);
	sw_munin_graph(m, &graph);
	rc = each(m, add, &culprit, why);
	if (rc == 0)
		disks_end(&culprit.disks, m);
	culprit_close(&culprit);
	return rc;
}

static int one_is_enough(const struct sw_inode_use *use, void *ctx)
{
	(void)use;
	(void)ctx;
	return 1;
}

static int probe(struct sw_munin *m, struct sw_fault *why)
{
	int rc = each(m, one_is_enough, NULL, why);

	if (rc == 0)
		return sw_fault(why, ENODEV, "no file system here counts inodes");
	return rc < 0 ? rc : 0;
}

static const struct sw_munin_plugin plugin = {
	.name = "inode_percent",
	.summary = "inode usage in percent for each file system",
	.markers = SW_MUNIN_MARKERS("auto", "autoconf"),
	.settings = settings,
	.probe = probe,
	.collect = collect,
	.palette = true,
	.fields = "*", /* devices and mount points have any name */
	.shared = SETTINGS_SHARED,
};

int main(int argc, char **argv)
{
	return sw_munin_main(&plugin, argc, argv);
}
