#include "munin/range.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"

void range_value(char buf[RANGE_VALUE], double value)
{
	size_t n;

	if (!(fabs(value) < 1e15)) { /* a NaN fails every comparison */
		memcpy(buf, "U", 2);
		return;
	}
	if ((double)(int64_t)value == value) { /* most are */
		num_to((int64_t)value, buf);
		return;
	}
	n = num_fixed(value, 4, buf);
	if (n == 0)
		n = (size_t)snprintf(buf, RANGE_VALUE, "%.4f", value);
	while (buf[n - 1] == '0')
		buf[--n] = '\0';
	if (buf[n - 1] == '.')
		buf[--n] = '\0';
	if (strcmp(buf, "-0") == 0)
		memcpy(buf, "0", 2);
}

/* An optional sign, digits, an optional fraction; at least one digit. */
static bool is_number(struct sw_raw text)
{
	size_t digits = 0;
	size_t dots = 0;

	if (text.n > 0 && (text.p[0] == '-' || text.p[0] == '+'))
		text = raw_skip(text, 1);
	for (size_t i = 0; i < text.n; i++) {
		if (raw_is_digit(text.p[i]))
			digits++;
		else if (text.p[i] == '.' && dots == 0)
			dots++;
		else
			return false;
	}
	return digits > 0;
}

bool range_is(struct sw_raw text)
{
	size_t colon;
	struct sw_raw min;
	struct sw_raw max;

	text = raw_trim(text);
	colon = raw_find(text, ':');
	if (colon == text.n)
		return is_number(text);
	min = raw_from(text.p, colon);
	max = raw_skip(text, colon + 1);
	return (min.n == 0 || is_number(min)) && (max.n == 0 || is_number(max));
}

/* Of 15 digits a double holds all, and division rounds once: no page of strtod(3) is touched. */
static double number(const char *text)
{
	const char *p = text + (*text == '-' || *text == '+');
	double number = 0;
	double scale = 1;
	int digits = 0;
	bool fraction = false;

	for (; raw_is_digit(*p) || *p == '.'; p++) {
		fraction |= *p == '.';
		if (*p == '.')
			continue;
		number = 10 * number + (*p - '0');
		scale *= fraction ? 10 : 1;
		digits++;
	}
	if (digits == 0)
		return NAN;
	if (digits > 15)
		return strtod(text, NULL);
	return *text == '-' ? -number / scale : number / scale;
}

double range_lower(const char *range)
{
	return strchr(range, ':') ? number(range) : NAN;
}

double range_upper(const char *range)
{
	const char *colon = strchr(range, ':');

	return number(colon ? colon + 1 : range);
}
