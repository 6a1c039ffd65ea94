#include "reference_header.h"

#include <regex.h>
#include <stdlib.h>

enum { GROUPS = 13, STAMPS = 4 };

/* NUL would end the text for regexec(3): another control byte stands for it. */
static char *copy_of(struct raw text)
{
	char *copy = malloc(text.n + 1);

	if (!copy)
		abort();
	for (size_t i = 0; i < text.n; i++)
		copy[i] = text.p[i] ? text.p[i] : '\1';
	copy[text.n] = '\0';
	return copy;
}

/* Compiled once; they live as long as the process. */
static const regex_t *compiled(const char *expression)
{
	static struct {
		const char *expression;
		regex_t re;
	} known[64];
	size_t i = 0;

	while (i < SW_COUNT(known) && known[i].expression && known[i].expression != expression)
		i++;
	if (i == SW_COUNT(known))
		abort();
	if (!known[i].expression && regcomp(&known[i].re, expression, REG_EXTENDED))
		abort();
	known[i].expression = expression;
	return &known[i].re;
}

static bool match(struct raw text, const char *expression, struct raw group[GROUPS])
{
	regmatch_t at[GROUPS];
	char *copy = copy_of(text);
	bool hit = regexec(compiled(expression), copy, GROUPS, at, 0) == 0;

	for (size_t i = 0; i < GROUPS; i++)
		group[i] = hit && at[i].rm_so >= 0 ? raw_from(text.p + at[i].rm_so,
							      (size_t)(at[i].rm_eo - at[i].rm_so))
						   : raw_from(NULL, 0);
	free(copy);
	return hit;
}

static bool is(struct raw text, const char *expression)
{
	struct raw g[GROUPS];

	return match(text, expression, g);
}

/* Take what matches off the beginning. */
static bool eat(struct raw *rest, const char *expression, struct raw g[GROUPS])
{
	if (!match(*rest, expression, g))
		return false;
	*rest = raw_skip(*rest, g[0].n);
	return true;
}

static int number(struct raw digits)
{
	int n = 0;

	for (size_t i = 0; i < digits.n; i++)
		if (raw_is_digit(digits.p[i]))
			n = n * 10 + (digits.p[i] - '0');
	return n;
}

#define MON	  "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
#define DAY	  "(0[1-9]|[12][0-9]|3[01])"
#define BLANK_DAY "( [1-9]|0[1-9]|[12][0-9]|3[01])"
#define YEAR	  "(19[7-9][0-9]|[2-9][0-9]{3})"
#define HMS	  "([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)"
#define FRACTION  "([.,][0-9]+)?"
#define END	  "( |$)"

static void set_date(struct log_stamp *ret, struct raw year, int month, struct raw day,
		     const struct raw hms[3])
{
	ret->year = (int16_t)number(year);
	ret->month = (int8_t)month;
	ret->day = (int8_t)number(day);
	ret->hour = (int8_t)number(hms[0]);
	ret->minute = (int8_t)number(hms[1]);
	ret->second = (int8_t)number(hms[2]);
}

static int month_of(struct raw name)
{
	static const char *const names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int month = 0;

	while (!raw_is(name, names[month]))
		month++;
	return month + 1;
}

static int seconds_of_zone(struct raw zone)
{
	struct raw g[GROUPS];
	int seconds;

	if (!match(zone, "^([-+])([0-9]{2}):?([0-9]*)$", g))
		return 0;
	seconds = number(g[3]) * (g[3].n == 2 ? 60 : 1) + number(g[2]) * 3600;
	return g[1].p[0] == '-' ? -seconds : seconds;
}

#define ZONE "(Z|z|[-+]([01][0-9]|2[0-3])(:?[0-5][0-9]|:[0-9]{3}|:[0-2][0-9]{3}|:3[0-5][0-9]{2})?)"

