/* A day that is read in polls, by whatever master and with whatever state, is the day as it is. */
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "daytext.h"
#include "traffic/day_read.h"

enum { HISTORY = 15, MINUTES = HISTORY + 9, ROOM = 1 << 16 };

/* All that is told of a day, at each moment of the history. */
static void tell(const struct day *d, int64_t m, char ret[ROOM])
{
	size_t n = 0;

	ret[0] = '\0';
	for (int64_t at = m - 60 * (HISTORY - 1); at <= m; at += 60) {
		uint32_t end = day_end(at);
		unsigned hours;
		enum log_minute known = day_state(d, end, &hours);

		n += (size_t)snprintf(ret + n, ROOM - n, "%+d known %d %u", (int)(at - m), known,
				      hours);
		for (unsigned what = 0; what < DAY_KINDS; what++) {
			struct day_rank top[ACCOUNTS];
			size_t found =
				day_top(d, (enum day_what)what, end, 1, NULL, NULL, top, ACCOUNTS);

			for (size_t i = 0; i < found && i < ACCOUNTS; i++) {
				struct sw_label text[DAY_TELLING];
				size_t texts = 0;

				if (what != DAY_MESSAGES && what != DAY_EXTERNAL && at == m)
					texts = day_telling(d, top[i].row, (enum day_what)what, end,
							    text);
				n += (size_t)snprintf(
					ret + n, ROOM - n, ", %.20s %u %u", day_name(d, &top[i]).s,
					(unsigned)top[i].count.n, day_since(d, top[i].row, end));
				for (size_t k = 0; k < texts; k++)
					n += (size_t)snprintf(ret + n, ROOM - n, " %.40s",
							      text[k].s);
			}
		}
		n += (size_t)snprintf(ret + n, ROOM - n, "\n");
		assert_true(n < ROOM);
	}
}

static unsigned seconds = 20; /* that a day may take, */
static int64_t deadline;      /* and the whole run, as in struct sw_host */
static bool resumed;	      /* the last run went on where a state ended */

/* Returns the code of what kept it from being kept, or 0. */
static int read_at(const struct sw_host *root, int64_t now, const char *state, char ret[ROOM])
{
	const struct log_where where = { .logfile = "/var/log/mail.log" };
	const struct day_request request = { .minutes = MINUTES,
					     .history = HISTORY,
					     .local = true,
					     .seconds = seconds,
					     .state = state };
	struct sw_fault unsaved = { 0 };
	struct sw_fault why = { 0 };
	struct sw_host h = *root;
	struct share share = { .fd = -1 };
	struct traffic s;
	struct day d;

	h.now = now;
	h.replayed = true;
	h.deadline = deadline;
	assert_int_equal(day_read(&d, &s, &share, &h, &where, &request, &unsaved, &why), 0);
	tell(&d, s.start + 60 * MINUTES, ret);
	resumed = d.resumed;
	traffic_free(&s);
	day_free(&d);
	return unsaved.code;
}

static void stamp(FILE *f, int64_t time)
{
	struct tm tm;
	char text[32];

	gmtime_r(&(time_t){ (time_t)time }, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	fputs(text, f);
}

/* The lines up to `until`, as rsyslog writes them. */
static void write_log(const struct sw_host *h, int64_t until)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	fprintf(f, "2026-11-24T00:00:00Z mx postfix/master[1]: daemon started\n");
	for (size_t i = 0; i < lines && line[i].time <= until; i++) {
		stamp(f, line[i].time);
		fprintf(f, " mx postfix/%s[1]: %s\n", line[i].program, line[i].text);
	}
	fclose(f);
	host_file(h, "/var/log/mail.log", text);
	free(text);
}

static void want_same(const char *what, const struct sw_host *h, int64_t now, const char *state)
{
	static char got[ROOM];
	static char want[ROOM];
	char of[200];

	read_at(h, now, state, got);
	read_at(h, now, NULL, want);
	snprintf(of, sizeof(of), "%s at M %+d", what, (int)(now - M));
	want_text(of, got, want);
	want_in(of, got, "known 0 24");
}

static const char *file(const struct sw_host *h, const char *name)
{
	static char path[2][4200];
	static int which;

	which = 1 - which;
	snprintf(path[which], sizeof(path[0]), "%s", host_path(h, name));
	return path[which];
}

