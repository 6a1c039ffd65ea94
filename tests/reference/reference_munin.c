#include "reference_munin.h"

#include <regex.h>
#include <stdlib.h>

#define GRAPHS "multigraph [A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)*"
#define FIELD  "[A-Za-z_][A-Za-z0-9_]*\\."
#define TEXT   "[][A-Za-z0-9 @._+/:,=()%-]+"
/* graph_info quotes the admin's own settings as he wrote them, but for what its readers trip over
 */
#define NOTE	"[]a-zA-Z0-9 !$%()*+,./:;=?@^_{|}~[-]+"
#define EXTINFO FIELD "extinfo " TEXT
#define METRIC	"spoolwatch_[a-z0-9_]+"
#define VALUE	FIELD "value (-?[0-9]+:)?(U|-?[0-9]+(\\.[0-9]+)?)"
#define CONFIG                                                                                     \
	"graph_(title|args|vlabel|scale|category|period|total) " TEXT "|graph_info " NOTE          \
	"|" FIELD "(label|draw|colour|min|info) " TEXT "|" FIELD "(warning|critical) [-+0-9.:]+"

enum run { CONFIGS, VALUES, DIRTY, AUTOCONF, SUGGEST, METRICS, ANY, RUNS };

static const char *const grammar[RUNS] = {
	[CONFIGS] = "^(" GRAPHS "|" CONFIG "|" EXTINFO ")$",
	[VALUES] = "^(" GRAPHS "|" VALUE "|" EXTINFO ")$",
	[DIRTY] = "^(" GRAPHS "|" CONFIG "|" VALUE "|" EXTINFO ")$",
	[AUTOCONF] = "^(yes|no \\(" TEXT "\\))$",
	[SUGGEST] = "^[-A-Za-z0-9_.:]+$",
	[METRICS] = "^(# EOF|# TYPE " METRIC " gauge|# HELP " METRIC " [ -~]+|" METRIC
		    "\\{field=\"[A-Za-z0-9_]+\",label=\"" TEXT
		    "\"(,link=\"[A-Za-z0-9_]+\")?\\} -?[0-9]+(\\.[0-9]+)?)$",
	[ANY] = "^[ -~]*$",
};

static bool lines_match(const char *text, enum run run)
{
	static regex_t re[RUNS];
	static bool compiled[RUNS];
	char *copy = strdup(text);
	char *rest = copy;
	bool fine = copy;

	if (!compiled[run] && regcomp(&re[run], grammar[run], REG_EXTENDED | REG_NOSUB))
		abort();
	compiled[run] = true;
	while (fine && *rest) {
		char *end = strchr(rest, '\n');

		if (end)
			*end = '\0';
		fine = end && regexec(&re[run], rest, 0, NULL, 0) == 0;
		rest = end ? end + 1 : rest;
	}
	free(copy);
	return fine;
}

/* Does the last graph of the list have this field? */
static bool is_listed(const char *list, struct sw_raw field)
{
	const char *graph = strrchr(list, '\n');
	struct sw_raw rest = raw_of(graph ? strchr(graph, ':') + 1 : list);
	struct sw_raw known;

	while (raw_word(&rest, " ", &known))
		if (raw_same(known, field))
			return true;
	return false;
}

/* The graphs and fields in their order, '!' where one is there twice; one can have many values. */
static char *fields(const char *text, const char *key)
{
	char *list = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&list, &size);
	struct sw_raw rest = raw_of(text);
	struct sw_raw last = rest;
	struct sw_raw line;

	while (out && raw_word(&rest, "\n", &line)) {
		struct sw_raw field = raw_from(line.p, raw_find(line, '.'));

		if (raw_starts(line, "multigraph "))
			fprintf(out, "\n%.*s:", (int)line.n, line.p);
		else if (raw_find(field, ' ') == field.n &&
			 raw_starts(raw_skip(line, field.n), key) &&
			 (key[1] == 'l' || !raw_same(field, last)))
			fprintf(out, "%s%.*s ", fflush(out) || is_listed(list, field) ? "!" : "",
				(int)field.n, field.p);
		else
			continue;
		last = field;
	}
	if (!out || fclose(out))
		abort();
	return list;
}

/* What it says on stdout, the caller's; NULL when that or stderr is not as it must be. */
static char *output(const struct sw_munin_plugin *plugin, char *called, char *word,
		    const char *const *env, enum run run)
{
	char *argv[] = { called, word, NULL };
	struct sw_host h = { .root = -1, .root_path = "/", .env = env };
	char *text[2] = { NULL, NULL };
	size_t n[2];
	FILE *out = open_memstream(&text[0], &n[0]);
	FILE *err = open_memstream(&text[1], &n[1]);
	int status = out && err ? munin_run(plugin, 2, argv, &h, out, err) : -1;
	const char *prefix = run == AUTOCONF || run == SUGGEST ? "# fake_: " : "fake_: ";
	struct sw_raw rest;
	struct sw_raw line;
	bool fine;

	if (!out || !err || fclose(out) || fclose(err))
		abort();
	/* in what the master reads it ends the whole node's turn (Munin::Master::Node) */
	fine = !strstr(text[0], "# timeout") && strlen(text[0]) == n[0] &&
	       strlen(text[1]) == n[1] && lines_match(text[0], run) && lines_match(text[1], ANY) &&
	       status >= 0 && (status == 0 || n[0] == 0);
	rest = raw_of(text[1]);
	while (fine && run != ANY && raw_word(&rest, "\n", &line))
		fine = raw_starts(line, prefix);
	free(text[1]);
	if (!fine)
		free(text[0]);
	return fine ? text[0] : NULL;
}

bool reference_runs(const struct sw_munin_plugin *plugin, char *called, char *word,
		    const char *const *env)
{
	static const char *const words[RUNS] = { "config",   "",	"config",
						 "autoconf", "suggest", "openmetrics" };
	const char *dirty[8] = { "MUNIN_CAP_DIRTYCONFIG=1" };
	char *list[DIRTY + 1] = { NULL };
	bool fine = true;

	for (size_t i = 0; env[i] && i + 2 < SW_COUNT(dirty); i++)
		dirty[i + 1] = env[i];
	for (enum run run = 0; run < RUNS; run++) {
		char *text = output(plugin, called, run == ANY ? word : (char *)words[run],
				    run == DIRTY ? dirty : env, run);

		fine = fine && text;
		if (text && run <= DIRTY)
			list[run] = fields(text, run == CONFIGS ? ".label " : ".value ");
		free(text);
	}
	fine = fine && !strchr(list[CONFIGS], '!') && strcmp(list[CONFIGS], list[VALUES]) == 0 &&
	       strcmp(list[CONFIGS], list[DIRTY]) == 0;
	for (size_t i = 0; i < SW_COUNT(list); i++)
		free(list[i]);
	return fine;
}
