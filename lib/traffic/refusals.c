#include "traffic/refusals.h"

#include <errno.h>
#include <stdlib.h>

#include "traffic/events.h"
#include "traffic/network.h"
#include "traffic/refusals_tables.h"
#include "traffic/role.h"

enum { BEFORE = -1 };

/* Beside those of enum role: smtp and error; the other delivery agents. */
enum { ROLE_SENDER = 64, ROLE_AGENT };

int refusals_new(struct refusals *s, const struct sw_host *h, unsigned minutes,
		 struct sw_fault *why)
{
	int64_t end = h->now - REFUSALS_LATE - (h->now - REFUSALS_LATE) % 60;
	int rc;

	*s = (struct refusals){ .host = h,
				.minutes =
					minutes < REFUSALS_MINUTES ? minutes : REFUSALS_MINUTES };
	s->start = end - 60 * (int64_t)s->minutes;
	log_proof_begin(&s->proof, h->now, s->start, s->minutes);
	rc = topk_new(REFUSALS_ACCOUNTS, ACCOUNT_SOUGHT_KEY, sizeof(struct refused_account),
		      h->secret, &s->account, why);
	if (rc == 0)
		rc = topk_new(REFUSALS_RECEIVERS, ADDRESS_DOMAIN, sizeof(struct refusing_receiver),
			      h->secret, &s->receiver, why);
	if (rc == 0)
		rc = topk_new(REFUSALS_PAIRS, sizeof(struct refused_pair_name),
			      sizeof(struct refused_pair), h->secret, &s->pair, why);
	if (rc == 0)
		rc = idmap_new(REFUSALS_IDS, h->secret, &s->id, why);
	if (rc == 0)
		rc = idmap_new(REFUSALS_SEEN, h->secret, &s->seen, why);
	s->proxies = calloc(1, sizeof(*s->proxies));
	return rc == 0 && !s->proxies ? sw_fault_errno(why, ENOMEM, "refusals") : rc;
}

void refusals_free(struct refusals *s)
{
	topk_free(s->account);
	topk_free(s->receiver);
	topk_free(s->pair);
	idmap_free(s->id);
	idmap_free(s->seen);
	free(s->proxies);
	s->proxies = NULL;
	s->account = s->receiver = s->pair = NULL;
	s->id = s->seen = NULL;
}

/* What is behind the window was not taken. */
static int minute_of(const struct refusals *s, int64_t time)
{
	return time < s->start ? BEFORE : (int)((time - s->start) / 60);
}

/* A message is finished: did nobody tell of it? */
static void take_removed(struct refusals *s, struct sw_raw text, int64_t time)
{
	const struct idmap_value *known = idmap_get(s->id, raw_from(text.p, raw_find(text, ':')));

	if (known && !(known->flags & ID_TOLD))
		mute_count(&s->mute, time);
}

/* A delivery agent told of a message. */
static void tell(struct refusals *s, struct sw_raw text)
{
	struct idmap_value *known = idmap_get(s->id, raw_from(text.p, raw_find(text, ':')));

	if (known)
		known->flags |= ID_TOLD;
}

/* Was the recipient counted in this minute? From now on it is. */
static bool is_seen(struct refusals *s, const struct delivery *d, int minute)
{
	const uint64_t hash[] = { hash_bytes(s->host->secret, d->queue_id),
				  hash_bytes(s->host->secret, d->recipient) };
	struct sw_raw name = raw_from((const char *)hash, sizeof(hash));
	uint64_t bit = (uint64_t)1 << minute;
	struct idmap_value *known = idmap_get(s->seen, name);
	bool before = known && (uint64_t)known->time & bit;

	if (known)
		known->time |= (int64_t)bit;
	else
		idmap_put(s->seen, name, (struct idmap_value){ .time = (int64_t)bit });
	return before;
}

/* Of a message that the log does not tell of. */
static void ask(struct refusals *s, struct sw_raw id, int64_t time)
{
	struct account_sought sought = { .key_n = 0 };

	if (s->find && s->asked < REFUSALS_ASKED && id.n < sizeof(sought.id)) {
		s->asked++;
		memcpy(sought.id, id.p, id.n);
		if (s->find(s->find_ctx, time, &sought)) {
			refusals_know(s, id, raw_from(sought.key, sought.key_n), time);
			return;
		}
	}
	idmap_put(s->id, id, (struct idmap_value){ .flags = ID_UNKNOWN, .time = time });
}

/* Whose a message is; NULL: nobody's. The row of no name is that of unknown accounts. */
static struct topk_row *account_of(struct refusals *s, struct sw_raw id, int64_t time)
{
	const struct idmap_value *known = idmap_get(s->id, id);
	struct topk_row *row;

	if (!known || known->time < time - REFUSALS_OLD) {
		ask(s, id, time);
		known = idmap_get(s->id, id);
	}
	if (known->flags & ID_NOBODYS)
		return NULL;
	row = known->flags & ID_UNKNOWN ? NULL : topk_row(s->account, known->row);
	if (!row || row->id != known->id) /* or it lost its place */
		return topk_count(s->account, raw_from("", 0), 1);
	return topk_count(s->account, row->name, 1);
}

static void note_words(struct refusing_receiver *r, const struct refusal_reason *why)
{
	size_t n = why->words.n < REFUSALS_WORDS ? why->words.n : REFUSALS_WORDS;

	if (n > 0)
		memcpy(r->words[why->kind], why->words.p, n);
	r->words_n[why->kind] = (unsigned char)n;
}