/* The length of the stamp that a text begins with, or 0. */
static size_t stamp_of(struct raw text, struct log_stamp *ret)
{
	struct raw g[GROUPS];

	*ret = (struct log_stamp){ .kind = STAMP_LOCAL };
	if (match(text, "^" MON " " BLANK_DAY " (" YEAR " )?" HMS FRACTION END, g)) {
		set_date(ret, g[4], month_of(g[1]), g[2], &g[5]);
		return g[0].n - g[9].n;
	}
	if (match(text, "^" YEAR " " MON " " BLANK_DAY " " HMS FRACTION END, g)) {
		set_date(ret, g[1], month_of(g[2]), g[3], &g[4]);
		return g[0].n - g[8].n;
	}
	if (match(text,
		  "^" YEAR "-(0[1-9]|1[0-2])-" DAY "[T ]" HMS FRACTION "( UTC| GMT|" ZONE ")?" END,
		  g)) {
		set_date(ret, g[1], number(g[2]), g[3], &g[4]);
		if (g[8].n > 0) {
			ret->kind = STAMP_ZONED;
			ret->offset = seconds_of_zone(g[8]);
		}
		if (text.p[10] == 'T' && g[7].n == 6 && (g[8].n == 0 || g[8].p[0] == ' ')) {
			ret->kind = STAMP_ZONED; /* svlogd -ttt */
			return 25;
		}
		return g[0].n - g[12].n;
	}
	ret->kind = STAMP_ZONED;
	if (match(text, "^" YEAR "-(0[1-9]|1[0-2])-" DAY "_" HMS FRACTION END, g)) {
		set_date(ret, g[1], number(g[2]), g[3], &g[4]);
		return g[0].n - g[8].n;
	}
	*ret = (struct log_stamp){ .kind = STAMP_EPOCH };
	if (match(text, "^@4([0-9a-f]{15})[0-9a-f]{8}" END, g)) {
		ret->label = true;
		for (size_t i = 0; i < g[1].n; i++)
			ret->seconds =
				ret->seconds * 16 +
				(raw_is_digit(g[1].p[i]) ? g[1].p[i] - '0' : g[1].p[i] - 'a' + 10);
		ret->seconds -= 10;
		if (ret->seconds > 0 && ret->seconds + 10 < 274877906944)
			return g[0].n - g[2].n;
	} else if (match(text, "^([0-9]{10})" FRACTION END, g)) {
		for (size_t i = 0; i < 10; i++)
			ret->seconds = ret->seconds * 10 + (g[1].p[i] - '0');
		return g[0].n - g[3].n;
	}
	*ret = (struct log_stamp){ .kind = STAMP_NONE };
	return 0;
}

#define FAC                                                                                        \
	"(mail|user|daemon|kern|auth|authpriv|security|syslog|cron|lpr|news|uucp|ftp|ntp|audit|"   \
	"console|local[0-7])\\.(info|warning|warn|err|error|crit|notice|debug|alert|emerg|panic)"
#define SEVERITY "INFO|WARNING|WARN|ERR|ERROR|CRIT|NOTICE|DEBUG|ALERT|EMERG|PANIC"
#define PROGRAM                                                                                    \
	"(anvil|bounce|cleanup|discard|dnsblog|error|flush|lmtp|local|master|nqmgr|oqmgr|pickup|"  \
	"pipe|postalias|postdrop|postfix-script|postlog|postlogd|postmap|postmulti|postqueue|"     \
	"postscreen|postsuper|proxymap|qmgr|qmqpd|scache|sendmail|showq|smtp|smtpd|spawn|tlsmgr|"  \
	"tlsproxy|trivial-rewrite|verify|virtual)"

struct ref {
	struct log_head head;
	bool stamped, contained;
	char *kept[8]; /* texts that were un-escaped */
	size_t kept_n;
};

static bool line(struct raw rest, struct ref *r);

static void tag_is(struct raw tag, struct log_head *head)
{
	struct raw g[GROUPS];

	head->tag = tag;
	head->syslog_name = tag;
	head->program = raw_from(NULL, 0);
	head->is_postfix = is(tag, "/" PROGRAM "$");
	if (match(tag, "^(.*)/([^/]*)$", g)) {
		head->syslog_name = g[1];
		head->program = g[2];
	}
}

