/* fuzz_day_state: any bytes as the state of a day; what is taken for one must be one again. */
#include <stdlib.h>

#include "traffic/day_state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1795701030, SOURCE = 0 };

static void use(const struct day *d)
{
	struct day_rank top[8];
	struct sw_label text[DAY_TELLING];
	unsigned hours;

	(void)day_state(d, d->end, &hours);
	for (unsigned what = 0; what < DAY_KINDS; what++) {
		size_t n = day_top(d, (enum day_what)what, d->end, 1, NULL, NULL, top, 8);

		for (size_t i = 0; i < n && i < 8; i++)
			if (what == DAY_NETWORKS || what == DAY_SENDERS)
				(void)day_telling(d, top[i].row, (enum day_what)what, d->end, text);
		(void)day_is_sure(d, (enum day_what)what, d->end, n ? &top[0] : NULL);
	}
}

static bool read_state(struct day *d, const struct sw_host *h, const void *bytes, size_t n)
{
	struct sw_fault why = { 0 };

	if (day_new(d, h, NOW - 900, NOW, true, &why) < 0)
		abort();
	return day_state_read(d, SOURCE, bytes, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const none[] = { NULL };
	const struct sw_host h = { .root = -1, .now = NOW, .env = none };
	static char again[DAY_STATE_SIZE];
	struct day d;
	struct day e;

	(void)day_state_size(raw_from((const char *)data, size));
	if (read_state(&d, &h, data, size)) {
		size_t n;

		use(&d);
		n = day_state_write(&d, SOURCE, d.from, again);
		if (n > DAY_STATE_SIZE || !read_state(&e, &h, again, n))
			abort();
		use(&e);
		day_free(&e);
	}
	day_free(&d);
	return 0;
}
