/*
 * The verb inodes: what holds the inodes of a file system, or of a directory: every directory is
 * read. What is large for itself comes first, then what is in the directory, to go on with.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/rank.h"
#include "incident/say.h"
#include "incident/screen.h"
#include "os/clock.h"
#include "words/culprit_facts.h"
#include "words/share.h"

enum { ROWS = 20, ROWS_MOST = 1000, CAUSES_MS = 60000 };

struct child {
	struct sw_raw name; /* the walk's */
	uint64_t inodes;
};

struct look {
	struct run *run;
	const struct sw_host *host;
	struct screen_disks disks; /* asked for where no directory is given */
	struct sw_inode_use use;   /* of the file system, or of the directory alone */
	struct culprit_facts facts;
	struct sw_inode_dirs one;
	struct spool spool;
	struct sw_fault no_queue; /* why its directory is not open */
	int queue;		  /* Postfix's queue directory; -1: not known */
	struct say_progress progress;
	struct child *child;
	size_t children, most, all;
	uint64_t in_children;
};

static void met(uint64_t files, void *ctx)
{
	struct look *l = ctx;

	say_progress(&l->progress, "files met:", files, l->use.used);
}

static bool is_larger(const void *a, const void *b)
{
	const struct child *x = a;
	const struct child *y = b;

	return x->inodes != y->inodes ? x->inodes > y->inodes : raw_order(x->name, y->name) < 0;
}

static void take_child(struct sw_raw name, uint64_t inodes, void *ctx)
{
	struct look *l = ctx;
	const struct child one = { name, inodes };

	l->all++;
	l->in_children += inodes;
	l->children = rank_add(l->child, l->children, l->most, sizeof(one), &one, is_larger);
}

/* Of a mount point its file system's numbers are known. */
static bool is_mount(struct screen_disks *d, const char *directory, struct sw_inode_use *ret)
{
	for (size_t i = 0; i < d->n; i++) {
		*ret = screen_disk_use(&d->disk[i]);
		if (!raw_is(ret->mount, directory))
			continue;
		if (!ret->why.code)
			return true;
		if (!d->why.code)
			d->why = ret->why;
	}
	return false;
}

static int scan(struct look *l, struct sw_fault *why)
{
	struct culprit_facts *f = &l->facts;
	bool mount = is_mount(&l->disks, f->mount, &l->use);
	struct inode_dirs_question q = {
		.mount_point = f->mount, .budget_ms = UINT_MAX, .met = met, .ctx = l
	};
	int rc;

	if (!mount)
		l->use = (struct sw_inode_use){ .mount = raw_of(f->mount) };
	q.used = l->host->copied ? 0 : l->use.used;
	q.root = host_openat(l->host, f->mount, O_RDONLY | O_DIRECTORY, why);
	if (q.root < 0)
		return q.root;
	say_progress_begin(&l->progress);
	rc = inode_dirs_scan_at(l->host, &q, &f->dirs, why);
	say_progress_end(&l->progress);
	close(q.root);
	if (rc == 0 && !mount)
		l->use.files = l->use.used = f->dirs.counted;
	return rc;
}

static int look(struct look *l, struct sw_fault *why)
{
	struct culprit_facts *f = &l->facts;
	int rc;

	f->words = (struct words_culprit){ .use = &l->use,
					   .dirs = &f->dirs,
					   .copied = l->host->copied,
					   .advice = { .permission = "run it as root" } };
	rc = scan(l, why);
	if (rc < 0)
		return rc;
	if (words_culprit_is_blind(&f->words))
		culprit_facts_look_further(f, l->host, clock_ms() + CAUSES_MS);
	if (culprit_facts_find_queue(f, l->host, l->queue, &l->no_queue))
		culprit_facts_find_queuer(f, l->host, l->queue, "");
	culprit_facts_find_users(f, l->host);
	(void)inode_dirs_children(&f->dirs, raw_of(f->mount), take_child, l);
	return 0;
}

/*
 * Where memory was short for how full they are, another file system may be the fullest one, or the
 * directory that was asked for is one. Whatever else is not known of them was said, or is no
 * matter.
 */
static bool are_known(const struct look *l)
{
	const struct sw_fault *why = &l->disks.why;

	for (size_t i = 0; i < l->disks.n && !l->run->options->value; i++)
		if (l->disks.disk[i].use.why.code == ENOMEM)
			why = &l->disks.disk[i].use.why;
	if (why->code == ENOMEM)
		(void)fprintf(stderr, "spoolwatch: inodes: how full it is: %s\n", why->text.s);
	return why->code != ENOMEM;
}

