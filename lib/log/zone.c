#include "log/zone.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/print.h"
#include "log/civil.h"

enum { FILE_MAX = 65536, NAME_LENGTH = 64, HEADER = 44, TYPE = 6 };

static int64_t big_endian(const char *p, size_t n)
{
	uint64_t value = (unsigned char)p[0] & 0x80 ? ~(uint64_t)0 : 0;

	for (size_t i = 0; i < n; i++)
		value = value << 8 | (unsigned char)p[i];
	return (int64_t)value;
}

static bool take(struct sw_raw *rest, char c)
{
	if (rest->n == 0 || rest->p[0] != c)
		return false;
	*rest = raw_skip(*rest, 1);
	return true;
}

static bool take_number(struct sw_raw *rest, int max, int *ret)
{
	size_t n = 0;

	*ret = 0;
	while (n < rest->n && n < 3 && raw_is_digit(rest->p[n]))
		*ret = *ret * 10 + (rest->p[n++] - '0');
	*rest = raw_skip(*rest, n);
	return n > 0 && *ret <= max;
}

/* [+-]hh[:mm[:ss]] of a POSIX TZ string, in seconds */
static bool take_time(struct sw_raw *rest, int hours_max, int64_t *ret)
{
	bool negative = take(rest, '-');
	int part[3] = { 0, 0, 0 };

	if (!negative)
		take(rest, '+');
	if (!take_number(rest, hours_max, &part[0]) ||
	    (take(rest, ':') && (!take_number(rest, 59, &part[1]) ||
				 (take(rest, ':') && !take_number(rest, 59, &part[2])))))
		return false;
	*ret = (part[0] * 60 + part[1]) * 60 + part[2];
	if (negative)
		*ret = -*ret;
	return true;
}

/* CET or <+03> */
static bool take_name(struct sw_raw *rest)
{
	size_t n = 0;

	if (take(rest, '<')) {
		*rest = raw_skip(*rest, raw_find(*rest, '>'));
		return take(rest, '>');
	}
	while (n < rest->n && raw_is_alnum(rest->p[n]) && !raw_is_digit(rest->p[n]))
		n++;
	*rest = raw_skip(*rest, n);
	return n >= 3;
}

static bool take_day(struct sw_raw *rest, struct log_zone_day *ret)
{
	*ret = (struct log_zone_day){ .kind = 'D', .time = 2 * 3600 };
	if (take(rest, 'M')) {
		ret->kind = 'M';
		if (!take_number(rest, 12, &ret->month) || !take(rest, '.') ||
		    !take_number(rest, 5, &ret->week) || !take(rest, '.') ||
		    !take_number(rest, 6, &ret->day) || ret->month < 1 || ret->week < 1)
			return false;
	} else {
		if (take(rest, 'J'))
			ret->kind = 'J';
		if (!take_number(rest, 365, &ret->day) || (ret->kind == 'J' && ret->day < 1))
			return false;
	}
	return !take(rest, '/') || take_time(rest, 167, &ret->time);
}

/* CET-1CEST,M3.5.0,M10.5.0/3: the sign is that of the way to UTC */
static bool take_rule(struct sw_raw rest, struct log_zone *zone)
{
	if (!take_name(&rest) || !take_time(&rest, 24, &zone->standard))
		return false;
	zone->standard = -zone->standard;
	if (rest.n == 0)
		return true;
	if (!take_name(&rest))
		return false;
	zone->summer = zone->standard + 3600;
	if (rest.n > 0 && rest.p[0] != ',') {
		if (!take_time(&rest, 24, &zone->summer))
			return false;
		zone->summer = -zone->summer;
	}
	zone->ruled = true;
	return take(&rest, ',') && take_day(&rest, &zone->begin) && take(&rest, ',') &&
	       take_day(&rest, &zone->end) && rest.n == 0;
}

struct counts {
	uint64_t isut, isstd, leap, time, type, text;
};

