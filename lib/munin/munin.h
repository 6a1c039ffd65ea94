/* munin: what our own plugins and tests ask of the protocol besides the door (spoolwatch/munin.h).
 */
#ifndef SW_MUNIN_H
#define SW_MUNIN_H

#include <stdio.h>

#include "base/fault.h"
#include "munin/field.h"
#include "os/host.h"
#include "spoolwatch/munin.h"

/* A number whose name is made (limit_u_alice_...) with the bounds of a row of the table. */
bool munin_number(struct sw_munin *m, const char *name, const char *row, uint64_t *ret);
/* Is any variable set whose name begins so? */
bool munin_any(const struct sw_munin *m, const char *prefix);

/*
 * The upper end of the warning range that holds for a field, as sw_munin_add() would find it; NAN
 * when there is none.
 */
double munin_upper_warning(struct sw_munin *m, const struct sw_munin_field *f);

/* The lower one of that and the upper end of its critical range: what is above passes a level. */
double munin_upper(struct sw_munin *m, const struct sw_munin_field *f);

/*
 * A whole run: argv as main() has it. Writes to out and err, nothing else. Returns the exit
 * status: 0; 1 when nothing could be said or written (munin-node then drops all output);
 * 2 for arguments that no Munin passes and for a bad SPOOLWATCH_*.
 */
int munin_run(const struct sw_munin_plugin *plugin, int argc, char *const *argv,
	      const struct sw_host *h, FILE *out, FILE *err);

/* Does any range hold for a field, as sw_munin_add() would find it? */
bool munin_has_level(struct sw_munin *m, const struct sw_munin_field *f);

/*
 * A field whose values are set as far as they are known, and why they are not further: it becomes
 * its extinfo, and a line on stderr.
 */
void munin_add_doubted(struct sw_munin *m, const struct sw_munin_field *f,
		       const struct sw_label *why);

/*
 * A line of fetch beside the values, "#LINE", behind all of them: no graph's. Munin's masters pass
 * over what begins with '#' (2.0: Node.pm:328 and 500; 2.999: uw_handle_fetch()), munin-node and
 * munin-asyncd hand it on. A label holds no '#', so no line reads "# timeout", for which a master
 * would leave the node (Node.pm:322). Only who speaks to the node itself reads it (munin/answer.h).
 * False: this run prints no such lines (it is no fetch), so that none need be made. Of those that
 * memory was too short for none is printed, and that is complained of.
 */
bool munin_has_beside(const struct sw_munin *m);
void munin_beside(struct sw_munin *m, const struct sw_label *line);

/* A note for who reads the graph: in graph_info alone, and on stderr when that is a terminal. */
void munin_note(struct sw_munin *m, const struct sw_label *note);

#endif
