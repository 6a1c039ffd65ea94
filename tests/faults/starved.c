/* starved: what a run that found no memory once must have said, beyond what judge.c asks of it. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "trial.h"

enum { LINES_MAX = 1 << 14 };

struct line {
	const char *p;
	size_t n;
	size_t key;	       /* of "KEY TEXT" */
	const char *attribute; /* behind the last dot of the key, or the key */
	size_t graph;	       /* the number of multigraph lines up to this one */
};

struct text {
	struct line line[LINES_MAX];
	size_t n;
};

static void read_text(const struct run *r, struct text *t)
{
	const char *end = r->out + r->out_n;
	size_t graph = 0;

	t->n = 0;
	for (const char *p = r->out, *stop; p < end && t->n < LINES_MAX; p = stop + 1) {
		struct line *l = &t->line[t->n++];
		const char *blank;
		const char *dot;

		stop = memchr(p, '\n', (size_t)(end - p));
		if (!stop)
			stop = end;
		blank = memchr(p, ' ', (size_t)(stop - p));
		graph += strncmp(p, "multigraph ", 11) == 0;
		*l = (struct line){ .p = p, .n = (size_t)(stop - p), .graph = graph };
		l->key = blank ? (size_t)(blank - p) : l->n;
		dot = memrchr(p, '.', l->key);
		l->attribute = dot ? dot + 1 : p;
	}
}

static bool is_attribute(const struct line *l, const char *name)
{
	size_t n = strlen(name);

	return (size_t)(l->p + l->key - l->attribute) == n && memcmp(l->attribute, name, n) == 0;
}

static bool is_level(const struct line *l)
{
	return is_attribute(l, "warning") || is_attribute(l, "critical");
}

/* The field's name ends in a hash, or stands for nobody: it is drawn where such a one is known of.
 */
static bool is_of_others(const struct line *l)
{
	const char *hash = l->attribute - 1 - 8;

	if (strncmp(l->p, "unknown.", 8) == 0)
		return true;

	if (hash - 1 < l->p || hash[-1] != '_')
		return false;
	for (size_t i = 0; i < 8; i++)
		if (!isxdigit((unsigned char)hash[i]))
			return false;
	return true;
}

static const struct line *find(const struct text *t, const struct line *like, const char *attribute)
{
	size_t field = (size_t)(like->attribute - like->p);

	for (size_t i = 0; i < t->n; i++) {
		const struct line *l = &t->line[i];

		if (l->graph == like->graph && (size_t)(l->attribute - l->p) == field &&
		    memcmp(l->p, like->p, field) == 0 && is_attribute(l, attribute))
			return l;
	}
	return NULL;
}

static const struct line *find_same_key(const struct text *t, const struct line *like)
{
	char attribute[64];

	snprintf(attribute, sizeof(attribute), "%.*s", (int)(like->p + like->key - like->attribute),
		 like->attribute);
	return find(t, like, attribute);
}

/* Of a library that cannot be loaded the loader has its own words. */
static bool speaks(const char *p, size_t n)
{
	return memmem(p, n, "memory", 6) || memmem(p, n, "shared object", 13);
}

static bool is_said(const struct run *r)
{
	return speaks(r->out, r->out_n) || speaks(r->err, r->err_n);
}

static bool is_same(const struct run *truth, const struct run *got)
{
	return got->status == truth->status && got->out_n == truth->out_n &&
	       memcmp(got->out, truth->out, got->out_n) == 0;
}

/* Its levels may be others only where the field itself says why. */
static bool says_why(const struct text *t, const struct line *l)
{
	const struct line *extinfo = find(t, l, "extinfo");

	return extinfo && speaks(extinfo->p, extinfo->n);
}

static const char *compare(const struct text *truth, const struct text *got)
{
	for (size_t i = 0; i < truth->n; i++) {
		const struct line *t = &truth->line[i];
		const struct line *g = find_same_key(got, t);

		if (is_of_others(t) || is_attribute(t, "extinfo") || is_attribute(t, "colour") ||
		    *t->p == '#')
			continue;
		if (is_level(t)) {
			if ((!g || g->n != t->n || memcmp(g->p, t->p, t->n) != 0) &&
			    !says_why(got, t))
				return "a level is another or missing, and the field does not say "
				       "why";
			continue;
		}
		if (!g)
			return is_attribute(t, "value")
				       ? "a field has no value at all"
				       : "a field or graph lacks a line of its description";
		if (!is_attribute(t, "value") && !is_attribute(t, "graph_info") &&
		    !is_attribute(t, "label") && (g->n != t->n || memcmp(g->p, t->p, t->n) != 0))
			return "a field or graph is described otherwise";
	}
	for (size_t i = 0; i < got->n; i++)
		if (is_level(&got->line[i]) && !find_same_key(truth, &got->line[i]) &&
		    !says_why(got, &got->line[i]))
			return "a level that is not there, and the field does not say why";
	return NULL;
}

