#include "traffic/dovecot_log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "log/own.h"
#include "os/clock.h"

enum {
	LOGINS_MOST = 1 << 17,
	BYTES_MOST = 8 << 20,
	PATH = 4096,
	LINES_A_LOOK = 256, /* at the clock */
	AHEAD = 120,	    /* seconds that a stamp may lie in the future */
	LATELY = 4096,	    /* logins of which it is known when they were last */
	AGAIN = 60,	    /* seconds in which one counts once */
};

/* Pieces of d->bytes, one behind the other: user, address, database. */
struct login {
	int64_t time;
	uint32_t at, number;
	uint16_t user, address, by;
	bool refused;
};

struct dovecot_log {
	struct login *login;
	size_t n, room, next;
	char *bytes;
	size_t used, bytes_room;
	int64_t since, end, by;
	int64_t until;
	struct sw_fault why;
	uint64_t lines;
	bool no_memory;
	struct {
		uint64_t hash;
		int64_t time;
	} lately[LATELY];
};

static bool grow(struct dovecot_log *d, void *array, size_t *room, size_t need, size_t size,
		 size_t most)
{
	size_t more = *room ? *room : 1024;
	void *grown;

	while (more < need)
		more *= 2;
	if (need <= *room)
		return true;
	if (need > most)
		return false;
	grown = realloc(*(void **)array, more * size);
	d->no_memory = !grown;
	if (!grown)
		return false;
	*(void **)array = grown;
	*room = more;
	return true;
}

static uint16_t put(struct dovecot_log *d, struct sw_raw text)
{
	if (text.n > 0)
		memcpy(d->bytes + d->used, text.p, text.n);
	d->used += text.n;
	return (uint16_t)text.n;
}

static struct sw_raw cut(struct sw_raw text, size_t most)
{
	text.n = text.n < most ? text.n : most;
	return text;
}

/* False when there is no room. */
static bool keep(struct dovecot_log *d, int64_t time, const struct login_refusal *line,
		 bool refused)
{
	struct sw_raw user = cut(line->user, 2 * LOGIN_NAME);
	struct sw_raw address = cut(line->address, 64);
	struct sw_raw by = cut(line->by, 64);
	struct login *login;

	if (!grow(d, &d->login, &d->room, d->n + 1, sizeof(*d->login), LOGINS_MOST) ||
	    !grow(d, &d->bytes, &d->bytes_room, d->used + user.n + address.n + by.n, 1, BYTES_MOST))
		return false;
	login = &d->login[d->n];
	*login = (struct login){ .time = time,
				 .at = (uint32_t)d->used,
				 .number = (uint32_t)d->n++,
				 .refused = refused };
	login->user = put(d, user);
	login->address = put(d, address);
	login->by = put(d, by);
	return true;
}

/* A mail program logs in again and again. */
static bool was_just_now(struct dovecot_log *d, struct sw_raw user, struct sw_raw address,
			 int64_t time)
{
	uint64_t hash = hash_bytes(
		(struct hash_key){ hash_bytes((struct hash_key){ 0, 0 }, address), 1 }, user);
	size_t i = hash % LATELY;
	bool is = d->lately[i].hash == hash && time >= d->lately[i].time &&
		  time - d->lately[i].time < AGAIN;

	if (!is) {
		d->lately[i].hash = hash;
		d->lately[i].time = time;
	}
	return is;
}

static int take(int64_t time, struct sw_raw text, void *ctx)
{
	struct dovecot_log *d = ctx;
	struct login_refusal line = { .session = false };
	bool fits = true;

	if (d->lines++ % LINES_A_LOOK == 0 && clock_ms() > d->by) {
		d->until = time < d->until ? time : d->until;
		return 1;
	}
	if (time < d->since || time >= d->end || time >= d->until)
		return 0;
	if (login_dovecot_refused(text, &line))
		fits = line.session || line.user.n == 0 || keep(d, time, &line, true);
	else if (login_dovecot_entered(text, &line.user, &line.address) &&
		 !was_just_now(d, line.user, line.address, time))
		fits = keep(d, time, &line, false);
	if (fits)
		return 0;
	d->until = time;
	return 1;
}

