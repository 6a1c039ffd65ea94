/* Who handed in a local message, and by which script, by the records of its header. */
#include <errno.h>

#include "queue/file.h"
#include "test.h"

static char bytes[1 << 16];
static size_t length;
static struct sw_queue_file q;

static ssize_t memory_pread(void *ctx, char *ret, size_t n, int64_t offset)
{
	(void)ctx;
	if (offset >= (int64_t)length)
		return 0;
	if (n > length - (size_t)offset)
		n = length - (size_t)offset;
	memcpy(ret, bytes + offset, n);
	return (ssize_t)n;
}

static void put(char type, const char *data)
{
	size_t n = strlen(data);

	assert_true(n < 128);
	bytes[length++] = type;
	bytes[length++] = (char)n;
	memcpy(bytes + length, data, n);
	length += n;
}

/* Each line of the text is a record: its type and its data. */
static void put_lines(const char *text)
{
	struct sw_raw rest = raw_of(text);
	struct sw_raw line;

	while (raw_line(&rest, &line)) {
		char data[128];

		snprintf(data, sizeof(data), "%.*s", (int)line.n - 1, line.p + 1);
		put(line.p[0], data);
	}
}

/* The message of queue ID "A1" with such a content; `name` is what its file is called. */
static const char *trace(const char *content, const char *name)
{
	static char text[200];
	struct sw_fault why = { 0 };
	size_t size = 0;
	char c[100];

	for (int turn = 0; turn < 2; turn++) { /* then it is known where it is */
		size_t at = length;

		snprintf(c, sizeof(c), "%15zu %15zu %15d %15d %15d", size, turn ? at : 1, 1, 0, 1);
		length = 0;
		put('C', c);
		put('S', "x");
		put('M', "");
		if (turn == 0)
			continue;
		put_lines(content);
	}
	put('X', "");
	put('E', "");
	want_number(content,
		    queue_file_parse(memory_pread, NULL, name, INT64_MAX, SW_QUEUE_FILE_WHO, NULL,
				     &q, &why),
		    0);
	want_number(content, q.state, SW_QUEUE_FILE_WHOLE);
	want_number(content, q.local, true);
	snprintf(text, sizeof(text), q.has_uid ? "%llu" : "nobody", (unsigned long long)q.uid);
	if (q.script.p)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " %.*s of %llu",
			 (int)q.script.n, q.script.p, (unsigned long long)q.script_uid);
	return text;
}

#define BY(uid) "NReceived: by mx.example (Postfix, from userid " uid ")\n"
#define ID	"N\tid A1; Thu, 26 Nov 2026 05:00:00 +0000 (UTC)\n"
#define PHP	"NX-PHP-Originating-Script: 1001:mailer.php\n"

static void the_first_received_header_names_the_user(void **state)
{
	static const struct {
		const char *what;
		const char *content;
		const char *want;
	} rows[] = {
		{ "as pickup(8) writes it", BY("33") ID, "33" },
		{ "root", BY("0") ID, "0" },
		{ "the largest", BY("4294967295") ID, "4294967295" },
		{ "one more", BY("4294967296") ID, "nobody" },
		{ "no number", BY("3x") ID, "nobody" },
		{ "none", BY("") ID, "nobody" },
		{ "another ID", BY("33") "N\tid A2; x\n", "nobody" },
		{ "a longer one", BY("33") "N\tid A11; x\n", "nobody" },
		{ "nothing behind it", BY("33") "N\tid A1\n", "33" },
		{ "by blanks", BY("33") "N  id A1; x\n", "nobody" },
		{ "of another word", BY("33") "N\tif A1; x\n", "nobody" },
		{ "no line behind it", BY("33"), "nobody" },
		{ "an empty one", BY("33") "N\n", "nobody" },
		{ "no bracket", "NReceived: by mx (Postfix, from userid 33\n" ID, "nobody" },
		{ "another end", "NReceived: by mx (Postfix, from userid 33]\n" ID, "nobody" },
		{ "from somewhere", "NReceived: from mx (Postfix, from userid 33)\n" ID, "nobody" },
		{ "no comma", "NReceived: by mx (Postfix; from userid 33)\n" ID, "nobody" },
		{ "a header before it", "NSubject: x\n" BY("33") ID, "33" },
		{ "another Received before it", "NReceived: x\n" BY("33") ID, "nobody" },
		{ "a pointer before it", "p0\n" BY("33") ID, "33" },
		{ "one to nowhere", "p999999\n" BY("33") ID, "nobody" },
		{ "one that is none", "px\n" BY("33") ID, "nobody" },
		{ "a pointer that reads so", "pReceived: by mx (Postfix, from userid 33)\n" ID,
		  "nobody" },
		{ "a script", BY("33") ID "NTo: x\n" PHP, "33 mailer.php of 1001" },
		{ "behind a pointer", BY("33") ID "p0\nNTo: x\nwwhat was here\n" PHP,
		  "33 mailer.php of 1001" },
		{ "behind one that is none", BY("33") ID "px\n" PHP, "33" },
		{ "in pieces", BY("33") ID "LX-PHP-Originating-Script: 7:\nNb.php\n",
		  "33 b.php of 7" },
		{ "behind the header", BY("33") ID "N\n" PHP, "33" },
		{ "as the line that goes on", BY("33") ID "N\tx\n" PHP, "33 mailer.php of 1001" },
		{ "of nobody", PHP, "nobody" },
		{ "behind another record", BY("33") ID "A x=y\n" PHP, "33" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		want_text(rows[i].what, trace(rows[i].content, "A1"), rows[i].want);
		want_text(rows[i].what, trace(rows[i].content, NULL), "nobody");
	}
}

/* 16 records are looked at for the user, 64 for the script behind. */
static void a_long_header_is_read_up_to_a_bound(void **state)
{
	char content[4000];

	(void)state;
	for (int before = 0; before < 20; before++) {
		content[0] = '\0';
		for (int i = 0; i < before; i++)
			strcat(content, "NX-A: b\n");
		strcat(content, BY("33") ID PHP);
		want_text("so many before it", trace(content, "A1"),
			  before < 16 ? "33 mailer.php of 1001" : "nobody");
	}
	for (int before = 60; before < 70; before++) {
		strcpy(content, BY("33") ID);
		for (int i = 0; i < before; i++)
			strcat(content, "NX-A: b\n");
		/* a header is known to be whole by the line behind it */
		strcat(content, PHP "N\n");
		want_text("so many before the script", trace(content, "A1"),
			  before < 64 ? "33 mailer.php of 1001" : "33");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_received_header_names_the_user),
		cmocka_unit_test(a_long_header_is_read_up_to_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
