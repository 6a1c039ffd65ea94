#include "postfix/account.h"

#include "base/eight.h"
#include "base/num.h"
#include "base/print.h"
#include "os/users.h"

/* First bytes of keys that are no login. */
enum { MARK_UID = '\1', MARK_CLIENT = '\2', MARK_LOCAL = '\3' };

/* Eight bytes with ASCII letters in lower case. */
static void lower_eight(const char *from, char *to)
{
	uint64_t x = eight_at(from);
	uint64_t low = x & EIGHT(0x7F); /* no byte carries into the next */
	uint64_t letters = (low + EIGHT(0x80 - 'A')) & ~(low + EIGHT(0x80 - 'Z' - 1)) & ~x;

	x |= (letters & EIGHT(0x80)) >> 2;
	memcpy(to, &x, sizeof(x));
}

struct sw_raw account_login(struct sw_raw login, char buf[ACCOUNT_KEY])
{
	enum { WORD = 8 };
	size_t n = login.n < ACCOUNT_KEY ? login.n : ACCOUNT_KEY;

	for (size_t i = 0; i + WORD <= n; i += WORD)
		lower_eight(login.p + i, buf + i);
	if (n >= WORD) /* the last ones, some of them a second time */
		lower_eight(login.p + n - WORD, buf + n - WORD);
	for (size_t i = 0; n < WORD && i < n; i++)
		buf[i] = login.p[i] >= 'A' && login.p[i] <= 'Z' ? (char)(login.p[i] | 0x20)
								: login.p[i];
	/* 3.0 to 3.8 of Postfix pass what is no UTF-8, but never a control character */
	if (n > 0 && (unsigned char)buf[0] < ' ')
		buf[0] = '?';
	return raw_from(buf, n);
}

struct sw_raw account_uid(uint64_t uid, char buf[ACCOUNT_KEY])
{
	int n = print_text(buf, ACCOUNT_KEY, "%c%llu", MARK_UID, (unsigned long long)uid);

	return raw_from(buf, (size_t)n);
}

struct sw_raw account_client(struct sw_raw address, char buf[ACCOUNT_KEY])
{
	size_t n = address.n < ACCOUNT_KEY - 1 ? address.n : ACCOUNT_KEY - 1;

	buf[0] = MARK_CLIENT;
	if (n > 0)
		memcpy(buf + 1, address.p, n);
	return raw_from(buf, n + 1);
}

struct sw_raw account_local(char buf[ACCOUNT_KEY])
{
	buf[0] = MARK_LOCAL;
	return raw_from(buf, 1);
}

enum sw_account_kind account_kind(struct sw_raw key)
{
	switch (key.n > 0 ? key.p[0] : 0) {
	case MARK_UID:
		return SW_ACCOUNT_UID;
	case MARK_CLIENT:
		return SW_ACCOUNT_CLIENT;
	case MARK_LOCAL:
		return SW_ACCOUNT_LOCAL;
	default:
		return SW_ACCOUNT_LOGIN;
	}
}

bool account_uid_of(struct sw_raw key, uint64_t *ret)
{
	return account_kind(key) == SW_ACCOUNT_UID && num_from(raw_skip(key, 1), ret);
}

struct sw_label account_name(const struct sw_host *h, struct sw_raw key)
{
	struct sw_label name = label_new();
	char user[USERS_NAME] = "";
	uint64_t uid;

	switch (account_kind(key)) {
	case SW_ACCOUNT_UID:
		if (account_uid_of(key, &uid))
			users_name(h, uid, user);
		sw_label_print(&name, "uid ");
		sw_label_add(&name, raw_skip(key, 1));
		sw_label_print(&name, "%s%s", *user ? " " : "", user);
		break;
	case SW_ACCOUNT_CLIENT:
		sw_label_print(&name, "client ");
		sw_label_add(&name, raw_skip(key, 1));
		break;
	case SW_ACCOUNT_LOCAL:
		sw_label_print(&name, "local mail");
		break;
	case SW_ACCOUNT_LOGIN:
		sw_label_add_name(&name, key);
		break;
	}
	return name;
}
