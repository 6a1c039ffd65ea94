#include "incident/setup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "incident/child.h"
#include "os/clock.h"
#include "os/command.h"
#include "postfix/expand.h"

enum { POSTCONF_MS = 10000, POSTCONF_BYTES = 8192 };

/* What postconf prints, for its arguments; -c is added. */
static int postconf(const struct setup *s, const char *option, const char *name, char *buf,
		    size_t size, struct sw_fault *why)
{
	static const char *const places[] = { "postconf", "/usr/sbin/postconf",
					      "/usr/local/sbin/postconf" };
	const char *argv[8] = { NULL, option };
	size_t n = 2;
	int rc = -ENOENT;

	if (s->ours_only) {
		argv[n++] = "-c";
		argv[n++] = s->config_directory;
	}
	argv[n++] = name;
	for (size_t i = 0; rc == -ENOENT && i < SW_COUNT(places); i++) {
		*why = (struct sw_fault){ 0 };
		argv[0] = places[i];
		rc = command_output(argv, clock_ms() + POSTCONF_MS, buf, size, why);
	}
	while (rc > 0 && raw_is_blank(buf[rc - 1]))
		buf[--rc] = '\0';
	return rc;
}

static int ask_path(const struct setup *s, const char *name, char ret[SETUP_PATH],
		    struct sw_fault *why)
{
	int rc = postconf(s, "-hx", name, ret, SETUP_PATH, why);

	if (rc < 0)
		return rc;
	return ret[0] == '/' ? 0 : sw_fault(why, EINVAL, "postconf says no %s", name);
}

static int ask_types(struct setup *s, struct sw_fault *why)
{
	char text[POSTCONF_BYTES];
	struct sw_raw rest;
	struct sw_raw word;
	int rc = postconf(s, "-m", NULL, text, sizeof(text), why);

	if (rc < 0)
		return rc;
	rest = raw_from(text, (size_t)rc);
	while (raw_word(&rest, " \t\r\n", &word)) {
		s->lmdb |= raw_is(word, "lmdb");
		s->regexp |= raw_is(word, "regexp");
	}
	return 0;
}

int setup_again(struct setup *s, struct sw_fault *why)
{
	maincf_close(s->main);
	s->main = NULL;
	return maincf_open(s->run->host, s->config_directory, &s->main, why);
}

int setup_open(const struct run *r, struct setup *ret, struct sw_fault *why)
{
	const char *given = r->options->config_directory;
	char text[SETUP_PATH];
	char path[SETUP_PATH + 16];
	int rc;

	*ret = (struct setup){ .run = r, .ours_only = given };
	if (geteuid() != 0)
		return sw_fault(why, EPERM, "only root may do this");
	if (r->host->copied)
		return sw_fault(why, EINVAL,
				"SPOOLWATCH_ROOT is set: a copy of a host can be read only");
	if (given && (size_t)snprintf(ret->config_directory, SETUP_PATH, "%s", given) >= SETUP_PATH)
		return sw_fault(why, ENAMETOOLONG, "-c %s is too long", given);
	rc = given ? 0 : ask_path(ret, "config_directory", ret->config_directory, why);
	if (rc == 0)
		rc = ask_path(ret, "command_directory", ret->command_directory, why);
	if (rc == 0)
		rc = ask_types(ret, why);
	if (rc == 0)
		rc = postconf(ret, "-hx", "smtputf8_enable", text, sizeof(text), why);
	if (rc < 0)
		return rc;
	ret->utf8 = strcmp(text, "no") != 0;
	snprintf(path, sizeof(path), "%s/master.cf", ret->config_directory);
	rc = setup_again(ret, why);
	return rc < 0 ? rc : host_read(r->host, path, MASTER_BYTES, &ret->master, why);
}

void setup_close(struct setup *s)
{
	maincf_close(s->main);
	free((char *)s->master.p);
	s->main = NULL;
	s->master = (struct sw_raw){ 0 };
}

struct lookup {
	const struct setup *setup;
	const struct master_service *service;
	char name[128];
	char *value; /* that postconf said */
};

/* Postfix's default of what nobody set. */
static int lookup_default(struct lookup *l, struct sw_raw *ret, struct sw_fault *why)
{
	int rc;

	if (!l->value && !(l->value = malloc(POSTCONF_BYTES)))
		return sw_fault_errno(why, ENOMEM, "look up %s", l->name);
	rc = postconf(l->setup, "-h", l->name, l->value, POSTCONF_BYTES, why);
	if (rc < 0)
		return rc;
	*ret = raw_from(l->value, (size_t)rc);
	return rc > 0 ? 0 : -ENOENT;
}

static int look_up(struct sw_raw name, struct sw_raw *ret, void *ctx, struct sw_fault *why)
{
	struct lookup *l = ctx;
	const char *text;

	if (master_option(l->service, name, ret))
		return 0;
	for (size_t i = 0; i < name.n; i++)
		if (!raw_is_alnum(name.p[i]) && name.p[i] != '_')
			return -ENOENT;
	if (name.n == 0 || name.n >= sizeof(l->name))
		return -ENOENT;
	memcpy(l->name, name.p, name.n);
	l->name[name.n] = '\0';
	text = maincf_text(l->setup->main, l->name);
	if (!text)
		return lookup_default(l, ret, why);
	*ret = raw_of(text);
	return 0;
}

int setup_value(struct setup *s, const struct master_service *service, const char *parameter,
		const char *otherwise, char **ret, struct sw_fault *why)
{
	struct lookup l = { .setup = s, .service = service };
	struct sw_raw text;
	int rc;

	if (!master_option(service, raw_of(parameter), &text)) {
		const char *main = maincf_text(s->main, parameter);

		text = raw_of(main ? main : otherwise);
	}
	rc = expand(text, look_up, &l, ret, why);
	free(l.value);
	return rc;
}

int setup_command(const struct setup *s, const char **argv, struct sw_raw in, char *said,
		  struct sw_fault *why)
{
	char path[SETUP_PATH + 16];

	snprintf(path, sizeof(path), "%s/%s", s->command_directory, argv[0]);
	argv[0] = path;
	argv[1] = "-c";
	argv[2] = s->config_directory;
	return child_run(argv, in, -1, said, why);
}

int setup_runs(const struct setup *s, struct sw_fault *why)
{
	char path[SETUP_PATH + 16];
	const char *const argv[] = { path, "-c", s->config_directory, "-t", NULL };
	char directory[SETUP_PATH];
	char said[CHILD_SAID];
	int rc = ask_path(s, "daemon_directory", directory, why);

	/* as `postfix status`, which logs a line where it does not run */
	if (rc == 0) {
		snprintf(path, sizeof(path), "%s/master", directory);
		rc = child_run(argv, raw_of(""), -1, said, why);
	}
	return rc < 0 ? rc : rc != 0;
}

int setup_reload(const struct setup *s, struct sw_fault *why)
{
	const char *reload[] = { "postfix", NULL, NULL, "reload", NULL };
	char said[CHILD_SAID];
	int rc = setup_runs(s, why);

	if (rc <= 0)
		return rc;
	rc = setup_command(s, reload, raw_of(""), said, why);
	if (rc <= 0)
		return rc;
	return sw_fault(why, EIO, "postfix reload failed: %.*s", (int)child_cause(said).n,
			child_cause(said).p);
}
