/* By whole headers, unfolded, and a regular expression each; a NUL is taken for another control byte. */
#include "reference_script.h"

#include <stdlib.h>

#include "base/num.h"
#include "queue/script.h"
#include "reference_match.h"

/* The lines of the next header, joined, or NULL where the header ends. */
static char *next_header(struct sw_raw *lines, size_t *ret_n)
{
	char *joined = malloc(lines->n + 1);
	struct sw_raw line;
	size_t n = 0;

	if (!joined)
		abort();
	while (raw_line(lines, &line)) {
		struct sw_raw after = *lines;

		if (n == 0 && !ref_is(line, "^[!-9;-~]+[ \t]*:"))
			break;
		for (size_t i = 0; i < line.n; i++)
			joined[n++] = line.p[i];
		if (after.n == 0 || (after.p[0] != ' ' && after.p[0] != '\t')) {
			*ret_n = n;
			return joined;
		}
	}
	free(joined);
	return NULL;
}

/* The first one of the name decides, whatever it says. */
static bool find(struct sw_raw lines, uint64_t *uid, char name[QUEUE_SCRIPT_NAME], size_t *name_n)
{
	bool found = false;
	char *header;
	size_t n;

	while ((header = next_header(&lines, &n)) != NULL) {
		struct sw_raw rest =
			raw_from(header, n < QUEUE_SCRIPT_LINE ? n : QUEUE_SCRIPT_LINE);
		struct sw_raw group[REF_GROUPS];
		bool is_it = ref_eat(&rest, "^[Xx]-[Pp][Hh][Pp]-[Oo][Rr][Ii][Gg][Ii][Nn][Aa][Tt][Ii][Nn]"
					    "[Gg]-[Ss][Cc][Rr][Ii][Pp][Tt][ \t]*:",
				     group);

		rest = raw_trim(rest);
		if (is_it && ref_eat(&rest, "^([0-9]+):", group) && num_from(group[1], uid) &&
		    *uid <= UINT32_MAX) {
			rest = raw_trim(rest);
			found = rest.n > 0;
			*name_n = rest.n < QUEUE_SCRIPT_NAME ? rest.n : QUEUE_SCRIPT_NAME;
			for (size_t i = 0; i < *name_n; i++)
				name[i] = rest.p[i];
		}
		free(header);
		if (is_it)
			break;
	}
	return found;
}

bool reference_script_agrees(struct sw_raw lines, size_t piece)
{
	struct queue_script script = { 0 };
	char want[QUEUE_SCRIPT_NAME];
	size_t want_n = 0;
	uint64_t uid = 0;
	bool found = find(lines, &uid, want, &want_n);
	struct sw_raw line;
	struct sw_raw got;
	bool more = true;

	while (more && raw_line(&lines, &line)) {
		/* a name is in one piece, as it is in Postfix's of 2048 bytes */
		size_t first = raw_find(line, ':') + 1;

		while (more && piece > 0 && line.n > first + piece) {
			more = queue_script_take(&script, raw_from(line.p, first + piece), false);
			line = raw_skip(line, first + piece);
			first = 0;
		}
		more = more && queue_script_take(&script, line, true);
	}
	if (queue_script_end(&script, &got) != found)
		return false;
	return !found || (script.uid == uid && raw_same(got, raw_from(want, want_n)));
}
