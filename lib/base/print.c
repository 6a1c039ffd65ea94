#include "base/print.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"

/* What has no room is counted alone. */
struct print {
	char *buf;
	size_t size;
	size_t n;
	va_list args;
};

static bool put(struct print *p, const char *text, size_t n)
{
	size_t room = p->n < p->size ? p->size - p->n : 0;

	if (room > 0)
		memcpy(p->buf + p->n, text, n < room ? n : room);
	p->n += n;
	return true;
}

static bool put_text(struct print *p, int most, const char *text)
{
	return text && put(p, text, most < 0 ? strlen(text) : strnlen(text, (size_t)most));
}

static bool put_signed(struct print *p, long long number)
{
	char digits[NUM_MAX];

	return put(p, digits, num_to(number, digits));
}

static bool put_unsigned(struct print *p, unsigned long long number)
{
	return number <= INT64_MAX && put_signed(p, (long long)number);
}

static bool put_hex(struct print *p, unsigned long long number, size_t width)
{
	char digits[16];
	size_t at = sizeof(digits);

	do {
		digits[--at] = "0123456789abcdef"[number & 15];
		number >>= 4;
	} while (number > 0 || sizeof(digits) - at < width);
	return put(p, digits + at, sizeof(digits) - at);
}

static bool put_fixed(struct print *p, double number, unsigned decimals)
{
	char digits[NUM_FIXED];
	size_t n = num_fixed(number, decimals, digits);

	return n > 0 && put(p, digits, n);
}

/* A conversion of one digit, as "08x" and ".1f": takes it and gives the digit. */
static bool take_digit(struct sw_raw *rest, char before, char after, unsigned *digit)
{
	if (rest->n < 3 || rest->p[0] != before || !raw_is_digit(rest->p[1]) || rest->p[2] != after)
		return false;
	*digit = (unsigned)(rest->p[1] - '0');
	*rest = raw_skip(*rest, 3);
	return true;
}

/* One conversion, without its '%'. False: another than these, or a number that is not for us. */
static bool convert(struct print *p, struct sw_raw *rest)
{
	unsigned digit;

	if (raw_take(rest, "s"))
		return put_text(p, -1, va_arg(p->args, const char *));
	if (raw_take(rest, "llu"))
		return put_unsigned(p, va_arg(p->args, unsigned long long));
	if (raw_take(rest, ".*s")) {
		int most = va_arg(p->args, int);

		return put_text(p, most, va_arg(p->args, const char *));
	}
	if (raw_take(rest, "d"))
		return put_signed(p, va_arg(p->args, int));
	if (raw_take(rest, "u"))
		return put_unsigned(p, va_arg(p->args, unsigned));
	if (raw_take(rest, "zu"))
		return put_unsigned(p, va_arg(p->args, size_t));
	if (raw_take(rest, "lld"))
		return put_signed(p, va_arg(p->args, long long));
	if (raw_take(rest, "%"))
		return put(p, "%", 1);
	if (raw_take(rest, "c"))
		return put(p, &(char){ (char)va_arg(p->args, int) }, 1);
	if (raw_take(rest, "llx"))
		return put_hex(p, va_arg(p->args, unsigned long long), 1);
	if (take_digit(rest, '0', 'x', &digit))
		return put_hex(p, va_arg(p->args, unsigned), digit);
	if (take_digit(rest, '.', 'f', &digit))
		return put_fixed(p, va_arg(p->args, double), digit);
	return false;
}

static bool print(struct print *p, struct sw_raw rest)
{
	for (;;) {
		size_t n = raw_find(rest, '%');

		put(p, rest.p, n);
		if (n == rest.n)
			return p->n <= INT_MAX;
		rest = raw_skip(rest, n + 1);
		if (!convert(p, &rest))
			return false;
	}
}

int print_args(char *buf, size_t size, const char *fmt, va_list args)
{
	struct print p = { .buf = buf, .size = size };
	bool done;

	va_copy(p.args, args);
	done = print(&p, raw_of(fmt));
	va_end(p.args);
	if (!done)
		return vsnprintf(buf, size, fmt, args);
	if (size > 0)
		buf[p.n < size ? p.n : size - 1] = '\0';
	return (int)p.n;
}

int print_text(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = print_args(buf, size, fmt, args);
	va_end(args);
	return n;
}

char *print_new(const char *fmt, ...)
{
	va_list args;
	va_list again;
	char *text = NULL;
	int n;

	va_start(args, fmt);
	va_copy(again, args);
	n = print_args(NULL, 0, fmt, args);
	if (n >= 0)
		text = malloc((size_t)n + 1);
	if (text)
		print_args(text, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(args);
	return text;
}
