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

unsigned role_of_day(struct sw_raw program)
{
	return raw_is(program, "smtp") ? ROLE_SMTP : role_of(program);
}

bool role_may_matter(unsigned role, struct sw_raw text)
{
	if (role == ROLE_SMTP)
		return raw_starts(raw_skip(text, raw_find(text, ':')), ": to=<");
	return role != ROLE_SMTPD ||
	       (!raw_starts(text, "connect from ") && !raw_starts(text, "disconnect from "));
}

const struct log_dull role_dull[] = {
	{ ROLE_SMTPD, { "connect ", "disconne" }, "" },
	{ ROLE_QMGR, { "", "" }, " active)" },
	{ 0, { "", "" }, "" },
};

enum role role_by(struct sw_raw text)
{
	static const struct {
		const char *begins;
		enum role role;
	} behind[] = { { ": client=", ROLE_SMTPD },	  { ": reject: ", ROLE_SMTPD },
		       { ": uid=", ROLE_PICKUP },	  { ": from=<", ROLE_QMGR },
		       { ": message-id=", ROLE_CLEANUP }, { ": to=<", ROLE_LOCAL } },
	  all[] = { { "warning: /", ROLE_BLOCKED },
		    { "warning: ", ROLE_CLEANUP },
		    { "proxy-", ROLE_SMTPD } };
	struct sw_raw rest = raw_skip(text, raw_find(text, ':'));

	for (size_t i = 0; i < SW_COUNT(behind); i++)
		if (raw_starts(rest, behind[i].begins))
			return behind[i].role;
	for (size_t i = 0; i < SW_COUNT(all); i++)
		if (raw_starts(text, all[i].begins))
			return all[i].role;
	return ROLE_NOBODY;
}
