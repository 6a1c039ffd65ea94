/* fuzz_maincf: any bytes as a main.cf: what it says, and what that stands for. */
#include <errno.h>
#include <stdlib.h>

#include "postfix/maincf.h"
#include "reference_maincf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare_text(const struct maincf *m, struct sw_raw text, const char *name)
{
	const char *got = maincf_text(m, name);
	char *want = reference_maincf(text, name);

	if (!got != !want || (got && strcmp(got, want) != 0))
		abort();
	free(want);
}

/* Where the reference gives up, and for names that are known without main.cf, it can't judge. */
static void compare_value(struct maincf *m, struct sw_raw text)
{
	static const char *const known[] = { "maillog_file", "multi_instance_",	 "syslog_name",
					     "mail_owner",   "config_directory", "process_",
					     "service_name" };
	struct sw_fault why = { 0 };
	const char *got = NULL;
	char *want = NULL;
	int rc = maincf_value(m, NULL, MAINCF_QUEUE_DIRECTORY, &got, &why);
	int right = reference_maincf_expand(text, "queue_directory", &want);
	bool judged = right != -E2BIG && maincf_text(m, "queue_directory");

	for (size_t i = 0; i < SW_COUNT(known); i++)
		judged &= !memmem(text.p, text.n, known[i], strlen(known[i]));
	if ((rc < 0) != (why.code > 0) || (rc < 0) != (got == NULL) || (rc < 0 && why.text.n == 0))
		abort();
	if (judged && (rc != right || (rc == 0 && strcmp(got, want) != 0)))
		abort();
	free(want);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_raw text = raw_from((const char *)data, size);
	struct maincf *m = size <= 1 << 14 ? maincf_parse("/etc/postfix", text) : NULL;

	if (!m)
		return 0;
	compare_text(m, text, "a_b");
	compare_text(m, text, "queue_directory");
	compare_value(m, text);
	if (maincf_state(m) == MAINCF_DAMAGED && maincf_text(m, "a_b"))
		abort();
	maincf_close(m);
	return 0;
}
