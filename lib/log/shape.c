#include "log/shape.h"

#include "log/json.h"
#include "log/prefix.h"
#include "log/shape_parts.h"

enum { LOG_TEXT_MOST = 4096, FRACTION = 9, PID = 10, PLACES = 4 };

static bool has_short(const struct log_shape *shape, struct sw_raw line);

static inline bool has_head(const struct log_shape *shape, struct sw_raw line)
{
	eight_pair hits;

	if (shape->n == 0 || line.n < shape->n)
		return false;
	if (line.n < shape->pieces * LOG_PATTERN)
		return has_short(shape, line);
	hits = log_pattern_hits(&shape->piece[0], line.p);
	for (size_t i = 1; i < shape->pieces; i++)
		hits &= log_pattern_hits(&shape->piece[i], line.p + LOG_PATTERN * i);
	return log_pattern_all(hits);
}

/* A line that ends within the last piece of its head. */
static bool has_short(const struct log_shape *shape, struct sw_raw line)
{
	char longer[LOG_SHAPE_PIECES * LOG_PATTERN] = { 0 };

	memcpy(longer, line.p, line.n);
	return has_head(shape, raw_from(longer, sizeof(longer)));
}

static const struct log_shape *find_shape(struct log_shapes *s, struct sw_raw line)
{
	if (has_head(&s->shape[s->last], line))
		return &s->shape[s->last];
	for (size_t i = 0; i < LOG_SHAPES; i++)
		if (i != s->last && has_head(&s->shape[i], line)) {
			s->last = i;
			return &s->shape[i];
		}
	return NULL;
}

/* Where a name of this kind is sought first. */
static inline size_t first_place(const char *name, size_t n, enum log_tag_kind kind)
{
	uint64_t mixed = (unsigned char)name[0];
	uint32_t end;

	if (n >= sizeof(end)) {
		memcpy(&end, name + n - sizeof(end), sizeof(end));
		mixed = end;
	}
	mixed = (mixed << 8 | (uint64_t)n << 2 | kind) * UINT64_C(0x9E3779B97F4A7C15);
	return (size_t)(mixed >> 58);
}

/* n bytes, as memcmp(3); names are shorter than it likes. */
static inline bool is_same(const char *a, const char *b, size_t n)
{
	for (; n < 8; n--)
		if (n == 0 || a[n - 1] != b[n - 1])
			return n == 0;
	for (size_t i = 0; i + 8 < n; i += 8)
		if (eight_at(a + i) != eight_at(b + i))
			return false;
	return eight_at(a + n - 8) == eight_at(b + n - 8);
}

/* The tag of this kind whose name is the first n bytes of the text. */
static const struct log_tag *known_tag(struct log_shapes *s, struct sw_raw text, size_t n,
				       enum log_tag_kind kind)
{
	size_t first = first_place(text.p, n, kind);

	for (size_t i = 0; i < PLACES; i++) {
		size_t k = (first + i) % LOG_TAGS;
		const struct log_tag *tag = &s->tag[k];

		if (tag->n != n || tag->kind != kind || !is_same(tag->name, text.p, n))
			continue;
		/* behind a short name stand digits that differ */
		if (text.n >= LOG_GUESSED_END && (kind != LOG_TAG_PID || n + 1 >= LOG_GUESSED_END))
			s->guess[log_guess_of(text.p)] = (unsigned char)k;
		return tag;
	}
	return NULL;
}

/* The tag that the text begins with, when it is the one that such bytes were last seen in. */
static inline const struct log_tag *guessed_tag(struct log_shapes *s, struct sw_raw text,
						enum log_tag_kind kind)
{
	const struct log_tag *tag;

	if (text.n <= LOG_TAG_NAME)
		return NULL;
	tag = &s->tag[s->guess[log_guess_of(text.p)]];
	/* none has in it what ends it, see is_plain() */
	return tag->kind == kind && tag->n > 0 && is_same(tag->name, text.p, tag->n + 1U) ? tag
											  : NULL;
}

