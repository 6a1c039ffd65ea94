#include "postfix/expand.h"

#include <errno.h>
#include <stdlib.h>

/* Postfix's limit of nesting; ours of what a stack must hold, operands of comparisons with it. */
enum { DEPTH_MAX = 100, STACK_MAX = 120, WORK_MAX = 8 << 20, STEP = 16 };

struct expansion {
	expand_fn lookup;
	void *ctx;
	char *out;
	size_t n;
	size_t room;
	size_t work;	/* bytes looked at, of all expansions that belong together */
	unsigned stack; /* parse() above this one */
};

static int parse(struct expansion *x, struct sw_raw text, unsigned depth, struct sw_fault *why);

static int put(struct expansion *x, struct sw_raw text, struct sw_fault *why)
{
	if (x->n + text.n > EXPAND_MAX)
		return sw_fault(why, E2BIG, "it is longer than %d bytes", (int)EXPAND_MAX);
	if (x->n + text.n >= x->room) {
		size_t room = 2 * (x->n + text.n) + 64;
		char *grown = realloc(x->out, room);

		if (!grown)
			return sw_fault_errno(why, ENOMEM, "%zu bytes", room);
		x->out = grown;
		x->room = room;
	}
	if (text.n > 0)
		memcpy(x->out + x->n, text.p, text.n);
	x->n += text.n;
	x->out[x->n] = '\0';
	return 0;
}

static struct sw_raw skip_blanks(struct sw_raw text)
{
	while (text.n > 0 &&
	       (text.p[0] == ' ' || text.p[0] == '\t' || text.p[0] == '\r' || text.p[0] == '\n'))
		text = raw_skip(text, 1);
	return text;
}

static size_t name_length(struct sw_raw text)
{
	size_t n = 0;

	while (n < text.n && (raw_is_alnum(text.p[n]) || text.p[n] == '_'))
		n++;
	return n;
}

/* What stands before the bracket that closes the one before *rest, which goes on after it. */
static bool take_closed(struct sw_raw *rest, char open, char close, struct sw_raw *ret)
{
	size_t level = 1;

	for (size_t i = 0; i < rest->n; i++) {
		if (rest->p[i] == open)
			level++;
		if (rest->p[i] != close || --level > 0)
			continue;
		*ret = raw_from(rest->p, i);
		*rest = raw_skip(*rest, i + 1);
		return true;
	}
	return false;
}

/* "{text}" and the blanks around it. */
static int take_braced(struct sw_raw *rest, struct sw_raw *ret, struct sw_fault *why)
{
	*rest = skip_blanks(*rest);
	if (rest->n == 0 || rest->p[0] != '{')
		return sw_fault(why, EINVAL, "a comparison lacks an operand in braces");
	*rest = raw_skip(*rest, 1);
	if (!take_closed(rest, '{', '}', ret))
		return sw_fault(why, EINVAL, "a brace is not closed");
	*rest = skip_blanks(*rest);
	return 0;
}

/* What follows ? or a colon: in braces, or all that is left, blanks included. */
static int take_operand(struct sw_raw *rest, struct sw_raw *ret, struct sw_fault *why)
{
	struct sw_raw text = skip_blanks(*rest);

	if (text.n > 0 && text.p[0] == '{')
		return take_braced(rest, ret, why);
	*ret = *rest;
	*rest = raw_skip(*rest, rest->n);
	return 0;
}

static bool is_number(struct sw_raw text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!raw_is_digit(text.p[i]))
			return false;
	return text.n > 0;
}

static struct sw_raw skip_zeros(struct sw_raw number)
{
	while (number.n > 0 && number.p[0] == '0')
		number = raw_skip(number, 1);
	return number;
}

