/*
 * fuzz_unpack: any bytes as a compressed file. The first byte of the input chooses the format, the
 * second how much may come (255: much).
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct got {
	int64_t bytes;
	size_t pieces;
	uint64_t sum;
	int end_with;
};

static int take(struct sw_raw piece, void *ctx)
{
	struct got *got = ctx;

	if (piece.n == 0 || piece.n > UNPACK_PIECE ||
	    (!got->pieces && piece.n > UNPACK_FIRST_PIECE))
		abort();
	for (size_t i = 0; i < piece.n; i++)
		got->sum = got->sum * 31 + (unsigned char)piece.p[i];
	got->bytes += (int64_t)piece.n;
	got->pieces++;
	return got->end_with;
}

static int unpack(int fd, enum unpack_format format, int64_t bytes, struct got *got)
{
	const struct unpack_limits limits = { bytes, clock_ms() + 10000 };
	struct sw_fault why = { 0 };
	int rc = unpack_each(fd, format, &limits, take, got, &why);

	/* a fault where there is one, and only there; never more than was allowed */
	if (got->bytes > bytes || why.code != (got->end_with && got->pieces ? 0 : -rc) ||
	    (rc == -EFBIG && why.text.n == 0))
		abort();
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum unpack_format format = size > 0 ? data[0] % UNPACK_FORMATS : UNPACK_GZIP;
	int64_t most = size > 1 && data[1] < 255 ? data[1] : 64 << 20;
	size_t head = size < 2 ? size : 2;
	struct got all = { 0 };
	struct got again = { 0 };
	struct got first = { .end_with = 7 };
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	int rc;

	if (fd < 0 || write(fd, data + head, size - head) != (ssize_t)(size - head))
		abort();
	rc = unpack(fd, format, most, &all);
	if (rc > 0 || (size == head && rc != -ENODATA && rc != -ENOTSUP))
		abort();
	/* what is whole is whole again with exactly that much room, and too large with less */
	if (rc == 0 && (unpack(fd, format, all.bytes, &again) != 0 || again.sum != all.sum))
		abort();
	again = (struct got){ 0 };
	if (rc == 0 && all.bytes > 0 && unpack(fd, format, all.bytes - 1, &again) != -EFBIG)
		abort();
	/* the first piece is to be had of all that gives one */
	if (unpack(fd, format, most, &first) != (all.pieces ? 7 : rc) ||
	    first.pieces != (all.pieces > 0))
		abort();
	close(fd);
	return 0;
}
