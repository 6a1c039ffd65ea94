#include "parts/account_field.h"

static const char *prefix_of(struct sw_raw key)
{
	switch (account_kind(key)) {
	case SW_ACCOUNT_CLIENT:
		return "c_";
	case SW_ACCOUNT_UID:
	case SW_ACCOUNT_LOCAL:
		return "l_";
	case SW_ACCOUNT_LOGIN:
		break;
	}
	return "u_";
}

struct sw_field account_field(struct sw_raw key)
{
	return sw_field_hashed(prefix_of(key), key);
}
