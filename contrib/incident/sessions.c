#include "incident/sessions.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "incident/fold.h"
#include "incident/process.h"
#include "log/source.h"
#include "postfix/account.h"
#include "os/dir.h"
#include "traffic/events.h"

/* A session that is still open has said something within this time. */
enum { LOG_SECONDS = 6 * 3600, LOG_LAG_MS = 200 };

struct search {
	const struct setup *setup;
	struct sessions *sessions;
	char *folded, *room; /* the name, and room for that of another */
	size_t folded_n;
	uint64_t master;
	int proc;
	/* of the kernel's list: listeners first, then connections */
	struct socket_seen *socket;
	size_t sockets, sockets_room;
	bool no_memory;
};

static int take_process(const struct dir_entry *entry, void *ctx)
{
	struct search *q = ctx;
	struct process p;
	uint64_t pid;

	if (!num_from(raw_from(entry->name, entry->length), &pid) || entry->length > 10 ||
	    !process_read(q->proc, entry->name, &p) || p.parent != q->master ||
	    strncmp(p.name, "smtpd", 5) != 0)
		return 0;
	if (q->sessions->n == SESSIONS) {
		sw_fault(&q->sessions->unknown, E2BIG, "there are more than %d of them",
			 (int)SESSIONS);
		return 1;
	}
	q->sessions->session[q->sessions->n++] =
		(struct session){ .pid = pid, .began = process_time(&p) };
	return 0;
}

static void take_socket(const struct socket_seen *seen, void *ctx)
{
	struct search *q = ctx;

	if (q->sockets == q->sockets_room) {
		size_t room = 2 * q->sockets_room + 256;
		struct socket_seen *grown = reallocarray(q->socket, room, sizeof(*grown));

		q->no_memory |= !grown;
		if (!grown)
			return;
		q->socket = grown;
		q->sockets_room = room;
	}
	q->socket[q->sockets++] = *seen;
}

static const struct socket_seen *by_inode(const struct search *q, uint64_t inode)
{
	for (size_t i = 0; i < q->sockets; i++)
		if (q->socket[i].inode == inode && inode)
			return &q->socket[i];
	return NULL;
}

struct descriptors {
	struct search *search;
	int fd;
	const struct socket_seen *listens[8];
	const struct socket_seen *open[64];
	size_t listening, opened;
};

static int take_descriptor(const struct dir_entry *entry, void *ctx)
{
	struct descriptors *d = ctx;
	const struct socket_seen *seen;
	char link[64];
	ssize_t n = readlinkat(d->fd, entry->name, link, sizeof(link));
	uint64_t inode;

	if (n < 10 || memcmp(link, "socket:[", 8) != 0 ||
	    !num_from(raw_from(link + 8, (size_t)n - 9), &inode))
		return 0;
	seen = by_inode(d->search, inode);
	if (seen && seen->state == SOCKET_LISTENS && d->listening < SW_COUNT(d->listens))
		d->listens[d->listening++] = seen;
	if (seen && seen->state == SOCKET_ESTABLISHED && d->opened < SW_COUNT(d->open))
		d->open[d->opened++] = seen;
	return 0;
}

/* The client's connection is the one on a port that the process listens on. */
static void find_socket(struct search *q, struct session *session)
{
	struct descriptors d = { .search = q };
	struct sw_fault ignored = { 0 };
	char path[48];

	snprintf(path, sizeof(path), "/proc/%llu/fd", (unsigned long long)session->pid);
	d.fd = host_openat(q->setup->run->host, path, O_RDONLY | O_DIRECTORY, &ignored);
	if (d.fd < 0)
		return;
	(void)!dir_each(d.fd, take_descriptor, &d, &ignored);
	close(d.fd);
	session->is_here = d.listening > 0;
	for (size_t i = 0; i < d.opened; i++) {
		for (size_t k = 0; k < d.listening && !session->has_socket; k++) {
			if (d.open[i]->port != d.listens[k]->port)
				continue;
			session->has_socket = true;
			session->socket = *d.open[i];
		}
	}
}

static struct session *by_pid(const struct sessions *s, uint64_t pid)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->session[i].pid == pid && pid)
			return &s->session[i];
	return NULL;
}

/*
 * Without a connection, though what it listens on is seen: its client has hung up, and it does not
 * know yet (it may wait for an inode). There is no session to end.
 */
static void leave_out_deserted(struct sessions *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct session *session = &s->session[i];

		if (session->is_here && !session->has_socket)
			session->is_of_it = false;
	}
}

static bool is_it(const struct search *q, struct sw_raw user)
{
	return user.n > 0 && user.n <= ACCOUNT_KEY &&
	       raw_same(fold(user, q->setup->utf8, q->room), raw_from(q->folded, q->folded_n));
}

static int take_line(const struct log_message *message, void *ctx)
{
	struct search *q = ctx;
	struct session *session;
	struct event_client client;

	if (!raw_is(message->program, "smtpd"))
		return 0;
	session = by_pid(q->sessions, log_message_pid(message));
	if (!session)
		return 0;
	if (event_client(message->text, &client))
		session->is_of_it = is_it(q, client.user);
	else if (raw_starts(message->text, "connect from ") ||
		 raw_starts(message->text, "disconnect from "))
		session->is_of_it = false;
	return 0;
}

