#include "traffic/events.h"

#include "base/num.h"
#include "postfix/qid.h"

/*
 * Postfix cuts a text at 2000 bytes (util/msg_syslog.c), musl's syslog(3) a line at 1024: what then
 * stands last is not Postfix's, but the middle of a sender who knows where the cut is. No honest
 * address is near that long (RFC 5321: 320).
 */
enum { TEXT_WHOLE = 900 };

/* Which bytes may stand where; a table, because it is asked for most bytes of a client= line. */
enum { IN_ID = 1, IN_NAME = 2, IN_ADDRESS = 4, IN_ALL = 7 };

static const unsigned char class_of[256] = {
	['0' ... '9'] = IN_ALL,
	['A' ... 'F'] = IN_ALL,
	['a' ... 'f'] = IN_ALL,
	['G' ... 'Z'] = IN_ID | IN_NAME,
	['g' ... 'z'] = IN_ID | IN_NAME,
	['.'] = IN_NAME | IN_ADDRESS,
	['_'] = IN_NAME,
	['-'] = IN_NAME,
	[':'] = IN_ADDRESS,
	['%'] = IN_ADDRESS,
};

static struct sw_raw take_set(struct sw_raw *rest, unsigned char set)
{
	struct sw_raw got = *rest;
	size_t n = 0;

	while (n < got.n && class_of[(unsigned char)got.p[n]] & set)
		n++;
	*rest = raw_skip(got, n);
	return raw_from(got.p, n);
}

static struct sw_raw take_number(struct sw_raw *rest)
{
	struct sw_raw got = *rest;
	size_t n = 0;

	while (n < got.n && raw_is_digit(got.p[n]))
		n++;
	*rest = raw_skip(got, n);
	return raw_from(got.p, n);
}

/* NAME[ADDR][:PORT]: the name is checked by valid_hostname(), the address is numeric */
bool event_take_peer(struct sw_raw *rest, struct sw_raw *name, struct sw_raw *address)
{
	*name = take_set(rest, IN_NAME);
	if (name->n == 0 || !raw_take(rest, "["))
		return false;
	*address = take_set(rest, IN_ADDRESS);
	if (address->n == 0 || !raw_take(rest, "]"))
		return false;
	if (rest->n > 1 && rest->p[0] == ':' && raw_is_digit(rest->p[1])) {
		*rest = raw_skip(*rest, 1);
		(void)take_number(rest);
	}
	return true;
}

/* Index of the last ", key=" (it begins with the only comma in it); text.n when there is none. */
static size_t find_last_key(struct sw_raw text, const char *key)
{
	size_t at = raw_find_last(text, ',');

	while (at < text.n && !raw_starts(raw_skip(text, at), key)) {
		size_t before = raw_find_last(raw_from(text.p, at), ',');

		at = before < at ? before : text.n;
	}
	return at;
}

/* NAME[ADDR][:PORT] or unknown[unknown], and no more */
static bool is_peer(struct sw_raw text)
{
	struct sw_raw name;
	struct sw_raw address;

	if (raw_is(text, "unknown[unknown]"))
		return true;
	return event_take_peer(&text, &name, &address) && text.n == 0;
}

/* Take what smtpd adds last off the end. */
static struct sw_raw cut_tail(struct sw_raw rest, struct sw_raw *orig_queue_id)
{
	static const char client[] = ", orig_client=";
	static const char id[] = ", orig_queue_id=";
	size_t at = find_last_key(rest, client);

	if (at < rest.n && is_peer(raw_skip(rest, at + strlen(client))))
		rest.n = at;
	at = find_last_key(rest, id);
	if (at < rest.n && qid_is(raw_skip(rest, at + strlen(id)))) {
		*orig_queue_id = raw_skip(rest, at + strlen(id));
		rest.n = at;
	}
	return rest;
}

bool event_client(struct sw_raw text, struct event_client *ret)
{
	static const char sender[] = ", sasl_sender=";
	size_t method = 0;
	const char *hit;

	ret->queue_id = take_set(&text, IN_ID);
	ret->user = raw_from(NULL, 0);
	ret->orig_queue_id = raw_from(NULL, 0);
	if (ret->queue_id.n < QID_LOGGED || !raw_take(&text, ": client=") ||
	    !event_take_peer(&text, &ret->name, &ret->address))
		return false;
	if (text.n == 0)
		return true;
	if (!raw_starts(text, ", "))
		return false;
	/* nearly all lines end with the login: their last comma stands before it */
	if (raw_starts(raw_skip(text, raw_find_last(text, ',')), ", orig_")) {
		text = cut_tail(text, &ret->orig_queue_id);
		if (memmem(text.p, text.n, sender, strlen(sender)))
			ret->orig_queue_id = raw_from(NULL, 0);
	}
	if (!raw_take(&text, ", sasl_method="))
		return true;
	while (method < text.n && text.p[method] != ',' && text.p[method] != ' ')
		method++;
	text = raw_skip(text, method);
	if (method == 0 || !raw_take(&text, ", sasl_username="))
		return true;
	hit = text.n ? memmem(text.p, text.n, sender, strlen(sender)) : NULL;
	ret->user = hit ? raw_from(text.p, (size_t)(hit - text.p)) : text;
	return true;
}

