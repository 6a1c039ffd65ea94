/* Of which message a bounce is: records as bounce(8) has them written, and any other bytes. */
#include "incident/bounce.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "descriptors.h"
#include "test.h"

enum { BYTES = 65536 }; /* that are looked at */

#define WORD "X-Postfix-Queue-ID: " /* 20 bytes */
#define ID107 \
	"AAAAAAAAAABBBBBBBBBBAAAAAAAAAABBBBBBBBBBAAAAAAAAAABBBBBBBBBBAAAAAAAAAABBBBBBBBBBAAAAAAAAAABBBBBBBBBBAAAAAAA"

static char asked[512];

/* Notes each ID that it is asked about; yes to A1. */
static bool is_a1(struct sw_raw id, void *ctx)
{
	size_t n = strlen(asked);

	(void)ctx;
	snprintf(asked + n, sizeof(asked) - n, "%.*s;", (int)id.n, id.p);
	return raw_is(id, "A1");
}

static bool ask(const struct sw_host *h, const char *bytes, size_t n)
{
	int directory = open(host_path(h, "/"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const int before = descriptors_open();
	bool is;

	assert_true(directory >= 0);
	if (bytes)
		host_bytes(h, "/B1", bytes, n);
	asked[0] = '\0';
	is = bounce_is_of(directory, bytes ? "B1" : "B2", is_a1, NULL);
	want_number("left open", descriptors_open(), before);
	close(directory);
	return is;
}

static void it_is_of_the_ids_that_its_records_name(void **state)
{
	static const struct {
		const char *what, *bytes;
		const char *asked;
		bool want;
	} rows[] = {
		{ "nothing", "", "", false },
		{ "one byte", "N", "", false },
		{ "one", "N\x16" WORD "A1", "A1;", true },
		{ "and more", "S\x01xN\x16" WORD "A1N\x03xyz", "A1;", true },
		{ "a letter", "N\x15" WORD "A", "A;", false },
		{ "no ID", "N\x14" WORD "A1", "", false },
		{ "less than the word", "N\x03" WORD "A1", "", false },
		{ "another", "N\x16" WORD "A2", "A2;", false },
		{ "the second", "N\x16" WORD "A2N\x16" WORD "A1N\x16" WORD "A3", "A2;A1;", true },
		{ "the second, behind no ID", "N\x14" WORD "N\x16" WORD "A1", "A1;", true },
		{ "the second, behind one that is cut", "N\x7f" WORD "N\x16" WORD "A1", "A1;", true },
		{ "two, of none", "N\x16" WORD "A2N\x17" WORD "A11", "A2;A11;", false },
		{ "a byte of it is missing", "N\x17" WORD "A1", "", false },
		{ "all but a byte", "N\x16" WORD "A1x", "A1;", true },
		{ "the length is the first byte", "\x16" WORD "A1", "A1;", true },
		{ "there is no length", WORD "A1", "", false },
		{ "no blank", "N\x15X-Postfix-Queue-ID:A1", "", false },
		{ "another word", "N\x16X-Postfix-Queue-Id: A1", "", false },
		{ "a long one", "N\x7f" WORD ID107, ID107 ";", false },
		{ "a longer one", "N\x80" WORD ID107 "A", ID107 "A;", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);

		want_number(rows[i].what, ask(&h, rows[i].bytes, strlen(rows[i].bytes)), rows[i].want);
		want_text(rows[i].what, asked, rows[i].asked);
		host_remove(&h);
	}
}

static void its_first_64_kb_are_looked_at(void **state)
{
	static const char record[] = "N\x16" WORD "A1";
	const size_t length = sizeof(record) - 1;
	struct sw_host h = host_new(NULL);
	char *bytes = malloc(BYTES + 100);

	(void)state;
	assert_non_null(bytes);
	for (int behind = -1; behind <= 1; behind++) {
		memset(bytes, 'x', BYTES + 100);
		memcpy(bytes + BYTES - length + behind, record, length);
		want_number("it ends there", ask(&h, bytes, BYTES + 100), behind <= 0);
		want_text("it ends there", asked, behind <= 0 ? "A1;" : "");
	}
	/* and of a file that is not there, nothing of another */
	assert_true(ask(&h, record, length));
	assert_false(ask(&h, NULL, 0));
	want_text("none", asked, "");
	free(bytes);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_of_the_ids_that_its_records_name),
		cmocka_unit_test(its_first_64_kb_are_looked_at),
	};

	return cmocka_run_group_tests_name("bounce", tests, NULL, NULL);
}
