#include "words/source.h"

#include <errno.h>

#include "words/share.h"

/* "41 s", "12 min", "3 h": as exact as it matters */
static void add_span(struct sw_label *text, int64_t seconds)
{
	if (seconds < 120)
		sw_label_print(text, "%lld s", (long long)(seconds > 0 ? seconds : 0));
	else if (seconds < 7200)
		sw_label_print(text, "%lld min", (long long)(seconds / 60));
	else if (seconds < 2 * 86400)
		sw_label_print(text, "%lld h", (long long)(seconds / 3600));
	else
		sw_label_print(text, "%lld days", (long long)(seconds / 86400));
}

static void add_quote(struct sw_label *text, const struct log_reason *why)
{
	if (why->quote.n == 0)
		return;
	sw_label_print(text, ", such as [");
	sw_label_append(text, &why->quote);
	sw_label_print(text, "]");
}

/* What to do about it, where a plugin says it. */
static void advise(struct sw_label *text, const char *link, const char *what)
{
	if (link)
		sw_label_print(text, ": %s", what);
}

static void add_section(struct sw_label *text, const char *link)
{
	if (*link)
		sw_label_print(text, " to [%s] in plugin-conf.d", link);
	else
		sw_label_print(text, " in plugin-conf.d");
}

/* postlogd(8) makes its file 0600 root since Postfix 3.9: a group of the reader does not help. */
static void add_permission(struct sw_label *text, const struct log_reason *why, const char *link)
{
	if (!link)
		return;
	if (why->by_config) {
		sw_label_print(text, ": postconf -e maillog_file_permissions=0640, chgrp adm ");
		sw_label_append(text, &why->where);
		sw_label_print(text, ", postfix logrotate, or add user root");
	} else {
		sw_label_print(text, ": add %s", why->for_adm ? "group adm" : "user root");
	}
	add_section(text, link);
}

static void add_named(struct sw_label *text, const struct log_reason *why)
{
	if (why->by_config)
		sw_label_print(text, " (maillog_file of main.cf)");
}

static void add_heard(struct sw_label *text, const struct log_reason *why, int64_t now)
{
	if (why->heard > 0) {
		sw_label_print(text, ": last line of Postfix ");
		add_span(text, now - why->heard);
		sw_label_print(text, " ago");
	} else {
		sw_label_print(text, ": no line of Postfix");
	}
}

/* +05:30 and the like; of a whole log's distance from the clock */
static void add_offset(struct sw_label *text, int64_t seconds)
{
	int64_t minutes = (seconds < 0 ? -seconds : seconds) / 60;

	if (minutes >= 60)
		sw_label_print(text, "%lld h ", (long long)(minutes / 60));
	if (minutes % 60 || minutes < 60)
		sw_label_print(text, "%lld min ", (long long)(minutes % 60));
}

static void of_named(struct sw_label *text, const struct log_reason *why, const char *link)
{
	add_named(text, why);
	switch (why->doubt) {
	case LOG_MISSING:
		sw_label_print(text, " is not there");
		break;
	case LOG_EMPTY:
		sw_label_print(text, " is empty");
		break;
	case LOG_STDOUT:
		sw_label_print(text, why->by_config ? ": Postfix logs to its standard output"
						    : " is no file");
		break;
	case LOG_DENIED:
		sw_label_print(text, ": permission denied");
		add_permission(text, why, link);
		return;
	default:
		sw_label_print(text, ": ");
		sw_label_append(text, &why->cause.text);
		break;
	}
	advise(text, link,
	       why->by_config
		       ? "no other log takes its place, set env.logfile to where these lines go"
		       : "set env.logfile");
}

static void of_place(struct sw_label *text, const struct log_reason *why, const char *link)
{
	sw_label_print(text, ": ");
	if (why->lines > 0)
		words_count(text, why->lines, "line", "lines");
	if (why->lines > 0)
		sw_label_print(text, ", none of Postfix");
	else
		sw_label_print(text, "no line of Postfix");
	if (why->quote.n > 0) {
		sw_label_print(text, " (also looked at ");
		sw_label_append(text, &why->quote);
		sw_label_print(text, ")");
	}
	if (why->journal && link) {
		sw_label_print(text, ": add group systemd-journal");
		add_section(text, link);
		sw_label_print(text, ", or set env.logfile");
	} else {
		advise(text, link, "set env.logfile or env.journal");
	}
}

struct sw_label words_source_doubt(const struct log_reason *why, int64_t now, const char *link)
{
	struct sw_label text = why->where;

