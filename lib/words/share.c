#include "words/share.h"

#include <time.h>

enum {
	SCRIPT_MOST = 60, /* bytes of a script's name */
	DAY = 86400
};

/* 12.5 of 100 may be a little less in binary. */
static const double rounding = 1e-9;

void words_share(struct sw_label *text, double share, double error)
{
	double percent = 100 * share + rounding; /* printed as the nearest whole number */

	if (share < 1 && percent >= 99.5)
		sw_label_print(text, "over 99%%");
	else if (share > 0 && percent < 0.5)
		sw_label_print(text, "under 1%%");
	else
		sw_label_print(text, "%.0f%%", percent);
	if (error > 0) /* rounded up */
		sw_label_print(text, " +-%.0f%%", 100 * error - rounding + 0.5);
}

void words_of(struct sw_label *text, uint64_t all, uint64_t looked)
{
	sw_label_print(text, " of %llu", (unsigned long long)all);
	if (looked < all)
		sw_label_print(text, " (sample of %llu)", (unsigned long long)looked);
}

void words_count(struct sw_label *text, uint64_t n, const char *one, const char *many)
{
	sw_label_print(text, "%llu %s", (unsigned long long)n, n == 1 ? one : many);
}

void words_script(struct sw_label *text, struct sw_raw script, uint64_t uid, double share)
{
	struct sw_label name = label_new();

	if (script.n == 0)
		return;
	sw_label_add_name(&name, script);
	name = label_short(&name, SCRIPT_MOST);
	sw_label_print(text, ", script ");
	sw_label_append(text, &name);
	sw_label_print(text, " (uid %llu)", (unsigned long long)uid);
	if (share < 1) {
		sw_label_print(text, " for ");
		words_share(text, share, 0);
		sw_label_print(text, " of it,");
	}
}

void words_clock(struct sw_label *text, int64_t time)
{
	time_t t = (time_t)time;
	char clock[8];
	struct tm tm;

	if (localtime_r(&t, &tm) && strftime(clock, sizeof(clock), "%H:%M", &tm) > 0)
		sw_label_print(text, "%s", clock);
}

void words_since(struct sw_label *text, int64_t since, int64_t now)
{
	time_t t = (time_t)since;
	char clock[32];
	struct tm tm;

	if (localtime_r(&t, &tm) &&
	    strftime(clock, sizeof(clock), now - since < DAY ? "%H:%M" : "%b %d %H:%M", &tm) > 0)
		sw_label_print(text, " since %s", clock);
}

bool words_then(struct sw_label *list, const struct sw_label *item)
{
	struct sw_label piece = sw_label_printed(", then ");

	if (list->n == 0) {
		*list = *item;
		return !item->cut;
	}
	return label_add_whole(&piece, item) && label_add_whole(list, &piece);
}

void words_reasons(struct sw_label *text, const struct sw_label *item, size_t n, size_t all)
{
	struct sw_label more = label_new();

	for (size_t i = 0; i < n; i++) {
		struct sw_label piece = sw_label_printed("%s", i > 0 ? ", then " : ": ");
		struct sw_label behind = label_new();
		size_t room;

		if (all > i + 1)
			behind = sw_label_printed(", and %zu more", all - i - 1);
		room = (size_t)SW_LABEL_MAX - text->n - behind.n;
		sw_label_append(&piece, &item[i]);
		if (i > 0 && piece.n > room)
			break;
		piece = label_short(&piece, room);
		sw_label_append(text, &piece);
		more = behind;
	}
	sw_label_append(text, &more);
}
