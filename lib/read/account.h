/*
 * account: who puts mail into Postfix, as a key that tells one from another: a SASL login, a local
 * user ID, or the address of a client that did not log in.
 *
 * A key is bytes: a login as it is, with ASCII letters in lower case (an attacker who varies the
 * case of a login that the backend takes anyway must not split his count); for the others a mark
 * that no login can hold (Postfix replaces control characters, util/printable.c), then text.
 */
#ifndef SW_ACCOUNT_H
#define SW_ACCOUNT_H

#include "os/host.h"

enum {
	ACCOUNT_KEY = 2048
}; /* bytes of a key; Postfix cuts a log text at 2000, a login is shorter */

enum account_kind { ACCOUNT_LOGIN, ACCOUNT_UID, ACCOUNT_CLIENT, ACCOUNT_LOCAL };

/* Keys; borrowed from buf. A longer login is cut. */
struct raw account_login(struct raw login, char buf[ACCOUNT_KEY]);
struct raw account_uid(uint64_t uid, char buf[ACCOUNT_KEY]);
struct raw account_client(struct raw address, char buf[ACCOUNT_KEY]);
struct raw account_local(char buf[ACCOUNT_KEY]); /* made on this host, it is not known by whom */

enum account_kind account_kind(struct raw key);

/*
 * For people: "alice@example.com", "uid 33 www-data" (the name from the host's passwd), "client
 * 198.51.100.7", "local mail" (of a user, or Postfix's own). A login with blanks or commas stands
 * in [ ], so that none can pass for another kind.
 */
struct label account_name(const struct host *h, struct raw key);

/* The prefix of its Munin field: "u_" a login, "l_" local, "c_" a client. */
const char *account_prefix(struct raw key);

#endif
