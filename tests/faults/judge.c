/* judge: what a run with a fault may say. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "trial.h"

enum { LINES_MAX = 1 << 15, NAME_MAX_ = 300 };

/* A value or a level: "GRAPH FIELD.value EPOCH" or "GRAPH FIELD.warning", and what it is. */
struct entry {
	char key[NAME_MAX_];
	const char *value; /* up to the end of the line */
	size_t n;
};

struct list {
	struct entry *entry;
	size_t n;
	bool legal;
};

static bool is_name(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '_' && s[i] != '.')
			return false;
	return n > 0 && !isdigit((unsigned char)s[0]);
}

static bool is_number(const char *s, size_t n)
{
	size_t digits = 0;

	if (n == 1 && *s == 'U')
		return true;
	for (size_t i = 0; i < n; i++) {
		if (isdigit((unsigned char)s[i]))
			digits++;
		else if (s[i] != '.' && !(i == 0 && s[i] == '-'))
			return false;
	}
	return digits > 0;
}

static bool ends_in(const char *s, size_t n, const char *word)
{
	size_t k = strlen(word);

	return n > k && memcmp(s + n - k, word, k) == 0;
}

/* "KEY TEXT", of printable bytes. What is worth comparing goes into the list. */
static bool take_line(struct list *l, char graph[NAME_MAX_], const char *line, size_t n)
{
	const char *blank = memchr(line, ' ', n);
	size_t name = blank ? (size_t)(blank - line) : n;
	struct entry *e = &l->entry[l->n];
	const char *colon;

	for (size_t i = 0; i < n; i++)
		if (line[i] < ' ' || line[i] > '~')
			return false;
	if (n > 7 && memcmp(line, "#fleet ", 7) == 0) /* lib/traffic/fleet.h */
		return true;
	if (!blank || !is_name(line, name) || l->n + 1 >= LINES_MAX || n >= NAME_MAX_ * 16)
		return false;
	e->value = blank + 1;
	e->n = n - name - 1;
	if (name == 10 && memcmp(line, "multigraph", 10) == 0) {
		snprintf(graph, NAME_MAX_, "%.*s", (int)(e->n < 200 ? e->n : 200), e->value);
		return true;
	}
	if (memchr(line, '.', name) == NULL)
		return name > 6 && memcmp(line, "graph_", 6) == 0;
	if (ends_in(line, name, ".warning") || ends_in(line, name, ".critical")) {
		snprintf(e->key, sizeof(e->key), "%.100s %.*s", graph, (int)name, line);
		l->n++;
		return true;
	}
	if (!ends_in(line, name, ".value"))
		return ends_in(line, name, ".label") || ends_in(line, name, ".draw") ||
		       ends_in(line, name, ".colour") || ends_in(line, name, ".min") ||
		       ends_in(line, name, ".info") || ends_in(line, name, ".extinfo");
	colon = memchr(e->value, ':', e->n);
	snprintf(e->key, sizeof(e->key), "%.100s %.*s %.*s", graph, (int)name, line,
		 colon ? (int)(colon - e->value) : 0, e->value);
	if (colon) {
		e->n -= (size_t)(colon + 1 - e->value);
		e->value = colon + 1;
	}
	l->n++;
	return is_number(e->value, e->n);
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->key, ((const struct entry *)b)->key);
}

static void read_list(const struct run *r, struct list *l)
{
	char graph[NAME_MAX_] = "";
	const char *p = r->out;
	const char *end = r->out + r->out_n;

	l->n = 0;
	l->legal = r->out_n > 0;
	while (p < end && l->legal) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));

		l->legal = stop && take_line(l, graph, p, (size_t)(stop - p));
		p = stop ? stop + 1 : end;
	}
	qsort(l->entry, l->n, sizeof(*l->entry), by_key);
}

static bool is_unknown(const struct entry *e)
{
	return e->n == 1 && *e->value == 'U';
}

static bool is_same(const struct entry *a, const struct entry *b)
{
	return a->n == b->n && memcmp(a->value, b->value, a->n) == 0;
}

