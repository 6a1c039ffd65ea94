#include "log/facts.h"

#include "base/num.h"

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

/* A line of Postfix that this one is not asked for; by its tag. */
static __attribute__((noinline)) void of_another(struct log_facts *f, bool wanted,
						 struct sw_raw syslog_name, struct sw_raw host)
{
	if (!wanted && f->name.n == 0)
		f->name = sw_label_from(syslog_name);
	if (wanted && f->host.n == 0)
		f->host = sw_label_from(host);
}

void log_facts_jump(struct log_facts *f, const struct log_clock *clock, int64_t time)
{
	enum { NEAR = 1 };
	int64_t minutes = time / 60 - f->ours_last / 60;
	int64_t zone = log_clock_offset(clock, time) / 60;
	int64_t from = f->ours_last < time ? f->ours_last : time;
	int64_t to = f->ours_last < time ? time : f->ours_last;
	/* the other one is UTC, taken for this zone; of its minute, which a run of lines shares */
	int64_t right = (zone > 0 ? to : from) / 60 * 60;

	if (f->ours_last == 0 || zone == 0)
		return;
	zone = zone < 0 ? -zone : zone;
	if (minutes >= zone - NEAR && minutes <= zone + NEAR)
		f->rose = right;
	else if (-minutes >= zone - NEAR && -minutes <= zone + NEAR)
		f->fell = right;
}

/* A line of this Postfix; `before` is the stamp of the line before. */
static inline void hear(struct log_facts *f, const struct log_clock *clock, int64_t time,
			int64_t before, struct sw_raw text)
{
	if (f->local && time / 60 != f->ours_last / 60)
		log_facts_jump(f, clock, time);
	f->ours++;
	f->ours_last = time;
	f->beside = before;
	f->lost_run = 0;
	if (time > f->heard && log_facts_proves(text))
		f->heard = time;
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

static unsigned others_role(const struct log_reader *r, const struct log_head *head)
{
	return r->others ? r->others(head->tag) : 0;
}

static inline bool take_known(struct log_reader *r, struct log_facts *f, struct log_message *ret)
{
	const struct log_line *line = &r->known;
	const struct log_shape *shape = line->shape;
	const struct log_tag *tag = line->tag;
	int64_t before = f->last;

	f->lines++;
	r->clock.last = line->time;
	place(f, line->time, shape->local);
	if (!tag->postfix) {
		if (tag->role == 0 || !shape->ours)
			return false;
		*ret = (struct log_message){ .is_other = true,
					     .role = role_in(r, tag->role, line->text),
					     .time = line->time,
					     .program = log_shape_program(line),
					     .text = line->text };
		return ret->role != 0;
	}
	f->postfix++;
	if (!tag->wanted || !shape->ours) {
		of_another(f, tag->wanted, raw_from(line->name, tag->syslog_name),
			   raw_from(line->name - shape->host, shape->host_n));
		return false;
	}
	hear(f, &r->clock, line->time, before, line->text);
	*ret = (struct log_message){ .role = role_in(r, tag->role, line->text),
				     .time = line->time,
				     .program = log_shape_program(line),
				     .text = line->text };
	return true;
}

/* What another program of this host says may be about Postfix's lines. */
static void take_drop(struct log_facts *f, const struct log_head *head, int64_t time)
{
	struct log_drop drop;

	if (log_drop_is_daemon(head->tag) && log_drop_read(head->text, time, &drop)) {
		f->drop = drop;
		f->drops++;
	}
}

static bool take_headed(struct log_reader *r, struct log_facts *f, int64_t time,
			struct log_message *ret)
{
	const struct log_head *head = &r->head;
	bool wanted = is_wanted(r, head->syslog_name);
	int64_t before = f->last;

	place(f, time, head->time.kind == STAMP_LOCAL);
	if (!is_postfix(r, head)) {
		if (!is_ours(&r->hosts, head->host))
			return false;
		take_drop(f, head, time);
		*ret = (struct log_message){ .is_other = true,
					     .role = role_in(r, others_role(r, head), head->text),
					     .time = time,
					     .program = head->program,
					     .text = head->text,
					     .repeated = head->repeated };
		return ret->role != 0;
	}
	f->postfix++;
	if (!wanted || !is_ours(&r->hosts, head->host)) {
		of_another(f, wanted, head->syslog_name, head->host);
		return false;
	}
	hear(f, &r->clock, time, before, head->text);
	*ret = (struct log_message){ .role = role_in(r, role_of(r, head->program), head->text),
				     .time = time,
				     .program = head->program,
				     .text = head->text,
				     .repeated = head->repeated };
	return true;
}

static void learn(struct log_reader *r, struct sw_raw line, int64_t time)
{
	const struct log_head *head = &r->head;
	bool plain = head->time.kind != STAMP_LOCAL || r->clock.plain;
	struct log_tag *tag = log_shape_learn(&r->shapes, line, &r->scratch, head, time, plain,
					      is_ours(&r->hosts, head->host));

	if (tag)
		log_shape_means(tag, is_postfix(r, head), is_wanted(r, head->syslog_name),
				is_postfix(r, head) ? role_of(r, head->program)
						    : others_role(r, head),
				r->dull);
}

/* The long way; most lines do not pay for its beginning. */
static __attribute__((noinline)) bool take_unknown(struct log_reader *r, struct sw_raw line,
						   struct log_facts *f, struct log_message *ret)
{
	struct log_head *head = &r->head;
	bool headed = log_header(line, &r->scratch, head);
	unsigned stream = 1U << head->is_stderr;
	/* somebody's text can look like a part, but no line of syslogd goes on with it */
	bool continues = head->contained && r->partial & stream;
	int64_t time;

	r->partial = (unsigned char)((head->contained ? r->partial & ~stream : 0) |
				     (head->partial ? stream : 0));
	if (continues || raw_trim(line).n == 0)
		return false;
	f->lines++;
	if (head->time.kind == STAMP_NONE || !log_clock_time(&r->clock, &head->time, &time)) {
		not_placed(f, line, false);
		return false;
	}
	if (!headed) {
		f->stamped++;
		not_placed(f, line, true);
		return false;
	}
	if (!log_drop_is_daemon(head->tag)) /* each of its texts is looked at */
		learn(r, line, time);
	return take_headed(r, f, time, ret);
}

bool log_reader_take(struct log_reader *r, struct sw_raw line, struct log_facts *f,
		     struct log_message *ret)
{
	if (!r->partial && log_shape_read(&r->shapes, line, &r->scratch, &r->known))
		return take_known(r, f, ret);
	return take_unknown(r, line, f, ret);
}

void log_reader_restart(struct log_reader *r)
{
	r->clock.last = 0;
	r->partial = 0;
	log_shape_forget(&r->shapes);
}

/* What stands between two pieces of a line; pieces of different memory are farther from each other.
 */
uint64_t log_message_pid(const struct log_message *message)
{
	enum { LONGEST = sizeof("[4194304]: ") + 10, PROCID = 64 };
	const char *end = message->program.p + message->program.n;
	uintptr_t gap = (uintptr_t)message->text.p - (uintptr_t)end;
	uint64_t pid = 0;
	struct sw_raw digits;

	if (message->pid || message->program.n == 0 || gap < sizeof("[1]:") - 1 || gap > PROCID ||
	    (*end == '[' ? gap > LONGEST : *end != ' '))
		return message->pid;
	digits = raw_from(end + 1, gap - 1);
	digits.n = raw_find(digits, *end == '[' ? ']' : ' ');
	return num_from(digits, &pid) ? pid : 0;
}
