/* journal: Postfix's messages in the systemd journal, for lib/log/source.c. */
#ifndef SW_LOG_JOURNAL_H
#define SW_LOG_JOURNAL_H

#include "log/source.h"

/*
 * When this Postfix was last heard in the journal into *ret; the syslog_name of an instance that
 * was not asked for, when one was met before, into *name. 0 or -errno as journal_read().
 */
int log_journal_last(const struct sw_host *h, const struct log_where *where, int64_t *ret,
		     struct sw_label *name, struct sw_fault *why) SW_CHECK;

/*
 * Its messages of `since` or later, and what journald itself says (is_other, its name as the
 * program, role 0); *begins is when the journal itself begins, 0 when that is not known. 0, what fn
 * returned, or -errno as journal_read().
 */
int log_journal_read(const struct sw_host *h, const struct log_where *where, int64_t since,
		     log_fn fn, void *ctx, int64_t *begins, struct sw_fault *why) SW_CHECK;

#endif
