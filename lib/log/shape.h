/*
 * shape: heads of log lines as the last lines had them, so that the next one is read by comparing.
 *
 * A file has few heads: within a minute only the seconds, fractions and what stands behind the host
 * differ. A shape is the head of a line of Postfix that log_header() has read: its bytes up to the
 * tag, of its stamps the seconds and fractions as any digits; and the tags that were read behind
 * such heads. A line that has both means what log_header() and log_clock_time() would say of it,
 * and costs some comparisons. Every other one is no shape's: it is read the long way, and learned
 * from.
 *
 * Exactly the same answer for any bytes is the point of it: what is compared is all that those two
 * functions look at, or they are asked. Learned is only a time that is the same for all seconds of
 * its minute (not an hour in which a zone's clock changes).
 */
#ifndef SW_LOG_SHAPE_H
#define SW_LOG_SHAPE_H

#include "log/clock.h"
#include "log/header.h"

enum {
	LOG_SHAPES = 4,
	LOG_PATTERN = 16,
	LOG_SHAPE_PIECES = 7, /* a head is at most so many times LOG_PATTERN bytes long */
	LOG_SHAPE_TAIL = 96,
	LOG_TAGS = 64,
	LOG_GUESSES = 256,
	LOG_TAG_NAME = 48,
	LOG_TAG_PIECES = 2,
};

/* What stands behind a tag's name. */
enum log_tag_kind {
	LOG_TAG_PID,  /* [12]: */
	LOG_TAG_BARE, /* : */
	LOG_TAG_METALOG,
	LOG_TAG_RFC5424,
};

/* Some bytes: each is `base`, or at most `range` above it. */
struct log_pattern {
	unsigned char base[LOG_PATTERN], range[LOG_PATTERN];
};

enum { LOG_DULL_WORD = 8, LOG_DULL_WORDS = 2 };

/*
 * Texts that nobody asks for, told by their first or last bytes. Of such a tag the first message of
 * each file is given all the same, others need not be.
 */
struct log_dull {
	unsigned role; /* whose texts; 0: behind the last one of a list */
	/* strings of at most LOG_DULL_WORD bytes */
	char begin[LOG_DULL_WORDS][LOG_DULL_WORD + 1]; /* texts that begin so; "": none */
	char end[LOG_DULL_WORD + 1];		       /* texts that do not end so; "": none */
};

/* A tag, and what the caller of log_reader_take() has said of it. */
struct log_tag {
	char name[LOG_TAG_NAME];		  /* and the byte that ends it */
	struct log_pattern piece[LOG_TAG_PIECES]; /* the same, of one that is short enough */
	unsigned char n;			  /* 0: none */
	unsigned char kind;
	unsigned char syslog_name, program; /* lengths */
	bool is_program, unknown;	    /* as in log_head */
	bool postfix, wanted;
	unsigned char runs; /* behind which heads it is taken at a glance: LOG_RUN_... */
	bool asked;	    /* of our Postfix, and the role is not 0 */
	bool given;	    /* a message of it was, and others may be dull */
	unsigned role;
	struct {
		uint64_t begin[LOG_DULL_WORDS], end;
		bool is, ends; /* there are such texts; there is an end */
	} dull;
};

/* Bits of heads: a tag of this kind stands behind it. One of our Postfix needs its host, too. */
#define LOG_RUN_ANY(kind)  (1U << (kind))
#define LOG_RUN_OURS(kind) (16U << (kind))

struct log_shape {
	size_t n; /* bytes of the head, 0: no shape */
	size_t pieces;
	struct log_pattern piece[LOG_SHAPE_PIECES];
	bool local; /* its stamp names no zone */
	bool rfc5424, metalog;
	bool ours; /* its host is */
	bool docker;
	/* the stamp that counts: where it begins and where its seconds are; of a TAI64N label where
	   the one behind it has them */
	size_t stamp, seconds;
	int64_t base; /* the time without them */
	bool label;
	int64_t label_base;
	size_t host, host_n; /* the host begins so many bytes before the tag */
	/* docker: from the end of the text to the seconds, and from behind the fraction */
	char tail[LOG_SHAPE_TAIL];
	struct log_pattern end;
	size_t tail_n, end_n;
};

struct log_shapes {
	size_t last, oldest; /* that fitted; that is overwritten next */
	uint64_t fitted, learned, missed;
	struct log_shape shape[LOG_SHAPES];
	struct log_tag tag[LOG_TAGS];
	unsigned char guess[LOG_GUESSES];  /* numbers of tags, by some bytes */
	const struct log_shape *lacks_tag; /* the last line's head was known, not its tag */
	bool is_odd;			   /* nor can anything be learned from it */
};

/* A line that has a shape. */
struct log_line {
	const struct log_shape *shape;
	const struct log_tag *tag;
	int64_t time;
	int64_t label; /* before it was made that */
	const char *name;
	struct sw_raw text;
};

/*
 * Read a line by a shape that is known. *ret borrows from the line, *s and, of a text that JSON had
 * escaped, *scratch; one of a tag whose role is 0 stays escaped. False when it has none.
 */
bool log_shape_read(struct log_shapes *s, struct sw_raw line, struct log_scratch *scratch,
		    struct log_line *ret);

/* The program of its tag. */
static inline struct sw_raw log_shape_program(const struct log_line *line)
{
	return raw_from(line->name + line->tag->n - line->tag->program, line->tag->program);
}

/*
 * After log_shape_read() said no: learn from what log_header() made of the line. `plain`: the stamp
 * means the same in all its minute. `ours`: the host. Returns the tag that was learned, for
 * log_shape_means(); NULL when there is none.
 */
struct log_tag *log_shape_learn(struct log_shapes *s, struct sw_raw line,
				const struct log_scratch *scratch, const struct log_head *head,
				int64_t time, bool plain, bool ours);

/* What a tag means to the caller. `wanted`: it is not another instance's. `dull`: a list, or NULL.
 */
void log_shape_means(struct log_tag *tag, bool postfix, bool wanted, unsigned role,
		     const struct log_dull *dull);

/* Forget all. */
void log_shape_forget(struct log_shapes *s);

/* A place for a name of this kind: that of the same one, or of one that gives way. */
struct log_tag *log_shape_tag(struct log_shapes *s, const char *name, size_t n,
			      enum log_tag_kind kind);

#endif
