#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "forbid.h"
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
		{ "ESTAB 0 0 [2001:db8::1]:587 [2001:db8:1:2:8001:203:405:607]:99", 1, 0,
		  SOCKET_ESTABLISHED, 587, "2001:db8:1:2:8001:203:405:607", "2001:db8:1:2::/64" },
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
		{ "ESTAB 0 0 192.0.2.1:25 198.51.100.7", 0, 1 },
		{ "ESTAB 0 0 192.0.2.1:25 198.51.100.7:x", 0, 1 },
		{ "LISTEN 0 100 *:25 *", 0, 1 },
		{ "LISTEN 0 100 *:* *:*", 0, 0 },
		{ "LISTEN 0 100 *:1 *:*", 0, 0 },
		{ "LISTEN 0 100 *:0 *:*", 0, 0 },
		{ "LISTEN 0 100 *: *:*", 0, 1 },
		{ "ESTAB 0 0 192.0.2.1:25 []:1", 0, 1 },
		{ "ESTAB 0 0 192.0.2.1:25 [:1", 0, 1 },
		{ "ESTAB 0 0 192.0.2.1:25 ]:1", 0, 1 },
		{ "ESTAB 0 0 192.0.2.1:25 %eth0:1", 0, 1 },
		{ "ESTAB 0 0 192.0.2.1:25 :1", 0, 1 },
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
		size_t n = strlen(rows[i].line);
		char *exact = malloc(n); /* nothing stands behind it, nor behind the ports */
		size_t bad = 0;

		assert_non_null(exact);
		memcpy(exact, rows[i].line, n);
		sockets_parse(raw_from(exact, n), &q, &bad);
		free(exact);
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

/* '*' is no port, not even of who asks for the first one. */
static void any_port_is_none(void **state)
{
	static const uint16_t first = 1;
	struct met met = { .n = 0 };
	struct sockets_query q = { .port = &first, .ports = 1, .fn = meet, .ctx = &met };
	size_t bad = 0;

	(void)state;
	sockets_parse(raw_of("LISTEN 0 100 *:* *:*"), &q, &bad);
	want_number("any", met.n + bad, 0);
	sockets_parse(raw_of("LISTEN 0 100 *:1 *:*"), &q, &bad);
	want_number("the first", met.n, 1);
}

static int each_without_sockets(void *ctx)
{
	const struct sw_host h = { .root = -1, .root_path = "/" };
	struct sw_fault why = { 0 };
	struct met met;
	struct sockets_query q = query(&met);
	int rc;

	(void)ctx;
	if (forbid_call(SYS_socket, EACCES) < 0)
		return -EACCES; /* nothing can be forbidden here */
	rc = sockets_each(&h, &q, &why);
	return q.spaces > 0 || (rc < 0 && rc != -why.code) ? -EPROTO : rc;
}

static void who_may_not_ask_is_told_so(void **state)
{
	int rc = as_nobody(each_without_sockets, NULL);

	(void)state;
	/* where libc asks by socketcall(2) nothing was forbidden */
	if (rc != -ENOTSUP && rc != 0)
		want_number("refused", rc, -EACCES);
}

static void a_text_is_an_address_up_to_the_longest_that_there_is(void **state)
{
	static const struct {
		const char *text;
		bool is, is_ipv6;
		unsigned char address[16];
	} rows[] = {
		{ "192.0.2.1", true, false, { 192, 0, 2, 1 } },
		{ "[192.0.2.1]", true, false, { 192, 0, 2, 1 } },
		{ "::", true, true, { 0 } },
		{ "::ffff:1.2.3.4", true, false, { 1, 2, 3, 4 } },
		{ "::fffe:1.2.3.4", true, true, { [10] = 0xff, [11] = 0xfe, 1, 2, 3, 4 } },
		{ "::1:ffff:1.2.3.4", true, true, { [9] = 1, [10] = 0xff, [11] = 0xff, 1, 2, 3, 4 } },
		{ "0000:0000:0000:0000:0000:ffff:255.255.255.255", true, false, { 255, 255, 255, 255 } },
		{ "0000:0000:0000:0000:0000:ffff:255.255.255.255%eth0", true, false, { 255, 255, 255, 255 } },
		{ "0000:0000:0000:0000:0000:ffff:0255.255.255.255", false, false, { 0 } },
		{ "00000:0000:0000:0000:0000:ffff:255.255.255.255.", false, false, { 0 } },
		{ "1", false, false, { 0 } },
		{ "[", false, false, { 0 } },
		{ "[]", false, false, { 0 } },
		{ "[192.0.2.1", false, false, { 0 } },
		{ "192.0.2.1]", false, false, { 0 } },
		{ "%eth0", false, false, { 0 } },
		{ "", false, false, { 0 } },
	};
	struct socket_seen seen;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		size_t n = strlen(rows[i].text);
		char *exact = malloc(n ? n : 1);

		assert_non_null(exact);
		memcpy(exact, rows[i].text, n);
		memset(&seen, 0, sizeof(seen));
		want_number(rows[i].text, socket_from_text(raw_from(exact, n), &seen), rows[i].is);
		free(exact);
		if (!rows[i].is)
			continue;
		want_number(rows[i].text, seen.is_ipv6, rows[i].is_ipv6);
		want_number(rows[i].text, memcmp(seen.address, rows[i].address, 16), 0);
	}
	want_number("no text", socket_from_text(raw_from(NULL, 0), &seen), false);
	want_number("a NUL", socket_from_text(raw_from("192.0.2.1\0", 10), &seen), false);
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
	want_number("a copy is one network", q.spaces, 1);
	want_number("nothing is unseen", q.unseen.code, 0);
	host_file(&h, "/sockets", "LISTEN 0 100 *:25\nESTAB 0 0 192.0.2.1:25 192.0.");
	q = query(&met);
	why = (struct sw_fault){ 0 };
	want_number("cut", sockets_each(&h, &q, &why), -EBADMSG);
	want_text("cut", why.text.s, "/sockets holds 2 lines that ss -Htan has not printed");
	want_number("no network", q.spaces, 0);
	host_file(&h, "/sockets", "LISTEN 0 100 *:25 *:*\nESTAB 0 0 192.0.2.1:25 192.0.");
	q = query(&met);
	why = (struct sw_fault){ 0 };
	want_number("cut", sockets_each(&h, &q, &why), -EBADMSG);
	want_text("cut", why.text.s, "/sockets holds 1 line that ss -Htan has not printed");
	host_remove(&h);
}