	switch (why->doubt) {
	case LOG_FINE:
		return label_new();
	case LOG_NOWHERE:
		text = sw_label_printed("no mail log (tried ");
		sw_label_append(&text, &why->quote);
		sw_label_print(&text, ")");
		advise(&text, link, "set env.logfile");
		break;
	case LOG_MISSING:
	case LOG_DENIED:
	case LOG_UNREADABLE:
	case LOG_STDOUT:
	case LOG_EMPTY:
		of_named(&text, why, link);
		break;
	case LOG_NO_CONFIG:
		text = sw_label_printed("where Postfix logs is not known: ");
		sw_label_append(&text, &why->cause.text);
		if (why->cause.code == EACCES && link) {
			sw_label_print(&text, ": add user root");
			add_section(&text, link);
			sw_label_print(&text, ", or set env.logfile");
		}
		break;
	case LOG_OTHERS:
		of_place(&text, why, link);
		break;
	case LOG_ALARMS:
		sw_label_print(&text, ": its lines of Postfix are warnings and errors alone");
		advise(&text, link, "let the log daemon write mail.info, or set env.logfile");
		break;
	case LOG_FOREIGN:
		sw_label_print(&text, ": its lines of Postfix are of another host, ");
		sw_label_append(&text, &why->quote);
		advise(&text, link, "set env.logfile if they are of this one");
		break;
	case LOG_UNNAMED:
		sw_label_print(&text, ": its lines of Postfix are of another instance, ");
		sw_label_append(&text, &why->quote);
		advise(&text, link, "env.syslog_name matches none");
		break;
	case LOG_STAMPS:
		if (strstr(why->where.s, "/local-logs/")) {
			sw_label_print(&text, ": the log driver local of Docker writes no text");
			advise(&text, link, "use its log driver journald or json-file");
			break;
		}
		if (why->lines == 1)
			sw_label_print(&text, ": the time stamp of its line is not understood");
		else
			sw_label_print(&text,
				       ": the time stamps of %llu of %llu lines are not understood",
				       (unsigned long long)(why->lines - why->understood),
				       (unsigned long long)why->lines);
		add_quote(&text, why);
		advise(&text, link, "use a format of the list in the manual");
		break;
	case LOG_HEADERS:
		sw_label_print(&text, ": stamps are understood, what follows them is not");
		add_quote(&text, why);
		advise(&text, link, "use a format of the list in the manual");
		break;
	case LOG_AHEAD:
		sw_label_print(&text, ": its last time stamp lies ");
		add_offset(&text, why->offset);
		sw_label_print(&text, "in the future: a wrong clock or time zone");
		advise(&text, link, "set env.log_timezone");
		break;
	case LOG_ZONE:
		sw_label_print(&text, ": its time stamps run ");
		add_offset(&text, why->offset);
		sw_label_print(
			&text,
			"%s the time at which it is written: another time zone (a container, "
			"musl): set env.log_timezone, such as UTC",
			why->offset < 0 ? "behind" : "ahead of");
		break;
	case LOG_CHROOT:
		sw_label_print(&text, ": some time stamps of Postfix run ");
		add_offset(&text, why->offset);
		sw_label_print(&text, "%s the others: they are UTC, its chroot has no time zone",
			       why->offset < 0 ? "behind" : "ahead of");
		advise(&text, link,
		       "cp /etc/localtime to etc below its queue directory, postfix reload");
		break;
	case LOG_SILENT:
		add_heard(&text, why, now);
		sw_label_print(&text, ", but its queue moved ");
		add_span(&text, now - why->moved);
		sw_label_print(&text, " ago: it logs somewhere else");
		advise(&text, link, "set env.logfile or env.journal");
		break;
	case LOG_UNSEEN:
		add_heard(&text, why, now);
		sw_label_print(&text, ", and whether its queue moves may not be seen");
		advise(&text, link, "set env.config_directory");
		break;
	case LOG_MUTE:
		sw_label_print(&text,
			       ": the queue manager is heard, %s is not (its chroot has no "
			       "/dev/log, or the log daemon was started anew: postfix reload)",
			       why->quote.n > 0 ? why->quote.s : "smtpd");
		break;
	case LOG_BEGINS:
		sw_label_print(&text, " begins within the time, and nothing before it was found");
		break;
	case LOG_DROPPED:
		sw_label_print(&text, ": ");
		if (why->lines > 0)
			words_count(&text, why->lines, "message", "messages");
		else
			sw_label_print(&text, "messages");
		sw_label_print(&text, " lost ");
		add_span(&text, now - why->heard);
		sw_label_print(&text, " ago due to rate-limiting");
		advise(&text, link,
		       "raise ratelimit.burst of rsyslog, or RateLimitBurst of journald");
		break;
	case LOG_PART:
		sw_label_print(&text, ": ");
		sw_label_append(&text, &why->cause.text);
		if (why->cause.code == EACCES)
			add_permission(&text, why, link);
		break;
	}
	return text;
}

static void add_candidate(struct sw_label *text, const struct log_candidate *c, int64_t now)
{
	sw_label_append(text, &c->where);
	if (c->error) {
		sw_label_print(text, ": %s",
			       c->error == EACCES   ? "may not be read"
			       : c->error == ENOENT ? "not there"
						    : "not readable");
	} else if (c->heard == 0) {
		sw_label_print(text, ": no line of Postfix");
	} else {
		sw_label_print(text, ": last line of Postfix ");
		add_span(text, now - c->heard);
		sw_label_print(text, " ago");
	}
}

struct sw_label words_source_choice(const struct log_report *report, int64_t now)
{
	struct sw_label text = label_new();
	const char *before = ", not ";

	if (report->chosen < report->candidates) {
		sw_label_print(&text, "Read from ");
		add_candidate(&text, &report->candidate[report->chosen], now);
	} else {
		before = "Read from no log, not ";
	}
	for (size_t i = 0; i < report->candidates; i++) {
		struct sw_label one = sw_label_printed("%s", before);

		if (i == report->chosen)
			continue;
		add_candidate(&one, &report->candidate[i], now);
		if (!label_add_whole(&text, &one))
			break;
		before = ", ";
	}
	if (text.n > 0)
		sw_label_print(&text, ".");
	return text;
}
