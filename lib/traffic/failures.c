#include "traffic/failures.h"

#include <errno.h>
#include <stdlib.h>

#include "base/print.h"
#include "base/sparse.h"
#include "os/clock.h"
#include "postfix/account.h"
#include "traffic/events.h"
#include "traffic/role.h"

/* A line about the server stands this many seconds before the failure that it explains. */
enum { LOST_LAG = 2, REPEATED_MOST = 10000, MESSAGES_A_LOOK = 64 };

/* --- what a line is told to */

struct moment {
	int64_t time;
	int minute;		       /* of the window, or -1 */
	struct failures_kept *kept[2]; /* that do not have it yet */
};

static struct moment when(struct failures *f, int64_t time)
{
	int64_t end = f->start + 60 * (int64_t)f->minutes;
	struct moment at = { .time = time, .minute = -1 };
	bool is_one = f->kept == f->saved; /* which must not be told twice */

	if (time >= f->saved->until && (f->follows || time < f->start))
		at.kept[0] = f->saved;
	if (f->follows || time < 0 || time >= end)
		return at;
	if (time >= f->start && f->by_ms == 0)
		at.minute = (int)((time - f->start) / 60);
	if (time >= f->start && f->by_ms == 0 && !f->split) {
		if (!is_one)
			sparse_copy(f->saved, f->kept, sizeof(*f->kept));
		f->split = true;
	}
	if (f->split && time >= f->kept->until && !(is_one && time < f->start))
		at.kept[1] = f->kept;
	return at;
}

static void count(struct topk *table, struct sw_raw name, int minute, uint64_t n)
{
	struct failures_count *c = topk_count(table, name, n)->value;

	c->minute[minute] =
		(uint16_t)(n < (uint64_t)UINT16_MAX - c->minute[minute] ? c->minute[minute] + n
									: UINT16_MAX);
}

static struct sw_raw address_key(const struct network_address *address)
{
	return raw_from((const char *)address->byte, sizeof(address->byte));
}

static struct failures_uses *uses_of(struct failures *f, const struct failures_kept *kept)
{
	return &f->uses[kept != f->saved];
}

/* Names that smtpd would have cut alike are one here, as in break_in.c. */
static uint64_t login_hash(const struct failures *f, struct sw_raw key)
{
	return hash_bytes(f->host->secret,
			  raw_from(key.p, key.n < LOGIN_NAME ? key.n : LOGIN_NAME));
}

/* Of a use as long as it is one that break_in_use() need not be told of again; never 0. */
static uint64_t use_hash(const struct failures_kept *kept, const struct failures_uses *uses,
			 uint64_t account, struct sw_raw address, int64_t time)
{
	struct hash_key key = { account + uses->failed[account % FAILURES_USES],
				(uint64_t)(time / 86400) << 40 };

	key.k1 += uses->told + kept->in.lost;
	return hash_bytes(key, address) | 1;
}

static void keep_failure(struct failures *f, struct failures_kept *kept, struct sw_raw key,
			 const struct network_address *address, bool silent,
			 const struct moment *at)
{
	if (key.n > 0)
		kept->unnamed = 0;
	if (key.n > 0 && at->time > kept->named)
		kept->named = at->time;
	if (silent && at->time > kept->silent)
		kept->silent = at->time;
	if (silent && ++kept->unnamed >= FAILURES_BLIND && at->time > kept->blind)
		kept->blind = at->time;
	if (key.n == 0 || !address)
		return;
	uses_of(f, kept)->failed[login_hash(f, key) % FAILURES_USES]++;
	break_in_failure(&kept->in, key, address, at->time);
}

static void take_failure(struct failures *f, const struct login_failure *failure, uint64_t n,
			 const struct moment *at)
{
	struct network_address from;
	const struct network_address *address =
		network_address(failure->address, &from) ? &from : NULL;
	struct sw_raw user = failure->user;
	char buf[ACCOUNT_KEY];
	struct sw_raw key;
	bool silent = failure->silent && !login_names_take(f->names, address, at->time, &user);

	if (user.n > LOGIN_NAME)
		user.n = LOGIN_NAME;
	key = account_login(user, buf);
	if (f->told)
		f->told(&(struct failures_login){ .time = at->time,
						  .failed = true,
						  .silent = silent,
						  .user = user,
						  .address = address,
						  .n = n },
			f->told_ctx);
	for (uint64_t i = 0; i < n; i++)
		for (size_t k = 0; k < SW_COUNT(at->kept); k++)
			if (at->kept[k])
				keep_failure(f, at->kept[k], key, address, silent, at);
	if (at->minute < 0)
		return;
	f->failed[at->minute] += n;
	f->named[at->minute] += key.n > 0 ? n : 0;
	f->silent[at->minute] += silent ? n : 0;
	if (address)
		count(f->address, address_key(address), at->minute, n);
	if (key.n > 0)
		count(f->account, key, at->minute, n);
}

