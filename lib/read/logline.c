#include "read/logline.h"

#include <time.h>

#include "base/num.h"
#include "read/qid.h"

enum { QUEUE_ID_MIN = 6 };

/*
 * Postfix cuts a text at 2000 bytes (util/msg_syslog.c), musl's syslog(3) a line at 1024: what then
 * stands last is not Postfix's, but the middle of a sender who knows where the cut is. No honest
 * address is near that long (RFC 5321: 320).
 */
enum { TEXT_WHOLE = 900 };

static bool digits(const char *p, size_t n, int *ret)
{
	int value = 0;

	for (size_t i = 0; i < n; i++) {
		if (!raw_is_digit(p[i]))
			return false;
		value = value * 10 + (p[i] - '0');
	}
	*ret = value;
	return true;
}

/* "Nov 23 10:43:20 ": blank padded by syslogd (RFC 3164), zero padded by postlogd */
enum { BSD_STAMP = 15, BSD_HOUR = 9 };

static bool is_bsd(struct raw line)
{
	const char *p = line.p;

	return line.n > BSD_STAMP && p[3] == ' ' && p[6] == ' ' && p[9] == ':' && p[12] == ':' &&
	       p[BSD_STAMP] == ' ';
}

/* "2026-11-23T10:43:20", then a fraction, then Z or +hh:mm (RFC 3339) */
enum { ISO_SECONDS = 19, ISO_HOUR = 13 };

static bool is_iso(struct raw line)
{
	const char *p = line.p;

	return line.n > ISO_SECONDS && p[4] == '-' && p[7] == '-' && p[10] == 'T' && p[13] == ':' &&
	       p[16] == ':';
}

static size_t stamp_length(struct raw line)
{
	if (is_bsd(line))
		return BSD_STAMP;
	return is_iso(line) ? raw_find(line, ' ') : 0;
}

bool logline_split(struct raw line, struct log_head *ret)
{
	size_t n = stamp_length(line);
	struct raw rest;
	size_t end;
	size_t slash;

	if (n == 0 || n >= line.n)
		return false;
	ret->stamp = raw_from(line.p, n);
	rest = raw_skip(line, n + 1);
	n = raw_find(rest, ' ');
	if (n == 0 || n == rest.n)
		return false;
	ret->host = raw_from(rest.p, n);
	rest = raw_skip(rest, n + 1);
	/* a tag ends at its [pid]; blanks can't be in it, so it can't be sought in the text */
	end = 0;
	while (end < rest.n && rest.p[end] != '[' && rest.p[end] != ' ' && rest.p[end] != ':')
		end++;
	if (end == 0 || end == rest.n || rest.p[end] != '[')
		return false;
	ret->tag = raw_from(rest.p, end);
	slash = raw_find_last(ret->tag, '/');
	if (slash == ret->tag.n)
		return false;
	ret->daemon = raw_skip(ret->tag, slash + 1);
	rest = raw_skip(rest, end + 1);
	n = 0;
	while (n < rest.n && raw_is_digit(rest.p[n]))
		n++;
	if (n == 0 || rest.n < n + 3 || memcmp(rest.p + n, "]: ", 3) != 0)
		return false;
	ret->text = raw_skip(rest, n + 3);
	return true;
}

static int month_of(const char *p)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++)
		if (memcmp(names + 3 * i, p, 3) == 0)
			return i;
	return -1;
}

static bool hour_from_bsd(struct log_clock *clock, const char *p, int64_t *ret)
{
	char day[2] = { p[4] == ' ' ? '0' : p[4], p[5] };
	time_t now = (time_t)clock->now;
	struct tm local;
	struct tm tm = { .tm_mon = month_of(p), .tm_isdst = -1 };

	if (tm.tm_mon < 0 || !digits(day, 2, &tm.tm_mday) || !digits(p + 7, 2, &tm.tm_hour) ||
	    tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 || !localtime_r(&now, &local))
		return false;
	/* from next year (on New Year's Eve clocks differ) back to the last one with a February 29 */
	for (int year = local.tm_year + 1; year >= local.tm_year - 8; year--) {
		struct tm try = tm;
		time_t t;

		try.tm_year = year;
		t = mktime(&try);
		if (t == (time_t)-1 || t > now + 86400 || try.tm_mday != tm.tm_mday)
			continue;
		*ret = (int64_t)t;
		return true;
	}
	return false;
}

