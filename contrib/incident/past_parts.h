/* past_parts: what the files past*.c share; for nobody else. */
#ifndef SW_INCIDENT_PAST_PARTS_H
#define SW_INCIDENT_PAST_PARTS_H

#include "incident/past.h"

/* Programs, besides those of traffic/role.h. */
enum { ROLE_ERROR = 40, ROLE_AGENT, ROLE_BOUNCE };

/* What is kept of a queue ID, in idmap_value.flags; .id is the number of the message. */
enum { OF_IT = 1, OF_NOBODY = 2, COUNTED = 4, CAME_BACK = 8 };

/*
 * Lines of a message that came from a loopback address, and may be one that a content filter puts
 * back: whose it is the filter's answer tells, which can be logged later.
 */
enum { LATE = 512, LATE_TEXT = 1200 };

struct past_waiting {
	size_t next;
	struct {
		uint64_t id; /* 0: free */
		int64_t time;
		unsigned role;
		size_t n;
		char text[LATE_TEXT];
	} line[LATE];
};

/* A text of a program, by its role. */
void past_text(struct past *p, struct sw_raw text, unsigned role, int64_t time);

void past_login(const struct failures_login *login, void *ctx);
void past_client(struct past *p, struct sw_raw text, int64_t time);
void past_pickup(struct past *p, struct sw_raw text, int64_t time);
void past_active(struct past *p, struct sw_raw text, int64_t time);
void past_delivery(struct past *p, struct sw_raw text, unsigned role, int64_t time);

/* What is kept of an ID of one of its messages; NULL: it is none. */
const struct idmap_value *past_known(const struct past *p, struct sw_raw id);

/* `id` is a second ID of a message of it; what waited for that is taken. */
void past_tie(struct past *p, struct sw_raw id, const struct idmap_value *first, int64_t time);

/* Keep a line until it is known whose it is. */
void past_wait(struct past *p, struct sw_raw id, struct sw_raw text, unsigned role, int64_t time);

#endif
