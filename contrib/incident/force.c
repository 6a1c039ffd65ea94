#include "incident/force.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "incident/restrictions.h"
#include "incident/say.h"

#define LIST "smtpd_data_restrictions"

struct checks {
	struct table table[TABLES];
	struct restrictions_check check[TABLES];
	size_t n;
	size_t which;
};

static void checks_of(const struct setup *s, enum table_name which, struct checks *ret)
{
	static const enum table_name order[] = { TABLE_CLIENT, TABLE_LOGIN, TABLE_PATTERN };

	ret->n = 0;
	for (size_t i = 0; i < SW_COUNT(order); i++) {
		struct table *t = &ret->table[ret->n];

		if (order[i] == TABLE_PATTERN && !s->regexp)
			continue;
		table_name(s, order[i], t);
		if (order[i] == which)
			ret->which = ret->n;
		ret->check[ret->n++] = (struct restrictions_check){ t->check, t->map };
	}
}

/* "postconf [-c DIR] OPTION 'TEXT'" to a stream of memory. */
static void put_command(FILE *to, const struct setup *s, const char *option, const char *text)
{
	fputs("postconf ", to);
	if (s->ours_only) {
		fputs("-c ", to);
		say_shell(to, raw_of(s->config_directory));
		putc(' ', to);
	}
	fprintf(to, "%s ", option);
	say_shell(to, raw_of(text));
}

/* Is none of ours in the list? Then it stays as it was written, behind ours. */
static bool is_untouched(struct sw_raw list)
{
	return !memmem(list.p, list.n, "spoolwatch_", strlen("spoolwatch_"));
}

/* main.cf's line. NULL: no memory, or no such line can be made. */
static char *main_line(const struct setup *s, const struct checks *c)
{
	const char *was = maincf_text(s->main, LIST);
	char *line = malloc(FORCE_COMMAND);
	struct sw_raw rest = raw_trim(raw_of(was ? was : ""));
	size_t n = 0;

	if (!line || rest.n > FORCE_COMMAND / 4) {
		free(line);
		return NULL;
	}
	if (!is_untouched(rest) && restrictions_with(rest, c->check, c->n, line, FORCE_COMMAND))
		return line;
	for (size_t i = 0; i < c->n; i++)
		n += (size_t)snprintf(line + n, FORCE_COMMAND - n, "%s%s %s", i ? ", " : "",
				      c->check[i].name, c->check[i].table);
	if (rest.n > 0)
		snprintf(line + n, FORCE_COMMAND - n, ", %s", rest.p);
	return line;
}

/* Rather none than half a command. */
static char *none(FILE *to, char **command)
{
	(void)fclose(to);
	free(*command);
	return NULL;
}

static char *main_command(const struct setup *s, const char *line)
{
	char *command = NULL;
	size_t size;
	FILE *to = line ? open_memstream(&command, &size) : NULL;
	char *text = NULL;

	if (!to)
		return NULL;
	if (asprintf(&text, LIST " = %s", line) < 0)
		return none(to, &command);
	put_command(to, s, "-e", text);
	free(text);
	return fclose(to) == 0 ? command : NULL;
}

/*
 * A service with an -o of its own. `postconf -P` takes no blank: what has one within { } goes into
 * a parameter of main.cf, to which the -o refers.
 */
static char *own_command(const struct setup *s, const struct checks *c,
			 const struct master_service *service, struct sw_raw own, size_t number)
{
	char list[FORCE_COMMAND];
	char name[48];
	char *text = NULL;
	char *command = NULL;
	size_t size;
	FILE *to = open_memstream(&command, &size);

	if (!to)
		return NULL;
	snprintf(name, sizeof(name), "$spoolwatch_data_%zu", number);
	if (!restrictions_with(own, c->check, c->n, list, sizeof(list))) {
		if (asprintf(&text, "%s = %.*s", name + 1, (int)own.n, own.p) < 0)
			return none(to, &command);
		put_command(to, s, "-e", text);
		fputs(" && ", to);
		free(text);
		(void)restrictions_with(raw_of(name), c->check, c->n, list, sizeof(list));
	}
	if (asprintf(&text, "%.*s/%.*s/" LIST "=%s", (int)service->name.n, service->name.p,
		     (int)service->type.n, service->type.p, list) < 0)
		return none(to, &command);
	put_command(to, s, "-P", text);
	free(text);
	return fclose(to) == 0 ? command : NULL;
}

