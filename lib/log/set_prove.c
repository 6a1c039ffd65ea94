#include "log/set_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "log/hole.h"
#include "log/file.h"
#include "os/clock.h"
#include "os/io.h"

/* Bytes that tell two logs apart: two lines and more. */
enum { START = 256, START_MS = 200, STARTS_MS = 1000, ZONE_CHANGE = 2 * 3600 };

struct start {
	off_t at; /* behind the NULs that copytruncate leaves before a writer that does not append
		   */
	char bytes[START];
	size_t n;
};

void log_set_drop(struct log_set *set, size_t i)
{
	if (set->file[i].fd >= 0)
		close(set->file[i].fd);
	memmove(set->file + i, set->file + i + 1, (set->n - i - 1) * sizeof(*set->file));
	set->n--;
}

/* Of two written in the same second (a copied host) .2 is older than .1, and dates count up. */
static int compare(const void *first, const void *second)
{
	const struct log_set_file *a = first;
	const struct log_set_file *b = second;

	if (a->is.log != b->is.log)
		return a->is.log ? 1 : -1;
	if (a->is.order != b->is.order)
		return a->is.order < b->is.order ? -1 : 1;
	if (a->is.number != b->is.number)
		return a->is.number > b->is.number ? -1 : 1;
	return strcmp(a->name, b->name);
}

void log_set_sort(struct log_set *set)
{
	if (set->n > 0)
		qsort(set->file, set->n, sizeof(*set->file), compare);
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
	return start->n > 0 || start->at > LOG_HOLE_MAX;
}

static void read_start(const struct log_set_file *file, struct start *start, int64_t by)
{
	int64_t own = clock_ms() + START_MS;
	const struct unpack_limits limits = { LOG_HOLE_MAX, own < by ? own : by };
	struct sw_fault ignored = { 0 };
	enum unpack_format format;
	ssize_t n = 0;

	*start = (struct start){ .n = 0 };
	if (file->fd >= 0 && log_format_unpacks(file->format, &format) &&
	    unpack_each(file->fd, format, &limits, take_start, start, &ignored) < 0)
		start->n = 0;
	if (file->fd < 0 || file->format != LOG_PLAIN)
		return;
	start->at = log_file_after_hole(file->fd, 0);
	if (start->at >= 0)
		n = io_pread(file->fd, start->bytes, START, start->at);
	start->n = n > 0 ? (size_t)n : 0;
}

/* Does a begin as b does, as far as it goes? Then it is a copy of b that may still grow. */
static bool is_start(const struct start *a, const struct start *b)
{
	return a->n > 0 && a->n <= b->n && a->at == b->at && memcmp(a->bytes, b->bytes, a->n) == 0;
}

/* Is a, by its name, the file that gzip makes of b? */
static bool is_compressed_of(const struct log_set_file *a, const struct log_set_file *b)
{
	enum log_format format;

	return a->is.place == b->is.place && a->is.format != LOG_PLAIN &&
	       raw_is(log_without_format(raw_of(a->name), &format), b->name);
}

/* Of two that are the same: the log itself, then the surer name, the plain one, the later one. */
static bool is_better(const struct log_set_file *a, const struct log_set_file *b, bool later)
{
	if (a->is.log != b->is.log)
		return a->is.log;
	if (a->is.kind != b->is.kind)
		return a->is.kind > b->is.kind;
	if ((a->format == LOG_PLAIN) != (b->format == LOG_PLAIN))
		return a->format == LOG_PLAIN;
	return later;
}

/* Is file i to go because file k is the same, and the better one? */
static bool is_copy(const struct log_set *set, const struct start *start, size_t i, size_t k)
{
	const struct log_set_file *one = &set->file[i];
	const struct log_set_file *other = &set->file[k];

	if (i == k || one->is.log || other->fd < 0)
		return false;
	if (is_compressed_of(one, other)) /* while gzip works there may be nothing in it yet */
		return one->fd < 0 || start[i].n == 0 || is_start(&start[i], &start[k]);
	if (one->fd < 0 || !is_better(other, one, k > i))
		return false;
	return is_start(&start[i], &start[k]) ||
	       (one->is.device == other->is.device && one->is.inode == other->is.inode);
}

int log_set_drop_copies(struct log_set *set, struct sw_fault *why)
{
	struct start *start = set->n > 1 ? calloc(set->n, sizeof(*start)) : NULL;
	int64_t by = clock_ms() + STARTS_MS;

	if (set->n < 2)
		return 0;
	if (!start)
		return sw_fault_errno(why, ENOMEM, "compare the rotated logs");
	for (size_t i = 0; i < set->n; i++)
		read_start(&set->file[i], &start[i], by);
	for (size_t i = set->n; i-- > 0;)
		for (size_t k = 0; k < set->n; k++)
			if (is_copy(set, start, i, k)) {
				log_set_drop(set, i);
				memmove(start + i, start + i + 1, (set->n - i) * sizeof(*start));
				break;
			}
	free(start);
	return 0;
}

