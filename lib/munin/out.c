#include "munin/out.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/print.h"

enum { FIRST = 2048 };

static bool has_room(struct out *o, size_t n)
{
	size_t room = o->room ? o->room : FIRST;
	char *grown;

	if (o->failed)
		return false;
	if (n <= o->room - o->n)
		return true;
	while (room - o->n < n)
		room *= 2;
	grown = o->fixed ? NULL : realloc(o->text, room);
	if (!grown) {
		o->failed = ENOMEM;
		return false;
	}
	o->text = grown;
	o->room = room;
	return true;
}

void out_put(struct out *o, const char *text, size_t n)
{
	if (!has_room(o, n))
		return;
	if (n > 0)
		memcpy(o->text + o->n, text, n);
	o->n += n;
}

void out_print(struct out *o, const char *format, ...)
{
	va_list args;
	int n;

	for (size_t want = 1; has_room(o, want); want = (size_t)n + 1) {
		va_start(args, format);
		n = print_args(o->text + o->n, o->room - o->n, format, args);
		va_end(args);
		if (n < 0) { /* it may want memory, too */
			o->failed = errno ? errno : ENOMEM;
			return;
		}
		if ((size_t)n < o->room - o->n) {
			o->n += (size_t)n;
			return;
		}
	}
}

static bool may_go_on(FILE *to)
{
	struct pollfd p = { .fd = fileno(to), .events = POLLOUT };

	if (errno == EAGAIN)
		return poll(&p, 1, -1) >= 0 || errno == EINTR;
	return errno == EINTR;
}

int out_write(const struct out *o, FILE *to)
{
	size_t at = 0;

	if (o->failed)
		return -o->failed;
	while (at < o->n) {
		errno = 0;
		at += fwrite(o->text + at, 1, o->n - at, to);
		if (at == o->n)
			break;
		if (!may_go_on(to))
			return errno ? -errno : -EIO;
		clearerr(to);
	}
	errno = 0;
	return fflush(to) == 0 ? 0 : errno ? -errno : -EIO;
}

void out_free(struct out *o)
{
	free(o->text);
	*o = (struct out){ .n = 0 };
}
