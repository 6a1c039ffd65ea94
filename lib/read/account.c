#include "read/account.h"

#include <stdio.h>

#include "base/num.h"
#include "os/users.h"

/* First bytes of keys that are no login. */
enum { MARK_UID = '\1', MARK_CLIENT = '\2', MARK_LOCAL = '\3' };

struct raw account_login(struct raw login, char buf[ACCOUNT_KEY])
{
	size_t n = login.n < ACCOUNT_KEY ? login.n : ACCOUNT_KEY;

	for (size_t i = 0; i < n; i++)
		buf[i] = login.p[i] >= 'A' && login.p[i] <= 'Z' ? (char)(login.p[i] | 0x20)
								: login.p[i];
	/* 3.0 to 3.8 of Postfix pass what is no UTF-8, but never a control character */
	if (n > 0 && (unsigned char)buf[0] < ' ')
		buf[0] = '?';
	return raw_from(buf, n);
}

struct raw account_uid(uint64_t uid, char buf[ACCOUNT_KEY])
{
	int n = snprintf(buf, ACCOUNT_KEY, "%c%llu", MARK_UID, (unsigned long long)uid);

	return raw_from(buf, (size_t)n);
}

struct raw account_client(struct raw address, char buf[ACCOUNT_KEY])
{
	size_t n = address.n < ACCOUNT_KEY - 1 ? address.n : ACCOUNT_KEY - 1;

	buf[0] = MARK_CLIENT;
	if (n > 0)
		memcpy(buf + 1, address.p, n);
	return raw_from(buf, n + 1);
}

struct raw account_local(char buf[ACCOUNT_KEY])
{
	buf[0] = MARK_LOCAL;
	return raw_from(buf, 1);
}

enum account_kind account_kind(struct raw key)
{
	switch (key.n > 0 ? key.p[0] : 0) {
	case MARK_UID:
		return ACCOUNT_UID;
	case MARK_CLIENT:
		return ACCOUNT_CLIENT;
	case MARK_LOCAL:
		return ACCOUNT_LOCAL;
	default:
		return ACCOUNT_LOGIN;
	}
}

struct label account_name(const struct host *h, struct raw key)
{
	struct label name = label_new();
	char user[USERS_NAME] = "";
	uint64_t uid;

	switch (account_kind(key)) {
	case ACCOUNT_UID:
		if (num_from(raw_skip(key, 1), &uid))
			users_name(h, uid, user);
		label_print(&name, "uid ");
		label_add(&name, raw_skip(key, 1));
		label_print(&name, "%s%s", *user ? " " : "", user);
		break;
	case ACCOUNT_CLIENT:
		label_print(&name, "client ");
		label_add(&name, raw_skip(key, 1));
		break;
	case ACCOUNT_LOCAL:
		label_print(&name, "local mail");
		break;
	case ACCOUNT_LOGIN:
		label_add_name(&name, key);
		break;
	}
	return name;
}

const char *account_prefix(struct raw key)
{
	switch (account_kind(key)) {
	case ACCOUNT_CLIENT:
		return "c_";
	case ACCOUNT_UID:
	case ACCOUNT_LOCAL:
		return "l_";
	case ACCOUNT_LOGIN:
		break;
	}
	return "u_";
}
