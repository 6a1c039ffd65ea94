#include "os/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/sparse.h"
#include "os/io.h"
#include "os/own_file.h"

/* Byte order and layout are this machine's: a state file that comes from another is none. */
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

static struct own_layout layout_of(size_t size)
{
	off_t slot = (off_t)slot_size(size);

	return (struct own_layout){ .mark = magic, .second = slot, .size = 2 * slot };
}

/* Can the slot be whole, by its head? 1 or 0, or -errno: it can't be told. */
static int read_head(const struct state *s, unsigned slot, uint32_t version, struct head *ret)
{
	ssize_t n = io_pread(s->fd, ret, sizeof(*ret), (off_t)(slot * slot_size(s->size)));

	if (n < 0)
		return (int)n;
	return n == (ssize_t)sizeof(*ret) && memcmp(ret->magic, magic, sizeof(magic)) == 0 &&
	       ret->version == version && ret->size == s->size &&
	       ret->stored <= sparse_room(s->size);
}

/* What stands behind the head, into memory of the caller's; 1, 0 when it is not whole, or -errno.
 */
static int read_stored(int fd, off_t at, const struct head *head, char **ret)
{
	ssize_t n = -ENOMEM;

	*ret = malloc(head->stored + 1U);
	if (*ret)
		n = io_pread(fd, *ret, head->stored, at + (off_t)sizeof(*head));
	if (n == (ssize_t)head->stored && head->checksum == checksum(*head, *ret))
		return 1;
	free(*ret);
	*ret = NULL;
	return n < 0 ? (int)n : 0;
}

/* Where a state goes to: into a block of the caller's, or as bytes, where they are read. */
struct into {
	void *block; /* NULL: as bytes */
	struct sw_raw bytes;
	void *memory; /* of them */
};

/* The bytes where they were read, if they are in one piece. 1, 0: they are none, or -errno. */
static int take_bytes(const struct state *s, char *stored, const struct head *head,
		      struct into *into)
{
	struct sw_raw pieces = raw_from(stored, head->stored);
	void *block;

	if (pieces.n == 0 || sparse_is_one(pieces, s->size, &into->bytes)) {
		into->memory = stored;
		return 1;
	}
	block = calloc(1, s->size);
	if (!block || !sparse_from(pieces, block, s->size)) {
		free(stored);
		free(block);
		return block ? 0 : -ENOMEM;
	}
	free(stored);
	into->bytes = raw_from(block, s->size);
	into->memory = block;
	return 1;
}

static int take_block(const struct state *s, char *stored, const struct head *head, void *block)
{
	bool is = sparse_from(raw_from(stored, head->stored), block, s->size);

	free(stored);
	return is;
}

static int load_slot(struct state *s, unsigned slot, const struct head *head, struct into *into)
{
	char *stored;
	int rc = read_stored(s->fd, (off_t)(slot * slot_size(s->size)), head, &stored);

	if (rc > 0)
		rc = into->block ? take_block(s, stored, head, into->block)
				 : take_bytes(s, stored, head, into);
	if (rc > 0) {
		s->slot = slot;
		s->sequence = head->sequence;
	}
	return rc;
}

/*
 * The newer of the slots that are whole. 1; 0: there is none, the zeroed block stays so; or -errno:
 * what can't be read now is not lost, and must not be begun anew.
 */
static int load(struct state *s, uint32_t version, struct into *into, struct head head[2])
{
	int may_be[2];
	unsigned newer;
	int rc = 0;

	for (unsigned i = 0; i < 2; i++) {
		may_be[i] = read_head(s, i, version, &head[i]);
		if (may_be[i] < 0)
			return may_be[i];
	}
	newer = head[0].sequence > head[1].sequence ? 0 : 1;
	s->slot = 1;
	if (may_be[newer])
		rc = load_slot(s, newer, &head[newer], into);
	if (rc == 0 && may_be[1 - newer])
		rc = load_slot(s, 1 - newer, &head[1 - newer], into);
	return rc;
}

