/* Accounts over a limit of their own, and memory that is not there (Makefile: --wrap=calloc). */
#include <errno.h>

#include "parts/account_field.h"
#include "parts/limits.h"
#include "traffictext.h"

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

static bool no_memory;

void *__wrap_calloc(size_t n, size_t size)
{
	return no_memory && n == TRAFFIC_ACCOUNTS && size == sizeof(struct traffic_rank)
		       ? NULL
		       : __real_calloc(n, size);
}

/* 11 minutes are read for two points: of the minutes 5..9 and 6..10. */
enum { NOW = 1795431617, START = 1795430940, FIRST = 1795431540, SECOND = 1795431600 };

static bool log_failed;

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "Rate" };
	struct account_graphs r = { .m = m, .history = 2, .accounts = 20 };

	assert_int_equal(traffic_new(&r.s, sw_munin_host(m), minutes_read(r.history), true, why),
			 0);
	assert_int_equal(r.s.start, START);
	sent(&r.s, START + 60 * 5, 30, "unknown[192.0.2.1]", "first@x"); /* only of the first */
	sent(&r.s, START + 60 * 6, 30, "unknown[192.0.2.1]", "both@x");
	sent(&r.s, START + 60 * 10, 25, "unknown[192.0.2.1]", "even@x");
	sent(&r.s, START + 60 * 10, 26, "unknown[192.0.2.1]", "last@x");
	sent(&r.s, START + 60 * 10, 99, "unknown[192.0.2.1]", "free@x");
	sent(&r.s, START + 60 * 10, 1, "unknown[192.0.2.1]", "once@x");
	if (log_failed)
		sw_fault(&r.failed, EIO, "no log #");
	sw_munin_graph(m, &root);
	limits_add(&r);
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("x") });
	traffic_free(&r.s);
	return 0;
}

static const struct sw_munin_setting settings[] = {
	{ .name = "limit_FIELD", .kind = SW_MUNIN_COUNT, .fallback = "0", .max = 1000 },
	{ 0 },
};
static const struct sw_munin_plugin fake = { .name = "r",
					     .summary = "x",
					     .markers = SW_MUNIN_MARKERS("auto", "autoconf"),
					     .settings = settings,
					     .collect = collect };

/* env.limit_FIELD of accounts "NAME=LIMIT" */
static struct plugin_run run_with(const char *const *limits)
{
	static char text[8][200];
	const char *env[9] = { NULL };
	struct sw_host h;

	for (size_t i = 0; limits[i]; i++) {
		size_t n = strcspn(limits[i], "=");
		struct sw_field f = account_field(raw_from(limits[i], n));

		snprintf(text[i], sizeof(text[i]), "limit_%s%s", f.s, limits[i] + n);
		env[i] = text[i];
	}
	h = (struct sw_host){ .root = -1, .now = NOW, .env = env };
	return plugin_run(&fake, &h, NULL, NULL);
}

static void who_is_over_his_own_limit_is_counted(void **state)
{
	static const struct {
		const char *what;
		const char *limits[6];
		int first, second; /* -1: no field */
		const char *names;
	} rows[] = {
		{ "no limit, no field", { NULL }, -1, -1, NULL },
		{ "at the limit is not over it", { "even@x=5", NULL }, 0, 0, NULL },
		{ "one message above is",
		  { "last@x=5", NULL },
		  0,
		  1,
		  "last@x, limit 5 per minute" },
		{ "who was over it is not named", { "first@x=5", NULL }, 1, 0, NULL },
		{ "all three",
		  { "first@x=5", "both@x=5", "last@x=5", "even@x=5", NULL },
		  2,
		  2,
		  "both@x, limit 5 per minute, then last@x, limit 5 per minute" },
		{ "no message is allowed",
		  { "even@x=0", NULL },
		  0,
		  1,
		  "even@x, limit 0 per minute" },
		{ "not even one", { "once@x=0", NULL }, 0, 1, "once@x, limit 0 per minute" },
		{ "who sent most", { "free@x=19", NULL }, 0, 1, "free@x, limit 19 per minute" },
		{ "who sent nothing", { "gone@x=0", NULL }, 0, 0, NULL },
		{ "who has no name", { "=0", NULL }, 0, 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct plugin_run run = run_with(rows[i].limits);
		char want[512] = "";

		if (rows[i].first >= 0)
			snprintf(want, sizeof(want),
				 "over_limit.value %d:%d\nover_limit.value %d:%d\n%s%s%s", FIRST,
				 rows[i].first, SECOND, rows[i].second,
				 rows[i].names ? "over_limit.extinfo " : "",
				 rows[i].names ? rows[i].names : "", rows[i].names ? "\n" : "");
		strcat(want, "x.value U\n");
		want_text(rows[i].what, run.out, want);
		plugin_free(&run);
	}
}

static void what_is_not_known_is_u_and_never_0(void **state)
{
	static const char *const limits[] = { "last@x=5", NULL };
	struct plugin_run run;
	char want[256];

	(void)state;
	no_memory = true;
	run = run_with(limits);
	no_memory = false;
	snprintf(want, sizeof(want),
		 "over_limit.value %d:U\nover_limit.extinfo accounts over their limit: Cannot "
		 "allocate memory\nx.value U\n",
		 FIRST);
	want_text("no memory", run.out, want);
	plugin_free(&run);
	log_failed = true;
	run = run_with(limits);
	log_failed = false;
	snprintf(want, sizeof(want),
		 "over_limit.value %d:U\nover_limit.extinfo no log %%23\nx.value U\n", FIRST);
	want_text("no log", run.out, want);
	plugin_free(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_over_his_own_limit_is_counted),
		cmocka_unit_test(what_is_not_known_is_u_and_never_0),
	};

	return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
