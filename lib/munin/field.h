/*
 * field: a Munin field name (the `load` of `load.value`).
 *
 * Legal: [A-Za-z_][A-Za-z0-9_]*. The names that Munin 2.0.73 itself uses inside its tree of
 * configuration and of limits (`root`, `graph_title`, `host`, ...) break the graph, the alert or
 * the whole master run (tried) and are never given out.
 */
#ifndef SW_FIELD_H
#define SW_FIELD_H

#include "base/base.h"
#include "base/raw.h"

/* Munin's RRD file is named <host>-<service>-<field>-g.rrd and must stay within 255 bytes. */
enum { SW_FIELD_MAX = 127 };

struct sw_field {
	char s[SW_FIELD_MAX + 1]; /* terminated */
};

/* A name of our own source; it must be legal. */
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

/* May this name be given out? */
bool field_is_legal(struct sw_raw name);

#endif
