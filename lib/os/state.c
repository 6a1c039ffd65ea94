#include "os/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/own_file.h"

/* Byte order and layout are this machine's: a state file never leaves it. */
struct head {
	char magic[8];
	uint32_t version;
	uint32_t reserved;
	uint64_t size;
	uint64_t sequence;
	uint64_t checksum; /* of this head with checksum 0, and the block */
};

enum { OTHER_MAX = 4 << 20, TRIES = 5 }; /* bytes: no layout of ours is larger */

static const char magic[8] = "swstate";

static uint64_t checksum(struct head head, const void *block, size_t size)
{
	struct hash_key key;

	head.checksum = 0;
	key.k0 = hash_bytes((struct hash_key){ 0, 0 }, raw_from((const char *)&head, sizeof(head)));
	key.k1 = size;
	return hash_bytes(key, raw_from(block, size));
}

static size_t slot_size(size_t size)
{
	return (sizeof(struct head) + size + 4095) & ~(size_t)4095;
}

static bool read_slot(int fd, unsigned slot, uint32_t version, void *block, size_t size,
		      uint64_t *sequence)
{
	off_t at = (off_t)(slot * slot_size(size));
	struct head head;

	if (pread(fd, &head, sizeof(head), at) != (ssize_t)sizeof(head) ||
	    memcmp(head.magic, magic, sizeof(magic)) != 0 || head.version != version ||
	    head.size != size ||
	    pread(fd, block, size, at + (off_t)sizeof(head)) != (ssize_t)size ||
	    head.checksum != checksum(head, block, size))
		return false;
	*sequence = head.sequence;
	return true;
}

/* The newer of the slots that are whole. Returns how many are. */
static unsigned load(struct state *s, uint32_t version, void *block)
{
	void *other = malloc(s->size);
	uint64_t sequence[2] = { 0, 0 };
	bool whole[2] = { false, false };

	s->slot = 1;
	if (other) {
		whole[0] = read_slot(s->fd, 0, version, block, s->size, &sequence[0]);
		whole[1] = read_slot(s->fd, 1, version, other, s->size, &sequence[1]);
	}
	if (whole[0] && (!whole[1] || sequence[0] > sequence[1])) {
		s->slot = 0;
		s->sequence = sequence[0];
	} else if (whole[1]) {
		memcpy(block, other, s->size);
		s->sequence = sequence[1];
	} else {
		memset(block, 0, s->size);
	}
	free(other);
	return (unsigned)whole[0] + whole[1];
}

/* A slot that another layout of ours has filled; only its first one lies where ours does. */
static bool is_of_another(int fd, const struct head *head)
{
	void *block = head->size <= OTHER_MAX ? malloc(head->size + 1) : NULL;
	bool whole = block &&
		     pread(fd, block, head->size, (off_t)sizeof(*head)) == (ssize_t)head->size &&
		     head->checksum == checksum(*head, block, head->size);

	free(block);
	return whole;
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

static int open_state(struct state *s, const char *path, mode_t mode, uint32_t version, void *block,
		      size_t size, struct sw_fault *why)
{
	struct sw_fault ignored = { 0 };
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct own_layout layout = { .mark = magic };
	int rc;

	*s = (struct state){ .fd = -1, .size = size };
	memset(block, 0, size);
	if (!path || !*path || strcmp(path, "/dev/null") == 0)
		return sw_fault(why, ENOENT, "there is no state file (MUNIN_STATEFILE)");
	layout.second = (off_t)slot_size(size);
	layout.size = 2 * layout.second;
	rc = own_file_open(path, mode, &layout, &s->read_only, why);
	if (rc < 0)
		return rc;
	s->fd = rc;
	rc = 0;
	/*
	 * By fcntl(2), which asks for a descriptor that may write: flock(2) would let anybody who
	 * can read the file keep it locked. Locked before it is read, or what another run saves in
	 * between would be lost.
	 */
	if (!s->read_only && fcntl(s->fd, F_OFD_SETLK, &whole) < 0) {
		s->read_only = true; /* that run writes what we would: leave it to it */
		/* it may be writing: of two such runs each can tear a slot while we read */
		for (unsigned i = 0; i < TRIES && load(s, version, block) < 2; i++)
			;
	} else if (load(s, version, block) == 0 && is_damaged(s)) {
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
	size_t n = sizeof(head) + s->size;
	ssize_t written;

	if (s->fd < 0)
		return 0;
	both = malloc(n);
	if (!both)
		return sw_fault_errno(why, ENOMEM, "write the state file");
	memcpy(head.magic, magic, sizeof(magic));
	head.checksum = checksum(head, block, s->size);
	memcpy(both, &head, sizeof(head));
	memcpy(both + sizeof(head), block, s->size);
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