static bool hour_from_iso(const char *p, int64_t *ret)
{
	struct tm tm = { .tm_isdst = 0 };
	int year;
	int month;

	if (!digits(p, 4, &year) || !digits(p + 5, 2, &month) || !digits(p + 8, 2, &tm.tm_mday) ||
	    !digits(p + 11, 2, &tm.tm_hour) || year < 1970 || month < 1 || month > 12 ||
	    tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23)
		return false;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	*ret = (int64_t)timegm(&tm);
	return true;
}

/* Behind the seconds: an optional fraction, then the zone; seconds east of Greenwich. */
static bool zone_from_iso(struct raw rest, int64_t *ret)
{
	int hours;
	int minutes;

	if (rest.n > 0 && rest.p[0] == '.') {
		rest = raw_skip(rest, 1);
		while (rest.n > 0 && raw_is_digit(rest.p[0]))
			rest = raw_skip(rest, 1);
	}
	*ret = 0;
	if (rest.n > 0 && rest.p[0] == 'Z')
		return true;
	if (rest.n < 6 || (rest.p[0] != '+' && rest.p[0] != '-') || rest.p[3] != ':' ||
	    !digits(rest.p + 1, 2, &hours) || !digits(rest.p + 4, 2, &minutes))
		return false;
	*ret = (hours * 60 + minutes) * 60 * (rest.p[0] == '-' ? -1 : 1);
	return true;
}

/* mktime(3) costs a microsecond; nearly all lines of a log share their hour with the line before */
static bool hour_of(struct log_clock *clock, struct raw line, size_t n, bool iso, int64_t *ret)
{
	if (clock->cached_n == n && memcmp(clock->cached, line.p, n) == 0) {
		*ret = clock->cached_time;
		return true;
	}
	if (!(iso ? hour_from_iso(line.p, ret) : hour_from_bsd(clock, line.p, ret)))
		return false;
	memcpy(clock->cached, line.p, n);
	clock->cached_n = n;
	clock->cached_time = *ret;
	return true;
}

bool logline_time(struct log_clock *clock, struct raw line, int64_t *ret)
{
	bool iso = line.n >= ISO_SECONDS && line.p[4] == '-';
	size_t hour = iso ? ISO_HOUR : BSD_HOUR;
	int64_t start;
	int64_t zone = 0;
	int minutes;
	int seconds;

	if (line.n < (size_t)(iso ? ISO_SECONDS : BSD_STAMP) || line.p[hour] != ':' ||
	    line.p[hour + 3] != ':' || !digits(line.p + hour + 1, 2, &minutes) ||
	    !digits(line.p + hour + 4, 2, &seconds) || minutes > 59 || seconds > 60)
		return false;
	if (iso && (line.p[10] != 'T' || !zone_from_iso(raw_skip(line, ISO_SECONDS), &zone)))
		return false;
	if (!hour_of(clock, line, hour, iso, &start))
		return false;
	*ret = start + minutes * 60 + seconds - zone;
	return true;
}

static inline bool take(struct raw *rest, const char *word)
{
	if (!raw_starts(*rest, word))
		return false;
	*rest = raw_skip(*rest, strlen(word));
	return true;
}

/* Which bytes may stand where; a table, because it is asked for most bytes of a client= line. */
enum { IN_ID = 1, IN_NAME = 2, IN_ADDRESS = 4, IN_ALL = 7 };

static const unsigned char class_of[256] = {
	['0' ... '9'] = IN_ALL,	       ['A' ... 'F'] = IN_ALL,	      ['a' ... 'f'] = IN_ALL,
	['G' ... 'Z'] = IN_ID | IN_NAME, ['g' ... 'z'] = IN_ID | IN_NAME, ['.'] = IN_NAME | IN_ADDRESS,
	['_'] = IN_NAME,	       ['-'] = IN_NAME,		      [':'] = IN_ADDRESS,
	['%'] = IN_ADDRESS,
};

static struct raw take_set(struct raw *rest, unsigned char set)
{
	struct raw got = *rest;
	size_t n = 0;

	while (n < got.n && class_of[(unsigned char)got.p[n]] & set)
		n++;
	*rest = raw_skip(got, n);
	return raw_from(got.p, n);
}

/* NAME[ADDR][:PORT]: the name is checked by valid_hostname(), the address is numeric */
static bool take_peer(struct raw *rest, struct raw *name, struct raw *address)
{
	*name = take_set(rest, IN_NAME);
	if (name->n == 0 || !take(rest, "["))
		return false;
	*address = take_set(rest, IN_ADDRESS);
	if (address->n == 0 || !take(rest, "]"))
		return false;
	if (take(rest, ":") && take_set(rest, IN_ID).n == 0)
		return false;
	return true;
}

