/* Why a recipient was refused, beside a slow reader that takes the reply apart word by word and looks for each row at
 * each place of it. */
#include <ctype.h>
#include <stdlib.h>

#include "pieces.h"
#include "postfix/reply.h"
#include "test.h"
#include "traffic/refusal.h"

enum { TEXT = 8192, MOST = 1024, BRACKETS = 330 };

/* --- the slow reader */

struct slow {
	char text[TEXT];
	struct delivery_dsn dsn;
	unsigned class;
};

static bool is_alnum(char c)
{
	return isalnum((unsigned char)c) && (unsigned char)c < 128;
}

/* What stands in < > gives way to a blank; one that is not closed nearby stands alone. */
static void without_brackets(const char *from, char ret[TEXT])
{
	size_t n = 0;

	while (*from) {
		const char *end = *from == '<' ? strchr(from, '>') : NULL;

		if (end && end - from < BRACKETS) {
			from = end;
			ret[n++] = ' ';
		} else if (*from == '<') {
			memcpy(ret + n, " < ", 3);
			n += 3;
		} else {
			ret[n++] = (unsigned char)*from <= ' ' ? ' ' : *from;
		}
		from++;
	}
	ret[n] = '\0';
}

/* "550", "550-", and what stands behind a '#' at the beginning */
static const char *behind_code(const char *word)
{
	const char *mark;

	if ((*word == '2' || *word == '4' || *word == '5') && isdigit((unsigned char)word[1]) &&
	    isdigit((unsigned char)word[2]) && (word[3] == '\0' || word[3] == '-'))
		word += word[3] ? 4 : 3;
	mark = strchr(word, '#');
	return mark && mark <= word + 1 ? mark + 1 : word;
}

static bool is_name(const char *word, const char *name)
{
	size_t n = strlen(word);

	while (n > 0 && strchr(".,:;)", word[n - 1]))
		n--;
	return n > 0 && strlen(name) == n && strncasecmp(word, name, n) == 0;
}

static void take_apart(const char *words, const char *server, const char *domain, struct slow *s)
{
	char buf[TEXT];
	size_t n = 0;

	if ((words[0] == '4' || words[0] == '5') && isdigit((unsigned char)words[1]) && isdigit((unsigned char)words[2]))
		s->class = (unsigned)(words[0] - '0');
	without_brackets(words, buf);
	for (char *word = strtok(buf, " "); word; word = strtok(NULL, " ")) {
		struct delivery_dsn own;
		struct sw_raw rest;

		if (strchr(word, '@'))
			continue;
		rest = raw_of(behind_code(word));
		if (delivery_take_dsn(&rest, &own)) {
			if (!s->dsn.subject && !s->dsn.detail)
				s->dsn = own;
			if (rest.n <= 2)
				continue;
		}
		if (rest.n == 0 || is_name(rest.p, server) || is_name(rest.p, domain))
			continue;
		if (n + 1 + rest.n > MOST)
			break;
		if (n > 0)
			s->text[n++] = ' ';
		for (size_t i = 0; i < rest.n; i++)
			s->text[n++] = (char)(rest.p[i] >= 'A' && rest.p[i] <= 'Z' ? rest.p[i] + 32 : rest.p[i]);
	}
	s->text[n] = '\0';
}

/* Each piece between two '*' at the first place behind the one before where it begins a word. */
static bool says(const char *text, const char *words)
{
	bool first = *words == '^';
	char row[200];
	const char *at = text;

	snprintf(row, sizeof(row), "%s", words + first);
	for (char *piece = strtok(row, "*"); piece; piece = strtok(NULL, "*"), first = false) {
		while (*piece == ' ')
			piece++;
		while (piece[strlen(piece) - 1] == ' ')
			piece[strlen(piece) - 1] = '\0';
		while (*at && !(strncmp(at, piece, strlen(piece)) == 0 &&
				(at == text || !is_alnum(at[-1]) || !is_alnum(*piece))))
			at++;
		if (!*at || (first && at > text))
			return false;
		at += strlen(piece);
	}
	return true;
}

static bool is_one_of(const char *list, struct delivery_dsn dsn)
{
	char code[32];

	snprintf(code, sizeof(code), " %u.%u ", dsn.subject, dsn.detail);
	return strstr(list, code) != NULL;
}

static enum refusal by_code(struct delivery_dsn dsn, unsigned class)
{
	if (is_one_of(" 1.1 1.2 1.3 1.6 1.10 ", dsn) || (class == 5 && is_one_of(" 2.1 ", dsn)))
		return REFUSAL_UNKNOWN_USER;
	if (is_one_of(" 2.2 ", dsn))
		return REFUSAL_FULL;
	return dsn.subject == 4 ? REFUSAL_CONNECTION : REFUSAL_OTHER;
}

