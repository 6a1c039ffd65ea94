/*
 * fuzz_qfile: any bytes as a queue file. The login is compared with what a second, naive reader
 * finds; cut anywhere the file must not show another one; reads must be few.
 */
#include <errno.h>
#include <stdlib.h>

#include "read/qfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct memory {
	const char *p;
	size_t n;
	size_t reads;
};

static struct qfile who;
static struct qfile all;
static struct qfile cut;

static ssize_t memory_pread(void *ctx, char *ret, size_t n, int64_t offset)
{
	struct memory *m = ctx;

	m->reads++;
	if (offset < 0 || n == 0)
		abort();
	if (offset >= (int64_t)m->n)
		return 0;
	if (n > m->n - (size_t)offset)
		n = m->n - (size_t)offset;
	memcpy(ret, m->p + offset, n);
	return (ssize_t)n;
}

static int parse(struct raw file, enum qfile_depth depth, struct qfile *ret)
{
	struct memory m = { file.p, file.n, 0 };
	struct fault why = { 0 };
	int rc = qfile_parse(memory_pread, &m, "A1", depth == QFILE_ALL ? (int64_t)file.n : INT64_MAX,
			     depth, ret, &why);

	/* a jump leads to two reads at most, a record of the content to one */
	if (m.reads > (depth == QFILE_WHO ? 512 : 64 + file.n))
		abort();
	if (rc != 0 && (rc != -EBADMSG || why.code != EBADMSG))
		abort();
	return rc;
}

/* The first sasl_username of a file in one piece, told by nothing but the format. */
static struct raw naive_login(struct raw file)
{
	size_t at = 0;

	while (at + 2 <= file.n && at < 16384) {
		unsigned char type = (unsigned char)file.p[at++];
		size_t n = 0;
		unsigned shift = 0;
		struct raw b;
		size_t equal;

		do {
			if (shift > 21 || at == file.n)
				return raw_from(NULL, 0);
			n |= (size_t)(file.p[at] & 0x7f) << shift;
			shift += 7;
		} while (file.p[at++] & 0x80);
		if (n > file.n - at || !type || !strchr("ACTcFILO>WVKionPrew<p", type))
			return raw_from(NULL, 0);
		b = raw_from(file.p + at, n);
		at += n;
		if (type == 'p' && strspn(raw_trim(b).n ? raw_trim(b).p : "", "0") < raw_trim(b).n)
			return raw_from(NULL, 0);
		equal = raw_find(b, '=');
		if (type == 'A' && equal < b.n && raw_is(raw_trim(raw_from(b.p, equal)), "sasl_username"))
			return raw_trim(raw_skip(b, equal + 1));
	}
	return raw_from(NULL, 0);
}

static void inside(const struct qfile *q, struct raw value)
{
	const char *room = (const char *)&q->room;

	if (value.n && (value.p < room || value.p + value.n > room + sizeof(q->room)))
		abort();
}

static void touch(const struct qfile *q)
{
	const struct raw values[] = { q->sasl_method, q->sasl_username, q->sasl_sender,
				      q->log_ident, q->client_name, q->client_address,
				      q->log_client_name, q->log_client_address, q->sender };

	for (size_t i = 0; i < SW_COUNT(values); i++)
		inside(q, values[i]);
	if (q->arrival_usec < 0 || q->arrival_usec > 999999 || q->arrival_time < 0 ||
	    q->data_offset < 0 || q->data_size < 0 || (unsigned)q->state > QFILE_DAMAGED)
		abort();
	if (q->has_uid && !q->local)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct raw file = raw_from((const char *)data, size);
	int rc = parse(file, QFILE_WHO, &who);
	struct raw login;

	if (parse(file, QFILE_ALL, &all) != rc)
		abort();
	touch(&who);
	touch(&all);
	if (rc < 0)
		return 0;
	/* a loop ends sooner where the size is known */
	if (!raw_same(who.sasl_username, all.sasl_username) ||
	    (who.sender.p && all.sender.p && !raw_same(who.sender, all.sender)) ||
	    (who.arrival_time && all.arrival_time && who.arrival_time != all.arrival_time))
		abort();
	login = naive_login(file);
	if (who.sasl_username.p && !raw_same(who.sasl_username, login))
		abort();
	if (login.p && !who.sasl_username.p && !who.maildrop && who.state == QFILE_WHOLE)
		abort();
	if (size > 1 && parse(raw_from(file.p, data[size - 1] * size / 256), QFILE_ALL, &cut) == 0 &&
	    cut.sasl_username.p && !raw_same(cut.sasl_username, who.sasl_username))
		abort();
	return 0;
}