/* Index of the last ", key=" in the text; text.n when there is none. */
static size_t find_last_key(struct raw text, const char *key)
{
	size_t n = strlen(key);

	for (size_t i = text.n >= n ? text.n - n + 1 : 0; i > 0; i--)
		if (memcmp(text.p + i - 1, key, n) == 0)
			return i - 1;
	return text.n;
}

static struct raw cut_user(struct raw rest, struct raw *orig_queue_id)
{
	static const char client[] = ", orig_client=";
	static const char id[] = ", orig_queue_id=";
	static const char sender[] = ", sasl_sender=";
	const char *hit;
	size_t at;

	if (raw_find(rest, ',') == rest.n) /* nearly all lines end with the login */
		return rest;
	at = find_last_key(rest, client);
	if (at < rest.n) {
		struct raw tail = raw_skip(rest, at + strlen(client));

		/* NAME[ADDR], NAME[ADDR]:PORT, or unknown[unknown] */
		if (take_set(&tail, IN_NAME).n > 0 && take(&tail, "[") &&
		    take_set(&tail, IN_ALL).n > 0 && take(&tail, "]") &&
		    (tail.n == 0 || (take(&tail, ":") && take_set(&tail, IN_ID).n > 0 && tail.n == 0)))
			rest.n = at;
	}
	at = find_last_key(rest, id);
	if (at < rest.n && qid_is(raw_skip(rest, at + strlen(id)))) {
		*orig_queue_id = raw_skip(rest, at + strlen(id));
		rest.n = at;
	}
	hit = rest.n ? memmem(rest.p, rest.n, sender, strlen(sender)) : NULL;
	return hit ? raw_from(rest.p, (size_t)(hit - rest.p)) : rest;
}

bool logline_client(struct raw text, struct log_client *ret)
{
	ret->queue_id = take_set(&text, IN_ID);
	ret->user = raw_from(NULL, 0);
	ret->orig_queue_id = raw_from(NULL, 0);
	if (ret->queue_id.n < QUEUE_ID_MIN || !take(&text, ": client=") ||
	    !take_peer(&text, &ret->name, &ret->address))
		return false;
	if (text.n == 0)
		return true;
	if (!raw_starts(text, ", "))
		return false;
	if (!take(&text, ", sasl_method="))
		return true;
	while (text.n > 0 && text.p[0] != ',' && text.p[0] != ' ')
		text = raw_skip(text, 1);
	if (take(&text, ", sasl_username="))
		ret->user = cut_user(text, &ret->orig_queue_id);
	return true;
}

/* Take digits off the end of *text. */
static bool take_last_number(struct raw *text, uint64_t *ret)
{
	size_t n = text->n;

	while (n > 0 && raw_is_digit(text->p[n - 1]))
		n--;
	if (!num_from(raw_skip(*text, n), ret))
		return false;
	text->n = n;
	return true;
}

static bool take_last(struct raw *text, const char *word)
{
	size_t n = strlen(word);

	if (text->n < n || memcmp(text->p + text->n - n, word, n) != 0)
		return false;
	text->n -= n;
	return true;
}

bool logline_active(struct raw text, struct raw *queue_id, uint64_t *recipients)
{
	uint64_t size;

	*queue_id = take_set(&text, IN_ID);
	return text.n < TEXT_WHOLE && queue_id->n >= QUEUE_ID_MIN && take(&text, ": from=<") &&
	       take_last(&text, " (queue active)") && take_last_number(&text, recipients) &&
	       take_last(&text, ", nrcpt=") && take_last_number(&text, &size) &&
	       take_last(&text, ">, size=");
}

bool logline_pickup(struct raw text, struct log_pickup *ret)
{
	struct raw uid;
	size_t end;

	ret->queue_id = take_set(&text, IN_ID);
	if (ret->queue_id.n < QUEUE_ID_MIN || !take(&text, ": uid="))
		return false;
	uid = take_set(&text, IN_ID);
	if (!num_from(uid, &ret->uid) || !take(&text, " from=<"))
		return false;
	end = raw_find_last(text, '>');
	if (end == text.n)
		return false;
	ret->requeued = false;
	if (text.n >= TEXT_WHOLE)
		return true;
	text = raw_skip(text, end + 1);
	if (text.n == 0)
		return true;
	ret->requeued = take(&text, " orig_id=") && qid_is(text);
	return ret->requeued;
}
