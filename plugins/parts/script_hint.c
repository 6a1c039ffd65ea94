#include "parts/script_hint.h"

#include <stdlib.h>

#include "os/reach.h"
#include "postfix/account.h"
#include "queue/scripts.h"
#include "words/share.h"

struct walk {
	struct topk *scripts;
	int left; /* files that may still be opened */
	struct sw_queue_file file;
};

static int look_at(const struct sw_queue_message *message, void *ctx)
{
	struct walk *w = ctx;
	struct sw_fault ignored = { 0 };

	if (sw_queue_file_read(message->directory, message->id, SW_QUEUE_FILE_WHO, &w->file,
			       &ignored) == 0)
		queue_scripts_count(w->scripts, &w->file, 0);
	return --w->left <= 0;
}

/* Not a sample of all, which would take a count of the queue: a poll of this plugin is to be short.
 */
static void look(struct script_hint *s)
{
	static const char *const queues[] = { "maildrop", "incoming", "active", "deferred" };
	struct sw_fault ignored = { 0 };
	struct walk *w = calloc(1, sizeof(*w));
	const char *path;
	int directory = -1;

	if (spool_path(s->spool, &path, &ignored) == 0 && reach_is_sure(s->host, path))
		directory = spool_directory(s->spool, &ignored);
	if (w && directory >= 0 && queue_scripts_new(s->host->secret, &s->scripts, &ignored) == 0) {
		w->scripts = s->scripts;
		for (size_t i = 0; i < SW_COUNT(queues); i++) {
			w->left = SCRIPT_HINT_FILES;
			(void)!sw_queue_each(directory, queues[i], look_at, w, &ignored);
		}
	}
	free(w);
}

void script_hint_add(void *ctx, struct sw_raw key, struct sw_label *name)
{
	struct script_hint *s = ctx;
	const double weight[SW_QUEUE_OWNERS_QUEUES] = { 1 };
	struct queue_script_most most;
	uint64_t uid;

	if (!account_uid_of(key, &uid))
		return;
	if (!s->looked)
		look(s);
	s->looked = true;
	if (!s->scripts)
		return;
	most = queue_scripts_most(s->scripts, uid, weight);
	if (most.share > 0.5)
		words_script(name, most.script, most.script_uid, 1);
}

void script_hint_end(struct script_hint *s)
{
	topk_free(s->scripts);
	s->scripts = NULL;
}
