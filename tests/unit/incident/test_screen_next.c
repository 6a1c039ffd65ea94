/* What the screen says to type next: for whom, and which verb; the first that applies. */
#include <errno.h>
#include <stdlib.h>

#include "incident/screen.h"
#include "postfix/account.h"
#include "test.h"

static struct screen s;
static struct options options;
static struct run run = { .options = &options };
static struct break_in broken[2];
static char keys[4][ACCOUNT_KEY];

/* "login", "uid 33", "client 192.0.2.1", "local": its key. */
static struct sw_raw key_of(const char *name, char buf[ACCOUNT_KEY])
{
	if (strncmp(name, "uid ", 4) == 0)
		return account_uid(strtoull(name + 4, NULL, 10), buf);
	if (strncmp(name, "client ", 7) == 0)
		return account_client(raw_of(name + 7), buf);
	return strcmp(name, "local") == 0 ? account_local(buf) : account_login(raw_of(name), buf);
}

struct row {
	const char *what;
	struct {
		const char *name;
		unsigned now;
		double queued;
	} account[2];
	unsigned messages; /* in the queues */
	bool no_queues;
	const char *locked, *broken[2];
	double full;
	const char *mount, *want, *instance;
};

static void make(const struct row *row)
{
	s = (struct screen){ .run = &run };
	options = (struct options){ .config_directory = row->instance };
	s.queues.owners.messages = row->messages;
	s.queues.why.code = row->no_queues ? EACCES : 0;
	for (size_t i = 0; i < 2 && row->account[i].name; i++)
		s.accounts.row[s.accounts.n++] = (struct screen_account){
			.key = key_of(row->account[i].name, keys[i]),
			.now = row->account[i].now,
			.queued = row->account[i].queued,
		};
	for (size_t i = 0; i < 2 && row->broken[i]; i++) {
		struct sw_raw key = key_of(row->broken[i], keys[2]);

		broken[i] = (struct break_in){ .account = 1, .name_n = (uint16_t)key.n };
		memcpy(broken[i].name, key.p, key.n);
		s.accounts.broken[s.accounts.broken_n++] = &broken[i];
	}
	if (row->locked)
		s.locks.lock[s.locks.n++].name = raw_of(row->locked);
	if (row->mount) {
		struct screen_disk *d = &s.disks.disk[s.disks.n++];

		d->use.percent = row->full;
		d->use.mount.n = strlen(row->mount);
		memcpy(d->mount, row->mount, d->use.mount.n);
	}
}

static void want_next(const char *what, const char *want)
{
	char *next = screen_next(&s);

	assert_non_null(next);
	want_text(what, next, want);
	free(next);
}

