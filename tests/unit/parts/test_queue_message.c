/* Whose a message is that still waits. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parts/queue_message.h"
#include "postfix/qid.h"
#include "test.h"

#define DATA "tests/unit/queue/files/spool/"

enum { LATER = 2000000000 };

static void copy(struct sw_host *h, const char *from, const char *to)
{
	char path[512];
	char bytes[1 << 16];
	FILE *f;

	snprintf(path, sizeof(path), DATA "%s", from);
	f = fopen(path, "r");
	assert_non_null(f);
	snprintf(path, sizeof(path), "/var/spool/postfix/%s", to);
	host_bytes(h, path, bytes, fread(bytes, 1, sizeof(bytes), f));
	fclose(f);
}

/* As deep as hash_queue_depth may be, and a directory deeper. */
static void a_queue_is_looked_into_as_deep_as_it_is_hashed(void **state)
{
	static const char id[] = "DB856A76051";

	(void)state;
	for (int depth = 0; depth <= QID_HASH + 1; depth++) {
		struct sw_host h = host_new(NULL);
		const struct spool_where where = { .config_directory = "/etc/postfix" };
		struct account_sought sought = { .key_n = 0 };
		struct sw_fault why = { 0 };
		struct spool spool;
		struct queue_message m = { .host = &h, .spool = &spool };
		char to[64] = "deferred";

		for (int i = 0; i < depth; i++)
			snprintf(to + strlen(to), sizeof(to) - strlen(to), "/%c", id[i]);
		snprintf(to + strlen(to), sizeof(to) - strlen(to), "/%s", id);
		host_file(&h, "/etc/postfix/main.cf", "mail_owner = postfix\n");
		host_file(&h, "/var/spool/postfix/active/x", "");
		copy(&h, "deferred/D/DB856A76051", to);
		assert_int_equal(spool_open(&h, &where, &spool, &why), 0);
		snprintf(sought.id, sizeof(sought.id), "%s", id);
		want_number(to, queue_message_find(&m, LATER, &sought), depth <= QID_HASH);
		queue_message_end(&m);
		spool_close(&spool);
		host_remove(&h);
	}
}

static void a_queue_file_is_found_by_its_id(void **state)
{
	static const struct {
		const char *what;
		const char *from;
		const char *to; /* NULL: nowhere */
		int64_t before;
		const char *id;
		const char *want; /* NULL: not known; "": nobody's */
	} rows[] = {
		{ "a login", "deferred/A/4jY2t64rKTz1bgFB", "deferred/A/4jY2t64rKTz1bgFB", LATER,
		  "4jY2t64rKTz1bgFB", "alice@mx.example.com" },
		{ "not hashed", "deferred/A/4jY2t64rKTz1bgFB", "deferred/4jY2t64rKTz1bgFB", LATER,
		  "4jY2t64rKTz1bgFB", "alice@mx.example.com" },
		{ "hashed twice", "deferred/D/DB856A76051", "deferred/D/B/DB856A76051", LATER,
		  "DB856A76051", "\00133" },
		{ "in another queue", "deferred/D/DB856A76051", "active/DB856A76051", LATER,
		  "DB856A76051", "\00133" },
		{ "held", "deferred/D/DB856A76051", "hold/DB856A76051", LATER, "DB856A76051", "\00133" },
		{ "younger than the refusal", "deferred/D/DB856A76051", "deferred/D/DB856A76051", 1000,
		  "DB856A76051", NULL },
		{ "as old as the refusal", "deferred/D/DB856A76051", "deferred/D/DB856A76051",
		  1795431358, "DB856A76051", "\00133" },
		{ "a second younger", "deferred/D/DB856A76051", "deferred/D/DB856A76051", 1795431357,
		  "DB856A76051", NULL },
		{ "coming in", "deferred/D/DB856A76051", "incoming/DB856A76051", LATER, "DB856A76051",
		  "\00133" },
		{ "in no queue of those that are put off", "deferred/D/DB856A76051",
		  "corrupt/DB856A76051", LATER, "DB856A76051", NULL },
		{ "a client of this host: a filter, or who", "deferred/6/6C11EA760CB", "deferred/6/6C11EA760CB",
		  LATER, "6C11EA760CB", NULL },
		{ "a bounce", "deferred/E/E51BAA76024", "deferred/E/E51BAA76024", LATER, "E51BAA76024",
		  "" },
		{ "from behind a filter", "deferred/B/BB0B0A76129", "deferred/B/BB0B0A76129", LATER,
		  "BB0B0A76129", NULL },
		{ "gone", NULL, NULL, LATER, "DB856A76051", NULL },
		{ "no ID", NULL, NULL, LATER, "../../etc/passwd", NULL },
		{ "no queue file", "../expected.tsv", "deferred/D/DB856A76051", LATER, "DB856A76051",
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		const struct spool_where where = { .config_directory = "/etc/postfix" };
		struct account_sought sought = { .key_n = 0 };
		struct sw_fault why = { 0 };
		struct spool spool;
		struct queue_message m = { .host = &h, .spool = &spool };
		char got[64] = "not known";

		host_file(&h, "/etc/postfix/main.cf", "mail_owner = postfix\n");
		host_file(&h, "/var/spool/postfix/active/x", "");
		if (rows[i].from)
			copy(&h, rows[i].from, rows[i].to);
		assert_int_equal(spool_open(&h, &where, &spool, &why), 0);
		snprintf(sought.id, sizeof(sought.id), "%s", rows[i].id);
		if (queue_message_find(&m, rows[i].before, &sought))
			snprintf(got, sizeof(got), "%.*s", (int)sought.key_n, sought.key);
		want_text(rows[i].what, got, rows[i].want ? rows[i].want : "not known");
		queue_message_end(&m);
		spool_close(&spool);
		host_remove(&h);
	}
}

/* As another user: what the search says of why it found nothing. */
static int errno_of_search(void *ctx)
{
	const struct spool_where where = { .config_directory = "/etc/postfix" };
	struct account_sought sought = { .id = "DB856A76051" };
	struct sw_fault why = { 0 };
	struct spool spool;
	struct queue_message m = { .host = ctx, .spool = &spool };

	if (spool_open(ctx, &where, &spool, &why) < 0)
		return -EILSEQ;
	(void)queue_message_find(&m, LATER, &sought);
	queue_message_end(&m);
	spool_close(&spool);
	return -m.why.code;
}

static void what_may_not_be_read_is_said(void **state)
{
	static const struct {
		const char *what, *shut; /* below the root */
		int want;
	} rows[] = {
		{ "nothing is shut", NULL, 0 },
		{ "the queue directory", "var/spool/postfix", -EACCES },
		{ "a queue", "var/spool/postfix/deferred", -EACCES },
		{ "a hash directory", "var/spool/postfix/deferred/D", -EACCES },
	};

	(void)state;
	if (geteuid() != 0) {
		printf("skipped - not root: queues of another user\n");
		skip();
	}
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);

		host_file(&h, "/etc/postfix/main.cf", "mail_owner = postfix\n");
		host_file(&h, "/var/spool/postfix/deferred/D/x", "");
		assert_int_equal(chmod(h.root_path, 0755), 0);
		if (rows[i].shut)
			assert_int_equal(fchmodat(h.root, rows[i].shut, 0700, 0), 0);
		want_number(rows[i].what, as_nobody(errno_of_search, &h), rows[i].want);
		host_remove(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_queue_file_is_found_by_its_id),
		cmocka_unit_test(a_queue_is_looked_into_as_deep_as_it_is_hashed),
		cmocka_unit_test(what_may_not_be_read_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
