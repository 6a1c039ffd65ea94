/*
 * Labels beside a slow model: all characters of what was added, encoded, one behind the other; cut
 * only when the text is asked for.
 */
#include <stdlib.h>

#include "base/label.h"
#include "pieces.h"
#include "test.h"

enum { UNITS = 2000, LONGEST = 300 };

struct model {
	char text[12 * UNITS];
	size_t end[UNITS]; /* of each character, in the text */
	size_t n;
};

static size_t model_length(const struct model *m)
{
	return m->n ? m->end[m->n - 1] : 0;
}

static bool model_is_cut(const struct model *m)
{
	return model_length(m) > SW_LABEL_MAX;
}

static void model_unit(struct model *m, const char *unit, size_t n)
{
	static const char hex[] = "0123456789abcdefABCDEF";
	size_t at = model_length(m);

	if (model_is_cut(m))
		return;
	if (n == 1 && strchr(hex, unit[0]) && at >= 2 && m->text[at - 2] == '%' &&
	    strchr(hex, m->text[at - 1])) {
		snprintf(m->text + at, 4, "%%%02X", (unsigned)unit[0]);
		n = 3;
	} else {
		memcpy(m->text + at, unit, n);
	}
	m->end[m->n++] = at + n;
}

/* How many bytes the character of UTF-8 has, or 1. */
static size_t bytes_of(const char *p, size_t n)
{
	unsigned char lead = (unsigned char)p[0];
	size_t want = lead < 0xc2 ? 1 : lead <= 0xdf ? 2 : lead <= 0xef ? 3 : lead <= 0xf4 ? 4 : 1;

	for (size_t i = 1; i < want; i++)
		if (i >= n || (unsigned char)p[i] < 0x80 || (unsigned char)p[i] > 0xbf)
			return 1;
	return want;
}

static bool is_escape(const char *p, size_t n)
{
	return n >= 3 && p[0] == '%' && strspn(p + 1, "0123456789abcdefABCDEF") >= 2;
}

/* Bytes that end with a NUL, which is none of them; kept: what stands as it is. */
static void model_add(struct model *m, const char *p, size_t n, const char *kept)
{
	while (n > 0) {
		size_t bytes = bytes_of(p, n);
		char unit[16];
		size_t out = 0;

		for (size_t i = 0; i < bytes; i++)
			if (p[i] && strchr(kept, p[i]) && !is_escape(p, n))
				unit[out++] = p[i];
			else
				out += (size_t)snprintf(unit + out, 4, "%%%02X",
							(unsigned)(unsigned char)p[i]);
		model_unit(m, unit, out);
		p += bytes;
		n -= bytes;
	}
}

#define NAMED "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@._+-/%"
#define KEPT  NAMED " :,=()"

static void model_name(struct model *m, const char *name)
{
	size_t n = strlen(name);

	if (n > 0 && strspn(name, NAMED) == n) {
		model_add(m, name, n, NAMED);
		return;
	}
	model_unit(m, "[", 1);
	model_add(m, name, n, KEPT);
	model_unit(m, "]", 1);
}

/* The bytes that the first character of converted text takes there. */
static size_t converted(const char *p, size_t n)
{
	char bytes[4];
	size_t got = 0;

	for (; got < 4 && is_escape(p + 3 * got, n - 3 * got); got++) {
		const char digits[3] = { p[3 * got + 1], p[3 * got + 2] };

		bytes[got] = (char)strtol(digits, NULL, 16);
	}
	return got ? 3 * bytes_of(bytes, got) : 1;
}

static void model_append(struct model *m, const struct sw_label *more)
{
	for (size_t at = 0, n; at < more->n; at += n) {
		n = converted(more->s + at, more->n - at);
		model_unit(m, more->s + at, n);
	}
}

/* Whole characters in at most `most` bytes, and the dots if these are not all. */
static void model_text(const struct model *m, size_t most, char *ret)
{
	size_t n = 0;

	if (model_length(m) <= most) {
		n = model_length(m);
		memcpy(ret, m->text, n);
	} else {
		for (size_t i = 0; i < m->n && m->end[i] + 3 <= most; i++)
			n = m->end[i];
		memcpy(ret, m->text, n);
		memcpy(ret + n, "...", 3);
		n += 3;
	}
	ret[n] = '\0';
}

static void check(const char *what, const struct sw_label *l, const struct model *m)
{
	char want[SW_LABEL_MAX + 1];

	model_text(m, SW_LABEL_MAX, want);
	want_text(what, l->s, want);
	want_number(what, l->n, strlen(want));
	want_number(what, l->cut, model_is_cut(m));
}

