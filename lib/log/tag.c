#include "log/tag.h"

/* The commonest first. */
static const struct raw_word programs[] = {
	RAW_WORD("smtpd"),     RAW_WORD("smtp"),
	RAW_WORD("qmgr"),      RAW_WORD("cleanup"),
	RAW_WORD("anvil"),     RAW_WORD("postscreen"),
	RAW_WORD("pickup"),    RAW_WORD("bounce"),
	RAW_WORD("local"),     RAW_WORD("lmtp"),
	RAW_WORD("pipe"),      RAW_WORD("virtual"),
	RAW_WORD("error"),     RAW_WORD("trivial-rewrite"),
	RAW_WORD("tlsproxy"),  RAW_WORD("dnsblog"),
	RAW_WORD("master"),    RAW_WORD("postfix-script"),
	RAW_WORD("discard"),   RAW_WORD("flush"),
	RAW_WORD("nqmgr"),     RAW_WORD("oqmgr"),
	RAW_WORD("postalias"), RAW_WORD("postdrop"),
	RAW_WORD("postlog"),   RAW_WORD("postlogd"),
	RAW_WORD("postmap"),   RAW_WORD("postmulti"),
	RAW_WORD("postqueue"), RAW_WORD("postsuper"),
	RAW_WORD("proxymap"),  RAW_WORD("qmqpd"),
	RAW_WORD("scache"),    RAW_WORD("sendmail"),
	RAW_WORD("showq"),     RAW_WORD("spawn"),
	RAW_WORD("tlsmgr"),    RAW_WORD("verify"),
};

bool log_tag_is_program(struct sw_raw word)
{
	for (size_t i = 0; i < SW_COUNT(programs); i++)
		if (word.n == programs[i].n && word.p[0] == programs[i].p[0] &&
		    raw_is_word(word, &programs[i]))
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
