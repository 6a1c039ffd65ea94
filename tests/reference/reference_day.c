#include "reference_day.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LAG = 600, TEXT = 1024 };

/* A message, and every queue ID that it had, with the line from which on that was its. */
struct message {
	int64_t time;
	bool counts;
	char account[TEXT], address[TEXT];
	struct {
		char id[64];
		size_t from;
		bool filtered; /* what was given on under it came back */
		int before;    /* the ID that was requeued as this one; -1: none */
	} id[64];
	size_t ids;
	size_t sent; /* the ID under which the queue manager first sees it */
	bool back;   /* by a filter that logs in */
	bool open;   /* before the queue, and its ID is not said yet */
};

struct all {
	struct message *message;
	size_t n;
};

static bool field(const char *text, const char *before, const char *after, char ret[TEXT])
{
	const char *begin = strstr(text, before);
	const char *end;

	if (!begin)
		return false;
	begin += strlen(before);
	end = *after ? strstr(begin, after) : begin + strlen(begin);
	if (!end)
		return false;
	snprintf(ret, TEXT, "%.*s", (int)(end - begin), begin);
	return true;
}

static void id_of(const char *text, char ret[TEXT])
{
	snprintf(ret, TEXT, "%.*s", (int)strcspn(text, ":"), text);
}

/* Whose an ID was at line i: the last message that had taken it then. */
static struct message *who(struct all *all, const char *id, size_t i)
{
	struct message *found = NULL;
	size_t from = 0;

	for (size_t k = 0; k < all->n; k++)
		for (size_t j = 0; j < all->message[k].ids; j++)
			if (strcmp(all->message[k].id[j].id, id) == 0 &&
			    all->message[k].id[j].from <= i &&
			    (!found || all->message[k].id[j].from >= from)) {
				found = &all->message[k];
				from = all->message[k].id[j].from;
			}
	return found;
}

static void has(struct message *m, const char *id, size_t from)
{
	snprintf(m->id[m->ids].id, sizeof(m->id[0].id), "%.63s", id);
	m->id[m->ids].before = -1;
	m->id[m->ids++].from = from;
}

static bool is_loopback(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

static void add(struct all *all, const struct ref_line *line, size_t i, const char *account,
		const char *address, const char *id)
{
	struct message *m = &all->message[all->n++];

	memset(m, 0, sizeof(*m));
	m->time = line[i].time;
	m->counts = *account != '\0';
	snprintf(m->account, TEXT, "%s", account);
	snprintf(m->address, TEXT, "%s", address);
	has(m, id, i);
}

/* Is the message of an orig_queue_id or orig_id known, and young enough? */
static struct message *first_of(struct all *all, const char *id, const struct ref_line *line,
				size_t i)
{
	struct message *m = who(all, id, i);

	return m && m->counts && line[i].time - m->time <= LAG ? m : NULL;
}

/* Which of a message's IDs stands in line i. */
static int which(const struct message *m, const char *id, size_t i)
{
	int found = -1;

	for (size_t k = 0; k < m->ids; k++)
		if (strcmp(m->id[k].id, id) == 0 && m->id[k].from <= i)
			found = (int)k;
	return found;
}

/* It came back: whom it was given to under this ID, and those before, was the filter. */
static void came_back(struct message *m, const char *id, size_t i)
{
	for (int k = which(m, id, i); k >= 0; k = m->id[k].before)
		m->id[k].filtered = true;
}

/* The message of an account that went to the filter before the queue first. */
static struct message *open_of(struct all *all, const char *account)
{
	for (size_t k = 0; k < all->n; k++)
		if (all->message[k].open && strcmp(all->message[k].account, account) == 0)
			return &all->message[k];
	return NULL;
}

/* A message got an ID that was nobody's until now: it was its from the beginning. */
static void gets(struct all *all, struct message *m, const char *id, size_t i)
{
	struct message *nobodys = who(all, id, i);

	if (nobodys && nobodys->counts)
		return;
	for (size_t k = 0; nobodys && k < nobodys->ids; k++)
		has(m, nobodys->id[k].id, nobodys->id[k].from);
	if (nobodys)
		nobodys->ids = 0;
	else
		has(m, id, i);
}

/* All messages, and the IDs that the lines tie to them. */
static void gather(struct all *all, const struct ref_line *line, size_t n)
{
	char id[TEXT], account[TEXT], address[TEXT], other[TEXT];

	for (size_t i = 0; i < n; i++) {
		const char *text = line[i].text;
		struct message *first = NULL;

		id_of(text, id);
		if (strcmp(line[i].program, "smtpd") == 0 && strstr(text, ": client=")) {
			if (!field(text, "sasl_username=", ", orig_", account) &&
			    !field(text, "sasl_username=", "", account))
				account[0] = '\0';
			field(text, "[", "]", address);
			if (field(text, "orig_queue_id=", ",", other) ||
			    field(text, "orig_queue_id=", "", other))
				first = first_of(all, other, line, i);
			/* a login that is another's, or a second time: a message of its own */
			if (first && *account && (first->back || strcmp(first->account, account)))
				first = NULL;
			if (first) {
				first->back |= *account != '\0';
				came_back(first, other, i);
				has(first, id, i);
			} else if (*account || is_loopback(address)) {
				add(all, line, i, account, address, id);
				all->message[all->n - 1].open = strcmp(id, "NOQUEUE") == 0;
			}
		} else if (strncmp(text, "proxy-", 6) == 0) {
			field(text, " sasl_username=<", ">", account);
			first = open_of(all, account);
			if (!first)
				continue;
			first->open = false;
			first->id[0].id[0] = '\0';
			first->sent = first->ids;
			if (field(text, "proxy-accept: ", "; from=<", other) &&
			    field(other, "queued as ", "", address) &&
			    line[i].time - first->time <= LAG)
				gets(all, first, address, i);
		} else if (strcmp(line[i].program, "pickup") == 0) {
			if (field(text, "orig_id=", "", other)) {
				first = first_of(all, other, line, i);
				if (first) {
					has(first, id, i);
					first->id[first->ids - 1].before = which(first, other, i);
				}
			} else {
				field(text, "uid=", " ", other);
				snprintf(account, TEXT, "uid %.20s", other);
				add(all, line, i, account, "", id);
			}
		}
	}
	/* of the deliveries to a loopback address the IDs that were taken over there */
	for (size_t i = 0; i < n; i++) {
		struct message *first;

		id_of(line[i].text, id);
		if (strcmp(line[i].program, "smtp") != 0 ||
		    !field(line[i].text, "relay=", ",", other) ||
		    !field(other, "[", "]", address) || !is_loopback(address) ||
		    !field(line[i].text, "queued as ", ")", other))
			continue;
		first = first_of(all, id, line, i);
		if (first)
			gets(all, first, other, i);
	}
}

void ref_day_sender(const char *sender, char ret[1024])
{
	const char *at = strrchr(sender, '@');
	size_t local = at ? (size_t)(at - sender) : strlen(sender);
	size_t keep = 0;

	while (keep < local && sender[keep] != '+')
		keep++;
	for (size_t equals = 0; equals < keep; equals++)
		if (sender[equals] == '=') {
			for (size_t dash = equals; dash-- > 0;)
				if (sender[dash] == '-') {
					keep = dash;
					break;
				}
			break;
		}
	snprintf(ret, 1024, "%.*s%s", (int)keep, sender, at ? at : "");
}

static void network(const char *address, char ret[TEXT])
{
	unsigned char b[16];

	ret[0] = '\0';
	if (strncmp(address, "::ffff:", 7) == 0)
		address += 7;
	if (inet_pton(AF_INET, address, b) == 1)
		snprintf(ret, TEXT, "%u.%u", b[0], b[1]);
	else if (inet_pton(AF_INET6, address, b) == 1)
		snprintf(ret, TEXT, "%02x%02x:%02x%02x", b[0], b[1], b[2], b[3]);
}

struct set {
	char **text;
	size_t n;
};

static void put(struct set *s, const char *text)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->text[i], text) == 0)
			return;
	s->text = realloc(s->text, (s->n + 1) * sizeof(*s->text));
	s->text[s->n++] = strdup(text);
}

