#include "parts/account_field.h"

static const char *prefix_of(struct sw_raw key)
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

struct sw_field account_field(struct sw_raw key)
{
	return sw_field_hashed(prefix_of(key), key);
}
