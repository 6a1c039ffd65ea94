/*
 * fuzz_incident: a journal of any bytes holds queue IDs or nothing; names are folded within their
 * room, once for all; lines of /proc/locks.
 */
#include <stdlib.h>

#include "incident/fold.h"
#include "incident/journal.h"
#include "incident/locks.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_raw in = raw_from((const char *)data, size);
	struct sw_raw rest = in;
	struct sw_raw line;
	struct locks_line lock;

	check_block(data, size);
	check_fold(in, true);
	check_fold(in, false);
	while (raw_line(&rest, &line))
		(void)!locks_parse(line, &lock);
	return 0;
}
