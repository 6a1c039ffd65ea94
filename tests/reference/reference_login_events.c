#include "reference_login_events.h"

#include "reference_match.h"
#include "traffic/network.h"

#define LEVELS "(Info|Warning|Error): "
#define LEVEL  "^" LEVELS
#define PEER "[A-Za-z0-9._-]+\\[([0-9A-Fa-f.:%]+)](:[0-9]+)?"

static struct sw_raw behind(struct sw_raw text, struct sw_raw hit)
{
	return raw_skip(text, (size_t)(hit.p - text.p) + hit.n);
}

static bool is_blank(struct sw_raw text)
{
	return !ref_is(text, "[^ \t\n\r\f\v]");
}

static bool failure(struct sw_raw text, struct login_failure *ret)
{
	struct sw_raw g[REF_GROUPS];
	struct sw_raw reason;

	*ret = (struct login_failure){ .silent = false };
	if (ref_match(text, "^warning: unknown\\[unknown]: SASL (.*)$", g)) {
		text = g[1];
	} else if (ref_match(text, "^warning: " PEER ": SASL (.*)$", g)) {
		ret->address = g[1];
		text = g[3];
	} else {
		return false;
	}
	if (!ref_match(text, "^[A-Za-z0-9_-]{1,20} authentication failed:(.*)$", g))
		return ref_is(text, " authentication failed:") &&
		       !ref_is(text, " authentication aborted$");
	reason = g[1];
	ret->silent = !ref_match(reason, ", sasl_username=", g);
	if (!ret->silent) {
		ret->user = behind(reason, g[0]);
		reason = raw_from(reason.p, (size_t)(g[0].p - reason.p));
		if (is_blank(ret->user) || ref_is(ret->user, "^\\(unavailable\\)$"))
			ret->user.n = 0;
	}
	reason = raw_trim(reason);
	ret->backend = ref_is(
		reason, "^((Connection lost to|Can't connect to) authentication server|Temporary "
			"authentication failure)$");
	ret->unclear = ref_is(reason, "^(generic failure|\\(reason unavailable\\))?$");
	return true;
}

static bool who(struct sw_raw text, struct login_refusal *ret)
{
	struct sw_raw g[REF_GROUPS];
	struct network_address ignored;

	if (!ref_match(text, "^(.*),([^,]*)$", g) || !network_address(g[2], &ignored))
		return false;
	ret->user = g[1];
	ret->address = g[2];
	return true;
}

static bool is_refusal(struct sw_raw why)
{
	return ref_is(why, "[Pp][Aa][Ss][Ss][Ww][Oo][Rr][Dd] [Mm][Ii][Ss][Mm][Aa][Tt][Cc][Hh]") ||
	       ref_is(why, "[Uu][Nn][Kk][Nn][Oo][Ww][Nn] [Uu][Ss][Ee][Rr]") ||
	       ref_is(why, "[Pp][Aa][Mm]_[Aa][Uu][Tt][Hh][Ee][Nn][Tt][Ii][Cc][Aa][Tt][Ee]\\(\\) "
			   "[Ff][Aa][Ii][Ll][Ee][Dd]") ||
	       ref_is(why, "[Ii][Nn][Vv][Aa][Ll][Ii][Dd] "
			   "[Cc][Rr][Ee][Dd][Ee][Nn][Tt][Ii][Aa][Ll][Ss]") ||
	       ref_is(why, "[Aa][Uu][Tt][Hh][Ee][Nn][Tt][Ii][Cc][Aa][Tt][Ii][Oo][Nn] "
			   "[Ff][Aa][Ii][Ll]");
}

static bool old_line(struct sw_raw text, struct login_refusal *ret)
{
	struct sw_raw g[REF_GROUPS];
	struct sw_raw fields;

	if (!ref_match(text, "^([A-Za-z0-9_-]+)\\((.*)\\): (.*)$", g) || !is_refusal(g[3]))
		return false;
	ret->by = g[1];
	fields = g[2];
	ret->session = ref_match(fields, "^(.*),<[^,]*>$", g);
	if (ret->session)
		fields = g[1];
	return who(fields, ret) || (ref_match(fields, "^(.*),master$", g) && who(g[1], ret));
}

static bool new_line(struct sw_raw text, struct login_refusal *ret)
{
	struct sw_raw g[REF_GROUPS];
	struct sw_raw rest;

	if (!ref_match(text, "^(.*),sasl:(.*)$", g))
		return false;
	rest = g[2];
	if (!who(g[1], ret) || !ref_eat(&rest, "^[^)]*\\)", g))
		return false;
	ret->session = false;
	while (ref_eat(&rest, "^<([^>]*)>", g))
		ret->session |= ref_is(g[1], "[^0-9]");
	if (!ref_eat(&rest, "^: ", g))
		return false;
	(void)ref_eat(&rest, LEVEL, g);
	if (ref_eat(&rest, "^request \\[", g)) {
		if (!ref_match(rest, ": ", g))
			return false;
		rest = behind(rest, g[0]);
	}
	if (!ref_match(rest, "^([^:]*):(.*)$", g))
		return false;
	ret->by = g[1];
	return is_refusal(g[2]);
}

