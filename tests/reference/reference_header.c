#include "reference_header.h"

#include <stdlib.h>

#include "reference_json.h"
#include "reference_match.h"
#include "reference_stamp.h"

enum { STAMPS = 4 };

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
	struct ref_kept kept; /* un-escaped */
};

static bool line(struct sw_raw rest, struct ref *r);

static void tag_is(struct sw_raw tag, struct log_head *head)
{
	struct sw_raw g[REF_GROUPS];

	head->tag = tag;
	head->syslog_name = tag;
	head->program = raw_from(NULL, 0);
	head->is_postfix = ref_is(tag, "/" PROGRAM "$");
	if (ref_match(tag, "^(.*)/([^/]*)$", g)) {
		head->syslog_name = g[1];
		head->program = g[2];
	}
}

/* NAME[pid]: or NAME: */
static bool is_tag(struct sw_raw word, struct sw_raw *name)
{
	struct sw_raw g[REF_GROUPS];

	if (ref_match(word, "^(.+)\\[([0-9]+|-)]:$", g)) {
		*name = g[1];
		return !ref_is(g[1], "\\[[0-9]+]:");
	}
	if (!ref_match(word, "^([^]:[]+):$", g))
		return false;
	*name = g[1];
	return true;
}

/* What is behind a tag. */
static bool tail(struct sw_raw tag, struct sw_raw text, struct ref *r)
{
	struct log_head *head = &r->head;
	struct sw_raw g[REF_GROUPS];

	tag_is(tag, head);
	ref_eat(&text, "^ *", g);
	if (ref_is(tag, "^[0-9a-f]{12}$") && !r->contained) {
		struct ref inner = *r;

		inner.head.form = LOG_FORM_SYSLOG;
		inner.stamped = inner.contained = true;
		if (line(text, &inner)) {
			*r = inner;
			return true;
		}
		r->kept = inner.kept;
	}
	head->program_unknown = head->form == LOG_FORM_RFC5424 && !ref_is(tag, "/");
	if (head->form != LOG_FORM_SYSLOG && head->form != LOG_FORM_JSON && ref_is(tag, "/.") &&
	    !ref_is(tag, "/$") && !head->is_postfix) {
		struct sw_raw rest = text;
		struct sw_raw name;

		if (ref_eat(&rest, "^([^ ]+\\[([0-9]+|-)]:)( |$)", g) && is_tag(g[1], &name) &&
		    ref_match(name, "/" PROGRAM "$", g)) {
			head->syslog_name = tag;
			head->program = g[1];
			head->is_postfix = true;
			text = rest;
		}
	}
	ref_eat(&text, "^\\[ID [0-9]+ " FAC "]( |$)", g);
	if (ref_match(text, "^message repeated ([0-9]{1,7}) times: \\[", g) &&
	    ref_number(g[1]) > 0) {
		head->repeated = (unsigned)ref_number(g[1]);
		text = raw_skip(text, g[0].n);
		if (ref_match(text, "]$", g))
			text.n--;
		ref_eat(&text, "^ *", g);
	}
	head->text = text;
	return true;
}

static bool is_mark(struct sw_raw word)
{
	return ref_is(word, "^(" FAC "|" SEVERITY "|<(" FAC "|[0-9]{1,2}(\\.[0-9]{1,2})?)>)$");
}

static bool untagged(struct sw_raw rest, struct ref *r)
{
	if (!ref_is(rest, "^(last message repeated |-- MARK --|--- last message repeated )"))
		return false;
	tag_is(raw_from(NULL, 0), &r->head);
	r->head.text = rest;
	return true;
}

/* [mark] host [mark], of which everything may be missing, then the tag. */
static bool rest_of(struct sw_raw rest, struct ref *r)
{
	enum { FIRST, AFTER_MARK, HOST, HOST_MARK } at = FIRST;
	struct sw_raw g[REF_GROUPS];
	struct sw_raw name;

	for (;;) {
		ref_eat(&rest, "^ *", g);
		if (at <= AFTER_MARK && ref_match(rest, "^\\[([^ ]*)]\\[[A-Za-z]+]( |$)", g)) {
			r->head.form = LOG_FORM_METALOG;
			return g[1].n > 0 && tail(g[1], raw_skip(rest, g[0].n), r);
		}
		if (at <= AFTER_MARK && ref_match(rest, "^\\[([^ ]*)]( |$)", g)) {
			r->head.form = LOG_FORM_METALOG;
			return g[1].n > 0 && tail(g[1], raw_skip(rest, g[0].n), r);
		}
		if (at <= AFTER_MARK && ref_is(rest, "^\\["))
			return false;
		if (ref_eat(&rest, "^Forwarded from ", g)) {
			if (!ref_eat(&rest, "^([^ ]+):( |$)", g))
				return false;
			r->head.host = g[1];
			at = HOST;
			continue;
		}
		if (untagged(rest, r))
			return true;
		if (!ref_eat(&rest, "^([^ ]+)( |$)", g))
			return false;
		if (is_tag(g[1], &name))
			return tail(name, rest, r);
		if (is_mark(g[1])) {
			if (at == AFTER_MARK || at == HOST_MARK)
				return false;
			at = at == FIRST ? AFTER_MARK : HOST_MARK;
			continue;
		}
		if (at >= HOST || ref_is(g[1], ":$") || ref_is(g[1], "\\["))
			return false;
		r->head.host = g[1];
		at = HOST;
	}
}

