/*
 * fuzz_failures: any bytes as texts of smtpd, Dovecot and saslauthd (the first byte of a line says
 * whose, the second how long after the line before): what failures_message() makes of them adds up.
 */
#include <stdlib.h>

#include "traffic/failures.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1795431600, MINUTES = 24 };

static void tell(struct failures *f, int64_t time, struct sw_raw line)
{
	static const char *const tags[] = { "postfix/smtpd", "dovecot", "saslauthd", "postfix" };
	struct log_where asked = { .logfile = NULL };
	struct log_message message = { .time = time };
	struct log_head head;

	log_header_tag(raw_of(tags[(unsigned char)line.p[0] % 4]), &head);
	message.program = head.program;
	message.text = raw_skip(line, 2);
	message.repeated = (unsigned char)line.p[1] % 3;
	message.is_other = (unsigned char)line.p[0] % 4 == 1 || (unsigned char)line.p[0] % 4 == 2;
	failures_ask(&asked, false);
	message.role = message.is_other ? asked.others(head.tag)
					: asked.role(message.program);
	if (message.role && asked.may_matter(message.role, message.text) &&
	    failures_message(&message, f) != 0)
		abort();
}

static void check(const struct failures *f)
{
	for (unsigned m = 0; m < MINUTES; m++)
		if (f->named[m] + f->silent[m] > f->failed[m] ||
		    failures_rows(f->account, m, 1) > f->named[m] ||
		    failures_rows(f->address, m, 1) > f->failed[m])
			abort();
	for (size_t i = 0; i < BREAK_IN_BROKEN; i++) {
		const struct break_in *one = &f->kept->in.broken[i];

		if (one->account && (one->name_n == 0 || one->name_n > BREAK_IN_NAME ||
				     one->last < one->first || one->failures < 5))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sw_host h = { .root = -1, .now = NOW, .secret = { 1, 2 } };
	const struct failures_where where = { .rules = { .guesses = 5, .networks = 3 } };
	struct sw_raw rest = raw_from((const char *)data, size);
	struct sw_fault why = { 0 };
	struct failures f;
	struct sw_raw line;
	int64_t time;

	if (failures_new(&f, &h, &where, MINUTES, &why) < 0)
		abort();
	time = f.start - 600;
	while (raw_line(&rest, &line)) {
		if (line.n < 2)
			continue;
		time += (unsigned char)line.p[1];
		tell(&f, time, line);
	}
	check(&f);
	failures_free(&f);
	return 0;
}
