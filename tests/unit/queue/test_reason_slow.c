/* Logs of defer/ made of pieces, read as copies and regular expressions read them. */
#include <stdlib.h>

#include "pieces.h"
#include "reference_reason.h"
#include "test.h"

enum { LOGS = 15000 };

static void want_agreement(const char *log, size_t n)
{
	/* exactly as large as it is, so that a step behind it is seen */
	char *exact = malloc(n + 1);

	memcpy(exact, log, n);
	exact = realloc(exact, n ? n : 1);
	if (!reference_reason_agrees(raw_from(exact, n)))
		fail_msg("the reference says something else of \"%s\"", log);
	free(exact);
}

static void words_of_all_kinds_have_the_same_form(void **state)
{
	static const char *const piece[] = {
		"4",  "42",   "421",	"4211",	  "1234",
		"-",  ".",    "4.7.28", "4.7.1:", "5.1234.1",
		":",  ",",    ";",	"aA",	  "bZ",
		"zA", "zZ",   "a",	"z",	  "A",
		"Z",  "@",    "[",	"]",	  "...",
		" ",  " ",    " ",	" ",	  "\t",
		"{",  "`",    "/",	"\1",	  "\177",
		"!",  "abc",  "421-a",	"421-",	  "421-4.7.2",
		"xx", "421:", "(",	")",	  "wordsThatAreLong",
		"aB",
	};
	char log[600];

	(void)state;
	for (int i = 0; i < LOGS; i++) {
		static const char *const heads[] = {
			"reason=",
			"<a@b>: ",
			"reason=host x[1] said: ",
			"reason=delivery temporarily suspended: host x refused to talk to me: ",
		};
		size_t n = (size_t)snprintf(log, sizeof(log), "%s", heads[pieces_draw(4)]);

		n += pieces_make(log + n, sizeof(log) - n, piece, SW_COUNT(piece), 30);
		want_agreement(log, n);
	}
}

static void lines_of_all_kinds_are_the_same_entries(void **state)
{
	static const char *const piece[] = {
		"\n",	      "\n",	   "\n\n",
		"recipient=", "reason=",   "reason",
		"recipient",  " = ",	   "=",
		"<a@b>: ",    "<",	   ">: ",
		"x",	      " ",	   "status=",
		"9reason",    "zreason=",  "Areason=",
		"/",	      "reason = ", "b@c.D.",
		"{",	      "@",	   "Zr=",
		"\t",	      "a=b\n",	   "host x[1] said: ",
	};
	char log[300];

	(void)state;
	for (int i = 0; i < LOGS; i++)
		want_agreement(log, pieces_make(log, sizeof(log), piece, SW_COUNT(piece), 20));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_all_kinds_have_the_same_form),
		cmocka_unit_test(lines_of_all_kinds_are_the_same_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
