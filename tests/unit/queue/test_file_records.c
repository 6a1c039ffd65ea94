/* One record of an envelope at a time: what it says, and what stands behind one that is damaged. */
#include <errno.h>
#include <stdlib.h>

#include "queue/file.h"
#include "test.h"

enum { LARGEST = 1 << 17 };

static char bytes[LARGEST];
static size_t length;
static struct sw_queue_file q;

static ssize_t memory_pread(void *ctx, char *ret, size_t n, int64_t offset)
{
	(void)ctx;
	if (offset >= (int64_t)length)
		return 0;
	if (n > length - (size_t)offset)
		n = length - (size_t)offset;
	memcpy(ret, bytes + offset, n);
	return (ssize_t)n;
}

/* A record, filled up with blanks to n bytes. */
static void put_long(char type, const char *data, size_t n)
{
	size_t left = n;

	assert_true(length + n + 5 < LARGEST);
	bytes[length++] = type;
	do {
		bytes[length++] = (char)((left & 127) | (left > 127 ? 128 : 0));
		left >>= 7;
	} while (left > 0);
	memset(bytes + length, ' ', n);
	memcpy(bytes + length, data, strlen(data));
	length += n;
}

static void put(char type, const char *data)
{
	put_long(type, data, strlen(data));
}

/* A file that has been written: its content has 3 bytes, wherever. */
static void begin(void)
{
	length = 0;
	put('C', "              3            5000               1               0               3");
}

/* Records as text: a letter, its data, ";" behind each. "@" stands for 9000 blanks. */
static void put_all(const char *records)
{
	struct sw_raw rest = raw_of(records);
	struct sw_raw one;

	while (raw_word(&rest, ";", &one)) {
		char data[200];
		size_t at = raw_find(one, '@');

		snprintf(data, sizeof(data), "%.*s", (int)at - 1, one.p + 1);
		if (at < one.n)
			put_long(one.p[0], data, 9000);
		else
			put(one.p[0], data);
	}
}

static int parse(enum sw_queue_file_depth depth)
{
	struct sw_fault why = { 0 };

	return queue_file_parse(memory_pread, NULL, "A1",
				depth == SW_QUEUE_FILE_ALL ? (int64_t)length : INT64_MAX, depth,
				NULL, &q, &why);
}

static void add(char *text, size_t size, const char *name, struct sw_raw value)
{
	size_t n = strlen(text);

	if (value.p)
		snprintf(text + n, size - n, " %s=%.*s", name, (int)value.n,
			 value.n ? value.p : "");
}

static const char *found(void)
{
	static const char *const states[] = { "whole", "growing", "damaged" };
	static char text[2000];
	size_t n;

	snprintf(text, sizeof(text), "%s%s%s", states[q.state], q.maildrop ? " maildrop" : "",
		 q.local ? " local" : "");
	add(text, sizeof(text), "method", q.sasl_method);
	add(text, sizeof(text), "login", q.sasl_username);
	add(text, sizeof(text), "ident", q.log_ident);
	add(text, sizeof(text), "name", q.client_name);
	add(text, sizeof(text), "client", q.client_address);
	add(text, sizeof(text), "sender", q.sender);
	n = strlen(text);
	if (q.arrival_time)
		n += (size_t)snprintf(text + n, sizeof(text) - n, " at=%lld.%lld",
				      (long long)q.arrival_time, (long long)q.arrival_usec);
	if (q.create_time)
		n += (size_t)snprintf(text + n, sizeof(text) - n, " made=%lld",
				      (long long)q.create_time);
	if (q.rcpt_todo || q.rcpt_done || q.rcpt_canceled)
		snprintf(text + n, sizeof(text) - n, " rcpt=%d/%d/%d", (int)q.rcpt_todo,
			 (int)q.rcpt_done, (int)q.rcpt_canceled);
	return text;
}

