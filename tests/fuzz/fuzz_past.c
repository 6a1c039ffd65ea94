/*
 * fuzz_past: any bytes as texts of Postfix's programs (the first byte of a line says whose, the
 * second how long after the line before): what an account is said to have done adds up.
 */
#include <stdlib.h>

#include "incident/past.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1795431600 };

static void tell(struct past *p, int64_t time, struct sw_raw line)
{
	static const char *const tags[] = { "postfix/smtpd", "postfix/qmgr", "postfix/smtp",
					    "postfix/lmtp",  "postfix/error", "postfix/bounce",
					    "postfix/pickup", "postfix" };
	struct log_message message = { .time = time };
	struct log_head head;

	log_header_tag(raw_of(tags[(unsigned char)line.p[0] % 8]), &head);
	message.program = head.program;
	message.text = raw_skip(line, 2);
	if (past_line(&message, p) != 0)
		abort();
}

static uint64_t sum(struct topk *table)
{
	uint64_t n = 0;

	for (size_t i = 0; i < topk_rows(table); i++)
		n += topk_row(table, i)->count;
	return n;
}

static void check(const struct past *p)
{
	if (p->sent_outside > p->sent || p->sent_outside > p->outside ||
	    p->sent + p->bounced + p->waiting > p->pairs || p->outside > p->pairs ||
	    p->without_id > p->messages || topk_rows(p->used) > p->messages ||
	    sum(p->domain) != p->outside || sum(p->failed) > p->failures ||
	    (p->messages > 0) != (p->last > 0) || p->last < p->first ||
	    p->samples > p->messages)
		abort();
	for (size_t i = 0; i < topk_rows(p->used); i++) {
		const struct past_use *u = topk_row(p->used, i)->value;

		if (u->first > u->last || (u->before > 0) != (u->since > 0) || u->since > u->first)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct options options = { .by = BY_ACCOUNT, .value = "bob@x" };
	struct sw_host h = { .root = -1, .now = NOW, .secret = { 1, 2 } };
	const struct run run = { .options = &options, .host = &h };
	struct sw_raw rest = raw_from((const char *)data, size);
	struct sw_fault why = { 0 };
	struct select selected;
	struct sw_raw line;
	int64_t time = NOW - 3600;
	struct past p;

	if (select_new(&options, true, &selected, &why) < 0)
		abort();
	p = (struct past){ .run = &run, .select = &selected };
	if (past_begin(&p, &why) < 0)
		abort();
	while (raw_line(&rest, &line)) {
		if (line.n < 2)
			continue;
		time += (unsigned char)line.p[1] % 16;
		tell(&p, time, line);
	}
	check(&p);
	past_free(&p);
	select_free(&selected);
	return 0;
}
