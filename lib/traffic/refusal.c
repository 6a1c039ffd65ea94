#include "traffic/refusal.h"

#include <strings.h>

#include "postfix/reply.h"

enum {
	LOOKED_AT = 1024, /* bytes of a reply without what is left out; real ones have 500 */
	ADDRESS = 330,	  /* bytes of what may stand in < > */
};

/* What is said, made comparable. */
struct plain {
	char text[LOOKED_AT]; /* small letters, one blank between words, no codes, no addresses */
	size_t n;
	unsigned char begins[2048 / 8]; /* a bit for each three bytes that a word begins with */
	unsigned class;			/* of the reply's code, else of the DSN */
	struct delivery_dsn dsn;	/* of Postfix, or else of "#5.1.1" in the words */
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* <address>, and whatever else stands in < >: the recipient's, or a host's name */
static bool take_bracketed(struct sw_raw *rest)
{
	struct sw_raw near = raw_from(rest->p, rest->n < ADDRESS ? rest->n : ADDRESS);
	size_t end = raw_find(near, '>');

	if (rest->p[0] != '<' || end == near.n)
		return false;
	*rest = raw_skip(*rest, end + 1);
	return true;
}

static bool next_word(struct sw_raw *rest, struct sw_raw *ret)
{
	size_t n = 0;

	while (rest->n > 0)
		if ((unsigned char)rest->p[0] <= ' ')
			*rest = raw_skip(*rest, 1);
		else if (!take_bracketed(rest))
			break;
	while (n < rest->n && (unsigned char)rest->p[n] > ' ' && rest->p[n] != '<')
		n++;
	n += n == 0 && rest->n > 0; /* a '<' without an end */
	*ret = raw_from(rest->p, n);
	*rest = raw_skip(*rest, n);
	return n > 0;
}

/* "421", "421-Words", "421-4.7.28", "421-#5.1.1", "4.7.28", "(#5.1.1)": without them, or empty */
static struct sw_raw without_codes(struct sw_raw word, struct delivery_dsn *dsn)
{
	struct delivery_dsn own;
	size_t mark;

	/* a word holds no NUL */
	if (word.n >= 3 && strchr("245", word.p[0]) && raw_is_digit(word.p[1]) &&
	    raw_is_digit(word.p[2]) && (word.n == 3 || word.p[3] == '-'))
		word = raw_skip(word, word.n == 3 ? 3 : 4);
	mark = raw_find(word, '#');
	if (mark < word.n && mark < 2)
		word = raw_skip(word, mark + 1);
	if (delivery_take_dsn(&word, &own)) {
		if (dsn->subject == 0 && dsn->detail == 0)
			*dsn = own;
		if (word.n <= 2) /* a mark behind it */
			word.n = 0;
	}
	return word;
}

static bool same_name(struct sw_raw a, struct sw_raw b)
{
	return a.n == b.n && a.n > 0 && strncasecmp(a.p, b.p, a.n) == 0;
}

/* The server's own name, or the recipient's domain, with or without a mark behind it */
static bool is_theirs(struct sw_raw word, const struct delivery *d)
{
	struct sw_raw server = raw_from(d->relay.p, raw_find(d->relay, '['));
	struct sw_raw domain = raw_skip(d->recipient, raw_find_last(d->recipient, '@'));

	while (word.n > 0 && strchr(".,:;)", word.p[word.n - 1]))
		word.n--;
	return same_name(word, server) || (domain.n > 1 && same_name(word, raw_skip(domain, 1)));
}

static void simplify(struct plain *p, struct sw_raw words, const struct delivery *d)
{
	struct sw_raw rest = words;
	struct sw_raw word;

	*p = (struct plain){ .dsn = d->dsn, .class = d->dsn.class };
	if (words.n >= 3 && (words.p[0] == '4' || words.p[0] == '5') && raw_is_digit(words.p[1]) &&
	    raw_is_digit(words.p[2]))
		p->class = (unsigned)(words.p[0] - '0');
	while (next_word(&rest, &word)) {
		if (raw_find(word, '@') < word.n)
			continue;
		word = without_codes(word, &p->dsn);
		if (word.n == 0 || is_theirs(word, d))
			continue;
		if (p->n + 1 + word.n > LOOKED_AT)
			break;
		if (p->n > 0)
			p->text[p->n++] = ' ';
		for (size_t i = 0; i < word.n; i++)
			p->text[p->n++] = lower(word.p[i]);
	}
}

/* Does a piece that begins with c begin a word at text.p[at]? */
static bool is_start(struct sw_raw text, size_t at, char c)
{
	return at == 0 || !raw_is_alnum(text.p[at - 1]) || !raw_is_alnum(c);
}

/* 0..2047 */
static unsigned start_of(const char *p)
{
	return (((unsigned char)p[0] | (uint32_t)(unsigned char)p[1] << 8 |
		 (uint32_t)(unsigned char)p[2] << 16) *
		0x9E3779B1u) >>
	       21;
}

/* Most rows begin with letters that no word begins with. */
static void note_starts(struct plain *p)
{
	struct sw_raw text = raw_from(p->text, p->n);

	for (size_t i = 0; i + 3 <= text.n; i++) {
		unsigned start = start_of(text.p + i);

		if (is_start(text, i, text.p[i]))
			p->begins[start / 8] |= (unsigned char)(1u << start % 8);
	}
}

static bool may_be_said(const struct plain *p, const char *words)
{
	unsigned start;

	words += *words == '^';
	for (int i = 0; i < 3; i++)
		if (words[i] == '\0' || words[i] == ' ' || words[i] == '*')
			return true;
	start = start_of(words);
	return p->begins[start / 8] >> start % 8 & 1;
}

/* Where a piece stands as the beginning of a word; text.n: nowhere. */
static size_t find(struct sw_raw text, size_t from, struct sw_raw piece)
{
	while (from + piece.n <= text.n) {
		const char *hit = memmem(text.p + from, text.n - from, piece.p, piece.n);
		size_t at = hit ? (size_t)(hit - text.p) : text.n;

		if (!hit || is_start(text, at, piece.p[0]))
			return at;
		from = at + 1;
	}
	return text.n;
}

/* The next piece of a row, without blanks around it. */
static struct sw_raw next_piece(const char **words)
{
	struct sw_raw piece = raw_from(*words, strcspn(*words, "*"));

