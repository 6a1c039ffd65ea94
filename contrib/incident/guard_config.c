#include "incident/guard_config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"

static const struct number {
	const char *name;
	uint64_t fallback, least, most;
} numbers[GUARD_NUMBERS] = {
	[GUARD_MAX_LOCKS] = { "max_locks", 3, 0, 50 },
	[GUARD_RATE] = { "rate", 30, 1, 1000000 },
	[GUARD_DAY] = { "day", 2000, 1, 1000000000 },
	[GUARD_NETWORKS] = { "networks", 8, 3, 200 },
	[GUARD_GUESSES] = { "failures", 5, 1, 16 },
	[GUARD_REFUSED] = { "refused", 20, 1, 100 },
	[GUARD_FILES] = { "files", 20, 20, 10000 },
	[GUARD_RELAY] = { "relay_share", 50, 1, 100 },
	[GUARD_REJECT_INODES] = { "reject_inodes", 90, 1, 100 },
};

/* A file that is read. */
struct reading {
	struct guard_config *config;
	unsigned line;
	bool set[GUARD_NUMBERS], has_mode, has_command;
	char ignore[GUARD_IGNORE]; /* patterns, with a blank behind each */
	size_t ignore_n;
};

static int bad(const struct reading *r, const char *name, struct sw_raw value, const char *allowed,
	       struct sw_fault *why)
{
	if (value.n == 0)
		value = raw_of("empty");
	return sw_fault(why, EINVAL, "line %u: %s is %.*s, allowed is %s", r->line, name,
			(int)(value.n < 200 ? value.n : 200), value.p, allowed);
}

static int twice(const struct reading *r, const char *name, struct sw_fault *why)
{
	return sw_fault(why, EINVAL, "line %u: %s is set a second time, allowed is once", r->line,
			name);
}

static int take_number(struct reading *r, enum guard_number which, struct sw_raw value,
		       struct sw_fault *why)
{
	const struct number *n = &numbers[which];
	uint64_t *to = &r->config->number[which];
	char allowed[80];

	if (r->set[which])
		return twice(r, n->name, why);
	r->set[which] = true;
	if (num_from(value, to) && *to >= n->least && *to <= n->most)
		return 0;
	snprintf(allowed, sizeof(allowed), "a whole number from %llu to %llu",
		 (unsigned long long)n->least, (unsigned long long)n->most);
	return bad(r, n->name, value, allowed, why);
}

static int take_mode(struct reading *r, struct sw_raw value, struct sw_fault *why)
{
	if (r->has_mode)
		return twice(r, "mode", why);
	r->has_mode = true;
	r->config->hold = raw_is(value, "hold");
	return r->config->hold || raw_is(value, "report")
		       ? 0
		       : bad(r, "mode", value, "report or hold", why);
}

static bool has_blank_or_control(struct sw_raw text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] <= ' ' || text.p[i] == 0x7f)
			return true;
	return false;
}

static int take_command(struct reading *r, struct sw_raw value, struct sw_fault *why)
{
	if (r->has_command)
		return twice(r, "command", why);
	r->has_command = true;
	if (value.n == 0 || value.p[0] != '/' || value.n >= GUARD_COMMAND ||
	    has_blank_or_control(value))
		return bad(r, "command", value,
			   "the absolute path of one program, without blanks and arguments", why);
	memcpy(r->config->command, value.p, value.n);
	r->config->command[value.n] = '\0';
	return 0;
}

static int take_ignore(struct reading *r, struct sw_raw value, struct sw_fault *why)
{
	struct patterns *one = NULL;
	struct sw_fault cause = { 0 };
	char *at = r->ignore + r->ignore_n;

	if (value.n == 0 || has_blank_or_control(value))
		return bad(r, "ignore", value,
			   "a Perl-compatible pattern without a blank (a dot stands for one)", why);
	if (r->ignore_n + value.n + 2 > sizeof(r->ignore))
		return sw_fault(why, EINVAL, "line %u: all of ignore has at most %d bytes", r->line,
				GUARD_IGNORE);
	memcpy(at, value.p, value.n);
	at[value.n] = '\0';
	if (patterns_from(at, &one, &cause) < 0) {
		patterns_free(one);
		return fault_wrap(why, &cause, "line %u: ignore: ", r->line);
	}
	patterns_free(one);
	at[value.n] = ' ';
	at[value.n + 1] = '\0';
	r->ignore_n += value.n + 1;
	return 0;
}