static void read_log(struct search *q, struct spool *spool)
{
	struct sw_host now = *q->setup->run->host;
	const struct sw_host *h = &now;
	struct log_where where = { .spool = spool };
	struct log_proof proof;
	struct log_report report;
	struct sw_fault why = { 0 };
	int64_t since;
	int rc;

	/* the run may have begun some time ago */
	if (!now.replayed)
		now.now = time(NULL);
	since = now.now - LOG_SECONDS;
	log_proof_begin(&proof, h->now, since, 1);
	rc = log_read(h, &where, since, take_line, q, &proof, &report, &why);
	if (rc < 0)
		q->sessions->unknown = why;
	else if (report.chosen == report.candidates)
		sw_fault(&q->sessions->unknown, ENOENT, "no log of this Postfix can be read");
}

static int read_master(struct search *q, struct spool *spool, struct sw_fault *why)
{
	const char *path;
	struct sw_fault ignored = { 0 };
	struct sw_raw text;
	char pid[4096 + 32];
	int rc = spool_path(spool, &path, why);

	if (rc < 0)
		return rc;
	snprintf(pid, sizeof(pid), "%s/pid/master.pid", path);
	if (host_read(q->setup->run->host, pid, 64, &text, &ignored) < 0)
		return 0;
	(void)!num_from(raw_trim(text), &q->master);
	free((char *)text.p);
	return 0;
}

static int list_all(struct search *q, struct sw_fault *why)
{
	struct sockets_query query = { .fn = take_socket, .ctx = q };
	struct sw_fault ignored = { 0 };
	int rc = host_openat(q->setup->run->host, "/proc", O_RDONLY | O_DIRECTORY, why);

	if (rc >= 0) {
		q->proc = rc;
		rc = dir_each(q->proc, take_process, q, why);
		close(q->proc);
	}
	if (rc < 0)
		return rc;
	if (sockets_here(&query, &ignored) < 0)
		q->sessions->unknown = ignored;
	if (q->no_memory)
		return sw_fault_errno(why, ENOMEM, "list connections");
	for (size_t i = 0; i < q->sessions->n; i++)
		find_socket(q, &q->sessions->session[i]);
	return 0;
}

static void match_clients(struct search *q, struct sw_raw name)
{
	char text[SOCKET_TEXT + 4];

	for (size_t i = 0; i < q->sessions->n; i++) {
		struct session *session = &q->sessions->session[i];

		if (!session->has_socket)
			continue;
		socket_text(&session->socket, false, text);
		session->is_of_it = raw_is(name, text);
	}
}

static int find(struct search *q, struct sw_raw name, bool is_client, struct sw_fault *why)
{
	struct spool spool;
	int rc = run_spool(q->setup->run, &spool, why);

	if (rc == 0)
		rc = read_master(q, &spool, why);
	if (rc == 0 && q->master)
		rc = list_all(q, why);
	if (rc == 0 && is_client) {
		match_clients(q, name);
	} else if (rc == 0 && q->sessions->n > 0) {
		/* what they said until now is to have arrived in the log */
		run_pause(LOG_LAG_MS);
		read_log(q, &spool);
		leave_out_deserted(q->sessions);
	}
	spool_close(&spool);
	return rc;
}

int sessions_find(const struct setup *s, struct sw_raw name, bool is_client, struct sessions *ret,
		  struct sw_fault *why)
{
	struct search q = { .setup = s, .sessions = ret };
	int rc = 0;

	*ret = (struct sessions){ .session = calloc(SESSIONS, sizeof(*ret->session)) };
	q.folded = malloc(fold_room(name.n) + 1);
	q.room = malloc(fold_room(ACCOUNT_KEY) + 1);
	if (!ret->session || !q.folded || !q.room)
		rc = sw_fault_errno(why, ENOMEM, "look for sessions");
	if (rc == 0) {
		q.folded_n = fold(name, s->utf8, q.folded).n;
		rc = find(&q, name, is_client, why);
	}
	for (size_t i = 0; rc == 0 && i < ret->n; i++)
		ret->of_it += ret->session[i].is_of_it;
	free(q.folded);
	free(q.room);
	free(q.socket);
	return rc;
}

static void is_open_still(const struct socket_seen *seen, void *ctx)
{
	struct sessions *s = ctx;

	for (size_t i = 0; i < s->n; i++) {
		struct session *session = &s->session[i];

		if (session->is_of_it && session->has_socket && seen->state == SOCKET_ESTABLISHED &&
		    memcmp(session->socket.id, seen->id, SOCKET_ID) == 0)
			session->is_left = true;
	}
}

void sessions_end(struct sessions *s, struct sw_fault *why)
{
	struct sockets_query query = { .fn = is_open_still, .ctx = s };
	struct sw_fault ignored = { 0 };

	for (size_t i = 0; i < s->n; i++) {
		struct session *session = &s->session[i];

		if (session->is_of_it && session->has_socket &&
		    sockets_end(&session->socket, &ignored) == -ENOENT)
			ignored = (struct sw_fault){ 0 };
		session->is_left = session->is_of_it && !session->has_socket;
	}
	/* what the kernel says of it is not always true: look again */
	if (sockets_here(&query, why) < 0)
		for (size_t i = 0; i < s->n; i++)
			s->session[i].is_left = s->session[i].is_of_it;
	for (size_t i = 0; i < s->n; i++)
		s->ended += s->session[i].is_of_it && !s->session[i].is_left;
	if (s->ended < s->of_it && why->code == 0)
		*why = ignored;
}

void sessions_free(struct sessions *s)
{
	free(s->session);
	s->session = NULL;
}
