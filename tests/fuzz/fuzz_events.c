/* fuzz_events: any bytes, and each line of them, as the text of a message, against the reference.
 */
#include <stdlib.h>

#include "reference_events.h"
#include "traffic/day.h"
#include "traffic/proxy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_text(struct sw_raw text)
{
	char folded[256];
	struct proxy_end end;
	struct sw_raw sender = day_sender(text, folded, sizeof(folded));

	if (proxy_ends(text, &end) && (end.queue_id.n > text.n || end.user.n > text.n))
		abort();
	if (sender.n > text.n || !reference_text_agrees(text) || !reference_marks_agree(text) ||
	    !reference_blocked_agrees(text))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_raw rest = raw_from((const char *)data, size);
	struct sw_raw line;

	try_text(rest);
	while (raw_word(&rest, "\n", &line))
		try_text(line);
	return 0;
}
