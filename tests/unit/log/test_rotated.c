#include "log/rotated.h"

#include <stdlib.h>

#include "test.h"

/* With nothing behind it. */
static struct sw_raw exact(const char *text, size_t n)
{
	char *p = malloc(n ? n : 1);

	assert_non_null(p);
	memcpy(p, text, n);
	return raw_from(p, n);
}

static const char *const kinds[] = { "no", "maybe", "likely", "surely" };

/* Names as logrotate 3.21, newsyslog, savelog, Postfix, Plesk, Docker and others make them. */
static void a_name_says_whether_a_log_was_rotated(void **state)
{
	static const struct {
		const char *log;
		const char *name;
		enum log_rotated_kind want;
		enum log_format format;
		int number;
	} rows[] = {
		{ "mail.log", "mail.log.1", LOG_SURELY_ROTATED, LOG_PLAIN, 1 },
		{ "mail.log", "mail.log.0", LOG_SURELY_ROTATED, LOG_PLAIN, 0 },
		{ "mail.log", "mail.log.61.gz", LOG_SURELY_ROTATED, LOG_GZIP, 61 },
		{ "mail.log", "mail.log.2.xz", LOG_SURELY_ROTATED, LOG_XZ, 2 },
		{ "mail.log", "mail.log.2.zst", LOG_SURELY_ROTATED, LOG_ZSTD, 2 },
		{ "maillog", "maillog.0.bz2", LOG_SURELY_ROTATED, LOG_BZIP2, 0 },
		{ "maillog", "maillog.0.lz4", LOG_SURELY_ROTATED, LOG_UNREAD, 0 },
		{ "maillog", "maillog-20261126", LOG_SURELY_ROTATED, LOG_PLAIN, -1 },
		{ "mail", "mail-20261126.xz", LOG_SURELY_ROTATED, LOG_XZ, -1 },
		{ "mail.log", "mail.log-20261126_05", LOG_SURELY_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log-20261126-1795671900.gz", LOG_SURELY_ROTATED, LOG_GZIP, -1 },
		{ "mail.log", "mail.log.2026-11-26_05:45:03", LOG_SURELY_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log-2026-11-26T05:45:03+01:00", LOG_SURELY_ROTATED, LOG_PLAIN,
		  -1 },
		{ "maillog", "maillog.20261126-050000.gz", LOG_SURELY_ROTATED, LOG_GZIP, -1 },
		{ "0.log", "0.log.20261126-050000", LOG_SURELY_ROTATED, LOG_PLAIN, -1 },
		{ "5f1c-json.log", "5f1c-json.log.1.gz", LOG_SURELY_ROTATED, LOG_GZIP, 1 },
		/* within the name: logrotate's `extension` */
		{ "mail.log", "mail.1.log", LOG_LIKELY_ROTATED, LOG_PLAIN, 1 },
		{ "mail.log", "mail.12.log.gz", LOG_LIKELY_ROTATED, LOG_GZIP, 12 },
		{ "mail.log", "mail-20261126.log", LOG_LIKELY_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail-20261126.log.gz", LOG_LIKELY_ROTATED, LOG_GZIP, -1 },
		{ "mail.log", "mail..1log", LOG_LIKELY_ROTATED, LOG_PLAIN, 1 },
		{ "maillog", "mail.1log", LOG_LIKELY_ROTATED, LOG_PLAIN, 1 },
		{ "a.a.log", "a.1.a.log", LOG_LIKELY_ROTATED, LOG_PLAIN, 1 },
		/* only the lines can tell */
		{ "maillog", "maillog.processed", LOG_MAYBE_ROTATED, LOG_PLAIN, -1 },
		{ "maillog", "maillog.processed.1.gz", LOG_MAYBE_ROTATED, LOG_GZIP, -1 },
		{ "mail.log", "mail.log.1.old", LOG_MAYBE_ROTATED, LOG_PLAIN, 1 },
		{ "mail.log", "mail.log.2.old.gz", LOG_MAYBE_ROTATED, LOG_GZIP, 2 },
		{ "maillog", "maillog.2026-Nov-26", LOG_MAYBE_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.save", LOG_MAYBE_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail-dovecot.log", LOG_MAYBE_ROTATED, LOG_PLAIN, -1 },
		{ "postfix.log", "postfix-2.log", LOG_MAYBE_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.1.", LOG_SURELY_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.1.2", LOG_SURELY_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.9999", LOG_SURELY_ROTATED, LOG_PLAIN, 9999 },
		{ "mail.log", "mail.log.10000", LOG_SURELY_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.1x", LOG_MAYBE_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log-123456", LOG_SURELY_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log-12345", LOG_MAYBE_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log-2", LOG_MAYBE_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail-123456.log", LOG_LIKELY_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail-12345.log", LOG_MAYBE_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.12-3", LOG_SURELY_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.a", LOG_MAYBE_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.1.old-1", LOG_MAYBE_ROTATED, LOG_PLAIN, 1 },
		{ "mail.log", "mail.log2", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.-", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log-", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "xail.log.1", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.1~", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "~", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "", ".tmp", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "", ".tmp.1", LOG_MAYBE_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", ".tmp", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.12345", LOG_SURELY_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.x-123456", LOG_MAYBE_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.logx123456", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.log1", LOG_MAYBE_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.err", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.debug", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		/* of several ways to part a name: the surest, of two as sure the one with a number */
		{ "mail..log", "mail..1..log", LOG_LIKELY_ROTATED, LOG_PLAIN, -1 },
		{ "mail..log", "mail..1...log", LOG_LIKELY_ROTATED, LOG_PLAIN, 1 },
		{ "mail..log", "mail..1.old..log", LOG_MAYBE_ROTATED, LOG_PLAIN, 1 },
		{ "mail..log", "mail..0.old..log", LOG_MAYBE_ROTATED, LOG_PLAIN, 0 },
		{ "mail..log", "mail..1234. 56..log", LOG_LIKELY_ROTATED, LOG_PLAIN, 1234 },
		{ "mail..log", "mail..0. 12345..log", LOG_LIKELY_ROTATED, LOG_PLAIN, 0 },
		/* what begins with the whole name has all that is more behind it */
		{ "x.5", "x.5-.5", LOG_MAYBE_ROTATED, LOG_PLAIN, -1 },
		/* a directory of its own */
		{ "current", "log-", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "current", "log-1", LOG_SURELY_ROTATED, LOG_PLAIN, -1 },
		{ "current", "log1", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "current", "@400000006b07c5ad38dee044.s", LOG_SURELY_ROTATED, LOG_PLAIN, -1 },
		{ "current", "@400000006b07c5ad38dee044.u", LOG_SURELY_ROTATED, LOG_PLAIN, -1 },
		{ "current", "log-2026-11-26-05:00:00", LOG_SURELY_ROTATED, LOG_PLAIN, -1 },
		{ "current", "log-2026-11-26-05:00:00.gz", LOG_SURELY_ROTATED, LOG_GZIP, -1 },
		{ "current", "previous", LOG_SURELY_ROTATED, LOG_PLAIN, -1 },
		{ "current", "lock", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "current", "state", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "current", "log-old", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "@400000006b07c5ad38dee044.s", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		/* other logs, and what is still being made */
		{ "mail.log", "mail.log", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.gz", LOG_NO_ROTATED, LOG_GZIP, -1 },
		{ "mail.log", "mail.err", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.err.1", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail", "mail.info", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail", "mail.warn-20261126.xz", LOG_NO_ROTATED, LOG_XZ, -1 },
		{ "mail", "mail.err", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail", "mail.log.1", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail", "maillog", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail", "maillog-20261126", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mailman.log", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail2.log", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.logger.1", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "xmail.log.1", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log~", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "0.log", "0.log.20261126-050000.tmp", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "0.log", "1.log", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "", "mail.log.1", LOG_NO_ROTATED, LOG_PLAIN, -1 },
		{ "mail.log", "mail.log.99999999999999999999", LOG_SURELY_ROTATED, LOG_PLAIN, -1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw log = exact(rows[i].log, strlen(rows[i].log));
		struct sw_raw name = exact(rows[i].name, strlen(rows[i].name));
		struct log_rotated got = log_rotated_from(log, name);
		char what[128];

		snprintf(what, sizeof(what), "%s beside %s", rows[i].name, rows[i].log);
		want_text(what, kinds[got.kind], kinds[rows[i].want]);
		want_text(what, log_format_name(got.format), log_format_name(rows[i].format));
		want_number(what, got.number, rows[i].want == LOG_NO_ROTATED ? -1 : rows[i].number);
		want_number(what, got.plain.p == name.p, true);
		free((char *)log.p);
		free((char *)name.p);
	}
}

static void any_bytes_are_a_name(void **state)
{
	static const char bytes[] = "mail.log\0.1@-20~:T";
	struct log_rotated got;
	uint64_t dice = 88172645463325252u;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		char name[24], log[12];
		size_t n = 0, m = 0;

		for (; n < sizeof(name); n++) {
			dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
			name[n] = bytes[dice % sizeof(bytes)];
			if (m < sizeof(log))
				log[m++] = bytes[(dice >> 32) % sizeof(bytes)];
		}
		n = (size_t)(dice % sizeof(name));
		m = (size_t)((dice >> 20) % sizeof(log));
		struct sw_raw exact_log = exact(log, m);
		struct sw_raw exact_name = exact(name, n);

		got = log_rotated_from(exact_log, exact_name);
		free((char *)exact_log.p);
		free((char *)exact_name.p);
		if (got.kind != LOG_NO_ROTATED && got.plain.n <= m)
			fail_msg("round %d: a name no longer than the log's is a rotated one", i);
		if (got.plain.n > n)
			fail_msg("round %d: got a plain name longer than the whole one", i);
	}
}

static void the_first_bytes_tell_the_format(void **state)
{
	static const struct {
		const char *what;
		const char *bytes;
		size_t n;
		enum log_format want;
	} rows[] = {
		{ "gzip", "\x1f\x8b\x08\0\0\0\0\0\0\x03", 10, LOG_GZIP },
		{ "xz",
		  "\xfd"
		  "7zXZ\0\0\4\xe6\xd6",
		  10, LOG_XZ },
		{ "zstd", "\x28\xb5\x2f\xfd\x04\x58\xa1\0\0", 9, LOG_ZSTD },
		{ "pzstd", "\x50\x2a\x4d\x18\4\0\0\0\0\0", 10, LOG_ZSTD },
		{ "bzip2", "BZh91AY&SY", 10, LOG_BZIP2 },
		{ "bzip2 of nothing", "BZh9\x17rE8P\x90", 10, LOG_BZIP2 },
		{ "a text that begins as bzip2 does", "BZh9 Nov 26", 11, LOG_PLAIN },
		{ "lz4", "\x04\x22\x4d\x18\x64\x40\xa7\0\0\0", 10, LOG_UNREAD },
		{ "compress", "\x1f\x9d\x90", 3, LOG_UNREAD },
		{ "text", "Nov 26 05:00:00", 15, LOG_PLAIN },
		{ "nothing", "", 0, LOG_PLAIN },
		{ "one byte", "\x1f", 1, LOG_PLAIN },
		{ "NULs", "\0\0\0\0\0\0\0\0\0\0", 10, LOG_PLAIN },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_text(rows[i].what,
			  log_format_name(log_format_of(raw_from(rows[i].bytes, rows[i].n))),
			  log_format_name(rows[i].want));
}

/* Each byte of them counts, and none behind them. */
static void a_byte_less_or_another_is_no_format(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		enum log_format want;
		int any; /* a byte that says nothing; -1: all do */
	} rows[] = {
		{ "\x1f\x8b", 2, LOG_GZIP, -1 },
		{ "\x1f\x9d", 2, LOG_UNREAD, -1 },
		{ "\xfd"
		  "7zXZ\0",
		  6, LOG_XZ, -1 },
		{ "\x28\xb5\x2f\xfd", 4, LOG_ZSTD, -1 },
		{ "\x04\x22\x4d\x18", 4, LOG_UNREAD, -1 },
		{ "LZIP\1", 5, LOG_UNREAD, -1 },
		{ "\x5d\0\0", 3, LOG_UNREAD, -1 },
		{ "\x51\x2a\x4d\x18", 4, LOG_ZSTD, -1 },
		{ "BZh91AY&SY", 10, LOG_BZIP2, 3 },
		{ "BZh9\x17rE8P\x90", 10, LOG_BZIP2, 3 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		for (size_t n = 0; n <= rows[i].n; n++) {
			char *exact = malloc(n ? n : 1);

			assert_non_null(exact);
			memcpy(exact, rows[i].bytes, n);
			want_text(rows[i].bytes, log_format_name(log_format_of(raw_from(exact, n))),
				  log_format_name(n < rows[i].n ? LOG_PLAIN : rows[i].want));
			for (size_t k = 0; n == rows[i].n && k < n; k++) {
				bool same = (int)k == rows[i].any;

				exact[k] ^= '\x80';
				want_text(rows[i].bytes,
					  log_format_name(log_format_of(raw_from(exact, n))),
					  log_format_name(same ? rows[i].want : LOG_PLAIN));
				exact[k] ^= '\x80';
			}
			free(exact);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_says_whether_a_log_was_rotated),
		cmocka_unit_test(any_bytes_are_a_name),
		cmocka_unit_test(the_first_bytes_tell_the_format),
		cmocka_unit_test(a_byte_less_or_another_is_no_format),
	};

	return cmocka_run_group_tests_name("rotated", tests, NULL, NULL);
}
