#include "inode/owners.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/clock.h"

enum { AMPLE_MS = 1000 };

struct owners_file {
	uint64_t key;
	uint32_t directory;
	uint32_t name; /* where in names */
	uint8_t name_n;
};

int owners_new(struct owners *o, struct hash_key secret, struct sw_fault *why)
{
	*o = (struct owners){ .file = malloc(OWNERS_KEPT * sizeof(*o->file)),
			      .names = malloc(OWNERS_NAMES),
			      .draw = secret.k1 | 1,
			      .limit = UINT64_MAX };
	if (o->file && o->names)
		return 0;
	owners_free(o);
	return sw_fault_errno(why, ENOMEM, "sample of files");
}

void owners_free(struct owners *o)
{
	free(o->file);
	free(o->names);
	o->file = NULL;
	o->names = NULL;
}

/* Half of the chance for all, those that are kept included. */
static void thin_out(struct owners *o)
{
	size_t n = 0;
	size_t names_n = 0;

	o->limit /= 2;
	for (size_t i = 0; i < o->n; i++) {
		struct owners_file f = o->file[i];

		if (f.key > o->limit)
			continue;
		memmove(o->names + names_n, o->names + f.name, f.name_n);
		f.name = (uint32_t)names_n;
		names_n += f.name_n;
		o->file[n++] = f;
	}
	o->n = n;
	o->names_n = names_n;
}

void owners_keep(struct owners *o, uint32_t directory, const struct dir_entry *entry)
{
	uint64_t key = o->draw;

	while (o->n == OWNERS_KEPT || o->names_n + entry->length > OWNERS_NAMES)
		thin_out(o);
	if (key > o->limit || entry->length > UINT8_MAX)
		return;
	memcpy(o->names + o->names_n, entry->name, entry->length);
	o->file[o->n++] = (struct owners_file){ .key = key,
						.directory = directory,
						.name = (uint32_t)o->names_n,
						.name_n = (uint8_t)entry->length };
	o->names_n += entry->length;
}

static int by_chance(const void *one, const void *other)
{
	const struct owners_file *a = one;
	const struct owners_file *b = other;

	return (a->key > b->key) - (a->key < b->key);
}

static int by_directory(const void *one, const void *other)
{
	const struct owners_file *a = one;
	const struct owners_file *b = other;

	return (a->directory > b->directory) - (a->directory < b->directory);
}

struct poll {
	struct owners *owners;
	struct walk *walk;
	uint32_t directory; /* the one that is open */
	int fd;		    /* or -1 */
	size_t asked, silent;
	size_t n;
	struct {
		uint32_t uid;
		uint32_t files;
	} of[OWNERS_ASKED];
};

static void ask(struct poll *p, const struct owners_file *f)
{
	char name[UINT8_MAX + 1];
	uint32_t uid;
	size_t i = 0;

	memcpy(name, p->owners->names + f->name, f->name_n);
	name[f->name_n] = '\0';
	if (p->fd < 0 || p->directory != f->directory) {
		if (p->fd >= 0)
			close(p->fd);
		p->fd = walk_open(p->walk, f->directory);
		p->directory = f->directory;
	}
	p->asked++;
	if (p->fd < 0 || dir_uid(p->fd, name, &uid) < 0) {
		p->silent++;
		return;
	}
	while (i < p->n && p->of[i].uid != uid)
		i++;
	if (i == p->n)
		p->of[p->n++].uid = uid;
	p->of[i].files++;
}

/* As queue/owners does it: none or all of n says no more than 3/n at 95 %. */
static struct sw_inode_owner sum_up(const struct poll *p, bool all)
{
	size_t most = 0;
	double looked = (double)(p->asked - p->silent);
	struct sw_inode_owner ret = { .looked = p->asked - p->silent };

	if (p->n == 0 || p->silent > p->asked / 2)
		return (struct sw_inode_owner){ 0 };
	for (size_t i = 1; i < p->n; i++)
		if (p->of[i].files > p->of[most].files ||
		    (p->of[i].files == p->of[most].files && p->of[i].uid < p->of[most].uid))
			most = i;
	ret.uid = p->of[most].uid;
	ret.share = p->of[most].files / looked;
	if (all && p->silent == 0)
		return ret;
	ret.error = ret.share < 1 ? 1.96 * sqrt(ret.share * (1 - ret.share) / looked) : 3 / looked;
	if (ret.error > 1)
		ret.error = 1;
	return ret;
}

/*
 * In the order of chance, those that are asked before the time is over are a sample, too. When
 * there is time for all, even if each must be read from a disk, each directory is opened once.
 */
static struct sw_inode_owner ask_some(struct poll *p, struct owners_file *file, size_t n,
				      int64_t until, bool all)
{
	size_t i = 0;

	if (until - clock_ms() >= AMPLE_MS)
		qsort(file, n, sizeof(*file), by_directory);
	while (i < n && clock_ms() < until)
		ask(p, &file[i++]);
	if (p->fd >= 0)
		close(p->fd);
	return sum_up(p, all && i == n);
}

/* How many files of directories d with of[d] == i have a number up to that. */
static size_t count(const struct owners *o, const uint8_t *of, size_t i, uint64_t most)
{
	size_t n = 0;

	for (size_t k = 0; k < o->n; k++)
		n += (size_t)((of[o->file[k].directory] == i) & (o->file[k].key <= most));
	return n;
}

/* These to the front, in the order of chance; so many. */
static size_t draw(struct owners *o, const uint8_t *of, size_t i, uint64_t most)
{
	size_t n = 0;

	for (size_t k = 0; k < o->n; k++) {
		struct owners_file f = o->file[k];

		if (of[f.directory] != i || f.key > most)
			continue;
		o->file[k] = o->file[n];
		o->file[n++] = f;
	}
	qsort(o->file, n, sizeof(*o->file), by_chance);
	return n;
}

void owners_ask(struct owners *o, struct walk *walk, const uint8_t *of, size_t n, int64_t until,
		struct sw_inode_owner *ret)
{
	for (size_t i = 0; i < n; i++) {
		struct poll p = { .owners = o, .walk = walk, .fd = -1 };
		struct owners_file file[OWNERS_ASKED];
		size_t most = OWNERS_ASKED / n;
		size_t found = count(o, of, i, UINT64_MAX);
		uint64_t limit = o->limit;
		size_t drawn;

		while (count(o, of, i, limit / 2) >= most) /* of thousands few need an order */
			limit /= 2;
		drawn = draw(o, of, i, limit);
		drawn = drawn < most ? drawn : most;
		memcpy(file, o->file, drawn * sizeof(*file));
		ret[i] = ask_some(&p, file, drawn, until, found <= most && o->limit == UINT64_MAX);
	}
}
