/* What holds the inodes of each file system, within the time of all. */
#include "parts/culprit.h"

#include <errno.h>

#include "descriptors.h"
#include "test.h"

static const char *first; /* where it is mounted */
static struct sw_label said[2];
static struct sw_fault faults[2];

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "x" };
	const char *const mount[] = { first, "/b" };
	struct culprit c;

	assert_int_equal(culprit_open(&c, m, why), 0);
	for (size_t i = 0; i < 2; i++) {
		struct sw_inode_use use = { .files = 300, .used = 300 };

		use.mount = raw_of(mount[i]);
		faults[i] = (struct sw_fault){ 0 };
		said[i] = culprit_of(&c, &use, &faults[i]);
	}
	culprit_close(&c);
	sw_munin_graph(m, &root);
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("x") });
	return 0;
}

static const struct sw_munin_setting settings[] = {
	{ .name = "config_directory", .kind = SW_MUNIN_TEXT, .fallback = "/etc/postfix" },
	{ .name = "scan_file", .kind = SW_MUNIN_TEXT },
	{ .name = "scan_seconds", .kind = SW_MUNIN_COUNT, .fallback = "9", .max = 9 },
	{ 0 },
};
static const struct sw_munin_plugin plugin = { .name = "r",
					       .summary = "x",
					       .markers = SW_MUNIN_MARKERS("auto", "autoconf"),
					       .settings = settings,
					       .collect = collect };

static void one_that_can_not_be_read_takes_no_time_of_the_others(void **state)
{
	static char deep[4096 + 1]; /* as long as no path may be */
	static const struct {
		const char *what, *first, *set, *said[2];
		int fault[2];
	} rows[] = {
		{ "both", "/a", NULL, { " in /a/d (", " in /b/d (" }, { 0, 0 } },
		{ "the first is gone", "/gone", NULL, { "", " in /b/d (" }, { ENOENT, 0 } },
		{ "its path is too long", deep, NULL, { "", " in /b/d (" }, { 0, 0 } },
		{ "no time is given", "/a", "scan_seconds=0", { "", "" }, { ETIME, ETIME } },
	};

	(void)state;
	memset(deep, 'x', sizeof(deep) - 1);
	deep[0] = '/';
	for (size_t i = 0; i < 2 * SW_COUNT(rows); i++) {
		const size_t row = i / 2;
		const char *env[] = { rows[row].set, NULL };
		struct sw_host h = host_new(env);
		struct plugin_run run;
		char path[64];
		int open;

		h.copied = i % 2 == 0;
		for (int k = 0; k < 300; k++) {
			snprintf(path, sizeof(path), "/%c/d/f%d", k % 2 ? 'a' : 'b', k);
			host_file(&h, path, "");
		}
		host_file(&h, "/etc/postfix/main.cf", "");
		host_file(&h, "/var/spool/postfix/deferred/x", "");
		first = rows[row].first;
		open = descriptors_open();
		run = plugin_run(&plugin, &h, NULL, NULL);
		want_number(rows[row].what, descriptors_open(), open);
		for (size_t k = 0; k < 2; k++) {
			want_in(rows[row].what, said[k].s, rows[row].said[k]);
			want_number(rows[row].what, said[k].n > 0, *rows[row].said[k] != '\0');
			want_number(rows[row].what, faults[k].code, rows[row].fault[k]);
		}
		plugin_free(&run);
		host_remove(&h);
	}
}

static void a_queue_on_a_network_is_not_opened(void **state)
{
	static const char *const none[] = { NULL };
	struct sw_host h = host_new(none);
	struct plugin_run run;

	(void)state;
	h.copied = false;
	host_file(&h, "/proc/self/mountinfo",
		  "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
		  "2 1 0:50 / /q rw - nfs server:/export rw\n");
	host_file(&h, "/etc/postfix/main.cf", "queue_directory = /q/postfix\n");
	for (int k = 0; k < 300; k++) {
		char path[64];

		snprintf(path, sizeof(path), "/q/postfix/deferred/%X/%X%09d", k % 16, k % 16, k);
		host_file(&h, path, "");
	}
	first = "/q";
	run = plugin_run(&plugin, &h, NULL, NULL);
	want_in("what is there", said[0].s, " in /q/postfix/deferred (");
	want_number("who queued it", strstr(said[0].s, "queued") != NULL, false);
	plugin_free(&run);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_can_not_be_read_takes_no_time_of_the_others),
		cmocka_unit_test(a_queue_on_a_network_is_not_opened),
	};

	return cmocka_run_group_tests_name("culprit", tests, NULL, NULL);
}
