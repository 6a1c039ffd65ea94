#include "os/state.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/sparse.h"

/* Byte order and layout are this machine's: a state file never leaves it. */
struct head {
	char magic[8];
	uint32_t version;
	uint32_t stored; /* bytes that stand behind this head: the block without its zeros */
	uint64_t size;	 /* of the block */
	uint64_t sequence;
	uint64_t checksum; /* of this head with checksum 0, and what is stored */
};

enum { OTHER_MAX = 4 << 20, TRIES = 5 }; /* bytes: no layout of ours is larger */

static const char magic[8] = "swstate";

static uint64_t checksum(struct head head, const void *stored)
{
	struct hash_key key;

	head.checksum = 0;
	key.k0 = hash_bytes((struct hash_key){ 0, 0 }, raw_from((const char *)&head, sizeof(head)));
	key.k1 = head.size;
	return hash_bytes(key, raw_from(stored, head.stored));
}

static size_t slot_size(size_t size)
{
	return (sizeof(struct head) + sparse_room(size) + 4095) & ~(size_t)4095;
}

static bool read_head(const struct state *s, unsigned slot, uint32_t version, struct head *ret)
{
	return pread(s->fd, ret, sizeof(*ret), (off_t)(slot * slot_size(s->size))) ==
		       (ssize_t)sizeof(*ret) &&
	       memcmp(ret->magic, magic, sizeof(magic)) == 0 && ret->version == version &&
	       ret->size == s->size && ret->stored <= sparse_room(s->size);
}

/* What stands behind the head, into memory of the caller's; NULL when it is not whole. */
static char *read_stored(int fd, off_t at, const struct head *head)
{
	char *stored = malloc(head->stored + 1U);

	if (stored &&
	    pread(fd, stored, head->stored, at + (off_t)sizeof(*head)) == (ssize_t)head->stored &&
	    head->checksum == checksum(*head, stored))
		return stored;
	free(stored);
	return NULL;
}

static bool load_slot(struct state *s, unsigned slot, const struct head *head, void *block)
{
	char *stored = read_stored(s->fd, (off_t)(slot * slot_size(s->size)), head);
	bool whole = stored && sparse_from(raw_from(stored, head->stored), block, s->size);

	free(stored);
	if (whole) {
		s->slot = slot;
		s->sequence = head->sequence;
	}
	return whole;
}

/* The newer of the slots that are whole. False: there is none, the zeroed block stays so. */
static bool load(struct state *s, uint32_t version, void *block)
{
	struct head head[2];
	bool may_be[2];
	unsigned newer;

	for (unsigned i = 0; i < 2; i++)
		may_be[i] = read_head(s, i, version, &head[i]);
	newer = may_be[0] && (!may_be[1] || head[0].sequence > head[1].sequence) ? 0 : 1;
	s->slot = 1;
	return (may_be[newer] && load_slot(s, newer, &head[newer], block)) ||
	       (may_be[1 - newer] && load_slot(s, 1 - newer, &head[1 - newer], block));
}

static bool has_magic(int fd, off_t at)
{
	char got[sizeof(magic)];

	return pread(fd, got, sizeof(got), at) == (ssize_t)sizeof(got) &&
	       memcmp(got, magic, sizeof(magic)) == 0;
}

/* A slot that another layout of ours has filled; only its first one lies where ours does. */
static bool is_of_another(int fd, const struct head *head)
{
	char *stored = head->stored <= OTHER_MAX ? read_stored(fd, 0, head) : NULL;

	free(stored);
	return stored;
}

/* No slot is whole: is that so because nothing was ever saved in this layout? */
static bool is_damaged(const struct state *s)
{
	static const struct head never;
	bool damaged = false;

	for (unsigned i = 0; i < 2; i++) {
		off_t at = (off_t)(i * slot_size(s->size));
		struct head head = { .version = 0 };

		if (pread(s->fd, &head, sizeof(head), at) < 0)
			return false;
		if (i == 0 && is_of_another(s->fd, &head))
			return false;
		if (memcmp(head.magic, magic, sizeof(magic)) == 0)
			memset(head.magic, 0, sizeof(head.magic)); /* of make_slots() */
		damaged |= memcmp(&head, &never, sizeof(head)) != 0;
	}
	return damaged;
}

