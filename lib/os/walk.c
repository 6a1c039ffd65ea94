/*
 * A directory is met when its parent is read, and becomes a node. It waits in one of two heaps:
 *
 *   unknown   nobody has looked at it. When its turn comes it is opened, and fstat(2) tells its
 *             size. Small ones, nearly all, are read at once: opening is what they cost.
 *   fat       it is large. It is read a piece at a time, always the one of which the most is left;
 *             so the fat ones are soon known in proportion, whenever the walk is cut.
 *
 * The order of `unknown` is tree_node.order. A fat one's turn comes when as much work (names read,
 * and PER_DIRECTORY for each visit) has gone to the unknown ones as will then have gone to the fat
 * ones: looking for culprits and counting them each cost at most half.
 * A child that finds no room as a node is only counted; its parent's listing is taken up again
 * there (d_off) when both heaps are empty, and what is below the child counts for the parent.
 */
#include "os/clock.h"
#include "os/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/walk_tree.h"

#define TO_THE_END UINT_MAX /* buffers */

enum {
	BUFFER = 32 * 1024, /* one a level of folding, on the heap: a stack may be small */
	FAT = 64 * 1024,    /* bytes: on ext4 some 2000 names, which take longer than opening */
	PAGE = 4096,	    /* a heap's orders are too small for bytes */
	BYTES_A_NAME = 32,  /* about */
	PER_DIRECTORY = 32, /* to open one costs about as much as reading so many names */
	FOLD_LEVELS = 32,   /* each with a descriptor and a buffer */
	CHILDREN_PART = 16, /* the children of one directory get this part of the room */
	KEPT_ROOM_PART = 8, /* of it is left for what fold() finds */
	PROMOTE_PART = 128,
	PIECE = 2,	    /* buffers; with one, opening a directory again begins to show */
	PIECE_NAMES = 2000, /* in them, about */
};

struct walk {
	struct walk_sums sums;
	struct walk_options options;
	struct tree tree;
	uint64_t spent_unknown, spent_fat; /* work */
	uint64_t seen;			   /* names read so far */
	int64_t deadline;		   /* milliseconds */
	bool late;
	char *buf[FOLD_LEVELS + 1];
};

static bool is_late(struct walk *w)
{
	if (!w->late && clock_ms() >= w->deadline)
		w->late = w->sums.cut = true;
	return w->late;
}

/* Why directory `id`, or what has `name` in it, can't be read. */
static void failed(struct walk *w, uint32_t id, const char *name, int code)
{
	char path[2 * SW_LABEL_MAX];
	size_t n;

	if (code == ENOENT || code == ENOTDIR || code == ELOOP) {
		w->sums.gone++; /* or something else has its name now */
		return;
	}
	if (code == EXDEV) {
		w->sums.mounts++;
		return;
	}
	if (w->sums.unreadable++)
		return;
	n = tree_path(&w->tree, id, path, sizeof(path) - 1);
	if (n < sizeof(path)) {
		path[n] = '\0';
		sw_fault_errno(&w->sums.first, code, "read %s%s%s", path, n && *name ? "/" : "",
			       name);
	} else {
		sw_fault_errno(&w->sums.first, code, "read a directory %zu bytes down", n);
	}
}

static bool list(struct walk *w, int fd, uint32_t id, unsigned level, unsigned buffers);

/* What is below a directory that is no node counts for node `id`. */
static void fold(struct walk *w, int at, uint32_t id, char *name, unsigned level)
{
	struct tree_node *n = &w->tree.node[id];
	struct sw_raw raw = raw_of(name);
	uint64_t before = n->inodes;
	struct stat st;
	int fd;

	if (level == FOLD_LEVELS) {
		w->sums.cut = true;
		w->sums.unread++;
		return;
	}
	fd = tree_open_at(&w->tree, at, name, &st);
	if (fd < 0) {
		failed(w, id, name, -fd);
		return;
	}
	list(w, fd, id, level + 1, TO_THE_END);
	close(fd);
	before = n->inodes - before;
	if (level > 1 || before <= w->sums.inodes / PROMOTE_PART ||
	    !tree_has_room(&w->tree, raw.n, w->options.directories))
		return;
	n = &w->tree.node[id];
	n->inodes -= before + 1; /* and itself, counted when it was met */
	tree_add(&w->tree, id, raw, before + 1);
}