static bool is_exact(const struct sw_inode_dirs *d)
{
	return !d->cut && d->unreadable == 0 && d->uncertain == 0;
}

/* The sentence of one of the directories; doubts and who queued it are said once. */
static struct sw_label words_of_one(struct look *l, size_t i, bool *queue_said)
{
	const struct culprit_facts *f = &l->facts;
	struct words_culprit words = f->words;

	l->one = f->dirs;
	l->one.item[0] = f->dirs.item[i];
	l->one.n = 1;
	words.dirs = &l->one;
	words.of[0] = f->words.of[i];
	words.over[0] = f->words.over[i];
	if (i > 0)
		l->one.cut = false, l->one.unreadable = l->one.uncertain = 0;
	if (i + 1 < f->dirs.n)
		l->one.more = 0;
	if (*queue_said)
		words.who = label_new();
	*queue_said |= words.of[0].queue;
	return words_culprit(&words);
}

static void say_hitters(struct look *l)
{
	bool queue_said = false;
	size_t n = words_culprit_is_blind(&l->facts.words) ? 1 : l->facts.dirs.n;

	screen_head(l->host, "Directories that hold a tenth, what is named below them not counted");
	for (size_t i = 0; i < n; i++) {
		struct sw_label text = words_of_one(l, i, &queue_said);

		fputs("  ", stdout);
		say_wrapped(text.s, 2, 4);
	}
	if (queue_said)
		puts("  (defer and bounce hold what befell the messages that wait: these files go "
		     "with\n  their messages, never by themselves)");
}

static void print_path(FILE *to, const struct look *l, const struct child *c)
{
	const char *above = l->facts.mount;
	char path[sizeof(l->facts.mount) + NAME_MAX + 1];

	snprintf(path, sizeof(path), "%s%s%.*s", above, strcmp(above, "/") == 0 ? "" : "/",
		 (int)c->name.n, c->name.p);
	if (to)
		say_shell(to, raw_of(path));
	else
		say_json(stdout, raw_of(path));
}

static void say_children(const struct look *l)
{
	const uint64_t counted = l->facts.dirs.counted;
	struct sw_label title = sw_label_printed("In ");

	sw_label_add_name(&title, raw_of(l->facts.mount));
	sw_label_print(&title, ": %llu inodes%s", (unsigned long long)counted,
		       is_exact(&l->facts.dirs) ? "" : ", not all could be counted");
	screen_head(l->host, title.s);
	for (size_t i = 0; i < l->children; i++) {
		struct sw_label text = label_new();

		words_share(&text, (double)l->child[i].inodes / (double)counted, 0);
		sw_label_print(&text, "  ");
		sw_label_add_name(&text, l->child[i].name);
		printf("%12llu %s\n", (unsigned long long)l->child[i].inodes, text.s);
	}
	if (l->all > l->children)
		printf("%12s and %zu more (--top %zu)\n", "", l->all - l->children, l->all);
	printf("%12llu in no directory below it\n", (unsigned long long)(counted - l->in_children));
}

static void say_next(const struct look *l)
{
	const struct culprit_facts *f = &l->facts;
	bool queue = false;

	for (size_t i = 0; i < f->dirs.n; i++)
		queue |= f->words.of[i].queue;
	if (!queue && l->child[0].inodes < 2) /* 0: there is none */
		return;
	screen_head(l->host, "Next");
	fputs("  spoolwatch ", stdout);
	if (queue) {
		puts("who");
		return;
	}
	fputs("inodes ", stdout);
	print_path(stdout, l, &l->child[0]);
	putchar('\n');
}

static void say_json_dir(const struct look *l, size_t i)
{
	const struct sw_inode_dir *d = &l->facts.dirs.item[i];

	fputs(i > 0 ? ",{\"path\":" : "{\"path\":", stdout);
	say_json(stdout, inode_dir_path(d));
	printf(",\"inodes\":%llu,\"percent\":%.2f,\"postfix_queue\":%s,\"patterns\":[",
	       (unsigned long long)d->inodes, d->percent,
	       l->facts.words.of[i].queue ? "true" : "false");
	for (size_t k = 0; k < d->patterns; k++) {
		const struct sw_inode_pattern *p = &d->pattern[k];

		fputs(k > 0 ? ",{\"path\":" : "{\"path\":", stdout);
		say_json(stdout, raw_from(p->path, p->path_n));
		printf(",\"inodes\":%llu,\"directories\":%llu}", (unsigned long long)p->inodes,
		       (unsigned long long)p->directories);
	}
	putchar(']');
	if (d->owner.looked > 0)
		printf(",\"uid\":%llu,\"uid_share\":%.3f", (unsigned long long)d->owner.uid,
		       d->owner.share);
	putchar('}');
}

