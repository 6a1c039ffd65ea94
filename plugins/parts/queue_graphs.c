#include "parts/queue_graphs.h"

#include <errno.h>

#include "base/print.h"
#include "parts/colours.h"
#include "traffic/chain.h"
#include "os/confine.h"
#include "postfix/spool.h"
#include "parts/owner_graphs.h"
#include "parts/settings_paths.h"
#include "words/command.h"

static const struct sw_munin_graph graph = {
	.title = "Postfix Mailqueue",
	.vlabel = "Mails in queue",
	.category = "postfix",
	.info = "Messages in each queue of Postfix. A deferred message costs two inodes: its own "
		"file and the log of its deliveries. Deferred mail that grows: by sender says "
		"whose it "
		"is, held mail (orange) and corrupt mail (red) wait for you.",
};

/* The instance that the plugin's link names. */
static int open_spool(struct sw_munin *m, struct spool *ret, struct sw_fault *why)
{
	const struct spool_where where = { .config_directory = sw_munin_text(m, "config_directory"),
					   .spooldir = sw_munin_text(m, "spooldir"),
					   .instance = sw_munin_instance(m) };

	*ret = (struct spool){ .directory = -1 };
	if (!where.instance)
		return sw_fault(why, EINVAL,
				"a link of this plugin is named postfix_queue_INSTANCE, such as "
				"postfix_queue_postfix-out");
	return spool_open(sw_munin_host(m), &where, ret, why);
}

static int open_queues(struct sw_munin *m, struct spool *spool, struct sw_fault *why)
{
	struct sw_fault cause = { 0 };
	const char *named = sw_munin_text(m, "spooldir");
	int rc = open_spool(m, spool, &cause);

	if (rc == 0)
		rc = spool_directory(spool, &cause);
	if (rc == -ENOENT && named && sw_munin_instance(m))
		return sw_fault(why, ENOENT, "env.spooldir: %s is not there", named);
	return rc < 0 ? fault_wrap(why, &cause, "%s", "") : rc;
}

static int no_queue(struct spool *spool, struct sw_fault *why)
{
	struct sw_fault ignored = { 0 };
	const char *path = "";

	(void)!spool_path(spool, &path, &ignored);
	return sw_fault(why, ENOENT, "%s holds no Postfix queue", path);
}

/* What the plugin looks at. */
struct look {
	struct queue_sample sample;
	struct sw_queue_owners owners;
	struct queue_reasons reasons; /* of the messages of one queue */
	const char *main;	      /* the path of its main.cf; "": it is not known */
};

static bool is_deferred(const char *queue)
{
	return strcmp(queue, "deferred") == 0;
}

/*
 * Of a queue above its level: what takes whose most of it is out of the way. What is in hold is so
 * already.
 */
static struct sw_label contain(struct sw_munin *m, const struct look *l, size_t i,
			       const struct sw_munin_field *f)
{
	struct sw_queue_owner top;
	char directory[SPOOL_PATH];

	if (strcmp(l->sample.queue[i].name, "hold") == 0 ||
	    !(f->value.number > munin_upper_warning(m, f)) ||
	    sw_queue_owners_top(&l->owners, i, &top, 1) == 0 || top.share <= 0.5)
		return label_new();
	print_text(directory, sizeof(directory), "%.*s", (int)raw_find_last(raw_of(l->main), '/'),
		   l->main);
	return words_contain(top.key, directory);
}

static void add_queue(struct sw_munin *m, const struct look *l, size_t i)
{
	const struct queue_sample_queue *q = &l->sample.queue[i];
	struct sw_label reasons = label_new();
	struct sw_label command;
	struct sw_munin_field f = {
		.name = sw_field_own(spool_queues[i].name),
		.label = sw_label_printed("%s", spool_queues[i].label),
		.value = sw_munin_value_of((double)q->messages),
		.draw = "AREASTACK",
		.colour = owner_graphs_colour[i],
	};

	if (q->why.code) {
		sw_munin_add_unknown(m, &f, &q->why);
		return;
	}
	if (is_deferred(q->name))
		reasons = words_queue_reasons(&l->owners, i, &l->reasons);
	f.extinfo = words_queue_and(&l->owners, i, &reasons);
	command = contain(m, l, i, &f);
	words_contain_behind(&f.extinfo, &command);
	sw_munin_add(m, &f);
}

/*
 * A field of its own: of graph_total Munin would make one for each sub-graph, too, which inherits
 * it and can't be without; and Munin adds what is not known as 0.
 */
static void add_total(struct sw_munin *m, const struct queue_sample *s)
{
	struct sw_munin_field f = {
		.name = sw_field_own("total"),
		.label = sw_label_printed("Total"),
		.value = sw_munin_value_of((double)queue_sample_messages(s)),
		.draw = "LINE0", /* the height of the others; a line would hide them */
		.colour = COLOUR_OTHERS,
		.own_levels = true,
	};

	for (size_t i = 0; i < s->n; i++) {
		if (!s->queue[i].why.code)
			continue;
		sw_munin_add_unknown(m, &f, &s->queue[i].why);
		return;
	}
	sw_munin_add(m, &f);
}

struct the_log {
	struct sw_munin *m;
	struct log_where where;
};

