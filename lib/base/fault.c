#include "base/fault.h"

#include <errno.h>
#include <stdarg.h>

#include "base/print.h"

/* Is *why free for this fault? Its code is then set; *code is made one that is none of success. */
static bool take(struct sw_fault *why, int *code)
{
	if (*code <= 0)
		*code = EINVAL;
	if (why->code)
		return false;
	why->code = *code;
	return true;
}

SW_PRINTF(4, 0)
static int fill(struct sw_fault *why, int code, bool with_errno, const char *fmt, va_list args)
{
	char text[2 * SW_LABEL_MAX];

	if (!take(why, &code))
		return -code;
	if (print_args(text, sizeof(text), fmt, args) < 0)
		text[0] = '\0';
	why->text = sw_label_from(raw_of(text));
	if (with_errno)
		sw_label_print(&why->text, ": %s", strerror(code));
	return -code;
}

int sw_fault(struct sw_fault *why, int code, const char *fmt, ...)
{
	va_list args;
	int rc;

	va_start(args, fmt);
	rc = fill(why, code, false, fmt, args);
	va_end(args);
	return rc;
}

int sw_fault_errno(struct sw_fault *why, int code, const char *fmt, ...)
{
	va_list args;
	int rc;

	va_start(args, fmt);
	rc = fill(why, code, true, fmt, args);
	va_end(args);
	return rc;
}

int fault_label(struct sw_fault *why, int code, const struct sw_label *sentence)
{
	if (take(why, &code))
		why->text = *sentence;
	return -code;
}

int fault_wrap(struct sw_fault *why, const struct sw_fault *cause, const char *fmt, ...)
{
	bool first = why->code == 0;
	va_list args;
	int rc;

	va_start(args, fmt);
	rc = fill(why, cause->code, false, fmt, args);
	va_end(args);
	if (first)
		sw_label_append(&why->text, &cause->text);
	return rc;
}
