#include "reference_maincf.h"

#include <errno.h>
#include <stdlib.h>

enum { STEPS = 3000, BYTES = 1 << 16 };

static char *copy(const char *p, size_t n)
{
	char *s = malloc(n + 1);

	if (!s)
		abort();
	if (n > 0)
		memcpy(s, p, n);
	s[n] = '\0';
	return s;
}

static char *joined(char *a, const char *b)
{
	size_t n = strlen(a);
	char *s = realloc(a, n + strlen(b) + 1);

	if (!s)
		abort();
	strcpy(s + n, b);
	return s;
}

/* Comments gone; a logical line begins with a newline, and a blank joins what continues it. */
static size_t logical_lines(struct sw_raw text, char *out)
{
	size_t n = 0;

	while (text.n > 0) {
		size_t end = raw_find(text, '\n');
		struct sw_raw line = raw_from(text.p, end);
		struct sw_raw bare = raw_trim(line);

		text = raw_skip(text, end < text.n ? end + 1 : end);
		if (bare.n == 0 || bare.p[0] == '#')
			continue;
		out[n++] = raw_is_blank(line.p[0]) ? ' ' : '\n';
		memcpy(out + n, bare.p, bare.n);
		n += bare.n;
	}
	return n;
}

char *reference_maincf(struct sw_raw text, const char *name)
{
	char *memory = malloc(2 * text.n + 2);
	char *found = NULL;
	struct sw_raw lines;
	struct sw_raw line;

	if (!memory)
		abort();
	lines = raw_from(memory, logical_lines(text, memory));
	while (raw_word(&lines, "\n", &line)) {
		size_t equal;
		struct sw_raw value;

		line.n = raw_find(line, '\0'); /* C strings */
		equal = raw_find(line, '=');
		/* a continuation at the top of the file continues nothing */
		if (line.n == 0 || line.p[0] == ' ' || equal == line.n ||
		    !raw_is(raw_trim(raw_from(line.p, equal)), name))
			continue;
		value = raw_trim(raw_skip(line, equal + 1));
		free(found);
		found = copy(value.p, value.n);
	}
	free(memory);
	return found;
}

struct reader {
	struct sw_raw text;
	int steps;
	int error; /* the first */
};

static char *expanded(struct reader *r, const char *s, int depth);

static char *failed(struct reader *r, int error)
{
	if (!r->error)
		r->error = error;
	return copy("", 0);
}

/* Where the bracket that *s begins with is closed, or NULL. */
static const char *closed(const char *s)
{
	char other = *s == '(' ? ')' : '}';
	int open = 0;

	for (const char *p = s; *p; p++) {
		open += (*p == *s) - (*p == other);
		if (open == 0)
			return p;
	}
	return NULL;
}

static const char *blanks(const char *s)
{
	return s + strspn(s, " \t\r\n");
}

static const char *word(const char *s)
{
	return s + strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}

/* The text of "{text} " at *s, which moves behind it. */
static char *braced(struct reader *r, const char **s)
{
	const char *begin = blanks(*s);
	const char *end = *begin == '{' ? closed(begin) : NULL;

	if (!end)
		return failed(r, -EINVAL);
	*s = blanks(end + 1);
	return copy(begin + 1, (size_t)(end - begin - 1));
}

static char *choice(struct reader *r, const char **s)
{
	char *all;

	if (*blanks(*s) == '{')
		return braced(r, s);
	all = copy(*s, strlen(*s));
	*s += strlen(*s);
	return all;
}

static int order(const char *a, const char *b)
{
	static const char digits[] = "0123456789";

	if (*a && *b && !a[strspn(a, digits)] && !b[strspn(b, digits)]) {
		a += strspn(a, "0");
		b += strspn(b, "0");
		if (strlen(a) != strlen(b))
			return strlen(a) < strlen(b) ? -1 : 1;
	}
	return strcmp(a, b);
}

