/*
 * spoolwatch: the incident command, from the alert to a contained account. A row of the table is a
 * verb; what each does stands in its file.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

#include "incident/act.h"
#include "incident/others.h"
#include "os/io.h"
#include "spoolwatch/version.h"

extern char **environ;

#define SELECTED "[--yes] ACCOUNT | --client ADDRESS | --sender ADDRESS | --uid N"

static const struct verb verbs[] = {
	{ "who", TAKES_BY | TAKES_TOP, who_run,
	  "[--by account|client|sender|uid|domain|reason] [--top N]",
	  "whose messages are in the queues: every queue file is looked at" },
	{ "inodes", TAKES_DIRECTORY | TAKES_TOP, inodes_run, "[--top N] [DIRECTORY]",
	  "what holds the inodes: every directory is read" },
	{ "report", TAKES_ACCOUNT | TAKES_SELECT | TAKES_DAY | TAKES_SAVE | TAKES_TOP, report_run,
	  "[--save DIR] [--top N] ACCOUNT | --uid N | --day",
	  "what is known of it: since when, from where, how many, who refuses us; --day: of all" },
	{ "hold", TAKES_ACCOUNT | TAKES_SELECT | TAKES_YES, hold_run, SELECTED,
	  "put the messages of an account into hold" },
	{ "release", TAKES_ACCOUNT | TAKES_SELECT | TAKES_YES, release_run, SELECTED,
	  "let them go on" },
	{ "delete", TAKES_ACCOUNT | TAKES_SELECT | TAKES_YES, delete_run, SELECTED,
	  "hold and then delete them" },
	{ "block", TAKES_ACCOUNT | TAKES_SELECT | TAKES_YES | TAKES_INIT, block_run,
	  "[--yes] ACCOUNT | --client ADDRESS | --init",
	  "refuse its mail on every port; --init: what that wants, once, on a quiet day" },
	{ "unblock", TAKES_ACCOUNT | TAKES_SELECT | TAKES_YES, block_run,
	  "[--yes] ACCOUNT | --client ADDRESS", "take that back" },
	{ "contain", TAKES_ACCOUNT | TAKES_YES | TAKES_SAVE, contain_run,
	  "[--yes] [--save DIR] ACCOUNT",
	  "block it, end its sessions, hold its messages, and say which doors are still open" },
	{ "guard", TAKES_CONFIG, guard_run, "--config FILE [--once]",
	  "contain unasked whom two signs speak against, as the file allows; each minute" },
	{ "letter", TAKES_ACCOUNT, letter_run, "ACCOUNT", "a mail to its owner, to be edited" },
	{ 0 },
};

static void usage(void)
{
	fputs("usage: spoolwatch [VERB] [-c DIR] [--json] [OPTIONS] [--] [ACCOUNT]\n"
	      "  [--top N]\n        the state of this mail server, and what to type next\n",
	      stdout);
	for (const struct verb *v = verbs; v->name; v++)
		printf("  %s %s\n        %s\n", v->name, v->arguments, v->about);
	fputs("  -c DIR  the configuration directory of the Postfix instance; --help, --version\n",
	      stdout);
}

int main(int argc, char **argv)
{
	struct options options;
	struct sw_host host;
	struct sw_fault why = { 0 };
	struct run r = { .options = &options, .host = &host };
	int rc;

	signal(SIGCHLD, SIG_DFL); /* who ignores it never hears how a child ended */
	umask(022);
	if (!io_stands())
		return EXIT_USAGE;
	rc = options_read(argc, argv, verbs, &r.verb, &options, &why);

	if (rc == 0 && options.help) {
		usage();
		return EXIT_DONE;
	}
	if (rc == 0 && options.version) {
		puts("spoolwatch " SW_VERSION);
		return EXIT_DONE;
	}
	if (rc < 0) {
		fprintf(stderr, "spoolwatch: %s; see spoolwatch --help\n", why.text.s);
		return EXIT_USAGE;
	}
	if (host_open(&host, (const char *const *)environ, &why) < 0)
		return run_fail(&r, &why);
	host.deadline = 0; /* an admin waits, no munin-node */
	rc = r.verb ? r.verb->run(&r) : screen_run(&r);
	if (r.verb && r.verb->takes & (TAKES_BY | TAKES_YES | TAKES_SAVE) &&
	    rc != EXIT_NOT_PERMITTED)
		others_note(&r);
	host_close(&host);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("spoolwatch: stdout");
		return EXIT_PARTLY;
	}
	return rc;
}
