/*
 * munin: the Munin plugin protocol, once. SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A plugin is a table (struct sw_munin_plugin) with a collect(), which runs once and adds graphs
 * and fields to a list, of which `config` and fetch are two renderings: they can't disagree.
 * Sources of the protocol: Munin 2.0.73's Munin::Node::{Server,Service},
 * Munin::Master::{Node,UpdateWorker,LimitsOld} and munin-node-configure.
 *
 *     static int collect(struct sw_munin *m, struct sw_fault *why)
 *     {
 *             struct sw_munin_field f = { 0 };
 *
 *             sw_munin_graph(m, &graph);
 *             f.name = sw_field_own("load");
 *             f.value = sw_munin_value_of(0.5);
 *             sw_munin_add(m, &f);
 *             return 0;
 *     }
 *     static const struct sw_munin_plugin plugin = { .name = "load", .collect = collect, ... };
 *     int main(int argc, char **argv)
 *     {
 *             return sw_munin_main(&plugin, argc, argv);
 *     }
 */
#ifndef SPOOLWATCH_MUNIN_H
#define SPOOLWATCH_MUNIN_H

#include "spoolwatch/text.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sw_munin; /* one run of one plugin */

/*
 * The name of a Munin field (the `load` of `load.value`): [A-Za-z_][A-Za-z0-9_]*, and none of the
 * names that Munin 2.0.73 itself uses inside its tree of configuration and of limits (`root`,
 * `graph_title`, `host`, ...), which break the graph, the alert or the whole master run (tried).
 * Munin's RRD file is named <host>-<service>-<field>-g.rrd and must stay within 255 bytes.
 */
enum { SW_FIELD_MAX = 127 };

struct sw_field {
	char s[SW_FIELD_MAX + 1]; /* terminated */
};

/* A name of your own source; one that is not legal is hashed like the others. */
struct sw_field sw_field_own(const char *name);

/*
 * The name that Munin::Plugin's clean_fieldname() gives (Plugin.pm:164-176), so that the RRDs of a
 * replaced plugin go on. A name that this would make illegal, reserved or longer than 63 bytes
 * (such had no working graph) ends in a hash of the original instead.
 */
struct sw_field sw_field_dropin(struct sw_raw name);

/*
 * A name for something that others name (an account): prefix, the cleaned name (at most 32 bytes)
 * and eight hexadecimal digits of a hash of the original. It depends on the bytes alone, so a thing
 * keeps its RRD, and is never one of Munin's own words.
 */
struct sw_field sw_field_hashed(const char *prefix, struct sw_raw name);

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
	/* a range of munin-limits: warning, critical, or of one field: NAME_warning, NAME_critical;
	   FIELD_warning stands for any other field in --help */
	SW_MUNIN_LEVEL
};

/* The most points of one field: an hour of minutes. */
enum { SW_MUNIN_POINTS = 64 };

/* One env.NAME of plugin-conf.d. A table of these ends with a NULL name. Static texts. */
struct sw_munin_setting {
	const char *name;
	enum sw_munin_kind kind;
	/* What holds when it is not set: NULL for nothing; of a COUNT a number, of a CHOICE a word.
	 */
	const char *fallback;
	uint64_t min, max; /* of a SW_MUNIN_COUNT */
	const char *help;  /* one line, no newline */
	const char *words; /* of a SW_MUNIN_CHOICE: "auto yes no" */
};

struct sw_munin_plugin {
	const char *name;			 /* as installed; a wildcard plugin's ends in '_' */
	const char *summary;			 /* one sentence for --help */
	const char *markers;			 /* SW_MUNIN_MARKERS(...) */
	const struct sw_munin_setting *settings; /* may be NULL */
	/* May this plugin run here? 0, or -errno with the reason, which autoconf prints. NULL: yes.
	 */
	int (*probe)(struct sw_munin *m, struct sw_fault *why);
	/* For wildcard plugins (name ends in '_'): sw_munin_suggest() each instance. Else NULL. */
	int (*suggest)(struct sw_munin *m, struct sw_fault *why);
	/* Add all graphs and fields. -errno only when nothing at all can be said. */
	int (*collect)(struct sw_munin *m, struct sw_fault *why);
	/*
	 * A variable of the environment that looks like a slip of an admin is complained of: one
	 * within two letters of a row of the table, and FIELD_warning or FIELD_critical of a field
	 * that this run does not print. Not so what is named here, in words with blanks between, of
	 * which one that ends in '*' stands for all that begin so: fields that come and go ("u_*"),
	 * and rows of other plugins that may share a section of plugin-conf.d. NULL: none.
	 */
	const char *fields;
	const char *shared;
	/*
	 * A field without a colour gets one of nine that colour-blind people can tell apart, by its
	 * name, so that an account keeps it; the tenth of a graph and those behind it get Munin's.
	 */
	bool palette;
};

