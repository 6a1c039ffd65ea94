/*
 * What to type next: who sends or has queued too much, else the account that was broken into last,
 * and is not locked yet; else what explains a full disk; else nothing. No command acts as it stands
 * here: that takes --yes.
 */
#include <stdlib.h>

#include "base/num.h"
#include "incident/say.h"
#include "incident/screen.h"
#include "postfix/account.h"

/* As the plugins' own levels have it: messages a minute; and what a queue of one's own is. */
enum { RATE = 20, QUEUED = 100 };
static const double most_of_it = 0.5;

static void begin(FILE *to, const struct screen *s, const char *verb)
{
	const char *given = s->run->options->config_directory;

	fprintf(to, "spoolwatch %s", verb);
	if (given) {
		fputs(" -c ", to);
		say_shell(to, raw_of(given));
	}
}

static void add_name(FILE *to, struct sw_raw name)
{
	fputs(name.n > 0 && name.p[0] == '-' ? " -- " : " ", to);
	say_shell(to, name);
}

/* Of a longer one the tables have kept the beginning alone. */
enum { NAME = TRAFFIC_NAME };
_Static_assert((int)BREAK_IN_NAME >= (int)NAME && (int)QUEUE_OWNERS_NAME >= (int)NAME,
	       "all tables");

static bool is_alarming(const struct screen *s, const struct screen_account *row)
{
	const double all = s->queues.why.code ? 0 : (double)s->queues.owners.messages;

	/* of one that is blocked the rate is that of before */
	return (row->now > RATE * SCREEN_MINUTES && !screen_locks_has(&s->locks, row->key)) ||
	       (row->queued >= QUEUED && row->queued > most_of_it * all);
}

/*
 * Contain a login, and of one that is blocked see what is held; hold what a local user has sent. Of
 * a client that did not log in, which may be a content filter or a host of our own, see whose it
 * is. False: nothing is told by that.
 */
static bool say_act(FILE *to, const struct screen *s, struct sw_raw key)
{
	uint64_t uid;

	if (key.n >= NAME)
		return false;
	switch (account_kind(key)) {
	case SW_ACCOUNT_LOGIN:
		begin(to, s, screen_locks_has(&s->locks, key) ? "delete" : "contain");
		add_name(to, key);
		return true;
	case SW_ACCOUNT_UID:
		if (!account_uid_of(key, &uid))
			return false;
		begin(to, s, "hold");
		fprintf(to, " --uid %llu", (unsigned long long)uid);
		return true;
	case SW_ACCOUNT_CLIENT:
		begin(to, s, "who --by sender");
		return true;
	case SW_ACCOUNT_LOCAL:
		break;
	}
	return false;
}

static bool say_broken(FILE *to, const struct screen *s)
{
	for (size_t i = 0; i < s->accounts.broken_n; i++) {
		const struct break_in *one = s->accounts.broken[i];
		struct sw_raw key = raw_from(one->name, one->name_n);

		if (key.n > 0 && !screen_locks_has(&s->locks, key) && say_act(to, s, key))
			return true;
	}
	return false;
}

static bool say_alarming(FILE *to, const struct screen *s)
{
	for (size_t i = 0; i < s->accounts.n; i++) {
		const struct screen_account *row = &s->accounts.row[i];

		if (is_alarming(s, row) && say_act(to, s, row->key))
			return true;
	}
	return false;
}

char *screen_next(const struct screen *s)
{
	char *text = NULL;
	size_t n;
	FILE *to = open_memstream(&text, &n);

	if (!to)
		return NULL;
	if (!say_alarming(to, s) && !say_broken(to, s) &&
	    screen_disk_is_full(&s->disks.disk[0])) { /* where there is none, it is not full */
		begin(to, s, "inodes");
		add_name(to, screen_disk_use(&s->disks.disk[0]).mount);
	}
	if (fclose(to) != 0) {
		free(text);
		text = NULL;
	}
	return text;
}
