#include "base/rank.h"

#include <string.h>

size_t rank_add(void *list, size_t kept, size_t max, size_t size, const void *one,
		rank_before_fn before)
{
	char *element = list;
	size_t at = kept;

	while (at > 0 && before(one, element + (at - 1) * size))
		at--;
	if (at == max)
		return kept;
	if (kept < max)
		kept++;
	memmove(element + (at + 1) * size, element + at * size, (kept - 1 - at) * size);
	memcpy(element + at * size, one, size);
	return kept;
}
