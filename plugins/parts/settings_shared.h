/*
 * settings_shared: what a section of plugin-conf.d that is for several plugins ([postfix*], [*])
 * may hold for another of them: never complained of. Of this suite (tests/system/settings.sh
 * compares) and of the plugins of Munin that it replaces or stands beside: df, df_inode,
 * postfix_mailqueue, postfix_mailstats, postfix_mailvolume.
 */
#ifndef SW_PARTS_SETTINGS_SHARED_H
#define SW_PARTS_SETTINGS_SHARED_H

#define SETTINGS_SHARED                                                                            \
	"exclude include_re exclude_re timeout scan_seconds scan_file config_directory spooldir "  \
	"sample accounts logfile logdir log_timezone journal syslog_name history local ignore "    \
	"floor day_seconds limit_day_* guesses new_networks limit_u_* limit_l_* limit_c_* "        \
	"warning critical dontexclude ports clients fleet nodes node_seconds"

/*
 * Fields of which FIELD_warning may be set; first those of accounts, devices and mount points,
 * which come and go.
 */
#define SETTINGS_SHARED_FIELDS                                                                     \
	"u_* l_* c_* _* others second third fourth fifth "                                         \
	"busiest failures accounts backend broken_in most total active over_limit "                \
	"unusual blocked most_recipients most_addresses "                                          \
	"most_day most_networks most_senders most_external over_limit_day "                        \
	"deferred maildrop incoming corrupt hold age_active age_deferred age_maildrop "            \
	"age_incoming age_corrupt age_hold size_active size_deferred size_maildrop "               \
	"size_incoming size_corrupt size_hold volume delivered r_* "                               \
	"busiest_64 established half_open addresses "                                              \
	"reputation content unknown_user full greylisted connection other unknown d_* "            \
	"locks alarms silent"

#endif
