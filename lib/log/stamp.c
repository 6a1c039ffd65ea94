#include "log/stamp.h"

#include <time.h>

static bool digits(const char *p, size_t n, int *ret)
{
	int value = 0;

	for (size_t i = 0; i < n; i++) {
		if (!raw_is_digit(p[i]))
			return false;
		value = value * 10 + (p[i] - '0');
	}
	*ret = value;
	return true;
}

enum { CHANGE = 3 * 3600 }; /* before this the hour that comes twice has not begun */

/* "Nov 23 10:43:20 ": blank padded by syslogd (RFC 3164), zero padded by postlogd */
enum { BSD_STAMP = 15, BSD_HOUR = 9 };

static bool is_bsd(struct sw_raw line)
{
	const char *p = line.p;

	return line.n >= BSD_STAMP && p[3] == ' ' && p[6] == ' ' && p[9] == ':' && p[12] == ':' &&
	       (line.n == BSD_STAMP || p[BSD_STAMP] == ' ');
}

/* "2026-11-23T10:43:20", then a fraction, then Z or +hh:mm (RFC 3339) */
enum { ISO_SECONDS = 19, ISO_HOUR = 13 };

static bool is_iso(struct sw_raw line)
{
	const char *p = line.p;

	return line.n > ISO_SECONDS && p[4] == '-' && p[7] == '-' && p[10] == 'T' && p[13] == ':' &&
	       p[16] == ':';
}

size_t log_stamp_length(struct sw_raw line)
{
	if (is_bsd(line))
		return BSD_STAMP;
	return is_iso(line) ? raw_find(line, ' ') : 0;
}

static int month_of(const char *p)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++)
		if (memcmp(names + 3 * i, p, 3) == 0)
			return i;
	return -1;
}

/*
 * The hour of a local date, twice where the clock is set back in it: *early and *late differ then.
 * False when there is no such day.
 */
static bool hour_of_year(const struct tm *date, time_t *early, time_t *late)
{
	struct tm summer = *date;
	struct tm winter = *date;
	bool fits[2];

	summer.tm_isdst = 1;
	winter.tm_isdst = 0;
	*early = mktime(&summer);
	*late = mktime(&winter);
	fits[0] = summer.tm_hour == date->tm_hour && summer.tm_mday == date->tm_mday;
	fits[1] = winter.tm_hour == date->tm_hour && winter.tm_mday == date->tm_mday;
	if (!fits[0] || *early == (time_t)-1)
		*early = *late;
	if (!fits[1] || *late == (time_t)-1)
		*late = *early;
	return fits[0] || fits[1];
}

/*
 * Which of two hours it is, the log itself tells: its lines are in order. Without a line before it
 * is the later one, unless that is still to come.
 */
static time_t choose(const struct log_clock *clock, time_t early, time_t late, int64_t within)
{
	if (early == late || late + within > clock->now + 120)
		return early;
	return clock->last && early + within >= clock->last - 600 ? early : late;
}

static bool hour_from_bsd(const struct log_clock *clock, const char *p, int64_t within,
			  int64_t *ret, bool *twice)
{
	char day[2] = { p[4] == ' ' ? '0' : p[4], p[5] };
	time_t now = (time_t)clock->now;
	struct tm local;
	struct tm tm = { .tm_mon = month_of(p), .tm_isdst = -1 };

	if (tm.tm_mon < 0 || !digits(day, 2, &tm.tm_mday) || !digits(p + 7, 2, &tm.tm_hour) ||
	    tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 || !localtime_r(&now, &local))
		return false;
	/* from next year (on New Year's Eve clocks differ) back to the last one with a February 29
	 */
	for (int year = local.tm_year + 1; year >= local.tm_year - 8; year--) {
		time_t early;
		time_t late;

		tm.tm_year = year;
		if (!hour_of_year(&tm, &early, &late) || early > now + 86400)
			continue;
		*twice = early != late;
		*ret = (int64_t)choose(clock, early, late, within);
		return true;
	}
	return false;
}

