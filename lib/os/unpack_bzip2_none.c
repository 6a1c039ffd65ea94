/* unpack_bzip2_none: where libbz2 was missing when this was built. */
#include "os/unpack_codec.h"

const struct unpack_codec unpack_bzip2 = { .name = "bzip2", .suffix = ".bz2", .lacks = "libbz2" };