/* Take digits off the end of *text. */
static bool take_last_number(struct sw_raw *text, uint64_t *ret)
{
	size_t n = text->n;

	while (n > 0 && raw_is_digit(text->p[n - 1]))
		n--;
	if (!num_from(raw_skip(*text, n), ret))
		return false;
	text->n = n;
	return true;
}

static bool take_last(struct sw_raw *text, const char *word)
{
	size_t n = strlen(word);

	if (text->n < n || memcmp(text->p + text->n - n, word, n) != 0)
		return false;
	text->n -= n;
	return true;
}

bool event_may_be_active(struct sw_raw text, struct sw_raw *queue_id)
{
	struct sw_raw rest = text;

	if (!take_last(&rest, " (queue active)"))
		return false;
	*queue_id = take_set(&text, IN_ID);
	return queue_id->n >= QID_LOGGED;
}

bool event_active(struct sw_raw text, struct sw_raw *queue_id, uint64_t *recipients,
		  struct sw_raw *sender)
{
	uint64_t size;

	*queue_id = take_set(&text, IN_ID);
	if (text.n >= TEXT_WHOLE || queue_id->n < QID_LOGGED || !raw_take(&text, ": from=<") ||
	    !take_last(&text, " (queue active)") || !take_last_number(&text, recipients) ||
	    !take_last(&text, ", nrcpt=") || !take_last_number(&text, &size) ||
	    !take_last(&text, ">, size="))
		return false;
	*sender = text;
	return true;
}

bool event_pickup(struct sw_raw text, struct event_pickup *ret)
{
	struct sw_raw uid;
	size_t end;

	ret->queue_id = take_set(&text, IN_ID);
	if (ret->queue_id.n < QID_LOGGED || !raw_take(&text, ": uid="))
		return false;
	uid = take_set(&text, IN_ID);
	if (!num_from(uid, &ret->uid) || !raw_take(&text, " from=<"))
		return false;
	end = raw_find_last(text, '>');
	if (end == text.n)
		return false;
	ret->requeued = false;
	ret->orig_id = raw_from(NULL, 0);
	if (text.n >= TEXT_WHOLE)
		return true;
	text = raw_skip(text, end + 1);
	if (text.n == 0)
		return true;
	ret->requeued = raw_take(&text, " orig_id=") && qid_is(text);
	ret->orig_id = ret->requeued ? text : ret->orig_id;
	return ret->requeued;
}

bool event_is_accepted(struct sw_raw text)
{
	struct sw_raw id = take_set(&text, IN_ID);

	return id.n >= QID_LOGGED && raw_starts(text, ": client=") && !raw_is(id, "NOQUEUE");
}

bool event_entered(struct sw_raw text, struct sw_raw *queue_id)
{
	*queue_id = take_set(&text, IN_ID);
	return queue_id->n >= QID_LOGGED && raw_starts(text, ": message-id=");
}

bool event_is_bounce(struct sw_raw text)
{
	(void)take_set(&text, IN_ID);
	/* double_bounce_sender: notices to the postmaster, and probes of verify(8) */
	return raw_starts(text, ": from=<>, ") || raw_starts(text, ": from=<double-bounce@");
}

bool event_forwarded(struct sw_raw text, struct sw_raw *new_id)
{
	static const char words[] = " (forwarded as ";
	size_t at = raw_find_last(text, '(');

	if (at == 0 || at == text.n || text.p[text.n - 1] != ')' ||
	    !raw_starts(raw_skip(text, at - 1), words))
		return false;
	*new_id = raw_skip(text, at - 1 + strlen(words));
	new_id->n--;
	return qid_is(*new_id);
}

bool event_returned(struct sw_raw text, struct sw_raw *queue_id, struct sw_raw *new_id)
{
	*queue_id = raw_from(text.p, raw_find(text, ':'));
	*new_id = raw_skip(text, queue_id->n);
	return qid_is(*queue_id) && raw_take(new_id, ": sender non-delivery notification: ") &&
	       qid_is(*new_id);
}
