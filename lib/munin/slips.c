/* slips: settings that the plugin does not have, but that look as if they were meant for it. */
#include <errno.h>

#include "munin/run.h"

enum { NEAR = 2, NAME_SIZE = SW_FIELD_MAX + 16, BAND = 2 * NEAR + 1 };

static const char *const levels[] = { "warning", "critical" };

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/*
 * How many letters must be changed, added, dropped or swapped with their neighbour to make b of a;
 * NEAR + 1 for all that are further apart. Only the diagonals that can end below that are filled.
 */
static unsigned distance(struct sw_raw a, struct sw_raw b)
{
	unsigned row[3][BAND]; /* of the row of a[i]: [k] is for b[i + k - NEAR] */

	if (a.n > b.n + NEAR || b.n > a.n + NEAR)
		return NEAR + 1;
	for (size_t i = 0; i <= a.n; i++) {
		unsigned *now = row[i % 3];
		const unsigned *above = row[(i + 2) % 3];
		const unsigned *above2 = row[(i + 1) % 3];

		for (size_t k = 0; k < BAND; k++) {
			size_t j = i + k - NEAR; /* wraps below 0: then it is beyond b.n */
			unsigned d = NEAR + 1;

			if (j > b.n) {
				now[k] = d;
				continue;
			}
			if (j == 0)
				d = least(d, (unsigned)i);
			if (i > 0 && j > 0)
				d = least(d, above[k] + (a.p[i - 1] != b.p[j - 1]));
			if (i > 0 && k + 1 < BAND)
				d = least(d, above[k + 1] + 1);
			if (j > 0 && k > 0)
				d = least(d, now[k - 1] + 1);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				d = least(d, above2[k] + 1);
			now[k] = d;
		}
	}
	return row[a.n % 3][b.n + NEAR - a.n];
}

/* Is a name in a list of names and of beginnings ("u_*")? */
static bool is_listed(const char *list, struct sw_raw name)
{
	struct sw_raw rest = raw_of(list ? list : "");
	struct sw_raw word;

	while (raw_word(&rest, " ", &word)) {
		bool open = word.p[word.n - 1] == '*';

		word.n -= open;
		if (open ? name.n >= word.n && raw_same(raw_from(name.p, word.n), word)
			 : raw_same(name, word))
			return true;
	}
	return false;
}

static bool is_of_run(const struct sw_munin *m, struct sw_raw field)
{
	for (size_t i = 0; i < m->fields; i++)
		if (raw_is(field, m->field[i].field.name.s))
			return true;
	return false;
}

static bool may_be_printed(const struct sw_munin *m, struct sw_raw field)
{
	return is_of_run(m, field) || is_listed(m->plugin->fields, field);
}

/* The best guess so far at what was meant. */
struct guess {
	struct sw_raw name;
	unsigned distance;
	char meant[NAME_SIZE];
};

static void consider(struct guess *g, struct sw_raw front, struct sw_raw tail)
{
	char candidate[NAME_SIZE];
	unsigned d;

	if (front.n + tail.n >= sizeof(candidate))
		return;
	snprintf(candidate, sizeof(candidate), "%.*s%.*s", (int)front.n, front.p, (int)tail.n,
		 tail.p);
	d = distance(g->name, raw_of(candidate));
	if (d == 0 || d >= g->distance) /* it is what we are asked about */
		return;
	g->distance = d;
	snprintf(g->meant, sizeof(g->meant), "%s", candidate);
}

static void consider_field(struct guess *g, struct sw_raw field)
{
	for (size_t i = 0; i < SW_COUNT(levels); i++) {
		char tail[16];

		snprintf(tail, sizeof(tail), "_%s", levels[i]);
		consider(g, field, raw_of(tail));
	}
}

/* "u_alice_1c6402a1_warnin": a field of a listed beginning, of which only the end is a slip. */
static void consider_end(const struct sw_munin *m, struct guess *g)
{
	size_t at = raw_find_last(g->name, '_');

	if (at < g->name.n && is_listed(m->plugin->fields, raw_from(g->name.p, at)))
		consider_field(g, raw_from(g->name.p, at));
}

/* "limt_u_alice_1c6402a1": a row that ends in FIELD, of a field of a listed beginning. */
static void consider_row_of_fields(const struct sw_munin *m, struct guess *g, struct sw_raw row)
{
	size_t at = raw_find(g->name, '_');
	struct sw_raw field = at < g->name.n ? raw_skip(g->name, at + 1) : raw_from("", 0);

	row.n -= strlen("FIELD");
	if (field.n == 0 || !may_be_printed(m, field))
		return;
	consider(g, row, field);
}

static bool is_of_fields(struct sw_raw row)
{
	static const char end[] = "_FIELD";

	return row.n > strlen(end) && raw_is(raw_skip(row, row.n - strlen(end)), end);
}