static int64_t last_of(struct log_set_file *file, const struct log_set_request *request)
{
	if (file->is.last == LOG_NEVER && !request->stamp(file, true, &file->is.last, request->ctx))
		file->is.last = LOG_NEVER;
	return file->is.last;
}

/* Those whose names or lines have shown it. */
static bool is_member(const struct log_set_file *file)
{
	return file->fd >= 0 && file->first != LOG_NEVER &&
	       (file->is.log || file->is.kind == LOG_SURELY_ROTATED);
}

/* Do its lines lie between those of two members, or before all of them? */
static bool fills_a_gap(struct log_set *set, struct log_set_file *one,
			const struct log_set_request *request)
{
	struct log_set_file *before = NULL;
	int64_t last = last_of(one, request);

	if (last == LOG_NEVER || last < one->first)
		return false;
	for (size_t i = 0; i < set->n; i++) {
		struct log_set_file *other = &set->file[i];

		if (other == one || !is_member(other))
			continue;
		if (other->is.log && (other->first <= one->first || other->first < last))
			return false;
		if (other->first > one->first && other->first < last)
			return false;
		if (other->first <= one->first && (!before || before->first < other->first))
			before = other;
	}
	return !before || last_of(before, request) <= one->first;
}

/* Surer names first; then the one that begins first and is longest: others may be parts of it. */
static bool is_judged_before(const struct log_set_file *a, const struct log_set_file *b)
{
	if (a->is.kind != b->is.kind)
		return a->is.kind > b->is.kind;
	if (a->first != b->first)
		return a->first < b->first;
	return a->is.last > b->is.last;
}

static bool is_doubtful(const struct log_set_file *file)
{
	return file->fd >= 0 && !file->is.log && file->is.kind != LOG_SURELY_ROTATED;
}

/* A hint is left of what could matter: a log's lines in there would be nowhere else. */
static void reject(struct log_set *set, struct log_set_file *file, const char *words)
{
	if (file->is.kind == LOG_MAYBE_ROTATED && file->format == LOG_PLAIN) {
		log_set_drop(set, (size_t)(file - set->file));
		return;
	}
	close(file->fd);
	file->fd = -1;
	file->sure = false;
	sw_fault(&file->why, EBADMSG, "%s%s %s", file->directory, file->name, words);
}

/* Without stamps a number within the name is believed, a word is not. */
static void judge_by_names(struct log_set *set)
{
	for (size_t i = set->n; i-- > 0;)
		if (is_doubtful(&set->file[i]) && set->file[i].is.kind == LOG_MAYBE_ROTATED)
			log_set_drop(set, i);
}

static void judge_by_stamps(struct log_set *set, const struct log_set_request *request)
{
	for (size_t i = set->n; i-- > 0;) {
		struct log_set_file *file = &set->file[i];

		if (!is_doubtful(file))
			continue;
		/* where the log is missing, not just any file takes its place */
		if (!set->has_log && file->is.kind == LOG_MAYBE_ROTATED && file->is.number < 0) {
			log_set_drop(set, i);
			continue;
		}
		/* an empty one, or what nobody understands: who knows its name will say so */
		if (file->first != LOG_NEVER)
			last_of(file, request);
		else if (file->is.kind == LOG_MAYBE_ROTATED)
			reject(set, file, "holds no line that is understood");
		else
			file->is.kind = LOG_SURELY_ROTATED;
	}
	for (;;) {
		struct log_set_file *next = NULL;

		for (size_t i = 0; i < set->n; i++)
			if (is_doubtful(&set->file[i]) &&
			    (!next || is_judged_before(&set->file[i], next)))
				next = &set->file[i];
		if (!next)
			return;
		if (fills_a_gap(set, next, request)) {
			next->is.kind = LOG_SURELY_ROTATED;
			next->sure = true;
			continue;
		}
		reject(set, next, "is no older part of the log: their lines overlap");
	}
}

/* Files that were copied without their times: the stamps know better. */
static bool is_order_impossible(const struct log_set *set)
{
	int64_t latest = LOG_NEVER;

	for (size_t i = 0; i < set->n; i++) {
		int64_t first = set->file[i].first;

		if (first == LOG_NEVER)
			continue;
		if (latest != LOG_NEVER && first < latest - ZONE_CHANGE)
			return true;
		latest = first > latest ? first : latest;
	}
	return false;
}

void log_set_prove(struct log_set *set, const struct log_set_request *request)
{
	if (!request->stamp) {
		judge_by_names(set);
		return;
	}
	for (size_t i = 0; i < set->n; i++) {
		struct log_set_file *file = &set->file[i];

		if (file->fd < 0 || !request->stamp(file, false, &file->first, request->ctx))
			file->first = LOG_NEVER;
	}
	judge_by_stamps(set, request);
	if (!is_order_impossible(set))
		return;
	for (size_t i = 0; i < set->n; i++)
		if (set->file[i].first != LOG_NEVER)
			set->file[i].is.order = set->file[i].first;
	log_set_sort(set);
}
