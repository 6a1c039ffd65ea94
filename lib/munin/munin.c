/* munin: one run, from arguments to exit status. The protocol's sources stand in munin.h. */
#include "munin/munin.h"

#include <errno.h>
#include <stdlib.h>

#include "base/hash.h"
#include "munin/run.h"
#include "spoolwatch/version.h"

struct sw_munin_value sw_munin_value_of(double number)
{
	return (struct sw_munin_value){ .number = number, .is_set = true };
}

const struct sw_host *sw_munin_host(const struct sw_munin *m)
{
	return m->host;
}

struct sw_label sw_munin_link(const struct sw_munin *m)
{
	return sw_label_from(raw_of(m->called_raw));
}

const char *sw_munin_instance(const struct sw_munin *m)
{
	size_t n = strlen(m->plugin->name);

	if (n == 0 || m->plugin->name[n - 1] != '_')
		return "";
	return strncmp(m->called_raw, m->plugin->name, n) == 0 ? m->called_raw + n : NULL;
}

void sw_munin_graph(struct sw_munin *m, const struct sw_munin_graph *g)
{
	/* what would come out under another graph's name is left out, and said */
	m->no_graph = m->graphs == GRAPHS_MAX;
	if (!m->no_graph)
		m->graph[m->graphs++] = (struct graph_entry){ *g, m->fields };
}

/* Where the name of a field of the last graph stands, or would, in m->index. */
static uint16_t *find(const struct sw_munin *m, const char *name)
{
	struct hash_key key = { m->host->secret.k0, m->graphs };
	size_t mask = 2 * m->fields_size - 1;
	size_t i = (size_t)hash_bytes(key, raw_of(name)) & mask;

	for (; m->index[i]; i = (i + 1) & mask) {
		size_t k = m->index[i] - 1u;

		if (k >= m->graph[m->graphs - 1].first_field &&
		    strcmp(m->field[k].field.name.s, name) == 0)
			break;
	}
	return &m->index[i];
}

/* Room for one more, in m->index for two: it stays half empty. */
static bool has_room(struct sw_munin *m)
{
	size_t size = m->fields_size ? 2 * m->fields_size : 16;
	struct field_entry *field;
	uint16_t *index;

	if (m->fields < m->fields_size)
		return true;
	field = realloc(m->field, size * sizeof(*field));
	if (field)
		m->field = field;
	index = field ? calloc(2 * size, sizeof(*index)) : NULL;
	if (!index) {
		m->no_memory = true;
		return false;
	}
	free(m->index);
	m->index = index;
	m->fields_size = size;
	for (size_t i = m->graph[m->graphs - 1].first_field; i < m->fields; i++)
		*find(m, m->field[i].field.name.s) = (uint16_t)(i + 1);
	return true;
}

/* Copy a text to *at, and go on behind it. */
static struct field_text keep_text(char **at, const char *s, size_t n)
{
	struct field_text kept = { *at, n };

	memcpy(*at, s, n);
	(*at)[n] = '\0';
	*at += n + 1;
	return kept;
}

/*
 * What of a field is printed, in memory of its own: a field has room for an hour of points and four
 * long texts, of which most need none. False: there is no memory.
 */
static bool keep(struct field_entry *e, const struct sw_munin_field *f,
		 const struct sw_label *warning, const struct sw_label *critical)
{
	size_t name = strlen(f->name.s);
	size_t points = f->points * sizeof(f->at[0]);
	char *at = malloc(points + name + f->label.n + f->extinfo.n + warning->n + critical->n + 5);

	if (!at)
		return false;
	*e = (struct field_entry){ .field = { .value = f->value,
					      .draw = f->draw,
					      .colour = f->colour,
					      .min = f->min,
					      .info = f->info,
					      .points = f->points,
					      .first = f->first,
					      .step = f->step,
					      .at = (const void *)at },
				   .memory = at };
	memcpy(at, f->at, points);
	at += points;
	e->field.name = keep_text(&at, f->name.s, name);
	e->field.label = keep_text(&at, f->label.s, f->label.n);
	e->field.extinfo = keep_text(&at, f->extinfo.s, f->extinfo.n);
	e->warning = keep_text(&at, warning->s, warning->n);
	e->critical = keep_text(&at, critical->s, critical->n);
	return true;
}