static void count(struct sw_raw text, const struct log_stamp *stamp, struct ref *r)
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

static bool rfc5424(struct sw_raw rest, struct ref *r)
{
	struct log_stamp stamp;
	size_t n = ref_stamp(rest, &stamp);
	struct sw_raw g[REF_GROUPS];
	struct sw_raw app;

	if (n == 0)
		return false;
	count(raw_from(rest.p, n), &stamp, r);
	rest = raw_skip(rest, n);
#define DATA "(-|(\\[([^]\"]|\"([^\"\\]|\\\\.)*\")*])+)( |$)"
	if (ref_match(rest, "^ [^ ]+ [0-9]+ ", g)) {
		if (!ref_eat(&rest, "^ ([^ ]+) [0-9]+ [^ ]+ " DATA, g))
			return false;
		app = g[1];
	} else {
		if (!ref_eat(&rest, "^ ([^ ]+) ([^ ]+) [^ ]+ [^ ]+ " DATA, g))
			return false;
		r->head.host = g[1];
		app = g[2];
	}
	r->head.form = LOG_FORM_RFC5424;
	ref_eat(&rest, "^ *(\xEF\xBB\xBF)?", g);
	return tail(app, rest, r);
}

static struct sw_raw trimmed(struct sw_raw text)
{
	while (text.n > 0 && strchr(" \r", text.p[text.n - 1]) && text.p[text.n - 1])
		text.n--;
	return text;
}

static bool json(struct sw_raw object, struct ref *r)
{
	static const char *const keys[] = { "@timestamp", "tag", "message", "host" };
	struct sw_raw found[4] = { { NULL, 0 } };
	struct log_stamp stamp;
	struct sw_raw tag;

	if (!ref_json_members(object, keys, SW_COUNT(keys), found))
		return false;
	for (size_t i = 0; i < SW_COUNT(keys); i++)
		if (found[i].p && !ref_json_text(found[i], &r->kept, &found[i]))
			return false;
	if (!found[0].p || found[0].n == 0 || ref_stamp(found[0], &stamp) != found[0].n)
		return false;
	count(found[0], &stamp, r);
	if (!found[1].p || !found[2].p || !is_tag(trimmed(found[1]), &tag))
		return false;
	r->head.form = LOG_FORM_JSON;
	r->head.host = found[3];
	return tail(tag, trimmed(found[2]), r);
}

static bool docker(struct sw_raw object, struct ref *r)
{
	static const char *const keys[] = { "log", "time" };
	struct sw_raw found[2] = { { NULL, 0 } };
	struct log_stamp stamp;

	if (!ref_json_members(object, keys, SW_COUNT(keys), found))
		return false;
	if (found[1].n > 0 && ref_stamp(found[1], &stamp) == found[1].n)
		count(found[1], &stamp, r);
	if (!found[0].p)
		return json(object, r);
	if (!ref_json_text(found[0], &r->kept, &found[0]))
		return false;
	found[0].n -= ref_is(found[0], "\n$");
	r->stamped = true;
	return line(trimmed(found[0]), r);
}

static bool line(struct sw_raw rest, struct ref *r)
{
	struct sw_raw g[REF_GROUPS];

	for (int stamps = 0; stamps <= STAMPS; stamps++) {
		struct sw_raw before = rest;
		struct log_stamp stamp;
		size_t n;

		if (ref_is(rest, "^\\{"))
			return json(rest, r);
		if (ref_eat(&rest, "^<[0-9]{1,3}>1 ", g))
			return rfc5424(rest, r);
		ref_eat(&rest, "^<[0-9]{1,3}>", g);
		ref_eat(&rest, "^" FAC ": ", g);
		n = ref_stamp(rest, &stamp);
		if (n == 0)
			return stamps > 0 && !r->stamped && rest_of(before, r);
		count(raw_from(rest.p, n), &stamp, r);
		rest = raw_skip(rest, n);
		ref_eat(&rest, "^ *", g);
		r->stamped = stamp.label;
		if (ref_eat(&rest, "^(stdout|stderr) ([FP]) ", g)) {
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

bool reference_header_agrees(struct sw_raw text)
{
	static struct log_scratch scratch;
	struct ref r = { .stamped = false };
	struct log_head *want = &r.head;
	struct log_head got;
	struct sw_raw rest = trimmed(text);
	struct sw_raw g[REF_GROUPS];
	bool fine = log_header(text, &scratch, &got);
	bool wanted;
	bool object;

	if (text.n > LOG_SCRATCH) /* it may not have room */
		return true;
	while (rest.n > 0 && rest.p[0] == '\0')
		rest = raw_skip(rest, 1);
	ref_eat(&rest, "^\xEF\xBB\xBF", g);
	object = ref_is(rest, "^\\{");
	if (ref_is(rest, "^[a-z]") && ref_eat(&rest, "^[A-Za-z0-9._-]+ +\\| ", g))
		r.stamped = true;
	wanted = object ? docker(rest, &r) : line(rest, &r);
	if (wanted != fine || (fine && !same(&got, want)))
		wanted = !fine;
	else if ((fine || !object) &&
		 (!same_time(&got.time, &want->time) || got.partial != want->partial ||
		  (want->time.kind != STAMP_NONE && !raw_same(got.stamp, want->stamp))))
		wanted = !fine;
	for (size_t i = 0; i < r.kept.n; i++)
		free(r.kept.text[i]);
	return wanted == fine;
}
