/*
 * smtp_clients: TCP connections to the mail ports, now, by client address; names the busiest one
 * and the account that it uses.
 */
#include <arpa/inet.h>
#include <errno.h>

#include "base/num.h"
#include "munin/munin.h"
#include "parts/account_field.h"
#include "parts/colours.h"
#include "os/connections.h"
#include "parts/log_source.h"
#include "parts/settings_shared.h"
#include "traffic/logins.h"
#include "words/client.h"
#include "words/share.h"

#define PORTS "25 465 587"

enum {
	CLIENTS = 100, /* most that are drawn */
	NAMED = 3,     /* most whose accounts are looked for */
	MANY = 11,     /* connections from which on a client is worth a look into the log */
};

static const struct sw_munin_setting settings[] = {
	{ "ports", SW_MUNIN_TEXT, PORTS,
	  .help = "ports whose connections are counted, at most 32, separated by blanks" },
	{ "clients", SW_MUNIN_COUNT, "20", 1, CLIENTS, "most clients that by_address draws" },
	{ "floor", SW_MUNIN_COUNT, "5", 1, 1000000,
	  "connections that a client must have to be drawn" },
	LOG_SOURCE_SETTINGS,
	{ "busiest_warning", SW_MUNIN_LEVEL, "20",
	  .help = "warning range of the client with most connections" },
	{ "busiest_critical", SW_MUNIN_LEVEL, "40",
	  .help = "its critical range; Postfix itself turns a client away at 50 "
		  "(smtpd_client_connection_count_limit)" },
	{ "busiest_64_warning", SW_MUNIN_LEVEL, "20",
	  .help = "warning range of the IPv6 network with most connections" },
	{ "busiest_64_critical", SW_MUNIN_LEVEL, "40", .help = "its critical range" },
	{ "FIELD_warning", SW_MUNIN_LEVEL, NULL,
	  .help = "warning range of another field, such as established_warning" },
	{ "FIELD_critical", SW_MUNIN_LEVEL, NULL, .help = "critical range of another field" },
	{ 0 },
};

#define GRAPH(NAME, TITLE, INFO)                                                                   \
	{                                                                                          \
		.name = NAME, .title = TITLE, .args = "--base 1000 -l 0", .vlabel = "connections", \
		.category = "postfix", .no_scale = true, .info = INFO                              \
	}

static const struct sw_munin_graph root =
	GRAPH(NULL, "SMTP clients",
	      "TCP connections to the mail ports at the moment of the poll, by client address.");
static const struct sw_munin_graph by_address = GRAPH(
	"by_address", "SMTP clients by address",
	"Connections of each of the busiest clients, and of all others together, at the moment of "
	"the poll. One that keeps most of them: its account stands in the extra information of "
	"the busiest client, in the alert mail and in spoolwatch.");

struct run {
	struct sw_munin *m;
	uint16_t port[SOCKET_PORTS];
	struct sockets_query query;
	struct connections seen;
	struct sw_fault failed; /* code not 0: nothing is known */
};

static bool take_ports(const char *text, struct run *run)
{
	struct sw_raw rest = raw_of(text);
	struct sw_raw word;
	uint64_t port;

	run->query.ports = 0;
	while (raw_word(&rest, " \t,", &word)) {
		if (run->query.ports == SOCKET_PORTS || !num_from(word, &port) || port == 0 ||
		    port > UINT16_MAX)
			return false;
		run->port[run->query.ports++] = (uint16_t)port;
	}
	return run->query.ports > 0;
}

static void read_ports(struct run *run)
{
	const char *text = sw_munin_text(run->m, "ports");
	struct sw_fault why = { 0 };

	run->query.port = run->port;
	if (take_ports(text, run))
		return;
	sw_fault(&why, EINVAL,
		 "env.ports is %s, allowed are up to %d numbers from 1 to 65535, it is now " PORTS,
		 text, SOCKET_PORTS);
	sw_munin_complain(run->m, &why);
	(void)take_ports(PORTS, run);
}