static enum refusal slow_kind(const char *words, enum reply whose, const char *server, const char *domain,
			      struct delivery_dsn dsn, size_t *row)
{
	struct slow s = { .dsn = dsn, .class = dsn.class };
	enum refusal kind;

	*row = refusal_words_n;
	if (whose == REPLY_OWN)
		return is_one_of(" 1.0 ", dsn)	     ? REFUSAL_UNKNOWN_USER
		       : is_one_of(" 7.4 7.5 ", dsn) ? REFUSAL_CONNECTION
						     : by_code(dsn, dsn.class);
	take_apart(words, server, domain, &s);
	if (is_one_of(" 7.20 7.21 7.22 7.23 7.24 7.25 7.26 7.27 7.29 7.30 7.31 7.32 ", s.dsn))
		return REFUSAL_OTHER;
	for (*row = 0; *row < refusal_words_n; ++*row) {
		const struct refusal_words *r = &refusal_words[*row];

		kind = r->kind;
		if ((kind == REFUSAL_REPUTATION || kind == REFUSAL_CONTENT) && is_one_of(" 1.1 1.2 1.3 1.6 1.10 ", s.dsn))
			continue;
		if (whose == REPLY_REFUSED && (kind == REFUSAL_UNKNOWN_USER || kind == REFUSAL_FULL))
			continue;
		if ((r->class && r->class != s.class) || (r->subject && r->subject != s.dsn.subject) ||
		    (r->detail && r->detail != s.dsn.detail))
			continue;
		if (says(s.text, r->words))
			return kind;
	}
	kind = by_code(s.dsn, s.class);
	return whose == REPLY_REFUSED && (kind == REFUSAL_UNKNOWN_USER || kind == REFUSAL_FULL) ? REFUSAL_OTHER : kind;
}

/* --- both of them */

/* Of the relays and recipients that there may be, which. */
static void want_the_same(const char *words, enum reply whose, struct delivery_dsn dsn, size_t which)
{
	static const struct {
		const char *relay, *server, *recipient, *domain;
	} rows[] = {
		{ "mx.far.example[198.51.100.9]:25", "mx.far.example", "v@Far.example", "far.example" },
		{ "none", "none", "v@w@far.example", "far.example" },
		{ "[198.51.100.9]:25", "", "v@", "" },
		{ "x[198.51.100.9]:25", "x", "v", "" },
		{ "", "", "v@z", "z" },
	};
	const bool no_relay = which % SW_COUNT(rows) == 1;
	static const char *const before[] = { "", "host mx.far.example[198.51.100.9] said: ",
					      "host mx.far.example[198.51.100.9] refused to talk to me: " };
	static char said[TEXT];
	struct delivery d = { .relay = raw_of(rows[which % SW_COUNT(rows)].relay),
			      .recipient = raw_of(rows[which % SW_COUNT(rows)].recipient),
			      .dsn = dsn };
	char *exactly;
	struct refusal_reason got;
	enum refusal kind;
	size_t row;

	/* no byte behind it, so that a step there is noticed */
	snprintf(said, sizeof(said), "%s%s", before[whose], words);
	exactly = malloc(strlen(said) + 1);
	assert_non_null(exactly);
	d.said = raw_from(memcpy(exactly + 1, said, strlen(said)), strlen(said));
	got = refusal_reason(&d);
	kind = slow_kind(words, whose, rows[which % SW_COUNT(rows)].server, rows[which % SW_COUNT(rows)].domain, dsn,
			 &row);
	want_raw(said, got.words, words);
	want_number(said, got.row, row);
	want_number(said, got.kind, kind);
	want_number(said, got.at_connect,
		    whose == REPLY_REFUSED || (whose == REPLY_OWN && kind == REFUSAL_CONNECTION && no_relay));
	free(exactly);
}

static const char *const pieces[] = {
	" ",	  " ",	   "  ",	 "\t",	      "<v@far.example>", "<",	      ">",	    "550 ",
	"421-",	  "250 ",  "5501 ",	 "350 ",      "5a0 ",		 "55a ",      "452-4.2.2 ", "#5.1.1 ",
	"(#5.7.1) ", "x#5.1.1 ", "xy#5.1.1 ", "5.7.1 ", "4.4.7: ",	 "5.2.2abc ", "5.2.2ab ",   "a@b.example ",
	"mx.far.example ", "MX.FAR.EXAMPLE: ", "far.example). ", "Far.Example ", ".,:; ", "for.example ", "none ",
	"x ",	  "Z ",	   "a ",	 "blocked.spam ", "z: ", "0", "(", "-", "5", "55", "5.2.1a ", "55- ", "2.1.5 ",
};

