/*
 * The part of the screen on locks: names in the tables of block, and what the journal of hold and
 * delete knows. An indexed table is what Postfix reads; its text is read where it can't be asked.
 */
#include <errno.h>
#include <stdlib.h>

#include "incident/block.h"
#include "incident/journal.h"
#include "incident/say.h"
#include "incident/screen.h"
#include "incident/fold.h"
#include "os/clock.h"
#include "os/command.h"
#include "words/share.h"

enum { TABLE_BYTES = 1 << 20, COMMAND_MS = 5000 };

static void add_lock(struct screen_locks *l, struct sw_raw name, bool is_client)
{
	char *copy;

	for (size_t i = 0; i < l->n; i++)
		if (l->lock[i].is_client == is_client && raw_same(l->lock[i].name, name))
			return;
	copy = l->n < SCREEN_LOCKS ? malloc(name.n + 1) : NULL;
	if (!copy) {
		l->more += l->n == SCREEN_LOCKS;
		if (l->n < SCREEN_LOCKS)
			sw_fault_errno(&l->why, ENOMEM, "keep the names of who is blocked");
		return;
	}
	memcpy(copy, name.p, name.n);
	l->lock[l->n++] = (struct screen_lock){ raw_from(copy, name.n), is_client };
}

static void take_text(struct screen_locks *l, const struct table *t, struct sw_raw rest,
		      bool is_client)
{
	char buf[ACCESS_NAME];
	struct sw_raw key;
	struct sw_raw value;

	while (access_next(&rest, t->is_pattern, &key, &value))
		if (raw_is(value, t->value) && (!t->is_pattern || access_name(key, buf, &key)))
			add_lock(l, key, is_client);
}

static void read_text(struct screen_locks *l, const struct sw_host *h, const struct table *t,
		      bool is_client)
{
	struct sw_fault why = { 0 };
	struct sw_raw text;
	int rc = host_read(h, t->text, TABLE_BYTES, &text, &why);

	if (rc == 0) {
		l->begun = true;
		take_text(l, t, text, is_client);
		free((char *)text.p);
	} else if (rc != -ENOENT && !l->why.code) {
		l->why = why;
	}
}

/* `postmap -s` lists what Postfix reads, whatever a full disk has kept out of the text. */
static int ask_table(struct screen_locks *l, const struct table *t, bool is_client,
		     struct sw_fault *why)
{
	char path[SETUP_PATH + 16];
	const char *const argv[] = { path, "-c", t->setup->config_directory, "-s", t->map, NULL };
	char *text = malloc(TABLE_BYTES);
	int rc;

	if (!text)
		return sw_fault_errno(why, ENOMEM, "read %s", t->text);
	snprintf(path, sizeof(path), "%s/postmap", t->setup->command_directory);
	rc = command_output(argv, clock_ms() + COMMAND_MS, text, TABLE_BYTES, why);
	if (rc >= 0)
		take_text(l, t, raw_from(text, (size_t)rc), is_client);
	if (rc == TABLE_BYTES - 1)
		rc = sw_fault(why, EFBIG, "%s holds more than is looked at", t->text);
	free(text);
	return rc;
}

static void look_at_force(struct screen_locks *l, struct setup *s)
{
	struct sw_fault why = { 0 };
	enum table_name table = TABLE_CLIENT;
	struct force force;
	int rc;

	for (size_t i = 0; i < l->n; i++)
		if (!l->lock[i].is_client)
			table = TABLE_LOGIN;
	rc = force_look(s, table, &force, &why);
	if (rc == 0 && force_is_whole(&force)) {
		l->in_force = true;
		l->force = sw_label_printed("in force on every port");
	} else if (rc == 0) {
		l->force = sw_label_printed("in force on %zu of %zu services, ", force.yes,
					    force.yes + force.no + force.unread);
		if (force.running.before > 0)
			sw_label_print(&l->force, "not known of %zu smtpd processes, ",
				       force.running.before);
		sw_label_print(&l->force, "what is lacking says: spoolwatch block NAME");
	} else {
		l->force = sw_label_printed("where they are in force is not known: ");
		sw_label_append(&l->force, &why.text);
	}
	force_free(&force);
}

static void look_at_tables(struct screen_locks *l, struct setup *s, bool may_ask)
{
	for (int i = 0; i < TABLES; i++) {
		struct sw_fault why = { 0 };
		struct table t;

		table_name(s, (enum table_name)i, &t);
		if (may_ask && !t.is_pattern && table_is_there(&t)) {
			l->begun = true;
			if (ask_table(l, &t, i == TABLE_CLIENT, &why) >= 0)
				continue;
			if (!l->why.code)
				l->why = why;
		}
		read_text(l, s->run->host, &t, i == TABLE_CLIENT);
	}
}

static void look_at_journal(struct screen_locks *l, const struct sw_host *h)
{
	l->journal = calloc(1, sizeof(*l->journal));
	if (l->journal &&
	    state_look(h, JOURNAL_PATH, JOURNAL_VERSION, &l->journal->block,
		       sizeof(l->journal->block), &l->no_journal) < 0 &&
	    l->no_journal.code == ENOENT)
		l->no_journal = (struct sw_fault){ 0 }; /* nothing was held yet */
	if (l->journal)
		journal_repair(&l->journal->block);
}

