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

static void of_a_long_name(struct disks *d)
{
	char point[2 * SW_LABEL_MAX];
	struct sw_inode_use use;

	memset(point, 'n', sizeof(point) - 1);
	point[0] = '/';
	point[sizeof(point) - 1] = '\0';
	use = use_of(point, "ext4");
	disks_note(d, &use);
}

static void of_too_many_the_last_are_not_watched(void **state)
{
	struct sw_inode_use use = use_of("/m0", "ext4");
	struct disks d = { .memory = &memory, .now = 1001, .kept = true };
	size_t watched = 0;

	(void)state;
	memory = (struct disks_memory){ 0 };
	want_text("first", run_of(more_than_there_is_room_for, 1000), "");
	want_text("again", run_of(more_than_there_is_room_for, 1001), "");
	use = use_of("/m999", "ext4");
	want_number("of one without room it is asked", disks_may_wake(&d, &use), true);
	want_number("and nothing is known", disks_last(&d, &use) == NULL, true);
	for (size_t i = 0; i < DISKS_MAX; i++)
		watched += memory.entry[i].mount != 0;
	want_number("as many as there is room for", watched, DISKS_MAX);
	want_in("the first is gone", run_of(nothing, 1002), "p: /m0: no longer");
	for (size_t i = 0; i < DISKS_MAX; i++)
		want_number("all are", memory.entry[i].mount, 0);
}

static void a_long_name_is_cut(void **state)
{
	(void)state;
	memory = (struct disks_memory){ 0 };
	want_text("first", run_of(of_a_long_name, 1000), "");
	want_number("bytes of it", strlen(memory.entry[0].name), DISKS_NAME);
	memory.entry[0].name[DISKS_NAME] = 'x'; /* a state that somebody else wrote */
	run_of(nothing, 1001);
	want_number("its end", (long long)strspn(said + strlen("p: /"), "n"), DISKS_NAME - 1);
	want_text("and what is said", said + strlen("p: ") + DISKS_NAME, ": no longer mounted\n");
}

/* Of a scan from outside the numbers are kept, too: once a minute, as a state costs a write. */
static void numbers_are_kept_once_a_minute(void **state)
{
	enum { AT = 1000 };
	static const struct {
		const char *what;
		bool values;
		int64_t now;
		int code;     /* of why they are not known */
		int expires;  /* seconds */
		bool changed;
		int64_t when; /* of the number that is known then */
	} rows[] = {
		{ "nobody wants them", false, AT, 0, 0, false, 0 },
		{ "the first", true, AT, 0, 0, true, AT },
		{ "at once", true, AT, 0, 0, false, AT },
		{ "a second too early", true, AT + 59, 0, 0, false, AT },
		{ "a minute later", true, AT + 60, 0, 0, true, AT + 60 },
		{ "which are not known", true, AT + 600, EIO, 0, false, AT + 60 },
		{ "the clock went back", true, AT + 59, 0, 0, true, AT + 59 },
		{ "automount(8) will take it away", false, AT + 60, 0, 300, true, AT + 60 },
		{ "each time", false, AT + 60, 0, 300, true, AT + 60 },
		{ "however soon", false, AT + 60, 0, 1, true, AT + 60 },
		{ "also then", false, AT + 60, 0, 1, true, AT + 60 },
		{ "not so soon", false, AT + 60, 0, 300, true, AT + 60 },
		{ "which is not known", false, AT + 99, EIO, 300, false, AT + 60 },
		{ "in another time", false, AT + 99, EIO, 301, true, AT + 60 },
		{ "no more", false, AT + 99, 0, 0, true, AT + 60 },
	};
	struct sw_inode_use use = use_of("/ho me", "ext4");

	(void)state;
	memory = (struct disks_memory){ 0 };
	run_of(home, AT - 1);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct disks d = { .memory = &memory, .values = rows[i].values, .kept = true };
		const struct disks_entry *last;

		d.now = rows[i].now;
		use.why.code = rows[i].code;
		use.expires = (unsigned)rows[i].expires;
		use.used = i;
		disks_note(&d, &use);
		want_number(rows[i].what, d.changed, rows[i].changed);
		last = disks_last(&d, &use);
		want_number(rows[i].what, last ? last->when : 0, rows[i].when);
		if (last && last->when == rows[i].now && rows[i].changed) {
			want_number(rows[i].what, last->used, i);
			want_number(rows[i].what, last->files, 100);
			want_number(rows[i].what, last->mount_id, 7);
			want_number(rows[i].what, last->percent, 40);
		}
	}
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
		{ "in the same second", 1000, 7, true, false },
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
		cmocka_unit_test(a_long_name_is_cut),
		cmocka_unit_test(numbers_are_kept_once_a_minute),
		cmocka_unit_test(what_autofs_takes_away_is_asked_when_another_uses_it),
	};
	int failed = cmocka_run_group_tests_name("disks", tests, NULL, NULL);

	free(said);
	return failed;
}
