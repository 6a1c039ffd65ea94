#include "incident/act.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { IDS = 1 << 20 };

bool act_batch_add(struct act_batch *b, const char *id, bool done)
{
	size_t n = strlen(id);

	if (n + 1 >= JOURNAL_ID)
		return true; /* no name that Postfix gives */
	if (b->n + n + 1 > sizeof(b->text))
		return false;
	memcpy(b->text + b->n, id, n);
	b->text[b->n + n] = '\n';
	b->n += n + 1;
	b->done[b->ids++] = done;
	return true;
}

void act_batch_clear(struct act_batch *b)
{
	b->n = b->ids = 0;
}

bool act_batch_next(struct sw_raw *rest, char id[JOURNAL_ID])
{
	struct sw_raw line;

	if (!raw_line(rest, &line) || line.n >= JOURNAL_ID)
		return false;
	memcpy(id, line.p, line.n);
	id[line.n] = '\0';
	return true;
}

struct sw_label act_name(const struct act *a)
{
	struct sw_label l = sw_label_printed("%s ", options_by_name[a->select.by]);

	sw_label_add_name(&l, a->select.asked);
	return l;
}

static int64_t ns_of(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void act_note(struct act *a)
{
	struct sw_label name = act_name(a);
	struct timespec t;

	/* the clock that file systems stamp with, which is a tick behind the finer one */
	clock_gettime(CLOCK_REALTIME_COARSE, &t);
	a->record = journal_take(&a->journal, a->key, name.s);
	a->record->last = t.tv_sec;
	if (a->record->since == 0)
		a->record->since = ns_of(t);
}

bool act_is_ours(const struct act *a, const struct stat *st)
{
	enum { BORN_NS = 50000000 };
	int64_t since_written;

	if (!a->record)
		return true;
	/*
	 * The inode changes when it is moved. cleanup(8), told so by a map, moves a message when it
	 * has written it; a person comes later.
	 */
	since_written = ns_of(st->st_ctim) - ns_of(st->st_mtim);
	return (a->record->since > 0 && ns_of(st->st_ctim) >= a->record->since) ||
	       (since_written >= 0 && since_written < BORN_NS);
}

unsigned act_known(struct act *a, struct sw_raw id)
{
	const struct idmap_value *value = idmap_get(a->ids, id);

	return value ? value->flags : 0;
}

void act_know(struct act *a, struct sw_raw id, unsigned bits)
{
	struct idmap_value *value = idmap_get(a->ids, id);

	if (value)
		value->flags |= bits;
	else
		idmap_put(a->ids, id, (struct idmap_value){ .flags = bits });
}

int act_move(struct act *a, const char *option, const char *queue, bool more)
{
	struct sw_fault why = { 0 };
	int rc = instance_postsuper(&a->in, option, queue, raw_from(a->batch.text, a->batch.n),
				    more, &why);
	struct sw_raw rest = raw_from(a->in.stuck, a->in.stuck_n);
	struct sw_raw id;

	while (raw_line(&rest, &id))
		act_know(a, id, ACT_STUCK);
	if (rc == 0)
		return 0;
	fault_wrap(rc < 0 ? &a->failed : &a->stuck, &why, "%s", "");
	a->full = rc == -ENOSPC;
	return rc < 0 ? rc : 0;
}

struct each {
	struct act *a;
	enum sw_queue_file_depth depth;
	bool is_hold;
	act_fn fn;
	void *ctx;
};

static int visit(const struct sw_queue_message *m, void *ctx)
{
	struct each *e = ctx;
	struct act *a = e->a;
	struct sw_fault why = { 0 };
	int rc;

	if (!a->looks && run_is_ended())
		return 1;
	say_progress(&a->progress, "looked at", ++a->seen, 0);
	if (e->is_hold && !a->reads && act_known(a, raw_from(m->id, m->id_n)) & ACT_WAITS) {
		a->file.rcpt_todo = 1;
		return e->fn(a, m, e->ctx);
	}
	rc = sw_queue_file_read(m->directory, m->id, e->depth, &a->file, &why);
	if (rc == -ENOENT)
		return 0;
	if (rc < 0 && a->unreadable++ == 0)
		fprintf(stderr, "spoolwatch: %s\n", why.text.s);
	if (rc < 0 || !select_has(&a->select, &a->file))
		return 0;
	act_know(a, raw_from(m->id, m->id_n), 0);
	return e->fn(a, m, e->ctx);
}

int act_each(struct act *a, const char *queue, enum sw_queue_file_depth depth, act_fn fn, void *ctx)
{
	struct each e = {
		.a = a, .depth = depth, .is_hold = strcmp(queue, "hold") == 0, .fn = fn, .ctx = ctx
	};
	struct sw_fault why = { 0 };
	int rc = sw_queue_each(a->in.spool, queue, visit, &e, &why);

	if (rc < 0)
		fault_wrap(&a->failed, &why, "%s", "");
	return rc;
}

int act_read_held(struct act *a, const char *id, enum sw_queue_file_depth depth,
		  struct sw_fault *why)
{
	char path[INSTANCE_PATH];
	char *slash;
	int directory;
	int rc;

	instance_path(&a->in, "hold", id, path);
	slash = strrchr(path, '/');
	*slash = '\0';
	if (strchr(path, '/') == NULL)
		return sw_queue_file_read(a->in.hold, id, depth, &a->file, why);
	directory = openat(a->in.spool, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return errno == ENOENT ? -ENOENT : sw_fault_errno(why, errno, "open %s", path);
	rc = sw_queue_file_read(directory, id, depth, &a->file, why);
	close(directory);
	return rc;
}

void act_begin(struct act *a, bool deletes)
{
	struct journal_batch *b = &a->journal.block.batch;
	struct stat st;

	memset(b, 0, sizeof(*b));
	b->hold = fstat(a->in.hold, &st) == 0 ? st.st_ino : 0;
	b->by = a->select.by;
	b->uid = a->select.uid;
	b->utf8 = a->select.utf8;
	b->deletes = deletes;
	if (a->select.asked.n < sizeof(b->name))
		memcpy(b->name, a->select.asked.p, a->select.asked.n);
	memcpy(b->ids, a->batch.text, a->batch.n);
	b->n = (uint32_t)a->batch.n;
	journal_save(&a->journal);
}

static int open_all(struct act *a, struct sw_fault *why)
{
	struct stat st;
	int rc = instance_open(a->run, &a->in, why);

	if (rc == 0)
		rc = select_new(a->run->options, a->in.utf8, &a->select, why);
	if (rc == 0)
		rc = idmap_new(IDS, a->run->host->secret, &a->ids, why);
	if (rc < 0 || !a->run->options->yes)
		return rc;
	run_catch_signals();
	rc = instance_lock(&a->in, why);
	(void)mkdir(JOURNAL_DIRECTORY,
		    0755); /* the install makes it; where it can't be, that is said */
	if (rc == 0)
		rc = journal_open(&a->journal, JOURNAL_PATH, why);
	if (rc < 0)
		return rc;
	if (a->journal.broken.code)
		fprintf(stderr, "spoolwatch: no journal: %s\n", a->journal.broken.text.s);
	if (a->journal.state.damage.code)
		fprintf(stderr, "spoolwatch: %s\n", a->journal.state.damage.text.s);
	if (fstat(a->in.hold, &st) == 0)
		a->key = journal_key(select_key(&a->select), st.st_dev, st.st_ino);
	a->record = journal_find(&a->journal, a->key);
	/* what was held since then could not be noted */
	if (a->journal.broken.code && a->record && a->record->since == 0)
		a->record = NULL;
	act_recover(a);
	return 0;
}

int act_open(struct run *r, struct act **ret, struct sw_fault *why)
{
	struct act *a = calloc(1, sizeof(*a));
	int rc;

	*ret = a;
	if (!a)
		return sw_fault_errno(why, ENOMEM, "act");
	a->run = r;
	a->in.spool = a->in.hold = -1;
	a->journal.state.fd = -1;
	rc = open_all(a, why);
	if (rc < 0) {
		act_close(a);
		*ret = NULL;
	}
	return rc;
}

void act_close(struct act *a)
{
	say_progress_end(&a->progress);
	locks_free(&a->locks);
	evidence_end(&a->evidence);
	select_free(&a->select);
	idmap_free(a->ids);
	if (a->journal.state.fd >= 0)
		journal_save(&a->journal);
	journal_close(&a->journal);
	instance_close(&a->in);
	free(a);
}