/* A slot that another layout of ours has filled; only its first one lies where ours does. */
static bool is_of_another(int fd, const struct head *head)
{
	char *stored = NULL;
	bool whole = head->stored <= OTHER_MAX && read_stored(fd, 0, head, &stored) > 0;

	free(stored);
	return whole;
}

/* No slot is whole: is that so because nothing was ever saved in this layout? */
static bool is_damaged(const struct state *s, const struct head head[2])
{
	static const struct head never;
	bool damaged = false;

	for (unsigned i = 0; i < 2; i++) {
		struct head one = head[i];

		if (memcmp(one.magic, magic, sizeof(magic)) == 0)
			memset(one.magic, 0, sizeof(one.magic)); /* of make_slots() */
		damaged |= memcmp(&one, &never, sizeof(one)) != 0;
	}
	return damaged && !is_of_another(s->fd, &head[0]);
}

static void say_damage(const char *path, uint32_t version, const struct head head[2],
		       const char *more, struct sw_fault *why)
{
	bool turned = false;

	for (unsigned i = 0; i < 2; i++)
		turned |= memcmp(head[i].magic, magic, sizeof(magic)) == 0 &&
			  head[i].version == __builtin_bswap32(version);
	sw_fault(why, EBADMSG, "the state file %s is %s%s", path,
		 turned ? "of a machine of another byte order" : "damaged", more);
}

