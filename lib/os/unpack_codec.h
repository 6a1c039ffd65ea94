/* unpack_codec: what unpack.c asks of a format; between unpack*.c alone. */
#ifndef SW_UNPACK_CODEC_H
#define SW_UNPACK_CODEC_H

#include "os/unpack.h"

/* Input that was not used yet, room for output that was not filled yet: a step moves them on. */
struct unpack_io {
	const unsigned char *in;
	size_t in_n;
	unsigned char *out;
	size_t out_n;
};

/* What a step returns, or -errno. */
enum { UNPACK_MORE, UNPACK_END };

struct unpack_codec {
	const char *name;   /* "gzip" */
	const char *suffix; /* ".gz" */
	const char *lacks;  /* the library that this build was made without, or NULL */
	const char *magic;  /* how a file begins */
	size_t magic_n;
	size_t state; /* bytes of it */
	/* Load what is needed, make *state (zeroed) ready for a member. 0 or -errno. */
	int (*begin)(void *state, struct sw_fault *why);
	/* Go on for a piece. UNPACK_END: the member ended and was right. */
	int (*step)(void *state, struct unpack_io *io, struct sw_fault *why);
	/* Make ready for another member. 0 or -errno. */
	int (*again)(void *state, struct sw_fault *why);
	/* Free what *state holds, also after begin() failed. */
	void (*end)(void *state);
};

extern const struct unpack_codec unpack_gzip;
extern const struct unpack_codec unpack_xz;
extern const struct unpack_codec unpack_zstd;
extern const struct unpack_codec unpack_bzip2;

#endif
