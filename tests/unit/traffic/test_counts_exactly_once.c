/*
 * Exactly once: whatever is logged, however the log is rotated, whenever and however often the
 * plugin is asked, and if a run is killed: in the end the master has each message in its minute,
 * once. test_exactly_once [SEED [SEEDS]]      from SEED on, 1 by default (without SEED: env SEEDS)
 */
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "exactly.h"
#include "test.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SEEDS = 6 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { SEEDS = 6 };
#else
enum { SEEDS = 30 };
#endif
#else
enum { SEEDS = 30 };
#endif

/* What may go wrong; the first sentence of each is kept. */
enum kind {
	TOTAL,
	ACCOUNTS,
	RECIPIENTS,
	AGAIN,
	FAILED,
	COMPLAINED,
	TWICE_HOUR,
	LATE,
	UNREAD,
	KINDS
};
static char verdict[KINDS][400];

static char plugin_path[4000];
static uint64_t first_seed = 1;
static uint64_t seeds = SEEDS;

struct world {
	uint64_t seed;
	struct dice dice;
	struct sw_host h;
	struct flow traffic;
	struct log log;
	struct master master;
	char env[8][4096];
	char *envp[9];
	unsigned history;
	int64_t now;
	int complaints; /* what runs say on stderr */
	bool starved;	/* the next run can open nothing */
};

static void judge(enum kind kind, const struct world *w, const char *text)
{
	if (!verdict[kind][0])
		snprintf(verdict[kind], sizeof(verdict[kind]), "seed %llu, habit %d: %.300s",
			 (unsigned long long)w->seed, w->log.habit, text);
}

static pid_t start(struct world *w, int *out)
{
	const char *word = one_in(&w->dice, 4) ? "config" : "fetch";

	snprintf(w->env[0], sizeof(w->env[0]), "SPOOLWATCH_NOW=%lld", (long long)w->now);
	/* the root of the host is the fourth */
	return run_start(plugin_path, word, w->envp, out, w->complaints, w->starved ? 4 : 0);
}

static void poll_killed(struct world *w)
{
	int out;
	pid_t pid = start(w, &out);

	run_kill(pid, out, dice(&w->dice, 2500));
}

static void poll_whole(struct world *w)
{
	static char text[1 << 20];
	int out;
	pid_t pid = start(w, &out);

	if (w->log.step && !log_is_fragile(&w->log) && one_in(&w->dice, 2)) {
		usleep(dice(&w->dice, 600));
		log_rotate(&w->log, w->now);
	}
	if (run_end(pid, out, text, sizeof(text)) != 0)
		judge(FAILED, w, "got a run that failed, want exit status 0");
	master_take(&w->master, text, w->now);
}

static const struct master_field *field(const struct world *w, const char *graph, const char *name)
{
	char full[200];

	snprintf(full, sizeof(full), "%s.%s", graph, name);
	for (size_t i = 0; i < w->master.n; i++)
		if (strcmp(w->master.field[i].name, full) == 0)
			return &w->master.field[i];
	return NULL;
}

/* One minute of a graph: its fields together are what was logged. */
static void compare(const struct world *w, enum kind kind, const char *graph, const char *rest,
		    int what, int minute)
{
	const struct master_field *f = field(w, graph, rest);
	double got = f && f->has[minute] ? f->at[minute] : 0;
	uint32_t want = 0;
	char text[300];

	for (int i = 0; i < FLOW_ACCOUNTS; i++) {
		const struct master_field *own =
			*graph ? field(w, graph, w->traffic.field[i]) : NULL;

		want += w->traffic.sum[what][i][minute];
		got += own && own->has[minute] ? own->at[minute] : 0;
	}
	snprintf(text, sizeof(text), "%s of minute %d: got %g, want %u", *graph ? graph : rest,
		 minute, got, want);
	if (fabs(got - want) > 0.5)
		judge(kind, w, text);
}

/* The last minutes are told some seconds after their end. */
static int complete(const struct world *w, int64_t from)
{
	return (int)((w->now - 10 - from) / 60);
}

static void compare_total(struct world *w, int64_t from, enum kind kind)
{
	for (int i = 0; i < complete(w, from); i++)
		compare(w, kind, "", "total", 0, i);
}

