/*
 * exactly: random mail traffic, a log that is rotated under it, a master that polls; for
 * test_counts_exactly_once.c. What the traffic was is known, so what the master has in the end is, too.
 */
#ifndef SW_EXACTLY_H
#define SW_EXACTLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* xorshift64*: a seed is a run, on every machine. */
struct dice {
	uint64_t x;
};
uint32_t dice(struct dice *d, uint32_t n); /* 0..n-1 */
bool one_in(struct dice *d, uint32_t n);

enum { FLOW_ACCOUNTS = 12, FLOW_MINUTES = 300 };

struct flow_line {
	int64_t time;
	uint32_t order;
	char *text; /* with its stamp and newline */
};

struct flow {
	struct dice *dice;
	int64_t begin, end;
	bool iso;
	struct flow_line *line; /* by time */
	size_t n, size, written;
	struct flow_id {
		char id[16];
		int64_t free;	/* from then on another message may have it */
		bool uncounted; /* its message never came to the queue manager */
	} * id;
	size_t ids;
	uint32_t next_id;
	char field[FLOW_ACCOUNTS][128]; /* as the plugin names it */
	int64_t burst[FLOW_ACCOUNTS][2];
	/* messages, recipients */
	uint32_t sum[2][FLOW_ACCOUNTS][FLOW_MINUTES];
};

/* Traffic of begin..end-1; TZ is that of the stamps without a zone. */
void flow_make(struct flow *t, struct dice *dice, int64_t begin, int64_t end, bool iso);
void flow_free(struct flow *t);

enum log_habit {
	LOG_NUMBERS,	  /* rename, create; compressed at once */
	LOG_DELAYED,	  /* the same with delaycompress */
	LOG_COPYTRUNCATE, /* the writer appends */
	LOG_HOLES,	  /* the writer does not */
	LOG_DATEEXT,
	LOG_POSTFIX, /* postfix logrotate */
	LOG_HABITS,
};

/* The log in `directory`, its writer, and a rotation at one of its steps. */
struct log {
	char directory[3000];
	char name[16];
	enum log_habit habit;
	struct dice *dice;
	int fd;
	int64_t offset; /* of a writer that does not append */
	unsigned step;	/* 0: no rotation is under way */
	unsigned oldest;
	char rotated[256];
};

void log_begin(struct log *l, const char *directory, enum log_habit habit, struct dice *dice);
/* Write the lines of traffic up to `now`. */
void log_write(struct log *l, struct flow *t, int64_t now);
/* The next step of a rotation, at the time `now`; the first one if none is under way. */
void log_rotate(struct log *l, int64_t now);
/* Is the next step one of a rotation that nothing may come between? */
bool log_is_fragile(const struct log *l);
void log_end(struct log *l);

/*
 * A run of the plugin, as munin-node makes it: its standard output comes through *ret_out. It may
 * have so many files open, 0: as many as this process.
 */
pid_t run_start(const char *program, const char *word, char *const *env, int *ret_out, int err,
		unsigned files);
/* All that it says, terminated, into text; its status as of waitpid(2). */
int run_end(pid_t pid, int out, char *text, size_t size);
/* SIGKILL after some microseconds; what it has said until then is thrown away. */
void run_kill(pid_t pid, int out, unsigned after);

enum { MASTER_FIELDS = 100 };

/* What munin-update keeps of each field (UpdateWorker.pm:872-956). */
struct master {
	int64_t begin;
	struct master_field {
		char name[200]; /* graph.field */
		int64_t last;	/* stamp of the last value that it took */
		bool has[FLOW_MINUTES];
		double at[FLOW_MINUTES]; /* of the minute that ends begin + 60 * (i + 1) */
	} field[MASTER_FIELDS];
	size_t n;
	char again[300]; /* the first value that was told again and was another, or empty */
	int64_t last;	 /* of the field that ends first */
};

void master_take(struct master *m, const char *output, int64_t now);

#endif
