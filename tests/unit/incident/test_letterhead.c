#include "incident/letterhead.h"

#include <errno.h>
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
		{ "a=?utf-8?B?=?=b=?utf-8?B?\?=c", "abc" },
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

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* As memory that ends where the text does. */
static struct sw_label text_of(const char *bytes, size_t n)
{
	char *copy = malloc(n > 0 ? n : 1);
	struct sw_label label;

	memcpy(copy, bytes, n);
	label = letterhead_text(raw_from(copy, n));
	free(copy);
	return label;
}

static void want_word(const char *word, const char *bytes, size_t n)
{
	want_text(word, text_of(word, strlen(word)).s, sw_label_from(raw_from(bytes, n)).s);
}

/* All bytes at all places of four digits, and all digits alone: RFC 2045, 6.8. */
static void base64_is_decoded_as_the_standard_says(void **state)
{
	(void)state;
	for (size_t n = 0; n < 40; n++) {
		unsigned char bytes[42] = { 0 };
		char word[128] = "=?utf-8?b?";
		size_t at = strlen(word);

		for (size_t i = 0; i < n; i++)
			bytes[i] = (unsigned char)(i * 151 + n * 37);
		for (size_t i = 0; i < n; i += 3) {
			const unsigned b = (unsigned)bytes[i] << 16 | (unsigned)bytes[i + 1] << 8 |
					   bytes[i + 2];

			for (unsigned k = 0; k < 4; k++)
				word[at++] = i + k > n ? '=' : digits[b >> 6 * (3 - k) & 63];
		}
		strcpy(word + at, "?=");
		want_word(word, (const char *)bytes, n);
	}
	for (int c = 1; c < 256; c++) {
		char word[64];
		const char *digit = strchr(digits, c);
		unsigned char want[] = { 0, 0, 0 };

		snprintf(word, sizeof(word), "=?utf-8?B?%cAA%c?=", c, c);
		if (c == '=' || c == '?')
			continue;
		if (digit) {
			want[0] = (unsigned char)((digit - digits) << 2);
			want[2] = (unsigned char)(digit - digits);
			want_word(word, (const char *)want, 3);
		} else {
			want_word(word, word, strlen(word));
		}
	}
}

static void quoted_bytes_are_decoded_as_the_standard_says(void **state)
{
	static const char hex[] = "0123456789ABCDEFabcdef";

	(void)state;
	for (int high = 1; high < 256; high++)
		for (int low = 1; low < 256; low++) {
			char word[32];
			const char *h = strchr(hex, high);
			const char *l = strchr(hex, low);
			char byte;

			/* all of one beside all that is one */
			if ((!h && low != 'a') || (!l && high != '1') || high == '?' || low == '?')
				continue;
			snprintf(word, sizeof(word), "=?utf-8?q?=%c%c?=", high, low);
			if (!h || !l) {
				want_word(word, word, strlen(word));
				continue;
			}
			byte = (char)((h - hex < 16 ? h - hex : h - hex - 6) * 16 +
				      (l - hex < 16 ? l - hex : l - hex - 6));
			want_word(word, &byte, 1);
		}
}

static void a_word_that_is_cut_or_none_stays_as_it_is(void **state)
{
	static const char *const words[] = {
		"=?utf-8?q?a=41_?=", "=?us-ascii?B?YWFh?=", "=?utf-8*en-GB?Q?=41?=",
		("=?UTF-8?q?" "?="),
	};
	static const char *const none[] = {
		"=?utf-?q?a?=",	  "=?utf-88?q?a?=", "=?utf_8?q?a?=",	("=?" "?q?a?="),
		"=?us-asci?q?a?=", "=?utf-8?qq?a?=", "=?utf-8?q?=4?=",	"=?utf-8?q?a=?=",
		"=?utf-8?p?a?=",   "=?utf-8?c?YQ?=", "=?utf-8?q:a?=",	"?utf-8?q?a?=",
		"=utf-8?q?a?=",	   ("=?utf-8?" "?a?="),   "=?utf-8?q?=41=?=", "=?utf-8?1?a?=",
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(words); i++)
		for (size_t n = 0; n < strlen(words[i]); n++)
			want_text(words[i], text_of(words[i], n).s,
				  sw_label_from(raw_from(words[i], n)).s);
	for (size_t i = 0; i < SW_COUNT(none); i++)
		want_word(none[i], none[i], strlen(none[i]));
	want_word(words[0], "aA ", 3);
	want_word(words[1], "aaa", 3);
	want_word(words[2], "A", 1);
	want_word(words[3], "", 0);
	want_word("=?utf-8?q?a?=  \t=?utf-8?q?b?=  c", "ab  c", 5);
	want_word("x =?utf-8?q?a?=", "x a", 3);
}

