/* account_field: the Munin field of an account, the same in every graph of every plugin. */
#ifndef SW_PARTS_ACCOUNT_FIELD_H
#define SW_PARTS_ACCOUNT_FIELD_H

#include "munin/field.h"
#include "postfix/account.h"

/*
 * "u_" a login, "l_" local mail or a user ID, "c_" a client; then as sw_field_hashed(). It depends
 * on the account's key alone, so an account keeps its RRD.
 */
struct sw_field account_field(struct sw_raw key);

#endif