/* NAME[pid]: or NAME: */
static bool is_tag(struct raw word, struct raw *name)
{
	struct raw g[GROUPS];

	if (match(word, "^(.+)\\[([0-9]+|-)]:$", g)) {
		*name = g[1];
		return !is(g[1], "\\[[0-9]+]:");
	}
	if (!match(word, "^([^]:[]+):$", g))
		return false;
	*name = g[1];
	return true;
}

/* What is behind a tag. */
static bool tail(struct raw tag, struct raw text, struct ref *r)
{
	struct log_head *head = &r->head;
	struct raw g[GROUPS];

	tag_is(tag, head);
	eat(&text, "^ *", g);
	if (is(tag, "^[0-9a-f]{12}$") && !r->contained) {
		struct ref inner = *r;

		inner.head.form = LOG_FORM_SYSLOG;
		inner.stamped = inner.contained = true;
		if (line(text, &inner)) {
			*r = inner;
			return true;
		}
		memcpy(r->kept, inner.kept, sizeof(r->kept));
		r->kept_n = inner.kept_n;
	}
	head->program_unknown = head->form == LOG_FORM_RFC5424 && !is(tag, "/");
	if (head->form != LOG_FORM_SYSLOG && head->form != LOG_FORM_JSON && is(tag, "/.") &&
	    !is(tag, "/$") && !head->is_postfix) {
		struct raw rest = text;
		struct raw name;

		if (eat(&rest, "^([^ ]+\\[([0-9]+|-)]:)( |$)", g) && is_tag(g[1], &name) &&
		    match(name, "/" PROGRAM "$", g)) {
			head->syslog_name = tag;
			head->program = g[1];
			head->is_postfix = true;
			text = rest;
		}
	}
	eat(&text, "^\\[ID [0-9]+ " FAC "]( |$)", g);
	if (match(text, "^message repeated ([0-9]{1,7}) times: \\[", g) && number(g[1]) > 0) {
		head->repeated = (unsigned)number(g[1]);
		text = raw_skip(text, g[0].n);
		if (match(text, "]$", g))
			text.n--;
		eat(&text, "^ *", g);
	}
	head->text = text;
	return true;
}

static bool is_mark(struct raw word)
{
	return is(word, "^(" FAC "|" SEVERITY "|<(" FAC "|[0-9]{1,2}(\\.[0-9]{1,2})?)>)$");
}

static bool untagged(struct raw rest, struct ref *r)
{
	if (!is(rest, "^(last message repeated |-- MARK --|--- last message repeated )"))
		return false;
	tag_is(raw_from(NULL, 0), &r->head);
	r->head.text = rest;
	return true;
}

/* [mark] host [mark], of which everything may be missing, then the tag. */
static bool rest_of(struct raw rest, struct ref *r)
{
	enum { FIRST, AFTER_MARK, HOST, HOST_MARK } at = FIRST;
	struct raw g[GROUPS];
	struct raw name;

	for (;;) {
		eat(&rest, "^ *", g);
		if (at <= AFTER_MARK && match(rest, "^\\[([^ ]*)]\\[[A-Za-z]+]( |$)", g)) {
			r->head.form = LOG_FORM_METALOG;
			return g[1].n > 0 && tail(g[1], raw_skip(rest, g[0].n), r);
		}
		if (at <= AFTER_MARK && match(rest, "^\\[([^ ]*)]( |$)", g)) {
			r->head.form = LOG_FORM_METALOG;
			return g[1].n > 0 && tail(g[1], raw_skip(rest, g[0].n), r);
		}
		if (at <= AFTER_MARK && is(rest, "^\\["))
			return false;
		if (eat(&rest, "^Forwarded from ", g)) {
			if (!eat(&rest, "^([^ ]+):( |$)", g))
				return false;
			r->head.host = g[1];
			at = HOST;
			continue;
		}
		if (untagged(rest, r))
			return true;
		if (!eat(&rest, "^([^ ]+)( |$)", g))
			return false;
		if (is_tag(g[1], &name))
			return tail(name, rest, r);
		if (is_mark(g[1])) {
			if (at == AFTER_MARK || at == HOST_MARK)
				return false;
			at = at == FIRST ? AFTER_MARK : HOST_MARK;
			continue;
		}
		if (at >= HOST || is(g[1], ":$") || is(g[1], "\\["))
			return false;
		r->head.host = g[1];
		at = HOST;
	}
}

