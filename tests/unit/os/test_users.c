#include <stdlib.h>

#include "os/users.h"
#include "test.h"

static const char passwd[] =
	"root:x:0:0:root:/root:/bin/bash\n"
	"# www-data2:x:34:33::/:/bin/sh\n"
	"\n"
	"www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
	"twin:x:33:33::/:/bin/sh\n"
	"nopassword::40:40::/:/bin/sh\n"
	":x:41:41:no name:/:/bin/sh\n"
	"named:x:41:41::/:/bin/sh\n"
	"noend:x:42\n"
	"text:x:4x:4:::\n"
	"minus:x:-1:0:::\n"
	"huge:x:18446744073709551616:0:::\n"
	"nobody:x:4294967294:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
	"01234567890123456789012345678901234567890123456789012345678901234567890:x:50:50:::\n"
	"012345678901234567890123456789012345678901234567890123456789012:x:51:51:::\n"
	"0123456789012345678901234567890123456789012345678901234567890123:x:54:54:::\n"
	"zero:x:0052:52:::\n"
	"gecos:x:53:53:a:60:60:/:/bin/sh\n"
	"+::::::\n"
	"last:x:99:99:no newline:/:/bin/sh";

static void a_user_id_has_the_name_of_its_line(void **state)
{
	static const struct {
		const char *what;
		uint64_t uid;
		const char *want;
	} rows[] = {
		{ "root", 0, "root" },
		{ "the first of two", 33, "www-data" },
		{ "a comment", 34, "# www-data2" },
		{ "no password", 40, "nopassword" },
		{ "a line without a name", 41, "named" },
		{ "a line that ends early", 42, "" },
		{ "a number that is none", 4, "" },
		{ "minus one", UINT64_MAX, "" },
		{ "32 bits", 4294967294, "nobody" },
		{ "a name that is too long", 50, "" },
		{ "one byte longer than the longest", 54, "" },
		{ "the longest name", 51,
		  "012345678901234567890123456789012345678901234567890123456789012" },
		{ "leading zeros", 52, "zero" },
		{ "a number in another place", 60, "" },
		{ "a line without a newline", 99, "last" },
		{ "unknown", 1000, "" },
	};
	struct sw_host h = host_new(NULL);

	(void)state;
	host_file(&h, "/etc/passwd", passwd);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char name[USERS_NAME] = "junk";

		users_name(&h, rows[i].uid, name);
		want_text(rows[i].what, name, rows[i].want);
	}
	host_remove(&h);
}

static void without_a_passwd_no_user_has_a_name(void **state)
{
	struct sw_host h = host_new(NULL);
	char name[USERS_NAME] = "junk";

	(void)state;
	users_name(&h, 0, name);
	want_text("no file", name, "");
	host_file(&h, "/etc/passwd", "");
	snprintf(name, sizeof(name), "junk");
	users_name(&h, 0, name);
	want_text("an empty file", name, "");
	host_remove(&h);
}

static void bytes_that_are_no_text_do_no_harm(void **state)
{
	struct sw_host h = host_new(NULL);
	static const char bytes[] = "a\0b:x:7:7\nev\x1bil:x:8:8:\n\xff\xfe:x:9:9:\n:::::\n:\n";
	char name[USERS_NAME];

	(void)state;
	host_bytes(&h, "/etc/passwd", bytes, sizeof(bytes) - 1);
	users_name(&h, 7, name);
	users_name(&h, 8, name);
	want_text("a control character is for the label to convert", name, "ev\x1bil");
	users_name(&h, 9, name);
	want_text("no UTF-8", name, "\xff\xfe");
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_user_id_has_the_name_of_its_line),
		cmocka_unit_test(without_a_passwd_no_user_has_a_name),
		cmocka_unit_test(bytes_that_are_no_text_do_no_harm),
	};

	return cmocka_run_group_tests_name("users", tests, NULL, NULL);
}