static bool take_header(struct sw_raw *rest, struct counts *ret)
{
	uint64_t *const all[] = { &ret->isut, &ret->isstd, &ret->leap,
				  &ret->time, &ret->type,  &ret->text };

	if (rest->n < HEADER || !raw_starts(*rest, "TZif") || rest->p[4] < '2')
		return false;
	for (size_t i = 0; i < SW_COUNT(all); i++) {
		int64_t n = big_endian(rest->p + 20 + 4 * i, 4);

		if (n < 0 || n > FILE_MAX)
			return false;
		*all[i] = (uint64_t)n;
	}
	*rest = raw_skip(*rest, HEADER);
	return true;
}

static bool take_bytes(struct sw_raw *rest, uint64_t n, struct sw_raw *ret)
{
	if (rest->n < n)
		return false;
	*ret = raw_from(rest->p, (size_t)n);
	*rest = raw_skip(*rest, (size_t)n);
	return true;
}

static int64_t type_offset(const struct log_zone *zone, size_t type)
{
	return big_endian(zone->types.p + TYPE * type, 4);
}

static bool types_are_sane(const struct log_zone *zone)
{
	size_t types = zone->types.n / TYPE;

	for (size_t i = 0; i < types; i++)
		if (type_offset(zone, i) < -LOG_ZONE_MAX || type_offset(zone, i) > LOG_ZONE_MAX)
			return false;
	for (size_t i = 0; i < zone->indexes.n; i++)
		if ((unsigned char)zone->indexes.p[i] >= types)
			return false;
	return types > 0;
}

bool log_zone_parse(struct sw_raw file, struct log_zone *ret)
{
	struct counts n;
	struct sw_raw skipped;
	struct sw_raw rule;

	*ret = (struct log_zone){ .standard = 0 };
	/* first the same again in 32 bits, for old readers */
	if (!take_header(&file, &n) ||
	    !take_bytes(&file, n.time * 5 + n.type * TYPE + n.text + n.leap * 8 + n.isstd + n.isut,
			&skipped) ||
	    !take_header(&file, &n) || n.leap > 0 || !take_bytes(&file, n.time * 8, &ret->times) ||
	    !take_bytes(&file, n.time, &ret->indexes) ||
	    !take_bytes(&file, n.type * TYPE, &ret->types) ||
	    !take_bytes(&file, n.text + n.isstd + n.isut, &skipped) || !take(&file, '\n') ||
	    !take_bytes(&file, raw_find(file, '\n'), &rule) || !take(&file, '\n') ||
	    !types_are_sane(ret))
		return false;
	if (rule.n > 0)
		return take_rule(rule, ret);
	/* no rule: the last change is for good */
	ret->standard = type_offset(ret, n.time ? (unsigned char)ret->indexes.p[n.time - 1] : 0);
	return true;
}

/* The instant of a change in a year; `offset` is that before it. */
static int64_t change_of(const struct log_zone_day *day, int year, int64_t offset)
{
	int64_t days = civil_year_start(year);

	if (day->kind == 'M') {
		int64_t first = civil_days(year, day->month, 1);
		int64_t weekday = ((first + 4) % 7 + 7) % 7; /* 1970 began on a Thursday */
		int64_t date = (day->day - weekday + 7) % 7 + (day->week - 1) * 7;

		days = first + (date >= civil_month_days(year, day->month) ? date - 7 : date);
	} else if (day->kind == 'J') { /* February 29 is never counted */
		days += day->day - 1 + (day->day >= 60 && civil_is_leap(year));
	} else {
		days += day->day;
	}
	return days * CIVIL_DAY + day->time - offset;
}

/* The last change before decides; of two at the same instant summer time's (it has all the year).
 */
static int64_t ruled_offset(const struct log_zone *zone, int64_t time)
{
	int64_t days = time / CIVIL_DAY - (time < 0);
	int year = civil_year_of(days);
	int64_t latest = INT64_MIN;
	int64_t offset = zone->standard;

	for (int y = year > 1 ? year - 1 : 1; y <= year + 1; y++) {
		int64_t begin = change_of(&zone->begin, y, zone->standard);
		int64_t end = change_of(&zone->end, y, zone->summer);

		if (end <= time && end > latest) {
			latest = end;
			offset = zone->standard;
		}
		if (begin <= time && begin >= latest) {
			latest = begin;
			offset = zone->summer;
		}
	}
	return offset;
}

