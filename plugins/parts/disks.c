#include "parts/disks.h"

#include <errno.h>

#include "base/hash.h"
#include "base/print.h"

enum { FOUND_NOWHERE = DISKS_MAX, KEEP_VALUE = 60, WAKE_SLACK = 10 };

static uint64_t hash_of(const struct sw_inode_use *use)
{
	struct hash_key key = { hash_bytes((struct hash_key){ 0, 0 }, use->device), 0 };

	return hash_bytes(key, use->mount) | 1;
}

static size_t find(const struct disks *d, uint64_t hash)
{
	size_t i = 0;

	while (i < DISKS_MAX && d->memory->entry[i].mount != hash)
		i++;
	return i;
}

/* Comes and goes with containers and logins. */
static bool is_memory(struct sw_raw type)
{
	return raw_is(type, "tmpfs") || raw_is(type, "ramfs") || raw_is(type, "devtmpfs") ||
	       raw_is(type, "squashfs");
}

bool disks_may_wake(const struct disks *d, const struct sw_inode_use *use)
{
	size_t i = find(d, hash_of(use));
	const struct disks_entry *e = &d->memory->entry[i];

	if (!d->kept)
		return false;
	if (i == FOUND_NOWHERE || e->mount_id != use->mount_id || e->when == 0 || d->now < e->when)
		return true;
	/* automount(8) looks every quarter of the time-out */
	return d->now - e->when > (int64_t)(use->expires + use->expires / 4 + WAKE_SLACK);
}

void disks_note(struct disks *d, const struct sw_inode_use *use)
{
	uint64_t hash = hash_of(use);
	size_t i = find(d, hash);
	struct disks_entry *e;
	struct sw_label name = label_new();

	if (is_memory(use->type))
		return;
	if (i == FOUND_NOWHERE && (i = find(d, 0)) == FOUND_NOWHERE)
		return;
	e = &d->memory->entry[i];
	d->seen[i] = true;
	if (e->mount != hash) {
		*e = (struct disks_entry){ .mount = hash };
		sw_label_add_name(&name, use->mount);
		print_text(e->name, sizeof(e->name), "%.*s", DISKS_NAME, name.s);
		d->changed = true;
	}
	if (e->expires != (uint32_t)use->expires) {
		e->expires = (uint32_t)use->expires;
		d->changed = true;
	}
	/* written only when it matters: a state file costs a write to the disk */
	if (use->why.code == 0 &&
	    (use->expires > 0 ||
	     (d->values && (d->now - e->when >= KEEP_VALUE || d->now < e->when)))) {
		e->mount_id = use->mount_id;
		e->when = d->now;
		e->files = use->files;
		e->used = use->used;
		e->percent = use->percent;
		d->changed = true;
	}
}

const struct disks_entry *disks_last(const struct disks *d, const struct sw_inode_use *use)
{
	size_t i = find(d, hash_of(use));

	return i < FOUND_NOWHERE && d->memory->entry[i].when > 0 ? &d->memory->entry[i] : NULL;
}

void disks_end(struct disks *d, struct sw_munin *m)
{
	for (size_t i = 0; i < DISKS_MAX; i++) {
		struct disks_entry *e = &d->memory->entry[i];
		struct sw_label sentence;
		struct sw_fault gone = { 0 };

		if (e->mount == 0 || d->seen[i])
			continue;
		e->name[DISKS_NAME] = '\0';
		sentence = label_kept(e->name);
		sw_label_print(&sentence, ": no longer mounted");
		fault_label(&gone, ENODEV, &sentence);
		if (e->expires == 0)
			sw_munin_complain(m, &gone);
		*e = (struct disks_entry){ .mount = 0 };
		d->changed = true;
	}
}
