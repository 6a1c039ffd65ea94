#include "shared/queue.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "read/maillog.h"
#include "shared/backlog.h"

static const struct munin_graph graph = {
	.title = "Postfix Mailqueue",
	.vlabel = "Mails in queue",
	.category = "postfix",
	.total = "Total",
	.info = "Messages in each queue of Postfix. A deferred message costs two inodes: its own "
		"file and the log of its deliveries.",
};

/* In the order of postfix_mailqueue, which is that of its graph. */
static const struct {
	const char *queue;
	const char *label;
} queues[] = {
	{ "active", "active" },	    { "deferred", "deferred" }, { "maildrop", "maildrop" },
	{ "incoming", "incoming" }, { "corrupt", "corrupt" },	{ "hold", "held" },
};

static struct raw base_name(struct raw path)
{
	size_t slash;

	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	slash = raw_find_last(path, '/');
	return slash < path.n ? raw_skip(path, slash + 1) : path;
}

/* The configuration directory of the instance that the plugin's link names. */
static int find_instance(struct munin *m, char ret[MAINCF_VALUE], struct fault *why)
{
	const char *instance = munin_instance(m);
	const char *first = munin_text(m, "config_directory");
	char list[MAINCF_VALUE];
	struct raw rest;
	struct raw word;
	int n;

	snprintf(ret, MAINCF_VALUE, "%s", first);
	if (!instance)
		return fault(why, EINVAL,
			     "a link of this plugin is named postfix_queue_INSTANCE, such as "
			     "postfix_queue_postfix-out");
	if (!*instance || raw_is(base_name(raw_of(first)), instance))
		return 0;
	n = maincf_get(munin_host(m), first, "multi_instance_directories", list, sizeof(list), why);
	if (n < 0 && n != -ENOENT)
		return n;
	rest = raw_from(list, n < 0 ? 0 : (size_t)n);
	while (raw_word(&rest, " ,\t", &word))
		if (raw_is(base_name(word), instance)) {
			snprintf(ret, MAINCF_VALUE, "%.*s", (int)word.n, word.p);
			return 0;
		}
	return fault(why, ENOENT, "%s/main.cf has no instance %s in multi_instance_directories",
		     first, instance);
}

static int find_spool(struct munin *m, char ret[MAINCF_VALUE], struct fault *why)
{
	const char *spool = munin_text(m, "spooldir");
	char directory[MAINCF_VALUE];
	int rc;

	if (spool) {
		snprintf(ret, MAINCF_VALUE, "%s", spool);
		return 0;
	}
	rc = find_instance(m, directory, why);
	return rc < 0 ? rc : queue_directory(munin_host(m), directory, ret, why);
}

static int open_spool(struct munin *m, char path[MAINCF_VALUE], struct fault *why)
{
	int rc = find_spool(m, path, why);

	if (rc < 0)
		return rc;
	return host_openat(munin_host(m), path, O_PATH | O_DIRECTORY, why);
}

/* Some queues may be missing (nothing was ever corrupt); a directory without any is no queue. */
static bool is_queue_directory(int spool)
{
	for (size_t i = 0; i < SW_COUNT(queues); i++)
		if (faccessat(spool, queues[i].queue, F_OK, 0) == 0 || errno == EACCES)
			return true; /* one that may not be searched says so of each queue */
	return false;
}

static void add_queue(struct munin *m, const struct sample *s, const struct holders *h, size_t i)
{
	const struct sample_queue *q = &s->queue[i];
	struct munin_field f = {
		.name = field_own(queues[i].queue),
		.label = label_printed("%s", queues[i].label),
		.value = (double)q->messages,
	};

	if (q->why.code) {
		munin_add_unknown(m, &f, &q->why);
		return;
	}
	f.extinfo = backlog_describe(h, i);
	munin_add(m, &f);
}

static int find_in_log(const struct host *h, int64_t since, struct origin *origin, size_t n,
		       void *ctx, struct fault *why)
{
	return origin_find(h, ctx, since, origin, n, why);
}

/* Count, sample and read; what could not be is in the faults of the sample's queues. */
static int look(struct munin *m, int spool, struct sample *s, struct holders *h, struct fault *why)
{
	const struct host *host = munin_host(m);
	char directory[MAINCF_VALUE];
	struct fault ignored = { 0 };
	bool known = find_instance(m, directory, &ignored) == 0;
	struct maillog_where where = { .logfile = munin_text(m, "logfile"),
				       .config_directory = known ? directory : NULL };
	struct holders_log log = { find_in_log, &where };
	int rc = sample_take(s, spool, munin_count(m, "sample"), (uint64_t)(host->now / 60), why);

	for (size_t i = 0; i < s->n; i++)
		if (s->queue[i].why.code == EACCES)
			label_print(&s->queue[i].why.text,
				    ": add user postfix to [%s] in plugin-conf.d", munin_link(m).s);
	return rc < 0 ? rc : holders_read(host, spool, s, &log, h, why);
}

int shared_queue_collect(struct munin *m, struct fault *why)
{
	struct munin_graph g = graph;
	struct fault failed = { 0 };
	struct sample s = { .n = SW_COUNT(queues) };
	struct holders h = { .messages = 0 };
	char path[MAINCF_VALUE];
	int spool = open_spool(m, path, &failed);
	int rc = 0;

	for (size_t i = 0; i < SW_COUNT(queues); i++)
		s.queue[i].name = queues[i].queue;
	if (spool >= 0 && !is_queue_directory(spool))
		fault(&failed, ENOENT,
		      "%s holds no Postfix queue: set env.spooldir or "
		      "env.config_directory for [%s]",
		      path, munin_link(m).s);
	if (!failed.code)
		rc = look(m, spool, &s, &h, why);
	for (size_t i = 0; i < s.n && failed.code; i++)
		s.queue[i].why = failed;
	if (rc == 0) {
		label_add(&g.about, raw_of(munin_instance(m) ? munin_instance(m) : ""));
		munin_graph(m, &g);
		for (size_t i = 0; i < s.n; i++)
			add_queue(m, &s, &h, i);
		backlog_graphs(m, &h, &s, failed.code ? &failed : NULL);
	}
	holders_free(&h);
	sample_free(&s);
	if (spool >= 0)
		close(spool);
	return rc;
}

int shared_queue_probe(struct munin *m, struct fault *why)
{
	char path[MAINCF_VALUE];
	int spool = open_spool(m, path, why);
	bool fine;

	if (spool < 0)
		return spool;
	fine = is_queue_directory(spool);
	close(spool);
	return fine ? 0 : fault(why, ENOENT, "%s holds no Postfix queue", path);
}

int shared_queue_suggest(struct munin *m, struct fault *why)
{
	const char *first = munin_text(m, "config_directory");
	char list[MAINCF_VALUE];
	struct raw rest;
	struct raw word;
	int n = maincf_get(munin_host(m), first, "multi_instance_directories", list, sizeof(list),
			   why);

	if (n < 0 && why->code)
		return n;
	rest = raw_from(list, n < 0 ? 0 : (size_t)n);
	if (raw_trim(rest).n == 0)
		return 0; /* one instance is shown by postfix_queue */
	munin_suggest(m, base_name(raw_of(first)));
	while (raw_word(&rest, " ,\t", &word))
		munin_suggest(m, base_name(word));
	return 0;
}
