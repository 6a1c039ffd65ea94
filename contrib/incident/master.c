#include "incident/master.h"

/* Options of daemons that take a value (master/single_server.c). */
static const char valued[] = "imnost";

/* Is there nothing but blanks before a '#', or before the end? */
static bool is_comment(struct sw_raw line)
{
	line = raw_trim(line);
	return line.n == 0 || line.p[0] == '#';
}

/* The next logical line into buf: what begins with a blank goes on, comments between them do not
 * count. */
static bool logical_line(struct sw_raw *rest, char *buf, struct sw_raw *ret)
{
	struct sw_raw line;
	size_t n = 0;

	while (rest->n > 0) {
		struct sw_raw before = *rest;

		(void)raw_line(rest, &line);
		if (is_comment(line))
			continue;
		if (n > 0 && !raw_is_blank(line.p[0])) {
			*rest = before;
			break;
		}
		memcpy(buf + n, line.p, line.n);
		n += line.n;
	}
	*ret = raw_from(buf, n);
	return n > 0;
}

bool master_word(struct sw_raw *rest, const char *separators, struct sw_raw *ret)
{
	size_t depth = 0;
	size_t n = 0;

	while (rest->n > 0 && rest->p[0] && strchr(separators, rest->p[0]))
		*rest = raw_skip(*rest, 1);
	for (; n < rest->n; n++) {
		char c = rest->p[n];

		if (depth == 0 && c && strchr(separators, c))
			break;
		depth += c == '{';
		depth -= c == '}' && depth > 0;
	}
	*ret = raw_from(rest->p, n);
	*rest = raw_skip(*rest, n);
	return n > 0;
}

/* An argument, which { and } keep together. */
static bool take_argument(struct sw_raw *rest, struct sw_raw *ret)
{
	bool any = master_word(rest, " \t\r\n", ret);

	if (any && ret->p[0] == '{' && ret->p[ret->n - 1] == '}')
		*ret = raw_trim(raw_from(ret->p + 1, ret->n - 2));
	return any;
}

bool master_next(struct sw_raw *rest, char *buf, struct master_service *ret)
{
	struct sw_raw line;

	while (logical_line(rest, buf, &line)) {
		struct sw_raw field[8];
		size_t n = 0;

		while (n < SW_COUNT(field) && raw_word(&line, " \t\r\n", &field[n]))
			n++;
		if (n < SW_COUNT(field))
			continue;
		*ret = (struct master_service){
			.name = field[0], .type = field[1], .command = field[7], .arguments = line
		};
		return true;
	}
	return false;
}

static bool is_setting(struct sw_raw text, struct sw_raw parameter, struct sw_raw *ret)
{
	size_t equal = raw_find(text, '=');

	if (equal == text.n || !raw_same(raw_trim(raw_from(text.p, equal)), parameter))
		return false;
	*ret = raw_trim(raw_skip(text, equal + 1));
	return true;
}

/*
 * An argument is a cluster of options, of which the last may have its value behind it or in the
 * next argument. *option is 0 where none has one.
 */
static void take_cluster(struct sw_raw argument, char *option, struct sw_raw *value)
{
	*option = '\0';
	for (size_t i = 1; i < argument.n; i++) {
		if (!argument.p[i] || !strchr(valued, argument.p[i]))
			continue;
		*option = argument.p[i];
		*value = raw_skip(argument, i + 1);
		return;
	}
}

bool master_option(const struct master_service *service, struct sw_raw parameter,
		   struct sw_raw *ret)
{
	struct sw_raw rest = service->arguments;
	struct sw_raw argument;
	bool found = false;

	while (take_argument(&rest, &argument)) {
		struct sw_raw value = { 0 };
		char option;

		/* as getopt(3): what is no option ends them */
		if (argument.n < 2 || argument.p[0] != '-' || raw_is(argument, "--"))
			break;
		take_cluster(argument, &option, &value);
		if (option && value.n == 0 && !take_argument(&rest, &value))
			break;
		if (option == 'o' && is_setting(value, parameter, ret))
			found = true;
	}
	return found;
}