static void every_poll_tells_what_a_single_run_tells(void **state)
{
	(void)state;
	for (unsigned run = 1; run <= 2; run++) {
		struct sw_host h = host_new(NULL);
		const char *one = file(&h, "/one");
		const char *two = file(&h, "/two");
		int64_t now = M - 2 * 3600 + 7 * run;

		make_day(run);
		/* two masters, one of them at odd times and away for a while */
		for (unsigned i = 0; now < M + 30; i++) {
			write_log(&h, now);
			want_same("every five minutes", &h, now, one);
			want_same("once more in the same poll", &h, now + 1, one);
			if (i % 3 == 2 || i > 18)
				want_same("another master", &h, now + (int)dice(60), two);
			now += 300;
		}
		write_log(&h, M + 3600);
		for (unsigned i = 0; i < 12; i++)
			want_same("in no order", &h, M - (int)dice(2 * 3600), i % 2 ? one : two);
		want_same("and back", &h, M + 30, one);
		free_day();
		host_remove(&h);
	}
}

static void flip(const char *path, off_t at)
{
	int fd = open(path, O_RDWR);
	char c;

	assert_int_equal(pread(fd, &c, 1, at), 1);
	c ^= 16;
	assert_int_equal(pwrite(fd, &c, 1, at), 1);
	close(fd);
}

static void a_state_that_is_damaged_or_of_another_log_changes_nothing(void **state)
{
	struct sw_host h = host_new(NULL);
	const char *path = file(&h, "/state");
	static char ignored[ROOM];

	(void)state;
	make_day(1);
	write_log(&h, M + 3600);
	for (off_t at = 8; at < 5000; at += 397) {
		unlink(path);
		read_at(&h, M - 300, path, ignored);
		flip(path, at);
		want_same("damaged", &h, M + 30, path);
	}
	unlink(path);
	read_at(&h, M - 300, path, ignored);
	free_day();
	make_day(2);
	write_log(&h, M + 3600);
	want_same("of another log", &h, M + 30, path);
	want_same("of this one", &h, M + 330, path);
	host_file(&h, "/etc/machine-id", "0123456789abcdef\n");
	want_same("of another host", &h, M + 360, path);
	free_day();
	host_remove(&h);
}

static void what_is_known_is_written_once(void **state)
{
	static const struct {
		const char *what;
		int64_t now;
		unsigned seconds;
		int64_t deadline;
		bool written;
	} rows[] = {
		{ "the first", M, 20, 0, true },
		{ "in the same poll", M + 1, 20, 0, false },
		{ "half an hour later, and no day is read", M + 1800, 0, 0, false },
		{ "and there is no time for any of it", M + 1800, 20, 1, false },
		{ "and there is", M + 1800, 20, 0, true },
	};
	struct sw_host h = host_new(NULL);
	const char *path = file(&h, "/state");
	static char ignored[ROOM];
	uint64_t before;

	(void)state;
	make_day(1);
	write_log(&h, M + 3600);
	read_at(&h, M - 3600, path, ignored);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		before = file_hash(path);
		seconds = rows[i].seconds;
		deadline = rows[i].deadline;
		want_number(rows[i].what, read_at(&h, rows[i].now, path, ignored), 0);
		want_number(rows[i].what, file_hash(path) != before, rows[i].written);
	}
	want_same("after all of them", &h, M + 1800, path);
	free_day();
	host_remove(&h);
}

/* A line of smtpd each minute. */
static void write_minutes(const struct sw_host *h, int64_t from, int64_t to)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	for (int64_t time = from; time <= to; time += 60) {
		stamp(f, time);
		fprintf(f, " mx postfix/smtpd[1]: connect from u[192.0.2.1]\n");
	}
	fclose(f);
	host_file(h, "/var/log/mail.log", text);
	free(text);
}

/* In an hour a log may be readable that was not; of one that is known all is. */
static void hours_that_are_not_known_are_read_again_each_hour(void **state)
{
	enum { RECENT = DAY_RECENT * DAY_BUCKET };
	static const struct {
		int64_t now; /* since M */
		bool resumed, known_resumed;
	} rows[] = {
		{ 0, false, false },
		{ 300, true, true },
		{ 3599, true, true },
		{ 3600, false, true },
		{ 3900, true, true },
		{ 7199, true, true },
		{ 7200, false, true },
		/* too much would be read for that */
		{ 7200 + RECENT, false, true },
		{ 7200 + 2 * RECENT + 300, true, true },
	};

	(void)state;
	for (int known = 0; known < 2; known++) {
		struct sw_host h = host_new(NULL);
		const char *path = file(&h, "/state");
		static char ignored[ROOM];

		write_minutes(&h, M - (known ? 30 : 5) * 3600, M + 6 * 3600);
		for (size_t i = 0; i < SW_COUNT(rows); i++) {
			char what[64];

			snprintf(what, sizeof(what), "%d seconds after the first, known %d", (int)rows[i].now, known);
			read_at(&h, M + rows[i].now, path, ignored);
			want_number(what, resumed, known ? rows[i].known_resumed : rows[i].resumed);
		}
		host_remove(&h);
	}
}

static int nothing(const struct log_message *message, void *ctx)
{
	(void)message;
	(void)ctx;
	return 0;
}

