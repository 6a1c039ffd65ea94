/* The part of the screen on clients: who is connected to the mail ports now. */
#include <errno.h>

#include "incident/say.h"
#include "incident/screen.h"
#include "traffic/logins.h"
#include "words/client.h"

enum { NAMED = LOGINS_QUESTIONS };

void screen_clients_look(struct screen_clients *c, const struct sw_host *h)
{
	static const uint16_t ports[] = { 25, 465, 587 };
	struct sockets_query query = {
		.port = ports, .ports = SW_COUNT(ports), .fn = connections_take, .ctx = &c->seen
	};
	int rc;

	c->why = c->unseen = (struct sw_fault){ 0 };
	rc = connections_new(&c->seen, h, &c->why);
	if (rc == 0)
		rc = sockets_each(h, &query, &c->why);
	if (rc < 0)
		return;
	connections_end(&c->seen);
	connections_doubt(&c->seen, h, &query, &c->why);
	c->unseen = query.unseen;
}

static bool is_client(struct sw_raw address, void *ctx)
{
	const struct topk_row *row = ctx;
	struct socket_seen other;

	return socket_from_text(address, &other) && row->name.n == (other.is_ipv6 ? 16U : 4U) &&
	       memcmp(other.address, row->name.p, row->name.n) == 0;
}

static void say_client(const struct topk_row *row, const struct logins_query *login)
{
	const struct connections_peer *peer = row->value;
	char address[SOCKET_TEXT + 4];
	struct sw_label text;

	socket_text(&peer->seen, false, address);
	text = words_client(&(struct words_client){ .address = address,
						    .connections = row->count,
						    .half_open = peer->half_open,
						    .account = login->account,
						    .others = login->others });
	fputs("  ", stdout);
	say_wrapped(text.s, 2, 4);
}

void screen_clients_say(struct screen_clients *c, const struct sw_host *h, struct spool *spool,
			size_t top)
{
	const struct log_where where = { .spool = spool };
	const struct topk_row *row[NAMED];
	struct logins_query login[NAMED] = { 0 };
	struct sw_fault why = { 0 };
	size_t n;

	screen_head(h, "Clients, connected now to the ports 25, 465 and 587");
	if (c->why.code) {
		screen_unknown("who is", &c->why.text);
		return;
	}
	n = connections_top(c->seen.address, 1, row, top < NAMED ? top : NAMED);
	for (size_t i = 0; i < n; i++)
		login[i] = (struct logins_query){ .is_client = is_client,
						  .ctx = (void *)(uintptr_t)row[i] };
	if (n > 0) /* a log that can't be read names nobody, and is complained of elsewhere */
		(void)!logins_find(h, &where, login, n, &why);
	for (size_t i = 0; i < n; i++)
		say_client(row[i], &login[i]);
	if (why.code == ENOMEM)
		screen_unknown("who uses them", &why.text);
	if (topk_rows(c->seen.address) > n)
		printf("  and %zu more\n", topk_rows(c->seen.address) - n);
	if (n == 0)
		puts("  nobody");
	if (c->unseen.code)
		screen_unknown("others", &c->unseen.text);
}

void screen_clients_json(struct screen_clients *c, size_t top)
{
	const struct topk_row *row[SCREEN_MOST];
	size_t n = c->why.code ? 0 : connections_top(c->seen.address, 1, row, top);
	char address[SOCKET_TEXT + 4];

	fputs(",\"clients\":[", stdout);
	for (size_t i = 0; i < n; i++) {
		socket_text(&((const struct connections_peer *)row[i]->value)->seen, false,
			    address);
		fputs(i > 0 ? ",{\"address\":" : "{\"address\":", stdout);
		say_json(stdout, raw_of(address));
		printf(",\"connections\":%llu}", (unsigned long long)row[i]->count);
	}
	putchar(']');
	if (c->why.code || c->unseen.code)
		screen_json_unknown("clients_unknown",
				    c->why.code ? &c->why.text : &c->unseen.text);
}

void screen_clients_free(struct screen_clients *c)
{
	connections_free(&c->seen);
}
