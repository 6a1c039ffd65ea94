#include "log/set.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "os/dir.h"
#include "os/clock.h"

/* Bytes that tell two logs apart: two lines and more. */
enum {
	START = 256,
	TRIES = 5,
	PATH_BYTES = 4096,
	HOLE_MAX = 64 << 20,
	TICK_NS = 20000000,
	START_MS = 200
};

struct start {
	off_t at; /* behind the NULs that copytruncate leaves before a writer that does not append
		   */
	char bytes[START];
	size_t n;
};

struct search {
	int directory;
	struct sw_raw name; /* of the log itself */
	int64_t since;
	struct log_set *set;
};

void log_set_close(struct log_set *s)
{
	for (size_t i = 0; i < s->n; i++)
		close(s->source[i].fd);
	s->n = 0;
}

static bool ends_with(struct sw_raw text, const char *end)
{
	size_t n = strlen(end);

	return text.n >= n && memcmp(text.p + text.n - n, end, n) == 0;
}

/* Without ".gz" and the like; *ret_format is that, or "". */
static struct sw_raw without_format(struct sw_raw name, const char **ret_format)
{
	static const char *const formats[] = { ".gz", ".xz", ".zst", ".bz2", ".lz4" };

	*ret_format = "";
	for (size_t i = 0; i < SW_COUNT(formats); i++)
		if (ends_with(name, formats[i])) {
			*ret_format = formats[i];
			name.n -= strlen(formats[i]);
			break;
		}
	return name;
}

/* Digits first, then digits and what stands between those of a date. */
static bool is_rotated(struct sw_raw rest)
{
	if (rest.n < 2 || (rest.p[0] != '.' && rest.p[0] != '-') || !raw_is_digit(rest.p[1]))
		return false;
	for (size_t i = 1; i < rest.n; i++)
		if (!raw_is_digit(rest.p[i]) && !strchr("-._T", rest.p[i]))
			return false;
	return true;
}

/* The N of mail.log.N, not a date. */
static bool number_of(const struct log_set_file *source, uint64_t *ret)
{
	const char *format;
	struct sw_raw plain = without_format(raw_of(source->name), &format);
	size_t dot = raw_find_last(plain, '.');

	return dot < plain.n && num_from(raw_skip(plain, dot + 1), ret) && *ret < 10000;
}

/* Of two written in the same second (a copied host) .2 is older than .1, and dates count up. */
static bool is_older(const struct log_set_file *a, const struct log_set_file *b)
{
	uint64_t n[2];

	if (a->written != b->written)
		return a->written < b->written;
	if (number_of(a, &n[0]) && number_of(b, &n[1]))
		return n[0] > n[1];
	return strcmp(a->name, b->name) < 0;
}

/* Put a source where its age belongs; the oldest falls out when there are too many. */
static void insert(struct log_set *set, const struct log_set_file *source)
{
	size_t at = set->n;

	while (at > 0 && is_older(source, &set->source[at - 1]))
		at--;
	if (set->n == LOG_SET_MAX && at == 0) {
		close(source->fd);
		return;
	}
	if (set->n == LOG_SET_MAX) {
		close(set->source[0].fd);
		memmove(set->source, set->source + 1, (LOG_SET_MAX - 1) * sizeof(*set->source));
		set->n--;
		at--;
	}
	memmove(set->source + at + 1, set->source + at, (set->n - at) * sizeof(*set->source));
	set->source[at] = *source;
	set->n++;
}

