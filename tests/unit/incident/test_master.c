#include "incident/master.h"

#include <stdlib.h>
#include <unistd.h>

#include "test.h"

static const char file[] = "# a comment\n"
			   "smtp inet n - y - - smtpd\n"
			   "  # among them\n"
			   "\n"
			   "\t-o a=1 -o { b = x y , z }\n"
			   "    -v -oc=3\n"
			   "#submission inet n - n - - smtpd\n"
			   "submission inet n - n - - smtpd -o a= -o a=2 -vo d=4 -- -o b=9\n"
			   "short inet n - n\n"
			   "pickup unix n - n 60 1 pickup\n"
			   "127.0.0.1:10025 inet n - n - - smtpd -o e -o a = 5 -o f=6";

static void services_are_read_as_postfix_reads_them(void **state)
{
	static const struct {
		const char *name, *type, *command, *a, *b, *c, *d;
	} rows[] = {
		{ "smtp", "inet", "smtpd", "1", "x y , z", "3", NULL },
		{ "submission", "inet", "smtpd", "2", NULL, NULL, "4" },
		{ "pickup", "unix", "pickup", NULL, NULL, NULL, NULL },
		{ "127.0.0.1:10025", "inet", "smtpd", NULL, NULL, NULL, NULL },
	};
	struct sw_raw rest = raw_of(file);
	char buf[sizeof(file)];
	struct master_service s;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const char *const want[] = { rows[i].a, rows[i].b, rows[i].c, rows[i].d };
		const char name[4][2] = { "a", "b", "c", "d" };

		assert_true(master_next(&rest, buf, &s));
		want_raw("the name", s.name, rows[i].name);
		want_raw("the type", s.type, rows[i].type);
		want_raw("the command", s.command, rows[i].command);
		for (size_t k = 0; k < 4; k++) {
			struct sw_raw value = { 0 };
			bool has = master_option(&s, raw_of(name[k]), &value);

			want_number(name[k], has, want[k] != NULL);
			if (has && want[k])
				want_raw(name[k], value, want[k]);
		}
	}
	assert_false(master_next(&rest, buf, &s));
}

static uint32_t seed = 3;

static size_t one_of(size_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 16) % n;
}

/* Words, which braces keep together, as strings of their own. */
static int split(const char *text, char words[16][128], char *argv[17])
{
	int n = 0;

	argv[n++] = strcpy(words[0], "smtpd");
	while (n < 16) {
		int depth = 0;
		size_t k = 0;

		text += strspn(text, " ");
		if (!*text)
			break;
		for (; *text && (depth > 0 || *text != ' '); text++) {
			depth += *text == '{' ? 1 : *text == '}' && depth > 0 ? -1 : 0;
			words[n][k++] = *text;
		}
		words[n][k] = '\0';
		if (k > 1 && words[n][0] == '{' && words[n][k - 1] == '}') {
			const struct sw_raw in = raw_trim(raw_from(words[n] + 1, k - 2));

			memmove(words[n], in.p, in.n);
			words[n][in.n] = '\0';
		}
		argv[n] = words[n];
		n++;
	}
	argv[n] = NULL;
	return n;
}

/* As the daemon itself does (master/single_server.c): getopt(3), and the last -o of a name counts. */
static bool option_slowly(const char *text, const char *name, char value[128])
{
	char words[16][128];
	char *argv[17];
	int argc = split(text, words, argv);
	bool found = false;
	int c;

	optind = 0;
	opterr = 0;
	while ((c = getopt(argc, argv, "+cdDi:lm:n:o:s:St:uvVz")) > 0 && c != '?') {
		const char *equal = c == 'o' ? strchr(optarg, '=') : NULL;
		struct sw_raw to;

		if (!equal || !raw_is(raw_trim(raw_from(optarg, (size_t)(equal - optarg))), name))
			continue;
		to = raw_trim(raw_of(equal + 1));
		memcpy(value, to.p, to.n);
		value[to.n] = '\0';
		found = true;
	}
	return found;
}

