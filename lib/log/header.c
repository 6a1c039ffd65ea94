#include "log/header.h"

bool log_header(struct sw_raw line, struct log_head *ret)
{
	size_t n = log_stamp_length(line);
	struct sw_raw rest;
	size_t end;
	size_t slash;

	if (n == 0 || n >= line.n)
		return false;
	ret->stamp = raw_from(line.p, n);
	rest = raw_skip(line, n + 1);
	n = raw_find(rest, ' ');
	if (n == 0 || n == rest.n)
		return false;
	ret->host = raw_from(rest.p, n);
	rest = raw_skip(rest, n + 1);
	/* a tag ends at its [pid]; blanks can't be in it, so it can't be sought in the text */
	end = 0;
	while (end < rest.n && rest.p[end] != '[' && rest.p[end] != ' ' && rest.p[end] != ':')
		end++;
	if (end == 0 || end == rest.n || rest.p[end] != '[')
		return false;
	ret->tag = raw_from(rest.p, end);
	slash = raw_find_last(ret->tag, '/');
	if (slash == ret->tag.n)
		return false;
	ret->daemon = raw_skip(ret->tag, slash + 1);
	rest = raw_skip(rest, end + 1);
	n = 0;
	while (n < rest.n && raw_is_digit(rest.p[n]))
		n++;
	if (n == 0 || rest.n < n + 3 || memcmp(rest.p + n, "]: ", 3) != 0)
		return false;
	ret->text = raw_skip(rest, n + 3);
	return true;
}
