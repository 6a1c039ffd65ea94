#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "os/peers.h"
#include "test.h"

static void an_address_is_a_number_with_or_without_a_port(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: it is none */
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1:4949" },
		{ "192.0.2.1:1", "192.0.2.1:1" },
		{ "192.0.2.1:65535", "192.0.2.1:65535" },
		{ "2001:db8::1", "[2001:db8::1]:4949" },
		{ "[2001:db8::1]", "[2001:db8::1]:4949" },
		{ "[2001:db8::1]:25", "[2001:db8::1]:25" },
		{ "::1", "[::1]:4949" },
		{ "::ffff:192.0.2.1", "192.0.2.1:4949" },
		{ "[::ffff:c000:201]:25", "192.0.2.1:25" },
		{ "::fffe:192.0.2.1", "[::fffe:c000:201]:4949" },
		{ "", NULL },
		{ ":", NULL },
		{ "::", "[::]:4949" },
		{ "[", NULL },
		{ "[]", NULL },
		{ "[]:1", NULL },
		{ "[2001:db8::1", NULL },
		{ "[2001:db8::1]25", NULL },
		{ "[192.0.2.1]:25", NULL },
		{ "192.0.2.1:", NULL },
		{ "192.0.2.1:0", NULL },
		{ "192.0.2.1:65536", NULL },
		{ "192.0.2.1:+5", NULL },
		{ "192.0.2.256", NULL },
		{ "localhost", NULL },
		{ "mx.example.com:4949", NULL },
		{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb", NULL },
		{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:a", NULL }, /* INET6_ADDRSTRLEN */
		{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:", NULL },
		{ "1111:2222:3333:4444:5555:6666:255.255.255.255",
		  "[1111:2222:3333:4444:5555:6666:ffff:ffff]:4949" },
	};
	struct peer_address address;
	char text[PEER_TEXT];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		bool is = peer_address(raw_of(rows[i].text), 4949, &address);

		want_number(rows[i].text, is, rows[i].want != NULL);
		if (!is)
			continue;
		peer_text(&address, text);
		want_text(rows[i].text, text, rows[i].want);
	}
	want_number("nothing", peer_address(raw_from(NULL, 0), 1, &address), false);
	want_number("a NUL", peer_address(raw_from("192.0.2.1\0", 10), 1, &address), false);
}

/* A port of this host on which somebody listens. */
static int listen_on(struct peer_address *address)
{
	socklen_t size = sizeof(address->of.v4);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(peer_address(raw_of("127.0.0.1:1"), 1, address));
	address->of.v4.sin_port = 0;
	assert_return_code(bind(fd, &address->of.any, size), errno);
	assert_return_code(listen(fd, 5), errno);
	assert_return_code(getsockname(fd, &address->of.any, &size), errno);
	return fd;
}

struct said {
	char text[64];
	size_t n, most;
};

static bool take(struct sw_raw bytes, void *ctx)
{
	struct said *said = ctx;

	for (size_t i = 0; i < bytes.n && said->n < sizeof(said->text) - 1; i++)
		said->text[said->n++] = bytes.p[i];
	return said->n < said->most;
}

/* Hears "ask", says it again, twice, and ends; or says it for ever. */
static void serve(int fd, bool ends)
{
	char buf[3];
	int c = accept(fd, NULL, NULL);

	if (read(c, buf, sizeof(buf)) != sizeof(buf))
		_exit(1);
	do
		for (int i = 0; i < 2; i++)
			if (write(c, buf, sizeof(buf)) < 0)
				_exit(1);
	while (!ends);
	close(c);
	_exit(0);
}

static void each_is_heard_and_none_waits_for_another(void **state)
{
	static const struct {
		const char *what, *said, *failed;
	} rows[] = {
		{ "one that ends", "askask", "" },
		{ "one that never ends", "askaska", "" },
		{ "one that says nothing", "", "it said nothing within 1 s" },
		{ "one that is not there", "", "connect: Connection refused" },
		{ "one that takes none", "", "it took no connection within 1 s" },
	};
	struct sw_host h = { .root = -1 };
	struct peer peer[SW_COUNT(rows)] = { { .fd = -1 } };
	struct said said[SW_COUNT(rows)] = { { .most = 99 }, { .most = 7 } };
	pid_t child[2];
	int fd[SW_COUNT(rows)];
	int waiting[3]; /* more than there is room for */

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		fd[i] = listen_on(&peer[i].address);
		peer[i].ask = raw_of("ask");
		peer[i].take = take;
		peer[i].ctx = &said[i];
	}
	close(fd[3]);
	assert_return_code(listen(fd[4], 0), errno);
	for (size_t i = 0; i < SW_COUNT(waiting); i++) {
		waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		(void)!connect(waiting[i], &peer[4].address.of.any, sizeof(peer[4].address.of.v4));
	}
	for (int i = 0; i < 2; i++) {
		child[i] = fork();
		if (child[i] == 0)
			serve(fd[i], i == 0);
	}
	peers_connect(&h, peer, SW_COUNT(rows));
	peers_talk(&h, peer, SW_COUNT(rows), 1000);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		if (said[i].most && said[i].n > said[i].most)
			said[i].text[said[i].most] = '\0'; /* pieces are of any size */
		want_text(rows[i].what, said[i].text, rows[i].said);
		want_text(rows[i].what, peer[i].failed.text.s, rows[i].failed);
		want_number(rows[i].what, peer[i].fd, -1);
	}
	for (int i = 0; i < 3; i++)
		close(fd[i]);
	for (size_t i = 0; i < SW_COUNT(waiting); i++)
		close(waiting[i]);
	close(fd[4]);
	for (int i = 0; i < 2; i++)
		assert_int_equal(waitpid(child[i], NULL, 0), child[i]);
}

