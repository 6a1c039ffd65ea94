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

static void place(struct log_facts *f, int64_t time, bool local)
{
	f->stamped++;
	f->headed++;
	f->run = 0;
	f->local = local;
	f->last = time;
	if (f->first == 0)
		f->first = time;
}

/* A line of Postfix, by its tag; `before` is the stamp of the line before. */
struct speaker {
	int64_t time, before;
	bool wanted, ours;
	struct sw_raw syslog_name, host;
};

static bool hear(struct log_facts *f, const struct speaker *s)
{
	f->postfix++;
	if (!s->wanted) {
		if (f->name.n == 0)
			f->name = sw_label_from(s->syslog_name);
		return false;
	}
	if (!s->ours) {
		if (f->host.n == 0)
			f->host = sw_label_from(s->host);
		return false;
	}
	f->ours++;
	f->ours_last = s->time;
	f->beside = s->before;
	f->lost_run = 0;
	if (s->time > f->heard)
		f->heard = s->time;
	return true;
}

static bool is_wanted(const struct log_reader *r, struct sw_raw syslog_name)
{
	return !r->wanted || r->wanted(syslog_name, r->wanted_ctx);
}

static unsigned role_of(const struct log_reader *r, struct sw_raw program)
{
	return r->role ? r->role(program) : 1;
}

static unsigned role_in(const struct log_reader *r, unsigned role, struct sw_raw text)
{
	return role == 0 || !r->may_matter || r->may_matter(role, text) ? role : 0;
}

static bool take_known(struct log_reader *r, const struct log_line *line, struct log_facts *f,
		       struct log_message *ret)
{
	const struct log_head *head = &line->shape->head;
	const struct log_tag *tag = line->tag;
	struct speaker speaker = { .time = line->time,
				   .before = f->last,
				   .wanted = tag->wanted,
				   .ours = line->shape->ours,
				   .syslog_name = raw_from(line->name, tag->syslog_name),
				   .host = raw_from(line->name - line->shape->host, head->host.n) };

	f->lines++;
	ret->time = line->time;
	r->clock.last = line->time;
	place(f, line->time, head->time.kind == STAMP_LOCAL);
	if (!tag->postfix || !hear(f, &speaker))
		return false;
	ret->role = role_in(r, tag->role, line->text);
	if (ret->role)
		log_shape_head(line, &ret->head);
	return true;
}

static bool take_headed(struct log_reader *r, struct log_facts *f, struct log_message *ret)
{
	const struct log_head *head = &ret->head;
	struct speaker speaker = { .time = ret->time,
				   .before = f->last,
				   .wanted = is_wanted(r, head->syslog_name),
				   .ours = is_ours(&r->hosts, head->host),
				   .syslog_name = head->syslog_name,
				   .host = head->host };

	place(f, ret->time, head->time.kind == STAMP_LOCAL);
	if (!is_postfix(r, head) || !hear(f, &speaker))
		return false;
	ret->role = role_in(r, role_of(r, head->program), head->text);
	return true;
}

static void learn(struct log_reader *r, struct sw_raw line, const struct log_message *message)
{
	const struct log_head *head = &message->head;
	bool plain = head->time.kind != STAMP_LOCAL || r->clock.plain;
	struct log_tag *tag = log_shape_learn(&r->shapes, line, &r->scratch, head, message->time,
					      plain, is_ours(&r->hosts, head->host));

	if (!tag)
		return;
	tag->postfix = is_postfix(r, head);
	tag->wanted = is_wanted(r, head->syslog_name);
	tag->role = role_of(r, head->program);
}

bool log_reader_take(struct log_reader *r, struct sw_raw line, struct log_facts *f,
		     struct log_message *ret)
{
	struct log_line known;
	bool continues;
	bool headed;

	if (!r->partial && log_shape_read(&r->shapes, line, &r->scratch, &known))
		return take_known(r, &known, f, ret);
	headed = log_header(line, &r->scratch, &ret->head);
	/* somebody's text can look like a part, but no line of syslogd goes on with it */
	continues = r->partial && ret->head.contained;
	r->partial = ret->head.partial;
	if (continues || raw_trim(line).n == 0)
		return false;
	f->lines++;
	if (ret->head.time.kind == STAMP_NONE ||
	    !log_clock_time(&r->clock, &ret->head.time, &ret->time)) {
		not_placed(f, line, false);
		return false;
	}
	if (!headed) {
		f->stamped++;
		not_placed(f, line, true);
		return false;
	}
	learn(r, line, ret);
	return take_headed(r, f, ret);
}

void log_reader_restart(struct log_reader *r)
{
	r->clock.last = 0;
	r->partial = false;
	log_shape_forget(&r->shapes);
}
