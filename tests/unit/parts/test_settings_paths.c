/* Settings that name what is not there. */
#include <sys/stat.h>
#include <unistd.h>

#include "parts/settings_paths.h"
#include "test.h"

static const struct sw_munin_setting settings[] = {
	{ .name = "config_directory",
	  .kind = SW_MUNIN_TEXT,
	  .fallback = "/etc/postfix",
	  .help = "x" },
	{ .name = "logfile", .kind = SW_MUNIN_TEXT, .help = "x" },
	{ .name = "scan_file", .kind = SW_MUNIN_TEXT, .help = "x" },
	{ 0 },
};

static bool is_useful;

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph graph = { .title = "Fake" };

	(void)why;
	sw_munin_graph(m, &graph);
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("x") });
	settings_config_directory(m);
	settings_logfile(m);
	is_useful = settings_scan_file(m);
	return 0;
}

static const struct sw_munin_plugin fake = { .name = "fake",
					     .summary = "a test",
					     .settings = settings,
					     .collect = collect };

static void what_is_not_there_is_named(void **state)
{
	static const struct {
		const char *set;
		const char *want; /* all of stderr */
	} rows[] = {
		{ "PATH=/bin", "" }, /* a default that is not there is no slip */
		{ "config_directory=/etc/out", "" },
		{ "config_directory=/etc/out/", "" },
		{ "config_directory=/etc", "fake: env.config_directory: /etc holds no main.cf\n" },
		{ "config_directory=/etc/nix",
		  "fake: env.config_directory: /etc/nix is not there\n" },
		{ "config_directory=/etc/out/main.cf",
		  "fake: env.config_directory: /etc/out/main.cf is not there\n" },
		{ "logfile=mail.log", "" },
		{ "logfile=/var/log/mail.log  /etc/out/main.cf", "" },
		{ "logfile=m*.log /var/log/[m]*", "" },
		{ "logfile=none.log", "fake: env.logfile: /var/log/none.log is not there\n" },
		{ "logfile=/x/y mail.log z",
		  "fake: env.logfile: /x/y is not there\n"
		  "fake: env.logfile: /var/log/z is not there\n" },
		{ "logfile=mail.log/x", "fake: env.logfile: /var/log/mail.log/x is not there\n" },
		{ "logfile=/var/log/q?.log",
		  "fake: env.logfile: /var/log/q?.log is not there\n" },
		{ "logfile=/nix/*", "fake: env.logfile: /nix/* is not there\n" },
		{ "scan_file=relative", "" },
		{ "scan_file=/x", "" },
		{ "scan_file=/dev/null/x/y",
		  "fake: env.scan_file: the directory /dev/null/x is not there\n" },
	};
	const char *env[2] = { NULL };
	struct sw_host h = host_new(env);

	(void)state;
	host_file(&h, "/etc/out/main.cf", "");
	host_file(&h, "/var/log/mail.log", "");
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct plugin_run run;

		env[0] = rows[i].set;
		run = plugin_run(&fake, &h, NULL, NULL);
		want_text(rows[i].set, run.err, rows[i].want);
		want_number(rows[i].set, is_useful, !strstr(run.err, "scan_file"));
		plugin_free(&run);
	}
	host_remove(&h);
}

static int complains_of_closed(void *ctx)
{
	struct sw_host *h = ctx;
	struct plugin_run run = plugin_run(&fake, h, NULL, NULL);
	int rc = run.err[0] ? -1 : 0;

	plugin_free(&run);
	return rc;
}

static void what_may_not_be_looked_at_is_not(void **state)
{
	static const char *const rows[] = { "config_directory=/etc/closed/postfix",
					    "logfile=/etc/closed/log /etc/closed/*" };
	const char *env[2] = { NULL };
	struct sw_host h = host_new(env);

	(void)state;
	host_file(&h, "/etc/closed/other", "");
	assert_int_equal(chmod(host_path(&h, "/etc/closed"), 0), 0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		env[0] = rows[i];
		want_number(rows[i], as_nobody(complains_of_closed, &h), 0);
	}
	assert_int_equal(chmod(host_path(&h, "/etc/closed"), 0755), 0);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_there_is_named),
		cmocka_unit_test(what_may_not_be_looked_at_is_not),
	};

	return cmocka_run_group_tests_name("settings_paths", tests, NULL, NULL);
}
