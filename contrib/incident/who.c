#include "incident/who.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/num.h"
#include "incident/fold.h"
#include "incident/origin.h"
#include "postfix/address.h"
#include "queue/count.h"
#include "queue/file.h"
#include "queue/plain.h"
#include "queue/reason.h"

/* A message counts once for a name, however many of its recipients have it. */
static void count(struct who *w, enum who_kind kind, struct sw_raw name)
{
	char key[1 + WHO_NAME];
	size_t n = name.n < WHO_NAME ? name.n : WHO_NAME;
	struct topk_row *row;

	key[0] = (char)kind;
	if (n > 0)
		memcpy(key + 1, name.p, n);
	w->named++;
	row = topk_find(w->table, raw_from(key, n + 1));
	if (row && *(uint64_t *)row->value == w->messages)
		return;
	row = topk_count(w->table, raw_from(key, n + 1), 1);
	*(uint64_t *)row->value = w->messages;
}

static void count_number(struct who *w, enum who_kind kind, uint64_t number)
{
	char text[NUM_MAX];

	count(w, kind, raw_from(text, num_to((int64_t)number, text)));
}

static void count_account(struct who *w)
{
	const struct sw_queue_file *f = &w->file;
	char text[ORIGIN_CLIENT];
	struct sw_raw client = origin_client(f, text);

	if (f->sasl_login.n > 0)
		count(w, WHO_NAMED, f->sasl_login);
	else if (f->has_uid)
		count_number(w, WHO_UID, f->uid);
	else if (client.n > 0)
		count(w, WHO_CLIENT, client);
	else
		count(w, WHO_LOCAL, raw_of(""));
}

static void count_client(struct who *w)
{
	char text[ORIGIN_CLIENT];
	struct sw_raw client = origin_client(&w->file, text);

	count(w, client.n > 0 ? WHO_NAMED : WHO_NONE, client);
}

static void count_domain(struct sw_raw recipient, void *ctx)
{
	char domain[ADDRESS_DOMAIN];
	size_t n = address_domain(recipient, domain);

	count(ctx, WHO_NAMED, raw_from(domain, n));
}

int who_log_open(int spool, const char *logs, const struct sw_queue_message *m)
{
	char path[QUEUE_HASH + 300];
	int fd;

	snprintf(path, sizeof(path), "%s/%c/%s", logs, m->id[0], m->id);
	fd = queue_plain_open(spool, path);
	if (fd == -ENOENT && *m->hash) {
		snprintf(path, sizeof(path), "%s/%s%s", logs, m->hash, m->id);
		fd = queue_plain_open(spool, path);
	}
	if (fd == -ENOENT) {
		snprintf(path, sizeof(path), "%s/%s", logs, m->id);
		fd = queue_plain_open(spool, path);
	}
	return fd;
}

static void count_reasons(struct who *w, const struct sw_queue_message *m)
{
	int fd = who_log_open(w->spool, "defer", m);
	ssize_t n = fd < 0 ? 0 : queue_plain_pread(&fd, w->log, sizeof(w->log), 0);
	struct sw_raw rest = raw_from(w->log, n > 0 ? (size_t)n : 0);
	struct queue_reason reason;
	char form[QUEUE_REASON_FORM];

	if (fd >= 0)
		close(fd);
	while (queue_reason_next(&rest, &reason))
		if (reason.reason.n > 0 && (reason.whole || w->named == 0 || n < WHO_LOG))
			count(w, WHO_NAMED,
			      raw_from(form, queue_reason_form(reason.reason, form, sizeof(form))));
}

static void count_file(struct who *w, const struct sw_queue_message *m)
{
	switch (w->by) {
	case BY_ACCOUNT:
		count_account(w);
		break;
	case BY_CLIENT:
		count_client(w);
		break;
	case BY_SENDER:
		count(w, w->file.sender.p ? WHO_NAMED : WHO_NONE, w->file.sender);
		break;
	case BY_UID:
		if (w->file.has_uid)
			count_number(w, WHO_NAMED, w->file.uid);
		else
			count(w, WHO_NONE, raw_of(""));
		break;
	case BY_REASON:
		count_reasons(w, m);
		break;
	default:
		break;
	}
	if (w->named == 0)
		count(w, WHO_NONE, raw_of(""));
}

static enum sw_queue_file_depth depth(const struct who *w)
{
	return w->by == BY_CLIENT || w->by == BY_SENDER ? SW_QUEUE_FILE_ALL : SW_QUEUE_FILE_WHO;
}

static int read_file(struct who *w, int directory, const char *id, struct sw_fault *why)
{
	const struct queue_file_told told = { count_domain, w };

	if (w->by != BY_DOMAIN)
		return sw_queue_file_read(directory, id, depth(w), &w->file, why);
	return queue_file_read_told(directory, id, SW_QUEUE_FILE_ALL, &told, &w->file, why);
}

