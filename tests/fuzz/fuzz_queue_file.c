/*
 * fuzz_qfile: any bytes as a queue file. The login is compared with what a second, naive reader
 * finds; cut anywhere the file must not show another one; reads must be few.
 */
#include <errno.h>
#include <stdlib.h>

#include "queue/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct memory {
	const char *p;
	size_t n;
	size_t reads;
};

static struct sw_queue_file who;
static struct sw_queue_file all;
static struct sw_queue_file cut;

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

static int parse(struct sw_raw file, enum sw_queue_file_depth depth, struct sw_queue_file *ret)
{
	struct memory m = { file.p, file.n, 0 };
	struct sw_fault why = { 0 };
	int rc = queue_file_parse(memory_pread, &m, "A1",
				     depth == SW_QUEUE_FILE_ALL ? (int64_t)file.n : INT64_MAX,
				     depth, NULL, ret, &why);

	/* a jump leads to two reads at most, a record of the content to one */
	if (m.reads > (depth == SW_QUEUE_FILE_WHO ? 512 : 64 + file.n))
		abort();
	if (rc != 0 && (rc != -EBADMSG || why.code != EBADMSG))
		abort();
	return rc;
}

/* The first sasl_username of a file in one piece, told by nothing but the format. */
static struct sw_raw naive_login(struct sw_raw file)
{
	size_t at = 0;

	while (at + 2 <= file.n && at < 16384) {
		unsigned char type = (unsigned char)file.p[at++];
		size_t n = 0;
		unsigned shift = 0;
		struct sw_raw b;
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
		if (type == 'A' && equal < b.n &&
		    raw_is(raw_trim(raw_from(b.p, equal)), "sasl_username"))
			return raw_trim(raw_skip(b, equal + 1));
	}
	return raw_from(NULL, 0);
}

static void inside(const struct sw_queue_file *q, struct sw_raw value)
{
	const char *room = (const char *)&q->room;

	if (value.n && (value.p < room || value.p + value.n > room + sizeof(q->room)))
		abort();
}

static void touch(const struct sw_queue_file *q)
{
	const struct sw_raw values[] = { q->sasl_method,     q->sasl_username,
					 q->sasl_sender,     q->log_ident,
					 q->client_name,     q->client_address,
					 q->log_client_name, q->log_client_address,
					 q->sender,	     q->script };

	for (size_t i = 0; i < SW_COUNT(values); i++)
		inside(q, values[i]);
	if (q->arrival_usec < 0 || q->arrival_usec > 999999 || q->arrival_time < 0 ||
	    q->data_offset < 0 || q->data_size < 0 || (unsigned)q->state > SW_QUEUE_FILE_DAMAGED)
		abort();
	if ((q->has_uid && !q->local) || (q->script.p && !q->maildrop && !q->has_uid))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_raw file = raw_from((const char *)data, size);
	int rc = parse(file, SW_QUEUE_FILE_WHO, &who);
	struct sw_raw login;

	if (parse(file, SW_QUEUE_FILE_ALL, &all) != rc)
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
	if (login.p && !who.sasl_username.p && !who.maildrop && who.state == SW_QUEUE_FILE_WHOLE)
		abort();
	if (size > 1 &&
	    parse(raw_from(file.p, data[size - 1] * size / 256), SW_QUEUE_FILE_ALL, &cut) == 0 &&
	    cut.sasl_username.p && !raw_same(cut.sasl_username, who.sasl_username))
		abort();
	return 0;
}
