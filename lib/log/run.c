#include "log/run.h"

#include "log/json.h"
#include "log/shape_parts.h"

/* A line of which fewer bytes are there is not looked at here: all of these may be read. */
enum { REACH = LOG_SHAPE_PIECES * LOG_PATTERN + LOG_TAG_NAME + 32 };

/* There are two loops: for each of them a compiler would no longer do it by itself. */
#define ALWAYS inline __attribute__((always_inline))

/* What lines told; the rest of it is the reader's and the facts'. */
struct told {
	uint64_t ours; /* of Postfix are all ours */
	int64_t last;  /* of all, and of ours */
	int64_t heard, ours_last, beside;
};

/* Texts that begin so may be more than they seem: see take_text() in shape.c, take_rfc5424(). */
static const bool is_odd[256] = { ['\n'] = true, ['\r'] = true, [' '] = true, ['['] = true,
				  ['m'] = true,	 ['\\'] = true, [0xEF] = true };

static inline bool has_head(const struct log_shape *shape, const char *line)
{
	eight_pair hits = log_pattern_hits(&shape->piece[0], line);

	if (shape->pieces > 1)
		hits &= log_pattern_hits(&shape->piece[1], line + LOG_PATTERN);
	for (size_t i = 2; i < shape->pieces; i++)
		hits &= log_pattern_hits(&shape->piece[i], line + LOG_PATTERN * i);
	return log_pattern_all(hits);
}

static inline bool has_name(const struct log_tag *tag, const char *name)
{
	return log_pattern_all(log_pattern_hits(&tag->piece[0], name) &
			       log_pattern_hits(&tag->piece[1], name + LOG_PATTERN));
}

/* Behind digits, of which there are less than eight; NULL: there are none, or more. */
static inline const char *behind_digits(const char *p)
{
	uint64_t others = eight_no_digits(eight_at(p));
	size_t n = others ? eight_first(others) : 0;

	return n > 0 ? p + n : NULL;
}

/* Where the text begins behind a tag's name; NULL: another way may tell. */
static inline const char *behind_tag(const struct log_tag *tag, const char *name)
{
	const char *rest = name + tag->n + 1;

	switch (tag->kind) {
	case LOG_TAG_PID:
		rest = behind_digits(rest);
		return rest && memcmp(rest, "]: ", 3) == 0 ? rest + 3 : NULL;
	case LOG_TAG_RFC5424:
		rest = behind_digits(rest);
		return rest && memcmp(rest, " - - ", 5) == 0 ? rest + 5 : NULL;
	default:
		return *rest == ' ' ? rest + 1 : NULL;
	}
}

/* What tag->runs must have one bit of behind a head. */
static unsigned runs_of(const struct log_shape *shape)
{
	unsigned kinds = LOG_RUN_ANY(LOG_TAG_PID) | LOG_RUN_ANY(LOG_TAG_BARE);

	if (shape->rfc5424)
		kinds = LOG_RUN_ANY(LOG_TAG_RFC5424);
	else if (shape->metalog)
		kinds = LOG_RUN_ANY(LOG_TAG_METALOG);
	return shape->ours ? kinds | kinds * LOG_RUN_OURS(0) : kinds;
}

static inline void tell(struct told *t, bool ours, const char *text, int64_t time)
{
	if (ours) {
		t->ours++;
		t->beside = t->last;
		t->ours_last = time;
		t->heard = time > t->heard && !log_facts_is_alarm(text) ? time : t->heard;
	}
	t->last = time;
}

/* What n lines told, to those who keep it. */
static void keep(const struct log_run *run, const struct told *t, bool local, size_t n)
{
	struct log_facts *f = run->facts;

	if (n == 0)
		return;
	f->lines += n;
	f->stamped += n;
	f->headed += n;
	f->run = 0;
	f->local = local;
	f->last = t->last;
	run->reader->clock.last = t->last;
	run->reader->shapes.fitted += n;
	if (t->ours == 0)
		return;
	if (local && t->ours_last / 60 != f->ours_last / 60) /* all of a run are of one minute */
		log_facts_jump(f, &run->reader->clock, t->ours_last);
	f->postfix += t->ours;
	f->ours += t->ours;
	f->lost_run = 0;
	f->ours_last = t->ours_last;
	f->beside = t->beside;
	if (t->heard > f->heard)
		f->heard = t->heard;
	log_proof_hear(run->proof, t->heard);
}

/*
 * Is a text asked for? Without a branch but the one on the answer: nobody could guess them. None of
 * the words has a newline in it, so what is equal lies within the text.
 */
