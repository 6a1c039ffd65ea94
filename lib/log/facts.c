#include "log/facts.h"

/* What of a line is shown to the admin: its head, not what somebody wrote. */
enum { QUOTED = 40 };

static struct sw_raw first_label(struct sw_raw name)
{
	return raw_from(name.p, raw_find(name, '.'));
}

static bool is_number(struct sw_raw name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!raw_is_digit(name.p[i]))
			return false;
	return true;
}

void log_hosts_add(struct log_hosts *hosts, struct sw_raw name)
{
	name = first_label(raw_trim(name));
	if (name.n == 0 || name.n >= LOG_HOST_NAME || hosts->n == LOG_HOSTS || is_number(name) ||
	    raw_is(name, "localhost"))
		return;
	memcpy(hosts->name[hosts->n], name.p, name.n);
	hosts->name[hosts->n++][name.n] = '\0';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool is_ours(const struct log_hosts *hosts, struct sw_raw host)
{
	if (hosts->n == 0 || host.n == 0 || raw_is(host, "localhost"))
		return true;
	host = first_label(host);
	for (size_t i = 0; i < hosts->n; i++) {
		size_t k = 0;

		while (k < host.n && hosts->name[i][k] &&
		       lower(host.p[k]) == lower(hosts->name[i][k]))
			k++;
		if (k == host.n && hosts->name[i][k] == '\0')
			return true;
	}
	return false;
}

/* Whatever its syslog_name is, it has one of these in nearly all of its lines. */
static bool names_postfix(struct sw_raw line)
{
	static const char *const names[] = { "postfix", "/smtpd", "/qmgr", "/cleanup" };

	for (size_t i = 0; i < SW_COUNT(names); i++)
		if (memmem(line.p, line.n, names[i], strlen(names[i])))
			return true;
	return false;
}

static void not_placed(struct log_facts *f, struct sw_raw line, bool placed)
{
	bool is_lost = names_postfix(line);

	/* a container's log is full of lines that have a time, and no header */
	f->run += is_lost || !placed;
	f->lost += is_lost;
	f->lost_run += is_lost;
	if (f->quote.n == 0 || (is_lost && f->lost == 1))
		f->quote = sw_label_from(raw_from(line.p, line.n < QUOTED ? line.n : QUOTED));
}

/* An APP-NAME that was cut at the slash is only a syslog_name. */
static bool is_postfix(const struct log_reader *r, const struct log_head *head)
{
	return head->is_postfix ||
	       (head->program_unknown && (r->wanted ? r->wanted(head->tag, r->wanted_ctx)
						    : raw_starts(head->tag, "postfix")));
}

bool log_reader_take(struct log_reader *r, struct sw_raw line, struct log_facts *f,
		     struct log_message *ret)
{
	bool headed = log_header(line, &r->scratch, &ret->head);
	/* somebody's text can look like a part, but no line of syslogd goes on with it */
	bool continues = r->partial && ret->head.contained;
	int64_t before = f->last;

	r->partial = ret->head.partial;
	if (continues || raw_trim(line).n == 0)
		return false;
	f->lines++;
	if (ret->head.time.kind == STAMP_NONE ||
	    !log_clock_time(&r->clock, &ret->head.time, &ret->time)) {
		not_placed(f, line, false);
		return false;
	}
	f->stamped++;
	if (!headed) {
		not_placed(f, line, true);
		return false;
	}
	f->headed++;
	f->run = 0;
	f->local = ret->head.time.kind == STAMP_LOCAL;
	f->last = ret->time;
	if (f->first == 0)
		f->first = ret->time;
	if (!is_postfix(r, &ret->head))
		return false;
	f->postfix++;
	if (r->wanted && !r->wanted(ret->head.syslog_name, r->wanted_ctx)) {
		if (f->name.n == 0)
			f->name = sw_label_from(ret->head.syslog_name);
		return false;
	}
	if (!is_ours(&r->hosts, ret->head.host)) {
		if (f->host.n == 0)
			f->host = sw_label_from(ret->head.host);
		return false;
	}
	f->ours++;
	f->ours_last = ret->time;
	f->beside = before;
	f->lost_run = 0;
	if (ret->time > f->heard)
		f->heard = ret->time;
	return true;
}

void log_reader_restart(struct log_reader *r)
{
	r->clock.last = 0;
	r->partial = false;
}
