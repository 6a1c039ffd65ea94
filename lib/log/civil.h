/* civil: dates of the Gregorian calendar as days since 1970-01-01; no zones, no libc. */
#ifndef SW_LOG_CIVIL_H
#define SW_LOG_CIVIL_H

#include "base/base.h"

enum { CIVIL_DAY = 86400 }; /* seconds */

static inline bool civil_is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days of a month, 1 to 12. */
static inline int civil_month_days(int year, int month)
{
	static const signed char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && civil_is_leap(year));
}

/* Days before the first of January of a year from 1 on. */
static inline int64_t civil_year_start(int year)
{
	int y = year - 1;

	return (int64_t)y * 365 + y / 4 - y / 100 + y / 400 - 719162;
}

/* Days before a date; month 1 to 12, day 1 to 31. */
static inline int64_t civil_days(int year, int month, int day)
{
	static const short before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };

	return civil_year_start(year) + before[month - 1] + (month > 2 && civil_is_leap(year)) +
	       day - 1;
}

/* The year, 1 to 9999, in which a day lies; days beyond are of the first or the last of them. */
static inline int civil_year_of(int64_t days)
{
	int64_t guess = 1970 + days / 366; /* never too late after 1970, never too early before */
	int year;

	if (guess < 1 || guess > 9999)
		guess = guess < 1 ? 1 : 9999;
	year = (int)guess;
	while (year < 9999 && civil_year_start(year + 1) <= days)
		year++;
	while (year > 1 && civil_year_start(year) > days)
		year--;
	return year;
}

#endif