/* Has the field a reason beside it? */
static bool has_extinfo(const struct run *r, const char *key)
{
	const char *name = strchr(key, ' ') + 1;
	const char *dot = strstr(name, ".value ");
	char want[NAME_MAX_];

	if (!dot)
		dot = strrchr(name, '.');
	if (!dot)
		return false;
	snprintf(want, sizeof(want), "\n%.*s.extinfo ", (int)(dot - name), name);
	return strstr(r->out, want) != NULL;
}

/*
 * An estimate says so; where a file of the sample could not be read that is said beside it. And so
 * it is where nobody can say whose a message is.
 */
static bool is_estimate(const struct run *got, const char *key)
{
	const char *blank = strchr(key, ' ');
	size_t n = (size_t)(blank - key);

	if (strstr(got->err, "whose some messages are is not known"))
		return strstr(key, " unknown.value ") || strstr(key, " others.value ");
	return (ends_in(key, n, ".by_sender") || ends_in(key, n, ".age") ||
		ends_in(key, n, ".size")) &&
	       (strstr(got->out, " could not be read") || strstr(got->out, ".extinfo at least: "));
}

/* Who is not drawn at a moment is among the others: where less is known, fewer may be drawn. */
static bool has_more(const struct list *truth, const struct list *list, const struct entry *others)
{
	const char *name = strstr(others->key, " others.value ");
	size_t graph = name ? (size_t)(name - others->key) : 0;

	for (size_t i = 0; i < truth->n && name; i++) {
		const struct entry *t = &truth->entry[i];
		const struct entry *e;

		if (strncmp(t->key, others->key, graph) != 0 || is_unknown(t) ||
		    strcmp(strrchr(t->key, ' '), strrchr(others->key, ' ')) != 0)
			continue;
		e = bsearch(t, list->entry, list->n, sizeof(*list->entry), by_key);
		if (!e || is_unknown(e))
			return true;
	}
	return false;
}

/* What says that it knows all must be all. */
static bool is_list_wrong(const struct run *truth, const struct run *got)
{
	const char *want = strstr(truth->out, "\n#fleet begin ");
	const char *list = strstr(got->out, "\n#fleet begin ");

	return list && strstr(list, " known known ") && (!want || strcmp(want, list) != 0);
}

static const char *compare(const struct list *truth, const struct list *list, const struct run *got)
{
	bool said = got->err_n > 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct entry *e = &list->entry[i];
		const struct entry *t =
			bsearch(e, truth->entry, truth->n, sizeof(*truth->entry), by_key);

		if (t && is_same(e, t))
			continue;
		if (strstr(e->key, ".value ")) {
			if (said && strstr(e->key, ".by_node silent.value ")) /* it counts faults */
				continue;
			if (!is_unknown(e) &&
			    (is_estimate(got, e->key) || (said && has_more(truth, list, e))))
				continue;
			if (!is_unknown(e))
				return t ? "a wrong value"
					 : "a value of something that is not there";
			if (!said && !has_extinfo(got, e->key))
				return "U without a reason";
		} else if (!said) {
			return "another level without a word";
		}
	}
	said |= strstr(got->out, " could not be read") != NULL;
	for (size_t i = 0; i < truth->n && !said; i++) {
		const char *key = truth->entry[i].key;

		if (bsearch(&truth->entry[i], list->entry, list->n, sizeof(*list->entry), by_key))
			continue;
		/* what is not known has perhaps no level, and says why */
		if (strstr(key, ".value ") || !has_extinfo(got, key))
			return "a value is missing without a word";
	}
	return NULL;
}

/* "NAME: ..." in each line; # before it for munin-node-configure. */
static bool is_said_well(const struct run *r)
{
	for (const char *p = r->err; *p; p = strchr(p, '\n') + 1) {
		const char *colon = strchr(p, ':');
		const char *stop = strchr(p, '\n');

		if (!stop || !colon || colon > stop || stop - p > 2000)
			return false;
		for (const char *q = p; q < stop; q++)
			if (*q < ' ' || *q > '~')
				return false;
	}
	return true;
}

