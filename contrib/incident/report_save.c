/* The report as a file, which nobody else may read and no link can lead elsewhere. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "incident/report.h"

enum { NAME = 80, TRIES = 100 };

/* "report-alice@example.com-20261126T093000Z.txt", what is no plain byte of a name as '_' */
static void name_file(const struct report *p, unsigned number, char ret[256])
{
	const struct sw_raw asked = p->select.asked;
	const time_t now = (time_t)p->run->host->now;
	char name[NAME + 1];
	char stamp[32] = "";
	char again[16] = "";
	struct tm tm;
	size_t n = asked.n < NAME ? asked.n : NAME;

	for (size_t i = 0; i < n; i++) {
		const char c = asked.p[i];

		name[i] = raw_is_alnum(c) || (c && strchr("@._-+", c)) ? c : '_';
	}
	name[n] = '\0';
	if (gmtime_r(&now, &tm))
		(void)!strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	if (number > 0)
		snprintf(again, sizeof(again), "-%u", number);
	snprintf(ret, 256, "report-%s-%s%s.%s", name, stamp, again,
		 p->run->options->json ? "json" : "txt");
}

static int open_directory(const char *path, struct sw_fault *why)
{
	int fd;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return sw_fault_errno(why, errno, "make %s", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? sw_fault_errno(why, errno, "open %s", path) : fd;
}

static int make(const struct report *p, int directory, char name[256], struct sw_fault *why)
{
	int fd = -1;

	for (unsigned i = 0; i < TRIES; i++) {
		name_file(p, i, name);
		fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			    0600);
		if (fd >= 0 || errno != EEXIST)
			break;
	}
	return fd < 0 ? sw_fault_errno(why, errno, "make %s", name) : fd;
}

/* All of it, on the disk. */
static int fill(const struct report *p, int fd, struct sw_fault *why)
{
	FILE *to = fdopen(fd, "w");
	int rc = 0;

	if (!to) {
		close(fd);
		return sw_fault_errno(why, ENOMEM, "keep the report");
	}
	if (p->run->options->json) {
		report_say_json(to, p, REPORT_ALL_ROWS, NULL, NULL);
		fputc('\n', to);
	} else {
		report_say(to, p, REPORT_ALL_ROWS);
	}
	errno = 0;
	if (fflush(to) != 0 || ferror(to) || fsync(fd) < 0)
		rc = errno ? errno : EIO;
	if (fclose(to) != 0 && rc == 0)
		rc = errno ? errno : EIO;
	return rc ? sw_fault_errno(why, rc, "keep the report") : 0;
}

int report_save(const struct report *p, const char *directory, char path[REPORT_PATH],
		struct sw_fault *why)
{
	char name[256];
	int at = open_directory(directory, why);
	int fd;
	int rc;

	if (at < 0)
		return at;
	fd = make(p, at, name, why);
	rc = fd < 0 ? fd : fill(p, fd, why);
	if (fd >= 0 && rc < 0)
		unlinkat(at, name, 0);
	if (rc == 0 && (size_t)snprintf(path, REPORT_PATH, "%s/%s", directory, name) >= REPORT_PATH)
		path[0] = '\0';
	close(at);
	return rc;
}