/* The name it will be printed by; NULL when it found no room. */
static const char *add(struct sw_munin *m, const struct sw_munin_field *f)
{
	struct sw_label warning;
	struct sw_label critical;
	struct sw_munin_field renamed;
	uint16_t *place;

	if (m->graphs == 0 || m->no_graph || m->fields == FIELDS_MAX || !has_room(m)) {
		m->dropped++;
		return NULL;
	}
	place = find(m, f->name.s);
	if (*place) {
		renamed = *f;
		renamed.name = sw_field_hashed("_", raw_from(f->label.s, f->label.n));
		f = &renamed;
		place = find(m, f->name.s);
	}
	if (*place) {
		m->dropped++;
		return NULL;
	}
	warning = settings_level(m, f, "warning");
	critical = settings_level(m, f, "critical");
	if (!keep(&m->field[m->fields], f, &warning, &critical)) {
		m->no_memory = true;
		return NULL;
	}
	*place = (uint16_t)++m->fields;
	return m->field[m->fields - 1].field.name.s;
}

void sw_munin_add(struct sw_munin *m, const struct sw_munin_field *f)
{
	(void)add(m, f);
}

static void say_why(struct sw_munin *m, const char *field, const struct sw_label *why)
{
	if (strcmp(m->unknown.s, why->s) != 0)
		complain_say(m, field, why->s);
	m->unknown = *why;
}

void sw_munin_add_unknown(struct sw_munin *m, const struct sw_munin_field *f,
			  const struct sw_fault *why)
{
	struct sw_munin_field unknown = *f;
	const char *name;

	unknown.value = (struct sw_munin_value){ .is_set = false };
	/*
	 * A field that tells a history says that it knows nothing at its oldest moment: a U of now
	 * would keep the master from taking what the next run tells again (UpdateWorker.pm:900).
	 */
	unknown.points = f->points > 0;
	unknown.at[0] = unknown.value;
	unknown.extinfo = why->text;
	name = add(m, &unknown);
	say_why(m, name ? name : unknown.name.s, &why->text);
}

void munin_add_doubted(struct sw_munin *m, const struct sw_munin_field *f,
		       const struct sw_label *why)
{
	struct sw_munin_field doubted = *f;
	const char *name;

	doubted.extinfo = *why;
	name = add(m, &doubted);
	say_why(m, name ? name : doubted.name.s, why);
}

void sw_munin_suggest(struct sw_munin *m, struct sw_raw instance)
{
	bool fine = instance.n > 0;
	struct sw_fault why = { 0 };

	for (size_t i = 0; i < instance.n && fine; i++)
		fine = raw_is_alnum(instance.p[i]) ||
		       (instance.p[i] && strchr("-_.:", instance.p[i]));
	if (fine) {
		out_print(m->suggest_to, "%.*s\n", (int)instance.n, instance.p);
		return;
	}
	sw_fault(&why, EINVAL,
		 "%.*s cannot be a Munin instance: letters, digits and - _ . : are allowed",
		 (int)instance.n, instance.p);
	sw_munin_complain(m, &why);
}

static int autoconf(struct sw_munin *m, struct out *out)
{
	struct sw_fault why = { 0 };
	struct sw_label reason;

	if (!m->plugin->probe || m->plugin->probe(m, &why) == 0) {
		out_print(out, "yes\n");
		return 0;
	}
	/* the node's pattern ends at a closing bracket; a second one inside is fine */
	reason = why.text.n ? why.text : sw_label_printed("not on this host");
	out_print(out, "no (%s)\n", reason.s);
	return 0;
}

static int suggest(struct sw_munin *m, struct out *out)
{
	struct sw_fault why = { 0 };

	m->suggest_to = out;
	if (m->plugin->suggest && m->plugin->suggest(m, &why) < 0)
		sw_munin_complain(m, &why);
	return 0;
}

static int collect(struct sw_munin *m, enum mode mode, struct out *out)
{
	struct sw_fault why = { 0 };
	struct sw_label more;

	settings_check(m);
	m->is_fetch = mode == MODE_FETCH;
	if (m->plugin->collect(m, &why) < 0 || (m->fields == 0 && !m->no_memory)) {
		complain_say(m, "", why.text.n ? why.text.s : "nothing to show on this host");
		return 1;
	}
	if (m->no_memory) { /* half a list would read as a whole one */
		sw_fault_errno(&why, ENOMEM, "keep the list of fields");
		complain_say(m, "", why.text.s);
		return 1;
	}
	settings_slips(m);
	if (m->dropped > 0) {
		sw_fault(&why, E2BIG, "%zu field%s more than a graph can hold %s left out",
			 m->dropped, m->dropped == 1 ? "" : "s", m->dropped == 1 ? "was" : "were");
		sw_munin_complain(m, &why);
	}
	if (m->beside.failed) {
		struct sw_fault lines = { 0 };

		sw_fault_errno(&lines, m->beside.failed, "list the accounts");
		sw_munin_complain(m, &lines);
	}
	more = complain_more(m);
	if (more.n > 0)
		complain_say(m, "", more.s);
	if (mode == MODE_FETCH)
		render_values(m, out);
	else if (mode == MODE_OPENMETRICS)
		render_openmetrics(m, out);
	else if (host_env(m->host, "MUNIN_CAP_DIRTYCONFIG") &&
		 strcmp(host_env(m->host, "MUNIN_CAP_DIRTYCONFIG"), "1") == 0)
		render_all(m, out);
	else
		render_config(m, out);
	return 0;
}

