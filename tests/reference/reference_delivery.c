/* A NUL in a text is taken for another control byte. */
#include "reference_delivery.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "postfix/reply.h"
#include "reference_match.h"
#include "traffic/refusal.h"

#define ADDRESS "<(\"(\\\\.|[^\"\\\\])*\"[^>]*|[^\">][^>]*|)>"
#define STATUS	"^([245])\\.([0-9]{1,3})\\.([0-9]{1,3})"

static bool read_line(struct sw_raw text, struct delivery *ret)
{
	struct sw_raw group[REF_GROUPS];

	*ret = (struct delivery){ .dsn = { 0 } };
	if (!ref_eat(&text, "^([A-Za-z0-9_]{6,}): to=" ADDRESS, group))
		return false;
	ret->queue_id = group[1];
	ret->recipient = group[2];
	if (ref_is(text, "^, orig_to=<") && !ref_eat(&text, "^, orig_to=" ADDRESS, group))
		return false;
	if (!ref_is(text, "^, relay="))
		return false;
	while (ret->status.n == 0) {
		if (!ref_eat(&text, "^, ([^=]*)=([^, ]*)", group))
			return false;
		if (ref_is(group[1], "^relay$"))
			ret->relay = group[2];
		if (ref_is(group[1], "^status$"))
			ret->status = group[2];
		if (ref_is(group[1], "^dsn$")) {
			struct sw_raw code = group[2];
			struct sw_raw part[REF_GROUPS];
			bool is = ref_eat(&code, STATUS, part);

			ret->dsn = (struct delivery_dsn){ 0 };
			if (is)
				ret->dsn = (struct delivery_dsn){ (unsigned)ref_number(part[1]),
								  (unsigned)ref_number(part[2]),
								  (unsigned)ref_number(part[3]) };
		}
	}
	if (!ref_eat(&text, "^ \\(", group))
		return false;
	ret->said = text;
	if (text.n > 0 && text.p[text.n - 1] == ')')
		ret->said.n--;
	return true;
}

/* NAME[ADDR]:PORT at the beginning */
static struct sw_raw server_of(struct sw_raw text)
{
	unsigned char ignored[16];
	struct sw_raw group[REF_GROUPS];
	char address[64] = "";

	if (!ref_eat(&text, "^[^ []+\\[([0-9A-Fa-f.:]{1,45})(%[^]]*)?\\]:[0-9]", group))
		return raw_from("", 0);
	memcpy(address, group[1].p, group[1].n);
	if (inet_pton(strchr(address, ':') ? AF_INET6 : AF_INET, address, ignored) != 1)
		return raw_from("", 0);
	return raw_from(group[1].p, group[1].n + group[2].n);
}

static struct sw_raw read_server(const struct delivery *d)
{
	struct sw_raw said = d->said;
	struct sw_raw group[REF_GROUPS];

	if (!ref_is(d->relay, "^none$"))
		return server_of(d->relay);
	return ref_eat(&said, "^connect to ", group) ? server_of(said) : raw_from("", 0);
}

static struct sw_raw read_queued(struct sw_raw said)
{
	struct sw_raw group[REF_GROUPS];
	struct sw_raw last;

	if (!ref_match(said, "(.*queued as )(.*)", group))
		return raw_from("", 0);
	last = group[2];
	return ref_eat(&last, "^[A-Za-z0-9_]{6,}", group) ? group[0] : raw_from("", 0);
}

static bool same_code(struct delivery_dsn a, struct delivery_dsn b)
{
	return a.class == b.class && a.subject == b.subject && a.detail == b.detail;
}

bool reference_delivery_agrees(struct sw_raw text)
{
	struct delivery want;
	struct delivery got;
	bool is = read_line(text, &want);

	if (delivery_event(text, &got) != is)
		return false;
	return !is || (raw_same(got.queue_id, want.queue_id) &&
		       raw_same(got.recipient, want.recipient) && raw_same(got.relay, want.relay) &&
		       raw_same(got.status, want.status) && raw_same(got.said, want.said) &&
		       same_code(got.dsn, want.dsn) &&
		       raw_same(delivery_server(&got), read_server(&want)) &&
		       raw_same(delivery_queued_as(&got), read_queued(want.said)));
}

/* Spaces in place of what stands in < >, and around a '<' that stands for itself. */
static char *without_brackets(struct sw_raw words)
{
	char *s = malloc(3 * words.n + 1);
	size_t n = 0;

	if (!s)
		abort();
	for (size_t i = 0; i < words.n; i++) {
		size_t end = i;

		if (words.p[i] != '<') {
			s[n++] = (unsigned char)words.p[i] <= ' ' ? ' ' : words.p[i];
			continue;
		}
		while (end < words.n && end < i + 330 && words.p[end] != '>')
			end++;
		s[n++] = ' ';
		if (end < words.n && end < i + 330) {
			i = end;
		} else {
			s[n++] = '<';
			s[n++] = ' ';
		}
	}
	s[n] = '\0';
	return s;
}

