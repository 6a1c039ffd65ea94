#include "munin/answer.h"

#include <errno.h>

static void take_banner(struct answer *a, struct sw_raw line)
{
	a->at = ANSWER_CAP;
	if (raw_starts(line, "# munin node at "))
		return;
	if (line.n > 60)
		line.n = 60;
	sw_fault(&a->failed, EPROTO, "it is no munin-node: its first line is %.*s", (int)line.n,
		 line.p);
}

static void take_cap(struct answer *a, struct sw_raw line)
{
	a->at = ANSWER_VALUES;
	if (raw_starts(line, "# I require TLS"))
		sw_fault(
			&a->failed, EPROTONOSUPPORT,
			"it demands TLS, which is not spoken here: tls auto in its munin-node.conf "
			"takes both, and ssh -L hides what is said");
}

static void take_beside(struct answer *a, struct sw_raw line)
{
	if (raw_is(line, "# Unknown service"))
		sw_fault(&a->failed, ENOENT, "it has no such plugin");
	else if (raw_is(line, "# Timed out") || raw_is(line, "# Bad exit"))
		sw_fault(&a->failed, EIO, "its plugin failed (%.*s), see its munin-node.log",
			 (int)line.n - 2, line.p + 2);
	else if (a->beside.n + line.n > ANSWER_BESIDE)
		sw_fault(&a->failed, EFBIG, "it says more than %d bytes beside its values",
			 ANSWER_BESIDE);
	if (a->failed.code)
		return;
	line = raw_skip(line, 1);
	out_put(&a->beside, line.p, line.n);
	out_put(&a->beside, "\n", 1);
	if (a->beside.failed)
		sw_fault_errno(&a->failed, a->beside.failed, "keep what it says");
}

static void take_line(struct answer *a, struct sw_raw line)
{
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	if (a->at == ANSWER_BANNER)
		take_banner(a, line);
	else if (a->at == ANSWER_CAP)
		take_cap(a, line);
	else if (raw_is(line, "."))
		a->at = ANSWER_DONE;
	else if (raw_starts(line, "#"))
		take_beside(a, line);
}

/* One piece of a line, or its end. */
static void keep(struct answer *a, struct sw_raw piece, bool is_end)
{
	size_t room = sizeof(a->line) - a->n;
	size_t n = piece.n < room ? piece.n : room;

	if (n > 0)
		memcpy(a->line + a->n, piece.p, n);
	a->n += n;
	if (!is_end)
		return;
	if (a->n < sizeof(a->line) || a->at < ANSWER_VALUES)
		take_line(a, raw_from(a->line, a->n));
	a->n = 0;
}

bool answer_take(struct answer *a, struct sw_raw bytes)
{
	a->bytes += bytes.n;
	if (a->bytes > ANSWER_BYTES)
		sw_fault(&a->failed, EFBIG, "it says more than %d bytes", ANSWER_BYTES);
	while (bytes.n > 0 && !a->failed.code && a->at != ANSWER_DONE) {
		size_t n = raw_find(bytes, '\n');

		keep(a, raw_from(bytes.p, n), n < bytes.n);
		bytes = raw_skip(bytes, n < bytes.n ? n + 1 : n);
	}
	return !a->failed.code && a->at != ANSWER_DONE;
}

int answer_end(struct answer *a)
{
	if (a->at != ANSWER_DONE && a->bytes == 0)
		sw_fault(&a->failed, ECONNRESET,
			 "it ended without a word, as where its munin-node.conf does not allow "
			 "this host");
	else if (a->at != ANSWER_DONE)
		sw_fault(&a->failed, EPROTO, "it ended before its answer did");
	return -a->failed.code;
}

void answer_free(struct answer *a)
{
	out_free(&a->beside);
}