static void count(struct raw text, const struct log_stamp *stamp, struct ref *r)
{
	struct log_stamp *outer = &r->head.time;

	if (outer->kind == STAMP_NONE ||
	    (outer->kind == STAMP_LOCAL && stamp->kind != STAMP_LOCAL)) {
		r->head.stamp = text;
		*outer = *stamp;
	} else if (outer->label) {
		int64_t inner = stamp->kind == STAMP_EPOCH ? stamp->seconds
							   : log_stamp_civil(stamp) - stamp->offset;
		int64_t ten = 450 - llabs((llabs(outer->seconds - inner) % 900) - 450);
		int64_t more = 450 - llabs((llabs(outer->seconds - 27 - inner) % 900) - 450);

		outer->label = false;
		outer->seconds -= more < ten ? 27 : 0;
	}
}

static bool rfc5424(struct raw rest, struct ref *r)
{
	struct log_stamp stamp;
	size_t n = stamp_of(rest, &stamp);
	struct raw g[GROUPS];
	struct raw app;

	if (n == 0)
		return false;
	count(raw_from(rest.p, n), &stamp, r);
	rest = raw_skip(rest, n);
#define DATA "(-|(\\[([^]\"]|\"([^\"\\]|\\\\.)*\")*])+)( |$)"
	if (match(rest, "^ [^ ]+ [0-9]+ ", g)) {
		if (!eat(&rest, "^ ([^ ]+) [0-9]+ [^ ]+ " DATA, g))
			return false;
		app = g[1];
	} else {
		if (!eat(&rest, "^ ([^ ]+) ([^ ]+) [^ ]+ [^ ]+ " DATA, g))
			return false;
		r->head.host = g[1];
		app = g[2];
	}
	r->head.form = LOG_FORM_RFC5424;
	eat(&rest, "^ *(\xEF\xBB\xBF)?", g);
	return tail(app, rest, r);
}

static struct raw trimmed(struct raw text)
{
	while (text.n > 0 && strchr(" \r", text.p[text.n - 1]) && text.p[text.n - 1])
		text.n--;
	return text;
}

static void put_utf8(char **at, unsigned long c)
{
	if (c < 0x80) {
		*(*at)++ = (char)c;
	} else if (c < 0x800) {
		*(*at)++ = (char)(0xC0 + c / 64);
		*(*at)++ = (char)(0x80 + c % 64);
	} else if (c < 0x10000) {
		*(*at)++ = (char)(0xE0 + c / 4096);
		*(*at)++ = (char)(0x80 + c / 64 % 64);
		*(*at)++ = (char)(0x80 + c % 64);
	} else {
		*(*at)++ = (char)(0xF0 + c / 262144);
		*(*at)++ = (char)(0x80 + c / 4096 % 64);
		*(*at)++ = (char)(0x80 + c / 64 % 64);
		*(*at)++ = (char)(0x80 + c % 64);
	}
}

static unsigned long hex4(const char *p)
{
	char text[5] = { p[0], p[1], p[2], p[3] };

	return strtoul(text, NULL, 16);
}

#define U "\\\\u([0-9A-Fa-f]{4})"

