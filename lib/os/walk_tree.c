#include "os/walk_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/syscalls.h"

enum { NODES_FIRST = 1024, NAMES_FIRST = 16 * 1024 };

/* The array with room for n, or as it is and *ok false. */
static void *grow(void *array, size_t n, size_t each, bool *ok)
{
	void *grown = realloc(array, n * each);

	if (!grown)
		*ok = false;
	return grown ? grown : array;
}

bool tree_has_room(struct tree *t, size_t n, uint32_t most)
{
	bool ok = true;

	if (t->n >= most || t->names_n + n > TREE_NAMES_MAX)
		return false;
	if (t->n == t->size) {
		uint32_t size = t->size ? 2 * t->size : NODES_FIRST;

		t->node = grow(t->node, size, sizeof(*t->node), &ok);
		t->unknown.key = grow(t->unknown.key, size, sizeof(*t->unknown.key), &ok);
		t->fat.key = grow(t->fat.key, size, sizeof(*t->fat.key), &ok);
		if (ok)
			t->size = size;
	}
	if (t->names_n + n > t->names_size) {
		size_t size = t->names_size ? 2 * t->names_size : NAMES_FIRST;

		t->names = grow(t->names, size, 1, &ok);
		if (ok)
			t->names_size = size;
	}
	t->starved |= !ok;
	return ok;
}

uint32_t tree_add(struct tree *t, uint32_t parent, struct sw_raw name, uint64_t inodes)
{
	struct tree_node *up = &t->node[parent];
	uint32_t order = up->order + 32 - (uint32_t)__builtin_clz(++up->children);

	memcpy(t->names + t->names_n, name.p, name.n);
	t->node[t->n] = (struct tree_node){
		.inodes = inodes,
		.parent = parent,
		.name = (uint32_t)t->names_n,
		.name_n = (uint8_t)name.n,
		.order = order,
	};
	t->names_n += name.n;
	return t->n++;
}

void tree_push(struct tree_heap *h, uint32_t order, uint32_t id)
{
	uint64_t key = (uint64_t)order << 32 | id;
	uint32_t i = h->n++;

	for (; i > 0 && h->key[(i - 1) / 2] > key; i = (i - 1) / 2)
		h->key[i] = h->key[(i - 1) / 2];
	h->key[i] = key;
}

uint32_t tree_pop(struct tree_heap *h)
{
	uint32_t first = (uint32_t)h->key[0];
	uint64_t last = h->key[--h->n];
	uint32_t i = 0;

	for (;;) {
		uint32_t below = 2 * i + 1;

		if (below + 1 < h->n && h->key[below + 1] < h->key[below])
			below++;
		if (below >= h->n || h->key[below] >= last)
			break;
		h->key[i] = h->key[below];
		i = below;
	}
	h->key[i] = last;
	return first;
}

/* The bytes of the path from one node down to another, which is below it; 0 for itself. */
static size_t path_length(const struct tree *t, uint32_t from, uint32_t to)
{
	size_t n = 0;

	for (; to != from; to = t->node[to].parent)
		n += t->node[to].name_n + 1u;
	return n ? n - 1 : 0;
}

/* That path, of n bytes, from its end to its start. */
static void path_write(const struct tree *t, uint32_t from, uint32_t to, char *buf, size_t n)
{
	for (; to != from; to = t->node[to].parent) {
		n -= t->node[to].name_n;
		memcpy(buf + n, t->names + t->node[to].name, t->node[to].name_n);
		if (n > 0)
			buf[--n] = '/';
	}
}

size_t tree_path(const struct tree *t, uint32_t id, char *buf, size_t size)
{
	size_t n = path_length(t, 0, id);

	if (n <= size)
		path_write(t, 0, id, buf, n);
	return n;
}

/* Component by component, for kernels before 5.6; there enter() tells mounts by their device. */
static int open_plain(int at, char *path, int flags)
{
	const int always = O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
	int fd = at;

	while (path) {
		char *slash = strchr(path, '/');
		int next;

		if (slash)
			*slash = '\0';
		next = openat(fd, path, (slash ? O_PATH : flags) | always);
		if (next < 0)
			next = -errno;
		if (fd != at)
			close(fd);
		fd = next;
		path = slash && fd >= 0 ? slash + 1 : NULL;
	}
	return fd;
}

