#include "postfix/maincf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "os/command.h"

enum { MAINCF_MAX = 4 << 20, POSTCONF_MS = 5000 };

static struct sw_raw take_line(struct sw_raw *rest)
{
	size_t n = raw_find(*rest, '\n');
	struct sw_raw line = raw_from(rest->p, n);

	*rest = raw_skip(*rest, n < rest->n ? n + 1 : n);
	return line;
}

/* Blank lines and lines whose first text is '#' are comments, between continuation lines too. */
static bool is_comment(struct sw_raw line)
{
	struct sw_raw text = raw_trim(line);

	return text.n == 0 || text.p[0] == '#';
}

static bool append(char *buf, size_t size, size_t *n, struct sw_raw text)
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

/* A logical line, as far as it is kept: a longer one is only known to be too long. */
struct logical {
	char text[MAINCF_VALUE + 256];
	size_t n;
	bool fits;
};

/* If the line sets the parameter: its value's length, -E2BIG; else `before`. */
static int take_value(const struct logical *line, const char *name, char *buf, size_t size,
		      int before)
{
	struct sw_raw text = raw_from(line->text, line->n);
	size_t equal = raw_find(text, '=');
	struct sw_raw value;

	if (equal == text.n || !raw_is(raw_trim(raw_from(text.p, equal)), name))
		return before;
	value = raw_trim(raw_skip(text, equal + 1));
	if (!line->fits || value.n + 1 > size)
		return -E2BIG;
	memcpy(buf, value.p, value.n);
	buf[value.n] = '\0';
	return (int)value.n;
}

int maincf_find(struct sw_raw text, const char *name, char *buf, size_t size)
{
	struct logical logical = { .fits = true };
	int found = -ENOENT;

	while (text.n > 0) {
		struct sw_raw line = take_line(&text);

		if (is_comment(line))
			continue;
		if (!raw_is_blank(line.p[0])) {
			found = take_value(&logical, name, buf, size, found);
			logical.n = 0;
			logical.fits = true;
		} else if (logical.n == 0) {
			continue; /* continues nothing */
		}
		if (logical.fits)
			logical.fits = append(logical.text, sizeof(logical.text), &logical.n, line);
	}
	return take_value(&logical, name, buf, size, found);
}

static int ask_postconf(const struct sw_host *h, const char *config_directory, const char *name,
			char *buf, size_t size, struct sw_fault *why)
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

int maincf_get(const struct sw_host *h, const char *config_directory, const char *name, char *buf,
	       size_t size, struct sw_fault *why)
{
	char path[MAINCF_VALUE];
	struct sw_raw text;
	int n;

	snprintf(path, sizeof(path), "%s/main.cf", config_directory);
	n = host_read(h, path, MAINCF_MAX, &text, why);
	if (n < 0)
		return n;
	n = maincf_find(text, name, buf, size);
	free((char *)text.p);
	if (n == -E2BIG)
		return sw_fault(why, E2BIG, "%s: %s is longer than %zu bytes", path, name, size);
	if (n >= 0 && strchr(buf, '$'))
		n = ask_postconf(h, config_directory, name, buf, size, why);
	return n;
}
