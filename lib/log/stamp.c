#include "log/stamp.h"

#include "log/civil.h"

/* Two digits; *bad is set by anything else, without a branch: most lines begin with seven of them.
 */
static inline unsigned two(const char *p, unsigned *bad)
{
	unsigned tens = (unsigned)(p[0] - '0');
	unsigned ones = (unsigned)(p[1] - '0');

	*bad |= (unsigned)(tens > 9) | (unsigned)(ones > 9);
	return tens * 10 + ones;
}

/* A year that a log can be of, or 0. */
static inline unsigned year_at(const char *p)
{
	unsigned bad = 0;
	unsigned year = two(p, &bad) * 100;

	year += two(p + 2, &bad);
	return bad || year < 1970 ? 0 : year;
}

#define MONTH(a, b, c)                                                                             \
	((unsigned)(unsigned char)(a) << 16 | (unsigned)(unsigned char)(b) << 8 |                  \
	 (unsigned char)(c))

static unsigned month_of(const char *p)
{
	switch (MONTH(p[0], p[1], p[2])) {
	case MONTH('J', 'a', 'n'):
		return 1;
	case MONTH('F', 'e', 'b'):
		return 2;
	case MONTH('M', 'a', 'r'):
		return 3;
	case MONTH('A', 'p', 'r'):
		return 4;
	case MONTH('M', 'a', 'y'):
		return 5;
	case MONTH('J', 'u', 'n'):
		return 6;
	case MONTH('J', 'u', 'l'):
		return 7;
	case MONTH('A', 'u', 'g'):
		return 8;
	case MONTH('S', 'e', 'p'):
		return 9;
	case MONTH('O', 'c', 't'):
		return 10;
	case MONTH('N', 'o', 'v'):
		return 11;
	case MONTH('D', 'e', 'c'):
		return 12;
	default:
		return 0;
	}
}

enum { HMS = 8 };

/* hh:mm:ss; 23:59:60 is a leap second */
static inline bool set_hms(struct log_stamp *ret, const char *p)
{
	unsigned bad = (p[2] != ':') | (p[5] != ':');
	unsigned hour = two(p, &bad);
	unsigned minute = two(p + 3, &bad);
	unsigned second = two(p + 6, &bad);

	ret->hour = (int8_t)hour;
	ret->minute = (int8_t)minute;
	ret->second = (int8_t)second;
	return !(bad | (hour > 23) | (minute > 59) | (second > 60));
}

static inline bool set_date(struct log_stamp *ret, unsigned year, unsigned month, unsigned day)
{
	ret->year = (int16_t)year;
	ret->month = (int8_t)month;
	ret->day = (int8_t)day;
	return month - 1 < 12 && day - 1 < 31;
}

/* Behind the seconds: where the fraction ends, or `at` again. */
static inline size_t skip_fraction(struct sw_raw line, size_t at)
{
	size_t end = at + 1;

	if (at >= line.n || (line.p[at] != '.' && line.p[at] != ','))
		return at;
	while (end < line.n && raw_is_digit(line.p[end]))
		end++;
	return end > at + 1 ? end : at;
}

/* The length of a stamp that ends here, or 0. */
static inline size_t ended(struct sw_raw line, size_t at)
{
	return at == line.n || line.p[at] == ' ' ? at : 0;
}

/* Mmm dd hms, Mmm dd yyyy hms; behind a year `at` is where the month stands */
static size_t read_bsd(struct sw_raw line, size_t at, unsigned year, struct log_stamp *ret)
{
	const char *p = line.p + at;
	size_t n = line.n - at;
	size_t hms = 7;
	unsigned bad = 0;
	unsigned day;

	if (n < hms + HMS || p[3] != ' ' || p[6] != ' ')
		return 0;
	if (p[4] == ' ')
		day = raw_is_digit(p[5]) ? (unsigned)(p[5] - '0') : 0;
	else
		day = two(p + 4, &bad);
	if (p[9] != ':' && year == 0 && n >= hms + 5 + HMS && p[11] == ' ') {
		year = year_at(p + 7);
		bad |= year == 0;
		hms += 5;
	}
	ret->kind = STAMP_LOCAL;
	if (!set_date(ret, year, month_of(p), day) || !set_hms(ret, p + hms) || bad)
		return 0;
	return ended(line, skip_fraction(line, at + hms + HMS));
}

/*
 * Z, +hh, +hhmm, +hh:mm, +hh:SSSS at `at`; returns where it ends, `at` when there is none, 0 when
 * it is none that is known.
 */
