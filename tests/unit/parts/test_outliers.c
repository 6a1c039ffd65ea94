/* Accounts far above their own days before, and memory that is not there (Makefile: --wrap=calloc).
 */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/baseline.h"
#include "parts/outliers.h"
#include "traffictext.h"

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

static bool no_memory, no_memory_now; /* for what is remembered; and this moment */

void *__wrap_calloc(size_t n, size_t size)
{
	return no_memory_now ? NULL : __real_calloc(n, size);
}

enum { NOW = 1795431617, DAY = 86400 };

/* What is sent in the last five minutes: NAME=COUNT each. */
static const char *const *traffic;
static const char *ignored;
static bool log_failed;
static bool is_silent;
static bool first_is_silent; /* of the five minutes */

static unsigned left_out(const struct traffic_rank *account, void *ctx)
{
	(void)ctx;
	return ignored && raw_is(account->key, ignored) ? ~0U : 0;
}

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "Rate" };
	struct account_graphs r = { .m = m, .history = 1, .accounts = 20 };
	struct outliers *outliers;

	assert_int_equal(traffic_new(&r.s, sw_munin_host(m), minutes_read(r.history), true, why),
			 0);
	for (size_t i = 0; traffic[i]; i++) {
		char name[64];
		int n;

		assert_int_equal(sscanf(traffic[i], "%63[^=]=%d", name, &n), 2);
		sent(&r.s, r.s.start + 60 * (int64_t)account_graphs_span(0).first, n,
		     "unknown[192.0.2.1]", name);
	}
	traffic_leave_out(&r.s, left_out, NULL);
	if (log_failed)
		sw_fault(&r.failed, EIO, "no log #");
	if (is_silent)
		log_proof_doubt_all(&r.s.proof, &(struct log_reason){ .doubt = LOG_SILENT });
	if (first_is_silent) {
		int64_t first = r.s.start + 60 * (int64_t)account_graphs_span(0).first;

		log_proof_doubt(&r.s.proof, first, first + 60,
				&(struct log_reason){ .doubt = LOG_SILENT });
	}
	sw_munin_graph(m, &root);
	no_memory_now = no_memory;
	outliers = outliers_open(m);
	no_memory_now = false;
	outliers_add(&r, outliers);
	outliers_close(outliers);
	traffic_free(&r.s);
	return 0;
}

static const struct sw_munin_setting settings[] = {
	{ .name = "unusual_warning", .kind = SW_MUNIN_LEVEL, .fallback = ":0" },
	{ 0 },
};
static const struct sw_munin_plugin fake = { .name = "r",
					     .summary = "x",
					     .markers = SW_MUNIN_MARKERS("auto", "autoconf"),
					     .settings = settings,
					     .collect = collect };

static char state_file[512];

/* What a run on a day says: its value, extinfo and level. */
static char said[2048]; /* on stderr */

static const char *run_at(int64_t now, const char *const *sent_then, bool with_state)
{
	static char text[2048];
	char variable[600];
	const char *env[] = { variable, "MUNIN_CAP_DIRTYCONFIG=1", NULL };
	struct sw_host h = { .root = -1, .now = now, .env = env };
	struct plugin_run run;
	const char *rest;

	snprintf(variable, sizeof(variable), "MUNIN_STATEFILE=%s",
		 with_state ? state_file : "/dev/null");
	traffic = sent_then;
	run = plugin_run(&fake, &h, NULL, "config");
	want_number("status", run.status, 0);
	rest = strstr(run.out, "unusual.info");
	rest = strchr(rest, '\n') + 1;
	snprintf(text, sizeof(text), "%s", rest);
	snprintf(said, sizeof(said), "%s", run.err);
	plugin_free(&run);
	return text;
}

static const char *run_on(int day, const char *const *sent_then, bool with_state)
{
	return run_at(NOW + (int64_t)day * DAY, sent_then, with_state);
}

#define SENT(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define ARMED	  "unusual.warning :0\n"

static struct sw_host directory;

