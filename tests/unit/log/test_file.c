/* Where the window begins; how lines are cut: test_file_lines.c. */
#include "logtext.h"

static void want_window(const char *what, int fd, int64_t since)
{
	struct seen s = { 0 };
	uint64_t sum = 0;
	size_t n = 0;

	want_number(what, read_fd(fd, since, &s), 0);
	for (int64_t time = START - LINES + 1; time <= START; time++)
		if (time >= since) {
			sum = sum * 31 + (uint64_t)time;
			n++;
		}
	want_number(what, s.inside, n);
	want_number(what, s.sum == sum, true); /* each once, in its order */
	free(s.text.p);
}

static void the_window_is_whole_wherever_it_begins(void **state)
{
	static const struct {
		const char *what;
		const char *odd;
	} rows[] = {
		{ "a plain log", NULL },
		{ "lines without a stamp", "-- MARK --\n" },
		{ "a clock that is years behind",
		  "1999-01-01T00:00:00Z box postfix/smtpd[1]: x\n" },
	};
	static const int back[] = { -10, 0, 1, 299, 301, 5000, 31234, LINES - 1, LINES, 2 * LINES };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct text t = { 0 };
		int fd;

		make_log(&t, rows[i].odd);
		host_bytes(&h, "/log", t.p, t.n);
		fd = open_file(&h, "/log");
		for (size_t k = 0; k < SW_COUNT(back); k++)
			want_window(rows[i].what, fd, START - back[k]);
		close(fd);
		free(t.p);
		host_remove(&h);
	}
}

static void a_clock_that_is_ahead_costs_no_line(void **state)
{
	static const char ahead[] = "2035-01-01T00:00:00Z box postfix/smtpd[1]: x\n";
	struct text t = { 0 };
	struct seen s = { 0 };

	(void)state;
	make_log(&t, ahead);
	read_text(&t, START - 299, &s);
	/* fn meets those too, and decides by their stamps */
	want_number("lines of the window", s.inside >= 300, true);
	free(s.text.p);
	free(t.p);
}

static void the_cost_is_that_of_the_window(void **state)
{
	struct text t = { 0 };
	struct seen s = { 0 };

	(void)state;
	make_log(&t, NULL);
	read_text(&t, START - 299, &s);
	want_number("lines in the window", s.inside, 300);
	want_number("lines given", s.lines < LINES / 10, true);
	free(s.text.p);
	/* in a file that is less than twice as long, too */
	s = (struct seen){ 0 };
	read_text(&t, START - LINES * 6 / 10, &s);
	want_number("lines given of 6 in 10", s.lines < LINES * 7 / 10, true);
	free(s.text.p);
	free(t.p);
}

/* Of lines so long that a look meets but one, too. */
static void the_cost_of_long_lines_is_that_of_the_window(void **state)
{
	static char words[7500];
	struct text t = { 0 };
	struct seen s = { 0 };

	(void)state;
	memset(words, 'x', sizeof(words));
	words[sizeof(words) - 1] = '\n';
	for (int i = 999; i >= 0; i--) {
		add_line(&t, START - 10 * i, "");
		t.n--; /* its newline */
		add(&t, words, sizeof(words));
	}
	read_text(&t, START - 299, &s);
	want_number("lines in the window", s.inside, 30);
	want_number("lines given", s.lines < 200, true);
	free(s.text.p);
	free(t.p);
}

static void a_log_without_any_stamp_is_given_whole(void **state)
{
	struct text t = { 0 };
	struct seen s = { 0 };

	(void)state;
	for (int i = 0; i < 200000; i++)
		add(&t, "no stamp at all\n", 16);
	read_text(&t, START, &s);
	want_number("lines", s.lines, 200000);
	free(s.text.p);
	free(t.p);
}

static void lines_may_come_ten_minutes_late(void **state)
{
	enum { SINCE = START - 300, LATE = 20000 };
	struct text t = { 0 };
	struct seen s = { 0 };

	(void)state;
	for (int i = 5000; i > LOG_DISORDER; i--)
		add_line(&t, SINCE - i, "in order");
	add_line(&t, SINCE, "the first of the window");
	for (int i = 0; i < LATE; i++) /* then two megabytes of what is older */
		add_line(&t, SINCE - 1 - i % LOG_DISORDER, "late");
	add_line(&t, START, "the last");
	read_text(&t, SINCE, &s);
	want_number("lines of the window", s.inside, 2);
	free(s.text.p);
	free(t.p);
}