/* A directory was met in node `id`, at the place `here` of its listing. */
static void meet(struct walk *w, uint32_t id, struct sw_raw name, int64_t here)
{
	struct tree_node *n = &w->tree.node[id];
	uint32_t most = w->options.directories;

	w->sums.inodes++;
	if (!n->overflow && n->children <= most / CHILDREN_PART &&
	    tree_has_room(&w->tree, name.n, most - most / KEPT_ROOM_PART)) {
		uint32_t child = tree_add(&w->tree, id, name, 1);

		tree_push(&w->tree.unknown, w->tree.node[child].order, child);
		return;
	}
	n->inodes++;
	if (!n->overflow) {
		n->overflow = true;
		n->resume = here;
	}
}

static bool is_directory(int at, const struct dir_entry *e)
{
	struct stat st;

	if (e->type != DT_UNKNOWN) /* xfs without ftype, some FUSE */
		return e->type == DT_DIR;
	return fstatat(at, e->name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) == 0 &&
	       S_ISDIR(st.st_mode);
}

static bool counts(const struct walk *w, uint32_t id, const struct dir_entry *entry)
{
	return !w->options.counts || w->options.counts(id, entry, w->options.ctx);
}

static char *buffer_of(struct walk *w, unsigned level)
{
	if (!w->buf[level])
		w->buf[level] = malloc(BUFFER);
	return w->buf[level];
}

/*
 * Read an open directory for node `id`. Level 0: the node itself, its children become nodes. 1: the
 * node once more, for those of its children that did not. Above: what is below these. At level 0 it
 * goes on where it ended. Returns whether there may be more after so many buffers.
 */
static bool list(struct walk *w, int fd, uint32_t id, unsigned level, unsigned buffers)
{
	struct dir_piece piece = { .buf = buffer_of(w, level),
				   .size = BUFFER,
				   .here = level == 0 ? w->tree.node[id].next : 0 };
	int rc = 0;

	if (!piece.buf) {
		failed(w, id, "", ENOMEM);
		return false;
	}
	w->sums.directories += level != 1 && piece.here == 0;
	while (!is_late(w) && buffers-- > 0 && (rc = dir_fill(&piece, fd)) > 0) {
		struct dir_entry entry;
		int64_t place = piece.here;
		uint64_t found = 0;

		for (; !(level > 0 && w->late) && dir_take(&piece, &entry); place = piece.here) {
			w->seen++;
			if (!is_directory(fd, &entry)) {
				found += level != 1 && counts(w, id, &entry);
			} else if (level == 0) {
				meet(w, id, raw_from(entry.name, entry.length), place);
			} else {
				w->sums.inodes += level > 1;
				w->tree.node[id].inodes += level > 1;
				fold(w, fd, id, (char *)entry.name, level); /* in buf */
			}
		}
		w->tree.node[id].inodes += found;
		w->sums.inodes += found;
	}
	if (w->late) {
		w->sums.unread++;
		w->tree.node[id].overflow = false; /* is told once */
	} else if (rc < 0) {
		failed(w, id, "", -rc);
	} else if (level == 0) {
		w->tree.node[id].next = piece.here;
	}
	return rc > 0 && !w->late;
}

static void push_fat(struct walk *w, uint32_t id, uint64_t pages)
{
	tree_push(&w->tree.fat, pages < UINT32_MAX ? UINT32_MAX - (uint32_t)pages : 0, id);
}

static void visit_unknown(struct walk *w)
{
	uint32_t id = tree_pop(&w->tree.unknown);
	struct stat st;
	int fd = tree_open(&w->tree, id, &st);

	if (fd < 0) {
		failed(w, id, "", -fd);
	} else if (st.st_size > FAT) {
		push_fat(w, id, (uint64_t)st.st_size / PAGE);
		close(fd);
	} else {
		list(w, fd, id, 0, TO_THE_END);
		tree_close(&w->tree, id, fd);
	}
}

