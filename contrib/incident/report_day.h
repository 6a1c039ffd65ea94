/* report_day: all accounts of the last day; what the files report_day*.c share. */
#ifndef SW_INCIDENT_REPORT_DAY_H
#define SW_INCIDENT_REPORT_DAY_H

#include "incident/dovecot.h"
#include "incident/run.h"
#include "incident/say.h"
#include "traffic/day.h"
#include "traffic/failures.h"

struct day_row {
	struct sw_label name;
	struct sw_raw key;
	struct day_count count[DAY_KINDS];
	uint64_t failures; /* before its last use */
	uint64_t queued;
	const struct break_in *broken; /* NULL: nobody broke in */
};

struct days {
	struct run *run;
	struct day day;
	struct failures logins;
	char dovecot[DOVECOT_LOGS];
	struct topk *failing; /* by key */
	struct log_proof proof;
	struct log_report report;
	unsigned char *room;	/* of the proof */
	unsigned minutes;	/* of the day, until now */
	unsigned known;		/* of these */
	bool whole;		/* of all days: but for what is before the log's first line */
	struct log_reason hole; /* why the last of the others is not */
	struct topk *queued;	/* by the folded name, of who is in the queues */
	uint64_t silent;	/* failed logins of which nobody says whose they are */
	uint64_t nobodys;	/* messages in the queues of no account */
	struct sw_fault no_queue;
	uint32_t end;
	struct day_row *row;
	size_t rows;
	bool stopped;
	uint64_t lines;
	struct say_progress progress;
};

/* All of it; the exit code. A log that is young is no failure. */
int report_day_say(const struct days *d);

#endif
