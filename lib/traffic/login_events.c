#include "traffic/login_events.h"

#include <strings.h>

#include "traffic/events.h"
#include "traffic/network.h"

static size_t find(struct sw_raw text, const char *word)
{
	const char *hit = text.n ? memmem(text.p, text.n, word, strlen(word)) : NULL;

	return hit ? (size_t)(hit - text.p) : text.n;
}

/* Index of the last one; text.n when there is none. */
static size_t find_last(struct sw_raw text, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = text.n >= n ? text.n - n + 1 : 0; i > 0; i--)
		if (memcmp(text.p + i - 1, word, n) == 0)
			return i - 1;
	return text.n;
}

static bool ends(struct sw_raw text, const char *word)
{
	size_t n = strlen(word);

	return text.n >= n && memcmp(text.p + text.n - n, word, n) == 0;
}

/* --- smtpd */

static bool take_method(struct sw_raw *rest)
{
	enum { METHOD = 20 };
	size_t n = 0;

	while (n < rest->n && (raw_is_alnum(rest->p[n]) || rest->p[n] == '_' || rest->p[n] == '-'))
		n++;
	if (n == 0 || n > METHOD)
		return false;
	*rest = raw_skip(*rest, n);
	return true;
}

static bool is_any(struct sw_raw text, const char *const *words)
{
	for (; *words; words++)
		if (raw_is(text, *words))
			return true;
	return false;
}

bool login_failure(struct sw_raw text, struct login_failure *ret)
{
	static const char failed[] = " authentication failed:"; /* a blank may be gone */
	static const char user[] = ", sasl_username=";
	static const char *const lost[] = { "Connection lost to authentication server",
					    "Can't connect to authentication server",
					    "Temporary authentication failure", NULL };
	static const char *const unclear[] = { "generic failure", "(reason unavailable)", "",
					       NULL };
	struct sw_raw name;
	struct sw_raw reason;
	size_t at;

	*ret = (struct login_failure){ .silent = false };
	if (!raw_take(&text, "warning: "))
		return false;
	if (!raw_take(&text, "unknown[unknown]") && !event_take_peer(&text, &name, &ret->address))
		return false;
	if (!raw_take(&text, ": SASL "))
		return false;
	if (!take_method(&text) || !raw_take(&text, failed))
		/* no mechanism: what names an account may be the client's own words */
		return find(text, failed) < text.n && !ends(text, " authentication aborted");
	at = find(text, user);
	reason = raw_trim(raw_from(text.p, at));
	ret->silent = at == text.n;
	if (!ret->silent)
		ret->user = raw_skip(text, at + strlen(user));
	if (raw_trim(ret->user).n == 0 || raw_is(ret->user, "(unavailable)"))
		ret->user.n = 0;
	ret->backend = is_any(reason, lost);
	ret->unclear = is_any(reason, unclear);
	return true;
}

bool login_is_lost(struct sw_raw text)
{
	return raw_starts(text, "warning: SASL: Connect to ") ||
	       raw_starts(text, "warning: SASL authentication failure: cannot connect to "
				"saslauthd server");
}

/* --- Dovecot */

static bool has_ignoring_case(struct sw_raw text, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= text.n; i++)
		if (strncasecmp(text.p + i, word, n) == 0)
			return true;
	return false;
}

/* Why a wrong name or password is refused. */
static bool is_refusal(struct sw_raw why)
{
	static const char *const words[] = { "password mismatch", "unknown user",
					     "pam_authenticate() failed", "invalid credentials",
					     "authentication fail" };

	for (size_t i = 0; i < SW_COUNT(words); i++)
		if (has_ignoring_case(why, words[i]))
			return true;
	return false;
}

static bool is_word(struct sw_raw word)
{
	for (size_t i = 0; i < word.n; i++)
		if (!raw_is_alnum(word.p[i]) && word.p[i] != '-' && word.p[i] != '_')
			return false;
	return word.n > 0;
}

/* "Info: ", in a log of Dovecot's own; what it says for debugging it has said before. */
static void take_level(struct sw_raw *rest)
{
	static const char *const levels[] = { "Info: ", "Warning: ", "Error: " };

	for (size_t i = 0; i < SW_COUNT(levels); i++)
		if (raw_take(rest, levels[i]))
			return;
}

static bool is_number(struct sw_raw word)
{
	for (size_t i = 0; i < word.n; i++)
		if (!raw_is_digit(word.p[i]))
			return false;
	return word.n > 0;
}

static bool is_address(struct sw_raw text)
{
	struct network_address ignored;

	return network_address(text, &ignored);
}

/* "USER,ADDR" from its last comma. */
static bool read_who(struct sw_raw who, struct login_refusal *ret)
{
	size_t comma = raw_find_last(who, ',');

	if (comma == who.n || !is_address(raw_skip(who, comma + 1)))
		return false;
	ret->user = raw_from(who.p, comma);
	ret->address = raw_skip(who, comma + 1);
	return true;
}

/* "USER,ADDR[,master][,<SESSION>]" */
static bool read_fields(struct sw_raw who, struct login_refusal *ret)
{
	size_t comma = raw_find_last(who, ',');

	ret->session = false;
	if (raw_starts(raw_skip(who, comma), ",<") && ends(who, ">")) {
		ret->session = true;
		who.n = comma;
	}
	if (read_who(who, ret))
		return true;
	return ends(who, ",master") && read_who(raw_from(who.p, who.n - strlen(",master")), ret);
}

/* DB(FIELDS): WHY */
static bool read_old(struct sw_raw text, struct login_refusal *ret)
{
	size_t open = raw_find(text, '(');
	size_t end = find_last(text, "): ");

	ret->by = raw_from(text.p, open);
	return end < text.n && end > open && is_word(ret->by) && is_refusal(raw_skip(text, end)) &&
	       read_fields(raw_from(text.p + open + 1, end - open - 1), ret);
}

