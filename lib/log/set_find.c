#include "log/set_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/print.h"
#include "os/dir.h"

enum { OLDDIRS = 8 };

/* Where rotated files are looked for below a log's directory, though nobody named it. */
static const char *const guesses[] = { "old", "OLD", "archive", "archives", "rotated" };

static size_t directory_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Follow the log as long as it is a link: what it leads to was rotated where it lies. */
static void follow(const struct sw_host *h, struct log_set_places *places)
{
	for (size_t i = 1; i < LOG_SET_LINKS; i++) {
		const char *from = places->path[i - 1];
		char to[LOG_SET_PATH];
		struct sw_fault ignored = { 0 };
		int fd = host_openat(h, from, O_PATH | O_NOFOLLOW, &ignored);
		ssize_t n = fd < 0 ? -1 : readlinkat(fd, "", to, sizeof(to) - 1);
		size_t above = directory_length(from);

		if (fd >= 0)
			close(fd);
		if (n <= 0 || above + (size_t)n >= LOG_SET_PATH)
			return;
		to[n] = '\0';
		above = to[0] == '/' ? 0 : above;
		memcpy(places->path[i], from, above);
		memcpy(places->path[i] + above, to, (size_t)n + 1);
		places->paths++;
	}
}

/* *at is where it stands. */
static int add_place(struct log_set_search *s, const char *path, const char *below,
		     struct log_set_place place, size_t *at)
{
	struct log_set_places *places = s->set->places;
	size_t above = directory_length(path);

	place.fd = -1;
	place.log = raw_of(path + above);

	place.directory = print_new("%.*s%s%s", *below == '/' ? 0 : (int)above, path, below,
				    *below && below[strlen(below) - 1] != '/' ? "/" : "");
	if (!place.directory)
		return sw_fault_errno(s->why, ENOMEM, "look for rotated logs");
	for (*at = 0; *at < places->n; (*at)++)
		if (strcmp(places->place[*at].directory, place.directory) == 0 &&
		    raw_same(places->place[*at].log, place.log)) {
			free(place.directory);
			return 0;
		}
	places->place[places->n++] = place;
	return 0;
}

int log_set_find_places(struct log_set_search *s)
{
	struct log_set_places *places = malloc(sizeof(*places)); /* most of it is never touched */
	const char *const *olddir = s->request->olddirs;
	const struct log_set_place named = { .guessed = false };
	int rc = 0;

	if (!places)
		return sw_fault_errno(s->why, ENOMEM, "look for rotated logs");
	s->set->places = places;
	places->n = 0;
	print_text(places->path[0], LOG_SET_PATH, "%s", s->request->path);
	places->paths = 1;
	follow(s->h, places);
	for (size_t i = 0; i < places->paths && rc == 0; i++) {
		struct log_set_place guess = { .guessed = true };
		size_t at;

		rc = add_place(s, places->path[i], "", named, &guess.home);
		/* logrotate does not rotate links, but what they lead to */
		for (size_t k = 0;
		     rc == 0 && i + 1 == places->paths && olddir && k < OLDDIRS && olddir[k]; k++)
			rc = add_place(s, places->path[i], olddir[k], named, &at);
		for (size_t k = 0; rc == 0 && k < SW_COUNT(guesses); k++) {
			guess.guesses = 1U << k;
			rc = add_place(s, places->path[i], guesses[k], guess, &at);
		}
	}
	return rc;
}

/* None is open yet but the log itself, which is never the oldest. */
static void leave_out_oldest(struct log_set_search *s)
{
	struct log_set *set = s->set;
	size_t more = set->n > LOG_SET_MAX ? set->n - LOG_SET_MAX : 0;

	if (more == 0)
		return;
	log_set_sort(set);
	sw_fault(&set->incomplete, E2BIG,
		 "there are more than %d rotated files of %s, the oldest are left out", LOG_SET_MAX,
		 s->request->path);
	set->n -= more;
	memmove(set->file, set->file + more, set->n * sizeof(*set->file));
}

/* Room for one more; it counts when set->n does. */
struct log_set_file *log_set_new_file(struct log_set_search *s)
{
	struct log_set *set = s->set;

	if (set->n == 2 * LOG_SET_MAX)
		leave_out_oldest(s);
	if (set->n == s->room) {
		size_t room = s->room ? 2 * s->room : 8;
		struct log_set_file *grown = realloc(set->file, room * sizeof(*grown));

		if (!grown)
			return NULL;
		set->file = grown;
		s->room = room;
	}
	return &set->file[set->n];
}

