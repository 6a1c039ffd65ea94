/*
 * facts: lines of a log, understood one by one, and what they prove: how many could be placed in
 * time, which were written by this host's Postfix, when it was last heard.
 */
#ifndef SW_LOG_FACTS_H
#define SW_LOG_FACTS_H

#include "log/clock.h"
#include "log/drop.h"
#include "log/header.h"
#include "log/shape.h"

enum { LOG_HOSTS = 4, LOG_HOST_NAME = 64 };

/* The names that lines of this host may bear; n is 0: those of every host are its own. */
struct log_hosts {
	size_t n;
	char name[LOG_HOSTS][LOG_HOST_NAME]; /* up to the first dot */
};

/* Another name of this host ("mx.example.org"); one that says nothing ("localhost") is left out. */
void log_hosts_add(struct log_hosts *hosts, struct sw_raw name);

/* How lines are understood; one for a run. Start with .clock.now set and the rest 0. */
struct log_reader {
	struct log_clock clock;
	struct log_hosts hosts;
	/* Is this the syslog_name of the instance asked for? NULL: any is. */
	bool (*wanted)(struct sw_raw syslog_name, void *ctx);
	void *wanted_ctx;
	/* What the caller calls this program, whose messages he asks for; 0: he does not. NULL: he
	   asks for all of them, as 1. */
	unsigned (*role)(struct sw_raw program);
	/* Of those: is this text one that he asks for? NULL: all are. */
	bool (*may_matter)(unsigned role, struct sw_raw text);
	const struct log_dull *dull; /* of those: what else need not be given; NULL: nothing */
	/*
	 * What the caller calls a program that is none of Postfix's, by its tag: it proves nothing,
	 * but its messages on this host are given, too. 0: not asked for. NULL: none is.
	 */
	unsigned (*others)(struct sw_raw tag);
	int64_t unpack_by; /* compressed files are read until then, in clock_ms() */
	/* ours: the last line of one of a container's streams was cut; bit 1: of its stderr */
	unsigned char partial;
	struct log_shapes shapes;
	struct log_line known; /* the last line that had a shape */
	struct log_head head;  /* of the last line that had none */
	struct log_scratch scratch;
};

struct log_facts {
	uint64_t lines;	   /* that hold anything */
	uint64_t stamped;  /* of them: with a stamp that could be placed */
	uint64_t headed;   /* of them: with a header, too */
	uint64_t postfix;  /* of them: of Postfix, whatever host and instance */
	uint64_t ours;	   /* of them: of this host and instance */
	uint64_t lost;	   /* without a header or a stamp, but with Postfix's name in them */
	uint64_t run;	   /* lines at the end that could not be placed, one after the other */
	uint64_t lost_run; /* of `lost`, since the last line of this Postfix */
	int64_t first;	   /* stamp of the first line that could be placed; 0: there was none */
	int64_t last;	   /* and of the last */
	int64_t heard;	   /* last line of this Postfix that is no alarm, 0: none */
	int64_t ours_last; /* the same, of what stands last in the file */
	int64_t beside;	   /* the stamp of the line before that one, 0: none */
	/* When a line of this Postfix last stood as far behind the one before, or ahead of it, as
	   the zone of stamps without one is from UTC; 0: never. Both: it writes in two zones. */
	int64_t fell, rose;
	uint64_t drops;	       /* lines that say that messages were thrown away */
	struct log_drop drop;  /* the last of them */
	bool local;	       /* the last stamp names no zone */
	struct sw_label quote; /* the head of a line that was not understood */
	struct sw_label host;  /* of a line of Postfix that another host wrote */
	struct sw_label name;  /* syslog_name of one of an instance that was not asked for */
};

/* One message of this Postfix, or of another program that was asked for. */
struct log_message {
	bool is_other;
	unsigned role; /* of its program; 0: not asked for, and nothing else need be filled */
	int64_t time;  /* seconds since the epoch */
	struct sw_raw program, text; /* as in log_head */
	unsigned repeated;	     /* likewise */
	uint64_t pid;		     /* of a message of the journal; else see log_message_pid() */
};

/* The process that wrote it, where the journal, "NAME[PID]: " or RFC 5424 says so; else 0. */
uint64_t log_message_pid(const struct log_message *message);

/* A value other than 0 ends the reading and is what the function returns. */
typedef int (*log_fn)(const struct log_message *message, void *ctx);

/*
 * Take a line: *f counts it. True when it is one of this Postfix, or of another program that is
 * asked for, and *ret holds it, borrowed from the line and *r; else *ret is undefined. Lines are
 * given in the order of their file; begin another file with log_reader_restart().
 */
bool log_reader_take(struct log_reader *r, struct sw_raw line, struct log_facts *f,
		     struct log_message *ret);

/*
 * Does the text of a line of Postfix (8 bytes of it may be read) say that something is wrong
 * (util/msg.h)? A rule of the log daemon may let such lines alone through: they prove nothing.
 */
static inline bool log_facts_is_alarm(const char *text)
{
	return memcmp(text, "warning:", 8) == 0 ||
	       (text[5] == ':' && (memcmp(text, "fatal", 5) == 0 || memcmp(text, "error", 5) == 0 ||
				   memcmp(text, "panic", 5) == 0));
}

/* The same of a text of any length, the other way round. */
static inline bool log_facts_proves(struct sw_raw text)
{
	return !raw_starts(text, "warning:") && !raw_starts(text, "fatal:") &&
	       !raw_starts(text, "error:") && !raw_starts(text, "panic:");
}

/* A line of this Postfix at `time`, after one in another minute; its stamp names no zone. */
void log_facts_jump(struct log_facts *f, const struct log_clock *clock, int64_t time);

/* The next line is of another place. */
void log_reader_restart(struct log_reader *r);

#endif
