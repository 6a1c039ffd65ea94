#include "reference_events.h"

#include <errno.h>
#include <regex.h>
#include <stdlib.h>

/* What is longer may have been cut by a sender who knows where: its end is not believed. */
enum { GROUPS = 10, WHOLE = 900 };

/* NUL would end the text for regexec(3): another control byte stands for it, alike to all below. */
static char *copy_of(struct sw_raw text)
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
	} known[16];
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

static bool match(struct sw_raw text, const char *expression, struct sw_raw group[GROUPS])
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

static int number(struct sw_raw digits)
{
	int n = 0;

	for (size_t i = 0; i < digits.n; i++)
		if (digits.p[i] != ' ')
			n = n * 10 + (digits.p[i] - '0');
	return n;
}

static int month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (leap && month == 2);
}

/* Seconds from 1970 to the beginning of a day; day by day would be slow, so month by month. */
static int64_t day_start(int year, int month, int day)
{
	int64_t days = day - 1;

	for (int y = 1970; y < year; y++)
		for (int m = 1; m <= 12; m++)
			days += month_days(y, m);
	for (int m = 1; m < month; m++)
		days += month_days(year, m);
	return days * 86400;
}

#define CLOCK ":([0-5][0-9]):([0-5][0-9]|60)"
#define HOUR  "([01][0-9]|2[0-3])"
#define BSD   "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ([ 0-9][0-9]) " HOUR CLOCK
#define ISO                                                                                        \
	"([0-9]{4})-([0-9]{2})-([0-9]{2})T" HOUR CLOCK "(\\.[0-9]+)?"                              \
	"(Z|[-+]([01][0-9]|2[0-3]):[0-5][0-9])"

/* The latest year in which there is such a day and its hour is not a day after now. */
static bool bsd_time(struct sw_raw g[GROUPS], int64_t now, int64_t *ret)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int month = 1;
	int day = number(g[2]);

	while (memcmp(names + 3 * (month - 1), g[1].p, 3) != 0)
		month++;
	for (int year = 2100; year >= 1970; year--) {
		int64_t hour = day_start(year, month, day) + number(g[3]) * 3600;

		if (day < 1 || day > month_days(year, month) || hour > now + 86400)
			continue;
		*ret = hour + number(g[4]) * 60 + number(g[5]);
		return now - hour < (int64_t)9 * 366 * 86400; /* no log is older */
	}
	return false;
}

static bool iso_time(struct sw_raw g[GROUPS], int64_t *ret)
{
	int year = number(g[1]);
	int month = number(g[2]);
	int day = number(g[3]);
	struct sw_raw zone = g[8];

	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > month_days(year, month))
		return false;
	*ret = day_start(year, month, day) + number(g[4]) * 3600 + number(g[5]) * 60 + number(g[6]);
	if (zone.n == 6)
		*ret -= (zone.p[0] == '-' ? -60 : 60) *
			(number(raw_from(zone.p + 1, 2)) * 60 + number(raw_from(zone.p + 4, 2)));
	return true;
}

static bool time_of(struct sw_raw line, int64_t now, int64_t *ret)
{
	struct sw_raw g[GROUPS];

	if (match(line, "^" BSD "( |$)", g))
		return bsd_time(g, now, ret);
	return match(line, "^" ISO "( |$)", g) && iso_time(g, ret);
}

static bool split(struct sw_raw line, int64_t now, struct log_head *ret, int64_t *time)
{
	struct sw_raw g[GROUPS];
	struct sw_raw rest;
	size_t stamp;

	if (!time_of(line, now, time))
		return false;
	if (!match(line, "^" BSD " ", g) && !match(line, "^" ISO " ", g))
		return false;
	stamp = g[0].n;
	rest = raw_skip(line, stamp);
	if (!match(rest, "^([^ ]+) ([^[ :]*/)([^[ :/]*)\\[[0-9]+\\]: ", g))
		return false;
	ret->stamp = raw_from(line.p, stamp - 1);
	ret->host = g[1];
	ret->tag = raw_from(g[2].p, g[2].n + g[3].n);
	ret->daemon = g[3];
	ret->text = raw_skip(rest, g[0].n);
	return true;
}

/* Decimal, of 64 bits. */
static bool big_number(struct sw_raw digits, uint64_t *ret)
{
	char text[32];

	while (digits.n > 1 && digits.p[0] == '0')
		digits = raw_skip(digits, 1);
	if (digits.n >= sizeof(text))
		return false;
	memcpy(text, digits.p, digits.n);
	text[digits.n] = '\0';
	errno = 0;
	*ret = strtoull(text, NULL, 10);
	return errno == 0;
}