/* However long: what is looked at ends after so many bytes. */
static void a_long_value_is_cut(void **state)
{
	char value[LETTERHEAD_LINE + 64];
	char bytes[LETTERHEAD_LINE];
	size_t at = 0;

	(void)state;
	/* decoded it is a third as long: all of the last one that counts is within the label */
	memset(value, ' ', sizeof(value));
	for (; at + 15 <= LETTERHEAD_LINE; at += 15)
		memcpy(value + at, "=?utf-8?q?=4a?=", 15);
	memset(bytes, 'J', sizeof(bytes));
	memcpy(value + at, "12345678", 8);
	want_number("room for it", LETTERHEAD_LINE - at, 8);
	memcpy(bytes + at / 15, "12345678", 8);
	value[LETTERHEAD_LINE] = '9';
	want_text("cut", text_of(value, sizeof(value)).s,
		  sw_label_from(raw_from(bytes, at / 15 + 8)).s);
	want_text("all of it", text_of(value, LETTERHEAD_LINE).s,
		  sw_label_from(raw_from(bytes, at / 15 + 8)).s);
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
		{ "in pieces of one byte", { "LSubject: H", "Li", "N!", "N" }, "", "Hi%21", "" },
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

/* From one place to another: a record that is 15 digits wide, as Postfix writes it. */
static size_t write_jump(char *to, size_t target)
{
	return (size_t)sprintf(to, "p\x0F%15zu", target);
}

static void of_many_records_and_jumps_the_first_are_read(void **state)
{
	static char text[1 << 17];
	struct letterhead head;

	(void)state;
	for (unsigned before = 253; before < 258; before++) {
		size_t n = 0;
		struct sw_raw all;

		for (unsigned i = 0; i < before; i++)
			n += write_records((const char *const[]){ "NX: y", NULL }, text + n);
		n += write_records((const char *const[]){ "NFrom: a", "N", NULL }, text + n);
		all = raw_from(text, n);
		assert_true(letterhead_parse(pread_text, &all, (int64_t)n, 0, &head));
		want_text("From", head.from.s, before < 256 ? "a" : "");
	}
	for (unsigned jumps = 14; jumps < 19; jumps++) {
		size_t n = 0;
		struct sw_raw all;

		for (unsigned i = 0; i < jumps; i++)
			n += write_jump(text + n, n + 17);
		n += write_jump(text + n, 0); /* to nowhere: the next one */
		n += write_records((const char *const[]){ "NFrom: a", "N", NULL }, text + n);
		all = raw_from(text, n);
		assert_true(letterhead_parse(pread_text, &all, (int64_t)n, 0, &head));
		want_text("From", head.from.s, jumps <= 16 ? "a" : "");
	}
}

/* A line of 1200 bytes, in pieces: what is behind 998 of them is not looked at, the next one is. */
static void a_long_line_of_the_header_is_cut(void **state)
{
	static char text[1 << 12];
	char piece[122] = "L";
	size_t n = write_records((const char *const[]){ "LSubject: s", NULL }, text);
	struct letterhead head;
	struct sw_raw all;

	(void)state;
	memset(piece + 1, ' ', 120);
	for (int i = 0; i < 10; i++)
		n += write_records((const char *const[]){ piece, NULL }, text + n);
	n += write_records((const char *const[]){ "Nend", "NFrom: a", "N", NULL }, text + n);
	all = raw_from(text, n);
	assert_true(letterhead_parse(pread_text, &all, (int64_t)n, 0, &head));
	want_text("Subject", head.subject.s, "s");
	want_text("From", head.from.s, "a");
}

static ssize_t pread_never(void *ctx, char *ret, size_t n, int64_t offset)
{
	(void)ctx, (void)ret, (void)n, (void)offset;
	return -EIO;
}

static void a_file_is_read_from_where_its_content_begins(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_queue_file f = { .data_offset = 3 };
	char text[64] = "xyz";
	size_t n = 3 + write_records((const char *const[]){ "NFrom: a", "N", NULL }, text + 3);
	struct letterhead head;

	(void)state;
	host_bytes(&h, "/A1", text, n);
	host_file(&h, "/dir/x", "");
	assert_true(letterhead_read(h.root, "A1", &f, &head));
	want_text("From", head.from.s, "a");
	assert_false(letterhead_read(h.root, "A2", &f, &head));
	assert_false(letterhead_read(h.root, "dir", &f, &head));
	f.data_offset = 0;
	assert_false(letterhead_read(h.root, "A1", &f, &head));
	want_number("nothing", head.from.n, 0);
	f.data_offset = 1;
	host_bytes(&h, "/A3", "xN\7From: ", 9);
	assert_true(letterhead_read(h.root, "A3", &f, &head));
	want_number("nothing whole", head.from.n, 0);
	assert_false(letterhead_parse(pread_never, NULL, 64, 0, &head));
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_decoded_once_and_no_further_than_safe),
		cmocka_unit_test(base64_is_decoded_as_the_standard_says),
		cmocka_unit_test(quoted_bytes_are_decoded_as_the_standard_says),
		cmocka_unit_test(a_word_that_is_cut_or_none_stays_as_it_is),
		cmocka_unit_test(a_long_value_is_cut),
		cmocka_unit_test(from_and_subject_are_those_of_the_header),
		cmocka_unit_test(of_many_records_and_jumps_the_first_are_read),
		cmocka_unit_test(a_long_line_of_the_header_is_cut),
		cmocka_unit_test(a_file_is_read_from_where_its_content_begins),
	};

	return cmocka_run_group_tests_name("letterhead", tests, NULL, NULL);
}
