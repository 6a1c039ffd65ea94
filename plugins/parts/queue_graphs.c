#include "parts/queue_graphs.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "traffic/chain.h"
#include "postfix/spool.h"
#include "parts/owner_graphs.h"

static const struct sw_munin_graph graph = {
	.title = "Postfix Mailqueue",
	.vlabel = "Mails in queue",
	.category = "postfix",
	.total = "Total",
	.info = "Messages in each queue of Postfix. A deferred message costs two inodes: its own "
		"file and the log of its deliveries.",
};

const struct queue_graphs_queue queue_graphs_queue[QUEUE_GRAPHS_QUEUES] = {
	{ "active", "active" },	    { "deferred", "deferred" }, { "maildrop", "maildrop" },
	{ "incoming", "incoming" }, { "corrupt", "corrupt" },	{ "hold", "held" },
};

static struct sw_raw base_name(struct sw_raw path)
{
	size_t slash;

	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	slash = raw_find_last(path, '/');
	return slash < path.n ? raw_skip(path, slash + 1) : path;
}

/* The configuration directory of the instance that the plugin's link names. */
static int find_instance(struct sw_munin *m, char ret[MAINCF_VALUE], struct sw_fault *why)
{
	const char *instance = sw_munin_instance(m);
	const char *first = sw_munin_text(m, "config_directory");
	char list[MAINCF_VALUE];
	struct sw_raw rest;
	struct sw_raw word;
	int n;

	snprintf(ret, MAINCF_VALUE, "%s", first);
	if (!instance)
		return sw_fault(why, EINVAL,
				"a link of this plugin is named postfix_queue_INSTANCE, such as "
				"postfix_queue_postfix-out");
	if (!*instance || raw_is(base_name(raw_of(first)), instance))
		return 0;
	n = maincf_get(sw_munin_host(m), first, "multi_instance_directories", list, sizeof(list),
		       why);
	if (n < 0 && n != -ENOENT)
		return n;
	rest = raw_from(list, n < 0 ? 0 : (size_t)n);
	while (raw_word(&rest, " ,\t", &word))
		if (raw_is(base_name(word), instance)) {
			snprintf(ret, MAINCF_VALUE, "%.*s", (int)word.n, word.p);
			return 0;
		}
	return sw_fault(why, ENOENT, "%s/main.cf has no instance %s in multi_instance_directories",
			first, instance);
}

static int find_spool(struct sw_munin *m, char ret[MAINCF_VALUE], struct sw_fault *why)
{
	const char *spool = sw_munin_text(m, "spooldir");
	char directory[MAINCF_VALUE];
	int rc;

	if (spool) {
		snprintf(ret, MAINCF_VALUE, "%s", spool);
		return 0;
	}
	rc = find_instance(m, directory, why);
	return rc < 0 ? rc : queue_directory(sw_munin_host(m), directory, ret, why);
}

static int open_spool(struct sw_munin *m, char path[MAINCF_VALUE], struct sw_fault *why)
{
	int rc = find_spool(m, path, why);

	if (rc < 0)
		return rc;
	return host_openat(sw_munin_host(m), path, O_PATH | O_DIRECTORY, why);
}

/* Some queues may be missing (nothing was ever corrupt); a directory without any is no queue. */
static bool is_queue_directory(int spool)
{
	for (size_t i = 0; i < QUEUE_GRAPHS_QUEUES; i++)
		if (faccessat(spool, queue_graphs_queue[i].name, F_OK, 0) == 0 || errno == EACCES)
			return true; /* one that may not be searched says so of each queue */
	return false;
}

static void add_queue(struct sw_munin *m, const struct queue_sample *s,
		      const struct sw_queue_owners *h, size_t i)
{
	const struct queue_sample_queue *q = &s->queue[i];
	struct sw_munin_field f = {
		.name = sw_field_own(queue_graphs_queue[i].name),
		.label = sw_label_printed("%s", queue_graphs_queue[i].label),
		.value = sw_munin_value_of((double)q->messages),
	};

	if (q->why.code) {
		sw_munin_add_unknown(m, &f, &q->why);
		return;
	}
	f.extinfo = words_queue(h, i);
	sw_munin_add(m, &f);
}

