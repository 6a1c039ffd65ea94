#include "incident/restrictions.h"

#include <stdio.h>
#include <strings.h>

#include "incident/master.h"

#define SEPARATORS ", \t\r\n" /* CHARS_COMMA_SP of Postfix */

static bool is_word(struct sw_raw word, const char *name)
{
	return word.n == strlen(name) && strncasecmp(word.p, name, word.n) == 0;
}

static bool begins(struct sw_raw word, const char *name)
{
	return word.n >= strlen(name) && strncasecmp(word.p, name, strlen(name)) == 0;
}

/* The index of the check that a word and the one behind it are; n: none. Both are taken then. */
static size_t take_check(struct sw_raw word, struct sw_raw *rest,
			 const struct restrictions_check *check, size_t n)
{
	struct sw_raw after = *rest;
	struct sw_raw table;

	if (!master_word(&after, SEPARATORS, &table))
		return n;
	for (size_t i = 0; i < n; i++) {
		if (!is_word(word, check[i].name) || !raw_is(table, check[i].table))
			continue;
		*rest = after;
		return i;
	}
	return n;
}

/* One that never permits, and what it takes is taken: reject, reject_rbl_client DOMAIN ... */
static bool take_harmless(struct sw_raw word, struct sw_raw *rest)
{
	struct sw_raw argument;

	if (begins(word, "reject_rbl_") || begins(word, "reject_rhsbl_") || is_word(word, "sleep"))
		return master_word(rest, SEPARATORS, &argument);
	return begins(word, "reject_");
}

bool restrictions_reach(struct sw_raw list, const struct restrictions_check *check, size_t n,
			size_t which)
{
	struct sw_raw word;

	while (master_word(&list, SEPARATORS, &word)) {
		size_t i = take_check(word, &list, check, n);

		if (i == which)
			return true;
		if (i == n && !take_harmless(word, &list))
			return false;
	}
	return false;
}

static bool add(const char *text, size_t length, char *buf, size_t size, size_t *n)
{
	size_t comma = *n > 0;

	if (*n + comma + length >= size)
		return false;
	if (comma)
		buf[(*n)++] = ',';
	memcpy(buf + *n, text, length);
	*n += length;
	buf[*n] = '\0';
	return true;
}

bool restrictions_with(struct sw_raw list, const struct restrictions_check *check, size_t n,
		       char *buf, size_t size)
{
	struct sw_raw word;
	size_t length = 0;
	bool warns = false;

	for (size_t i = 0; i < n; i++)
		if (!add(check[i].name, strlen(check[i].name), buf, size, &length) ||
		    !add(check[i].table, strlen(check[i].table), buf, size, &length))
			return false;
	while (master_word(&list, SEPARATORS, &word)) {
		/* what follows that word belongs to it */
		if (!warns && take_check(word, &list, check, n) < n)
			continue;
		warns = is_word(word, "warn_if_reject");
		for (size_t i = 0; i < word.n; i++)
			if (raw_is_blank(word.p[i]))
				return false;
		if (!add(word.p, word.n, buf, size, &length))
			return false;
	}
	return true;
}
