/* The verb block --init: tables, and a line in main.cf, made once on a quiet day. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "incident/block.h"
#include "incident/child.h"
#include "incident/say.h"
#include "os/clock.h"

enum { RELOAD_MS = 2000 };

/* The tables of an instance, all or none. */
bool block_is_begun(const struct setup *s)
{
	struct table t;

	for (enum table_name i = 0; i < TABLES; i++) {
		table_name(s, i, &t);
		if ((i != TABLE_PATTERN || s->regexp) && !table_is_there(&t))
			return false;
	}
	return true;
}

static int make_tables(const struct setup *s, struct sw_fault *why)
{
	struct table t;
	int rc = 0;

	for (enum table_name i = 0; i < TABLES && rc == 0; i++) {
		table_name(s, i, &t);
		if (i != TABLE_PATTERN || s->regexp)
			rc = table_create(&t, why);
	}
	return rc;
}

static int write_line(struct setup *s, const struct force *f, struct sw_fault *why)
{
	const char *argv[] = { "postconf", NULL, NULL, "-e", NULL, NULL };
	char said[4096];
	char *text;
	int rc;

	if (!f->main_line || asprintf(&text, "smtpd_data_restrictions = %s", f->main_line) < 0)
		return sw_fault(why, EFBIG, "the list in main.cf is too long");
	argv[4] = text;
	rc = setup_command(s, argv, raw_of(""), said, why);
	free(text);
	if (rc > 0)
		return sw_fault(why, EIO, "postconf -e failed: %s", said);
	if (rc == 0)
		rc = setup_again(s, why);
	return rc == 0 ? setup_reload(s, why) : rc;
}

/* As it is when the reload is over: another qmgr runs, and those have ended whom it ends. */
static int look_again(struct setup *s, struct force *f, struct sw_fault *why)
{
	const int64_t until = clock_ms() + RELOAD_MS;
	const uint64_t was = f->running.qmgr;
	int rc;

	do {
		force_free(f);
		rc = force_look(s, TABLE_LOGIN, f, why);
		if (rc < 0 || (f->running.before == 0 && f->running.qmgr != was) ||
		    f->running.state == RUNNING_STOPPED)
			break;
		run_pause(50);
	} while (clock_ms() < until && !run_is_ended());
	return rc;
}

static int say_init(const struct run *r, const struct setup *s, const struct force *f, bool changed)
{
	bool all = force_is_whole(f);

	if (r->options->json) {
		printf("{\"schema\":1,\"verb\":\"block\",\"select\":{}%s,\"line\":",
		       r->options->yes ? "" : ",\"dry_run\":true");
		say_json(stdout, raw_of(f->main_line ? f->main_line : ""));
		block_json_force(s, f);
		puts("}");
		return all || !r->options->yes ? EXIT_DONE : EXIT_PARTLY;
	}
	if (r->options->yes)
		block_say_commands(s, f);
	printf("%s", changed ? "main.cf has the line now: a block is "
			     : "main.cf has the line: a block is ");
	block_say_force(f);
	putchar('\n');
	return all ? EXIT_DONE : EXIT_PARTLY;
}

static void say_lines(const struct setup *s, const struct force *f)
{
	printf("main.cf's line in %s:\nsmtpd_data_restrictions = %s\n", s->config_directory,
	       f->main_line ? f->main_line : "(too long)");
	for (size_t i = 0; i < f->n; i++) {
		if (!f->service[i].command ||
		    (f->main_command && strcmp(f->service[i].command, f->main_command) == 0))
			continue;
		printf("and afterwards, for %s, which has a list of its own in master.cf:\n%s\n",
		       f->service[i].name.s, f->service[i].command);
	}
}

int block_init(const struct run *r, struct setup *s)
{
	struct sw_fault why = { 0 };
	struct force f;
	int rc = force_look(s, TABLE_LOGIN, &f, &why);
	bool lacks = rc == 0 && (!f.main_reaches || !block_is_begun(s));

	if (rc == 0 && r->options->yes && lacks) {
		/* a table first: with a line that names one that is not there nobody can send */
		rc = make_tables(s, &why);
		if (rc == 0 && !f.main_reaches) {
			rc = write_line(s, &f, &why);
			if (rc == 0)
				rc = look_again(s, &f, &why);
		}
	}
	if (rc < 0) {
		rc = run_fail(r, &why);
	} else if (!r->options->yes && lacks && !r->options->json) {
		say_lines(s, &f);
		puts("spoolwatch block --init --yes makes the tables and writes this line");
		rc = EXIT_DONE;
	} else {
		rc = say_init(r, s, &f, lacks);
	}
	force_free(&f);
	return rc;
}

int block_not_begun(const struct run *r, struct setup *s)
{
	struct sw_fault why = { 0 };
	struct force f;
	int rc = force_look(s, TABLE_LOGIN, &f, &why);

	if (rc == 0 && !r->options->json)
		say_lines(s, &f);
	force_free(&f);
	if (rc < 0)
		return run_fail(r, &why);
	sw_fault(
		&why, ENOENT,
		"nothing is blocked: it wants tables and a line in main.cf, once: spoolwatch block "
		"--init%s%s",
		s->ours_only ? " -c " : "", s->ours_only ? s->config_directory : "");
	return run_fail(r, &why);
}
