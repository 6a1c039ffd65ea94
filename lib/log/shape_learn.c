#include "log/prefix.h"
#include "log/shape_parts.h"
#include "log/tag.h"

/* How far above '0' a digit of a stamp may be. */
enum { TO_NINE = 9, TO_FIVE = 5, ANY = 255 };

/* Learning costs more than a line: from a file in which it brings nothing, one line of some. */
enum { FEW = 64, SOME = 16 };

static const char docker_start[] = "{\"log\":\"";

/* A byte of the head is no longer compared, but a digit up to a highest one, or ANY. */
static void set_digit(struct log_shape *shape, size_t at, unsigned char range)
{
	struct log_pattern *p = &shape->piece[at / LOG_PATTERN];

	p->base[at % LOG_PATTERN] = '0';
	p->range[at % LOG_PATTERN] = range;
}

/* Patterns that text fits alone, whatever stands behind it. */
static void set_pieces(struct log_pattern *pieces, size_t n, struct sw_raw text)
{
	for (size_t i = 0; i < n; i++) {
		size_t fits = text.n < LOG_PATTERN ? text.n : LOG_PATTERN;

		memset(&pieces[i], 0, sizeof(pieces[i]));
		memcpy(pieces[i].base, text.p, fits);
		memset(pieces[i].range + fits, ANY, LOG_PATTERN - fits);
		text = raw_skip(text, fits);
	}
}

static void set_bytes(struct log_shape *shape, struct sw_raw line, size_t n)
{
	shape->n = n;
	shape->pieces = (n + LOG_PATTERN - 1) / LOG_PATTERN;
	set_pieces(shape->piece, shape->pieces, raw_from(line.p, n));
}

/* Where the two digits of a stamp that are its seconds begin: behind the second colon of a date. */
static size_t seconds_of(struct sw_raw stamp)
{
	enum { EPOCH = 8, LABEL = 15 };
	size_t n = raw_find(stamp, ':');

	if (n == stamp.n)
		return stamp.p[0] == '@' ? LABEL : EPOCH;
	return n + 4;
}

static size_t after_fraction(struct sw_raw stamp, size_t n)
{
	if (n < stamp.n && (stamp.p[n] == '.' || stamp.p[n] == ','))
		n++;
	while (n < stamp.n && raw_is_digit(stamp.p[n]))
		n++;
	return n;
}

/* Let a stamp at `at` in the head have any seconds and any fraction of the same length. */
static void vary(struct log_shape *shape, size_t at, struct sw_raw stamp)
{
	size_t seconds = seconds_of(stamp);
	size_t end = stamp.p[0] == '@' ? stamp.n : after_fraction(stamp, seconds + 2);

	for (size_t i = seconds; i < end; i++)
		if (stamp.p[0] == '@')
			set_digit(shape, at + i, ANY);
		else if (i == seconds && raw_find(stamp, ':') < stamp.n)
			set_digit(shape, at + i, TO_FIVE);
		else if (raw_is_digit(stamp.p[i]))
			set_digit(shape, at + i, TO_NINE);
}

/* Where bytes that log_header() gave stand in the line: Docker's were copied out of the JSON. */
static size_t place_of(struct sw_raw line, const struct log_scratch *scratch, const char *p)
{
	uintptr_t at = (uintptr_t)p;
	size_t n = line.n;

	if (at >= (uintptr_t)line.p && at < (uintptr_t)line.p + line.n)
		n = (size_t)(at - (uintptr_t)line.p);
	else if (at >= (uintptr_t)scratch->bytes && at < (uintptr_t)scratch->bytes + LOG_SCRATCH)
		n = strlen(docker_start) + (size_t)(at - (uintptr_t)scratch->bytes);
	return n < line.n ? n : line.n;
}

/* The stamp that counts stands in the head. */
static void set_stamp(struct log_shape *shape, size_t at, struct sw_raw stamp, int64_t time)
{
	size_t seconds = seconds_of(stamp);

	shape->stamp = at;
	shape->seconds = at + seconds;
	shape->base = time - log_two(stamp.p + seconds);
}

