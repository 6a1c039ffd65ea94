#include "os/users.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"

enum { PASSWD_MAX = 16 << 20 };

/* What stands before the next ':'; a password can be empty. */
static bool take(struct raw *line, struct raw *ret)
{
	size_t n = raw_find(*line, ':');

	if (n == line->n)
		return false;
	*ret = raw_from(line->p, n);
	*line = raw_skip(*line, n + 1);
	return true;
}

void users_name(const struct host *h, uint64_t uid, char ret[USERS_NAME])
{
	struct fault why = { 0 };
	struct raw text;
	struct raw rest;
	struct raw line;

	ret[0] = '\0';
	if (host_read(h, "/etc/passwd", PASSWD_MAX, &text, &why) < 0)
		return;
	rest = text;
	while (!*ret && raw_word(&rest, "\n", &line)) {
		struct raw name;
		struct raw password;
		struct raw number;
		uint64_t n;

		if (take(&line, &name) && take(&line, &password) && take(&line, &number) &&
		    num_from(number, &n) && n == uid && name.n < USERS_NAME)
			snprintf(ret, USERS_NAME, "%.*s", (int)name.n, name.p);
	}
	free((char *)text.p);
}
