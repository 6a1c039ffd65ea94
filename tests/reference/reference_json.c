#include "reference_json.h"

#include <stdlib.h>

#include "reference_match.h"

static void put_utf8(char **at, unsigned long c)
{
	if (c < 0x80) {
		*(*at)++ = (char)c;
	} else if (c < 0x800) {
		*(*at)++ = (char)(0xC0 + c / 64);
		*(*at)++ = (char)(0x80 + c % 64);
	} else if (c < 0x10000) {
		*(*at)++ = (char)(0xE0 + c / 4096);
		*(*at)++ = (char)(0x80 + c / 64 % 64);
		*(*at)++ = (char)(0x80 + c % 64);
	} else {
		*(*at)++ = (char)(0xF0 + c / 262144);
		*(*at)++ = (char)(0x80 + c / 4096 % 64);
		*(*at)++ = (char)(0x80 + c / 64 % 64);
		*(*at)++ = (char)(0x80 + c % 64);
	}
}

static unsigned long hex4(const char *p)
{
	char text[5] = { p[0], p[1], p[2], p[3] };

	return strtoul(text, NULL, 16);
}

#define U "\\\\u([0-9A-Fa-f]{4})"

/* What an escaped string stands for, byte by byte. */
bool ref_json_text(struct sw_raw text, struct ref_kept *kept, struct sw_raw *ret)
{
	char *to = malloc(text.n + 1);
	char *at = to;
	struct sw_raw g[REF_GROUPS];

	if (!to || kept->n == SW_COUNT(kept->text))
		abort();
	kept->text[kept->n++] = to;
	while (text.n > 0) {
		if (text.p[0] != '\\') {
			*at++ = text.p[0];
			text = raw_skip(text, 1);
		} else if (ref_eat(&text,
				   "^\\\\u([dD][89abAB][0-9A-Fa-f]{2})\\\\u([dD][c-fC-F][0-9A-Fa-f]"
				   "{2}"
				   ")",
				   g)) {
			put_utf8(&at,
				 0x10000 + (hex4(g[1].p) - 0xD800) * 1024 + hex4(g[2].p) - 0xDC00);
		} else if (ref_eat(&text, "^\\\\u[dD][89a-fA-F][0-9A-Fa-f]{2}", g)) {
			put_utf8(&at, 0xFFFD);
		} else if (ref_eat(&text, "^" U, g)) {
			put_utf8(&at, hex4(g[1].p));
		} else if (ref_eat(&text, "^\\\\([\"\\/bfnrt])", g)) {
			const char *from = "bfnrt";
			const char *hit = strchr(from, g[1].p[0]);

			*at++ = hit ? "\b\f\n\r\t"[hit - from] : g[1].p[0];
		} else {
			return false;
		}
	}
	*ret = raw_from(to, (size_t)(at - to));
	return true;
}

#define STRING "\"(([^\"\\]|\\\\.)*)\""
#define WS     "[ \t\n\r]*"

/* A nested value: up to the bracket that closes the first one, strings apart. */
static bool eat_nested(struct sw_raw *rest)
{
	struct sw_raw g[REF_GROUPS];
	int depth = 0;

	do {
		if (ref_eat(rest, "^" STRING, g))
			continue;
		if (rest->n == 0 || rest->p[0] == '"')
			return false;
		depth += rest->p[0] == '{' || rest->p[0] == '[';
		depth -= rest->p[0] == '}' || rest->p[0] == ']';
		*rest = raw_skip(*rest, 1);
	} while (depth > 0);
	return true;
}

/* Words and nested values one behind another without a blank pass for a value. */
static bool eat_other(struct sw_raw *rest)
{
	struct sw_raw g[REF_GROUPS];
	size_t before = rest->n;

	while (rest->n > 0)
		if (ref_is(*rest, "^[[{]") ? !eat_nested(rest)
					   : !ref_eat(rest, "^[A-Za-z0-9+.-]+", g))
			return rest->n < before && !ref_is(*rest, "^[[{]");
	return rest->n < before;
}

/* The first string of each key; p is NULL for one that is not there. */
bool ref_json_members(struct sw_raw rest, const char *const *keys, size_t keys_n, struct sw_raw *values)
{
	struct sw_raw g[REF_GROUPS];

	if (!ref_eat(&rest, "^\\{", g))
		return false;
	for (;;) {
		struct sw_raw key;

		if (!ref_eat(&rest, "^" WS STRING WS ":" WS, g))
			return false;
		key = g[1];
		if (ref_eat(&rest, "^" STRING, g)) {
			for (size_t i = 0; i < keys_n; i++)
				if (raw_is(key, keys[i]) && !values[i].p)
					values[i] = raw_from(g[1].n ? g[1].p : "", g[1].n);
		} else if (ref_is(rest, "^\"") || !eat_other(&rest)) {
			return false;
		}
		if (!ref_eat(&rest, "^" WS "([,}])", g))
			return false;
		if (g[1].p[0] == '}')
			return rest.n == 0;
	}
}