struct log_tag *log_shape_tag(struct log_shapes *s, const char *name, size_t n,
			      enum log_tag_kind kind)
{
	size_t first = first_place(name, n, kind);
	struct log_tag *tag = (struct log_tag *)known_tag(s, raw_from(name, n), n, kind);

	for (size_t i = 0; i < PLACES && !tag; i++)
		if (s->tag[(first + i) % LOG_TAGS].n == 0)
			tag = &s->tag[(first + i) % LOG_TAGS];
	return tag ? tag : &s->tag[(first + s->learned % PLACES) % LOG_TAGS];
}

static size_t find_within(struct sw_raw text, char c)
{
	struct sw_raw head = raw_from(text.p, text.n < LOG_TAG_NAME ? text.n : LOG_TAG_NAME);
	size_t n = raw_find(head, c);

	return n < head.n ? n : text.n;
}

/* Digits, and how many there are. */
static inline size_t digits(struct sw_raw text)
{
	size_t n = 0;

	if (text.n >= 8) {
		uint64_t others = eight_no_digits(eight_at(text.p));

		if (others)
			return eight_first(others);
	}
	while (n < text.n && n <= PID && raw_is_digit(text.p[n]))
		n++;
	return n <= PID ? n : 0;
}

/* NAME[12]: or NAME: and a blank */
static const struct log_tag *take_syslog(struct log_shapes *s, struct sw_raw *rest)
{
	const struct log_tag *tag = guessed_tag(s, *rest, LOG_TAG_PID);
	size_t n = tag ? tag->n : find_within(*rest, '[');

	if (!tag && n > 0 && n < rest->n)
		tag = known_tag(s, *rest, n, LOG_TAG_PID);
	if (tag) {
		*rest = raw_skip(*rest, n + 1);
		n = digits(*rest);
		if (n == 0 || rest->n < n + 3 || rest->p[n] != ']' || rest->p[n + 1] != ':' ||
		    rest->p[n + 2] != ' ')
			return NULL;
		*rest = raw_skip(*rest, n + 3);
		return tag;
	}
	n = find_within(*rest, ':');
	if (n == 0 || n + 1 >= rest->n || rest->p[n + 1] != ' ')
		return NULL;
	tag = known_tag(s, *rest, n, LOG_TAG_BARE);
	*rest = raw_skip(*rest, n + 2);
	return tag;
}

static const struct log_tag *take_metalog(struct log_shapes *s, struct sw_raw *rest)
{
	const struct log_tag *tag = guessed_tag(s, *rest, LOG_TAG_METALOG);
	size_t n = tag ? tag->n : find_within(*rest, ']');

	if (n == 0 || n + 1 >= rest->n || rest->p[n + 1] != ' ')
		return NULL;
	if (!tag)
		tag = known_tag(s, *rest, n, LOG_TAG_METALOG);
	*rest = raw_skip(*rest, n + 2);
	return tag;
}

/* NAME PROCID MSGID SD text, as read_rfc5424() in header.c */
static const struct log_tag *take_rfc5424(struct log_shapes *s, struct sw_raw *rest)
{
	const struct log_tag *tag = guessed_tag(s, *rest, LOG_TAG_RFC5424);
	size_t n = tag ? tag->n : find_within(*rest, ' ');

	if (n == 0 || n == rest->n)
		return NULL;
	if (!tag)
		tag = known_tag(s, *rest, n, LOG_TAG_RFC5424);
	if (!tag)
		return NULL;
	*rest = raw_skip(*rest, n + 1);
	n = digits(*rest);
	if (n == 0 || n >= rest->n || rest->p[n] != ' ')
		return NULL;
	*rest = raw_skip(*rest, n + 1);
	if (rest->n < 3 || rest->p[0] != '-' || rest->p[1] != ' ')
		return NULL;
	*rest = raw_skip(*rest, 2);
	if (!log_prefix_data(rest))
		return NULL;
	while (rest->n > 0 && rest->p[0] == ' ')
		*rest = raw_skip(*rest, 1);
	if (raw_starts(*rest, "\xEF\xBB\xBF"))
		*rest = raw_skip(*rest, 3);
	return tag;
}

