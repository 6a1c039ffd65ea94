#include "parts/queue_message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/reach.h"
#include "postfix/qid.h"

/* That something is not there is nothing to say. */
static void note(struct queue_message *m, const struct sw_fault *why)
{
	if (why->code && why->code != ENOENT && why->code != ENOTDIR)
		fault_wrap(&m->why, why, "%s", "");
}

static int directory_of(struct queue_message *m)
{
	struct sw_fault why = { 0 };
	const char *path;

	if (!m->looked) {
		m->looked = true;
		m->directory = -1;
		m->file = calloc(1, sizeof(*m->file));
		if (!m->file)
			sw_fault_errno(&why, ENOMEM, "look for a queue file");
		else if (spool_path(m->spool, &path, &why) == 0 && reach_is_sure(m->host, path))
			m->directory = spool_directory(m->spool, &why);
		note(m, &why);
	}
	return m->directory;
}

/* The file in a queue, or in a hash directory of it (hash_queue_names, hash_queue_depth). */
static int read_from(struct queue_message *m, const char *queue, const char *id)
{
	char hash[QID_HASH];
	char path[64];
	int rc = -ENOENT;

	for (int depth = 0; depth <= QID_HASH && rc == -ENOENT; depth++) {
		struct sw_fault why = { 0 };
		int directory;
		int n = snprintf(path, sizeof(path), "%s", queue);

		for (int i = 0; i < depth && qid_hash(raw_of(id), hash); i++)
			n += snprintf(path + n, sizeof(path) - (size_t)n, "/%c", hash[i]);
		do {
			directory = openat(m->directory, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		} while (directory < 0 && errno == EINTR);
		if (directory < 0) {
			sw_fault_errno(&why, errno, "open %s", path);
		} else {
			rc = sw_queue_file_read(directory, id, SW_QUEUE_FILE_WHO, m->file, &why);
			close(directory);
		}
		note(m, &why);
	}
	return rc;
}

/* False when the file does not say, or only who brought it back from a filter. */
static bool key_of(const struct sw_queue_file *f, struct account_sought *ret)
{
	char buf[ACCOUNT_KEY];
	struct sw_raw key = { NULL, 0 };

	if (f->sasl_username.n > 0)
		key = account_login(f->sasl_username, buf);
	else if (f->has_uid)
		key = account_uid(f->uid, buf);
	else if (f->state != SW_QUEUE_FILE_WHOLE || raw_is(f->client_address, "127.0.0.1") ||
		 raw_is(f->client_address, "::1") ||
		 (f->log_ident.n > 0 && !raw_is(f->log_ident, ret->id)))
		return false;
	ret->key_n = key.n < sizeof(ret->key) ? key.n : sizeof(ret->key);
	if (ret->key_n > 0)
		memcpy(ret->key, key.p, ret->key_n);
	return true;
}

bool queue_message_find(void *ctx, int64_t before, struct account_sought *ret)
{
	/* where what is put off waits, first */
	static const char *const queues[] = { "deferred", "active", "hold", "incoming" };
	struct queue_message *m = ctx;
	int spool = directory_of(m);
	int rc = -ENOENT;

	for (size_t i = 0; i < SW_COUNT(queues) && spool >= 0 && m->file && rc == -ENOENT; i++)
		rc = read_from(m, queues[i], ret->id);
	return rc == 0 && m->file->arrival_time <= before && key_of(m->file, ret);
}

void queue_message_end(struct queue_message *m)
{
	free(m->file);
	m->file = NULL;
}