/* A socket of this process that listens on a port of the kernel's choice. */
static int listen_here(int family, uint16_t *port)
{
	union {
		struct sockaddr any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	} at = { .any.sa_family = (sa_family_t)family };
	socklen_t n = family == AF_INET ? sizeof(at.four) : sizeof(at.six);
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, &at.any, n) < 0 || listen(fd, 8) < 0 ||
	    getsockname(fd, &at.any, &n) < 0) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*port = ntohs(family == AF_INET ? at.four.sin_port : at.six.sin6_port);
	return fd;
}

static int call_here(uint16_t port)
{
	const struct sockaddr_in at = { .sin_family = AF_INET,
					.sin_port = htons(port),
					.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	want_number("called", connect(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

struct tally {
	unsigned state[3]; /* of the port */
	unsigned ipv6, others;
	uint16_t port;
};

static void tally(const struct socket_seen *seen, void *ctx)
{
	struct tally *t = ctx;

	if (seen->port != t->port) {
		t->others++;
		return;
	}
	t->state[seen->state]++;
	t->ipv6 += seen->state == SOCKET_ESTABLISHED && seen->is_ipv6;
}

/* One that listens and three that called it; what called, too, where every port is asked for. */
static void sockets_of_this_process_are_seen(void **state)
{
	static const int families[] = { AF_INET, AF_INET6 };
	const struct sw_host h = { .root = -1, .root_path = "/" };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(families); i++) {
		struct tally t = { .others = 0 };
		uint16_t around[3];
		struct sockets_query q = { .port = around, .ports = 3, .fn = tally, .ctx = &t };
		struct sw_fault why = { 0 };
		int fd[4];

		fd[0] = listen_here(families[i], &t.port);
		if (fd[0] < 0)
			continue; /* no IPv6 here */
		around[0] = t.port, around[1] = 1, around[2] = 2;
		for (int k = 1; k < 4; k++)
			fd[k] = call_here(t.port);
		if (sockets_here(&q, &why) == -ENOTSUP || why.code == ENOENT)
			skip();
		want_number("none fails", why.code, 0);
		want_number("listens", t.state[SOCKET_LISTENS], 1);
		want_number("established", t.state[SOCKET_ESTABLISHED], 3);
		want_number("half open", t.state[SOCKET_HALF_OPEN], 0);
		want_number("IPv4 that came to IPv6 is IPv4", t.ipv6, 0);
		want_number("of another port", t.others, 0);
		around[0] = 1, around[2] = t.port;
		t = (struct tally){ .port = t.port };
		want_number("each", sockets_each(&h, &q, &why), 0);
		want_number("listens", t.state[SOCKET_LISTENS], 1);
		want_number("established", t.state[SOCKET_ESTABLISHED], 3);
		want_number("networks", q.spaces > 0, true);
		q.ports = 0;
		t = (struct tally){ .port = t.port };
		want_number("every port", sockets_here(&q, &why), 0);
		want_number("established", t.state[SOCKET_ESTABLISHED], 3);
		want_number("who called, too", t.others >= 3, true);
		for (int k = 0; k < 4; k++)
			close(fd[k]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_of_ss_is_read_as_it_is_printed),
		cmocka_unit_test(any_port_is_none),
		cmocka_unit_test(who_may_not_ask_is_told_so),
		cmocka_unit_test(a_text_is_an_address_up_to_the_longest_that_there_is),
		cmocka_unit_test(an_answer_of_the_kernel_is_read),
		cmocka_unit_test(an_answer_that_is_cut_or_refuses_is_an_error),
		cmocka_unit_test(the_list_of_a_copied_host_is_believed_whole_or_not_at_all),
		cmocka_unit_test(sockets_of_this_process_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