static void put_sender(struct set *s, const struct ref_line *line, size_t n, const struct all *all,
		       const struct message *m)
{
	char id[TEXT], sender[TEXT], folded[TEXT];

	for (size_t i = 0; i < n; i++) {
		id_of(line[i].text, id);
		if (strcmp(line[i].program, "qmgr") != 0 || m->sent >= m->ids ||
		    strcmp(id, m->id[m->sent].id) != 0 || who((struct all *)all, id, i) != m ||
		    !field(line[i].text, "from=<", ">, size=", sender))
			continue;
		if (line[i].time - m->time <= LAG) {
			ref_day_sender(sender, folded);
			put(s, folded);
		}
		return;
	}
}

static void put_outside(struct set *s, const struct ref_line *line, size_t n, const struct all *all,
			const struct message *m)
{
	char id[TEXT], rcpt[TEXT], relay[TEXT], address[TEXT], pair[2 * TEXT];

	for (size_t i = 0; i < n; i++) {
		id_of(line[i].text, id);
		if (strcmp(line[i].program, "smtp") != 0 || who((struct all *)all, id, i) != m ||
		    line[i].time - m->time > LAG)
			continue;
		field(line[i].text, "to=<", ">", rcpt);
		field(line[i].text, "relay=", ",", relay);
		if (strcmp(relay, "none") == 0 && !field(line[i].text, "(connect to ", ": ", relay))
			continue;
		if (!field(relay, "[", "]", address) || is_loopback(address))
			continue;
		/* a filter elsewhere, that has given it back by its orig_queue_id */
		if (m->id[which(m, id, i)].filtered)
			continue;
		snprintf(pair, sizeof(pair), "%p %s", (const void *)m, rcpt);
		put(s, pair);
	}
}

unsigned ref_day(const struct ref_line *line, size_t n, const char *account, enum ref_day_what what,
		 int64_t m)
{
	struct all all = { .message = calloc(n + 1, sizeof(struct message)) };
	int64_t end = (m - 600) / 300 * 300;
	struct set set = { .n = 0 };
	char text[TEXT];
	unsigned messages = 0;

	gather(&all, line, n);
	for (size_t k = 0; k < all.n; k++) {
		const struct message *one = &all.message[k];

		if (!one->counts || strcmp(one->account, account) != 0 || one->time < end - 86400 ||
		    one->time >= end)
			continue;
		messages++;
		if (what == REF_NETWORKS) {
			network(one->address, text);
			if (*text)
				put(&set, text);
		} else if (what == REF_SENDERS) {
			put_sender(&set, line, n, &all, one);
		} else if (what == REF_EXTERNAL) {
			put_outside(&set, line, n, &all, one);
		}
	}
	for (size_t i = 0; i < set.n; i++)
		free(set.text[i]);
	free(set.text);
	free(all.message);
	return what == REF_MESSAGES ? messages : (unsigned)set.n;
}
