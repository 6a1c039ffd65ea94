#include "os/mounts.h"

#include "base/num.h"

/* A container host can have thousands of mounts of a few hundred bytes. */
enum { TABLE_MAX = 32 << 20 };

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* The kernel writes blank, tab, newline, backslash (and '#', since 5.18) as \ooo. */
static struct sw_raw decode(char *p, size_t n)
{
	size_t out = 0;

	if (!memchr(p, '\\', n))
		return raw_from(p, n);
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\\' && i + 3 < n && is_octal(p[i + 1]) && is_octal(p[i + 2]) &&
		    is_octal(p[i + 3])) {
			p[out++] = (char)(((p[i + 1] - '0') << 6 | (p[i + 2] - '0') << 3 |
					   (p[i + 3] - '0')) &
					  0xff);
			i += 3;
		} else {
			p[out++] = p[i];
		}
	}
	return raw_from(p, out);
}

/* Take the text up to the next blank, which is one byte: a device can be empty. */
static bool take(char **p, char *end, char **ret, size_t *n)
{
	char *blank;

	if (*p >= end)
		return false;
	blank = memchr(*p, ' ', (size_t)(end - *p));
	*ret = *p;
	*n = (size_t)((blank ? blank : end) - *p);
	*p = blank ? blank + 1 : end;
	return true;
}

/* 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue */
static bool parse_line(char *p, char *end, struct mount *m)
{
	char *word[6];
	size_t n[6];
	char *at;
	size_t len;
	size_t colon;
	uint64_t major;
	uint64_t minor;
	struct sw_raw number;

	for (int i = 0; i < 6; i++)
		if (!take(&p, end, &word[i], &n[i]))
			return false;
	number = raw_from(word[2], n[2]);
	colon = raw_find(number, ':');
	if (colon == number.n || !num_from(raw_from(number.p, colon), &major) ||
	    !num_from(raw_skip(number, colon + 1), &minor) || major > UINT32_MAX ||
	    minor > UINT32_MAX)
		return false;
	do { /* optional fields, ended by a lone dash */
		if (!take(&p, end, &at, &len))
			return false;
	} while (len != 1 || *at != '-');
	if (!num_from(raw_from(word[0], n[0]), &m->id) ||
	    !num_from(raw_from(word[1], n[1]), &m->parent))
		return false;
	m->major = (unsigned)major;
	m->minor = (unsigned)minor;
	m->root = decode(word[3], n[3]);
	m->point = decode(word[4], n[4]);
	if (m->point.n == 0 || m->point.p[0] != '/' || memchr(m->point.p, '\0', m->point.n))
		return false;
	if (!take(&p, end, &at, &len) || len == 0)
		return false;
	m->type = decode(at, len);
	m->device = take(&p, end, &at, &len) ? decode(at, len) : raw_from("", 0);
	m->options = take(&p, end, &at, &len) ? raw_from(at, len) : raw_from("", 0);
	return true;
}

bool mount_is_of_systemd(const struct mount *m)
{
	static const char *const homes[] = { "/home", "/root", "/run/user" };

	if (raw_starts(m->root, "/systemd/inaccessible/") ||
	    raw_starts(m->root, "/run/systemd/inaccessible/"))
		return true;
	for (size_t i = 0; i < SW_COUNT(homes); i++) /* ProtectHome=tmpfs */
		if (raw_is(m->type, "tmpfs") && raw_is(m->point, homes[i]))
			return true;
	for (size_t i = 0; i < m->root.n; i++) /* PrivateTmp= */
		if (raw_starts(raw_skip(m->root, i), "/systemd-private-"))
			return true;
	return false;
}

int mounts_parse(char *table, size_t n, mount_fn fn, void *ctx, size_t *bad)
{
	struct sw_raw rest = raw_from(table, n);
	struct sw_raw line;

	while (raw_line(&rest, &line)) {
		char *start = table + (line.p - table); /* it is decoded where it stands */
		struct mount m;
		int rc;

		if (!parse_line(start, start + line.n, &m)) {
			(*bad)++;
			continue;
		}
		rc = fn(&m, ctx);
		if (rc)
			return rc;
	}
	return 0;
}

int mounts_read(const struct sw_host *h, struct sw_raw *ret, struct sw_fault *why)
{
	return host_read(h, "/proc/self/mountinfo", TABLE_MAX, ret, why);
}
