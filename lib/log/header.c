#include "log/header.h"

#include "log/json.h"
#include "log/prefix.h"
#include "log/tag.h"

struct reader {
	char *room; /* for strings of JSON */
	size_t room_n;
	bool stamped;	/* another stamp must come before a tag */
	bool contained; /* behind a container's tag */
	struct log_scratch *scratch;
};

static bool read_line(struct sw_raw rest, struct reader *r, struct log_head *ret);

static inline void skip_blanks(struct sw_raw *rest)
{
	while (rest->n > 0 && rest->p[0] == ' ')
		*rest = raw_skip(*rest, 1);
}

/* Take what stands before the next blank, and that blank; words are shorter than memchr(3) likes.
 */
static inline bool take_word(struct sw_raw *rest, struct sw_raw *ret)
{
	size_t n = 0;

	while (n < rest->n && rest->p[n] != ' ')
		n++;

	*ret = raw_from(rest->p, n);
	*rest = raw_skip(*rest, n + (n < rest->n));
	return n > 0;
}

static bool is_digits(struct sw_raw text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!raw_is_digit(text.p[i]))
			return false;
	return text.n > 0;
}

void log_header_tag(struct sw_raw tag, struct log_head *ret)
{
	size_t slash = raw_find_last(tag, '/');

	ret->tag = tag;
	ret->syslog_name = raw_from(tag.p, slash);
	ret->program = raw_skip(tag, slash < tag.n ? slash + 1 : tag.n);
	ret->is_postfix = log_tag_is_program(ret->program);
}

/*
 * A tag that metalog, or who made it RFC 5424, took for its end at a colon (postfix/127.0.0.1 and
 * 10025/smtpd[29728]: EV): the rest of it stands before the text.
 */
static void join_torn(struct sw_raw *text, struct log_head *ret)
{
	struct sw_raw rest = *text;
	struct sw_raw word;
	struct sw_raw tag;
	struct log_head behind;

	if (ret->is_postfix || ret->program.n == 0 || !take_word(&rest, &word) ||
	    word.p[word.n - 1] != ':' || log_tag_pid(raw_from(word.p, word.n - 1)) == word.n - 1 ||
	    !log_tag_read(word, &tag))
		return;
	log_header_tag(tag, &behind);
	if (!behind.is_postfix)
		return;
	ret->syslog_name = ret->tag;
	ret->program = behind.program;
	ret->is_postfix = true;
	*text = rest;
}

static bool finish(struct sw_raw tag, struct sw_raw text, struct reader *r, struct log_head *ret)
{
	log_header_tag(tag, ret);
	skip_blanks(&text);
	if (log_tag_is_container(tag) && !r->contained) {
		struct log_head inner = *ret;
		struct reader in = *r;

		inner.form = LOG_FORM_SYSLOG;
		in.contained = true;
		if (read_line(text, &in, &inner)) {
			*ret = inner;
			return true;
		}
	}
	if (ret->form == LOG_FORM_RFC5424 || ret->form == LOG_FORM_METALOG)
		join_torn(&text, ret);
	ret->program_unknown = ret->form == LOG_FORM_RFC5424 && raw_find(tag, '/') == tag.n;
	if (text.n > 0 && text.p[0] == '[')
		log_prefix_message_id(&text);
	if (text.n > 0 && text.p[0] == 'm')
		ret->repeated = log_prefix_repeated(&text);
	ret->text = text;
	return true;
}

/* [NAME] or [NAME][INFO], a blank behind it */
static bool read_metalog(struct sw_raw rest, struct reader *r, struct log_head *ret)
{
	struct sw_raw word;
	size_t end;
	size_t level;

	if (!take_word(&rest, &word) || word.p[word.n - 1] != ']')
		return false;
	end = word.n - 1;
	level = raw_find_last(word, '[');
	if (level > 1 && word.p[level - 1] == ']' && level + 1 < end) {
		size_t n = level + 1;

		while (n < end && raw_is_alnum(word.p[n]) && !raw_is_digit(word.p[n]))
			n++;
		if (n == end)
			end = level - 1;
	}
	if (end <= 1)
		return false;
	ret->form = LOG_FORM_METALOG;
	return finish(raw_from(word.p + 1, end - 1), rest, r, ret);
}

/* What syslogd itself says of lines before, and that it lives, has no tag. */
static bool is_untagged(struct sw_raw rest)
{
	return raw_starts(rest, "last message repeated ") || raw_starts(rest, "-- MARK --") ||
	       raw_starts(rest, "--- last message repeated ");
}

