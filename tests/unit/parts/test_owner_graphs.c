#include <errno.h>

#include "ownerstext.h"
#include "parts/owner_graphs.h"

enum { NOW = 1795431600 };

/* What a row changes: two queues, of 4 and of 0 messages; one login and one client hold 2 each. */
static struct sw_queue_owners owners;
static struct queue_sample sample;
static struct sw_fault failed;

static void usual(void)
{
}

static void all_failed(void)
{
	sw_fault(&failed, EIO, "no spool #");
}

static void one_queue_failed(void)
{
	sw_fault(&sample.queue[1].why, EACCES, "open second: denied");
}

static void the_other_failed(void)
{
	sw_fault(&sample.queue[0].why, EACCES, "open first: denied");
}

static void nothing_was_looked_at(void)
{
	sw_queue_owners_free(&owners);
	owners = owners_of(owners.host, 4, 0);
}

static void nothing_could_be_read(void)
{
	nothing_was_looked_at();
	owners.unreadable = 4;
	sw_fault(&owners.first, EACCES, "open A: denied");
	owners.queue[0].unread = owners.first;
}

static void nothing_but_ids(void)
{
	nothing_was_looked_at();
	owners.queue[0].oldest = NOW - 1800;
	sample.queue[0].oldest = NOW - 1800;
}

static void nothing_says_when(void)
{
	owners.queue[0].oldest = 0;
	owners.queue[0].bytes = 0;
}

static void of_one_byte(void)
{
	owners.queue[0].bytes = 1;
}

static void a_sample_of_more(void)
{
	owners.queue[0].messages = 8;
	owners.messages = 8;
}

static void a_sample_and_long_ids(void)
{
	a_sample_of_more();
	sample.queue[0].oldest = NOW - 7200;
}

static void an_empty_queue(void)
{
	sw_queue_owners_free(&owners);
	owners = owners_of(owners.host, 0, 0);
}

static void one_file_unreadable(void)
{
	owners.unreadable = 1;
	sw_fault(&owners.first, EIO, "read A: denied");
}

static void from_the_future(void)
{
	owners.queue[0].oldest = NOW + 60;
}

static void both_queues(void)
{
	owners.queue[1].messages = 1;
	owners.messages = 5;
}

static void one_that_moved_on(void)
{
	sw_queue_owners_free(&owners);
	owners = owners_of(owners.host, 1, 0);
}

static void one_that_says_nothing(void)
{
	char buf[ACCOUNT_KEY];

	one_that_moved_on();
	holds(&owners, account_login(raw_of("a@x"), buf), 0, 1);
}

/* One of a hundred is drawn, one of two hundred is among the others. */
static void some_with_little(void)
{
	char buf[ACCOUNT_KEY];

	sw_queue_owners_free(&owners);
	owners = owners_of(owners.host, 200, 0);
	holds(&owners, account_login(raw_of("a@x"), buf), 0, 197);
	holds(&owners, account_client(raw_of("192.0.2.1"), buf), 0, 2);
	holds(&owners, account_login(raw_of("b@x"), buf), 0, 1);
}

static void (*change)(void);

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "Queue" };
	char buf[ACCOUNT_KEY];

	(void)why;
	owners = owners_of(sw_munin_host(m), 4, 0);
	holds(&owners, account_login(raw_of("a@x"), buf), 0, 2);
	holds(&owners, account_client(raw_of("192.0.2.1"), buf), 0, 2);
	owners.queue[0].oldest = NOW - 7200;
	owners.queue[0].bytes = 4096.7;
	sample = (struct queue_sample){ .n = 2,
					.queue = { { .name = "first" }, { .name = "second" } } };
	failed = (struct sw_fault){ 0 };
	change();
	sw_munin_graph(m, &root);
	owner_graphs(m, &owners, &sample, failed.code ? &failed : NULL);
	sw_queue_owners_free(&owners);
	return 0;
}

static const struct sw_munin_setting settings[] = {
	{ .name = "accounts", .kind = SW_MUNIN_COUNT, .fallback = "20", .min = 1, .max = 200 },
	{ 0 },
};
static const struct sw_munin_plugin fake = { .name = "q",
					     .summary = "x",
					     .markers = SW_MUNIN_MARKERS("auto", "autoconf"),
					     .settings = settings,
					     .collect = collect };

#define BY  "multigraph q.by_sender\n"
#define AGE "multigraph q.age\n"
#define SIZ "multigraph q.size\n"
#define HALVES                                                                                     \
	"c__192_0_2_1_HASH.value 50\nc__192_0_2_1_HASH.extinfo client 192.0.2.1 50%, about 2 "     \
	"messages (no login)\n"                                                                    \
	"u_a_x_HASH.value 50\nu_a_x_HASH.extinfo a@x 50%, about 2 messages (SASL login)\n"