/* Hours old, what a relay was silent about, in one go behind lines of the window. */
static void what_a_relay_sends_late_hides_no_line(void **state)
{
	enum { SINCE = START - 300 };
	static const int young[] = { 500, 1000, 3000 }, late[] = { 300, 2000, 20000 };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(young); i++)
		for (size_t k = 0; k < SW_COUNT(late); k++) {
			struct text t = { 0 };
			struct seen s = { 0 };

			for (int j = 8000; j > LOG_DISORDER; j--)
				add_line(&t, SINCE - j, "in order");
			for (int j = 0; j < young[i]; j++)
				add_line(&t, SINCE + 290 * j / young[i], "of the window");
			for (int j = 0; j < late[k]; j++)
				add_line(&t, SINCE - 7200 + j % 60, "late");
			add_line(&t, START, "the last");
			read_text(&t, SINCE, &s);
			want_number("lines of the window", s.inside, young[i] + 1);
			free(s.text.p);
			free(t.p);
		}
}

static void a_file_that_changes_meanwhile_just_ends(void **state)
{
	static const off_t sizes[] = { 0, 1, BLOCK, 50 << 20 };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(sizes); i++) {
		struct sw_host h = host_new(NULL);
		struct text t = { 0 };
		struct seen s = { .cut_to = sizes[i] };

		make_log(&t, NULL);
		host_bytes(&h, "/log", t.p, t.n);
		s.fd = open_file(&h, "/log");
		want_number("returned", read_fd(s.fd, START - LINES, &s), 0);
		want_number("lines", s.lines > 0 && s.lines <= LINES, true);
		if (sizes[i] > (off_t)t.n)
			want_number("not what came later", s.lines, LINES);
		close(s.fd);
		free(s.text.p);
		free(t.p);
		host_remove(&h);
	}
}

/* What stands in the last bytes before a place of the file, and where these begin. */
static void the_end_is_given_without_what_lies_before(void **state)
{
	static const struct {
		const char *what;
		const char *file;
		off_t end; /* -1: the file's */
		size_t size;
		off_t at;
		const char *want;
	} rows[] = {
		{ "all of it", "aa\nbb\ncc\n", -1, 9, 0, "aa|bb|cc|" },
		{ "more than all of it", "aa\nbb\n", -1, 100, 0, "aa|bb|" },
		{ "a line that began before", "aa\nbb\ncc\n", -1, 8, 1, "bb|cc|" },
		{ "from a line's beginning: nobody knows that it is one", "aa\nbb\ncc\n", -1, 6, 3,
		  "cc|" },
		{ "half a line at the end", "aa\nbb\ncc", -1, 100, 0, "aa|bb|" },
		{ "an end within the file", "aa\nbb\ncc\n", 6, 100, 0, "aa|bb|" },
		{ "an end within a line", "aa\nbb\ncc\n", 5, 100, 0, "aa|" },
		{ "an end behind the file", "aa\nbb\n", 100, 100, 0, "aa|bb|" },
		{ "one long line", "aaaaaaaaaaaaaaaaaaa\n", -1, 5, 15, "" },
		{ "an empty file", "", -1, 100, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_fault why = { 0 };
		struct seen s = { .since = INT64_MAX };
		off_t at = -1;
		int fd;

		host_file(&h, "/log", rows[i].file);
		fd = open_file(&h, "/log");
		want_number(rows[i].what,
			    log_file_tail(fd, rows[i].end, rows[i].size, look, &s, &at, &why), 0);
		add(&s.text, "", 1);
		want_text(rows[i].what, s.text.p, rows[i].want);
		want_number(rows[i].what, at, rows[i].at);
		close(fd);
		free(s.text.p);
		host_remove(&h);
	}
}

static void a_file_that_begins_within_the_window_is_told(void **state)
{
	static const struct {
		const char *what;
		int64_t since;
		bool want;
	} rows[] = {
		{ "long before the file", START - 2 * LINES, true },
		{ "its first line may be late", START - LINES + LOG_DISORDER / 2, true },
		{ "its end", START - 300, false },
	};
	struct text t = { 0 };

	(void)state;
	make_log(&t, NULL);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct seen s = { 0 };

		read_text(&t, rows[i].since, &s);
		want_number(rows[i].what, s.whole, rows[i].want);
		free(s.text.p);
	}
	free(t.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_window_is_whole_wherever_it_begins),
		cmocka_unit_test(a_clock_that_is_ahead_costs_no_line),
		cmocka_unit_test(the_cost_is_that_of_the_window),
		cmocka_unit_test(the_cost_of_long_lines_is_that_of_the_window),
		cmocka_unit_test(a_log_without_any_stamp_is_given_whole),
		cmocka_unit_test(lines_may_come_ten_minutes_late),
		cmocka_unit_test(what_a_relay_sends_late_hides_no_line),
		cmocka_unit_test(a_file_that_changes_meanwhile_just_ends),
		cmocka_unit_test(the_end_is_given_without_what_lies_before),
		cmocka_unit_test(a_file_that_begins_within_the_window_is_told),
	};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
