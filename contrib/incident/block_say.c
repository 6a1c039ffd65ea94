/* What block and unblock say. */
#include <stdlib.h>

#include "incident/block.h"
#include "incident/say.h"

enum { SAID_BEFORE = 10 }; /* processes that are named */

void block_say_name(const struct target *t)
{
	struct sw_label name = { 0 };

	sw_label_add_name(&name, t->name);
	fputs(name.s, stdout);
}

/* Lists of names: "smtp, submission". */
static void say_services(const struct force *f, enum force_state state)
{
	const char *between = "";

	for (size_t i = 0; i < f->n; i++) {
		if (f->service[i].state != state)
			continue;
		printf("%s%s", between, f->service[i].name.s);
		between = ", ";
	}
}

static bool is_said_before(const struct force *f, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (f->service[k].command &&
		    strcmp(f->service[k].command, f->service[i].command) == 0)
			return true;
	return false;
}

static void say_reload(FILE *to, const struct setup *s)
{
	fputs("postfix ", to);
	if (s->ours_only) {
		fputs("-c ", to);
		say_shell(to, raw_of(s->config_directory));
		putc(' ', to);
	}
	fputs("reload", to);
}

/* For a file that was changed after now: no reload is after that yet. */
static void say_touch(FILE *to, const struct setup *s, const char *file)
{
	char path[SETUP_PATH + 16];

	snprintf(path, sizeof(path), "%s/%s", s->config_directory, file);
	fputs("touch ", to);
	say_shell(to, raw_of(path));
}

/* The i-th of these that is in the way; NULL: no more. */
static const char *ahead(const struct force *f, size_t i)
{
	const char *file[3] = { NULL };
	size_t n = 0;

	if (f->unread > 0 && f->running.master_is_ahead)
		file[n++] = "master.cf";
	if (f->running.before > 0 && f->running.main_is_ahead)
		file[n++] = "main.cf";
	return file[i];
}

static void say_unread(const struct force *f)
{
	if (f->running.state == RUNNING_CHANGED)
		fputs("master.cf was changed since Postfix last read it", stdout);
	else
		printf("whether Postfix has read master.cf is not known: %s",
		       f->unlooked.code ? f->unlooked.text.s
					: "it runs, and no qmgr of it is seen");
}

/* What brings it into force, on lines of their own. */
void block_say_commands(const struct setup *s, const struct force *f)
{
	if (f->no == 0 && f->unread == 0 && !ahead(f, 0))
		return;
	if (f->no > 0) {
		fputs("Not in force on ", stdout);
		say_services(f, FORCE_NO);
		puts(": these lines change that");
	} else if (f->unread == 0) {
		puts("main.cf was changed at a time that is still to come; this changes that:");
	} else {
		say_unread(f);
		puts("; this changes that:");
	}
	for (size_t i = 0; ahead(f, i); i++) {
		say_touch(stdout, s, ahead(f, i));
		putchar('\n');
	}
	for (size_t i = 0; i < f->n; i++) {
		if (f->service[i].state != FORCE_NO)
			continue;
		if (!f->service[i].command)
			printf("(no line for %s could be made: its list is too long)\n",
			       f->service[i].name.s);
		else if (!is_said_before(f, i))
			puts(f->service[i].command);
	}
	say_reload(stdout, s);
	putchar('\n');
}

static const char *last_changed(const struct force *f)
{
	return f->running.main_is_last ? "main.cf" : "master.cf";
}

void block_say_force(const struct force *f)
{
	fputs(f->yes > 0 ? "in force on " : "in force nowhere", stdout);
	say_services(f, FORCE_YES);
	if (f->unread > 0) {
		fputs(", after a reload on ", stdout);
		say_services(f, FORCE_UNREAD);
		fputs(" (", stdout);
		say_unread(f);
		putchar(')');
	}
	if (f->no > 0) {
		fputs(", not on ", stdout);
		say_services(f, FORCE_NO);
	}
	if (f->running.before > 0)
		printf(", but not known of %zu smtpd process%s that began before %s was changed",
		       f->running.before, f->running.before == 1 ? "" : "es", last_changed(f));
	if (f->n > f->yes + f->no + f->unread) {
		fputs("; no logins on ", stdout);
		say_services(f, FORCE_NO_LOGIN);
	}
}

void block_say_undo(FILE *to, const struct setup *s, const struct target *t, const char *verb)
{
	fprintf(to, "spoolwatch %s --yes", verb);
	if (s->ours_only) {
		fputs(" -c ", to);
		say_shell(to, raw_of(s->config_directory));
	}
	fputs(t->kind == TABLE_CLIENT ? " --client=" : " -- ", to);
	say_shell(to, t->name);
}

static void say_json_services(const struct force *f, enum force_state state, enum force_state or,
			      const char *key)
{
	const char *between = "";

	printf(",\"%s\":[", key);
	for (size_t i = 0; i < f->n; i++) {
		if (f->service[i].state != state && f->service[i].state != or)
			continue;
		fputs(between, stdout);
		say_json(stdout, raw_from(f->service[i].name.s, f->service[i].name.n));
		between = ",";
	}
	putchar(']');
}

