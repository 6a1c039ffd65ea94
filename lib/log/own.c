#include "log/own.h"

#include <errno.h>

#include "log/file.h"
#include "log/set.h"

#define UNPACKED_MOST ((int64_t)4 << 30)

struct reading {
	struct log_clock clock;
	log_own_fn fn;
	void *ctx;
	struct log_own *own;
};

static int take_line(struct sw_raw line, void *ctx)
{
	struct reading *r = ctx;
	struct log_stamp stamp;
	size_t n = log_stamp_read(line, &stamp);
	int64_t time;

	if (!log_clock_time(&r->clock, &stamp, &time))
		return 0; /* it has none: it goes on with the line before */
	r->clock.last = time;
	r->own->last = time;
	line = raw_skip(line, n);
	while (raw_take(&line, " "))
		;
	return r->fn(time, log_header_trimmed(line), r->ctx);
}

static int take_lines(const struct log_lines *lines, void *ctx)
{
	return log_lines_each(lines, take_line, ctx);
}

static int read_file(struct reading *r, const struct log_set_file *file, int64_t since, int64_t by,
		     struct sw_fault *why)
{
	const struct unpack_limits limits = { UNPACKED_MOST, by };
	enum unpack_format format;
	bool whole;

	if (file->fd < 0)
		return fault_wrap(why, &file->why, "%s", "");
	if (!log_format_unpacks(file->format, &format))
		return log_file_window(file->fd, &r->clock, since, take_lines, r, &whole, why);
	return log_file_unpacked(file->fd, format, &limits, take_lines, r, why);
}

int log_own_read(const struct sw_host *h, const char *path, const struct log_zone *zone,
		 int64_t since, int64_t by, log_own_fn fn, void *ctx, struct log_own *ret,
		 struct sw_fault *why)
{
	struct reading r = {
		.clock = { .now = h->now, .zone = zone }, .fn = fn, .ctx = ctx, .own = ret
	};
	struct log_set_request request = { .path = path };
	struct log_set set;
	int rc;

	*ret = (struct log_own){ .found = true };
	request.since = log_clock_before_change(&r.clock, since - LOG_DISORDER);
	rc = log_set_open(h, &request, &set, &ret->why);
	if (rc == -ENOENT || rc == -ENOTDIR)
		*ret = (struct log_own){ .found = false };
	if (rc < 0)
		return rc == -ENOMEM ? sw_fault_errno(why, ENOMEM, "read %s", path) : 0;
	if (set.incomplete.code)
		ret->why = set.incomplete;
	for (size_t i = 0; i < set.n && rc == 0; i++) {
		struct sw_fault cause = { 0 };

		rc = read_file(&r, &set.file[i], since, by, &cause);
		if (rc == -ENOMEM) {
			sw_fault_errno(why, ENOMEM, "read %s", path);
		} else if (rc < 0) {
			ret->why = cause;
			rc = 0;
		}
	}
	log_set_close(&set);
	return rc;
}
