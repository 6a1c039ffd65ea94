/* fuzz_access: the first line is a name, the rest a text: put in and taken out it is the same. */
#include <stdlib.h>

#include "incident/access.h"
#include "incident/fold.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put_and_take(struct sw_raw text, struct sw_raw key, bool is_pattern)
{
	char *buf = malloc(text.n + key.n + 64);
	struct access_line line;
	struct sw_raw all;

	if (!buf)
		return;
	if (access_find(text, key, !is_pattern, is_pattern, &line)) {
		if (line.n == 0 || line.at + line.n > text.n)
			abort();
		free(buf);
		return;
	}
	memcpy(buf, text.p, text.n);
	all = raw_from(buf, text.n + access_added(text, key, "REJECT", buf + text.n, key.n + 64));
	if (!access_find(all, key, !is_pattern, is_pattern, &line) || !raw_is(line.value, "REJECT"))
		abort();
	access_cut(all, &line);
	if (line.at + line.n != all.n || !raw_same(raw_from(buf, line.at), text))
		abort();
	free(buf);
}

/* A pattern is its name's again; and whatever stands in a text has an end. */
static void list(struct sw_raw text, struct sw_raw name, bool is_pattern)
{
	char buf[ACCESS_NAME];
	char pattern[ACCESS_PATTERN];
	struct sw_raw again;
	struct sw_raw key;
	struct sw_raw value;
	struct access_line line;

	while (access_next(&text, is_pattern, &key, &value)) {
		struct sw_raw from_here = raw_from(key.p, (size_t)(text.p - key.p));

		if (!access_find(from_here, key, false, is_pattern, &line) || line.at != 0)
			abort();
		(void)access_name(key, buf, &again);
	}
	if (is_pattern &&
	    (!access_name(access_pattern(name, pattern), buf, &again) || !raw_same(again, name)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_raw text = raw_from((const char *)data, size);
	struct sw_fault why = { 0 };
	static char pattern[ACCESS_PATTERN];
	enum access_kind kind;
	struct sw_raw name;

	if (size > 1 << 14 || !raw_line(&text, &name) || name.n == 0)
		return 0;
	kind = access_kind(name, true, &why);
	if ((kind == ACCESS_NEVER) != (why.code != 0))
		abort();
	list(text, name, false);
	if (kind != ACCESS_NEVER)
		list(text, name, true);
	if (kind == ACCESS_PLAIN)
		put_and_take(text, name, false);
	if (kind != ACCESS_NEVER)
		put_and_take(text, access_pattern(name, pattern), true);
	return 0;
}
