/* render: the collected list as Munin's config, as values, or both. */
#include <math.h>

#include "base/hash.h"
#include "base/num.h"
#include "munin/range.h"
#include "munin/run.h"
#include "spoolwatch/version.h"

/* Copied and not printed: of these is nearly all that a plugin says. */
static void put(struct out *out, const char *text)
{
	out_put(out, text, strlen(text));
}

static void line(struct out *out, const char *key, const char *value)
{
	if (!value || !*value)
		return;
	put(out, key);
	put(out, " ");
	put(out, value);
	put(out, "\n");
}

static void field_line(struct out *out, const char *field, const char *key, const char *value)
{
	if (!value || !*value)
		return;
	put(out, field);
	put(out, ".");
	line(out, key, value);
}

static bool is_multigraph(const struct sw_munin *m)
{
	return m->graphs > 1;
}

/*
 * Every block starts with its own line, the first of fetch too: munin-asyncd joins config and
 * fetch, and values without it would land in the last graph of config.
 */
static void begin(const struct sw_munin *m, const struct sw_munin_graph *g, struct out *out)
{
	if (is_multigraph(m))
		out_print(out, "multigraph %s%s%s\n", m->called, g->name ? "." : "",
			  g->name ? g->name : "");
}

/*
 * A line of its own length: what an admin must read is not cut for what stands before it. The note
 * and the complaints stand in the first sub-graph, too: Munin 2.0 shows the information of a graph
 * that has some on no page.
 */
static void info_line(const struct sw_munin *m, const struct sw_munin_graph *g, struct out *out)
{
	struct sw_label info = sw_label_printed("%s", g->info ? g->info : "");
	struct sw_label more = complain_more(m);
	bool notes = g <= &m->graph[1].graph;

	if (info.n == 0 && (!notes || (m->complaints == 0 && m->note.n == 0)))
		return;
	out_print(out, "graph_info %s", info.s);
	if (notes && m->note.n > 0) {
		out_print(out, "%s", info.n ? " " : "");
		complain_print(m, m->note.s, READER_NOTE, out);
	}
	for (size_t i = 0; notes && i < m->complaints; i++) {
		out_print(out, "%s", info.n || m->note.n || i ? " Note: " : "Note: ");
		complain_print(m, m->complaint[i].s, READER_NOTE, out);
	}
	if (notes && more.n > 0)
		out_print(out, " %s", more.s);
	out_print(out, "\n");
}

static void config_graph(const struct sw_munin *m, const struct sw_munin_graph *g, struct out *out)
{
	out_print(out, "graph_title %s%s%s%s\n", g->title, g->about.n ? " (" : "", g->about.s,
		  g->about.n ? ")" : "");
	line(out, "graph_args", g->args);
	line(out, "graph_vlabel", g->vlabel);
	line(out, "graph_scale", g->no_scale ? "no" : NULL);
	line(out, "graph_category", g->category);
	line(out, "graph_period", g->period);
	line(out, "graph_total", g->total);
	info_line(m, g, out);
}

/* Paul Tol's "muted", without its grey, which stands for what is summed up. */
static const char *const palette[] = { "332288", "882255", "117733", "CC6677", "88CCEE",
				       "999933", "AA4499", "44AA99", "DDCC77" };

enum { ALL_USED = (1 << SW_COUNT(palette)) - 1 };

/* *used: those of this graph that are given, a bit each. */
static const char *colour_of(const struct field_kept *f, unsigned *used)
{
	size_t i = (size_t)(hash_bytes((struct hash_key){ 0, 0 }, raw_from(f->name.s, f->name.n)) %
			    SW_COUNT(palette));

	if (f->colour || *used == ALL_USED)
		return f->colour;
	while (*used & (1U << i))
		i = (i + 1) % SW_COUNT(palette);
	*used |= 1U << i;
	return palette[i];
}

static void config_field(const struct field_entry *e, unsigned *used, struct out *out)
{
	const struct field_kept *f = &e->field;

	field_line(out, f->name.s, "label", f->label.n ? f->label.s : f->name.s);
	field_line(out, f->name.s, "draw", f->draw);
	field_line(out, f->name.s, "colour", colour_of(f, used));
	field_line(out, f->name.s, "min", f->min);
	field_line(out, f->name.s, "info", f->info);
	field_line(out, f->name.s, "warning", e->warning.s);
	field_line(out, f->name.s, "critical", e->critical.s);
}

