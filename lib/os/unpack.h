/*
 * unpack: the bytes of a compressed file, piece by piece: gzip (RFC 1952), xz (tukaani.org/xz,
 * xz-file-format.txt), zstd (RFC 8878), bzip2. Each through its own library, loaded when the first
 * file of the format is read (os/load.h).
 */
#ifndef SW_UNPACK_H
#define SW_UNPACK_H

#include "base/fault.h"
#include "base/raw.h"

enum unpack_format { UNPACK_GZIP, UNPACK_XZ, UNPACK_ZSTD, UNPACK_BZIP2, UNPACK_FORMATS };

enum {
	UNPACK_PIECE = 64 * 1024,      /* no piece is larger */
	UNPACK_FIRST_PIECE = 4 * 1024, /* nor the first one */
	UNPACK_MEMORY = 128 << 20,     /* most that a decompressor may take: xz -9 takes 65 MiB */
};

/* What a small file may cost that holds much. Both have to be set. */
struct unpack_limits {
	int64_t bytes;	  /* at most so many are given */
	int64_t deadline; /* in clock_ms() */
};

/* A piece of the decompressed bytes, never empty, borrowed. A value other than 0 ends the reading.
 */
typedef int (*unpack_fn)(struct sw_raw piece, void *ctx);

/*
 * The format that a file's name ends in: .gz, .xz, .zst, .bz2. *ret_plain is the name without that.
 * False, and *ret_plain the whole name, for any other.
 */
bool unpack_format_of(struct sw_raw name, enum unpack_format *ret, struct sw_raw *ret_plain);

/*
 * Give all that the file `fd` decompresses to: of each member, stream or frame, one behind the
 * other, until the file ends; NULs behind a member are skipped. `fd` is the caller's, its offset
 * plays no part and stays. To look at the beginning only, let fn return a value other than 0: the
 * first piece costs some 4 KiB of output (of bzip2 a whole block of up to 900 kB, some 20 ms).
 *
 * Returns 0 when the file is whole and every checksum in it right; else what fn returned or
 * -errno. What came before was given, and is worth what the file is: checksums stand at the end.
 *   -ENODATA  the file is empty, or ends early: what came before is right
 *   -EBADMSG  it is not of that format, or damaged; or something stands behind it
 *   -EFBIG    it holds more than limits->bytes (so many were given), or takes too much memory
 *   -ETIME    limits->deadline has passed
 *   -ENOTSUP  this build or this host has no library for it, or a checksum is of an unknown kind
 *   -EIO and others of pread(2); -EMFILE and others of load_library(); -ENOMEM
 * Any bytes are legal input: memory is bounded by UNPACK_MEMORY, time by the deadline, which is
 * looked at before each piece and each 64 KiB of the file.
 */
int unpack_each(int fd, enum unpack_format format, const struct unpack_limits *limits, unpack_fn fn,
		void *ctx, struct sw_fault *why) SW_CHECK;

#endif
