/* Sockets counted by address and by network, beside plain counting; when none is no answer. */
#include <errno.h>
#include <sys/stat.h>

#include "os/connections.h"
#include "os/netns.h"
#include "pieces.h"
#include "test.h"

enum { ADDRESSES = 24, SOCKETS = 200 };

/* The n-th: eight of IPv4, the others of four IPv6 networks. */
static struct socket_seen socket_of(size_t n, enum socket_state state)
{
	struct socket_seen seen = { .state = state, .port = 25, .is_ipv6 = n >= 8 };

	seen.address[0] = 32;
	seen.address[3] = n < 8 ? (unsigned char)n : 0;
	if (seen.is_ipv6) {
		seen.address[7] = (unsigned char)(n % 4);
		seen.address[15] = (unsigned char)n;
	}
	return seen;
}

struct plain {
	uint64_t count;
	uint32_t half_open;
};

static void want_peer(const char *what, struct topk *t, const struct socket_seen *seen, size_t bytes,
		      const struct plain *plain, uint32_t addresses)
{
	const struct topk_row *row =
		topk_find(t, raw_from((const char *)seen->address, bytes));
	const struct connections_peer *peer;

	want_number(what, row != NULL, plain->count > 0);
	if (!row)
		return;
	peer = row->value;
	want_number(what, row->count, plain->count);
	want_number(what, peer->half_open, plain->half_open);
	want_number(what, peer->addresses, addresses);
	want_number(what, peer->seen.is_ipv6, seen->is_ipv6);
	want_number(what, memcmp(peer->seen.address, seen->address, bytes), 0);
}

/* Of all that have so many: whoever is before another has more, or as many and a smaller address. */
static void want_top(struct topk *t, const struct plain *plain, size_t n, uint64_t least, size_t max)
{
	const struct topk_row *top[ADDRESSES];
	size_t got = connections_top(t, least, top, max);
	size_t want = 0;

	for (size_t i = 0; i < n; i++)
		want += plain[i].count > 0 && plain[i].count >= least;
	want_number("so many", got, want < max ? want : max);
	for (size_t i = 0; i < got; i++) {
		size_t more = 0; /* that must stand before it */

		want_number("enough", top[i]->count >= least, true);
		for (size_t k = 0; k < topk_rows(t); k++) {
			const struct topk_row *other = topk_row(t, k);

			more += other->count > top[i]->count ||
				(other->count == top[i]->count &&
				 raw_order(other->name, top[i]->name) < 0);
		}
		want_number("its place", i, more);
	}
}

static void a_round(const struct sw_host *h)
{
	struct plain address[ADDRESSES] = { { 0 } };
	struct plain net[4] = { { 0 } };
	uint64_t states[3] = { 0 };
	uint32_t members[4] = { 0 };
	struct connections c;
	struct sw_fault why = { 0 };
	size_t sockets = pieces_draw(SOCKETS);

	want_number("new", connections_new(&c, h, &why), 0);
	for (size_t i = 0; i < sockets; i++) {
		size_t n = pieces_draw(1 + pieces_draw(ADDRESSES));
		enum socket_state state = (enum socket_state)pieces_draw(3);
		struct socket_seen seen = socket_of(n, state);

		connections_take(&seen, &c);
		states[state]++;
		if (state == SOCKET_LISTENS)
			continue;
		address[n].count++;
		address[n].half_open += state == SOCKET_HALF_OPEN;
		if (n < 8)
			continue;
		net[n % 4].count++;
		net[n % 4].half_open += state == SOCKET_HALF_OPEN;
	}
	connections_end(&c);
	want_number("listen", c.listeners, states[SOCKET_LISTENS]);
	want_number("half open", c.half_open, states[SOCKET_HALF_OPEN]);
	want_number("established", c.established, states[SOCKET_ESTABLISHED]);
	for (size_t n = 8; n < ADDRESSES; n++)
		members[n % 4] += address[n].count > 0;
	for (size_t n = 0; n < ADDRESSES; n++) {
		struct socket_seen seen = socket_of(n, SOCKET_ESTABLISHED);

		want_peer("address", c.address, &seen, n < 8 ? 4 : 16, &address[n], 0);
		if (n >= 8 && n < 12) {
			seen = socket_of(n, SOCKET_ESTABLISHED);
			for (size_t k = 0; k < 4; k++)
				if (k == n % 4)
					want_peer("network", c.net, &seen, 8, &net[k], members[k]);
		}
	}
	want_top(c.address, address, ADDRESSES, pieces_draw(12), 1 + pieces_draw(ADDRESSES));
	want_top(c.net, net, 4, pieces_draw(30), 1 + pieces_draw(4));
	connections_free(&c);
}

