#include "log/prefix.h"

static const struct raw_word facilities[] = {
	RAW_WORD("mail"),   RAW_WORD("user"),	  RAW_WORD("daemon"),	RAW_WORD("kern"),
	RAW_WORD("auth"),   RAW_WORD("authpriv"), RAW_WORD("security"), RAW_WORD("syslog"),
	RAW_WORD("cron"),   RAW_WORD("lpr"),	  RAW_WORD("news"),	RAW_WORD("uucp"),
	RAW_WORD("ftp"),    RAW_WORD("ntp"),	  RAW_WORD("audit"),	RAW_WORD("console"),
	RAW_WORD("local0"), RAW_WORD("local1"),	  RAW_WORD("local2"),	RAW_WORD("local3"),
	RAW_WORD("local4"), RAW_WORD("local5"),	  RAW_WORD("local6"),	RAW_WORD("local7"),
};

static const struct raw_word levels[] = {
	RAW_WORD("info"),  RAW_WORD("warning"), RAW_WORD("warn"),   RAW_WORD("err"),
	RAW_WORD("error"), RAW_WORD("crit"),	RAW_WORD("notice"), RAW_WORD("debug"),
	RAW_WORD("alert"), RAW_WORD("emerg"),	RAW_WORD("panic"),
};

static const struct raw_word severities[] = {
	RAW_WORD("INFO"),  RAW_WORD("WARNING"), RAW_WORD("WARN"),   RAW_WORD("ERR"),
	RAW_WORD("ERROR"), RAW_WORD("CRIT"),	RAW_WORD("NOTICE"), RAW_WORD("DEBUG"),
	RAW_WORD("ALERT"), RAW_WORD("EMERG"),	RAW_WORD("PANIC"),
};

static bool is_one_of(struct sw_raw word, const struct raw_word *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (raw_is_word(word, &list[i]))
			return true;
	return false;
}

enum { FACILITY = 20 }; /* "security.warning:" is the longest */

bool log_prefix_is_facility(struct sw_raw word)
{
	size_t dot = 0;

	while (dot < word.n && word.p[dot] != '.')
		dot++;
	return dot < word.n && word.n <= FACILITY &&
	       is_one_of(raw_skip(word, dot + 1), levels, SW_COUNT(levels)) &&
	       is_one_of(raw_from(word.p, dot), facilities, SW_COUNT(facilities));
}

static bool is_severity(struct sw_raw word)
{
	return word.n > 0 && word.p[0] <= 'Z' && is_one_of(word, severities, SW_COUNT(severities));
}

static bool is_digits(struct sw_raw text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!raw_is_digit(text.p[i]))
			return false;
	return text.n > 0;
}

/* <22> */
bool log_prefix_priority(struct sw_raw *rest)
{
	enum { LONGEST = 5 };
	struct sw_raw head = raw_from(rest->p, rest->n < LONGEST ? rest->n : LONGEST);
	size_t n;

	if (rest->n == 0 || rest->p[0] != '<')
		return false;
	n = raw_find(head, '>');
	if (n == head.n || !is_digits(raw_from(rest->p + 1, n - 1)))
		return false;
	*rest = raw_skip(*rest, n + 1);
	return true;
}

/* "mail.info: " */
void log_prefix_facility(struct sw_raw *rest)
{
	size_t n;

	if (rest->n == 0 || rest->p[0] < 'a' || rest->p[0] > 'z')
		return;
	n = 1;
	while (n < rest->n && n < FACILITY && rest->p[n] != ' ')
		n++;
	if (n < rest->n && rest->p[n] == ' ' && rest->p[n - 1] == ':' &&
	    log_prefix_is_facility(raw_from(rest->p, n - 1)))
		*rest = raw_skip(*rest, n + 1);
}

/* A word before or behind the host that tells the severity. */
bool log_prefix_is_mark(struct sw_raw word)
{
	size_t dot;

	if (word.n == 0 || word.p[0] != '<')
		return log_prefix_is_facility(word) || is_severity(word);
	if (word.n < 3)
		return false;
	if (word.p[word.n - 1] != '>')
		return false;
	word = raw_from(word.p + 1, word.n - 2);
	dot = raw_find(word, '.');
	return log_prefix_is_facility(word) ||
	       (dot <= 2 && is_digits(raw_from(word.p, dot)) &&
		(dot == word.n || (word.n - dot <= 3 && is_digits(raw_skip(word, dot + 1)))));
}

