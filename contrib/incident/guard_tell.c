/* What the guard says, and to whom: a line on stdout, syslog's mail.alert, a command. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "incident/guard.h"
#include "incident/say.h"
#include "os/clock.h"
#include "os/command.h"

enum { COMMAND_MS = 10000, TRIES = 3 };

static const char *const kinds[LOCKED_KINDS] = {
	[LOCKED_LOCK] = "lock",
	[LOCKED_WOULD] = "would",
	[LOCKED_ALARM] = "alarm",
};

struct sw_label guard_name(const struct locked_record *r)
{
	struct sw_label name = { 0 };

	sw_label_add_name(&name, raw_from(r->name, r->name_n));
	return name;
}

static void to_syslog(const struct guard *g, const char *text)
{
	if (g->run->host->copied)
		return;
	openlog("spoolwatch", LOG_PID, LOG_MAIL);
	syslog(LOG_ALERT, "guard: %s", text);
	closelog();
}

/*
 * Does the journal have from syslog(3) already what is written to `fd`? It is told by
 * $JOURNAL_STREAM that it reads there (systemd.exec(5)), and by its socket of
 * systemd-journald.service(8) that it is who reads /dev/log: elsewhere each has its own line.
 */
static bool has_it(const struct guard *g, int fd)
{
	const char *stream = host_env(g->run->host, "JOURNAL_STREAM");
	char name[48];
	struct stat st;
	struct stat log;
	struct stat journal;

	if (!stream || g->run->host->copied || fstat(fd, &st) < 0 || stat("/dev/log", &log) < 0 ||
	    stat("/run/systemd/journal/dev-log", &journal) < 0)
		return false;
	snprintf(name, sizeof(name), "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino);
	return strcmp(stream, name) == 0 && log.st_dev == journal.st_dev &&
	       log.st_ino == journal.st_ino;
}

void guard_complain(struct guard *g, const struct sw_label *sentence)
{
	if (!has_it(g, STDERR_FILENO))
		fprintf(stderr, "spoolwatch: guard: %s\n", sentence->s);
	to_syslog(g, sentence->s);
	g->partly = true;
}

static void say_sentence(FILE *to, const struct locked_record *r)
{
	const char *how = r->blocked ? r->rejects ? "is locked, its mail is refused"
						  : "is locked, its mail is held"
				     : "is held, but not blocked";

	if (r->kind == LOCKED_WOULD)
		how = "would be locked";
	if (r->kind == LOCKED_ALARM)
		how = "is not locked, look at it";
	if (r->kind == LOCKED_LOCK && !r->blocked && r->phase == LOCKED_BEGUN)
		how = "could not be locked";
	fprintf(to, "%s %s: %s", guard_name(r).s, how, r->reason);
	if (r->kind == LOCKED_LOCK)
		fprintf(to, "; %u messages are in hold", r->held);
	if (*r->undo)
		fprintf(to, "; undo: %s", r->undo);
}

static void say_object(FILE *to, const struct locked_record *r, bool first)
{
	fprintf(to, "%s{\"kind\":\"%s\",\"account\":", first ? "" : ",", kinds[r->kind]);
	say_json(to, raw_from(r->name, r->name_n));
	fprintf(to, ",\"since\":%lld,\"reason\":", (long long)r->since);
	say_json(to, raw_of(r->reason));
	if (r->kind == LOCKED_LOCK) {
		fprintf(to, ",\"blocked\":%s,\"held\":%u,\"undo\":", r->blocked ? "true" : "false",
			r->held);
		say_json(to, raw_of(r->undo));
	}
	fputc('}', to);
}

static void say(struct guard *g, const struct locked_record *r)
{
	char *text = NULL;
	size_t n = 0;
	FILE *to = open_memstream(&text, &n);
	bool first = g->told[LOCKED_LOCK] + g->told[LOCKED_WOULD] + g->told[LOCKED_ALARM] == 0;

	g->told[r->kind]++;
	if (g->json)
		say_object(g->json, r, first);
	if (!to)
		return;
	say_sentence(to, r);
	if (say_close(to, &text)) {
		to_syslog(g, text);
		if (!g->json && !has_it(g, STDOUT_FILENO)) {
			puts(text);
			fflush(stdout);
		}
	}
	free(text);
}

/* Did it take it? No shell is in between: an account may be called anything. */
static bool run_command(struct guard *g, const struct locked_record *r)
{
	char account[LOCKED_NAME + 1];
	const char *const argv[] = { g->config->command, kinds[r->kind], account,
				     r->reason,		 r->undo,	 NULL };
	char said[4096];
	struct sw_fault why = { 0 };

	memcpy(account, r->name, r->name_n);
	account[r->name_n] = '\0';
	if (command_output(argv, clock_ms() + COMMAND_MS, said, sizeof(said), &why) >= 0)
		return true;
	guard_complain(g, &why.text);
	return false;
}

void guard_tell(struct guard *g, struct locked_record *r)
{
	bool heard = true;

	if (r->told || run_is_ended())
		return;
	if (r->tries == 0)
		say(g, r);
	r->tries++;
	if (*g->config->command && !g->no_state.code)
		heard = run_command(g, r);
	if (heard || r->tries >= TRIES)
		r->told = g->run->host->now;
	guard_save(g);
}