/*
 * A file that was begun and no more: some of the mark and nothing behind it, or zeros in our whole
 * length. After a power failure some file systems know the length, which was written first.
 */
static bool is_begun(const struct state *s, off_t size)
{
	char piece[4096];
	off_t at = 0;
	ssize_t n = 1;

	if (size >= (off_t)sizeof(magic) && size != (off_t)(2 * slot_size(s->size)))
		return false;
	while (at < size && n > 0) {
		ssize_t i = 0;

		n = pread(s->fd, piece, sizeof(piece), at);
		while (at == 0 && i < n && i < (ssize_t)sizeof(magic) && piece[i] == magic[i])
			i++;
		for (; i < n; i++)
			if (piece[i] || size < (off_t)sizeof(magic))
				return false;
		at += n > 0 ? n : 0;
	}
	return at == size;
}

/* Did we make this file, in this layout or in another? What somebody else has written stays his. */
static bool is_ours(const struct state *s, off_t size)
{
	return has_magic(s->fd, 0) || has_magic(s->fd, (off_t)slot_size(s->size)) ||
	       is_begun(s, size);
}

/* So that it is known as ours from its first byte on, whatever a crash leaves of what follows. */
static int mark_slot(const struct state *s, unsigned slot)
{
	ssize_t n = pwrite(s->fd, magic, sizeof(magic), (off_t)(slot * slot_size(s->size)));

	return n == (ssize_t)sizeof(magic) ? 0 : n < 0 ? errno : ENOSPC;
}

/*
 * On btrfs an in-place write needs new blocks unless the empty file was marked so (tried: 0 of 200
 * writes on a full disk without the flag, 200 with it); elsewhere the flag is refused, harmlessly.
 */
static void forbid_copy_on_write(int fd)
{
	int flags = 0;

	/* by syscall(2): the request is an int in musl's ioctl(), an unsigned long in glibc's */
	if (syscall(SYS_ioctl, fd, FS_IOC_GETFLAGS, &flags) == 0) {
		flags |= FS_NOCOW_FL;
		(void)!syscall(SYS_ioctl, fd, FS_IOC_SETFLAGS, &flags);
	}
}

/*
 * Is this a file that may be a state of ours at all? Root's is, to be read: a scan from outside. A
 * second name of a file belongs to whoever made it.
 */
static int check_file(const struct state *s, const char *path, const struct stat *st,
		      struct sw_fault *why)
{
	uid_t us = geteuid();

	if (!S_ISREG(st->st_mode))
		return sw_fault(why, EEXIST, "%s is no regular file: it stays as it is", path);
	if (st->st_uid != us && (st->st_uid != 0 || !s->read_only))
		return sw_fault(why, EEXIST,
				"%s belongs to uid %lu, this is uid %lu: it stays as it is", path,
				(unsigned long)st->st_uid, (unsigned long)us);
	if (st->st_nlink > 1)
		return sw_fault(why, EEXIST, "%s has another name, too: it stays as it is", path);
	return 0;
}

static int get_descriptor(struct state *s, const char *path, mode_t mode, struct sw_fault *why)
{
	static const int flags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	struct stat st;
	int rc;

	/* before it is opened: that alone does something to some devices */
	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return check_file(s, path, &st, why);
	s->fd = open(path, O_RDWR | O_CREAT | flags, mode);
	rc = errno;
	if (s->fd < 0 && (rc == EACCES || rc == EROFS)) {
		s->fd = open(path, O_RDONLY | flags);
		s->read_only = true;
	}
	return s->fd < 0 ? sw_fault_errno(why, rc, "open the state file %s", path) : 0;
}

/* The mark comes first, then the room. */
static int take_room(const struct state *s, off_t size)
{
	off_t whole = (off_t)(2 * slot_size(s->size));
	int rc = 0;

	if (size == 0) {
		forbid_copy_on_write(s->fd);
		rc = mark_slot(s, 0);
	}
	if (rc == 0)
		rc = posix_fallocate(s->fd, 0, whole);
	if (rc == 0 && size > whole && ftruncate(s->fd, whole) < 0)
		rc = errno;
	if (rc == 0 && size < (off_t)slot_size(s->size))
		rc = mark_slot(s, 1);
	return rc;
}

