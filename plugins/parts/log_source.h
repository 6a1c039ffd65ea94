/* log_source: what every plugin needs that reads the mail log. */
#ifndef SW_PARTS_LOG_SOURCE_H
#define SW_PARTS_LOG_SOURCE_H

#include "log/source.h"
#include "munin/munin.h"

#define LOG_SOURCE_SETTINGS                                                                        \
	{ "logfile", SW_MUNIN_TEXT, NULL,                                                          \
	  .help = "the mail log, or several, or a pattern such as mail/*.log; by default "         \
		  "main.cf's maillog_file, else of the usual names in logdir the one that "        \
		  "Postfix writes to; rotated files beside it and in old/ or archive/ come "       \
		  "with it, also .gz .xz .zst .bz2, no others" },                                  \
		{ "logdir", SW_MUNIN_TEXT, LOG_DIRECTORY,                                          \
		  .help = "directory of a log whose path is relative, and of the usual names" },   \
		{ "log_timezone", SW_MUNIN_TEXT, NULL,                                             \
		  .help = "time zone of stamps that name none, such as UTC, Europe/Berlin or "     \
			  "+05:30; by default that of this host" },                                \
		{ "journal", SW_MUNIN_CHOICE, "auto",                                              \
		  .help = "read the systemd journal: yes, no, or auto (when no log file has "      \
			  "heard Postfix in ten minutes)",                                         \
		  .words = "auto yes no" },                                                        \
		{ "config_directory", SW_MUNIN_TEXT, "/etc/postfix",                               \
		  .help = "directory of main.cf" },                                                \
	{                                                                                          \
		"syslog_name", SW_MUNIN_TEXT, NULL,                                                \
			.help = "Perl-compatible patterns of the syslog_name of the instance, "    \
				"such as ^postfix-out; by default all"                             \
	}

struct patterns;

/* The Postfix instance whose log it is, and which lines of the log are its own. */
struct log_source {
	struct sw_munin *m;
	struct spool spool;
	struct patterns *syslog_name;
	bool confined;
	struct sw_fault bad_name; /* .code not 0: with such patterns nothing is known, not 0 */
};

/* *s is the caller's, to end with log_source_end(). What can't be known, who asks is told. */
void log_source_begin(struct log_source *s, struct sw_munin *m);
void log_source_end(struct log_source *s);

/*
 * What log_read() needs, by the settings; good until log_source_end(). The first log_read() with it
 * confines the process (os/confine.h): state files are to be open by then.
 */
struct log_where log_source_where(struct log_source *s);

/*
 * The same, for a plugin that counts what is read; it complains of an env.config_directory that is
 * none, where the log is named so that nothing else would tell.
 */
struct log_where log_source_complain(struct log_source *s);

/*
 * Into *ret what log_read() came to, which returned rc and *why. Its .code is 0 where what was read
 * counts; it failed for want of memory, or because the zone is none. Patterns of a name that can't
 * be read match no message: then nothing is known, not 0.
 */
void log_source_judge(const struct log_source *s, int rc, const struct sw_fault *why,
		      struct sw_fault *ret);

/* Note for who reads the graph which log was read, and why it. */
void log_source_note(struct sw_munin *m, const struct log_report *report);

/* The `probe` of a plugin: is there a log that tells of Postfix? */
int log_source_probe(struct sw_munin *m, struct sw_fault *why);

#endif