int64_t log_zone_offset(const struct log_zone *zone, int64_t time)
{
	size_t from = 0;
	size_t to = zone->times.n / 8; /* changes [from, to) may be the first one after `time` */
	size_t all = to;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (big_endian(zone->times.p + 8 * middle, 8) <= time)
			from = middle + 1;
		else
			to = middle;
	}
	if (from == all)
		return zone->ruled ? ruled_offset(zone, time) : zone->standard;
	return type_offset(zone, from ? (unsigned char)zone->indexes.p[from - 1] : 0);
}

/* +hh, +hhmm, +hh:mm */
static bool fixed(const char *name, int64_t *ret)
{
	struct sw_raw rest = raw_of(name);
	bool east = rest.p[0] == '+';
	int part[2] = { 0, 0 };
	size_t n = 1;

	if (!east && rest.p[0] != '-')
		return false;
	for (size_t i = 0; i < 2; i++) {
		if (i == 1 && n < rest.n && rest.p[n] == ':')
			n++;
		else if (i == 1 && n == rest.n)
			break;
		if (n + 2 > rest.n || !raw_is_digit(rest.p[n]) || !raw_is_digit(rest.p[n + 1]))
			return false;
		part[i] = (rest.p[n] - '0') * 10 + rest.p[n + 1] - '0';
		n += 2;
	}
	*ret = (east ? 1 : -1) * (part[0] * 60 + part[1]) * 60;
	return n == rest.n && part[0] <= 14 && part[1] <= 59;
}

static bool is_name(struct sw_raw name)
{
	bool fine = name.n > 0 && name.n <= NAME_LENGTH && raw_is_alnum(name.p[0]);

	for (size_t i = 0; i < name.n; i++)
		fine = fine &&
		       (raw_is_alnum(name.p[i]) || (name.p[i] && strchr("_+-/", name.p[i])));
	return fine;
}

/* What is missing below a copied root may stand in this machine's database: names mean the same. */
static int read_zone(const struct sw_host *h, const char *path, struct sw_raw *ret,
		     struct sw_fault *why)
{
	struct sw_host here = *h;
	struct sw_fault ignored = { 0 };
	int rc = host_read(h, path, FILE_MAX, ret, h->copied ? &ignored : why);

	if (rc == 0 || !h->copied)
		return rc;
	here.copied = false;
	here.root_path = "/";
	here.root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (here.root < 0)
		return sw_fault_errno(why, errno, "open /");
	rc = host_read(&here, path, FILE_MAX, ret, why);
	host_close(&here);
	return rc;
}

int log_zone_open(struct log_zone *ret, const struct sw_host *h, const char *name,
		  struct sw_fault *why)
{
	static const char dir[] = "/usr/share/zoneinfo/";
	char path[sizeof(dir) + NAME_LENGTH];
	struct sw_raw file;
	int rc;

	*ret = (struct log_zone){ .standard = 0 };
	if (strcmp(name, "UTC") == 0 || fixed(name, &ret->standard))
		return 0;
	ret->standard = 0;
	if (!is_name(raw_of(name)))
		return sw_fault(why, EINVAL,
				"%s is no time zone: an IANA name as Europe/Berlin, or +hh:mm",
				name);
	print_text(path, sizeof(path), "%s%s", dir, name);
	rc = read_zone(h, path, &file, why);
	if (rc)
		return rc;
	if (log_zone_parse(file, ret)) {
		ret->owned = (char *)file.p;
		return 0;
	}
	*ret = (struct log_zone){ .standard = 0 };
	free((char *)file.p);
	return sw_fault(why, EINVAL, "%s is no compiled time zone (TZif 2 or later)", path);
}

void log_zone_close(struct log_zone *zone)
{
	free(zone->owned);
	*zone = (struct log_zone){ .standard = 0 };
}
