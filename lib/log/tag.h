/* tag: the word of a log line that names the program; see header.h. */
#ifndef SW_LOG_TAG_H
#define SW_LOG_TAG_H

#include "base/raw.h"

/* Index of the '[' of a word that ends in "[12]" or "[-]"; word.n when it does not. */
static inline size_t log_tag_pid(struct sw_raw word)
{
	size_t n = word.n;

	if (n < 4 || word.p[n - 1] != ']')
		return word.n;
	n--;
	if (word.p[n - 1] == '-')
		n--;
	else
		while (n > 0 && raw_is_digit(word.p[n - 1]))
			n--;
	return n > 1 && n < word.n - 1 && word.p[n - 1] == '[' ? n - 1 : word.n;
}

/* Does a name hold a "[12]:" already? Then its tag ended there, and text without a blank follows.
 */
bool log_tag_holds_pid(struct sw_raw name);

/*
 * A word of a line, with its ':', into its name: "NAME[pid]:" (name and pid of log_tag_pid()) or
 * "NAME:" without a colon or bracket in NAME.
 */
static inline bool log_tag_read(struct sw_raw word, struct sw_raw *ret)
{
	size_t pid;

	if (word.n < 2 || word.p[word.n - 1] != ':')
		return false;
	word.n--;
	pid = log_tag_pid(word);
	*ret = raw_from(word.p, pid);
	if (pid < word.n)
		return raw_find(*ret, '[') == pid || !log_tag_holds_pid(*ret);
	return raw_find(word, ':') == word.n && raw_find(word, '[') == word.n &&
	       raw_find(word, ']') == word.n;
}

/* A tag that Docker's syslog driver makes of a container's ID: 12 hexadecimal digits. */
bool log_tag_is_container(struct sw_raw tag);

/* A program of Postfix that logs (daemons and commands of 2.11 to 3.12). */
bool log_tag_is_program(struct sw_raw name);

#endif
