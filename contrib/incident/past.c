#include "incident/past.h"

#include <errno.h>
#include <stdlib.h>

#include "incident/past_parts.h"
#include "postfix/address.h"
#include "traffic/events.h"
#include "traffic/role.h"

static void take_bounce(struct past *p, struct sw_raw text)
{
	struct sw_raw id;
	struct sw_raw bounce;

	if (event_returned(text, &id, &bounce) && past_known(p, id))
		p->returned++;
}

/* --- lines */

static unsigned role_by_program(struct sw_raw program)
{
	static const char *const agents[] = { "local", "lmtp", "virtual", "pipe", "discard" };

	for (size_t i = 0; i < SW_COUNT(agents); i++)
		if (raw_is(program, agents[i]))
			return ROLE_AGENT;
	return raw_is(program, "error")	   ? ROLE_ERROR
	       : raw_is(program, "bounce") ? ROLE_BOUNCE
					   : role_of_day(program);
}

/* Of a text whose program is not told; what brings mail is taken for smtp, as in refusals.c. */
static unsigned role_by_text(struct sw_raw text)
{
	struct sw_raw rest = raw_skip(text, raw_find(text, ':'));
	const unsigned role = role_by(text);

	if (raw_starts(rest, ": sender non-delivery notification: "))
		return ROLE_BOUNCE;
	return role == ROLE_LOCAL ? (unsigned)ROLE_SMTP : role;
}

static bool may_matter(unsigned role, struct sw_raw text)
{
	switch (role) {
	case ROLE_SMTPD:
		return role_may_matter(role, text);
	case ROLE_SMTP:
	case ROLE_ERROR:
	case ROLE_AGENT:
		return raw_starts(raw_skip(text, raw_find(text, ':')), ": to=<");
	case ROLE_BOUNCE:
		return true;
	default:
		return failures_may_matter(role, text);
	}
}

void past_text(struct past *p, struct sw_raw text, unsigned role, int64_t time)
{
	switch (role) {
	case ROLE_SMTPD:
		past_client(p, text, time);
		break;
	case ROLE_PICKUP:
		past_pickup(p, text, time);
		break;
	case ROLE_QMGR:
		past_active(p, text, time);
		break;
	case ROLE_SMTP:
	case ROLE_ERROR:
	case ROLE_AGENT:
		past_delivery(p, text, role, time);
		break;
	case ROLE_BOUNCE:
		take_bounce(p, text);
		break;
	default:
		break;
	}
}

int past_line(const struct log_message *message, void *ctx)
{
	struct past *p = ctx;
	unsigned role = message->role ? message->role : role_by_program(message->program);

	if (run_is_ended()) {
		p->stopped = true;
		return 1;
	}
	say_progress(&p->progress, "lines of the log", ++p->lines, 0);
	if (message->time < p->since)
		return 0;
	(void)failures_message(message, &p->logins);
	if (message->is_other)
		return 0;
	if (role == ROLE_UNKNOWN)
		role = role_by_text(message->text);
	if (role == ROLE_SMTPD)
		p->pid = log_message_pid(message);
	past_text(p, message->text, role, message->time);
	return 0;
}

/* --- all of it */

