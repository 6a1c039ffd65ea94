/*
 * walk_tree: the directories that a walk keeps, and the way to each of them. For lib/os/walk.c and
 * nobody else.
 *
 * A node is a name and its parent: whatever the depth, a path is spelled when it is needed. To open
 * a node, the path starts at the nearest directory above it that is still open.
 */
#ifndef SW_WALK_TREE_H
#define SW_WALK_TREE_H

#include <limits.h>
#include <sys/stat.h>

#include "base/fault.h"
#include "base/raw.h"

enum { TREE_NAMES_MAX = 16 << 20, TREE_OPEN = 64 };

struct tree_node {
	uint64_t inodes;
	int64_t next;	/* d_off up to where it is read; 0 at first */
	int64_t resume; /* d_off where the children begin that are no nodes, if `overflow` */
	uint32_t parent;
	uint32_t name;	   /* where in names */
	uint32_t order;	   /* sum, from the root down, of 1 + log2(place among the siblings) */
	uint32_t children; /* that are nodes */
	uint8_t name_n;
	bool overflow;
};

/* Node numbers that wait for something; the smallest order first, of equals the oldest. */
struct tree_heap {
	uint64_t *key; /* order << 32 | number */
	uint32_t n;
};

struct tree {
	struct tree_node *node; /* n of them, the root first, parents before children */
	uint32_t n, size;
	char *names;
	size_t names_n, names_size;
	struct tree_heap unknown, fat; /* with room for each node once */
	int root;		       /* borrowed */
	dev_t device;
	bool plain;   /* no openat2(2) here */
	bool starved; /* memory was too short for a node */
	struct {
		uint32_t id; /* 0: empty */
		int fd;
	} open[TREE_OPEN];
	char path[PATH_MAX];
};

/* With the root as its only node. 0, or -errno when the root can't be read; *t is to be freed. */
int tree_init(struct tree *t, int root, struct sw_fault *why) SW_CHECK;

void tree_free(struct tree *t);

/* Is there room for one more node, the name of which has n bytes? `most` nodes in all. */
bool tree_has_room(struct tree *t, size_t n, uint32_t most);

/* Add it, tree_has_room() being true, and give its number. */
uint32_t tree_add(struct tree *t, uint32_t parent, struct sw_raw name, uint64_t inodes);

/* Each node is in at most one heap. pop: n is above 0. */
void tree_push(struct tree_heap *h, uint32_t order, uint32_t id);
uint32_t tree_pop(struct tree_heap *h);

/* The path below the root, "" for the root itself; its length. Untouched if that exceeds size. */
size_t tree_path(const struct tree *t, uint32_t id, char *buf, size_t size);

/*
 * Open a node for reading, through no symbolic link and no mount. A descriptor of the caller's, or
 * -errno: -EXDEV when it is a mount point.
 */
int tree_open(struct tree *t, uint32_t id, struct stat *ret_st) SW_CHECK;

/* The same for a name in an open directory. The name is written to. */
int tree_open_at(struct tree *t, int at, char *name, struct stat *ret_st) SW_CHECK;

/* Give a node's descriptor away: it stays open for a while if the node has children. */
void tree_close(struct tree *t, uint32_t id, int fd);

#endif
