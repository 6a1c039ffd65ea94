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

static void not_placed(struct log_facts *f, struct sw_raw line)
{
	static const char name[] = "postfix";
	bool is_lost = memmem(line.p, line.n, name, sizeof(name) - 1) != NULL;

	f->run++;
	f->lost += is_lost;
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

/* A line of Postfix, by its tag. */
static bool hear(struct log_facts *f, int64_t time, bool wanted, bool ours, struct sw_raw host)
{
	f->postfix++;
	if (!wanted)
		return false;
	if (!ours) {
		f->host = sw_label_from(host);
		return false;
	}
	f->ours++;
	if (time > f->heard)
		f->heard = time;
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

	f->lines++;
	ret->time = line->time;
	r->clock.last = line->time;
	place(f, line->time, head->time.kind == STAMP_LOCAL);
	if (!tag->postfix || !hear(f, line->time, tag->wanted, line->shape->ours,
				   raw_from(line->name - line->shape->host, head->host.n)))
		return false;
	ret->role = role_in(r, tag->role, line->text);
	if (ret->role)
		log_shape_head(line, &ret->head);
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
	bool continues = r->partial;
	struct log_line known;
	bool headed;

	if (!continues && log_shape_read(&r->shapes, line, &r->scratch, &known))
		return take_known(r, &known, f, ret);
	headed = log_header(line, &r->scratch, &ret->head);
	r->partial = ret->head.partial;
	if (continues || raw_trim(line).n == 0)
		return false;
	f->lines++;
	if (ret->head.time.kind == STAMP_NONE ||
	    !log_clock_time(&r->clock, &ret->head.time, &ret->time)) {
		not_placed(f, line);
		return false;
	}
	if (!headed) {
		f->stamped++;
		not_placed(f, line);
		return false;
	}
	place(f, ret->time, ret->head.time.kind == STAMP_LOCAL);
	learn(r, line, ret);
	if (!is_postfix(r, &ret->head) || !hear(f, ret->time, is_wanted(r, ret->head.syslog_name),
						is_ours(&r->hosts, ret->head.host), ret->head.host))
		return false;
	ret->role = role_in(r, role_of(r, ret->head.program), ret->head.text);
	return true;
}

void log_reader_restart(struct log_reader *r)
{
	r->clock.last = 0;
	r->partial = false;
	log_shape_forget(&r->shapes);
}
