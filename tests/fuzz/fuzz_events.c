/* fuzz_events: any bytes, and each line of them, as the text of a message, against the reference.
 */
#include <stdlib.h>

#include "postfix/qid.h"
#include "reference_events.h"
#include "traffic/day.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_text(struct sw_raw text)
{
	char folded[256];
	struct sw_raw sender = day_sender(text, folded, sizeof(folded));
	struct sw_raw queued = event_queued_as(text);

	if (sender.n > text.n || (queued.n > 0 && !qid_is(queued)) ||
	    !reference_event_delivery_agrees(text))
		abort();
	if (!reference_text_agrees(text) || !reference_marks_agree(text) ||
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