static void compare_all(struct world *w, int64_t from)
{
	compare_total(w, from, TOTAL);
	for (int i = 0; i < complete(w, from); i++) {
		compare(w, ACCOUNTS, "by_account", "others", 0, i);
		compare(w, RECIPIENTS, "by_recipients", "others", 1, i);
	}
	if (w->master.again[0])
		judge(AGAIN, w, w->master.again);
}

static void begin(struct world *w, uint64_t seed, enum log_habit habit, int64_t from, int64_t to,
		  bool iso)
{
	static const unsigned histories[] = { 15, 15, 15, 10, 30, 55 };
	static const char *const more[] = { "accounts=20", "accounts=3", "floor=0", "floor=3" };

	*w = (struct world){ .seed = seed, .dice = { seed * 0x9E3779B97F4A7C15u }, .now = from };
	w->h = host_new(NULL);
	host_file(&w->h, "/var/log/lastlog", "");
	host_file(&w->h, "/stderr", "");
	w->complaints = open(host_path(&w->h, "/stderr"), O_RDWR | O_APPEND | O_CLOEXEC);
	w->history = histories[dice(&w->dice, SW_COUNT(histories))];
	snprintf(w->env[1], 4096, "SPOOLWATCH_ROOT=%s", w->h.root_path);
	snprintf(w->env[2], 4096, "MUNIN_STATEFILE=%s/state", w->h.root_path);
	snprintf(w->env[3], 4096, "TZ=%s", getenv("TZ"));
	snprintf(w->env[4], 4096, "history=%u", w->history);
	snprintf(w->env[5], 4096, "MUNIN_CAP_DIRTYCONFIG=1");
	snprintf(w->env[6], 4096, "%s", more[dice(&w->dice, SW_COUNT(more))]);
	for (int i = 0; i < 7; i++)
		w->envp[i] = w->env[i];
	flow_make(&w->traffic, &w->dice, from, to, iso);
	log_begin(&w->log, host_path(&w->h, "/var/log"), habit, &w->dice);
	w->master.begin = from;
	w->master.last = from;
	log_write(&w->log, &w->traffic, w->now);
}

static void end(struct world *w)
{
	close(w->complaints);
	log_end(&w->log);
	flow_free(&w->traffic);
	host_remove(&w->h);
}

/* Polls, kills and rotations of one run, in an order that the seed chooses. */
static void live(struct world *w)
{
	int64_t due = w->now;

	while (w->now < w->traffic.end + 300) {
		w->now += 1 + dice(&w->dice, 40);
		if (one_in(&w->dice, 10))
			w->now += 60 - w->now % 60;
		log_write(&w->log, &w->traffic, w->now);
		if (w->log.step || one_in(&w->dice, 25))
			log_rotate(&w->log, w->now);
		/* a copy that is whole is truncated before the writer goes on */
		while (log_is_fragile(&w->log)) {
			poll_whole(w);
			log_rotate(&w->log, w->now);
		}
		if (w->now - w->master.last > 60 * ((int64_t)w->history - 4)) {
			poll_whole(w); /* the next one might be too late for the history */
		} else if (w->now >= due || one_in(&w->dice, w->log.step ? 3 : 15)) {
			due = w->now >= due ? w->now + 300 - w->now % 300 + dice(&w->dice, 5) : due;
			if (one_in(&w->dice, 6))
				poll_killed(w);
			else if (!one_in(&w->dice, 8))
				poll_whole(w);
		}
	}
	poll_whole(w);
}

static void one_seed(uint64_t seed)
{
	/* a Monday, New Year's Eve, the day before a leap day */
	static const int64_t days[] = { 1795431600, 1798759800, 1835391000 };
	struct world *w = malloc(sizeof(*w));
	int64_t from = days[seed % 3];
	char said[200] = "";
	ssize_t n;

	zone("UTC0");
	begin(w, seed, (enum log_habit)(seed % LOG_HABITS), from,
	      from + 3600 + 60 * (int64_t)(seed % 40), seed % 5 == 4);
	live(w);
	compare_all(w, from);
	n = pread(w->complaints, said, sizeof(said) - 1, 0);
	if (n > 0)
		judge(COMPLAINED, w, said);
	end(w);
	free(w);
}

/* 2026-10-25: from 02:00 to 03:00 there are two hours in Berlin, the first begins at 00:00 UTC. */
static void hour_that_comes_twice(uint64_t seed)
{
	static const int64_t before = 1792886400 - 2400;
	struct world *w = malloc(sizeof(*w));

	zone("CET-1CEST,M3.5.0,M10.5.0/3");
	begin(w, seed, LOG_DELAYED, before, before + 3 * 3600, false);
	live(w);
	compare_total(w, before, TWICE_HOUR);
	end(w);
	free(w);
	zone("UTC0");
}