/* Below, above or 0: numbers by value, all else by bytes. */
static int compare(struct sw_raw a, struct sw_raw b)
{
	size_t n;
	int order;

	if (is_number(a) && is_number(b)) {
		a = skip_zeros(a);
		b = skip_zeros(b);
		if (a.n != b.n)
			return a.n < b.n ? -1 : 1;
	}
	n = a.n < b.n ? a.n : b.n;
	order = n ? memcmp(a.p, b.p, n) : 0;
	return order ? order : (a.n > b.n) - (a.n < b.n);
}

static bool is_so(int order, struct sw_raw operation)
{
	bool with_equal = raw_find(operation, '=') < operation.n;

	if (operation.p[0] == '!')
		return order != 0;
	if (operation.p[0] == '<')
		return order < 0 || (with_equal && order == 0);
	if (operation.p[0] == '>')
		return order > 0 || (with_equal && order == 0);
	return order == 0;
}

/* == and its like, at the start of *rest; -ENODATA for "<=level", Postfix's own. */
static int take_operation(struct sw_raw *rest, struct sw_raw *ret, struct sw_fault *why)
{
	static const char *const known[] = { "==", "!=", "<", "<=", ">=", ">" };
	size_t n = 0;
	bool is_known = false;

	while (n < rest->n && rest->p[n] && strchr("<>!=?+-*/~&|%", rest->p[n]))
		n++;
	*ret = raw_from(rest->p, n);
	for (size_t i = 0; i < SW_COUNT(known); i++)
		is_known |= raw_is(*ret, known[i]);
	if (!is_known)
		return sw_fault(why, EINVAL, "a comparison lacks its operator");
	*rest = raw_skip(*rest, n);
	if (rest->n > 0 && raw_is_alnum(rest->p[0]))
		return sw_fault(why, ENODATA, "it compares in a way that only Postfix knows");
	return 0;
}

/* An operand of a comparison, which has no other side to be added to. */
static int expand_apart(struct expansion *x, struct sw_raw text, struct sw_raw *ret,
			struct sw_fault *why)
{
	struct expansion apart = {
		.lookup = x->lookup, .ctx = x->ctx, .work = x->work, .stack = x->stack
	};
	int rc = parse(&apart, text, 0, why);

	x->work = apart.work;
	*ret = raw_from(apart.out, apart.n);
	return rc;
}

static int compare_operands(struct expansion *x, struct sw_raw *rest, bool *ret,
			    struct sw_fault *why)
{
	struct sw_raw side[2];
	struct sw_raw value[2] = { { NULL, 0 }, { NULL, 0 } };
	struct sw_raw operation;
	int rc = take_braced(rest, &side[0], why);

	if (rc == 0)
		rc = take_operation(rest, &operation, why);
	if (rc == 0)
		rc = take_braced(rest, &side[1], why);
	for (int i = 0; i < 2 && rc == 0; i++)
		rc = expand_apart(x, side[i], &value[i], why);
	if (rc == 0)
		*ret = is_so(compare(value[0], value[1]), operation);
	free((char *)value[0].p);
	free((char *)value[1].p);
	return rc;
}

/* The value of what stands before ? or a colon. */
static int take_subject(struct expansion *x, struct sw_raw *rest, struct sw_raw *ret,
			struct sw_fault *why)
{
	struct sw_raw name;
	bool yes = false;
	int rc;

	*rest = skip_blanks(*rest);
	if (rest->n > 0 && rest->p[0] == '{') {
		rc = compare_operands(x, rest, &yes, why);
		*ret = raw_of(yes ? "true" : "");
		return rc;
	}
	name = raw_from(rest->p, name_length(*rest));
	*rest = skip_blanks(raw_skip(*rest, name.n));
	if (rest->n > 0 && rest->p[0] == '{')
		return sw_fault(why, ENODATA, "it calls a function that only Postfix knows");
	if (rest->n > 0 && rest->p[0] != '?' && rest->p[0] != ':')
		return sw_fault(why, EINVAL, "a name holds what no name may hold");
	*ret = raw_from(NULL, 0);
	rc = name.n > 0 ? x->lookup(name, ret, x->ctx, why) : -ENOENT;
	return rc == -ENOENT ? 0 : rc;
}

