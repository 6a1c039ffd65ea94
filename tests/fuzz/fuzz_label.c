/* fuzz_label: any bytes through the one door to output, in one piece and in two. */
#include <stdlib.h>

#include "reference_label.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct sw_label *l, struct sw_raw in)
{
	if (!reference_label(l, in))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t half = size ? data[0] % size : 0;
	struct sw_raw in = raw_from((const char *)data, size);
	struct sw_label whole = sw_label_from(in);
	struct sw_label name = label_new();
	struct sw_label first, second, joined;
	struct sw_raw end;

	while (half > 0 && (data[half] & 0xc0) == 0x80) /* between two characters */
		half--;
	end = raw_from((const char *)data + half, size - half);
	first = sw_label_from(raw_from(in.p, half));
	second = sw_label_from(end);
	joined = first;
	check(&whole, in);
	sw_label_add_name(&name, in);
	if (!reference_name(&name, in))
		abort();
	sw_label_add(&joined, end);
	check(&joined, in);
	joined = first;
	sw_label_append(&joined, &second);
	if (!second.cut) /* else its dots stand inside */
		check(&joined, in);
	joined = first;
	if (label_add_whole(&joined, &second))
		check(&joined, in);
	else if (memcmp(&joined, &first, sizeof(joined)) != 0)
		abort();
	return 0;
}