static bool mode_from(const struct sw_munin_plugin *plugin, const char *word, enum mode *ret)
{
	static const struct {
		const char *word;
		enum mode mode;
	} modes[] = {
		{ "", MODE_FETCH },
		{ "fetch", MODE_FETCH },
		{ "config", MODE_CONFIG },
		{ "autoconf", MODE_AUTOCONF },
		{ "suggest", MODE_SUGGEST },
		{ "--help", MODE_HELP },
		{ "openmetrics", MODE_OPENMETRICS },
		{ "--openmetrics", MODE_OPENMETRICS },
		{ "-h", MODE_HELP },
		{ "--version", MODE_VERSION },
	};

	for (size_t i = 0; i < SW_COUNT(modes); i++)
		if (strcmp(word, modes[i].word) == 0) {
			*ret = modes[i].mode;
			return modes[i].mode != MODE_SUGGEST || plugin->suggest;
		}
	return false;
}

/* The master turns every other character of a service name into '_' (Munin::Master::Node:605). */
static void take_name(struct sw_munin *m, const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	const char *name = slash ? slash + 1 : path;
	size_t n = 0;

	m->called_raw = name && *name ? name : m->plugin->name;
	for (const char *p = m->called_raw; *p && n + 1 < sizeof(m->called); p++)
		m->called[n++] = raw_is_alnum(*p) ? *p : '_';
}

/* Written only when all is known: a run that fails half way must leave nothing on stdout. */
static int deliver(const struct sw_munin *m, const struct out *text, FILE *out)
{
	struct sw_fault why = { 0 };
	int rc = out_write(text, out);

	if (rc == 0)
		return 0;
	sw_fault_errno(&why, -rc, "write the output");
	complain_say(m, "", why.text.s);
	return 1;
}

static int run_mode(struct sw_munin *m, enum mode mode, struct out *text)
{
	switch (mode) {
	case MODE_AUTOCONF:
		return autoconf(m, text);
	case MODE_SUGGEST:
		return suggest(m, text);
	case MODE_HELP:
		render_help(m->plugin, text);
		return 0;
	case MODE_VERSION:
		out_print(text, "%s (spoolwatch) %s\n", m->plugin->name, SW_VERSION);
		return 0;
	case MODE_FETCH:
	case MODE_CONFIG:
	case MODE_OPENMETRICS:
		break;
	}
	return collect(m, mode, text);
}

int munin_run(const struct sw_munin_plugin *plugin, int argc, char *const *argv,
	      const struct sw_host *h, FILE *out, FILE *err)
{
	struct sw_munin m;
	enum mode mode;
	struct out text = { .n = 0 };
	int status;

	memset(&m, 0, offsetof(struct sw_munin, graph));
	m.plugin = plugin;
	m.host = h;
	m.err = err;
	m.err_prefix = "";
	take_name(&m, argc > 0 ? argv[0] : NULL);
	/* more arguments are no error: Munin 2.999 calls `config cap` */
	if (!mode_from(plugin, argc > 1 ? argv[1] : "", &mode)) {
		struct sw_label word = sw_label_from(raw_of(argv[1]));

		fprintf(err, "%s: unknown argument %s; try --help\n", plugin->name, word.s);
		return 2;
	}
	if (mode == MODE_AUTOCONF || mode == MODE_SUGGEST)
		m.err_prefix = "# ";
	status = run_mode(&m, mode, &text);
	if (status == 0)
		status = deliver(&m, &text, out);
	out_free(&text);
	for (size_t i = 0; i < m.fields; i++)
		free(m.field[i].memory);
	free(m.field);
	free(m.index);
	out_free(&m.beside);
	return status;
}