static int by_time(const void *a, const void *b)
{
	const struct login *x = a;
	const struct login *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static int read_one(struct dovecot_log *d, const struct sw_host *h, const char *path, bool named,
		    const struct log_zone *zone, struct sw_fault *why)
{
	struct log_own own;
	size_t before = d->n;
	int rc = log_own_read(h, path, zone, d->since, d->by, take, d, &own, why);

	if (d->no_memory)
		rc = sw_fault_errno(why, ENOMEM, "read %s", path);
	if (rc < 0)
		return rc;
	if (!own.found && named && !d->why.code)
		sw_fault(&d->why, ENOENT, "%s is not there", path);
	if (own.why.code && !d->why.code)
		d->why = own.why;
	if (own.last > h->now + AHEAD && !h->replayed) {
		d->n = before;
		sw_fault(&d->why, EINVAL, "the last stamp of %s lies in the future", path);
	}
	return 0;
}

static int read_names(struct dovecot_log *d, const struct sw_host *h,
		      const struct dovecot_log_where *where, const struct log_zone *zone,
		      struct sw_fault *why)
{
	bool named = where->names && *where->names;
	struct sw_raw rest = raw_of(named ? where->names
					  : "dovecot.log dovecot-info.log dovecot/dovecot.log "
					    "dovecot/dovecot-info.log");
	struct sw_raw word;
	int rc = 0;

	if (named && strcmp(where->names, "no") == 0)
		return 0;
	while (rc == 0 && raw_word(&rest, " \t", &word)) {
		char path[PATH];

		if (raw_starts(word, "/"))
			snprintf(path, sizeof(path), "%.*s", (int)word.n, word.p);
		else
			snprintf(path, sizeof(path), "%s/%.*s", where->directory, (int)word.n,
				 word.p);
		rc = read_one(d, h, path, named, zone, why);
	}
	return rc;
}

int dovecot_log_read(struct dovecot_log **ret, const struct sw_host *h,
		     const struct dovecot_log_where *where, int64_t since, int64_t end, int64_t by,
		     struct sw_fault *why)
{
	struct dovecot_log *d = calloc(1, sizeof(*d));
	struct log_zone zone;
	int rc;

	*ret = d;
	if (!d)
		return sw_fault_errno(why, ENOMEM, "read the log of Dovecot");
	d->since = since;
	d->end = end;
	d->by = by;
	d->until = INT64_MAX;
	/* a zone that is none is said by who reads Postfix's log */
	if (where->zone && log_zone_open(&zone, h, where->zone, &d->why) < 0)
		return 0;
	rc = read_names(d, h, where, where->zone ? &zone : NULL, why);
	if (where->zone)
		log_zone_close(&zone);
	if (d->n > 1)
		qsort(d->login, d->n, sizeof(*d->login), by_time);
	while (d->n > 0 && d->login[d->n - 1].time >= d->until)
		d->n--;
	return rc;
}

void dovecot_log_free(struct dovecot_log *d)
{
	if (d) {
		free(d->login);
		free(d->bytes);
	}
	free(d);
}

int64_t dovecot_log_until(const struct dovecot_log *d)
{
	return d->until;
}

const struct sw_fault *dovecot_log_why(const struct dovecot_log *d)
{
	return &d->why;
}

bool dovecot_log_next(struct dovecot_log *d, int64_t time, struct dovecot_login *ret)
{
	const struct login *login;
	const char *p;

	if (d->next == d->n || d->login[d->next].time > time)
		return false;
	login = &d->login[d->next];
	d->next++;
	p = d->bytes + login->at;
	*ret = (struct dovecot_login){ .time = login->time, .refused = login->refused };
	ret->line.user = raw_from(p, login->user);
	ret->line.address = raw_from(p + login->user, login->address);
	ret->line.by = raw_from(p + login->user + login->address, login->by);
	return true;
}
