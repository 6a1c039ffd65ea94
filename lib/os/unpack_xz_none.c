/* unpack_xz_none: where liblzma was missing when this was built. */
#include "os/unpack_codec.h"

const struct unpack_codec unpack_xz = { .name = "xz", .suffix = ".xz", .lacks = "liblzma" };