/* It was listed and is gone: to active, which was read before. */
static int read_moved(struct who *w, const char *id, struct sw_fault *why)
{
	int active = strcmp(w->queue, "deferred") == 0
			     ? openat(w->spool, "active", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
			     : -1;
	int rc = -ENOENT;

	if (active < 0)
		return rc;
	rc = read_file(w, active, id, why);
	close(active);
	return rc;
}

static void note_unreadable(struct who *w, const struct sw_fault *why)
{
	if (w->unreadable++ == 0)
		w->first = *why;
}

/* In maildrop and incoming a file without its end is being written; what is behind was whole. */
static bool is_cut_off(const struct who *w)
{
	return w->file.state == SW_QUEUE_FILE_GROWING && strcmp(w->queue, "maildrop") != 0 &&
	       strcmp(w->queue, "incoming") != 0;
}

static int visit(const struct sw_queue_message *m, void *ctx)
{
	struct who *w = ctx;
	struct sw_fault why = { 0 };
	bool cut_off;
	int rc;

	w->messages++;
	w->named = 0;
	rc = read_file(w, m->directory, m->id, &why);
	if (w->seen)
		w->seen(w->messages, w->ctx);
	if (rc == -ENOENT)
		rc = read_moved(w, m->id, &why);
	if (rc == -ENOENT)
		return 0;
	if (rc < 0) {
		note_unreadable(w, &why);
		return 0;
	}
	cut_off = is_cut_off(w);
	if (w->file.state == SW_QUEUE_FILE_GROWING && w->file.rcpt_count == 0 &&
	    !w->file.maildrop && !cut_off)
		return 0; /* no message yet */
	if ((cut_off || w->file.state == SW_QUEUE_FILE_DAMAGED) && !origin_is_told(&w->file)) {
		sw_fault(&why, EBADMSG, "%s is %s", m->id, cut_off ? "cut off" : "damaged");
		note_unreadable(w, &why);
		return 0;
	}
	w->total++;
	count_file(w, m);
	return 0;
}

int who_read(struct who *w, struct sw_fault *why)
{
	static const char *const queues[] = { "maildrop", "incoming", "active", "deferred",
					      "hold" };
	int rc = -ENOMEM;

	for (size_t slots = WHO_NAMES; rc == -ENOMEM && slots >= 1024; slots /= 4) {
		struct sw_fault ignored = { 0 };

		rc = topk_new(slots, 1 + WHO_NAME, sizeof(uint64_t), w->host->secret, &w->table,
			      &ignored);
	}
	if (rc < 0)
		return sw_fault_errno(why, -rc, "a table of names");
	for (size_t i = 0; rc == 0 && i < SW_COUNT(queues); i++) {
		struct sw_fault cause = { 0 };

		w->queue = queues[i];
		rc = sw_queue_each(w->spool, w->queue, visit, w, &cause);
		if (rc == -EACCES || rc == -EPERM)
			return fault_wrap(why, &cause, "%s", "");
		if (rc < 0 && rc != -ENOENT) /* a copy may lack what was empty */
			fault_wrap(&w->broken, &cause, "%s", "");
		rc = 0;
	}
	return 0;
}

/* A row while it is sorted. */
struct folded {
	struct who_row row;
	struct sw_raw fold;
};

static int by_fold(const void *one, const void *other)
{
	const struct folded *a = one;
	const struct folded *b = other;
	int order = (int)a->row.kind - (int)b->row.kind;

	if (order == 0)
		order = raw_order(a->fold, b->fold);
	return order ? order : raw_order(a->row.name, b->row.name);
}

static int by_messages(const void *one, const void *other)
{
	const struct who_row *a = one;
	const struct who_row *b = other;

	if (a->messages != b->messages)
		return a->messages < b->messages ? 1 : -1;
	return raw_order(a->name, b->name);
}

static bool is_same(const struct folded *a, const struct folded *b)
{
	return a->row.kind == b->row.kind && raw_same(a->fold, b->fold);
}

static size_t put_together(const struct folded *f, size_t n, struct who_row *ret)
{
	size_t rows = 0;

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && is_same(&f[i - 1], &f[i])) {
			ret[rows - 1].messages += f[i].row.messages;
			ret[rows - 1].name = f[i].fold;
		} else {
			ret[rows++] = f[i].row;
		}
	}
	return rows;
}

int64_t who_rows(struct who *w, struct who_row **ret, struct sw_fault *why)
{
	size_t n = topk_rows(w->table);
	struct folded *f = calloc(n + 1, sizeof(*f));
	size_t bytes = 0;
	char *room;

	for (size_t i = 0; i < n; i++)
		bytes += fold_room(topk_row(w->table, i)->name.n);
	*ret = malloc((n + 1) * sizeof(**ret) + bytes); /* the folded names behind the rows */
	if (!f || !*ret) {
		free(f);
		free(*ret);
		return sw_fault_errno(why, ENOMEM, "the names found");
	}
	room = (char *)(*ret + n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct topk_row *t = topk_row(w->table, i);

		f[i].row.kind = (enum who_kind)t->name.p[0];
		f[i].row.name = raw_skip(t->name, 1);
		f[i].row.messages = t->count;
		f[i].fold = fold(f[i].row.name, w->utf8, room);
		room += f[i].fold.n;
	}
	qsort(f, n, sizeof(*f), by_fold);
	n = put_together(f, n, *ret);
	free(f);
	qsort(*ret, n, sizeof(**ret), by_messages);
	return (int64_t)n;
}

void who_free(struct who *w)
{
	topk_free(w->table);
	w->table = NULL;
}
