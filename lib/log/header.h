/*
 * header: the fixed head of a mail log line, whoever wrote it.
 *
 * One grammar, left to right; the text is never searched for a header, so nothing that a client
 * writes can pose as one:
 *   line    = *NUL [BOM] ( docker / [compose] header ) *( CR / blank )
 *   docker  = a JSON object whose "log" is a header and whose "time" is a stamp (json-file)
 *   compose = NAME 1*SP "| "
 *   header  = *( [pri] [fac ": "] stamp 1*SP [stream] [fac ": "] ) ( rest / rfc5424 / json )
 *   pri     = "<" 1*3DIGIT ">"                        followed by "1 " it begins rfc5424
 *   stream  = ( "stdout" / "stderr" ) " " ( "F" / "P" ) " "       Kubernetes CRI, conmon
 *   fac     = facility "." level                      BusyBox, socklog; closed lists
 *   rest    = [mark] [host 1*SP] [mark] tag text      host holds no '[' and does not end in ':'
 *           / [mark] "Forwarded from " host ": " tag text                  syslogd of the BSDs
 *   mark    = fac / "<" ( fac / 1*2DIGIT ["." 1*2DIGIT] ) ">" / "INFO" ..  FreeBSD -v, boky/postfix
 *   tag     = NAME "[" ( 1*DIGIT / "-" ) "]:"         NAME may hold : . @ / and [ ]
 *           / NAME ":"                                NAME holds no ':' and no bracket
 *           / "[" NAME "]" [ "[" 1*ALPHA "]" ]        metalog, which writes no host
 *   rfc5424 = stamp host APP PROCID MSGID SD text     RFC 5424; metalog leaves the host out
 *   json    = an object with "@timestamp", "tag" and "message" (boky/postfix)
 *   text    = *SP ["[ID " 1*DIGIT " " fac "] "] *OCTET                      Solaris, illumos
 * A tag has no blank in it, so it ends before any text. A header inside a text counts only directly
 * behind a stamp, in Docker's JSON, and behind the tag that Docker's syslog driver makes of a
 * container's ID (12 hexadecimal digits). Behind what only containers and log services put before
 * a line (json-file, compose, stream, a TAI64N label) it must have a stamp of its own.
 * Of two stamps that one counts which says its zone, of two that don't the outer one; a label's
 * leap seconds (multilog: 10, s6-log: 37) are those with which it is next to the inner stamp.
 * What a daemon escaped (rsyslog's #011, BusyBox's ^I) is left as it is.
 */
#ifndef SW_LOG_HEADER_H
#define SW_LOG_HEADER_H

#include "log/stamp.h"

enum log_form {
	LOG_FORM_SYSLOG, /* stamp, host or none, tag */
	LOG_FORM_RFC5424,
	LOG_FORM_METALOG, /* [tag] */
	LOG_FORM_JSON,	  /* @timestamp, tag, message */
};

struct log_head {
	enum log_form form;
	struct sw_raw stamp; /* the one that counts, and what it says */
	struct log_stamp time;
	struct sw_raw host;	   /* n is 0 where none is written */
	struct sw_raw tag;	   /* without [pid]; n is 0 for "last message repeated 2 times" */
	struct sw_raw syslog_name; /* before the tag's last '/'; all of a tag without one */
	struct sw_raw program;	   /* behind it: smtpd */
	/* without blanks and CR around it; it ends where the writer cut it */
	struct sw_raw text;
	unsigned repeated; /* of `message repeated N times: [ TEXT]`, whose text is TEXT; else 0 */
	bool is_postfix; /* the program is one of Postfix's; syslog_name is for the caller to judge
			  */
	/* RFC 5424 with a tag of one part: rsyslog cuts APP-NAME at the slash, so the program of
	 * `postfix` is told by the text alone */
	bool program_unknown;
	/* The line is the beginning or middle of a longer one (stream P; a piece of 16 KiB in
	 * json-file): what the next one of its stream begins with is no header. Set in a line
	 * without a header too. */
	bool partial;
	bool is_stderr; /* the stream that a container's log names */
	bool contained; /* it stands in what a container's log puts around a line */
};

/* No line of Postfix is longer than 2000 bytes and its header; longer JSON strings are none. */
enum { LOG_SCRATCH = 8192 };

enum { LOG_STAMPS_MAX = 6 };

/* Room for strings of JSON without their escapes; and where the stamps of the last line stand. */
struct log_scratch {
	struct sw_raw stamp[LOG_STAMPS_MAX];
	size_t stamps; /* 0: it has one, log_head.stamp, or none */
	char bytes[LOG_SCRATCH];
};

/*
 * Read the head of a line (without its newline). False when it has none; ret->stamp and ret->time
 * are set all the same when it begins with a stamp (time.kind is STAMP_NONE when not). All is
 * borrowed from the line or, of JSON, from *scratch, until that is used again. Any bytes are legal
 * input; one pass, nothing allocated.
 */
bool log_header(struct sw_raw line, struct log_scratch *scratch, struct log_head *ret);

/* A tag without its pid, into *ret. */
void log_header_tag(struct sw_raw tag, struct log_head *ret);

/* The seconds of a label whose line goes on with a stamp of `inner`. */
int64_t log_header_label(int64_t label, int64_t inner);

/* A line or text without the blanks and CRs behind it. */
static inline struct sw_raw log_header_trimmed(struct sw_raw line)
{
	while (line.n > 0 && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\r'))
		line.n--;
	return line;
}

#endif