/* Was it the writing to stdout or stderr that failed? */
static bool wrote_to(const struct run *r, const struct fault *f, int fd)
{
	return (f->kind == FAULT_ERROR || f->kind == FAULT_SHORT) && f->number == SYS_write &&
	       (r->failed_fd == fd || (f->always && fd == 2));
}

/* "yes", or "no (REASON)"; of suggest the names, or what it says instead. */
static const char *judge_words(const struct run *truth, const struct run *got, bool weak)
{
	size_t n = got->out_n;
	const char *p = got->out;

	if (n == 4 && memcmp(p, "yes\n", 4) == 0)
		return NULL;
	if (n > 6 && memcmp(p, "no (", 4) == 0 && memcmp(p + n - 2, ")\n", 2) == 0 &&
	    !memchr(p, '\n', n - 1))
		return NULL;
	for (const char *stop; p < got->out + n; p = stop + 1) {
		stop = memchr(p, '\n', (size_t)(got->out + n - p));
		if (!stop || !memmem(truth->out, truth->out_n, p, (size_t)(stop - p)))
			return "it suggests what is not there";
	}
	return n < truth->out_n && got->err_n == 0 && !weak
		       ? "it suggests too little without a word"
		       : NULL;
}

bool has_no_pattern(const struct run *truth, const struct run *got)
{
	for (const char *p = got->err, *stop; (stop = strchr(p, '\n')); p = stop + 1) {
		const char *setting = memmem(p, (size_t)(stop - p), ": env.", 6);

		if (setting && !memmem(truth->err, truth->err_n, setting, (size_t)(stop - setting)))
			return true;
	}
	return false;
}

const char *judge_end(const struct run *truth, const struct run *got, const struct fault *f)
{
	if (got->late)
		return "it does not end";
	if (!WIFEXITED(got->status)) {
		static char text[64];

		snprintf(text, sizeof(text), "it died of signal %d", WTERMSIG(got->status));
		return text;
	}
	if (got->children > 0)
		return "it left a child";
	/* 127 is the loader's: before main() its words are its own */
	if (!wrote_to(got, f, 2) && WEXITSTATUS(got->status) != 127 && !is_said_well(got))
		return "what it says on stderr is no sentence of its";
	if (WEXITSTATUS(got->status) == 0 && got->open > truth->open && f->kind != FAULT_NONE &&
	    !(f->kind == FAULT_ERROR && f->number == SYS_close))
		return "it left a descriptor open";
	return NULL;
}

const char *judge(const struct run *truth, const struct run *got, const struct fault *f, bool weak)
{
	static struct list lists[2];
	const char *wrong = judge_end(truth, got, f);

	if (wrong)
		return wrong;
	for (size_t i = 0; i < 2; i++)
		if (!lists[i].entry && !(lists[i].entry = calloc(LINES_MAX, sizeof(struct entry))))
			abort();
	if (WEXITSTATUS(got->status) != 0) {
		if (got->err_n == 0 && !wrote_to(got, f, 2))
			return "it failed without a word";
		if (got->out_n > 0 && !wrote_to(got, f, 1))
			return "it printed a list and failed";
		return NULL;
	}
	if (got->out_n == truth->out_n && memcmp(got->out, truth->out, got->out_n) == 0)
		return NULL;
	if (memcmp(truth->out, "yes\n", 4) == 0 || memcmp(truth->out, "no (", 4) == 0 ||
	    !memchr(truth->out, ' ', truth->out_n))
		return judge_words(truth, got, weak);
	weak |= has_no_pattern(truth, got);
	read_list(truth, &lists[0]);
	read_list(got, &lists[1]);
	if (!lists[1].legal)
		return "its output is no list of Munin's";
	if (!weak && is_list_wrong(truth, got))
		return "a list that is not whole without a word";
	return weak ? NULL : compare(&lists[0], &lists[1], got);
}