#define ID   "([0-9A-Za-z]{6,}|NOQUEUE)"
#define PEER "([A-Za-z0-9._-]+)\\[([0-9A-Fa-f.:%]+)](:[0-9]+)?"

static bool is_client(struct sw_raw text, struct event_client *ret)
{
	struct sw_raw g[GROUPS];
	struct sw_raw rest;

	if (!match(text, "^" ID ": client=" PEER "(, |$)", g))
		return false;
	*ret = (struct event_client){ .queue_id = g[1], .name = g[2], .address = g[3] };
	/* the tails that smtpd adds, from the right; each has its ", " */
	rest = raw_skip(text, g[0].n - g[5].n);
	if (match(rest, ", orig_client=(unknown\\[unknown]|" PEER ")$", g))
		rest.n -= g[0].n;
	if (match(rest, ", orig_queue_id=([0-9A-Za-z_]{2,})$", g)) {
		ret->orig_queue_id = g[1];
		rest.n -= g[0].n;
	}
	if (match(rest, ", sasl_sender=", g)) /* the client's text may have brought it in */
		ret->orig_queue_id = raw_from(NULL, 0);
	if (!match(rest, "^, sasl_method=[^, ]+, sasl_username=", g))
		return true;
	rest = raw_skip(rest, g[0].n);
	if (match(rest, ", sasl_sender=", g))
		rest.n = (size_t)(g[0].p - rest.p);
	ret->user = rest;
	return true;
}

static bool is_active(struct sw_raw text, struct sw_raw *queue_id, uint64_t *recipients)
{
	struct sw_raw g[GROUPS];
	uint64_t size;

	if (!match(text, "^" ID ": from=<.*>, size=([0-9]+), nrcpt=([0-9]+) \\(queue active\\)$",
		   g))
		return false;
	*queue_id = g[1];
	return text.n - g[1].n < WHOLE && big_number(g[2], &size) && big_number(g[3], recipients);
}

static bool is_pickup(struct sw_raw text, struct event_pickup *ret)
{
	struct sw_raw g[GROUPS];

	if (!match(text, "^" ID ": uid=([0-9]+) from=<", g) || !big_number(g[2], &ret->uid))
		return false;
	ret->queue_id = g[1];
	ret->requeued = false;
	text = raw_skip(text, g[0].n);
	if (text.n >= WHOLE)
		return match(text, ">", g);
	if (!match(text, ">( orig_id=[0-9A-Za-z_]{2,})?$", g))
		return false;
	ret->requeued = g[1].n > 0;
	return true;
}

static bool same(struct sw_raw a, struct sw_raw b)
{
	return raw_same(a, b) && (a.n == 0 || a.p == b.p);
}

bool reference_text_agrees(struct sw_raw text)
{
	struct event_client a;
	struct event_client b = { .user = { NULL, 0 } };
	struct event_pickup c;
	struct event_pickup d = { .uid = 0 };
	struct sw_raw id[2] = { { NULL, 0 }, { NULL, 0 } };
	uint64_t n[2] = { 0, 0 };
	bool client = event_client(text, &a);
	bool active = event_active(text, &id[0], &n[0]);
	bool pickup = event_pickup(text, &c);

	if (client != is_client(text, &b) || active != is_active(text, &id[1], &n[1]) ||
	    pickup != is_pickup(text, &d))
		return false;
	return (!client || (same(a.queue_id, b.queue_id) && same(a.name, b.name) &&
			    same(a.address, b.address) && same(a.user, b.user) &&
			    same(a.orig_queue_id, b.orig_queue_id))) &&
	       (!active || (same(id[0], id[1]) && n[0] == n[1])) &&
	       (!pickup ||
		(same(c.queue_id, d.queue_id) && c.uid == d.uid && c.requeued == d.requeued));
}

bool reference_line_agrees(struct sw_raw line, struct log_clock *clock)
{
	struct log_head a;
	struct log_head b = { .text = { NULL, 0 } };
	int64_t time[3] = { 0, 0, 0 };
	bool timed = log_stamp_time(clock, line, &time[0]);
	bool fine = log_header(line, &a) && log_stamp_time(clock, a.stamp, &time[1]);

	if (timed != time_of(line, clock->now, &time[2]) || (timed && time[0] != time[2]) ||
	    fine != split(line, clock->now, &b, &time[2]))
		return false;
	return !fine || (time[1] == time[2] && same(a.stamp, b.stamp) && same(a.host, b.host) &&
			 same(a.tag, b.tag) && same(a.daemon, b.daemon) && same(a.text, b.text) &&
			 reference_text_agrees(a.text));
}
