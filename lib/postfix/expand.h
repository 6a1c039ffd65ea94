/*
 * expand: the $ of Postfix's configuration.
 *
 * $name ${name} $(name) stand for a value, in steps; ${name?text} for text when the value is not
 * empty, ${name:text} when it is empty or not set; ${name?{text}:{text}} for one of two texts;
 * ${{text}=={text}?...}, with == != < <= >= >, for what a comparison says; $$ for $ (postconf(5);
 * Postfix's util/mac_parse.c and util/mac_expand.c, 3.12).
 */
#ifndef SW_POSTFIX_EXPAND_H
#define SW_POSTFIX_EXPAND_H

#include "base/fault.h"

enum { EXPAND_MAX = 256 << 10 }; /* bytes of an expanded value */

/*
 * The value of a name as it stands, not expanded, into *ret, borrowed. Returns 0; -ENOENT for a
 * name that nobody set, *why is then left alone; any other -errno, with the reason, ends all.
 */
typedef int (*expand_fn)(struct sw_raw name, struct sw_raw *ret, void *ctx, struct sw_fault *why);

/*
 * Expand `text` into memory that the caller frees, with a NUL behind it. A name that nobody set
 * stands for nothing. Any text is legal input: time and memory are bounded, whatever refers to
 * what. Returns 0 or, with *ret NULL: -EINVAL where Postfix would refuse the text (not closed, no
 * name, nested more than 100 deep); -ENODATA for what Postfix may know and we don't (a function, an
 * operator of its own); -E2BIG above EXPAND_MAX or when it takes too many steps; -ENOMEM; what the
 * look-up said. The sentence goes on after "NAME cannot be expanded: ".
 */
int expand(struct sw_raw text, expand_fn lookup, void *ctx, char **ret,
	   struct sw_fault *why) SW_CHECK;

#endif
