/*
 * header_forms: a line as every writer of mail logs writes it, in which %T stands for the tag and
 * %E for the text (escaped where the form does that). All are of 2026-11-26T05:00:00Z, local times
 * of Berlin.
 */
#ifndef SW_TEST_HEADER_FORMS_H
#define SW_TEST_HEADER_FORMS_H

#include <stdlib.h>

#include "log/clock.h"
#include "log/header.h"
#include "test.h"

enum { FIVE = 1795669200 }; /* 2026-11-26T05:00:00Z, six o'clock in Berlin */

#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"

#define EV                                                                                         \
	"4ABC012345: client=pc.example[192.0.2.9], sasl_method=PLAIN, "                            \
	"sasl_username=alice@example.com"

struct header_form {
	const char *what;
	enum log_form form;
	const char *host;
	const char *line;
	bool partial;
};

#define INNER "Nov 26 06:00:00 mail %T[12]: %E"

static const struct header_form header_forms[] = {
	{ "rsyslog traditional", LOG_FORM_SYSLOG, "mx", "Nov 26 06:00:00 mx %T[12]: %E", false },
	{ "a host in capitals", LOG_FORM_SYSLOG, "MX", "Nov 26 06:00:00 MX %T[12]: %E", false },
	{ "no pid", LOG_FORM_SYSLOG, "mx", "Nov 26 06:00:00 mx %T: %E", false },
	{ "fraction", LOG_FORM_SYSLOG, "mx", "Nov 26 06:00:00.123 mx %T[12]: %E", false },
	{ "year first", LOG_FORM_SYSLOG, "mx", "2026 Nov 26 06:00:00 mx %T[12]: %E", false },
	{ "year behind", LOG_FORM_SYSLOG, "mx", "Nov 26 2026 06:00:00 mx %T[12]: %E", false },
	{ "no host, no pid", LOG_FORM_SYSLOG, "", "Nov 26 06:00:00 %T: %E", false },
	{ "no host", LOG_FORM_SYSLOG, "", "Nov 26 06:00:00 %T[12]: %E", false },
	{ "rsyslog FileFormat", LOG_FORM_SYSLOG, "mx.example",
	  "2026-11-26T05:00:00.071694+00:00 mx.example %T[12]: %E", false },
	{ "syslog-ng iso", LOG_FORM_SYSLOG, "mx", "2026-11-26T06:00:00+01:00 mx %T[12]: %E",
	  false },
	{ "syslog-ng unix", LOG_FORM_SYSLOG, "mx", "1795669200 mx %T[12]: %E", false },
	{ "syslog-ng unix, fraction", LOG_FORM_SYSLOG, "mx", "1795669200.123 mx %T[12]: %E",
	  false },
	{ "journalctl short-iso", LOG_FORM_SYSLOG, "mx", "2026-11-26T06:00:00+0100 mx %T[12]: %E",
	  false },
	{ "OpenBSD -Z", LOG_FORM_SYSLOG, "mx", "2026-11-26T05:00:00.123Z mx %T[12]: %E", false },
	{ "UTC in words", LOG_FORM_SYSLOG, "mx", "2026-11-26 05:00:00 UTC mx %T[12]: %E", false },
	{ "raw RFC 3164", LOG_FORM_SYSLOG, "mx", "<22>Nov 26 06:00:00 mx %T[12]: %E", false },
	{ "metalog rfc3164", LOG_FORM_SYSLOG, "", "<22>Nov 26 06:00:00 %T[12]: %E", false },
	{ "rsyslog RFC 5424", LOG_FORM_RFC5424, "mx",
	  "<22>1 2026-11-26T05:00:00.071694+00:00 mx %T 12 - -  %E", false },
	{ "FreeBSD RFC 5424", LOG_FORM_RFC5424, "mx.example",
	  "<22>1 2026-11-26T05:00:00.000000+00:00 mx.example %T 12 - - %E", false },
	{ "syslog-ng RFC 5424", LOG_FORM_RFC5424, "mx",
	  "<22>1 2026-11-26T06:00:00+01:00 mx %T 12 - [meta sequenceId=\"1\"] %E", false },
	{ "RFC 5424, escapes", LOG_FORM_RFC5424, "mx",
	  "<22>1 2026-11-26T05:00:00Z mx %T 12 id [a b=\"\\\"\\]\\\\\"][c d=\"] x\"] "
	  "\xEF\xBB\xBF%E",
	  false },
	{ "metalog rfc5424", LOG_FORM_RFC5424, "",
	  "<22>1 2026-11-26T05:00:00.123Z %T 12 - - \xEF\xBB\xBF%E", false },
	{ "BusyBox", LOG_FORM_SYSLOG, "mx", "Nov 26 06:00:00 mx mail.info %T[12]: %E", false },
	{ "BusyBox, another facility", LOG_FORM_SYSLOG, "mx",
	  "Nov 26 06:00:00 mx local7.warn %T[12]: %E", false },
	{ "metalog", LOG_FORM_METALOG, "", "Nov 26 06:00:00 [%T] %E", false },
	{ "metalog with severity", LOG_FORM_METALOG, "", "Nov 26 06:00:00 [%T][INFO] %E", false },
	{ "metalog, stamp_fmt", LOG_FORM_METALOG, "", "2026-11-26 06:00:00.935 [%T] %E", false },
	{ "FreeBSD -v", LOG_FORM_SYSLOG, "mx", "Nov 26 06:00:00 <2.6> mx %T[12]: %E", false },
	{ "FreeBSD -vv", LOG_FORM_SYSLOG, "mx", "Nov 26 06:00:00 <mail.info> mx %T[12]: %E",
	  false },
	{ "mark behind the host", LOG_FORM_SYSLOG, "mx",
	  "Nov 26 06:00:00 mx <mail.info> %T[12]: %E", false },
	{ "BSD relay", LOG_FORM_SYSLOG, "mx", "Nov 26 06:00:00 Forwarded from mx: %T[12]: %E",
	  false },
	{ "BSD relay, relayed", LOG_FORM_SYSLOG, "mx",
	  "Nov 26 06:00:00 hub Forwarded from mx: %T[12]: %E", false },
	{ "Solaris", LOG_FORM_SYSLOG, "mx", "Nov 26 06:00:00 mx %T[12]: [ID 197553 mail.info] %E",
	  false },
	{ "socklog", LOG_FORM_SYSLOG, "", "mail.info: Nov 26 06:00:00 %T[12]: %E", false },
	{ "socklog, svlogd -t", LOG_FORM_SYSLOG, "",
	  "@400000006b07bcda00000000 mail.info: Nov 26 06:00:00 %T[12]: %E", false },
	{ "socklog, svlogd -tt", LOG_FORM_SYSLOG, "",
	  "2026-11-26_05:00:00.95049 mail.info: Nov 26 06:00:00 %T[12]: %E", false },
	{ "socklog, svlogd -ttt", LOG_FORM_SYSLOG, "",
	  "2026-11-26T05:00:00.95148 mail.info: Nov 26 06:00:00 %T[12]: %E", false },
	{ "multilog t", LOG_FORM_SYSLOG, "mail", "@400000006b07bcda38dee044 " INNER, false },
	{ "s6-log t", LOG_FORM_SYSLOG, "mail", "@400000006b07bcf53913e745 " INNER, false },
	{ "s6-log T", LOG_FORM_SYSLOG, "mail", "2026-11-26 06:00:00.960266645  " INNER, false },
	{ "docker json-file", LOG_FORM_SYSLOG, "mail",
	  "{\"log\":\"Nov 26 05:00:00 mail %T[12]: %J\\n\",\"stream\":\"stdout\","
	  "\"time\":\"2026-11-26T05:00:00.048613527Z\"}",
	  false },
	{ "docker json-file, labels", LOG_FORM_SYSLOG, "mail",
	  "{ \"time\" : \"2026-11-26T05:00:00.048613527Z\" , "
	  "\"attrs\":{\"log\":\"x\",\"n\":[1,\"]\"]},"
	  "\"log\":\"Nov 26 05:00:00 mail %T[12]: %J\\r\\n\"}",
	  false },
	{ "Fluent Bit, no newline", LOG_FORM_SYSLOG, "mail",
	  "{\"log\":\"Nov 26 05:00:00 mail %T[12]: %J\",\"time\":\"2026-11-26T05:00:00Z\"}", false },
	{ "docker json-file of boky/postfix", LOG_FORM_SYSLOG, "",
	  "{\"log\":\"2026-11-26T05:00:00.1+00:00 INFO    %T[12]: %J\\n\",\"stream\":\"stdout\","
	  "\"time\":\"2026-11-26T05:00:00.148613527Z\"}",
	  false },
	{ "docker logs -t", LOG_FORM_SYSLOG, "mail", "2026-11-26T05:00:00.048613527Z " INNER,
	  false },
	{ "docker compose logs", LOG_FORM_SYSLOG, "mail", "mail-1  | " INNER, false },
	{ "docker compose logs -t", LOG_FORM_SYSLOG, "mail",
	  "mail-1  | 2026-11-26T05:00:00.048613527Z " INNER, false },
	{ "docker syslog", LOG_FORM_SYSLOG, "mail", "Nov 26 06:00:00 mx 5f1c2d3e4a5b[812]: " INNER,
	  false },
	{ "docker syslog rfc5424", LOG_FORM_SYSLOG, "mail",
	  "<30>1 2026-11-26T05:00:00Z mx 5f1c2d3e4a5b 812 5f1c2d3e4a5b - " INNER, false },
	{ "Kubernetes, containerd", LOG_FORM_SYSLOG, "mail",
	  "2026-11-26T05:00:00.048613527Z stdout F " INNER, false },
	{ "podman k8s-file", LOG_FORM_SYSLOG, "mail",
	  "2026-11-26T06:00:00.048613527+01:00 stderr F " INNER, false },
	{ "old conmon", LOG_FORM_SYSLOG, "mail",
	  "2026-11-26T10:30:00.048613527+05:1800 stdout F " INNER, false },
	{ "a part in Kubernetes", LOG_FORM_SYSLOG, "mail",
	  "2026-11-26T05:00:00.048613527Z stdout P " INNER, true },
	{ "boky/postfix plain", LOG_FORM_SYSLOG, "",
	  "2026-11-26T05:00:00.1+00:00 INFO    %T[12]: %E", false },
	{ "boky/postfix json", LOG_FORM_JSON, "",
	  "{\"@timestamp\":\"2026-11-26T05:00:00.1+00:00\",\"tag\":\"%T[12]:\",\"level\":6,"
	  "\"message\":\" %J\"}",
	  false },
	{ "boky/postfix json in docker's", LOG_FORM_JSON, "",
	  "{\"log\":\"{\\\"message\\\":\\\" %K\\\",\\\"tag\\\":\\\"%T[12]:\\\","
	  "\\\"@timestamp\\\":\\\"2026-11-26T05:00:00Z\\\"}\\n\","
	  "\"time\":\"2026-11-26T05:00:00.048613527Z\"}",
	  false },
	{ "boky/postfix json in Kubernetes", LOG_FORM_JSON, "",
	  "2026-11-26T05:00:00.048613527Z stdout F {\"tag\":\"%T[12]:\",\"message\":\" %J\","
	  "\"@timestamp\":\"2026-11-26T05:00:00Z\"}",
	  false },
	{ "CR LF", LOG_FORM_SYSLOG, "mx", "Nov 26 06:00:00 mx %T[12]: %E \r", false },
	{ "BOM", LOG_FORM_SYSLOG, "mx", "\xEF\xBB\xBFNov 26 06:00:00 mx %T[12]: %E", false },
};