/* A label counts, and a stamp behind it tells how many leap seconds it has. */
static bool set_label(struct log_shape *shape, struct sw_raw line,
		      const struct log_scratch *scratch)
{
	size_t at = place_of(line, scratch, scratch->stamp[0].p);
	size_t inner = place_of(line, scratch, scratch->stamp[1].p);
	struct log_stamp label;
	struct log_stamp stamp;
	size_t n = log_stamp_read(raw_skip(line, at), &label);
	int64_t time;

	if (scratch->stamps != 2 || inner >= shape->n || n == 0 || !label.label ||
	    log_stamp_read(scratch->stamp[1], &stamp) == 0 || stamp.label)
		return false;
	time = stamp.kind == STAMP_EPOCH ? stamp.seconds : log_stamp_civil(&stamp) - stamp.offset;
	set_stamp(shape, inner, scratch->stamp[1], time);
	shape->stamp = at;
	shape->label = true;
	/* the two digits are its seconds' lowest byte, of which 10 were taken off */
	shape->label_base = ((label.seconds + 10) & ~(int64_t)0xFF) - 10;
	return shape->label_base > 0;
}

/* The last bytes of a line must be these. */
static void set_end(struct log_shape *shape, struct sw_raw end)
{
	size_t before = LOG_PATTERN - end.n;

	memset(shape->end.range, ANY, before);
	memset(shape->end.range + before, 0, end.n);
	memcpy(shape->end.base + before, end.p, end.n);
}

/* The stamp that counts stands behind the text, in the rest of Docker's JSON. */
static bool set_tail(struct log_shape *shape, struct sw_raw line, size_t at, struct sw_raw stamp,
		     int64_t time)
{
	size_t seconds = seconds_of(stamp);
	size_t fraction = after_fraction(stamp, seconds + 2);
	size_t behind = strlen(docker_start);
	size_t end = behind + raw_find(raw_skip(line, behind), '"');

	if (stamp.p[0] == '@' || raw_find(stamp, ':') == stamp.n || fraction == seconds + 2 ||
	    at < end || end < shape->n + 3 || memcmp(line.p + end - 2, "\\n", 2) != 0)
		return false;
	end -= 2;
	behind = at + fraction;
	shape->tail_n = at + seconds - end;
	shape->end_n = line.n - behind;
	/* so a line that has both is longer than LOG_PATTERN */
	if (shape->tail_n < 8 || shape->tail_n > LOG_SHAPE_TAIL || shape->end_n > LOG_PATTERN)
		return false;
	memcpy(shape->tail, line.p + end, shape->tail_n);
	set_end(shape, raw_skip(line, behind));
	shape->docker = true;
	shape->seconds = seconds;
	shape->base = time - log_two(stamp.p + seconds);
	return true;
}

static bool set_stamps(struct log_shape *shape, struct sw_raw line,
		       const struct log_scratch *scratch, const struct log_head *head, int64_t time)
{
	const struct sw_raw *stamp = scratch->stamps > 0 ? scratch->stamp : &head->stamp;
	size_t n = scratch->stamps > 0 ? scratch->stamps : 1;
	size_t counts = place_of(line, scratch, head->stamp.p);

	if (n == LOG_STAMPS_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t at = place_of(line, scratch, stamp[i].p);

		if (i > 0 && stamp[i].p[0] == '@')
			return false;
		if (at < shape->n && at + stamp[i].n < shape->n)
			vary(shape, at, stamp[i]);
	}
	if (counts >= shape->n)
		return set_tail(shape, line, counts, head->stamp, time);
	if (line.p[0] == '{')
		return false;
	if (head->stamp.p[0] == '@')
		return set_label(shape, line, scratch);
	set_stamp(shape, counts, head->stamp, time);
	return true;
}

static bool kind_of(const struct log_shape *shape, char behind, enum log_tag_kind *ret)
{
	if (shape->rfc5424)
		*ret = LOG_TAG_RFC5424;
	else if (shape->metalog)
		*ret = LOG_TAG_METALOG;
	else
		*ret = behind == '[' ? LOG_TAG_PID : LOG_TAG_BARE;
	return behind == "[:] "[*ret];
}

/* Is it a tag wherever a tag may stand, whatever stands behind it? */
static bool is_plain(struct sw_raw name, enum log_tag_kind kind)
{
	if (name.n >= LOG_TAG_NAME || !raw_is_alnum(name.p[0]) || log_prefix_is_facility(name) ||
	    log_tag_is_container(name))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (strchr("[] \"\\", name.p[i]) || (name.p[i] == ':' && kind != LOG_TAG_PID))
			return false;
	return kind != LOG_TAG_RFC5424 || !raw_is_digit(name.p[0]);
}

static struct log_tag *learn_tag(struct log_shapes *s, const struct log_shape *shape,
				 struct sw_raw name)
{
	enum log_tag_kind kind;
	struct log_head head;
	struct log_tag *ret;

