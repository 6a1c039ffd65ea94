#include "postfix/spool.h"

#include <errno.h>
#include <stdio.h>

int queue_directory(const struct sw_host *h, const char *config_directory, char ret[MAINCF_VALUE],
		    struct sw_fault *why)
{
	int n = maincf_get(h, config_directory, "queue_directory", ret, MAINCF_VALUE, why);

	if (n == -ENOENT) {
		*why = (struct sw_fault){ 0 };
		snprintf(ret, MAINCF_VALUE, "%s", "/var/spool/postfix");
		return 0;
	}
	return n < 0 ? n : 0;
}
