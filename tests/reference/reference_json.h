/* reference_json: objects of one line, by regular expressions. */
#ifndef SW_REFERENCE_JSON_H
#define SW_REFERENCE_JSON_H

#include "base/raw.h"

/* Texts that the caller frees, one by one. */
struct ref_kept {
	char *text[8];
	size_t n;
};

/* What an escaped string stands for; *ret borrows what was added to *kept. */
bool ref_json_text(struct sw_raw escaped, struct ref_kept *kept, struct sw_raw *ret);

/* The first string of each key, still escaped; p is NULL for one that is not there. */
bool ref_json_members(struct sw_raw object, const char *const *keys, size_t keys_n, struct sw_raw *values);

#endif
