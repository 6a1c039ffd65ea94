/* reference_stamp: the stamps of log/stamp.h as regular expressions. */
#ifndef SW_REFERENCE_STAMP_H
#define SW_REFERENCE_STAMP_H

#include "log/stamp.h"

/* As log_stamp_read(). */
size_t ref_stamp(struct sw_raw text, struct log_stamp *ret);

#endif