static void count_pair(struct refusals *s, const struct topk_row *receiver,
		       const struct topk_row *account, const struct refusal_reason *why, int minute)
{
	const struct refused_pair_name name = { .receiver = receiver->id,
						.account = account ? account->id : REFUSALS_NOBODY,
						.kind = why->kind,
						.at_connect = why->at_connect };
	struct refused_pair *pair =
		topk_count(s->pair, raw_from((const char *)&name, sizeof(name)), 1)->value;

	pair->receiver_row = (uint32_t)(receiver - topk_row(s->receiver, 0));
	if (account)
		pair->account_row = (uint32_t)(account - topk_row(s->account, 0));
	pair->minute[minute]++;
}

static void count(struct refusals *s, const struct delivery *d, int64_t time, int minute)
{
	struct refusal_reason why = refusal_reason(d);
	struct topk_row *account = account_of(s, d->queue_id, time);
	char domain[ADDRESS_DOMAIN];
	size_t n = address_domain(d->recipient, domain);
	struct topk_row *receiver = topk_count(s->receiver, raw_from(domain, n), 1);
	struct refusing_receiver *refusing = receiver->value;

	s->total[why.kind][minute]++;
	refusing->minute[why.kind][minute]++;
	refusing->tried |= delivery_is_tried(d);
	note_words(refusing, &why);
	if (account)
		((struct refused_account *)account->value)->minute[minute]++;
	count_pair(s, receiver, account, &why, minute);
}

static void take_delivery(struct refusals *s, struct sw_raw text, int64_t time)
{
	int minute = minute_of(s, time);
	struct delivery d;
	struct sw_raw next;

	if (!delivery_event(text, &d))
		return;
	if (minute != BEFORE && delivery_is_refused(&d) && !is_seen(s, &d, minute))
		count(s, &d, time, minute);
	if (!raw_is(d.status, "sent") || !network_is_loopback(delivery_server(&d)))
		return;
	next = delivery_queued_as(&d);
	if (next.n > 0)
		(void)refusals_follow(s, d.queue_id, next, time);
}

static unsigned sender_role(struct sw_raw program)
{
	static const char *const agents[] = { "local", "lmtp", "virtual", "pipe", "discard" };

	if (raw_is(program, "smtp") || raw_is(program, "error"))
		return ROLE_SENDER;
	for (size_t i = 0; i < SW_COUNT(agents); i++)
		if (raw_is(program, agents[i]))
			return ROLE_AGENT;
	return role_of(program);
}

static bool may_matter(unsigned role, struct sw_raw text)
{
	struct sw_raw rest = raw_skip(text, raw_find(text, ':'));

	switch (role) {
	case ROLE_SENDER:
	case ROLE_AGENT:
		return raw_starts(rest, ": to=<");
	case ROLE_SMTPD:
		return raw_starts(rest, ": client=") || raw_starts(text, "proxy-accept: ");
	case ROLE_QMGR:
		return raw_starts(rest, ": from=<>,") ||
		       raw_starts(rest, ": from=<double-bounce@") || raw_is(rest, ": removed");
	case ROLE_PICKUP:
		return raw_starts(rest, ": uid=");
	default:
		return role == ROLE_UNKNOWN;
	}
}

static const struct log_dull dull[] = {
	{ ROLE_SMTPD, { "connect ", "disconne" }, "" },
	{ 0, { "", "" }, "" },
};

int refusals_message(const struct log_message *message, void *ctx)
{
	struct refusals *s = ctx;
	struct sw_raw text = message->text;
	unsigned role = message->role ? message->role : sender_role(message->program);

	if (message->time < s->start - REFUSALS_OLD ||
	    message->time >= s->start + 60 * (int64_t)s->minutes)
		return 0;
	/* whose the text is, where the program is not told; of agents that say to= smtp is meant */
	if (role == ROLE_UNKNOWN)
		role = role_by(text) == ROLE_LOCAL ? (unsigned)ROLE_SENDER : role_by(text);
	if (!may_matter(role, text))
		return 0;
	switch (role) {
	case ROLE_SENDER:
		mute_accept(&s->mute, message->time);
		take_delivery(s, text, message->time);
		tell(s, text);
		break;
	case ROLE_AGENT:
		tell(s, text);
		break;
	case ROLE_SMTPD:
		refusals_take_client(s, message);
		break;
	case ROLE_PICKUP:
		refusals_take_pickup(s, text, message->time);
		break;
	default:
		if (raw_is(raw_skip(text, raw_find(text, ':')), ": removed"))
			take_removed(s, text, message->time);
		else
			refusals_take_bounce(s, text, message->time);
		break;
	}
	return 0;
}

int refusals_read(struct refusals *s, const struct sw_host *h, const struct log_where *where,
		  unsigned minutes, refusals_find_fn find, void *ctx, struct sw_fault *why)
{
	int rc = refusals_new(s, h, minutes, why);
	struct log_where asked = *where;

	s->find = find;
	s->find_ctx = ctx;
	asked.role = sender_role;
	asked.may_matter = may_matter;
	asked.dull = dull;
	if (rc == 0)
		rc = log_read(h, &asked, s->start - REFUSALS_OLD, refusals_message, s, &s->proof,
			      &s->report, why);
	if (rc == 0 && s->mute.to > 0) {
		struct log_reason mute = { .doubt = LOG_MUTE, .quote = sw_label_printed("smtp") };

		if (s->report.chosen < s->report.candidates)
			mute.where = s->report.candidate[s->report.chosen].where;
		log_proof_doubt(&s->proof, s->mute.from, s->mute.to, &mute);
	}
	return rc;
}