/* What an escaped string stands for, byte by byte; kept until the end. */
static bool plain(struct raw text, struct ref *r, struct raw *ret)
{
	char *to = malloc(text.n + 1);
	char *at = to;
	struct raw g[GROUPS];

	if (!to || r->kept_n == SW_COUNT(r->kept))
		abort();
	r->kept[r->kept_n++] = to;
	while (text.n > 0) {
		if (text.p[0] != '\\') {
			*at++ = text.p[0];
			text = raw_skip(text, 1);
		} else if (eat(&text,
			       "^\\\\u([dD][89abAB][0-9A-Fa-f]{2})\\\\u([dD][c-fC-F][0-9A-Fa-f]{2}"
			       ")",
			       g)) {
			put_utf8(&at,
				 0x10000 + (hex4(g[1].p) - 0xD800) * 1024 + hex4(g[2].p) - 0xDC00);
		} else if (eat(&text, "^\\\\u[dD][89a-fA-F][0-9A-Fa-f]{2}", g)) {
			put_utf8(&at, 0xFFFD);
		} else if (eat(&text, "^" U, g)) {
			put_utf8(&at, hex4(g[1].p));
		} else if (eat(&text, "^\\\\([\"\\/bfnrt])", g)) {
			const char *from = "bfnrt";
			const char *hit = strchr(from, g[1].p[0]);

			*at++ = hit ? "\b\f\n\r\t"[hit - from] : g[1].p[0];
		} else {
			return false;
		}
	}
	*ret = raw_from(to, (size_t)(at - to));
	return true;
}

#define STRING "\"(([^\"\\]|\\\\.)*)\""
#define WS     "[ \t\n\r]*"

/* A nested value: up to the bracket that closes the first one, strings apart. */
static bool eat_nested(struct raw *rest)
{
	struct raw g[GROUPS];
	int depth = 0;

	do {
		if (eat(rest, "^" STRING, g))
			continue;
		if (rest->n == 0 || rest->p[0] == '"')
			return false;
		depth += rest->p[0] == '{' || rest->p[0] == '[';
		depth -= rest->p[0] == '}' || rest->p[0] == ']';
		*rest = raw_skip(*rest, 1);
	} while (depth > 0);
	return true;
}

/* Words and nested values one behind another without a blank pass for a value. */
static bool eat_other(struct raw *rest)
{
	struct raw g[GROUPS];
	size_t before = rest->n;

	while (rest->n > 0)
		if (is(*rest, "^[[{]") ? !eat_nested(rest) : !eat(rest, "^[A-Za-z0-9+.-]+", g))
			return rest->n < before && !is(*rest, "^[[{]");
	return rest->n < before;
}

/* The first string of each key; p is NULL for one that is not there. */
static bool members(struct raw rest, const char *const *keys, size_t keys_n, struct raw *values)
{
	struct raw g[GROUPS];

	if (!eat(&rest, "^\\{", g))
		return false;
	for (;;) {
		struct raw key;

		if (!eat(&rest, "^" WS STRING WS ":" WS, g))
			return false;
		key = g[1];
		if (eat(&rest, "^" STRING, g)) {
			for (size_t i = 0; i < keys_n; i++)
				if (raw_is(key, keys[i]) && !values[i].p)
					values[i] = raw_from(g[1].n ? g[1].p : "", g[1].n);
		} else if (is(rest, "^\"") || !eat_other(&rest)) {
			return false;
		}
		if (!eat(&rest, "^" WS "([,}])", g))
			return false;
		if (g[1].p[0] == '}')
			return rest.n == 0;
	}
}

static bool json(struct raw object, struct ref *r)
{
	static const char *const keys[] = { "@timestamp", "tag", "message", "host" };
	struct raw found[4] = { { NULL, 0 } };
	struct log_stamp stamp;
	struct raw tag;

	if (!members(object, keys, SW_COUNT(keys), found))
		return false;
	for (size_t i = 0; i < SW_COUNT(keys); i++)
		if (found[i].p && !plain(found[i], r, &found[i]))
			return false;
	if (!found[0].p || found[0].n == 0 || stamp_of(found[0], &stamp) != found[0].n)
		return false;
	count(found[0], &stamp, r);
	if (!found[1].p || !found[2].p || !is_tag(trimmed(found[1]), &tag))
		return false;
	r->head.form = LOG_FORM_JSON;
	r->head.host = found[3];
	return tail(tag, trimmed(found[2]), r);
}