/* One word without its codes, in small letters, behind the others. */
static void add_word(char *word, char *text, struct delivery_dsn *dsn, const char *server,
		     const char *domain)
{
	struct sw_raw rest = raw_of(word);
	struct sw_raw group[REF_GROUPS];
	size_t n;

	if (strchr(word, '@'))
		return;
	if (!ref_eat(&rest, "^[245][0-9][0-9]$", group))
		(void)ref_eat(&rest, "^[245][0-9][0-9]-", group);
	(void)ref_eat(&rest, "^.?#", group);
	if (ref_eat(&rest, STATUS, group)) {
		if (dsn->subject == 0 && dsn->detail == 0)
			*dsn = (struct delivery_dsn){ (unsigned)ref_number(group[1]),
						      (unsigned)ref_number(group[2]),
						      (unsigned)ref_number(group[3]) };
		if (rest.n <= 2)
			rest.n = 0;
	}
	if (rest.n == 0)
		return;
	n = rest.n;
	while (n > 0 && strchr(".,:;)", rest.p[n - 1]))
		n--;
	if (n > 0 && ((n == strlen(server) && strncasecmp(rest.p, server, n) == 0) ||
		      (n == strlen(domain) && strncasecmp(rest.p, domain, n) == 0)))
		return;
	if (*text)
		strcat(text, " ");
	strncat(text, rest.p, rest.n);
}

/* Is each piece of a row there, as the beginning of a word, one behind the other? */
static bool is_said(const char *text, const char *row)
{
	char words[256];
	char *context = NULL;
	const char *from = text;
	bool first = *row == '^';

	strcpy(words, row + first);
	for (char *piece = strtok_r(words, "*", &context); piece;
	     piece = strtok_r(NULL, "*", &context)) {
		const char *at;

		while (*piece == ' ')
			piece++;
		while (piece[strlen(piece) - 1] == ' ')
			piece[strlen(piece) - 1] = '\0';
		at = strstr(from, piece);
		while (at && at > text && isalnum((unsigned char)at[-1]) &&
		       isalnum((unsigned char)piece[0]))
			at = strstr(at + 1, piece);
		if (!at || (first && at != text))
			return false;
		first = false;
		from = at + strlen(piece);
	}
	return true;
}

bool reference_refusal_agrees(struct sw_raw line)
{
	struct delivery d;
	struct refusal_reason got;
	struct sw_raw words;
	char *context = NULL;
	char *server;
	char *domain;
	unsigned class;
	char *text;
	char *all;
	size_t row = 0;

	if (!read_line(line, &d))
		return true;
	got = refusal_reason(&d);
	if (reply_words(d.said, &words) == REPLY_OWN)
		return got.row == refusal_words_n;
	class = ref_is(words, "^[45][0-9][0-9]") ? (unsigned)(words.p[0] - '0') : d.dsn.class;
	all = without_brackets(words);
	text = calloc(1, strlen(all) + 2);
	if (!text)
		abort();
	/* no word holds a NUL */
	server = strndup(d.relay.p, memchr(d.relay.p, 0, d.relay.n) ? 0 : d.relay.n);
	domain = strndup(d.recipient.p, memchr(d.recipient.p, 0, d.recipient.n) ? 0 : d.recipient.n);
	if (!server || !domain)
		abort();
	server[strcspn(server, "[")] = '\0';
	for (char *word = strtok_r(all, " ", &context); word; word = strtok_r(NULL, " ", &context))
		add_word(word, text, &d.dsn, server,
			 strrchr(domain, '@') ? strrchr(domain, '@') + 1 : "");
	free(server);
	free(domain);
	for (char *p = text; *p; p++)
		*p = (char)((unsigned char)*p < 128 ? tolower((unsigned char)*p) : *p);
	if (strlen(text) > 1024) /* some is not looked at */
		text[0] = '\0';
	while (row < refusal_words_n && text[0]) {
		const struct refusal_words *r = &refusal_words[row];

		if ((r->class == 0 || r->class == class) &&
		    (r->subject == 0 || r->subject == d.dsn.subject) &&
		    (r->detail == 0 || r->detail == d.dsn.detail) && is_said(text, r->words) &&
		    !((r->kind == REFUSAL_REPUTATION || r->kind == REFUSAL_CONTENT) &&
		      d.dsn.subject == 1 &&
		      (d.dsn.detail == 1 || d.dsn.detail == 2 || d.dsn.detail == 3 ||
		       d.dsn.detail == 6 || d.dsn.detail == 10)))
			break;
		row++;
	}
	if (d.dsn.subject == 7 && d.dsn.detail >= 20 && d.dsn.detail <= 32 && d.dsn.detail != 28)
		row = refusal_words_n;
	free(all);
	if (text[0] && got.row != row) {
		free(text);
		return false;
	}
	free(text);
	return true;
}
