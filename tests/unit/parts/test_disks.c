#include <errno.h>
#include <stdlib.h>

#include "parts/disks.h"
#include "test.h"

static struct disks_memory memory;
static char *said;
static size_t said_n;

/* A run: what it notes is told by `note`; what it complains of is in `said`. */
static void (*note)(struct disks *d);
static int64_t now;
static bool changed;

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	struct disks d = { .memory = &memory, .now = now, .kept = true };
	struct sw_munin_graph graph = { .title = "t" };
	struct sw_munin_field f = { .name = sw_field_own("f") };

	(void)why;
	sw_munin_graph(m, &graph);
	sw_munin_add(m, &f);
	note(&d);
	disks_end(&d, m);
	changed = d.changed;
	return 0;
}

static const char *run_of(void (*what)(struct disks *d), int64_t when)
{
	static const struct sw_munin_plugin plugin = { .name = "p", .collect = collect };
	char *argv[] = { (char *)"p", NULL };
	struct sw_host h = host_new(NULL);
	FILE *err;
	FILE *null = fopen("/dev/null", "w");

	free(said);
	err = open_memstream(&said, &said_n);
	note = what;
	now = when;
	munin_run(&plugin, 1, argv, &h, null, err);
	fclose(err);
	fclose(null);
	host_remove(&h);
	return said;
}

static struct sw_inode_use use_of(const char *mount, const char *type)
{
	return (struct sw_inode_use){ .mount = raw_of(mount),
				      .device = raw_of("/dev/sdb1"),
				      .type = raw_of(type),
				      .mount_id = 7,
				      .files = 100,
				      .used = 40,
				      .percent = 40 };
}

static void home(struct disks *d)
{
	struct sw_inode_use use = use_of("/ho me", "ext4");

	disks_note(d, &use);
}

static void home_unknown(struct disks *d)
{
	struct sw_inode_use use = use_of("/ho me", "ext4");

	sw_fault(&use.why, EIO, "x");
	disks_note(d, &use);
}

static void memory_of_a_container(struct disks *d)
{
	struct sw_inode_use use = use_of("/var/lib/c/shm", "tmpfs");

	disks_note(d, &use);
}

static void nothing(struct disks *d)
{
	(void)d;
}

static void a_disk_that_is_gone_is_said_once(void **state)
{
	static const struct {
		const char *what;
		void (*note)(struct disks *d);
		const char *want;
		bool changed;
	} rows[] = {
		{ "the first run", home, "", true },
		{ "it stays: nothing is written", home, "", false },
		{ "unknown is not gone", home_unknown, "", false },
		{ "gone", nothing, "p: [/ho me]: no longer mounted\n", true },
		{ "said", nothing, "", false },
		{ "back", home, "", true },
		{ "gone again", nothing, "p: [/ho me]: no longer mounted\n", true },
		{ "memory that comes", memory_of_a_container, "", false },
		{ "and goes", nothing, "", false },
	};

	(void)state;
	memory = (struct disks_memory){ 0 };
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		want_text(rows[i].what, run_of(rows[i].note, 1000 + (int64_t)i), rows[i].want);
		want_number(rows[i].what, changed, rows[i].changed);
	}
}

static void more_than_there_is_room_for(struct disks *d)
{
	for (int i = 0; i < DISKS_MAX + 10; i++) {
		char point[32];
		struct sw_inode_use use;

		snprintf(point, sizeof(point), "/m%d", i);
		use = use_of(point, "ext4");
		disks_note(d, &use);
	}
}

static void of_too_many_the_last_are_not_watched(void **state)
{
	(void)state;
	memory = (struct disks_memory){ 0 };
	want_text("first", run_of(more_than_there_is_room_for, 1000), "");
	want_text("again", run_of(more_than_there_is_room_for, 1001), "");
}

static void what_autofs_takes_away_is_asked_when_another_uses_it(void **state)
{
	static const struct {
		const char *what;
		int64_t now;
		uint64_t mount_id;
		bool kept;
		bool want;
	} rows[] = {
		{ "at once", 1000, 7, true, false },
		{ "while it may be there for our question", 1385, 7, true, false },
		{ "then somebody else has used it", 1386, 7, true, true },
		{ "mounted anew", 1001, 8, true, true },
		{ "the clock went back", 999, 7, true, true },
		{ "nobody would know of the question", 9999, 8, false, false },
	};
	struct sw_inode_use use = use_of("/net/x", "nfs4");
	struct disks d = { .memory = &memory, .now = 1000, .kept = true };

	(void)state;
	memory = (struct disks_memory){ 0 };
	use.expires = 300;
	want_number("never asked", disks_may_wake(&d, &use), true);
	want_number("no number yet", disks_last(&d, &use) == NULL, true);
	disks_note(&d, &use);
	want_number("to be kept", d.changed, true);
	want_number("the number", disks_last(&d, &use)->used, 40);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		d.now = rows[i].now;
		d.kept = rows[i].kept;
		use.mount_id = rows[i].mount_id;
		want_number(rows[i].what, disks_may_wake(&d, &use), rows[i].want);
	}
	want_text("gone: no news", run_of(nothing, 2000), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_disk_that_is_gone_is_said_once),
		cmocka_unit_test(of_too_many_the_last_are_not_watched),
		cmocka_unit_test(what_autofs_takes_away_is_asked_when_another_uses_it),
	};
	int failed = cmocka_run_group_tests_name("disks", tests, NULL, NULL);

	free(said);
	return failed;
}