static bool docker(struct raw object, struct ref *r)
{
	static const char *const keys[] = { "log", "time" };
	struct raw found[2] = { { NULL, 0 } };
	struct log_stamp stamp;

	if (!members(object, keys, SW_COUNT(keys), found))
		return false;
	if (found[1].n > 0 && stamp_of(found[1], &stamp) == found[1].n)
		count(found[1], &stamp, r);
	if (!found[0].p)
		return json(object, r);
	if (!plain(found[0], r, &found[0]))
		return false;
	r->head.partial = !is(found[0], "\n$");
	found[0].n -= !r->head.partial;
	r->stamped = true;
	return line(trimmed(found[0]), r);
}

static bool line(struct raw rest, struct ref *r)
{
	struct raw g[GROUPS];

	for (int stamps = 0; stamps <= STAMPS; stamps++) {
		struct raw before = rest;
		struct log_stamp stamp;
		size_t n;

		if (is(rest, "^\\{"))
			return json(rest, r);
		if (eat(&rest, "^<[0-9]{1,3}>1 ", g))
			return rfc5424(rest, r);
		eat(&rest, "^<[0-9]{1,3}>", g);
		eat(&rest, "^" FAC ": ", g);
		n = stamp_of(rest, &stamp);
		if (n == 0)
			return stamps > 0 && !r->stamped && rest_of(before, r);
		count(raw_from(rest.p, n), &stamp, r);
		rest = raw_skip(rest, n);
		eat(&rest, "^ *", g);
		r->stamped = stamp.label;
		if (eat(&rest, "^(stdout|stderr) ([FP]) ", g)) {
			r->stamped = true;
			r->head.partial |= g[2].p[0] == 'P';
		}
	}
	return false;
}

static bool same_time(const struct log_stamp *a, const struct log_stamp *b)
{
	return a->kind == b->kind &&
	       (a->kind == STAMP_NONE ||
		(a->year == b->year && a->month == b->month && a->day == b->day &&
		 a->hour == b->hour && a->minute == b->minute && a->second == b->second &&
		 a->offset == b->offset && a->seconds == b->seconds && a->label == b->label));
}

static bool same(const struct log_head *a, const struct log_head *b)
{
	return a->form == b->form && raw_same(a->host, b->host) && raw_same(a->tag, b->tag) &&
	       raw_same(a->syslog_name, b->syslog_name) && raw_same(a->program, b->program) &&
	       raw_same(a->text, b->text) && a->repeated == b->repeated &&
	       a->is_postfix == b->is_postfix && a->program_unknown == b->program_unknown;
}

bool reference_header_agrees(struct raw text)
{
	static struct log_scratch scratch;
	struct ref r = { .stamped = false };
	struct log_head *want = &r.head;
	struct log_head got;
	struct raw rest = trimmed(text);
	struct raw g[GROUPS];
	bool fine = log_header(text, &scratch, &got);
	bool wanted;
	bool object;

	if (text.n > LOG_SCRATCH) /* it may not have room */
		return true;
	while (rest.n > 0 && rest.p[0] == '\0')
		rest = raw_skip(rest, 1);
	eat(&rest, "^\xEF\xBB\xBF", g);
	object = is(rest, "^\\{");
	if (is(rest, "^[a-z]") && eat(&rest, "^[A-Za-z0-9._-]+ +\\| ", g))
		r.stamped = true;
	wanted = object ? docker(rest, &r) : line(rest, &r);
	if (wanted != fine || (fine && !same(&got, want)))
		wanted = !fine;
	else if ((fine || !object) &&
		 (!same_time(&got.time, &want->time) || got.partial != want->partial ||
		  (want->time.kind != STAMP_NONE && !raw_same(got.stamp, want->stamp))))
		wanted = !fine;
	for (size_t i = 0; i < r.kept_n; i++)
		free(r.kept[i]);
	return wanted == fine;
}