static bool refused(struct sw_raw text, struct login_refusal *ret)
{
	struct sw_raw g[REF_GROUPS];

	*ret = (struct login_refusal){ .session = false };
	if (ref_match(text, "given pass", g))
		text.n = (size_t)(g[0].p - text.p);
	if (ref_eat(&text, "^auth: ", g)) {
		(void)ref_eat(&text, LEVEL, g);
		return old_line(text, ret);
	}
	if (ref_eat(&text, "^auth\\(", g))
		return new_line(text, ret);
	if (!ref_is(text, "^auth-worker\\([0-9]+\\)"))
		return ref_eat(&text, "^auth-worker\\(", g) && new_line(text, ret);
	if (!ref_eat(&text, "^auth-worker\\([0-9]+\\): ", g))
		return false;
	(void)ref_eat(&text, LEVEL, g);
	if (!ref_eat(&text, "^conn unix:", g))
		return old_line(text, ret);
	if (!ref_match(text, "\\): auth-worker<", g))
		return false;
	text = behind(text, g[0]);
	return ref_eat(&text, "^[0-9]+>: ", g) && old_line(text, ret);
}

static bool entered(struct sw_raw text, struct sw_raw *user, struct sw_raw *address)
{
	struct sw_raw g[REF_GROUPS];
	struct network_address ignored;

	if (!ref_match(text, "^[A-Za-z0-9_-]+-login: (" LEVELS ")?(Login|Logged in): user=<(.*)$", g))
		return false;
	text = g[4];
	if (ref_match(text, "^(.*), lip=", g))
		text = g[1];
	if (!ref_match(text, "^(.*), rip=([^,]*)", g) || !network_address(g[2], &ignored))
		return false;
	*address = g[2];
	text = g[1];
	if (!ref_match(text, "^(.*)>, method=", g) && !ref_match(text, "^(.*)>$", g))
		return false;
	*user = g[1];
	return user->n > 0;
}

static bool cyrus(struct sw_raw text, char *buf, size_t *n)
{
	struct sw_raw g[REF_GROUPS];
	struct sw_raw realm;

	if (!ref_eat(&text, "^do_auth *: auth failure: \\[user=", g) ||
	    !ref_match(text, "^(.*) \\[reason=.*]$", g) ||
	    !ref_match(g[1], "^(.*) \\[mech=.*]$", g) ||
	    !ref_match(g[1], "^(.*) \\[realm=(.*)]$", g))
		return false;
	realm = g[2];
	if (!ref_match(g[1], "^(.*) \\[service=(.*)]$", g) || !raw_is(g[2], "smtp") ||
	    !ref_match(g[1], "^(.*)]$", g))
		return false;
	*n = 0;
	for (size_t i = 0; i < g[1].n && *n < LOGIN_NAME; i++)
		buf[(*n)++] = g[1].p[i];
	if (realm.n > 0 && raw_find(g[1], '@') == g[1].n && *n < LOGIN_NAME) {
		buf[(*n)++] = '@';
		for (size_t i = 0; i < realm.n && *n < LOGIN_NAME; i++)
			buf[(*n)++] = realm.p[i];
	}
	return *n > 0;
}

static bool same(struct sw_raw a, struct sw_raw b)
{
	return raw_same(a, b) && (a.n == 0 || a.p == b.p);
}

static bool same_refusal(const struct login_refusal *a, const struct login_refusal *b)
{
	return same(a->user, b->user) && same(a->address, b->address) && same(a->by, b->by) &&
	       a->session == b->session;
}

bool reference_login_agrees(struct sw_raw text)
{
	struct login_failure a;
	struct login_failure b;
	struct login_refusal c = { .session = false };
	struct login_refusal d;
	struct sw_raw user[2];
	struct sw_raw address[2];
	char buf[2][LOGIN_NAME];
	size_t n = 0;
	bool is = login_failure(text, &a);

	if (is != failure(text, &b) ||
	    (is && (!same(a.address, b.address) || !same(a.user, b.user) || a.silent != b.silent ||
		    a.backend != b.backend || a.unclear != b.unclear)))
		return false;
	is = login_dovecot_refused(text, &c);
	if (is != refused(text, &d) || (is && !same_refusal(&c, &d)))
		return false;
	is = login_dovecot_entered(text, &user[0], &address[0]);
	if (is != entered(text, &user[1], &address[1]) ||
	    (is && (!same(user[0], user[1]) || !same(address[0], address[1]))))
		return false;
	is = login_saslauthd_refused(text, buf[0], &c);
	return is == cyrus(text, buf[1], &n) && (!is || raw_same(c.user, raw_from(buf[1], n)));
}
