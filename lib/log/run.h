/*
 * run: the lines of a log that have shapes (log/shape.h), one after the other. What a line costs
 * there is what its bytes cost: nothing of it is kept that nobody asks for.
 */
#ifndef SW_LOG_RUN_H
#define SW_LOG_RUN_H

#include "log/facts.h"
#include "log/lines.h"
#include "log/proof.h"

/* Who reads, what is told, and who is given the messages that are asked for. */
struct log_run {
	struct log_reader *reader;
	struct log_facts *facts;
	struct log_proof *proof;
	log_fn fn;
	void *ctx;
};

/*
 * Take lines from number `first` on as long as each means at a glance what log_reader_take() would
 * make of it: all is counted, said and given as if each had been taken by that. Returns the number
 * of the first one that was not taken, lines->n when all were; that one is log_reader_take()'s.
 * *rc is what fn returned, the line of which was taken.
 */
size_t log_run(const struct log_run *run, const struct log_lines *lines, size_t first, int *rc);

#endif
