/* prefix: what stands in a log line before and between its stamp, host and tag; see header.h. */
#ifndef SW_LOG_PREFIX_H
#define SW_LOG_PREFIX_H

#include "base/raw.h"

/* "mail.info": a facility and a level of syslog.conf(5); closed lists. */
bool log_prefix_is_facility(struct sw_raw word);

/*
 * Is a word beside the host a mark of the severity: mail.info (BusyBox), <mail.info> or <2.6>
 * (FreeBSD -vv and -v), INFO (boky/postfix)?
 */
bool log_prefix_is_mark(struct sw_raw word);

/* Take "<22>", the number of RFC 3164. */
bool log_prefix_priority(struct sw_raw *rest);

/* Take "mail.info: ", which socklog writes, if it is there. */
void log_prefix_facility(struct sw_raw *rest);

/* Take "stdout F " or "stderr P " (Kubernetes CRI) and say which; *ret_partial is set with a P. */
bool log_prefix_stream(struct sw_raw *rest, bool *ret_stderr, bool *ret_partial);

/*
 * Is the "log" of json-file, its escapes in it, the beginning or middle of a longer line? Docker
 * cuts at 16 KiB and nowhere else (daemon/logger/copier.go); Fluent Bit and its kin write whole
 * lines without their newline.
 */
bool log_prefix_is_piece(struct sw_raw escaped);

/* Take "mail-1  | ", which docker compose puts before each line, if it is there. */
void log_prefix_compose(struct sw_raw *rest);

/*
 * Take the structured data of RFC 5424: "-" or elements, in whose quoted values a backslash
 * escapes (6.3.3). A blank or the end must follow.
 */
bool log_prefix_data(struct sw_raw *rest);

/* Take "[ID 197553 mail.info] " off a text (Solaris, illumos), if it is there. */
void log_prefix_message_id(struct sw_raw *text);

/*
 * Unwrap `message repeated 3 times: [ TEXT]` (rsyslog, $RepeatedMsgReduction) in place: how many
 * times, or 0 with the text untouched.
 */
unsigned log_prefix_repeated(struct sw_raw *text);

#endif
