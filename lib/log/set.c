#include "log/set.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/print.h"
#include "log/set_parts.h"
#include "os/io.h"

enum { TRIES = 5, TICK_NS = 20000000, MAGIC = 16 };

static void close_files(struct log_set *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->file[i].fd >= 0)
			close(s->file[i].fd);
	s->n = 0;
}

static void close_places(struct log_set_places *places)
{
	for (size_t i = 0; i < places->n; i++) {
		if (places->place[i].fd >= 0)
			close(places->place[i].fd);
		places->place[i].fd = -1;
	}
}

void log_set_close(struct log_set *s)
{
	close_files(s);
	free(s->file);
	if (s->places) {
		close_places(s->places);
		for (size_t i = 0; i < s->places->n; i++)
			free(s->places->place[i].directory);
		free(s->places);
	}
	*s = (struct log_set){ .n = 0 };
}

/*
 * A directory's time moves in ticks of some milliseconds: of one that has changed within the last
 * ones it can't be told whether it changes again.
 */
bool log_set_is_settled(const struct timespec *changed, const struct timespec *now)
{
	int64_t seconds = now->tv_sec - changed->tv_sec;

	return seconds < 0 || seconds > 1 ||
	       seconds * 1000000000 + now->tv_nsec - changed->tv_nsec > TICK_NS;
}

/* So wait until that is past. */
void log_set_remember(struct log_set_place *place)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	struct timespec now;

	for (int i = 0; fstat(place->fd, &place->seen) == 0 && i < 4; i++) {
		clock_gettime(CLOCK_REALTIME, &now);
		if (log_set_is_settled(&place->seen.st_mtim, &now))
			return;
		nanosleep(&pause, NULL);
	}
}

static bool is_same_time(const struct stat *a, const struct stat *b)
{
	return a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void remember_times(struct log_set_places *places)
{
	for (size_t i = 0; i < places->n; i++)
		if (places->place[i].fd >= 0)
			log_set_remember(&places->place[i]);
}

static bool have_changed(const struct log_set_places *places)
{
	for (size_t i = 0; i < places->n; i++) {
		struct stat now = { 0 };

		if (places->place[i].fd < 0)
			continue;
		(void)!fstat(places->place[i].fd, &now);
		if (!is_same_time(&places->place[i].seen, &now))
			return true;
	}
	return false;
}

/* What the first bytes show counts; where they show nothing, the name is no proof. */
static int find_format(struct log_set_file *file)
{
	char start[MAGIC];
	ssize_t n = io_pread(file->fd, start, sizeof(start), 0);

	if (n < 0)
		return sw_fault_errno(&file->why, (int)-n, "read %s%s", file->directory,
				      file->name);
	file->format = log_format_of(raw_from(start, (size_t)n));
	if (file->is.log && file->format == LOG_UNREAD)
		file->format = LOG_PLAIN;
	if (file->format == LOG_UNREAD || file->is.format == LOG_UNREAD)
		return sw_fault(&file->why, ENOTSUP,
				"%s%s is compressed in a way that is not read, gzip, xz, zstd and "
				"bzip2 are",
				file->directory, file->name);
	if (file->format == LOG_PLAIN && file->is.format != LOG_PLAIN)
		return sw_fault(&file->why, EBADMSG, "%s%s is no %s file", file->directory,
				file->name, log_format_name(file->is.format));
	return 0;
}

static int check_file(struct log_set_file *file)
{
	struct stat st;

	if (fstat(file->fd, &st) < 0)
		return sw_fault_errno(&file->why, errno, "stat %s%s", file->directory, file->name);
	if (!S_ISREG(st.st_mode))
		return sw_fault(&file->why, EINVAL, "%s%s is no regular file", file->directory,
				file->name);
	file->written = st.st_mtime;
	file->is.device = st.st_dev;
	file->is.inode = st.st_ino;
	return find_format(file);
}

static void open_file(struct log_set_search *s, struct log_set_file *file)
{
	int directory = s->set->places->place[file->is.place].fd;

	if (file->is.link) {
		file->fd = log_set_open_link(s, file, O_RDONLY);
		if (file->fd < 0)
			return;
	} else {
		file->fd = openat(directory, file->name,
				  O_RDONLY | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	}
	if (file->fd < 0) {
		sw_fault_errno(&file->why, errno, "open %s%s", file->directory, file->name);
	} else if (check_file(file) < 0) {
		close(file->fd);
		file->fd = -1;
	}
}

/* 0, or -ENOENT: just rotated, or never there. */
static int open_log(struct log_set_search *s, struct sw_fault *why)
{
	const struct log_set_place *place = &s->set->places->place[0];
	struct log_set_file *file = log_set_new_file(s);

	if (!file)
		return sw_fault_errno(why, ENOMEM, "open the log");
	*file = (struct log_set_file){ .sure = true,
				       .first = LOG_NEVER,
				       .directory = place->directory };
	print_text(file->name, sizeof(file->name), "%s", place->log.p);
	file->is.kind = LOG_SURELY_ROTATED;
	file->is.number = -1;
	file->is.log = true;
	file->is.order = INT64_MAX;
	file->is.last = LOG_NEVER;
	file->fd = host_openat(s->h, s->request->path, O_RDONLY, why);
	if (file->fd < 0)
		return file->fd;
	if (check_file(file) < 0) {
		close(file->fd);
		*why = file->why;
		return -why->code;
	}
	s->set->n++;
	s->set->has_log = true;
	return 0;
}

static int open_once(struct log_set_search *s, struct sw_fault *no_log)
{
	struct log_set *set = s->set;
	int rc = log_set_open_places(s);
	int log;

	if (rc < 0)
		return rc;
	remember_times(set->places);
	log = open_log(s, no_log);
	if (log < 0 && log != -ENOENT) {
		*s->why = *no_log;
		return log;
	}
	rc = log_set_list(s);
	for (size_t i = set->n; rc == 0 && i-- > 0;) /* should there be too few descriptors */
		if (set->file[i].fd < 0 && !set->file[i].why.code)
			open_file(s, &set->file[i]);
	return rc;
}

/* Then the log is not missing, but was just rotated. */
static bool has_rotated(const struct log_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->file[i].sure)
			return true;
	return false;
}

int log_set_open(const struct sw_host *h, const struct log_set_request *request,
		 struct log_set *ret, struct sw_fault *why)
{
	struct log_set_search s = { .h = h, .request = request, .set = ret, .why = why };
	struct sw_fault no_log = { 0 };
	bool changed = true;
	int rc;

	*ret = (struct log_set){ .n = 0 };
	rc = log_set_find_places(&s);
	for (int i = 0; i < TRIES && changed && ret->places && rc != -ENOMEM; i++) {
		close_files(ret);
		close_places(ret->places);
		ret->has_log = false;
		ret->others = false;
		ret->before = LOG_NEVER;
		ret->incomplete = (struct sw_fault){ 0 };
		*why = (struct sw_fault){ 0 };
		no_log = *why;
		rc = open_once(&s, &no_log);
		changed = have_changed(ret->places);
	}
	if (ret->places)
		close_places(ret->places);
	if (changed && rc == 0)
		sw_fault(&ret->incomplete, EAGAIN, "the files beside %s were renamed all the time",
			 request->path);
	if (rc == 0)
		rc = log_set_drop_copies(ret, why);
	if (rc == 0)
		log_set_prove(ret, request);
	if (rc == 0 && !ret->has_log && !has_rotated(ret)) {
		*why = no_log;
		rc = -why->code;
	}
	if (rc < 0)
		log_set_close(ret);
	return rc;
}
