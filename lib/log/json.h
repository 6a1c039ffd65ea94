/* json: the members of a one-line JSON object (RFC 8259), as container runtimes write a log. */
#ifndef SW_LOG_JSON_H
#define SW_LOG_JSON_H

#include "base/raw.h"

/*
 * Take a member off the inside of an object (behind its '{') with the comma or '}' that follows;
 * *more tells which. *value is the inside of a string, still escaped; its p is NULL for a value of
 * another kind, whose own structure is not checked. Borrowed. False for what is no member.
 */
bool log_json_member(struct sw_raw *rest, struct sw_raw *key, struct sw_raw *value, bool *more);

/*
 * The bytes that an escaped string stands for, in UTF-8: borrowed from it when it has no escape,
 * else written to *room, which is shortened by them. A surrogate without its other half becomes
 * U+FFFD. False for an escape that is none, or too little room.
 */
bool log_json_text(struct sw_raw escaped, char **room, size_t *room_n, struct sw_raw *ret);

/* Would log_json_text() say yes, given room? */
bool log_json_is_text(struct sw_raw escaped);

#endif
