#include "read/maincf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "os/command.h"

enum { MAINCF_MAX = 4 << 20, POSTCONF_MS = 5000 };

static struct raw take_line(struct raw *rest)
{
	size_t n = raw_find(*rest, '\n');
	struct raw line = raw_from(rest->p, n);

	*rest = raw_skip(*rest, n < rest->n ? n + 1 : n);
	return line;
}

/* Blank lines and lines whose first text is '#' are comments, between continuation lines too. */
static bool is_comment(struct raw line)
{
	struct raw text = raw_trim(line);

	return text.n == 0 || text.p[0] == '#';
}

static bool append(char *buf, size_t size, size_t *n, struct raw text)
{
	bool blank;

	text = raw_trim(text);
	blank = *n > 0 && text.n > 0;
	if (*n + blank + text.n + 1 > size)
		return false;
	if (blank)
		buf[(*n)++] = ' ';
	if (text.n > 0)
		memcpy(buf + *n, text.p, text.n);
	*n += text.n;
	buf[*n] = '\0';
	return true;
}

int maincf_find(struct raw text, const char *name, char *buf, size_t size)
{
	bool inside = false; /* the last logical line is the parameter's */
	bool found = false;
	bool fits = true;
	size_t n = 0;

	while (text.n > 0) {
		struct raw line = take_line(&text);
		size_t equal;

		if (is_comment(line))
			continue;
		if (raw_is_blank(line.p[0])) {
			if (inside)
				fits = append(buf, size, &n, line) && fits;
			continue;
		}
		equal = raw_find(line, '=');
		inside = equal < line.n && raw_is(raw_trim(raw_from(line.p, equal)), name);
		if (!inside)
			continue;
		found = true;
		n = 0;
		buf[0] = '\0';
		fits = append(buf, size, &n, raw_skip(line, equal + 1));
	}
	if (!found)
		return -ENOENT;
	return fits ? (int)n : -E2BIG;
}

static int ask_postconf(const struct host *h, const char *config_directory, const char *name,
			char *buf, size_t size, struct fault *why)
{
	char path[MAINCF_VALUE];
	char parameter[64];
	const char *argv[] = { "postconf", "-c", path, "-h", parameter, NULL };
	int n;

	snprintf(path, sizeof(path), "%s%s", h->copied ? h->root_path : "", config_directory);
	snprintf(parameter, sizeof(parameter), "%s", name);
	n = command_output(argv, POSTCONF_MS, buf, size, why);
	if (n == -ENOENT) { /* no postconf is not the same as no such parameter */
		why->code = EIO;
		return -EIO;
	}
	while (n > 0 && raw_is_blank(buf[n - 1]))
		buf[--n] = '\0';
	return n;
}

int maincf_get(const struct host *h, const char *config_directory, const char *name, char *buf,
	       size_t size, struct fault *why)
{
	char path[MAINCF_VALUE];
	struct raw text;
	int n;

	snprintf(path, sizeof(path), "%s/main.cf", config_directory);
	n = host_read(h, path, MAINCF_MAX, &text, why);
	if (n < 0)
		return n;
	n = maincf_find(text, name, buf, size);
	free((char *)text.p);
	if (n == -E2BIG)
		return fault(why, E2BIG, "%s: %s is longer than %zu bytes", path, name, size);
	if (n >= 0 && strchr(buf, '$'))
		n = ask_postconf(h, config_directory, name, buf, size, why);
	return n;
}
