/*
 * openmetrics: the collected list as OpenMetrics text (its specification 1.0), which is Prometheus'
 * text format, too: a family a graph. No times of samples: node_exporter's textfile collector drops
 * a whole file for one. What changes with each run (extinfo) is no label: each text would be a
 * series.
 */
#include <math.h>

#include "munin/range.h"
#include "munin/run.h"

/* What a family tells of each field. */
enum part { VALUES, UNKNOWN, WARNING_MIN, WARNING_MAX, CRITICAL_MIN, CRITICAL_MAX, PARTS };

static const struct {
	const char *suffix, *help;
} parts[PARTS] = {
	[VALUES] = { "", "" },
	[UNKNOWN] = { "_unknown", ": 1 where there is no value" },
	[WARNING_MIN] = { "_warning_min", ": a warning below this" },
	[WARNING_MAX] = { "_warning_max", ": a warning above this" },
	[CRITICAL_MIN] = { "_critical_min", ": critical below this" },
	[CRITICAL_MAX] = { "_critical_max", ": critical above this" },
};

/* The three that a label value escapes; in HELP a quote may be escaped, too. */
static void put_escaped(struct out *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '\\' || *s == '"')
			out_put(out, "\\", 1);
		if (*s == '\n')
			out_put(out, "\\n", 2);
		else
			out_put(out, s, 1);
	}
}

/* Of a history its last moment, but for those of which only a later run can know. */
static double newest(const struct field_kept *f)
{
	if (f->points == 0)
		return f->value.is_set ? f->value.number : NAN;
	for (size_t i = f->points; i-- > 0;)
		if (!f->at[i].waits)
			return f->at[i].is_set ? f->at[i].number : NAN;
	return NAN;
}

static double part_of(const struct field_entry *e, enum part part)
{
	double value = newest(&e->field);

	switch (part) {
	case UNKNOWN:
		return isfinite(value) ? NAN : 1;
	case WARNING_MIN:
		return range_lower(e->warning.s);
	case WARNING_MAX:
		return range_upper(e->warning.s);
	case CRITICAL_MIN:
		return range_lower(e->critical.s);
	case CRITICAL_MAX:
		return range_upper(e->critical.s);
	case VALUES:
	case PARTS:
		break;
	}
	return value;
}

static void put_family(const struct sw_munin *m, const struct sw_munin_graph *g, enum part part,
		       struct out *out)
{
	const char *name = m->plugin->name;
	int n = (int)strlen(name);

	n -= n > 0 && name[n - 1] == '_'; /* of a wildcard plugin */
	out_print(out, "spoolwatch_%.*s%s%s%s", n, name, g->name ? "_" : "", g->name ? g->name : "",
		  parts[part].suffix);
}

static void part_lines(const struct sw_munin *m, size_t g, enum part part, struct out *out)
{
	const struct sw_munin_graph *graph = &m->graph[g].graph;
	size_t end = g + 1 < m->graphs ? m->graph[g + 1].first_field : m->fields;
	const char *instance = sw_munin_instance(m);
	char text[RANGE_VALUE];
	bool first = true;

	for (size_t i = m->graph[g].first_field; i < end; i++) {
		const struct field_entry *e = &m->field[i];

		range_value(text, part_of(e, part));
		if (text[0] == 'U')
			continue;
		for (int head = 0; first && head < 2; head++) {
			out_print(out, head ? "# HELP " : "# TYPE ");
			put_family(m, graph, part, out);
			out_print(out, head ? " " : " gauge\n");
			if (!head)
				continue;
			put_escaped(out, graph->title);
			if (graph->vlabel)
				out_print(out, ", ");
			put_escaped(out, graph->vlabel ? graph->vlabel : "");
			out_print(out, "%s\n", parts[part].help);
		}
		first = false;
		put_family(m, graph, part, out);
		out_print(out, "{field=\"%s\",label=\"", e->field.name.s);
		put_escaped(out, e->field.label.n ? e->field.label.s : e->field.name.s);
		if (instance && *instance)
			out_print(out, "\",link=\"%s", m->called);
		out_print(out, "\"} %s\n", text);
	}
}

void render_openmetrics(const struct sw_munin *m, struct out *out)
{
	for (size_t g = 0; g < m->graphs; g++)
		for (enum part part = 0; part < PARTS; part++)
			part_lines(m, g, part, out);
	out_print(out, "# EOF\n");
}
