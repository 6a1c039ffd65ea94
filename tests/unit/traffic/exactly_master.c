/* exactly_master: what munin-update makes of a plugin's output. */
#include "exactly.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct master_field *field_named(struct master *m, const char *name)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->field[i].name, name) == 0)
			return &m->field[i];
	if (m->n == MASTER_FIELDS)
		return NULL;
	m->field[m->n] = (struct master_field){ .last = 0 };
	snprintf(m->field[m->n].name, sizeof(m->field[0].name), "%s", name);
	return &m->field[m->n++];
}

/*
 * But `others`: if it changes, an account has its own field now, and the sums tell that. And
 * recipients: the oldest minutes are told with 2 minutes before them, and a message may have been
 * longer under way.
 */
static void told_again(struct master *m, const struct master_field *f, int64_t i, double value)
{
	if (m->again[0] || !f->has[i] || strstr(f->name, ".others") ||
	    strncmp(f->name, "by_recipients.", 14) == 0 || fabs(f->at[i] - value) < 1e-6)
		return;
	snprintf(m->again, sizeof(m->again), "%s of minute %lld: got %g after %g, want the same",
		 f->name, (long long)i, value, f->at[i]);
}

static void take_value(struct master *m, const char *name, const char *text, int64_t now)
{
	struct master_field *f = field_named(m, name);
	const char *colon = strchr(text, ':');
	int64_t when = colon ? atoll(text) : now;
	int64_t i = (when - m->begin) / 60 - 1;

	if (!f)
		return;
	text = colon ? colon + 1 : text;
	if (when <= f->last) {
		if (colon && i >= 0 && i < FLOW_MINUTES)
			told_again(m, f, i, atof(text));
		return;
	}
	f->last = when;
	if (*text == 'U' || i < 0 || i >= FLOW_MINUTES || !colon)
		return;
	f->has[i] = true;
	f->at[i] = atof(text);
}

void master_take(struct master *m, const char *output, int64_t now)
{
	char graph[100] = "";
	char line[600];
	int n;

	while (sscanf(output, "%599[^\n]%n", line, &n) == 1) {
		char *space = strchr(line, ' ');
		char *dot = strstr(line, ".value ");
		char name[200];

		output += n + (output[n] == '\n');
		if (strncmp(line, "multigraph ", 11) == 0) {
			const char *sub = strchr(line, '.');

			snprintf(graph, sizeof(graph), "%.99s", sub ? sub + 1 : "");
		} else if (dot && space == dot + 6) {
			*dot = '\0';
			snprintf(name, sizeof(name), "%s.%.90s", graph, line);
			take_value(m, name, space + 1, now);
		}
	}
	m->last = INT64_MAX;
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->field[i].name, ".total") == 0)
			m->last = m->field[i].last;
}
