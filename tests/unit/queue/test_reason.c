/* Entries of a log in defer/, and what reasons of one kind have in common. */
#include "queue/reason.h"
#include "test.h"

#define SENT  "host mx1.example[203.0.113.26] said: "
#define REPLY " (in reply to end of DATA command)"

static void reasons_of_one_kind_have_one_form(void **state)
{
	static const struct {
		const char *what;
		const char *reason;
		const char *want;
	} rows[] = {
		{ "a reply",
		  SENT "421-4.7.28 Unusual rate of unsolicited mail from [192.0.2.10], 421-4.7.28 "
		       "so for now it is limited. 421 4.7.28 See x-1.gsmtp" REPLY,
		  "421-4.7.28 Unusual rate of unsolicited mail from ... so for ..." },
		{ "of another server, to another client",
		  "host mx5.example[203.0.113.30] said: 421-4.7.28 Unusual rate of unsolicited "
		  "mail from [2001:db8::5], 421-4.7.28 so for now it is limited",
		  "421-4.7.28 Unusual rate of unsolicited mail from ... so for ..." },
		{ "a short one", SENT "450 4.2.0 Greylisted, try again in 300 seconds" REPLY,
		  "450 4.2.0 Greylisted, try again in ... seconds" },
		{ "without a status", SENT "450 <u29@x.example>: user busy" REPLY,
		  "450 ... user busy" },
		{ "a status and a colon", SENT "451-4.7.1: wait", "451-4.7.1: wait" },
		{ "words behind the code", SENT "421-Too many connections",
		  "421-Too many connections" },
		{ "a number is no code behind the codes", SENT "452 4.3.1 Over 100 of 200",
		  "452 4.3.1 Over ... of ..." },
		{ "before it greets", "host mx[192.0.2.1] refused to talk to me: 554 no",
		  "554 no" },
		{ "what it says of others",
		  "host mx[192.0.2.1] refused to talk to me: 554 he said: x", "554 he said: x" },
		{ "no answer", "connect to mx.down.example[203.0.113.91]:25: Connection timed out",
		  "connect to ... Connection timed out" },
		{ "the same, not tried again",
		  "delivery temporarily suspended: connect to b.example[203.0.113.92]:25: "
		  "Connection timed out",
		  "connect to ... Connection timed out" },
		{ "a name",
		  "Host or domain name not found. Name service error for name=x.example "
		  "type=MX: Host not found, try again",
		  "Host or domain name not found. Name service error for ..." },
		{ "an ID without digits", SENT "451 AbCdEfGh try later", "451 ... try later" },
		{ "a word with one hump is a word", SENT "451 mailBox is full",
		  "451 mailBox is full" },
		{ "with two it is a name", SENT "451 mailBoxOf is full", "451 ... is full" },
		{ "nothing", "", "" },
		{ "nothing but numbers", "1.2.3.4 5.6.7.8", "..." },
		{ "a word as long as the form",
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b", "..." },
		{ "bytes", "4.3.0 \n`reboot`\1$(touch\tx)", "4.3.0 `reboot` $(touch x)" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char got[QUEUE_REASON_FORM + 1];
		size_t n = queue_reason_form(raw_of(rows[i].reason), got, QUEUE_REASON_FORM);

		got[n] = '\0';
		want_text(rows[i].what, got, rows[i].want);
	}
}

static void a_log_has_an_entry_for_each_recipient(void **state)
{
	static const char log[] = "\n<a@x>: old words\nrecipient=b@x\noffset=651\nstatus=4.4.1\n"
				  "reason=one\n\n\n<c@x>: two\n\nreason = three \nnothing\n"
				  "recipient=d@x\nreason=four";
	static const struct {
		const char *recipient;
		const char *reason;
		bool whole;
	} rows[] = { { "b@x", "one", true }, { "c@x", "two", true }, { "d@x", "four", false } };
	struct sw_raw rest = raw_of(log);
	struct queue_reason entry;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		want_number("entry", queue_reason_next(&rest, &entry), true);
		want_raw("recipient", entry.recipient, rows[i].recipient);
		want_raw("reason", entry.reason, rows[i].reason);
		want_number("whole", entry.whole, rows[i].whole);
	}
	want_number("end", queue_reason_next(&rest, &entry), false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reasons_of_one_kind_have_one_form),
		cmocka_unit_test(a_log_has_an_entry_for_each_recipient),
	};

	return cmocka_run_group_tests_name("reason", tests, NULL, NULL);
}
