/*
 * munin: the Munin plugin protocol, once.
 *
 * A plugin is a table (struct sw_munin_plugin), a probe() and a collect(); lib/munin/main.c is the
 * only main(). collect() runs once and adds graphs and fields to a list, of which `config` and
 * fetch are two renderings: they can't disagree. Sources of the protocol: Munin 2.0.73's
 * Munin::Node::{Server,Service}, Munin::Master::{Node,UpdateWorker,LimitsOld} and
 * munin-node-configure.
 *
 *     static int collect(struct sw_munin *m, struct sw_fault *why)
 *     {
 *             sw_munin_graph(m, &graph);
 *             sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("load"), ... });
 *             return 0;
 *     }
 */
#ifndef SW_MUNIN_H
#define SW_MUNIN_H

#include <stdio.h>

#include "base/fault.h"
#include "munin/field.h"
#include "base/label.h"
#include "os/host.h"

struct sw_munin; /* one run of one plugin */

/*
 * The magic markers that munin-node-configure looks for in the executable file (Munin::Node::
 * Configure::Plugin, 180-216): line by line, so each must end in a newline. They are a piece of
 * the text of --help, because an object that nothing uses is dropped by --gc-sections.
 */
#define SW_MUNIN_MARKERS(family, capabilities)                                                     \
	"\n#%# family=" family "\n#%# capabilities=" capabilities "\n"

enum sw_munin_kind {
	SW_MUNIN_TEXT,	 /* any text */
	SW_MUNIN_COUNT,	 /* a whole number, min..max */
	SW_MUNIN_CHOICE, /* one of the words in .words */
	SW_MUNIN_LEVEL,	 /* a range of munin-limits; its name may start with FIELD_ */
};

/* The most points of one field: an hour of minutes. */
enum { SW_MUNIN_POINTS = 64 };

/* One env.NAME of plugin-conf.d. A table of these ends with a NULL name. */
struct sw_munin_setting {
	const char *name;
	enum sw_munin_kind kind;
	const char *fallback; /* what holds when it is not set; for a SW_MUNIN_COUNT a number */
	uint64_t min, max;    /* of a SW_MUNIN_COUNT */
	const char *help;     /* one line, no newline */
	const char *words;    /* of a SW_MUNIN_CHOICE: "auto yes no" */
};

struct sw_munin_plugin {
	const char *name;    /* as installed */
	const char *summary; /* one sentence for --help */
	const char *markers; /* SW_MUNIN_MARKERS(...) */
	const struct sw_munin_setting *settings;
	/* May this plugin run here? 0, or -errno with the reason, which autoconf prints. */
	int (*probe)(struct sw_munin *m, struct sw_fault *why);
	/* For wildcard plugins (name ends in '_'): sw_munin_suggest() each instance. Else NULL. */
	int (*suggest)(struct sw_munin *m, struct sw_fault *why);
	/* Add all graphs and fields. -errno only when nothing at all can be said. */
	int (*collect)(struct sw_munin *m, struct sw_fault *why);
};

struct sw_munin_graph {
	const char *name; /* NULL for the root graph, else of a sub-graph: "by_account" */
	const char *title;
	const char *args;
	const char *vlabel;
	const char *category;
	const char *info;      /* may be NULL */
	const char *total;     /* graph_total, may be NULL; no ':' (Munin doesn't escape it) */
	const char *period;    /* graph_period, may be NULL */
	bool no_scale;	       /* graph_scale no */
	struct sw_label about; /* added to the title in ( ) when not empty */
};

struct sw_munin_field {
	struct sw_field name;
	struct sw_label label;
	double value;	     /* NAN prints as U */
	const char *draw;    /* may be NULL: Munin's LINE1 */
	const char *min;     /* may be NULL */
	const char *warning; /* the default range, may be NULL; the environment goes before it */
	const char *critical;
	const char *info;	 /* may be NULL */
	bool own_levels;	 /* only env.FIELD_warning counts, not env.warning (see below) */
	struct sw_label extinfo; /* empty: none */
	/*
	 * With points > 0 the field has a value for each of that many moments, from `first`
	 * (seconds since the epoch) on, `step` seconds apart, printed as EPOCH:VALUE; `value` is
	 * not used. The master drops those it has (UpdateWorker.pm:872-956), so moments may be told
	 * again.
	 */
	size_t points; /* 0..SW_MUNIN_POINTS */
	int64_t first;
	int64_t step;
	double at[SW_MUNIN_POINTS];
};

/* The host, the settings. */
const struct sw_host *sw_munin_host(const struct sw_munin *m);

/*
 * The name that the plugin was called by (the link in /etc/munin/plugins), which is its section in
 * plugin-conf.d; and the instance of a wildcard plugin: what stands behind the plugin's own name,
 * which ends in '_'. "" when there is none, NULL when the link's name does not begin as the
 * plugin's.
 */
struct sw_label sw_munin_link(const struct sw_munin *m);
const char *sw_munin_instance(const struct sw_munin *m);

/*
 * The value of a setting of the plugin's table. NULL when it is not set and has no fallback. A
 * number outside its bounds is complained of and the fallback is used.
 */
const char *sw_munin_text(struct sw_munin *m, const char *name);
bool sw_munin_is(struct sw_munin *m, const char *name, const char *word); /* of a SW_MUNIN_CHOICE */
uint64_t sw_munin_count(struct sw_munin *m, const char *name);
/* A number whose name is made (limit_u_alice_...) with the bounds of a row of the table. */
bool munin_number(struct sw_munin *m, const char *name, const char *row, uint64_t *ret);
/* Is any variable set whose name begins so? */
bool munin_any(const struct sw_munin *m, const char *prefix);

/*
 * Say something about this run that the admin should know, and go on: one line on stderr, and in
 * graph_info. A copy of the same sentence is said once.
 */
void sw_munin_complain(struct sw_munin *m, const struct sw_fault *what);

/*
 * Begin a graph; the fields that follow belong to it. All fields of a graph come in one go (Munin
 * keeps only the last block of a name). The root graph comes first.
 */
void sw_munin_graph(struct sw_munin *m, const struct sw_munin_graph *g);

/*
 * Add a field to the current graph. A second field of the same name in a graph is given a hashed
 * name of its label, so that it is not lost.
 */
void sw_munin_add(struct sw_munin *m, const struct sw_munin_field *f);

/*
 * The upper end of the warning range that holds for a field, as sw_munin_add() would find it; NAN
 * when there is none. own_levels is for fields that others bring into being (one an account): Munin
 * lists every field with a threshold in each alert mail.
 */
double munin_upper_warning(struct sw_munin *m, const struct sw_munin_field *f);

/* A field that could not be read: value U, and why in extinfo and on stderr. */
void sw_munin_add_unknown(struct sw_munin *m, const struct sw_munin_field *f,
			  const struct sw_fault *why);

/* One line of `suggest`; a name that munin-node-configure refuses ([-\w.:]+) is complained of. */
void sw_munin_suggest(struct sw_munin *m, struct sw_raw instance);

/*
 * A whole run: argv as main() has it. Writes to out and err, nothing else. Returns the exit
 * status: 0; 1 when nothing could be said or written (munin-node then drops all output);
 * 2 for arguments that no Munin passes and for a bad SPOOLWATCH_*.
 */
int munin_run(const struct sw_munin_plugin *plugin, int argc, char *const *argv,
	      const struct sw_host *h, FILE *out, FILE *err);

#endif
