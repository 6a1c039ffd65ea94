/* The part of the screen on the queues. */
#include <errno.h>

#include "incident/say.h"
#include "incident/screen.h"
#include "words/queue.h"

static size_t deferred(const struct screen_queues *q)
{
	size_t i = 0;

	while (i + 1 < q->sample.n && strcmp(q->sample.queue[i].name, "deferred") != 0)
		i++;
	return i;
}

static void count_logs(struct screen_queues *q, int directory)
{
	static const char *const names[] = { "defer", "bounce" };

	for (size_t i = 0; i < SW_COUNT(names); i++) {
		struct sw_fault why = { 0 };
		struct screen_log *log = &q->log[i];
		int rc;

		log->name = names[i];
		rc = sw_queue_count(directory, names[i], &log->files, &why);
		if (rc < 0 && rc != -ENOENT) /* a copy may lack what was empty */
			log->why = why;
	}
}

void screen_queues_look(struct screen_queues *q, const struct sw_host *h, int directory,
			const struct sw_fault *no_directory)
{
	int rc;

	*q = (struct screen_queues){ .sample = { .n = SPOOL_QUEUES } };
	if (directory < 0) {
		q->why = *no_directory;
		return;
	}
	for (size_t i = 0; i < SPOOL_QUEUES; i++)
		q->sample.queue[i].name = spool_queues[i].name;
	rc = queue_sample_take(&q->sample, directory, SCREEN_SAMPLE, (uint64_t)(h->now / 60),
			       &q->why);
	if (rc == 0)
		rc = queue_owners_read(h, directory, &q->sample, NULL, &q->owners, &q->why);
	if (rc == 0)
		rc = queue_reasons_read(h, directory, &q->sample.queue[deferred(q)], &q->reasons,
					&q->why);
	if (rc == 0)
		count_logs(q, directory);
}

const struct sw_label *screen_queues_doubt(const struct screen_queues *q)
{
	if (q->why.code)
		return &q->why.text;
	for (size_t i = 0; i < q->sample.n; i++)
		if (q->sample.queue[i].why.code)
			return &q->sample.queue[i].why.text;
	return NULL;
}

static size_t say_count(size_t column, const char *name, uint64_t n, bool known)
{
	struct sw_label text = sw_label_printed("%s ", name);

	if (known)
		sw_label_print(&text, "%llu", (unsigned long long)n);
	else
		sw_label_print(&text, "not known");
	if (column + 2 + text.n > SAY_COLUMNS) {
		putchar('\n');
		column = 0;
	}
	return column + (size_t)printf("  %s", text.s);
}

/* The same cause is said once. */
static void say_doubts(const struct screen_queues *q)
{
	int said = 0;

	for (size_t i = 0; i < q->sample.n + SW_COUNT(q->log); i++) {
		const struct screen_log *log = i < q->sample.n ? NULL : &q->log[i - q->sample.n];
		const struct sw_fault *why = log ? &log->why : &q->sample.queue[i].why;

		if (why->code && why->code != said)
			screen_unknown(log ? log->name : q->sample.queue[i].name, &why->text);
		said = why->code ? why->code : said;
	}
}

void screen_queues_say(const struct screen_queues *q, const struct sw_host *h)
{
	struct sw_label reasons;
	size_t column = 0;

	screen_head(h, "Queues");
	if (q->why.code) {
		screen_unknown("what waits", &q->why.text);
		return;
	}
	for (size_t i = 0; i < q->sample.n; i++)
		column = say_count(column, q->sample.queue[i].name, q->sample.queue[i].messages,
				   !q->sample.queue[i].why.code);
	putchar('\n');
	column = 0;
	for (size_t i = 0; i < SW_COUNT(q->log); i++)
		column = say_count(column, i ? "bounce" : "logs of messages: defer",
				   q->log[i].files, !q->log[i].why.code);
	putchar('\n');
	say_doubts(q);
	reasons = words_queue_reasons(&q->owners, deferred(q), &q->reasons);
	if (reasons.n == 0)
		return;
	fputs("  deferred: ", stdout);
	say_wrapped(reasons.s, strlen("  deferred: "), 4);
}

static void say_json_counts(const struct screen_queues *q)
{
	for (size_t i = 0; i < q->sample.n; i++) {
		printf("%s\"%s\":", i ? "," : "", q->sample.queue[i].name);
		if (q->sample.queue[i].why.code)
			fputs("null", stdout);
		else
			printf("%llu", (unsigned long long)q->sample.queue[i].messages);
	}
	for (size_t i = 0; i < SW_COUNT(q->log); i++) {
		printf(",\"%s\":", q->log[i].name);
		if (q->log[i].why.code)
			fputs("null", stdout);
		else
			printf("%llu", (unsigned long long)q->log[i].files);
	}
}

void screen_queues_json(const struct screen_queues *q)
{
	const struct sw_label *doubt = screen_queues_doubt(q);

	fputs(",\"queues\":{", stdout);
	if (!q->why.code)
		say_json_counts(q);
	putchar('}');
	if (doubt)
		screen_json_unknown("queues_unknown", doubt);
}

void screen_queues_free(struct screen_queues *q)
{
	queue_reasons_free(&q->reasons);
	sw_queue_owners_free(&q->owners);
	queue_sample_free(&q->sample);
}