/* Take "<...>" off, of which one is a process and one a session. */
static bool take_marks(struct sw_raw *rest, bool *session)
{
	*session = false;
	while (raw_starts(*rest, "<")) {
		size_t end = raw_find(*rest, '>');

		if (end == rest->n)
			return false;
		*session |= end > 1 && !is_number(raw_from(rest->p + 1, end - 1));
		*rest = raw_skip(*rest, end + 1);
	}
	return raw_take(rest, ": ");
}

/* USER,ADDR,sasl:MECH[,...])<...>: [request [N]: ]DB: WHY */
static bool read_new(struct sw_raw text, struct login_refusal *ret)
{
	size_t at = find_last(text, ",sasl:");
	struct sw_raw rest = raw_skip(text, at);
	size_t end = raw_find(rest, ')');

	if (at == text.n || end == rest.n || !read_who(raw_from(text.p, at), ret))
		return false;
	rest = raw_skip(rest, end + 1);
	if (!take_marks(&rest, &ret->session))
		return false;
	take_level(&rest);
	if (raw_take(&rest, "request ["))
		rest = raw_skip(rest, find(rest, ": ") + (find(rest, ": ") < rest.n ? 2 : 0));
	ret->by = raw_from(rest.p, raw_find(rest, ':'));
	return is_refusal(raw_skip(rest, ret->by.n));
}

bool login_dovecot_refused(struct sw_raw text, struct login_refusal *ret)
{
	size_t end;

	if (!raw_starts(text, "auth"))
		return false;
	/* a password that is shown is the client's text, too */
	text.n = find(text, "given pass");
	if (raw_take(&text, "auth: ")) {
		take_level(&text);
		return read_old(text, ret);
	}
	if (raw_take(&text, "auth("))
		return read_new(text, ret);
	if (!raw_take(&text, "auth-worker("))
		return false;
	end = raw_find(text, ')');
	if (end == text.n || !is_number(raw_from(text.p, end)))
		return read_new(text, ret);
	text = raw_skip(text, end + 1);
	if (!raw_take(&text, ": "))
		return false;
	take_level(&text);
	if (raw_take(&text, "conn unix:")) {
		static const char worker[] = "): auth-worker<";
		size_t at = find(text, worker);

		text = raw_skip(text, at + (at < text.n ? strlen(worker) : 0));
		end = raw_find(text, '>');
		if (end == text.n || !is_number(raw_from(text.p, end)))
			return false;
		text = raw_skip(text, end + 1);
		if (!raw_take(&text, ": "))
			return false;
	}
	return read_old(text, ret);
}

/* Take the name of a login process off: a word has no colon, so it ends at the first one. */
static bool take_login_process(struct sw_raw *text)
{
	static const char login[] = "-login";
	size_t n = raw_find(*text, ':');
	struct sw_raw name = raw_from(text->p, n);

	if (n == text->n || !ends(name, login))
		return false;
	name.n -= strlen(login);
	*text = raw_skip(*text, n);
	return is_word(name) && raw_take(text, ": ");
}

bool login_dovecot_may_enter(struct sw_raw text)
{
	return take_login_process(&text) && raw_starts(text, "Log");
}

bool login_dovecot_entered(struct sw_raw text, struct sw_raw *user, struct sw_raw *address)
{
	size_t at;
	size_t end;

	if (!take_login_process(&text))
		return false;
	take_level(&text);
	if ((!raw_take(&text, "Login: ") && !raw_take(&text, "Logged in: ")) ||
	    !raw_take(&text, "user=<"))
		return false;
	text.n = find_last(text, ", lip=");
	at = find_last(text, ", rip=");
	if (at == text.n)
		return false;
	*address = raw_skip(text, at + strlen(", rip="));
	address->n = raw_find(*address, ',');
	text.n = at;
	end = find_last(text, ">, method=");
	if (end == text.n && ends(text, ">"))
		end = text.n - 1;
	*user = raw_from(text.p, end);
	return end < text.n && user->n > 0 && is_address(*address);
}

/* --- saslauthd */

/* Take " [key=VALUE]" off the end. */
static bool take_last_field(struct sw_raw *text, const char *key, struct sw_raw *ret)
{
	size_t at = find_last(*text, key);

	if (at == text->n || !ends(*text, "]"))
		return false;
	*ret = raw_skip(*text, at + strlen(key));
	ret->n--;
	text->n = at;
	return true;
}

bool login_saslauthd_refused(struct sw_raw text, char *buf, struct login_refusal *ret)
{
	struct sw_raw value;
	struct sw_raw realm;
	size_t n;

	if (!raw_take(&text, "do_auth"))
		return false;
	while (raw_take(&text, " "))
		;
	if (!raw_take(&text, ": auth failure: [user=") ||
	    !take_last_field(&text, " [reason=", &value) ||
	    !take_last_field(&text, " [mech=", &value) ||
	    !take_last_field(&text, " [realm=", &realm) ||
	    !take_last_field(&text, " [service=", &value) || !raw_is(value, "smtp") ||
	    !ends(text, "]"))
		return false;
	text.n--;
	n = text.n < LOGIN_NAME ? text.n : LOGIN_NAME;
	memcpy(buf, text.p, n);
	if (realm.n > 0 && raw_find(text, '@') == text.n && n < LOGIN_NAME) {
		buf[n++] = '@';
		realm.n = realm.n < LOGIN_NAME - n ? realm.n : LOGIN_NAME - n;
		memcpy(buf + n, realm.p, realm.n);
		n += realm.n;
	}
	*ret = (struct login_refusal){ .user = raw_from(buf, n) };
	return n > 0;
}
