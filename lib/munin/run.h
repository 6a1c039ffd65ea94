/* run: what the files of this floor share about one run; nothing for plugins. */
#ifndef SW_RUN_H
#define SW_RUN_H

#include "munin/munin.h"
#include "munin/out.h"

/*
 * Far above what a plugin prints (a line of by_account a field), far below what hurts Munin
 * (1000 fields take a second of each of its programs).
 */
enum { FIELDS_MAX = 2048, GRAPHS_MAX = 16, COMPLAINTS_MAX = 8, MORE_MAX = 64 };

enum mode {
	MODE_FETCH,
	MODE_CONFIG,
	MODE_AUTOCONF,
	MODE_SUGGEST,
	MODE_HELP,
	MODE_VERSION,
	MODE_OPENMETRICS
};

/* What the environment has of them: asked once. */
enum levels { LEVELS_UNASKED, LEVELS_NONE, LEVELS_SOME };

struct graph_entry {
	struct sw_munin_graph graph;
	size_t first_field;
};

/* A text of a label, without the room that a label has. */
struct field_text {
	const char *s;
	size_t n;
};

/* What struct sw_munin_field says and is printed, without the room that none of it takes. */
struct field_kept {
	struct field_text name, label, extinfo;
	struct sw_munin_value value;
	const char *draw, *colour, *min, *info;
	size_t points;
	int64_t first, step;
	const struct sw_munin_value *at;
};

struct field_entry {
	struct field_kept field;
	struct field_text warning, critical; /* what holds, from environment or default */
	void *memory;			     /* of the points and texts */
};

struct sw_munin {
	const struct sw_munin_plugin *plugin;
	const struct sw_host *host;
	FILE *err;
	const char *err_prefix; /* "# " where munin-node-configure takes stderr for an error */
	char called[256];	/* cleaned: a legal service name */
	const char *called_raw;
	size_t graphs;
	bool no_graph; /* the last one found no room */
	enum levels levels;
	struct field_entry *field;
	size_t fields;
	size_t fields_size;
	uint16_t *index; /* by the hash of the name, 1 + the field; of 2 * fields_size; 0: empty */
	size_t dropped;	 /* fields that found no room */
	bool no_memory;	 /* for one of them: then there is no list */
	size_t complaints;
	size_t more_n;
	struct sw_label unknown; /* the last reason for a U, to say it once on stderr */
	struct sw_label note;	 /* for graph_info */
	struct out *suggest_to;
	bool is_fetch;
	struct out beside; /* munin_beside() */
	/* What follows is counted above; most of it is never touched, and not cleared. */
	struct graph_entry graph[GRAPHS_MAX];
	struct sw_label complaint[COMPLAINTS_MAX];
	uint64_t more[MORE_MAX]; /* hashes of those beyond, to count each once */
};

/* settings.c: the range ("warning", "critical") that holds for a field. Empty: none. */
struct sw_label settings_level(struct sw_munin *m, const struct sw_munin_field *f,
			       const char *which);
/* settings.c: complain of every bad value once, whichever of them collect() asks for. */
void settings_check(struct sw_munin *m);

/*
 * slips.c: complain of variables that look as if they were settings of this plugin, and are none: a
 * name within two letters of one (added, dropped, changed, swapped), a level of a field that
 * neither this run has nor the plugin lists. After collect().
 */
void settings_slips(struct sw_munin *m);

/*
 * complain.c: print a sentence. Where it quotes the environment, which is the admin's own, that is
 * shown as he wrote it and not as a label encodes it, unless its reader could trip over it. (What
 * is extinfo stays encoded: munin-limits gives it to a shell.)
 */
enum reader { READER_LOG, READER_NOTE };
void complain_print(const struct sw_munin *m, const char *text, enum reader reader,
		    struct out *out);
/* complain.c: a line on stderr, of a field when that is not "". */
void complain_say(const struct sw_munin *m, const char *field, const char *text);

/* complain.c: " and 3 more", of complaints that found no room; "" when all did. */
struct sw_label complain_more(const struct sw_munin *m);

/* render.c */
void render_config(const struct sw_munin *m, struct out *out);
void render_values(const struct sw_munin *m, struct out *out);
void render_all(const struct sw_munin *m, struct out *out); /* dirtyconfig */
/* openmetrics.c */
void render_openmetrics(const struct sw_munin *m, struct out *out);
void render_help(const struct sw_munin_plugin *plugin, struct out *out);

#endif