static int find_in_log(const struct sw_host *h, int64_t since, struct account_sought *origin,
		       size_t n, void *ctx, struct sw_fault *why)
{
	struct the_log *log = ctx;
	struct sw_fault unread = { 0 };
	struct sw_fault said = { 0 };
	int rc = chain_find(h, &log->where, since, origin, n, &unread);

	if (unread.code) {
		fault_wrap(&said, &unread, "who stands behind a content filter is not known: ");
		sw_munin_complain(log->m, &said);
	}
	return rc < 0 ? fault_wrap(why, &unread, "%s", "") : rc;
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
static int look(struct sw_munin *m, struct spool *spool, int directory, struct look *l,
		struct sw_fault *why)
{
	const struct sw_host *host = sw_munin_host(m);
	struct the_log where = { m, { .logfile = sw_munin_text(m, "logfile"), .spool = spool } };
	struct queue_owners_log log = { find_in_log, &where };
	struct queue_sample *s = &l->sample;
	int rc = queue_sample_take(s, directory, (size_t)sw_munin_count(m, "sample"),
				   (uint64_t)(host->now / 60), why);

	for (size_t i = 0; i < s->n; i++)
		if (s->queue[i].why.code == EACCES)
			advise(m, ": add user postfix to ", " in plugin-conf.d",
			       &s->queue[i].why.text);
	if (rc == 0)
		rc = queue_owners_read(host, directory, s, &log, &l->owners, why);
	for (size_t i = 0; i < s->n && rc == 0; i++)
		if (is_deferred(s->queue[i].name))
			rc = queue_reasons_read(host, directory, &s->queue[i], &l->reasons, why);
	return rc;
}

/* Who asked for an exact answer has thousands of files opened; in a copied host by openat2(2). */
static unsigned opens_many(struct sw_munin *m)
{
	enum { MANY = 1000 };
	bool many = sw_munin_count(m, "sample") > MANY;

	return many && !sw_munin_host(m)->copied ? CONFINE_OPENS : 0;
}

static void add_graphs(struct sw_munin *m, struct look *l, const struct sw_fault *failed)
{
	struct sw_munin_graph g = graph;
	const char *instance = sw_munin_instance(m);

	for (size_t i = 0; i < l->sample.n && failed; i++)
		l->sample.queue[i].why = *failed;
	sw_label_add(&g.about, raw_of(instance ? instance : ""));
	sw_munin_graph(m, &g);
	for (size_t i = 0; i < l->sample.n; i++)
		add_queue(m, l, i);
	add_total(m, &l->sample);
	owner_graphs(m, &l->owners, &l->sample, failed);
}

/* What waits in another instance's queues is in none of these. */
static void note_others(struct sw_munin *m, struct spool *spool)
{
	enum { NAMED = 4 };
	const char *instance = sw_munin_instance(m);
	struct sw_label note = label_new();
	struct sw_fault ignored = { 0 };
	struct sw_raw rest;
	struct sw_raw directory;
	size_t n = 0;

	if ((instance && *instance) || spool_instances(spool, &rest, &ignored) < 0)
		return;
	while (spool_next_instance(&rest, &directory) && n++ < NAMED) {
		sw_label_print(&note,
			       n == 1 ? "Queues of other instances of Postfix are not in it ("
				      : ", ");
		sw_label_add_name(&note, directory);
	}
	if (n == 0)
		return;
	sw_label_print(&note, "%s): link postfix_queue_ for each", n > NAMED ? " and more" : "");
	munin_note(m, &note);
}

int queue_graphs_collect(struct sw_munin *m, struct sw_fault *why)
{
	struct sw_fault failed = { 0 };
	static struct look l; /* ends with the process, which gives it back for less */
	struct spool spool;
	int directory = open_queues(m, &spool, &failed);
	int rc = 0;

	if (sw_munin_text(m, "spooldir"))
		settings_config_directory(m); /* else it is why nothing is known */
	settings_logfile(m);
	l = (struct look){ .sample.n = SPOOL_QUEUES };
	for (size_t i = 0; i < SPOOL_QUEUES; i++)
		l.sample.queue[i].name = spool_queues[i].name;
	if (directory >= 0 && !spool_is_queue_directory(directory)) {
		no_queue(&spool, &failed);
		advise(m, ": set env.spooldir or env.config_directory for ", "", &failed.text);
	}
	l.main = spool_main(&spool);
	note_others(m, &spool);
	spool_settle(&spool);
	confine(CONFINE_WRITE | CONFINE_EXEC | opens_many(m));
	if (!failed.code)
		rc = look(m, &spool, directory, &l, why);
	if (rc == 0)
		add_graphs(m, &l, failed.code ? &failed : NULL);
	spool_close(&spool);
	return rc;
}

int queue_graphs_probe(struct sw_munin *m, struct sw_fault *why)
{
	struct spool spool;
	int directory = open_queues(m, &spool, why);
	int rc = directory < 0 ? directory : 0;

	if (rc == 0 && !spool_is_queue_directory(directory))
		rc = no_queue(&spool, why);
	spool_close(&spool);
	return rc;
}

int queue_graphs_suggest(struct sw_munin *m, struct sw_fault *why)
{
	const struct spool_where first = { .config_directory =
						   sw_munin_text(m, "config_directory") };
	struct sw_raw rest;
	struct sw_raw directory;
	struct spool spool;
	int rc = spool_open(sw_munin_host(m), &first, &spool, why);

	if (rc == 0)
		rc = spool_instances(&spool, &rest, why);
	/* one instance is shown by postfix_queue */
	if (rc == 0 && raw_trim(rest).n > 0) {
		sw_munin_suggest(m, spool_instance_name(raw_of(first.config_directory)));
		while (spool_next_instance(&rest, &directory))
			sw_munin_suggest(m, spool_instance_name(directory));
	}
	spool_close(&spool);
	return rc;
}