/* munin-cron polls at the full minute; syslogd writes what came then a moment later. */
static void late_lines(uint64_t seed)
{
	static const int64_t from = 1795431600;
	struct world *w = malloc(sizeof(*w));

	begin(w, seed, LOG_NUMBERS, from, from + 3600, false);
	for (w->now = from; w->now <= from + 4200; w->now += 300) {
		log_write(&w->log, &w->traffic, w->now - 2);
		poll_whole(w);
	}
	w->now -= 300;
	compare_total(w, from, LATE);
	end(w);
	free(w);
}

/* A run that could read nothing for a cause that passes tells nothing yet, and loses nothing. */
static void unreadable_runs(uint64_t seed)
{
	static const int64_t from = 1795431600;
	struct world *w = malloc(sizeof(*w));
	int64_t good = from;

	begin(w, seed, LOG_NUMBERS, from, from + 3600, false);
	for (w->now = from + 20; w->now <= from + 4220; w->now += 300) {
		/* for less than nine minutes: then it is unknown; and within the history */
		w->starved = one_in(&w->dice, 2) && w->now - good < 540 &&
			     w->now + 300 - good < 60 * (int64_t)w->history;
		good = w->starved ? good : w->now;
		log_write(&w->log, &w->traffic, w->now);
		poll_whole(w);
	}
	w->now -= 300;
	compare_total(w, from, UNREAD);
	end(w);
	free(w);
}

static int run_all(void **state)
{
	(void)state;
	for (uint64_t seed = first_seed; seed < first_seed + seeds; seed++)
		one_seed(seed);
	for (uint64_t seed = first_seed; seed < first_seed + seeds / 10 + 1; seed++) {
		hour_that_comes_twice(seed);
		late_lines(seed);
		unreadable_runs(seed);
	}
	hour_that_comes_twice(1028); /* the log is rotated within it */
	return 0;
}

static void expect(enum kind kind)
{
	if (verdict[kind][0])
		fail_msg("%s", verdict[kind]);
}

#define SENTENCE(name, kind)                                                                       \
	static void name(void **state)                                                             \
	{                                                                                          \
		(void)state;                                                                       \
		expect(kind);                                                                      \
	}

SENTENCE(each_message_is_in_total_once, TOTAL)
SENTENCE(accounts_and_others_together_are_each_message_once, ACCOUNTS)
SENTENCE(each_recipient_is_counted_once, RECIPIENTS)
SENTENCE(a_minute_that_is_told_again_has_the_same_value, AGAIN)
SENTENCE(no_run_fails, FAILED)
SENTENCE(no_run_complains_of_a_rotation, COMPLAINED)
SENTENCE(the_hour_that_comes_twice_is_two_hours, TWICE_HOUR)
SENTENCE(a_line_that_is_written_two_seconds_late_is_counted, LATE)
SENTENCE(a_run_that_can_read_nothing_loses_nothing, UNREAD)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_message_is_in_total_once),
		cmocka_unit_test(accounts_and_others_together_are_each_message_once),
		cmocka_unit_test(each_recipient_is_counted_once),
		cmocka_unit_test(a_minute_that_is_told_again_has_the_same_value),
		cmocka_unit_test(no_run_fails),
		cmocka_unit_test(no_run_complains_of_a_rotation),
		cmocka_unit_test(the_hour_that_comes_twice_is_two_hours),
		cmocka_unit_test(a_line_that_is_written_two_seconds_late_is_counted),
		cmocka_unit_test(a_run_that_can_read_nothing_loses_nothing),
	};
	ssize_t n = readlink("/proc/self/exe", plugin_path, sizeof(plugin_path) - 100);

	alarm(argc > 1 ? 0 : 300); /* what hangs ends */
	if (getenv("SEEDS"))
		seeds = strtoull(getenv("SEEDS"), NULL, 10);
	first_seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	seeds = argc > 2 ? strtoull(argv[2], NULL, 10) : argc > 1 ? 1 : seeds;
	plugin_path[n > 0 ? n : 0] = '\0';
	strcpy(strstr(plugin_path, "/tests/"), "/plugins/postfix_sasl_rate");
	return cmocka_run_group_tests_name("exactly_once", tests, run_all, NULL);
}