/* Digits that end at `end`, up to FRACTION of them; so many bytes are there. */
static inline size_t digits_before(const char *end)
{
	uint64_t others = eight_no_digits(eight_at(end - 8));

	if (others)
		return 7 - eight_last(others);
	return raw_is_digit(end[-FRACTION]) ? FRACTION : FRACTION - 1;
}

/* As is_same() of 8 and more bytes, which nearly always are. */
static inline bool is_same_tail(const char *a, const char *b, size_t n)
{
	uint64_t other = eight_at(a + n - 8) ^ eight_at(b + n - 8);

	for (size_t i = 0; i + 8 < n; i += 8)
		other |= eight_at(a + i) ^ eight_at(b + i);
	return other == 0;
}

bool log_shape_tail(const struct log_shape *shape, struct sw_raw *text, int64_t *ret)
{
	const char *end = text->p + text->n;
	size_t n = text->n - shape->end_n;
	size_t fraction = n;

	if (text->n < shape->end_n + shape->tail_n + FRACTION + 4 || text->n > LOG_TEXT_MOST ||
	    !log_pattern_all(log_pattern_hits(&shape->end, end - LOG_PATTERN)))
		return false;
	n -= digits_before(text->p + n);
	if (n == fraction || text->p[n - 1] != '.')
		return false;
	n -= 3;
	if (text->p[n] < '0' || text->p[n] > '5' || !raw_is_digit(text->p[n + 1]))
		return false;
	*ret = shape->base + log_two(text->p + n);
	n -= shape->tail_n;
	text->n = n;
	return n > 0 && is_same_tail(text->p + n, shape->tail, shape->tail_n);
}

static bool take_json(struct log_scratch *scratch, struct log_line *ret)
{
	char *room = scratch->bytes;
	size_t n = sizeof(scratch->bytes);

	if (ret->tag->role == 0 && ret->text.p[0] != '\r')
		return log_json_is_text(ret->text);
	if (!log_json_text(ret->text, &room, &n, &ret->text))
		return false;
	ret->text = log_header_trimmed(ret->text);
	return ret->text.n > 0;
}

/* What log_header() would say more of: the text of Docker's JSON, and how a text begins. */
static inline bool take_text(const struct log_shape *shape, struct log_scratch *scratch,
			     struct log_line *ret)
{
	struct sw_raw text = ret->text;

	if (text.n == 0 || text.p[0] == ' ' || text.p[0] == '[' || text.p[0] == 'm' ||
	    text.p[0] == '\\')
		return false;
	return !shape->docker || take_json(scratch, ret);
}

bool log_shape_read(struct log_shapes *s, struct sw_raw line, struct log_scratch *scratch,
		    struct log_line *ret)
{
	const struct log_shape *shape;

	line = log_header_trimmed(line);
	shape = find_shape(s, line);
	ret->shape = shape;
	s->lacks_tag = NULL;
	s->is_odd = false;
	if (!shape)
		return false;
	ret->text = raw_skip(line, shape->n);
	ret->name = ret->text.p;
	if (shape->metalog)
		ret->tag = take_metalog(s, &ret->text);
	else if (shape->rfc5424)
		ret->tag = take_rfc5424(s, &ret->text);
	else
		ret->tag = take_syslog(s, &ret->text);
	if (!ret->tag) {
		s->lacks_tag = shape;
		return false;
	}
	if (shape->docker ? !log_shape_tail(shape, &ret->text, &ret->time)
			  : !log_shape_time(shape, line.p, &ret->time))
		return false; /* perhaps another minute */
	s->is_odd = !take_text(shape, scratch, ret);
	s->fitted += !s->is_odd;
	return !s->is_odd;
}

void log_shape_forget(struct log_shapes *s)
{
	if (s->learned == 0 && s->missed == 0)
		return;
	memset(s, 0, sizeof(*s));
}