static void value_text(char text[RANGE_VALUE], struct sw_munin_value value)
{
	range_value(text, value.is_set ? value.number : NAN);
}

/* A moment as text: nearly all fields have the same ones. */
struct moment {
	int64_t time;
	size_t n; /* 0: none yet */
	char text[NUM_MAX];
};

static const struct moment *moment_of(struct moment *known, int64_t time)
{
	if (known->n == 0 || known->time != time)
		known->n = num_to(known->time = time, known->text);
	return known;
}

static void values(const struct field_entry *e, struct moment moments[SW_MUNIN_POINTS],
		   struct out *out)
{
	const struct field_kept *f = &e->field;
	char text[RANGE_VALUE];
	char line[SW_FIELD_MAX + 8 + NUM_MAX + 2 + RANGE_VALUE];
	size_t head = f->name.n + strlen(".value ");

	memcpy(line, f->name.s, f->name.n);
	memcpy(line + f->name.n, ".value ", head - f->name.n);
	for (size_t i = 0; i < f->points; i++) {
		const struct moment *moment;
		size_t n = head;

		if (f->at[i].waits)
			continue;
		value_text(text, f->at[i]);
		moment = moment_of(&moments[i], f->first + (int64_t)i * f->step);
		memcpy(line + n, moment->text, sizeof(moment->text));
		n += moment->n;
		line[n++] = ':';
		memcpy(line + n, text, strlen(text));
		n += strlen(text);
		line[n++] = '\n';
		out_put(out, line, n);
	}
	if (f->points > 0)
		return;
	value_text(text, f->value);
	field_line(out, f->name.s, "value", text);
}

static void render(const struct sw_munin *m, bool config, bool value, struct out *out)
{
	struct moment moments[SW_MUNIN_POINTS] = { { 0 } };

	for (size_t g = 0; g < m->graphs; g++) {
		size_t end = g + 1 < m->graphs ? m->graph[g + 1].first_field : m->fields;
		unsigned used = m->plugin->palette ? 0 : ALL_USED;

		begin(m, &m->graph[g].graph, out);
		if (config)
			config_graph(m, &m->graph[g].graph, out);
		for (size_t i = m->graph[g].first_field; i < end; i++) {
			const struct field_entry *e = &m->field[i];

			if (config)
				config_field(e, &used, out);
			if (value)
				values(e, moments, out);
			/* in both: Munin 2.0 takes it from fetch, 2.999 only from config */
			field_line(out, e->field.name.s, "extinfo", e->field.extinfo.s);
		}
	}
}

void render_config(const struct sw_munin *m, struct out *out)
{
	render(m, true, false, out);
}

void render_values(const struct sw_munin *m, struct out *out)
{
	render(m, false, true, out);
	if (!m->beside.failed) /* half of it would read as less than there is */
		out_put(out, m->beside.text, m->beside.n);
}

void render_all(const struct sw_munin *m, struct out *out)
{
	render(m, true, true, out);
}

/* README's table of settings is checked against these lines: "  env.NAME [FALLBACK] HELP". */
void render_help(const struct sw_munin_plugin *plugin, struct out *out)
{
	out_print(out,
		  "%s %s - %s\n\n"
		  "Link it into /etc/munin/plugins; munin-node runs it. Arguments, as Munin passes "
		  "them:\n"
		  "  (none)       the values\n"
		  "  config       the graphs\n"
		  "  autoconf     can it run here? yes or no (reason)\n"
		  "%s"
		  "  openmetrics  the values and levels as OpenMetrics text, for Prometheus\n"
		  "  --help       this text\n"
		  "  --version    name and version\n\n"
		  "Settings, in plugin-conf.d [default]:\n",
		  plugin->name, SW_VERSION, plugin->summary,
		  plugin->suggest ? "  suggest      the instances of this host\n" : "");
	for (const struct sw_munin_setting *s = plugin->settings; s && s->name; s++)
		out_print(out, "  env.%s [%s] %s\n", s->name, s->fallback ? s->fallback : "",
			  s->help);
	out_print(
		out,
		"  env.SPOOLWATCH_ROOT [/] a directory that stands for /, to look at a copied "
		"host\n"
		"  env.SPOOLWATCH_NOW [now] the time to take for now, in seconds since the epoch\n"
		"%s",
		plugin->markers ? plugin->markers : "");
}