static int open_file(struct state *s, const char *path, mode_t mode, struct sw_fault *why)
{
	struct stat st;
	int rc = get_descriptor(s, path, mode, why);

	if (rc == 0 && fstat(s->fd, &st) < 0)
		rc = sw_fault_errno(why, errno, "stat the state file %s", path);
	if (rc == 0)
		rc = check_file(s, path, &st, why);
	if (rc < 0)
		return rc;
	if (st.st_size > 0 && !is_ours(s, st.st_size))
		return sw_fault(why, EEXIST, "%s is no state file of ours: it stays as it is",
				path);
	if (st.st_size == (off_t)(2 * slot_size(s->size)) || s->read_only)
		return 0;
	rc = take_room(s, st.st_size);
	return rc ? sw_fault_errno(why, rc, "take the room of the state file %s", path) : 0;
}

static int open_state(struct state *s, const char *path, mode_t mode, uint32_t version, void *block,
		      size_t size, struct sw_fault *why)
{
	struct sw_fault ignored = { 0 };
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int rc;

	*s = (struct state){ .fd = -1, .size = size };
	if (!path || !*path || strcmp(path, "/dev/null") == 0)
		return sw_fault(why, ENOENT, "there is no state file (MUNIN_STATEFILE)");
	rc = open_file(s, path, mode, why);
	if (rc < 0) {
		state_close(s);
		return rc;
	}
	/*
	 * By fcntl(2), which asks for a descriptor that may write: flock(2) would let anybody who
	 * can read the file keep it locked. Locked before it is read, or what another run saves in
	 * between would be lost.
	 */
	if (!s->read_only && fcntl(s->fd, F_OFD_SETLK, &whole) < 0) {
		s->read_only = true; /* that run writes what we would: leave it to it */
		/* it may be writing: of two such runs each can tear a slot while we read */
		for (unsigned i = 0; i < TRIES && !load(s, version, block); i++)
			;
	} else if (!load(s, version, block) && is_damaged(s)) {
		sw_fault(&s->damage, EBADMSG, "the state file %s is damaged%s", path,
			 s->read_only ? "" : ": it is begun anew");
		(void)!state_save(s, version, block, &ignored);
	}
	if (s->read_only)
		state_close(s);
	return 0;
}

int state_open(struct state *s, const char *path, uint32_t version, void *block, size_t size,
	       struct sw_fault *why)
{
	return open_state(s, path, 0600, version, block, size, why);
}

int state_open_shared(struct state *s, const char *path, uint32_t version, void *block, size_t size,
		      struct sw_fault *why)
{
	return open_state(s, path, 0644, version, block, size, why);
}

int state_save(struct state *s, uint32_t version, const void *block, struct sw_fault *why)
{
	unsigned slot = 1 - s->slot;
	struct head head = { .version = version, .size = s->size, .sequence = s->sequence + 1 };
	char *both;
	size_t n;
	ssize_t written;

	if (s->fd < 0)
		return 0;
	both = malloc(sizeof(head) + sparse_room(s->size));
	if (!both)
		return sw_fault_errno(why, ENOMEM, "write the state file");
	memcpy(head.magic, magic, sizeof(magic));
	head.stored = (uint32_t)sparse_to(block, s->size, both + sizeof(head));
	head.checksum = checksum(head, both + sizeof(head));
	memcpy(both, &head, sizeof(head));
	n = sizeof(head) + head.stored;
	written = pwrite(s->fd, both, n, (off_t)(slot * slot_size(s->size)));
	free(both);
	if (written != (ssize_t)n || fdatasync(s->fd) < 0)
		return sw_fault_errno(why, written < 0 || written == (ssize_t)n ? errno : ENOSPC,
				      "write the state file");
	s->slot = slot;
	s->sequence++;
	return 0;
}

void state_close(struct state *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}
