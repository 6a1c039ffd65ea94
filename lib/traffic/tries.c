#include "traffic/tries.h"

#include <stddef.h>

enum { DAY = 86400 };

int32_t tries_day(int64_t time)
{
	return (int32_t)(time / DAY);
}

void tries_go_to(struct slot *slot, struct tries *t, uint32_t *at_use, int32_t day)
{
	if (slot->day < day - TRIES_DAYS)
		slot->day = day - TRIES_DAYS;
	while (slot->day < day) {
		int k = ++slot->day % TRIES_DAYS;

		t->failed[k] = 0;
		t->used &= ~(1U << k);
		if (at_use)
			at_use[k] = 0;
	}
}

void tries_add(struct slot *slot, struct tries *t, int64_t time, bool used)
{
	int32_t day = tries_day(time);
	uint32_t second = (uint32_t)(time % DAY);
	int i = day % TRIES_DAYS;

	tries_go_to(slot, t, NULL, day);
	if (day <= slot->day - TRIES_DAYS)
		return;
	if (t->failed[i] == 0 || second < t->first[i])
		t->first[i] = second;
	if (t->failed[i] == 0 && used)
		t->used |= 1U << i;
	t->failed[i] += t->failed[i] < UINT32_MAX;
	slot->weight += slot->weight < UINT32_MAX;
}

bool tries_has(const struct slot *slot, int32_t day)
{
	return day <= slot->day && day > slot->day - TRIES_DAYS;
}

uint64_t tries_sum(const struct slot *slot, const struct tries *t, int32_t day, int64_t *since)
{
	uint64_t sum = 0;

	for (int32_t d = day; d > day - TRIES_DAYS; d--) {
		if (!tries_has(slot, d) || t->failed[d % TRIES_DAYS] == 0)
			continue;
		sum += t->failed[d % TRIES_DAYS];
		*since = (int64_t)d * DAY + t->first[d % TRIES_DAYS];
	}
	return sum;
}