/* A link may lead out of a copied root, which host_openat() does not allow. */
int log_set_open_link(struct log_set_search *s, struct log_set_file *file, int flags)
{
	char path[LOG_SET_PATH];

	print_text(path, sizeof(path), "%s%s", file->directory, file->name);
	return host_openat(s->h, path, flags, &file->why);
}

/* What lstat(2) says, and of a link what lies behind it. */
static int look(struct log_set_search *s, int directory, struct log_set_file *file, struct stat *st)
{
	int fd;
	int rc = 0;

	if (fstatat(directory, file->name, st, AT_SYMLINK_NOFOLLOW) < 0)
		return sw_fault_errno(&file->why, errno, "stat %s%s", file->directory, file->name);
	if (!S_ISLNK(st->st_mode))
		return 0;
	file->is.link = true;
	file->is.order = st->st_mtime;
	fd = log_set_open_link(s, file, O_PATH);
	if (fd < 0)
		return fd;
	if (fstat(fd, st) < 0)
		rc = sw_fault_errno(&file->why, errno, "stat %s%s", file->directory, file->name);
	close(fd);
	return rc;
}

/* gzip keeps the plain file until it is done, and gives its own the old time only then. */
static bool is_made_of_old_one(const struct log_set_place *place, const struct log_rotated *name,
			       int64_t since)
{
	char plain[256];
	struct stat st;

	if (name->format == LOG_PLAIN)
		return false;
	print_text(plain, sizeof(plain), "%.*s", (int)name->plain.n, name->plain.p);
	return fstatat(place->fd, plain, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
	       st.st_mtime < since;
}

static void note_old_one(struct log_set_search *s, const struct log_set_file *file)
{
	struct log_set_place *place = &s->set->places->place[s->place];

	if (!file->sure)
		return;
	if (file->written > s->set->before)
		s->set->before = file->written;
	if (file->is.number >= 0 &&
	    (place->youngest_out < 0 || file->is.number < place->youngest_out))
		place->youngest_out = file->is.number;
}

/* Bit k: the k-th guess. Some file systems take a capital letter for a small one. */
static unsigned guesses_of(const char *name)
{
	unsigned bits = 0;

	for (unsigned k = 0; k < SW_COUNT(guesses); k++)
		if (strcasecmp(name, guesses[k]) == 0)
			bits |= 1U << k;
	return bits;
}

static int take_name(const struct dir_entry *entry, void *ctx)
{
	struct log_set_search *s = ctx;
	struct log_set_place *place = &s->set->places->place[s->place];
	struct log_rotated name =
		log_rotated_from(place->log, raw_from(entry->name, entry->length));
	struct log_set_file *file;
	struct stat st;

	if (!place->guessed)
		place->guesses |= guesses_of(entry->name);
	if (name.kind == LOG_NO_ROTATED || entry->length >= sizeof(file->name))
		return 0;
	s->set->others = true;
	file = log_set_new_file(s);
	if (!file)
		return sw_fault_errno(s->why, ENOMEM, "list the rotated logs");
	*file = (struct log_set_file){ .fd = -1,
				       .sure = name.kind >= LOG_LIKELY_ROTATED,
				       .written = LOG_NEVER,
				       .first = LOG_NEVER,
				       .directory = place->directory };
	memcpy(file->name, entry->name, entry->length);
	file->is.kind = name.kind;
	file->is.format = name.format;
	file->is.number = name.number;
	file->is.last = LOG_NEVER;
	file->is.order = INT64_MAX;
	file->is.place = s->place;
	if (name.number >= 0 && name.number < 64)
		place->numbers |= (uint64_t)1 << name.number;
	if (look(s, place->fd, file, &st) < 0) {
		file->is.lost = true;
		s->set->n += file->sure;
		return 0;
	}
	file->written = st.st_mtime;
	file->is.order = st.st_mtime;
	file->is.device = st.st_dev;
	file->is.inode = st.st_ino;
	if (!S_ISREG(st.st_mode))
		sw_fault(&file->why, EINVAL, "%s%s is no regular file", file->directory,
			 file->name);
	if (file->why.code && !file->sure)
		return 0;
	if (file->written < s->request->since)
		note_old_one(s, file);
	else if (!is_made_of_old_one(place, &name, s->request->since))
		s->set->n++;
	return 0;
}

/* A directory that was only guessed at is no news when it is not there, and a hint when it is shut.
 */
static int no_directory(struct log_set_search *s, const struct log_set_place *place,
			const struct sw_fault *cause)
{
	struct log_set_file *file;

	if (!place->guessed) {
		fault_wrap(&s->set->incomplete, cause, "rotated files are not seen: ");
		return 0;
	}
	if (cause->code == ENOENT || cause->code == ENOTDIR)
		return 0;
	file = log_set_new_file(s);
	if (!file)
		return sw_fault_errno(s->why, ENOMEM, "list the rotated logs");
	*file = (struct log_set_file){ .fd = -1,
				       .why = *cause,
				       .written = LOG_NEVER,
				       .first = LOG_NEVER,
				       .directory = place->directory };
	file->is.number = -1;
	file->is.last = LOG_NEVER;
	file->is.order = LOG_NEVER;
	s->set->n++;
	return 0;
}

static int open_place(struct log_set_search *s, struct log_set_place *place)
{
	struct sw_fault cause = { 0 };

	place->fd = host_openat(s->h, place->directory, O_RDONLY | O_DIRECTORY, &cause);
	return place->fd < 0 ? no_directory(s, place, &cause) : 0;
}

int log_set_open_places(struct log_set_search *s)
{
	struct log_set_places *places = s->set->places;
	int rc = 0;

	for (size_t i = 0; i < places->n; i++) {
		places->place[i].youngest_out = -1;
		places->place[i].numbers = 0;
		places->place[i].listed = false;
		if (!places->place[i].guessed)
			places->place[i].guesses = 0;
	}
	for (size_t i = 0; i < places->n && rc == 0; i++)
		if (!places->place[i].guessed)
			rc = open_place(s, &places->place[i]);
	return rc;
}

/* Who makes one meanwhile changes the directory that it lies in. */
static int open_guessed(struct log_set_search *s, struct log_set_place *place)
{
	const struct log_set_place *home = &s->set->places->place[place->home];
	int rc = 0;

	if (!home->listed || home->guesses & place->guesses)
		rc = open_place(s, place);
	if (place->fd >= 0)
		log_set_remember(place);
	return rc;
}

/* A link that is gone was written to before the file with the next smaller number. */
static void order_lost(struct log_set *set, struct log_set_file *lost)
{
	if (lost->is.number < 0)
		return;
	lost->is.order = INT64_MAX;
	for (size_t i = 0; i < set->n; i++) {
		const struct log_set_file *file = &set->file[i];

		if (!file->is.lost && file->is.place == lost->is.place && file->is.number >= 0 &&
		    file->is.number < lost->is.number && file->is.order < lost->is.order)
			lost->is.order = file->is.order;
	}
}

/*
 * mail.log.2 is of before the window, and there is no mail.log.1: what was in it is not calm. Names
 * that bear dates can't tell.
 */
static bool misses_one(const struct log_set_places *places)
{
	uint64_t younger = 0; /* 0 is not everybody's first number */
	uint64_t numbers = 0; /* .1 may lie beside the log, .2.gz in its olddir */
	int youngest = 64;

	for (size_t i = 0; i < places->n; i++) {
		const struct log_set_place *place = &places->place[i];

		numbers |= place->numbers;
		if (place->youngest_out >= 0 && place->youngest_out < youngest)
			youngest = place->youngest_out;
	}
	if (youngest > 1 && youngest < 64)
		younger = ((uint64_t)1 << youngest) - 2;
	return (numbers & younger) != younger;
}

int log_set_list(struct log_set_search *s)
{
	struct log_set *set = s->set;
	int rc = 0;

	for (s->place = 0; s->place < set->places->n && rc == 0; s->place++) {
		struct log_set_place *place = &set->places->place[s->place];
		struct sw_fault cause = { 0 };

		if (place->guessed)
			rc = open_guessed(s, place);
		if (place->fd < 0 || rc < 0)
			continue;
		rc = dir_each(place->fd, take_name, s, &cause);
		place->listed = rc == 0;
		if (rc == 0 || s->why->code)
			continue;
		fault_wrap(&set->incomplete, &cause,
			   "%s: rotated files are not seen: ", place->directory);
		rc = 0;
	}
	for (size_t i = set->n; i-- > 0 && rc == 0;) {
		struct log_set_file *file = &set->file[i];

		if (!file->is.lost)
			continue;
		order_lost(set, file);
		if (file->is.number > set->places->place[file->is.place].youngest_out &&
		    set->places->place[file->is.place].youngest_out >= 0)
			log_set_drop(set, i);
	}
	if (misses_one(set->places))
		set->before = LOG_NEVER;
	leave_out_oldest(s);
	log_set_sort(set);
	return rc;
}
