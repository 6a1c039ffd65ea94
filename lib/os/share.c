#include "os/share.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/likeness.h"
#include "os/own_file.h"

enum { LAYOUT = 1, ANSWER_AT = 4096, NAP_LEAST = 1, NAP_MOST = 50 /* ms */ };

/* How many readings have begun, from 1 on. Who may not lock the file reads it, too. */
struct begun {
	uint64_t number;
	uint64_t checksum;
};

struct kept {
	uint64_t number; /* of its reading, 0: nothing is kept */
	uint64_t size;
	struct hash_key who;
	uint64_t checksum; /* of these with checksum 0, and the bytes */
};

/* The file's beginning. Byte order and layout are this machine's. */
struct head {
	char mark[OWN_FILE_MARK];
	struct begun begun;
	uint64_t wanted; /* somebody waits for a reading of this number, or a later one; a hint */
	struct kept kept;
};

static const struct own_layout layout = { .mark = "swshare", .size = ANSWER_AT + SHARE_ROOM };

static uint64_t sum_of(uint64_t number)
{
	return hash_bytes((struct hash_key){ LAYOUT, 0 },
			  raw_from((const char *)&number, sizeof(number)));
}

static uint64_t sum_of_kept(struct kept kept, struct sw_raw answer)
{
	struct hash_key key = { LAYOUT, kept.size };

	kept.checksum = 0;
	key.k0 = hash_bytes(key, raw_from((const char *)&kept, sizeof(kept)));
	return hash_bytes(key, answer);
}

static bool put(const struct share *s, const void *bytes, size_t n, off_t at)
{
	return pwrite(s->fd, bytes, n, at) == (ssize_t)n;
}

/* False when it is damaged, or nothing was ever read. Numbers that can't be are none. */
static bool get_head(const struct share *s, struct head *ret)
{
	if (pread(s->fd, ret, sizeof(*ret), 0) != (ssize_t)sizeof(*ret) || ret->begun.number == 0 ||
	    ret->begun.checksum != sum_of(ret->begun.number))
		return false;
	if (ret->kept.number > ret->begun.number)
		ret->kept = (struct kept){ .number = 0 };
	if (ret->wanted > ret->begun.number + 1)
		ret->wanted = 0;
	return true;
}

/*
 * Not by an open file description (F_OFD_SETLK): a child that hangs (os/vfs.h) would keep it when
 * its parent was killed. What a child has of its parent's is no lock of this kind.
 */
static bool lock(const struct share *s, short type)
{
	struct flock whole = { .l_type = type, .l_whence = SEEK_SET };

	return fcntl(s->fd, F_SETLK, &whole) == 0;
}

static void nap(int64_t ms)
{
	const struct timespec pause = { .tv_nsec = (long)(ms * 1000000) };

	nanosleep(&pause, NULL);
}

/*
 * Which readings will have begun after us: those beyond *seen, which is 0 until that is known. And
 * say that somebody waits for them.
 */
static void come_to_wait(const struct share *s, uint64_t *seen)
{
	struct head head;
	uint64_t next;

	if (!get_head(s, &head))
		return;
	if (*seen == 0)
		*seen = head.begun.number;
	next = *seen + 1;
	if (head.wanted < next)
		(void)!put(s, &next, sizeof(next), offsetof(struct head, wanted));
}

/* Until the file is ours; false: share nothing. It can be no blocking wait, which has no end. */
static bool wait_for_lock(const struct share *s, const struct sw_host *h, uint64_t *seen)
{
	int64_t begin = clock_ms();
	int64_t until = host_until(h, SHARE_WAIT);
	int64_t now = begin;

	while (!lock(s, F_WRLCK)) {
		int64_t pause = (now - begin) / 8;

		if ((errno != EAGAIN && errno != EACCES) || now >= until)
			return false;
		come_to_wait(s, seen);
		nap(pause < NAP_LEAST ? NAP_LEAST : pause > NAP_MOST ? NAP_MOST : pause);
		now = clock_ms();
	}
	return true;
}

/* What another run has kept for us; s->answer stays empty when there is none. */
static void take_answer(struct share *s, const struct sw_host *h, const struct kept *kept)
{
	struct hash_key us;
	char *bytes;

	if (kept->size == 0 || kept->size > SHARE_ROOM || !likeness(h, &us) ||
	    kept->who.k0 != us.k0 || kept->who.k1 != us.k1)
		return;
	bytes = malloc(kept->size);
	if (!bytes)
		return;
	s->answer = raw_from(bytes, kept->size);
	if (pread(s->fd, bytes, kept->size, ANSWER_AT) == (ssize_t)kept->size &&
	    sum_of_kept(*kept, s->answer) == kept->checksum)
		return;
	free(bytes);
	s->answer = raw_from(NULL, 0);
}

/* A head that is damaged is begun anew, and nothing of before is an answer to anybody. */
static bool begin_reading(struct share *s, struct head *head, bool is_whole)
{
	if (!is_whole) {
		*head = (struct head){ .wanted = 0 };
		memcpy(head->mark, layout.mark, sizeof(head->mark));
	}
	s->number = ++head->begun.number;
	head->begun.checksum = sum_of(s->number);
	if (is_whole)
		return put(s, &head->begun, sizeof(head->begun), offsetof(struct head, begun));
	return put(s, head, sizeof(*head), 0);
}

static void share_nothing(struct share *s)
{
	if (s->fd >= 0)
		close(s->fd); /* and its lock is gone */
	s->fd = -1;
}

void share_begin(struct share *s, const struct sw_host *h, const char *path)
{
	struct sw_fault ignored = { 0 };
	struct head head;
	uint64_t seen = 0;
	bool is_whole;
	bool read_only;
	int fd = path ? own_file_open(path, 0600, &layout, &read_only, &ignored) : -1;

	*s = (struct share){ .fd = fd < 0 ? -1 : fd };
	if (fd < 0)
		return;
	if (read_only || !wait_for_lock(s, h, &seen)) {
		share_nothing(s);
		return;
	}
	is_whole = get_head(s, &head);
	if (is_whole && seen > 0 && head.kept.number > seen)
		take_answer(s, h, &head.kept);
	if (s->answer.n > 0 || !begin_reading(s, &head, is_whole))
		share_nothing(s);
}

bool share_is_wanted(const struct share *s)
{
	struct head head;

	return s->fd >= 0 && get_head(s, &head) && head.wanted > head.kept.number;
}

void share_keep(struct share *s, const struct sw_host *h, struct sw_raw answer)
{
	struct kept kept = { .number = s->number, .size = answer.n };

	if (s->fd < 0 || answer.n == 0 || answer.n > SHARE_ROOM || !likeness(h, &kept.who))
		return;
	kept.checksum = sum_of_kept(kept, answer);
	if (put(s, answer.p, answer.n, ANSWER_AT))
		(void)!put(s, &kept, sizeof(kept), offsetof(struct head, kept));
}

void share_end(struct share *s)
{
	share_nothing(s);
	free((char *)s->answer.p);
	s->answer = raw_from(NULL, 0);
}