/*
 * The texts of a graph and of a field are your own, a line each (nothing checks them), and stay
 * until the run has ended; what comes from outside goes into a label.
 */
struct sw_munin_graph {
	const char *name; /* NULL for the root graph, else of a sub-graph: "by_account" */
	const char *title;
	const char *args; /* may be NULL, as all that follow */
	const char *vlabel;
	const char *category;
	const char *info;
	const char *total;     /* graph_total; no ':' (Munin doesn't escape it) */
	const char *period;    /* graph_period */
	bool no_scale;	       /* graph_scale no */
	struct sw_label about; /* added to the title in ( ) when not empty */
};

/*
 * A number or none. Zeroed it is none, which prints as U: what nobody set must never read as 0. A
 * NAN and an infinity are none, too.
 */
struct sw_munin_value {
	double number;
	bool is_set;
	/*
	 * Of a moment alone: a later run may know it, so this one prints nothing for it. A master
	 * that once took U for a moment takes no number for it later.
	 */
	bool waits;
};

struct sw_munin_value sw_munin_value_of(double number);

/*
 * The ranges of a field (FIELD.warning, FIELD.critical) are said in the plugin's table of settings:
 * env.NAME_warning, else env.warning, else the fallback of the row NAME_warning, else that of the
 * row warning; so a level and its default stand in one place.
 */
struct sw_munin_field {
	struct sw_field name;
	struct sw_label label;
	struct sw_munin_value value;
	const char *draw;   /* may be NULL: Munin's LINE1 */
	const char *colour; /* six hexadecimal digits; may be NULL: Munin's or, see there, ours */
	const char *min;    /* may be NULL */
	const char *info;   /* may be NULL */
	/*
	 * Only env.NAME_warning counts, not env.warning: for fields that others bring into being
	 * (one an account). Munin lists every field with a threshold in each alert mail.
	 */
	bool own_levels;
	bool disarmed;		 /* only what the environment says is a level, no fallback */
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
	struct sw_munin_value at[SW_MUNIN_POINTS];
	bool no_level; /* nothing is a level, what the environment says neither */
};

/* The machine that is looked at: for the readers of the other headers. Until collect() returns. */
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

/*
 * Say something about this run that the admin should know, and go on: one line on stderr, and in
 * graph_info. A copy of the same sentence is said once. Of more than eight the others are counted
 * ("and 3 more").
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

/* A field that could not be read: value U, and why in extinfo and on stderr. */
void sw_munin_add_unknown(struct sw_munin *m, const struct sw_munin_field *f,
			  const struct sw_fault *why);

/* One line of `suggest`; a name that munin-node-configure refuses ([-\w.:]+) is complained of. */
void sw_munin_suggest(struct sw_munin *m, struct sw_raw instance);

/*
 * All of a plugin's main(): one run, as argv asks for it (fetch, config, autoconf, suggest,
 * openmetrics, --help, --version), with the environment that munin-node gives. Returns the exit
 * status: 0; 1 when nothing could be said or written (munin-node then drops all output); 2 for
 * arguments that no Munin passes and for a bad SPOOLWATCH_ROOT (a directory that stands for "/") or
 * SPOOLWATCH_NOW (seconds since the epoch).
 *
 * It writes to stdout, when all is known, and to stderr, numbers as the locale has them: leave that
 * "C". What is not whole (a full disk, no memory) is not printed: then it returns 1. The process is
 * its own: it ignores SIGPIPE and SIGXFSZ, takes SIGCHLD's default back, sets umask(2) to 022,
 * opens /dev/null for what of 0, 1 and 2 is closed, takes the buffer from stdout and no transparent
 * huge pages, and sets TZ to the machine's /etc/localtime if it is not set.
 */
int sw_munin_main(const struct sw_munin_plugin *plugin, int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif
