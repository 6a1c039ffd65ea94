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

/* Keys; borrowed from buf. A longer login is cut. */
struct sw_raw account_login(struct sw_raw login, char buf[ACCOUNT_KEY]);
struct sw_raw account_uid(uint64_t uid, char buf[ACCOUNT_KEY]);
struct sw_raw account_client(struct sw_raw address, char buf[ACCOUNT_KEY]);
struct sw_raw account_local(char buf[ACCOUNT_KEY]); /* made on this host, it is not known by whom */

enum sw_account_kind account_kind(struct sw_raw key);

/* The number in the key of a user ID; false for any other key. */
bool account_uid_of(struct sw_raw key, uint64_t *ret);

/*
 * For people: "alice@example.com", "uid 33 www-data" (the name from the host's passwd), "client
 * 198.51.100.7", "local mail" (of a user, or Postfix's own). A login with blanks or commas stands
 * in [ ], so that none can pass for another kind.
 */
struct sw_label account_name(const struct sw_host *h, struct sw_raw key);

/* A message of which only the first queue ID is known, and whose account is looked for. */
enum { ACCOUNT_SOUGHT_ID = 32, ACCOUNT_SOUGHT_KEY = 320 };

struct account_sought {
	char id[ACCOUNT_SOUGHT_ID];   /* in: a queue ID, terminated */
	char key[ACCOUNT_SOUGHT_KEY]; /* out: the account's key */
	size_t key_n;		      /* out: its length; 0: not found */
};

#endif