static void guess(const struct sw_munin *m, struct guess *g)
{
	struct sw_raw rest = raw_of(m->plugin->fields ? m->plugin->fields : "");
	struct sw_raw word;

	for (const struct sw_munin_setting *s = m->plugin->settings; s->name; s++)
		if (is_of_fields(raw_of(s->name)))
			consider_row_of_fields(m, g, raw_of(s->name));
		else if (strncmp(s->name, "FIELD", 5) != 0)
			consider(g, raw_of(s->name), raw_of(""));
	for (size_t i = 0; i < m->fields; i++)
		consider_field(g, raw_of(m->field[i].field.name.s));
	while (raw_word(&rest, " ", &word))
		if (word.p[word.n - 1] != '*')
			consider_field(g, word);
	consider_end(m, g);
}

/* The field that a name sets something of: "x" of x_warning and of limit_x. Empty: none. */
static struct sw_raw field_of(const struct sw_munin *m, struct sw_raw name)
{
	for (size_t i = 0; i < SW_COUNT(levels); i++) {
		size_t n = strlen(levels[i]) + 1;

		if (name.n > n && name.p[name.n - n] == '_' &&
		    raw_is(raw_skip(name, name.n - n + 1), levels[i]))
			return raw_from(name.p, name.n - n);
	}
	for (const struct sw_munin_setting *s = m->plugin->settings; s->name; s++) {
		size_t n = strlen(s->name) - strlen("FIELD");

		if (is_of_fields(raw_of(s->name)) && name.n > n && memcmp(name.p, s->name, n) == 0)
			return raw_skip(name, n);
	}
	return raw_from("", 0);
}

static bool is_row(const struct sw_munin *m, struct sw_raw name)
{
	for (const struct sw_munin_setting *s = m->plugin->settings; s->name; s++)
		if (*s->name == *name.p && raw_is(name, s->name))
			return true;
	return is_listed(m->plugin->shared, name);
}

/* Munin's own variables, and a system's, have no small letters. */
static bool has_small_letter(struct sw_raw name)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] >= 'a' && name.p[i] <= 'z')
			return true;
	return false;
}

static void say(struct sw_munin *m, struct sw_raw name, const struct guess *g, struct sw_raw field)
{
	struct sw_fault what = { 0 };
	struct sw_label text = sw_label_printed("env.%.*s is not known: ", (int)name.n, name.p);

	if (g->distance <= NEAR)
		sw_label_print(&text, "probably env.%s is meant", g->meant);
	else
		sw_label_print(&text, "no field of this plugin is named %.*s", (int)field.n,
			       field.p);
	fault_label(&what, EINVAL, &text);
	sw_munin_complain(m, &what);
}

/* "deferred_warning" for "deferred_warn", which other programs have; false for any other name. */
static bool lengthen(struct sw_raw name, char full[NAME_SIZE])
{
	enum { SHORT = 4 };

	if (name.n < SHORT || (name.n > SHORT && name.p[name.n - SHORT - 1] != '_'))
		return false;
	for (size_t i = 0; i < SW_COUNT(levels); i++)
		if (memcmp(name.p + name.n - SHORT, levels[i], SHORT) == 0)
			return snprintf(full, NAME_SIZE, "%.*s%s", (int)(name.n - SHORT), name.p,
					levels[i]) < NAME_SIZE;
	return false;
}

static void check_short(struct sw_munin *m, struct sw_raw name, const char *full)
{
	struct guess g = { .name = raw_of(full), .distance = NEAR + 1 };
	struct sw_raw field = field_of(m, g.name);

	guess(m, &g);
	if (is_row(m, g.name) || (field.n > 0 && may_be_printed(m, field))) {
		g.distance = 0;
		snprintf(g.meant, sizeof(g.meant), "%s", full);
	}
	if (g.distance <= NEAR)
		say(m, name, &g, field);
}

static void check(struct sw_munin *m, struct sw_raw name)
{
	char full[NAME_SIZE];
	struct guess g = { .name = name, .distance = NEAR + 1 };
	char underlined[NAME_SIZE + 1]; /* "dev_sda1" for "_dev_sda1" */
	struct sw_raw field;

	if (name.n >= NAME_SIZE || !has_small_letter(name) || is_row(m, name))
		return;
	if (lengthen(name, full)) {
		check_short(m, name, full);
		return;
	}
	field = field_of(m, name);
	snprintf(underlined, sizeof(underlined), "_%.*s", (int)field.n, field.p);
	if (field.n > 0 && (is_of_run(m, field) || (is_listed(m->plugin->fields, field) &&
						    !is_of_run(m, raw_of(underlined)))))
		return;
	guess(m, &g);
	if (g.distance <= NEAR || field.n > 0)
		say(m, name, &g, field);
}

void settings_slips(struct sw_munin *m)
{
	if (!m->plugin->settings)
		return;
	for (const char *const *e = m->host->env; e && *e; e++) {
		struct sw_raw entry = raw_of(*e);

		check(m, raw_from(entry.p, raw_find(entry, '=')));
	}
}
