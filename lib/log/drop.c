#include "log/drop.h"

#include "base/num.h"

enum { SPAN = 60, SPAN_MOST = 900 };

bool log_drop_is_daemon(struct sw_raw tag)
{
	return raw_starts(tag, "rsyslogd") || raw_starts(tag, "systemd-journal") ||
	       raw_is(tag, "journal") || raw_is(tag, "imuxsock") || raw_is(tag, "imjournal");
}

static const char *find(struct sw_raw text, const char *word)
{
	return text.n > 0 ? memmem(text.p, text.n, word, strlen(word)) : NULL;
}

/* The number behind `before` and in front of `behind`, one of the two NULL. */
static bool number_at(struct sw_raw text, const char *before, const char *behind, uint64_t *ret)
{
	const char *at = find(text, before ? before : behind);
	const char *end = text.p + text.n;
	const char *from;

	if (!at)
		return false;
	if (before) {
		from = at += strlen(before);
		while (at < end && raw_is_digit(*at))
			at++;
	} else {
		from = at;
		while (from > text.p && raw_is_digit(from[-1]))
			from--;
	}
	return num_from(raw_from(from, (size_t)(at - from)), ret);
}

/* Where Postfix, or a container with it, can be. */
static bool is_unit_of_mail(struct sw_raw unit)
{
	static const char *const words[] = { "postfix", "docker", "containerd",
					     "podman",	"libpod", "crio" };

	for (size_t i = 0; i < SW_COUNT(words); i++)
		if (find(unit, words[i]))
			return true;
	return false;
}

bool log_drop_read(struct sw_raw text, int64_t time, struct log_drop *ret)
{
	uint64_t span = SPAN;
	const char *from;

	*ret = (struct log_drop){ .time = time, .span = SPAN };
	if (raw_starts(text, "Suppressed ")) {
		from = find(text, " messages from ");
		return from && number_at(text, "Suppressed ", NULL, &ret->messages) &&
		       is_unit_of_mail(raw_skip(text, (size_t)(from - text.p)));
	}
	if (!find(text, "due to rate-limiting"))
		return false;
	if (number_at(text, NULL, " messages lost due", &ret->messages) ||
	    number_at(text, " lost ", NULL, &ret->messages)) {
		if (number_at(text, "allowed within ", NULL, &span) && span <= SPAN_MOST)
			ret->span = (int64_t)span;
		return true;
	}
	return find(text, " to drop messages ");
}

void log_kept_mark(struct log_kept *kept, int64_t time, uint64_t lines)
{
	size_t last = (kept->n + SW_COUNT(kept->mark) - 1) % SW_COUNT(kept->mark);

	if (kept->n > 0 && kept->mark[last].minute >= time / 60)
		return;
	last = kept->n++ % SW_COUNT(kept->mark);
	kept->mark[last].minute = time / 60;
	kept->mark[last].lines = lines;
}

void log_kept_restart(struct log_kept *kept)
{
	kept->n = 0;
}

/* Of the oldest mark that is not before that time: never more than there were. */
static uint64_t before(const struct log_kept *kept, int64_t time, uint64_t lines)
{
	size_t n = kept->n < SW_COUNT(kept->mark) ? kept->n : SW_COUNT(kept->mark);

	for (size_t i = kept->n - n; i < kept->n; i++)
		if (kept->mark[i % SW_COUNT(kept->mark)].minute >= time / 60)
			return kept->mark[i % SW_COUNT(kept->mark)].lines;
	return lines;
}

bool log_kept_drop(struct log_kept *kept, const struct log_drop *drop, int64_t last, uint64_t lines,
		   int64_t *from)
{
	if (kept->begun == 0)
		kept->begun = last > 0 && last < drop->time ? last : drop->time;
	*from = kept->begun - drop->span;
	if (drop->messages == 0)
		return true;
	kept->begun = 0;
	return drop->messages > lines - before(kept, *from, lines);
}
