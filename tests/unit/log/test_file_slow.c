/* Logs with lines of lengths that matter, long ones among them, read as one that has all of them.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pieces.h"
#include "reference_log_file.h"
#include "test.h"

enum { LOGS = 150, NOW = 1795431600 };

/* A recipe of reference_log(): lines with stamps, some long, some many times. */
static size_t make_recipe(unsigned char *to, size_t size)
{
	static const unsigned edge[] = { 510, 4095, 8191, 16383, 32767, 65400, 65535 };
	size_t n = 0;

	for (size_t steps = 1 + pieces_draw(12); steps > 0 && n + 12 < size; steps--) {
		unsigned length = pieces_draw(4) ? (unsigned)pieces_draw(100)
						 : edge[pieces_draw(SW_COUNT(edge))] -
							   (unsigned)pieces_draw(40);

		if (pieces_draw(6)) {
			to[n++] = 3;
			to[n++] = (unsigned char)(pieces_draw(3) ? pieces_draw(10)
								 : pieces_draw(256));
		}
		to[n++] = 1;
		to[n++] = (unsigned char)(length >> 8);
		to[n++] = (unsigned char)length;
		if (pieces_draw(4))
			to[n++] = '\n';
		if (pieces_draw(4) == 0 && length < 200) {
			to[n++] = 2;
			to[n++] = (unsigned char)pieces_draw(256);
		}
		if (pieces_draw(10) == 0)
			to[n++] = '\0';
	}
	return n;
}

static void windows_and_ends_are_those_of_the_whole_file(void **state)
{
	(void)state;
	zone("UTC0");
	for (int i = 0; i < LOGS; i++) {
		unsigned char recipe[200];
		size_t n = make_recipe(recipe, sizeof(recipe));
		struct sw_raw text = reference_log(raw_from((const char *)recipe, n), NOW - 3600);
		int fd = memfd_create("log", MFD_CLOEXEC);
		char what[32];

		snprintf(what, sizeof(what), "log %d", i);
		assert_true(fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n);
		for (int k = 0; k < 3; k++) {
			size_t size = 1 + pieces_draw(text.n + 100);
			size_t end = text.n - pieces_draw(text.n / 2 + 1);

			want_number(what,
				    reference_window(fd, text, NOW,
						     NOW - 3700 + (int64_t)pieces_draw(3800)),
				    true);
			want_number(what, reference_tail(fd, text, text.n, size), true);
			want_number(what, end == 0 || reference_tail(fd, text, end, size), true);
		}
		if (i % 4 == 0)
			want_number(what, reference_unpacked(text), true);
		close(fd);
		free((char *)text.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_and_ends_are_those_of_the_whole_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
