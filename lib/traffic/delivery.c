#include "traffic/delivery.h"

#include "postfix/qid.h"

enum { QUEUE_ID_MIN = 6 };

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
	if (ret->queue_id.n < QUEUE_ID_MIN || !qid_is(ret->queue_id) ||
	    !raw_take(&text, ": to=<") || !take_address(&text, &ret->recipient) ||
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

/* NAME[127.0.0.1]:10024 */
bool delivery_is_inside(const struct delivery *d)
{
	struct sw_raw address = raw_skip(d->relay, raw_find(d->relay, '['));

	return raw_starts(address, "[127.") || raw_starts(address, "[::1]");
}

struct sw_raw delivery_queued_as(const struct delivery *d)
{
	static const char words[] = "queued as ";
	const size_t n = sizeof(words) - 1;
	struct sw_raw id = raw_from("", 0);

	/* a filter quotes the server behind it last */
	for (size_t at = d->said.n; at-- > 0 && id.n == 0;) {
		struct sw_raw rest = raw_skip(d->said, at);

		if (rest.n <= n || memcmp(rest.p, words, n) != 0)
			continue;
		rest = raw_skip(rest, n);
		while (id.n < rest.n && (raw_is_alnum(rest.p[id.n]) || rest.p[id.n] == '_'))
			id.n++;
		id.p = rest.p;
		if (id.n < QUEUE_ID_MIN)
			return raw_from("", 0);
	}
	return id;
}
