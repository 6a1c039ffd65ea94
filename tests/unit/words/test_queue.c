#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "ownerstext.h"
#include "words/queue.h"

struct held {
	char kind; /* l(ogin) c(lient) u(id) L(ocal) */
	const char *name;
	uint32_t n[2]; /* in each queue */
};

static void hold(struct sw_queue_owners *o, const struct held *held)
{
	char buf[ACCOUNT_KEY];
	struct sw_raw key = held->kind == 'l'	? account_login(raw_of(held->name), buf)
			    : held->kind == 'c' ? account_client(raw_of(held->name), buf)
			    : held->kind == 'u' ? account_uid(33, buf)
						: account_local(buf);

	for (size_t q = 0; q < 2; q++)
		if (held->n[q] > 0)
			holds(o, key, q, held->n[q]);
}

static void who_holds_it_how_much_of_how_many(void **state)
{
	static const struct {
		const char *what;
		uint64_t messages[2];
		struct held held[6];
		const char *want; /* of the first queue */
		const char *all;  /* of both; NULL: the same */
	} rows[] = {
		{ "nobody", { 0, 0 }, { { 0 } }, "", NULL },
		{ "nothing could be read", { 7, 0 }, { { 0 } }, "", NULL },
		{ "one", { 1, 0 }, { { 'l', "a@x", { 1 } } }, "a@x 100% of 1 (SASL login)", NULL },
		{ "what is less than a twentieth is not named",
		  { 100, 0 },
		  { { 'l', "a@x", { 96 } }, { 'l', "b@x", { 4 } } },
		  "a@x 96% of 100 (SASL login)",
		  NULL },
		{ "a twentieth is",
		  { 100, 0 },
		  { { 'l', "a@x", { 95 } }, { 'l', "b@x", { 5 } } },
		  "a@x 95% of 100 (SASL login), then b@x 5% (SASL login)",
		  NULL },
		{ "three are, with how it came in; the total once",
		  { 100, 0 },
		  { { 'c', "192.0.2.1", { 25 } },
		    { 'l', "a@x", { 40 } },
		    { 'u', "", { 20 } },
		    { 'L', "", { 15 } } },
		  "a@x 40% of 100 (SASL login), then client 192.0.2.1 25% (no login), then uid 33 "
		  "20% (local)",
		  NULL },
		{ "mail of this host",
		  { 4, 0 },
		  { { 'L', "", { 4 } } },
		  "local mail 100% of 4 (local)",
		  NULL },
		{ "the largest is named, however small",
		  { 100, 0 },
		  { { 'l', "a@x", { 1 } } },
		  "a@x 100% +-100% of 100 (sample of 1) (SASL login)",
		  NULL },
		{ "29 of 100",
		  { 100, 0 },
		  { { 'l', "a@x", { 29 } }, { 'c', "192.0.2.1", { 71 } } },
		  "client 192.0.2.1 71% of 100 (no login), then a@x 29% (SASL login)",
		  NULL },
		{ "a sample, with its error",
		  { 2000, 0 },
		  { { 'l', "a@x", { 90 } }, { 'l', "b@x", { 10 } } },
		  "a@x 90% +-6% of 2000 (sample of 100) (SASL login), then b@x 10% +-6% (SASL "
		  "login)",
		  NULL },
		{ "all of a sample",
		  { 2000, 0 },
		  { { 'l', "a@x", { 100 } } },
		  "a@x 100% +-3% of 2000 (sample of 100) (SASL login)",
		  NULL },
		{ "two queues",
		  { 90, 10 },
		  { { 'l', "a@x", { 90, 0 } }, { 'l', "b@x", { 0, 10 } } },
		  "a@x 100% of 90 (SASL login)",
		  "a@x 90% of 100 (SASL login), then b@x 10% (SASL login)" },
		{ "of equals the first by name",
		  { 2, 0 },
		  { { 'l', "b@x", { 1 } }, { 'l', "a@x", { 1 } } },
		  "a@x 50% of 2 (SASL login), then b@x 50% (SASL login)",
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_queue_owners o = owners_of(&h, rows[i].messages[0], rows[i].messages[1]);

		for (size_t k = 0; rows[i].held[k].kind; k++)
			hold(&o, &rows[i].held[k]);
		want_text(rows[i].what, words_queue(&o, 0).s, rows[i].want);
		want_text(rows[i].what, words_queue(&o, SW_QUEUE_OWNERS_ALL).s,
			  rows[i].all ? rows[i].all : rows[i].want);
		sw_queue_owners_free(&o);
		host_remove(&h);
	}
}

static void a_user_is_named_with_his_script(void **state)
{
	static const struct {
		const char *what;
		struct held held[4];
		const char *script;
		uint32_t n;
		const char *want;
	} rows[] = {
		{ "all of it", { { 'u', "", { 100 } } }, "mailer.php", 100,
		  "uid 33, script mailer.php (uid 1001) 100% of 100 (local)" },
		{ "most of it", { { 'u', "", { 100 } } }, "mailer.php", 93,
		  "uid 33, script mailer.php (uid 1001) for 93% of it, 100% of 100 (local)" },
		{ "hardly any", { { 'u', "", { 100 } } }, "mailer.php", 4, "uid 33 100% of 100 (local)" },
		{ "beside a login",
		  { { 'u', "", { 80 } }, { 'l', "a@x", { 20 } } },
		  "mailer.php",
		  80,
		  "uid 33, script mailer.php (uid 1001) 80% of 100 (local)" },
		{ "beside one of a third",
		  { { 'u', "", { 60 } }, { 'l', "a@x", { 40 } } },
		  "mailer.php",
		  60,
		  "uid 33, script mailer.php (uid 1001) 60% of 100 (local), then a@x 40% (SASL "
		  "login)" },
		{ "behind a login",
		  { { 'u', "", { 20 } }, { 'l', "a@x", { 80 } } },
		  "mailer.php",
		  20,
		  "a@x 80% of 100 (SASL login), then uid 33 20% (local)" },
		{ "hostile", { { 'u', "", { 100 } } }, "$(touch x);reboot<b>", 100,
		  "uid 33, script [%24(touch x)%3Breboot%3Cb%3E] (uid 1001) 100% of 100 (local)" },
		{ "long",
		  { { 'u', "", { 100 } } },
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.php",
		  100,
		  "uid 33, script xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... "
		  "(uid 1001) 100% of 100 (local)" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_queue_owners o = owners_of(&h, 100, 0);

		for (size_t k = 0; rows[i].held[k].kind; k++)
			hold(&o, &rows[i].held[k]);
		scripted(&o, 33, rows[i].script, 0, rows[i].held[0].kind == 'u' ? rows[i].held[0].n[0] : 0,
			 rows[i].n);
		want_text(rows[i].what, words_queue(&o, 0).s, rows[i].want);
		sw_queue_owners_free(&o);
		host_remove(&h);
	}
}

static void long_names_end_the_list_not_a_name(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_queue_owners o = owners_of(&h, 30, 0);
	char name[201];
	char want[300];

	(void)state;
	memset(name, 'a', 200);
	name[200] = '\0';
	hold(&o, &(struct held){ 'l', name, { 20 } });
	snprintf(want, sizeof(want), "%s 67%% of 30 (SASL login)", name);
	name[199] = 'b';
	hold(&o, &(struct held){ 'l', name, { 10 } });
	want_text("only the first", words_queue(&o, 0).s, want);
	sw_queue_owners_free(&o);
	host_remove(&h);
}

static void one_owner_is_told_with_his_messages(void **state)
{
	static const struct {
		struct sw_queue_owner owner;
		const char *key;
		const char *want;
	} rows[] = {
		{ { .share = 0.36, .messages = 9 }, "a", "x 36%, about 9 messages (SASL login)" },
		{ { .share = 0.97, .error = 0.011, .messages = 970.4 },
		  "\0021",
		  "x 97% +-2%, about 970 messages (no login)" },
		{ { .share = 1, .messages = 1.4 }, "\003", "x 100%, about 1 message (local)" },
		{ { .share = 1, .messages = 1.5 }, "\003", "x 100%, about 2 messages (local)" },
		{ { .share = 1, .messages = 1e6 },
		  "\003",
		  "x 100%, about 1000000 messages (local)" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_queue_owner owner = rows[i].owner;

		owner.name = sw_label_printed("x");
		owner.key = raw_of(rows[i].key);
		want_text(rows[i].want, words_queue_owner(&owner).s, rows[i].want);
	}
}

static void why_they_wait_stands_behind_the_first_owner(void **state)
{
	static const struct {
		const char *what;
		const char *logs[4]; /* COUNT DOMAIN REASON */
		uint64_t messages;
		const char *want;
		uint64_t left_out;
	} rows[] = {
		{ "one kind", { "20 a.example 421 busy" }, 20, "100% to a.example: [421 busy]" },
		{ "the most",
		  { "14 a.example 421 busy", "6 b.example 450 no" },
		  20,
		  "70% to a.example: [421 busy]" },
		{ "of those that have a log",
		  { "14 a.example 421 busy" },
		  20,
		  "70% to a.example: [421 busy]" },
		{ "of a sample",
		  { "10 a.example 421 busy" },
		  200,
		  "50% +-22% to a.example: [421 busy]" },
		{ "of those whose log was looked for",
		  { "10 a.example 421 busy" },
		  20,
		  "100% +-30% to a.example: [421 busy]",
		  10 },
		{ "the destination has other reasons",
		  { "8 a.example 421 busy", "6 a.example 450 no", "4 a.example x" },
		  20,
		  "90% to a.example, 40% of all: [421 busy]" },
		{ "the reason has other destinations",
		  { "6 a.example 451 quota", "5 b.example 451 quota", "5 c.example 451 quota" },
		  20,
		  "80%, 30% to a.example: [451 quota]" },
		{ "hostile words",
		  { "20 $(reboot).example 451 `reboot`;\"><b>" },
		  20,
		  "100% to [%24(reboot).example]: [451 %60reboot%60%3B%22%3E%3Cb%3E]" },
		{ "no log", { NULL }, 20, "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_queue_owners o = owners_of(&h, 0, rows[i].messages);
		struct queue_sample s = { .n = 1, .queue = { { .name = "deferred" } } };
		struct sw_fault why = { 0 };
		struct queue_reasons r;
		struct sw_label text;
		char buf[ACCOUNT_KEY];
		int spool = open(h.root_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		int id = 0;

		host_file(&h, "/deferred/.keep", "");
		for (size_t k = 0; k < 4 && rows[i].logs[k]; k++) {
			char domain[64];
			char reason[64];
			int n;

			assert_int_equal(
				sscanf(rows[i].logs[k], "%d %63s %63[^\n]", &n, domain, reason), 3);
			for (; n > 0; n--) {
				char name[64];
				char log[256];

				snprintf(name, sizeof(name), "/deferred/A%d", ++id);
				host_file(&h, name, "");
				snprintf(name, sizeof(name), "/defer/A%d", id);
				snprintf(log, sizeof(log), "recipient=x@%s\nreason=%s\n\n", domain,
					 reason);
				host_file(&h, name, log);
			}
		}
		assert_int_equal(queue_sample_take(&s, spool, 100, 1, &why), 0);
		assert_int_equal(queue_reasons_read(&h, spool, &s.queue[0], &r, &why), 0);
		r.left_out = rows[i].left_out;
		holds(&o, account_login(raw_of("a@x"), buf), 1, 20);
		text = words_queue_reasons(&o, 1, &r);
		want_text(rows[i].what, text.s, rows[i].want);
		text = words_queue_and(&o, 1, &text);
		if (*rows[i].want)
			want_in(rows[i].what, text.s, " (SASL login), ");
		want_in(rows[i].what, text.s, rows[i].want);
		queue_reasons_free(&r);
		queue_sample_free(&s);
		sw_queue_owners_free(&o);
		close(spool);
		host_remove(&h);
	}
}

static void what_could_not_be_read_is_counted_with_the_first_reason(void **state)
{
	struct sw_queue_owners o = { .unreadable = 0 };
	struct sw_fault why = { 0 };

	(void)state;
	want_text("none", words_queue_unreadable(&o).s, "");
	want_number("none", words_queue_unseen(&o, SW_QUEUE_OWNERS_ALL, &why), -ENODATA);
	want_text("none", why.text.s, "the messages moved on before they were read");
	sw_fault(&o.first, EACCES, "open #1: denied");
	o.unreadable = 1;
	want_text("one", words_queue_unreadable(&o).s,
		  "1 queue file could not be read: open %231: denied");
	o.unreadable = 2;
	want_text("two", words_queue_unreadable(&o).s,
		  "2 queue files could not be read: open %231: denied");
	why = (struct sw_fault){ 0 };
	o.queue[1].unread = o.first;
	want_number("another queue", words_queue_unseen(&o, 0, &why), -ENODATA);
	why = (struct sw_fault){ 0 };
	want_number("this queue", words_queue_unseen(&o, 1, &why), -EACCES);
	why = (struct sw_fault){ 0 };
	want_number("all", words_queue_unseen(&o, SW_QUEUE_OWNERS_ALL, &why), -EACCES);
	want_text("all", why.text.s, "no message could be read: open %231: denied");
}

static void a_queue_that_is_not_known_may_be_anybody_s(void **state)
{
	struct sw_queue_owners o = owners_of(NULL, 4, 0);
	char buf[ACCOUNT_KEY];

	(void)state;
	holds(&o, account_login(raw_of("a@x"), buf), 0, 4);
	sw_fault(&o.queue[1].why, EIO, "open #: denied");
	want_text("all", words_queue(&o, SW_QUEUE_OWNERS_ALL).s,
		  "unknown senders (open %23: denied)");
	sw_queue_owners_free(&o);
}

static void an_estimate_is_said_to_be_one(void **state)
{
	struct sw_queue_owners o = { .messages = 20 };

	(void)state;
	o.queue[1].messages = 20;
	o.queue[1].looked = 19;
	want_text("age", words_queue_age(&o, 1, false).s, "at least, by a sample of 19");
	want_text("size", words_queue_size(&o, 1).s, "estimated from 19");
	o.queue[1].looked = 20;
	want_text("exact age", words_queue_age(&o, 1, false).s, "");
	want_text("exact size", words_queue_size(&o, 1).s, "");
	want_text("of another queue", words_queue_size(&o, 0).s, "");
}

static void an_age_is_a_lower_bound_where_a_file_could_not_be_read(void **state)
{
	static const struct {
		int error;
		const char *want;
	} rows[] = {
		{ EIO, "at least: read %23" },
		{ ENODATA, "" }, /* it is being written: young */
		{ EBADMSG, "" }, /* no message */
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_queue_owners o = { .messages = 20 };

		o.queue[1].messages = o.queue[1].looked = 20;
		sw_fault(&o.queue[1].unread, rows[i].error, "read #");
		want_text("age", words_queue_age(&o, 1, false).s, rows[i].want);
		want_text("age, by the names", words_queue_age(&o, 1, true).s, rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_holds_it_how_much_of_how_many),
		cmocka_unit_test(a_user_is_named_with_his_script),
		cmocka_unit_test(long_names_end_the_list_not_a_name),
		cmocka_unit_test(one_owner_is_told_with_his_messages),
		cmocka_unit_test(why_they_wait_stands_behind_the_first_owner),
		cmocka_unit_test(what_could_not_be_read_is_counted_with_the_first_reason),
		cmocka_unit_test(a_queue_that_is_not_known_may_be_anybody_s),
		cmocka_unit_test(an_estimate_is_said_to_be_one),
		cmocka_unit_test(an_age_is_a_lower_bound_where_a_file_could_not_be_read),
	};

	return cmocka_run_group_tests_name("words queue", tests, NULL, NULL);
}
