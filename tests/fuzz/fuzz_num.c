/* fuzz_num: num_from(), range_is() and range_value() against regular expressions and strtod(3). */
#include <errno.h>
#include <math.h>
#include <regex.h>
#include <stdlib.h>

#include "base/num.h"
#include "munin/range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool matches(const char *text, const char *expression)
{
	regex_t re;
	bool hit;

	if (regcomp(&re, expression, REG_EXTENDED | REG_NOSUB))
		abort();
	hit = regexec(&re, text, 0, NULL, 0) == 0;
	regfree(&re);
	return hit;
}

static bool text_is_fine(const char *text, double value)
{
	if (!(fabs(value) < 1e15))
		return strcmp(text, "U") == 0;
	return matches(text, "^-?(0|[1-9][0-9]*)(\\.[0-9]{0,3}[1-9])?$") && strcmp(text, "-0") &&
	       fabs(strtod(text, NULL) - value) <= 0.00005 + fabs(value) * 1e-15;
}

#define NUMBER "[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)"
#define BLANKS "[[:space:]]*"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_raw in = raw_from((const char *)data, size);
	char *text = calloc(size + RANGE_VALUE, 1);
	double number = 0;
	uint64_t want, value = 7;
	bool digits = num_from(in, &value);
	bool range = range_is(in);

	for (size_t i = 0; i < size; i++)
		text[i] = data[i] ? (char)data[i] : '\1'; /* alike to every expression below */
	errno = 0;
	want = strtoull(text, NULL, 10);
	if (digits != (errno == 0 && matches(text, "^[0-9]+$")) || value != (digits ? want : 7))
		abort();
	/* munin-limits (LimitsOld.pm:545-598) takes whatever we take */
	if (range != matches(text,
			     "^" BLANKS "(" NUMBER "|(" NUMBER ")?:(" NUMBER ")?)" BLANKS "$") ||
	    (range && !matches(text, "^" BLANKS "([-+0-9.]*:[-+0-9.]*|[-+0-9.]+)" BLANKS "$")))
		abort();
	memcpy(&number, data, size < sizeof(number) ? size : sizeof(number));
	range_value(text, number);
	if (!text_is_fine(text, number))
		abort();
	free(text);
	return 0;
}
