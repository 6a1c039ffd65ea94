/* settings: the environment that plugin-conf.d gives, against the plugin's table. */
#include <errno.h>
#include <math.h>

#include "base/num.h"
#include "munin/range.h"
#include "munin/run.h"

static const struct sw_munin_setting *setting(const struct sw_munin *m, const char *name)
{
	for (const struct sw_munin_setting *s = m->plugin->settings; s && s->name; s++)
		if (*s->name == *name && strcmp(s->name, name) == 0)
			return s;
	return NULL;
}

const char *sw_munin_text(struct sw_munin *m, const char *name)
{
	const struct sw_munin_setting *s = setting(m, name);
	const char *value = host_env(m->host, name);

	return value ? value : s ? s->fallback : NULL;
}

uint64_t sw_munin_count(struct sw_munin *m, const char *name)
{
	const struct sw_munin_setting *s = setting(m, name);
	const char *value = host_env(m->host, name);
	uint64_t fallback = 0;
	uint64_t n;

	if (!s || !num_from(raw_of(s->fallback), &fallback) || !value)
		return fallback;
	if (!num_from(raw_trim(raw_of(value)), &n) || n < s->min || n > s->max) {
		struct sw_fault why = { 0 };

		sw_fault(&why, EINVAL,
			 "env.%s is %s, allowed is a whole number from %llu to %llu, and %llu is "
			 "used",
			 name, value, (unsigned long long)s->min, (unsigned long long)s->max,
			 (unsigned long long)fallback);
		sw_munin_complain(m, &why);
		return fallback;
	}
	return n;
}

bool munin_number(struct sw_munin *m, const char *name, const char *row, uint64_t *ret)
{
	const struct sw_munin_setting *s = setting(m, row);
	const char *value = host_env(m->host, name);
	struct sw_fault why = { 0 };
	uint64_t n;

	if (!value || !s)
		return false;
	if (num_from(raw_trim(raw_of(value)), &n) && n >= s->min && n <= s->max) {
		*ret = n;
		return true;
	}
	sw_fault(&why, EINVAL, "env.%s is %s, allowed is a whole number from %llu to %llu", name,
		 value, (unsigned long long)s->min, (unsigned long long)s->max);
	sw_munin_complain(m, &why);
	return false;
}

bool munin_any(const struct sw_munin *m, const char *prefix)
{
	for (const char *const *e = m->host->env; e && *e; e++)
		if (strncmp(*e, prefix, strlen(prefix)) == 0)
			return true;
	return false;
}

bool sw_munin_is(struct sw_munin *m, const char *name, const char *word)
{
	const struct sw_munin_setting *s = setting(m, name);
	const char *value = host_env(m->host, name);
	struct sw_raw rest = raw_of(s && s->words ? s->words : "");
	struct sw_raw allowed;
	struct sw_fault why = { 0 };

	if (!value)
		return s && strcmp(s->fallback, word) == 0;
	while (raw_word(&rest, " ", &allowed))
		if (raw_is(allowed, value))
			return strcmp(value, word) == 0;
	sw_fault(&why, EINVAL, "env.%s is %s, allowed is one of %s, and %s is used", name, value,
		 s ? s->words : "", s ? s->fallback : "");
	sw_munin_complain(m, &why);
	return s && strcmp(s->fallback, word) == 0;
}

static bool ends_with(struct sw_raw name, const char *end)
{
	size_t n = strlen(end);

	return name.n >= n && raw_is(raw_skip(name, name.n - n), end);
}

/* Is there a variable that could be a level? Most hosts set none, and each field asks for four. */
static bool has_levels(struct sw_munin *m)
{
	for (const char *const *e = m->host->env; e && *e && !m->levels; e++) {
		struct sw_raw name = raw_of(*e);

		name.n = raw_find(name, '=');
		if (ends_with(name, "warning") || ends_with(name, "critical"))
			m->levels = LEVELS_SOME;
	}
	if (!m->levels)
		m->levels = LEVELS_NONE;
	return m->levels == LEVELS_SOME;
}

/* The range that the environment says, or that is used in its place; blanks may stand behind it. */
static bool take_level(struct sw_munin *m, const char *name, const char *fallback, const char **ret)
{
	const char *value = has_levels(m) ? host_env(m->host, name) : NULL;
	struct sw_fault why = { 0 };

	if (!value)
		return false;
	if (range_is(raw_of(value))) {
		*ret = raw_trim(raw_of(value)).p;
		/* one that holds nothing is an alarm for ever */
		if (!(range_lower(*ret) > range_upper(*ret)))
			return true;
	}
	sw_fault(&why, EINVAL,
		 "env.%s is %s, allowed is a range as 92, :92, 5: or 5:92, and %s is used", name,
		 value, fallback ? fallback : "none");
	sw_munin_complain(m, &why);
	*ret = fallback ? fallback : "";
	return true;
}

/* What the table says of a level; NULL: nothing. */
static const char *fallback_level(const struct sw_munin *m, const char *name)
{
	const struct sw_munin_setting *s = setting(m, name);

	return s && s->kind == SW_MUNIN_LEVEL ? s->fallback : NULL;
}

/* Munin::Plugin's get_thresholds (Plugin.pm:345-367), plugin.sh's get_warning. */
static const char *level_of(struct sw_munin *m, const struct sw_munin_field *f, const char *which)
{
	const char *fallback = NULL;
	const char *level = "";
	size_t n = strlen(f->name.s);
	char name[SW_FIELD_MAX + 16];

	if (f->no_level)
		return level;
	memcpy(name, f->name.s, n);
	name[n] = '_';
	memcpy(name + n + 1, which, strlen(which) + 1);
	if (!f->disarmed)
		fallback = fallback_level(m, name);
	if (!f->disarmed && !fallback && !f->own_levels)
		fallback = fallback_level(m, which);
	if (take_level(m, name, fallback, &level) ||
	    (!f->own_levels && take_level(m, which, fallback, &level)))
		return level;
	return fallback ? fallback : "";
}

struct sw_label settings_level(struct sw_munin *m, const struct sw_munin_field *f,
			       const char *which)
{
	return sw_label_from(raw_trim(raw_of(level_of(m, f, which))));
}

bool munin_has_level(struct sw_munin *m, const struct sw_munin_field *f)
{
	return *level_of(m, f, "warning") || *level_of(m, f, "critical");
}

static double upper(struct sw_munin *m, const struct sw_munin_field *f, const char *which)
{
	return range_upper(level_of(m, f, which));
}

double munin_upper_warning(struct sw_munin *m, const struct sw_munin_field *f)
{
	return upper(m, f, "warning");
}

double munin_upper(struct sw_munin *m, const struct sw_munin_field *f)
{
	double warning = upper(m, f, "warning");
	double critical = upper(m, f, "critical");

	return isnan(warning) || critical < warning ? critical : warning;
}

void settings_check(struct sw_munin *m)
{
	for (const struct sw_munin_setting *s = m->plugin->settings; s && s->name; s++)
		if (s->kind == SW_MUNIN_COUNT)
			(void)sw_munin_count(m, s->name);
		else if (s->kind == SW_MUNIN_CHOICE)
			(void)sw_munin_is(m, s->name, "");
}
