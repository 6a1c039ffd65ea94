#include "log/tail.h"

#include "log/file.h"
#include "os/clock.h"

/* How much of an end is looked at; how far back Postfix is sought, in bytes and seconds. */
enum { TAIL = 64 * 1024, NEAR = 4096, FAR = 32 << 20, WEEKS = 5 * 7 * 86400, UNPACK_MS = 500 };

struct tail {
	struct log_reader *reader;
	struct log_facts *facts;
	bool first; /* the first stamp is enough */
};

int64_t log_tail_by(const struct log_reader *reader, int64_t ms)
{
	int64_t by = clock_ms() + ms;

	return reader->unpack_by > 0 && reader->unpack_by < by ? reader->unpack_by : by;
}

static int take_line(struct sw_raw line, void *ctx)
{
	struct tail *t = ctx;
	struct log_message ignored;

	(void)log_reader_take(t->reader, line, t->facts, &ignored);
	return t->first && t->facts->first > 0;
}

static int take_lines(const struct log_lines *lines, void *ctx)
{
	return log_lines_each(lines, take_line, ctx);
}

static int tail_at(int fd, off_t end, size_t size, struct log_reader *reader, struct log_facts *ret,
		   off_t *at, struct sw_fault *why)
{
	struct tail t = { reader, ret, false };

	*ret = (struct log_facts){ .lines = 0 };
	log_reader_restart(reader);
	return log_file_tail(fd, end, size, take_lines, &t, at, why);
}

int log_tail(int fd, struct log_reader *reader, struct log_facts *ret, struct sw_fault *why)
{
	off_t at;

	return tail_at(fd, -1, TAIL, reader, ret, &at, why);
}

int log_tail_end(int fd, struct log_reader *reader, struct log_facts *ret, struct sw_fault *why)
{
	off_t at;
	int rc = tail_at(fd, -1, NEAR, reader, ret, &at, why);

	return rc < 0 || at == 0 || ret->stamped > 0 ? rc : log_tail(fd, reader, ret, why);
}

/* The first stamp stands in the first line, or the first ones of a container's log. */
static int first_stamp(int fd, struct tail *t, struct sw_fault *why)
{
	off_t at;
	int rc = log_file_tail(fd, NEAR, NEAR, take_lines, t, &at, why);

	if (rc < 0 || t->facts->first > 0)
		return rc;
	*t->facts = (struct log_facts){ .lines = 0 };
	log_reader_restart(t->reader);
	return log_file_tail(fd, TAIL, TAIL, take_lines, t, &at, why);
}

bool log_tail_stamp(const struct log_set_file *file, bool last, struct log_reader *reader,
		    int64_t *ret)
{
	const struct unpack_limits limits = { (int64_t)1 << 30, log_tail_by(reader, UNPACK_MS) };
	struct sw_fault ignored = { 0 };
	struct log_facts facts = { .lines = 0 };
	struct tail t = { reader, &facts, !last };
	enum unpack_format format;
	int rc;

	log_reader_restart(reader);
	if (log_format_unpacks(file->format, &format))
		rc = log_file_unpacked(file->fd, format, &limits, take_lines, &t, &ignored);
	else if (last)
		rc = log_tail(file->fd, reader, &facts, &ignored);
	else
		rc = first_stamp(file->fd, &t, &ignored);
	*ret = last ? facts.last : facts.first;
	return rc >= 0 && *ret > 0;
}

/* Where Postfix's last lines are far from the end. */
static int64_t heard_far(int fd, struct log_reader *reader)
{
	struct sw_fault ignored = { 0 };
	struct log_facts facts = { .lines = 0 };
	off_t end = -1;
	off_t at = 0;

	for (size_t done = 0; done < FAR && facts.heard == 0; done += LOG_FILE_TAIL) {
		if (tail_at(fd, end, LOG_FILE_TAIL, reader, &facts, &at, &ignored) < 0 || at == 0)
			break;
		end = at + 4096; /* the line that lies across is whole in the next one */
	}
	return facts.heard;
}

static int64_t heard_in(const struct log_set_file *file, struct log_reader *reader)
{
	const struct unpack_limits limits = { (int64_t)1 << 30, log_tail_by(reader, UNPACK_MS) };
	struct sw_fault ignored = { 0 };
	struct log_facts facts = { .lines = 0 };
	struct tail t = { reader, &facts, false };
	enum unpack_format format;

	if (file->fd < 0)
		return 0;
	if (!log_format_unpacks(file->format, &format))
		return heard_far(file->fd, reader);
	log_reader_restart(reader);
	(void)!log_file_unpacked(file->fd, format, &limits, take_lines, &t, &ignored);
	return facts.heard;
}

int64_t log_tail_heard_again(const struct sw_host *h, const char *path, const struct log_set *seen,
			     struct log_reader *reader)
{
	if (seen->n == 1 && seen->has_log && !seen->others && !seen->incomplete.code)
		return heard_in(&seen->file[0], reader);
	return log_tail_heard(h, path, reader);
}

int64_t log_tail_heard(const struct sw_host *h, const char *path, struct log_reader *reader)
{
	struct log_set_request request = { .path = path, .since = h->now - WEEKS };
	struct sw_fault ignored = { 0 };
	struct log_set set;
	int64_t heard = 0;

	if (log_set_open(h, &request, &set, &ignored) < 0)
		return 0;
	for (size_t k = set.n; k-- > 0 && heard == 0;)
		heard = heard_in(&set.file[k], reader);
	log_set_close(&set);
	return heard;
}
