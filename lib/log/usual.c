#include "log/usual.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/print.h"
#include "log/journal.h"
#include "log/tail.h"
#include "log/window.h"

/* Debian and Ubuntu; Red Hat; SUSE; logs that hold more than mail; Zimbra. */
_Static_assert(LOG_CANDIDATES > 6, "usual places");
static const char *const usual[] = { "mail.log", "maillog",  "mail",
				     "syslog",	 "messages", "zimbra.log" };
enum { NONE = SW_COUNT(usual) };

static struct log_candidate *candidate(struct log_report *report, struct sw_label where)
{
	/* there is room: the usual places, and the journal */
	struct log_candidate *c = &report->candidate[report->candidates++];

	*c = (struct log_candidate){ .where = where };
	return c;
}

struct look {
	const struct sw_host *h;
	struct log_reader *reader;
	struct log_report *report;
	size_t number[SW_COUNT(usual)]; /* of its candidate, +1; 0: none */
	struct log_facts facts[NONE + 1];
	struct sw_fault why[SW_COUNT(usual)]; /* it can't be read */
	struct log_place place[SW_COUNT(usual)];
	size_t best;	      /* or NONE */
	struct sw_label name; /* as that of struct log_facts, of the journal */
};

/* The end of one file, as it lies there. */
static void look_at(struct look *l, size_t i)
{
	struct sw_fault *why = &l->why[i];
	struct log_candidate *c;
	int fd = host_openat(l->h, l->place[i].path, O_RDONLY, why);
	struct stat st;
	int rc = fd < 0 ? fd : 0;

	if (fd == -ENOENT || fd == -ENOTDIR)
		return;
	if (fd >= 0 && fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		rc = sw_fault(why, EINVAL, "it is no regular file");
	if (rc == 0)
		rc = log_tail(fd, l->reader, &l->facts[i], why);
	c = candidate(l->report, sw_label_from(raw_of(l->place[i].path)));
	l->number[i] = (size_t)(c - l->report->candidate) + 1;
	c->error = rc < 0 ? -rc : 0;
	c->heard = l->facts[i].heard;
	if (fd >= 0)
		close(fd);
}

/* Where Postfix was not heard lately: further back in the file, and in what rotation made of it. */
static void look_back(struct look *l, size_t i)
{
	int64_t heard = log_tail_heard(l->h, l->place[i].path, l->reader);

	if (heard <= l->facts[i].heard)
		return;
	if (l->number[i] == 0) {
		struct log_candidate *c =
			candidate(l->report, sw_label_from(raw_of(l->place[i].path)));

		l->number[i] = (size_t)(c - l->report->candidate) + 1;
	}
	l->facts[i].heard = heard;
	l->report->candidate[l->number[i] - 1].heard = heard;
}

static void pick(struct look *l)
{
	l->best = NONE;
	for (size_t i = 0; i < NONE; i++)
		if (l->facts[i].heard > l->facts[l->best].heard)
			l->best = i;
}

static void add_word(struct sw_label *list, const char *word)
{
	sw_label_print(list, "%s%s", list->n ? ", " : "", word);
}

/* How much the state of a place tells of why nobody was heard; 0: nothing is there. */
static int telling(const struct look *l, size_t i)
{
	const struct log_facts *f = &l->facts[i];
	int error = l->why[i].code;

	if (l->number[i] == 0)
		return 0;
	if (error)
		return error == EACCES ? 6 : log_window_can_pass(error) ? 5 : 1;
	if (f->lines == 0)
		return 2;
	return f->stamped < (f->lines + 1) / 2 || f->lost > 0 ? 4 : 3;
}

/* Nobody has heard Postfix: say what there is instead, the most telling first. */
static struct log_reason nobody(const struct look *l, const struct log_candidate *journal)
{
	static const enum log_doubt doubt[] = { LOG_NOWHERE, LOG_UNREADABLE, LOG_OTHERS, LOG_OTHERS,
						LOG_STAMPS,  LOG_UNREADABLE, LOG_DENIED };
	struct log_reason why = { .doubt = LOG_NOWHERE };
	size_t shown = NONE;
	int most = 0;

	for (size_t i = 0; i < SW_COUNT(usual); i++) {
		if (telling(l, i) <= most)
			continue;
		most = telling(l, i);
		shown = i;
		why.cause = l->why[i];
	}
	why.doubt = doubt[most];
	why.passes = log_window_can_pass(why.cause.code);
	why.for_adm = why.doubt == LOG_DENIED && log_window_is_for_adm(l->h, l->place[shown].path);
	for (size_t i = 0; i < SW_COUNT(usual); i++)
		if (i != shown && (why.doubt == LOG_NOWHERE || l->number[i]))
			add_word(&why.quote, l->place[i].path);
	if (journal)
		add_word(&why.quote, "the journal");
	if (shown != NONE) {
		const struct log_facts *f = &l->facts[shown];

		why.where = sw_label_from(raw_of(l->place[shown].path));
		why.lines = f->lines;
		why.understood = f->headed;
		if (why.doubt == LOG_STAMPS) {
			why.quote = f->quote;
			if (f->stamped > f->lines / 2)
				why.doubt = LOG_HEADERS;
		} else if (f->ours > 0) {
			why.doubt = LOG_ALARMS;
		} else if (f->host.n > 0) {
			why.doubt = LOG_FOREIGN;
			why.quote = f->host;
		} else if (f->name.n > 0) {
			why.doubt = LOG_UNNAMED;
			why.quote = f->name;
		}
	}
	if (l->name.n > 0 && (why.doubt == LOG_NOWHERE || why.doubt == LOG_OTHERS)) {
		why.doubt = LOG_UNNAMED;
		why.where = sw_label_printed("the journal");
		why.quote = l->name;
	}
	return why;
}

/* What this process lacks says nothing of a log: another may not take its place. */
static bool lacks(const struct look *l, struct log_reason *ret)
{
	for (size_t i = 0; i < SW_COUNT(usual); i++) {
		if (!log_window_lacks(l->why[i].code))
			continue;
		*ret = (struct log_reason){ .doubt = LOG_UNREADABLE,
					    .passes = true,
					    .where = sw_label_from(raw_of(l->place[i].path)),
					    .cause = l->why[i] };
		return true;
	}
	return false;
}

static void look_with(struct look *l, const struct log_where *where, struct log_choice *ret,
		      struct log_report *report)
{
	const char *directory = where->logdir ? where->logdir : LOG_DIRECTORY;
	struct log_candidate *journal = NULL;

	for (size_t i = 0; i < SW_COUNT(usual); i++) {
		print_text(l->place[i].path, LOG_PATH, "%s/%s", directory, usual[i]);
		look_at(l, i);
	}
	if (lacks(l, &ret->why))
		return;
	pick(l);
	if (l->facts[l->best].heard < l->h->now - LOG_PROOF_QUIET &&
	    where->journal == LOG_JOURNAL_AUTO) {
		struct sw_fault why = { 0 };

		journal = candidate(report, sw_label_printed("the journal"));
		journal->error = -log_journal_last(l->h, where, &journal->heard, &l->name, &why);
		if (journal->error == ENOTSUP || journal->error == ENOENT)
			journal->error = 0;
	}
	if (l->facts[l->best].heard < l->h->now - LOG_PROOF_QUIET &&
	    (!journal || journal->heard < l->h->now - LOG_PROOF_QUIET)) {
		for (size_t i = 0; i < SW_COUNT(usual); i++)
			look_back(l, i);
		pick(l);
	}
	if (journal && journal->heard > l->facts[l->best].heard) {
		ret->journal = true;
		report->chosen = (size_t)(journal - report->candidate);
	} else if (l->best == NONE) {
		ret->why = nobody(l, journal);
	} else {
		report->chosen = l->number[l->best] - 1;
		ret->place[0] = l->place[l->best];
		ret->n = 1;
	}
}

int log_usual(const struct sw_host *h, const struct log_where *where, struct log_reader *reader,
	      struct log_choice *ret, struct log_report *report, struct sw_fault *why)
{
	struct look *l = calloc(1, sizeof(*l)); /* too large for a small stack */

	if (!l)
		return sw_fault_errno(why, ENOMEM, "look for the log");
	l->h = h;
	l->reader = reader;
	l->report = report;
	look_with(l, where, ret, report);
	free(l);
	return 0;
}
