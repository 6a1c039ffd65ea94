#include "reference_maincf.h"

#include <stdlib.h>

static void put(char *out, size_t *n, struct sw_raw text)
{
	memcpy(out + *n, text.p, text.n);
	*n += text.n;
}

/* Comments gone; a logical line begins with a newline, and a blank joins what continues it. */
static struct sw_raw logical_lines(struct sw_raw text, char *out)
{
	size_t n = 0;

	while (text.n > 0) {
		size_t end = raw_find(text, '\n');
		struct sw_raw line = raw_from(text.p, end);
		struct sw_raw bare = raw_trim(line);

		text = raw_skip(text, end < text.n ? end + 1 : end);
		if (bare.n == 0 || bare.p[0] == '#')
			continue;
		put(out, &n, raw_of(raw_is_blank(line.p[0]) ? " " : "\n"));
		put(out, &n, bare);
	}
	return raw_from(out, n);
}

bool reference_maincf(struct sw_raw text, const char *name, char **memory, struct sw_raw *ret)
{
	bool found = false;
	struct sw_raw lines;
	struct sw_raw line;

	*memory = malloc(2 * text.n + 2);
	if (!*memory)
		abort();
	lines = logical_lines(text, *memory);
	while (raw_word(&lines, "\n", &line)) {
		size_t equal = raw_find(line, '=');

		/* a continuation at the top of the file continues nothing */
		if (line.p[0] == ' ' || equal == line.n ||
		    !raw_is(raw_trim(raw_from(line.p, equal)), name))
			continue;
		*ret = raw_trim(raw_skip(line, equal + 1));
		found = true;
	}
	return found;
}
