#include "incident/access.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "incident/fold.h"

enum access_kind access_kind(struct sw_raw name, bool utf8, struct sw_fault *why)
{
	enum access_kind kind = name.n > ACCESS_KEY ? ACCESS_PATTERN_ONLY : ACCESS_PLAIN;
	struct sw_raw rest = name;

	if (name.n > ACCESS_NAME) {
		sw_fault(why, ENAMETOOLONG,
			 "a name of %zu bytes is longer than any that Postfix looks up", name.n);
		return ACCESS_NEVER;
	}
	for (size_t i = 0; rest.n > 0; i++) {
		int64_t c = fold_next(&rest);

		if (c < ' ' || c == 0x7F || (!utf8 && c > 0x7F)) {
			sw_fault(why, EINVAL,
				 "no login has such a name: of a byte that is not printable or "
				 "no UTF-8 Postfix makes a question mark");
			return ACCESS_NEVER;
		}
		if (c == ' ' || c == '"' || c == '\\' || (c == '#' && i == 0))
			kind = ACCESS_PATTERN_ONLY;
	}
	return kind;
}

/* regex(7): in brackets all but '^' stands for itself; table(5) looks for the next '/' alone. */
struct sw_raw access_pattern(struct sw_raw name, char buf[ACCESS_PATTERN])
{
	size_t n = 0;

	buf[n++] = '/';
	buf[n++] = '^';
	for (size_t i = 0; i < name.n && n + 7 < ACCESS_PATTERN; i++) {
		char c = name.p[i];

		if (raw_is_alnum(c) || (unsigned char)c >= 0x80 || c == '@' || c == '_') {
			buf[n++] = c;
		} else if (c == '/' || c == '\\' || c == '^') {
			buf[n++] = '\\';
			buf[n++] = c;
		} else {
			buf[n++] = '[';
			buf[n++] = c;
			buf[n++] = ']';
		}
	}
	buf[n++] = '$';
	buf[n++] = '/';
	return raw_from(buf, n);
}

/* Up to the first blank that is neither in quotes nor behind a backslash (postmap/postmap.c). */
static size_t plain_key(struct sw_raw line)
{
	bool quoted = false;
	size_t i = 0;

	for (; i < line.n; i++) {
		if (line.p[i] == '\\') {
			if (++i == line.n)
				break;
		} else if (raw_is_blank(line.p[i])) {
			if (!quoted)
				break;
		} else if (line.p[i] == '"') {
			quoted = !quoted;
		}
	}
	return i;
}

/* Up to the '/' that ends it. */
static size_t pattern_key(struct sw_raw line)
{
	size_t i = 1;

	for (; i < line.n && line.p[i] != '/'; i++)
		i += line.p[i] == '\\';
	return i < line.n ? i + 1 : line.n;
}

static bool is_same(struct sw_raw a, struct sw_raw b, bool utf8)
{
	char *buf = malloc(fold_room(a.n) + fold_room(b.n) + 1);
	bool same;

	if (!buf)
		return false;
	same = raw_same(fold(a, utf8, buf), fold(b, utf8, buf + fold_room(a.n)));
	free(buf);
	return same;
}

bool access_find(struct sw_raw text, struct sw_raw key, bool utf8, bool is_pattern,
		 struct access_line *ret)
{
	struct sw_raw rest = text;
	struct sw_raw line;
	bool found = false;

	while (raw_line(&rest, &line)) {
		size_t at = (size_t)(line.p - text.p);
		struct sw_raw words = raw_trim(line);
		size_t n;

		if (words.n == 0 || words.p[0] == '#')
			continue;
		if (found && !raw_is_blank(line.p[0]))
			break;
		if (found)
			ret->n = text.n - rest.n - ret->at;
		if (raw_is_blank(line.p[0]))
			continue;
		n = is_pattern ? pattern_key(line) : plain_key(line);
		if (!is_same(raw_from(line.p, n), key, utf8))
			continue;
		found = true;
		ret->at = at;
		ret->n = text.n - rest.n - at;
		ret->value = raw_trim(raw_skip(line, n));
	}
	return found;
}

bool access_next(struct sw_raw *rest, bool is_pattern, struct sw_raw *key, struct sw_raw *value)
{
	struct sw_raw line;

	while (raw_line(rest, &line)) {
		struct sw_raw words = raw_trim(line);
		size_t n;

		if (words.n == 0 || words.p[0] == '#' || raw_is_blank(line.p[0]))
			continue;
		n = is_pattern ? pattern_key(line) : plain_key(line);
		*key = raw_from(line.p, n);
		*value = raw_trim(raw_skip(line, n));
		return true;
	}
	return false;
}

/* What stands between "/^" and "$/" is a letter as it is, behind a backslash or in brackets. */
bool access_name(struct sw_raw pattern, char buf[ACCESS_NAME], struct sw_raw *ret)
{
	char again[ACCESS_PATTERN];
	size_t n = 0;

	for (size_t i = 2; i + 2 < pattern.n && n < ACCESS_NAME; i++) {
		bool quoted = pattern.p[i] == '\\' || pattern.p[i] == '[';

		i += quoted;
		buf[n++] = pattern.p[i];
		i += quoted && pattern.p[i - 1] == '[';
	}
	*ret = raw_from(buf, n);
	return n > 0 && raw_same(access_pattern(*ret, again), pattern);
}

size_t access_added(struct sw_raw text, struct sw_raw key, const char *value, char *buf,
		    size_t size)
{
	bool open_end = text.n > 0 && text.p[text.n - 1] != '\n';
	size_t length = strlen(value);
	size_t n = 0;

	if (key.n + length + 3 > size)
		return 0;
	if (open_end)
		buf[n++] = '\n';
	memcpy(buf + n, key.p, key.n);
	n += key.n;
	buf[n++] = '\t';
	memcpy(buf + n, value, length);
	n += length;
	if (!open_end)
		buf[n++] = '\n';
	return n;
}

void access_cut(struct sw_raw text, struct access_line *line)
{
	if (line->n > 0 && text.p[line->at + line->n - 1] != '\n' && line->at > 0) {
		line->at--;
		line->n++;
	}
}
