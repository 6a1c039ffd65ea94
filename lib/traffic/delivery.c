#include "traffic/delivery.h"

#include "postfix/qid.h"
#include "traffic/events.h"
#include "traffic/network.h"

static struct sw_raw take_before(struct sw_raw *rest, char end)
{
	struct sw_raw got = raw_from(rest->p, raw_find(*rest, end));

	*rest = raw_skip(*rest, got.n);
	return got;
}

/* R of <R>, behind the '<'; in a quoted string a '\\' takes away what the next byte means */
static bool take_address(struct sw_raw *rest, struct sw_raw *ret)
{
	size_t n = 0;

	if (raw_starts(*rest, "\"")) {
		for (n = 1; n < rest->n && rest->p[n] != '"'; n++)
			n += rest->p[n] == '\\';
		n = n < rest->n ? n : rest->n;
	}
	n += raw_find(raw_skip(*rest, n), '>');
	*ret = raw_from(rest->p, n);
	*rest = raw_skip(*rest, n);
	return raw_take(rest, ">");
}

static bool take_number(struct sw_raw *rest, unsigned *ret)
{
	size_t n = 0;

	for (*ret = 0; n < rest->n && n < 3 && raw_is_digit(rest->p[n]); n++)
		*ret = *ret * 10 + (unsigned)(rest->p[n] - '0');
	*rest = raw_skip(*rest, n);
	return n > 0;
}

bool delivery_take_dsn(struct sw_raw *rest, struct delivery_dsn *ret)
{
	struct sw_raw left = *rest;

	*ret = (struct delivery_dsn){ 0 };
	if (left.n < 5 || !strchr("245", left.p[0]) || !take_number(&left, &ret->class) ||
	    !raw_take(&left, ".") || !take_number(&left, &ret->subject) || !raw_take(&left, ".") ||
	    !take_number(&left, &ret->detail) || ret->class > 5) {
		*ret = (struct delivery_dsn){ 0 };
		return false;
	}
	*rest = left;
	return true;
}

/* ", key=value" of those between the relay and the status */
static bool take_pair(struct sw_raw *rest, struct sw_raw *key, struct sw_raw *value)
{
	if (!raw_take(rest, ", "))
		return false;
	*key = take_before(rest, '=');
	if (!raw_take(rest, "="))
		return false;
	*value = raw_from(rest->p, 0);
	while (value->n < rest->n && rest->p[value->n] != ',' && rest->p[value->n] != ' ')
		value->n++;
	*rest = raw_skip(*rest, value->n);
	return true;
}

bool delivery_event(struct sw_raw text, struct delivery *ret)
{
	struct sw_raw orig;
	struct sw_raw key;
	struct sw_raw value;

	*ret = (struct delivery){ .queue_id = take_before(&text, ':') };
	if (ret->queue_id.n < QID_LOGGED || !qid_is(ret->queue_id) || !raw_take(&text, ": to=<") ||
	    !take_address(&text, &ret->recipient) ||
	    (raw_take(&text, ", orig_to=<") && !take_address(&text, &orig)) ||
	    !raw_starts(text, ", relay="))
		return false;
	while (ret->status.n == 0) {
		if (!take_pair(&text, &key, &value))
			return false;
		if (raw_is(key, "relay"))
			ret->relay = value;
		else if (raw_is(key, "dsn"))
			(void)delivery_take_dsn(&value, &ret->dsn);
		else if (raw_is(key, "status"))
			ret->status = value;
	}
	if (!raw_take(&text, " ("))
		return false;
	ret->said = text;
	if (text.n > 0 && text.p[text.n - 1] == ')')
		ret->said.n--;
	return true;
}

bool delivery_is_refused(const struct delivery *d)
{
	return raw_is(d->status, "deferred") || raw_is(d->status, "bounced") ||
	       raw_is(d->status, "SOFTBOUNCE");
}

/* The address of NAME[ADDR]:PORT at the beginning; a relayhost in [ ] has its address for a name */
static struct sw_raw server_of(struct sw_raw text)
{
	struct sw_raw name = take_before(&text, '[');
	struct network_address ignored;
	struct sw_raw address;

	if (name.n == 0 || raw_find(name, ' ') < name.n || !raw_take(&text, "["))
		return raw_from("", 0);
	address = take_before(&text, ']');
	return raw_take(&text, "]:") && text.n > 0 && raw_is_digit(text.p[0]) &&
			       network_address(address, &ignored)
		       ? address
		       : raw_from("", 0);
}

struct sw_raw delivery_server(const struct delivery *d)
{
	struct sw_raw said = d->said;

	if (raw_is(d->relay, "none"))
		return raw_take(&said, "connect to ") ? server_of(said) : raw_from("", 0);
	return server_of(d->relay);
}

bool delivery_is_tried(const struct delivery *d)
{
	static const char *const begins[] = { "connect to ", "host ", "lost connection with ",
					      "conversation with " };
	bool none = raw_is(d->relay, "none");
	struct sw_raw text = none ? d->said : d->relay;
	struct sw_raw address;
	struct sw_raw name;

	(void)(none && raw_take(&text, "delivery temporarily suspended: "));
	for (size_t i = 0; i < SW_COUNT(begins) && none; i++)
		if (raw_take(&text, begins[i]))
			break;
	return event_take_peer(&text, &name, &address) && !raw_is(name, "localhost") &&
	       !(raw_same(name, address) && network_is_loopback(address));
}

struct sw_raw delivery_queued_as(const struct delivery *d)
{
	static const char words[] = "queued as ";
	struct sw_raw rest = d->said;
	struct sw_raw id = raw_from("", 0);
	const char *hit;

	/* a filter quotes the server behind it last */
	while (rest.n > 0 && (hit = memmem(rest.p, rest.n, words, strlen(words)))) {
		rest = raw_skip(rest, (size_t)(hit - rest.p) + strlen(words));
		id = raw_from(rest.p, 0);
		while (id.n < rest.n && (raw_is_alnum(rest.p[id.n]) || rest.p[id.n] == '_'))
			id.n++;
	}
	return id.n >= QID_LOGGED ? id : raw_from("", 0);
}