static bool hour_from_iso(const char *p, int64_t *ret)
{
	struct tm tm = { .tm_isdst = 0 };
	struct tm back;
	int year;
	int month;
	time_t t;

	if (!digits(p, 4, &year) || !digits(p + 5, 2, &month) || !digits(p + 8, 2, &tm.tm_mday) ||
	    !digits(p + 11, 2, &tm.tm_hour) || year < 1970 || month < 1 || month > 12 ||
	    tm.tm_hour > 23)
		return false;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	back = tm;
	t = timegm(&back);
	*ret = (int64_t)t;
	return back.tm_mday == tm.tm_mday; /* there is such a day */
}

/* Behind the seconds: an optional fraction, then the zone, then no more; seconds east of Greenwich.
 */
static bool zone_from_iso(struct sw_raw rest, int64_t *ret)
{
	int hours;
	int minutes;

	if (rest.n > 0 && rest.p[0] == '.') {
		rest = raw_skip(rest, 1);
		if (rest.n == 0 || !raw_is_digit(rest.p[0]))
			return false;
		while (rest.n > 0 && raw_is_digit(rest.p[0]))
			rest = raw_skip(rest, 1);
	}
	*ret = 0;
	if (rest.n > 0 && rest.p[0] == 'Z')
		return rest.n == 1 || rest.p[1] == ' ';
	if (rest.n < 6 || (rest.p[0] != '+' && rest.p[0] != '-') || rest.p[3] != ':' ||
	    !digits(rest.p + 1, 2, &hours) || !digits(rest.p + 4, 2, &minutes) || hours > 23 ||
	    minutes > 59 || (rest.n > 6 && rest.p[6] != ' '))
		return false;
	*ret = (hours * 60 + minutes) * 60 * (rest.p[0] == '-' ? -1 : 1);
	return true;
}

/* mktime(3) costs a microsecond; nearly all lines of a log share their hour with the line before */
static bool hour_of(struct log_clock *clock, struct sw_raw line, size_t n, bool iso, int64_t within,
		    int64_t *ret)
{
	bool twice = false;

	if (clock->cached_n == n && memcmp(clock->cached, line.p, n) == 0) {
		*ret = clock->cached_time;
		return true;
	}
	if (!(iso ? hour_from_iso(line.p, ret) : hour_from_bsd(clock, line.p, within, ret, &twice)))
		return false;
	if (twice)
		return true;
	memcpy(clock->cached, line.p, n);
	clock->cached_n = n;
	clock->cached_time = *ret;
	return true;
}

bool log_stamp_time(struct log_clock *clock, struct sw_raw line, int64_t *ret)
{
	bool iso = is_iso(line);
	size_t hour = iso ? ISO_HOUR : BSD_HOUR;
	int64_t start;
	int64_t zone = 0;
	int minutes;
	int seconds;

	if ((!iso && !is_bsd(line)) || !digits(line.p + hour + 1, 2, &minutes) ||
	    !digits(line.p + hour + 4, 2, &seconds) || minutes > 59 || seconds > 60 ||
	    (iso && !zone_from_iso(raw_skip(line, ISO_SECONDS), &zone)) ||
	    !hour_of(clock, line, hour, iso, minutes * 60 + seconds, &start))
		return false;
	*ret = start + minutes * 60 + seconds - zone;
	clock->last = *ret;
	return true;
}

int64_t log_stamp_before_change(int64_t since, int64_t now)
{
	time_t t[2] = { (time_t)(since - CHANGE), (time_t)now };
	struct tm tm[2];

	if (!localtime_r(&t[0], &tm[0]) || !localtime_r(&t[1], &tm[1]) ||
	    tm[0].tm_isdst == tm[1].tm_isdst)
		return since;
	return since - CHANGE;
}
