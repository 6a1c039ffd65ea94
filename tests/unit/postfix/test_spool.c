#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "postfix/spool.h"
#include "test.h"

/* Two instances, each with a queue and a log of its own. */
static struct sw_host two_instances(const char *list)
{
	struct sw_host h = host_new(NULL);
	char text[4096];

	snprintf(text, sizeof(text), "dir = /etc\nmulti_instance_directories = %s\n", list);
	host_file(&h, "/etc/postfix/main.cf", text);
	host_file(&h, "/etc/postfix-out/main.cf",
		  "multi_instance_name = postfix-out\nq = /srv/out\nqueue_directory = $q\n"
		  "maillog_file = $q/log\n");
	host_file(&h, "/etc/postfix-bad/main.cf", "queue_directory = ${q\n");
	host_file(&h, "/etc/postfix-prose/main.cf", "queue_directory\n");
	host_file(&h, "/etc/postfix-none/master.cf", "");
	host_file(&h, "/var/spool/postfix/active/1", "");
	host_file(&h, "/srv/out/active/1", "");
	return h;
}

static void an_instance_is_the_one_that_was_asked_for(void **state)
{
	static const struct {
		const char *list;
		struct spool_where where;
		const char *path;
		const char *log;
		const char *name;
		const char *main;
	} rows[] = {
		{ "", { 0 }, "/var/spool/postfix", "", "postfix", "/etc/postfix/main.cf" },
		{ "$dir/postfix-out",
		  { 0 },
		  "/var/spool/postfix",
		  "",
		  "postfix",
		  "/etc/postfix/main.cf" },
		{ "/etc/postfix-out",
		  { .instance = "" },
		  "/var/spool/postfix",
		  "",
		  "postfix",
		  "/etc/postfix/main.cf" },
		{ "/etc/postfix-out",
		  { .instance = "postfix" },
		  "/var/spool/postfix",
		  "",
		  "postfix",
		  "/etc/postfix/main.cf" },
		{ "$dir/postfix-out",
		  { .instance = "postfix-out" },
		  "/srv/out",
		  "/srv/out/log",
		  "postfix-out",
		  "/etc/postfix-out/main.cf" },
		{ "/etc/x,/etc/postfix-out/ /etc/y",
		  { .instance = "postfix-out" },
		  "/srv/out",
		  "/srv/out/log",
		  "postfix-out",
		  "/etc/postfix-out/main.cf" },
		{ "/etc/x\n\t${dir}/postfix-out,\n /etc/postfix-out",
		  { .instance = "postfix-out" },
		  "/srv/out",
		  "/srv/out/log",
		  "postfix-out",
		  "/etc/postfix-out/main.cf" },
		{ "/etc/x",
		  { .config_directory = "/etc/postfix-out" },
		  "/srv/out",
		  "/srv/out/log",
		  "postfix-out",
		  "/etc/postfix-out/main.cf" },
		{ "/etc/x",
		  { .config_directory = "/etc/postfix-out/", .instance = "postfix-out" },
		  "/srv/out",
		  "/srv/out/log",
		  "postfix-out",
		  "/etc/postfix-out/main.cf" },
		{ "${", { .spooldir = "/srv/out" }, "/srv/out", "", "", "" },
		{ "",
		  { .spooldir = "/srv/out", .instance = "postfix-no", .config_directory = "/no" },
		  "/srv/out",
		  "",
		  "",
		  "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = two_instances(rows[i].list);
		struct sw_fault why = { 0 };
		struct stat want;
		struct stat got;
		const char *text = "";
		struct spool s;

		want_number(rows[i].path, spool_open(&h, &rows[i].where, &s, &why), 0);
		want_text("main.cf", spool_main(&s), rows[i].main);
		want_number("state", spool_state(&s), MAINCF_READ);
		want_number("path", spool_path(&s, &text, &why), 0);
		want_text("path", text, rows[i].path);
		want_number("log", spool_maillog_file(&s, &text, &why), 0);
		want_text("log", text, rows[i].log);
		want_number("name", spool_syslog_name(&s, &text, &why), 0);
		want_text("name", text, rows[i].name);
		assert_int_equal(stat(host_path(&h, rows[i].path), &want), 0);
		assert_int_equal(fstat(spool_directory(&s, &why), &got), 0);
		want_number("directory", got.st_ino, want.st_ino);
		want_number("opened once", spool_directory(&s, &why), s.directory);
		spool_close(&s);
		spool_close(&s); /* does no harm */
		host_remove(&h);
	}
}

static void what_is_no_instance_is_a_fault_and_never_another_ones(void **state)
{
	static const struct {
		const char *list;
		struct spool_where where;
		int want;
		const char *said;
	} rows[] = {
		{ "",
		  { .instance = "postfix-out" },
		  -ENOENT,
		  "/etc/postfix/main.cf has no instance postfix-out in "
		  "multi_instance_directories" },
		{ "/etc/postfix-out2 /etc/my-postfix-out",
		  { .instance = "postfix-out" },
		  -ENOENT,
		  "has no instance postfix-out" },
		{ "/etc/postfix-gone",
		  { .instance = "postfix-gone" },
		  -ENOENT,
		  "instance postfix-gone of /etc/postfix/main.cf: the configuration directory "
		  "/etc/postfix-gone is not there" },
		{ "/etc/postfix-none",
		  { .instance = "postfix-none" },
		  -ENOENT,
		  "/etc/postfix-none holds no main.cf" },
		{ "/etc/postfix-prose",
		  { .instance = "postfix-prose" },
		  -EINVAL,
		  "/etc/postfix-prose/main.cf is damaged" },
		{ "etc/postfix-out", { .instance = "postfix-out" }, -EINVAL, "no absolute path" },
		{ "/srv/postfix-out /etc/postfix-out",
		  { .instance = "postfix-out" },
		  -EINVAL,
		  "postfix-out stands for two of multi_instance_directories, /srv/postfix-out and "
		  "/etc/postfix-out" },
		{ "${dir",
		  { .instance = "postfix-out" },
		  -EINVAL,
		  "multi_instance_directories cannot be expanded" },
		{ "",
		  { .config_directory = "/no" },
		  -ENOENT,
		  "the configuration directory /no is not there" },
		{ "",
		  { .config_directory = "/no", .instance = "no" },
		  -ENOENT,
		  "/no is not there" },
		{ "", { .config_directory = "/etc/postfix-none" }, -ENOENT, "holds no main.cf" },
		{ "", { .config_directory = "/etc/postfix-prose" }, -EINVAL, "damaged" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = two_instances(rows[i].list);
		struct sw_fault why = { 0 };
		const char *text = "untouched";
		struct sw_raw list;
		struct spool s;

		want_number(rows[i].said, spool_open(&h, &rows[i].where, &s, &why), rows[i].want);
		want_in("said", why.text.s, rows[i].said);
		for (int ask = 0; ask < 5; ask++) {
			struct sw_fault again = { 0 };
			int rc = ask == 0   ? spool_path(&s, &text, &again)
				 : ask == 1 ? spool_maillog_file(&s, &text, &again)
				 : ask == 2 ? spool_syslog_name(&s, &text, &again)
				 : ask == 3 ? spool_instances(&s, &list, &again)
					    : spool_directory(&s, &again);

			want_number(rows[i].said, rc, rows[i].want);
			want_text("the same reason", again.text.s, why.text.s);
		}
		want_text("no value", text, "untouched");
		want_number("owner", spool_mail_owner(&s), -1);
		want_number("moved", spool_moved(&s), rows[i].want);
		spool_close(&s);
		host_remove(&h);
	}
}

static void one_value_that_is_not_known_takes_no_other_with_it(void **state)
{
	static const struct {
		const char *text;
		int path;
		int log;
		const char *said; /* of the first that fails */
	} rows[] = {
		{ "queue_directory = $\n", -EINVAL, 0, "queue_directory cannot be expanded" },
		{ "maillog_file = ${a\n", 0, -EINVAL, "maillog_file cannot be expanded" },
		{ "queue_directory =\n", -EINVAL, 0, "queue_directory is no absolute path" },
		{ "queue_directory = var\n", -EINVAL, 0, "no absolute path: var" },
		{ "queue_directory = ${queue_directory}\n", -EINVAL, 0, "refers to itself" },
		{ "maillog_file = /dev/stdout\n", 0, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_fault why = { 0 };
		const char *text;
		struct spool s;

		host_file(&h, "/etc/postfix/main.cf", rows[i].text);
		want_number("opened", spool_open(&h, &(struct spool_where){ 0 }, &s, &why), 0);
		want_number(rows[i].text, spool_path(&s, &text, &why), rows[i].path);
		want_number(rows[i].text, spool_maillog_file(&s, &text, &why), rows[i].log);
		want_in(rows[i].text, why.text.s, rows[i].said);
		spool_close(&s);
		host_remove(&h);
	}
}

/* Only Postfix's own default directory may be without a main.cf, and that is told. */
static void without_main_cf_all_is_default(void **state)
{
	static const struct {
		const char *file;
		const char *text;
		enum maincf_state want;
	} rows[] = {
		{ NULL, NULL, MAINCF_NO_DIRECTORY },
		{ "/etc/postfix/master.cf", "", MAINCF_ABSENT },
		{ "/etc/postfix/main.cf", "# nothing\n", MAINCF_EMPTY },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct spool_where out = { .instance = "postfix-out" };
		struct sw_fault why = { 0 };
		const char *text = "";
		struct spool s;

		if (rows[i].file)
			host_file(&h, rows[i].file, rows[i].text);
		want_number("opened", spool_open(&h, &(struct spool_where){ 0 }, &s, &why), 0);
		want_number("state", spool_state(&s), rows[i].want);
		want_number("path", spool_path(&s, &text, &why), 0);
		want_text("path", text, "/var/spool/postfix");
		want_number("no Postfix", spool_moved(&s), 0);
		want_number("not there", spool_directory(&s, &why), -ENOENT);
		spool_close(&s);
		why = (struct sw_fault){ 0 };
		want_number("an instance", spool_open(&h, &out, &s, &why), -ENOENT);
		want_in("an instance", why.text.s,
			rows[i].want == MAINCF_EMPTY ? "main.cf has no instance postfix-out"
						     : "main.cf is not there and has no instance");
		spool_close(&s);
		host_remove(&h);
	}
}

static void a_list_is_separated_by_blanks_and_commas(void **state)
{
	struct sw_raw rest = raw_of(" /etc/postfix-a,/etc/postfix-b, \t/etc/postfix-c/ ,,/d\r\n");
	static const char *const want[] = { "postfix-a", "postfix-b", "postfix-c", "d" };
	struct sw_raw word;
	size_t n = 0;

	(void)state;
	for (; spool_next_instance(&rest, &word); n++) {
		assert_true(n < SW_COUNT(want));
		want_raw("name", spool_instance_name(word), want[n]);
	}
	want_number("all", n, SW_COUNT(want));
	want_raw("a slash alone", spool_instance_name(raw_of("/")), "");
	want_raw("no slash", spool_instance_name(raw_of("x")), "x");
}

static void a_long_list_is_read_to_its_end(void **state)
{
	enum { INSTANCES = 3000 };
	struct sw_host h = host_new(NULL);
	char *text = malloc(INSTANCES * 32 + 64);
	struct spool_where where = { .instance = "postfix-2999" };
	struct sw_fault why = { 0 };
	const char *path = "";
	size_t n;
	struct spool s;

	(void)state;
	assert_non_null(text);
	n = (size_t)sprintf(text, "dir=/etc\nmulti_instance_directories =");
	for (int i = 0; i < INSTANCES; i++)
		n += (size_t)sprintf(text + n, "\n  $dir/postfix-%d%s", i, i % 2 ? "," : "");
	host_file(&h, "/etc/postfix/main.cf", text);
	host_file(&h, "/etc/postfix-2999/main.cf", "queue_directory = /last\n");
	want_number("opened", spool_open(&h, &where, &s, &why), 0);
	want_number("path", spool_path(&s, &path, &why), 0);
	want_text("path", path, "/last");
	spool_close(&s);
	free(text);
	host_remove(&h);
}

static int open_default(void *ctx)
{
	struct sw_fault why = { 0 };
	const char *text;
	struct spool s;
	int rc = spool_open(ctx, &(struct spool_where){ 0 }, &s, &why);

	if (spool_path(&s, &text, &why) != rc)
		rc = -EDOM;
	spool_close(&s);
	return rc;
}

static void a_main_cf_that_may_not_be_read_is_not_the_default(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	host_file(&h, "/etc/postfix/main.cf", "queue_directory = /q\n");
	assert_int_equal(chmod(h.root_path, 0755), 0);
	want_number("readable", as_nobody(open_default, &h), 0);
	assert_int_equal(chmod(host_path(&h, "/etc/postfix/main.cf"), 0), 0);
	want_number("the file", as_nobody(open_default, &h), -EACCES);
	assert_int_equal(chmod(host_path(&h, "/etc/postfix/main.cf"), 0644), 0);
	assert_int_equal(chmod(host_path(&h, "/etc"), 0), 0);
	want_number("above it", as_nobody(open_default, &h), -EACCES);
	assert_int_equal(chmod(host_path(&h, "/etc"), 0755), 0);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_instance_is_the_one_that_was_asked_for),
		cmocka_unit_test(what_is_no_instance_is_a_fault_and_never_another_ones),
		cmocka_unit_test(one_value_that_is_not_known_takes_no_other_with_it),
		cmocka_unit_test(without_main_cf_all_is_default),
		cmocka_unit_test(a_list_is_separated_by_blanks_and_commas),
		cmocka_unit_test(a_long_list_is_read_to_its_end),
		cmocka_unit_test(a_main_cf_that_may_not_be_read_is_not_the_default),
	};

	return cmocka_run_group_tests_name("spool", tests, NULL, NULL);
}