void screen_locks_look(struct screen_locks *l, struct run *r)
{
	const char *given = r->options->config_directory;
	struct sw_fault why = { 0 };
	struct setup s = { .run = r };
	int rc = r->host->copied ? sw_fault(&why, ENOTSUP, "this is a copy of a host")
				 : setup_open(r, &s, &why);

	*l = (struct screen_locks){ .n = 0 };
	/* who may not act sees the texts */
	if (rc < 0)
		snprintf(s.config_directory, sizeof(s.config_directory), "%s",
			 given ? given : SPOOL_CONFIG_DIRECTORY);
	look_at_tables(l, &s, rc == 0);
	if (rc == 0 && l->n > 0) {
		look_at_force(l, &s);
	} else if (l->n > 0) {
		l->force = sw_label_printed("by the texts of the tables, whether they are in force "
					    "is not known: ");
		sw_label_append(&l->force, &why.text);
	}
	setup_close(&s);
	look_at_journal(l, r->host);
}

bool screen_locks_has(const struct screen_locks *l, struct sw_raw key)
{
	char *room = malloc(fold_room(key.n) + fold_room(ACCESS_NAME));
	bool has = false;

	for (size_t i = 0; room && i < l->n && !has; i++)
		has = !l->lock[i].is_client && l->lock[i].name.n <= ACCESS_NAME &&
		      raw_same(fold(key, true, room),
			       fold(l->lock[i].name, true, room + fold_room(key.n)));
	free(room);
	return has;
}

static uint64_t held(const struct journal_record *r)
{
	uint64_t n = 0;

	for (size_t i = 0; i < JOURNAL_QUEUES; i++)
		n += r->from[i];
	return n;
}

/* Once all that was held is deleted, since is 0. */
static void say_record(const struct journal_record *r, int64_t now)
{
	struct sw_label text = label_kept(r->select);
	uint64_t n = held(r);

	sw_label_print(&text, ": ");
	if (n > 0 || r->since > 0) {
		words_count(&text, n, "message was put into hold", "messages were put into hold");
		words_since(&text, r->since / 1000000000, now);
		if (r->from[JOURNAL_ACTIVE] > 0)
			sw_label_print(&text, ", %llu of them from active",
				       (unsigned long long)r->from[JOURNAL_ACTIVE]);
		if (r->deleted > 0)
			sw_label_print(&text, ", %llu deleted", (unsigned long long)r->deleted);
	} else {
		words_count(&text, r->deleted, "message was deleted", "messages were deleted");
	}
	fputs("  ", stdout);
	say_wrapped(text.s, 2, 4);
}

/* Of who was only tried nothing is known. */
static bool is_told(const struct journal_record *r)
{
	return r->key && (held(r) > 0 || r->since > 0 || r->deleted > 0);
}

static void say_journal(const struct screen_locks *l, int64_t now, size_t top)
{
	size_t records = 0;

	for (size_t i = 0; l->journal && i < JOURNAL_RECORDS; i++)
		if (is_told(&l->journal->block.record[i]) && records++ < top)
			say_record(&l->journal->block.record[i], now);
	if (records > top)
		printf("  and %zu more\n", records - top);
	if (l->no_journal.code)
		screen_unknown("what was held", &l->no_journal.text);
}

void screen_locks_say(const struct screen_locks *l, const struct sw_host *h, size_t top)
{
	screen_head(h, "Locks");
	for (size_t i = 0; i < l->n && i < top; i++) {
		struct sw_label name = label_new();

		sw_label_add_name(&name, l->lock[i].name);
		printf("  %s is blocked%s\n", name.s, l->lock[i].is_client ? ", a client" : "");
	}
	if (l->n + l->more > top)
		printf("  and %zu more\n", l->n + l->more - (top < l->n ? top : l->n));
	if (l->force.n > 0) {
		fputs("  ", stdout);
		say_wrapped(l->force.s, 2, 4);
	}
	if (l->why.code)
		screen_unknown(l->n > 0 ? "others" : "who is blocked", &l->why.text);
	else if (l->n == 0)
		puts(l->begun ? "  nobody is blocked"
			      : "  nobody is blocked; to have it ready: spoolwatch block --init");
	say_journal(l, h->now, top);
}

static void say_json_journal(const struct screen_locks *l)
{
	const char *between = "";

	fputs(",\"held\":[", stdout);
	for (size_t i = 0; l->journal && i < JOURNAL_RECORDS; i++) {
		const struct journal_record *r = &l->journal->block.record[i];
		struct sw_label select = label_kept(r->select);

		if (!is_told(r))
			continue;
		printf("%s{\"select\":", between);
		say_json(stdout, raw_of(select.s));
		if (r->since > 0)
			printf(",\"since\":%lld", (long long)(r->since / 1000000000));
		else
			fputs(",\"since\":null", stdout);
		printf(",\"incoming\":%llu,\"active\":%llu,\"deferred\":%llu,\"deleted\":%llu}",
		       (unsigned long long)r->from[JOURNAL_INCOMING],
		       (unsigned long long)r->from[JOURNAL_ACTIVE],
		       (unsigned long long)r->from[JOURNAL_DEFERRED],
		       (unsigned long long)r->deleted);
		between = ",";
	}
	putchar(']');
}

void screen_locks_json(const struct screen_locks *l)
{
	fputs(",\"blocked\":[", stdout);
	for (size_t i = 0; i < l->n; i++) {
		fputs(i > 0 ? ",{\"name\":" : "{\"name\":", stdout);
		say_json(stdout, l->lock[i].name);
		printf(",\"kind\":\"%s\"}", l->lock[i].is_client ? "client" : "account");
	}
	printf("],\"in_force\":%s", l->in_force ? "true" : l->n ? "false" : "null");
	if (l->force.n > 0 && !l->in_force)
		screen_json_unknown("not_in_force", &l->force);
	if (l->why.code)
		screen_json_unknown("locks_unknown", &l->why.text);
	say_json_journal(l);
}

void screen_locks_free(struct screen_locks *l)
{
	for (size_t i = 0; i < l->n; i++)
		free((char *)l->lock[i].name.p);
	free(l->journal);
}