/* The words of a row, now and then in capitals, or without a byte, or with others between them. */
static void put_row(char *text, size_t size, size_t row, bool plainly)
{
	const char *words = refusal_words[row].words;
	size_t n = 0;
	bool capitals = pieces_draw(2);
	size_t without = pieces_draw(8) ? TEXT : pieces_draw(strlen(words));
	size_t more = plainly ? TEXT : pieces_draw(strlen(words));

	words += *words == '^';
	for (size_t i = 0; words[i]; i++) {
		const char *one = words[i] == '*' ? pieces[pieces_draw(SW_COUNT(pieces))] : "";

		/* a word more where one ends: is it left out? */
		if (words[i] == ' ' && i >= more) {
			one = pieces[pieces_draw(SW_COUNT(pieces))];
			more = TEXT;
		}
		if (words[i] != '*' && (plainly || i != without))
			text[n++] = capitals ? (char)toupper((unsigned char)words[i]) : words[i];
		n += (size_t)snprintf(text + n, size - n, "%s", plainly && *one ? " " : one);
	}
	text[n] = '\0';
}

static void any_reply_is_taken_as_word_by_word(void **state)
{
	static char text[TEXT];

	(void)state;
	pieces_drawn = 1;
	for (int i = 0; i < 5000; i++) {
		size_t row = pieces_draw(refusal_words_n);
		const struct refusal_words *r = &refusal_words[row];
		struct delivery_dsn dsn = { .class = 4 + (unsigned)pieces_draw(2) };
		size_t n = pieces_make(text, 600, pieces, SW_COUNT(pieces), 3);
		size_t which;

		dsn.subject = (unsigned)pieces_draw(8);
		dsn.detail = (unsigned)pieces_draw(pieces_draw(2) ? 4 : 34);
		if (pieces_draw(2))
			dsn = (struct delivery_dsn){ r->class ? r->class : 5, r->subject, r->detail };
		if (pieces_draw(9)) {
			put_row(text + n, 600, row, false);
			n += strlen(text + n);
		}
		n += pieces_make(text + n, 600, pieces, SW_COUNT(pieces), 2);
		which = pieces_draw(10); /* of compilers each draws the arguments of a call in an order of its own */
		/* what would be "(in reply to", or another "said:", is reply.c's */
		want_the_same(text, (enum reply)(pieces_draw(8) ? 1 + which % 2 : 0), dsn, which / 2);
	}
}

/* Brackets that are closed just in time, and words that just have room. */
static void what_is_left_out_has_its_bounds(void **state)
{
	static char text[TEXT];

	(void)state;
	for (size_t row = 0; row < refusal_words_n; row += 9)
		for (size_t n = 0; n < 5; n++) {
			const struct refusal_words *r = &refusal_words[row];
			struct delivery_dsn dsn = { r->class ? r->class : 5, r->subject, r->detail };
			char words[200];

			put_row(words, sizeof(words), row, true);
			snprintf(text, sizeof(text), "<%0*d> %s", (int)(BRACKETS - 4 + n), 0, words);
			want_the_same(text, REPLY_SAID, dsn, 0);
			for (size_t less = 0; less < 4; less++) {
				size_t room = MOST - strlen(words) - less;

				snprintf(text, sizeof(text), "%0*d %s", (int)(room - n + 1), 0, words);
				want_the_same(text, REPLY_SAID, dsn, 0);
				/* the last word alone has none */
				snprintf(text, sizeof(text), "%s %0*d %s", words, (int)(room - n - strlen(words)), 0, words);
				want_the_same(text, REPLY_SAID, dsn, 0);
			}
		}
}

static void each_code_says_what_it_says(void **state)
{
	(void)state;
	for (unsigned class = 4; class <= 5; class++)
		for (unsigned subject = 0; subject < 9; subject++)
			for (unsigned detail = 0; detail < 40; detail++)
				for (int whose = 0; whose < 6; whose++)
					want_the_same(detail % 2 ? "550" : "5", (enum reply)(whose / 2),
						      (struct delivery_dsn){ class, subject, detail }, (size_t)whose % 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_reply_is_taken_as_word_by_word),
		cmocka_unit_test(what_is_left_out_has_its_bounds),
		cmocka_unit_test(each_code_says_what_it_says),
	};

	return cmocka_run_group_tests_name("refusal_slow", tests, NULL, NULL);
}
