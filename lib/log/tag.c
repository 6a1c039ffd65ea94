#include "log/tag.h"

#define WORD(text)                                                                                 \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}

/* The commonest first. */
static const struct sw_raw programs[] = {
	WORD("smtpd"),	   WORD("smtp"),
	WORD("qmgr"),	   WORD("cleanup"),
	WORD("anvil"),	   WORD("postscreen"),
	WORD("pickup"),	   WORD("bounce"),
	WORD("local"),	   WORD("lmtp"),
	WORD("pipe"),	   WORD("virtual"),
	WORD("error"),	   WORD("trivial-rewrite"),
	WORD("tlsproxy"),  WORD("dnsblog"),
	WORD("master"),	   WORD("postfix-script"),
	WORD("discard"),   WORD("flush"),
	WORD("nqmgr"),	   WORD("oqmgr"),
	WORD("postalias"), WORD("postdrop"),
	WORD("postlog"),   WORD("postlogd"),
	WORD("postmap"),   WORD("postmulti"),
	WORD("postqueue"), WORD("postsuper"),
	WORD("proxymap"),  WORD("qmqpd"),
	WORD("scache"),	   WORD("sendmail"),
	WORD("showq"),	   WORD("spawn"),
	WORD("tlsmgr"),	   WORD("verify"),
};

bool log_tag_is_program(struct sw_raw word)
{
	for (size_t i = 0; i < SW_COUNT(programs); i++)
		if (word.n == programs[i].n && word.p[0] == programs[i].p[0] &&
		    memcmp(word.p, programs[i].p, word.n) == 0)
			return true;
	return false;
}

bool log_tag_is_container(struct sw_raw tag)
{
	if (tag.n != 12)
		return false;
	for (size_t i = 0; i < tag.n; i++)
		if (!raw_is_digit(tag.p[i]) && (tag.p[i] < 'a' || tag.p[i] > 'f'))
			return false;
	return true;
}

bool log_tag_holds_pid(struct sw_raw name)
{
	size_t open = raw_find(name, '[');

	while (open < name.n) {
		struct sw_raw rest = raw_skip(name, open + 1);
		size_t n = 0;

		while (n < rest.n && raw_is_digit(rest.p[n]))
			n++;
		if (n > 0 && raw_starts(raw_skip(rest, n), "]:"))
			return true;
		open = open + 1 + raw_find(rest, '[');
	}
	return false;
}