static void read_sockets(struct run *run)
{
	const struct sw_host *h = sw_munin_host(run->m);
	int rc = connections_new(&run->seen, h, &run->failed);

	if (rc == 0)
		rc = sockets_each(h, &run->query, &run->failed);
	if (rc < 0)
		return;
	connections_end(&run->seen);
	connections_doubt(&run->seen, h, &run->query, &run->failed);
	if (run->query.unseen.code && !run->failed.code)
		sw_munin_complain(run->m, &run->query.unseen);
}

static bool is_client(struct sw_raw address, void *ctx)
{
	const struct topk_row *row = ctx;
	struct socket_seen other;

	return socket_from_text(address, &other) &&
	       other.is_ipv6 == ((const struct connections_peer *)row->value)->seen.is_ipv6 &&
	       memcmp(other.address, row->name.p, row->name.n) == 0;
}

/* The clients of a field, and who uses them. */
struct busiest {
	const struct topk_row *row[NAMED];
	struct logins_query login[NAMED];
	size_t n;
	bool net;
};

static void find_logins(struct run *run, struct busiest *address, struct busiest *net)
{
	struct busiest *const of[] = { address, net };
	struct logins_query query[2 * NAMED];
	struct sw_fault why = { 0 };
	struct log_source source;
	struct log_where where;
	size_t n = 0;

	for (size_t k = 0; k < SW_COUNT(of); k++)
		for (size_t i = 0; i < of[k]->n && of[k]->row[i]->count >= MANY; i++)
			query[n++] =
				(struct logins_query){ .is_client = is_client,
						       .ctx = (void *)(uintptr_t)of[k]->row[i] };
	if (n == 0)
		return;
	log_source_begin(&source, run->m);
	where = log_source_where(&source);
	/* a log that can't be read names nobody, and is postfix_sasl_rate's to complain of; what
	   this run lacks is its own */
	(void)!logins_find(sw_munin_host(run->m), &where, query, n, &why);
	if (why.code == ENOMEM)
		sw_munin_complain(run->m, &why);
	log_source_end(&source);
	n = 0;
	for (size_t k = 0; k < SW_COUNT(of); k++)
		for (size_t i = 0; i < of[k]->n && of[k]->row[i]->count >= MANY; i++)
			of[k]->login[i] = query[n++];
}

static struct sw_label words(const struct busiest *b, size_t i)
{
	const struct connections_peer *peer = b->row[i]->value;
	char address[SOCKET_TEXT + 4];

	socket_text(&peer->seen, b->net, address);
	return words_client(&(struct words_client){ .address = address,
						    .connections = b->row[i]->count,
						    .half_open = peer->half_open,
						    .addresses = peer->addresses,
						    .account = b->login[i].account,
						    .others = b->login[i].others });
}

static void add(struct run *run, struct sw_munin_field *f, double number)
{
	f->own_levels = true;
	f->value = sw_munin_value_of(number);
	if (run->failed.code)
		sw_munin_add_unknown(run->m, f, &run->failed);
	else
		sw_munin_add(run->m, f);
}

/* The busiest one, then those that are above the level as well. */
static void add_busiest(struct run *run, const char *name, const char *label, const char *colour,
			const char *info, const struct busiest *b)
{
	struct sw_munin_field f = { .name = sw_field_own(name),
				    .label = sw_label_printed("%s", label),
				    .draw = "LINE2",
				    .colour = colour,
				    .info = info,
				    .own_levels = true };
	double level = munin_upper_warning(run->m, &f);

	for (size_t i = 0; i < b->n && (i == 0 || (double)b->row[i]->count > level); i++) {
		struct sw_label one = words(b, i);

		if (!words_then(&f.extinfo, &one))
			break;
	}
	add(run, &f, b->n > 0 ? (double)b->row[0]->count : 0);
}

