#include "log/rotated.h"

/* A number of more digits than this is a date. */
enum { NUMBER_DIGITS = 4, DATE_DIGITS = 6 };

static bool ends_with(struct sw_raw text, const char *end)
{
	size_t n = strlen(end);

	return text.n >= n && memcmp(text.p + text.n - n, end, n) == 0;
}

struct sw_raw log_without_format(struct sw_raw name, enum log_format *ret_format)
{
	static const struct {
		const char *end;
		enum log_format format;
	} known[] = {
		{ ".gz", LOG_GZIP },   { ".xz", LOG_XZ },      { ".zst", LOG_ZSTD },
		{ ".bz2", LOG_BZIP2 }, { ".lz4", LOG_UNREAD }, { ".lzma", LOG_UNREAD },
		{ ".lz", LOG_UNREAD }, { ".lzo", LOG_UNREAD }, { ".Z", LOG_UNREAD },
		{ ".zstd", LOG_ZSTD }, { ".bz", LOG_BZIP2 },   { ".z", LOG_UNREAD },
	};

	size_t dot = raw_find_last(name, '.');

	*ret_format = LOG_PLAIN;
	for (size_t i = 0; dot < name.n && i < SW_COUNT(known); i++)
		if (raw_is(raw_skip(name, dot), known[i].end)) {
			*ret_format = known[i].format;
			name.n = dot;
		}
	return name;
}

/* The first letters and digits of a text. */
static struct sw_raw first_word(struct sw_raw text)
{
	size_t n = 0;

	while (text.n > 0 && !raw_is_alnum(text.p[0]))
		text = raw_skip(text, 1);
	while (n < text.n && raw_is_alnum(text.p[n]))
		n++;
	return raw_from(text.p, n);
}

/* syslog.conf(5)'s levels: mail.err is a log of its own, as is mail.log beside `mail`. */
static bool names_another_log(struct sw_raw middle)
{
	static const char *const words[] = { "log",	"info",	 "notice", "warn",
					     "warning", "err",	 "error",  "errors",
					     "crit",	"alert", "emerg",  "debug" };
	struct sw_raw word = first_word(middle);

	for (size_t i = 0; i < SW_COUNT(words); i++)
		if (raw_is(word, words[i]))
			return true;
	return false;
}

/* A separator, then digits and what stands between those of a date and its time. */
static bool is_number_or_date(struct sw_raw middle)
{
	size_t digits = 0;

	for (size_t i = 0; i < middle.n; i++) {
		if (raw_is_digit(middle.p[i]))
			digits++;
		else if (!strchr(".-_:+=@TZ ", middle.p[i]) || !middle.p[i])
			return false;
	}
	if (middle.n > 1 && middle.p[0] == '.' && raw_is_digit(middle.p[1]))
		return true;
	return digits >= DATE_DIGITS; /* of -2 or 2 it may be the log of a second instance */
}

/* .1, .1.old; not .2026-11-26 */
static int number_of(struct sw_raw middle)
{
	size_t n = 1;
	int number = 0;

	if (middle.n < 2 || middle.p[0] != '.')
		return -1;
	for (; n < middle.n && n <= NUMBER_DIGITS && raw_is_digit(middle.p[n]); n++)
		number = 10 * number + (middle.p[n] - '0');
	if (n == 1 || (n < middle.n &&
		       (middle.p[n] != '.' || n + 1 == middle.n || raw_is_digit(middle.p[n + 1]))))
		return -1;
	return number;
}

/* What stands in `middle` was put behind the log's name, or into it. */
static void judge(struct log_rotated *r, struct sw_raw middle, bool behind)
{
	enum log_rotated_kind kind = LOG_MAYBE_ROTATED;

	if (first_word(middle).n == 0 || names_another_log(middle))
		return;
	if (is_number_or_date(middle))
		kind = behind ? LOG_SURELY_ROTATED : LOG_LIKELY_ROTATED;
	else if (raw_is_alnum(middle.p[0]))
		return; /* mailman.log beside mail.log, mail.log2 */
	if (kind < r->kind || (kind == r->kind && r->number >= 0))
		return;
	r->kind = kind;
	r->number = number_of(middle);
}

static bool is_beside_current(struct sw_raw name)
{
	return raw_starts(name, "@") || raw_is(name, "previous") ||
	       (raw_starts(name, "log-") && name.n > 4 && raw_is_digit(name.p[4]));
}

struct log_rotated log_rotated_from(struct sw_raw log, struct sw_raw name)
{
	struct log_rotated ret = { .kind = LOG_NO_ROTATED, .number = -1 };
	size_t same = 0;

	ret.plain = log_without_format(name, &ret.format);
	if (ends_with(name, ".tmp") || ends_with(name, "~"))
		return ret;
	if (raw_is(log, "current") && is_beside_current(ret.plain))
		ret.kind = LOG_SURELY_ROTATED;
	if (ret.plain.n <= log.n)
		return ret;
	while (same < log.n && log.p[same] == ret.plain.p[same])
		same++;
	if (same == log.n)
		judge(&ret, raw_skip(ret.plain, log.n), true);
	for (size_t p = same; same < log.n && p > 0; p--) {
		size_t tail = log.n - p;

		if (memcmp(log.p + p, ret.plain.p + ret.plain.n - tail, tail) != 0)
			break; /* a longer tail ends in this one */
		judge(&ret, raw_from(ret.plain.p + p, ret.plain.n - log.n), false);
	}
	return ret;
}

enum log_format log_format_of(struct sw_raw start)
{
	static const struct {
		const char *bytes;
		size_t n;
		enum log_format format;
	} known[] = {
		{ "\x1f\x8b", 2, LOG_GZIP },
		{ "\xfd"
		  "7zXZ\0",
		  6, LOG_XZ },
		{ "\x28\xb5\x2f\xfd", 4, LOG_ZSTD },
		{ "\x04\x22\x4d\x18", 4, LOG_UNREAD },
		{ "\x1f\x9d", 2, LOG_UNREAD },
		{ "LZIP\1", 5, LOG_UNREAD },
		{ "\x5d\0\0", 3, LOG_UNREAD },
	};

	for (size_t i = 0; i < SW_COUNT(known); i++)
		if (start.n >= known[i].n && memcmp(start.p, known[i].bytes, known[i].n) == 0)
			return known[i].format;
	/* a frame of zstd that is to be skipped, as pzstd writes first */
	if (start.n >= 4 && ((unsigned char)start.p[0] & 0xf0) == 0x50 &&
	    memcmp(start.p + 1, "\x2a\x4d\x18", 3) == 0)
		return LOG_ZSTD;
	/* a text may begin with BZh9, but not go on with the digits of pi, or of its root */
	if (start.n >= 10 && memcmp(start.p, "BZh", 3) == 0 &&
	    (memcmp(start.p + 4, "1AY&SY", 6) == 0 || memcmp(start.p + 4, "\x17rE8P\x90", 6) == 0))
		return LOG_BZIP2;
	return LOG_PLAIN;
}

const char *log_format_name(enum log_format format)
{
	static const char *const names[] = {
		"plain text", "gzip", "xz", "zstd", "bzip2", "compression that is not read"
	};

	return names[format];
}