#define UNKNOWN(WHY) U("c__192_0_2_1_HASH", WHY) U("u_a_x_HASH", WHY)
#define U(FIELD, WHY) FIELD ".value U\n" FIELD ".extinfo " WHY "\n"

/* Of a field name the hash is not ours to know. */
static void hide_hashes(char *text)
{
	static const char *const names[] = { "c__192_0_2_1_", "u_a_x_" };

	for (size_t i = 0; i < SW_COUNT(names); i++)
		for (char *p = text; (p = strstr(p, names[i]));) {
			p += strlen(names[i]);
			memcpy(p, "HASH", 4);
			memmove(p + 4, p + 8, strlen(p + 8) + 1);
		}
}

static void each_field_is_a_number_or_u_with_its_reason(void **state)
{
	static const struct {
		const char *what;
		void (*change)(void);
		const char *want;
	} rows[] = {
		{ "all is known", usual,
		  BY HALVES "others.value 0\n" AGE "age_first.value 2\nage_second.value 0\n" SIZ
			    "size_first.value 4096\nsize_second.value 0\n" },
		{ "nothing is", all_failed,
		  BY U("others", "no spool %23") AGE U("age_first", "no spool %23")
			  U("age_second", "no spool %23") SIZ U("size_first", "no spool %23")
				  U("size_second", "no spool %23") },
		{ "one queue is not", one_queue_failed,
		  BY UNKNOWN("open second: denied") U("others", "open second: denied") AGE
		  "age_first.value 2\n" U("age_second", "open second: denied") SIZ
		  "size_first.value 4096\n" U("size_second", "open second: denied") },
		{ "nor the other", the_other_failed,
		  BY UNKNOWN("open first: denied") U("others", "open first: denied") AGE U(
			  "age_first", "open first: denied") "age_second.value 0\n" SIZ
			  U("size_first", "open first: denied") "size_second.value 0\n" },
		{ "all moved on", nothing_was_looked_at,
		  BY U("others", "the messages moved on before they were read") AGE U(
			  "age_first",
			  "the messages moved on before they were read") "age_second.value 0\n" SIZ
			  U("size_first",
			    "the messages moved on before they were read") "size_second.value "
									   "0\n" },
		{ "none may be read", nothing_could_be_read,
		  BY U("others", "no message could be read: open A: denied") AGE U(
			  "age_first",
			  "no message could be read: open A: denied") "age_second.value 0\n" SIZ
			  U("size_first",
			    "no message could be read: open A: denied") "size_second.value 0\n" },
		{ "long queue IDs tell the age without the files", nothing_but_ids,
		  BY U("others", "the messages moved on before they were read") AGE
		  "age_first.value 0.5\nage_second.value 0\n" SIZ U(
			  "size_first",
			  "the messages moved on before they were read") "size_second.value 0\n" },
		{ "no file says when and how large", nothing_says_when,
		  BY HALVES "others.value 0\n" AGE U(
			  "age_first",
			  "no message of it says yet when it came") "age_second.value 0\n" SIZ
			  U("size_first",
			    "no message of it says its size yet") "size_second.value 0\n" },
		{ "messages of next to nothing", of_one_byte,
		  BY HALVES "others.value 0\n" AGE "age_first.value 2\nage_second.value 0\n" SIZ
			    "size_first.value 1\nsize_second.value 0\n" },
		{ "a queue of one, which moved on", one_that_moved_on,
		  BY U("others", "the messages moved on before they were read") AGE U(
			  "age_first",
			  "the messages moved on before they were read") "age_second.value 0\n" SIZ
			  U("size_first",
			    "the messages moved on before they were read") "size_second.value "
									   "0\n" },
		{ "a queue of one, which says nothing yet", one_that_says_nothing,
		  BY "u_a_x_HASH.value 100\nu_a_x_HASH.extinfo a@x 100%, about 1 message (SASL "
		     "login)\nothers.value 0\n" AGE U(
			  "age_first",
			  "no message of it says yet when it came") "age_second.value 0\n" SIZ U(
			  "size_first",
			  "no message of it says its size yet") "size_second.value 0\n" },
		{ "an account is drawn from one in a hundred on", some_with_little,
		  BY "u_a_x_HASH.value 98.5\nu_a_x_HASH.extinfo a@x 99%, about 197 messages (SASL "
		     "login)\n"
		     "c__192_0_2_1_HASH.value 1\nc__192_0_2_1_HASH.extinfo client 192.0.2.1 1%, "
		     "about 2 messages (no login)\n"
		     "others.value 0.5\n" AGE U(
			  "age_first",
			  "no message of it says yet when it came") "age_second.value 0\n" SIZ U(
			  "size_first",
			  "no message of it says its size yet") "size_second.value 0\n" },
		{ "a sample", a_sample_of_more,
		  BY "c__192_0_2_1_HASH.value 50\nc__192_0_2_1_HASH.extinfo client 192.0.2.1 50% "
		     "+-49%, about 4 messages (no login)\n"
		     "u_a_x_HASH.value 50\nu_a_x_HASH.extinfo a@x 50% +-49%, about 4 messages "
		     "(SASL login)\n"
		     "others.value 0\n" AGE
		     "age_first.value 2\nage_first.extinfo at least, by a sample of 4\n"
		     "age_second.value 0\n" SIZ
		     "size_first.value 4096\nsize_first.extinfo estimated from 4\n"
		     "size_second.value 0\n" },
		{ "a sample, but all IDs tell the age", a_sample_and_long_ids,
		  BY "c__192_0_2_1_HASH.value 50\nc__192_0_2_1_HASH.extinfo client 192.0.2.1 50% "
		     "+-49%, about 4 messages (no login)\n"
		     "u_a_x_HASH.value 50\nu_a_x_HASH.extinfo a@x 50% +-49%, about 4 messages "
		     "(SASL login)\n"
		     "others.value 0\n" AGE "age_first.value 2\nage_second.value 0\n" SIZ
		     "size_first.value 4096\nsize_first.extinfo estimated from 4\n"
		     "size_second.value 0\n" },
		{ "nothing is queued", an_empty_queue,
		  BY "others.value 0\n" AGE "age_first.value 0\nage_second.value 0\n" SIZ
		     "size_first.value 0\nsize_second.value 0\n" },
		{ "one file was not read", one_file_unreadable,
		  BY HALVES "others.value 0\nothers.extinfo 1 queue file could not be read: read "
			    "A: denied\n" AGE "age_first.value 2\nage_second.value 0\n" SIZ
			    "size_first.value 4096\nsize_second.value 0\n" },
		{ "a clock that was wrong", from_the_future,
		  BY HALVES "others.value 0\n" AGE "age_first.value 0\nage_second.value 0\n" SIZ
			    "size_first.value 4096\nsize_second.value 0\n" },
		{ "of one queue no file was read", both_queues,
		  BY "c__192_0_2_1_HASH.value 40\nc__192_0_2_1_HASH.extinfo client 192.0.2.1 40% "
		     "+-20%, about 2 messages (no login)\n"
		     "u_a_x_HASH.value 40\nu_a_x_HASH.extinfo a@x 40% +-20%, about 2 messages "
		     "(SASL login)\n"
		     "others.value 20\n" AGE "age_first.value 2\n" U(
			  "age_second", "the messages moved on before they were read") SIZ
		  "size_first.value 4096\n" U("size_second",
					      "the messages moved on before they were read") },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct plugin_run run;
		char want[2048];

		h.now = NOW;
		change = rows[i].change;
		run = plugin_run(&fake, &h, NULL, NULL);
		hide_hashes(run.out);
		snprintf(want, sizeof(want), "multigraph q\n%s", rows[i].want);
		want_number(rows[i].what, run.status, 0);
		want_text(rows[i].what, run.out, want);
		plugin_free(&run);
		host_remove(&h);
	}
}

