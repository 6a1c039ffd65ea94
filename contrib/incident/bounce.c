#include "incident/bounce.h"

#include <string.h>
#include <unistd.h>

#include "base/raw.h"
#include "queue/plain.h"

enum { BOUNCE_BYTES = 65536 };

bool bounce_is_of(int directory, const char *name, bounce_is_fn is, void *ctx)
{
	static const char words[] = "X-Postfix-Queue-ID: ";
	static char text[BOUNCE_BYTES];
	const char *hit;
	struct sw_raw rest;
	int fd = queue_plain_open(directory, name);
	ssize_t n = fd < 0 ? -1 : queue_plain_pread(&fd, text, sizeof(text), 0);

	if (fd >= 0)
		close(fd);
	rest = raw_from(text, n > 0 ? (size_t)n : 0);
	while ((hit = memmem(rest.p, rest.n, words, sizeof(words) - 1)) && hit != text) {
		/* a record: N, its length in one byte, the line */
		size_t line_n = (unsigned char)hit[-1];

		rest = raw_skip(rest, (size_t)(hit - rest.p) + sizeof(words) - 1);
		if (line_n >= sizeof(words) && line_n - sizeof(words) + 1 <= rest.n &&
		    is(raw_from(rest.p, line_n - sizeof(words) + 1), ctx))
			return true;
	}
	return false;
}