static inline bool is_asked(const struct log_tag *tag, const char *text, const char *end)
{
	uint64_t begin = eight_at(text);
	bool dull = (begin == tag->dull.begin[0]) | (begin == tag->dull.begin[1]) |
		    (tag->dull.ends & (eight_at(end - 8) != tag->dull.end));

	return tag->asked & !(dull & tag->given);
}

/* A line at a glance: its tag and text; NULL when it needs another. */
static inline __attribute__((always_inline)) struct log_tag *
take(struct log_shapes *s, const struct log_shape *shape, const char *line, const char **text)
{
	const char *name = line + shape->n;
	struct log_tag *tag = &s->tag[s->guess[log_guess_of(name)]];

	*text = behind_tag(tag, name);
	return has_name(tag, name) && *text && !is_odd[(unsigned char)**text] ? tag : NULL;
}

/*
 * The text of Docker's JSON and its time; false when another way may tell. What nobody asks for
 * stays as it is escaped, but must be such a text: as take_json() in shape.c.
 */
static bool take_docker(struct log_scratch *scratch, const struct log_shape *shape,
			const struct log_tag *tag, struct sw_raw *text, int64_t *time, bool *asked)
{
	char *room = scratch->bytes;
	size_t n = sizeof(scratch->bytes);
	uint64_t begin = eight_at(text->p);

	*asked = tag->asked &
		 !(tag->given & ((begin == tag->dull.begin[0]) | (begin == tag->dull.begin[1])));
	if (!log_shape_tail(shape, text, time))
		return false;
	if (!*asked)
		return log_json_is_text(*text);
	if (!log_json_text(*text, &room, &n, text))
		return false;
	*text = log_header_trimmed(*text);
	*asked = text->n < 8 || is_asked(tag, text->p, text->p + text->n);
	return text->n > 0;
}

static inline int give(const struct log_run *run, struct log_tag *tag, const char *name,
		       int64_t time, struct sw_raw text)
{
	const struct log_message message = {
		.role = tag->role,
		.time = time,
		.program = raw_from(name + tag->n - tag->program, tag->program),
		.text = text,
	};

	if (run->reader->may_matter && !run->reader->may_matter(message.role, text))
		return 0;
	tag->given = tag->dull.is;
	return run->fn(&message, run->ctx);
}

/* Of the text of a line its time, and whether it is asked for; false when another way may tell. */
static ALWAYS bool take_text(const struct log_run *run, const struct log_shape *shape,
			     const char *line, const struct log_tag *tag, struct sw_raw *text,
			     int64_t *time, bool *asked, const bool docker)
{
	if (docker)
		return take_docker(&run->reader->scratch, shape, tag, text, time, asked);
	*asked = is_asked(tag, text->p, text->p + text->n);
	return log_shape_time(shape, line, time);
}

/* A loop of its own for each of the two, or what one needs would be asked for the other. */
static ALWAYS size_t each(const struct log_run *run, const struct log_lines *lines, size_t first,
			  int *rc, const bool docker)
{
	struct log_shapes *s = &run->reader->shapes;
	const struct log_shape *shape = &s->shape[s->last];
	const char *const p = lines->p;
	const char *const reach = lines->limit - REACH;
	const char *line = p + log_lines_begin(lines, first);
	const int64_t most = run->proof->now + LOG_PROOF_SLACK; /* later ones prove nothing */
	const unsigned runs = runs_of(shape);
	const size_t n = lines->n;
	struct told told = { .last = run->facts->last, .heard = INT64_MIN };
	size_t i = first;

	while (i < n && *rc == 0) {
		const char *end = p + lines->end[i];
		struct log_tag *tag;
		const char *begin;
		struct sw_raw text;
		int64_t time;
		bool asked;

		if (line > reach || !has_head(shape, line))
			break;
		tag = take(s, shape, line, &text.p);
		if (!tag || !(tag->runs & runs) || (unsigned char)end[-1] <= ' ')
			break;
		text.n = (size_t)(end - text.p);
		begin = text.p;
		if (!take_text(run, shape, line, tag, &text, &time, &asked, docker) || time > most)
			break;
		if (run->facts->first == 0)
			run->facts->first = time;
		tell(&told, tag->postfix, begin, time);
		if (asked)
			*rc = give(run, tag, line + shape->n, time, text);
		line = end + 1;
		i++;
	}
	keep(run, &told, shape->local, i - first);
	return i;
}

size_t log_run(const struct log_run *run, const struct log_lines *lines, size_t first, int *rc)
{
	const struct log_shapes *s = &run->reader->shapes;
	const struct log_shape *shape = &s->shape[s->last];

	*rc = 0;
	if (run->reader->partial || shape->n == 0 || lines->end[0] > LOG_LINE_MOST ||
	    lines->limit - lines->p < REACH)
		return first;
	return shape->docker ? each(run, lines, first, rc, true)
			     : each(run, lines, first, rc, false);
}
