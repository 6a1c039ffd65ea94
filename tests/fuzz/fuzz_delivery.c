/*
 * fuzz_delivery: any bytes as a line of smtp(8), against the reference; and lines of all programs, the
 * first byte of each tells whose, counted: sums agree, and what is said is plain.
 */
#include <stdlib.h>

#include "reference_delivery.h"
#include "words/refusals.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void say_all(const struct refusals *s)
{
	const struct words_refusals_span all = { 0, s->minutes };
	struct refusals_rank top[8];
	uint64_t sum = 0;
	size_t n = refusals_receivers(s, REFUSALS_ALL, 0, s->minutes, 1, top, SW_COUNT(top));

	for (size_t i = 0; i < n && i < SW_COUNT(top); i++) {
		struct sw_label text = words_refusals_receiver(s, &top[i], all);

		if (strpbrk(text.s, "\n`$;<>\"'\\|&*?!#~{}"))
			abort();
		for (unsigned kind = 0; kind < REFUSAL_KINDS; kind++)
			sum += refusals_receiver_sum(s, top[i].row, kind, 0, s->minutes);
	}
	if (n <= SW_COUNT(top) && sum != refusals_total(s, REFUSALS_ALL, 0, s->minutes))
		abort();
	n = refusals_accounts(s, 0, s->minutes, 1, top, SW_COUNT(top));
	for (size_t i = 0; i < n && i < SW_COUNT(top); i++)
		if (words_refusals_account(s, &top[i], all).n == 0)
			abort();
}

static void count_all(struct sw_raw lines)
{
	static const char *const programs[] = { "smtp", "smtpd", "qmgr", "pickup", "error", "lmtp", "" };
	static const char *const none[] = { NULL };
	const struct sw_host h = { .root = -1, .now = 1795431617, .env = none, .secret = { 1, 2 } };
	struct sw_fault why = { 0 };
	struct refusals s;
	struct sw_raw line;

	if (refusals_new(&s, &h, 5, &why) < 0)
		abort();
	while (raw_line(&lines, &line)) {
		struct log_message message = { .time = s.start + 60 };

		if (line.n == 0)
			continue;
		message.program =
			raw_of(programs[(unsigned char)line.p[0] % SW_COUNT(programs)]);
		message.text = raw_skip(line, 1);
		if (refusals_message(&message, &s) != 0)
			abort();
	}
	say_all(&s);
	refusals_free(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char head[] = "ABC123: to=<a@b.example>, relay=mx[192.0.2.1]:25, delay=1, "
				   "delays=0/0/0/1, dsn=5.0.0, status=bounced (host mx[192.0.2.1] said: ";
	struct sw_raw text = raw_from((const char *)data, size);
	char *line;

	if (!reference_delivery_agrees(text) || !reference_refusal_agrees(text))
		abort();
	if (raw_find(text, '\n') < size) /* its tables take a while */
		count_all(text);
	line = malloc(sizeof(head) + size);
	if (!line)
		abort();
	memcpy(line, head, sizeof(head) - 1);
	if (size > 0)
		memcpy(line + sizeof(head) - 1, data, size);
	if (!reference_refusal_agrees(raw_from(line, sizeof(head) - 1 + size)))
		abort();
	free(line);
	return 0;
}
