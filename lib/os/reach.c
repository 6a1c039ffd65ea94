#include "os/reach.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/mark.h"
#include "os/mount_map.h"
#include "os/vfs.h"
#include "os/ward.h"

enum { LINKS_MAX = 40 }; /* as the kernel */

struct host_guard {
	struct mount_map map;
	bool read;
	/* of each mount of the map */
	enum answer { UNASKED, WATCHED, SILENT } * answer;
};

/* A path in the making: what is left of it is at the end of `text`. */
struct way {
	char done[PATH_MAX]; /* without symbolic links; terminated */
	size_t n;
	char text[PATH_MAX];
	size_t at;
	int links;
};

static void put_before(struct way *w, const char *target, size_t n)
{
	bool blank = w->at == sizeof(w->text) || w->text[w->at] == '/';

	if (n + !blank >= w->at) { /* too long for the kernel, too */
		w->at = sizeof(w->text);
		return;
	}
	if (!blank)
		w->text[--w->at] = '/';
	w->at -= n;
	memcpy(w->text + w->at, target, n);
}

static void go_up(struct way *w)
{
	while (w->n > 0 && w->done[w->n - 1] != '/')
		w->n--;
	w->n -= w->n > 0;
	w->done[w->n] = '\0';
}

/* If what was done now is a link, go on where it leads. False: here the way ends. */
static bool follow(const struct sw_host *h, struct way *w)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(h->root, w->done + 1, target, sizeof(target));

	if (n < 0)
		return errno == EINVAL;
	if (++w->links > LINKS_MAX || n == 0 || n == sizeof(target))
		return false;
	if (target[0] == '/')
		w->n = 0;
	else
		go_up(w);
	put_before(w, target, (size_t)n);
	return true;
}

/* The first doubtful mount that a path leads through; nothing doubtful is touched on the way. */
static size_t find_doubt(const struct sw_host *h, const struct mount_map *map, const char *path)
{
	struct way w = { .at = sizeof(w.text) };

	put_before(&w, path, strlen(path));
	while (w.at < sizeof(w.text)) {
		struct sw_raw name = raw_from(w.text + w.at, sizeof(w.text) - w.at);
		size_t on;

		name.n = raw_find(name, '/');
		w.at += name.n + (w.at + name.n < sizeof(w.text));
		if (name.n == 0 || raw_is(name, "."))
			continue;
		if (raw_is(name, "..")) {
			go_up(&w);
			continue;
		}
		if (w.n + 1 + name.n >= sizeof(w.done))
			break;
		w.done[w.n++] = '/';
		memcpy(w.done + w.n, name.p, name.n);
		w.n += name.n;
		w.done[w.n] = '\0';
		on = mount_map_on(map, raw_from(w.done, w.n));
		if (on != MOUNT_MAP_NONE) {
			if (mount_map_doubt(map, map->item[on].point, true) == on)
				return on;
			continue;
		}
		if (!follow(h, &w))
			break;
	}
	return MOUNT_MAP_NONE;
}

/* Without one, or memory, there is no answer to anything. */
static void read_table(const struct sw_host *h, struct host_guard *g)
{
	struct sw_fault ignored = { 0 };
	size_t bad = 0;

	g->read = true;
	if (mount_map_read(h, &g->map, &bad, &ignored) < 0)
		return;
	g->map.bad = bad;
	g->answer = calloc(g->map.n + 1, sizeof(*g->answer));
}

static void ask(const struct sw_host *h, struct host_guard *g, const char *path, size_t mount)
{
	uint64_t what = mount_map_mark(&g->map, mount);
	struct vfs_query q = { .path = path, .doubtful = true, .mark = what };
	int64_t now;
	int mark;

	g->answer[mount] = SILENT;
	vfs_ask(h, &q, 1, REACH_ASK_MS);
	if (q.error == -ETIMEDOUT || q.error == -EBUSY)
		return;
	mark = mark_take(what);
	now = clock_ms();
	if (mark == -EBUSY || ward_try(mark, now + (host_until(h, 2 * (int64_t)REACH_RUN_MS) -
						    now) / 2) == WARD_GIVEN_UP) {
		return;
	}
	g->answer[mount] = WATCHED;
}

/* The doubtful mount that a path leads through, if the table can tell. */
static size_t look(const struct sw_host *h, const char *path)
{
	struct host_guard *g = h->guard;

	if (g && !g->read)
		read_table(h, g);
	if (!g || !g->answer || !g->map.passable)
		return MOUNT_MAP_NONE; /* what can't be known holds nobody up */
	return find_doubt(h, &g->map, path);
}

static const struct mount_map *mounts(const struct sw_host *h)
{
	if (!h->guard->read)
		read_table(h, h->guard);
	return h->guard->answer ? &h->guard->map : NULL;
}

bool reach_is_sure(const struct sw_host *h, const char *path)
{
	int fd = h->guard && !h->guard->read ? host_open_at_hand(h, path, O_PATH) : -EAGAIN;

	if (fd >= 0)
		close(fd);
	return fd >= 0 || fd == -ENOENT || look(h, path) == MOUNT_MAP_NONE;
}

static int may_open(const struct sw_host *h, const char *path, struct sw_fault *why)
{
	struct host_guard *g = h->guard;
	struct sw_label point = label_new();
	size_t mount = look(h, path);

	if (mount == MOUNT_MAP_NONE || g->answer[mount] == WATCHED)
		return 0;
	if (g->answer[mount] == UNASKED)
		ask(h, g, path, mount);
	if (g->answer[mount] == WATCHED)
		return 0;
	sw_label_add_name(&point, g->map.item[mount].point);
	return sw_fault(why, ETIMEDOUT, "open %s: %s (%.*s) does not answer", path, point.s,
			(int)g->map.item[mount].type.n, g->map.item[mount].type.p);
}

void reach_begin(struct sw_host *h)
{
	if (h->copied)
		return;
	h->guard = calloc(1, sizeof(*h->guard));
	if (!h->guard)
		return;
	h->may_open = may_open;
	h->mounts = mounts;
}

void reach_end(struct sw_host *h)
{
	if (h->guard) {
		mount_map_free(&h->guard->map);
		free(h->guard->answer);
	}
	free(h->guard);
	h->guard = NULL;
	h->may_open = NULL;
	h->mounts = NULL;
}
