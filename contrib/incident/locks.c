#include "incident/locks.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "base/num.h"

enum { LOCKS_MAX = 16 << 20 };

static bool hex(struct sw_raw text, unsigned *ret)
{
	unsigned number = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (!raw_is_digit(c) && !((c | 0x20) >= 'a' && (c | 0x20) <= 'f'))
			return false;
		number =
			number << 4 | (unsigned)(raw_is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	*ret = number;
	return text.n > 0 && text.n <= 8;
}

/* "08:01:1234" */
static bool place(struct sw_raw word, struct locks_line *ret)
{
	size_t first = raw_find(word, ':');
	size_t last = raw_find_last(word, ':');

	return first < last && last < word.n && hex(raw_from(word.p, first), &ret->major) &&
	       hex(raw_from(word.p + first + 1, last - first - 1), &ret->minor) &&
	       num_from(raw_skip(word, last + 1), &ret->inode);
}

bool locks_parse(struct sw_raw line, struct locks_line *ret)
{
	struct sw_raw word[6] = { 0 };
	size_t n = 0;
	uint64_t pid;

	*ret = (struct locks_line){ .pid = -1 };
	while (n < SW_COUNT(word) && raw_word(&line, " \t", &word[n])) {
		if (n == 1 && raw_is(word[n], "->"))
			ret->waits = true;
		else
			n++;
	}
	if (num_from(word[4], &pid) && pid <= INT32_MAX)
		ret->pid = (int64_t)pid;
	return place(word[5], ret);
}

/* All lines that are held; false when there is no memory. */
static bool keep(struct sw_raw text, struct locks *ret)
{
	struct sw_raw rest = text;
	struct sw_raw line;
	size_t lines = 1;

	while (raw_line(&rest, &line))
		lines++;
	rest = text;
	ret->line = calloc(lines, sizeof(*ret->line));
	while (ret->line && raw_line(&rest, &line))
		if (locks_parse(line, &ret->line[ret->n]) && !ret->line[ret->n].waits)
			ret->n++;
	return ret->line;
}

int locks_read(const struct sw_host *h, int fd, struct locks *ret, struct sw_fault *why)
{
	struct sw_raw text = { NULL, 0 };
	struct statfs fs = { .f_type = 0 };
	int rc;

	(void)fstatfs(fd, &fs);
	*ret = (struct locks){ .loose = (uint32_t)fs.f_type == BTRFS_SUPER_MAGIC };
	rc = host_read(h, "/proc/locks", LOCKS_MAX, &text, why);
	if (rc == 0 && !keep(text, ret))
		rc = sw_fault_errno(why, ENOMEM, "read /proc/locks");
	free((char *)text.p);
	return rc;
}

void locks_free(struct locks *l)
{
	free(l->line);
	l->line = NULL;
	l->n = 0;
}

static const struct locks_line *find(const struct locks *l, dev_t device, ino_t inode)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->line[i].inode == inode && (l->loose || (l->line[i].major == major(device) &&
							       l->line[i].minor == minor(device))))
			return &l->line[i];
	return NULL;
}

bool locks_has(const struct locks *l, dev_t device, ino_t inode)
{
	return find(l, device, inode);
}

int64_t locks_holder(const struct sw_host *h, int fd)
{
	struct sw_fault ignored = { 0 };
	const struct locks_line *line = NULL;
	struct locks l = { .n = 0 };
	struct stat st;
	int64_t pid = 0;

	if (fstat(fd, &st) == 0 && locks_read(h, fd, &l, &ignored) == 0)
		line = find(&l, st.st_dev, st.st_ino);
	if (line)
		pid = line->pid;
	locks_free(&l);
	return pid;
}