static void they_are_as_many_as_by_plain_counting(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	for (int round = 0; round < 300; round++)
		a_round(&h);
	host_remove(&h);
}

static void none_is_an_answer_of_who_listens_and_saw_all(void **state)
{
	static const uint16_t ports[] = { 25, 587 };
	static const struct {
		const char *what;
		struct connections c;
		bool unseen, copied;
		int code;
		const char *words;
	} rows[] = {
		{ "one is there", { .established = 1 }, true, true, 0, "" },
		{ "half of one is there", { .half_open = 1 }, true, true, 0, "" },
		{ "one, and half of one", { .established = 1, .half_open = 1 }, true, true, 0, "" },
		{ "a listener", { .listeners = 1 }, false, true, 0, "" },
		{ "a listener, and what can't be seen", { .listeners = 1 }, true, true, EPERM,
		  "there may be others: shut" },
		{ "what can't be seen", { 0 }, true, true, EPERM, "there may be others: shut" },
		{ "nothing", { 0 }, false, true, ENOENT, "nothing listens on port 25, 587" },
		{ "nothing here", { 0 }, false, false, ENOENT, NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sockets_query q = { .port = ports, .ports = SW_COUNT(ports) };
		struct sw_host h = host_new(NULL);
		struct sw_fault why = { 0 };
		const char *words = rows[i].words;

		h.copied = rows[i].copied;
		if (rows[i].unseen)
			sw_fault(&q.unseen, EPERM, "shut");
		if (!words)
			words = netns_may_look() ? "nothing listens on port 25, 587"
						 : "nothing listens on port 25, 587 outside of "
						   "containers, where only root can look";
		connections_doubt(&rows[i].c, &h, &q, &why);
		want_number(rows[i].what, why.code, rows[i].code);
		want_text(rows[i].what, why.text.s, words);
		host_remove(&h);
	}
}

/* The second of both ports leads into a container, which is not to be seen but by root. */
static int doubt_of_proxy(void *ctx)
{
	static const uint16_t ports[] = { 25, 587 };
	struct sockets_query q = { .port = ports, .ports = SW_COUNT(ports) };
	struct connections c = { .listeners = 1 };
	struct sw_fault why = { 0 };

	connections_doubt(&c, ctx, &q, &why);
	return why.code == EACCES && strstr(why.text.s, "port 587 leads into a container") ? 0 : -1;
}

static void a_port_that_leads_into_a_container_is_none_that_was_seen(void **state)
{
	static const char words[] = "docker-proxy\0-host-port\000587";
	struct sw_host h = host_new(NULL);

	(void)state;
	host_bytes(&h, "/proc/7/cmdline", words, sizeof(words));
	assert_int_equal(chmod(h.root_path, 0755), 0);
	want_number("it is said", as_nobody(doubt_of_proxy, &h), 0);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_as_many_as_by_plain_counting),
		cmocka_unit_test(none_is_an_answer_of_who_listens_and_saw_all),
		cmocka_unit_test(a_port_that_leads_into_a_container_is_none_that_was_seen),
	};

	return cmocka_run_group_tests_name("connections", tests, NULL, NULL);
}
