#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <netinet/tcp.h>

#include "os/sockets.h"
#include "test.h"

struct met {
	size_t n;
	struct socket_seen last;
};

static void meet(const struct socket_seen *seen, void *ctx)
{
	struct met *met = ctx;

	met->n++;
	met->last = *seen;
}

static const uint16_t ports[] = { 25, 465, 587 };

static struct sockets_query query(struct met *met)
{
	*met = (struct met){ .n = 0 };
	return (struct sockets_query){
		.port = ports, .ports = SW_COUNT(ports), .fn = meet, .ctx = met
	};
}

static void a_line_of_ss_is_read_as_it_is_printed(void **state)
{
	static const struct {
		const char *line;
		size_t n, bad;
		enum socket_state state;
		unsigned port;
		const char *address, *net;
	} rows[] = {
		{ "ESTAB 0 0 192.0.2.1:25 198.51.100.7:40000", 1, 0, SOCKET_ESTABLISHED, 25,
		  "198.51.100.7", "198.51.100.7" },
		{ "ESTAB  12  0   [2001:db8::1]:587   [2001:db8:1:2:3::4]:99  ", 1, 0,
		  SOCKET_ESTABLISHED, 587, "2001:db8:1:2:3::4", "2001:db8:1:2::/64" },
		{ "ESTAB 0 0 [::ffff:192.0.2.1]:465 [::ffff:198.51.100.7]:1", 1, 0,
		  SOCKET_ESTABLISHED, 465, "198.51.100.7", "198.51.100.7" },
		{ "ESTAB 0 0 [fe80::1]%eth0:25 [fe80::2%eth0]:1", 1, 0, SOCKET_ESTABLISHED, 25,
		  "fe80::2", "fe80::/64" },
		{ "SYN-RECV 0 0 192.0.2.1:25 198.51.100.7:4", 1, 0, SOCKET_HALF_OPEN, 25,
		  "198.51.100.7", "198.51.100.7" },
		{ "LISTEN 0 100 0.0.0.0:25 0.0.0.0:*", 1, 0, SOCKET_LISTENS, 25 },
		{ "LISTEN 0 100 *:465 *:*", 1, 0, SOCKET_LISTENS, 465 },
		/* the other end's port is nobody's question */
		{ "ESTAB 0 0 192.0.2.1:40000 198.51.100.7:25", 0, 0 },
		{ "ESTAB 0 0 192.0.2.1:2525 198.51.100.7:1", 0, 0 },
		{ "TIME-WAIT 0 0 192.0.2.1:25 198.51.100.7:1", 0, 0 },
		{ "CLOSE-WAIT 0 0 192.0.2.1:25 198.51.100.7:1", 0, 0 },
		{ "ESTAB 0 0 192.0.2.1:25 198.51.100.300:1", 0, 1 },
		{ "ESTAB 0 0 192.0.2.1:25", 0, 1 },
		{ "ESTAB 0 0 192.0.2.1 198.51.100.7:1", 0, 1 },
		{ "ESTAB 0 0 192.0.2.1:99999999999999999999 198.51.100.7:1", 0, 1 },
		{ "State Recv-Q Send-Q Local Address:Port Peer Address:Port Process", 0, 0 },
		{ "\377\376", 0, 1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct met met;
		struct sockets_query q = query(&met);
		char text[SOCKET_TEXT + 4];
		size_t bad = 0;

		sockets_parse(raw_of(rows[i].line), &q, &bad);
		want_number(rows[i].line, met.n, rows[i].n);
		want_number(rows[i].line, bad, rows[i].bad);
		if (rows[i].n == 0)
			continue;
		want_number(rows[i].line, met.last.state, rows[i].state);
		want_number(rows[i].line, met.last.port, rows[i].port);
		if (!rows[i].address)
			continue;
		socket_text(&met.last, false, text);
		want_text(rows[i].line, text, rows[i].address);
		socket_text(&met.last, true, text);
		want_text(rows[i].line, text, rows[i].net);
	}
}

/* An answer of the kernel: a message of a socket, and the end of the list. */
struct answer {
	struct nlmsghdr head;
	struct inet_diag_msg body;
	struct nlmsghdr done;
	int status;
};

static struct answer answer_of(unsigned char family, unsigned char state, const char *address)
{
	struct answer a = {
		.head = { .nlmsg_len = NLMSG_HDRLEN + sizeof(a.body), .nlmsg_type = 20 },
		.body = { .idiag_family = family, .idiag_state = state },
		.done = { .nlmsg_len = NLMSG_HDRLEN + sizeof(a.status), .nlmsg_type = NLMSG_DONE },
	};

	a.body.id.idiag_sport = htons(25);
	(void)inet_pton(family, address, a.body.id.idiag_dst);
	return a;
}

static void an_answer_of_the_kernel_is_read(void **state)
{
	static const struct {
		unsigned char family, state;
		const char *address;
		size_t n;
		const char *want;
	} rows[] = {
		{ AF_INET, TCP_ESTABLISHED, "198.51.100.7", 1, "198.51.100.7" },
		{ AF_INET6, TCP_ESTABLISHED, "2001:db8::7", 1, "2001:db8::7" },
		{ AF_INET6, TCP_SYN_RECV, "::ffff:198.51.100.7", 1, "198.51.100.7" },
		{ AF_INET, TCP_TIME_WAIT, "198.51.100.7", 0, "" },
		{ AF_UNIX, TCP_ESTABLISHED, "198.51.100.7", 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct answer a = answer_of(rows[i].family, rows[i].state, rows[i].address);
		struct met met;
		struct sockets_query q = query(&met);
		char text[SOCKET_TEXT + 4];
		int rc = sockets_answer(&a, sizeof(a), &q);

		if (rc == -ENOTSUP)
			skip();
		want_number(rows[i].address, rc, 0);
		want_number(rows[i].address, met.n, rows[i].n);
		socket_text(&met.last, false, text);
		if (met.n > 0)
			want_text("address", text, rows[i].want);
	}
}

static void an_answer_that_is_cut_or_refuses_is_an_error(void **state)
{
	struct answer a = answer_of(AF_INET, TCP_ESTABLISHED, "198.51.100.7");
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
	} refusal = { .head = { .nlmsg_len = sizeof(refusal), .nlmsg_type = NLMSG_ERROR },
		      .error = { .error = -ENOENT } };
	struct met met;
	struct sockets_query q = query(&met);

	(void)state;
	if (sockets_answer(&a, sizeof(a), &q) == -ENOTSUP)
		skip();
	want_number("no such module", sockets_answer(&refusal, sizeof(refusal), &q), -ENOENT);
	refusal.error.error = INT_MIN;
	want_number("no errno", sockets_answer(&refusal, sizeof(refusal), &q), -EBADMSG);
	for (size_t n = 0; n < sizeof(a.head) + sizeof(a.body); n++) {
		q = query(&met);
		want_number("a cut message is none", sockets_answer(&a, n, &q) >= 0 ? met.n : 0, 0);
	}
	a.head.nlmsg_len = 0x80000010; /* below 0 as an int */
	want_number("a length of 2 GiB", sockets_answer(&a, sizeof(a), &q), -EBADMSG);
	/* a body that is too short to be one */
	a.head.nlmsg_len = NLMSG_HDRLEN + 8;
	q = query(&met);
	(void)sockets_answer(&a, a.head.nlmsg_len, &q);
	want_number("a short body is none", met.n, 0);
}

static void the_list_of_a_copied_host_is_believed_whole_or_not_at_all(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct met met;
	struct sockets_query q = query(&met);

	(void)state;
	want_number("no list", sockets_each(&h, &q, &why), -ENOENT);
	host_file(&h, "/sockets", "LISTEN 0 100 *:25 *:*\nESTAB 0 0 192.0.2.1:25 192.0.2.9:4\n");
	q = query(&met);
	want_number("list", sockets_each(&h, &q, &why), 0);
	want_number("both", met.n, 2);
	host_file(&h, "/sockets", "LISTEN 0 100 *:25 *:*\nESTAB 0 0 192.0.2.1:25 192.0.");
	q = query(&met);
	why = (struct sw_fault){ 0 };
	want_number("cut", sockets_each(&h, &q, &why), -EBADMSG);
	want_in("cut", why.text.s, "/sockets holds 1 line");
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_of_ss_is_read_as_it_is_printed),
		cmocka_unit_test(an_answer_of_the_kernel_is_read),
		cmocka_unit_test(an_answer_that_is_cut_or_refuses_is_an_error),
		cmocka_unit_test(the_list_of_a_copied_host_is_believed_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
