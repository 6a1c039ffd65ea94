/* source: which log was read and why not the others; why it proves nothing, and what helps. */
#ifndef SW_WORDS_SOURCE_H
#define SW_WORDS_SOURCE_H

#include "log/source.h"

/*
 * Why a minute is not known, and what to do: "/var/log/mail.log: permission denied: add group adm
 * to [postfix_sasl_rate] in plugin-conf.d". `link` is the name of the plugin's section, "" when
 * there is none (then the sentence goes without it).
 */
struct sw_label words_source_doubt(const struct log_reason *why, int64_t now, const char *link);

/*
 * Which source was taken, and what was found in the others: "Read from the journal: last line of
 * Postfix 12 s ago, not /var/log/mail.log: no line of Postfix." Empty when nothing was looked at.
 */
struct sw_label words_source_choice(const struct log_report *report, int64_t now);

#endif
