/* kept: what a log proves and where it was read, as bytes (base/pack.h) and back. */
#ifndef SW_LOG_KEPT_H
#define SW_LOG_KEPT_H

#include "base/pack.h"
#include "log/source.h"

/*
 * False, with nothing of use in *to, when something of it was this run's own bad luck (no memory,
 * no descriptor, a disk that failed, a time that was up) which another need not have.
 */
bool log_keep(struct pack *to, const struct log_proof *proof, const struct log_report *report);

/*
 * *proof was begun for the same minutes. Any bytes are legal: see pack_is_bad(); both are valid
 * then, too.
 */
void log_take_kept(struct sw_raw *from, struct log_proof *proof, struct log_report *report);

#endif