static inline size_t read_offset(struct sw_raw line, size_t at, struct log_stamp *ret)
{
	struct sw_raw rest = raw_skip(line, at);
	unsigned bad = 0;
	unsigned hours;
	unsigned seconds = 0;
	size_t n = 3;
	size_t digits = 0;

	if (rest.n == 0 || rest.p[0] == ' ')
		return at;
	ret->kind = STAMP_ZONED;
	if (rest.p[0] == 'Z' || rest.p[0] == 'z')
		return at + 1;
	if ((rest.p[0] != '+' && rest.p[0] != '-') || rest.n < n)
		return 0;
	hours = two(rest.p + 1, &bad);
	if (rest.n > 5 && rest.p[n] == ':' && (rest.n == 6 || rest.p[6] == ' ')) { /* nearly all */
		seconds = two(rest.p + 4, &bad) * 60;
		ret->offset = (int)(hours * 3600 + seconds) * (rest.p[0] == '-' ? -1 : 1);
		return bad || hours > 23 || seconds >= 3600 ? 0 : at + 6;
	}
	if (rest.n > n && rest.p[n] == ':')
		n++;
	while (n + digits < rest.n && digits < 5 && raw_is_digit(rest.p[n + digits]))
		seconds = seconds * 10 + (unsigned)(rest.p[n + digits++] - '0');
	if (digits == 2)
		seconds *= 60;
	if (digits == 1 || digits == 5 || (n == 3 && digits > 2) || (n == 4 && digits == 0) ||
	    bad || hours > 23 || seconds >= 3600)
		return 0;
	ret->offset = (int)(hours * 3600 + seconds) * (rest.p[0] == '-' ? -1 : 1);
	return at + n + digits;
}

enum { ISO_DATE = 10, ISO = ISO_DATE + 1 + HMS, SVLOGD_FRACTION = 6 };

/* yyyy-mm-ddThms and its kin */
static inline size_t read_iso(struct sw_raw line, struct log_stamp *ret)
{
	const char *p = line.p;
	unsigned bad = 0;
	unsigned year;
	size_t fraction;
	size_t at;

	if (line.n < ISO || p[4] != '-' || p[7] != '-' ||
	    (p[ISO_DATE] != 'T' && p[ISO_DATE] != ' ' && p[ISO_DATE] != '_'))
		return 0;
	ret->kind = STAMP_LOCAL;
	year = year_at(p);
	if (!year || !set_date(ret, year, two(p + 5, &bad), two(p + 8, &bad)) ||
	    !set_hms(ret, p + ISO_DATE + 1) || bad)
		return 0;
	fraction = skip_fraction(line, ISO);
	at = read_offset(line, fraction, ret);
	if (at == 0 || ret->kind == STAMP_ZONED)
		return p[ISO_DATE] == '_' ? 0 : ended(line, at);
	if (p[ISO_DATE] == '_' || (p[ISO_DATE] == 'T' && fraction == ISO + SVLOGD_FRACTION)) {
		ret->kind = STAMP_ZONED;
	} else if (raw_starts(raw_skip(line, at), " UTC") ||
		   raw_starts(raw_skip(line, at), " GMT")) {
		if (ended(line, at + 4)) {
			ret->kind = STAMP_ZONED;
			at += 4;
		}
	}
	return ended(line, at);
}

/* @4, 15 digits of seconds and 8 of nanoseconds, in hexadecimal; 2^62 is 1970 */
static size_t read_label(struct sw_raw line, struct log_stamp *ret)
{
	enum { LABEL = 25, SECONDS_END = 17 };
	int64_t seconds = 0;

	if (line.n < LABEL || line.p[1] != '4')
		return 0;
	for (size_t i = 2; i < LABEL; i++) {
		char c = line.p[i];
		bool letter = c >= 'a' && c <= 'f';

		if (!raw_is_digit(c) && !letter)
			return 0;
		if (i < SECONDS_END)
			seconds = seconds << 4 | (letter ? c - 'a' + 10 : c - '0');
	}
	ret->kind = STAMP_EPOCH;
	ret->label = true;
	ret->seconds = seconds - 10;
	return seconds > 10 && seconds < (int64_t)1 << 38 ? ended(line, LABEL) : 0;
}

static size_t read_epoch(struct sw_raw line, struct log_stamp *ret)
{
	enum { DIGITS = 10 };

	if (line.n < DIGITS)
		return 0;
	for (size_t i = 0; i < DIGITS; i++) {
		if (!raw_is_digit(line.p[i]))
			return 0;
		ret->seconds = ret->seconds * 10 + (line.p[i] - '0');
	}
	ret->kind = STAMP_EPOCH;
	return ended(line, skip_fraction(line, DIGITS));
}

/* yyyy Mmm dd hms */
static size_t read_full(struct sw_raw line, struct log_stamp *ret)
{
	unsigned year = year_at(line.p);

	return year ? read_bsd(line, 5, year, ret) : 0;
}

static size_t read_any(struct sw_raw line, struct log_stamp *ret)
{
	char c = line.n > 5 ? line.p[0] : '\0';

	if (c >= 'A' && c <= 'Z')
		return read_bsd(line, 0, 0, ret);
	if (c == '@')
		return read_label(line, ret);
	if (!raw_is_digit(c))
		return 0;
	if (line.p[4] == '-')
		return read_iso(line, ret);
	return line.p[4] == ' ' ? read_full(line, ret) : read_epoch(line, ret);
}

size_t log_stamp_read(struct sw_raw line, struct log_stamp *ret)
{
	size_t n;

	*ret = (struct log_stamp){ .kind = STAMP_NONE };
	n = read_any(line, ret);
	if (n == 0)
		ret->kind = STAMP_NONE;
	return n;
}

int64_t log_stamp_civil(const struct log_stamp *stamp)
{
	return civil_days(stamp->year ? stamp->year : 1972, stamp->month, stamp->day) * CIVIL_DAY +
	       (stamp->hour * 60 + stamp->minute) * 60 + stamp->second;
}
