/* header: the fixed head of a log line, which syslogd or postlogd(8) wrote. */
#ifndef SW_LOG_HEADER_H
#define SW_LOG_HEADER_H

#include "log/stamp.h"

/*
 * The head that syslogd or postlogd(8) wrote, split but not converted:
 *     Nov 23 10:43:20 mx postfix/submission/smtpd[30441]: text
 *     2026-11-23T10:43:20.148805+00:00 mx postfix/smtpd[30441]: text
 * All borrowed from the line.
 */
struct log_head {
	struct sw_raw stamp;
	struct sw_raw host;
	struct sw_raw tag;    /* postfix/submission/smtpd: syslog_name and program */
	struct sw_raw daemon; /* smtpd: what stands behind the tag's last '/' */
	struct sw_raw text;
};

/*
 * Split a line (without its newline). False when it has no such head; any bytes are legal input.
 * A tag without '/' is none of Postfix's and makes it false too.
 */
bool log_header(struct sw_raw line, struct log_head *ret);

#endif
