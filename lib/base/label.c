/* label: one encoder, and the cut. Reasons for the set of kept bytes stand in the header. */
#include "base/label.h"

#include <stdarg.h>

#include "base/print.h"

static const char dots[] = "...";
enum { DOTS = sizeof(dots) - 1 };

/* How a byte stands in a label: encoded; as it is, in a name without brackets, too; a '%' and
   brackets not everywhere. */
enum kind { ENCODED, KEPT, NAMED, PERCENT, BRACKET };

static enum kind kind_of(unsigned char c)
{
	static const unsigned char kinds[128] = {
		[' '] = KEPT,  ['@'] = NAMED, ['.'] = NAMED,   ['_'] = NAMED,	['+'] = NAMED,
		['-'] = NAMED, ['/'] = NAMED, [':'] = KEPT,    [','] = KEPT,	['='] = KEPT,
		['('] = KEPT,  [')'] = KEPT,  ['%'] = PERCENT, ['['] = BRACKET, [']'] = BRACKET,
	};

	return raw_is_alnum((char)c) ? NAMED : c < 128 ? kinds[c] : ENCODED;
}

static bool is_hex(char c)
{
	return raw_is_digit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

static unsigned hex_value(char c)
{
	if (raw_is_digit(c))
		return (unsigned)(c - '0');
	return (unsigned)((c | 0x20) - 'a') + 10;
}

/* Length of the UTF-8 character at p (RFC 3629), or 1 where there is none. */
static size_t char_length(const unsigned char *p, size_t n)
{
	size_t len = p[0] >= 0xf0 && p[0] <= 0xf4 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc2 ? 2 : 1;

	if (p[0] > 0xf4 || len > n)
		return 1;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 1;
	return len;
}

/* Would a hexadecimal digit at the end make an escape of a '%' that is none? */
static bool would_escape(const struct sw_label *l)
{
	size_t n = l->n;

	return n >= 2 && l->s[n - 2] == '%' && is_hex(l->s[n - 1]);
}

/* One character, encoded, of 1 to 12 bytes: in whole or, with the dots, not at all. */
static void add_unit(struct sw_label *l, const char *unit, size_t n)
{
	char escaped[4];

	if (l->cut)
		return;
	if (n == 1 && is_hex(unit[0]) && would_escape(l)) {
		print_text(escaped, sizeof(escaped), "%%%02X", (unsigned char)unit[0]);
		unit = escaped;
		n = 3;
	}
	if (l->n + n > SW_LABEL_MAX) {
		memcpy(l->s + l->whole, dots, DOTS + 1);
		l->n = (uint16_t)(l->whole + DOTS);
		l->cut = true;
		return;
	}
	memcpy(l->s + l->n, unit, n);
	l->n = (uint16_t)(l->n + n);
	l->s[l->n] = '\0';
	if (l->n <= SW_LABEL_MAX - DOTS)
		l->whole = l->n;
}

/*
 * Add bytes that stand as they are and are no '%': nearly all text is such. Of these the first two
 * alone can go on with what looks like an escape.
 */
static void add_plain(struct sw_label *l, const char *p, size_t n)
{
	size_t careful = n < 2 ? n : 2;
	size_t fits;

	for (size_t i = 0; i < careful; i++)
		add_unit(l, p + i, 1);
	if (l->cut || n == careful)
		return;
	p += careful;
	n -= careful;
	fits = n < (size_t)SW_LABEL_MAX - l->n ? n : (size_t)SW_LABEL_MAX - l->n;
	memcpy(l->s + l->n, p, fits);
	l->n = (uint16_t)(l->n + fits);
	l->s[l->n] = '\0';
	if (l->whole + fits >= l->n) /* until now it was whole to its end */
		l->whole = l->n < SW_LABEL_MAX - DOTS ? l->n : SW_LABEL_MAX - DOTS;
	if (fits < n)
		add_unit(l, p + fits, 1); /* which cuts it */
}

/* How many bytes of a text stand as they are. */
static size_t plain_length(const unsigned char *p, size_t n, bool in_name)
{
	size_t i = 0;

	for (; i < n; i++) {
		enum kind kind = kind_of(p[i]);

		if (kind != KEPT && kind != NAMED && (kind != BRACKET || in_name))
			break;
	}
	return i;
}

/* Add the character at p, encoded where it must be. Returns how many bytes it was of. */
static size_t add_character(struct sw_label *l, const unsigned char *p, size_t n, bool in_name)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t len = char_length(p, n);
	char unit[12];
	size_t out = 0;

	for (size_t i = 0; i < len; i++) {
		enum kind kind = kind_of(p[i]);
		bool keep = kind != ENCODED && !(kind == BRACKET && in_name);

		if (kind == PERCENT && n > 2 && is_hex((char)p[1]) && is_hex((char)p[2]))
			keep = false;
		if (keep) {
			unit[out++] = (char)p[i];
		} else {
			unit[out++] = '%';
			unit[out++] = digits[p[i] >> 4];
			unit[out++] = digits[p[i] & 15];
		}
	}
	add_unit(l, unit, out);
	return len;
}