/* A message with an ID: does it stand here a second time? */
static void note_copy(struct failures *f, const struct event_client *client,
		      const struct moment *at)
{
	enum { LAG = 1 }; /* two programs round its time */
	uint32_t check = (uint32_t)hash_bytes((struct hash_key){ 0, 0 }, client->address);
	const struct idmap_value *known = idmap_get(f->ids, client->queue_id);
	bool copy = known && known->check == check && at->time - known->time <= LAG &&
		    known->time - at->time <= LAG;

	for (size_t k = 0; k < SW_COUNT(at->kept); k++)
		if (at->kept[k] && copy)
			at->kept[k]->copies++;
		else if (at->kept[k])
			at->kept[k]->ids++;
	if (!copy)
		idmap_put(f->ids, client->queue_id,
			  (struct idmap_value){
				  .row = UINT32_MAX, .check = check, .time = at->time });
}

/* In a file that is doubled, is it the second line of a failure? */
static bool is_second(struct failures *f, struct sw_raw text, int64_t time)
{
	const struct failures_kept *kept = f->split ? f->kept : f->saved;
	char name[48];
	struct idmap_value *known;
	int n;

	if (kept->copies <= kept->ids / 2)
		return false;
	n = print_text(name, sizeof(name), "FAILED %llx %llx",
		       (unsigned long long)hash_bytes((struct hash_key){ 0, 0 }, text),
		       (unsigned long long)time);
	known = idmap_get(f->ids, raw_from(name, (size_t)n));
	if (known) {
		known->flags ^= 1;
		return known->flags & 1;
	}
	idmap_put(f->ids, raw_from(name, (size_t)n),
		  (struct idmap_value){ .row = UINT32_MAX, .time = time });
	return false;
}

static void take_use(struct failures *f, struct sw_raw user, struct sw_raw address, bool message,
		     const struct moment *at)
{
	struct network_address from;
	bool is_read = false;
	char buf[ACCOUNT_KEY];
	struct sw_raw key;
	uint64_t account;

	if (user.n == 0)
		return;
	if (f->told) {
		if (!network_address(address, &from))
			return;
		is_read = true;
		f->told(&(struct failures_login){ .time = at->time,
						  .message = message,
						  .user = user,
						  .address = &from,
						  .n = 1 },
			f->told_ctx);
	}
	key = account_login(user, buf);
	account = login_hash(f, key);
	for (size_t k = 0; k < SW_COUNT(at->kept); k++) {
		struct failures_kept *kept = at->kept[k];
		struct failures_uses *uses = kept ? uses_of(f, kept) : NULL;
		uint64_t use = kept ? use_hash(kept, uses, account, address, at->time) : 0;
		uint64_t *seen = kept ? &uses->seen[use % FAILURES_USES] : NULL;

		if (!kept || *seen == use)
			continue;
		if (!is_read && !network_address(address, &from))
			return;
		is_read = true;
		*seen = use; /* which is another one when it has changed what was kept */
		uses->told += break_in_use(&kept->in, &f->where.rules, key, &from, at->time);
	}
}

static void take_smtpd(struct failures *f, const struct log_message *message,
		       const struct moment *at)
{
	struct sw_raw text = message->text;
	unsigned repeated = message->repeated;
	uint64_t n = repeated == 0 ? 1 : repeated < REPEATED_MOST ? repeated : REPEATED_MOST;
	struct login_failure failure;
	struct event_client client;

	if (!raw_starts(text, "warning: "))
		idmap_expect(f->ids, raw_from(text.p, raw_find(text, ':')));
	if (login_is_lost(text)) {
		f->lost = at->time;
	} else if (login_failure(text, &failure)) {
		bool lost = f->lost <= at->time && at->time - f->lost <= LOST_LAG;

		if (is_second(f, text, at->time))
			return;
		if (!failure.backend && !(failure.unclear && lost))
			take_failure(f, &failure, n, at);
		else if (at->minute >= 0)
			f->backend[at->minute] += n;
	} else if (event_client(text, &client)) {
		if (!raw_is(client.queue_id, "NOQUEUE"))
			note_copy(f, &client, at);
		take_use(f, client.user, client.address, true, at);
	}
}

