#include "os/pattern.h"

#include <errno.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { PATTERNS_MAX = 64 };

struct patterns {
	size_t n;
	pcre2_match_data *match;
	pcre2_code *code[PATTERNS_MAX];
};

int patterns_from(const char *list, struct patterns **ret, struct fault *why)
{
	struct patterns *p = calloc(1, sizeof(*p));
	struct raw rest = raw_of(list ? list : "");
	struct raw word;
	int rc = 0;

	*ret = p;
	if (!p)
		return fault_errno(why, ENOMEM, "patterns");
	p->match = pcre2_match_data_create(1, NULL);
	if (!p->match)
		return fault_errno(why, ENOMEM, "patterns");
	while (raw_word(&rest, " \t\r\n", &word)) {
		PCRE2_SIZE at = 0;
		int code = 0;
		PCRE2_UCHAR8 text[128] = "";

		if (p->n == PATTERNS_MAX) {
			rc = fault(why, EINVAL, "more than %d patterns, the first %d are used",
				   PATTERNS_MAX, PATTERNS_MAX);
			break;
		}
		p->code[p->n] = pcre2_compile((PCRE2_SPTR)word.p, word.n, 0, &code, &at, NULL);
		if (p->code[p->n]) {
			p->n++;
			continue;
		}
		pcre2_get_error_message(code, text, sizeof(text));
		rc = fault(why, EINVAL, "%.*s is not a pattern (%s at its character %zu)",
			   (int)word.n, word.p, (const char *)text, (size_t)at);
	}
	return rc;
}

bool patterns_match(const struct patterns *p, struct raw text)
{
	for (size_t i = 0; p && i < p->n; i++)
		if (pcre2_match(p->code[i], (PCRE2_SPTR)(text.p ? text.p : ""), text.n, 0, 0,
				p->match, NULL) >= 0)
			return true;
	return false;
}

void patterns_free(struct patterns *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		pcre2_code_free(p->code[i]);
	pcre2_match_data_free(p->match);
	free(p);
}
