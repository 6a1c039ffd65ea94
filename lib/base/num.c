#include "base/num.h"

#include <math.h>
#include <stdlib.h>

bool num_from(struct sw_raw text, uint64_t *ret)
{
	enum { FITS = 19 }; /* so many digits always do */
	uint64_t value = 0;

	if (text.n == 0)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		uint64_t digit = (uint64_t)(unsigned char)text.p[i] - (uint64_t)'0';

		if (digit > 9 || (i >= FITS && value > (UINT64_MAX - digit) / 10))
			return false;
		value = value * 10 + digit;
	}
	*ret = value;
	return true;
}

#define TEN(d) d "0" d "1" d "2" d "3" d "4" d "5" d "6" d "7" d "8" d "9"

static const char pairs[] =
	TEN("0") TEN("1") TEN("2") TEN("3") TEN("4") TEN("5") TEN("6") TEN("7") TEN("8") TEN("9");

size_t num_to(int64_t number, char buf[NUM_MAX])
{
	uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
	char digits[NUM_MAX];
	size_t at = sizeof(digits);
	size_t n;

	if (number >= 0 && number < 10) { /* most are */
		memcpy(buf, (const char[]){ (char)('0' + number), '\0' }, 2);
		return 1;
	}
	for (; left > 99; left /= 100)
		memcpy(digits + (at -= 2), pairs + left % 100 * 2, 2);
	memcpy(digits + (at -= 2), pairs + left * 2, 2);
	at += left < 10;
	if (number < 0)
		digits[--at] = '-';
	n = sizeof(digits) - at;
	memcpy(buf, digits + at, n);
	buf[n] = '\0';
	return n;
}

size_t num_fixed(double number, unsigned decimals, char buf[NUM_FIXED])
{
	static const uint16_t parts[] = { 1, 10, 100, 1000, 10000 };
	double size = fabs(number);
	uint64_t whole;
	uint64_t part;
	double rest;
	size_t n = 0;

	if (decimals >= SW_COUNT(parts) || !(size < 1e15)) /* a NaN fails every comparison */
		return 0;
	whole = (uint64_t)size;
	rest = (size - (double)whole) * parts[decimals]; /* one rounding, of 1e-12 at most */
	part = (uint64_t)rest;
	rest -= (double)part;
	if (fabs(rest - 0.5) < 1e-9)
		return 0;
	part += rest > 0.5;
	if (part == parts[decimals]) {
		whole++;
		part = 0;
	}
	if (signbit(number))
		buf[n++] = '-';
	n += num_to((int64_t)whole, buf + n);
	if (decimals == 0)
		return n;
	num_to((int64_t)(parts[decimals] + part), buf + n); /* its zeros in front of it, too */
	buf[n] = '.';
	return n + 1 + decimals;
}

static int compare(const void *left, const void *right)
{
	uint64_t a;
	uint64_t b;

	memcpy(&a, left, sizeof(a));
	memcpy(&b, right, sizeof(b));
	return (a > b) - (a < b);
}

void num_sort(uint64_t *number, size_t n)
{
	if (n > 0)
		qsort(number, n, sizeof(*number), compare);
}