static void each_record_says_what_it_says(void **state)
{
	static const struct {
		const char *what;
		const char *records;
		const char *who, *all; /* by either depth; NULL: the same */
	} rows[] = {
		{ "a login", "Asasl_username=a;Sx;", "whole login=a sender=x", NULL },
		{ "no name", "Asasl_username;Asasl_method=p;Afoo;Asasl_username=a;Sx;",
		  "whole method=p login=a sender=x", NULL },
		{ "another name", "Afoo=17;Acreate_time=18;Acreate_time=19;Sx;",
		  "whole sender=x made=18", NULL },
		{ "the first of a name", "Asasl_username=a;Asasl_username=b;Sx;",
		  "whole login=a sender=x", NULL },
		{ "behind the sender", "Sx;Asasl_username=a;Aclient_address=c;",
		  "whole client=c sender=x", NULL },
		{ "an address alone is a client", "Sx;Aclient_address=c;M;",
		  "whole client=c sender=x", NULL },
		{ "a name alone, too", "Sx;Aclient_name=c;Rr;", "whole name=c sender=x rcpt=1/0/0",
		  NULL },
		{ "neither", "Sx;Rr;", "whole local sender=x rcpt=1/0/0",
		  "whole sender=x rcpt=1/0/0" },
		{ "the last microsecond", "T17 999999;Sx;", "whole sender=x at=17.999999", NULL },
		{ "one more", "T17 1000000;Sx;", "whole sender=x at=17.0", NULL },
		{ "none", "T17;Sx;", "whole sender=x at=17.0", NULL },
		{ "the first arrival", "T17 5;T18 6;Sx;", "whole sender=x at=17.5", NULL },
		{ "no arrival", "Tx;T18 6;Sx;", "whole sender=x at=18.6", NULL },
		{ "recipients", "Sx;Rr;Rs;Dd;/c;/c;/c;", "whole local sender=x rcpt=1/0/0",
		  "whole sender=x rcpt=2/1/3" },
		{ "the end", "Sx;E;Rr;", "whole sender=x", NULL },
		{ "a pointer to nowhere", "p0;Asasl_username=a;Sx;", "whole login=a sender=x",
		  NULL },
		{ "a pointer behind a login of a letter", "Asasl_username=a;p99999;Sx;",
		  "whole login=a", "damaged login=a" },
		{ "a pointer behind an empty login", "Asasl_username=;p99999;Sx;",
		  "growing login=", "damaged login=" },
		{ "what Postfix never writes", "Asasl_username=a;?;Sx;", "damaged login=a", NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		begin();
		put_all(rows[i].records);
		if (strchr(rows[i].records, 'M'))
			length -= 2; /* the content is not looked at */
		put('E', "");
		want_number(rows[i].what, parse(SW_QUEUE_FILE_WHO), 0);
		want_text(rows[i].what, found(), rows[i].who);
		if (strchr(rows[i].records, 'M'))
			continue;
		want_number(rows[i].what, parse(SW_QUEUE_FILE_ALL), 0);
		want_text(rows[i].what, found(), rows[i].all ? rows[i].all : rows[i].who);
	}
}

/* 9000 bytes behind the head can't be seen: nothing behind them is believed. */
static void what_stands_behind_a_damage_is_not_taken(void **state)
{
	static const struct {
		const char *what;
		const char *records;
		const char *want;
	} rows[] = {
		{ "none", "Aclient_address=c;", "whole client=c" },
		{ "an attribute", "Afoo=@;Aclient_address=c;", "damaged" },
		{ "an arrival", "T17@;Aclient_address=c;", "damaged" },
		{ "a pointer", "p0@;Aclient_address=c;", "damaged" },
		{ "a sender", "Sx@;Aclient_address=c;", "damaged" },
		{ "what nobody asks for", "Lx@;Aclient_address=c;", "whole client=c" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		begin();
		put_long('W', "", 15000);
		put_long('W', "", 3000);
		put_all(rows[i].records);
		put('E', "");
		want_number(rows[i].what, parse(SW_QUEUE_FILE_ALL), 0);
		want_text(rows[i].what, found(), rows[i].want);
	}
}

/* What is found behind the head is copied to where there are 4096 bytes. */
static void what_does_not_fit_is_a_damage(void **state)
{
	static const struct {
		const char *what;
		size_t bytes; /* of the name and the value */
		const char *name;
		const char *want;
	} rows[] = {
		{ "a name", 12 + 4096, "client_name=", "damaged" },
		{ "a login", 14 + 4096, "sasl_username=", "damaged" },
		{ "a sender", 4097, "", "damaged" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		begin();
		put_long('W', "", 15000);
		put_long('W', "", 3000);
		put_long(*rows[i].name ? 'A' : 'S', rows[i].name, rows[i].bytes + 1);
		memset(bytes + length - rows[i].bytes - 1 + strlen(rows[i].name), 'x',
		       rows[i].bytes + 1 - strlen(rows[i].name));
		put('A', "client_address=c");
		put('E', "");
		want_number(rows[i].what, parse(SW_QUEUE_FILE_ALL), 0);
		want_text(rows[i].what, found(), rows[i].want);
	}
}

/* Where the content stands, C says; what edits it lies behind it, up to X. */
static void the_content_is_walked_up_to_its_end(void **state)
{
	static const struct {
		const char *what;
		const char *records; /* behind the three bytes */
		const char *want;
	} rows[] = {
		{ "nothing more", "X;Rr;", "whole local sender=x rcpt=1/0/0" },
		{ "all kinds", "Nn;Ll;wq;p0;Nn;X;Rr;", "whole local sender=x rcpt=1/0/0" },
		{ "a line", "Ll;X;Rr;", "whole local sender=x rcpt=1/0/0" },
		{ "what was taken out", "ww;X;Rr;", "whole local sender=x rcpt=1/0/0" },
		{ "no end", "Nn;Rr;X;Rr;", "damaged local sender=x" },
		{ "a pointer that is none", "px;X;Rr;", "damaged local sender=x" },
		{ "a pointer behind the end", "p99999;X;Rr;", "damaged local sender=x" },
		{ "cut", "Nn;", "growing local sender=x" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char c[100];

		length = 0;
		for (int turn = 0; turn < 2; turn++) { /* then it is known where */
			snprintf(c, sizeof(c), "%15d %15d %15d %15d %15d", 3, (int)length, 1, 0, 3);
			length = 0;
			put('C', c);
			put('S', "x");
			put('M', "");
		}
		length += 3;
		put_all(rows[i].records);
		if (strstr(rows[i].records, "X;"))
			put('E', "");
		want_number(rows[i].what, parse(SW_QUEUE_FILE_ALL), 0);
		want_text(rows[i].what, found(), rows[i].want);
	}
}

static void the_first_bytes_say_what_it_is(void **state)
{
	static const struct {
		const char *what;
		const char *bytes;
		int rc;
		const char *want;
	} rows[] = {
		{ "nothing", "", 0, "growing" },
		{ "the beginning of a C", "C", 0, "growing" },
		{ "of a T", "T", 0, "growing maildrop" },
		{ "of something else", "X", -EBADMSG, NULL },
		{ "a T", "T\0011", 0, "growing maildrop at=1.0" },
		{ "of no time", "T\0010", -EBADMSG, NULL },
		{ "without a number", "T\001x", -EBADMSG, NULL },
		{ "a C without a number", "C\001x", -EBADMSG, NULL },
		{ "of two", "C\0031 2", -EBADMSG, NULL },
		{ "of three", "C\0051 2 3", 0, "growing" },
		{ "that is cut", "C\0101 2 3", 0, "growing" },
		{ "that is too long", "C\377\377\377\377\177", -EBADMSG, NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		length = strlen(rows[i].bytes);
		memcpy(bytes, rows[i].bytes, length);
		want_number(rows[i].what, parse(SW_QUEUE_FILE_WHO), rows[i].rc);
		if (rows[i].rc == 0)
			want_text(rows[i].what, found(), rows[i].want);
	}
}

static void who_it_was_is_looked_for_no_further_than_postfix_writes_it(void **state)
{
	enum { MANY = 3000 };

	(void)state;
	begin();
	for (int i = 0; i < MANY; i++)
		put('R', "somebody@example.com");
	put('E', "");
	want_number("many recipients", parse(SW_QUEUE_FILE_ALL), 0);
	want_number("are all counted", q.rcpt_todo, MANY);
	want_number("whole", q.state, SW_QUEUE_FILE_WHOLE);
	for (size_t bytes_before = 32000; bytes_before < 33000; bytes_before += 200) {
		begin();
		put_long('W', "", 15000);
		put_long('W', "", 15000);
		put_long('W', "", bytes_before - 30000);
		put('A', "client_address=c");
		put('S', "x");
		put('E', "");
		want_number("records", parse(SW_QUEUE_FILE_WHO), 0);
		want_text("of 32 KiB are walked", found(),
			  length <= QUEUE_RECORD_FEW ? "whole client=c sender=x" : "damaged");
		want_number("records", parse(SW_QUEUE_FILE_ALL), 0);
		want_text("or all of them", found(), "whole client=c sender=x");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_record_says_what_it_says),
		cmocka_unit_test(what_stands_behind_a_damage_is_not_taken),
		cmocka_unit_test(what_does_not_fit_is_a_damage),
		cmocka_unit_test(the_content_is_walked_up_to_its_end),
		cmocka_unit_test(the_first_bytes_say_what_it_is),
		cmocka_unit_test(who_it_was_is_looked_for_no_further_than_postfix_writes_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
