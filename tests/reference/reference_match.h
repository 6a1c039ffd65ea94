/* reference_match: POSIX regular expressions over bytes, for the reference readers. */
#ifndef SW_REFERENCE_MATCH_H
#define SW_REFERENCE_MATCH_H

#include "base/raw.h"

enum { REF_GROUPS = 13 };

/*
 * Does an extended regular expression (a literal: it is known by its address) match a text? Groups
 * are borrowed from the text, those that did not match are NULL. A NUL of the text is taken for
 * another control byte.
 */
bool ref_match(struct sw_raw text, const char *expression, struct sw_raw group[REF_GROUPS]);

bool ref_is(struct sw_raw text, const char *expression);

/* Take what matches off; the expression begins with '^'. */
bool ref_eat(struct sw_raw *rest, const char *expression, struct sw_raw group[REF_GROUPS]);

/* The digits among some bytes, as one number. */
int ref_number(struct sw_raw digits);

#endif
