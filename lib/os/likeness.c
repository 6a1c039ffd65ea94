#include "os/likeness.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { GROUPS = 256, CONTEXT = 256 };

/* Zero before it is filled: its padding is hashed, too. */
struct features {
	int64_t now;
	bool replayed, copied;
	uid_t user;
	gid_t group[GROUPS];
	struct __user_cap_data_struct may[_LINUX_CAPABILITY_U32S_3];
	char context[CONTEXT]; /* of SELinux, AppArmor, ...: what they allow */
	struct file {
		uint64_t device, inode, size;
		int64_t seconds, nanoseconds;
	} root, mounts, program;
	struct utsname host;
};

static bool take_file(int directory, const char *path, struct file *ret)
{
	struct stat st;

	if (fstatat(directory, path, &st, *path ? 0 : AT_EMPTY_PATH) < 0)
		return false;
	ret->device = st.st_dev;
	ret->inode = st.st_ino;
	return true;
}

/* One that was made anew may have the inode of the old one. */
static bool take_program(struct file *ret)
{
	struct stat st;

	if (stat("/proc/self/exe", &st) < 0)
		return false;
	*ret = (struct file){ .device = st.st_dev,
			      .inode = st.st_ino,
			      .size = (uint64_t)st.st_size,
			      .seconds = st.st_mtim.tv_sec,
			      .nanoseconds = st.st_mtim.tv_nsec };
	return true;
}

static bool take_rights(struct features *f)
{
	struct __user_cap_header_struct version = { .version = _LINUX_CAPABILITY_VERSION_3 };
	int n = getgroups(GROUPS - 1, f->group + 1);

	f->user = geteuid();
	f->group[0] = getegid();
	return n >= 0 && syscall(SYS_capget, &version, f->may) == 0;
}

/* It stays empty where there is none. */
static void take_context(struct features *f)
{
	int fd = open("/proc/self/attr/current", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!read(fd, f->context, sizeof(f->context));
	close(fd);
}

static size_t name_length(const char *variable)
{
	return raw_find(raw_of(variable), '=');
}

static void add_environment(const struct sw_host *h, struct hash_key *sum)
{
	for (const char *const *e = h->env; e && *e; e++) {
		struct hash_key key = { 0, 0 };
		size_t n = name_length(*e);

		if (raw_starts(raw_of(*e), "MUNIN_"))
			continue;
		/* of two with one name the first one counts */
		for (const char *const *other = h->env; other < e; other++)
			key.k0 += name_length(*other) == n && memcmp(*other, *e, n) == 0;
		sum->k0 += hash_bytes(key, raw_of(*e));
		key.k1 = 1;
		sum->k1 += hash_bytes(key, raw_of(*e));
	}
}

bool likeness(const struct sw_host *h, struct hash_key *ret)
{
	struct hash_key sum = { 0, 0 };
	struct features f;

	memset(&f, 0, sizeof(f));
	f.now = h->now;
	f.replayed = h->replayed;
	f.copied = h->copied;
	if (!take_rights(&f) || !take_file(h->root, "", &f.root) ||
	    !take_file(AT_FDCWD, "/proc/self/ns/mnt", &f.mounts) || !take_program(&f.program) ||
	    uname(&f.host) < 0)
		return false;
	take_context(&f);
	add_environment(h, &sum);
	ret->k0 = hash_bytes(sum, raw_from((const char *)&f, sizeof(f)));
	sum.k0 = ~sum.k0;
	ret->k1 = hash_bytes(sum, raw_from((const char *)&f, sizeof(f)));
	return true;
}
