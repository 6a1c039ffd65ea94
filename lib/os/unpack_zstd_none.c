/* unpack_zstd_none: where libzstd was missing when this was built. */
#include "os/unpack_codec.h"

const struct unpack_codec unpack_zstd = { .name = "zstd", .suffix = ".zst", .lacks = "libzstd" };
