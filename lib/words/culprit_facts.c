#include "words/culprit_facts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/clock.h"
#include "postfix/spool.h"
#include "words/command.h"
#include "words/queue.h"

enum { SAMPLE = 300 };

void culprit_facts_look_further(struct culprit_facts *f, const struct sw_host *h, int64_t until)
{
	struct sw_fault ignored = { 0 };
	int64_t left = until - clock_ms();

	if (f->dirs.mounts > 0 && left > 0 &&
	    inode_unseen_below(h, f->mount, f->words.use->used, (unsigned)left, &f->below,
			       &ignored) == 0) {
		bool more = f->below.counted > f->dirs.counted;

		sw_inode_dirs_free(more ? &f->dirs : &f->below);
		if (more)
			f->dirs = f->below;
		for (size_t i = 0; more && i < f->dirs.n; i++)
			f->words.over[i] = inode_unseen_over(h, f->mount, &f->dirs.item[i]);
	}
	if (words_culprit_is_blind(&f->words)) {
		inode_unseen_look(h, raw_of(f->mount), until, &f->unseen);
		f->words.unseen = &f->unseen;
	}
}

/* Is a directory the spool, a queue of it or a hash directory of that? By number: a link may lead
 * there. */
static bool is_in(const struct sw_host *h, struct sw_raw directory, int spool)
{
	struct sw_fault why = { 0 };
	char path[SW_INODE_DIR_PATH + sizeof("/../..")];
	struct stat want;
	static const char *const above[] = { "", "/..", "/../.." };
	bool same = false;

	if (fstat(spool, &want) < 0)
		return false;
	for (size_t up = 0; up < SW_COUNT(above) && !same; up++) {
		struct stat got;
		int fd;

		snprintf(path, sizeof(path), "%.*s%s", (int)directory.n, directory.p, above[up]);
		fd = host_openat(h, path, O_PATH | O_DIRECTORY, &why);
		same = fd >= 0 && fstat(fd, &got) == 0 && want.st_dev == got.st_dev &&
		       want.st_ino == got.st_ino;
		if (fd >= 0)
			close(fd);
	}
	return same;
}

static void doubt(struct culprit_facts *f, const char *what, const struct sw_fault *why)
{
	f->words.doubt = sw_label_printed("%s is not known: ", what);
	sw_label_append(&f->words.doubt, &why->text);
}

bool culprit_facts_find_queue(struct culprit_facts *f, const struct sw_host *h, int queue,
			      const struct sw_fault *why)
{
	bool any = false;

	if (queue < 0 && why->code == ENOMEM)
		doubt(f, "whether mail is queued there", why);

	/* the path of a directory below a mount leads to what is mounted */
	for (size_t i = 0; i < f->dirs.n && queue >= 0; i++)
		any |= f->words.of[i].queue = f->words.over[i].n == 0 &&
					      is_in(h, inode_dir_path(&f->dirs.item[i]), queue);
	return any;
}

void culprit_facts_find_queuer(struct culprit_facts *f, const struct sw_host *h, int queue,
			       const char *config_directory)
{
	struct queue_sample s = { .n = SPOOL_QUEUES };
	struct sw_queue_owners owners = { .messages = 0 };
	struct sw_queue_owner top;
	struct sw_fault why = { 0 };
	bool known;

	for (size_t i = 0; i < s.n; i++)
		s.queue[i].name = spool_queues[i].name;
	known = queue_sample_take(&s, queue, SAMPLE, (uint64_t)(h->now / 60), &why) == 0 &&
		queue_owners_read(h, queue, &s, NULL, &owners, &why) == 0;
	if (known)
		f->words.who = words_queue(&owners, SW_QUEUE_OWNERS_ALL);
	else
		doubt(f, "who queued it", &why);
	/* what could not be read may be all somebody else's */
	for (size_t i = 0; i < s.n; i++)
		known &= s.queue[i].why.code == 0;
	if (known && sw_queue_owners_top(&owners, SW_QUEUE_OWNERS_ALL, &top, 1) > 0 &&
	    top.share > 0.5)
		f->contain = words_contain(top.key, config_directory);
	sw_queue_owners_free(&owners);
	queue_sample_free(&s);
}

void culprit_facts_find_users(struct culprit_facts *f, const struct sw_host *h)
{
	for (size_t i = 0; i < f->dirs.n; i++) {
		if (f->dirs.item[i].owner.looked == 0 || f->words.of[i].queue)
			continue;
		users_name(h, f->dirs.item[i].owner.uid, f->names[i]);
		f->words.of[i].user = f->names[i];
	}
}
