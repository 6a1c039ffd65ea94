#include "incident/doors.h"

#include "incident/say.h"

static const struct {
	const char *about; /* NULL: as the one before */
	const char *command;
	bool named; /* the account stands behind it */
} doors[] = {
	{ "its password, app passwords too; who is logged in by IMAP, POP3 or webmail stays so:",
	  "doveadm who ", true },
	{ NULL, "doveadm auth cache flush ", true },
	{ NULL, "doveadm kick ", true },
	{ "webmail, whose session can set the password back: end its sessions there", NULL, false },
	{ "sieve and forwarding rules that were left behind (redirect, vacation):",
	  "doveadm sieve list -u ", true },
	{ "scripts and cron of local users, which need no login:", "spoolwatch who --by uid",
	  false },
};

static void say_command(FILE *to, size_t i, struct sw_raw account)
{
	fputs(doors[i].command, to);
	if (doors[i].named && raw_starts(account, "-"))
		fputs("-- ", to);
	if (doors[i].named)
		say_shell(to, account);
}

bool doors_say_command(FILE *to, size_t i, struct sw_raw account)
{
	for (size_t k = 0; k < SW_COUNT(doors); k++) {
		if (!doors[k].command || i-- > 0)
			continue;
		say_command(to, k, account);
		return true;
	}
	return false;
}

void doors_say(FILE *to, struct sw_raw account)
{
	fputs("Doors that are still open, to be shut by hand:\n", to);
	for (size_t i = 0; i < SW_COUNT(doors); i++) {
		if (doors[i].about)
			fprintf(to, "  %s\n", doors[i].about);
		if (!doors[i].command)
			continue;
		fputs("    ", to);
		say_command(to, i, account);
		fputc('\n', to);
	}
}
