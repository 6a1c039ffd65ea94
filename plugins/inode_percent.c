/*
 * inode_percent: inode usage in percent for each file system; drop-in for Munin 2.0's df_inode:
 * the same fields, labels, thresholds and environment.
 */
#include <errno.h>

#include "munin/munin.h"
#include "os/vfs.h"
#include "read/inodes.h"
#include "shared/culprit.h"
#include "shared/patterns.h"

/* df_inode's own list; env.exclude takes its place, as there. */
#define EXCLUDE "none unknown iso9660 squashfs udf romfs ramfs vfat debugfs nilfs2 rootfs reiserfs"

static const struct munin_setting settings[] = {
	{ "exclude", MUNIN_TEXT, EXCLUDE, 0, 0, "file system types to leave out" },
	{ "include_re", MUNIN_TEXT, NULL, 0, 0,
	  "Perl-compatible patterns; a device or mount point that matches one is shown in spite of "
	  "exclude_re" },
	{ "exclude_re", MUNIN_TEXT, NULL, 0, 0,
	  "Perl-compatible patterns of devices and mount points to leave out" },
	{ "timeout", MUNIN_COUNT, "2", 1, 30,
	  "seconds that network file systems together may take to answer" },
	{ "scan_seconds", MUNIN_COUNT, "3", 0, 30,
	  "seconds to look for the directories that hold the inodes of a file system above its "
	  "warning level (who queued it comes on top); 0 is never" },
	{ "scan_file", MUNIN_TEXT, NULL, 0, 0,
	  "where a scan from outside munin-node (contrib/munin/systemd) leaves what it found" },
	{ "config_directory", MUNIN_TEXT, "/etc/postfix", 0, 0,
	  "directory of main.cf, to tell when the directory is Postfix's queue" },
	{ "warning", MUNIN_LEVEL, "92", 0, 0, "warning range of all file systems, in percent" },
	{ "critical", MUNIN_LEVEL, "98", 0, 0, "critical range of all file systems, in percent" },
	{ "FIELD_warning", MUNIN_LEVEL, NULL, 0, 0,
	  "warning range of one file system, such as _dev_sda1_warning" },
	{ "FIELD_critical", MUNIN_LEVEL, NULL, 0, 0, "critical range of one file system" },
	{ 0 },
};

static const struct munin_graph graph = {
	.title = "Inode usage in percent",
	.args = "--upper-limit 100 -l 0",
	.vlabel = "%",
	.category = "disk",
	.no_scale = true,
	.info = "Inodes in use of those that users may have, for each file system. At 100 no file "
		"can be created, however much space is left.",
};

struct filter {
	const char *exclude;
	struct patterns *include_re;
	struct patterns *exclude_re;
};

static bool is_left_out(struct raw device, struct raw mount, struct raw type, void *ctx)
{
	const struct filter *f = ctx;
	struct raw rest = raw_of(f->exclude);
	struct raw word;

	while (raw_word(&rest, " \t", &word))
		if (raw_same(word, type))
			return true;
	if (patterns_match(f->include_re, device) || patterns_match(f->include_re, mount))
		return false;
	return patterns_match(f->exclude_re, device) || patterns_match(f->exclude_re, mount);
}

/* For these devices df_inode takes the mount point: the device says nothing. */
static bool is_nameless(struct raw device)
{
	return device.n == 0 || raw_is(device, "tmpfs") || raw_is(device, "none") ||
	       raw_is(device, "udev") || raw_is(device, "simfs");
}

/* Is it time to say what holds the inodes? */
static bool is_alarming(struct munin *m, const struct munin_field *f)
{
	return f->value > munin_upper_warning(m, f) && munin_count(m, "scan_seconds") > 0;
}

static int add(const struct inode_use *use, void *ctx)
{
	struct culprit *culprit = ctx;
	struct munin *m = culprit->m;
	struct munin_field f = {
		.name = field_dropin(is_nameless(use->device) ? use->mount : use->device),
		.label = label_from(use->mount),
		.value = use->percent,
		.warning = "92",
		.critical = "98",
	};
	struct label device = label_printed(" on ");
	struct fault why = { 0 };

	if (use->why.code) {
		munin_add_unknown(m, &f, &use->why);
		return 0;
	}
	label_add_name(&device, use->type);
	label_print(&device, " ");
	label_add_name(&device, use->device);
	if (is_alarming(m, &f) && vfs_is_doubtful(use->type))
		fault(&why, EREMOTE, "it may be on a network, and not answer");
	else if (is_alarming(m, &f))
		f.extinfo = culprit_of(culprit, use, &why);
	if (f.extinfo.n > 0) {
		label_add_whole(&f.extinfo, &device);
	} else {
		label_print(&f.extinfo, "%llu of %llu inodes", (unsigned long long)use->used,
			    (unsigned long long)use->files);
		label_append(&f.extinfo, &device);
		if (why.code)
			label_print(&f.extinfo, ", not looked into: ");
		label_append(&f.extinfo, &why.text);
	}
	munin_add(m, &f);
	return 0;
}

/* fn of inodes_each() with its filter, for collect() and probe(). */
static int each(struct munin *m, inode_fn fn, void *ctx, struct fault *why)
{
	struct filter filter = { .exclude = munin_text(m, "exclude") };
	struct fault skipped = { 0 };
	struct fault ignored = { 0 };
	size_t bad = 0;
	int rc;

	(void)shared_patterns(m, "include_re", &filter.include_re, &ignored);
	ignored = (struct fault){ 0 };
	(void)shared_patterns(m, "exclude_re", &filter.exclude_re, &ignored);
	rc = inodes_each(munin_host(m), (unsigned)munin_count(m, "timeout") * 1000, is_left_out,
			 &filter, fn, ctx, &bad, why);
	if (bad > 0) {
		fault(&skipped, EBADMSG, "lines of the mount table that were not understood: %zu",
		      bad);
		munin_complain(m, &skipped);
	}
	patterns_free(filter.include_re);
	patterns_free(filter.exclude_re);
	return rc;
}

static int collect(struct munin *m, struct fault *why)
{
	struct culprit culprit;
	int rc = culprit_open(&culprit, m, why);

	if (rc < 0)
		return rc;
	munin_graph(m, &graph);
	rc = each(m, add, &culprit, why);
	culprit_close(&culprit);
	return rc;
}

static int one_is_enough(const struct inode_use *use, void *ctx)
{
	(void)use;
	(void)ctx;
	return 1;
}

static int probe(struct munin *m, struct fault *why)
{
	int rc = each(m, one_is_enough, NULL, why);

	if (rc == 0)
		return fault(why, ENODEV, "no file system here counts inodes");
	return rc < 0 ? rc : 0;
}

const struct munin_plugin plugin = {
	.name = "inode_percent",
	.summary = "inode usage in percent for each file system",
	.markers = MUNIN_MARKERS("auto", "autoconf"),
	.settings = settings,
	.probe = probe,
	.collect = collect,
};
