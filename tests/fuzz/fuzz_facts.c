/*
 * fuzz_facts: any bytes as a small log in three files: what log_reader_take() counts of its lines adds
 * up, what log_window_read() gives is what was counted, and minutes stay minutes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "log/window.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1795431600, MINUTES = 15, SINCE = NOW - 60 * MINUTES, FILES = 3 };

static bool wants_out(struct sw_raw syslog_name, void *ctx)
{
	(void)ctx;
	return raw_is(syslog_name, "postfix-out");
}

static void begin(struct log_reader *r, uint8_t mode)
{
	*r = (struct log_reader){ .clock.now = NOW, .wanted = mode & 1 ? wants_out : NULL };
	if (mode & 2)
		log_hosts_add(&r->hosts, raw_of("mx"));
}

/* Line by line: each number is at most the one before it. */
static struct log_facts count(struct log_reader *r, struct sw_raw text)
{
	struct log_facts f = { .lines = 0 };
	struct log_message message;
	struct sw_raw line;
	uint64_t ours = 0;

	while (raw_line(&text, &line)) {
		struct log_facts before = f;
		bool is_ours = log_reader_take(r, line, &f, &message);

		ours += is_ours;
		if (f.ours != ours || f.postfix < f.ours || f.headed < f.postfix ||
		    f.stamped < f.headed || f.lines < f.stamped || f.lines > before.lines + 1 ||
		    f.lost > f.lines - f.headed || f.run > f.lines - f.headed ||
		    f.heard < before.heard || (f.heard > 0 && f.ours == 0))
			abort();
		if (is_ours && ((message.time > f.heard && log_facts_proves(message.text)) ||
				message.text.n > line.n))
			abort();
		if (is_ours && log_message_pid(&message) && raw_find(line, '[') == line.n)
			abort();
	}
	return f;
}

static int hear(const struct log_message *message, void *ctx)
{
	(void)message;
	++*(uint64_t *)ctx;
	return 0;
}

static int open_text(struct sw_raw text)
{
	int fd = memfd_create("log", MFD_CLOEXEC);

	if (fd < 0 || write(fd, text.p, text.n) != (ssize_t)text.n)
		abort();
	return fd;
}

/* Cut into files at NULs; one that begins with '!' can't be opened. */
static void read_window(uint8_t mode, struct sw_raw text)
{
	static struct log_reader r;
	struct log_set_file file[FILES];
	struct log_set set = { .file = file, .before = mode & 4 ? SINCE - 60 : LOG_NEVER,
			       .has_log = mode & 8 };
	struct log_proof proof;
	uint64_t given = 0;
	struct log_window w = { .reader = &r, .proof = &proof, .fn = hear, .ctx = &given };
	struct sw_fault why = { 0 };

	begin(&r, mode);
	while (set.n < FILES && (text.n > 0 || set.n == 0)) {
		size_t n = set.n + 1 < FILES ? raw_find(text, '\0') : text.n;
		struct log_set_file *f = &file[set.n++];

		*f = (struct log_set_file){ .fd = -1, .directory = "/", .written = NOW };
		snprintf(f->name, sizeof(f->name), "%zu", set.n);
		if (n > 0 && text.p[0] == '!')
			sw_fault_errno(&f->why, mode & 16 ? 13 : 5, "open it");
		else
			f->fd = open_text(raw_from(text.p, n));
		text = raw_skip(text, n + (n < text.n));
	}
	log_proof_begin(&proof, NOW, SINCE, MINUTES);
	if (log_window_read(&w, &set, "/log", SINCE, &why) != 0 || given != w.all.ours ||
	    proof.heard > NOW + LOG_PROOF_SLACK || proof.reasons > LOG_PROOF_REASONS)
		abort();
	for (unsigned m = 0; m < MINUTES; m++) {
		const struct log_reason *reason;

		if (proof.why[m] >= proof.reasons)
			abort();
		if ((log_proof_state(&proof, m, 1, &reason) == LOG_MINUTE_KNOWN) !=
		    (reason->doubt == LOG_FINE || reason->bearable))
			abort();
	}
	/* of files that could not be opened nothing is known */
	if (file[0].fd < 0 && set.n == 1 && log_proof_state(&proof, 0, MINUTES, NULL) == LOG_MINUTE_KNOWN)
		abort();
	for (size_t i = 0; i < set.n; i++)
		if (file[i].fd >= 0)
			close(file[i].fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct log_reader r;
	uint8_t mode = size ? data[0] : 0;
	struct sw_raw text = raw_from((const char *)data + (size > 0), size - (size > 0));

	if (setenv("TZ", "UTC", 1))
		abort();
	begin(&r, mode);
	count(&r, text);
	read_window(mode, text);
	return 0;
}