	if (!kind_of(shape, name.p[name.n], &kind))
		return NULL;
	ret = log_shape_tag(s, name.p, name.n, kind);
	if (ret->kind == kind && raw_same(raw_from(ret->name, ret->n), name))
		return ret; /* it was learned behind another head: that of each minute */
	if (!is_plain(name, kind))
		return NULL;
	log_header_tag(name, &head);
	/* torn at a colon: the text has the rest of it */
	if (kind >= LOG_TAG_METALOG && !head.is_postfix && head.program.n > 0)
		return NULL;
	*ret = (struct log_tag){ .n = (unsigned char)name.n,
				 .kind = (unsigned char)kind,
				 .syslog_name = (unsigned char)head.syslog_name.n,
				 .program = (unsigned char)head.program.n,
				 .is_program = head.is_postfix,
				 .unknown =
					 kind == LOG_TAG_RFC5424 && raw_find(name, '/') == name.n };
	memcpy(ret->name, name.p, name.n + 1);
	set_pieces(ret->piece, LOG_TAG_PIECES, raw_from(name.p, name.n + 1));
	return ret;
}

static bool shape_of(struct log_shape *shape, struct sw_raw line, const struct log_scratch *scratch,
		     const struct log_head *head, int64_t time, size_t tag)
{
	size_t host = head->host.n > 0 ? place_of(line, scratch, head->host.p) : 0;

	if (tag == 0 || tag > LOG_PATTERN * LOG_SHAPE_PIECES || host > tag)
		return false;
	if (line.p[0] == '{' &&
	    (!raw_starts(line, docker_start) || raw_find(raw_from(line.p, tag), '\\') < tag))
		return false;
	*shape = (struct log_shape){ .local = head->time.kind == STAMP_LOCAL,
				     .host = tag - host,
				     .host_n = head->host.n };
	shape->rfc5424 = head->form == LOG_FORM_RFC5424;
	shape->metalog = head->form == LOG_FORM_METALOG;
	set_bytes(shape, line, tag);
	return set_stamps(shape, line, scratch, head, time);
}

/* Is it worth the time? */
static bool is_worth(struct log_shapes *s)
{
	s->missed++;
	return s->learned < FEW + s->fitted / 4 || s->missed % SOME == 0;
}

struct log_tag *log_shape_learn(struct log_shapes *s, struct sw_raw line,
				const struct log_scratch *scratch, const struct log_head *head,
				int64_t time, bool plain, bool ours)
{
	const struct log_shape *known = s->lacks_tag;
	struct log_shape shape;
	size_t tag;

	line = log_header_trimmed(line);
	if (s->is_odd || !plain || head->form == LOG_FORM_JSON || head->partial ||
	    head->tag.n == 0 || head->repeated > 0 || !is_worth(s))
		return NULL;
	tag = place_of(line, scratch, head->tag.p);
	if (tag + head->tag.n >= line.n || memcmp(line.p + tag, head->tag.p, head->tag.n) != 0)
		return NULL;
	s->learned++;
	if (known && known->n != tag)
		return NULL;
	if (!known) {
		if (!shape_of(&shape, line, scratch, head, time, tag))
			return NULL;
		shape.ours = ours;
		s->last = s->oldest;
		s->shape[s->oldest] = shape;
		known = &s->shape[s->oldest];
		s->oldest = (s->oldest + 1) % LOG_SHAPES;
	}
	return learn_tag(s, known, raw_from(line.p + tag, head->tag.n));
}

void log_shape_means(struct log_tag *tag, bool postfix, bool wanted, unsigned role,
		     const struct log_dull *dull)
{
	tag->postfix = postfix;
	tag->wanted = wanted;
	tag->role = role;
	while (dull && dull->role && dull->role != role)
		dull++;
	tag->asked = postfix && role;
	tag->dull.is = tag->asked && dull && dull->role;
	if (tag->dull.is) {
		for (size_t i = 0; i < LOG_DULL_WORDS; i++)
			memcpy(&tag->dull.begin[i], dull->begin[i], sizeof(tag->dull.begin[i]));
		memcpy(&tag->dull.end, dull->end, sizeof(tag->dull.end));
		tag->dull.ends = dull->end[0];
	}
	tag->given = false;
	tag->runs = 0;
	if (tag->n < LOG_TAG_PIECES * LOG_PATTERN && (postfix ? wanted : role == 0))
		tag->runs =
			(unsigned char)(postfix ? LOG_RUN_OURS(tag->kind) : LOG_RUN_ANY(tag->kind));
}
