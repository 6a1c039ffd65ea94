#include "incident/letterhead.h"

#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "queue/plain.h"

enum { BYTES = 65536, RECORDS = 256, JUMPS = 16 };

/* --- encoded words: =?CHARSET?B or Q?TEXT?= */

static int digit_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (raw_is_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Into buf, which has room for text.n bytes. -1 where it is no base64. */
static ssize_t decode_b(struct sw_raw text, char *buf)
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;

	while (text.n > 0 && text.p[text.n - 1] == '=')
		text.n--;
	for (size_t i = 0; i < text.n; i++) {
		int digit = digit_of(text.p[i]);

		if (digit < 0)
			return -1;
		bits = bits << 6 | (uint32_t)digit;
		have += 6;
		if (have >= 8) {
			have -= 8;
			buf[n++] = (char)(bits >> have & 0xFF);
		}
	}
	return (ssize_t)n;
}

static int hex_of(char c)
{
	if (raw_is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static ssize_t decode_q(struct sw_raw text, char *buf)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '=') {
			buf[n++] = text.p[i] == '_' ? ' ' : text.p[i];
			continue;
		}
		if (i + 2 >= text.n || hex_of(text.p[i + 1]) < 0 || hex_of(text.p[i + 2]) < 0)
			return -1;
		buf[n++] = (char)(hex_of(text.p[i + 1]) << 4 | hex_of(text.p[i + 2]));
		i += 2;
	}
	return (ssize_t)n;
}

static bool is_charset(struct sw_raw name)
{
	static const char *const names[] = { "utf-8", "us-ascii" };

	name.n = raw_find(name, '*'); /* RFC 2231: *LANGUAGE */
	for (size_t i = 0; i < SW_COUNT(names); i++)
		if (name.n == strlen(names[i]) && strncasecmp(name.p, names[i], name.n) == 0)
			return true;
	return false;
}

/* Take an encoded word that can be decoded off *rest, into buf. -1, and nothing taken, else. */
static ssize_t take_word(struct sw_raw *rest, char *buf)
{
	struct sw_raw at = *rest;
	struct sw_raw charset;
	struct sw_raw text;
	const char *end;
	ssize_t n;
	char how;

	if (!raw_take(&at, "=?"))
		return -1;
	charset = raw_from(at.p, raw_find(at, '?'));
	at = raw_skip(at, charset.n);
	if (at.n < 3 || at.p[2] != '?' || !is_charset(charset))
		return -1;
	how = (char)(at.p[1] | 0x20);
	at = raw_skip(at, 3);
	end = at.n ? memmem(at.p, at.n, "?=", 2) : NULL;
	if (!end || (how != 'b' && how != 'q'))
		return -1;
	text = raw_from(at.p, (size_t)(end - at.p));
	n = how == 'b' ? decode_b(text, buf) : decode_q(text, buf);
	if (n >= 0)
		*rest = raw_skip(at, text.n + 2);
	return n;
}

struct sw_label letterhead_text(struct sw_raw value)
{
	char buf[LETTERHEAD_LINE];
	size_t n = 0;
	bool word = false; /* the last thing was one */

	value = raw_trim(value);
	if (value.n > sizeof(buf))
		value.n = sizeof(buf);
	while (value.n > 0) {
		/* blanks between two of them are none */
		struct sw_raw next = word ? raw_trim(value) : value;
		ssize_t more = take_word(&next, buf + n);

		word = more >= 0;
		if (word) {
			n += (size_t)more;
			value = next;
		} else {
			buf[n++] = value.p[0];
			value = raw_skip(value, 1);
		}
	}
	return sw_label_from(raw_from(buf, n));
}

/* --- the header */

struct header {
	struct letterhead *ret;
	size_t n;
	char line[LETTERHEAD_LINE]; /* of the last one, its lines joined */
};

static void end_line(struct header *h)
{
	static const char *const names[] = { "from:", "subject:" };
	struct sw_label *const into[] = { &h->ret->from, &h->ret->subject };

	for (size_t i = 0; i < SW_COUNT(names); i++) {
		const size_t n = strlen(names[i]);

		if (h->n > n && strncasecmp(h->line, names[i], n) == 0 && into[i]->n == 0)
			*into[i] = letterhead_text(raw_from(h->line + n, h->n - n));
	}
	h->n = 0;
}

/* False at the end of the header. */
static bool take_piece(struct header *h, struct sw_raw piece, bool begins)
{
	size_t n;

	if (begins && piece.n == 0)
		return false;
	if (begins && !raw_is_blank(piece.p[0]))
		end_line(h);
	n = piece.n < sizeof(h->line) - h->n ? piece.n : sizeof(h->line) - h->n;
	if (n > 0)
		memcpy(h->line + h->n, piece.p, n);
	h->n += n;
	return true;
}

bool letterhead_parse(queue_record_pread_fn fn, void *ctx, int64_t size, int64_t offset,
		      struct letterhead *ret)
{
	static struct sw_queue_file_room room;
	struct queue_records from = { .pread = fn,
				      .ctx = ctx,
				      .room = &room,
				      .size = size,
				      .at = offset,
				      .budget = BYTES,
				      .content = true };
	struct header h = { .ret = ret };
	struct queue_record r;
	struct sw_raw piece;
	int64_t target;
	int jumps = JUMPS;
	bool begins = true;
	bool goes_on = true;

	memset(ret, 0, sizeof(*ret));
	room.head_n = room.more_n = room.kept_n = 0;
	room.more_at = 0;
	for (int i = 0; i < RECORDS && goes_on && queue_record_next(&from, &r); i++) {
		if (r.type == 'w') /* what a milter took out */
			continue;
		if (r.type == 'p') {
			goes_on = queue_record_target(&from, &r, &target) &&
				  (target == 0 || queue_record_jump(&from, target, &jumps));
			continue;
		}
		if ((r.type != 'N' && r.type != 'L') || !queue_record_data(&from, &r, &piece))
			break;
		(void)queue_script_take(&ret->script, piece, r.type == 'N');
		goes_on = take_piece(&h, piece, begins);
		begins = r.type == 'N';
	}
	end_line(&h);
	return from.error == 0;
}

bool letterhead_read(int directory, const char *name, const struct sw_queue_file *f,
		     struct letterhead *ret)
{
	struct stat st;
	bool is_read = false;
	int fd;

	memset(ret, 0, sizeof(*ret));
	if (f->data_offset <= 0) /* of maildrop nothing says where it begins */
		return false;
	fd = queue_plain_open(directory, name);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		is_read = letterhead_parse(queue_plain_pread, &fd, (int64_t)st.st_size,
					   f->data_offset, ret);
	close(fd);
	return is_read;
}
