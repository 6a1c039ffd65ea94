#include "log/json.h"

#include "base/eight.h"

static void skip_blanks(struct sw_raw *rest)
{
	while (rest->n > 0 && (rest->p[0] == ' ' || rest->p[0] == '\t' || rest->p[0] == '\n' ||
			       rest->p[0] == '\r'))
		*rest = raw_skip(*rest, 1);
}

static bool take(struct sw_raw *rest, char c)
{
	if (rest->n == 0 || rest->p[0] != c)
		return false;
	*rest = raw_skip(*rest, 1);
	return true;
}

static bool take_string(struct sw_raw *rest, struct sw_raw *ret)
{
	size_t n = 0;
	size_t escapes;

	if (!take(rest, '"'))
		return false;
	for (;; n++) { /* it ends at a quote behind an even number of backslashes */
		n += raw_find(raw_skip(*rest, n), '"');
		if (n >= rest->n)
			return false;
		escapes = 0;
		while (escapes < n && rest->p[n - 1 - escapes] == '\\')
			escapes++;
		if (escapes % 2 == 0)
			break;
	}
	*ret = raw_from(rest->p, n);
	*rest = raw_skip(*rest, n + 1);
	return true;
}

/* A number, a word, or a nested value up to the bracket that ends it. */
static bool skip_other(struct sw_raw *rest)
{
	size_t before = rest->n;
	size_t depth = 0;
	struct sw_raw string;

	while (rest->n > 0) {
		char c = rest->p[0];

		if (c == '"' && depth > 0) {
			if (!take_string(rest, &string))
				return false;
			continue;
		}
		if (c == '{' || c == '[')
			depth++;
		else if (depth > 0 && (c == '}' || c == ']'))
			depth--;
		else if (depth == 0 && !raw_is_alnum(c) && c != '-' && c != '+' && c != '.')
			break;
		*rest = raw_skip(*rest, 1);
	}
	return rest->n < before && depth == 0;
}

bool log_json_member(struct sw_raw *rest, struct sw_raw *key, struct sw_raw *value, bool *more)
{
	*value = raw_from(NULL, 0);
	skip_blanks(rest);
	if (!take_string(rest, key))
		return false;
	skip_blanks(rest);
	if (!take(rest, ':'))
		return false;
	skip_blanks(rest);
	if (rest->n > 0 && rest->p[0] == '"' ? !take_string(rest, value) : !skip_other(rest))
		return false;
	skip_blanks(rest);
	*more = take(rest, ',');
	return *more || take(rest, '}');
}

/* The four hexadecimal digits behind a \u at `at`, or -1. */
static long code_at(struct sw_raw text, size_t at)
{
	long code = 0;

	if (text.n < at + 6 || text.p[at] != '\\' || text.p[at + 1] != 'u')
		return -1;
	for (size_t i = at + 2; i < at + 6; i++) {
		int c = (unsigned char)text.p[i];

		if (raw_is_digit((char)c))
			c -= '0';
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			c = (c | 0x20) - 'a' + 10;
		else
			return -1;
		code = code * 16 + c;
	}
	return code;
}

/* Beyond ASCII, for which is_ascii() is asked. */
static size_t utf8(unsigned long code, char ret[4])
{
	if (code < 0x800) {
		ret[0] = (char)(0xC0 | code >> 6);
		ret[1] = (char)(0x80 | (code & 0x3F));
		return 2;
	}
	if (code < 0x10000) {
		ret[0] = (char)(0xE0 | code >> 12);
		ret[1] = (char)(0x80 | (code >> 6 & 0x3F));
		ret[2] = (char)(0x80 | (code & 0x3F));
		return 3;
	}
	ret[0] = (char)(0xF0 | code >> 18);
	ret[1] = (char)(0x80 | (code >> 12 & 0x3F));
	ret[2] = (char)(0x80 | (code >> 6 & 0x3F));
	ret[3] = (char)(0x80 | (code & 0x3F));
	return 4;
}