static void the_first_that_applies_is_next(void **state)
{
	static const struct row rows[] = {
		{ .what = "nothing", .want = "" },
		{ .what = "calm", .account = { { "bob@x", 100, 0 } }, .want = "" },
		{ .what = "too fast", .account = { { "bob@x", 101, 0 } }, .want = "spoolwatch contain bob@x" },
		{ .what = "of an instance", .instance = "/etc/postfix 2", .account = { { "bob@x", 101, 0 } },
		  .want = "spoolwatch contain -c '/etc/postfix 2' bob@x" },
		{ .what = "few in the queues", .messages = 99, .account = { { "bob@x", 0, 99 } }, .want = "" },
		{ .what = "many, and more than half", .messages = 199, .account = { { "bob@x", 0, 100 } },
		  .want = "spoolwatch contain bob@x" },
		{ .what = "many, and half", .messages = 200, .account = { { "bob@x", 0, 100 } }, .want = "" },
		{ .what = "of how many is not known", .messages = 1000, .no_queues = true, .account = { { "bob@x", 0, 100 } },
		  .want = "spoolwatch contain bob@x" },
		{ .what = "the second", .account = { { "ann@x", 100, 0 }, { "bob@x", 101, 0 } }, .want = "spoolwatch contain bob@x" },
		{ .what = "both", .account = { { "ann@x", 101, 0 }, { "bob@x", 900, 0 } }, .want = "spoolwatch contain ann@x" },
		{ .what = "locked: that was before", .locked = "bob@x", .account = { { "bob@x", 101, 0 } }, .want = "" },
		{ .what = "locked, and it lies there", .locked = "Bob@X", .messages = 100, .account = { { "bob@x", 900, 100 } },
		  .want = "spoolwatch delete bob@x" },
		{ .what = "another one is locked", .locked = "eve@x", .account = { { "bob@x", 101, 0 } },
		  .want = "spoolwatch contain bob@x" },
		{ .what = "an option", .account = { { "-rf", 101, 0 } }, .want = "spoolwatch contain -- -rf" },
		{ .what = "the shortest", .account = { { "-", 101, 0 } }, .want = "spoolwatch contain -- -" },
		{ .what = "for a shell", .account = { { "$(x) 'y", 101, 0 } }, .want = "spoolwatch contain '$(x) '\\''y'" },
		{ .what = "a local user", .account = { { "uid 33", 101, 0 }, { "bob@x", 101, 0 } }, .broken = { "eve@x" }, .want = "spoolwatch hold --uid 33" },
		{ .what = "a client", .account = { { "client 192.0.2.1", 101, 0 }, { "bob@x", 101, 0 } }, .broken = { "eve@x" }, .want = "spoolwatch who --by sender" },
		{ .what = "of local mail nothing", .account = { { "local", 101, 0 }, { "bob@x", 101, 0 } },
		  .want = "spoolwatch contain bob@x" },
		{ .what = "broken into", .account = { { "ann@x", 100, 0 } }, .broken = { "b" }, .want = "spoolwatch contain b" },
		{ .what = "less than who sends", .account = { { "ann@x", 101, 0 } }, .broken = { "bob@x" },
		  .want = "spoolwatch contain ann@x" },
		{ .what = "and is locked", .locked = "bob@x", .broken = { "bob@x" }, .want = "" },
		{ .what = "the next one", .locked = "bob@x", .broken = { "bob@x", "eve@x" }, .want = "spoolwatch contain eve@x" },
		{ .what = "without a name", .broken = { "", "eve@x" }, .want = "spoolwatch contain eve@x" },
		{ .what = "full", .mount = "/var", .full = 92.1, .want = "spoolwatch inodes /var" },
		{ .what = "not yet", .mount = "/var", .full = 92, .want = "" },
		{ .what = "full, of an instance", .instance = "/i", .mount = "/a b", .full = 100, .want = "spoolwatch inodes -c /i '/a b'" },
		{ .what = "full, and broken into", .broken = { "bob@x" }, .mount = "/var", .full = 100, .want = "spoolwatch contain bob@x" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		make(&rows[i]);
		want_next(rows[i].what, rows[i].want);
	}
}

/* A row that is none of them, a name of no letters, a user that has no number. */
static void of_strange_rows_nothing_is_told(void **state)
{
	(void)state;
	make(&(struct row){ .account = { { "ann@x", 1, 0 }, { "bob@x", 900, 0 } } });
	s.accounts.n = 1;
	want_next("behind the last", "");
	make(&(struct row){ .account = { { "-x", 101, 0 } } });
	s.accounts.row[0].key.n = 0;
	want_next("no name", "spoolwatch contain ''");
	make(&(struct row){ .account = { { "uid 3", 101, 0 }, { "bob@x", 101, 0 } } });
	s.accounts.row[0].key.n--;
	want_next("no number", "spoolwatch contain bob@x");
}

/* Of a longer one its end is not known. */
static void a_name_has_a_longest(void **state)
{
	(void)state;
	for (size_t n = TRAFFIC_NAME - 1; n <= TRAFFIC_NAME; n++) {
		char name[TRAFFIC_NAME + 1] = "";
		char want[TRAFFIC_NAME + 32] = "";

		memset(name, 'b', n);
		make(&(struct row){ .account = { { name, 101, 0 }, { "bob@x", 101, 0 } } });
		snprintf(want, sizeof(want), "spoolwatch contain %s", n < TRAFFIC_NAME ? name : "bob@x");
		want_next("a command", want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_that_applies_is_next),
		cmocka_unit_test(of_strange_rows_nothing_is_told),
		cmocka_unit_test(a_name_has_a_longest),
	};

	return cmocka_run_group_tests_name("screen_next", tests, NULL, NULL);
}
