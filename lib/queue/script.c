#include "queue/script.h"

#include <strings.h>

#include "base/num.h"

static const char header[] = "X-PHP-Originating-Script";

/* Where the colon of a header stands; line.n: it is none. */
static size_t colon_of(struct sw_raw line)
{
	size_t name = 0;
	size_t colon;

	while (name < line.n && line.p[name] > ' ' && line.p[name] < 127 && line.p[name] != ':')
		name++;
	colon = name;
	while (colon < line.n && (line.p[colon] == ' ' || line.p[colon] == '\t'))
		colon++;
	return name > 0 && colon < line.n && line.p[colon] == ':' ? colon : line.n;
}

/* UID:NAME */
static void split(struct queue_script *s, struct sw_raw value)
{
	size_t colon = raw_find(value, ':');
	struct sw_raw name;

	if (colon == value.n || !num_from(raw_from(value.p, colon), &s->uid) || s->uid > UINT32_MAX)
		return;
	name = raw_trim(raw_skip(value, colon + 1));
	s->found = name.n > 0;
	s->name_at = (size_t)(name.p - s->line);
	s->name_n = name.n < QUEUE_SCRIPT_NAME ? name.n : QUEUE_SCRIPT_NAME;
}

/* The header that was given ends: is it the one? */
static void judge(struct queue_script *s)
{
	struct sw_raw line = raw_from(s->line, s->n);
	size_t colon = colon_of(line);
	struct sw_raw name = raw_trim(raw_from(line.p, colon));

	s->n = 0;
	if (colon == line.n || name.n != sizeof(header) - 1 ||
	    strncasecmp(name.p, header, name.n) != 0)
		return;
	s->done = true;
	split(s, raw_trim(raw_skip(line, colon + 1)));
}

static void add(struct queue_script *s, struct sw_raw piece)
{
	size_t n = piece.n < QUEUE_SCRIPT_LINE - s->n ? piece.n : QUEUE_SCRIPT_LINE - s->n;

	if (n > 0)
		memcpy(s->line + s->n, piece.p, n);
	s->n += n;
}

bool queue_script_take(struct queue_script *s, struct sw_raw piece, bool ends)
{
	bool goes_on =
		s->open || (s->inside && piece.n > 0 && (piece.p[0] == ' ' || piece.p[0] == '\t'));

	if (!goes_on) {
		judge(s);
		s->done |= colon_of(piece) == piece.n; /* the body begins */
		s->inside = true;
	}
	if (s->done)
		return false;
	add(s, piece);
	s->open = !ends;
	return true;
}

bool queue_script_end(struct queue_script *s, struct sw_raw *ret_name)
{
	if (!s->done)
		judge(s);
	s->done = true;
	*ret_name = raw_from(s->line + s->name_at, s->name_n);
	return s->found;
}