/* The state of each span that was read is the worst of its minutes, each asked for by itself. */
static void want_the_minutes(const char *what, const struct sw_host *h, const struct day *d)
{
	const struct log_where where = { .logfile = "/var/log/mail.log" };
	static unsigned char room[(DAY_SPANS + 1) * 5];
	unsigned spans = d->end + DAY_LAG / DAY_BUCKET - d->from;
	struct log_report report = { .candidates = 0 };
	struct sw_fault why = { 0 };
	struct log_proof proof;
	bool doubted = false;

	log_proof_begin_days(&proof, h->now, day_time(d->from), 5 * spans, room);
	assert_int_equal(log_read(h, &where, day_time(d->from), nothing, NULL, &proof, &report, &why), 0);
	for (unsigned i = 0; d->from - d->first + i < DAY_SPANS; i++) {
		unsigned worst = i < spans ? LOG_MINUTE_KNOWN : LOG_MINUTE_UNKNOWN;

		for (unsigned k = 5 * i; i < spans && k < 5 * i + 5; k++)
			if (log_proof_state(&proof, k, 1, NULL) > worst)
				worst = log_proof_state(&proof, k, 1, NULL);
		want_number(what, d->state[d->from - d->first + i], worst);
		doubted |= i < spans && worst != LOG_MINUTE_KNOWN;
	}
	want_number(what, d->doubted, doubted);
	want_number(what, d->reason.doubt != LOG_FINE, doubted);
}

