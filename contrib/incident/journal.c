#include "incident/journal.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "postfix/qid.h"

uint64_t journal_key(uint64_t select, dev_t device, ino_t hold)
{
	const uint64_t of[] = { select, (uint64_t)device, (uint64_t)hold };
	uint64_t key = hash_bytes((struct hash_key){ 0x6a6f75726e616c, 0 },
				  raw_from((const char *)of, sizeof(of)));

	return key ? key : 1;
}

static bool is_batch(const struct journal_batch *b)
{
	struct sw_raw rest = raw_from(b->ids, b->n < JOURNAL_BATCH ? b->n : JOURNAL_BATCH);
	struct sw_raw line;

	if (b->n > JOURNAL_BATCH || b->deletes > 1 || b->utf8 > 1 || b->name[JOURNAL_SELECT - 1] ||
	    (b->n > 0 && b->ids[b->n - 1] != '\n'))
		return false;
	while (raw_line(&rest, &line))
		if (!qid_is(line) || line.n >= JOURNAL_ID)
			return false;
	return true;
}

void journal_repair(struct journal_block *b)
{
	if (!is_batch(&b->batch))
		memset(&b->batch, 0, sizeof(b->batch));
	for (size_t i = 0; i < JOURNAL_RECORDS; i++) {
		struct journal_record *r = &b->record[i];

		r->select[JOURNAL_NAME - 1] = '\0';
		r->evidence[JOURNAL_NAME - 1] = '\0';
		if (r->since < 0)
			r->since = 0;
	}
}

int journal_open(struct journal *ret, const char *path, struct sw_fault *why)
{
	int rc;

	memset(ret, 0, sizeof(*ret));
	rc = state_open(&ret->state, path, JOURNAL_VERSION, &ret->block, sizeof(ret->block),
			&ret->broken);
	if (rc == 0 && ret->state.busy)
		return sw_fault(why, EBUSY, "another spoolwatch has %s locked: wait for it", path);
	if (rc == 0 && ret->state.fd < 0)
		sw_fault(&ret->broken, EROFS, "%s may only be read", path);
	journal_repair(&ret->block);
	return 0;
}

void journal_close(struct journal *j)
{
	state_close(&j->state);
}

struct journal_record *journal_find(struct journal *j, uint64_t key)
{
	for (size_t i = 0; i < JOURNAL_RECORDS; i++)
		if (j->block.record[i].key == key)
			return &j->block.record[i];
	return NULL;
}

struct journal_record *journal_take(struct journal *j, uint64_t key, const char *select)
{
	struct journal_record *r = journal_find(j, key);

	if (r)
		return r;
	r = &j->block.record[0];
	for (size_t i = 1; i < JOURNAL_RECORDS && r->key; i++)
		if (!j->block.record[i].key || j->block.record[i].last < r->last)
			r = &j->block.record[i];
	*r = (struct journal_record){ .key = key };
	snprintf(r->select, sizeof(r->select), "%s", select);
	return r;
}

void journal_save(struct journal *j)
{
	if (!j->broken.code)
		(void)!state_save(&j->state, JOURNAL_VERSION, &j->block, &j->broken);
}
