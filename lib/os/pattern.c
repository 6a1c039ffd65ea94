#include "os/pattern.h"

#include <errno.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "os/load.h"

enum { PATTERNS_MAX = 64 };

#define FUNCTIONS(X)                                                                               \
	X(pcre2_compile_8)                                                                         \
	X(pcre2_code_free_8)                                                                       \
	X(pcre2_get_error_message_8)                                                               \
	X(pcre2_match_8)                                                                           \
	X(pcre2_match_data_create_8)                                                               \
	X(pcre2_match_data_free_8)

static struct {
	FUNCTIONS(LOAD_POINTER)
} lib;
static const struct load_function functions[] = { FUNCTIONS(LOAD_FUNCTION) };
static const struct load_library library = { "a Perl-compatible pattern", "libpcre2-8",
					     "libpcre2-8.so.0", functions, SW_COUNT(functions) };

struct patterns {
	size_t n;
	pcre2_match_data *match;
	pcre2_code *code[PATTERNS_MAX];
};

int patterns_from(const char *list, struct patterns **ret, struct sw_fault *why)
{
	struct sw_raw rest = raw_trim(raw_of(list ? list : ""));
	struct patterns *p;
	struct sw_raw word;
	int rc = 0;

	*ret = NULL;
	if (rest.n == 0)
		return 0;
	rc = load_library(&library, &lib, why);
	if (rc < 0)
		return rc;
	p = calloc(1, sizeof(*p));
	if (!p)
		return sw_fault_errno(why, ENOMEM, "patterns");
	*ret = p;
	p->match = lib.pcre2_match_data_create_8_(1, NULL);
	if (!p->match)
		return sw_fault_errno(why, ENOMEM, "patterns");
	while (raw_word(&rest, " \t\r\n", &word)) {
		PCRE2_SIZE at = 0;
		int code = 0;
		PCRE2_UCHAR8 text[128] = "";

		if (p->n == PATTERNS_MAX) {
			rc = sw_fault(why, EINVAL, "more than %d patterns, the first %d are used",
				      PATTERNS_MAX, PATTERNS_MAX);
			break;
		}
		p->code[p->n] =
			lib.pcre2_compile_8_((PCRE2_SPTR)word.p, word.n, 0, &code, &at, NULL);
		if (p->code[p->n]) {
			/* so that it has its memory now: later to find none is to match nothing */
			if (lib.pcre2_match_8_(p->code[p->n++], (PCRE2_SPTR) "", 0, 0, 0, p->match,
					       NULL) == PCRE2_ERROR_NOMEMORY)
				return sw_fault_errno(why, ENOMEM, "patterns");
			continue;
		}
		lib.pcre2_get_error_message_8_(code, text, sizeof(text));
		rc = sw_fault(why, EINVAL, "%.*s is not a pattern (%s at its character %zu)",
			      (int)word.n, word.p, (const char *)text, (size_t)at);
	}
	return rc;
}

bool patterns_match(const struct patterns *p, struct sw_raw text)
{
	for (size_t i = 0; p && i < p->n; i++)
		if (lib.pcre2_match_8_(p->code[i], (PCRE2_SPTR)(text.p ? text.p : ""), text.n, 0, 0,
				       p->match, NULL) >= 0)
			return true;
	return false;
}

void patterns_free(struct patterns *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		lib.pcre2_code_free_8_(p->code[i]);
	lib.pcre2_match_data_free_8_(p->match);
	free(p);
}