static void the_greatest_are_drawn_and_the_rest_is_others(void **state)
{
	static const char *const env[] = { "accounts=1", NULL };
	struct sw_host h = host_new(env);
	struct plugin_run run;

	(void)state;
	h.now = NOW;
	change = usual;
	run = plugin_run(&fake, &h, NULL, NULL);
	want_in("the first of equals by name", run.out, "client 192.0.2.1 50%");
	want_number("no second", strstr(run.out, "u_a_x") == NULL, true);
	want_in("the rest", run.out, "others.value 50\n");
	plugin_free(&run);
	host_remove(&h);
}

static char long_name[200];

static void a_long_name(void)
{
	char buf[ACCOUNT_KEY];

	sw_queue_owners_free(&owners);
	owners = owners_of(owners.host, 1, 0);
	holds(&owners, account_login(raw_of(long_name), buf), 0, 1);
}

/* One long label pads every row of a legend. */
static void a_label_of_the_legend_has_60_bytes_at_most(void **state)
{
	(void)state;
	for (size_t n = 60; n <= 61; n++) {
		struct sw_host h = host_new(NULL);
		struct plugin_run run;
		char want[100];

		memset(long_name, 'a', n);
		h.now = NOW;
		change = a_long_name;
		run = plugin_run(&fake, &h, NULL, "config");
		snprintf(want, sizeof(want), ".label %.57s%s\n", long_name,
			 n == 60 ? "aaa" : "...");
		want_in("label", run.out, want);
		plugin_free(&run);
		host_remove(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field_is_a_number_or_u_with_its_reason),
		cmocka_unit_test(a_label_of_the_legend_has_60_bytes_at_most),
		cmocka_unit_test(the_greatest_are_drawn_and_the_rest_is_others),
	};

	return cmocka_run_group_tests_name("owner_graphs", tests, NULL, NULL);
}
