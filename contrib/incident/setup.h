/*
 * setup: what an instance of Postfix is told about its blocks: its main.cf and master.cf, what it
 * can read, and its own commands.
 */
#ifndef SW_INCIDENT_SETUP_H
#define SW_INCIDENT_SETUP_H

#include "incident/master.h"
#include "incident/run.h"

enum { SETUP_PATH = 1024 };

struct setup {
	const struct run *run;
	char config_directory[SETUP_PATH];
	char command_directory[SETUP_PATH];
	bool utf8;	/* smtputf8_enable */
	bool lmdb;	/* postconf -m names it */
	bool regexp;	/* and it */
	bool ours_only; /* -c was given */
	struct maincf *main;
	struct sw_raw master; /* the text of master.cf, ours */
};

/*
 * Ask postconf(1), read main.cf and master.cf. Returns 0, -EPERM when we are not root, -EINVAL for
 * a copied host, -errno. To be closed in any case.
 */
int setup_open(const struct run *r, struct setup *ret, struct sw_fault *why) SW_CHECK;
void setup_close(struct setup *s);

/* Read main.cf again. */
int setup_again(struct setup *s, struct sw_fault *why) SW_CHECK;

/*
 * The value of a parameter for a service, as smtpd(8) sees it: its -o or main.cf's, what it refers
 * to looked up in the same order. `otherwise` is Postfix's default. Freed by the caller. 0, -errno
 * as expand().
 */
int setup_value(struct setup *s, const struct master_service *service, const char *parameter,
		const char *otherwise, char **ret, struct sw_fault *why) SW_CHECK;

/*
 * Run a command of Postfix (postmap, postfix, postconf) for this instance: argv[0] is its name,
 * argv[1] and [2] are filled in with -c and the directory. As child_run().
 */
int setup_command(const struct setup *s, const char **argv, struct sw_raw in, char *said,
		  struct sw_fault *why) SW_CHECK;

/* Does its master(8) run? 1, 0 or -errno. */
int setup_runs(const struct setup *s, struct sw_fault *why) SW_CHECK;

/* `postfix reload`, where it runs. 0: done, or it does not run. */
int setup_reload(const struct setup *s, struct sw_fault *why) SW_CHECK;

#endif