static int set_up(void **state)
{
	(void)state;
	directory = host_new(NULL);
	snprintf(state_file, sizeof(state_file), "%s", host_path(&directory, "/state"));
	no_memory = false;
	log_failed = false;
	ignored = NULL;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	host_remove(&directory);
	return 0;
}

static void it_learns_for_a_whole_day_and_alarms_nobody(void **state)
{
	static const char learning[] =
		"unusual.value U\nunusual.extinfo learning: a whole day must be seen first\n";

	(void)state;
	want_text("the first day", run_on(0, SENT("a@x=500"), true), learning);
	want_text("the second, not yet whole", run_on(1, SENT("a@x=500"), true), learning);
	want_text("the third", run_on(2, SENT("b@x=1"), true), ARMED "unusual.value 0\n");
}

static void a_day_ends_at_midnight_utc(void **state)
{
	const int64_t midnight = (NOW / DAY + 1) * (int64_t)DAY;

	(void)state;
	run_at(midnight - 1, SENT("a@x=1"), true);
	want_in("the second's last second", run_at(midnight + DAY - 1, SENT("a@x=1"), true),
		"learning");
	want_text("a second later", run_at(midnight + DAY, SENT("a@x=1"), true),
		  ARMED "unusual.value 0\n");
}

static void an_account_is_measured_by_its_own_days(void **state)
{
	static const struct {
		const char *what;
		const char *sent;
		const char *want; /* the sentence; NULL: it is usual */
	} rows[] = {
		{ "five times what it was", "a@x=100", NULL },
		{ "one more", "a@x=101",
		  "a@x 101 msg in 5 min, 100% from 192.0.2.1, before at "
		  "most 20" },
		{ "a little is no news", "new@x=24", NULL },
		{ "enough is", "new@x=25",
		  "new@x 25 msg in 5 min, 100% from 192.0.2.1, before at "
		  "most 0" },
		{ "what was unusual is no measure", "rare@x=126",
		  "rare@x 126 msg in 5 min, 100% from 192.0.2.1, before at most 25" },
		{ "a single message was noted", "once@x=25",
		  "once@x 25 msg in 5 min, 100% from 192.0.2.1, before at most 1" },
		{ "what is ignored", "ignored@x=999", NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char want[256] = ARMED "unusual.value 0\n";

		ignored = "ignored@x";
		run_on(0, SENT("a@x=20", "rare@x=999", "once@x=1"), true);
		if (rows[i].want)
			snprintf(want, sizeof(want), ARMED "unusual.value 1\nunusual.extinfo %s\n",
				 rows[i].want);
		want_text(rows[i].what, run_on(2, SENT(rows[i].sent), true), want);
		assert_int_equal(remove(state_file), 0);
	}
}

static void all_are_counted_and_the_first_are_named(void **state)
{
	static const char *const many[] = { "a@x=99", "b@x=98", "c@x=97", "d@x=96",
					    "e@x=95", "f@x=94", "g@x=93", NULL };
	const char *text;

	(void)state;
	run_on(0, SENT("z@x=1"), true);
	text = run_on(2, many, true);
	want_in("all", text, "unusual.value 7\n");
	want_in("the first two", text,
		"extinfo a@x 99 msg in 5 min, 100% from 192.0.2.1, before at most 0, then b@x 98 "
		"msg");
	want_in("the fifth", text, ", then e@x 95 msg");
	want_number("no sixth", strstr(text, "f@x") == NULL, true);
	want_number("none is cut", strstr(text, "...") == NULL, true);
}

static void one_run_with_a_wrong_clock_spoils_nothing(void **state)
{
	static const char *const usual[] = { "a@x=10", "b@x=8", "carol@x=100", NULL };
	static const int wrong[] = { -20000 /* 1972 */, -3, 7, 5160 /* 2040 */ };
	static const char learning[] =
		"unusual.value U\nunusual.extinfo learning: a whole day must be seen first\n";

	(void)state;
	for (size_t i = 0; i < SW_COUNT(wrong); i++) {
		for (int day = 0; day < 3; day++)
			run_on(day, usual, true);
		run_on(2 + wrong[i], usual, true);
		want_text("the same day", run_on(2, usual, true), ARMED "unusual.value 0\n");
		want_text("the next day", run_on(3, usual, true), ARMED "unusual.value 0\n");
		assert_int_equal(remove(state_file), 0);

		run_on(wrong[i], usual, true);
		want_text("it was the first run of all", run_on(i == 1 ? 8 : 0, usual, true),
			  learning);
		assert_int_equal(remove(state_file), 0);
	}
}

static void what_is_not_known_is_u_and_never_0(void **state)
{
	static const char memory[] =
		"unusual.value U\nunusual.extinfo remember what accounts sent: "
		"Cannot allocate memory\n";

	(void)state;
	log_failed = true;
	want_text("no log: what is only learnt has no level", run_on(0, SENT("a@x=1"), true),
		  "unusual.value U\nunusual.extinfo no log %23\n");
	log_failed = false;
	run_on(0, SENT("a@x=1"), true);
	no_memory = true;
	want_text("no memory", run_on(2, SENT("a@x=99"), true) + strlen(ARMED), memory);
	no_memory = false;
	want_text("no state", run_on(2, SENT("a@x=99"), false),
		  "unusual.value U\nunusual.extinfo there is no state file (MUNIN_STATEFILE)\n");
	log_failed = true;
	want_text("no log", run_on(2, SENT("a@x=99"), true),
		  ARMED "unusual.value U\nunusual.extinfo no log %23\n");
	log_failed = false;
	is_silent = true;
	want_in("a log that says nothing", run_on(2, SENT("a@x=99"), true), "unusual.value U\n");
	is_silent = false;
	first_is_silent = true;
	want_in("a minute of five", run_on(2, SENT("a@x=99"), true), "unusual.value U\n");
	first_is_silent = false;
	want_in("and then it is known", run_on(2, SENT("a@x=99"), true), "unusual.value 1\n");
}

/* A disk that broke what was learnt: it is learnt anew, and the admin hears why. */
static void what_was_learnt_and_is_damaged_is_said(void **state)
{
	FILE *f;

	(void)state;
	run_on(0, SENT("a@x=1"), true);
	want_text("nothing to say", said, "");
	f = fopen(state_file, "r+");
	assert_non_null(f);
	assert_int_equal(fseek(f, 100, SEEK_SET), 0);
	assert_int_equal(fwrite("\377\377\377\377", 1, 4, f), 4);
	fclose(f);
	want_in("it begins again", run_on(2, SENT("a@x=99"), true), "unusual.extinfo learning");
	want_in("said", said, "/state is damaged: it is begun anew");
	run_on(4, SENT("a@x=99"), true);
	want_text("once", said, "");
}

/* A full disk: what is learnt is lost, which is said; of two reasons the first. */
static void what_can_not_be_saved_is_said(void **state)
{
	struct rlimit was, none;
	const char *text;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	none = (struct rlimit){ 0, was.rlim_max };
	run_on(0, SENT("a@x=1"), true);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	text = run_on(1, SENT("a@x=2"), true);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	want_in("while it is learnt", text, "extinfo learning: a whole day must be seen first");
	want_in("it is said aside", said, "write the state file: File too large");
	run_on(1, SENT("a@x=2"), true);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	text = run_on(2, SENT("a@x=99"), true);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	want_text("then it is the reason", text,
		  "unusual.value U\nunusual.extinfo write the state file: File too large\n");
	want_in("the next run knows", run_on(2, SENT("a@x=99"), true), "unusual.value 1\n");
	want_text("and has nothing to say", said, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_learns_for_a_whole_day_and_alarms_nobody, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_day_ends_at_midnight_utc, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_account_is_measured_by_its_own_days, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(all_are_counted_and_the_first_are_named, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_was_learnt_and_is_damaged_is_said, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(one_run_with_a_wrong_clock_spoils_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_not_known_is_u_and_never_0, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_can_not_be_saved_is_said, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("outliers", tests, NULL, NULL);
}