static int find_in_log(const struct sw_host *h, int64_t since, struct account_sought *origin,
		       size_t n, void *ctx, struct sw_fault *why)
{
	return chain_find(h, ctx, since, origin, n, why);
}

/* What to do about it, which is done in the section of plugin-conf.d that is named as the link. */
static void advise(struct sw_munin *m, const char *what, const char *end, struct sw_label *text)
{
	struct sw_label link = sw_munin_link(m);

	sw_label_print(text, "%s[", what);
	sw_label_append(text, &link);
	sw_label_print(text, "]%s", end);
}

/* Count, sample and read; what could not be is in the faults of the sample's queues. */
static int look(struct sw_munin *m, int spool, struct queue_sample *s, struct sw_queue_owners *h,
		struct sw_fault *why)
{
	const struct sw_host *host = sw_munin_host(m);
	char directory[MAINCF_VALUE];
	struct sw_fault ignored = { 0 };
	bool known = find_instance(m, directory, &ignored) == 0;
	struct log_source_where where = { .logfile = sw_munin_text(m, "logfile"),
					  .config_directory = known ? directory : NULL };
	struct queue_owners_log log = { find_in_log, &where };
	int rc = queue_sample_take(s, spool, sw_munin_count(m, "sample"),
				   (uint64_t)(host->now / 60), why);

	for (size_t i = 0; i < s->n; i++)
		if (s->queue[i].why.code == EACCES)
			advise(m, ": add user postfix to ", " in plugin-conf.d",
			       &s->queue[i].why.text);
	return rc < 0 ? rc : queue_owners_read(host, spool, s, &log, h, why);
}

int queue_graphs_collect(struct sw_munin *m, struct sw_fault *why)
{
	struct sw_munin_graph g = graph;
	struct sw_fault failed = { 0 };
	struct queue_sample s = { .n = QUEUE_GRAPHS_QUEUES };
	struct sw_queue_owners h = { .messages = 0 };
	char path[MAINCF_VALUE];
	int spool = open_spool(m, path, &failed);
	int rc = 0;

	for (size_t i = 0; i < QUEUE_GRAPHS_QUEUES; i++)
		s.queue[i].name = queue_graphs_queue[i].name;
	if (spool >= 0 && !is_queue_directory(spool)) {
		sw_fault(&failed, ENOENT, "%s holds no Postfix queue", path);
		advise(m, ": set env.spooldir or env.config_directory for ", "", &failed.text);
	}
	if (!failed.code)
		rc = look(m, spool, &s, &h, why);
	for (size_t i = 0; i < s.n && failed.code; i++)
		s.queue[i].why = failed;
	if (rc == 0) {
		sw_label_add(&g.about, raw_of(sw_munin_instance(m) ? sw_munin_instance(m) : ""));
		sw_munin_graph(m, &g);
		for (size_t i = 0; i < s.n; i++)
			add_queue(m, &s, &h, i);
		owner_graphs(m, &h, &s, failed.code ? &failed : NULL);
	}
	sw_queue_owners_free(&h);
	queue_sample_free(&s);
	if (spool >= 0)
		close(spool);
	return rc;
}

int queue_graphs_probe(struct sw_munin *m, struct sw_fault *why)
{
	char path[MAINCF_VALUE];
	int spool = open_spool(m, path, why);
	bool fine;

	if (spool < 0)
		return spool;
	fine = is_queue_directory(spool);
	close(spool);
	return fine ? 0 : sw_fault(why, ENOENT, "%s holds no Postfix queue", path);
}

int queue_graphs_suggest(struct sw_munin *m, struct sw_fault *why)
{
	const char *first = sw_munin_text(m, "config_directory");
	char list[MAINCF_VALUE];
	struct sw_raw rest;
	struct sw_raw word;
	int n = maincf_get(sw_munin_host(m), first, "multi_instance_directories", list,
			   sizeof(list), why);

	if (n < 0 && why->code)
		return n;
	rest = raw_from(list, n < 0 ? 0 : (size_t)n);
	if (raw_trim(rest).n == 0)
		return 0; /* one instance is shown by postfix_queue */
	sw_munin_suggest(m, base_name(raw_of(first)));
	while (raw_word(&rest, " ,\t", &word))
		sw_munin_suggest(m, base_name(word));
	return 0;
}