/* Of pieces, or one letter again and again: what lies near the end of a label is of interest. */
static size_t draw(char *buf)
{
	static const char *const pieces[] = {
		"%",
		"%",
		"4",
		"1",
		"a",
		"F",
		"g",
		"G",
		"f",
		"0",
		"A",
		"@",
		"z9",
		"/",
		":",
		"`",
		"[",
		"]",
		" ",
		",",
		"\n",
		"%41",
		"%C3%BC",
		"%e2%82%ac",
		"%F0%9F%92%A9",
		"{",
		"\x7f",
		"\303\274",
		"\342\202\254",
		"\360\237\222\251",
		"\302\200",
		"\xf4\x8f\xbf\xbf",
		"\xf5\x80\x80\x80",
		"\xc1\x80",
		"\xe0",
		"\xf0\x9f",
		"\xbf",
		"\xff",
	};

	if (pieces_draw(3) == 0) {
		size_t n = pieces_draw(4) ? pieces_draw(12) : LONGEST - pieces_draw(20);

		memset(buf, "a%x"[pieces_draw(3)], n);
		buf[n] = '\0';
		return n;
	}
	return pieces_make(buf, LONGEST + 1, pieces, SW_COUNT(pieces), 9);
}

static void whatever_is_added_stands_as_in_the_model(void **state)
{
	static struct model m, more;

	(void)state;
	for (int turn = 0; turn < 8000; turn++) {
		struct sw_label l = label_new();

		m.n = 0;
		for (size_t left = 1 + pieces_draw(12); left > 0; left--) {
			char text[LONGEST + 1];
			size_t n = draw(text);
			struct sw_label piece = sw_label_from(raw_from(text, n));

			more.n = 0;
			model_add(&more, text, n, KEPT "[]");
			check("by itself", &piece, &more);
			switch (pieces_draw(5)) {
			case 0:
				sw_label_add(&l, raw_from(text, n));
				model_add(&m, text, n, KEPT "[]");
				check("added", &l, &m);
				break;
			case 1:
				sw_label_add_name(&l, raw_from(text, n));
				model_name(&m, text);
				check("a name", &l, &m);
				break;
			case 2:
				sw_label_print(&l, "%s", text);
				model_add(&m, text, n, KEPT "[]");
				check("printed", &l, &m);
				break;
			case 3:
				sw_label_append(&l, &piece);
				model_append(&m, &piece);
				check("appended", &l, &m);
				break;
			default:
				more = m;
				model_append(&more, &piece);
				want_number(text, label_add_whole(&l, &piece),
					    !model_is_cut(&more) && !piece.cut);
				if (!model_is_cut(&more) && !piece.cut)
					m = more;
				check("whole or not at all", &l, &m);
			}
		}
	}
}

static void what_is_cut_kept_and_decoded_is_as_in_the_model(void **state)
{
	static struct model m;

	(void)state;
	for (int turn = 0; turn < 3000; turn++) {
		char text[LONGEST + 1];
		char want[SW_LABEL_MAX + 1];
		char back[SW_LABEL_MAX];
		size_t n = draw(text);
		struct sw_label l = label_kept(text);
		size_t max = 4 + pieces_draw(60);
		struct sw_label cut;
		size_t bytes = 0;
		size_t room = pieces_draw(LONGEST);

		m.n = 0;
		for (size_t at = 0, one; at < n; at += one) {
			one = converted(text + at, n - at);
			if (one > 1)
				model_unit(&m, text + at, one);
			else
				model_add(&m, text + at, 1, KEPT "[]");
		}
		check("kept", &l, &m);
		m.n = 0;
		model_append(&m, &l);
		model_text(&m, max, want);
		cut = label_short(&l, max);
		want_text("short", cut.s, want);
		want_number("short", cut.n, strlen(want));
		for (size_t at = 0; at < l.n && bytes < room; bytes++) {
			const char digits[3] = { l.s[at + 1], l.n - at > 2 ? l.s[at + 2] : '\0' };
			bool escape = is_escape(l.s + at, l.n - at);

			want[bytes] = escape ? (char)strtol(digits, NULL, 16) : l.s[at];
			at += escape ? 3 : 1;
		}
		memset(back, 'x', sizeof(back));
		want_number("decoded", sw_label_decode(&l, back, room), bytes);
		want_number("decoded", memcmp(back, want, bytes), 0);
		want_number("the room", bytes < sizeof(back) ? back[bytes] : 'x', 'x');
	}
}

/* Of each byte that may begin a character, with more and fewer that may go on with it. */
static void a_character_at_the_end_is_there_or_not(void **state)
{
	static struct model m;

	(void)state;
	for (int lead = 0; lead < 256; lead++)
		for (size_t more = 0; more < 4; more++)
			for (size_t n = SW_LABEL_MAX - 14; n <= SW_LABEL_MAX; n++) {
				char text[SW_LABEL_MAX + 8];
				struct sw_label l;

				memset(text, 'x', n);
				text[n] = (char)lead;
				memset(text + n + 1, lead & 1 ? 0x80 : 0xbf, more);
				l = sw_label_from(raw_from(text, n + 1 + more));
				m.n = 0;
				model_add(&m, text, n + 1 + more, KEPT "[]");
				check("at the end", &l, &m);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_character_at_the_end_is_there_or_not),
		cmocka_unit_test(whatever_is_added_stands_as_in_the_model),
		cmocka_unit_test(what_is_cut_kept_and_decoded_is_as_in_the_model),
	};

	return cmocka_run_group_tests_name("label_slow", tests, NULL, NULL);
}