/* 0, or -errno: what was written before may not be on the disk, and nobody is told so again. */
static int settle(const struct state *s)
{
	while (fdatasync(s->fd) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

/* Into a slot. What is stored stands behind the room of the head. */
static int write_slot(struct state *s, unsigned slot, uint32_t version, char *both, size_t stored)
{
	struct head head = { .version = version,
			     .stored = (uint32_t)stored,
			     .size = s->size,
			     .sequence = s->sequence + 1 };
	int rc;

	memcpy(head.magic, magic, sizeof(magic));
	head.checksum = checksum(head, both + sizeof(head));
	memcpy(both, &head, sizeof(head));
	rc = io_pwrite(s->fd, both, sizeof(head) + stored, (off_t)(slot * slot_size(s->size)));
	if (rc < 0)
		return rc;
	s->slot = slot;
	s->sequence++;
	return 0;
}

static int save(struct state *s, uint32_t version, char *both, size_t stored, struct sw_fault *why)
{
	const struct state last = *s;
	int rc = write_slot(s, 1 - last.slot, version, both, stored);

	if (rc == 0)
		rc = settle(s);
	if (rc == 0)
		return 0;
	*s = last;
	return sw_fault_errno(why, -rc, "write the state file");
}

/* Nothing, in place of what is damaged. */
static void begin_anew(struct state *s, uint32_t version)
{
	char nothing[sizeof(struct head)];
	struct sw_fault ignored = { 0 };

	(void)!save(s, version, nothing, 0, &ignored);
}

static int open_state(struct state *s, const char *path, mode_t mode, uint32_t version,
		      struct into *into, size_t size, struct sw_fault *why)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	const struct own_layout layout = layout_of(size);
	struct head head[2] = { { .version = 0 }, { .version = 0 } };
	int rc = 0;
	int fd;

	*s = (struct state){ .fd = -1, .size = size };
	if (!path || !*path || strcmp(path, "/dev/null") == 0)
		return sw_fault(why, ENOENT, "there is no state file (MUNIN_STATEFILE)");
	fd = own_file_open(path, mode, &layout, &s->read_only, why);
	if (fd < 0)
		return fd;
	s->fd = fd;
	/*
	 * By fcntl(2), which asks for a descriptor that may write: flock(2) would let anybody who
	 * can read the file keep it locked. Locked before it is read, or what another run saves in
	 * between would be lost.
	 */
	if (!s->read_only && fcntl(s->fd, F_OFD_SETLK, &whole) < 0) {
		s->read_only = s->busy = true; /* that run writes what we would: leave it to it */
		/* it may be writing: of two such runs each can tear a slot while we read */
		for (unsigned i = 0; i < TRIES && (rc = load(s, version, into, head)) == 0; i++)
			;
	} else if ((rc = load(s, version, into, head)) == 0 && is_damaged(s, head)) {
		say_damage(path, version, head, s->read_only ? "" : ": it is begun anew",
			   &s->damage);
		begin_anew(s, version);
	}
	if (s->read_only || rc < 0)
		state_close(s);
	return rc < 0 ? sw_fault_errno(why, -rc, "read the state file %s", path) : 0;
}

int state_open(struct state *s, const char *path, uint32_t version, void *block, size_t size,
	       struct sw_fault *why)
{
	struct into into = { .block = block };

	return open_state(s, path, 0600, version, &into, size, why);
}

int state_open_bytes(struct state *s, const char *path, uint32_t version, size_t size,
		     struct sw_raw *ret, void **memory, struct sw_fault *why)
{
	struct into into = { .memory = NULL };
	int rc = open_state(s, path, 0600, version, &into, size, why);

	*ret = into.bytes;
	*memory = into.memory;
	return rc;
}

int state_open_shared(struct state *s, const char *path, uint32_t version, void *block, size_t size,
		      struct sw_fault *why)
{
	struct into into = { .block = block };

	return open_state(s, path, 0644, version, &into, size, why);
}

int state_look(const struct sw_host *h, const char *path, uint32_t version, void *block,
	       size_t size, struct sw_fault *why)
{
	struct state s = { .fd = host_openat(h, path, O_RDONLY, why), .size = size };
	const struct own_layout layout = layout_of(size);
	struct head head[2] = { { .version = 0 }, { .version = 0 } };
	struct into into = { .block = block };
	int rc = 0;

	if (s.fd < 0)
		return s.fd;
	/* who writes it meanwhile can tear a slot while we read */
	for (unsigned i = 0; i < TRIES && (rc = load(&s, version, &into, head)) == 0; i++)
		;
	if (rc < 0) {
		sw_fault_errno(why, -rc, "read %s", path);
	} else if (rc == 0 && !own_file_is(s.fd, &layout)) {
		rc = sw_fault(why, EEXIST, "%s is no state file of ours: it stays as it is", path);
	} else if (rc == 0 && is_damaged(&s, head)) {
		say_damage(path, version, head, "", why);
		rc = -EBADMSG;
	}
	state_close(&s);
	return rc;
}

int state_save(struct state *s, uint32_t version, const void *block, struct sw_fault *why)
{
	char *both;
	int rc;

	if (s->fd < 0)
		return 0;
	both = malloc(sizeof(struct head) + sparse_room(s->size));
	if (!both)
		return sw_fault_errno(why, ENOMEM, "write the state file");
	rc = save(s, version, both, sparse_to(block, s->size, both + sizeof(struct head)), why);
	free(both);
	return rc;
}

int state_save_bytes(struct state *s, uint32_t version, char *bytes, size_t n, struct sw_fault *why)
{
	int rc;

	_Static_assert(STATE_AHEAD == sizeof(struct head) + SPARSE_HEAD, "for both");
	if (s->fd < 0)
		return 0;
	sparse_head(n, bytes - SPARSE_HEAD);
	/*
	 * A slot that may not be on the disk is written again, at once to the disk: of the other
	 * one that is known.
	 */
	if (settle(s) < 0) {
		s->slot = 1 - s->slot;
		return save(s, version, bytes - STATE_AHEAD, n + SPARSE_HEAD, why);
	}
	rc = write_slot(s, 1 - s->slot, version, bytes - STATE_AHEAD, n + SPARSE_HEAD);
	return rc < 0 ? sw_fault_errno(why, -rc, "write the state file") : 0;
}

void state_close(struct state *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}