static void options_are_those_that_getopt_finds(void **state)
{
	static const char *const words[] = { "-o", "-o", "a=1", "-oa=2", "-v", "-vo", "b=3", "{ a = 4 }", "{a=5 6}", "--",
					     "x", "-", "-i", "-s5", "-vs", "-ob=", "{}", "{-oa=7}", "a", "-z", "-u", "-t",
					     "a={8}", "=9", "-oa", "{ b = { c } }", "-oa=5n" };
	static const char *const names[] = { "a", "b" };

	(void)state;
	for (int round = 0; round < 30000; round++) {
		char text[256] = "";
		char line[320];
		char *buf;
		struct sw_raw rest;
		struct master_service s;

		for (size_t k = one_of(8); k > 0; k--) {
			strcat(text, words[one_of(SW_COUNT(words))]);
			strcat(text, " ");
		}
		snprintf(line, sizeof(line), "n inet n - n - - smtpd %s", text);
		line[strlen(line) - 1] = '\0';
		rest = raw_of(line);
		buf = malloc(rest.n); /* as long as it must be */
		assert_true(master_next(&rest, buf, &s));
		for (size_t i = 0; i < SW_COUNT(names); i++) {
			char want[128] = "";
			struct sw_raw got = { "", 0 };
			const bool has = option_slowly(text, names[i], want);

			if (master_option(&s, raw_of(names[i]), &got) != has ||
			    (has && !raw_is(got, want)))
				fail_msg("%s of \"%s\": got \"%.*s\", want \"%s\"", names[i], text, (int)got.n, got.p, want);
		}
		free(buf);
	}
}

/* Lines that make a service, beside those of a text that was joined before. */
static void services_are_those_of_logical_lines(void **state)
{
	static const char *const lines[] = { "", "# c", " # c", "\t", "a inet n - y - - smtpd", "b unix - - - - -", " cleanup",
					     "\t-o a=1", " -v", "b unix - -", "c inet n - y - - smtpd x", "  d inet n - y - - smtpd", "#", "x", "\ty" };

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[512] = "";
		char joined[8][256] = { "" };
		char *copy;
		size_t n = 0;
		size_t at = 0;
		struct sw_raw rest;
		struct master_service s;
		char buf[512];

		for (size_t k = one_of(9); k > 0; k--) {
			const char *line = lines[one_of(SW_COUNT(lines))];
			const size_t blank = strspn(line, " \t");

			strcat(text, line);
			if (k > 1 || one_of(2))
				strcat(text, "\n");
			if (!line[blank] || line[blank] == '#')
				continue;
			if (n == 0 || blank == 0)
				n++;
			assert_true(n <= SW_COUNT(joined));
			strcat(joined[n - 1], line);
		}
		copy = malloc(strlen(text) + 1); /* ends where the text does */
		memcpy(copy, text, strlen(text));
		rest = raw_from(copy, strlen(text));
		while (master_next(&rest, buf, &s)) {
			char *word[9] = { NULL };
			char *save = NULL;
			size_t words = 0;

			do {
				char again[256];

				assert_true(at < n);
				strcpy(again, joined[at]);
				words = 0;
				for (char *w = strtok_r(again, " \t", &save); w && words < 8; w = strtok_r(NULL, " \t", &save))
					word[words++] = w;
				at++;
				if (words == 8) {
					want_raw("the name", s.name, word[0]);
					want_raw("the type", s.type, word[1]);
					want_raw("the command", s.command, word[7]);
				}
			} while (words < 8);
		}
		for (; at < n; at++) {
			size_t words = 0;
			char *save = NULL;

			for (char *w = strtok_r(joined[at], " \t", &save); w; w = strtok_r(NULL, " \t", &save))
				words++;
			assert_true(words < 8);
		}
		free(copy);
	}
}

/* Beside a plain reading of bytes, one by one; nothing behind the text is looked at. */
static void words_are_what_stands_between_separators(void **state)
{
	static const char bytes[] = { 'a', ' ', ',', '{', '}', '\0', 'b', ' ' };

	(void)state;
	for (int round = 0; round < 20000; round++) {
		const size_t n = one_of(9);
		char *text = malloc(n > 0 ? n : 1);
		struct sw_raw rest;
		struct sw_raw word;
		size_t at = 0;

		assert_non_null(text);
		for (size_t i = 0; i < n; i++)
			text[i] = bytes[one_of(SW_COUNT(bytes))];
		rest = raw_from(text, n);
		for (;;) {
			size_t depth = 0;
			size_t end;

			while (at < n && (text[at] == ' ' || text[at] == ','))
				at++;
			for (end = at; end < n; end++) {
				if (depth == 0 && (text[end] == ' ' || text[end] == ','))
					break;
				if (text[end] == '{')
					depth++;
				else if (text[end] == '}' && depth > 0)
					depth--;
			}
			want_number("a word", master_word(&rest, " ,", &word), end > at);
			if (end == at)
				break;
			want_number("it begins", word.p - text, at);
			want_number("its bytes", (int64_t)word.n, end - at);
			want_number("what is left", (int64_t)rest.n, n - end);
			at = end;
		}
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(services_are_read_as_postfix_reads_them),
		cmocka_unit_test(options_are_those_that_getopt_finds),
		cmocka_unit_test(services_are_those_of_logical_lines),
		cmocka_unit_test(words_are_what_stands_between_separators),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
