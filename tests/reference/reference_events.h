/*
 * reference_logline: the grammar of read/logline.h as regular expressions, slow and plain, for
 * tests to compare with. Written from smtpd(8)'s source and the header, not from the
 * code; dates are counted day by day, in UTC.
 */
#ifndef SW_REFERENCE_LOGLINE_H
#define SW_REFERENCE_LOGLINE_H

#include "traffic/events.h"

/* Do event_client(), event_active() and event_pickup() say what the grammar says of a text? */
bool reference_text_agrees(struct sw_raw text);

/* Do log_header(), log_stamp_time() and the above, of a line? */
bool reference_line_agrees(struct sw_raw line, struct log_clock *clock);

#endif
