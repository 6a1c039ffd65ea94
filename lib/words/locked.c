#include "words/locked.h"

#include "base/label.h"
#include "words/share.h"

/* Can all of it stand in a label as a person would type it? */
static bool is_plain(struct sw_raw text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!raw_is_alnum(text.p[i]) && !memchr(" @._+-/:,=", text.p[i], 10))
			return false;
	return true;
}

static void add_undo(struct sw_label *text, const char *undo)
{
	struct sw_raw both = raw_of(undo);
	const char *and = strstr(undo, " && ");
	struct sw_raw first = raw_from(undo, and? (size_t)(and-undo) : both.n);
	struct sw_raw second = and? raw_of(and+strlen(" && ")) : raw_of("");

	if (first.n == 0 || !is_plain(first) || !is_plain(second)) {
		sw_label_print(text, ", undo: unblock and release of spoolwatch(8)");
		return;
	}
	sw_label_print(text, ", undo: ");
	sw_label_add(text, first);
	if (second.n > 0)
		sw_label_print(text, " and ");
	sw_label_add(text, second);
}

static struct sw_label begin(const struct locked_record *r)
{
	struct sw_label text = label_new();

	sw_label_add_name(&text, raw_from(r->name, r->name_n));
	sw_label_print(&text, " since ");
	words_clock(&text, r->since);
	return text;
}

struct sw_label words_locked(const struct locked_record *r)
{
	struct sw_label text = begin(r);
	struct sw_label reason = label_kept(r->reason);

	sw_label_print(&text, ": ");
	if (r->kind == LOCKED_WOULD)
		sw_label_print(&text, "would be locked, ");
	sw_label_append(&text, &reason);
	if (r->kind == LOCKED_LOCK && !r->blocked)
		sw_label_print(&text, ", held but not blocked");
	if (r->kind == LOCKED_LOCK)
		add_undo(&text, r->undo);
	return text;
}

struct sw_label words_locked_all(const struct locked_block *b, unsigned kinds, uint64_t seconds,
				 unsigned *ret_n)
{
	const struct locked_record *list[LOCKED_RECORDS];
	struct sw_label text = label_new();
	unsigned n = 0;

	for (size_t i = 0; i < LOCKED_RECORDS; i++) {
		const struct locked_record *r = &b->record[i];
		unsigned k = n;

		if (!(kinds >> r->kind & 1) || r->ended || locked_age(b, r->at) >= seconds)
			continue;
		for (; k > 0 && list[k - 1]->at < r->at; k--)
			list[k] = list[k - 1];
		list[k] = r;
		n++;
	}
	for (unsigned i = 0; i < n; i++) {
		struct sw_label one = i == 0 ? words_locked(list[0]) : begin(list[i]);

		if (!words_then(&text, &one))
			break;
	}
	*ret_n = n;
	return text;
}
