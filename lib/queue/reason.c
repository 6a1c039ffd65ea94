#include "queue/reason.h"

#include "postfix/reply.h"

/* name = value, as split_nameval(3) of Postfix has it */
static void attribute(struct sw_raw line, struct queue_reason *ret)
{
	size_t equal = raw_find(line, '=');
	struct sw_raw name = raw_trim(raw_from(line.p, equal));

	if (equal == line.n)
		return;
	if (raw_is(name, "recipient"))
		ret->recipient = raw_trim(raw_skip(line, equal + 1));
	else if (raw_is(name, "reason"))
		ret->reason = raw_trim(raw_skip(line, equal + 1));
}

/* Where some words begin, or the end. */
static size_t find(struct sw_raw text, const char *words)
{
	const char *p = text.n > 0 ? memmem(text.p, text.n, words, strlen(words)) : NULL;

	return p ? (size_t)(p - text.p) : text.n;
}

/* <recipient>: reason */
static void old_style(struct sw_raw line, struct queue_reason *ret)
{
	size_t end = find(line, ">: ");

	if (end == line.n)
		return;
	ret->recipient = raw_from(line.p + 1, end - 1);
	ret->reason = raw_trim(raw_skip(line, end + 2));
}

bool queue_reason_next(struct sw_raw *rest, struct queue_reason *ret)
{
	struct sw_raw line;
	bool found = false;

	*ret = (struct queue_reason){ .whole = false };
	while (!ret->whole && raw_line(rest, &line)) {
		ret->whole = line.n == 0 && found;
		found |= line.n > 0;
		if (raw_starts(line, "<"))
			old_style(line, ret);
		else if (line.n > 0 && raw_is_alnum(line.p[0]))
			attribute(line, ret);
	}
	return found;
}

/* "4.7.28", and one mark behind it; returns its length, 0: it is none */
static size_t enhanced(struct sw_raw word)
{
	size_t at = 0;

	for (int part = 0; part < 3; part++) {
		size_t digits = at;

		while (at < word.n && at - digits < 3 && raw_is_digit(word.p[at]))
			at++;
		if (at == digits || (part == 0 && at != 1))
			return 0;
		if (part < 2 && (at == word.n || word.p[at++] != '.'))
			return 0;
	}
	return at < word.n && memchr(":,;", word.p[at], 3) ? at + 1 : at;
}

/* Has it no digit and nothing else that tells one of a kind from the other? */
static bool is_plain(struct sw_raw word)
{
	unsigned humps = 0;

	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];
		char next = i + 1 < word.n ? word.p[i + 1] : '\0';

		if (raw_is_digit(c) || c == '@' || c == '[' || c == ']')
			return false;
		if (c == '.' && i > 0 && raw_is_alnum(word.p[i - 1]) && raw_is_alnum(next))
			return false;
		humps += c >= 'a' && c <= 'z' && next >= 'A' && next <= 'Z';
	}
	return humps < 2;
}

/* 421, 421-, 421-4.7.28, 421-Words, 4.7.28 */
static bool is_code(struct sw_raw word)
{
	struct sw_raw behind;

	if (enhanced(word) == word.n && word.n > 0)
		return true;
	if (word.n < 3 || !raw_is_digit(word.p[0]) || !raw_is_digit(word.p[1]) ||
	    !raw_is_digit(word.p[2]))
		return false;
	if (word.n == 3)
		return true;
	behind = raw_skip(word, 4);
	return word.p[3] == '-' &&
	       (behind.n == 0 || enhanced(behind) == behind.n || is_plain(behind));
}

static bool next_word(struct sw_raw *rest, struct sw_raw *ret)
{
	size_t n = 0;

	while (rest->n > 0 && (unsigned char)rest->p[0] <= ' ')
		*rest = raw_skip(*rest, 1);
	while (n < rest->n && (unsigned char)rest->p[n] > ' ')
		n++;
	*ret = raw_from(rest->p, n);
	*rest = raw_skip(*rest, n);
	return n > 0;
}

size_t queue_reason_form(struct sw_raw reason, char *buf, size_t size)
{
	static const char dots[] = "...";
	struct sw_raw rest;
	struct sw_raw word;
	bool gap = false; /* the last word is the dots */
	size_t n = 0;

	(void)reply_words(reason, &rest);
	for (size_t i = 0; next_word(&rest, &word); i++) {
		bool kept = (i < 2 && is_code(word)) || (is_plain(word) && !raw_is(word, dots));
		bool room;

		/* so that the dots have room behind it, whatever follows */
		room = kept && n + 1 + word.n + sizeof(dots) <= size;
		if (!kept || !room)
			word = raw_of(dots);
		if (!gap || room) {
			if (n > 0)
				buf[n++] = ' ';
			memcpy(buf + n, word.p, word.n);
			n += word.n;
		}
		gap = !room;
		if (kept && !room)
			break;
	}
	return n;
}
