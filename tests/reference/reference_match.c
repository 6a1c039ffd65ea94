#include "reference_match.h"

#include <regex.h>
#include <stdlib.h>

/* NUL would end the text for regexec(3): another control byte stands for it. */
static char *copy_of(struct sw_raw text)
{
	char *copy = malloc(text.n + 1);

	if (!copy)
		abort();
	for (size_t i = 0; i < text.n; i++)
		copy[i] = text.p[i] ? text.p[i] : '\1';
	copy[text.n] = '\0';
	return copy;
}

/* Compiled once; they live as long as the process. */
static const regex_t *compiled(const char *expression)
{
	static struct {
		const char *expression;
		regex_t re;
	} known[64];
	size_t i = 0;

	while (i < SW_COUNT(known) && known[i].expression && known[i].expression != expression)
		i++;
	if (i == SW_COUNT(known))
		abort();
	if (!known[i].expression && regcomp(&known[i].re, expression, REG_EXTENDED))
		abort();
	known[i].expression = expression;
	return &known[i].re;
}

bool ref_match(struct sw_raw text, const char *expression, struct sw_raw group[REF_GROUPS])
{
	regmatch_t at[REF_GROUPS];
	char *copy = copy_of(text);
	bool hit = regexec(compiled(expression), copy, REF_GROUPS, at, 0) == 0;

	for (size_t i = 0; i < REF_GROUPS; i++)
		group[i] = hit && at[i].rm_so >= 0 ? raw_from(text.p + at[i].rm_so,
							      (size_t)(at[i].rm_eo - at[i].rm_so))
						   : raw_from(NULL, 0);
	free(copy);
	return hit;
}

bool ref_is(struct sw_raw text, const char *expression)
{
	struct sw_raw g[REF_GROUPS];

	return ref_match(text, expression, g);
}

/* Take what matches off the beginning. */
bool ref_eat(struct sw_raw *rest, const char *expression, struct sw_raw g[REF_GROUPS])
{
	if (!ref_match(*rest, expression, g))
		return false;
	*rest = raw_skip(*rest, g[0].n);
	return true;
}

int ref_number(struct sw_raw digits)
{
	int n = 0;

	for (size_t i = 0; i < digits.n; i++)
		if (raw_is_digit(digits.p[i]))
			n = n * 10 + (digits.p[i] - '0');
	return n;
}
