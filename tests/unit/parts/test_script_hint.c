/* What runs as a local user and sends mail. */
#include <sys/stat.h>

#include "parts/script_hint.h"
#include "postfix/account.h"
#include "test.h"

#define DATA "tests/unit/queue/files/spool/deferred/"

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

/* Some messages of uid 33 wait; what is said of an account. */
static void a_user_has_the_script_that_most_of_his_mail_names(void **state)
{
	static const struct {
		const char *what;
		const char *files[4]; /* in deferred/X/ID, or in the queue that is named */
		char kind;	      /* u: uid 33, v: uid 34, l: a login */
		const char *want;
		const char *queue;
	} rows[] = {
		{ "one", { "2/2A5F324" }, 'u', "he, script mailer.php (uid 1001)" },
		{ "most", { "2/2A5F324", "3/3344626", "3/3344626" }, 'u',
		  "he, script [mailer.php(3) :%09eval()%27d code] (uid 1001)" },
		{ "half", { "2/2A5F324", "4/4F62735" }, 'u', "he" },
		{ "none", { "4/4F62735" }, 'u', "he" },
		{ "nothing waits", { NULL }, 'u', "he" },
		{ "another user", { "2/2A5F324" }, 'v', "he" },
		{ "a login", { "2/2A5F324" }, 'l', "he" },
		{ "not accepted yet", { "2/2A5F324" }, 'u', "he, script mailer.php (uid 1001)", "maildrop" },
		{ "new", { "2/2A5F324" }, 'u', "he, script mailer.php (uid 1001)", "incoming" },
		{ "on its way", { "2/2A5F324" }, 'u', "he, script mailer.php (uid 1001)", "active" },
		{ "on hold", { "2/2A5F324" }, 'u', "he", "hold" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		const struct spool_where where = { .config_directory = "/etc/postfix" };
		struct sw_label name = sw_label_printed("he");
		struct sw_fault why = { 0 };
		struct spool spool;
		struct script_hint s = { .host = &h, .spool = &spool };
		char buf[ACCOUNT_KEY];

		host_file(&h, "/etc/postfix/main.cf", "mail_owner = postfix\n");
		host_file(&h, "/var/spool/postfix/active/x", "");
		for (size_t k = 0; k < 4 && rows[i].files[k]; k++) {
			char to[64];

			/* the name is the ID, or it is no uid's */
			snprintf(to, sizeof(to), "%s%.*s/%s", rows[i].queue ? rows[i].queue : "deferred",
				 2 * (int)k, "/0/1/2", rows[i].files[k] + 2);
			copy(&h, rows[i].files[k], to);
		}
		assert_int_equal(spool_open(&h, &where, &spool, &why), 0);
		script_hint_add(&s,
				rows[i].kind == 'l' ? account_login(raw_of("33"), buf)
						    : account_uid(rows[i].kind == 'u' ? 33 : 34, buf),
				&name);
		want_text(rows[i].what, name.s, rows[i].want);
		script_hint_end(&s);
		spool_close(&spool);
		host_remove(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_user_has_the_script_that_most_of_his_mail_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