static bool read_rest(struct sw_raw rest, struct reader *r, struct log_head *ret)
{
	bool hosted = false;
	bool marked = false;

	for (;;) {
		struct sw_raw word;
		struct sw_raw tag;

		skip_blanks(&rest);
		if (!hosted && rest.n > 0 && rest.p[0] == '[')
			return read_metalog(rest, r, ret);
		if (rest.n > 0 && rest.p[0] == 'F' && raw_take(&rest, "Forwarded from ")) {
			if (!take_word(&rest, &word) || word.n < 2 || word.p[word.n - 1] != ':')
				return false;
			ret->host = raw_from(word.p, word.n - 1);
			hosted = true;
			marked = false;
			continue;
		}
		if (rest.n > 0 && (rest.p[0] == 'l' || rest.p[0] == '-') && is_untagged(rest)) {
			log_header_tag(raw_from(rest.p, 0), ret);
			ret->text = rest;
			return true;
		}
		if (!take_word(&rest, &word))
			return false;
		if (log_tag_read(word, &tag))
			return finish(tag, rest, r, ret);
		if (log_prefix_is_mark(word)) {
			if (marked)
				return false;
			marked = true;
			continue;
		}
		if (hosted || word.p[word.n - 1] == ':' || raw_find(word, '[') < word.n)
			return false;
		ret->host = word;
		hosted = true;
		marked = false;
	}
}

int64_t log_header_label(int64_t label, int64_t inner)
{
	enum { QUARTER = 900, S6 = 27 }; /* zones differ by quarters of an hour */
	int64_t apart = ((label - inner) % QUARTER + QUARTER) % QUARTER;

	return apart > S6 / 2 && apart <= S6 / 2 + QUARTER / 2 ? label - S6 : label;
}

/* Of two stamps that one counts which says its zone, else the outer one. */
static void note_stamp(struct reader *r, struct log_head *ret, struct sw_raw text,
		       const struct log_stamp *stamp)
{
	if (r->scratch->stamps < LOG_STAMPS_MAX)
		r->scratch->stamp[r->scratch->stamps++] = text;
	if (ret->time.kind == STAMP_NONE ||
	    (ret->time.kind == STAMP_LOCAL && stamp->kind != STAMP_LOCAL)) {
		ret->stamp = text;
		ret->time = *stamp;
	} else if (ret->time.label) {
		int64_t inner = stamp->kind == STAMP_EPOCH ? stamp->seconds
							   : log_stamp_civil(stamp) - stamp->offset;

		ret->time.seconds = log_header_label(ret->time.seconds, inner);
		ret->time.label = false;
	}
}

/* Behind "<22>1 ". */
static bool read_rfc5424(struct sw_raw rest, struct reader *r, struct log_head *ret)
{
	struct log_stamp stamp;
	size_t n = log_stamp_read(rest, &stamp);
	struct sw_raw app;
	struct sw_raw word;

	if (n == 0)
		return false;
	note_stamp(r, ret, raw_from(rest.p, n), &stamp);
	rest = raw_skip(rest, n);
	if (!raw_take(&rest, " ") || !take_word(&rest, &app) || !take_word(&rest, &word))
		return false;
	if (!is_digits(word)) {
		ret->host = app;
		app = word;
		if (!take_word(&rest, &word))
			return false;
	}
	if (!take_word(&rest, &word) || !log_prefix_data(&rest))
		return false;
	ret->form = LOG_FORM_RFC5424;
	skip_blanks(&rest);
	raw_take(&rest, "\xEF\xBB\xBF");
	return finish(app, rest, r, ret);
}

/* boky/postfix: {"@timestamp":..,"tag":"TAG[12]:","message":" EV"} */
static bool read_json(struct sw_raw rest, struct reader *r, struct log_head *ret)
{
	struct sw_raw found[4] = { { NULL, 0 } };
	static const char *const keys[] = { "@timestamp", "tag", "message", "host" };
	struct sw_raw key;
	struct sw_raw value;
	struct sw_raw tag;
	struct log_stamp stamp;
	bool more = raw_take(&rest, "{");

	while (more) {
		if (!log_json_member(&rest, &key, &value, &more))
			return false;
		for (size_t i = 0; i < SW_COUNT(keys); i++)
			if (raw_is(key, keys[i]) && value.p && !found[i].p &&
			    !log_json_text(value, &r->room, &r->room_n, &found[i]))
				return false;
	}
	if (rest.n > 0 || log_stamp_read(found[0], &stamp) != found[0].n || found[0].n == 0)
		return false;
	note_stamp(r, ret, found[0], &stamp);
	if (!log_tag_read(log_header_trimmed(found[1]), &tag) || !found[2].p)
		return false;
	ret->form = LOG_FORM_JSON;
	ret->host = found[3];
	return finish(tag, log_header_trimmed(found[2]), r, ret);
}

enum { STAMPS_MAX = 4 }; /* json-file's, a collector's, a log service's, the writer's */

