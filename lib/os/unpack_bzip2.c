/* unpack_bzip2: through libbz2. */
#include <stdio.h> /* bzlib.h wants it */
#include <bzlib.h>
#include <errno.h>

#include "os/load.h"
#include "os/unpack_codec.h"

#define FUNCTIONS(X)                                                                               \
	X(BZ2_bzDecompressInit)                                                                    \
	X(BZ2_bzDecompress)                                                                        \
	X(BZ2_bzDecompressEnd)

static struct {
	FUNCTIONS(LOAD_POINTER)
} lib;
static const struct load_function functions[] = { FUNCTIONS(LOAD_FUNCTION) };
static const struct load_library library = { "a bzip2 file", "libbz2", "libbz2.so.1", functions,
					     SW_COUNT(functions) };

static int failed(int code, struct sw_fault *why)
{
	switch (code) {
	case BZ_MEM_ERROR:
		return sw_fault_errno(why, ENOMEM, "read a bzip2 file");
	case BZ_DATA_ERROR_MAGIC:
		return sw_fault(why, EBADMSG, "the bzip2 file is damaged: what follows is none");
	default:
		return sw_fault(why, EBADMSG, "the bzip2 file is damaged");
	}
}

static int start(bz_stream *s, struct sw_fault *why)
{
	int rc = lib.BZ2_bzDecompressInit_(s, 0, 0);

	return rc == BZ_OK ? 0 : failed(rc, why);
}

static int begin(void *state, struct sw_fault *why)
{
	int rc = load_library(&library, &lib, why);

	return rc < 0 ? rc : start(state, why);
}

static int step(void *state, struct unpack_io *io, struct sw_fault *why)
{
	bz_stream *s = state;
	int rc;

	s->next_in = (char *)(uintptr_t)io->in;
	s->avail_in = (unsigned)io->in_n;
	s->next_out = (char *)io->out;
	s->avail_out = (unsigned)io->out_n;
	rc = lib.BZ2_bzDecompress_(s);
	io->in += io->in_n - s->avail_in;
	io->in_n = s->avail_in;
	io->out += io->out_n - s->avail_out;
	io->out_n = s->avail_out;
	if (rc == BZ_STREAM_END)
		return UNPACK_END;
	return rc == BZ_OK ? UNPACK_MORE : failed(rc, why);
}

static void end(void *state)
{
	if (((bz_stream *)state)->state)
		lib.BZ2_bzDecompressEnd_(state);
}

static int again(void *state, struct sw_fault *why)
{
	end(state);
	return start(state, why);
}

const struct unpack_codec unpack_bzip2 = { .name = "bzip2",
					   .suffix = ".bz2",
					   .magic = "BZh",
					   .magic_n = 3,
					   .state = sizeof(bz_stream),
					   .begin = begin,
					   .step = step,
					   .again = again,
					   .end = end };
