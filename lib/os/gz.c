#include "os/gz.h"

#include <errno.h>
#include <unistd.h>
#include <zlib.h>

int gz_each(int fd, gz_fn fn, void *ctx, struct sw_fault *why)
{
	char buf[64 * 1024];
	int copy = dup(fd);
	gzFile gz;
	int rc = 0;

	if (copy < 0 || lseek(copy, 0, SEEK_SET) < 0) {
		rc = sw_fault_errno(why, errno, "read a compressed log");
		if (copy >= 0)
			close(copy);
		return rc;
	}
	gz = gzdopen(copy, "r");
	if (!gz) {
		close(copy);
		return sw_fault_errno(why, ENOMEM, "read a compressed log");
	}
	while (rc == 0) {
		int n = gzread(gz, buf, sizeof(buf));
		int code = Z_OK;
		const char *text = n < 0 ? gzerror(gz, &code) : "";

		if (n < 0)
			rc = sw_fault(why, EBADMSG, "a compressed log is damaged: %s", text);
		if (n <= 0)
			break;
		rc = fn(raw_from(buf, (size_t)n), ctx);
	}
	if (gzclose(gz) == Z_BUF_ERROR && rc == 0)
		rc = sw_fault(why, EBADMSG, "a compressed log ends early");
	return rc;
}