/* The text between the braces of ${...}, or the name of $name. */
static int expression(struct expansion *x, struct sw_raw rest, unsigned depth, struct sw_fault *why)
{
	struct sw_raw value;
	struct sw_raw text;
	char which;
	int rc = take_subject(x, &rest, &value, why);

	if (rc < 0)
		return rc;
	if (rest.n == 0)
		return parse(x, value, depth + 1, why);
	which = rest.p[0];
	if (which != '?' && which != ':')
		return sw_fault(why, EINVAL, "text follows a comparison");
	rest = raw_skip(rest, 1);
	if (which == '?') {
		rc = take_operand(&rest, &text, why);
		if (rc == 0 && value.n > 0) /* the value as it stands: "$empty" is not empty */
			rc = parse(x, text, depth + 1, why);
		if (rc < 0 || rest.n == 0)
			return rc;
		if (rest.p[0] != ':')
			return sw_fault(why, EINVAL, "text follows a closing brace");
		rest = raw_skip(rest, 1);
	}
	rc = take_operand(&rest, &text, why);
	if (rc == 0 && value.n == 0)
		rc = parse(x, text, depth + 1, why);
	if (rc == 0 && rest.n > 0)
		return sw_fault(why, EINVAL, "text follows a closing brace");
	return rc;
}

/* *rest begins with a '$' that stands for something. */
static int take_reference(struct expansion *x, struct sw_raw *rest, unsigned depth,
			  struct sw_fault *why)
{
	struct sw_raw inner;
	char open;

	*rest = raw_skip(*rest, 1);
	open = rest->n > 0 ? rest->p[0] : '\0';
	if (open == '{' || open == '(') {
		*rest = raw_skip(*rest, 1);
		if (!take_closed(rest, open, open == '{' ? '}' : ')', &inner))
			return sw_fault(why, EINVAL, "a reference is not closed");
	} else {
		inner = raw_from(rest->p, name_length(*rest));
		*rest = raw_skip(*rest, inner.n);
	}
	if (inner.n == 0)
		return sw_fault(why, EINVAL, "a reference has no name");
	return expression(x, inner, depth, why);
}

static int parse_pieces(struct expansion *x, struct sw_raw text, unsigned depth,
			struct sw_fault *why)
{
	int rc = 0;

	while (text.n > 0 && rc == 0) {
		size_t n = raw_find(text, '$');

		x->work += n + STEP;
		if (n > 0) {
			rc = put(x, raw_from(text.p, n), why);
			text = raw_skip(text, n);
		} else if (text.n > 1 && text.p[1] == '$') {
			rc = put(x, raw_from(text.p, 1), why);
			text = raw_skip(text, 2);
		} else {
			rc = take_reference(x, &text, depth, why);
		}
	}
	return rc;
}

static int parse(struct expansion *x, struct sw_raw text, unsigned depth, struct sw_fault *why)
{
	int rc;

	x->work += text.n + STEP; /* each level looks for its closing braces anew */
	if (text.n > 0 && (depth > DEPTH_MAX || x->stack > STACK_MAX))
		return sw_fault(why, EINVAL, "it is nested too deep, or refers to itself");
	if (x->work > WORK_MAX)
		return sw_fault(why, E2BIG, "it takes too many steps");
	x->stack++;
	rc = parse_pieces(x, text, depth, why);
	x->stack--;
	return rc;
}

int expand(struct sw_raw text, expand_fn lookup, void *ctx, char **ret, struct sw_fault *why)
{
	struct expansion x = { .lookup = lookup, .ctx = ctx };
	int rc = parse(&x, text, 0, why);

	if (rc == 0)
		rc = put(&x, raw_from(NULL, 0), why);
	if (rc < 0) {
		free(x.out);
		x.out = NULL;
	}
	*ret = x.out;
	return rc;
}
