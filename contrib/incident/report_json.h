/* report_json: members of the object, each with a comma before; what the files report_json*.c
 * share.
 */
#ifndef SW_INCIDENT_REPORT_JSON_H
#define SW_INCIDENT_REPORT_JSON_H

#include "incident/report.h"

void json_member(FILE *to, const char *name);
void json_number(FILE *to, const char *name, uint64_t n);
void json_moment(FILE *to, const char *name, int64_t time); /* since the epoch; of 0 null */
void json_text(FILE *to, const char *name, struct sw_raw text);
void json_label(FILE *to, const char *name, const struct sw_label *l);

/* The beginning of an object, with an address as its first member. */
void json_address(FILE *to, const char *name, struct sw_raw key);

/* The tables, as lists. */
void json_rows(FILE *to, const struct report *p, size_t rows);

#endif