/* No mount is so much as looked at: the server of one may not answer. */
static int open_path(const struct tree *t, int at, char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)(flags | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS,
	};
	int fd;

	if (t->plain)
		return open_plain(at, path, flags);
	fd = (int)syscall(SYS_openat2, at, path, &how, sizeof(how));
	return fd < 0 ? -errno : fd;
}

static int enter(const struct tree *t, int fd, struct stat *ret_st)
{
	int code = 0;

	if (fd < 0)
		return fd;
	if (fstat(fd, ret_st) < 0)
		code = errno;
	else if (ret_st->st_dev != t->device)
		code = EXDEV;
	if (code == 0)
		return fd;
	close(fd);
	return -code;
}

/* What is open to make the next one cheap must not be what keeps it from being opened. */
static bool made_room(struct tree *t, int error)
{
	bool any = false;

	for (size_t i = 0; i < TREE_OPEN && (error == -EMFILE || error == -ENFILE); i++) {
		if (t->open[i].id == 0)
			continue;
		close(t->open[i].fd);
		t->open[i].id = 0;
		any = true;
	}
	return any;
}

int tree_open_at(struct tree *t, int at, char *name, struct stat *ret_st)
{
	int fd = enter(t, open_path(t, at, name, O_RDONLY), ret_st);

	return made_room(t, fd) ? enter(t, open_path(t, at, name, O_RDONLY), ret_st) : fd;
}

/* A path can be longer than the kernel takes at a time: then it goes in pieces. */
static int open_node(struct tree *t, uint32_t id, struct stat *ret_st)
{
	uint32_t at = id;
	int base = t->root;
	int fd;

	while (at != 0 && t->open[at % TREE_OPEN].id != at)
		at = t->node[at].parent;
	if (at != 0)
		base = t->open[at % TREE_OPEN].fd;
	fd = base;
	if (at == id)
		fd = open_path(t, base, strcpy(t->path, "."), O_RDONLY);
	while (at != id && fd >= 0) {
		uint32_t to = id;
		size_t n = path_length(t, at, id);
		int next;

		for (; n >= sizeof(t->path); to = t->node[to].parent)
			n -= t->node[to].name_n + 1u;
		path_write(t, at, to, t->path, n);
		t->path[n] = '\0';
		next = open_path(t, fd, t->path, to == id ? O_RDONLY : O_PATH);
		if (fd != base)
			close(fd);
		fd = next;
		at = to;
	}
	return enter(t, fd, ret_st);
}

int tree_open(struct tree *t, uint32_t id, struct stat *ret_st)
{
	int fd = open_node(t, id, ret_st);

	return made_room(t, fd) ? open_node(t, id, ret_st) : fd;
}

void tree_close(struct tree *t, uint32_t id, int fd)
{
	uint32_t slot = id % TREE_OPEN;

	if (id == 0 || t->node[id].children == 0) {
		close(fd);
		return;
	}
	if (t->open[slot].id != 0)
		close(t->open[slot].fd);
	t->open[slot].id = id;
	t->open[slot].fd = fd;
}

int tree_init(struct tree *t, int root, struct sw_fault *why)
{
	struct stat st;
	int fd;

	*t = (struct tree){ .root = root };
	if (!tree_has_room(t, 0, 1))
		return sw_fault_errno(why, ENOMEM, "walk");
	t->node[t->n++] = (struct tree_node){ .inodes = 1 };
	fd = open_path(t, root, strcpy(t->path, "."), O_PATH);
	if (fd >= 0)
		close(fd);
	else
		t->plain = true; /* ENOSYS, or what a container's filter says */
	fd = open_path(t, root, strcpy(t->path, "."), O_RDONLY);
	if (fd < 0 || fstat(fd, &st) < 0) {
		int code = fd < 0 ? -fd : errno;

		if (fd >= 0)
			close(fd);
		return sw_fault_errno(why, code, "read the top directory");
	}
	close(fd);
	t->device = st.st_dev;
	return 0;
}

void tree_free(struct tree *t)
{
	for (size_t i = 0; i < TREE_OPEN; i++)
		if (t->open[i].id != 0)
			close(t->open[i].fd);
	free(t->node);
	free(t->names);
	free(t->unknown.key);
	free(t->fat.key);
}
