/*
 * rotated: what a file's name says of a log that was rotated. Names only, no system call.
 *
 * There is no list of programs: rotation puts something into the log's name, behind it (mail.log.1,
 * mail.log-20261126, maillog.processed.1, ID-json.log.1, 0.log.20261126-050000) or within it, where
 * logrotate's `extension` stands behind (mail.1.log, mail-20261126.log, mail..1log, maillog as
 * mail.1log), and compression puts its own name last. Beside a log of the name `current` (multilog,
 * svlogd, s6-log, metalog) it is any name that begins with '@', `log-` and a digit, or `previous`.
 */
#ifndef SW_LOG_ROTATED_H
#define SW_LOG_ROTATED_H

#include "base/raw.h"

enum log_format {
	LOG_PLAIN,
	LOG_GZIP,
	LOG_XZ,
	LOG_ZSTD,
	LOG_BZIP2,
	LOG_UNREAD, /* lz4, lzma, lzip, compress: known, but not read */
};

enum log_rotated_kind {
	LOG_NO_ROTATED, /* another log, or what is still being made (.tmp, ~) */
	/* shares the stem: .processed, .1.old, .2026-Nov-26, and mail.log.save, mail.log.grep.
	   Only its lines can show what it is. */
	LOG_MAYBE_ROTATED,
	/* a number or a date within the name: mail.2.log may be a second instance's own log */
	LOG_LIKELY_ROTATED,
	/* a number or a date behind the name */
	LOG_SURELY_ROTATED,
};

struct log_rotated {
	enum log_rotated_kind kind;
	enum log_format format; /* that the name ends in */
	struct sw_raw plain;	/* the name without that; borrowed */
	int number;		/* N of mail.log.N: a larger one is older. -1: none */
};

/*
 * Of a sibling's `name` beside the log's name `log`, both without a directory. Any bytes are legal;
 * takes at most (log's length)^2 steps. LOG_NO_ROTATED for the log itself, for mail.info, mail.err,
 * mail.warn beside `mail` (they hold a part of the same lines), and for all that shares no stem.
 */
struct log_rotated log_rotated_from(struct sw_raw log, struct sw_raw name);

/* A file's name without .gz and the like; *ret_format is what that stands for. */
struct sw_raw log_without_format(struct sw_raw name, enum log_format *ret_format);

/*
 * The format that a file's first bytes show (at least 10 of them, fewer only when the file has no
 * more): LOG_PLAIN when it is none that is known here.
 */
enum log_format log_format_of(struct sw_raw start);

/* "gzip", "xz", ...; of LOG_PLAIN "plain text". */
const char *log_format_name(enum log_format format);

#endif
