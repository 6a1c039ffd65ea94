/* Stamps of all forms with numbers at the ends of their ranges, read as regular expressions read
 * them, and their dates as timegm(3) has them. */
#include <stdlib.h>
#include <time.h>

#include "pieces.h"
#include "reference_stamp.h"
#include "test.h"

enum { STAMPS = 25000 };

static int draw_of(const int *list, size_t n)
{
	return list[pieces_draw(n)];
}

/* Numbers of a field, in its range or beside it. */
static int draw_number(int least, int most)
{
	const int list[] = { least - 1, least, least + 1, most - 1, most, most + 1 };
	int n = pieces_draw(4) ? least + (int)pieces_draw((size_t)(most - least + 1))
			       : draw_of(list, SW_COUNT(list));

	return n < 0 ? 0 : n;
}

static size_t make_stamp(char *to, size_t size)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
					      "Aug", "Sep", "Oct", "Nov", "Dec", "Nox", "dec" };
	static const char *const zones[] = { "Z",      "z",	 "+01:00",   "-0530",	 "+23",
					     "+24",    "+23:59", "+2359",    "+00:60",	 " UTC",
					     " GMT",   " EST",	 "+05:1800", "-03:3599", "+00:3600",
					     "+1",     "+",	 "",	     "+01:0",	 "+01:000",
					     "-00:00", "+0a",	 "+00:900" };
	static const char *const fractions[] = { "",	   "",	    ".1",     ",123456",
						 ".",	   ",",	    ".x",     ".048613527",
						 ".00000", ".0000", ".000000" };
	const char *month = months[pieces_draw(SW_COUNT(months))];
	const char *zone = zones[pieces_draw(SW_COUNT(zones))];
	const char *fraction = fractions[pieces_draw(SW_COUNT(fractions))];
	const char *end = pieces_draw(3) ? " mx" : pieces_draw(2) ? "" : "x";
	int year = draw_number(1970, 9999);
	int m = draw_number(1, 12);
	int day = draw_number(1, 31);
	int hour = draw_number(0, 23);
	int minute = draw_number(0, 59);
	int second = draw_number(0, 60);
	char hms[40];

	snprintf(hms, sizeof(hms), "%02d:%02d:%02d%s", hour, minute, second, fraction);
	switch (pieces_draw(9)) {
	case 0:
		return (size_t)snprintf(to, size, "%s %2d %s%s", month, day, hms, end);
	case 1:
		return (size_t)snprintf(to, size, "%s %02d %s%s", month, day, hms, end);
	case 2:
		return (size_t)snprintf(to, size, "%s %2d %d %s%s", month, day, year, hms, end);
	case 3:
		return (size_t)snprintf(to, size, "%d %s %2d %s%s", year, month, day, hms, end);
	case 4:
		return (size_t)snprintf(to, size, "%d-%02d-%02d_%s%s", year, m, day, hms, end);
	case 5:
		return (size_t)snprintf(to, size, "@%016llx%08x%s",
					0x4000000000000000ULL + (pieces_draw(2)
									 ? pieces_draw(1U << 31)
									 : pieces_draw(20)),
					(unsigned)pieces_draw(1U << 30), end);
	case 6:
		return (size_t)snprintf(to, size, "%llu%s%s",
					(unsigned long long)pieces_draw(1U << 31) *
						(1 + pieces_draw(9)),
					fraction, end);
	default:
		return (size_t)snprintf(to, size, "%d-%02d-%02d%c%s%s%s", year, m, day,
					pieces_draw(3) ? 'T' : ' ', hms, zone, end);
	}
}

static void want_same(const char *text, size_t n)
{
	/* exactly as large as it is, so that a step behind it is seen */
	char *exact = malloc(n ? n : 1);
	struct log_stamp got;
	struct log_stamp want;
	struct sw_raw line = raw_from(memcpy(exact, text, n), n);

	want_number(text, log_stamp_read(line, &got), ref_stamp(raw_from(text, n), &want));
	want_number(text, got.kind, want.kind);
	if (got.kind == STAMP_EPOCH) {
		want_number(text, got.seconds, want.seconds);
		want_number(text, got.label, want.label);
	} else if (got.kind != STAMP_NONE) {
		struct tm tm = { .tm_year = (got.year ? got.year : 1972) - 1900,
				 .tm_mon = got.month - 1,
				 .tm_mday = got.day,
				 .tm_hour = got.hour,
				 .tm_min = got.minute,
				 .tm_sec = got.second };

		want_number(text, got.year, want.year);
		want_number(text, got.month, want.month);
		want_number(text, got.day, want.day);
		want_number(text, got.hour, want.hour);
		want_number(text, got.minute, want.minute);
		want_number(text, got.second, want.second);
		if (got.kind == STAMP_ZONED)
			want_number(text, got.offset, want.offset);
		want_number(text, log_stamp_civil(&got), timegm(&tm));
	}
	free(exact);
}

static void a_stamp_is_what_the_grammar_says(void **state)
{
	(void)state;
	for (int i = 0; i < STAMPS; i++) {
		char text[200];
		size_t n = make_stamp(text, sizeof(text) - 2);

		for (size_t edits = i % 2 ? pieces_draw(3) : 0; edits > 0 && n > 1; edits--)
			n = pieces_edit(text, n, n, " :-+.,TZ0123456789_@af");
		text[n] = '\0';
		want_same(text, n);
		n = pieces_draw(n + 1);
		text[n] = '\0'; /* one that is cut */
		want_same(text, n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stamp_is_what_the_grammar_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
