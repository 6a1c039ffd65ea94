#include "postfix/reply.h"

/* Where some words begin, or the end. */
static size_t find(struct sw_raw text, const char *words)
{
	const char *p = memmem(text.p, text.n, words, strlen(words));

	return p ? (size_t)(p - text.p) : text.n;
}

enum reply reply_words(struct sw_raw text, struct sw_raw *ret_words)
{
	static const char suspended[] = "delivery temporarily suspended: ";
	static const char said[] = " said: ";
	static const char refused[] = " refused to talk to me: ";
	static const char to[] = " (in reply to ";
	enum reply whose = REPLY_OWN;
	size_t end;

	while (raw_starts(text, suspended))
		text = raw_skip(text, sizeof(suspended) - 1);
	if (raw_starts(text, "host ")) {
		size_t first = find(text, said);
		size_t second = find(text, refused);

		if (first < second) {
			text = raw_skip(text, first + sizeof(said) - 1);
			whose = REPLY_SAID;
		} else if (second < text.n) {
			text = raw_skip(text, second + sizeof(refused) - 1);
			whose = REPLY_REFUSED;
		}
	}
	end = raw_find_last(text, '(');
	if (end > 0 && raw_starts(raw_skip(text, end - 1), to))
		text.n = end - 1;
	*ret_words = text;
	return whose;
}
