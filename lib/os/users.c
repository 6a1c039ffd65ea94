#include "os/users.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"

enum { PASSWD_MAX = 16 << 20 };

/* What stands before the next ':'; a password can be empty. */
static bool take(struct sw_raw *line, struct sw_raw *ret)
{
	size_t n = raw_find(*line, ':');

	if (n == line->n)
		return false;
	*ret = raw_from(line->p, n);
	*line = raw_skip(*line, n + 1);
	return true;
}

void users_name(const struct sw_host *h, uint64_t uid, char ret[USERS_NAME])
{
	struct sw_fault why = { 0 };
	struct sw_raw text;
	struct sw_raw rest;
	struct sw_raw line;

	ret[0] = '\0';
	if (host_read(h, "/etc/passwd", PASSWD_MAX, &text, &why) < 0)
		return;
	rest = text;
	while (!*ret && raw_word(&rest, "\n", &line)) {
		struct sw_raw name;
		struct sw_raw password;
		struct sw_raw number;
		uint64_t n;

		if (take(&line, &name) && take(&line, &password) && take(&line, &number) &&
		    num_from(number, &n) && n == uid && name.n < USERS_NAME)
			snprintf(ret, USERS_NAME, "%.*s", (int)name.n, name.p);
	}
	free((char *)text.p);
}