	*words += piece.n + ((*words)[piece.n] == '*');
	return raw_trim(piece);
}

static bool is_said(const struct plain *p, const char *words)
{
	struct sw_raw text = raw_from(p->text, p->n);
	bool anchored = *words == '^';
	size_t from = 0;

	words += anchored;
	while (*words) {
		struct sw_raw piece = next_piece(&words);
		size_t at = find(text, from, piece);

		if (at == text.n || (anchored && at > 0))
			return false;
		anchored = false;
		from = at + piece.n;
	}
	return true;
}

/* There is no such mailbox, or domain; it has moved; it takes no mail (RFC 3463, RFC 7505) */
static bool is_bad_recipient(struct delivery_dsn dsn)
{
	return dsn.subject == 1 &&
	       ((dsn.detail >= 1 && dsn.detail <= 3) || dsn.detail == 6 || dsn.detail == 10);
}

/*
 * Of a mailbox that there is not, the words say no more than that: "blocked.spam" may be its name.
 */
static bool is_row(const struct refusal_words *row, const struct plain *p)
{
	if ((row->kind == REFUSAL_REPUTATION || row->kind == REFUSAL_CONTENT) &&
	    is_bad_recipient(p->dsn))
		return false;
	return may_be_said(p, row->words) && (row->class == 0 || row->class == p->class) &&
	       (row->subject == 0 || row->subject == p->dsn.subject) &&
	       (row->detail == 0 || row->detail == p->dsn.detail) && is_said(p, row->words);
}

/* Before a recipient is named, no mailbox is full or unknown. */
static bool needs_recipient(enum refusal kind)
{
	return kind == REFUSAL_UNKNOWN_USER || kind == REFUSAL_FULL;
}

/* SPF, DKIM, DMARC, reverse DNS, TLS: our own fault (RFC 7372, and a big receiver's numbers on) */
static bool is_authentication(struct delivery_dsn dsn)
{
	return dsn.subject == 7 && dsn.detail >= 20 && dsn.detail <= 32 && dsn.detail != 28;
}

/* What the code alone says. */
static enum refusal by_code(struct delivery_dsn dsn, unsigned class)
{
	if (is_bad_recipient(dsn) || (class == 5 && dsn.subject == 2 && dsn.detail == 1))
		return REFUSAL_UNKNOWN_USER;
	if (dsn.subject == 2 && dsn.detail == 2)
		return REFUSAL_FULL;
	return dsn.subject == 4 ? REFUSAL_CONNECTION : REFUSAL_OTHER;
}

/* Postfix's own words; names of hosts are in them, so they are not looked at. */
static enum refusal own_kind(struct delivery_dsn dsn)
{
	/* the null MX (smtp/smtp_addr.c); TLS (smtp/smtp_proto.c, smtp_tls_policy.c) */
	if (dsn.subject == 1 && dsn.detail == 0)
		return REFUSAL_UNKNOWN_USER;
	if (dsn.subject == 7 && (dsn.detail == 4 || dsn.detail == 5))
		return REFUSAL_CONNECTION;
	return by_code(dsn, dsn.class);
}

struct refusal_reason refusal_reason(const struct delivery *d)
{
	struct refusal_reason ret = { .row = refusal_words_n };
	enum reply whose = reply_words(d->said, &ret.words);
	struct plain plain;

	if (whose == REPLY_OWN) {
		ret.kind = own_kind(d->dsn);
		ret.at_connect = ret.kind == REFUSAL_CONNECTION && raw_is(d->relay, "none");
		return ret;
	}
	ret.at_connect = whose == REPLY_REFUSED;
	simplify(&plain, ret.words, d);
	note_starts(&plain);
	if (is_authentication(plain.dsn)) {
		ret.kind = REFUSAL_OTHER;
		return ret;
	}
	for (ret.row = 0; ret.row < refusal_words_n; ret.row++) {
		if (!is_row(&refusal_words[ret.row], &plain) ||
		    (ret.at_connect && needs_recipient(refusal_words[ret.row].kind)))
			continue;
		ret.kind = refusal_words[ret.row].kind;
		return ret;
	}
	ret.kind = by_code(plain.dsn, plain.class);
	if (ret.at_connect && needs_recipient(ret.kind))
		ret.kind = REFUSAL_OTHER;
	return ret;
}