/* "{a}==b}" at *s: "true" or "". */
static char *comparison(struct reader *r, const char **s)
{
	static const char *const operations[] = { "==", "!=", "<", "<=", ">=", ">" };
	char *left = braced(r, s);
	size_t n = strspn(*s, "<>!=?+-*/~&|%");
	char *right = NULL;
	char *a;
	char *b;
	int which = -1;
	int o;
	bool yes;

	for (int i = 0; i < 6; i++)
		if (strlen(operations[i]) == n && strncmp(operations[i], *s, n) == 0)
			which = i;
	*s += n;
	if (!r->error && which < 0)
		r->error = -EINVAL;
	if (!r->error && word(*s) > *s && **s != '_')
		r->error = -ENODATA;
	if (!r->error)
		right = braced(r, s);
	a = r->error ? NULL : expanded(r, left, 0);
	b = r->error ? NULL : expanded(r, right, 0);
	o = r->error ? 0 : order(a, b);
	yes = (const bool[]){ o == 0, o != 0, o<0, o <= 0, o >= 0, o> 0 }[which < 0 ? 0 : which];
	free(left);
	free(right);
	free(a);
	free(b);
	return copy("true", !r->error && yes ? 4 : 0);
}

static char *named(struct reader *r, const char **s)
{
	const char *end = word(*s);
	char *name = copy(*s, (size_t)(end - *s));
	char *value;

	*s = blanks(end);
	if (**s == '{')
		value = failed(r, -ENODATA);
	else if (**s && **s != '?' && **s != ':')
		value = failed(r, -EINVAL);
	else if (!*name)
		value = copy("", 0);
	else
		value = reference_maincf(r->text, name);
	free(name);
	return value ? value : failed(r, -ENODATA);
}

static char *reference(struct reader *r, const char *s, int depth)
{
	char *value;
	char *text;
	char *result = copy("", 0);
	char *other;
	bool yes;

	s = blanks(s);
	value = *s == '{' ? comparison(r, &s) : named(r, &s);
	yes = *value;
	if (!r->error && *s && *s != '?' && *s != ':')
		r->error = -EINVAL;
	if (!r->error && !*s) {
		free(result);
		result = expanded(r, value, depth + 1);
	}
	free(value);
	if (r->error || !*s)
		return result;
	if (*s == '?') {
		s++;
		text = choice(r, &s);
		if (!r->error && yes) {
			free(result);
			result = expanded(r, text, depth + 1);
		}
		free(text);
		if (r->error || !*s)
			return result;
		if (*s != ':')
			r->error = -EINVAL;
	}
	if (r->error)
		return result;
	s++;
	text = choice(r, &s);
	if (!r->error && !yes) {
		other = expanded(r, text, depth + 1);
		result = joined(result, other);
		free(other);
	}
	free(text);
	if (!r->error && *s)
		r->error = -EINVAL;
	return result;
}

static char *expanded(struct reader *r, const char *s, int depth)
{
	char *out = copy("", 0);

	if (*s && depth > 100)
		r->error = r->error ? r->error : -EINVAL;
	if (++r->steps > STEPS || strlen(s) > BYTES)
		r->error = r->error ? r->error : -E2BIG;
	while (*s && !r->error && strlen(out) <= BYTES) {
		const char *begin = s + 1;
		const char *end;
		char *piece;
		char *value;

		if (*s != '$' || *begin == '$') {
			piece = copy(s, 1);
			out = joined(out, piece);
			free(piece);
			s += *s == '$' ? 2 : 1;
			continue;
		}
		if (*begin == '{' || *begin == '(') {
			end = closed(begin++);
			s = end ? end + 1 : s;
		} else {
			end = s = word(begin);
		}
		if (!end || end == begin) {
			r->error = -EINVAL;
			break;
		}
		piece = copy(begin, (size_t)(end - begin));
		value = reference(r, piece, depth);
		out = joined(out, value);
		free(value);
		free(piece);
	}
	if (strlen(out) > BYTES && !r->error)
		r->error = -E2BIG;
	return out;
}

int reference_maincf_expand(struct sw_raw text, const char *name, char **ret)
{
	struct reader r = { .text = text };
	char *value = reference_maincf(text, name);
	struct sw_raw bare;
	char *all;

	if (!value)
		return -ENODATA;
	all = expanded(&r, value, 0);
	free(value);
	if (!r.error) {
		bare = raw_trim(raw_of(all));
		*ret = copy(bare.p, bare.n);
	}
	free(all);
	return r.error;
}
