/* What log daemons say of messages that they threw away, and how many were kept meanwhile. */
#include "log/drop.h"

#include <stdlib.h>

#include "pieces.h"
#include "test.h"

static void only_daemons_are_believed(void **state)
{
	static const struct {
		const char *tag;
		bool is;
	} rows[] = {
		{ "rsyslogd", true },	     { "rsyslogd-2177", true }, { "systemd-journald", true },
		{ "systemd-journal", true }, { "journal", true },	{ "imuxsock", true },
		{ "imjournal", true },	     { "postfix/smtpd", false }, { "dovecot", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].tag, log_drop_is_daemon(raw_of(rows[i].tag)), rows[i].is);
}

static void what_was_dropped_is_told(void **state)
{
	static const struct {
		const char *text;
		bool is;
		uint64_t messages;
		int64_t span;
	} rows[] = {
		{ "imuxsock[pid 9]: begin to drop messages due to rate-limiting", true, 0, 60 },
		{ "imuxsock[pid 9]: 900 messages lost due to rate-limiting (200 allowed within 5 "
		  "seconds)",
		  true, 900, 5 },
		{ "imjournal: 7 messages lost due to rate-limiting (20000 allowed within 600 "
		  "seconds)",
		  true, 7, 600 },
		{ "imuxsock begins to drop messages from pid 9 due to rate-limiting", true, 0, 60 },
		{ "imuxsock lost 900 messages from pid 9 due to rate-limiting", true, 900, 60 },
		{ "x: 900 messages lost due to rate-limiting (2 allowed within 99999999 seconds)",
		  true, 900, 60 },
		{ "x: 9 messages lost due to rate-limiting (2 allowed within 900", true, 9, 900 },
		{ "x: 9 messages lost due to rate-limiting (2 allowed within 901 seconds)", true, 9,
		  60 },
		{ "9 messages lost due to rate-limiting", true, 9, 60 },
		{ "9 messages lost due to", false, 0, 0 },
		{ "imuxsock[pid 9]: begin to drop messages", false, 0, 0 },
		{ "Suppressed 917 messages from postfix@-.service", true, 917, 60 },
		{ "Suppressed 917 messages from /system.slice/postfix.service", true, 917, 60 },
		{ "Suppressed 917 messages from docker.service", true, 917, 60 },
		{ "Suppressed 917 messages from nginx.service", false, 0, 0 },
		{ "Suppressed messages from postfix.service", false, 0, 0 },
		{ "Suppressed 917", false, 0, 0 },
		{ "Suppressed 99999999999999999999 messages from postfix.service", false, 0, 0 },
		{ "due to rate-limiting", false, 0, 0 },
		{ " messages lost due to rate-limiting", false, 0, 0 },
		{ "imuxsock lost  messages", false, 0, 0 },
		{ "[origin software=\"rsyslogd\"] start", false, 0, 0 },
		{ "", false, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_drop drop;
		size_t n = strlen(rows[i].text);
		char *exact = malloc(n ? n : 1); /* nothing stands behind a text */
		bool is;

		assert_non_null(exact);
		memcpy(exact, rows[i].text, n);
		is = log_drop_read(raw_from(exact, n), 1000, &drop);
		free(exact);
		want_number(rows[i].text, is, rows[i].is);
		if (!is)
			continue;
		want_number(rows[i].text, (long long)drop.messages, (long long)rows[i].messages);
		want_number(rows[i].text, drop.span, rows[i].span);
		want_number(rows[i].text, drop.time, 1000);
	}
	want_number("no text", log_drop_read(raw_from(NULL, 0), 1000, &(struct log_drop){ 0 }), false);
}

/* Ten lines a minute are kept from 600 on. */
static void more_than_were_kept_is_too_many(void **state)
{
	static const struct {
		const char *what;
		int64_t time, span, last;
		uint64_t messages;
		bool many;
		int64_t from;
	} rows[] = {
		{ "of this minute, few", 1210, 5, 1205, 2, false, 1200 },
		{ "of this minute, many", 1210, 5, 1205, 3, true, 1200 },
		{ "of ten minutes", 1200, 600, 1199, 95, false, 599 },
		{ "of ten minutes, many", 1200, 600, 1199, 200, true, 599 },
		{ "after a silence", 1210, 60, 700, 1, false, 640 },
		{ "it only begins", 1210, 60, 1205, 0, true, 1145 },
		{ "nothing was kept", 1210, 60, 0, 1, false, 1150 },
		{ "of longer than is known", 1210, 900, 1205, 99, false, 305 },
		{ "kept in the first second of all", 1210, 60, 1, 99, false, -59 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const struct log_drop drop = { rows[i].time, rows[i].messages, rows[i].span };
		struct log_kept kept = { .begun = 0 };
		uint64_t lines = 0;
		int64_t from;

		for (int64_t t = 600; t < rows[i].time; t += 6)
			log_kept_mark(&kept, t, lines++);
		want_number(rows[i].what,
			    log_kept_drop(&kept, &drop, rows[i].last, lines, &from), rows[i].many);
		want_number(rows[i].what, from, rows[i].from);
		want_number(rows[i].what, kept.begun != 0, rows[i].messages == 0);
	}
}

/* All marks, of which the last sixteen count. */
struct plain {
	int64_t minute[64], begun;
	uint64_t lines[64];
	size_t n;
};

static bool plainly_many(struct plain *p, const struct log_drop *drop, int64_t last, uint64_t lines,
			 int64_t *from)
{
	uint64_t before = lines;

	if (p->begun == 0)
		p->begun = last > 0 && last < drop->time ? last : drop->time;
	*from = p->begun - drop->span;
	if (drop->messages == 0)
		return true;
	p->begun = 0;
	for (size_t back = 1; back <= 16 && back <= p->n; back++)
		if (p->minute[p->n - back] >= *from / 60)
			before = p->lines[p->n - back];
	return drop->messages > lines - before;
}

/* From the first minute of all on, so that a place of the ring that was not filled is none. */
static void it_is_as_many_as_without_a_ring(void **state)
{
	(void)state;
	for (int round = 0; round < 4000; round++) {
		struct log_kept kept = { .begun = 0 };
		struct plain plain = { .n = 0 };
		uint64_t lines = 0;
		int64_t time = (int64_t)pieces_draw(200);

		for (int step = 0; step < 60; step++) {
			struct log_drop drop = { .span = (int64_t)pieces_draw(900) };
			int64_t last = time - (int64_t)pieces_draw(90);
			int64_t from, want_from;
			bool want;

			time += (int64_t)pieces_draw(pieces_draw(9) ? 70 : 700);
			lines += pieces_draw(9);
			switch (pieces_draw(24)) {
			case 0:
				log_kept_restart(&kept);
				plain.n = 0;
				lines = 0;
				break;
			case 1:
			case 2:
				drop.time = time;
				drop.messages = pieces_draw(2) ? pieces_draw((size_t)lines + 2) : 0;
				want = plainly_many(&plain, &drop, last, lines, &want_from);
				want_number("many", log_kept_drop(&kept, &drop, last, lines, &from),
					    want);
				want_number("from", from, want_from);
				want_number("begun", kept.begun, plain.begun);
				break;
			default:
				log_kept_mark(&kept, time, lines);
				if (plain.n > 0 && plain.minute[plain.n - 1] >= time / 60)
					break;
				plain.minute[plain.n] = time / 60;
				plain.lines[plain.n++] = lines;
			}
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_daemons_are_believed),
		cmocka_unit_test(what_was_dropped_is_told),
		cmocka_unit_test(more_than_were_kept_is_too_many),
		cmocka_unit_test(it_is_as_many_as_without_a_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