static void add_number(struct run *run, const char *name, const char *label, const char *info,
		       uint64_t number, bool more)
{
	struct sw_munin_field f = { .name = sw_field_own(name),
				    .label = sw_label_printed("%s", label),
				    .info = info };

	if (more)
		f.extinfo = sw_label_printed("more than %d", CONNECTIONS_ADDRESSES);
	add(run, &f, (double)number);
}

static void add_root(struct run *run)
{
	struct busiest address = { .n = 0 };
	struct busiest net = { .net = true };
	bool known = !run->failed.code;

	if (known) {
		address.n = connections_top(run->seen.address, 1, address.row, NAMED);
		net.n = connections_top(run->seen.net, 1, net.row, NAMED);
		find_logins(run, &address, &net);
	}
	sw_munin_graph(run->m, &root);
	add_busiest(run, "busiest", "busiest client", COLOUR_MOST,
		    "Connections of the client address that has most", &address);
	add_busiest(run, "busiest_64", "busiest IPv6 network", COLOUR_DOUBT,
		    "Connections of the /64 that has most: a client may use all addresses of it",
		    &net);
	add_number(
		run, "established", "established",
		"Connections of all clients; Postfix takes default_process_limit (100) a service",
		run->seen.established, false);
	add_number(run, "half_open", "half open",
		   "Connections that the client has not confirmed yet (SYN received)",
		   run->seen.half_open, false);
	add_number(run, "addresses", "addresses", "Different client addresses",
		   known ? topk_rows(run->seen.address) : 0,
		   known && topk_evicted(run->seen.address) > 0);
}

static void add_each(struct run *run)
{
	const struct topk_row *row[CLIENTS];
	size_t n = run->failed.code
			   ? 0
			   : connections_top(run->seen.address, sw_munin_count(run->m, "floor"),
					     row, (size_t)sw_munin_count(run->m, "clients"));
	uint64_t rest = run->seen.established + run->seen.half_open;
	struct sw_munin_field others = { .name = sw_field_own("others"),
					 .label = sw_label_printed("all others"),
					 .draw = "LINE2",
					 .colour = COLOUR_OTHERS };
	char text[SOCKET_TEXT + 4];
	char key[ACCOUNT_KEY];

	sw_munin_graph(run->m, &by_address);
	for (size_t i = 0; i < n; i++) {
		struct sw_munin_field f = { .value = { 0 } };

		socket_text(&((const struct connections_peer *)row[i]->value)->seen, false, text);
		f.name = account_field(account_client(raw_of(text), key));
		f.label = sw_label_printed("%s", text);
		f.draw = "LINE2";
		rest -= row[i]->count < rest ? row[i]->count : rest; /* a count may be too high */
		add(run, &f, (double)row[i]->count);
	}
	add(run, &others, (double)rest);
}

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	struct run run = { .m = m, .query = { .fn = connections_take } };

	(void)why;
	run.query.ctx = &run.seen;
	read_ports(&run);
	read_sockets(&run);
	add_root(&run);
	add_each(&run);
	connections_free(&run.seen);
	return 0;
}

static void look(const struct socket_seen *seen, void *ctx)
{
	bool *found = ctx;

	(void)seen;
	*found = true;
}

static int probe(struct sw_munin *m, struct sw_fault *why)
{
	struct run run = { .m = m, .query = { .fn = look } };
	bool found = false;
	int rc;

	run.query.ctx = &found;
	read_ports(&run);
	rc = sockets_each(sw_munin_host(m), &run.query, why);
	if (rc == 0 && !found)
		return sw_fault(why, ENOENT, "nothing listens on the mail ports (env.ports)");
	return rc;
}

static const struct sw_munin_plugin plugin = {
	.name = "smtp_clients",
	.summary = "TCP connections to the mail ports, now, by client address",
	.markers = SW_MUNIN_MARKERS("auto", "autoconf"),
	.settings = settings,
	.probe = probe,
	.collect = collect,
	.palette = true,
	.fields = SETTINGS_SHARED_FIELDS,
	.shared = SETTINGS_SHARED,
};

int main(int argc, char **argv)
{
	return sw_munin_main(&plugin, argc, argv);
}
