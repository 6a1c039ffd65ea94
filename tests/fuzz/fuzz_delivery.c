/* fuzz_delivery: any bytes as a line of smtp(8), against the reference. */
#include <stdlib.h>

#include "reference_delivery.h"
#include "traffic/refusal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char head[] = "ABC123: to=<a@b.example>, relay=mx[192.0.2.1]:25, delay=1, "
				   "delays=0/0/0/1, dsn=5.0.0, status=bounced (host mx[192.0.2.1] said: ";
	struct sw_raw text = raw_from((const char *)data, size);
	struct delivery d;
	char *line;

	if (!reference_delivery_agrees(text) || !reference_refusal_agrees(text))
		abort();
	if (delivery_event(text, &d) && delivery_queued_as(&d).n > d.said.n)
		abort();
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
