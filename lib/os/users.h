/* users: login names of the host's user IDs, from its /etc/passwd (passwd(5)). */
#ifndef SW_USERS_H
#define SW_USERS_H

#include "os/host.h"

enum { USERS_NAME = 64 };

/*
 * The name of a user ID into `ret`, "" when /etc/passwd has none or can't be read: users of a
 * directory service are not asked for, that could block.
 */
void users_name(const struct sw_host *h, uint64_t uid, char ret[USERS_NAME]);

#endif
