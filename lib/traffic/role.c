#include "traffic/role.h"

unsigned role_of(struct sw_raw program)
{
	static const struct {
		const char *program;
		enum role role;
	} roles[] = {
		{ "smtpd", ROLE_SMTPD },      { "qmgr", ROLE_QMGR },
		{ "pickup", ROLE_PICKUP },    { "cleanup", ROLE_CLEANUP },
		{ "local", ROLE_LOCAL },      { "qmqpd", ROLE_QMQPD },
		{ "nqmgr", ROLE_QMGR },	      { "oqmgr", ROLE_QMGR },
		{ "master", ROLE_BLOCKED },   { "postdrop", ROLE_BLOCKED },
		{ "sendmail", ROLE_BLOCKED }, { "", ROLE_UNKNOWN },
	};

	for (size_t i = 0; i < SW_COUNT(roles); i++)
		if (raw_is(program, roles[i].program))
			return roles[i].role;
	return ROLE_NOBODY;
}

bool role_may_matter(unsigned role, struct sw_raw text)
{
	static const char active[] = " active)"; /* as long as a word of the processor */
	enum { ACTIVE = sizeof(active) - 1 };

	if (role == ROLE_SMTPD)
		return !raw_starts(text, "connect from ") && !raw_starts(text, "disconnect from ");
	return role != ROLE_QMGR ||
	       (text.n > ACTIVE && memcmp(text.p + text.n - ACTIVE, active, ACTIVE) == 0);
}

enum role role_by(struct sw_raw text)
{
	size_t colon = raw_find(text, ':');
	struct sw_raw behind = colon < text.n ? raw_skip(text, colon) : text;

	if (raw_starts(behind, ": client="))
		return ROLE_SMTPD;
	if (raw_starts(behind, ": uid="))
		return ROLE_PICKUP;
	return raw_starts(behind, ": from=<") ? ROLE_QMGR : ROLE_NOBODY;
}
