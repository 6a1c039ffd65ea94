/* unpack_zstd: through libzstd. */
#include <errno.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "os/load.h"
#include "os/unpack_codec.h"

#define FUNCTIONS(X)                                                                               \
	X(ZSTD_createDStream)                                                                      \
	X(ZSTD_DCtx_setParameter)                                                                  \
	X(ZSTD_decompressStream)                                                                   \
	X(ZSTD_isError)                                                                            \
	X(ZSTD_getErrorCode)                                                                       \
	X(ZSTD_getErrorName)                                                                       \
	X(ZSTD_freeDStream)

enum { WINDOW_LOG = 27 }; /* UNPACK_MEMORY; what zstd(1) takes without --long=31 */

static struct {
	FUNCTIONS(LOAD_POINTER)
} lib;
static const struct load_function functions[] = { FUNCTIONS(LOAD_FUNCTION) };
static const struct load_library library = { "a zstd file", "libzstd", "libzstd.so.1", functions,
					     SW_COUNT(functions) };

static int failed(size_t code, struct sw_fault *why)
{
	switch (lib.ZSTD_getErrorCode_(code)) {
	case ZSTD_error_memory_allocation:
		return sw_fault_errno(why, ENOMEM, "read a zstd file");
	case ZSTD_error_frameParameter_windowTooLarge:
		return sw_fault(why, EFBIG, "the zstd file takes more than %d MiB of memory",
				UNPACK_MEMORY >> 20);
	default:
		return sw_fault(why, EBADMSG, "the zstd file is damaged: %s",
				lib.ZSTD_getErrorName_(code));
	}
}

static int begin(void *state, struct sw_fault *why)
{
	ZSTD_DStream **s = state;
	int rc = load_library(&library, &lib, why);
	size_t code;

	if (rc < 0)
		return rc;
	*s = lib.ZSTD_createDStream_();
	if (!*s)
		return sw_fault_errno(why, ENOMEM, "read a zstd file");
	code = lib.ZSTD_DCtx_setParameter_(*s, ZSTD_d_windowLogMax, WINDOW_LOG);
	return lib.ZSTD_isError_(code) ? failed(code, why) : 0;
}

static int step(void *state, struct unpack_io *io, struct sw_fault *why)
{
	ZSTD_DStream **s = state;
	ZSTD_inBuffer in = { io->in, io->in_n, 0 };
	ZSTD_outBuffer out = { io->out, io->out_n, 0 };
	size_t left = lib.ZSTD_decompressStream_(*s, &out, &in);

	*io = (struct unpack_io){ io->in + in.pos, io->in_n - in.pos, io->out + out.pos,
				  io->out_n - out.pos };
	if (lib.ZSTD_isError_(left))
		return failed(left, why);
	return left == 0 ? UNPACK_END : UNPACK_MORE;
}

/* The next frame begins by itself. */
static int again(void *state, struct sw_fault *why)
{
	(void)state;
	(void)why;
	return 0;
}

static void end(void *state)
{
	if (lib.ZSTD_freeDStream_)
		lib.ZSTD_freeDStream_(*(ZSTD_DStream **)state);
}

const struct unpack_codec unpack_zstd = { .name = "zstd",
					  .suffix = ".zst",
					  .magic = "\x28\xb5\x2f\xfd",
					  .magic_n = 4,
					  .state = sizeof(ZSTD_DStream *),
					  .begin = begin,
					  .step = step,
					  .again = again,
					  .end = end };
