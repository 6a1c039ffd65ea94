#include "incident/letterhead.h"

#include <stdlib.h>

#include "test.h"

static void words_are_decoded_once_and_no_further_than_safe(void **state)
{
	static const struct {
		const char *value, *want;
	} rows[] = {
		{ "Invoice 123", "Invoice 123" },
		{ "  Invoice ", "Invoice" },
		{ "=?UTF-8?Q?Invoice_=31=32?=", "Invoice 12" },
		{ "=?utf-8?B?SW52b2ljZQ==?= now", "Invoice now" },
		{ "=?utf-8?b?SW52?= =?us-ascii*en?q?oice?=", "Invoice" },
		{ "=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c" },
		{ "=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?=", "=%3Futf-8%3Fq%3Fx%3F=" },
		{ "=?utf-8?q?=1B[31m=0A=00?=", "%1B[31m%0A%00" },
		{ "=?utf-8?B?w7w=?=", "%C3%BC" },
		{ "=?iso-8859-1?Q?=FC?=", "=%3Fiso-8859-1%3FQ%3F=FC%3F=" },
		{ "=?utf-8?Q?=F?=", "=%3Futf-8%3FQ%3F=F%3F=" },
		{ "=?utf-8?B?*?=", "=%3Futf-8%3FB%3F%2A%3F=" },
		{ "=?utf-8?Q?no end", "=%3Futf-8%3FQ%3Fno end" },
		{ "=?utf-8?X?x?=", "=%3Futf-8%3FX%3Fx%3F=" },
		{ "=?", "=%3F" },
		{ "$(id)`id`\\", "%24(id)%60id%60%5C" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_text(rows[i].value, letterhead_text(raw_of(rows[i].value)).s, rows[i].want);
}

/* A file of records: "N" and a line, "L" a part of one; an end is a record of its own. */
static ssize_t pread_text(void *ctx, char *ret, size_t n, int64_t offset)
{
	const struct sw_raw *all = ctx;
	size_t left = (uint64_t)offset < all->n ? all->n - (size_t)offset : 0;

	n = n < left ? n : left;
	memcpy(ret, all->p + offset, n);
	return (ssize_t)n;
}

static size_t write_records(const char *const *line, char *to)
{
	size_t n = 0;

	for (; *line; line++) {
		const size_t length = strlen(*line) - 1;

		to[n++] = (*line)[0];
		to[n++] = (char)length;
		memcpy(to + n, *line + 1, length);
		n += length;
	}
	return n;
}

static void from_and_subject_are_those_of_the_header(void **state)
{
	static const struct {
		const char *what;
		const char *line[8];
		const char *from, *subject, *script;
	} rows[] = {
		{ "both", { "NSubject: Hi", "NFrom: a <a@x>", "N", "NFrom: no" }, "a %3Ca@x%3E", "Hi", "" },
		{ "small letters", { "Nsubject:Hi", "N" }, "", "Hi", "" },
		{ "folded", { "NSubject: Hi", "N\tthere", "NX: y" }, "", "Hi%09there", "" },
		{ "in pieces", { "LSubject: Hi", "N there", "N" }, "", "Hi there", "" },
		{ "the first counts", { "NSubject: one", "NSubject: two", "N" }, "", "one", "" },
		{ "a body", { "N", "NSubject: no" }, "", "", "" },
		{ "taken out by a milter", { "wSubject: no", "NSubject: yes", "N" }, "", "yes", "" },
		{ "the end of the content", { "NSubject: a", "X", "NFrom: b" }, "", "a", "" },
		{ "a script", { "NTo: x", "NX-PHP-Originating-Script: 1001:mailer.php", "N" }, "", "", "mailer.php" },
		{ "nothing", { NULL }, "", "", "" },
	};
	static char text[1024];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw all = raw_from(text, write_records(rows[i].line, text));
		struct letterhead head;
		struct sw_raw script = { "", 0 };

		assert_true(letterhead_parse(pread_text, &all, (int64_t)all.n, 0, &head));
		want_text(rows[i].what, head.from.s, rows[i].from);
		want_text(rows[i].what, head.subject.s, rows[i].subject);
		if (!queue_script_end(&head.script, &script))
			script.n = 0;
		want_raw(rows[i].what, script, rows[i].script);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_decoded_once_and_no_further_than_safe),
		cmocka_unit_test(from_and_subject_are_those_of_the_header),
	};

	return cmocka_run_group_tests_name("letterhead", tests, NULL, NULL);
}