/* Structured data: "-" or elements, in whose quoted values a backslash escapes (RFC 5424, 6.3.3).
 */
bool log_prefix_data(struct sw_raw *rest)
{
	if (raw_take(rest, "-"))
		return rest->n == 0 || rest->p[0] == ' ';
	if (rest->n == 0 || rest->p[0] != '[')
		return false;
	while (raw_take(rest, "[")) {
		bool quoted = false;
		size_t n = 0;

		while (n < rest->n && (quoted || rest->p[n] != ']')) {
			if (rest->p[n] == '"')
				quoted = !quoted;
			n += quoted && rest->p[n] == '\\' ? 2 : 1;
		}
		if (n >= rest->n)
			return false;
		*rest = raw_skip(*rest, n + 1);
	}
	return rest->n == 0 || rest->p[0] == ' ';
}

/* "stdout F ", "stderr P " */
bool log_prefix_stream(struct sw_raw *rest, bool *ret_stderr, bool *ret_partial)
{
	struct sw_raw after = *rest;
	bool is_stderr;

	if (rest->n == 0 || rest->p[0] != 's')
		return false;
	is_stderr = raw_take(&after, "stderr ");
	if (!is_stderr && !raw_take(&after, "stdout "))
		return false;
	if (raw_take(&after, "P "))
		*ret_partial = true;
	else if (!raw_take(&after, "F "))
		return false;
	*ret_stderr = is_stderr;
	*rest = after;
	return true;
}

bool log_prefix_is_piece(struct sw_raw escaped)
{
	enum { PIECE = 16 * 1024 };
	size_t n = escaped.n;
	size_t escapes = 0;

	if (n < PIECE || escaped.p[n - 1] != 'n')
		return n >= PIECE;
	while (escapes < n - 1 && escaped.p[n - 2 - escapes] == '\\')
		escapes++;
	return escapes % 2 == 0;
}

/* "mail-1  | " */
void log_prefix_compose(struct sw_raw *rest)
{
	struct sw_raw after;
	size_t n = 0;

	while (n < rest->n && (raw_is_alnum(rest->p[n]) || rest->p[n] == '-' || rest->p[n] == '_' ||
			       rest->p[n] == '.'))
		n++;
	if (n == 0 || n == rest->n || rest->p[n] != ' ')
		return;
	after = raw_skip(*rest, n);
	while (after.n > 0 && after.p[0] == ' ')
		after = raw_skip(after, 1);
	if (raw_take(&after, "| "))
		*rest = after;
}

static bool take_word(struct sw_raw *rest, struct sw_raw *ret)
{
	size_t n = raw_find(*rest, ' ');

	*ret = raw_from(rest->p, n);
	*rest = raw_skip(*rest, n + (n < rest->n));
	return n > 0;
}

void log_prefix_message_id(struct sw_raw *text)
{
	struct sw_raw rest = *text;
	struct sw_raw number;
	struct sw_raw facility;

	if (raw_take(&rest, "[ID ") && take_word(&rest, &number) && is_digits(number) &&
	    take_word(&rest, &facility) && facility.p[facility.n - 1] == ']' &&
	    log_prefix_is_facility(raw_from(facility.p, facility.n - 1)))
		*text = rest;
}

unsigned log_prefix_repeated(struct sw_raw *text)
{
	struct sw_raw rest = *text;
	unsigned times = 0;

	if (!raw_take(&rest, "message repeated "))
		return 0;
	for (int digits = 0; digits < 7 && rest.n > 0 && raw_is_digit(rest.p[0]); digits++) {
		times = times * 10 + (unsigned)(rest.p[0] - '0');
		rest = raw_skip(rest, 1);
	}
	if (times == 0 || !raw_take(&rest, " times: ["))
		return 0;
	if (rest.n > 0 && rest.p[rest.n - 1] == ']')
		rest.n--;
	while (rest.n > 0 && rest.p[0] == ' ')
		rest = raw_skip(rest, 1);
	*text = rest;
	return times;
}