/* --- other programs */

enum { OTHER_DOVECOT = 64, OTHER_SASLAUTHD };

static unsigned others(struct sw_raw tag)
{
	return raw_is(tag, "dovecot")	  ? OTHER_DOVECOT
	       : raw_is(tag, "saslauthd") ? OTHER_SASLAUTHD
					  : 0;
}

static void take_dovecot(struct failures *f, struct sw_raw text, const struct moment *at)
{
	struct login_refusal line;
	struct sw_raw user;
	struct sw_raw address;

	if (login_dovecot_refused(text, &line))
		login_names_add(f->names, &line, at->time);
	else if (login_dovecot_entered(text, &user, &address))
		take_use(f, user, address, false, at);
}

void failures_dovecot(struct failures *f, int64_t time)
{
	struct dovecot_login login;

	while (f->dovecot && dovecot_log_next(f->dovecot, time, &login)) {
		struct moment at = when(f, login.time);

		if (login.refused)
			login_names_add(f->names, &login.line, login.time);
		else
			take_use(f, login.line.user, login.line.address, false, &at);
	}
}

static void take_saslauthd(struct failures *f, struct sw_raw text, const struct moment *at)
{
	struct login_refusal line;
	char buf[LOGIN_NAME];

	if (login_saslauthd_refused(text, buf, &line))
		login_names_add(f->names, &line, at->time);
}

/* --- messages */

bool failures_may_matter(unsigned role, struct sw_raw text)
{
	if (role == ROLE_SMTPD)
		return raw_starts(text, "warning: ") ||
		       raw_starts(raw_skip(text, raw_find(text, ':')), ": client=");
	if (role == OTHER_DOVECOT)
		return raw_starts(text, "auth") || login_dovecot_may_enter(text);
	return role_may_matter(role, text);
}

/* Of older days nothing else matters. */
static unsigned older_role(struct sw_raw program)
{
	unsigned role = role_of(program);

	return role == ROLE_SMTPD || role == ROLE_UNKNOWN ? role : 0;
}

void failures_ask(struct log_where *ret, bool older)
{
	ret->role = older ? older_role : role_of;
	ret->may_matter = failures_may_matter;
	ret->others = others;
}

static void take(struct failures *f, const struct log_message *message, unsigned role)
{
	struct moment at;

	/* of others nothing is kept, and most lines are */
	if (role != ROLE_SMTPD && role != OTHER_DOVECOT && role != OTHER_SASLAUTHD)
		return;
	failures_dovecot(f, message->time);
	at = when(f, message->time);
	if (role == OTHER_DOVECOT)
		take_dovecot(f, message->text, &at);
	else if (role == OTHER_SASLAUTHD)
		take_saslauthd(f, message->text, &at);
	else
		take_smtpd(f, message, &at);
}

int failures_message(const struct log_message *message, void *ctx)
{
	struct failures *f = ctx;
	struct sw_raw text = message->text;
	unsigned role = message->role ? message->role : role_of(message->program);

	if (f->by_ms > 0 && f->lines++ % MESSAGES_A_LOOK == 0 && clock_ms() > f->by_ms)
		return 1;
	if (f->by_ms > 0 && f->dovecot && message->time >= dovecot_log_until(f->dovecot)) {
		f->seen = dovecot_log_until(f->dovecot) - 60;
		return 1;
	}
	if (message->time > f->seen && f->last > f->seen)
		f->seen = message->time < f->last ? message->time : f->last;
	f->last = message->time;
	/* those of the window are read once more: no message may look like its own copy then */
	if (f->by_ms > 0 && message->time >= f->start)
		return 0;
	if (message->is_other && message->role == 0)
		return 0;
	if (role == ROLE_UNKNOWN)
		role = raw_starts(text, "warning: ") ? ROLE_SMTPD : role_by(text);
	take(f, message, role);
	if (f->by_ms == 0)
		mute_take(&f->mute, f->ids, role, text, message->time);
	return 0;
}
