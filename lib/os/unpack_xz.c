/* unpack_xz: through liblzma. */
#include <errno.h>
#include <lzma.h>

#include "os/load.h"
#include "os/unpack_codec.h"

#define FUNCTIONS(X)                                                                               \
	X(lzma_stream_decoder)                                                                     \
	X(lzma_code)                                                                               \
	X(lzma_end)

static struct {
	FUNCTIONS(LOAD_POINTER)
} lib;
static const struct load_function functions[] = { FUNCTIONS(LOAD_FUNCTION) };
static const struct load_library library = { "an xz file", "liblzma", "liblzma.so.5", functions,
					     SW_COUNT(functions) };

static int failed(lzma_ret code, struct sw_fault *why)
{
	switch (code) {
	case LZMA_MEM_ERROR:
		return sw_fault_errno(why, ENOMEM, "read an xz file");
	case LZMA_MEMLIMIT_ERROR:
		return sw_fault(why, EFBIG, "the xz file takes more than %d MiB of memory",
				UNPACK_MEMORY >> 20);
	case LZMA_UNSUPPORTED_CHECK:
		return sw_fault(why, ENOTSUP,
				"the xz file has a checksum that liblzma does not know");
	case LZMA_OPTIONS_ERROR:
		return sw_fault(why, EBADMSG, "the xz file is damaged, or newer than liblzma");
	case LZMA_FORMAT_ERROR:
		return sw_fault(why, EBADMSG, "the xz file is damaged: what follows is none");
	default:
		return sw_fault(why, EBADMSG, "the xz file is damaged");
	}
}

static int again(void *state, struct sw_fault *why)
{
	lzma_ret rc = lib.lzma_stream_decoder_(state, UNPACK_MEMORY, LZMA_TELL_UNSUPPORTED_CHECK);

	return rc == LZMA_OK ? 0 : failed(rc, why);
}

static int begin(void *state, struct sw_fault *why)
{
	int rc = load_library(&library, &lib, why);

	*(lzma_stream *)state = (lzma_stream)LZMA_STREAM_INIT;
	return rc < 0 ? rc : again(state, why);
}

static int step(void *state, struct unpack_io *io, struct sw_fault *why)
{
	lzma_stream *s = state;
	lzma_ret rc;

	s->next_in = io->in;
	s->avail_in = io->in_n;
	s->next_out = io->out;
	s->avail_out = io->out_n;
	rc = lib.lzma_code_(s, LZMA_RUN);
	*io = (struct unpack_io){ s->next_in, s->avail_in, s->next_out, s->avail_out };
	if (rc == LZMA_STREAM_END)
		return UNPACK_END;
	/* LZMA_BUF_ERROR: neither input nor room, which the caller sees too */
	return rc == LZMA_OK || rc == LZMA_BUF_ERROR ? UNPACK_MORE : failed(rc, why);
}

static void end(void *state)
{
	if (lib.lzma_end_)
		lib.lzma_end_(state);
}

const struct unpack_codec unpack_xz = { .name = "xz",
					.suffix = ".xz",
					.magic = "\xfd"
						 "7zXZ\0",
					.magic_n = 6,
					.state = sizeof(lzma_stream),
					.begin = begin,
					.step = step,
					.again = again,
					.end = end };
