#include "queue/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "queue/plain.h"

static int read_open(int fd, const char *name, enum sw_queue_file_depth depth,
		     const struct queue_file_told *told, struct sw_queue_file *ret,
		     struct sw_fault *why)
{
	struct stat st = { .st_size = 0 };
	bool all = depth == SW_QUEUE_FILE_ALL;
	int rc;

	if (all && fstat(fd, &st) < 0)
		return sw_fault_errno(why, errno, "stat %s", name);
	rc = queue_file_parse(queue_plain_pread, &fd, name, all ? (int64_t)st.st_size : INT64_MAX,
			      depth, told, ret, why);
	if (rc < 0)
		return rc;
	if (ret->maildrop && !all && fstat(fd, &st) < 0)
		return sw_fault_errno(why, errno, "stat %s", name);
	ret->file_size = (int64_t)st.st_size;
	if (ret->maildrop) {
		ret->has_uid = true;
		ret->uid = st.st_uid;
	}
	return 0;
}

/* `name`: what it is called where it is said. */
static int read_path(int directory, const char *path, const char *name,
		     enum sw_queue_file_depth depth, const struct queue_file_told *told,
		     struct sw_queue_file *ret, struct sw_fault *why)
{
	int fd = queue_plain_open(directory, path);
	int rc;

	if (fd >= 0) {
		rc = read_open(fd, name, depth, told, ret, why);
		close(fd);
	} else if (fd == -ENOENT) {
		rc = fd;
	} else if (fd == -EBADMSG) {
		rc = sw_fault(why, EBADMSG, "%s is not a queue file", name);
	} else {
		rc = sw_fault_errno(why, -fd, "open %s", name);
	}
	if (rc < 0)
		queue_file_empty(ret);
	return rc;
}

int queue_file_read_told(int directory, const char *name, enum sw_queue_file_depth depth,
			 const struct queue_file_told *told, struct sw_queue_file *ret,
			 struct sw_fault *why)
{
	return read_path(directory, name, name, depth, told, ret, why);
}

int queue_file_read_below(int directory, const char *path, struct sw_queue_file *ret,
			  struct sw_fault *why)
{
	const char *slash = strrchr(path, '/');

	return read_path(directory, path, slash ? slash + 1 : path, SW_QUEUE_FILE_WHO, NULL, ret,
			 why);
}

int sw_queue_file_read(int directory, const char *name, enum sw_queue_file_depth depth,
		       struct sw_queue_file *ret, struct sw_fault *why)
{
	return queue_file_read_told(directory, name, depth, NULL, ret, why);
}