int past_begin(struct past *p, struct sw_fault *why)
{
	const struct sw_host *h = p->run->host;
	/* as postfix_sasl_failures has them by itself */
	const struct failures_where where = { .rules = { .guesses = 5, .networks = 3 },
					      .dovecot = p->dovecot,
					      .budget_ms = PAST_DOVECOT_MS };
	const struct {
		struct topk **table;
		size_t slots, name, value;
	} tables[] = {
		{ &p->failed, PAST_ADDRESSES, sizeof(struct network_address),
		  sizeof(struct past_failure) },
		{ &p->failing, PAST_ADDRESSES, sizeof(struct network_address),
		  sizeof(struct past_failure) },
		{ &p->used, PAST_ADDRESSES, sizeof(struct network_address),
		  sizeof(struct past_use) },
		{ &p->sender, PAST_NAMES, PAST_NAME, 1 },
		{ &p->domain, PAST_NAMES, ADDRESS_DOMAIN, 1 },
		{ &p->refused, PAST_NAMES, 1 + ADDRESS_DOMAIN, sizeof(struct past_refused) },
	};
	int rc = failures_new(&p->logins, h, &where, 1, why);

	p->since = h->now - h->now % 60 - 60 * (int64_t)PAST_MINUTES;
	for (size_t i = 0; i < SW_COUNT(tables) && rc == 0; i++)
		rc = topk_new(tables[i].slots, tables[i].name, tables[i].value, h->secret,
			      tables[i].table, why);
	if (rc == 0)
		rc = idmap_new(PAST_IDS, h->secret, &p->id, why);
	if (rc == 0)
		rc = idmap_new(PAST_IDS, h->secret, &p->pair, why);
	p->late = calloc(1, sizeof(*p->late));
	p->minutes = calloc(1, PAST_MINUTES);
	p->proxies = calloc(1, sizeof(*p->proxies));
	if (rc == 0 && (!p->late || !p->minutes || !p->proxies))
		rc = sw_fault_errno(why, ENOMEM, "read the log");
	if (rc < 0)
		return rc;
	failures_follow(&p->logins, p->since);
	p->logins.told = past_login;
	p->logins.told_ctx = p;
	return 0;
}

/* Of its last one, or what the last days have. */
static void find_break_in(struct past *p)
{
	const struct break_ins *all = failures_seen(&p->logins);

	for (size_t i = 0; i < BREAK_IN_BROKEN && p->select->by == BY_ACCOUNT; i++) {
		const struct break_in *one = &all->broken[i];

		if (one->account && one->first > p->broken.first &&
		    select_folds(p->select, raw_from(one->name, one->name_n)))
			p->broken = *one;
	}
}

static void count_known(struct past *p)
{
	const struct log_reason *why;

	p->begins = true;
	for (unsigned i = 0; i < p->proof.minutes; i++) {
		if (log_proof_state(&p->proof, i, 1, &why) == LOG_MINUTE_KNOWN) {
			if (p->known++ == 0)
				p->known_since = p->proof.start + 60 * (int64_t)i;
			continue;
		}
		p->begins &= why->doubt == LOG_BEGINS && p->known == 0;
		p->hole = *why;
	}
	/* a log that was begun just now tells of its seconds */
	if (p->begins && p->hole.heard > 0)
		p->known_since = p->hole.heard;
}

int past_read(struct past *p, struct spool *spool, struct sw_fault *why)
{
	struct log_where where = { .spool = spool, .patient = true };
	int rc = past_begin(p, why);

	if (rc < 0)
		return rc;
	rc = failures_follow_dovecot(&p->logins, why);
	if (rc < 0)
		return rc;
	failures_ask(&where, false);
	where.role = role_by_program;
	where.may_matter = may_matter;
	log_proof_begin_days(&p->proof, p->run->host->now, p->since, PAST_MINUTES, p->minutes);
	say_progress_begin(&p->progress);
	rc = log_read(p->run->host, &where, p->since, past_line, p, &p->proof, &p->report, why);
	say_progress_end(&p->progress);
	if (rc < 0)
		return rc;
	failures_dovecot(&p->logins, INT64_MAX);
	mute_doubt(&p->logins.mute, &p->report, &p->proof);
	find_break_in(p);
	count_known(p);
	return 0;
}

bool past_has(const struct past *p, struct sw_raw id)
{
	return past_known(p, id);
}

bool past_lacks_dovecot(const struct past *p)
{
	return p->logins.dovecot_why.code && (p->dovecot || p->silent > 0);
}

bool past_is_exact(const struct past *p)
{
	return p->ids < PAST_IDS / 2 && p->pairs < PAST_IDS / 2;
}

void past_free(struct past *p)
{
	failures_free(&p->logins);
	topk_free(p->failed);
	topk_free(p->failing);
	topk_free(p->used);
	topk_free(p->sender);
	topk_free(p->domain);
	topk_free(p->refused);
	idmap_free(p->id);
	idmap_free(p->pair);
	free(p->late);
	free(p->proxies);
	free(p->minutes);
	*p = (struct past){ .known = 0 };
}
