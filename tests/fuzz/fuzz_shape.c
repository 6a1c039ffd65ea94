/*
 * fuzz_shape: lines read by shapes learned from the lines before, against the same lines read one
 * by one without any: what is found and counted is the same. The lines of the input come several
 * times, whole and with other digits, so that shapes are learned and all but fit.
 */
#include <stdlib.h>

#include "reference_shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_wanted(struct sw_raw syslog_name, void *ctx)
{
	(void)ctx;
	return raw_starts(syslog_name, "postfix");
}

static unsigned role(struct sw_raw program)
{
	return (unsigned)program.n % 5; /* some are not asked for */
}

static void take(struct shape_pair *p, struct sw_raw line)
{
	if (!shape_pair_take(p, line))
		abort();
}

/* One byte of a line changed, mostly a digit into another. */
static void take_changed(struct shape_pair *p, struct sw_raw line, uint64_t *random)
{
	static char bytes[64 * 1024];
	size_t n = line.n < sizeof(bytes) ? line.n : sizeof(bytes);
	size_t at;

	if (n == 0)
		return;
	memcpy(bytes, line.p, n);
	for (int i = 0; i < 3; i++) {
		*random = *random * UINT64_C(6364136223846793005) + 1442695040888963407U;
		at = (size_t)(*random >> 33) % (n < 160 || i > 0 ? n : 160);
		if (raw_is_digit(bytes[at]))
			bytes[at] = (char)('0' + (*random >> 20) % 11);
		else if (i == 2 && (*random >> 50) % 4 == 0)
			bytes[at] = " :[]/\"\\.mZ{<"[(*random >> 24) % 12];
	}
	take(p, raw_from(bytes, n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct shape_pair p;
	uint64_t random = size;

	if (setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1))
		abort();
	memset(&p, 0, sizeof(p));
	p.learning.clock.now = 1795669830;
	p.learning.role = role;
	if (size % 2 > 0)
		p.learning.wanted = is_wanted;
	if (size % 4 > 1)
		log_hosts_add(&p.learning.hosts, raw_of("mx"));
	p.plain = p.running = p.learning;
	p.heard.now = p.ran.now = p.learning.clock.now;
	for (int round = 0; round < 6; round++) {
		struct sw_raw rest = raw_from((const char *)data, size);
		struct sw_raw line;

		while (raw_line(&rest, &line)) {
			take(&p, line);
			take_changed(&p, line, &random);
			take(&p, line);
		}
	}
	return 0;
}
