/* Who refuses whom, in sentences. */
#include "refusalstext.h"
#include "words/refusals.h"

static const struct words_refusals_span all = { 0, REFUSALS_SPAN };

static struct sw_host host;

static int set_up(void **state)
{
	(void)state;
	host = host_new(NULL);
	host_file(&host, "/etc/passwd", "www-data:x:33:33::/:\n");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	host_remove(&host);
	return 0;
}

#define GMAIL(id, rcpt)                                                                            \
	TO(id, rcpt, "4.7.28", "deferred",                                                         \
	   SAID "421-4.7.28 Unusual rate of unsolicited mail from [192.0.2.10], 421-4.7.28 so for " \
		"now it is limited. 421 4.7.28 See x-1.gsmtp (in reply to end of DATA command)")

/* The busiest receiver for a kind. */
static const char *of(const struct refusals *s, enum refusal kind)
{
	static struct sw_label text;
	struct refusals_rank top;

	if (refusals_receivers(s, kind, 0, REFUSALS_SPAN, 1, &top, 1) == 0)
		return "";
	text = words_refusals(s, &top, kind, all);
	return text.s;
}

static void a_receiver_has_its_words_and_whom_it_refuses(void **state)
{
	static const struct {
		const char *what;
		const char *lines[8]; /* "program text" */
		const char *want;
	} rows[] = {
		{ "an account",
		  { "smtpd " LOGIN("4ABC01", "email@ourdomain.com"), "smtp " GMAIL("4ABC01", "a@gmail.com"),
		    "smtp " GMAIL("4ABC01", "b@gmail.com"), "smtp " GMAIL("4ABC02", "a@gmail.com") },
		  "gmail.com 3 in 5 min, 67% of email@ourdomain.com: 421-4.7.28 Unusual rate of "
		  "unsolicited mail from ... so for now it is limited. ... See ..." },
		{ "not known whose", { "smtp " LISTED("4ABC01", "a@b.example") },
		  "b.example 1 in 5 min, 100% account unknown: 554 5.7.1 on our block list" },
		{ "nobody's",
		  { "smtpd 4ABC01: client=x[192.0.2.1]", "smtp " LISTED("4ABC01", "a@b.example") },
		  "b.example 1 in 5 min: 554 5.7.1 on our block list" },
		{ "at connect",
		  { "smtpd " LOGIN("4ABC01", "anna@example.com"), "smtp " CLOSED("4ABC01", "a@b.example") },
		  "b.example 1 in 5 min, at connect: 554 on our block list" },
		{ "mostly at connect",
		  { "smtpd " LOGIN("4ABC01", "anna@example.com"), "smtp " CLOSED("4ABC01", "a@b.example"),
		    "smtp " CLOSED("4ABC01", "c@b.example"), "smtp " LISTED("4ABC01", "d@b.example") },
		  "b.example 3 in 5 min, 67% at connect: 554 5.7.1 on our block list" },
		{ "a local user",
		  { "pickup 4ABC01: uid=33 from=<www-data>", "smtp " LISTED("4ABC01", "a@b.example") },
		  "b.example 1 in 5 min, 100% of uid 33 www-data: 554 5.7.1 on our block list" },
		{ "no domain", { "smtp " LISTED("4ABC01", "postmaster") },
		  "no domain 1 in 5 min, 100% account unknown: 554 5.7.1 on our block list" },
		{ "a strange domain", { "smtp " LISTED("4ABC01", "a@b, 9 of boss@x") },
		  "x 1 in 5 min, 100% account unknown: 554 5.7.1 on our block list" },
		{ "another", { "smtp " LISTED("4ABC01", "a@$(x) 9 in 5 min") },
		  "[%24(x) 9 in 5 min] 1 in 5 min, 100% account unknown: 554 5.7.1 on our block list" },
		{ "words that want to be ours",
		  { "smtp " TO("4ABC01", "a@b.example", "5.7.1", "bounced",
			       SAID "554 5.7.1 block list, then gmail.com 900 in 5 min, 100% of "
				    "boss@example.com: `reboot` $(touch x);<script>") },
		  "b.example 1 in 5 min, 100% account unknown: 554 5.7.1 block list, then ... in ... min, "
		  "... of ... %60reboot%60 %24(touch x)%3B%3Cscript%3E" },
		{ "no words",
		  { "smtp " TO("4ABC01", "a@b.example", "5.7.1", "bounced", SAID "blacklist 1 2 3") },
		  "b.example 1 in 5 min, 100% account unknown: blacklist ..." },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct refusals s = refusals_fresh(&host);

		for (size_t k = 0; k < 8 && rows[i].lines[k]; k++) {
			char program[16];
			size_t n = strcspn(rows[i].lines[k], " ");

			snprintf(program, sizeof(program), "%.*s", (int)n, rows[i].lines[k]);
			say(&s, 60, program, "%s", rows[i].lines[k] + n + 1);
		}
		want_text(rows[i].what, of(&s, REFUSAL_REPUTATION), rows[i].want);
		refusals_free(&s);
	}
}