/* How many pages of the fattest one are left to read. */
static uint64_t fattest(const struct tree *t)
{
	return UINT32_MAX - (t->fat.key[0] >> 32);
}

static void visit_fattest(struct walk *w)
{
	uint64_t pages = fattest(&w->tree);
	uint32_t id = tree_pop(&w->tree.fat);
	uint64_t before = w->seen;
	struct stat st;
	int fd = tree_open(&w->tree, id, &st);

	if (fd < 0) {
		failed(w, id, "", -fd);
		return;
	}
	if (lseek(fd, w->tree.node[id].next, SEEK_SET) < 0) {
		failed(w, id, "", errno);
	} else if (list(w, fd, id, 0, pages > FAT / PAGE ? PIECE : TO_THE_END)) {
		uint64_t read = (w->seen - before) * BYTES_A_NAME / PAGE + 1;

		push_fat(w, id, pages > read ? pages - read : 0);
	}
	tree_close(&w->tree, id, fd);
}

static void visit_next(struct walk *w)
{
	struct tree *t = &w->tree;
	uint64_t before = w->seen;

	if (t->fat.n > 0 && (t->unknown.n == 0 || w->spent_fat + PIECE_NAMES <= w->spent_unknown)) {
		visit_fattest(w);
		w->spent_fat += w->seen - before + PER_DIRECTORY;
	} else {
		visit_unknown(w);
		w->spent_unknown += w->seen - before + PER_DIRECTORY;
	}
}

/* The directories that did not become nodes. */
static void fold_all(struct walk *w)
{
	struct stat st;

	for (uint32_t id = 0; id < w->tree.n; id++) {
		int fd;

		if (!w->tree.node[id].overflow)
			continue;
		if (is_late(w)) {
			w->sums.unread++;
			continue;
		}
		fd = tree_open(&w->tree, id, &st);
		if (fd >= 0 && lseek(fd, w->tree.node[id].resume, SEEK_SET) >= 0)
			list(w, fd, id, 1, TO_THE_END);
		else
			failed(w, id, "", fd < 0 ? -fd : errno);
		if (fd >= 0)
			close(fd);
	}
}

int walk_run(int root, const struct walk_options *options, struct walk **ret, struct sw_fault *why)
{
	struct walk *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return sw_fault_errno(why, ENOMEM, "walk");
	w->options = *options;
	if (w->options.directories == 0)
		w->options.directories = WALK_DIRECTORIES;
	w->deadline = clock_ms() + options->budget_ms;
	w->sums.inodes = 1;
	rc = tree_init(&w->tree, root, why);
	if (rc < 0) {
		walk_free(w);
		return rc;
	}
	tree_push(&w->tree.unknown, 0, WALK_ROOT);
	while (w->tree.unknown.n + w->tree.fat.n > 0 && !is_late(w))
		visit_next(w);
	w->sums.unread += w->tree.unknown.n + w->tree.fat.n;
	w->sums.coarse = w->tree.starved;
	fold_all(w);
	*ret = w;
	return 0;
}

const struct walk_sums *walk_sums(const struct walk *w)
{
	return &w->sums;
}

uint32_t walk_kept(const struct walk *w)
{
	return w->tree.n;
}

struct walk_directory walk_directory(const struct walk *w, uint32_t id)
{
	const struct tree_node *n = &w->tree.node[id];

	return (struct walk_directory){
		.parent = n->parent,
		/* without a name there may be no names */
		.name = n->name_n > 0 ? raw_from(w->tree.names + n->name, n->name_n) : raw_of(""),
		.inodes = n->inodes,
	};
}

size_t walk_path(const struct walk *w, uint32_t id, char *buf, size_t size)
{
	return tree_path(&w->tree, id, buf, size);
}

int walk_open(struct walk *w, uint32_t id)
{
	struct stat st;

	return tree_open(&w->tree, id, &st);
}

void walk_free(struct walk *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < SW_COUNT(w->buf); i++)
		free(w->buf[i]);
	tree_free(&w->tree);
	free(w);
}