static bool read_line(struct sw_raw rest, struct reader *r, struct log_head *ret)
{
	for (int i = 0; i <= STAMPS_MAX; i++) {
		struct sw_raw before = rest;
		struct log_stamp stamp;
		size_t n;

		if (rest.n > 0 && rest.p[0] == '{')
			return read_json(rest, r, ret);
		if (log_prefix_priority(&rest) && raw_take(&rest, "1 "))
			return read_rfc5424(rest, r, ret);
		log_prefix_facility(&rest);
		n = log_stamp_read(rest, &stamp);
		if (n == 0)
			return i > 0 && !r->stamped && read_rest(before, r, ret);
		note_stamp(r, ret, raw_from(rest.p, n), &stamp);
		r->stamped = stamp.label;
		rest = raw_skip(rest, n);
		skip_blanks(&rest);
		if (log_prefix_stream(&rest, &ret->is_stderr, &ret->partial))
			r->stamped = ret->contained = true;
	}
	return false;
}

/* Docker's json-file: {"log":"HEADER text\n","stream":"stdout","time":STAMP} */
static bool read_docker(struct sw_raw rest, struct reader *r, struct log_head *ret)
{
	struct sw_raw object = rest;
	struct sw_raw log = { NULL, 0 };
	struct sw_raw time = { NULL, 0 }; /* of two the first counts, whatever it is */
	struct log_stamp stamp;
	struct sw_raw key;
	struct sw_raw value;
	bool more = raw_take(&rest, "{");

	while (more) {
		if (!log_json_member(&rest, &key, &value, &more))
			return false;
		if (!value.p)
			continue;
		if (raw_is(key, "log") && !log.p)
			log = value;
		if (raw_is(key, "stream"))
			ret->is_stderr = raw_is(value, "stderr");
		if (raw_is(key, "time") && !time.p)
			time = value;
	}
	if (time.n > 0 && log_stamp_read(time, &stamp) == time.n)
		note_stamp(r, ret, time, &stamp);
	if (rest.n > 0)
		return false;
	if (!log.p)
		return read_json(object, r, ret);
	ret->contained = true;
	ret->partial = log_prefix_is_piece(log);
	if (!log_json_text(log, &r->room, &r->room_n, &log))
		return false;
	log.n -= log.n > 0 && log.p[log.n - 1] == '\n';
	return read_line(log_header_trimmed(log), r, ret);
}

/*
 * What nearly all lines are: a stamp, a host in small letters, a tag of Postfix's with its pid.
 * All else, and what could be more than that, takes the long way to what may be the same answer.
 */
static bool read_plain(struct sw_raw line, struct log_head *ret)
{
	struct sw_raw rest;
	struct sw_raw tag;
	size_t bracket;
	size_t n = log_stamp_read(line, &ret->time);

	if (n == 0 || ret->time.label || line.n - n < 2 || line.p[n + 1] < 'a' ||
	    line.p[n + 1] > 'z')
		return false;
	ret->stamp = raw_from(line.p, n);
	rest = raw_skip(line, n + 1);
	n = raw_find(rest, ' ');
	bracket = raw_find(rest, '[');
	ret->host = raw_from(rest.p, n);
	if (bracket <= n + 1 || bracket == rest.n || rest.p[n - 1] == ':' ||
	    log_prefix_is_mark(ret->host))
		return false;
	tag = raw_from(rest.p + n + 1, bracket - n - 1);
	n = raw_find(tag, ' ');
	if (n + 1 < tag.n && log_prefix_is_mark(raw_from(tag.p, n))) { /* BusyBox */
		tag = raw_skip(tag, n + 1);
		n = raw_find(tag, ' ');
	}
	if (n < tag.n)
		return false;
	rest = raw_skip(rest, bracket + 1);
	n = 0;
	while (n < rest.n && raw_is_digit(rest.p[n]))
		n++;
	rest = raw_skip(rest, n);
	if (n == 0 || !raw_take(&rest, "]: ") || rest.n == 0 || rest.p[0] == ' ' ||
	    rest.p[0] == '[' || rest.p[0] == 'm')
		return false;
	ret->text = rest;
	/* one by one: to clear it all costs more than to read a line */
	ret->form = LOG_FORM_SYSLOG;
	ret->repeated = 0;
	ret->program_unknown = false;
	ret->partial = false;
	ret->is_stderr = false;
	ret->contained = false;
	log_header_tag(tag, ret);
	return ret->is_postfix;
}

bool log_header(struct sw_raw line, struct log_scratch *scratch, struct log_head *ret)
{
	struct reader r = { .room = scratch->bytes, .room_n = LOG_SCRATCH, .scratch = scratch };

	scratch->stamps = 0;
	line = log_header_trimmed(line);
	if (read_plain(line, ret))
		return true;
	*ret = (struct log_head){ .form = LOG_FORM_SYSLOG };
	while (line.n > 0 && line.p[0] == '\0')
		line = raw_skip(line, 1);
	if (line.n > 0 && line.p[0] == '\xEF')
		raw_take(&line, "\xEF\xBB\xBF");
	if (line.n > 0 && line.p[0] == '{')
		return read_docker(line, &r, ret);
	if (line.n > 0 && line.p[0] >= 'a' && line.p[0] <= 'z')
		log_prefix_compose(&line);
	return read_line(line, &r, ret);
}