static int take(struct reading *r, struct sw_raw name, struct sw_raw value, struct sw_fault *why)
{
	for (size_t i = 0; i < GUARD_NUMBERS; i++)
		if (raw_is(name, numbers[i].name))
			return take_number(r, (enum guard_number)i, value, why);
	if (raw_is(name, "mode"))
		return take_mode(r, value, why);
	if (raw_is(name, "command"))
		return take_command(r, value, why);
	if (raw_is(name, "ignore"))
		return take_ignore(r, value, why);
	return sw_fault(why, EINVAL,
			"line %u: %.*s is not known, allowed are mode, ignore, max_locks, command, "
			"rate, day, networks, failures, refused, files, relay_share and "
			"reject_inodes",
			r->line, (int)(name.n < 80 ? name.n : 80), name.n ? name.p : "");
}

static int take_line(struct reading *r, struct sw_raw line, struct sw_fault *why)
{
	size_t equals;

	line = raw_trim(line);
	if (line.n == 0 || line.p[0] == '#')
		return 0;
	equals = raw_find(line, '=');
	if (equals == 0 || equals == line.n)
		return sw_fault(why, EINVAL, "line %u: %.*s is no line NAME = VALUE", r->line,
				(int)(line.n < 200 ? line.n : 200), line.p);
	return take(r, raw_trim(raw_from(line.p, equals)), raw_trim(raw_skip(line, equals + 1)),
		    why);
}

int guard_config_parse(struct sw_raw text, struct guard_config *ret, struct sw_fault *why)
{
	struct reading *r = calloc(1, sizeof(*r));
	struct sw_raw line;
	int rc = 0;

	*ret = (struct guard_config){ 0 };
	if (!r)
		return sw_fault_errno(why, ENOMEM, "read the configuration");
	r->config = ret;
	for (size_t i = 0; i < GUARD_NUMBERS; i++)
		ret->number[i] = numbers[i].fallback;
	while (rc == 0 && raw_line(&text, &line)) {
		r->line++;
		rc = take_line(r, line, why);
	}
	if (rc == 0)
		rc = patterns_from(r->ignore, &ret->ignore, why);
	if (rc < 0)
		guard_config_free(ret);
	free(r);
	return rc;
}

/* Who can write to it could run what he likes as root. */
static int check_owner(int fd, const char *path, struct sw_fault *why)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return sw_fault_errno(why, errno, "stat %s", path);
	if (!S_ISREG(st.st_mode))
		return sw_fault(why, EINVAL, "%s is no regular file", path);
	if (st.st_uid != geteuid() || st.st_mode & (S_IWGRP | S_IWOTH))
		return sw_fault(why, EPERM,
				"%s is of uid %lu with mode %03o, allowed is one that nobody but "
				"uid %lu may write to",
				path, (unsigned long)st.st_uid, (unsigned)st.st_mode & 0777,
				(unsigned long)geteuid());
	return 0;
}

static int check_path(const char *path, struct sw_fault *why)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return sw_fault_errno(why, errno, "open %s", path);
	rc = check_owner(fd, path, why);
	close(fd);
	return rc;
}

static int check_command(const char *path, struct sw_fault *why)
{
	struct sw_fault cause = { 0 };

	if (check_path(path, &cause) < 0 || access(path, X_OK) == 0)
		return cause.code ? fault_wrap(why, &cause, "command: ") : 0;
	return sw_fault(why, EINVAL, "command is %s, allowed is a program that can be run", path);
}

int guard_config_read(const struct sw_host *h, const char *path, struct guard_config *ret,
		      struct sw_fault *why)
{
	struct sw_raw text;
	struct sw_fault cause = { 0 };
	int rc = h->copied ? 0 : check_path(path, why);

	*ret = (struct guard_config){ 0 };
	if (rc == 0)
		rc = host_read(h, path, GUARD_CONFIG_BYTES, &text, why);
	if (rc < 0)
		return rc;
	rc = guard_config_parse(text, ret, &cause);
	free((char *)text.p);
	if (rc == 0 && *ret->command && !h->copied)
		rc = check_command(ret->command, &cause);
	if (rc < 0)
		guard_config_free(ret);
	return rc < 0 ? fault_wrap(why, &cause, "%s: ", path) : 0;
}

void guard_config_free(struct guard_config *c)
{
	patterns_free(c->ignore);
	c->ignore = NULL;
}