/* "uid 33 www-data" is "uid 33", too: /etc/passwd is a comfort. */
static size_t past_name(const char *text, size_t at, size_t n)
{
	size_t digits = at;

	while (digits > 0 && isdigit((unsigned char)text[digits - 1]))
		digits--;
	if (digits == at || digits < 4 || memcmp(text + digits - 4, "uid ", 4) != 0 ||
	    at + 1 >= n || text[at] != ' ' || !isalpha((unsigned char)text[at + 1]))
		return at;
	for (at++; at < n && text[at] != ' ' && text[at] != '\n';)
		at++;
	return at;
}

static bool is_same_without_names(const struct run *truth, const struct run *got)
{
	size_t i = 0;
	size_t k = 0;

	while (i < truth->out_n || k < got->out_n) {
		size_t past = past_name(truth->out, i, truth->out_n);

		if (i < truth->out_n && k < got->out_n && truth->out[i] == got->out[k]) {
			i++;
			k++;
			continue;
		}
		if (past == i && i > 0 && k > 0) { /* the blank before it is that behind it */
			past = past_name(truth->out, i - 1, truth->out_n);
			k--;
		}
		if (past < i || past == i)
			return false;
		i = past;
	}
	return got->status == truth->status;
}

const char *judge_starved(const struct run *truth, const struct run *got)
{
	static struct text texts[2];

	if (is_same(truth, got))
		return NULL;
	if (!is_said(got))
		return is_same_without_names(truth, got)
			       ? NULL
			       : "it says something else, and no word of memory";
	if (WEXITSTATUS(got->status) != 0 || !memchr(truth->out, ' ', truth->out_n) ||
	    strncmp(truth->out, "no (", 4) == 0 || has_no_pattern(truth, got))
		return NULL;
	read_text(truth, &texts[0]);
	read_text(got, &texts[1]);
	return compare(&texts[0], &texts[1]);
}

/* --- text for people, and objects */

static bool ends_piece(char c, bool object)
{
	return c == '\n' || (object && strchr(",{}[]", c));
}

/* The next line, or member of an object; false behind the last. */
static bool next_piece(const char **at, const char *end, bool object, const char **ret, size_t *n)
{
	const char *p = *at;

	while (p < end && ends_piece(*p, object))
		p++;
	*ret = p;
	while (p < end && !ends_piece(*p, object))
		p++;
	*n = (size_t)(p - *ret);
	*at = p;
	return *n > 0;
}

/* The same but for the digits? */
static bool is_shaped(const char *a, size_t a_n, const char *b, size_t b_n)
{
	size_t i = 0;
	size_t k = 0;

	while (i < a_n && k < b_n) {
		bool digit = isdigit((unsigned char)a[i]);

		if (digit != !!isdigit((unsigned char)b[k]) || (!digit && a[i] != b[k]))
			return false;
		for (i++; digit && i < a_n && isdigit((unsigned char)a[i]);)
			i++;
		for (k++; digit && k < b_n && isdigit((unsigned char)b[k]);)
			k++;
	}
	return i == a_n && k == b_n;
}

/* "at least 5", "5+", what is no number, how many minutes are known, and a share of what is known.
 */
static bool doubts(const char *p, size_t n)
{
	bool plus = n > 8 && memcmp(p, "\"known\":", 8) == 0;

	for (size_t i = 1; i < n; i++)
		plus |= p[i] == '+' && isdigit((unsigned char)p[i - 1]);
	return plus || memchr(p, '%', n) || memmem(p, n, "at least", 8) ||
	       memmem(p, n, "not known", 9) || memchr(p, '?', n) || speaks(p, n);
}

/*
 * Is there a line that differs in numbers alone, and none that does not differ, or says more? Of
 * members of objects there are many alike: those that there is one of.
 */
static bool is_another(const struct run *truth, bool object, const char *p, size_t n)
{
	const char *at = truth->out;
	size_t shaped = 0;
	const char *piece;
	size_t piece_n;

	while (next_piece(&at, truth->out + truth->out_n, object, &piece, &piece_n)) {
		if (piece_n >= n && memcmp(piece, p, n) == 0)
			return false;
		shaped += is_shaped(piece, piece_n, p, n);
	}
	return object ? shaped == 1 : shaped > 0;
}

const char *judge_starved_words(const struct run *truth, const struct run *got,
				const struct fault *f)
{
	const char *wrong = judge_end(truth, got, f);
	bool object = *truth->out == '{';
	const char *at = got->out;
	const char *piece;
	size_t n;

	if (wrong || is_same(truth, got))
		return wrong;
	if (!is_said(got))
		return "it says something else, and no word of memory";
	while (next_piece(&at, got->out + got->out_n, object, &piece, &n))
		if (!doubts(piece, n) && is_another(truth, object, piece, n))
			return "it says another number, and not that it is one at least";
	return NULL;
}
