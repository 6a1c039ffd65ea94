/* Counting by looking: what of the selection is in hold, what is elsewhere, what bounced. */
#include <fcntl.h>
#include <unistd.h>

#include "incident/act.h"
#include "queue/plain.h"

enum { BOUNCE_BYTES = 65536 };

const char *const act_queues[4] = { "maildrop", "incoming", "active", "deferred" };

static int count_held(struct act *a, const struct sw_queue_message *m, void *ctx)
{
	struct stat st;

	(void)ctx;
	if (fstatat(m->directory, m->id, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0; /* gone meanwhile */
	if (a->file.rcpt_todo > 0)
		a->count.held++;
	else
		a->count.done++;
	a->count.flight += locks_has(&a->locks, st.st_dev, st.st_ino);
	a->count.theirs += !act_is_ours(a, &st);
	return 0;
}

/* Is it a bounce that names a message of the selection? bounce(8) says its ID in its second part.
 */
static bool is_bounce(struct act *a, const struct sw_queue_message *m)
{
	static const char words[] = "X-Postfix-Queue-ID: ";
	static char text[BOUNCE_BYTES];
	struct sw_raw rest;
	int fd = queue_plain_open(m->directory, m->id);
	ssize_t n = fd < 0 ? -1 : queue_plain_pread(&fd, text, sizeof(text), 0);

	if (fd >= 0)
		close(fd);
	rest = raw_from(text, n > 0 ? (size_t)n : 0);
	while (rest.n > 0) {
		const char *hit = memmem(rest.p, rest.n, words, sizeof(words) - 1);
		size_t line_n;

		if (!hit || hit == text)
			break;
		/* a record: N, its length in one byte, the line */
		line_n = (unsigned char)hit[-1];
		rest = raw_skip(rest, (size_t)(hit - rest.p) + sizeof(words) - 1);
		if (line_n >= sizeof(words) && line_n - sizeof(words) + 1 <= rest.n &&
		    idmap_get(a->ids, raw_from(rest.p, line_n - sizeof(words) + 1)))
			return true;
	}
	return false;
}

struct left {
	struct act *a;
	size_t queue;
};

static int count_left(const struct sw_queue_message *m, void *ctx)
{
	struct left *l = ctx;
	struct act *a = l->a;
	const struct sw_queue_file *f = &a->file;
	struct sw_fault ignored = { 0 };

	if (sw_queue_file_read(m->directory, m->id, select_depth(&a->select), &a->file, &ignored) <
	    0)
		return 0;
	if (select_has(&a->select, f)) {
		a->count.left++;
		a->count.queue[l->queue]++;
		idmap_put(a->ids, raw_from(m->id, m->id_n), (struct idmap_value){ .row = 1 });
	} else if (f->local && f->sender.p && f->sender.n == 0) {
		a->count.bounces += is_bounce(a, m);
	}
	return 0;
}

int act_look(struct act *a, struct sw_fault *why)
{
	int rc;

	a->looks = true;
	a->count = (struct act_count){ 0 };
	locks_free(&a->locks);
	rc = locks_read(a->run->host, a->in.hold, &a->locks, why);
	if (rc == 0)
		rc = act_each(a, "hold", SW_QUEUE_FILE_ALL, count_held, NULL);
	for (size_t i = SW_COUNT(act_queues); rc == 0 && i > 0; i--) {
		struct left left = { .a = a, .queue = i - 1 };

		rc = sw_queue_each(a->in.spool, act_queues[i - 1], count_left, &left, why);
	}
	a->looks = false;
	if (rc < 0 && !why->code)
		fault_wrap(why, &a->failed, "%s", "");
	return rc;
}