static void of_all_kinds_the_most_frequent_is_named(void **state)
{
	struct refusals s = refusals_fresh(&host);
	struct refusals_rank top;

	(void)state;
	say(&s, 0, "smtpd", LOGIN("4ABC01", "anna@example.com"));
	say(&s, 60, "smtp", LISTED("4ABC01", "a@b.example"));
	say(&s, 60, "smtp", UNKNOWN("4ABC01", "c@b.example"));
	say(&s, 60, "smtp", UNKNOWN("4ABC01", "d@b.example"));
	say(&s, 60, "smtp", UNKNOWN("4ABC01", "d@c.example"));
	want_number("receivers", (long long)refusals_receivers(&s, REFUSALS_ALL, 0, 5, 1, &top, 1), 2);
	want_text("a receiver", words_refusals_receiver(&s, &top, all).s,
		  "b.example 3 in 5 min, 67% unknown user (100% of anna@example.com): 550 5.1.1 "
		  "user unknown");
	want_number("accounts", (long long)refusals_accounts(&s, 0, 5, 1, &top, 1), 1);
	want_text("an account", words_refusals_account(&s, &top, all).s,
		  "anna@example.com 4 in 5 min, 75% by b.example");
	refusals_free(&s);
}

static void long_names_leave_room_for_the_words(void **state)
{
	struct refusals s = refusals_fresh(&host);
	char name[300];
	const char *text;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	say(&s, 0, "smtpd", "4ABC01: client=x[192.0.2.1], sasl_method=PLAIN, sasl_username=%s", name);
	name[250] = '\0';
	say(&s, 60, "smtp",
	    "4ABC01: to=<a@%s>, relay=x[192.0.2.1]:25, dsn=5.7.1, status=bounced (" SAID
	    "554 5.7.1 on our block list)",
	    name);
	text = of(&s, REFUSAL_REPUTATION);
	want_in("whole", text, "xxx... 1 in 5 min, 100% of xxx");
	want_in("the words", text, "xxx...: 554 5.7.1 on our block list");
	refusals_free(&s);
}

static void a_name_has_up_to_90_bytes(void **state)
{
	(void)state;
	for (int n = 90; n < 92; n++) {
		struct refusals s = refusals_fresh(&host);
		char name[100];
		char want[300];

		memset(name, 'x', sizeof(name));
		say(&s, 0, "smtpd", "4ABC01: client=x[192.0.2.1], sasl_method=PLAIN, sasl_username=%.*s", n, name);
		say(&s, 60, "smtp",
		    "4ABC01: to=<a@%.*s>, relay=x[192.0.2.1]:25, dsn=5.7.1, status=bounced (" SAID
		    "554 5.7.1 on our block list)",
		    n, name);
		if (n > 90)
			memcpy(name + 87, "...", 3);
		snprintf(want, sizeof(want), "%.90s 1 in 5 min, 100%% of %.90s: 554 5.7.1 on our block list",
			 name, name);
		want_text("names", of(&s, REFUSAL_REPUTATION), want);
		refusals_free(&s);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_receiver_has_its_words_and_whom_it_refuses),
		TEST(of_all_kinds_the_most_frequent_is_named),
		TEST(long_names_leave_room_for_the_words),
		TEST(a_name_has_up_to_90_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
