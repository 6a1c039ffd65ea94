#include "reference_hitters.h"

#include <stdlib.h>
#include <string.h>

enum { STARS = 3, MANY = 4 };

static size_t depth(const char *path)
{
	size_t n = *path != '\0';

	for (; *path; path++)
		n += *path == '/';
	return n;
}

/* Is a path a directory or below it? */
static bool is_in(const char *path, const char *directory)
{
	size_t n = strlen(directory);

	return n == 0 || (strncmp(path, directory, n) == 0 && (!path[n] || path[n] == '/'));
}

/* The directory that an entry counts for first. */
static void home_of(const struct ref_path *entry, char home[REF_PATH])
{
	char *slash;

	strcpy(home, entry->path);
	if (entry->directory)
		return;
	slash = strrchr(home, '/');
	*(slash ? slash : home) = '\0';
}

/* Is an entry below a directory, and not in one of the hitters below that? */
static bool counts(const struct ref_path *entry, const char *directory,
		   const struct ref_hitter *hitter, size_t hitters)
{
	if (!is_in(entry->path, directory))
		return false;
	for (size_t i = 0; i < hitters; i++)
		if (strcmp(hitter[i].path, directory) != 0 && is_in(hitter[i].path, directory) &&
		    is_in(entry->path, hitter[i].path))
			return false;
	return true;
}

/* The path below a hitter with its first names replaced. */
static void star(const char *path, size_t below, size_t stars, char ret[REF_PATH])
{
	char copy[REF_PATH];
	char *rest = NULL;

	*ret = '\0';
	strcpy(copy, path + below);
	for (char *name = strtok_r(copy, "/", &rest); name; name = strtok_r(NULL, "/", &rest)) {
		if (*ret)
			strcat(ret, "/");
		strcat(ret, stars > 0 ? "*" : name);
		stars -= stars > 0;
	}
}

/* What a hitter has for itself, as directories and as what these lie on. */
struct kept {
	char home[REF_PATH];
	char starred[REF_PATH];
	bool directory;
	bool taken; /* by a pattern further down */
};

static int deeper_first(const void *one, const void *other)
{
	size_t a = depth(((const struct kept *)one)->starred);
	size_t b = depth(((const struct kept *)other)->starred);

	return (a < b) - (a > b);
}

static bool pattern(struct kept *kept, size_t n, const char *path, uint64_t least, uint64_t many,
		    struct ref_pattern *ret)
{
	uint64_t all = 0;
	uint64_t largest = 0;

	*ret = (struct ref_pattern){ 0 };
	strcpy(ret->path, path);
	for (size_t i = 0; i < n; i++) {
		uint64_t one = 0;

		all += is_in(kept[i].starred, path);
		ret->inodes += is_in(kept[i].starred, path) && !kept[i].taken;
		if (!kept[i].directory || strcmp(kept[i].starred, path) != 0)
			continue;
		ret->directories++;
		for (size_t k = 0; k < n; k++)
			one += is_in(kept[k].home, kept[i].home);
		if (one > largest)
			largest = one;
	}
	if (ret->inodes < least || ret->directories < many || largest * many > all)
		return false;
	for (size_t i = 0; i < n; i++)
		kept[i].taken |= is_in(kept[i].starred, path);
	return true;
}

/* Each pattern of so many stars, or of stars alone, the deepest first; what they hold. */
static uint64_t patterns(struct kept *kept, size_t n, size_t stars, bool alone, uint64_t least,
			 struct ref_hitter *ret)
{
	uint64_t sum = 0;

	ret->patterns = 0;
	qsort(kept, n, sizeof(*kept), deeper_first);
	for (size_t i = 0; i < n; i++)
		kept[i].taken = false;
	for (size_t i = 0; i < n; i++) {
		size_t down = depth(kept[i].starred);
		bool known = false;

		if (down == 0 || (down > stars) == alone)
			continue;
		for (size_t k = 0; k < i && !known; k++)
			known = strcmp(kept[k].starred, kept[i].starred) == 0;
		if (known || !pattern(kept, n, kept[i].starred, least, alone ? 2 * MANY : MANY,
				      &ret->pattern[ret->patterns]))
			continue;
		sum += ret->pattern[ret->patterns++].inodes;
		if (alone)
			break;
	}
	return sum;
}

static void describe(const struct ref_path *list, size_t n, uint64_t least,
		     const struct ref_hitter *hitter, size_t hitters, struct ref_hitter *ret)
{
	struct kept *kept = calloc(n, sizeof(*kept));
	struct ref_hitter best = *ret;
	uint64_t best_sum = 0;
	uint64_t movable = 0;
	size_t below = strlen(ret->path);
	size_t m = 0;

	for (size_t i = 0; i < n; i++) {
		if (!counts(&list[i], ret->path, hitter, hitters))
			continue;
		home_of(&list[i], kept[m].home);
		kept[m].directory = list[i].directory;
		movable += strcmp(kept[m++].home, ret->path) != 0;
	}
	for (size_t stars = 1; stars <= STARS && best_sum < movable / 2 && movable >= least;
	     stars++) {
		uint64_t deep = 0;
		uint64_t sum;

		for (size_t i = 0; i < m; i++) {
			star(kept[i].home, below, stars, kept[i].starred);
			deep += depth(kept[i].starred) > stars;
		}
		sum = patterns(kept, m, stars, false, least, ret);
		if (sum > best_sum) {
			best = *ret;
			best_sum = sum;
		}
		if (deep < least && best_sum == 0)
			patterns(kept, m, stars, true, least, &best);
		if (deep < least)
			break;
		if (stars == STARS && best_sum == 0)
			patterns(kept, m, stars, true, least, &best);
	}
	*ret = best;
	free(kept);
}

size_t ref_hitters(const struct ref_path *list, size_t n, uint64_t least,
		   struct ref_hitter ret[REF_HITTERS])
{
	size_t found = 0;

	for (size_t down = REF_PATH; down-- > 0;) {
		for (size_t i = 0; i < n; i++) {
			uint64_t inodes = 0;

			if (!list[i].directory || depth(list[i].path) != down)
				continue;
			for (size_t k = 0; k < n; k++)
				inodes += counts(&list[k], list[i].path, ret, found);
			if (inodes >= least)
				ret[found++] = (struct ref_hitter){ .path = list[i].path,
								    .inodes = inodes };
		}
	}
	for (size_t i = 0; i < found; i++)
		describe(list, n, least, ret, found, &ret[i]);
	return found;
}
