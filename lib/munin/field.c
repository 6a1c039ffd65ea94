#include "munin/field.h"

#include "base/hash.h"
#include "base/print.h"

enum { DROPIN_MAX = 63, CLEAN_MAX = 32 };

/*
 * Munin::Master::LimitsOld (328-335, 633-652) and Munin::Common::Config keep these beside the
 * fields of a service; Utils.pm:1129 stops at `root`.
 */
static const char *const reserved[] = {
	"root",	      "host",	       "group",	       "plugin",  "worst",	 "worstid",
	"recovered",  "fields",	       "host_name",    "update",  "update_rate", "contacts",
	"multigraph", "state_changed", "notify_alias", "service",
};

static bool is_reserved(struct sw_raw name)
{
	struct sw_raw end = name;

	if (raw_starts(name, "graph")) /* graph_title ..., graphable */
		return true;
	for (size_t i = 0; i < SW_COUNT(reserved); i++)
		if (raw_is(name, reserved[i]))
			return true;
	/* cfields, wfields, ufields, fofields, ofields and num* of each */
	if (end.n >= 6)
		end = raw_skip(end, end.n - 6);
	return raw_is(end, "fields") && name.n <= 11;
}

static bool is_letter(char c)
{
	return c == '_' || (raw_is_alnum(c) && !raw_is_digit(c));
}

bool field_is_legal(struct sw_raw name)
{
	if (name.n == 0 || name.n > SW_FIELD_MAX || !is_letter(name.p[0]) || is_reserved(name))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!raw_is_alnum(name.p[i]) && name.p[i] != '_')
			return false;
	return true;
}

struct sw_field sw_field_own(const char *name)
{
	struct sw_raw text = raw_of(name);
	struct sw_field f = { "" };

	if (!field_is_legal(text))
		return sw_field_hashed("_", text);
	memcpy(f.s, text.p, text.n);
	return f;
}

static char cleaned(char c)
{
	return raw_is_alnum(c) ? c : '_';
}

struct sw_field sw_field_dropin(struct sw_raw name)
{
	struct sw_field f = { "" };
	size_t lead = 0;
	size_t out = 0;

	if (raw_is(name, "root"))
		return sw_field_own("__root"); /* as Munin's own has it */
	/* the whole leading run of what may not stand first becomes one '_' */
	while (lead < name.n && !is_letter(name.p[lead]))
		lead++;
	if (lead > 0)
		f.s[out++] = '_';
	for (size_t i = lead; i < name.n && out < DROPIN_MAX; i++)
		f.s[out++] = cleaned(name.p[i]);
	if (name.n - lead > DROPIN_MAX - (lead > 0) || !field_is_legal(raw_of(f.s)))
		return sw_field_hashed("_", name);
	return f;
}

struct sw_field sw_field_hashed(const char *prefix, struct sw_raw name)
{
	struct sw_field f;
	char clean[CLEAN_MAX + 1] = "";
	uint64_t hash = hash_bytes((struct hash_key){ 0, 0 }, name);

	for (size_t i = 0; i < name.n && i < CLEAN_MAX; i++)
		clean[i] = cleaned(name.p[i]);
	print_text(f.s, sizeof(f.s), "%s%s_%08x", prefix, clean, (unsigned)(hash & 0xffffffff));
	return f;
}