static int add_rotated(const struct dir_entry *entry, void *ctx)
{
	struct search *search = ctx;
	struct sw_raw name = raw_from(entry->name, entry->length);
	const char *format;
	struct sw_raw plain = without_format(name, &format);
	struct log_set_file source;
	struct stat st;

	if (plain.n <= search->name.n || memcmp(plain.p, search->name.p, search->name.n) != 0 ||
	    !is_rotated(raw_skip(plain, search->name.n)))
		return 0;
	/* gzip keeps the plain file until it is done, and gives its own the old time only then */
	if (*format && plain.n < sizeof(source.name)) {
		snprintf(source.name, sizeof(source.name), "%.*s", (int)plain.n, plain.p);
		if (faccessat(search->directory, source.name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			return 0;
	}
	source.fd = openat(search->directory, entry->name,
			   O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (source.fd < 0)
		return 0; /* renamed meanwhile: the directory's time tells, and all is done again */
	if (fstat(source.fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_mtime < search->since) {
		close(source.fd);
		return 0;
	}
	source.written = st.st_mtime;
	source.compressed = unpack_format_of(name, &source.format, &plain);
	snprintf(source.name, sizeof(source.name), "%s", entry->name);
	if (*format && !source.compressed) {
		search->set->unread =
			sw_label_printed("%s is compressed in a way that is not read, "
					 "only .gz, .xz, .zst and .bz2 are",
					 entry->name);
		close(source.fd);
		return 0;
	}
	insert(search->set, &source);
	return 0;
}

static int take_start(struct sw_raw piece, void *ctx)
{
	struct start *start = ctx;

	while (piece.n > 0 && piece.p[0] == '\0') {
		piece = raw_skip(piece, 1);
		start->at++;
	}
	start->n = piece.n < START ? piece.n : START;
	memcpy(start->bytes, piece.p, start->n);
	return start->n > 0 || start->at > HOLE_MAX;
}

/* Where a file's NULs end; -1 when they go on for long. */
static off_t after_hole(int fd)
{
	char buf[4096];
	off_t data = lseek(fd, 0, SEEK_DATA);
	off_t at = data > 0 ? data : 0;

	for (off_t end = at + HOLE_MAX; at < end; at += (off_t)sizeof(buf)) {
		ssize_t n = pread(fd, buf, sizeof(buf), at);

		for (ssize_t i = 0; i < n; i++)
			if (buf[i])
				return at + i;
		if (n < (ssize_t)sizeof(buf))
			break;
	}
	return -1;
}

static void read_start(const struct log_set_file *source, struct start *start)
{
	const struct unpack_limits limits = { .bytes = 2 * HOLE_MAX,
					      .deadline = clock_ms() + START_MS };
	struct sw_fault why = { 0 };
	ssize_t n;

	*start = (struct start){ .n = 0 };
	if (source->compressed) {
		if (unpack_each(source->fd, source->format, &limits, take_start, start, &why) < 0)
			start->n = 0;
		return;
	}
	start->at = after_hole(source->fd);
	n = start->at < 0 ? 0 : pread(source->fd, start->bytes, START, start->at);
	start->n = n > 0 ? (size_t)n : 0;
}

/* Does a begin as b does, as far as it goes? Then it is a copy of b that may still grow. */
static bool is_copy(const struct start *a, const struct start *b)
{
	return a->n > 0 && a->n <= b->n && a->at == b->at && memcmp(a->bytes, b->bytes, a->n) == 0;
}

/* Is a the file that gzip makes of b? While it works there may be nothing to read in it yet. */
static bool is_compressed_of(const struct log_set_file *a, const struct log_set_file *b)
{
	const char *format;
	struct sw_raw plain = without_format(raw_of(a->name), &format);

	return *format && raw_is(plain, b->name);
}

static void drop(struct log_set *set, size_t i)
{
	close(set->source[i].fd);
	memmove(set->source + i, set->source + i + 1, (set->n - i - 1) * sizeof(*set->source));
	set->n--;
}

/* Of two that are the same keep the plain one, which is whole; of plain ones the log itself. */
static void drop_copies(struct log_set *set)
{
	struct start start[LOG_SET_MAX];

	for (size_t i = 0; i < set->n; i++)
		read_start(&set->source[i], &start[i]);
	for (size_t i = set->n; i-- > 0;)
		for (size_t k = 0; k < set->n; k++) {
			const struct log_set_file *one = &set->source[i];
			const struct log_set_file *other = &set->source[k];
			bool worse = other->compressed ? one->compressed && k > i
						       : one->compressed || k > i;

			if (k == i || !worse ||
			    (!is_compressed_of(one, other) && !is_copy(&start[i], &start[k])))
				continue;
			drop(set, i);
			memmove(start + i, start + i + 1, (set->n - i) * sizeof(*start));
			break;
		}
}

/*
 * A directory's time moves in ticks of some milliseconds: of one that has changed within the last
 * ones it can't be told whether it changes again. So wait until that is past.
 */
static void wait_for_tick(int directory)
{
	const struct timespec pause = { .tv_nsec = TICK_NS / 2 };
	struct timespec now;
	struct stat st;

	for (int i = 0; i < 4 && fstat(directory, &st) == 0; i++) {
		clock_gettime(CLOCK_REALTIME, &now);
		if (now.tv_sec - st.st_mtim.tv_sec > 1 ||
		    (now.tv_sec - st.st_mtim.tv_sec) * 1000000000 + now.tv_nsec -
				    st.st_mtim.tv_nsec >
			    TICK_NS ||
		    now.tv_sec < st.st_mtim.tv_sec)
			return;
		nanosleep(&pause, NULL);
	}
}

static bool is_same_time(const struct stat *a, const struct stat *b)
{
	return a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static int open_once(const struct sw_host *h, const char *path, struct search *search,
		     struct sw_fault *why)
{
	struct log_set_file log = { .fd = host_openat(h, path, O_RDONLY, why),
				    .written = INT64_MAX };
	struct sw_fault ignored = { 0 };
	struct stat st;

	if (log.fd < 0 && log.fd != -ENOENT)
		return log.fd;
	if (log.fd >= 0 && (fstat(log.fd, &st) < 0 || !S_ISREG(st.st_mode))) {
		close(log.fd);
		return sw_fault(why, EINVAL, "%s is no regular file", path);
	}
	snprintf(log.name, sizeof(log.name), "%.*s", (int)search->name.n, search->name.p);
	if (log.fd >= 0)
		insert(search->set, &log);
	/* a directory that can't be listed leaves the log alone */
	if (search->directory >= 0 && lseek(search->directory, 0, SEEK_SET) == 0 &&
	    dir_each(search->directory, add_rotated, search, &ignored) < 0)
		return log.fd < 0 ? log.fd : 0;
	if (log.fd >= 0)
		return 0;
	if (search->set->n == 0)
		return log.fd;
	*why = (struct sw_fault){ 0 }; /* just rotated, and nothing logged since */
	return 0;
}

int log_set_open(const struct sw_host *h, const char *path, int64_t since, struct log_set *ret,
		 struct sw_fault *why)
{
	struct search search = { .since = since, .set = ret };
	struct sw_fault ignored = { 0 };
	char directory[PATH_BYTES];
	const char *slash = strrchr(path, '/');
	int rc = 0;

	*ret = (struct log_set){ .n = 0 };
	search.name = raw_of(slash ? slash + 1 : path);
	snprintf(directory, sizeof(directory), "%.*s", slash ? (int)(slash - path + 1) : 1,
		 slash ? path : "/");
	search.directory = host_openat(h, directory, O_RDONLY | O_DIRECTORY, &ignored);
	for (int i = 0; i < TRIES; i++) {
		struct stat before = { 0 };
		struct stat after = { 0 };

		log_set_close(ret);
		if (search.directory >= 0) {
			wait_for_tick(search.directory);
			(void)!fstat(search.directory, &before);
		}
		rc = open_once(h, path, &search, why);
		if (search.directory < 0)
			break;
		(void)!fstat(search.directory, &after);
		if (is_same_time(&before, &after))
			break;
		if (rc < 0 && i + 1 < TRIES)
			*why = (struct sw_fault){ 0 };
	}
	if (search.directory >= 0)
		close(search.directory);
	if (rc == 0)
		drop_copies(ret);
	return rc;
}
