/*
 * fuzz_incident: a journal of any bytes holds queue IDs or nothing; names are folded within their
 * room, once for all; lines of /proc/locks and of PID/stat; a header is decoded into what may be printed, of a
 * queue file of any bytes, too.
 */
#include <stdlib.h>

#include "incident/fold.h"
#include "incident/journal.h"
#include "incident/letterhead.h"
#include "incident/locks.h"
#include "incident/process.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct journal_block block;

static void check_block(const uint8_t *data, size_t size)
{
	memset(&block, 0, sizeof(block));
	memcpy(&block, data, size < sizeof(block) ? size : sizeof(block));
	journal_repair(&block);
	if (block.batch.n > JOURNAL_BATCH || block.batch.deletes > 1 || block.batch.utf8 > 1 ||
	    !memchr(block.batch.name, '\0', sizeof(block.batch.name)))
		abort();
	for (uint32_t i = 0; i < block.batch.n; i++) {
		char c = block.batch.ids[i];

		if (c != '\n' && c != '_' && !raw_is_alnum(c))
			abort();
	}
	if (block.batch.n > 0 && block.batch.ids[block.batch.n - 1] != '\n')
		abort();
	for (size_t i = 0; i < JOURNAL_RECORDS; i++)
		if (!memchr(block.record[i].select, '\0', JOURNAL_NAME) ||
		    !memchr(block.record[i].evidence, '\0', JOURNAL_NAME) ||
		    block.record[i].since < 0)
			abort();
}

static void check_fold(struct sw_raw name, bool utf8)
{
	char *once = malloc(fold_room(name.n) + 1);
	char *twice = malloc(fold_room(fold_room(name.n)) + 1);
	struct sw_raw folded;

	if (!once || !twice)
		abort();
	folded = fold(name, utf8, once);
	if (folded.n > fold_room(name.n) || !raw_same(fold(folded, utf8, twice), folded))
		abort();
	free(once);
	free(twice);
}

static void check_label(const struct sw_label *l)
{
	if (l->n > SW_LABEL_MAX || strlen(l->s) != l->n)
		abort();
	for (size_t i = 0; i < l->n; i++)
		if (l->s[i] < ' ' || l->s[i] > '~' || strchr("<>&\"'`$\\;#", l->s[i]))
			abort();
}

static ssize_t pread_input(void *ctx, char *ret, size_t n, int64_t offset)
{
	const struct sw_raw *in = ctx;
	const size_t left = (uint64_t)offset < in->n ? in->n - (size_t)offset : 0;

	n = n < left ? n : left;
	if (n > 0)
		memcpy(ret, in->p + offset, n);
	return (ssize_t)n;
}

static void check_head(struct sw_raw in)
{
	const struct sw_label text = letterhead_text(in);
	struct letterhead head;
	struct sw_raw script;

	check_label(&text);
	(void)!letterhead_parse(pread_input, &in, (int64_t)in.n, 0, &head);
	check_label(&head.from);
	check_label(&head.subject);
	if (queue_script_end(&head.script, &script) && script.n > QUEUE_SCRIPT_NAME)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_raw in = raw_from((const char *)data, size);
	struct sw_raw rest = in;
	struct sw_raw line;
	struct locks_line lock;
	struct process process;

	check_block(data, size);
	check_fold(in, true);
	check_fold(in, false);
	check_head(in);
	if (process_parse(in, &process) && !memchr(process.name, '\0', PROCESS_NAME))
		abort();
	while (raw_line(&rest, &line))
		(void)!locks_parse(line, &lock);
	return 0;
}
