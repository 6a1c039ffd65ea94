/* Whose words a reason holds. */
#include "postfix/reply.h"
#include "test.h"

#define HOST "host mx.example[192.0.2.1]"

static void the_words_are_a_servers_or_postfixs_own(void **state)
{
	static const struct {
		const char *text;
		enum reply whose;
		const char *words;
	} rows[] = {
		{ HOST " said: 550 no (in reply to RCPT TO command)", REPLY_SAID, "550 no" },
		{ HOST " said: 550 no", REPLY_SAID, "550 no" },
		{ HOST " said: 550 no (in reply to RC", REPLY_SAID,
		  "550 no" }, /* a text that was cut */
		{ HOST " said: 550 no (come back later)", REPLY_SAID, "550 no (come back later)" },
		{ HOST " said: 550 no(in reply to RCPT TO command)", REPLY_SAID,
		  "550 no(in reply to RCPT TO command)" },
		{ HOST " said:  (in reply to RCPT TO command)", REPLY_SAID, "" },
		{ HOST " said: ", REPLY_SAID, "" },
		{ HOST " refused to talk to me: ", REPLY_REFUSED, "" },
		{ HOST " is silent", REPLY_OWN, HOST " is silent" },
		{ "host ", REPLY_OWN, "host " },
		{ "(in reply to nothing", REPLY_OWN, "(in reply to nothing" },
		{ " (in reply to nothing", REPLY_OWN, "" },
		{ HOST " refused to talk to me: 554 no", REPLY_REFUSED, "554 no" },
		{ HOST " refused to talk to me: 554 he said: no", REPLY_REFUSED,
		  "554 he said: no" },
		{ HOST " said: 554 refused to talk to me: no", REPLY_SAID,
		  "554 refused to talk to me: no" },
		{ "delivery temporarily suspended: " HOST " refused to talk to me: 421 no",
		  REPLY_REFUSED, "421 no" },
		{ "delivery temporarily suspended: delivery temporarily suspended: x", REPLY_OWN,
		  "x" },
		{ "connect to mx.example[192.0.2.1]:25: Connection timed out", REPLY_OWN,
		  "connect to mx.example[192.0.2.1]:25: Connection timed out" },
		{ "lost connection with mx said: no", REPLY_OWN,
		  "lost connection with mx said: no" },
		{ "", REPLY_OWN, "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw words;

		want_number(rows[i].text, reply_words(raw_of(rows[i].text), &words), rows[i].whose);
		want_raw(rows[i].text, words, rows[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_words_are_a_servers_or_postfixs_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
