/*
 * script: which PHP script handed a local message in, by the header that PHP writes into it.
 *
 * With mail.add_x_header on, mail() hands sendmail(1) To and Subject, then
 *     X-PHP-Originating-Script: 1001:mailer.php
 * and then what the script itself wants for headers (ext/standard/mail.c): the owner of the
 * script's file, and its name without directories, of code in a string with what stands behind it:
 * "a.php(3) : eval()'d code". So of several the first one counts. What is a header, its lines and
 * the end of the header are told as cleanup(8) tells them (global/mime_state.c,
 * global/is_header.c); the header of a MIME part stands in the body.
 *
 * Who runs code as a user can write such a line into his mail: it is a hint where to look, of a
 * message that is that user's in any case. Any bytes are legal; at most QUEUE_SCRIPT_LINE of a
 * header are looked at.
 */
#ifndef SW_QUEUE_SCRIPT_H
#define SW_QUEUE_SCRIPT_H

#include "base/raw.h"

enum {
	QUEUE_SCRIPT_NAME = 255, /* bytes of a name that are kept */
	QUEUE_SCRIPT_LINE = 320, /* bytes of a header, its lines joined */
};

/* Zeroed it is at the beginning of a header. */
struct queue_script {
	bool done;   /* that was the first such header, or the end of all */
	bool inside; /* a header came: a line that begins with a blank goes on with it */
	bool open;   /* the last piece did not end its line */
	bool found;
	uint64_t uid; /* 0..4294967295 */
	size_t name_at;
	size_t name_n; /* 1..QUEUE_SCRIPT_NAME */
	size_t n;
	char line[QUEUE_SCRIPT_LINE]; /* of the last header, as far as it was given */
};

/*
 * The next piece of a header: a line without its end, or (`ends` false: record type L) a part of
 * one. False once nothing more is needed.
 */
bool queue_script_take(struct queue_script *s, struct sw_raw piece, bool ends);

/* The header ends here in any case. Whether a script was found, and its name, of *s. */
bool queue_script_end(struct queue_script *s, struct sw_raw *ret_name);

#endif
