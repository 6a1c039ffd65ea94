#include "incident/say.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "printed.h"
#include "test.h"

static char *said(void (*say)(FILE *to, struct sw_raw text), struct sw_raw text)
{
	char *ret = NULL;
	size_t n;
	FILE *to = open_memstream(&ret, &n);

	assert_non_null(to);
	say(to, text);
	fclose(to);
	return ret;
}

static void a_name_is_a_json_string_of_ascii(void **state)
{
	static const struct {
		const char *what, *in, *want;
	} rows[] = {
		{ "a name", "a@x", "\"a@x\"" },
		{ "quotes", "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "control characters", "\033[2J\n\x7f", "\"\\u001b[2J\\u000a\\u007f\"" },
		{ "UTF-8", "\xC3\xA4", "\"\\u00e4\"" },
		{ "above 16 bits", "\xF0\x9F\x98\x80", "\"\\ud83d\\ude00\"" },
		{ "a byte that is none", "a\xFF", "\"a\\udcff\"" },
		{ "nothing", "", "\"\"" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char *got = said(say_json, raw_of(rows[i].in));

		want_text(rows[i].what, got, rows[i].want);
		free(got);
	}
}

static void a_shell_has_the_bytes_back(void **state)
{
	static const char *const rows[] = { "a@x",	"sp ace@x", "it's",    "$(id)`id`",
					    "a\"b",	"*",	    "-dash",   "",
					    "#hash",	"~root",    "\033[2J", "\xC3\xA4'",
					    "a\\b\xFF", "a\nb",	    "!!" };

	(void)state;
	if (access("/bin/bash", X_OK) != 0) {
		print_message("skipped - a_shell_has_the_bytes_back: no bash\n");
		skip();
	}
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char *word = said(say_shell, raw_of(rows[i]));
		char command[512];
		char got[128] = "";
		FILE *from;

		for (const char *p = word; *p; p++)
			assert_true(*p >= ' ' && *p < 0x7F);
		snprintf(command, sizeof(command),
			 "exec /bin/bash <<'END'\nprintf '%%s.' %s\nEND\n", word);
		from = popen(command, "r");
		assert_non_null(from);
		got[fread(got, 1, sizeof(got) - 1, from)] = '\0';
		assert_int_equal(pclose(from), 0);
		assert_int_equal(strlen(got), strlen(rows[i]) + 1);
		got[strlen(rows[i])] = '\0';
		want_text(word, got, rows[i]);
		free(word);
	}
}

/* All below 0x800, some above, and both sides of the 16 bits. */
static uint32_t next_character(uint32_t c)
{
	if (c < 0x800 || c == 0xFFFF)
		return c + 1;
	return c < 0xFFFF && c + 0x7FF > 0xFFFF ? 0xFFFF : c + 0x7FF;
}

/* Every character and every byte, by itself and behind another. */
static void each_character_is_escaped_as_the_standard_says(void **state)
{
	(void)state;
	for (uint32_t c = 0; c < 0x110000; c = next_character(c)) {
		char in[8] = { 0 };
		char want[32];
		char *got;
		size_t n = 1;

		if (c >= 0xD800 && c < 0xE000) /* half of a pair is none */
			continue;
		if (c < 0x80) {
			in[0] = (char)c;
		} else {
			n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
			for (size_t i = 0; i < n; i++)
				in[i] = (char)(0x80 | (c >> 6 * (n - 1 - i) & 63));
			in[0] = (char)(0xFF << (8 - n) | (int)(c >> 6 * (n - 1)));
		}
		if (c == '"' || c == '\\')
			snprintf(want, sizeof(want), "\"\\%c\"", (int)c);
		else if (c >= ' ' && c <= '~')
			snprintf(want, sizeof(want), "\"%c\"", (int)c);
		else if (c < 0x10000)
			snprintf(want, sizeof(want), "\"\\u%04x\"", c);
		else
			snprintf(want, sizeof(want), "\"\\u%04x\\u%04x\"",
				 0xD800 + (c - 0x10000) / 0x400, 0xDC00 + (c - 0x10000) % 0x400);
		got = said(say_json, raw_from(in, n));
		want_text("a character", got, want);
		free(got);
	}
	for (int byte = 0x80; byte < 0x100; byte++) {
		char in[3] = { (char)byte, 'a', '\0' };
		char want[32];
		char *got = said(say_json, raw_of(in));

		snprintf(want, sizeof(want), "\"\\udc%02xa\"", byte);
		want_text("a byte", got, want);
		free(got);
	}
}

/* As it should stand in a word of escapes, in one of quotes, and in one of none. */
static void write_byte(int byte, bool escapes, bool quotes, char *to)
{
	if (escapes && (byte < ' ' || byte > '~' || byte == '\'' || byte == '\\'))
		sprintf(to + strlen(to), "\\%03o", (unsigned)byte);
	else if (quotes && byte == '\'')
		strcat(to, "'\\''");
	else
		sprintf(to + strlen(to), "%c", byte);
}

static void each_byte_stands_for_itself_in_a_shell(void **state)
{
	static const char others[] = "a '\n";
	static const char words[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789@._+-/:,=";

	(void)state;
	for (int byte = 0; byte < 0x100; byte++)
		for (const char *other = others; *other; other++) {
			const char in[2] = { (char)byte, *other };
			const bool escapes = byte < ' ' || byte > '~' || *other == '\n';
			const bool quotes = !escapes && (!strchr(words, byte) || *other != 'a');
			char want[32] = "";
			char *got = said(say_shell, raw_from(in, 2));

			strcpy(want, escapes ? "$'" : quotes ? "'" : "");
			write_byte(byte, escapes, quotes, want);
			write_byte(*other, escapes, quotes, want);
			strcat(want, escapes || quotes ? "'" : "");
			want_text("a byte", got, want);
			free(got);
		}
}

static void an_empty_word_has_its_quotes(void **state)
{
	(void)state;
	for (size_t n = 0; n < 3; n++) {
		char *got = said(say_shell, raw_from("xx", n));

		want_text("word", got, n == 0 ? "''" : n == 1 ? "x" : "xx");
		free(got);
	}
}

/* What is written of a colour where stdout is a terminal, by one who asks twice; his environment changes. */
static void say_colours(int to, const char *const *env, const char *const *later)
{
	struct sw_host h = { .root = -1, .env = env };

	dprintf(to, "%s|", say_colour(&h, SAY_ALARM));
	h.env = later;
	dprintf(to, "%s%s", say_colour(&h, SAY_STRONG), say_colour(&h, SAY_PLAIN));
}

static void colours_are_a_terminals(void **state)
{
	static const struct {
		const char *what, *env[3], *later[3];
		bool terminal;
		const char *want;
	} rows[] = {
		{ "a terminal", { "TERM=xterm" }, { "TERM=xterm" }, true, "\033[1;31m|\033[1m\033[0m" },
		{ "that has become none", { "TERM=xterm" }, { "TERM=dumb" }, true, "\033[1;31m|\033[1m\033[0m" },
		{ "a dumb one", { "TERM=dumb" }, { "TERM=xterm" }, true, "|" },
		{ "of no name", { NULL }, { NULL }, true, "|" },
		{ "without colours", { "TERM=xterm", "NO_COLOR=1" }, { "TERM=xterm" }, true, "|" },
		{ "a file", { "TERM=xterm" }, { "TERM=xterm" }, false, "|" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
		char got[64] = "";
		int answer[2];
		pid_t child;
		int status;

		if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
			print_message("skipped - colours_are_a_terminals: no pseudo-terminal\n");
			skip();
		}
		assert_int_equal(pipe2(answer, O_CLOEXEC), 0);
		child = fork(); /* asked once a process */
		if (child == 0) {
			const int out = open(rows[i].terminal ? ptsname(master) : "/dev/null", O_RDWR | O_NOCTTY);

			if (out < 0 || dup2(out, STDOUT_FILENO) < 0)
				_exit(1);
			say_colours(answer[1], rows[i].env, rows[i].later);
			_exit(0);
		}
		close(answer[1]);
		assert_int_equal(waitpid(child, &status, 0), child);
		want_number("status", status, 0);
		assert_true(read(answer[0], got, sizeof(got) - 1) > 0);
		want_text(rows[i].what, got, rows[i].want);
		close(answer[0]);
		close(master);
	}
}

static size_t wrap_column;
static size_t wrap_word;

static void wrap(void)
{
	char text[128] = "a ";

	memset(text + 2, 'x', wrap_word);
	strcpy(text + 2 + wrap_word, "  b");
	say_wrapped(text, wrap_column, 3);
}

static void a_line_ends_before_it_is_too_long(void **state)
{
	(void)state;
	for (wrap_column = 0; wrap_column < 9; wrap_column += 4)
		for (wrap_word = 60; wrap_word < 90; wrap_word++) {
			char got[256];
			char want[256] = "a";
			size_t column = wrap_column + 1;
			const size_t length[] = { wrap_word, 1 };

			for (size_t i = 0; i < 2; i++) {
				const bool breaks = column + 1 + length[i] > 80;
				const size_t at = strlen(want) + (breaks ? 4 : 1);

				strcat(want, breaks ? "\n   " : " ");
				column = breaks ? 3 + length[i] : column + 1 + length[i];
				memset(want + at, i ? 'b' : 'x', length[i]);
				want[at + length[i]] = '\0';
			}
			strcat(want, "\n");
			printed(stdout, wrap, got, sizeof(got));
			want_text("wrapped", got, want);
		}
}

static struct say_progress progress;
static uint64_t progress_done;
static uint64_t progress_of;

static void show(void)
{
	say_progress(&progress, "files", progress_done, progress_of);
}

static void end(void)
{
	say_progress_end(&progress);
}

/* Begun a week ago, so that what this takes counts for nothing. */
static void progress_is_one_line_now_and_then(void **state)
{
	static const struct {
		const char *what;
		uint64_t done, of;
		int64_t last; /* milliseconds ago */
		bool off;
		const char *want;
	} rows[] = {
		{ "all", 256 * 604800, 0, 60000, false,
		  "\r\033[Kfiles 154828800 (256 a second)" },
		{ "of more", 256 * 604800, 256 * 604810, 60000, false,
		  "\r\033[Kfiles 154828800 of 154831360 (256 a second, 10 s left)" },
		{ "of as many", 256 * 604800, 256 * 604800, 60000, false,
		  "\r\033[Kfiles 154828800 (256 a second)" },
		{ "no terminal", 256 * 604800, 0, 60000, true, "" },
		{ "one more", 256 * 604800 + 1, 0, 60000, false, "" },
		{ "too early", 256 * 604800, 0, -60000, false, "" },
	};
	char got[256];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const int64_t now = clock_ms();

		progress = (struct say_progress){ !rows[i].off, now - 604800000,
						  now - rows[i].last };
		progress_done = rows[i].done;
		progress_of = rows[i].of;
		printed(stderr, show, got, sizeof(got));
		want_text(rows[i].what, got, rows[i].want);
		if (*rows[i].want)
			assert_true(progress.last >= now);
		else
			want_number(rows[i].what, progress.last, now - rows[i].last);
		printed(stderr, end, got, sizeof(got));
		want_text("its end", got, rows[i].off ? "" : "\r\033[K");
		assert_false(progress.on);
		printed(stderr, end, got, sizeof(got));
		want_text("once", got, "");
	}
}

static void a_time_is_the_local_one(void **state)
{
	static const struct {
		int64_t first, last;
		const char *want;
	} rows[] = {
		{ 1795701030, 1795701030, "2026-11-26 13:50:30" },
		{ 1795701030, 1795701031, "2026-11-26 13:50:30 to 2026-11-26 13:50:31" },
		{ 1, 1, "1970-01-01 00:00:01" },
		{ 0, 0, "at a time that is not known" },
		{ -1, 1, "at a time that is not known to 1970-01-01 00:00:01" },
	};

	(void)state;
	zone("UTC0");
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char *got = NULL;
		size_t n;
		FILE *to = open_memstream(&got, &n);

		assert_non_null(to);
		say_span(to, rows[i].first, rows[i].last);
		fclose(to);
		want_text("a span", got, rows[i].want);
		free(got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_a_json_string_of_ascii),
		cmocka_unit_test(a_shell_has_the_bytes_back),
		cmocka_unit_test(each_character_is_escaped_as_the_standard_says),
		cmocka_unit_test(each_byte_stands_for_itself_in_a_shell),
		cmocka_unit_test(an_empty_word_has_its_quotes),
		cmocka_unit_test(colours_are_a_terminals),
		cmocka_unit_test(a_line_ends_before_it_is_too_long),
		cmocka_unit_test(progress_is_one_line_now_and_then),
		cmocka_unit_test(a_time_is_the_local_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