static void a_span_is_as_known_as_its_minutes(void **state)
{
	static const struct {
		const char *what;
		int64_t from, to;
	} rows[] = {
		{ "all of it", M - 30 * 3600, M + 3600 },
		{ "it begins with the day", BEGIN, M + 3600 },
		{ "it begins within it", BEGIN + 7201, M + 3600 },
		{ "near its end", M - 2400, M + 3600 },
		{ "it ends", M - 30 * 3600, M - 1200 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		for (int64_t later = 0; later < 360; later += 60) {
			struct sw_host h = host_new(NULL);
			const char *path = file(&h, "/state");

			write_minutes(&h, rows[i].from + later, rows[i].to + later);
			/* a day by itself, and with the minutes of now what a state does not tell */
			for (h.now = M + 30; h.now < M + 1000; h.now += 600) {
				const struct log_where where = { .logfile = "/var/log/mail.log" };
				const struct day_request request = { .minutes = MINUTES, .history = HISTORY,
								     .local = true, .seconds = 20, .state = path };
				struct share share = { .fd = -1 };
				struct sw_fault unsaved = { 0 };
				struct sw_fault why = { 0 };
				struct traffic s;
				struct day d;

				h.replayed = true;
				assert_int_equal(day_read(&d, &s, &share, &h, &where, &request, &unsaved, &why), 0);
				want_number(rows[i].what, d.resumed, h.now > M + 30);
				/* a state tells of its doubts, too */
				if (!d.resumed || i == 0 || i == 4)
					want_the_minutes(rows[i].what, &h, &d);
				traffic_free(&s);
				day_free(&d);
			}
			host_remove(&h);
		}
}

static void what_there_is_no_time_for_is_not_known(void **state)
{
	const struct log_where where = { .logfile = "/var/log/mail.log" };
	const struct day_request request = { .minutes = MINUTES, .history = HISTORY, .local = true, .seconds = 20 };
	struct sw_host h = host_new(NULL);
	struct share share = { .fd = -1 };
	struct sw_fault unsaved = { 0 };
	struct sw_fault why = { 0 };
	struct traffic s;
	struct day d;

	(void)state;
	write_minutes(&h, M - 30 * 3600, M + 3600);
	h.now = M + 30;
	h.replayed = true;
	h.deadline = 1;
	assert_int_equal(day_read(&d, &s, &share, &h, &where, &request, &unsaved, &why), 0);
	want_number("doubted", d.doubted, true);
	for (uint32_t b = d.first; b < d.end; b++)
		want_number("known", d.state[b - d.first], LOG_MINUTE_UNKNOWN);
	traffic_free(&s);
	day_free(&d);
	host_remove(&h);
}

/* A state is of one host, one log and its settings; under others it is none. */
static void a_state_is_of_its_host_log_and_settings(void **state)
{
	static const char *const zone[] = { "TZ=Asia/Tokyo", NULL };
	static const struct {
		const char *what;
		struct log_where where;
		const char *source, *file, *const *env;
		bool not_local;
		bool resumed;
		bool live; /* the host tells its name itself */
	} rows[] = {
		{ "the same", { .logfile = "/var/log/mail.log" }, "x", NULL, NULL, false, true },
		{ "without local users", { .logfile = "/var/log/mail.log" }, "x", NULL, NULL, true, false },
		{ "other settings", { .logfile = "/var/log/mail.log" }, "y", NULL, NULL, false, false },
		{ "no settings", { .logfile = "/var/log/mail.log" }, NULL, NULL, NULL, false, false },
		{ "empty ones", { .logfile = "/var/log/mail.log" }, "", NULL, NULL, false, false },
		{ "another name of the log", { .logfile = "/var/log//mail.log" }, "x", NULL, NULL, false, false },
		{ "a directory", { .logfile = "/var/log/mail.log", .logdir = "/var/log" }, "x", NULL, NULL, false, false },
		{ "a zone", { .logfile = "/var/log/mail.log", .zone = "UTC" }, "x", NULL, NULL, false, false },
		{ "the journal",
		  { .logfile = "/var/log/mail.log", .journal = LOG_JOURNAL_NO },
		  "x",
		  NULL,
		  NULL,
		  false,
		  false },
		{ "another zone of the host", { .logfile = "/var/log/mail.log" }, "x", NULL, zone, false, false },
		{ "another machine", { .logfile = "/var/log/mail.log" }, "x", "/etc/machine-id", NULL, false, false },
		{ "another name", { .logfile = "/var/log/mail.log" }, "x", "/etc/hostname", NULL, false, false },
		{ "another name in a file", { .logfile = "/var/log/mail.log" }, "x", "/etc/hostname", NULL, false, true, true },
		{ "another machine that runs", { .logfile = "/var/log/mail.log" }, "x", "/etc/machine-id", NULL, false, false, true },
	};

	(void)state;
	make_day(1);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		const char *path = file(&h, "/state");

		write_log(&h, M + 3600);
		h.replayed = true;
		h.copied = !rows[i].live;
		for (int again = 0; again < 2; again++) {
			struct log_where where = rows[again ? i : 0].where;
			struct day_request request = {
				.minutes = MINUTES, .history = HISTORY, .local = true, .seconds = 20,
				.state = path, .source = rows[again ? i : 0].source
			};
			struct share share = { .fd = -1 };
			struct sw_fault unsaved = { 0 };
			struct sw_fault why = { 0 };
			struct traffic s;
			struct day d;

			h.now = M + 300 * again;
			if (again && rows[i].file)
				host_file(&h, rows[i].file, "0123456789abcdef\n");
			if (again && rows[i].env)
				h.env = rows[i].env;
			request.local = !(again && rows[i].not_local);
			assert_int_equal(day_read(&d, &s, &share, &h, &where, &request, &unsaved, &why), 0);
			want_number(rows[i].what, d.resumed, again && rows[i].resumed);
			want_number(rows[i].what, unsaved.code, 0);
			traffic_free(&s);
			day_free(&d);
		}
		host_remove(&h);
	}
	free_day();
}

/* Of one more it is not known what it did before it had a place. */
static void as_many_accounts_as_there_is_room_for_are_kept(void **state)
{
	struct sw_host h = host_new(NULL);
	const char *path = file(&h, "/state");
	static char ignored[ROOM];
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	(void)state;
	fprintf(f, "2026-11-24T00:00:00Z mx postfix/master[1]: daemon started\n");
	for (int i = 0; i < DAY_ACCOUNTS; i++) {
		stamp(f, BEGIN + 600 + i * INT64_C(83000) / DAY_ACCOUNTS);
		fprintf(f,
			" mx postfix/smtpd[1]: %06XA: client=u[192.0.2.1], sasl_method=PLAIN, "
			"sasl_username=u%d@x\n",
			0xa00000 + i, i);
	}
	stamp(f, M + 3600);
	fprintf(f, " mx postfix/qmgr[1]: ABCDEF: removed\n");
	fclose(f);
	host_file(&h, "/var/log/mail.log", text);
	free(text);
	read_at(&h, M - 3600, path, ignored);
	/* nobody's sender is known: a state that ends in zeros */
	read_at(&h, M - 3000, path, ignored);
	want_number("it went on", resumed, true);
	want_same("the last of them", &h, M + 30, path);
	want_same("all of them", &h, M + 330, path);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_poll_tells_what_a_single_run_tells),
		cmocka_unit_test(a_state_that_is_damaged_or_of_another_log_changes_nothing),
		cmocka_unit_test(what_is_known_is_written_once),
		cmocka_unit_test(hours_that_are_not_known_are_read_again_each_hour),
		cmocka_unit_test(a_span_is_as_known_as_its_minutes),
		cmocka_unit_test(what_there_is_no_time_for_is_not_known),
		cmocka_unit_test(a_state_is_of_its_host_log_and_settings),
		cmocka_unit_test(as_many_accounts_as_there_is_room_for_are_kept),
	};

	return cmocka_run_group_tests_name("day_read", tests, NULL, NULL);
}