enum { LONG = 4 << 20 };

static void hear_all(int c)
{
	char buf[65536];
	size_t n = 0;
	ssize_t got;

	while (n < LONG && (got = read(c, buf, sizeof(buf))) > 0)
		n += (size_t)got;
	(void)!write(c, n == LONG ? "all" : "some", n == LONG ? 3 : 4);
}

static void reset(int c)
{
	const struct linger now = { .l_onoff = 1 };
	char byte;

	(void)!read(c, &byte, 1);
	setsockopt(c, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

static void end_at_once(int c)
{
	(void)!write(c, "bye", 3);
}

static int64_t patience = 20000; /* ms */

/* One peer by itself, and what became of it. */
static struct said talk_to(const char *address, void (*serves)(int c), struct sw_raw ask,
			   struct peer *peer)
{
	struct sw_host h = { .root = -1 };
	struct said said = { .most = 99 };
	pid_t child = 0;
	int fd = -1;

	*peer = (struct peer){ .take = take, .ctx = &said, .ask = ask };
	assert_true(peer_address(raw_of(address), 1, &peer->address));
	if (serves) {
		bool v6 = peer->address.of.any.sa_family == AF_INET6;
		socklen_t size = v6 ? sizeof(peer->address.of.v6) : sizeof(peer->address.of.v4);

		fd = socket(peer->address.of.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		peer->address.of.v4.sin_port = 0; /* where IPv6 has it, too */
		if (fd < 0 || bind(fd, &peer->address.of.any, size) < 0 || listen(fd, 1) < 0 ||
		    getsockname(fd, &peer->address.of.any, &size) < 0) {
			close(fd);
			peer->failed.code = -1;
			return said;
		}
		child = fork();
		if (child == 0) {
			int c = accept(fd, NULL, NULL);

			serves(c);
			close(c);
			_exit(0);
		}
	}
	errno = EAGAIN; /* of something before */
	peers_connect(&h, peer, 1);
	errno = EAGAIN;
	peers_talk(&h, peer, 1, patience);
	want_number("closed", peer->fd, -1);
	while (child > 0 && waitpid(child, NULL, 0) != child)
		assert_int_equal(errno, EINTR);
	if (fd >= 0)
		close(fd);
	return said;
}

static void wakes(int signal)
{
	(void)signal;
}

static void say_late(int c)
{
	const struct timespec moment = { .tv_nsec = 20000000 };

	nanosleep(&moment, NULL);
	(void)!write(c, "late", 4);
}

static void say_nothing(int c)
{
	char byte;

	while (read(c, &byte, 1) > 0) /* up to its end */
		;
}

static void a_signal_ends_no_talk_and_time_ends_each(void **state)
{
	const struct sigaction action = { .sa_handler = wakes };
	const struct itimerval often = { { 0, 500 }, { 0, 500 } };
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	struct sigaction before;
	struct said said = { .most = 99 };
	struct peer peer;

	(void)state;
	patience = 20000;
	sigaction(SIGALRM, &action, &before);
	setitimer(ITIMER_REAL, &often, NULL);
	said = talk_to("127.0.0.1", say_late, raw_of(""), &peer);
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &before, NULL);
	want_text("in spite of signals", said.text, "late");
	patience = 200;
	talk_to("127.0.0.1", say_nothing, raw_of("ask"), &peer);
	want_text("who says nothing", peer.failed.text.s, "it said nothing within 0 s");
	patience = 20000;
}

static void a_question_is_put_whole_and_a_word_before_it_is_heard(void **state)
{
	char *much = calloc(1, LONG);
	struct peer peer;

	(void)state;
	want_text("a long one", talk_to("127.0.0.1", hear_all, raw_from(much, LONG), &peer).text,
		  "all");
	want_text("a long one", peer.failed.text.s, "");
	want_number("of it was put", peer.sent, LONG);
	free(much);
	want_text("none", talk_to("127.0.0.1", end_at_once, raw_of(""), &peer).text, "bye");
	want_text("none", peer.failed.text.s, "");
	talk_to("127.0.0.1", reset, raw_of("ask"), &peer);
	want_text("one that breaks off", peer.failed.text.s,
		  "read what it says: Connection reset by peer");
	talk_to("255.255.255.255:25", NULL, raw_of("ask"), &peer);
	want_text("where no way leads", peer.failed.text.s, "connect: Network is unreachable");
	if (strcmp(talk_to("::1", end_at_once, raw_of(""), &peer).text, "bye") != 0 &&
	    peer.failed.code != -1) /* where there is no IPv6 */
		fail_msg("by IPv6: %s", peer.failed.text.s);
}

static void in_a_copy_of_a_host_a_file_is_what_it_said(void **state)
{
	struct sw_host h = host_new(NULL);
	struct said said = { .most = 99 };
	struct peer peer[2] = { { .take = take, .ctx = &said }, { .take = take, .ctx = &said } };

	(void)state;
	host_file(&h, "/peers/192.0.2.1:4949", "said");
	assert_true(peer_address(raw_of("192.0.2.1"), 4949, &peer[0].address));
	assert_true(peer_address(raw_of("192.0.2.2"), 4949, &peer[1].address));
	peers_connect(&h, peer, 2);
	peers_talk(&h, peer, 2, 1000);
	want_text("it", said.text, "said");
	want_number("it", peer[0].failed.code, 0);
	want_number("another", peer[1].failed.code, ENOENT);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_a_number_with_or_without_a_port),
		cmocka_unit_test(each_is_heard_and_none_waits_for_another),
		cmocka_unit_test(a_signal_ends_no_talk_and_time_ends_each),
		cmocka_unit_test(a_question_is_put_whole_and_a_word_before_it_is_heard),
		cmocka_unit_test(in_a_copy_of_a_host_a_file_is_what_it_said),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
