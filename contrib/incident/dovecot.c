#include "incident/dovecot.h"

#include "os/clock.h"
#include "os/command.h"

/* A file, of whose name nothing is torn or taken for two. */
static bool is_log(struct sw_raw path)
{
	return raw_starts(path, "/") && !raw_starts(path, "/dev/") &&
	       raw_find(path, ' ') == path.n && raw_find(path, '\t') == path.n;
}

const char *dovecot_logs_said(char *buf, size_t said)
{
	struct sw_raw rest = { buf, said };
	struct sw_raw path;
	size_t n = 0;

	while (raw_line(&rest, &path)) {
		if (!is_log(path))
			continue;
		/* to the left: what is read is not overwritten */
		memmove(buf + n, path.p, path.n);
		n += path.n;
		buf[n++] = ' ';
	}
	buf[n > 0 ? n - 1 : 0] = '\0';
	return n > 0 ? buf : NULL;
}

const char *dovecot_logs(const struct sw_host *h, char buf[DOVECOT_LOGS])
{
	static const char *const argv[] = { "doveconf", "-h", "log_path", "info_log_path", NULL };
	struct sw_fault ignored = { 0 };
	int got;

	if (h->copied)
		return NULL;
	got = command_output(argv, clock_ms() + DOVECOT_MS, buf, DOVECOT_LOGS, &ignored);
	if (got < 0 || got >= DOVECOT_LOGS - 1)
		return NULL;
	return dovecot_logs_said(buf, (size_t)got);
}
