#include "os/share.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/io.h"
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
	return io_pwrite(s->fd, bytes, n, at) == 0;
}

/* False when it is damaged, or nothing was ever read. Numbers that can't be are none. */
static bool get_head(const struct share *s, struct head *ret)
{
	if (io_pread(s->fd, ret, sizeof(*ret), 0) != (ssize_t)sizeof(*ret) ||
	    ret->begun.number == 0 || ret->begun.checksum != sum_of(ret->begun.number))
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
static bool lock(const struct share *s)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(s->fd, F_SETLK, &whole) == 0;
}

static void nap(int64_t ms)
{
	const struct timespec pause = { .tv_nsec = (long)(ms * 1000000) };

	nanosleep(&pause, NULL);
}

struct wait {
	uint64_t seen; /* readings that had begun when we came: 0 until that is known */
	bool is_known; /* who we are */
	struct hash_key us;
};

/*
 * Our answer must be of a reading that began after we came, and what is kept now is not ours: say
 * that somebody waits for a later one.
 */
static void come_to_wait(const struct share *s, const struct head *head, struct wait *w)
{
	uint64_t next;

	if (w->seen == 0)
		w->seen = head->begun.number;
	next = (w->seen > head->kept.number ? w->seen : head->kept.number) + 1;
	if (head->wanted < next)
		(void)!put(s, &next, sizeof(next), offsetof(struct head, wanted));
}

static bool is_for_us(const struct sw_host *h, const struct kept *kept, struct wait *w)
{
	if (w->seen == 0 || kept->number <= w->seen || kept->size == 0 || kept->size > SHARE_ROOM)
		return false;
	if (!w->is_known)
		w->is_known = likeness(h, &w->us);
	return w->is_known && kept->who.k0 == w->us.k0 && kept->who.k1 == w->us.k1;
}

/*
 * What another run has kept for us. Asked without the lock, too: the next reader, who is not like
 * us, may have that already. Bytes that he is just writing over have not the checksum.
 */
static bool take_answer(struct share *s, const struct sw_host *h, const struct kept *kept,
			struct wait *w)
{
	size_t n = is_for_us(h, kept, w) ? (size_t)kept->size : 0;
	char *bytes = n > 0 ? malloc(n) : NULL;
	struct sw_raw answer = raw_from(bytes, n);

	if (!bytes)
		return false;
	if (io_pread(s->fd, bytes, n, ANSWER_AT) != (ssize_t)n ||
	    sum_of_kept(*kept, answer) != kept->checksum) {
		free(bytes);
		return false;
	}
	s->answer = answer;
	return true;
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

/*
 * Until there is an answer, or the file is ours to read for others, or the time is up. It can be no
 * blocking wait, which has no end.
 */
static void wait_for_turn(struct share *s, const struct sw_host *h)
{
	int64_t begin = clock_ms();
	int64_t until = host_until(h, SHARE_WAIT);
	struct wait w = { .seen = 0 };

	for (;;) {
		bool is_locked = lock(s);
		bool is_refused = !is_locked && errno != EAGAIN && errno != EACCES;
		int64_t now = clock_ms();
		int64_t pause = (now - begin) / 8;
		struct head head;
		bool is_whole = get_head(s, &head);

		if (is_whole && take_answer(s, h, &head.kept, &w))
			break;
		if (is_locked && begin_reading(s, &head, is_whole))
			return;
		if (is_locked || is_refused || now >= until)
			break;
		if (is_whole)
			come_to_wait(s, &head, &w);
		nap(pause < NAP_LEAST ? NAP_LEAST : pause > NAP_MOST ? NAP_MOST : pause);
	}
	share_nothing(s);
}

static bool is_ours_alone(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

void share_begin(struct share *s, const struct sw_host *h, const char *path)
{
	struct sw_fault ignored = { 0 };
	bool read_only;
	int fd = path ? own_file_open(path, 0600, &layout, &read_only, &ignored) : -1;

	*s = (struct share){ .fd = fd < 0 ? -1 : fd };
	if (fd < 0)
		return;
	if (read_only || !is_ours_alone(fd))
		share_nothing(s);
	else
		wait_for_turn(s, h);
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