/* An escape: how long it is, 0 when it is none, and what it stands for. */
static size_t unescape(struct sw_raw text, char ret[4], size_t *ret_n)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char bytes[] = "\"\\/\b\f\n\r\t";
	const char *letter;
	long code = code_at(text, 0);
	long low;

	if (code < 0) {
		letter = text.n > 1 && text.p[1] ? strchr(letters, text.p[1]) : NULL;
		*ret = letter ? bytes[letter - letters] : '\0';
		*ret_n = 1;
		return letter ? 2 : 0;
	}
	low = code >= 0xD800 && code < 0xDC00 ? code_at(text, 6) : -1;
	if (low >= 0xDC00 && low < 0xE000) {
		*ret_n = utf8(0x10000 + ((unsigned long)(code - 0xD800) << 10) +
				      (unsigned long)(low - 0xDC00),
			      ret);
		return 12;
	}
	*ret_n = utf8(code >= 0xD800 && code < 0xE000 ? 0xFFFD : (unsigned long)code, ret);
	return 6;
}

static unsigned hex_of(char c)
{
	unsigned digit = (unsigned char)c - (unsigned)'0';
	unsigned letter = ((unsigned char)c | 0x20U) - (unsigned)'a';

	if (digit < 10)
		return digit;
	return letter < 6 ? letter + 10 : 0x80;
}

/* Go's encoder has \u003c for each < and \u003e for each >: nearly all of a mail log's escapes. */
static inline bool is_ascii(struct sw_raw text, char *ret)
{
	unsigned code;

	if (text.n < 6 || memcmp(text.p, "\\u00", 4) != 0)
		return false;
	code = hex_of(text.p[4]) << 4 | hex_of(text.p[5]);
	*ret = (char)code;
	return code < 0x80;
}

/* Index of the first quote or backslash, or text.n. */
static size_t find_special(struct sw_raw text)
{
	size_t n = 0;

	while (n + 16 <= text.n) {
		size_t at = eight_find_pair(text.p + n, '"', '\\');

		n += at;
		if (at < 16)
			return n;
	}
	if (n > 0 && n < text.n) /* some of these were looked at */
		return text.n - 16 + eight_find_pair(text.p + text.n - 16, '"', '\\');
	while (n < text.n && text.p[n] != '"' && text.p[n] != '\\')
		n++;
	return n;
}

/* The escape that a text begins with: how long it is, 0 for none, and its bytes. */
static inline size_t read_escape(struct sw_raw text, char ret[4], size_t *ret_n)
{
	*ret_n = 1;
	if (text.p[0] != '\\')
		return 0;
	return is_ascii(text, ret) ? 6 : unescape(text, ret, ret_n);
}

/* Copy what stands before the first special byte, as far as there is room; returns how much. */
static inline size_t copy_plain(struct sw_raw text, char *room, size_t room_n)
{
	size_t n = 0;

	while (n + 16 <= text.n && n + 16 <= room_n) {
		size_t at = eight_find_pair(text.p + n, '"', '\\');

		memcpy(room + n, text.p + n, 16);
		n += at;
		if (at < 16)
			return n;
	}
	for (; n < text.n && n < room_n && text.p[n] != '"' && text.p[n] != '\\'; n++)
		room[n] = text.p[n];
	return n;
}

bool log_json_text(struct sw_raw escaped, char **room, size_t *room_n, struct sw_raw *ret)
{
	size_t at = find_special(escaped);
	char *to = *room;
	char *end = to + *room_n;

	*ret = escaped;
	if (at == escaped.n)
		return true;
	if (at > *room_n)
		return false;
	memcpy(to, escaped.p, at);
	to += at;
	escaped = raw_skip(escaped, at);
	while (escaped.n > 0) {
		char bytes[4];
		size_t n;
		size_t length = read_escape(escaped, bytes, &n);

		if (length == 0 || (size_t)(end - to) < n)
			return false;
		for (size_t i = 0; i < n; i++)
			*to++ = bytes[i];
		escaped = raw_skip(escaped, length);
		n = copy_plain(escaped, to, (size_t)(end - to));
		to += n;
		escaped = raw_skip(escaped, n);
	}
	*ret = raw_from(*room, (size_t)(to - *room));
	*room = to;
	*room_n = (size_t)(end - to);
	return true;
}

bool log_json_is_text(struct sw_raw escaped)
{
	for (size_t at = find_special(escaped); at < escaped.n; at = find_special(escaped)) {
		char bytes[4];
		size_t n;

		escaped = raw_skip(escaped, at);
		n = read_escape(escaped, bytes, &at);
		if (n == 0)
			return false;
		escaped = raw_skip(escaped, n);
	}
	return true;
}
