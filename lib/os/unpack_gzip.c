/*
 * unpack_gzip: through zlib's inflate(), not gzread(): that takes any file for plain text, ends
 * silently at what stands behind a member, and tells of a file that was cut off in a way that
 * changes with its version.
 */
#include <errno.h>
#include <zlib.h>

#include "os/load.h"
#include "os/unpack_codec.h"

#define FUNCTIONS(X)                                                                               \
	X(inflateInit2_)                                                                           \
	X(inflate)                                                                                 \
	X(inflateReset)                                                                            \
	X(inflateEnd)

enum { GZIP_ONLY = 16 }; /* added to the window's bits: no zlib header */

static struct {
	FUNCTIONS(LOAD_POINTER)
} lib;
static const struct load_function functions[] = { FUNCTIONS(LOAD_FUNCTION) };
static const struct load_library library = { "a gzip file", "zlib", "libz.so.1", functions,
					     SW_COUNT(functions) };

static int failed(const z_stream *z, int code, struct sw_fault *why)
{
	if (code == Z_MEM_ERROR)
		return sw_fault_errno(why, ENOMEM, "read a gzip file");
	return sw_fault(why, EBADMSG, "the gzip file is damaged: %s",
			z->msg ? z->msg : "no reason given");
}

static int begin(void *state, struct sw_fault *why)
{
	z_stream *z = state;
	int rc = load_library(&library, &lib, why);

	if (rc < 0)
		return rc;
	rc = lib.inflateInit2__(z, MAX_WBITS + GZIP_ONLY, ZLIB_VERSION, (int)sizeof(*z));
	return rc == Z_OK ? 0 : failed(z, rc, why);
}

static int step(void *state, struct unpack_io *io, struct sw_fault *why)
{
	z_stream *z = state;
	int rc;

	z->next_in = (z_const Bytef *)(uintptr_t)io->in;
	z->avail_in = (uInt)io->in_n;
	z->next_out = io->out;
	z->avail_out = (uInt)io->out_n;
	rc = lib.inflate_(z, Z_NO_FLUSH);
	io->in = z->next_in;
	io->in_n = z->avail_in;
	io->out = z->next_out;
	io->out_n = z->avail_out;
	if (rc == Z_STREAM_END)
		return UNPACK_END;
	return rc == Z_OK || rc == Z_BUF_ERROR ? UNPACK_MORE : failed(z, rc, why);
}

static int again(void *state, struct sw_fault *why)
{
	int rc = lib.inflateReset_(state);

	return rc == Z_OK ? 0 : failed(state, rc, why);
}

static void end(void *state)
{
	if (((z_stream *)state)->state)
		lib.inflateEnd_(state);
}

const struct unpack_codec unpack_gzip = { .name = "gzip",
					  .suffix = ".gz",
					  .magic = "\x1f\x8b",
					  .magic_n = 2,
					  .state = sizeof(z_stream),
					  .begin = begin,
					  .step = step,
					  .again = again,
					  .end = end };
