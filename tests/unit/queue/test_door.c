/* The queue in one call each: what an opened directory is, and that unread is not empty. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spoolwatch/queue.h"
#include "test.h"

#define DATA  "tests/unit/queue/files/"
#define ALICE "spool/deferred/A/4jY2t64rKTz1bgFB"

static void copy(const struct sw_host *h, const char *to)
{
	char bytes[1 << 16];
	FILE *f = fopen(DATA ALICE, "r");

	assert_non_null(f);
	host_bytes(h, to, bytes, fread(bytes, 1, sizeof(bytes), f));
	fclose(f);
}

static void a_queue_directory_is_found_or_named(void **state)
{
	static const struct {
		const char *what;
		const char *spooldir;
		const char *config_directory;
		int want; /* 0: a descriptor */
	} rows[] = {
		{ "Postfix's default", NULL, NULL, 0 },
		{ "main.cf's", NULL, "/etc/other", 0 },
		{ "named", "/srv/spool", NULL, 0 },
		{ "named goes first", "/none", "/etc/other", -ENOENT },
		{ "no queues in it", "/etc", NULL, -ENOENT },
	};
	struct sw_host h = host_new(NULL);

	(void)state;
	host_file(&h, "/etc/other/main.cf", "queue_directory = /srv/spool\n");
	host_file(&h, "/var/spool/postfix/active/x", "");
	host_file(&h, "/srv/spool/hold/x", "");
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		int fd = sw_queue_open(&h, rows[i].spooldir, rows[i].config_directory, &why);

		want_number(rows[i].what, fd < 0 ? fd : 0, rows[i].want);
		want_number(rows[i].what, why.code, -rows[i].want);
		if (fd >= 0)
			close(fd);
	}
	host_remove(&h);
}

/* A program that was started without stdin: the directory is descriptor 0 meanwhile. */
static void descriptor_0_is_one_as_well(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	int kept = dup(0);
	int none, good;

	(void)state;
	host_file(&h, "/etc/other/main.cf", "");
	host_file(&h, "/srv/spool/hold/x", "");
	close(0);
	none = sw_queue_open(&h, "/etc", NULL, &why);
	good = sw_queue_open(&h, "/srv/spool", NULL, &why);
	dup2(kept, 0);
	close(kept);
	want_number("no queues in it", none, -ENOENT);
	want_number("it is not given out as 0", good >= 3, true);
	close(good);
	host_remove(&h);
}

/* Index of a queue by its name. */
static size_t named(const struct sw_queue_owners *o, const char *name)
{
	for (size_t i = 0; i < SW_QUEUE_OWNERS_QUEUES; i++)
		if (strcmp(o->queue[i].name, name) == 0)
			return i;
	fail_msg("no queue %s", name);
	return 0;
}

static void owners_are_told_and_what_was_not_read(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_queue_owners owners;
	struct sw_queue_owner top[2];
	struct sw_fault why = { 0 };
	int spool;

	(void)state;
	copy(&h, "/s/deferred/4/4jY2t64rKTz1bgFB");
	copy(&h, "/s/hold/4jY2t64rKTz1bgFC");
	host_file(&h, "/s/corrupt", "a file where a directory should be");
	spool = sw_queue_open(&h, "/s", NULL, &why);
	want_number("read", sw_queue_owners_read(&h, spool, 100, &owners, &why), 0);
	want_number("messages", owners.messages, 2);
	want_number("exact", owners.exact, true);
	want_number("deferred", owners.queue[named(&owners, "deferred")].messages, 1);
	want_number("never used", owners.queue[named(&owners, "maildrop")].why.code, 0);
	want_number("unread", owners.queue[named(&owners, "corrupt")].why.code, ENOTDIR);
	want_number("owners", sw_queue_owners_top(&owners, SW_QUEUE_OWNERS_ALL, top, 2), 1);
	want_text("name", top[0].name.s, "alice@mx.example.com");
	want_number("kind", top[0].kind, SW_ACCOUNT_LOGIN);
	want_number("share", 100 * top[0].share, 100);
	sw_queue_owners_free(&owners);
	close(spool);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_queue_directory_is_found_or_named),
		cmocka_unit_test(descriptor_0_is_one_as_well),
		cmocka_unit_test(owners_are_told_and_what_was_not_read),
	};

	return cmocka_run_group_tests_name("queue/door", tests, NULL, NULL);
}