static void say_json_all(const struct look *l)
{
	const struct sw_inode_dirs *d = &l->facts.dirs;

	fputs("{\"schema\":1,\"directory\":", stdout);
	say_json(stdout, raw_of(l->facts.mount));
	printf(",\"inodes\":%llu,\"exact\":%s,", (unsigned long long)d->counted,
	       is_exact(d) ? "true" : "false");
	screen_disks_json(&l->disks);
	fputs(",\"holders\":[", stdout);
	for (size_t i = 0; i < d->n; i++)
		say_json_dir(l, i);
	fputs("],\"children\":[", stdout);
	for (size_t i = 0; i < l->children; i++) {
		fputs(i > 0 ? ",{\"path\":" : "{\"path\":", stdout);
		print_path(NULL, l, &l->child[i]);
		printf(",\"inodes\":%llu}", (unsigned long long)l->child[i].inodes);
	}
	fputs("]", stdout);
	if (d->unreadable > 0)
		screen_json_unknown("unreadable", &d->first.text);
	puts("}");
}

/* The directory that is given, or the mount point of the file system that is fullest. */
static int choose(struct look *l, struct sw_fault *why)
{
	const char *given = l->run->options->value;
	char *real = given && !l->host->copied ? realpath(given, NULL) : NULL;
	int rc = 0;

	if (real)
		given = real;
	for (size_t i = 0; i < l->disks.n && !given && !*l->facts.mount; i++) {
		const struct sw_inode_use use = screen_disk_use(&l->disks.disk[i]);

		if (!use.why.code && !use.doubtful && !use.file && use.mount.n < SCREEN_MOUNT)
			memcpy(l->facts.mount, use.mount.p, use.mount.n);
	}
	if (given && *given != '/')
		rc = sw_fault_errno(why, ENOENT, "%s", given);
	else if (given && strlen(given) >= SCREEN_MOUNT)
		rc = sw_fault_errno(why, ENAMETOOLONG, "%s", given);
	else if (given)
		strcpy(l->facts.mount, given);
	else if (!*l->facts.mount)
		rc = l->disks.why.code ? fault_wrap(why, &l->disks.why, "%s", "")
				       : sw_fault(why, ENODEV, "no file system here counts inodes");
	free(real);
	return rc;
}

static int inodes(struct look *l)
{
	const struct options *o = l->run->options;
	struct sw_fault why = { 0 };
	int rc;

	if (run_spool(l->run, &l->spool, &l->no_queue) == 0)
		l->queue = spool_directory(&l->spool, &l->no_queue);
	screen_disks_look(&l->disks, l->host);
	if (!o->value && !o->json)
		screen_disks_say(&l->disks, l->host, SCREEN_TOP);
	fflush(stdout);
	rc = choose(l, &why);
	if (rc == 0)
		rc = look(l, &why);
	if (rc < 0)
		return run_fail(l->run, &why);
	if (o->json) {
		say_json_all(l);
	} else {
		say_hitters(l);
		say_children(l);
		say_next(l);
	}
	return are_known(l) && is_exact(&l->facts.dirs) ? EXIT_DONE : EXIT_PARTLY;
}

int inodes_run(struct run *r)
{
	struct look *l = calloc(1, sizeof(*l));
	size_t top = r->options->top ? r->options->top : ROWS;
	struct sw_fault why = { 0 };
	int rc;

	if (l) {
		l->run = r;
		l->host = r->host;
		l->queue = -1;
		l->most = top < ROWS_MOST ? top : ROWS_MOST;
		l->child = calloc(l->most, sizeof(*l->child));
	}
	if (l && l->child) {
		rc = inodes(l);
	} else {
		sw_fault_errno(&why, ENOMEM, "look");
		rc = run_fail(r, &why);
	}
	if (l) {
		sw_inode_dirs_free(&l->facts.dirs);
		spool_close(&l->spool);
		free(l->child);
	}
	free(l);
	return rc;
}
