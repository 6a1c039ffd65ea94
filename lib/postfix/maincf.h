/*
 * maincf: what the main.cf of a Postfix instance says (postconf(5); Postfix's util/readlline.c,
 * util/split_nameval.c).
 *
 * A file is read once. Values are expanded here (expand.h); postconf(1) is run at most once for a
 * main.cf, and only for a value that refers to what neither main.cf nor the list below says.
 */
#ifndef SW_POSTFIX_MAINCF_H
#define SW_POSTFIX_MAINCF_H

#include "os/host.h"

/* What the rest of the house wants to know of a main.cf. */
enum maincf_parameter {
	MAINCF_QUEUE_DIRECTORY,		   /* default /var/spool/postfix */
	MAINCF_MAILLOG_FILE,		   /* default empty */
	MAINCF_MULTI_INSTANCE_DIRECTORIES, /* default empty */
	MAINCF_MULTI_INSTANCE_NAME,	   /* default empty */
	MAINCF_SYSLOG_NAME,		   /* default: the instance's name, or postfix */
	MAINCF_MAIL_OWNER,		   /* default postfix */
	MAINCF_PARAMETERS
};

enum maincf_state {
	MAINCF_READ,
	MAINCF_EMPTY,	     /* legal: all is Postfix's default */
	MAINCF_DAMAGED,	     /* text, but not a line that sets anything: of NULs, of prose */
	MAINCF_ABSENT,	     /* the directory is there, main.cf is not */
	MAINCF_NO_DIRECTORY, /* nor is the directory */
};

struct maincf;

/*
 * Read CONFIG_DIRECTORY/main.cf of the host, at most 4 MiB. Returns 0 with *ret to be closed, also
 * when there is no main.cf (then all is default, ask maincf_state()); -errno when there is one that
 * can't be read (-EACCES, -EISDIR, -EFBIG, -ENOMEM). Any bytes are legal input.
 */
int maincf_open(const struct sw_host *h, const char *config_directory, struct maincf **ret,
		struct sw_fault *why) SW_CHECK;

/* The same from a text, which is copied. NULL: no memory. */
struct maincf *maincf_parse(const char *config_directory, struct sw_raw text);

void maincf_close(struct maincf *m);

enum maincf_state maincf_state(const struct maincf *m);

/* CONFIG_DIRECTORY/main.cf as it was asked for; lives as long as *m. */
const char *maincf_path(const struct maincf *m);

/*
 * A parameter as it stands in main.cf, of any name, not expanded: continuation lines joined by one
 * blank, the last assignment wins, what follows a NUL is not seen. NULL when main.cf does not set
 * it; the text lives as long as *m.
 */
const char *maincf_text(const struct maincf *m, const char *name);

/*
 * A parameter as `postconf -x` says it, Postfix's default when main.cf does not set it; without
 * blanks at both ends, at most EXPAND_MAX bytes. *ret lives as long as *m. Without a host (NULL)
 * postconf is not run: -ENODATA where it would be. Returns 0, or -errno with one sentence that
 * names main.cf, the parameter and the cause: -EINVAL when Postfix would not take it either or it
 * differs from process to process; -EIO, -ETIME when postconf had to be run and failed.
 */
int maincf_value(struct maincf *m, const struct sw_host *h, enum maincf_parameter parameter,
		 const char **ret, struct sw_fault *why) SW_CHECK;

#endif