static void add_encoded(struct sw_label *l, struct sw_raw bytes, bool in_name)
{
	const unsigned char *p = (const unsigned char *)bytes.p;
	size_t n = bytes.n;

	while (n > 0 && !l->cut) {
		size_t len = plain_length(p, n, in_name);

		if (len > 0)
			add_plain(l, (const char *)p, len);
		else
			len = add_character(l, p, n, in_name);
		p += len;
		n -= len;
	}
}

void sw_label_add(struct sw_label *l, struct sw_raw bytes)
{
	add_encoded(l, bytes, false);
}

SW_PRINTF(2, 0)
static void print_to(struct sw_label *l, const char *fmt, va_list args)
{
	char text[4 * SW_LABEL_MAX];
	int n = print_args(text, sizeof(text), fmt, args);

	if (n > 0)
		add_encoded(l,
			    raw_from(text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1),
			    false);
}

void sw_label_print(struct sw_label *l, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_to(l, fmt, args);
	va_end(args);
}

struct sw_label sw_label_printed(const char *fmt, ...)
{
	struct sw_label l = label_new();
	va_list args;

	va_start(args, fmt);
	print_to(&l, fmt, args);
	va_end(args);
	return l;
}

void sw_label_add_name(struct sw_label *l, struct sw_raw name)
{
	bool plain = name.n > 0;

	for (size_t i = 0; i < name.n && plain; i++) {
		enum kind kind = kind_of((unsigned char)name.p[i]);

		plain = kind == NAMED || kind == PERCENT;
	}
	if (plain) {
		add_encoded(l, name, false);
		return;
	}
	add_unit(l, "[", 1);
	add_encoded(l, name, true);
	add_unit(l, "]", 1);
}

static bool is_escape(struct sw_raw text)
{
	return text.n > 2 && text.p[0] == '%' && is_hex(text.p[1]) && is_hex(text.p[2]);
}

static unsigned char escaped_byte(struct sw_raw text)
{
	return (unsigned char)(hex_value(text.p[1]) * 16 + hex_value(text.p[2]));
}

/* Bytes of the first character of converted text: 1, or 3 for each byte of an encoded one. */
static size_t unit_length(struct sw_raw text)
{
	unsigned char bytes[4];
	size_t n = 0;

	while (n < sizeof(bytes) && is_escape(text)) {
		bytes[n++] = escaped_byte(text);
		text = raw_skip(text, 3);
	}
	return n ? 3 * char_length(bytes, n) : 1;
}

void sw_label_append(struct sw_label *l, const struct sw_label *more)
{
	struct sw_raw rest = raw_from(more->s, more->n);

	while (rest.n > 0 && !l->cut) {
		size_t n = raw_find(rest, '%');

		if (n > 0) {
			add_plain(l, rest.p, n);
		} else {
			n = unit_length(rest);
			add_unit(l, rest.p, n);
		}
		rest = raw_skip(rest, n);
	}
}

struct sw_label label_short(const struct sw_label *l, size_t max)
{
	struct sw_label cut = label_new();
	struct sw_raw rest = raw_from(l->s, l->n);

	if (l->n <= max)
		return *l;
	while (cut.n + unit_length(rest) + DOTS <= max) {
		add_unit(&cut, rest.p, unit_length(rest));
		rest = raw_skip(rest, unit_length(rest));
	}
	sw_label_print(&cut, "%s", dots);
	return cut;
}

bool label_add_whole(struct sw_label *l, const struct sw_label *piece)
{
	struct sw_label both = *l;

	sw_label_append(&both, piece);
	if (l->cut || piece->cut || both.cut)
		return false;
	*l = both;
	return true;
}

struct sw_label sw_label_from(struct sw_raw bytes)
{
	struct sw_label l = label_new();

	sw_label_add(&l, bytes);
	return l;
}

struct sw_label label_kept(const char *text)
{
	struct sw_label l = label_new();
	struct sw_raw rest = raw_of(text);

	while (rest.n > 0) {
		size_t n = unit_length(rest);

		if (n > 1)
			add_unit(&l, rest.p, n);
		else
			add_encoded(&l, raw_from(rest.p, n), false);
		rest = raw_skip(rest, n);
	}
	return l;
}

size_t sw_label_decode(const struct sw_label *l, char *buf, size_t size)
{
	size_t out = 0;

	struct sw_raw rest = raw_from(l->s, l->n);

	while (rest.n > 0 && out < size) {
		bool escape = is_escape(rest);

		buf[out++] = escape ? (char)escaped_byte(rest) : rest.p[0];
		rest = raw_skip(rest, escape ? 3 : 1);
	}
	return out;
}
