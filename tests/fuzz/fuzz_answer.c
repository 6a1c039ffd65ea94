/* fuzz_answer: any bytes as what a munin-node says: however they are cut, they say the same. */
#include <stdlib.h>

#include "munin/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct answer hear(struct sw_raw text, size_t piece)
{
	struct answer a = { .bytes = 0 };

	while (text.n > 0) {
		size_t n = text.n < piece ? text.n : piece;

		if (!answer_take(&a, raw_from(text.p, n)))
			break;
		text = raw_skip(text, n);
	}
	if ((answer_end(&a) == 0) != (a.failed.code == 0))
		abort();
	return a;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_raw text = raw_from((const char *)data, size);
	struct answer a = hear(text, 7);
	struct answer b = hear(text, 100000);
	struct sw_raw said = raw_from(a.beside.text, a.beside.n);

	if (a.failed.code != b.failed.code || strcmp(a.failed.text.s, b.failed.text.s) != 0 ||
	    !raw_same(said, raw_from(b.beside.text, b.beside.n)))
		abort();
	if (said.n > size || (said.n > 0 && said.p[said.n - 1] != '\n'))
		abort();
	answer_free(&a);
	answer_free(&b);
	return 0;
}
