/* By copies of whole lines and words, and regular expressions; neither can hold a NUL. */
#include "reference_reason.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "postfix/address.h"
#include "queue/reason.h"
#include "reference_match.h"

static char *copy_of(struct sw_raw bytes)
{
	char *s = malloc(bytes.n + 1);

	if (!s)
		abort();
	for (size_t i = 0; i < bytes.n; i++)
		s[i] = bytes.p[i];
	s[bytes.n] = '\0';
	return s;
}

#define STATUS "[0-9]\\.[0-9]{1,3}\\.[0-9]{1,3}[:,;]?"

static bool is_telling(const char *word)
{
	return !ref_is(raw_of(word), "^("
				     ".*[]0-9@[].*"
				     ")$") &&
	       !ref_is(raw_of(word), "^("
				     ".*[A-Za-z0-9]\\.[A-Za-z0-9].*"
				     ")$") &&
	       !ref_is(raw_of(word), "^("
				     ".*[a-z][A-Z].*[a-z][A-Z].*"
				     ")$");
}

static bool is_number(const char *word)
{
	return ref_is(raw_of(word), "^(" STATUS ")$") ||
	       ref_is(raw_of(word), "^("
				    "[0-9]{3}(-(" STATUS ")?)?"
				    ")$") ||
	       (ref_is(raw_of(word), "^("
				     "[0-9]{3}-.*"
				     ")$") &&
		is_telling(word + 4));
}

static void cut_before(char *text, const char *words)
{
	char *last = strrchr(text, '(');

	if (last && last > text && strncmp(last - 1, words, strlen(words)) == 0)
		last[-1] = '\0';
}

/* The form of a reason without NULs, terminated. */
static void form_of(char *reason, char form[QUEUE_REASON_FORM + 1])
{
	static const char suspended[] = "delivery temporarily suspended: ";
	char *rest = reason;
	char *word;
	char *said;
	char *refused;
	char *context = NULL;
	char separators[33];

	while (strncmp(rest, suspended, strlen(suspended)) == 0)
		rest += strlen(suspended);
	said = strstr(rest, " said: ");
	refused = strstr(rest, " refused to talk to me: ");
	if (strncmp(rest, "host ", 5) == 0 && said && (!refused || said < refused))
		rest = said + strlen(" said: ");
	else if (strncmp(rest, "host ", 5) == 0 && refused)
		rest = refused + strlen(" refused to talk to me: ");
	cut_before(rest, " (in reply to ");
	for (int i = 0; i < 32; i++)
		separators[i] = (char)(i + 1);
	separators[32] = '\0';
	form[0] = '\0';
	word = strtok_r(rest, separators, &context);
	for (int i = 0; word; i++, word = strtok_r(NULL, separators, &context)) {
		size_t n = strlen(form);
		bool dotted = n >= 3 && strcmp(form + n - 3, "...") == 0 &&
			      (n == 3 || form[n - 4] == ' ');
		bool kept = (is_telling(word) && strcmp(word, "...") != 0) ||
			    (i < 2 && is_number(word));

		if (kept && n + 1 + strlen(word) + 4 <= QUEUE_REASON_FORM) {
			sprintf(form + n, "%s%s", n ? " " : "", word);
			continue;
		}
		if (!dotted)
			sprintf(form + n, "%s...", n ? " " : "");
		if (kept)
			break;
	}
}

static bool form_agrees(struct sw_raw reason)
{
	char got[QUEUE_REASON_FORM];
	char want[QUEUE_REASON_FORM + 1];
	char *text = copy_of(reason);
	size_t n = queue_reason_form(reason, got, sizeof(got));

	form_of(text, want);
	free(text);
	return n == strlen(want) && memcmp(got, want, n) == 0;
}

static bool domain_agrees(struct sw_raw recipient)
{
	char got[ADDRESS_DOMAIN];
	char *text = copy_of(recipient);
	char *at = strrchr(text, '@');
	size_t n = address_domain(recipient, got);
	size_t want;
	bool agrees;

	at = at ? at + 1 : text + recipient.n;
	if (strlen(at) > ADDRESS_DOMAIN)
		at[ADDRESS_DOMAIN] = '\0';
	while (*at && at[strlen(at) - 1] == '.')
		at[strlen(at) - 1] = '\0';
	want = strlen(at);
	for (size_t i = 0; i < want; i++)
		at[i] = (char)((unsigned char)at[i] < 128 ? tolower((unsigned char)at[i]) : at[i]);
	agrees = n == want && memcmp(got, at, n) == 0;
	free(text);
	return agrees;
}

static bool value_is(struct sw_raw got, const char *want)
{
	return got.n == strlen(want) && memcmp(got.p ? got.p : "", want, got.n) == 0;
}

#define NAMED(NAME) "^[ \t\r\f\v]*" NAME "[ \t\r\f\v]*=.*$"

/* The value behind the first '=' when the name before it is the one of the pattern. */
static char *value_of(char *line, const char *pattern)
{
	char *value = strchr(line, '=');
	size_t n;

	if (!value || !ref_is(raw_of(line), pattern))
		return NULL;
	value++;
	value += strspn(value, " \t\r\f\v");
	for (n = strlen(value); n > 0 && strchr(" \t\r\f\v", value[n - 1]); n--)
		;
	value[n] = '\0';
	return value;
}

bool reference_reason_agrees(struct sw_raw log)
{
	char *text = copy_of(log);
	char *line = text;
	char *end = text + log.n;
	struct sw_raw rest = log;
	struct queue_reason got;
	bool agrees = true;

	if (memchr(log.p ? log.p : "", '\0', log.n)) { /* only that it ends, within the bytes */
		while (queue_reason_next(&rest, &got))
			;
		free(text);
		return true;
	}
	while (agrees) {
		const char *recipient = "";
		const char *reason = "";
		bool found = false;
		bool whole = false;

		while (!whole && line < end) {
			char *newline = strchr(line, '\n');
			char *old;
			char *value;

			if (newline)
				*newline = '\0';
			whole = found && !*line;
			found |= *line != '\0';
			old = strstr(line, ">: ");
			if (*line == '<' && old) {
				*old = '\0';
				recipient = line + 1;
				old[1] = '='; /* now " =reason" behind a name of nothing */
				reason = value_of(old + 1, NAMED(""));
			} else if (isalnum((unsigned char)*line) &&
				   (value = value_of(line, NAMED("recipient")))) {
				recipient = value;
			} else if (isalnum((unsigned char)*line) &&
				   (value = value_of(line, NAMED("reason")))) {
				reason = value;
			}
			line = newline ? newline + 1 : end;
		}
		if (queue_reason_next(&rest, &got) != found)
			agrees = false;
		if (!found)
			break;
		agrees = agrees && got.whole == whole && value_is(got.recipient, recipient) &&
			 value_is(got.reason, reason) && form_agrees(got.reason) &&
			 domain_agrees(got.recipient);
	}
	free(text);
	return agrees;
}