/* Can a client log in? By AUTH, or a proxy that tells who did (XCLIENT). */
static bool has_logins(struct setup *s, const struct master_service *service)
{
	struct sw_fault ignored = { 0 };
	char *auth = NULL;
	char *proxies = NULL;
	bool has = setup_value(s, service, "smtpd_sasl_auth_enable", "no", &auth, &ignored) < 0 ||
		   setup_value(s, service, "smtpd_authorized_xclient_hosts", "", &proxies,
			       &ignored) < 0 ||
		   !raw_is(raw_trim(raw_of(auth)), "no") || raw_trim(raw_of(proxies)).n;

	free(auth);
	free(proxies);
	return has;
}

static struct force_service *add(struct force *f)
{
	struct force_service *grown = reallocarray(f->service, f->n + 1, sizeof(*f->service));

	if (!grown)
		return NULL;
	f->service = grown;
	f->service[f->n] = (struct force_service){ .state = FORCE_NO };
	return &f->service[f->n++];
}

static int look(struct setup *s, const struct checks *c, enum table_name table,
		const struct master_service *service, struct force *f, struct sw_fault *why)
{
	struct force_service *ret = add(f);
	struct sw_fault ignored = { 0 };
	char *list = NULL;
	struct sw_raw own;
	bool reached;

	if (!ret)
		return sw_fault_errno(why, ENOMEM, "read master.cf");
	ret->name = sw_label_from(service->name);
	reached = setup_value(s, service, LIST, "", &list, &ignored) == 0 &&
		  restrictions_reach(raw_of(list), c->check, c->n, c->which);
	free(list);
	if (reached)
		ret->state = FORCE_YES;
	else if (table != TABLE_CLIENT && !has_logins(s, service))
		ret->state = FORCE_NO_LOGIN;
	else if (master_option(service, raw_of(LIST), &own))
		ret->command = own_command(s, c, service, own, f->n);
	else if (f->main_command)
		ret->command = strdup(f->main_command);
	if (ret->state == FORCE_YES && f->running.state != RUNNING_AS_WRITTEN &&
	    f->running.state != RUNNING_STOPPED)
		ret->state = FORCE_UNREAD;
	f->yes += ret->state == FORCE_YES;
	f->unread += ret->state == FORCE_UNREAD;
	f->no += ret->state == FORCE_NO;
	return 0;
}

/* Does main.cf's own list reach all of ours? */
static bool main_reaches(struct setup *s, const struct checks *c)
{
	const struct master_service nobody = { 0 };
	struct sw_fault ignored = { 0 };
	char *list = NULL;
	bool reached = setup_value(s, &nobody, LIST, "", &list, &ignored) == 0;

	for (size_t i = 0; i < c->n && reached; i++)
		reached = restrictions_reach(raw_of(list), c->check, c->n, i);
	free(list);
	return reached;
}

/* Two of a name differ in their type: "smtp/pass". */
static void tell_apart(struct force *f, size_t i, struct sw_raw type)
{
	for (size_t k = 0; k < i; k++) {
		if (strcmp(f->service[k].name.s, f->service[i].name.s) != 0)
			continue;
		sw_label_print(&f->service[i].name, "/");
		sw_label_add(&f->service[i].name, type);
		return;
	}
}

int force_look(struct setup *s, enum table_name table, struct force *ret, struct sw_fault *why)
{
	struct checks c;
	struct master_service service;
	struct sw_raw rest = s->master;
	char *buf = malloc(rest.n + 1);
	int rc = buf ? 0 : sw_fault_errno(why, ENOMEM, "read master.cf");

	*ret = (struct force){ 0 };
	if (rc == 0 && running_look(s, &ret->running, &ret->unlooked) < 0)
		ret->running = (struct running){ .state = RUNNING_UNSEEN };
	checks_of(s, table, &c);
	ret->main_line = main_line(s, &c);
	ret->main_reaches = main_reaches(s, &c);
	ret->main_command = main_command(s, ret->main_line);
	while (rc == 0 && master_next(&rest, buf, &service)) {
		if (!raw_is(service.command, "smtpd"))
			continue;
		rc = look(s, &c, table, &service, ret, why);
		if (rc == 0)
			tell_apart(ret, ret->n - 1, service.type);
	}
	free(buf);
	return rc;
}

bool force_is_whole(const struct force *f)
{
	return f->yes > 0 && f->no == 0 && f->unread == 0 && f->running.before == 0;
}

void force_free(struct force *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->service[i].command);
	free(f->service);
	free(f->main_command);
	free(f->main_line);
	*f = (struct force){ 0 };
}
