#include "reference_stamp.h"

#include "reference_match.h"

#define MON	  "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
#define DAY	  "(0[1-9]|[12][0-9]|3[01])"
#define BLANK_DAY "( [1-9]|0[1-9]|[12][0-9]|3[01])"
#define YEAR	  "(19[7-9][0-9]|[2-9][0-9]{3})"
#define HMS	  "([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)"
#define FRACTION  "([.,][0-9]+)?"
#define END	  "( |$)"

static void set_date(struct log_stamp *ret, struct sw_raw year, int month, struct sw_raw day,
		     const struct sw_raw hms[3])
{
	ret->year = (int16_t)ref_number(year);
	ret->month = (int8_t)month;
	ret->day = (int8_t)ref_number(day);
	ret->hour = (int8_t)ref_number(hms[0]);
	ret->minute = (int8_t)ref_number(hms[1]);
	ret->second = (int8_t)ref_number(hms[2]);
}

static int month_of(struct sw_raw name)
{
	static const char *const names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int month = 0;

	while (!raw_is(name, names[month]))
		month++;
	return month + 1;
}

static int seconds_of_zone(struct sw_raw zone)
{
	struct sw_raw g[REF_GROUPS];
	int seconds;

	if (!ref_match(zone, "^([-+])([0-9]{2}):?([0-9]*)$", g))
		return 0;
	seconds = ref_number(g[3]) * (g[3].n == 2 ? 60 : 1) + ref_number(g[2]) * 3600;
	return g[1].p[0] == '-' ? -seconds : seconds;
}

#define ZONE "(Z|z|[-+]([01][0-9]|2[0-3])(:?[0-5][0-9]|:[0-9]{3}|:[0-2][0-9]{3}|:3[0-5][0-9]{2})?)"

/* The length of the stamp that a text begins with, or 0. */
size_t ref_stamp(struct sw_raw text, struct log_stamp *ret)
{
	struct sw_raw g[REF_GROUPS];

	*ret = (struct log_stamp){ .kind = STAMP_LOCAL };
	if (ref_match(text, "^" MON " " BLANK_DAY " (" YEAR " )?" HMS FRACTION END, g)) {
		set_date(ret, g[4], month_of(g[1]), g[2], &g[5]);
		return g[0].n - g[9].n;
	}
	if (ref_match(text, "^" YEAR " " MON " " BLANK_DAY " " HMS FRACTION END, g)) {
		set_date(ret, g[1], month_of(g[2]), g[3], &g[4]);
		return g[0].n - g[8].n;
	}
	if (ref_match(text,
		      "^" YEAR "-(0[1-9]|1[0-2])-" DAY "[T ]" HMS FRACTION "( UTC| GMT|" ZONE
		      ")?" END,
		      g)) {
		set_date(ret, g[1], ref_number(g[2]), g[3], &g[4]);
		if (g[8].n > 0) {
			ret->kind = STAMP_ZONED;
			ret->offset = seconds_of_zone(g[8]);
		}
		if (text.p[10] == 'T' && g[7].n == 6 && (g[8].n == 0 || g[8].p[0] == ' ')) {
			ret->kind = STAMP_ZONED; /* svlogd -ttt */
			return 25;
		}
		return g[0].n - g[12].n;
	}
	ret->kind = STAMP_ZONED;
	if (ref_match(text, "^" YEAR "-(0[1-9]|1[0-2])-" DAY "_" HMS FRACTION END, g)) {
		set_date(ret, g[1], ref_number(g[2]), g[3], &g[4]);
		return g[0].n - g[8].n;
	}
	*ret = (struct log_stamp){ .kind = STAMP_EPOCH };
	if (ref_match(text, "^@4([0-9a-f]{15})[0-9a-f]{8}" END, g)) {
		ret->label = true;
		for (size_t i = 0; i < g[1].n; i++)
			ret->seconds =
				ret->seconds * 16 +
				(raw_is_digit(g[1].p[i]) ? g[1].p[i] - '0' : g[1].p[i] - 'a' + 10);
		ret->seconds -= 10;
		if (ret->seconds > 0 && ret->seconds + 10 < 274877906944)
			return g[0].n - g[2].n;
	} else if (ref_match(text, "^([0-9]{10})" FRACTION END, g)) {
		for (size_t i = 0; i < 10; i++)
			ret->seconds = ret->seconds * 10 + (g[1].p[i] - '0');
		return g[0].n - g[3].n;
	}
	*ret = (struct log_stamp){ .kind = STAMP_NONE };
	return 0;
}