void block_json_begin(const struct run *r, const struct target *t)
{
	printf("{\"schema\":1,\"verb\":\"%s\",\"select\":{\"%s\":", r->verb->name,
	       t->kind == TABLE_CLIENT ? "client" : "account");
	say_json(stdout, t->name);
	fputs(r->options->yes ? "}" : "},\"dry_run\":true", stdout);
}

void block_json_undo(const struct setup *s, const struct target *t, const char *verb)
{
	char *text = NULL;
	size_t n = 0;
	FILE *to = open_memstream(&text, &n);

	if (to) {
		block_say_undo(to, s, t, verb);
		if (say_close(to, &text)) {
			fputs(",\"undo\":", stdout);
			say_json(stdout, raw_from(text, n));
		}
		free(text);
	}
	puts("}");
}

/* The lines that block_say_commands() has besides. */
static void say_json_line(const struct setup *s, const char *file, const char **between)
{
	char *text = NULL;
	size_t n = 0;
	FILE *to = open_memstream(&text, &n);

	if (!to)
		return;
	if (file)
		say_touch(to, s, file);
	else
		say_reload(to, s);
	if (say_close(to, &text)) {
		fputs(*between, stdout);
		say_json(stdout, raw_from(text, n));
		*between = ",";
	}
	free(text);
}

static void say_json_commands(const struct setup *s, const struct force *f)
{
	const char *between = "";

	fputs(",\"commands\":[", stdout);
	for (size_t i = 0; ahead(f, i); i++)
		say_json_line(s, ahead(f, i), &between);
	for (size_t i = 0; i < f->n; i++) {
		if (!f->service[i].command || is_said_before(f, i))
			continue;
		fputs(between, stdout);
		say_json(stdout, raw_of(f->service[i].command));
		between = ",";
	}
	if (*between || f->unread > 0)
		say_json_line(s, NULL, &between);
	putchar(']');
}

/* For who wants a client off the wire: never run by us. */
void block_say_nft(const struct target *t)
{
	const bool v6 = memchr(t->name.p, ':', t->name.n);

	puts("To drop its packets as well, by hand:");
	puts("nft add table inet spoolwatch");
	printf("nft add set inet spoolwatch bad%s '{ type %s; flags interval,timeout; }'\n",
	       v6 ? "6" : "", v6 ? "ipv6_addr" : "ipv4_addr");
	puts("nft add chain inet spoolwatch in '{ type filter hook input priority -10; }'");
	printf("nft add rule inet spoolwatch in %s saddr @bad%s tcp dport '{25,465,587}' drop\n",
	       v6 ? "ip6" : "ip", v6 ? "6" : "");
	printf("nft add element inet spoolwatch bad%s '{ %.*s timeout 1d }'\n", v6 ? "6" : "",
	       (int)t->name.n, t->name.p);
	puts("(and back: nft delete table inet spoolwatch)");
}

void block_json_force(const struct setup *s, const struct force *f)
{
	say_json_services(f, FORCE_YES, FORCE_YES, "in_force");
	say_json_services(f, FORCE_NO, FORCE_UNREAD, "not_in_force");
	if (f->unread > 0)
		say_json_services(f, FORCE_UNREAD, FORCE_UNREAD, "after_reload");
	if (f->running.before > 0)
		printf(",\"smtpd_of_before\":%zu", f->running.before);
	say_json_commands(s, f);
}

void block_json_sessions(const struct sessions *s)
{
	if (!s->unknown.code || s->of_it > 0)
		printf(",\"sessions_ended\":%zu,\"sessions_left\":%zu", s->ended,
		       s->of_it - s->ended);
}

void block_say_sessions(const struct sessions *s, bool ended)
{
	size_t n = ended ? s->ended : s->of_it;

	if (s->of_it > 0 || !s->unknown.code)
		printf("; %zu open session%s %s", n, n == 1 ? "" : "s",
		       ended ? "ended" : "to be ended");
	if (ended && s->ended < s->of_it)
		printf(", %zu not", s->of_it - s->ended);
	if (s->unknown.code)
		printf("; open sessions are not known: %s", s->unknown.text.s);
}

static void say_process(const struct session *s)
{
	char address[SOCKET_TEXT + 4];

	printf("  smtpd process %llu", (unsigned long long)s->pid);
	if (s->has_socket) {
		socket_text(&s->socket, false, address);
		printf(", client %s", address);
	}
	putchar('\n');
}

void block_say_before(const struct block_outcome *o)
{
	const struct running *running = &o->force.running;
	size_t n = 0;

	if (running->before == 0)
		return;
	printf("Of before %s was changed, and as it was then until they end (postfix reload ends "
	       "who has no session):\n",
	       last_changed(&o->force));
	for (size_t i = 0; i < o->sessions.n && n < SAID_BEFORE; i++) {
		if (!running_is_before(running, o->sessions.session[i].began))
			continue;
		say_process(&o->sessions.session[i]);
		n++;
	}
	if (n < running->before)
		printf("  and %zu more\n", running->before - n);
}

void block_say_left(const struct sessions *s, const struct sw_fault *why)
{
	if (s->ended == s->of_it)
		return;
	printf("Sessions that could not be ended (%s); what they send is refused:\n",
	       why->code ? why->text.s : "their connection is not in this network namespace");
	for (size_t i = 0; i < s->n; i++) {
		if (!s->session[i].is_left)
			continue;
		say_process(&s->session[i]);
	}
}
