/* dovecot: where Dovecot logs, as it says itself. */
#ifndef SW_INCIDENT_DOVECOT_H
#define SW_INCIDENT_DOVECOT_H

#include "os/host.h"

enum { DOVECOT_LOGS = 2048 };

/*
 * The files of log_path and info_log_path, as .names of struct dovecot_log_where wants them, by
 * doveconf(1). NULL where that is not here, has no answer within DOVECOT_MS, or names no file (it
 * logs to syslog): then those with the usual names are read, if they are there.
 */
enum { DOVECOT_MS = 3000 };
const char *dovecot_logs(const struct sw_host *h, char buf[DOVECOT_LOGS]);

/* Of what doveconf(1) said, `said` bytes of buf, which has room for one more; any bytes are legal.
 */
const char *dovecot_logs_said(char *buf, size_t said);

#endif
