/*
 * fuzz_guard: a configuration of the guard is taken within its bounds or refused with a sentence;
 * a value of mynetworks; a state file of any bytes.
 */
#include <errno.h>
#include <stdlib.h>

#include "incident/guard_config.h"
#include "incident/mynetworks.h"
#include "postfix/locked.h"
#include "reference_guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct locked_block block;

static void check_block(const uint8_t *data, size_t size)
{
	memset(&block, 0, sizeof(block));
	memcpy(&block, data, size < sizeof(block) ? size : sizeof(block));
	locked_repair(&block);
	locked_begin(&block, 1000);
	for (size_t i = 0; i < LOCKED_RECORDS; i++) {
		const struct locked_record *r = &block.record[i];

		if (r->kind >= LOCKED_KINDS || r->name_n > LOCKED_NAME || r->since < 0 ||
		    !memchr(r->reason, '\0', LOCKED_TEXT) || !memchr(r->undo, '\0', LOCKED_UNDO))
			abort();
	}
	if (locked_of_hour(&block, LOCKED_LOCK) > LOCKED_RECORDS)
		abort();
}

static void check_config(struct sw_raw text)
{
	struct sw_fault why = { 0 };
	struct guard_config c;
	int rc = guard_config_parse(text, &c, &why);

	if ((rc != 0) != (why.code != 0) || (rc < 0 && why.text.n == 0))
		abort();
	if (rc < 0)
		return;
	if (c.number[GUARD_FILES] < 20 || c.number[GUARD_MAX_LOCKS] > 50 ||
	    c.number[GUARD_REFUSED] > 100 || (*c.command && *c.command != '/'))
		abort();
	/* it can't have been taken for hold unless a line says so */
	if (c.hold != reference_guard_holds(text))
		abort();
	guard_config_free(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_raw text = raw_from((const char *)data, size);
	static const char *const clients[] = { "192.0.2.7", "2001:db8::1", "127.0.0.1" };

	if (size > 1 << 14)
		return 0;
	check_block(data, size);
	check_config(text);
	for (size_t i = 0; i < SW_COUNT(clients); i++) {
		struct network_address client;

		if (!network_address(raw_of(clients[i]), &client) ||
		    mynetworks_has(text, &client) != reference_guard_has(text, clients[i]))
			abort();
	}
	return 0;
}
