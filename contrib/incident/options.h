/*
 * options: the command line, `spoolwatch VERB [OPTIONS] [--] [ACCOUNT]`, with GNU long options
 * anywhere. Behind "--" all is a name: an account may be called "--yes".
 */
#ifndef SW_INCIDENT_OPTIONS_H
#define SW_INCIDENT_OPTIONS_H

#include "base/fault.h"

/* sysexits(3) has 77 for what a user may not do. */
enum exit_code { EXIT_DONE = 0, EXIT_PARTLY = 1, EXIT_USAGE = 2, EXIT_NOT_PERMITTED = 77 };

/* What messages are told by. */
enum options_by {
	BY_ACCOUNT,
	BY_CLIENT,
	BY_SENDER,
	BY_UID,
	BY_DOMAIN, /* of recipients */
	BY_REASON,
	BY_KINDS
};

extern const char *const options_by_name[BY_KINDS]; /* "account", ... */

/* Options of which a verb takes some; -c, --json, --help and --version are everybody's. */
enum {
	TAKES_ACCOUNT = 1, /* ACCOUNT */
	TAKES_SELECT = 2,  /* --client, --sender, --uid in its place */
	TAKES_YES = 4,
	TAKES_TOP = 8,
	TAKES_BY = 16,
	TAKES_DIRECTORY = 32, /* may have a directory */
	TAKES_INIT = 64,      /* --init in place of ACCOUNT */
	TAKES_DAY = 256,      /* --day in place of ACCOUNT */
	TAKES_SAVE = 512,     /* --save DIR */
	TAKES_CONFIG = 128,   /* wants --config, may have --once */
};

struct options {
	const char *config_directory; /* -c, an absolute path; NULL: Postfix's own */
	bool json;
	bool yes;
	bool init;
	bool day;
	const char *save;   /* --save; NULL: not given */
	size_t top;	    /* --top, at least 1; 0: not given */
	enum options_by by; /* --by; or by what `value` selects */
	const char *value;  /* ACCOUNT, the argument of --client, --sender or --uid; NULL: none */
	uint64_t uid;	    /* --uid */
	const char *guard_config; /* --config, an absolute path; NULL: not given */
	bool once;
	bool help;
	bool version;
};

struct run;

/* A verb: a row of the table in main.c. */
struct verb {
	const char *name;
	unsigned takes;
	int (*run)(struct run *r); /* the exit code; what there is to say was said */
	const char *arguments;	   /* for the usage */
	const char *about;	   /* one line */
};

/*
 * Read the command line against the table, whose last row has no name. *verb is NULL where none was
 * given. Returns 0, or -EINVAL with a sentence. What ret->value points at is argv's.
 */
int options_read(int argc, char **argv, const struct verb *verbs, const struct verb **verb,
		 struct options *ret, struct sw_fault *why) SW_CHECK;

#endif
