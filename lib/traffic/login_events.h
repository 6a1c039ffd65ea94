/*
 * login_events: lines that tell of logins: smtpd's that one failed, and those of Dovecot and of
 * Cyrus' saslauthd, which know the user where Postfix does not name him.
 *
 * User and mechanism are the client's text. So what is taken stands where only the program itself
 * writes: smtpd's line from the left up to ", sasl_username=", which stands behind all that it
 * says itself; the lines of the others from the right.
 */
#ifndef SW_TRAFFIC_LOGIN_EVENTS_H
#define SW_TRAFFIC_LOGIN_EVENTS_H

#include "base/raw.h"

enum { LOGIN_NAME = 100 }; /* bytes that Postfix logs of a user (smtpd/smtpd_sasl_glue.c) */

/* All borrowed. */
struct login_failure {
	struct sw_raw address; /* n is 0 where smtpd does not know it */
	struct sw_raw user;    /* n is 0: it names no account */
	bool silent;	       /* this release says no user, whoever it was */
	bool backend;	       /* the authentication server did not answer: nobody guessed */
	bool unclear;	       /* it did not, if login_is_lost() was true of a line just before */
};

/*
 * smtpd (smtpd/smtpd_sasl_glue.c, 2.11 to 3.12):
 *     warning: NAME[ADDR][:PORT]: SASL METHOD authentication failed: REASON[, sasl_username=U]
 * U since 3.5.22, 3.6.12, 3.7.8, 3.8.3 and 3.9; "(unavailable)" and an empty one are nobody, as is
 * any U of a METHOD that is no name of a mechanism (RFC 4422: at most 20 of [A-Z0-9_-]): the
 * client's text, in quotes, can hold all of the line. False for every other text, such as
 * "authentication aborted" and what the SASL library says beside it ("warning: SASL authentication
 * failure: ...").
 */
bool login_failure(struct sw_raw text, struct login_failure *ret);

/*
 * smtpd: the authentication server can't be reached (xsasl_dovecot_server.c: "warning: SASL:
 * Connect to private/auth failed: ..."; Cyrus SASL: "cannot connect to saslauthd server"). The
 * failure that follows does not always say so.
 */
bool login_is_lost(struct sw_raw text);

/* A refused login in a line of another program. All borrowed. */
struct login_refusal {
	struct sw_raw user;
	struct sw_raw address; /* n is 0: not said */
	struct sw_raw by;      /* which database refused: "passwd-file", "sql" */
	bool session; /* of a login process of Dovecot's own (imap-login): none of Postfix's */
};

/*
 * Dovecot (with auth_verbose = yes), the text behind its tag:
 *     auth: DB(USER,ADDR[,master][,<SESSION>]): WHY                                  2.2, 2.3
 *     auth-worker(PID): [conn unix:...: auth-worker<N>: ]DB(USER,ADDR...): WHY
 *     auth(USER,ADDR,sasl:MECH[,...])[<SESSION>]: DB: WHY                                 2.4
 *     auth-worker(USER,ADDR,sasl:MECH[,...])<PID>[<SESSION>]: request [N]: DB: WHY
 * In a log of its own the level stands behind the service: "auth: Info: DB(...", "...): Info: DB:
 * ". WHY is one of those that a wrong name or password has. USER may hold any of it, so the last
 * place counts that fits; a password that auth_verbose_passwords shows stands behind it.
 */
bool login_dovecot_refused(struct sw_raw text, struct login_refusal *ret);

/*
 * Dovecot's login processes (imap-login, pop3-login, managesieve-login, submission-login):
 *     imap-login: Login: user=<USER>, method=PLAIN, rip=ADDR, lip=ADDR, ...
 * "Logged in" in place of "Login" in some. rip is the last one before the last lip.
 */
bool login_dovecot_entered(struct sw_raw text, struct sw_raw *user, struct sw_raw *address);

/* May it be one, as it stands in a log that others write to as well? Most lines are none. */
bool login_dovecot_may_enter(struct sw_raw text);

/*
 * saslauthd (saslauthd/saslauthd-main.c, do_auth()), of the service that Postfix is:
 *     do_auth         : auth failure: [user=U] [service=smtp] [realm=R] [mech=M] [reason=WHY]
 * It knows no address. The user is U, or U@R: into buf, of LOGIN_NAME bytes.
 */
bool login_saslauthd_refused(struct sw_raw text, char *buf, struct login_refusal *ret);

#endif