static const size_t header_forms_n = SW_COUNT(header_forms);

/* How often JSON escapes a text: %E not at all, %J once, %K in a string in a string. */
static char *header_put(char *at, const char *text, int escapes)
{
	for (; *text; text++) {
		if (escapes > 0 && (*text == '"' || *text == '\\')) {
			char pair[] = { '\\', *text, '\0' };

			at = header_put(at, pair, escapes - 1);
		} else if (escapes > 0 && (*text == '<' || *text == '>')) {
			at = header_put(at, *text == '<' ? "\\u003c" : "\\u003e", escapes - 1);
		} else {
			*at++ = *text;
		}
	}
	return at;
}

/* The line of a form; the caller frees its bytes. */
static inline struct sw_raw header_line(const struct header_form *form, const char *tag,
					const char *text)
{
	char *line = malloc(strlen(form->line) + strlen(tag) + 36 * strlen(text) + 1);
	char *at = line;

	if (!line)
		abort();
	for (const char *p = form->line; *p; p++) {
		if (*p != '%') {
			*at++ = *p;
			continue;
		}
		p++;
		at = header_put(at, *p == 'T' ? tag : text, *p == 'J' ? 1 : *p == 'K' ? 2 : 0);
	}
	return raw_from(line, (size_t)(at - line));
}

/* When it was, as a host in Berlin reads it a minute later; -1 for never. */
static inline int64_t time_of(const struct log_head *head)
{
	struct log_clock clock = { .now = FIVE + 60 };
	int64_t ret = -1;

	zone(BERLIN);
	log_clock_time(&clock, &head->time, &ret);
	zone("UTC0");
	return ret;
}

#endif
